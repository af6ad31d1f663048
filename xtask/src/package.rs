//! The Debian package: the program built small, its manual, completions, menu entry and icon.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use crate::{
    Outcome,
    commands::{given, run},
};

pub(crate) const HELP: &str = "\
Usage: cargo xtask package [--try]

Builds the program with the profile `dist` (about a quarter of an hour on two cores) and packs it as
target/debian/caseclinic_VERSION_ARCHITECTURE.deb. Needs cargo-deb (cargo install cargo-deb) and
Debian's dpkg-dev.

  --try   Then install the package in a new Debian system in a folder, and use it there: search, show,
          a vault, its check. Needs root and debootstrap.
";

/// Where what goes into the package is put together; Cargo.toml names the files.
const PARTS: &str = "target/package";
/// The shells that get completions, and what their files are called.
const SHELLS: [(&str, &str); 3] =
    [("bash", "caseclinic.bash"), ("zsh", "_caseclinic"), ("fish", "caseclinic.fish")];
/// What is tried in the new system. Each line must succeed.
const TRIED: [&str; 7] = [
    "caseclinic --version",
    "caseclinic search consent | grep -q .",
    "caseclinic show core-principles | grep -q .",
    "printf 'anchor basket candle dragon ember falcon\\n' > $HOME/words && chmod 600 $HOME/words",
    "caseclinic vault init --passphrase-fd 3 --recovery-file $HOME/sheet.txt 3< $HOME/words",
    "caseclinic vault verify --passphrase-fd 3 3< $HOME/words",
    "test -s /usr/share/man/man1/caseclinic.1.gz && test -s /usr/share/bash-completion/completions/caseclinic && test -s /usr/share/applications/caseclinic.desktop",
];

pub(crate) fn run_verb(root: &Path, arguments: &[String]) -> Outcome<ExitCode> {
    let arguments: Vec<&str> = given(arguments).collect();
    if let Some(unknown) = arguments.iter().find(|one| **one != "--try") {
        return Err(format!("there is no argument “{unknown}”.\n\n{HELP}").into());
    }
    let built = run(root, &[], ["build", "--locked", "--profile", "dist"])?;
    if built != ExitCode::SUCCESS {
        return Ok(built);
    }
    put_together(root)?;
    let packed =
        run(root, &[], ["deb", "--locked", "--profile", "dist", "--no-build", "--no-strip"])?;
    if packed != ExitCode::SUCCESS || arguments.is_empty() {
        return Ok(packed);
    }
    try_it(root)
}

/// The manual and the completions, as the program that was built prints them.
fn put_together(root: &Path) -> Outcome {
    let parts = root.join(PARTS);
    fs::create_dir_all(&parts)?;
    let program = root.join("target/dist/caseclinic");
    let printed = |arguments: &[&str]| -> Outcome<Vec<u8>> {
        let output = Command::new(&program).args(arguments).output()?;
        if !output.status.success() || output.stdout.is_empty() {
            return Err(format!("caseclinic {} printed nothing", arguments.join(" ")).into());
        }
        Ok(output.stdout)
    };
    fs::write(parts.join("caseclinic.1"), printed(&["man"])?)?;
    for (shell, file) in SHELLS {
        fs::write(parts.join(file), printed(&["completions", shell])?)?;
    }
    Ok(())
}

/// Installs the newest package in a new Debian system, and uses it.
fn try_it(root: &Path) -> Outcome<ExitCode> {
    let package = newest(&root.join("target/debian"))?;
    let system = root.join("target/debian-root");
    if !system.join("etc/debian_version").exists() {
        shell(&format!("debootstrap --variant=minbase bookworm '{}'", system.display()))?;
    }
    fs::copy(&package, system.join("caseclinic.deb"))?;
    let inside = |line: &str| {
        let line = line.replace('\'', "'\\''");
        let root = system.display();
        shell(&format!(
            "chroot '{root}' /usr/bin/env -i HOME=/home/try PATH=/usr/bin:/bin:/usr/sbin:/sbin LANG=C.UTF-8 sh -ec '{line}'"
        ))
    };
    inside("rm -rf $HOME && mkdir -p $HOME && dpkg -i /caseclinic.deb")?;
    TRIED.iter().try_for_each(|line| inside(line))?;
    inside("dpkg -r caseclinic && ! command -v caseclinic")?;
    println!("installed, used and removed in {}", system.display());
    Ok(ExitCode::SUCCESS)
}

fn newest(folder: &Path) -> Outcome<PathBuf> {
    let mut packages = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "deb") {
            packages.push((fs::metadata(&path)?.modified()?, path));
        }
    }
    packages.sort();
    Ok(packages.pop().ok_or("there is no package in target/debian")?.1)
}

/// Prints and runs a line of the shell. Fails if it does.
fn shell(line: &str) -> Outcome {
    println!("{line}");
    let status = Command::new("sh").args(["-ec", line]).status()?;
    if status.success() { Ok(()) } else { Err(format!("failed: {line}").into()) }
}
