//! The vault worker: the one thread that unlocks and locks. It does requests one after the other.
//!
//! It answers everything with a message; a note's text goes through the save queue and nowhere
//! else. The keys are held by a process of their own. When the vault is locked that process ends, after
//! everything is saved.

mod exchange;
mod inspection;
pub(crate) mod note_search;
mod saving;

use std::{
    io,
    path::PathBuf,
    sync::{Arc, mpsc::Receiver},
    thread,
    time::Duration,
};

use secrecy::SecretString;

use crate::services::{
    new_clinic::{begun_follow_ups, follow_up_clinic, new_clinic, practice_clinic},
    notes,
    private_file::{FileNotWritten, typed_path, write_private_file},
    save_queue::{Drained, SaveEvent, SaveQueue, Work},
    templates::{local_formats, newer_template, templates_folder},
};
use crate::tui::{message_queue::MessageSender, terminal};
use crate::{
    app::{
        DocumentFile, Message, RecoveryShown, SaveStatus, VaultOpening, VaultRequest, VaultStatus,
    },
    clinic::Session,
    services::{AppPaths, ExchangeFailure, ExchangeRequest, NoteOpened, RequestError},
    text::{LocalTime, clean_line},
    vault::{
        KeyPlace, NewSheet, NoteId, PlacingRound, RecoverySheet, SealedBuffer, Strength, Vault,
        VaultError, VaultPlace, VaultState, keys::passphrase, probe,
    },
};
use exchange::ExchangeWorker;
use inspection::{CheckWorker, inspect};
use note_search::NoteSearchWorker;

/// How long leaving waits for the disk when somebody can still decide.
const PATIENT: Duration = Duration::from_secs(5);
/// And when a signal or a lost terminal leaves no time.
const HURRIED: Duration = Duration::from_millis(1500);

/// Starts the worker. It ends with the last sender of requests, after everything is saved.
pub(super) fn start(
    paths: AppPaths,
    local: LocalTime,
    requests: Receiver<VaultRequest>,
    messages: MessageSender,
) -> io::Result<()> {
    thread::Builder::new().name("vault".into()).spawn(move || {
        let templates = templates_folder(&paths);
        let mut worker = VaultWorker {
            place: paths.vault_place(),
            templates,
            local,
            open: None,
            placing: None,
            aside: None,
            messages,
        };
        worker.report_status();
        while let Ok(request) = requests.recv() {
            worker.handle(request);
        }
    })?;
    Ok(())
}

struct VaultWorker {
    place: VaultPlace,
    /// Where local templates are.
    templates: PathBuf,
    /// The time zone of what people read.
    local: LocalTime,
    open: Option<OpenVault>,
    /// The round of placing through the chat of a call: its key ends with it.
    placing: Option<PlacingRound>,
    /// What was being typed when the vault was locked.
    aside: Option<SealedBuffer>,
    messages: MessageSender,
}

struct OpenVault {
    /// Dropped first of all: it ends before the keys go, and forgets every word.
    search: Option<NoteSearchWorker>,
    /// Likewise.
    checking: Option<CheckWorker>,
    /// Likewise.
    exchange: Option<ExchangeWorker>,
    /// Dropped next: its writer finishes before the keys go.
    queue: Arc<SaveQueue>,
    /// A recovery sheet that is shown and not confirmed yet.
    new_sheet: Option<NewSheet>,
    vault: Arc<Vault>,
}

impl VaultWorker {
    fn send(&self, message: Message) {
        // The program is ending if nobody listens.
        let _ = self.messages.send(message);
    }

    /// Writes a recovery sheet into the file that somebody named. Returns the file, or what to do instead.
    fn save_sheet(&self, typed: &str, sheet: &str) -> Result<String, String> {
        let say = |refused: FileNotWritten| format!("{refused} {}", refused.advice());
        let path = typed_path(typed).map_err(say)?;
        write_private_file(&self.place.folder, &path, sheet.as_bytes(), false).map_err(say)?;
        Ok(clean_line(&path.to_string_lossy()))
    }

