//! A disk of one's own: an ext4 image on a loop device that can lose its power.
//!
//! The whole run has a mount namespace of its own, so that what is mounted here is seen by nobody
//! else and goes with the run, however that ends.

use std::{
    env, fs,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use tempfile::TempDir;

/// Set in the run that has its own mounts.
const OWN_MOUNTS: &str = "CASECLINIC_FAULTS_OWN_MOUNTS";

/// Gives this run mounts of its own by starting it again; returns where that is not possible.
pub(crate) fn with_own_mounts() {
    if env::var_os(OWN_MOUNTS).is_some() || !may_mount() {
        return;
    }
    let Ok(itself) = env::current_exe() else { return };
    // Coming back from this call means that it could not be done: then parts say they can't run.
    let _ = Command::new("unshare")
        .args(["-m", "--propagation", "private"])
        .arg(itself)
        .args(env::args_os().skip(1))
        .env(OWN_MOUNTS, "1")
        .exec();
}

fn may_mount() -> bool {
    rustix::process::geteuid().is_root()
        && succeeds(Command::new("unshare").args(["-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]))
}

/// Why there can be no disk of one's own here.
pub(crate) fn no_own_mounts() -> Option<String> {
    env::var_os(OWN_MOUNTS).is_none().then(|| "needs root and `unshare -m`".to_owned())
}

/// Why there can be no loop device here.
pub(crate) fn no_loop_device() -> Option<String> {
    if let Some(why) = no_own_mounts() {
        return Some(why);
    }
    if let Some(why) = without("mkfs.ext4") {
        return Some(why);
    }
    LoopDisk::make(&[]).err().map(|why| format!("no loop device: {why}"))
}

/// Why this tool can't be used, if it can't.
pub(crate) fn without(tool: &str) -> Option<String> {
    let there = ["--version", "-V"].iter().any(|how| succeeds(Command::new(tool).arg(how)));
    (!there).then(|| format!("{tool} is not installed"))
}

fn succeeds(command: &mut Command) -> bool {
    let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Runs a tool; what it says when it fails.
pub(crate) fn run(program: &str, args: &[&str]) -> Result<(), String> {
    let output = Command::new(program).args(args).stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("{program}: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() { Ok(()) } else { Err(format!("{program} {args:?}: {said}")) }
}

/// Memory that looks like a folder, where there is one: tests wait for no real disk.
pub(crate) fn quick_folder() -> TempDir {
    let quick = Path::new("/dev/shm");
    let made = if quick.is_dir() { tempfile::tempdir_in(quick) } else { tempfile::tempdir() };
    made.expect("a temporary folder")
}

/// An ext4 of 48 MB on a loop device, mounted. It goes when dropped.
pub(crate) struct LoopDisk {
    folder: TempDir,
    is_mounted: bool,
}

impl LoopDisk {
    /// Makes the image with these options of `mkfs.ext4`, and mounts it.
    pub(crate) fn make(options: &[&str]) -> Result<Self, String> {
        let mut disk = Self { folder: quick_folder(), is_mounted: false };
        let image = disk.image().display().to_string();
        let file = fs::File::create(&image).and_then(|file| file.set_len(48 << 20));
        file.map_err(|error| error.to_string())?;
        fs::create_dir(disk.place()).map_err(|error| error.to_string())?;
        let mut args = vec!["-q", "-F", "-m", "0", "-E", "lazy_itable_init=0,nodiscard"];
        args.extend(options);
        args.push(&image);
        run("mkfs.ext4", &args)?;
        disk.mount()?;
        Ok(disk)
    }

    /// Where it is mounted.
    pub(crate) fn place(&self) -> PathBuf {
        self.folder.path().join("disk")
    }

    /// The device as one file.
    pub(crate) fn image(&self) -> PathBuf {
        self.folder.path().join("image")
    }

    pub(crate) fn mount(&mut self) -> Result<(), String> {
        let (image, place) = (self.image(), self.place());
        let (image, place) = (image.display().to_string(), place.display().to_string());
        run("mount", &["-t", "ext4", "-o", "loop,noatime", &image, &place])?;
        self.is_mounted = true;
        Ok(())
    }

    /// Unmounts, once nobody uses it any more.
    pub(crate) fn unmount(&mut self) -> Result<(), String> {
        let place = self.place().display().to_string();
        let mut tries = 0;
        while let Err(why) = run("umount", &[&place]) {
            tries += 1;
            if tries == 50 {
                return Err(why);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        self.is_mounted = false;
        Ok(())
    }

    /// Mends what no journal mends, as a computer does when it starts again.
    pub(crate) fn check(&self) -> Result<(), String> {
        let image = self.image();
        let status = Command::new("e2fsck")
            .args(["-f", "-y"])
            .arg(image)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .map_err(|error| error.to_string())?;
        // 1 and 2: something was mended.
        let code = status.code().unwrap_or(8);
        if code < 4 { Ok(()) } else { Err(format!("e2fsck ended with {code}")) }
    }
}

impl Drop for LoopDisk {
    fn drop(&mut self) {
        if self.is_mounted {
            let _ = self.unmount();
        }
    }
}

/// Every file below a folder, from there on, sorted.
pub(crate) fn files_below(place: &Path) -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            if entry.path().is_dir() {
                walk(&entry.path(), found);
            } else {
                found.push(entry.path());
            }
        }
    }
    let mut found = Vec::new();
    walk(place, &mut found);
    found.sort();
    let inside = |path: PathBuf| path.strip_prefix(place).expect("inside").to_owned();
    found.into_iter().map(inside).collect()
}
