//! `--plain`: a clinic as a conversation on stdin and stdout.
//!
//! Every answer is saved before the next question is asked; a save that fails is said at once and
//! tried again with the next answer. The end of the input keeps the draft.

use std::{
    cell::OnceCell,
    io::{self, BufRead, IsTerminal, stdin},
    sync::{Arc, mpsc},
    time::Duration,
};

use secrecy::ExposeSecret;
use zeroize::Zeroizing;

use super::{
    CommandError, CommandResult, Context, OutputStyle,
    prompt::{NOT_TEXT, PromptError, text_of},
    show::entry_text,
};
use crate::{
    app::ClinicScreen,
    clinic::{Session, Status, to_document},
    conversation::{Conversation, Ending, Guide, Reply},
    knowledge::Library,
    search::{Options, Searcher},
    services::{
        AppPaths, head, library_of,
        save_queue::{Drained, SaveEvent, SaveFailure, SaveQueue, SaveState, Work},
    },
    system::terminal::LineWait,
    text::{width, wrap},
    vault::{KeyPlace, NoteId, PlacingRound, Vault},
};

/// How long a save may take before the next question is asked all the same.
const MAX_SAVE_TIME: Duration = Duration::from_secs(5);
/// Bytes of a line, its end included, that a terminal hands over; what comes after them is lost.
const MAX_TERMINAL_LINE_BYTES: usize = 4096;
/// Bytes of the longest letter.
const MAX_LETTER_BYTES: usize = 4;
/// Entries that a search names.
const MAX_FOUND: usize = 8;

/// Holds the conversation on standard input; unseen placements are asked for at the terminal, if
/// there is one. Fails if the note is not a draft or cannot be saved.
pub(crate) fn hold(
    note: Option<(NoteId, Vault)>,
    session: Session,
    context: &mut Context,
) -> CommandResult {
    if session.status() != Status::InProgress && note.is_some() {
        let (status, key) = (session.status().title(), session.case_key());
        let message = format!("This note is {status}, so it cannot be continued.");
        let hint = format!("To read it: `caseclinic clinic show {key}`.");
        return Err(CommandError::failed(message).hint(hint));
    }
    let paths = context.paths()?;
    let library = library_of(&paths);
    let guide = LibraryGuide { library: &library, paths: &paths, searcher: OnceCell::new() };
    let id = note.as_ref().map(|(id, _)| *id);
    let saver = note.map(|(id, vault)| DraftSaver::start(id, vault)).transpose()?;
    let input = Input::of_stdin()?;
    let (mut conversation, mut turn) =
        Conversation::begin(id, session, &guide, context.local.clone(), context.now());
    if input.is_typed() {
        conversation.expect_typing();
    }
    let mut ending = None;
    while ending.is_none() {
        print_wrapped(&turn.text, context)?;
        let Some(line) = input.read_line(conversation.hides(), context)? else { break };
        if line.is_empty() && input.more_waits() && conversation.takes_blank_line() {
            turn = Reply::default();
            continue;
        }
        turn = conversation.handle_line(&line, context.now());
        if let Some(saver) = &saver
            && turn.ending != Some(Ending::Completed)
            && let Some((_, session, number)) = conversation.take_unsaved(context.now())
            && let Err(error) = saver.save(&session, number)
        {
            context.print(CommandError::from(error))?;
        }
        ending = turn.ending;
    }
    if ending.is_some() {
        print_wrapped(&turn.text, context)?;
    }
    let session = conversation.session();
    let end = match (ending, saver) {
        (Some(Ending::Completed), Some(saver)) => {
            let revision = complete(&saver, session, &input, context)?;
            let who_opens = session.template().about.subject().who_opens();
            context.print(format!(
                "Completed, and saved as revision {revision}. It can no longer be edited. \
                 You can add corrections."
            ))?;
            let Some(who) = who_opens else { return Ok(()) };
            who.to_owned()
        }
        (Some(Ending::Completed), None) => {
            "The practice clinic is complete. Nothing was saved.".to_owned()
        }
        (_, Some(saver)) => {
            let key = session.case_key();
            saver.wait().map_err(|failure| saver.give_up(failure, session))?;
            if session.is_untouched() {
                "You wrote nothing, so no draft was saved.".to_owned()
            } else {
                format!(
                    "The draft is saved. To continue it: `caseclinic clinic resume {key} --plain`."
                )
            }
        }
        (_, None) => "You left the practice clinic. Nothing was saved.".to_owned(),
    };
    Ok(context.print(end)?)
}

