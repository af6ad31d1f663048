//! Tests that need another program. One whose program is missing counts as ignored.
//!
//! Azurite (Azure Blob): `npm install azurite`, with `azurite-blob` in the path or in
//! `CARRIER_AZURITE`. An S3 engine, such as Garage: its address in `CARRIER_S3`, such as
//! `http://127.0.0.1:3900`, with `AWS_…` in the environment and a bucket `exchange`. `strace`: the
//! carrier is killed at every fifth of its calls, or at each of them with `CARRIER_FULL=1`.

use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use carrier::names::{hash_of, kind};
use hmac::{Hmac, Mac};
use libtest_mimic::{Arguments, Failed, Trial};
use rustix::process::{Pid, Signal, kill_process};
use sha2::Sha256;

/// Homes that write at the same time.
const HOMES: usize = 10;
/// Posts of all of them together.
const POSTS: usize = 200;
/// The account that every Azurite knows.
const ACCOUNT: &str = "devstoreaccount1";

fn main() -> std::process::ExitCode {
    let azurite = find_azurite();
    let tests = vec![
        Trial::test("ten_homes_write_to_azurite_while_it_is_restarted", {
            let azurite = azurite.clone();
            move || azurite_is_restarted(&azurite.ok_or("no azurite-blob")?)
        })
        .with_ignored_flag(azurite.is_none()),
        Trial::test("ten_homes_write_to_an_s3_engine", || {
            let endpoint = std::env::var("CARRIER_S3").map_err(|_| "no CARRIER_S3")?;
            let settings = [("AWS_ENDPOINT", endpoint.as_str()), ("AWS_ALLOW_HTTP", "true")];
            let world = World::new("s3://exchange/a", &settings);
            world.write_and_carry(|_| Ok(()))
        })
        .with_ignored_flag(std::env::var_os("CARRIER_S3").is_none()),
        Trial::test("a_carrier_killed_at_any_call_leaves_no_half_file_and_loses_nothing", || {
            killed_at_any_call()
        })
        .with_ignored_flag(!may_follow()),
    ];
    libtest_mimic::run(&Arguments::from_args(), tests).exit_code()
}

fn find_azurite() -> Option<PathBuf> {
    let named = std::env::var_os("CARRIER_AZURITE").map(PathBuf::from);
    let in_path = std::env::var_os("PATH").and_then(|all| {
        std::env::split_paths(&all)
            .map(|folder| folder.join("azurite-blob"))
            .find(|file| file.exists())
    });
    named.or(in_path)
}

struct Azurite {
    program: PathBuf,
    port: u16,
    data: PathBuf,
    child: Child,
}

