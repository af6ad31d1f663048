//! The keeper of the vault: the one thread that holds its keys, in order of what is asked.
//!
//! It answers everything with a message; a note's text goes through the save queue and nowhere
//! else. When the vault is locked its keys are dropped here, after everything is saved.

use std::{
    io,
    path::PathBuf,
    sync::{
        Arc,
        mpsc::{Receiver, Sender},
    },
    thread,
    time::Duration,
};

use jiff::Timestamp;
use rand::{RngCore, rngs::OsRng};
use secrecy::SecretString;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::save_queue::{Drained, SaveEvent, SaveQueue, SaveState};
use crate::{
    app::{Message, NoteOpened, RecoveryShown, SaveLook, VaultLook},
    clinic::{
        Session, Template, bundled_templates, case_key, from_document, practice_session, summary,
        to_document,
    },
    vault::{
        NoteHead, NoteId, NoteSource, Places, RecoverySheet, Strength, Vault, VaultState, Verified,
        passphrase, probe,
    },
};

/// How long leaving waits for the disk when somebody can still decide.
const PATIENT: Duration = Duration::from_secs(5);
/// And when a signal or a lost terminal leaves no time.
const HURRIED: Duration = Duration::from_millis(1500);

/// What the keeper is asked.
pub(super) enum Order {
    Look,
    OfferPassphrase,
    Create(SecretString),
    ConfirmRecovery,
    Unlock(SecretString),
    Lock,
    StartClinic { practice: bool },
    List,
    Open(NoteId),
    OpenNamed(String),
    Save { id: NoteId, session: Box<Session>, turn: u64 },
    Complete { id: NoteId, session: Box<Session>, turn: u64 },
    End { anyway: bool },
}

/// Starts the keeper. It ends when nobody asks any more, after everything is saved.
pub(super) fn start(
    places: Places,
    ordered: Receiver<Order>,
    messages: Sender<Message>,
) -> io::Result<()> {
    thread::Builder::new().name("vault".into()).spawn(move || {
        let mut keeper = Keeper { place: places.vault, open: None, messages };
        keeper.look();
        while let Ok(order) = ordered.recv() {
            keeper.follow(order);
        }
    })?;
    Ok(())
}

struct Keeper {
    place: PathBuf,
    open: Option<Open>,
    messages: Sender<Message>,
}

struct Open {
    /// Dropped first: its writer finishes before the keys go.
    queue: Arc<SaveQueue>,
    vault: Arc<Vault>,
}

impl Keeper {
    fn say(&self, message: Message) {
        // The program is ending if nobody listens.
        let _ = self.messages.send(message);
    }

    fn follow(&mut self, order: Order) {
        match order {
            Order::Look => self.look(),
            Order::OfferPassphrase => {
                self.say(Message::PassphraseOffered(passphrase::generate()));
            }
            Order::Create(passphrase) => self.create(&passphrase),
            Order::ConfirmRecovery => self.confirm(),
            Order::Unlock(passphrase) => self.unlock(&passphrase),
            Order::Lock => self.lock(),
            Order::StartClinic { practice } => {
                let started = self.start_clinic(practice).map(Box::new);
                self.say(Message::ClinicStarted(started));
            }
            Order::List => self.list(),
            Order::Open(id) => {
                let opened = self.read(id);
                self.say(Message::NoteOpened(opened.map(Box::new)));
            }
            Order::OpenNamed(name) => {
                let opened = self.find(&name).and_then(|id| self.read(id));
                self.say(Message::NoteOpened(opened.map(Box::new)));
            }
            Order::Save { id, session, turn } => self.save(id, &session, turn, false),
            Order::Complete { id, session, turn } => self.save(id, &session, turn, true),
            Order::End { anyway } => self.end(anyway),
        }
    }

    fn look(&self) {
        let look = match probe(&self.place) {
            _ if self.open.is_some() => VaultLook::Open,
            VaultState::Missing => VaultLook::Missing,
            VaultState::Locked(_) => VaultLook::Locked,
            VaultState::Damaged { why, advice } => VaultLook::Unusable(format!("{why} {advice}")),
            VaultState::NewerFormat { found, known } => VaultLook::Unusable(format!(
                "This vault has format {found}; this version reads up to {known}. Update caseclinic; nothing was changed."
            )),
        };
        self.say(Message::VaultLooked(look));
    }

