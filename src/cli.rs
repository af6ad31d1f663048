//! The command line: one file per subcommand.
//!
//! stdout is data, stderr is messages. Exit codes: 0 done, 1 failed (an unknown note, too), 2 wrong
//! usage, 3 nothing found, 4 `check`, `template diff`, `vault verify` or `vault restore` found
//! problems, 5 vault locked or missing, or wrong passphrase.

pub mod actions;
pub mod check;
pub mod clinic;
pub mod conversation;
pub mod doctor;
pub mod insight;
pub mod list;
mod man;
pub mod output;
pub mod pack;
pub mod search;
pub mod show;
mod templates;
pub mod vault;

use std::{
    io::{self, IsTerminal, Write},
    path::Path,
};

use clap::{CommandFactory, Parser, Subcommand};
use jiff::Zoned;

use crate::{
    knowledge::Library,
    search::Searcher,
    services::{AppPaths, app_paths, templates_folder},
    tui,
    vault::{Vault, harden_process},
};

use output::{FAILED, Look, OK, USAGE, unless_pipe_closed};

/// Guidance search and structured case clinics for professionals who respond to harmful sexual
/// behaviour shown by children and young people.
///
/// If a child may be in immediate danger, call 999 first.
///
/// Run `caseclinic` without a command to open the full-screen program.
#[derive(Debug, Parser)]
#[command(
    name = "caseclinic",
    version,
    disable_help_subcommand = true,
    after_help = "For help with one command: `caseclinic COMMAND --help`."
)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Search the guidance
    Search(search::Args),
    /// Show one entry from the guidance
    Show(show::Args),
    /// List the entries of the guidance
    List(list::Args),
    /// Check guidance entries and clinic templates for mistakes
    Check(check::Args),
    /// Add, list and remove packs of your local procedures
    #[command(subcommand)]
    Pack(pack::Command),
    /// Compare two versions of a clinic template
    #[command(subcommand)]
    Template(templates::Command),
    /// Run, list, show and export case clinics
    #[command(subcommand)]
    Clinic(clinic::Command),
    /// List the actions agreed in all clinics, and record what came of them
    Actions(actions::Args),
    /// Count completed notes, without names and with small numbers hidden
    Insight(insight::Args),
    /// Create, check and back up the encrypted vault that holds your notes
    #[command(subcommand)]
    Vault(vault::Command),
    /// Check the setup on this computer, to read out when you ask for help
    Doctor(doctor::Args),
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

/// Runs the command line; answers with the exit code. What went wrong has been said on stderr.
pub fn run() -> u8 {
    // The screens open at once: without arguments nothing needs to be parsed.
    let cli = if std::env::args_os().len() <= 1 { Cli { command: None } } else { Cli::parse() };
    match dispatch(cli) {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(io::stderr(), "caseclinic: {error:#}");
            FAILED
        }
    }
}

