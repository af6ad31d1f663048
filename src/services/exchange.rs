//! The exchange of an open vault as people see it: how it stands, what waits and who will be able to
//! open it, and the result of a sync. The screens and the command line say the same.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use jiff::{Timestamp, civil::Date};

use super::private_file::typed_path;
use crate::{
    exchange::{
        Card, Exchange, ExchangeError, Intake, Outbox, Overview, PersonId, PersonRow, Sent,
    },
    text::{LocalTime, clean_line, counted, show_date},
    vault::Vault,
};

/// Something to be done with the exchange.
pub enum ExchangeRequest {
    /// See how it stands. Nothing is written.
    Look,
    /// Take in what others sent, and see what waits to be sent.
    TakeIn {
        /// The folder, as it was typed; without it, where it was the last time.
        folder: Option<String>,
    },
    /// Send what was agreed to.
    Send(Outbox),
    /// Add somebody who asked.
    Add {
        /// Whom.
        person: PersonId,
        /// Whether they add and remove people too.
        steward: bool,
    },
    /// Remove somebody, for this reason.
    Remove {
        /// Whom.
        person: PersonId,
        /// Why; everybody else can read it.
        reason: String,
    },
}

/// The result of a request.
#[derive(Default)]
pub struct ExchangeReply {
    /// How it stands now; `None` if the vault belongs to no exchange.
    pub seen: Option<ExchangeSeen>,
    /// What was done.
    pub done: Option<String>,
    /// Why what was asked for was not done, or only in part: the next sync finishes it.
    pub failure: Option<String>,
    /// What waits to be sent, to be asked about.
    pub to_send: Option<Outbox>,
    /// Whether notes of others were added or erased here.
    pub is_changed: bool,
}

/// Why a request has no result.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeFailure {
    /// The exchange refused, or the disk.
    #[error("{}", .0.sentence())]
    Exchange(#[from] ExchangeError),
    /// What was typed is not a whole path.
    #[error("“{0}” is not a whole path. Type where the folder is, from / or ~ on.")]
    NotWhole(String),
    /// Nobody said where the folder is.
    #[error("Where is the folder of the exchange? Press s and type it.")]
    NoFolder,
    /// The system started no thread.
    #[error("The exchange could not be looked at: {0}. Try again later.")]
    NotStarted(std::io::Error),
    /// Another thing is being done with it.
    #[error("The folder of the exchange is being read or written. Wait until that has finished.")]
    Busy,
}

/// Revisions that the same people will be able to open.
pub struct Waiting {
    /// Their names and agencies.
    pub readers: String,
    /// Each revision in a line.
    pub notes: Vec<String>,
}

/// How the exchange stands.
pub struct ExchangeSeen {
    /// The fingerprint of the exchange, as people read it aloud.
    pub fingerprint: String,
    /// That of the owner of the vault.
    pub own_fingerprint: String,
    /// Where its folder is, if that is known.
    pub folder: Option<String>,
    /// Why the folder could not be read, if it could not.
    pub problem: Option<String>,
    /// Whether the owner of the vault takes part; `None` if they were removed.
    pub is_listed: Option<bool>,
    /// Whether the owner of the vault adds and removes people.
    pub is_steward: bool,
    /// Everybody who takes part, then everybody who did.
    pub people: Vec<PersonRow>,
    /// Who asks to be added.
    pub asking: Vec<Card>,
    /// Revisions of others to take in, and notes of theirs to erase here; `None` if the folder could
    /// not be read.
    pub to_take_in: Option<(usize, usize)>,
    /// What is to be sent, in a few words.
    pub to_send: String,
    /// What is to be sent, by who will be able to open it.
    pub waiting: Vec<Waiting>,
    /// Notes that cannot be sent: a sentence each.
    pub kept_back: Vec<String>,
    /// Notes erased here, and how many have answered that they are erased there: a line each.
    pub erased: Vec<String>,
    /// What to look at.
    pub findings: Vec<String>,
}

/// Asked before every call to the folder whether to go on.
type GoOn = Arc<dyn Fn() -> bool + Send + Sync>;

