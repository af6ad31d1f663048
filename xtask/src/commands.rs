//! The heavy commands, each printed before it is run.

use std::{
    path::Path,
    process::{Command, ExitCode},
};

use crate::Outcome;

pub(crate) const FAULTS_HELP: &str = "\
Usage: cargo xtask faults [ARGUMENTS OF THE TEST…]

Tries in full what happens to notes when things go wrong (hours), as SECURITY.md describes it:
cargo test --release --test faults -- --full ARGUMENTS

  --only NAME   One part: kill, power, calls, sweep, full-disk, damage, windows, canaries,
                endings, hostile, printing, sizes, stock-age
  --seed N      The same chance again
  --case N      One case
  --count N     Another number of cases
  --list        The parts, without running them
";

pub(crate) const BENCHES_HELP: &str = "\
Usage: cargo xtask benches [NAME] [ARGUMENTS OF THE BENCHMARK…]

Measures what BENCHMARKS.md shows; without a name all of them, one after the other.

  exchange   A partnership of 200 people that posts ten thousand notes
  terminal   The real program from outside; parts: start idle memory size keys writing command
  vault      A vault of ten thousand notes, or of as many as you say
  documents  Every document in every format
  text       Possible identifiers and better words in a long note
  search     Library, index and queries; sections: 1000000
  rivals     The same beside SQLite FTS5 and stock tantivy (compiles SQLite)
";

pub(crate) const EXCHANGE_SIM_HELP: &str = "\
Usage: cargo xtask exchange-sim [--homes N] [--notes N] [--days N]

Plays a partnership that exchanges its notes through one folder, with real vaults and files, and
prints how the folder and the time of a sync grow: cargo bench --bench exchange -- ARGUMENTS
Without arguments: 200 homes, 10000 notes, 100 days, which take a quarter of an hour.
";

/// The name of each benchmark, and what Cargo is told.
const BENCHES: [(&str, &[&str]); 7] = [
    ("exchange", &["--bench", "exchange"]),
    ("documents", &["--bench", "documents"]),
    ("terminal", &["--bench", "terminal"]),
    ("vault", &["--bench", "vault"]),
    ("text", &["--bench", "text"]),
    ("search", &["--bench", "search"]),
    ("rivals", &["--package", "caseclinic-search-rivals"]),
];

pub(crate) fn faults(root: &Path, arguments: &[String]) -> Outcome<ExitCode> {
    // A list needs no optimised build.
    let command: &[&str] = if arguments.iter().any(|one| one == "--list") {
        &["test", "--test", "faults", "--"]
    } else {
        &["test", "--release", "--test", "faults", "--", "--full"]
    };
    run(root, &[], command.iter().copied().chain(given(arguments)))
}

pub(crate) fn benches(root: &Path, arguments: &[String]) -> Outcome<ExitCode> {
    let Some((name, rest)) = arguments.split_first() else {
        let mut worst = ExitCode::SUCCESS;
        // The rivals' run measures search too.
        for (_, which) in BENCHES.iter().filter(|(name, _)| *name != "search") {
            let code = run(root, &[], ["bench"].into_iter().chain(which.iter().copied()))?;
            if code != ExitCode::SUCCESS {
                worst = code;
            }
        }
        return Ok(worst);
    };
    let Some((_, which)) = BENCHES.iter().find(|(known, _)| known == name) else {
        return Err(format!("there is no benchmark “{name}”.\n\n{BENCHES_HELP}").into());
    };
    let mut command: Vec<&str> = ["bench"].into_iter().chain(which.iter().copied()).collect();
    let mut rest = given(rest).peekable();
    if rest.peek().is_some() {
        command.push("--");
        command.extend(rest);
    }
    run(root, &[], command)
}

pub(crate) fn exchange_sim(root: &Path, arguments: &[String]) -> Outcome<ExitCode> {
    run(root, &[], ["bench", "--bench", "exchange", "--"].into_iter().chain(given(arguments)))
}

/// What was said on the command line, without the `--` between our arguments and others.
pub(crate) fn given(arguments: &[String]) -> impl Iterator<Item = &str> {
    arguments.iter().map(String::as_str).skip_while(|one| *one == "--")
}

/// Prints and runs a command of Cargo, and ends as it ended.
pub(crate) fn run<'a>(
    root: &Path,
    variables: &[(&str, &str)],
    arguments: impl IntoIterator<Item = &'a str>,
) -> Outcome<ExitCode> {
    let arguments: Vec<&str> = arguments.into_iter().collect();
    for (name, value) in variables {
        print!("{name}={value} ");
    }
    println!("cargo {}", arguments.join(" "));
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(program)
        .args(&arguments)
        .envs(variables.iter().copied())
        .current_dir(root)
        .status()?;
    Ok(match status.code() {
        Some(0) => ExitCode::SUCCESS,
        Some(code) => u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from),
        None => ExitCode::FAILURE,
    })
}
