//! The figures that show whether the code stays small and easy to find one's way in.

use std::{path::Path, process::ExitCode};

use crate::{
    Outcome,
    crates::{self, BuildTimes},
    imports,
    measures::Measures,
    sources,
};

pub(crate) const HELP: &str = "\
Usage: cargo xtask figures [--brief] [--build]

Prints the figures of the code in src, without tests, and of the tree of crates:

  product lines            lines of src without tests and what only tests use
  files in an import cycle files that need each other, directly or in a circle
  type names shared        names of types that are defined more than once
  superlative constants    constants named MOST_, LEAST_, LONGEST_, LARGEST_ and so on,
                           where MAX_ or MIN_ is usual
  Result<_, String>        results whose error is a bare text
  crates                   crates that the program is built from, itself among them
  test binaries            binaries that cargo test links

Below the table stand the files of each cycle, the shared names and the constants.

  --brief   The table alone
  --build   Also measure a release build from nothing (minutes) and a rebuild after a change
            of src/text/clean.rs, in a folder that is deleted afterwards. Linux only.
";

pub(crate) fn run(root: &Path, arguments: &[String]) -> Outcome<ExitCode> {
    if let Some(unknown) =
        arguments.iter().find(|one| !matches!(one.as_str(), "--build" | "--brief"))
    {
        return Err(format!("figures knows no “{unknown}”.\n\n{HELP}").into());
    }
    let has = |option: &str| arguments.iter().any(|one| one == option);

    let sources = sources::read(root)?;
    let lines: usize = sources.iter().map(|source| source.lines).sum();
    let cycles = imports::cycles(&sources);
    let in_cycles: usize = cycles.iter().map(Vec::len).sum();
    let measures = Measures::of(&sources);
    let string_errors: usize = measures.string_errors.values().sum();
    let (tests, units) = crates::test_binaries(root)?;

    println!("| figure | now |\n|---|---|");
    println!("| product lines | {} in {} files |", grouped(lines), sources.len());
    println!("| files in an import cycle | {in_cycles} in {} cycles |", cycles.len());
    println!("| type names defined more than once | {} |", measures.shared_names().count());
    println!("| superlative constants (`MOST_…`) | {} |", measures.superlatives.len());
    println!("| `Result<_, String>` | {string_errors} |");
    println!("| crates | {} |", crates::count(root)?);
    println!("| test binaries | {tests} in tests/, {units} with unit tests |");
    if has("--build") {
        let BuildTimes { cold_release, rebuild } = crates::build_times(root)?;
        println!("| processor time of a cold release build | {:.1} min |", cold_release / 60.0);
        println!("| rebuild after a change of src/text/clean.rs | {rebuild:.1} s |");
    }
    if has("--brief") {
        return Ok(ExitCode::SUCCESS);
    }

    for (number, cycle) in cycles.iter().enumerate() {
        println!("\nCycle {} of {} files:", number + 1, cycle.len());
        cycle.iter().for_each(|path| println!("  {path}"));
    }
    println!("\nType names defined more than once:");
    for (name, files) in measures.shared_names() {
        println!("  {name} ({}): {}", files.len(), files.join(", "));
    }
    println!("\nSuperlative constants:");
    measures.superlatives.iter().for_each(|(name, path)| println!("  {name}: {path}"));
    println!("\nResult<_, String>:");
    measures.string_errors.iter().for_each(|(path, count)| println!("  {count} in {path}"));
    Ok(ExitCode::SUCCESS)
}

/// A number with commas between thousands.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
