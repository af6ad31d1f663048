//! Creating and opening the vault, asked before a word of a note is written.

use secrecy::{ExposeSecret, SecretString};
use unicode_segmentation::UnicodeSegmentation;
use zeroize::{Zeroize, Zeroizing};

use crate::{
    app::{
        action::KeyAction,
        editor::Editor,
        effect::VaultRequest,
        key::{Code, Key},
        keymap::{self, KeyContext},
        message::{RecoveryShown, VaultOpening},
    },
    report::insight::Period,
    text::clean_line,
    vault::{NoteId, keys::passphrase},
};

/// Longer than any passphrase; the buffer never grows, so no copy of it is left behind.
const MAX_BYTES: usize = 1024;

/// What was wanted when the vault turned out to be closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AfterUnlock {
    /// Begin a clinic in the meeting format of this id.
    StartClinic(String),
    /// Begin a follow-up of the completed note with this case key or id.
    FollowUp {
        /// Case key or id.
        note: String,
        /// The id of the meeting format, if it is not the usual one.
        template: Option<String>,
    },
    /// Show the list of clinics.
    ListNotes,
    /// Show the list of actions.
    ListActions,
    /// Count the notes of these days.
    Count(Period),
    /// Open this note.
    OpenNote(NoteId),
    /// Open the newest note with this case key or id.
    OpenNamed(String),
    /// Show the vault itself.
    InspectVault,
    /// Go on where one was when the vault was locked.
    GoBack,
}

impl AfterUnlock {
    /// Returns what the vault worker is asked once the vault is open.
    pub(crate) fn request(self) -> VaultRequest {
        match self {
            Self::StartClinic(template) => VaultRequest::StartClinic { template, practice: false },
            Self::FollowUp { note, template } => {
                VaultRequest::StartFollowUp { note, template, another: false }
            }
            Self::ListNotes | Self::GoBack => VaultRequest::ListNotes,
            Self::ListActions => VaultRequest::ListActions,
            Self::Count(period) => VaultRequest::Count(period),
            Self::OpenNote(id) => VaultRequest::OpenNote(id),
            Self::OpenNamed(name) => VaultRequest::OpenNamed(name),
            Self::InspectVault => VaultRequest::InspectVault,
        }
    }
}

/// The dialog: where it stands, and what follows.
pub struct VaultDialog {
    /// Where it stands.
    pub step: VaultStep,
    /// What follows once the vault is open.
    pub then: AfterUnlock,
    /// The passphrase or the words that are being typed.
    pub typed: PasswordInput,
    /// What was wrong with the last answer.
    pub error: Option<String>,
    /// Whether a new recovery sheet is offered before the vault is used.
    offers_sheet: bool,
    /// Words that were offered before somebody chose their own: they may be on paper by now.
    offered: Option<SecretString>,
}

/// The steps, in the order they come.
pub enum VaultStep {
    /// Six words are offered, or one's own are chosen.
    Offer {
        /// The six words, once drawn.
        words: Option<SecretString>,
    },
    /// The offered words are typed again, so that they are on paper for sure.
    TypeOffered {
        /// What was offered.
        words: SecretString,
    },
    /// One's own passphrase is typed.
    TypeOwn,
    /// It is typed again.
    RepeatOwn {
        /// What was typed first.
        first: SecretString,
    },
    /// The recovery sheet is shown; a part of it is typed.
    Recovery {
        /// The sheet.
        shown: RecoveryShown,
        /// What is typed.
        typed: Box<Editor>,
        /// First line of the sheet in view.
        top: usize,
        /// The name of a file for it, while that is typed.
        file: Option<Box<Editor>>,
    },
    /// The vault is older than what was seen of it: somebody has to read that.
    Older {
        /// What was found, with advice.
        warning: String,
    },
    /// Nobody ever confirmed to have the recovery sheet: a new one is offered.
    SheetUnconfirmed,
    /// The passphrase of an existing vault is typed.
    Unlock,
    /// The key is being derived; takes about a second.
    Busy {
        /// Whether the vault is being created, and not only opened.
        creating: bool,
    },
}