impl Azurite {
    fn start(program: &Path, data: &Path) -> Result<Self, Failed> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let child = Self::spawn(program, data, port)?;
        let mut azurite = Self { program: program.into(), port, data: data.into(), child };
        azurite.wait_until_it_listens()?;
        Ok(azurite)
    }

    fn spawn(program: &Path, data: &Path, port: u16) -> Result<Child, Failed> {
        let child = Command::new(program)
            .args([
                "--silent",
                "--skipApiVersionCheck",
                "--blobHost",
                "127.0.0.1",
                "--blobPort",
                &port.to_string(),
                "--location",
            ])
            .arg(data)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        Ok(child)
    }

    fn wait_until_it_listens(&mut self) -> Result<(), Failed> {
        let since = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            if since.elapsed() > Duration::from_mins(1) {
                return Err("Azurite does not listen".into());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// Ends it, and starts it again on the same data. It is asked to end: killed, Azurite forgets its
    /// containers, which an administrator would have to make again.
    fn restart(&mut self) -> Result<(), Failed> {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, Signal::TERM)?;
        self.child.wait()?;
        self.child = Self::spawn(&self.program, &self.data, self.port)?;
        self.wait_until_it_listens()
    }

    fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Azurite {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Homes that share a store.
struct World {
    place: tempfile::TempDir,
    store: String,
    settings: Vec<(String, String)>,
}

impl World {
    fn new(store: &str, settings: &[(&str, &str)]) -> Self {
        let place = tempfile::tempdir().expect("a folder");
        let settings =
            settings.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
        let world = Self { place, store: store.to_owned(), settings };
        for home in 0..HOMES {
            fs::create_dir_all(world.at(home)).expect("a folder");
        }
        fs::write(world.at(0).join("exchange.toml"), "format = 1\n").expect("written");
        world
    }

    fn at(&self, home: usize) -> PathBuf {
        self.place.path().join(format!("home{home}"))
    }

    fn carry(&self, home: usize) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_carrier"));
        command
            .args(["run", "--once"])
            .arg(self.at(home))
            .args(["--to", &self.store, "--journal"])
            .arg(self.place.path().join(format!("journal{home}")))
            .envs(self.settings.iter().map(|(key, value)| (key, value)))
            .stderr(Stdio::null());
        command
    }

    /// Every home writes its posts and carries after each; `between` is called after each round.
    fn write_and_carry(
        &self,
        mut between: impl FnMut(usize) -> Result<(), Failed>,
    ) -> Result<(), Failed> {
        if !self.carry(0).status()?.success() {
            return Err("the first home cannot carry".into());
        }
        let rounds = POSTS / HOMES;
        for round in 1..=rounds {
            let mut carrying = Vec::new();
            for home in 0..HOMES {
                let machine = self.at(home).join(format!("post/home{home}-1"));
                fs::create_dir_all(&machine)?;
                let text = format!("{home} wrote {round} {}", "words ".repeat(1300));
                fs::write(
                    machine.join(format!("{round:06}-{}.age", hash_of(text.as_bytes()))),
                    text,
                )?;
                let head = format!("highest = {round}\nposts = []\nerased = []\n# signature: x\n");
                fs::write(machine.join("head"), head)?;
                carrying.push(self.carry(home).spawn()?);
            }
            between(round)?;
            for mut child in carrying {
                // A home that could not carry now does so the next time.
                child.wait()?;
            }
        }
        for _ in 0..2 {
            for home in 0..HOMES {
                let output = self.carry(home).stderr(Stdio::piped()).output()?;
                if !output.status.success() {
                    let said = String::from_utf8_lossy(&output.stderr);
                    return Err(format!("home {home} cannot carry at the end: {said}").into());
                }
            }
        }
        let all = self.files(0);
        let posts = all.keys().filter(|name| name.contains(".age")).count();
        if posts != POSTS || all.len() != POSTS + HOMES + 1 {
            return Err(format!("{posts} of {POSTS} posts, {} files", all.len()).into());
        }
        for home in 1..HOMES {
            if self.files(home) != all {
                return Err(format!("home {home} holds something else").into());
            }
        }
        Ok(())
    }

    fn files(&self, home: usize) -> BTreeMap<String, Vec<u8>> {
        Self::files_in(&self.at(home))
    }

    fn files_in(root: &Path) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        let root = root.to_owned();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                let name = path.strip_prefix(&root).expect("inside").to_string_lossy().into_owned();
                if path.is_dir() {
                    folders.push(path);
                } else if kind(&name).is_some() {
                    files.insert(name, fs::read(&path).expect("it reads"));
                }
            }
        }
        files
    }
}

fn azurite_is_restarted(program: &Path) -> Result<(), Failed> {
    let data = tempfile::tempdir()?;
    let mut azurite = Azurite::start(program, data.path())?;
    let endpoint = format!("http://127.0.0.1:{}/{ACCOUNT}", azurite.port);
    let settings = [
        ("AZURE_STORAGE_ACCOUNT_NAME", ACCOUNT),
        // Published by Microsoft for every emulator; it protects nothing.
        (
            "AZURE_STORAGE_ACCOUNT_KEY",
            "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
        ),
        ("AZURE_STORAGE_ENDPOINT", &endpoint),
        ("AZURE_ALLOW_HTTP", "true"),
    ];
    let world = World::new("az://exchange/a", &settings);
    create_container(azurite.port, settings[1].1)?;
    world.write_and_carry(|round| if round % 5 == 3 { azurite.restart() } else { Ok(()) })
}

