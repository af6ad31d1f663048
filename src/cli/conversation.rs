//! `--plain`: a clinic as a conversation on stdin and stdout.
//!
//! Every answer is saved before the next question is asked; a save that fails is said at once and
//! tried again with the next answer. The end of the input keeps the draft.

use std::{
    cell::OnceCell,
    io::{BufRead, IsTerminal, Write, stdin},
    sync::{Arc, mpsc},
    time::Duration,
};

use jiff::Timestamp;
use secrecy::ExposeSecret;
use zeroize::Zeroizing;

use super::{
    output::{FAILED, Look, OK},
    show,
    vault::Console,
};
use crate::{
    app::ClinicScreen,
    clinic::{Session, Status, to_document},
    conversation::{Conversation, Ending, Guide},
    knowledge::Library,
    search::{Options, Searcher},
    services::{
        AppPaths, head,
        save_queue::{Drained, SaveEvent, SaveQueue},
    },
    text::{width, wrap},
    vault::{NoteId, Vault},
};

/// How long a save may take before the next question is asked all the same.
const PATIENT: Duration = Duration::from_secs(5);
/// Bytes of a line, its end included, that a terminal hands over; what comes after them is lost.
const TERMINAL_LINE: usize = 4096;
/// Entries that a search names.
const MAX_FOUND: usize = 8;

/// Where a conversation is held.
pub struct Room<'a> {
    /// Where lines come from.
    pub input: &'a mut dyn BufRead,
    /// Asks for what must not be seen, where there is a terminal.
    pub console: Option<&'a mut dyn Console>,
    /// How wide lines may be.
    pub look: Look,
    /// What is said.
    pub out: &'a mut dyn Write,
    /// Messages that are no part of the conversation.
    pub err: &'a mut dyn Write,
}

/// Holds the conversation on stdin; unseen placements are asked for at the terminal, if there is
/// one. Answers with the exit code.
pub fn on_stdin(
    note: Option<(NoteId, Vault)>,
    session: Session,
    places: &AppPaths,
    look: Look,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    let library = Library::with_packs(&places.packs);
    let books = Books { library: &library, places, searcher: OnceCell::new() };
    let mut terminal = super::vault::Terminal;
    let asks = stdin().is_terminal();
    let console = asks.then_some(&mut terminal as &mut dyn Console);
    let room = Room { input: &mut stdin().lock(), console, look, out, err };
    hold(note, session, &books, room)
}

/// Holds the conversation. Answers with the exit code.
pub fn hold(
    note: Option<(NoteId, Vault)>,
    session: Session,
    guide: &dyn Guide,
    mut room: Room<'_>,
) -> anyhow::Result<u8> {
    if session.status() != Status::InProgress && note.is_some() {
        let why = format!(
            "This note is {}, so it cannot be continued. To read it: `caseclinic clinic show {}`.",
            session.status().title(),
            session.case_key()
        );
        writeln!(room.err, "{why}")?;
        return Ok(FAILED);
    }
    let (id, keeper) = match note {
        Some((id, vault)) => (Some(id), Some(Keeper::start(vault)?)),
        None => (None, None),
    };
    let (mut conversation, mut turn) = Conversation::begin(id, session, guide, Timestamp::now());
    let mut ending = None;
    while ending.is_none() {
        room.say(&turn.text)?;
        let Some(line) = room.line(conversation.hides())? else { break };
        turn = conversation.handle_line(&line, Timestamp::now());
        if let Some(keeper) = &keeper
            && turn.ending != Some(Ending::Completed)
            && let Some((id, session, number)) = conversation.take_unsaved(Timestamp::now())
            && let Some(why) = keeper.save(id, &session, number)
        {
            writeln!(room.out, "NOT SAVED: {why}")?;
        }
        ending = turn.ending;
    }
    if ending.is_some() {
        room.say(&turn.text)?;
    }
    let session = conversation.session();
    match (ending, id.zip(keeper)) {
        (Some(Ending::Completed), Some((id, keeper))) => match keeper.complete(id, session) {
            Ok(revision) => {
                writeln!(
                    room.out,
                    "Completed, and saved as revision {revision}. It can no longer be edited. \
                     You can add corrections."
                )?;
                if let Some(who) = session.template().about.subject().who_opens() {
                    writeln!(room.out, "{who}")?;
                }
                Ok(OK)
            }
            Err(why) => {
                writeln!(room.err, "NOT SAVED: {why}")?;
                Ok(FAILED)
            }
        },
        (Some(Ending::Completed), None) => {
            writeln!(room.out, "The practice clinic is complete. Nothing was saved.")?;
            Ok(OK)
        }
        (_, Some((_, keeper))) => match keeper.drained() {
            None if session.is_untouched() => {
                writeln!(room.out, "You wrote nothing, so no draft was saved.")?;
                Ok(OK)
            }
            None => {
                let key = session.case_key();
                writeln!(
                    room.out,
                    "The draft is saved. To continue it: `caseclinic clinic resume {key} --plain`."
                )?;
                Ok(OK)
            }
            Some(why) => {
                writeln!(room.err, "NOT SAVED: {why}")?;
                Ok(FAILED)
            }
        },
        (_, None) => {
            writeln!(room.out, "You left the practice clinic. Nothing was saved.")?;
            Ok(OK)
        }
    }
}

