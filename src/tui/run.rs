//! The loop: wait for a message or the next deadline, take all that waits, update, draw once.
//!
//! The first frame is drawn before any work begins. While nothing happens nothing wakes up.

use std::{
    io::{self, Write, stdout},
    panic::{self, AssertUnwindSafe},
    sync::mpsc::RecvTimeoutError,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use crossterm::{clipboard::CopyToClipboard, execute, queue, style::Print, terminal as modes};
use jiff::Timestamp;
use secrecy::SecretString;

use super::{
    input,
    message_queue::{MessageReceiver, message_queue},
    terminal::{self, TerminalScreen},
    theme::{
        Theme,
        glyphs::Glyphs,
        ground::{self, Colours, Ground},
    },
    views,
};
use crate::{
    app::{AfterUnlock, Effect, KeyChanges, Message, Model, Screen, Size, VaultRequest, update},
    search::Filters,
    services::{AppPaths, KeySettings, Settings, private_file::documents_folder},
    system::signals,
    text::LocalTime,
    tui::workers::Runtime,
};

/// How long saving may take after a fault of our own.
const LAST_CHANCE: Duration = Duration::from_secs(3);

/// How often the clock on the wall is looked at while something is to happen by itself: while the
/// computer sleeps, the other one stands still.
const LOOKS_AT_CLOCK: Duration = Duration::from_secs(10);

/// How long the terminal may take to say what its ground is before the program ends: what comes later would be
/// taken for keys by whoever reads the terminal next.
const ANSWER_TIME: Duration = Duration::from_millis(100);

/// What to begin with.
#[derive(Default)]
pub struct Start {
    /// What was asked for on the command line, once the vault is open.
    pub then: Option<AfterUnlock>,
    /// Words to search for, and which entries may be shown.
    pub search: Option<(String, Filters)>,
    /// Walk through the worked case of the meeting format of this id.
    pub practice: Option<String>,
    /// Opens the vault without asking.
    pub passphrase: Option<SecretString>,
}

/// Runs the screens until the person leaves.
pub fn run(start: Start, paths: AppPaths) -> anyhow::Result<()> {
    let (guard, mut screen) = terminal::enter().context("The terminal could not be set up.")?;
    let size = screen.size().context("The terminal did not report its size.")?;
    let size = Size { columns: size.width, rows: size.height };
    let (settings, problems) = Settings::read(&paths.config);
    let mut look = Look::of(settings);
    let mut model = Model::new(size, Timestamp::now());
    model.local = LocalTime::of_system();
    model.documents_folder = documents_folder().to_owned();
    model.reduced_motion = settings.reduced_motion;
    model.remember_searches = settings.remember_searches;
    model.bell = settings.bell;
    model.idle.lock_after(settings.lock_after_minutes);
    if settings.mouse {
        terminal::enable_mouse().context("The terminal could not be set up.")?;
    }
    let (keys, key_problems) = KeyChanges::read(&KeySettings::read(&paths.config));
    model.keys = keys;
    if let Some(problem) = problems.iter().chain(&key_problems).next() {
        model.warn(problem.to_string());
    }
    if let Some((words, filters)) = start.search {
        // It is asked as soon as the index can answer.
        model.search.query.set(&words);
        model.search.filters = filters;
    }
    draw(&mut screen, &model, look.theme())?;
    if look.colours != Colours::None && settings.theme.depends_on_ground() && Ground::can_be_asked()
    {
        look.asked = Some(Instant::now());
        // Behind the first frame, so that nobody waits for the answer.
        let _ = execute!(screen.backend_mut(), Print(ground::ASK));
    }

    let (send, messages) = message_queue();
    terminal::watch_signals(send.clone()).context("The program cannot listen for signals.")?;
    input::start(send.clone()).context("The keyboard cannot be read.")?;
    let runtime = Runtime::start(paths, model.local.clone(), send)
        .context("The background tasks could not be started.")?;
    if let Some(template) = start.practice {
        runtime.perform(Effect::Vault(VaultRequest::StartClinic { template, practice: true }));
    }
    if let Some(wanted) = start.then {
        model.screen = Screen::Clinics;
        model.wanted = Some((wanted, start.passphrase));
    }
    let ended = panic::catch_unwind(AssertUnwindSafe(|| {
        keep_running(&mut screen, &mut model, &mut look, &messages, &runtime)
    }));
    let ended = ended.unwrap_or_else(|fault| {
        save_last(&mut model, &messages, &runtime);
        panic::resume_unwind(fault)
    });
    look.wait_for_answer(&messages);
    // The terminal is given back before anything is said about an error.
    drop(guard);
    runtime.finish();
    ended
}

/// How the screen looks, as far as the terminal has said what its ground is.
struct Look {
    settings: Settings,
    colours: Colours,
    ground: Ground,
    /// When the terminal was asked and has not answered yet.
    asked: Option<Instant>,
}

impl Look {
    fn of(settings: Settings) -> Self {
        let (colours, ground) = (Colours::of_environment(), Ground::of_environment());
        Self { settings, colours, ground, asked: None }
    }

    fn theme(&self) -> Theme {
        let glyphs = Glyphs::of_environment(self.settings.ascii);
        Theme::of(self.settings.theme, self.colours, self.ground, glyphs)
    }

    /// Takes what the terminal said; anything but its ground changes nothing.
    fn take(&mut self, answer: &str) {
        if let Some(ground) = Ground::of_answer(answer) {
            self.ground = ground;
            self.asked = None;
        }
    }

    /// Takes settings that were changed.
    fn change(&mut self, settings: Settings) -> io::Result<()> {
        let before = std::mem::replace(&mut self.settings, settings);
        match (before.mouse, settings.mouse) {
            (false, true) => terminal::enable_mouse(),
            (true, false) => terminal::disable_mouse(),
            _ => Ok(()),
        }
    }

    /// Waits for an answer that is under way.
    fn wait_for_answer(&self, messages: &MessageReceiver) {
        let Some(until) = self.asked.map(|asked| asked + ANSWER_TIME) else { return };
        while let Some(left) = until.checked_duration_since(Instant::now()) {
            match messages.recv_timeout(left) {
                Ok(Message::TerminalAnswered(_)) | Err(_) => return,
                Ok(_) => {}
            }
        }
    }
}

/// After a fault of our own: what was typed is saved before the program ends by it.
fn save_last(model: &mut Model, messages: &MessageReceiver, runtime: &Runtime) {
    let effects = panic::catch_unwind(AssertUnwindSafe(|| {
        update(model, Message::TerminalLost, Timestamp::now())
    }));
    for effect in effects.unwrap_or_default() {
        runtime.perform(effect);
    }
    let until = Instant::now() + LAST_CHANCE;
    while let Some(left) = until.checked_duration_since(Instant::now()) {
        match messages.recv_timeout(left) {
            Ok(Message::Ended) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

fn keep_running(
    screen: &mut TerminalScreen,
    model: &mut Model,
    look: &mut Look,
    messages: &MessageReceiver,
    runtime: &Runtime,
) -> anyhow::Result<()> {
    let mut failed = Ok(());
    loop {
        let Some(first) = wait(model, messages) else { return failed };
        let mut next = Some(first);
        while let Some(message) = next {
            match &message {
                Message::Ended => return failed,
                Message::TerminalAnswered(answer) => look.take(answer),
                Message::SettingsRead(seen) | Message::SettingChanged { seen: Ok(seen), .. } => {
                    // A terminal that takes nothing is found to be gone when it is drawn on.
                    let _ = look.change(seen.settings);
                }
                _ => {}
            }
            next = None;
            for effect in update(model, message, Timestamp::now()) {
                if let Some(effect) = runtime.perform(effect)
                    && let Err(error) = on_terminal(screen, model, effect)
                {
                    // A terminal that fails is as good as gone: what is typed is saved first.
                    failed = Err(error);
                    next = Some(Message::TerminalLost);
                }
            }
            next = next.or_else(|| messages.try_recv().ok());
        }
        // A terminal that is gone can't be drawn on; its loss comes as a message of its own.
        let _ = draw(screen, model, look.theme());
    }
}

/// The next message; `None` when nobody can send one any more.
fn wait(model: &Model, messages: &MessageReceiver) -> Option<Message> {
    let Some(deadline) = model.deadline() else { return messages.recv().ok() };
    let left = || {
        let left = deadline.duration_since(Timestamp::now());
        Duration::try_from(left).unwrap_or(Duration::ZERO)
    };
    // A computer that slept counts by the clock on the wall, one whose clock was set back by the
    // other: whichever says first that the time has come.
    let until = Instant::now() + left();
    loop {
        let left = left().min(until.saturating_duration_since(Instant::now()));
        match messages.recv_timeout(left.min(LOOKS_AT_CLOCK)) {
            Ok(message) => return Some(message),
            Err(RecvTimeoutError::Timeout) if left <= LOOKS_AT_CLOCK => {
                return Some(Message::TimePassed);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return None,
        }
    }
}

fn draw(screen: &mut TerminalScreen, model: &Model, theme: Theme) -> io::Result<()> {
    // While the program stands aside, nothing of a note must reach the shell's screen.
    if !terminal::is_taken() {
        return Ok(());
    }
    queue!(screen.backend_mut(), modes::BeginSynchronizedUpdate)?;
    screen.draw(|frame| views::draw(frame, model, theme))?;
    queue!(screen.backend_mut(), modes::EndSynchronizedUpdate)?;
    screen.backend_mut().flush()
}

fn on_terminal(
    screen: &mut TerminalScreen,
    model: &mut Model,
    effect: Effect,
) -> anyhow::Result<()> {
    match effect {
        Effect::Copy(text) => copy(screen, model, &text),
        Effect::CopyFromNote(text) => copy(screen, model, &text),
        // A terminal that takes nothing has taken nothing before either.
        Effect::EmptyClipboard => {
            let _ = execute!(screen.backend_mut(), CopyToClipboard::to_clipboard_from(""));
        }
        // A terminal that rings no bell loses nothing: the words are on the screen.
        Effect::Ring => execute!(stdout(), Print('\x07'))?,
        Effect::Suspend => {
            terminal::leave();
            signals::suspend().context("The program could not be suspended.")?;
        }
        Effect::Redraw => {
            terminal::take().context("The terminal could not be set up again.")?;
            // Not `clear`: it asks the terminal where the cursor is, and the answer would come to
            // the thread that reads the keys.
            let size = screen.size().context("The terminal did not report its size.")?;
            screen.resize(size.into()).context("The screen could not be drawn.")?;
        }
        // Performed by the workers.
        Effect::Search { .. }
        | Effect::Suggest { .. }
        | Effect::SaveBookmark(_)
        | Effect::ReadSettings
        | Effect::ChangeSetting { .. }
        | Effect::Print(_)
        | Effect::Vault(_) => {}
    }
    Ok(())
}

fn copy(screen: &mut TerminalScreen, model: &mut Model, text: &str) {
    // Not by the standard library’s buffer, where a part of it would stay.
    let copied = execute!(screen.backend_mut(), CopyToClipboard::to_clipboard_from(text));
    let refused = |error| {
        format!(
            "Nothing was copied, because the terminal refused: {error}. Copy it by hand, or use another terminal program."
        )
    };
    update(model, Message::Copied(copied.map_err(refused)), Timestamp::now());
}
