//! `caseclinic exchange …`: notes between people and machines, through a folder that any program may
//! copy. Nothing here uses a network.

#[cfg(test)]
mod tests;

use std::path::PathBuf;

use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::{CommandError, CommandResult, Context, ErrorKind, PassphraseSource, display_path};
use crate::{
    exchange::{
        Exchange, ExchangeError, Finding, FindingKind, Intake, Outbox, Overview, PersonRow,
        exchange_fingerprint, init, is_fingerprint, join,
    },
    services::{
        Waiting,
        exchange::{
            added, addition, by_readers, erased_lines, removal, removed, sent_words, since,
            taken_in, taking_part, to_send,
        },
    },
    text::{clean_line, counted, width},
};

/// What to do with the exchange.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum ExchangeCommand {
    /// Begin an exchange in a new or empty folder, as its first steward
    Init(InitArgs),
    /// Ask to take part in the exchange in a folder
    Join(JoinArgs),
    /// List who asks to take part, or add one of them (stewards only)
    Add(AddArgs),
    /// Remove somebody: nothing is encrypted for them from then on (stewards only)
    Remove(RemoveArgs),
    /// Show the people, what waits, and what is missing or does not match; changes nothing
    Status(StatusArgs),
    /// Take in what others sent, and send what you completed
    Sync(SyncArgs),
}