/// What a key led to.
pub enum VaultDialogOutcome {
    /// The dialog stays.
    Stay,
    /// The dialog stays, and the vault worker is asked for this.
    Request(VaultRequest),
    /// The dialog closes without a vault.
    Close,
    /// The vault that was opened is locked again.
    Lock,
    /// The recovery sheet is confirmed: the vault may be used.
    Confirmed,
    /// What was found at opening is read: the vault may be used.
    Opened,
}

impl VaultDialog {
    fn new(step: VaultStep, then: AfterUnlock) -> Self {
        let typed = PasswordInput::default();
        Self { step, then, typed, error: None, offers_sheet: false, offered: None }
    }

    /// Creates a vault; the words to offer are still to be drawn.
    pub fn create(then: AfterUnlock) -> Self {
        Self::new(VaultStep::Offer { words: None }, then)
    }

    /// Opens the vault there is.
    pub fn unlock(then: AfterUnlock) -> Self {
        Self::new(VaultStep::Unlock, then)
    }

    /// Returns where its keys are looked up.
    pub(crate) fn context(&self) -> KeyContext {
        match self.step {
            VaultStep::Offer { .. } => KeyContext::PassphraseOffer,
            VaultStep::Recovery { .. } => KeyContext::RecoverySheet,
            VaultStep::Older { .. } => KeyContext::OlderVault,
            VaultStep::SheetUnconfirmed => KeyContext::SheetOffer,
            VaultStep::TypeOffered { .. }
            | VaultStep::TypeOwn
            | VaultStep::RepeatOwn { .. }
            | VaultStep::Unlock
            | VaultStep::Busy { .. } => KeyContext::PassphraseEntry,
        }
    }

    /// Takes a key.
    pub fn handle_key(&mut self, key: Key) -> VaultDialogOutcome {
        let action = keymap::own(self.context(), key);
        let enter = action == Some(KeyAction::Choose);
        // The recovery sheet binds no Esc: it says why there is no way back.
        if key == Key::plain(Code::Esc) {
            return self.step_back();
        }
        match &mut self.step {
            VaultStep::Offer { words } => match action {
                Some(KeyAction::OwnPassphrase) => {
                    self.offered = words.take();
                    self.go(VaultStep::TypeOwn);
                }
                Some(KeyAction::OtherWords) => {
                    *words = None;
                    return VaultDialogOutcome::Request(VaultRequest::OfferPassphrase);
                }
                _ => {
                    if let Some(words) = words.take_if(|_| enter) {
                        self.go(VaultStep::TypeOffered { words });
                    }
                }
            },
            VaultStep::TypeOffered { words } if enter => {
                if self.typed.repeats(words) {
                    let words = words.clone();
                    return self.create_with(words);
                }
                self.refuse("Those are not the six words. Check your paper and type them again, or press Esc to see the words again.");
            }
            VaultStep::TypeOwn if enter => {
                let first = self.typed.reveal();
                match passphrase::check(&first) {
                    Err(error) => self.refuse(&error.sentence()),
                    Ok(()) => self.go(VaultStep::RepeatOwn { first }),
                }
            }
            VaultStep::RepeatOwn { first } if enter => {
                if self.typed.is(first.expose_secret()) {
                    let first = first.clone();
                    return self.create_with(first);
                }
                self.go(VaultStep::TypeOwn);
                self.refuse("The passphrases do not match. Type your passphrase again.");
            }
            VaultStep::Recovery { shown, file: Some(file), .. } => {
                if enter {
                    let (file, sheet) = (file.text(), shown.sheet.clone());
                    return VaultDialogOutcome::Request(VaultRequest::SaveSheet { file, sheet });
                }
                file.handle_key(key, usize::MAX);
            }
            VaultStep::Recovery { shown, typed, top, file } => match action {
                Some(KeyAction::SaveSheet) => {
                    *file = Some(Box::default());
                    self.error = None;
                }
                Some(KeyAction::Choose) if (shown.confirms)(&typed.text()) => {
                    return VaultDialogOutcome::Confirmed;
                }
                Some(KeyAction::Choose) => {
                    self.refuse(
                        "That does not match this group on the sheet. Check it and type it again.",
                    );
                }
                Some(KeyAction::ScrollUp | KeyAction::PageBack) => *top = top.saturating_sub(1),
                Some(KeyAction::ScrollDown | KeyAction::PageOn) => {
                    *top += 1;
                }
                _ => {
                    typed.handle_key(key, usize::MAX);
                }
            },
            VaultStep::Older { .. } if enter => return self.next(),
            VaultStep::SheetUnconfirmed if enter => {
                self.go(VaultStep::Busy { creating: false });
                return VaultDialogOutcome::Request(VaultRequest::NewSheet);
            }
            VaultStep::Unlock if enter => {
                if !self.typed.is_empty() {
                    let passphrase = self.typed.reveal();
                    self.go(VaultStep::Busy { creating: false });
                    return VaultDialogOutcome::Request(VaultRequest::UnlockVault(passphrase));
                }
            }
            VaultStep::TypeOffered { .. }
            | VaultStep::TypeOwn
            | VaultStep::RepeatOwn { .. }
            | VaultStep::Unlock => self.typed.handle_key(key),
            VaultStep::Older { .. } | VaultStep::SheetUnconfirmed | VaultStep::Busy { .. } => {}
        }
        VaultDialogOutcome::Stay
    }