/// Completes the note, and returns the number of the revision. Where a person types, a failure can
/// be tried again; at the end of the input it ends the conversation.
fn complete(
    saver: &DraftSaver,
    session: &Session,
    input: &Input,
    context: &mut Context,
) -> CommandResult<u32> {
    loop {
        let failure = match saver.complete(session) {
            Ok(revision) => return Ok(revision),
            Err(failure) => failure,
        };
        if input.is_typed() {
            context.print(CommandError::from(failure.clone()))?;
            print_wrapped("To try again, press Enter. To stop, type /quit.", context)?;
            if input.read_line(false, context)?.is_some_and(|line| line.trim() != "/quit") {
                continue;
            }
        }
        return Err(saver.give_up(failure, session));
    }
}

/// Prints lines, no wider than the terminal.
fn print_wrapped(text: &str, context: &mut Context) -> io::Result<()> {
    for line in text.lines() {
        let Some(columns) = context.style.columns.filter(|_| !line.is_empty()) else {
            context.print(line)?;
            continue;
        };
        let text = line.trim_start();
        let indent = &line[..line.len() - text.len()];
        for part in wrap(text, columns.saturating_sub(width(indent)).max(20)) {
            context.print(format!("{indent}{}", &text[part]))?;
        }
    }
    context.flush()
}

/// Where the lines come from.
struct Input {
    /// If a person types at a terminal.
    typed: Option<LineWait>,
}

impl Input {
    /// Standard input. At a terminal, Ctrl-C ends the conversation from here on and not the program.
    fn of_stdin() -> CommandResult<Self> {
        if !stdin().is_terminal() {
            return Ok(Self { typed: None });
        }
        let failed = |error| format!("The program cannot listen for Ctrl-C: {error}.");
        Ok(Self { typed: Some(LineWait::start().map_err(failed)?) })
    }

    fn is_typed(&self) -> bool {
        self.typed.is_some()
    }

    /// Reads the next line, after a prompt if a person is asked; none at the end of the input and
    /// after Ctrl-C.
    fn read_line(
        &self,
        is_hidden: bool,
        context: &mut Context,
    ) -> CommandResult<Option<Zeroizing<String>>> {
        if self.is_typed() && is_hidden {
            return Ok(match context.ask("> ") {
                Ok(typed) => Some(Zeroizing::new(typed.expose_secret().trim().to_owned())),
                Err(PromptError::Cancelled) => None,
                // Nobody can type unseen here: they pass.
                Err(_) => Some(Zeroizing::default()),
            });
        }
        loop {
            if let Some(typed) = &self.typed {
                context.prompt("> ")?;
                if typed.is_interrupted() {
                    let stopped = "\nStopped. What you typed since the last Enter is lost.";
                    print_wrapped(stopped, context)?;
                    return Ok(None);
                }
            }
            let mut bytes = Zeroizing::new(Vec::new());
            let read = stdin().lock().read_until(b'\n', &mut bytes);
            if read.map_err(|error| format!("Your answer could not be read: {error}."))? == 0 {
                return Ok(None);
            }
            if self.is_typed() && bytes.len() >= MAX_TERMINAL_LINE_BYTES {
                // The cut may go through a letter.
                if let Err(error) = std::str::from_utf8(&bytes)
                    && error.valid_up_to() + MAX_LETTER_BYTES >= bytes.len()
                {
                    bytes.truncate(error.valid_up_to());
                }
                let warning = "This line is too long for the terminal, so the end of it is missing. \
                               Write the rest on another line.";
                print_wrapped(warning, context)?;
            }
            match text_of(&bytes) {
                Some(line) => return Ok(Some(line)),
                None if self.is_typed() => {
                    let again = "Set the terminal to UTF-8, or type it without accents.";
                    print_wrapped(&format!("{NOT_TEXT} {again}"), context)?;
                }
                None => {
                    let hint = "What came before it is kept. Save the file as UTF-8, and continue \
                                the clinic with the rest of it.";
                    return Err(CommandError::usage(NOT_TEXT).hint(hint));
                }
            }
        }
    }

