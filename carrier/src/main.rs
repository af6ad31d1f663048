//! The command line of the carrier.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::Context;
use carrier::{
    carry::{Carrier, Report},
    folder::Folder,
    journal::Journal,
    names::hash_of,
    plan::Step,
    store::{Settings, Store},
};
use clap::{Parser, Subcommand};

/// The longest wait after failures.
const MAX_WAIT: Duration = Duration::from_mins(5);
/// How often progress is said at most.
const SAID_EVERY: Duration = Duration::from_millis(500);

/// Carries the files of a caseclinic exchange between a folder and an object store.
///
/// It holds no key and opens no note. It never deletes a file that it did not put there itself.
#[derive(Debug, Parser)]
#[command(name = "carrier", version, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Carry what either side lacks
    Run {
        #[command(flatten)]
        sides: Sides,
        /// Carry once, and end (exit code 1 if something could not be carried)
        #[arg(long, conflicts_with = "watch", required_unless_present = "watch")]
        once: bool,
        /// Go on until Ctrl-C, and look again after so many seconds
        #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "30", value_parser = clap::value_parser!(u64).range(1..=86_400))]
        watch: Option<u64>,
        /// Say what would be carried, and carry nothing
        #[arg(long, conflicts_with = "watch")]
        dry_run: bool,
    },
    /// Say what either side lacks, and what is wrong
    Status {
        #[command(flatten)]
        sides: Sides,
    },
}

#[derive(Clone, Debug, clap::Args)]
struct Sides {
    /// The exchange folder of caseclinic
    folder: PathBuf,
    /// The store: a folder, s3://BUCKET/PATH, az://CONTAINER/PATH or https://SERVER/PATH
    #[arg(long, value_name = "STORE")]
    to: String,
    /// A file with the settings of the store, such as aws_secret_access_key = "…"; only you may be able
    /// to read it. AWS_… and AZURE_… in the environment are read too
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    /// The file that lists what this carrier put where
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
}

impl Sides {
    fn open(&self) -> anyhow::Result<Carrier> {
        let folder = Folder::open(&self.folder)?;
        let mut settings = Settings::from_environment();
        if let Some(file) = &self.credentials {
            settings = settings.and_file(file)?;
        }
        let store = Store::open(&self.to, settings)?;
        let journal = match &self.journal {
            Some(path) => path.clone(),
            None => default_journal(folder.path(), store.name())?,
        };
        let journal = Journal::open(&journal)
            .with_context(|| format!("{} cannot be opened.", journal.display()))?;
        Ok(Carrier::new(folder, store, journal))
    }
}

/// One for each pair of folder and store, in the folder for state.
fn default_journal(folder: &Path, store: &str) -> anyhow::Result<PathBuf> {
    use etcetera::BaseStrategy as _;
    let base = etcetera::choose_base_strategy()
        .context("There is no home folder. Name a file with --journal.")?;
    let state = base.state_dir().unwrap_or_else(|| base.data_dir());
    let mut name = hash_of(format!("{}\n{store}", folder.display()).as_bytes());
    name.truncate(16);
    Ok(state.join("caseclinic-carrier").join(name))
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Run { sides, watch: Some(seconds), .. } => watch(&sides, seconds).await,
        Command::Run { sides, dry_run: false, .. } => once(&sides).await,
        Command::Run { sides, .. } | Command::Status { sides } => look(&sides).await,
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn look(sides: &Sides) -> anyhow::Result<bool> {
    let (steps, report) = sides.open()?.look().await?;
    for step in &steps {
        match step {
            Step::Send(path) => println!("send\t{path}"),
            Step::Fetch(path) => println!("fetch\t{path}"),
            Step::DeleteSent(path) => println!("delete from the store\t{path}"),
            Step::DeleteFetched(path) => println!("delete from the folder\t{path}"),
        }
    }
    report.problems.iter().for_each(|problem| eprintln!("{problem}"));
    if steps.is_empty() {
        eprintln!("Both sides hold the same.");
    }
    Ok(report.problems.is_empty())
}

async fn once(sides: &Sides) -> anyhow::Result<bool> {
    let report = pass(&mut sides.open()?).await?;
    say(&report);
    Ok(report.problems.is_empty())
}

/// Passes until Ctrl-C. After a failure it waits longer each time, up to a limit.
async fn watch(sides: &Sides, seconds: u64) -> anyhow::Result<bool> {
    let mut carrier = sides.open()?;
    let every = Duration::from_secs(seconds);
    let mut wait = every;
    loop {
        let report = tokio::select! {
            report = pass(&mut carrier) => report,
            _ = tokio::signal::ctrl_c() => break,
        };
        match report {
            Ok(report) => {
                if !report.is_quiet() {
                    say(&report);
                }
                wait = every;
            }
            Err(error) => {
                wait = (wait * 2).min(MAX_WAIT.max(every));
                eprintln!("{error:#} Trying again in {} seconds.", wait.as_secs());
            }
        }
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = tokio::signal::ctrl_c() => break,
        }
    }
    eprintln!("Stopped. What was on its way is carried next time.");
    Ok(true)
}

async fn pass(carrier: &mut Carrier) -> anyhow::Result<Report> {
    let mut said = Instant::now();
    let mut progress = |done: usize, all: usize, bytes: u64| {
        if done < all && said.elapsed() > SAID_EVERY {
            said = Instant::now();
            eprintln!("{done} of {all} files, {} kB", bytes / 1000);
        }
    };
    carrier.pass(&mut progress).await
}

fn say(report: &Report) {
    report.problems.iter().for_each(|problem| eprintln!("{problem}"));
    let (sent, fetched) = (report.sent, report.fetched);
    eprintln!(
        "Sent {} (kB {}), fetched {} (kB {}), deleted {}, left {}.",
        sent.0,
        sent.1.div_ceil(1000),
        fetched.0,
        fetched.1.div_ceil(1000),
        report.deleted,
        report.problems.len()
    );
}
