//! A system clock that a test can move: the loader puts a library before the system's own, so the
//! program itself contains nothing for tests.

use std::{fs, path::Path, process::Command};

use tempfile::TempDir;

/// Adds the seconds in a file to the time of day.
const SOURCE: &str = r#"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t which, struct timespec *at) {
    int answer = syscall(SYS_clock_gettime, which, at);
    const char *path = getenv("TEST_CLOCK_FILE");
    if (answer == 0 && which == CLOCK_REALTIME && path) {
        char text[32] = {0};
        int file = open(path, O_RDONLY);
        if (file >= 0) {
            if (read(file, text, sizeof text - 1) > 0) at->tv_sec += atol(text);
            close(file);
        }
    }
    return answer;
}
"#;

/// The time of day as a program sees it.
pub(crate) struct Clock {
    folder: TempDir,
}

impl Clock {
    /// A clock that shows the right time; `None` without a C compiler.
    pub(crate) fn new() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("clock.c"), SOURCE).expect("written");
        let compiled = Command::new("cc")
            .current_dir(folder.path())
            .args(["-shared", "-fPIC", "-O1", "-o", "clock.so", "clock.c"])
            .status();
        let clock = Self { folder };
        clock.moves_to(0);
        compiled.is_ok_and(|status| status.success()).then_some(clock)
    }

    /// Sets how many seconds it is ahead of the right time.
    pub(crate) fn moves_to(&self, seconds: i64) {
        let aside = self.folder.path().join("aside");
        fs::write(&aside, seconds.to_string()).expect("written");
        fs::rename(aside, self.file()).expect("moved");
    }

    pub(crate) fn file(&self) -> std::path::PathBuf {
        self.folder.path().join("seconds")
    }

    /// The library for `LD_PRELOAD`.
    pub(crate) fn library(&self) -> std::path::PathBuf {
        self.folder.path().join("clock.so")
    }

    /// A path as text for the environment.
    pub(crate) fn text(path: &Path) -> String {
        path.to_str().expect("a plain path").to_owned()
    }
}