    /// Writes a document into the file that somebody named, and returns the file.
    fn write_document(&self, document: &DocumentFile) -> Result<String, FileNotWritten> {
        let path = typed_path(&document.file)?;
        write_private_file(&self.place.folder, &path, &document.contents, document.replace)?;
        Ok(clean_line(&path.to_string_lossy()))
    }

    fn handle(&mut self, request: VaultRequest) {
        match request {
            VaultRequest::ReadVaultStatus => self.report_status(),
            VaultRequest::OfferPassphrase => {
                self.send(Message::PassphraseOffered(passphrase::generate()));
            }
            VaultRequest::CreateVault(passphrase) => self.create(&passphrase),
            VaultRequest::ConfirmRecovery => self.confirm(),
            VaultRequest::NewSheet => self.make_sheet(),
            VaultRequest::BeginPlacing { steps } => {
                let steps = steps.iter().map(String::as_str);
                let round = PlacingRound::begin(&KeyPlace::helper(), steps);
                let round = round.map_err(|error| error.to_string());
                let code = round.as_ref().map(|round| round.code().to_string());
                self.send(Message::PlacingBegun(code.map_err(Clone::clone)));
                self.placing = round.ok();
            }
            VaultRequest::ReadChat(chat) => {
                let read = self.placing.as_ref().map(|round| round.read_chat(&chat));
                let read = read.unwrap_or_else(|| Err(io::Error::other("the round has ended")));
                self.send(Message::ChatRead(read.map_err(|error| error.to_string())));
            }
            VaultRequest::EndPlacing => self.placing = None,
            VaultRequest::WriteDocument { document, recorded } => {
                let written = self.write_document(&document);
                let recorded = recorded.filter(|_| written.is_ok());
                // At once: locking and leaving come after it.
                if let Some((id, session)) = &recorded {
                    self.save(*id, session, Work::Amend(notes::correction(session)), 0);
                }
                self.send(Message::DocumentWritten { written, recorded });
            }
            VaultRequest::SaveSheet { file, sheet } => {
                let saved = self.save_sheet(&file, &sheet);
                self.send(Message::SheetSaved(saved));
            }
            VaultRequest::UnlockVault(passphrase) => self.unlock(&passphrase),
            VaultRequest::LockVault { aside } => self.lock(&aside),
            VaultRequest::StartClinic { template, practice } => {
                let started = self.start_clinic(&template, practice).map(Box::new);
                self.send(Message::ClinicStarted(started));
            }
            VaultRequest::StartFollowUp { note, template, another } => {
                let find = |vault: &Vault| begun_follow_ups(&note, vault);
                let begun = if another { Ok(Vec::new()) } else { self.when_saved(find) };
                if let Some(begun) = begun.ok().filter(|begun| !begun.is_empty()) {
                    return self.send(Message::FollowUpsBegun { note, template, begun });
                }
                let folder = &self.templates;
                let follow =
                    |vault: &Vault| follow_up_clinic(&note, template.as_deref(), folder, vault);
                let started = self.when_saved(follow);
                let started = started.map(|(id, session)| Box::new((Some(id), session)));
                self.send(Message::ClinicStarted(started));
            }
            VaultRequest::ReadFormats => {
                self.send(Message::FormatsRead(local_formats(&self.templates)));
            }
            VaultRequest::KeepDraft(id) => {
                let kept = self.with_saved(id, |vault| vault.keep_draft(id));
                self.send(Message::DraftKept(kept));
            }
            VaultRequest::ListNotes => self.list(),
            VaultRequest::InspectVault => {
                let seen = self.when_saved(|vault| Ok::<_, VaultError>(Box::new(inspect(vault))));
                self.send(Message::VaultSeen(seen));
            }
            VaultRequest::CheckVault => self.check(),
            VaultRequest::Exchange(request) => self.exchange(request),
            VaultRequest::Keep(request) => self.change_retention(request),
            VaultRequest::FindNotes { generation, text } => {
                if let Some(search) = self.open.as_ref().and_then(|open| open.search.as_ref()) {
                    search.find(generation, text);
                } else {
                    let results = Err(RequestError::SearchNotStarted.to_string());
                    self.send(Message::NotesFound { generation, results });
                }
            }
            VaultRequest::ListActions => {
                let listed = self.when_saved(notes::list_actions);
                self.send(Message::ActionsListed(listed));
            }
            VaultRequest::Count(period) => {
                let today = self.local.day(jiff::Timestamp::now());
                let counted = self.when_saved(|vault| notes::count(vault, period, today));
                self.send(Message::Counted(counted.map(Box::new)));
            }
            VaultRequest::FollowUpAction { note, action, status, outcome } => {
                let follow_up =
                    |vault: &Vault| notes::follow_up(vault, note, action, status, outcome);
                let done = self.with_saved(note, follow_up);
                self.send(Message::ActionFollowedUp(done));
            }
            VaultRequest::ReassignAction { note, action, owner, by } => {
                let reassign = |vault: &Vault| notes::reassign(vault, note, action, owner, by);
                let done = self.with_saved(note, reassign);
                self.send(Message::ActionFollowedUp(done));
            }
            VaultRequest::OpenNote(id) => {
                let opened = self.read(id);
                self.send(Message::NoteOpened(opened.map(|opened| self.to_continue(opened))));
            }
            VaultRequest::OpenNamed(name) => {
                let found =
                    self.when_saved(|vault| notes::find_note(vault, &name, notes::NoteKind::Draft));
                let opened = found.and_then(|found| self.read(found.id));
                self.send(Message::NoteOpened(opened.map(|opened| self.to_continue(opened))));
            }
            VaultRequest::SaveDraft { id, session, turn } => {
                self.save(id, &session, Work::Draft, turn);
            }
            VaultRequest::Complete { id, session, turn } => {
                self.save(id, &session, Work::Complete, turn);
            }
            VaultRequest::Amend { id, session } => {
                self.save(id, &session, Work::Amend(notes::correction(&session)), 0);
            }
            VaultRequest::End { anyway } => self.end(anyway),
        }
    }