    /// Takes pasted text.
    pub fn paste(&mut self, text: &str) {
        match &mut self.step {
            VaultStep::TypeOffered { .. }
            | VaultStep::TypeOwn
            | VaultStep::RepeatOwn { .. }
            | VaultStep::Unlock => self.typed.paste(text),
            VaultStep::Recovery { typed, file, .. } => {
                file.as_mut().unwrap_or(typed).insert(text);
            }
            VaultStep::Offer { .. }
            | VaultStep::Older { .. }
            | VaultStep::SheetUnconfirmed
            | VaultStep::Busy { .. } => {}
        }
    }

    /// The words that were drawn.
    pub fn offered(&mut self, drawn: SecretString) {
        if let VaultStep::Offer { words } = &mut self.step {
            *words = Some(drawn);
        }
    }

    /// The vault was created: the sheet comes next.
    pub fn created(&mut self, shown: RecoveryShown) {
        self.go(VaultStep::Recovery { shown, typed: Box::default(), top: 0, file: None });
    }

    /// The sheet is in a file, or why not: then another name can be typed.
    pub fn sheet_saved(&mut self, refused: Option<String>) {
        if let VaultStep::Recovery { file, .. } = &mut self.step {
            if refused.is_none() {
                *file = None;
            }
            self.error = refused;
        }
    }

    /// The vault is open. Returns whether somebody has to read something before it is used.
    pub fn opened(&mut self, opening: &VaultOpening) -> bool {
        self.offers_sheet = opening.is_sheet_unconfirmed && opening.read_only.is_none();
        if let Some(warning) = &opening.rollback {
            self.go(VaultStep::Older { warning: warning.clone() });
            return true;
        }
        !matches!(self.next(), VaultDialogOutcome::Opened)
    }

    /// What comes after something was read.
    fn next(&mut self) -> VaultDialogOutcome {
        if !std::mem::take(&mut self.offers_sheet) {
            return VaultDialogOutcome::Opened;
        }
        self.go(VaultStep::SheetUnconfirmed);
        VaultDialogOutcome::Stay
    }

    /// The vault was not opened or not created. Returns what the vault worker is asked for then.
    pub fn refused(&mut self, why: String) -> Option<VaultRequest> {
        let creating = matches!(self.step, VaultStep::Busy { creating: true });
        self.go(if creating { VaultStep::Offer { words: None } } else { VaultStep::Unlock });
        self.error = Some(why);
        creating.then_some(VaultRequest::OfferPassphrase)
    }

    fn create_with(&mut self, passphrase: SecretString) -> VaultDialogOutcome {
        self.go(VaultStep::Busy { creating: true });
        VaultDialogOutcome::Request(VaultRequest::CreateVault(passphrase))
    }

    fn go(&mut self, step: VaultStep) {
        self.step = step;
        self.typed = PasswordInput::default();
        self.error = None;
    }

    fn refuse(&mut self, why: &str) {
        self.typed = PasswordInput::default();
        self.error = Some(why.to_owned());
    }