/// Makes the container, which a carrier does not.
fn create_container(port: u16, key: &str) -> Result<(), Failed> {
    let date = Command::new("date")
        .args(["-u", "+%a, %d %b %Y %H:%M:%S GMT"])
        .env("LC_ALL", "C")
        .output()?;
    let date = String::from_utf8(date.stdout)?.trim().to_owned();
    let headers = format!("x-ms-date:{date}\nx-ms-version:2021-12-02\n");
    let lines = "\n".repeat(12);
    let signed = format!("PUT{lines}{headers}/{ACCOUNT}/{ACCOUNT}/exchange\nrestype:container");
    let mut mac = Hmac::<Sha256>::new_from_slice(&BASE64_STANDARD.decode(key)?)?;
    mac.update(signed.as_bytes());
    let signature = BASE64_STANDARD.encode(mac.finalize().into_bytes());
    let mut connection = TcpStream::connect(("127.0.0.1", port))?;
    write!(
        connection,
        "PUT /{ACCOUNT}/exchange?restype=container HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\
         x-ms-date: {date}\r\nx-ms-version: 2021-12-02\r\nContent-Length: 0\r\nConnection: close\r\n\
         Authorization: SharedKey {ACCOUNT}:{signature}\r\n\r\n"
    )?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    if answer.starts_with("HTTP/1.1 201") { Ok(()) } else { Err(answer.into()) }
}

/// Whether `strace` may follow other programs here.
fn may_follow() -> bool {
    let args = ["-o", "/dev/null", "-e", "inject=fsync:error=EIO:when=1", "true"];
    Command::new("strace").args(args).output().is_ok_and(|output| output.status.success())
}

/// Calls that change or open something.
const CALLS: [&str; 10] = [
    "write",
    "fsync",
    "fdatasync",
    "rename",
    "renameat2",
    "linkat",
    "openat",
    "unlink",
    "unlinkat",
    "mkdir",
];

fn killed_at_any_call() -> Result<(), Failed> {
    let step = if std::env::var_os("CARRIER_FULL").is_some() { 1 } else { 5 };
    let store = tempfile::tempdir()?;
    let world = World::new(&store.path().display().to_string(), &[]);
    let machine = world.at(0).join("post/home0-1");
    fs::create_dir_all(&machine)?;
    for number in 1..=3 {
        let text = format!("wrote {number} {}", "words ".repeat(1300));
        fs::write(machine.join(format!("{number:06}-{}.age", hash_of(text.as_bytes()))), text)?;
    }
    fs::write(machine.join("head"), "highest = 3\nposts = []\nerased = []\n# signature: x\n")?;
    let sent = world.files(0);
    let mut kills = 0;
    for (home, target) in [(0, store.path().to_owned()), (1, world.at(1))] {
        for call in CALLS {
            for when in (1..).step_by(step) {
                // As before the first time, but for what the other side has.
                fs::remove_dir_all(&target)?;
                fs::create_dir_all(&target)?;
                let _ = fs::remove_dir_all(world.place.path().join(format!("journal{home}")));
                let _ = fs::remove_file(world.place.path().join(format!("journal{home}")));
                let carrying = world.carry(home);
                let mut command = Command::new("strace");
                command.args(["-f", "-o", "/dev/null", "-e"]);
                command.arg(format!("inject={call}:signal=KILL:when={when}"));
                command.arg(carrying.get_program()).args(carrying.get_args());
                let was_killed = !command.stderr(Stdio::null()).status()?.success();
                kills += usize::from(was_killed);
                let there = World::files_in(&target);
                if let Some((name, _)) =
                    there.iter().find(|(name, bytes)| sent.get(*name) != Some(bytes))
                {
                    return Err(format!("{call} {when}: {name} is not what was sent").into());
                }
                if !world.carry(home).status()?.success() {
                    return Err(format!("{call} {when}: it cannot carry afterwards").into());
                }
                if World::files_in(&target) != sent {
                    return Err(format!("{call} {when}: home {home} did not carry all").into());
                }
                if !was_killed {
                    break;
                }
            }
        }
    }
    if kills < 10 { Err(format!("killed {kills} times only").into()) } else { Ok(()) }
}