/// Does something with the exchange of a vault. How it stands is said also where that failed: a folder
/// that is not there, of another exchange, or read-only.
///
/// # Errors
/// What the vault keeps of its exchange cannot be read.
pub(crate) fn perform(
    vault: &Vault,
    request: ExchangeRequest,
    now: Timestamp,
    go_on: &GoOn,
) -> Result<ExchangeReply, ExchangeFailure> {
    let is_look = matches!(request, ExchangeRequest::Look);
    match try_to_perform(vault, request, now, go_on) {
        Err(failure) if !is_look => {
            let reply = try_to_perform(vault, ExchangeRequest::Look, now, go_on)?;
            Ok(ExchangeReply { failure: Some(failure.to_string()), ..reply })
        }
        done => done,
    }
}

fn try_to_perform(
    vault: &Vault,
    request: ExchangeRequest,
    now: Timestamp,
    go_on: &GoOn,
) -> Result<ExchangeReply, ExchangeFailure> {
    let Some(kept) = Exchange::without_folder(vault)? else { return Ok(ExchangeReply::default()) };
    let last = kept.last_folder().map(str::to_owned);
    let open = |folder: &str| {
        let mut exchange = Exchange::open(vault, Path::new(folder))?;
        exchange.watch(Arc::clone(go_on));
        Ok::<_, ExchangeError>(exchange)
    };
    if matches!(request, ExchangeRequest::Look) {
        return Ok(look(vault, &kept, last, go_on)?);
    }
    let folder = match &request {
        ExchangeRequest::TakeIn { folder: Some(typed) } => {
            let path = typed_path(typed).map_err(|_| ExchangeFailure::NotWhole(typed.clone()))?;
            Some(path.to_string_lossy().into_owned())
        }
        _ => last,
    };
    let folder = folder.ok_or(ExchangeFailure::NoFolder)?;
    let mut exchange = open(&folder)?;
    let mut reply = ExchangeReply::default();
    let mut done = Vec::new();
    if !matches!(request, ExchangeRequest::Send(_)) {
        let intake = exchange.take_in()?;
        exchange.remember_folder()?;
        reply.is_changed = intake.notes + intake.erased > 0;
        done.push(taken_in(&intake));
        if !intake.findings.is_empty() {
            let things = counted(intake.findings.len(), "thing", "things");
            done.push(format!("{things} to look at, below under Exchange."));
        }
    }
    match request {
        ExchangeRequest::Look => {}
        ExchangeRequest::TakeIn { .. } => {
            let mut outbox = exchange.outbox(false)?;
            let notes = std::mem::take(&mut outbox.notes);
            let without_readers = std::mem::take(&mut outbox.without_readers);
            // What says nothing of a case needs no question, as with the command.
            let sent = exchange.send(outbox, now)?;
            match exchange.overview().is_listed {
                Some(true) if notes.is_empty() => done.push(sent_words(sent, without_readers)),
                Some(true) => {
                    reply.to_send = Some(Outbox { notes, without_readers, ..Outbox::default() });
                }
                Some(false) => done.push(ExchangeError::NotListed.sentence()),
                None => done.push(REMOVED.to_owned()),
            }
        }
        ExchangeRequest::Send(agreed) => {
            let mut outbox = exchange.outbox(false)?;
            // What was completed meanwhile, or would be read by somebody else, is asked about first.
            outbox.notes.retain(|one| {
                agreed.notes.iter().any(|other| {
                    (one.note, one.revision, &one.readers)
                        == (other.note, other.revision, &other.readers)
                })
            });
            let without_readers = outbox.without_readers;
            let sent = exchange.send(outbox, now)?;
            done.push(sent_words(sent, without_readers));
        }
        ExchangeRequest::Add { person, steward } => {
            done = vec![added(&exchange.add(&person.to_string(), steward, now)?)];
        }
        ExchangeRequest::Remove { person, reason } => {
            done = vec![removed(&exchange.remove(&person.to_string(), &reason, now)?)];
        }
    }
    drop(exchange);
    reply.seen = look(vault, &kept, Some(folder), go_on)?.seen;
    reply.done = Some(done.join(" "));
    Ok(reply)
}

