//! One call of the system that fails once, by `strace`.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

use crate::disk;

/// The longest wait for `strace` to take hold.
const PATIENCE: Duration = Duration::from_secs(20);

/// The ways in which every call is made to fail, with the words of the system for it.
pub(crate) const ERRORS: [(&str, &str); 4] = [
    ("EIO", "Input/output error"),
    ("ENOSPC", "No space left on device"),
    ("EROFS", "Read-only file system"),
    ("EACCES", "Permission denied"),
];

/// Why calls can't be made to fail here.
pub(crate) fn hindrance() -> Option<String> {
    if let Some(why) = disk::without("strace") {
        return Some(format!("{why}; the store’s own layer of faults is in its unit tests"));
    }
    let tried = Command::new("strace")
        .args(["-o", "/dev/null", "-e", "inject=fsync:error=EIO:when=1", "true"])
        .stdin(Stdio::null())
        .output();
    let works = tried.is_ok_and(|output| output.status.success());
    (!works).then(|| "strace may not follow other programs here".to_owned())
}

/// What `inject=` takes: these calls fail in this way, the so-manieth time.
pub(crate) fn injection(calls: &str, error: &str, when: usize) -> String {
    format!("inject={calls}:error={error}:when={when}")
}

/// A thread of a running program that is followed.
pub(crate) struct Followed {
    strace: Child,
    log: PathBuf,
}

impl Followed {
    /// Takes hold of one thread; the faults are counted from now on.
    pub(crate) fn begin(thread: u32, injections: &[String], log: &Path) -> Self {
        let mut command = Command::new("strace");
        command.arg("-o").arg(log).arg("-p").arg(thread.to_string());
        command.args([
            "-e",
            "trace=write,fsync,rename,renameat,renameat2,openat,openat2,unlink,unlinkat",
        ]);
        for injection in injections {
            command.arg("-e").arg(injection);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut strace = command.spawn().expect("strace runs");
        let said = strace.stderr.take().expect("its messages");
        let first = BufReader::new(said).lines().next().and_then(Result::ok).unwrap_or_default();
        assert!(first.contains("attached"), "{first}");
        Self { strace, log: log.to_owned() }
    }

    /// Waits until this many calls have failed.
    pub(crate) fn wait_for_failures(&self, many: usize) {
        let since = Instant::now();
        while self.failures() < many {
            assert!(since.elapsed() < PATIENCE, "the call was never made:\n{}", self.calls());
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Lets go.
    pub(crate) fn end(mut self) -> String {
        let pid = i32::try_from(self.strace.id()).ok().and_then(Pid::from_raw).expect("its id");
        kill_process(pid, Signal::INT).expect("told to end");
        self.strace.wait().expect("it ends");
        self.calls()
    }

    fn failures(&self) -> usize {
        self.calls().matches("(INJECTED)").count()
    }

    fn calls(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

/// The thread of this name in a process.
pub(crate) fn thread_named(pid: Pid, name: &str) -> u32 {
    let tasks = format!("/proc/{}/task", pid.as_raw_nonzero());
    let found = fs::read_dir(&tasks).expect("its threads").flatten().find(|task| {
        fs::read_to_string(task.path().join("comm")).is_ok_and(|comm| comm.trim() == name)
    });
    let task = found.unwrap_or_else(|| panic!("no thread {name}"));
    task.file_name().to_string_lossy().parse().expect("a number")
}