fn dispatch(cli: Cli) -> anyhow::Result<u8> {
    let (mut out, mut err) = (io::BufWriter::new(io::stdout()), io::stderr());
    let code = match cli.command {
        None => return screens(tui::Start::default()),
        Some(Command::Search(args)) => {
            let places = app_paths().ok();
            let library = library(places.as_ref(), &mut err);
            let cache = places.as_ref().map(|places| places.cache.as_path());
            let searcher = Searcher::open(&library, cache);
            search::run(&args, &library, &searcher, look(), &mut out, &mut err)?
        }
        Some(Command::Show(args)) => {
            let library = library(app_paths().ok().as_ref(), &mut err);
            show::run(&args, &library, look(), &mut out, &mut err)?
        }
        Some(Command::List(args)) => {
            let library = library(app_paths().ok().as_ref(), &mut err);
            list::run(&args, &library, look(), &mut out, &mut err)?
        }
        Some(Command::Check(args)) => {
            let today = Zoned::now().date();
            let places = app_paths().ok();
            let packs = places.as_ref().map(|places| places.packs.as_path());
            let local = places.as_ref().map(templates_folder);
            // A template may pin entries of a pack, whose own problems are told as such.
            let library = packs.map_or_else(Library::bundled, Library::with_packs);
            let templates =
                |path: Option<&Path>| templates::check(path, local.as_deref(), &library, today);
            check::run(&args, today, packs, &templates, look(), &mut out, &mut err)?
        }
        Some(Command::Pack(command)) => {
            let today = Zoned::now().date();
            pack::run(&command, &app_paths()?.packs, today, &mut out, &mut err)?
        }
        Some(Command::Template(command)) => {
            let folder = templates_folder(&app_paths()?);
            templates::run(&command, &folder, &mut out, &mut err)?
        }
        Some(Command::Clinic(command)) => {
            harden_process();
            match clinic::run(command, &app_paths()?, look(), &mut out, &mut err)? {
                clinic::Next::Done(code) => code,
                clinic::Next::Screens(start) => return screens(start),
            }
        }
        Some(Command::Actions(args)) => {
            harden_process();
            let today = Zoned::now().date();
            let list = |vault: Vault, err: &mut dyn Write| {
                actions::run(&args, &vault, today, &mut out, err)
            };
            clinic::with_vault(args.passphrase_fd, &app_paths()?, &mut err, list)?
        }
        Some(Command::Insight(args)) => {
            harden_process();
            insight::run(&args, &app_paths()?, look(), &mut out, &mut err)?
        }
        Some(Command::Vault(command)) => {
            harden_process();
            let place = app_paths()?.vault;
            vault::run(&command, &place, &mut vault::Terminal, &mut out, &mut err)?
        }
        Some(Command::Doctor(args)) => doctor::run(&args, &app_paths()?, look(), &mut out)?,
        Some(Command::Completions { shell }) => {
            // Into memory first: the crate panics where a reader has left.
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "caseclinic", &mut script);
            let printed = out.write_all(&script);
            unless_pipe_closed(printed.map(|()| OK).map_err(Into::into))?
        }
        Some(Command::Man) => {
            let printed = show_manual(&mut out);
            unless_pipe_closed(printed.map(|()| OK).map_err(Into::into))?
        }
    };
    unless_pipe_closed(out.flush().map(|()| code).map_err(Into::into))
}

/// Shows the manual at a terminal, through `man` or else as the long help; elsewhere prints its
/// source, for `man` to read.
fn show_manual(out: &mut dyn Write) -> io::Result<()> {
    if !io::stdout().is_terminal() {
        return manual(out);
    }
    let mut pages = Vec::new();
    manual(&mut pages)?;
    if man::show(&pages) { Ok(()) } else { write!(out, "{}", Cli::command().render_long_help()) }
}

/// Every page of the manual, one after the other: each command's after the one it belongs to.
fn manual(out: &mut dyn Write) -> io::Result<()> {
    fn pages(command: &clap::Command, out: &mut dyn Write) -> io::Result<()> {
        let page = clap_mangen::Man::new(command.clone());
        page.source(concat!("caseclinic ", env!("CARGO_PKG_VERSION"))).render(out)?;
        let named = command.get_subcommands().filter(|command| command.get_name() != "help");
        for command in named {
            pages(command, out)?;
        }
        Ok(())
    }
    let mut command = Cli::command();
    command.build();
    pages(&command, out)
}

/// Opens the screens, or says politely what they need.
fn screens(start: tui::Start) -> anyhow::Result<u8> {
    if !tui::terminal::is_interactive() {
        writeln!(
            io::stderr(),
            "caseclinic: the full-screen program needs a terminal. Use a command instead, such as \
             `caseclinic search WORDS`. `caseclinic --help` lists the commands."
        )?;
        return Ok(USAGE);
    }
    harden_process();
    let places: AppPaths = app_paths()?;
    tui::run(start, places)?;
    Ok(OK)
}

/// What is bundled and, where there is a folder for them, installed.
fn library(places: Option<&AppPaths>, err: &mut dyn Write) -> Library {
    let library = match places {
        Some(places) => Library::with_packs(&places.packs),
        None => Library::bundled(),
    };
    for problem in library.problems().iter().filter(|problem| problem.is_error()) {
        // Messages are of no use to a reader that has left.
        let _ = writeln!(err, "caseclinic: {problem}");
    }
    library
}

fn look() -> Look {
    let is_terminal = io::stdout().is_terminal();
    // Asked for only where there is a terminal: without one, asking starts other programs.
    let size = is_terminal.then(crossterm::terminal::size).and_then(Result::ok);
    Look {
        columns: size.map(|(columns, _)| usize::from(columns)),
        colour: is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    }
}