/// How the exchange stands. Where its folder cannot be read, what the vault keeps of it says so.
fn look(
    vault: &Vault,
    kept: &Exchange<'_>,
    folder: Option<String>,
    go_on: &GoOn,
) -> Result<ExchangeReply, ExchangeError> {
    let looked = folder.as_ref().map(|folder| {
        let mut exchange = Exchange::look(vault, Path::new(folder))?;
        exchange.watch(Arc::clone(go_on));
        let intake = exchange.take_in()?;
        let asking = exchange.requests()?;
        seen(&exchange, Some(intake), asking)
    });
    let seen = match looked {
        Some(Ok(seen)) => seen,
        Some(Err(error)) => {
            ExchangeSeen { problem: Some(error.sentence()), ..seen(kept, None, Vec::new())? }
        }
        None => seen(kept, None, Vec::new())?,
    };
    let seen = Some(ExchangeSeen { folder: folder.map(|folder| clean_line(&folder)), ..seen });
    Ok(ExchangeReply { seen, ..ExchangeReply::default() })
}

fn seen(
    exchange: &Exchange<'_>,
    intake: Option<Intake>,
    asking: Vec<Card>,
) -> Result<ExchangeSeen, ExchangeError> {
    let (overview, outbox) = (exchange.overview(), exchange.outbox(false)?);
    Ok(ExchangeSeen {
        fingerprint: exchange.fingerprint(),
        own_fingerprint: exchange.own_fingerprint(),
        folder: None,
        problem: None,
        is_listed: overview.is_listed,
        is_steward: exchange.is_steward(),
        asking,
        to_take_in: intake.as_ref().map(|intake| (intake.notes, intake.erased)),
        to_send: to_send(&outbox),
        waiting: by_readers(exchange, &outbox),
        kept_back: outbox.kept_back,
        erased: erased_lines(&overview),
        findings: intake.into_iter().flat_map(|one| one.findings).map(|one| one.text).collect(),
        people: overview.people,
    })
}

/// Said to somebody who was removed.
pub(crate) const REMOVED: &str = "You were removed from this exchange, so nothing is sent. What you \
                                  received stays here.";

/// Says whether the owner of the vault takes part.
pub(crate) fn taking_part(is_listed: Option<bool>) -> &'static str {
    match is_listed {
        Some(true) => "yes",
        Some(false) => "not yet: read your fingerprint to a steward, who adds you",
        None => "no longer: you were removed. What you received stays here",
    }
}

/// Says what is to be sent.
pub(crate) fn to_send(outbox: &Outbox) -> String {
    let mut text = counted(outbox.notes.len(), "revision", "revisions");
    if !outbox.erasures.is_empty() {
        text.push_str(&format!(", {}", counted(outbox.erasures.len(), "erasure", "erasures")));
    }
    if outbox.without_readers > 0 {
        text.push_str(&format!("; {}", waits_for_readers(outbox.without_readers)));
    }
    text
}

fn waits_for_readers(revisions: usize) -> String {
    let waiting = counted(revisions, "revision waits", "revisions wait");
    format!("{waiting} until somebody else takes part")
}

/// What waits, together with everybody who will be able to open it.
pub(crate) fn by_readers(exchange: &Exchange<'_>, outbox: &Outbox) -> Vec<Waiting> {
    let mut groups: BTreeMap<&[PersonId], Vec<String>> = BTreeMap::new();
    for one in &outbox.notes {
        let (key, title) = (clean_line(&one.head.case_key), clean_line(&one.head.title));
        let line = format!("{key}, revision {} of “{title}”", one.revision);
        groups.entry(&one.readers).or_default().push(line);
    }
    let names = |readers: &[PersonId]| {
        let names: Vec<String> = readers.iter().map(|id| exchange.title(id)).collect();
        names.join(", ")
    };
    let waiting = |(readers, notes)| Waiting { readers: names(readers), notes };
    groups.into_iter().map(waiting).collect()
}