/// How somebody is shown to the others.
#[derive(Clone, Debug, clap::Args)]
struct Myself {
    /// Your name, as your colleagues know you
    #[arg(long)]
    name: String,
    /// The agency you work for
    #[arg(long)]
    agency: String,
    /// Your role there
    #[arg(long)]
    role: String,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct InitArgs {
    /// The folder, which a copying program, a share or a stick carries to the others
    folder: PathBuf,
    #[command(flatten)]
    myself: Myself,
    #[command(flatten)]
    key: PassphraseSource,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct JoinArgs {
    /// The folder of the exchange
    folder: PathBuf,
    #[command(flatten)]
    myself: Myself,
    /// The fingerprint of the exchange, which a steward read to you, instead of asking
    #[arg(long, value_name = "FINGERPRINT", help_heading = "For scripts")]
    fingerprint: Option<String>,
    #[command(flatten)]
    key: PassphraseSource,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct AddArgs {
    /// The folder of the exchange
    folder: PathBuf,
    /// Their name or fingerprint; without it, everybody who asks is listed
    person: Option<String>,
    /// Let them add and remove people too
    #[arg(long, requires = "person")]
    steward: bool,
    /// Add them without asking
    #[arg(long, help_heading = "For scripts")]
    yes: bool,
    #[command(flatten)]
    key: PassphraseSource,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct RemoveArgs {
    /// The folder of the exchange
    folder: PathBuf,
    /// Their name or fingerprint
    person: String,
    /// The reason, which everybody else can read; - reads it from standard input
    #[arg(long, allow_hyphen_values = true)]
    reason: String,
    /// Remove them without asking
    #[arg(long, help_heading = "For scripts")]
    yes: bool,
    #[command(flatten)]
    key: PassphraseSource,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct StatusArgs {
    /// The folder of the exchange
    folder: PathBuf,
    /// Print JSON
    #[arg(long, help_heading = "For scripts")]
    json: bool,
    #[command(flatten)]
    key: PassphraseSource,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct SyncArgs {
    /// The folder of the exchange
    folder: PathBuf,
    /// Send also what you completed before you joined
    #[arg(long)]
    earlier: bool,
    /// Send without asking
    #[arg(long, help_heading = "For scripts")]
    yes: bool,
    #[command(flatten)]
    key: PassphraseSource,
}

impl From<ExchangeError> for CommandError {
    fn from(error: ExchangeError) -> Self {
        match error {
            ExchangeError::Vault(error) => error.into(),
            error => Self::failed(clean_line(&error.to_string())).hint(clean_line(&error.advice())),
        }
    }
}

/// Runs the command.
pub(crate) fn run(command: &ExchangeCommand, context: &mut Context) -> CommandResult {
    match command {
        ExchangeCommand::Init(args) => begin(args, context),
        ExchangeCommand::Join(args) => ask_to_join(args, context),
        ExchangeCommand::Add(args) => add(args, context),
        ExchangeCommand::Remove(args) => remove(args, context),
        ExchangeCommand::Status(args) => status(args, context),
        ExchangeCommand::Sync(args) => sync(args, context),
    }
}

fn begin(args: &InitArgs, context: &mut Context) -> CommandResult {
    let vault = context.open_vault(args.key.passphrase_fd)?;
    let Myself { name, agency, role } = &args.myself;
    let exchange = init(&vault, &args.folder, (name, agency, role), context.now())?;
    Ok(context.say(format!(
        "The exchange begins in {0}. You are its first steward.\n\nHave this folder copied to your \
         colleagues, in whatever way you copy files. Each of them\nruns `caseclinic exchange join` \
         with it. Read them this fingerprint of the exchange, by\ntelephone or face to face:\n\n    \
         {1}\n\nThen add them with `caseclinic exchange add`. What you completed until now is not \
         sent,\nunless you ask for it with `caseclinic exchange sync --earlier`.",
        display_path(&args.folder),
        exchange.fingerprint()
    ))?)
}

fn ask_to_join(args: &JoinArgs, context: &mut Context) -> CommandResult {
    let vault = context.open_vault(args.key.passphrase_fd)?;
    let fingerprint = exchange_fingerprint(&vault, &args.folder)?;
    match &args.fingerprint {
        Some(typed) if is_fingerprint(typed, &fingerprint) => {}
        Some(_) => return Err(ExchangeError::OtherFingerprint(fingerprint).into()),
        None => {
            let question = format!(
                "Ask a steward to read you the fingerprint of their exchange, by telephone or face \
                 to face.\nGo on only if it is this one:\n\n    {fingerprint}\n"
            );
            if !context.console.can_ask() {
                return Err(CommandError::usage("There is no terminal to ask.")
                    .hint("Nothing was changed. In a script, add --fingerprint."));
            }
            context.ask_to_agree(&question, false)?;
        }
    }
    let Myself { name, agency, role } = &args.myself;
    let exchange = join(&vault, &args.folder, (name, agency, role))?;
    Ok(context.say(format!(
        "Your request is in the folder. Once it has been copied, a steward adds you. Read them your\n\
         own fingerprint, by telephone or face to face:\n\n    {}\n\nThen run `caseclinic exchange \
         sync` with the folder. What you completed until now is not\nsent, unless you ask for it \
         with --earlier.",
        exchange.own_fingerprint()
    ))?)
}

/// Says what somebody should know about the files.
fn say_findings(findings: &[Finding], context: &mut Context) -> CommandResult {
    for finding in findings {
        context.say(format!("- {}", finding.text))?;
    }
    Ok(())
}

fn add(args: &AddArgs, context: &mut Context) -> CommandResult {
    let vault = context.open_vault(args.key.passphrase_fd)?;
    let mut exchange = Exchange::open(&vault, &args.folder)?;
    exchange.take_in()?;
    let Some(person) = &args.person else {
        let requests = exchange.requests()?;
        for card in &requests {
            context.print(format!("{}, {}", card.title(), card.role))?;
            context.print(format!("  {}", card.id().spoken()))?;
        }
        if requests.is_empty() {
            return Err(CommandError::not_found("Nobody asks to be added.").hint(
                "Their request may not have been copied yet. They make it with `caseclinic exchange \
                 join`.",
            ));
        }
        return Ok(context.say(
            "To add one of them: `caseclinic exchange add FOLDER NAME`, once they have read you this \
             fingerprint.",
        )?);
    };
    let card = exchange.request_of(person)?;
    let [compare, fingerprint, readers] =
        addition(&card, &exchange.overview().people, args.steward);
    let question = format!("{compare}\n\n    {fingerprint}\n\n{readers}");
    context.ask_to_agree(&question, args.yes)?;
    let card = exchange.add(person, args.steward, context.now())?;
    Ok(context.say(added(&card))?)
}

fn remove(args: &RemoveArgs, context: &mut Context) -> CommandResult {
    let vault = context.open_vault(args.key.passphrase_fd)?;
    let mut exchange = Exchange::open(&vault, &args.folder)?;
    exchange.take_in()?;
    let title = exchange.find_person(&args.person)?.card.title();
    let reason = context.reason(args.reason.clone())?;
    context.ask_to_agree(&removal(&title), args.yes)?;
    let card = exchange.remove(&args.person, &reason, context.now())?;
    Ok(context.say(removed(&card))?)
}

fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

fn status(args: &StatusArgs, context: &mut Context) -> CommandResult {
    let vault = context.inspect_vault(args.key.passphrase_fd)?;
    let mut exchange = Exchange::look(&vault, &args.folder)?;
    let intake = exchange.take_in()?;
    let (overview, outbox) = (exchange.overview(), exchange.outbox(false)?);
    let requests = exchange.requests()?;
    if args.json {
        context.print_json(&as_json(&exchange, &overview, &intake, &outbox))?;
        return ErrorKind::Problems.unless(intake.findings.is_empty());
    }
    context.print(format!("Exchange     {}", exchange.fingerprint()))?;
    context.print(format!("You          {}", exchange.own_fingerprint()))?;
    context.print(format!("Taking part  {}", taking_part(overview.is_listed)))?;
    context.print("")?;
    context.print(people_line(["Name", "Agency", "Role", "Posts", "Since"]).trim_end())?;
    for row in &overview.people {
        let line = person_line(row, context);
        context.print(line.trim_end())?;
    }
    for card in &requests {
        context.print(format!("Asks to be added: {}, {}", card.title(), card.id().spoken()))?;
    }
    context.print("")?;
    let notes = counted(intake.notes, "note", "notes");
    context.print(format!("To take in   {notes}; to erase here: {}", intake.erased))?;
    context.print(format!("To send      {}", to_send(&outbox)))?;
    for Waiting { readers, notes } in by_readers(&exchange, &outbox) {
        for line in notes {
            context.print(format!("             {line}"))?;
        }
        context.print(format!("             opens for: {readers}"))?;
    }
    for line in erased_lines(&overview) {
        context.print(format!("Erased       {line}"))?;
    }
    for why in &outbox.kept_back {
        context.print(format!("Not sent     {why}"))?;
    }
    if intake.findings.is_empty() {
        return Ok(context.print("Nothing is missing, and everything matches.")?);
    }
    context.print("")?;
    context.print("To look at")?;
    for finding in &intake.findings {
        context.print(format!("  {}", finding.text))?;
    }
    Err(CommandError::silent(ErrorKind::Problems))
}

fn people_line(cells: [&str; 5]) -> String {
    let [name, agency, role, posts, since] = cells;
    let posts = format!("{posts:>5}");
    [pad(name, 24), pad(agency, 18), pad(role, 16), posts, since.to_owned()].join(" ")
}

fn person_line(row: &PersonRow, context: &Context) -> String {
    let mut name = row.name.clone();
    if row.is_me {
        name.push_str(" (you)");
    }
    let since = since(row, &context.local);
    people_line([&name, &row.agency, &row.role, &row.posts.to_string(), &since])
}

fn as_json(
    exchange: &Exchange<'_>,
    overview: &Overview,
    intake: &Intake,
    outbox: &Outbox,
) -> Value {
    let people = overview.people.iter().map(|row| {
        json!({
            "fingerprint": row.id.to_string(),
            "name": row.name,
            "agency": row.agency,
            "role": row.role,
            "steward": row.steward,
            "you": row.is_me,
            "posts": row.posts,
            "since": row.since.to_string(),
            "removed": row.removed.as_ref().map(|(at, by, reason)| {
                json!({ "at": at.to_string(), "by": by, "reason": reason })
            }),
        })
    });
    let waiting = outbox.notes.iter().map(|one| {
        json!({
            "note": one.note.to_string(),
            "revision": one.revision,
            "case_key": one.head.case_key,
            "readers": one.readers.iter().map(ToString::to_string).collect::<Value>(),
        })
    });
    let findings = intake
        .findings
        .iter()
        .map(|finding| json!({ "kind": kind_code(finding.kind), "text": finding.text }));
    json!({
        "schema": 1,
        "exchange": exchange.fingerprint(),
        "you": exchange.own_fingerprint(),
        "listed": overview.is_listed,
        "people": people.collect::<Value>(),
        "to_take_in": intake.notes,
        "to_send": waiting.collect::<Value>(),
        "findings": findings.collect::<Value>(),
    })
}

fn kind_code(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::Gap => "gap",
        FindingKind::Unlisted => "unlisted",
        FindingKind::Mismatch => "mismatch",
        FindingKind::NotSigned => "not-signed",
        FindingKind::NotListed => "not-listed",
        FindingKind::AfterRemoval => "after-removal",
        FindingKind::Newer => "newer",
        FindingKind::TooLarge => "too-large",
        FindingKind::Unreadable => "unreadable",
        FindingKind::WrongPlace => "wrong-place",
        FindingKind::Doubled => "doubled",
        FindingKind::OlderList => "older-list",
        FindingKind::CameBack => "came-back",
        FindingKind::Foreign => "foreign",
        FindingKind::People => "people",
        FindingKind::Damaged => "damaged",
    }
}

fn sync(args: &SyncArgs, context: &mut Context) -> CommandResult {
    let vault = context.open_vault(args.key.passphrase_fd)?;
    let mut exchange = Exchange::open(&vault, &args.folder)?;
    let intake = exchange.take_in()?;
    exchange.remember_folder()?;
    context.say(taken_in(&intake))?;
    say_findings(&intake.findings, context)?;
    let is_listed = exchange.overview().is_listed;
    let mut outbox = exchange.outbox(args.earlier)?;
    for why in &outbox.kept_back {
        context.say(format!("- {why}"))?;
    }
    if !outbox.notes.is_empty() && !may_send(args, &exchange, &outbox, context)? {
        outbox.notes.clear();
    }
    let without_readers = outbox.without_readers;
    let sent = exchange.send(outbox, context.now())?;
    match is_listed {
        Some(true) => {}
        Some(false) => return Err(ExchangeError::NotListed.into()),
        None => {
            return Err(CommandError::failed(
                "You were removed from this exchange, so nothing is sent.",
            )
            .hint(
                "What you received stays here. `caseclinic exchange status` says by whom and why.",
            ));
        }
    }
    Ok(context.say(sent_words(sent, without_readers))?)
}

/// Whether to send, after saying what and to whom.
fn may_send(
    args: &SyncArgs,
    exchange: &Exchange<'_>,
    outbox: &Outbox,
    context: &mut Context,
) -> CommandResult<bool> {
    context
        .say(format!("To be sent: {}.", counted(outbox.notes.len(), "revision", "revisions")))?;
    for Waiting { readers, notes } in by_readers(exchange, outbox) {
        for line in notes {
            context.say(format!("  {line}"))?;
        }
        context.say(format!("These will be able to open it, and to keep it: {readers}."))?;
    }
    if args.yes {
        return Ok(true);
    }
    if !context.console.can_ask() {
        return Err(CommandError::usage("Nothing was sent: there is no terminal to ask.")
            .hint("In a script, add --yes."));
    }
    let typed = context.ask("Type yes to send: ")?;
    let agreed = typed.expose_secret().trim().eq_ignore_ascii_case("yes");
    if !agreed {
        context.say("These wait until the next sync.")?;
    }
    Ok(agreed)
}