    fn step_back(&mut self) -> VaultDialogOutcome {
        match &mut self.step {
            VaultStep::TypeOffered { words, .. } => {
                let words = Some(words.clone());
                self.go(VaultStep::Offer { words });
            }
            VaultStep::TypeOwn | VaultStep::RepeatOwn { .. } => {
                let words = self.offered.take();
                let drawn = words.is_some();
                self.go(VaultStep::Offer { words });
                if !drawn {
                    return VaultDialogOutcome::Request(VaultRequest::OfferPassphrase);
                }
            }
            VaultStep::Older { .. } => return VaultDialogOutcome::Lock,
            VaultStep::SheetUnconfirmed => return self.next(),
            VaultStep::Recovery { file: file @ Some(_), .. } => {
                *file = None;
                self.error = None;
            }
            VaultStep::Recovery { shown, .. } if shown.renewed => {
                return VaultDialogOutcome::Opened;
            }
            // The vault exists; without the sheet a forgotten passphrase would mean lost notes.
            VaultStep::Recovery { .. } => {
                self.refuse(
                    "The sheet is shown only once. Copy it, then type the group asked for.",
                );
            }
            VaultStep::Busy { .. } => {}
            VaultStep::Offer { .. } | VaultStep::Unlock => return VaultDialogOutcome::Close,
        }
        VaultDialogOutcome::Stay
    }
}

/// A passphrase being typed: never shown, never in an undo history, wiped when dropped.
pub struct PasswordInput {
    text: Zeroizing<String>,
}

impl Default for PasswordInput {
    fn default() -> Self {
        Self { text: Zeroizing::new(String::with_capacity(MAX_BYTES)) }
    }
}

impl PasswordInput {
    /// Takes a key.
    pub fn handle_key(&mut self, key: Key) {
        match (keymap::own(KeyContext::PassphraseEntry, key), key.typed()) {
            (Some(KeyAction::DeleteBack), _) => {
                let end = self.text.grapheme_indices(true).next_back().map_or(0, |(at, _)| at);
                self.text.truncate(end);
            }
            (Some(KeyAction::DeleteToStart), _) => self.text.zeroize(),
            (_, Some(c)) if self.text.len() + c.len_utf8() <= MAX_BYTES => self.text.push(c),
            _ => {}
        }
    }

    /// Takes pasted text.
    pub fn paste(&mut self, text: &str) {
        let line = Zeroizing::new(clean_line(text));
        for c in line.trim().chars() {
            self.handle_key(Key::char(c));
        }
    }

    /// How many characters are there, for the dots.
    pub fn len(&self) -> usize {
        self.text.graphemes(true).count()
    }

    /// Whether nothing is typed.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether it is this text, spaces at the ends and between words apart.
    pub fn is(&self, other: &str) -> bool {
        self.text.split_whitespace().eq(other.split_whitespace())
    }

    /// Whether it is this passphrase, typed again. Words that were given out may differ in case and
    /// spaces.
    pub fn repeats(&self, chosen: &SecretString) -> bool {
        passphrase::is_repeated(chosen, &SecretString::from(self.text.as_str()))
    }