    fn create(&mut self, passphrase: &SecretString) {
        match Vault::create(&self.place, passphrase, Strength::STANDARD) {
            Ok((vault, sheet)) => {
                if self.hold(vault) {
                    self.say(Message::VaultCreated(shown(sheet, false)));
                }
            }
            Err(error) => self.say(Message::VaultRefused(error.sentence())),
        }
    }

    fn confirm(&self) {
        if let Some(open) = &self.open
            && let Err(error) = open.vault.confirm_recovery()
        {
            self.say(Message::VaultRefused(error.sentence()));
        }
    }

    fn unlock(&mut self, passphrase: &SecretString) {
        let vault = match Vault::unlock(&self.place, passphrase) {
            Ok(vault) => vault,
            Err(error) => return self.say(Message::VaultRefused(error.sentence())),
        };
        let read_only = vault.read_only().map(str::to_owned);
        // A sheet that nobody confirmed may never have been written down: a new one is shown.
        let renew = read_only.is_none() && !vault.recovery_confirmed();
        let sheet = renew.then(|| vault.renew_recovery());
        if !self.hold(vault) {
            return;
        }
        match sheet {
            Some(Ok(sheet)) => self.say(Message::VaultCreated(shown(sheet, true))),
            _ => self.say(Message::VaultOpened { read_only }),
        }
    }

    /// Takes an open vault and starts its writer.
    fn hold(&mut self, vault: Vault) -> bool {
        let vault = Arc::new(vault);
        let messages = self.messages.clone();
        let report = move |event: SaveEvent| {
            let message = match event {
                SaveEvent::Saved { note, seq, at } => Message::Saved { note, turn: seq, at },
                SaveEvent::Completed { revision, .. } => Message::Completed(Ok(revision)),
                SaveEvent::Discarded { .. } => return,
                SaveEvent::Failed { why, advice, .. } => {
                    Message::Saving(SaveLook::NotSaved(format!("{why} {advice}")))
                }
            };
            // The program is ending if nobody listens.
            let _ = messages.send(message);
        };
        match SaveQueue::start(Arc::clone(&vault), report) {
            Ok(queue) => {
                keep_copies(&vault);
                self.open = Some(Open { queue: Arc::new(queue), vault });
                true
            }
            Err(error) => {
                let why = format!(
                    "The writer could not be started: {error}. Close other programs and try again."
                );
                self.say(Message::VaultRefused(why));
                false
            }
        }
    }

    fn lock(&mut self) {
        if let Some(open) = &self.open {
            if let Drained::Unsaved { why, advice } = open.queue.drain(PATIENT) {
                let why = format!("Not locked: {why} {advice}");
                return self.say(Message::Saving(SaveLook::NotSaved(why)));
            }
            self.open = None;
        }
        self.say(Message::VaultClosed);
    }

    fn start_clinic(&self, practice: bool) -> Result<(Option<NoteId>, Session), String> {
        let bundled = bundled_templates().first().ok_or("No clinic template is there.")?;
        let template = Template::parse(bundled.file, bundled.text).map_err(|problems| {
            problems.first().map_or_else(String::new, |problem| problem.to_string())
        })?;
        let now = Timestamp::now();
        if practice {
            return practice_session(&template, bundled.example_file, bundled.example, now)
                .map(|session| (None, session))
                .map_err(|problem| problem.to_string());
        }
        let open = self.open.as_ref().ok_or("The vault is locked; unlock it first.")?;
        if let Some(why) = open.vault.read_only() {
            return Err(format!("A clinic can't be started in this window: {why}."));
        }
        let notes = open.vault.list().map_err(|error| error.sentence())?;
        let taken: Vec<&str> = notes
            .iter()
            .filter_map(|row| row.head.as_ref().ok())
            .map(|head| head.case_key.as_str())
            .collect();
        let key = case_key(OsRng.next_u64(), &taken);
        let session = Session::start(template, Uuid::new_v4(), &key, false, now);
        Ok((Some(NoteId::random()), session))
    }

