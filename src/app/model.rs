//! Everything the screens know.

use std::sync::Arc;

use jiff::Timestamp;
use secrecy::SecretString;

use super::{
    action::KeyAction,
    dialogs::{
        dialog::{Ask, ChoiceIntent, Choose, Dialog, TextIntent},
        vault::AfterUnlock,
    },
    effect::{Effect, VaultRequest},
    geometry::Size,
    keymap::{KeyChanges, KeyContext},
    message::{SaveStatus, VaultStatus},
    screens::{
        Screen,
        actions::state::ActionsScreen,
        clinic::state::ClinicScreen,
        clinics::state::ClinicsScreen,
        completed::state::CompletedScreen,
        hand_over::state::{HandOverScreen, Printing},
        insight::state::InsightScreen,
        locked::state::{Idle, Lock, Return},
        note::state::NoteScreen,
        reader::state::Reader,
        search::state::SearchScreen,
        settings::state::SettingsScreen,
        vault::state::VaultScreen,
    },
};
use crate::{
    knowledge::Library,
    services::{LocalFormat, bookmarks::Bookmarks},
    text::LocalTime,
    vault::NoteId,
};

/// A sentence for the person, shown above the bottom bar until the next key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The sentence.
    pub text: String,
    /// Whether something went wrong.
    pub is_error: bool,
}

/// Everything the screens know.
#[derive(Default)]
pub struct Model {
    /// Size of the terminal.
    pub size: Size,
    /// The time, as of the last message.
    pub now: Timestamp,
    /// The time zone that times are shown in.
    pub local: LocalTime,
    /// Which screen is shown.
    pub screen: Screen,
    /// Where Esc leads from the reader.
    pub reader_from: Screen,
    /// The knowledge base, once it is read.
    pub library: Option<Arc<Library>>,
    /// Bookmarks and recent searches.
    pub bookmarks: Bookmarks,
    /// Whether searches that led to an entry are remembered.
    pub remember_searches: bool,
    /// The search screen.
    pub search: SearchScreen,
    /// The reader, while an entry is open.
    pub reader: Option<Reader>,
    /// The list of clinics.
    pub clinics: ClinicsScreen,
    /// The list of actions.
    pub actions: ActionsScreen,
    /// What the completed notes say together.
    pub insight: InsightScreen,
    /// The vault itself.
    pub vault_screen: VaultScreen,
    /// The settings.
    pub settings: SettingsScreen,
    /// The clinic that is open.
    pub clinic: Option<ClinicScreen>,
    /// What the clinic that was just completed agreed.
    pub completed: Option<CompletedScreen>,
    /// Handing a note over.
    pub hand_over: Option<HandOverScreen>,
    /// What the printing command has not answered for.
    pub(crate) printing: Option<Printing>,
    /// Where documents usually go, as a person types it.
    pub documents_folder: String,
    /// The completed note that is open.
    pub note: Option<NoteScreen>,
    /// How long nobody has pressed a key.
    pub idle: Idle,
    /// What was locked, and where to go on.
    pub lock: Option<Lock>,
    /// Where to go on as soon as the note is open again.
    pub(super) returning: Option<Return>,
    /// What is done with a completed note as soon as it is open.
    pub(super) next_on_note: Option<(NoteId, KeyAction)>,
    /// Until when words of a note stay on the clipboard.
    pub(super) clipboard_until: Option<Timestamp>,
    /// The keys that actions have in place of the usual ones.
    pub keys: KeyChanges,
    /// What lies over the screen and takes the keys.
    pub dialog: Option<Dialog>,
    /// The vault.
    pub vault: VaultStatus,
    /// Whether others look at this screen, so that a clinic and the figures show no more than they
    /// may see.
    pub is_sharing: bool,
    /// Whether the vault worker holds the key of a round of placing through the chat of a call.
    pub(crate) is_placing_by_chat: bool,
    /// Why this window can't save, if so.
    pub read_only: Option<String>,
    /// The one visible state of saving.
    pub saving: SaveStatus,
    /// The clock is redrawn once a minute instead of every second.
    pub reduced_motion: bool,
    /// The terminal's bell rings with the clock of a clinic.
    pub bell: bool,
    /// Meeting formats of a practice lead's own, as they were last read.
    pub local_formats: Vec<LocalFormat>,
    /// What is wanted as soon as it is known how the vault stands, and what opens it.
    pub wanted: Option<(AfterUnlock, Option<SecretString>)>,
    /// An entry to open as soon as the knowledge base is read, and the screen Esc leads back to.
    pub wanted_entry: Option<(String, Screen)>,
    /// A sentence for the person.
    pub notice: Option<Notice>,
    /// What somebody was asked to look at again.
    pub(super) second_look: Option<SecondLook>,
    /// What the message that is being taken asks to have done outside.
    pub(super) effects: Vec<Effect>,
}

/// What somebody was asked to look at again, by a number for its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SecondLook {
    /// Before it is kept.
    Keep(u64),
    /// Before it is dropped.
    Drop(u64),
}