    fn report_status(&self) {
        let status = match probe(&self.place.folder) {
            _ if self.open.is_some() => VaultStatus::Open,
            VaultState::Missing => VaultStatus::Missing,
            VaultState::Locked(_) => VaultStatus::Locked,
            VaultState::Damaged { why, advice } => VaultStatus::Unusable(format!("{why} {advice}")),
            VaultState::NewerFormat { found, known } => VaultStatus::Unusable(format!(
                "This vault was used with a newer version of caseclinic (format {found}; this one reads up to {known}). Update caseclinic to open it. Nothing was changed."
            )),
        };
        self.send(Message::VaultStatusRead(status));
    }

    /// The vault, with its keys in a process of their own.
    fn guarded_place(&self) -> VaultPlace {
        VaultPlace { keys: KeyPlace::helper(), ..self.place.clone() }
    }

    fn create(&mut self, passphrase: &SecretString) {
        match Vault::create(self.guarded_place(), passphrase, Strength::STANDARD) {
            Ok((vault, sheet)) => {
                let kept_here = keys_kept_here(&vault);
                if self.start_writer(vault) {
                    self.send(Message::VaultCreated(recovery_shown(sheet, false)));
                    if let Some(warning) = kept_here {
                        self.send(warning);
                    }
                }
            }
            Err(error) => self.send(Message::VaultRefused(error.sentence())),
        }
    }

    /// A new sheet that was shown takes the place of the old one; else the old one is confirmed.
    fn confirm(&mut self) {
        let Some(open) = &mut self.open else { return };
        let confirmed = match open.new_sheet.take() {
            Some(new) => open.vault.replace_sheet(&new, jiff::Timestamp::now()),
            None => open.vault.confirm_recovery(),
        };
        if let Err(error) = confirmed {
            self.send(Message::VaultRefused(error.sentence()));
        }
    }