/// How many have answered that a note is erased there, a line for each note.
pub(crate) fn erased_lines(overview: &Overview) -> Vec<String> {
    let line = |(note, answered, readers): &(crate::vault::NoteId, usize, usize)| {
        format!(
            "note {note}: {answered} of {} answered that it is erased there",
            counted(*readers, "person has", "people have")
        )
    };
    overview.erased.iter().map(line).collect()
}

/// Says what was taken in.
pub(crate) fn taken_in(intake: &Intake) -> String {
    let notes = counted(intake.notes, "new note or correction", "new notes or corrections");
    let erased = match intake.erased {
        0 => String::new(),
        some => {
            let erased =
                counted(some, "note that its author erased", "notes that their authors erased");
            format!(" Erased here: {erased}.")
        }
    };
    format!("Taken in: {notes}.{erased}")
}

/// Says what was sent.
pub(crate) fn sent_words(sent: Sent, without_readers: usize) -> String {
    let mut text = format!("Sent: {}.", counted(sent.notes, "revision", "revisions"));
    if sent.erasures > 0 {
        let erasures = counted(sent.erasures, "note", "notes");
        text.push_str(&format!(" The others are asked to erase {erasures} that you erased."));
    }
    if without_readers > 0 {
        text.push_str(&format!(" {}.", waits_for_readers(without_readers)));
    }
    text
}

/// Asks for the fingerprint of somebody, before they are added to everybody who takes part: what to
/// compare, then who could read what.
pub(crate) fn addition(card: &Card, people: &[PersonRow], steward: bool) -> [String; 3] {
    let others = people.iter().filter(|row| row.removed.is_none());
    let others: Vec<String> =
        others.map(|row| format!("{} ({})", row.name, row.agency)).chain([card.title()]).collect();
    let power = if steward { " They could also add and remove people." } else { "" };
    [
        format!(
            "Ask {} to read you their fingerprint, by telephone or face to face. Go on only if it \
             is this one:",
            card.title()
        ),
        card.id().spoken(),
        format!(
            "Every note about a case or a service that anybody completes and sends from then on \
             could be read by: {}.{power}",
            others.join(", ")
        ),
    ]
}

/// Says that somebody was added.
pub(crate) fn added(card: &Card) -> String {
    format!(
        "Added {}. They open what is sent from now on, once everybody has synced. Earlier notes stay \
         closed to them.",
        card.title()
    )
}

/// Says what it means that somebody is removed.
pub(crate) fn removal(title: &str) -> String {
    format!(
        "{title} will be removed. From then on nothing is encrypted for them, and what they send \
         does not count. What they have received stays with them: no program can take it back. \
         Their keys can never be added again."
    )
}

/// Says that somebody was removed.
pub(crate) fn removed(card: &Card) -> String {
    format!(
        "Removed {}. The others stop encrypting for them when this has been copied to them and they \
         sync: tell them now if it is urgent. What {} received stays with them.",
        card.title(),
        card.name
    )
}