impl Model {
    /// The program as it starts: on Search, at once, with nothing asked.
    pub fn new(size: Size, now: Timestamp) -> Self {
        let idle = Idle::new(now);
        Self { size, now, idle, remember_searches: true, ..Self::default() }
    }

    /// Returns where keys are looked up, from the innermost outwards.
    pub fn contexts(&self) -> Vec<KeyContext> {
        match &self.dialog {
            Some(dialog) => vec![dialog.context(), KeyContext::Everywhere],
            None => self.contexts_below(),
        }
    }

    /// Returns where keys are looked up once no dialog is open.
    pub fn contexts_below(&self) -> Vec<KeyContext> {
        let mut inner = match (self.screen, &self.clinic, &self.reader) {
            (Screen::Search, ..) => self.search.contexts(),
            (Screen::Reader, _, Some(reader)) => reader.context().into_iter().collect(),
            (Screen::Clinics, ..) if self.clinics.search.typing => vec![KeyContext::NoteSearch],
            (Screen::Clinic, Some(clinic), _) => clinic.contexts(),
            (Screen::Completed | Screen::Note, ..) if self.is_at_a_request() => {
                vec![KeyContext::Request]
            }
            (
                Screen::Reader
                | Screen::Clinics
                | Screen::Clinic
                | Screen::Completed
                | Screen::HandOver
                | Screen::Note
                | Screen::Actions
                | Screen::Insight
                | Screen::Vault
                | Screen::Settings
                | Screen::Locked,
                ..,
            ) => Vec::new(),
        };
        inner.extend([self.context(), KeyContext::Everywhere]);
        inner
    }

    /// Whether the completed note in front is a consultation request.
    fn is_at_a_request(&self) -> bool {
        match (self.screen, &self.completed, &self.note) {
            (Screen::Completed, Some(CompletedScreen { note: Some(_), session, .. }), _) => {
                session.is_request()
            }
            (Screen::Note, _, Some(note)) => note.session.is_request(),
            _ => false,
        }
    }

    /// Returns where the commands of the palette are looked up.
    pub(super) fn command_contexts(&self) -> Vec<KeyContext> {
        let request = self.is_at_a_request().then_some(KeyContext::Request);
        request.into_iter().chain([self.context(), KeyContext::Everywhere]).collect()
    }

    /// Whether an action of the bottom bar has something to act on: a list may be empty, or the vault closed.
    pub fn can_act(&self, action: KeyAction) -> bool {
        use KeyAction::{
            CopyCitation, CopyTable, FilterActions, Find, Next, NextKind, Open, OpenHandOver,
            Previous,
        };
        let is_open = self.vault == VaultStatus::Open;
        let (is_of_a_row, is_of_the_list) = (
            matches!(action, Previous | Next | Open | CopyCitation),
            matches!(action, NextKind | Find | FilterActions | CopyTable)
                || action == OpenHandOver && self.screen == Screen::Insight,
        );
        // Where the vault is closed, Enter opens or creates it.
        let has_row = |is_empty: bool| !is_empty || action == Open && !is_open;
        match self.screen {
            _ if self.dialog.is_some() => true,
            Screen::Search if is_of_a_row => {
                let found = self.search.results.as_ref().is_none_or(|found| found.total > 0);
                let rows = |library| self.search.rows(library, &self.bookmarks);
                found || self.library.as_deref().is_some_and(|library| !rows(library).is_empty())
            }
            Screen::Clinics if is_of_a_row => has_row(!self.clinics.has_rows()),
            Screen::Actions if is_of_a_row => has_row(self.actions.rows(self.today()).is_empty()),
            Screen::Clinics | Screen::Actions | Screen::Insight if is_of_the_list => is_open,
            Screen::Vault => self.vault_screen.exchange.can_act(action),
            _ => true,
        }
    }

    /// Returns the context of the screen.
    pub fn context(&self) -> KeyContext {
        match self.screen {
            Screen::Search => KeyContext::Search,
            Screen::Reader => KeyContext::Reader,
            Screen::Clinics => KeyContext::Clinics,
            Screen::Clinic => KeyContext::Clinic,
            Screen::Completed => match &self.completed {
                Some(CompletedScreen { note: None, .. }) => KeyContext::PracticeCompleted,
                _ => KeyContext::Completed,
            },
            Screen::HandOver => KeyContext::HandOver,
            Screen::Note if self.note.as_ref().is_some_and(|note| note.author.is_some()) => {
                KeyContext::ReceivedNote
            }
            Screen::Note => KeyContext::Note,
            Screen::Actions => KeyContext::Actions,
            Screen::Insight => KeyContext::Insight,
            Screen::Vault => KeyContext::Vault,
            Screen::Settings => KeyContext::Settings,
            Screen::Locked => KeyContext::Locked,
        }
    }

    /// The day it is where this program runs.
    pub fn today(&self) -> jiff::civil::Date {
        self.local.day(self.now)
    }