    /// The passphrase, leaving nothing here.
    pub fn reveal(&mut self) -> SecretString {
        let secret = SecretString::from(self.text.as_str());
        self.text.zeroize();
        secret
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn type_in(dialog: &mut VaultDialog, text: &str) {
        for c in text.chars() {
            dialog.handle_key(Key::char(c));
        }
    }

    fn enter(dialog: &mut VaultDialog) -> VaultDialogOutcome {
        dialog.handle_key(Key::plain(Code::Enter))
    }

    fn created_with(outcome: VaultDialogOutcome) -> Option<String> {
        match outcome {
            VaultDialogOutcome::Request(VaultRequest::CreateVault(secret)) => {
                Some(secret.expose_secret().to_owned())
            }
            _ => None,
        }
    }

    #[test]
    fn the_offered_words_must_be_typed_before_a_vault_is_made() {
        let mut dialog = VaultDialog::create(AfterUnlock::StartClinic("peer-case-clinic".into()));
        dialog.offered(SecretString::from("one two three four five six"));
        enter(&mut dialog);
        type_in(&mut dialog, "one two three");
        assert!(created_with(enter(&mut dialog)).is_none());
        assert!(dialog.error.is_some());
        type_in(&mut dialog, "one two three four five six");
        assert_eq!(
            created_with(enter(&mut dialog)).as_deref(),
            Some("one two three four five six")
        );
    }

    #[test]
    fn a_passphrase_of_ones_own_needs_twelve_characters_and_the_same_twice() {
        let mut dialog = VaultDialog::create(AfterUnlock::StartClinic("peer-case-clinic".into()));
        type_in(&mut dialog, "o");
        type_in(&mut dialog, "short");
        enter(&mut dialog);
        assert!(dialog.error.take().is_some_and(|error| error.contains("12")));
        type_in(&mut dialog, "long enough words");
        enter(&mut dialog);
        type_in(&mut dialog, "long enough wrods");
        assert!(created_with(enter(&mut dialog)).is_none());
        type_in(&mut dialog, "long enough words");
        enter(&mut dialog);
        type_in(&mut dialog, "long enough words");
        assert_eq!(created_with(enter(&mut dialog)).as_deref(), Some("long enough words"));
    }

    #[test]
    fn going_back_from_a_passphrase_of_ones_own_shows_the_words_that_may_be_on_paper() {
        let mut dialog = VaultDialog::create(AfterUnlock::ListNotes);
        dialog.offered(SecretString::from("one two three four five six"));
        type_in(&mut dialog, "o");
        let outcome = dialog.handle_key(Key::plain(Code::Esc));
        assert!(matches!(outcome, VaultDialogOutcome::Stay), "no others are drawn");
        let VaultStep::Offer { words: Some(words) } = &dialog.step else { panic!("no words") };
        assert_eq!(words.expose_secret(), "one two three four five six");
    }

    #[test]
    fn the_recovery_sheet_cannot_be_passed_over() {
        let mut dialog = VaultDialog::create(AfterUnlock::StartClinic("peer-case-clinic".into()));
        dialog.created(RecoveryShown {
            renewed: false,
            sheet: "the sheet".to_owned().into(),
            copied: "its groups".to_owned().into(),
            question: "Group 3?".into(),
            confirms: Box::new(|typed| typed == "k7qp"),
        });
        assert!(matches!(dialog.handle_key(Key::plain(Code::Esc)), VaultDialogOutcome::Stay));
        type_in(&mut dialog, "wrong");
        assert!(matches!(enter(&mut dialog), VaultDialogOutcome::Stay));
        dialog.handle_key(Key::ctrl(Code::Char('u')));
        type_in(&mut dialog, "k7qp");
        assert!(matches!(enter(&mut dialog), VaultDialogOutcome::Confirmed));
    }

    #[test]
    fn a_wrong_passphrase_is_asked_for_again() {
        let mut dialog = VaultDialog::unlock(AfterUnlock::ListNotes);
        type_in(&mut dialog, "not it at all");
        enter(&mut dialog);
        assert!(matches!(dialog.step, VaultStep::Busy { creating: false }));
        dialog.refused("wrong".into());
        assert!(matches!(dialog.step, VaultStep::Unlock));
        assert_eq!(dialog.error.as_deref(), Some("wrong"));
    }

    #[test]
    fn esc_locks_an_older_vault_again_and_enter_goes_on_with_it() {
        let older = || {
            let mut dialog = VaultDialog::unlock(AfterUnlock::ListNotes);
            let rollback = Some("It is older.".to_owned());
            assert!(dialog.opened(&VaultOpening { rollback, ..VaultOpening::default() }));
            dialog
        };
        let hints = keymap::hints(&[older().context()], &keymap::KeyChanges::default(), |_| true);
        assert!(hints.contains(&("Esc".to_owned(), "lock")), "{hints:?}");
        let outcome = older().handle_key(Key::plain(Code::Esc));
        assert!(matches!(outcome, VaultDialogOutcome::Lock));
        assert!(matches!(enter(&mut older()), VaultDialogOutcome::Opened));
    }

    #[test]
    fn what_is_typed_is_handed_over_once() {
        let mut hidden = PasswordInput::default();
        hidden.paste(" six wordŝ\n");
        hidden.handle_key(Key::plain(Code::Backspace));
        hidden.handle_key(Key::char('s'));
        assert_eq!(hidden.len(), 9);
        assert!(hidden.is("six  words"));
        assert_eq!(hidden.reveal().expose_secret(), "six words");
        assert!(hidden.is_empty());
    }

    #[test]
    fn a_paste_beyond_reason_stops_at_the_most() {
        let mut hidden = PasswordInput::default();
        hidden.paste(&"x".repeat(5000));
        assert_eq!(hidden.len(), MAX_BYTES);
    }
}