    /// Makes a new recovery sheet and shows it. It counts when it is confirmed.
    fn make_sheet(&mut self) {
        let Some(open) = &mut self.open else { return };
        let message = match open.vault.new_sheet() {
            Ok(new) => {
                let shown = recovery_shown(new.sheet.clone(), true);
                open.new_sheet = Some(new);
                Message::VaultCreated(shown)
            }
            Err(error) => Message::VaultRefused(error.sentence()),
        };
        self.send(message);
    }

    fn unlock(&mut self, passphrase: &SecretString) {
        if let Some(open) = &self.open {
            // It could not be closed, because something is not saved; nobody sees it meanwhile.
            let vault = Arc::clone(&open.vault);
            if let Err(error) = vault.verify_passphrase(passphrase) {
                return self.send(Message::VaultRefused(error.sentence()));
            }
            // Another process may hold the keys now.
            terminal::be_watched(vault.watch());
            self.restore_text(&vault);
            let read_only = vault.read_only().map(str::to_owned);
            let opening = VaultOpening { read_only, ..VaultOpening::default() };
            return self.send(Message::VaultOpened(opening));
        }
        let vault = match Vault::unlock(self.guarded_place(), passphrase) {
            Ok(vault) => vault,
            Err(error) => return self.send(Message::VaultRefused(error.sentence())),
        };
        let opening = VaultOpening {
            read_only: vault.read_only().map(str::to_owned),
            rollback: vault.rollback().map(|found| format!("{} {}", found.why, found.advice)),
            is_sheet_unconfirmed: !vault.recovery_confirmed(),
        };
        let kept_here = keys_kept_here(&vault);
        if !self.start_writer(vault) {
            return;
        }
        if let Some(vault) = self.open.as_ref().map(|open| Arc::clone(&open.vault)) {
            self.restore_text(&vault);
        }
        self.send(Message::VaultOpened(opening));
        if let Some(warning) = kept_here {
            self.send(warning);
        }
    }

    /// Takes an open vault and starts its writer.
    fn start_writer(&mut self, vault: Vault) -> bool {
        terminal::be_watched(vault.watch());
        let vault = Arc::new(vault);
        let messages = self.messages.clone();
        let report = move |event: SaveEvent| {
            let message = match event {
                SaveEvent::Saved { note, seq, at } => Message::Saved { note, turn: seq, at },
                SaveEvent::Completed { note, revision, .. } => {
                    Message::Completed { note, revision }
                }
                SaveEvent::Amended { note, revision } => Message::Amended { note, revision },
                SaveEvent::Failed { failure, .. } => {
                    Message::Saving(SaveStatus::NotSaved(failure.to_string()))
                }
            };
            // The program is ending if nobody listens.
            let _ = messages.send(message);
        };
        match SaveQueue::start(Arc::clone(&vault), report) {
            Ok(queue) => {
                keep_copies(&vault);
                // Without it everything else works, and a search says that it can't.
                let search =
                    NoteSearchWorker::start(Arc::clone(&vault), self.messages.clone()).ok();
                self.open = Some(OpenVault {
                    search,
                    checking: None,
                    exchange: None,
                    queue: Arc::new(queue),
                    new_sheet: None,
                    vault,
                });
                true
            }
            Err(error) => {
                let why = format!(
                    "Saving could not be started: {error}. Close other programs and try again."
                );
                self.send(Message::VaultRefused(why));
                false
            }
        }
    }