    /// Whether the terminal holds more already: nobody types that fast, so this was pasted.
    fn more_waits(&self) -> bool {
        self.typed.as_ref().is_some_and(LineWait::more_waits)
    }
}

/// Saves a note in order, and waits until it is safe.
struct DraftSaver {
    id: NoteId,
    vault: Arc<Vault>,
    queue: SaveQueue,
    events: mpsc::Receiver<SaveEvent>,
}

/// Enters how often the draft was saved, so that an older one put back is named on any computer.
impl Drop for DraftSaver {
    fn drop(&mut self) {
        if let SaveState::Saved(_) = self.queue.state() {
            // What fails here costs no text: the next change of the ledger enters it.
            let _ = self.vault.enter_drafts();
        }
    }
}

impl From<SaveFailure> for CommandError {
    fn from(failure: SaveFailure) -> Self {
        Self::failed(format!("NOT SAVED: {}", failure.why)).hint(failure.advice)
    }
}

impl DraftSaver {
    fn start(id: NoteId, vault: Vault) -> CommandResult<Self> {
        let (send, events) = mpsc::channel();
        let report = move |event| {
            // Nobody waits for it any more when the conversation is over.
            let _ = send.send(event);
        };
        let vault = Arc::new(vault);
        let queue = SaveQueue::start(Arc::clone(&vault), report);
        let queue = queue.map_err(|error| format!("Saving could not be started: {error}."))?;
        Ok(Self { id, vault, queue, events })
    }

    fn submit(&self, work: Work, session: &Session, turn: u64) {
        let body = Zeroizing::new(to_document(session));
        self.queue.submit(self.id, work, head(session), body, turn);
    }

    /// Saves a draft. Fails if it is not on the disk yet.
    fn save(&self, session: &Session, turn: u64) -> Result<(), SaveFailure> {
        self.submit(Work::Draft, session, turn);
        self.wait()
    }

    /// Tries once to complete the note, and returns the number of the revision. After a failure only
    /// a draft that is not on the disk yet still waits to be saved.
    fn complete(&self, session: &Session) -> Result<u32, SaveFailure> {
        let draft = self.queue.unsaved(self.id);
        self.submit(Work::Complete, session, u64::MAX);
        let waited = self.wait();
        // The queue is empty a moment before it reports the result.
        let patience = if waited.is_ok() { MAX_SAVE_TIME } else { Duration::ZERO };
        while let Ok(event) = self.events.recv_timeout(patience) {
            if let SaveEvent::Completed { revision, .. } = event {
                return Ok(revision);
            }
        }
        // It must not be completed after the person was told that it is not.
        self.queue.forget(self.id);
        if let Some((work, text)) = draft {
            self.queue.submit(self.id, work, text.0.clone(), text.1.clone(), 0);
        }
        Err(waited.err().unwrap_or_else(|| SaveFailure {
            why: "Not saved yet: the disk is not responding.".to_owned(),
            advice: "Check that the disk is connected.".to_owned(),
        }))
    }

    /// Returns the error that ends a conversation of which something is not saved. It says what is
    /// kept: the draft as it was last changed, or only as it was last saved.
    fn give_up(&self, failure: SaveFailure, session: &Session) -> CommandError {
        let key = session.case_key();
        let resume = format!("To continue it: `caseclinic clinic resume {key} --plain`.");
        let kept = match self.wait() {
            Ok(()) => format!("The draft is kept, with every answer. {resume}"),
            Err(_) => {
                self.queue.forget(self.id);
                format!(
                    "The answers since the last save are lost. If a draft was saved before, it is \
                     kept. {resume}"
                )
            }
        };
        CommandError { hint: format!("{} {kept}", failure.advice), ..failure.into() }
    }

    fn wait(&self) -> Result<(), SaveFailure> {
        match self.queue.drain(MAX_SAVE_TIME) {
            Drained::Clean => Ok(()),
            Drained::Unsaved(failure) => Err(failure),
        }
    }
}

/// The guidance as a conversation uses it.
struct LibraryGuide<'a> {
    library: &'a Library,
    paths: &'a AppPaths,
    searcher: OnceCell<Searcher>,
}

