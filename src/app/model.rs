//! Everything the screens know.

use std::sync::Arc;

use jiff::Timestamp;
use secrecy::SecretString;

use super::{
    actions::ActionsScreen,
    clinic::ClinicScreen,
    clinics::ClinicsScreen,
    dialog::Dialog,
    geometry::Size,
    insight::InsightScreen,
    keymap::Context,
    message::{SaveLook, VaultLook},
    note::NoteScreen,
    reader::Reader,
    reading::Reading,
    search::SearchScreen,
    starting::LocalFormat,
    vault_dialog::Then,
};
use crate::knowledge::Library;

/// Which screen is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// Search.
    Search,
    /// One entry.
    Reader,
    /// The list of clinics.
    Clinics,
    /// A clinic.
    Clinic,
    /// A completed note.
    Note,
    /// The list of actions.
    Actions,
    /// Counts.
    Insight,
}

/// A sentence for the person, shown above the bottom bar until the next key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The sentence.
    pub text: String,
    /// Whether something went wrong.
    pub is_error: bool,
}

/// Everything the screens know.
pub struct Model {
    /// Size of the terminal.
    pub size: Size,
    /// The time, as of the last message.
    pub now: Timestamp,
    /// Which screen is shown.
    pub screen: Screen,
    /// Where Esc leads from the reader.
    pub reader_from: Screen,
    /// The knowledge base, once it is read.
    pub library: Option<Arc<Library>>,
    /// Bookmarks and recent searches.
    pub reading: Reading,
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
    /// The clinic that is open.
    pub clinic: Option<ClinicScreen>,
    /// The completed note that is open.
    pub note: Option<NoteScreen>,
    /// What lies over the screen and takes the keys.
    pub dialog: Option<Dialog>,
    /// The vault.
    pub vault: VaultLook,
    /// Why this window can't save, if so.
    pub read_only: Option<String>,
    /// The one visible state of saving.
    pub saving: SaveLook,
    /// The clock is redrawn once a minute instead of every second.
    pub reduced_motion: bool,
    /// The terminal's bell rings with the clock of a clinic.
    pub bell: bool,
    /// Meeting formats of a practice lead's own, as they were last read.
    pub local_formats: Vec<LocalFormat>,
    /// What is wanted as soon as it is known how the vault stands, and what opens it.
    pub wanted: Option<(Then, Option<SecretString>)>,
    /// An entry to open as soon as the knowledge base is read, and the screen Esc leads back to.
    pub wanted_entry: Option<(String, Screen)>,
    /// A sentence for the person.
    pub notice: Option<Notice>,
}

impl Model {
    /// The program as it starts: on Search, at once, with nothing asked.
    pub fn new(size: Size, now: Timestamp) -> Self {
        Self {
            size,
            now,
            screen: Screen::Search,
            reader_from: Screen::Search,
            library: None,
            reading: Reading::default(),
            remember_searches: true,
            search: SearchScreen::default(),
            reader: None,
            clinics: ClinicsScreen::default(),
            actions: ActionsScreen::default(),
            insight: InsightScreen::default(),
            clinic: None,
            note: None,
            dialog: None,
            vault: VaultLook::Unknown,
            read_only: None,
            saving: SaveLook::Nothing,
            reduced_motion: false,
            bell: false,
            local_formats: Vec::new(),
            wanted: None,
            wanted_entry: None,
            notice: None,
        }
    }

    /// Where keys are looked up.
    pub fn context(&self) -> Context {
        match self.screen {
            Screen::Search => Context::Search,
            Screen::Reader => Context::Reader,
            Screen::Clinics => Context::Clinics,
            Screen::Clinic => Context::Clinic,
            Screen::Note => Context::Note,
            Screen::Actions => Context::Actions,
            Screen::Insight => Context::Insight,
        }
    }

    /// The day it is where this program runs.
    pub fn today(&self) -> jiff::civil::Date {
        self.now.to_zoned(jiff::tz::TimeZone::system()).date()
    }

    /// Shows a sentence.
    pub fn tell(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), is_error: false });
    }

    /// Shows a sentence about something that went wrong.
    pub fn warn(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), is_error: true });
    }

    /// When the model next wants to be woken; `None` while nothing is to happen by itself.
    pub fn deadline(&self) -> Option<Timestamp> {
        self.clinic.as_ref().and_then(|clinic| clinic.deadline(self.screen == Screen::Clinic))
    }
}