/// Since when somebody takes part and as what, or when, by whom and why they were removed.
pub(crate) fn since(row: &PersonRow, local: &LocalTime) -> String {
    let day = |at: Timestamp| -> Date { local.day(at) };
    match &row.removed {
        Some((at, by, reason)) => format!("removed {} by {by}: {reason}", show_date(day(*at))),
        None if row.steward => format!("{}, steward", show_date(day(row.since))),
        None => show_date(day(row.since)),
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::{
        exchange::{Received, init, join},
        vault::{
            NoteId,
            fixtures::{head, vault},
        },
    };

    fn now() -> Timestamp {
        "2026-11-30T12:00:00Z".parse().expect("a time")
    }

    fn done(vault: &Vault, request: ExchangeRequest) -> ExchangeReply {
        let go_on: GoOn = Arc::new(|| true);
        perform(vault, request, now(), &go_on).expect("done")
    }

    fn complete(vault: &Vault, key: &str) {
        let template = crate::clinic::bundled_template("peer-case-clinic").expect("bundled");
        let template = template.parse().expect("sound");
        let session =
            crate::clinic::Session::start(template, uuid::Uuid::new_v4(), key, false, now());
        let body = crate::clinic::to_document(&session);
        let head = crate::vault::NoteHead { case_key: key.to_owned(), ..head("A meeting") };
        vault.complete(NoteId::random(), &head, &body).expect("completes");
    }

    /// Two people in one exchange, of whom the first added the second.
    fn two() -> (TempDir, [(TempDir, Vault); 2]) {
        let (shared, asha, bryn) = (tempfile::tempdir().expect("a folder"), vault(), vault());
        let folder = shared.path().join("exchange");
        init(&asha.1, &folder, ("Asha", "Northmoor", "deputy"), now()).expect("begins");
        join(&bryn.1, &folder, ("Bryn", "Southvale", "lead")).expect("joins");
        let seen = done(&asha.1, ExchangeRequest::Look).seen.expect("an exchange");
        let person = seen.asking[0].id();
        done(&asha.1, ExchangeRequest::Add { person, steward: false });
        done(&bryn.1, ExchangeRequest::TakeIn { folder: None });
        (shared, [asha, bryn])
    }

    #[test]
    fn only_what_was_agreed_to_is_sent_and_what_was_completed_meanwhile_waits() {
        let (_shared, [(_home, asha), (_other, bryn)]) = two();
        complete(&asha, "HERON-1");
        let reply = done(&asha, ExchangeRequest::TakeIn { folder: None });
        let (seen, agreed) = (reply.seen.expect("seen"), reply.to_send.expect("it waits"));
        assert_eq!(seen.waiting[0].readers, "Bryn (Southvale)");
        complete(&asha, "HERON-2");
        let reply = done(&asha, ExchangeRequest::Send(agreed));
        assert_eq!(reply.done.as_deref(), Some("Sent: 1 revision."));
        assert_eq!(reply.seen.map(|seen| seen.to_send), Some("1 revision".to_owned()));
        let reply = done(&bryn, ExchangeRequest::TakeIn { folder: None });
        assert!(reply.is_changed && reply.to_send.is_none());
        let received = Received::load(&bryn).expect("loads").expect("an exchange");
        let keys: Vec<&str> =
            received.notes().iter().map(|note| note.newest().head.case_key.as_str()).collect();
        assert_eq!(keys, ["HERON-1"]);
    }

    #[test]
    fn what_would_be_read_by_somebody_else_than_agreed_waits() {
        let (_shared, [(_home, asha), (_other, bryn)]) = two();
        complete(&asha, "HERON-1");
        let agreed = done(&asha, ExchangeRequest::TakeIn { folder: None }).to_send;
        let seen = done(&asha, ExchangeRequest::Look).seen.expect("an exchange");
        let person = seen.people.iter().find(|row| !row.is_me).expect("Bryn").id.clone();
        let reason = "left the partnership".to_owned();
        done(&asha, ExchangeRequest::Remove { person, reason });
        let reply = done(&asha, ExchangeRequest::Send(agreed.expect("it waits")));
        assert!(reply.done.is_some_and(|text| text.starts_with("Sent: 0 revisions.")));
        let reply = done(&bryn, ExchangeRequest::TakeIn { folder: None });
        assert!(!reply.is_changed);
    }

    #[test]
    fn a_folder_that_is_gone_is_named_and_the_vault_still_says_who_takes_part_and_what_waits() {
        let (shared, [(_home, asha), _]) = two();
        complete(&asha, "HERON-1");
        drop(shared);
        let seen = done(&asha, ExchangeRequest::Look).seen.expect("an exchange");
        assert!(seen.problem.is_some_and(|text| text.contains("it is not there")));
        assert_eq!((seen.people.len(), seen.waiting.len(), seen.to_take_in), (2, 1, None));
        let go_on: GoOn = Arc::new(|| true);
        let request = ExchangeRequest::TakeIn { folder: None };
        let reply = perform(&asha, request, now(), &go_on).expect("said");
        let failure = reply.failure.expect("it fails");
        assert!(failure.contains("Your vault is as it was."), "{failure}");
        assert!(reply.seen.is_some_and(|seen| seen.waiting.len() == 1), "it still waits");
        let (_home, alone) = vault();
        assert!(done(&alone, ExchangeRequest::Look).seen.is_none());
    }
}