    fn list(&self) {
        let listed = match &self.open {
            Some(open) => {
                // A draft that was just left may still wait to be written.
                open.queue.drain(HURRIED);
                open.vault.list().map_err(|error| error.sentence())
            }
            None => Err("The vault is locked.".to_owned()),
        };
        self.say(Message::NotesListed(listed));
    }

    /// The newest note with this case key or id.
    fn find(&self, name: &str) -> Result<NoteId, String> {
        let open = self.open.as_ref().ok_or("The vault is locked.")?;
        find_note(&open.vault, name)
    }

    fn read(&self, id: NoteId) -> Result<NoteOpened, String> {
        let open = self.open.as_ref().ok_or("The vault is locked.")?;
        // What still waits to be written must be on the disk before it is read from there.
        open.queue.drain(PATIENT);
        read_note(&open.vault, id)
    }

    fn save(&self, id: NoteId, session: &Session, turn: u64, complete: bool) {
        let Some(open) = &self.open else {
            let why = "The vault is locked. Unlock it, and it is saved.".to_owned();
            return self.say(Message::Saving(SaveLook::NotSaved(why)));
        };
        let body = Zeroizing::new(to_document(session));
        let head = head(session);
        if complete {
            open.queue.complete(id, head, body, turn);
        } else {
            open.queue.submit(id, head, body, turn);
        }
        if let SaveState::Saving = open.queue.state() {
            self.say(Message::Saving(SaveLook::Saving));
        }
    }

    fn end(&mut self, anyway: bool) {
        let patience = if anyway { HURRIED } else { PATIENT };
        if let Some(open) = &self.open
            && let Drained::Unsaved { why, advice } = open.queue.drain(patience)
            && !anyway
        {
            return self.say(Message::EndRefused(format!("{why} {advice}")));
        }
        self.say(Message::Ended);
    }
}

/// Takes the copy of the day, if it is due, while work goes on. It must never stand in the way: a
/// copy that failed is tried again when the vault is next opened.
fn keep_copies(vault: &Vault) {
    let copier = vault.copier();
    let taking = move || drop(copier.copy_if_due(Timestamp::now()));
    drop(thread::Builder::new().name("copies".into()).spawn(taking));
}

/// What a list shows of a session.
pub fn head(session: &Session) -> NoteHead {
    let facts = summary(session);
    let template = session.template();
    NoteHead {
        kind: "clinic".to_owned(),
        case_key: facts.case_key,
        title: facts.title,
        template: format!("{} {}", template.about.id, template.about.version),
        stage: format!("{}/{} {}", facts.stage, facts.stages, facts.stage_title),
        status: facts.status.title().to_owned(),
        created: facts.started,
        updated: facts.updated,
        next_review: facts.next_review,
    }
}

/// The newest note with this case key or id.
pub fn find_note(vault: &Vault, name: &str) -> Result<NoteId, String> {
    let notes = vault.list().map_err(|error| error.sentence())?;
    if let Some(row) = notes.iter().find(|row| row.id.to_string() == name) {
        return Ok(row.id);
    }
    notes
        .iter()
        .filter_map(|row| Some((row.id, row.head.as_ref().ok()?)))
        .filter(|(_, head)| head.case_key.eq_ignore_ascii_case(name))
        .max_by_key(|(_, head)| head.updated)
        .map(|(id, _)| id)
        .ok_or_else(|| {
            format!("There is no note “{name}”. `caseclinic clinic list` shows them all.")
        })
}

/// Reads a note of an open vault.
pub fn read_note(vault: &Vault, id: NoteId) -> Result<NoteOpened, String> {
    let opened = vault.open(id).map_err(|error| error.sentence())?;
    let session = from_document(&opened.body).map_err(|error| error.to_string())?;
    let doubt = match opened.verified {
        Verified::Yes => None,
        Verified::No(why) => Some(why),
    };
    Ok(NoteOpened { id, session, is_draft: opened.source == NoteSource::Draft, doubt })
}

fn shown(sheet: RecoverySheet, renewed: bool) -> RecoveryShown {
    RecoveryShown {
        renewed,
        sheet: sheet.text.clone(),
        question: format!("Group {} of the key:", sheet.asked_group()),
        confirms: Box::new(move |typed| sheet.confirms(typed)),
    }
}