    /// Shows a sentence.
    pub fn show_notice(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), is_error: false });
    }

    /// Shows a sentence about something that went wrong.
    pub fn warn(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), is_error: true });
    }

    /// Shows a sentence about what was done, unless one already says why it was not.
    pub(crate) fn show_outcome(&mut self, text: impl Into<String>) {
        if self.notice.is_none() {
            self.show_notice(text);
        }
    }

    /// Asks a question that is answered with a line of text.
    pub(crate) fn ask(
        &mut self,
        title: impl Into<String>,
        text: impl Into<String>,
        purpose: TextIntent,
    ) {
        self.dialog = Some(Dialog::Ask(Ask::new(title, text, purpose)));
    }

    /// Asks a question that is answered by choosing, with the first option selected.
    pub(crate) fn offer(
        &mut self,
        title: impl Into<String>,
        text: impl Into<String>,
        options: impl IntoIterator<Item = impl Into<String>>,
        purpose: ChoiceIntent,
    ) {
        self.dialog = Some(Dialog::Choose(Choose::new(title, text, options, purpose)));
    }

    /// Has something done outside.
    pub(crate) fn perform(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Has something done by the vault worker.
    pub(crate) fn request(&mut self, request: VaultRequest) {
        match request {
            VaultRequest::ListNotes => self.clinics.is_asked = true,
            VaultRequest::ListActions => self.actions.is_asked = true,
            _ => {}
        }
        self.perform(Effect::Vault(request));
    }

    /// Hands over for saving whatever is not handed over yet.
    pub(crate) fn save_now(&mut self) {
        self.save(true);
    }

    /// Hands the draft over for saving, if its time has come or `anyway`.
    pub(super) fn save(&mut self, anyway: bool) {
        let Some(clinic) = &mut self.clinic else { return };
        let Some((id, session)) = clinic.take_unsaved(self.now, anyway) else { return };
        let (session, turn) = (Box::new(session), clinic.turn());
        self.saving = SaveStatus::Saving;
        self.request(VaultRequest::SaveDraft { id, session, turn });
    }

    /// What could not be saved is. If something else can't be, the queue says so again by itself.
    pub(super) fn no_longer_unsaved(&mut self) {
        if matches!(self.saving, SaveStatus::NotSaved(_)) {
            self.saving = SaveStatus::Nothing;
        }
    }

    /// When the model next wants to be woken; `None` while nothing is to happen by itself.
    pub fn deadline(&self) -> Option<Timestamp> {
        let shown = self.screen == Screen::Clinic;
        let clinic = self.clinic.as_ref().and_then(|clinic| clinic.deadline(shown));
        let is_open = self.vault == VaultStatus::Open;
        let idle = is_open.then(|| self.idle.deadline(self.is_in_the_middle())).flatten();
        let placing = self.clinic.as_ref().and_then(|clinic| clinic.placing.as_ref());
        let checked = placing.and_then(|placing| placing.deadline(self.now));
        clinic.into_iter().chain(idle).chain(self.clipboard_until).chain(checked).min()
    }

    /// Whether the screen-share view is drawn now.
    pub fn is_shared(&self) -> bool {
        self.is_sharing && matches!(self.screen, Screen::Clinic | Screen::Insight)
    }

    /// Whether what comes next is for this person alone while others see the screen: another screen, or
    /// a dialog that may repeat what is in the note. A way to unlock is never covered.
    pub fn is_covered(&self) -> bool {
        let is_private = match &self.dialog {
            None => !self.is_shared(),
            Some(Dialog::Help { .. } | Dialog::Reading { .. } | Dialog::Palette(_)) => {
                !self.is_shared()
            }
            Some(Dialog::Choose(choose)) => !matches!(choose.purpose, ChoiceIntent::OpenStage),
            Some(Dialog::Vault(_)) => false,
            Some(Dialog::Ask(_) | Dialog::Agree(_) | Dialog::TemplatePicker(_)) => true,
        };
        self.is_sharing && self.screen != Screen::Locked && is_private
    }

    /// Begins or ends the screen-share view.
    pub(super) fn share_view(&mut self) {
        self.is_sharing = !self.is_sharing;
        if let Some(clinic) = &mut self.clinic {
            clinic.guidance.open = false;
        }
        self.show_outcome(if self.is_sharing {
            "Screen-share view: only what everybody here may see. F6 ends it."
        } else {
            "The screen-share view has ended. This screen is for you alone."
        });
    }

    /// Whether the vault locks itself soon, in the middle of something.
    pub fn locks_soon(&self) -> bool {
        self.vault == VaultStatus::Open && self.idle.is_told() && self.is_in_the_middle()
    }

    /// Whether something is being written, so that a warning comes before locking.
    pub(super) fn is_in_the_middle(&self) -> bool {
        let clinic = self.clinic.as_ref().is_some_and(|clinic| clinic.note.is_some());
        clinic || self.dialog.is_some() || self.note.as_ref().is_some_and(|note| note.unsaved)
    }
}
