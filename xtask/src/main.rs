//! `cargo xtask`: the figures of the code, the texts of the interface, and the heavy commands.
//!
//! It reads the sources as they are in the working tree and writes to none of them.

mod commands;
mod crates;
mod figures;
mod imports;
mod measures;
mod package;
mod pictures;
mod sources;
mod texts;

use std::{
    error::Error,
    path::{Path, PathBuf},
    process::ExitCode,
};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// What a verb does, in a repository and with arguments.
type Verb = fn(&Path, &[String]) -> Outcome<ExitCode>;

const HELP: &str = "\
Usage: cargo xtask VERB [ARGUMENTS]

  figures       Print the figures of the code and of the build
  texts         List every text a person can see, with its place
  faults        Try what happens to notes when things go wrong, in full
  benches       Measure: terminal, vault, exchange, documents, text, search, rivals
  exchange-sim  Play a partnership of any size that exchanges its notes
  pictures      Draw the pictures of tests and documents again, or all as SVG and PNG
  package       Build the Debian package, and try it in a new system
  help          Print this, or the help of a verb: cargo xtask help VERB

Every verb answers to --help. Commands are printed before they are run.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Outcome<ExitCode> {
    let (verb, rest) = match arguments {
        [] => ("help", arguments),
        [verb, rest @ ..] => (verb.as_str(), rest),
    };
    let (verb, wants_help) = match (verb, rest) {
        ("help" | "--help" | "-h", []) => {
            print!("{HELP}");
            return Ok(ExitCode::SUCCESS);
        }
        ("help", [verb, ..]) => (verb.as_str(), true),
        _ => (verb, rest.iter().take_while(|one| *one != "--").any(|one| is_help(one))),
    };
    let (help, act): (&str, Verb) = match verb {
        "figures" => (figures::HELP, figures::run),
        "texts" => (texts::HELP, texts::run),
        "faults" => (commands::FAULTS_HELP, commands::faults),
        "benches" => (commands::BENCHES_HELP, commands::benches),
        "exchange-sim" => (commands::EXCHANGE_SIM_HELP, commands::exchange_sim),
        "pictures" => (pictures::HELP, pictures::run),
        "package" => (package::HELP, package::run_verb),
        other => {
            eprint!("xtask: there is no verb “{other}”.\n\n{HELP}");
            return Ok(ExitCode::from(2));
        }
    };
    if wants_help {
        print!("{help}");
        return Ok(ExitCode::SUCCESS);
    }
    act(&root(), rest)
}

fn is_help(argument: &str) -> bool {
    matches!(argument, "--help" | "-h")
}

/// The folder of the repository.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}
