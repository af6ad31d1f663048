//! What Cargo says about the tree of crates and about the tests, and what a build takes.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use serde_json::Value;

use crate::Outcome;

/// The file that the rebuild is measured after.
const TOUCHED: &str = "src/text/clean.rs";

fn cargo(root: &Path) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root);
    cargo
}

fn output(command: &mut Command) -> Outcome<String> {
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{command:?} failed").into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Crates that the program is built from on this machine, itself among them: each version once,
/// with macros and what those are built from, without build scripts' and tests' own.
pub(crate) fn count(root: &Path) -> Outcome<usize> {
    let tree = output(cargo(root).args([
        "tree",
        "--locked",
        "--package",
        "caseclinic",
        "--edges",
        "normal",
        "--prefix",
        "none",
    ]))?;
    let name_and_version = |line: &str| {
        let mut words = line.split_whitespace();
        Some((words.next()?.to_owned(), words.next()?.to_owned()))
    };
    Ok(tree.lines().filter_map(name_and_version).collect::<BTreeSet<_>>().len())
}

/// What `cargo test` links: a binary for each target in `tests/`, and one with the unit tests of
/// the library and of the program each. Documentation has no tests.
pub(crate) fn test_binaries(root: &Path) -> Outcome<(usize, usize)> {
    let text =
        output(cargo(root).args(["metadata", "--locked", "--no-deps", "--format-version=1"]))?;
    let metadata: Value = serde_json::from_str(&text)?;
    let packages = metadata["packages"].as_array().ok_or("cargo metadata names no packages")?;
    let own = packages.iter().find(|package| package["name"] == "caseclinic");
    let targets = own.and_then(|package| package["targets"].as_array()).ok_or("no targets")?;
    let is_tested = |target: &&Value| target["test"] == true;
    let (tests, units): (Vec<_>, Vec<_>) = targets
        .iter()
        .filter(is_tested)
        .partition(|target| target["kind"].as_array().is_some_and(|kinds| kinds[0] == "test"));
    Ok((tests.len(), units.len()))
}

/// Times of builds, in seconds.
pub(crate) struct BuildTimes {
    /// Processor time of a release build from nothing, of all processes.
    pub(crate) cold_release: f64,
    /// By the clock, a development build after one file was touched.
    pub(crate) rebuild: f64,
}

/// Builds in a folder of its own, so that nothing is there already, and deletes it afterwards.
pub(crate) fn build_times(root: &Path) -> Outcome<BuildTimes> {
    let folder = root.join("target").join("xtask-build");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let build = |arguments: &[&str]| -> Outcome {
        let mut command = cargo(root);
        command.args(["build", "--locked", "--quiet"]).args(arguments);
        command.env("CARGO_TARGET_DIR", &folder);
        eprintln!("cargo build --locked --quiet {}", arguments.join(" "));
        if command.status()?.success() { Ok(()) } else { Err("the build failed".into()) }
    };
    let before = processor_time_of_children()?;
    build(&["--release"])?;
    let cold_release = processor_time_of_children()? - before;
    fs::remove_dir_all(&folder)?;

    build(&[])?;
    let touched = fs::File::options().append(true).open(root.join(TOUCHED))?;
    touched.set_modified(std::time::SystemTime::now())?;
    let start = Instant::now();
    build(&[])?;
    let rebuild = start.elapsed().as_secs_f64();
    fs::remove_dir_all(&folder)?;
    Ok(BuildTimes { cold_release, rebuild })
}

/// Processor time of every process that was started from here and has ended, and of theirs.
fn processor_time_of_children() -> Outcome<f64> {
    // Fields are counted behind the name, which may hold blanks: `16` and `17` of proc(5).
    let stat = fs::read_to_string("/proc/self/stat")
        .map_err(|error| format!("builds can be measured on Linux only: {error}"))?;
    let fields: Vec<&str> = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split(' ').collect();
    let ticks = |field: usize| fields.get(field - 2).and_then(|text| text.parse::<u64>().ok());
    let (Some(user), Some(system)) = (ticks(16), ticks(17)) else {
        return Err("/proc/self/stat has another form".into());
    };
    // The kernel shows these in hundredths of a second on every machine that Rust runs on.
    Ok((user + system) as f64 / 100.0)
}
