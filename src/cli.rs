//! The command line: one file for each subcommand.
//!
//! stdout is data, stderr is messages. Exit codes: 0 done, 1 failed (an unknown note, too), 2 wrong
//! usage, 3 nothing found, 4 `check`, `template diff`, `vault verify` or `vault restore` found
//! problems, 5 vault locked or missing, or wrong passphrase.

mod actions;
mod check;
mod clinic;
mod command_error;
mod context;
mod conversation;
mod doctor;
mod document_file;
mod exchange;
mod insight;
mod keys;
mod list;
mod man;
mod output;
mod pack;
mod place;
mod prompt;
mod screens;
mod search;
mod show;
mod template;
mod vault;
mod version;

use std::{backtrace, ffi::OsString, panic};

use clap::{CommandFactory, Parser, Subcommand, error::ErrorKind as ErrorKindOfUsage};

// For most of the files below.
use command_error::{CommandError, CommandResult, ErrorKind};
use context::Context;
use output::{CleanStream, Emphasis, OutputStyle, StyledText, display_path};
use prompt::PassphraseSource;

use crate::{
    knowledge::{PDF_READER, PDF_READER_NOT_STARTED_BY_THE_PROGRAM, serve_pdf_reader},
    system::{process::harden_process, signals},
    text::clean_line,
    tui::{Start, terminal},
    vault::{KEY_HELPER, NOT_STARTED_BY_THE_PROGRAM, serve_keys},
};

/// Guidance search and structured case clinics for professionals who respond to harmful sexual
/// behaviour shown by children and young people.
///
/// If a child may be in danger now, call 999 first.
///
/// Run `caseclinic` without a command to open the full-screen program.
#[derive(Debug, Parser)]
#[command(
    name = "caseclinic",
    version,
    disable_help_subcommand = true,
    after_help = "For help with one command: `caseclinic COMMAND --help`."
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Search the guidance
    Search(search::SearchArgs),
    /// Show one entry from the guidance
    Show(show::ShowArgs),
    /// List the entries of the guidance
    List(list::ListArgs),
    /// Check guidance entries and clinic templates for mistakes
    Check(check::CheckArgs),
    /// Add, list and remove packs of your local procedures
    #[command(subcommand)]
    Pack(pack::PackCommand),
    /// Compare two versions of a clinic template
    #[command(subcommand)]
    Template(template::TemplateCommand),
    /// Run, list, show and export case clinics
    #[command(subcommand)]
    Clinic(clinic::ClinicCommand),
    /// Place a behaviour from another place in a meeting held by video call
    ///
    /// Asks where you place it, and prints a sealed block to paste into the chat of the call. Needs no
    /// vault, and writes nothing to the disk.
    Place(place::PlaceArgs),
    /// List the actions agreed in all clinics, and record their outcomes
    Actions(actions::ActionsArgs),
    /// Count completed notes, without names and with small numbers hidden
    Insight(insight::InsightArgs),
    /// Create, check and back up the encrypted vault that holds your notes
    #[command(subcommand)]
    Vault(vault::VaultCommand),
    /// Exchange notes with colleagues and other agencies, through a folder that any program may copy
    #[command(subcommand)]
    Exchange(exchange::ExchangeCommand),
    /// Check the setup on this computer, to read out when you ask for help
    Doctor {
        /// Print JSON
        #[arg(long, help_heading = "For scripts")]
        json: bool,
    },
    /// List the actions of the screens, with the names that give them other keys
    #[command(
        after_help = "To give an action another key, write it into settings.toml (`caseclinic doctor` shows its folder):\n\n  [keys]\n  new-clinic = \"Ctrl-D\"\n\nEsc, Enter, Tab, Ctrl-C and F1 keep their meaning."
    )]
    Keys,
    /// Print command completions for your shell
    Completions {
        /// Your shell
        shell: clap_complete::Shell,
    },
    /// Show the manual, with a page for each command
    #[command(
        after_help = "For scripts: in a file or a pipe, the manual is the source of the man pages."
    )]
    Man,
}