impl Room<'_> {
    /// Lines, no wider than the terminal.
    fn say(&mut self, text: &str) -> std::io::Result<()> {
        for line in text.lines() {
            let Some(columns) = self.look.columns else {
                writeln!(self.out, "{line}")?;
                continue;
            };
            let indent = &line[..line.len() - line.trim_start().len()];
            let columns = columns.saturating_sub(width(indent)).max(20);
            for part in wrap(line.trim_start(), columns) {
                writeln!(self.out, "{indent}{}", &line.trim_start()[part])?;
            }
            if line.is_empty() {
                writeln!(self.out)?;
            }
        }
        self.out.flush()
    }

    /// The next line; none at the end of the input.
    fn line(&mut self, unseen: bool) -> anyhow::Result<Option<Zeroizing<String>>> {
        if let (true, Some(console)) = (unseen, self.console.as_mut()) {
            // Nothing typed: they pass.
            let typed = console.ask("> ").unwrap_or_default();
            return Ok(Some(Zeroizing::new(typed.expose_secret().trim().to_owned())));
        }
        if self.console.is_some() {
            write!(self.out, "> ")?;
            self.out.flush()?;
        }
        let mut bytes = Zeroizing::new(Vec::new());
        // A line that is not text is taken as far as it is.
        if self.input.read_until(b'\n', &mut bytes)? == 0 {
            return Ok(None);
        }
        if self.console.is_some() && bytes.len() >= TERMINAL_LINE {
            self.say(
                "This line is too long for the terminal, so the end of it is missing. Write the \
                 rest on another line.",
            )?;
        }
        let text = String::from_utf8_lossy(&bytes);
        Ok(Some(Zeroizing::new(text.trim_end_matches(['\n', '\r']).to_owned())))
    }
}

/// Saves in order, and waits until it is safe.
struct Keeper {
    queue: SaveQueue,
    events: mpsc::Receiver<SaveEvent>,
}

impl Keeper {
    fn start(vault: Vault) -> anyhow::Result<Self> {
        let (send, events) = mpsc::channel();
        let report = move |event| {
            // Nobody waits for it any more when the conversation is over.
            let _ = send.send(event);
        };
        Ok(Self { queue: SaveQueue::start(Arc::new(vault), report)?, events })
    }

    /// Saves a draft; what went wrong, if it is not on the disk yet.
    fn save(&self, id: NoteId, session: &Session, turn: u64) -> Option<String> {
        self.queue.submit(id, head(session), Zeroizing::new(to_document(session)), turn);
        self.drained()
    }

    fn complete(&self, id: NoteId, session: &Session) -> Result<u32, String> {
        let body = Zeroizing::new(to_document(session));
        self.queue.complete(id, head(session), body, u64::MAX);
        // The queue is empty a moment before it says what became of the note.
        while let Ok(event) = self.events.recv_timeout(PATIENT) {
            match event {
                SaveEvent::Completed { revision, .. } => return Ok(revision),
                SaveEvent::Failed { why, advice, seq: u64::MAX, .. } => {
                    return Err(format!("{why} {advice}"));
                }
                // What became of drafts was heard when they were saved.
                SaveEvent::Failed { .. } | SaveEvent::Saved { .. } | SaveEvent::Amended { .. } => {}
            }
        }
        Err("The disk is not responding. The draft is kept as it was last saved.".to_owned())
    }

    fn drained(&self) -> Option<String> {
        match self.queue.drain(PATIENT) {
            Drained::Clean => None,
            Drained::Unsaved { why, advice } => Some(format!("{why} {advice}")),
        }
    }
}

/// The knowledge base as a conversation uses it.
struct Books<'a> {
    library: &'a Library,
    places: &'a AppPaths,
    searcher: OnceCell<Searcher>,
}

impl Guide for Books<'_> {
    fn title(&self, id: &str) -> Option<(String, String)> {
        self.library.entry(id).map(|entry| (entry.title.clone(), entry.version.clone()))
    }

    fn entry(&self, id: &str) -> Option<String> {
        let mut text = Vec::new();
        let args = show::Args { id: id.to_owned(), cite: false, json: false };
        let code = show::run(&args, self.library, Look::default(), &mut text, &mut std::io::sink())
            .ok()?;
        (code == OK).then(|| String::from_utf8_lossy(&text).into_owned())
    }

    fn search(&self, words: &str) -> Vec<(String, String)> {
        let searcher =
            self.searcher.get_or_init(|| Searcher::open(self.library, Some(&self.places.cache)));
        let options = Options { limit: MAX_FOUND, ..Options::default() };
        let hits = searcher.search(words, &options).hits;
        hits.into_iter().map(|hit| (hit.id, hit.title)).collect()
    }

    fn prepare(&self, clinic: &mut ClinicScreen) {
        clinic.take_words_of(self.library);
    }
}