    fn lock(&mut self, aside: &[String]) {
        self.placing = None;
        if let Some(open) = &self.open {
            if !aside.is_empty() {
                match open.vault.seal_text(aside) {
                    Ok(sealed) => self.aside = Some(sealed),
                    Err(error) => return self.send(Message::NotClosed(error.sentence())),
                }
            }
            if let Drained::Unsaved(failure) = open.queue.drain(PATIENT) {
                return self.send(Message::NotClosed(failure.to_string()));
            }
            // What fails here costs no text: the next change of the ledger enters it.
            let _ = open.vault.enter_drafts();
            terminal::be_watched(None);
            self.open = None;
        }
        self.send(Message::VaultClosed);
    }

    /// Opens every file beside the work; a check under way begins again.
    fn check(&mut self) {
        let Some(open) = &mut self.open else { return };
        open.queue.drain(PATIENT);
        open.checking = None;
        match CheckWorker::start(Arc::clone(&open.vault), self.messages.clone()) {
            Ok(checking) => open.checking = Some(checking),
            Err(error) => {
                self.send(Message::VaultSeen(Err(RequestError::CheckNotStarted(error))));
            }
        }
    }

    /// Does something with the exchange beside the work. One thing at a time: two would both number
    /// what they post.
    fn exchange(&mut self, request: ExchangeRequest) {
        let Some(open) = &mut self.open else { return };
        if open.exchange.as_ref().is_some_and(ExchangeWorker::is_at_work) {
            return self.send(Message::ExchangeDone(Err(ExchangeFailure::Busy)));
        }
        // What was just completed is to be sent too.
        open.queue.drain(PATIENT);
        match ExchangeWorker::start(Arc::clone(&open.vault), request, self.messages.clone()) {
            Ok(worker) => open.exchange = Some(worker),
            Err(error) => {
                self.send(Message::ExchangeDone(Err(ExchangeFailure::NotStarted(error))));
            }
        }
    }

    /// Gives back what was being typed when the vault was locked.
    fn restore_text(&mut self, vault: &Vault) {
        if let Some(aside) = self.aside.take() {
            self.send(Message::Unsealed(vault.restore_sealed_text(&aside)));
        }
    }

    fn start_clinic(
        &self,
        id: &str,
        practice: bool,
    ) -> Result<(Option<NoteId>, Session), RequestError> {
        if practice {
            return Ok((None, practice_clinic(id, &self.templates)?));
        }
        let open = self.open.as_ref().ok_or(RequestError::Locked)?;
        let (id, session) = new_clinic(id, &self.templates, &open.vault)?;
        Ok((Some(id), session))
    }

    /// A draft as it is continued: with a later version of its template if there is one, and up to date
    /// with what became of the actions it follows up.
    fn to_continue(&self, mut opened: NoteOpened) -> Box<NoteOpened> {
        if opened.is_draft() {
            if let Some(open) = &self.open {
                notes::update_earlier_actions(&open.vault, &mut opened);
            }
            opened.newer = newer_template(&opened.session, &self.templates).map(Box::new);
        }
        Box::new(opened)
    }
}

/// Takes the copy of the day, if it is due, while work goes on. It must never stand in the way: a
/// copy that failed is tried again when the vault is next opened.
fn keep_copies(vault: &Vault) {
    let copier = vault.copier();
    let taking = move || drop(copier.copy_if_due(jiff::Timestamp::now()));
    drop(thread::Builder::new().name("copies".into()).spawn(taking));
}

/// What is said when no process could be started that holds the keys.
fn keys_kept_here(vault: &Vault) -> Option<Message> {
    let why = vault.keys_held_here_because()?;
    Some(Message::KeysKeptHere(format!(
        "The keys could not be kept in a process of their own ({why}), so after locking copies of \
         them may stay in memory until you leave the program. Leave it with Ctrl-Q when you stop \
         working."
    )))
}

fn recovery_shown(sheet: RecoverySheet, renewed: bool) -> RecoveryShown {
    RecoveryShown {
        renewed,
        sheet: sheet.text.clone(),
        copied: sheet.copied.clone(),
        question: format!("Group {} of the key:", sheet.asked_group()),
        confirms: Box::new(move |typed| sheet.confirms(typed)),
    }
}