/// Runs the command line, and returns the exit code.
pub fn run() -> u8 {
    harden_process();
    // A file over the limit on its size is then an error like a full disk, and does not end the program.
    signals::survive_large_files();
    panic::set_hook(Box::new(report_panic));
    // Not a command for people: the screens start it (`vault/keys/key_helper.rs`).
    if std::env::args_os().nth(1).is_some_and(|first| first == KEY_HELPER) {
        let code = terminal::stand_by(serve_keys);
        if code == NOT_STARTED_BY_THE_PROGRAM {
            let message = format!("caseclinic: `{KEY_HELPER}` is started by caseclinic itself.\n");
            let _ = CleanStream::stderr().text(&message);
        }
        return code;
    }
    if std::env::args_os().nth(1).is_some_and(|first| first == PDF_READER) {
        // A file that makes the reader panic is reported as damaged by the program that waits.
        panic::set_hook(Box::new(|_| {}));
        let code = serve_pdf_reader();
        if code == PDF_READER_NOT_STARTED_BY_THE_PROGRAM {
            let message = format!("caseclinic: `{PDF_READER}` is started by caseclinic itself.\n");
            let _ = CleanStream::stderr().text(&message);
        }
        return code;
    }
    let mut context = Context::from_environment();
    let args: Vec<OsString> = std::env::args_os().skip(1).collect();
    // The screens open at once: without arguments nothing needs to be parsed.
    let cli = if args.is_empty() { Ok(Cli { command: None }) } else { parse(&args) };
    match cli {
        Ok(cli) => {
            let result = dispatch(cli.command, &mut context);
            context.finish(result)
        }
        // `-V` stays one line.
        Err(asked)
            if asked.kind() == ErrorKindOfUsage::DisplayVersion
                && args.iter().any(|arg| arg == "--version") =>
        {
            let result = version::run(&mut context);
            context.finish(result)
        }
        Err(usage) => context.finish_usage(&usage),
    }
}

/// Returns the command line as its reader describes it, with every subcommand and argument.
pub fn command_line() -> clap::Command {
    Cli::command()
}

/// Reads the arguments. An error names only cleaned arguments.
fn parse(args: &[OsString]) -> Result<Cli, clap::Error> {
    // The name of the program is always the same: what it was started as could be anything.
    let read =
        |args: Vec<OsString>| Cli::try_parse_from([vec!["caseclinic".into()], args].concat());
    read(args.to_vec()).map_err(|error| {
        let cleaned = |arg: &OsString| OsString::from(clean_line(&arg.to_string_lossy()));
        match read(args.iter().map(cleaned).collect()) {
            Err(again) if again.kind() == error.kind() => again,
            // What was removed made the difference, so the arguments cannot be named.
            _ => Cli::command().error(
                error.kind(),
                "an argument holds characters that cannot be shown; type it again",
            ),
        }
    })
}

/// Says that the program had a fault, and where. The message of a panic stays out: it can quote
/// the text of a note.
fn report_panic(panic: &panic::PanicHookInfo<'_>) {
    let place = panic.location().map(|place| format!(" ({}:{})", place.file(), place.line()));
    let mut text = format!(
        "caseclinic {} had a fault of its own{}. What was saved is safe. Please \
         report this line to the maintainers.\n",
        env!("CARGO_PKG_VERSION"),
        place.unwrap_or_default()
    );
    // With RUST_BACKTRACE=1.
    let trace = backtrace::Backtrace::capture();
    if trace.status() == backtrace::BacktraceStatus::Captured {
        text.push_str(&trace.to_string());
    }
    // If nobody reads it, nothing else can be done.
    let _ = CleanStream::stderr().text(&text);
}

fn dispatch(command: Option<Command>, context: &mut Context) -> CommandResult {
    let Some(command) = command else { return screens::open(Start::default(), context) };
    match command {
        Command::Search(args) => search::run(&args, context),
        Command::Show(args) => show::run(&args, context),
        Command::List(args) => list::run(&args, context),
        Command::Check(args) => check::run(&args, context),
        Command::Pack(command) => pack::run(&command, context),
        Command::Template(command) => template::run(&command, context),
        Command::Clinic(command) => clinic::run(command, context),
        Command::Place(args) => place::run(&args, context),
        Command::Actions(args) => actions::run(&args, context),
        Command::Insight(args) => insight::run(&args, context),
        Command::Vault(command) => vault::run(&command, context),
        Command::Exchange(command) => exchange::run(&command, context),
        Command::Doctor { json } => doctor::run(json, context),
        Command::Keys => keys::run(context),
        Command::Completions { shell } => print_completions(shell, context),
        Command::Man => man::run(Cli::command(), context),
    }
}

fn print_completions(shell: clap_complete::Shell, context: &mut Context) -> CommandResult {
    // Into memory first: the crate panics where a reader has left.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "caseclinic", &mut script);
    Ok(context.print_document(&String::from_utf8_lossy(&script))?)
}