impl Guide for LibraryGuide<'_> {
    fn title(&self, id: &str) -> Option<(String, String)> {
        self.library.entry(id).map(|entry| (entry.title.clone(), entry.version.clone()))
    }

    fn entry(&self, id: &str) -> Option<String> {
        let home = self.library.home();
        let text = |entry| entry_text(entry, home, OutputStyle::default()).to_plain();
        self.library.entry(id).map(text)
    }

    fn search(&self, words: &str) -> Vec<(String, String)> {
        let searcher =
            self.searcher.get_or_init(|| Searcher::open(self.library, Some(&self.paths.cache)));
        let options = Options { limit: MAX_FOUND, ..Options::default() };
        let hits = searcher.search(words, &options).hits;
        hits.into_iter().map(|hit| (hit.id, hit.title)).collect()
    }

    fn begin_placing(&self, steps: &[String]) -> Result<PlacingRound, String> {
        // A process of its own holds the key: it ends at the reveal, and this one goes on.
        let steps = steps.iter().map(String::as_str);
        PlacingRound::begin(&KeyPlace::helper(), steps).map_err(|error| format!("{error}."))
    }

    fn prepare(&self, clinic: &mut ClinicScreen) {
        clinic.take_words_of(self.library);
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use crate::system::Errno;

    use super::*;
    use crate::{
        clinic::{Template, bundled_templates},
        vault::{
            Verified,
            fixtures::{
                fault::{Call, FaultyDisk},
                faulty_vault, place, unlock, vault,
            },
            storage::layout,
        },
    };

    fn session() -> Session {
        let bundled = bundled_templates().first().expect("a template");
        let template = Template::parse(bundled.file, bundled.text).expect("it parses");
        let now = jiff::Timestamp::UNIX_EPOCH;
        Session::start(template, uuid::Uuid::nil(), "HERON-42", false, now)
    }

    /// What is said when a note cannot be completed, on a disk that fails from then on, or already
    /// when the draft was last saved. Panics if nothing is said in time.
    fn completed_in_vain(draft_is_saved: bool) -> String {
        let (_home, disk, vault) = faulty_vault();
        let (send, said) = mpsc::channel();
        let (session, id) = (session(), NoteId::random());
        let theirs: Arc<FaultyDisk> = Arc::clone(&disk);
        thread::spawn(move || {
            let saver = DraftSaver::start(id, vault).expect("a thread");
            saver.save(&session, 1).expect("saved");
            if !draft_is_saved {
                theirs.fail_always(Call::Write, Errno::NOSPC);
                saver.save(&session, 2).expect_err("the disk is full");
            }
            theirs.fail_always(Call::Write, Errno::NOSPC);
            let failure = saver.complete(&session).expect_err("the disk is full");
            let error = saver.give_up(failure, &session);
            // A clinic reported as incomplete is not completed while the program ends.
            theirs.mend();
            assert_eq!(saver.queue.drain(MAX_SAVE_TIME), Drained::Clean);
            assert!(
                !saver
                    .events
                    .try_iter()
                    .any(|event| { matches!(event, SaveEvent::Completed { .. }) })
            );
            let _ = send.send(error.to_string());
        });
        said.recv_timeout(Duration::from_secs(30)).expect("it ends")
    }

    #[test]
    fn completion_that_cannot_be_saved_ends_and_says_what_is_kept() {
        let said = completed_in_vain(true);
        assert!(said.starts_with("NOT SAVED") && said.contains("with every answer"), "{said}");
        let said = completed_in_vain(false);
        assert!(said.contains("are lost") && said.contains("clinic resume HERON-42"), "{said}");
    }

    #[test]
    fn an_older_draft_put_back_after_the_conversation_is_named_by_the_ledger_alone() {
        let (home, vault) = vault();
        let (session, id) = (session(), NoteId::random());
        let file = place(&home).join(layout::draft_file(id));
        let saver = DraftSaver::start(id, vault).expect("a thread");
        saver.save(&session, 1).expect("saved");
        let first = std::fs::read(&file).expect("reads");
        saver.save(&session, 2).expect("saved");
        drop(saver);
        std::fs::write(&file, first).expect("put back");
        let opened = unlock(&home).open(id).expect("opens");
        assert!(matches!(opened.verified, Verified::No(_)));
    }
}
