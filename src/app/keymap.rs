//! The one table of keys: from where you are and what you press to what happens. Handlers look their
//! keys up here; the hints at the bottom, help and the palette are read from the same rows.

mod changed;

use std::fmt;

pub use changed::{KeyChanges, NamedAction, named_actions};

use super::{
    action::KeyAction::{self, *},
    key::{Code, Key},
};

/// Where a binding holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyContext {
    /// Everywhere, unless what lies in front keeps the key for itself.
    Everywhere,
    /// The search screen.
    Search,
    /// The search screen, with a filter selected.
    SearchFilter,
    /// The search screen, when other searches are offered.
    SearchOffers,
    /// The reader.
    Reader,
    /// The reader, while the words to find are typed.
    ReaderFind,
    /// The reader, when words were looked for.
    ReaderMatches,
    /// The reader, at the source of a footnote.
    ReaderSource,
    /// A page of the guide is open in the reader.
    GuidePage,
    /// The list of clinics.
    Clinics,
    /// The search line above the list of clinics.
    NoteSearch,
    /// Inside a clinic.
    Clinic,
    /// The guidance pane of a clinic.
    GuidancePane,
    /// Somebody places privately.
    Placing,
    /// A field of several lines.
    TextField,
    /// A row of a list that is filled by typing.
    ListField,
    /// A field of one line: text, a date or a number.
    LineField,
    /// One option of several, one below the other.
    SingleChoice,
    /// Any number of options.
    MultiChoice,
    /// Options side by side, and scales.
    RowChoice,
    /// A choice whose answer can be cleared.
    ClearableChoice,
    /// A choice that can be answered with yes or no.
    YesNoChoice,
    /// An answer of which is asked how we know it.
    HowKnown,
    /// An answer from a consultation request that is not confirmed.
    FromRequest,
    /// A button of the form.
    Button,
    /// Any text being typed.
    Editing,
    /// What a completed clinic agreed.
    Completed,
    /// What a practice clinic agreed, of which nothing is saved.
    PracticeCompleted,
    /// Handing a note over.
    HandOver,
    /// A completed note.
    Note,
    /// A completed note of somebody else.
    ReceivedNote,
    /// A completed consultation request.
    Request,
    /// The list of actions.
    Actions,
    /// Counts.
    Insight,
    /// The vault itself.
    Vault,
    /// The settings.
    Settings,
    /// The vault is locked.
    Locked,
    /// Help is open.
    HelpDialog,
    /// Help, or another text to read.
    ReadingDialog,
    /// The command palette.
    PaletteDialog,
    /// A question answered with a line of text.
    TextDialog,
    /// A question answered with a text of many lines.
    LongTextDialog,
    /// A question answered by choosing.
    ChoiceDialog,
    /// The list of notes that are due a retention review.
    DueDialog,
    /// Something to read through and confirm.
    ConfirmDialog,
    /// Something to read through that an Enter too many must not confirm.
    ExchangeDialog,
    /// The list of meeting formats.
    TemplateDialog,
    /// Six words offered as a passphrase.
    PassphraseOffer,
    /// A passphrase being typed.
    PassphraseEntry,
    /// The recovery sheet.
    RecoverySheet,
    /// The vault is older than what was seen of it.
    OlderVault,
    /// A new recovery sheet is offered.
    SheetOffer,
}

/// How much of the keys a context takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// It is a whole screen, whose hints go on with those that hold everywhere.
    Screen,
    /// It is a part of a screen.
    Part,
    /// It is what is in front on a screen, such as a field of a form: its hints stand before those of the
    /// screen.
    Field,
    /// A key that is not bound here goes no further: it types, or means nothing.
    Modal,
}

impl KeyContext {
    /// Returns the heading it has in help.
    pub fn title(self) -> &'static str {
        self.about().0
    }

    fn about(self) -> (&'static str, Extent) {
        match self {
            Self::Everywhere => ("On every screen", Extent::Part),
            Self::Search => ("Search", Extent::Screen),
            Self::SearchFilter => ("With a filter selected", Extent::Part),
            Self::SearchOffers => ("When nothing is found", Extent::Part),
            Self::Reader => ("Reading an entry", Extent::Screen),
            Self::ReaderFind => ("Typing in Find", Extent::Modal),
            Self::ReaderMatches => ("Moving between matches", Extent::Screen),
            Self::ReaderSource => ("In the list of sources", Extent::Screen),
            Self::GuidePage => ("Reading the guide", Extent::Screen),
            Self::Clinics => ("List of clinics", Extent::Screen),
            Self::NoteSearch => ("Search in notes", Extent::Part),
            Self::Clinic => ("In a clinic", Extent::Screen),
            Self::GuidancePane => ("Guidance", Extent::Part),
            Self::Placing => ("Placing: nothing is shown", Extent::Modal),
            Self::TextField => ("In this text field", Extent::Field),
            Self::ListField => ("In this list", Extent::Field),
            Self::LineField => ("In this field", Extent::Field),
            Self::SingleChoice => ("In this choice (one option)", Extent::Field),
            Self::MultiChoice => ("In this choice (several options)", Extent::Field),
            Self::RowChoice => ("In this choice or scale", Extent::Field),
            Self::ClearableChoice => ("To take the answer back", Extent::Field),
            Self::YesNoChoice => ("Yes or no", Extent::Field),
            Self::HowKnown => ("How do we know?", Extent::Field),
            Self::FromRequest => ("An answer from the request", Extent::Field),
            Self::Button => ("On this button", Extent::Field),
            Self::Editing => ("While you type", Extent::Field),
            Self::Completed | Self::PracticeCompleted => ("After a clinic", Extent::Screen),
            Self::HandOver => ("Handing over", Extent::Screen),
            Self::Note => ("A completed note", Extent::Screen),
            Self::ReceivedNote => ("A note of somebody else", Extent::Screen),
            Self::Request => ("A consultation request", Extent::Field),
            Self::Actions => ("List of actions", Extent::Screen),
            Self::Insight => ("Insight", Extent::Screen),
            Self::Vault => ("Vault", Extent::Screen),
            Self::Settings => ("Settings", Extent::Screen),
            Self::Locked => ("Locked", Extent::Screen),
            Self::HelpDialog => ("Help", Extent::Modal),
            Self::ReadingDialog => ("Reading", Extent::Modal),
            Self::PaletteDialog => ("Commands", Extent::Modal),
            Self::TextDialog => ("Question", Extent::Modal),
            Self::LongTextDialog => ("Question with a long answer", Extent::Modal),
            Self::ChoiceDialog => ("Question", Extent::Modal),
            Self::DueDialog => ("Notes due a retention review", Extent::Modal),
            Self::ConfirmDialog | Self::ExchangeDialog => ("Confirmation", Extent::Modal),
            Self::TemplateDialog => ("Meeting formats", Extent::Modal),
            Self::PassphraseOffer => ("Passphrase", Extent::Modal),
            Self::PassphraseEntry => ("Passphrase", Extent::Modal),
            Self::RecoverySheet | Self::SheetOffer => ("Recovery sheet", Extent::Modal),
            Self::OlderVault => ("An older vault", Extent::Modal),
        }
    }

    /// Whether letters, arrows and their like write or move in a text here, or in what may have the
    /// focus here.
    fn is_typed_in(self) -> bool {
        matches!(
            self,
            Everywhere
                | Search
                | SearchFilter
                | SearchOffers
                | ReaderFind
                | NoteSearch
                | Clinic
                | GuidancePane
                | Placing
                | TextField
                | ListField
                | LineField
                | HowKnown
                | FromRequest
                | Editing
                | HandOver
                | PaletteDialog
                | TextDialog
                | LongTextDialog
                | PassphraseEntry
                | RecoverySheet
        )
    }

    /// Whether a key that is not bound here goes no further: it types, or means nothing.
    pub(super) fn keeps(self, key: Key) -> bool {
        let leaves = own(Everywhere, key);
        if matches!(leaves, Some(Quit | LockVault)) {
            return false;
        }
        match self {
            Self::GuidancePane => {
                let turns = matches!(key.code, Code::F(_) | Code::PageUp | Code::PageDown);
                !turns && !matches!(leaves, Some(Palette | Redraw))
            }
            Self::NoteSearch => {
                let leaves = leaves.or(own(Clinics, key)).filter(|_| key.ctrl);
                let types = matches!(
                    key.code,
                    Code::Char(_)
                        | Code::Backspace
                        | Code::Delete
                        | Code::Left
                        | Code::Right
                        | Code::Home
                        | Code::End
                );
                types && leaves.is_none()
            }
            _ => self.about().1 == Extent::Modal,
        }
    }
}

/// What is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPattern {
    /// One key.
    One(Key),
    /// Any digit.
    Digits,
}

impl KeyPattern {
    fn has(self, key: Key) -> bool {
        match self {
            Self::One(one) => one == key,
            Self::Digits => digit(key).is_some(),
        }
    }
}

impl fmt::Display for KeyPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(key) => key.fmt(f),
            Self::Digits => f.write_str("1-9"),
        }
    }
}

/// Returns the number that a digit types.
pub(super) fn digit(key: Key) -> Option<usize> {
    key.typed()?.to_digit(10).map(|digit| digit as usize)
}

/// Returns the place in a list that a digit stands for: 1 is the first.
pub(super) fn place(key: Key) -> Option<usize> {
    digit(key)?.checked_sub(1)
}

/// One row of the table.
pub struct Binding {
    /// Where it holds.
    pub contexts: &'static [KeyContext],
    /// What is pressed.
    pub keys: KeyPattern,
    /// What happens.
    pub action: KeyAction,
    /// The word in the bottom bar; empty keeps it to help.
    pub hint: &'static str,
    /// What help says.
    pub description: &'static str,
}

const fn bind(
    contexts: &'static [KeyContext],
    key: Key,
    action: KeyAction,
    hint: &'static str,
    description: &'static str,
) -> Binding {
    Binding { contexts, keys: KeyPattern::One(key), action, hint, description }
}

const fn digits(
    contexts: &'static [KeyContext],
    hint: &'static str,
    description: &'static str,
) -> Binding {
    Binding { contexts, keys: KeyPattern::Digits, action: ChooseNumber, hint, description }
}

use KeyContext::*;

/// The table. Within a context the order is the order of the hints and of help.
#[rustfmt::skip] // one row per key
pub const BINDINGS: &[Binding] = &[
    // Lists and pages.
    bind(&[Reader, Completed, PracticeCompleted, Note, ReceivedNote, Insight, Vault, GuidePage, HelpDialog, ReadingDialog, ConfirmDialog, ExchangeDialog, RecoverySheet], Key::plain(Code::Up), ScrollUp, "scroll", "Scroll up"),
    bind(&[Reader, Completed, PracticeCompleted, Note, ReceivedNote, Insight, Vault, GuidePage, HelpDialog, ReadingDialog, ConfirmDialog, ExchangeDialog, RecoverySheet], Key::plain(Code::Down), ScrollDown, "scroll", "Scroll down"),
    bind(&[Reader], Key::plain(Code::Esc), Back, "back", "Close the entry"),
    bind(&[Clinics], Key::plain(Code::Up), Previous, "select", "Previous clinic"),
    bind(&[Clinics], Key::plain(Code::Down), Next, "select", "Next clinic"),
    bind(&[Actions], Key::plain(Code::Up), Previous, "select", "Previous action"),
    bind(&[Actions], Key::plain(Code::Down), Next, "select", "Next action"),
    bind(&[SearchFilter], Key::plain(Code::Left), PreviousValue, "change", "Previous value of the filter"),
    bind(&[SearchFilter], Key::plain(Code::Right), NextValue, "change", "Next value of the filter"),
    bind(&[SearchFilter], Key::plain(Code::Tab), NextFilter, "next filter", "Next filter"),
    bind(&[Search, SearchFilter, GuidancePane], Key::plain(Code::Up), Previous, "select", "Previous entry"),
    bind(&[Search, SearchFilter, GuidancePane], Key::plain(Code::Down), Next, "select", "Next entry"),
    bind(&[Search, Reader, Clinics, Completed, PracticeCompleted, Actions, HelpDialog, ReadingDialog, ConfirmDialog, ExchangeDialog], Key::plain(Code::PageUp), PageBack, "", "Page up"),
    bind(&[Search, Reader, Clinics, Completed, PracticeCompleted, Actions, HelpDialog, ReadingDialog, ConfirmDialog, ExchangeDialog], Key::plain(Code::PageDown), PageOn, "", "Page down"),
    bind(&[Insight, Vault], Key::plain(Code::PageUp), PageBack, "page", "Page up"),
    bind(&[Insight, Vault], Key::plain(Code::PageDown), PageOn, "page", "Page down"),
    bind(&[Note, ReceivedNote], Key::plain(Code::PageUp), PageBack, "", "Page up"),
    bind(&[Note, ReceivedNote], Key::plain(Code::PageDown), PageOn, "", "Page down"),
    bind(&[Reader], Key::char(' '), PageOn, "", "Page down"),
    bind(&[Reader, Note, ReceivedNote, Insight, Vault], Key::plain(Code::Home), Top, "", "Go to the start"),
    bind(&[Reader, Note, ReceivedNote, Insight, Vault], Key::plain(Code::End), Bottom, "", "Go to the end"),
    // Search.
    bind(&[Search, SearchFilter, GuidancePane], Key::plain(Code::Enter), Open, "read", "Read the selected entry"),
    bind(&[Search], Key::plain(Code::Tab), NextFilter, "filter", "Next filter, such as kind or nation (change it with ← →)"),
    bind(&[Search], Key::shift(Code::Tab), PreviousFilter, "", "Previous filter"),
    bind(&[Search], Key::ctrl(Code::Char('y')), CopyCitation, "copy citation", "Copy the citation of the entry"),
    bind(&[Search], Key::ctrl(Code::Char('b')), Bookmark, "", "Bookmark the selected entry, or remove its bookmark"),
    bind(&[Search], Key::ctrl(Code::Char('r')), RecentSearches, "", "Recent searches (also ↑ on the first row)"),
    bind(&[Search], Key::ctrl(Code::Char('n')), NewClinic, "new clinic", "Start a clinic (choose a meeting format)"),
    bind(&[Search], Key::plain(Code::Esc), Back, "clear", "Leave the filters, then clear the search, then reset the filters"),
    bind(&[SearchFilter], Key::plain(Code::Esc), Back, "back to the search", "Leave the filters"),
    digits(&[SearchOffers], "", "Search for the suggestion with this number"),
    // The reader.
    bind(&[GuidePage], Key::plain(Code::Esc), Back, "back", "Close the guide"),
    bind(&[Reader, GuidePage], Key::plain(Code::Tab), NextLink, "links", "Next link"),
    bind(&[Reader], Key::shift(Code::Tab), PreviousLink, "", "Previous link"),
    bind(&[Reader], Key::char('['), PreviousHeading, "part", "Previous heading"),
    bind(&[Reader], Key::char(']'), NextHeading, "part", "Next heading"),
    bind(&[Reader], Key::char('o'), Outline, "outline", "Show the outline: what is in the entry, and what to read next"),
    bind(&[Reader], Key::char('/'), Find, "find", "Find in this entry"),
    bind(&[Reader], Key::char('f'), NextNote, "footnote", "Next footnote (Enter: go to its source and back)"),
    bind(&[Reader], Key::char('F'), PreviousNote, "", "Previous footnote"),
    bind(&[Reader, GuidePage], Key::plain(Code::Enter), Open, "open", "Open the selected link (or type its number)"),
    bind(&[GuidePage], Key::plain(Code::Backspace), BackOneEntry, "previous page", "Back to the previous page"),
    bind(&[GuidePage], Key::char('/'), Find, "find", "Find in this page"),
    bind(&[GuidePage], Key::char('o'), Outline, "outline", "Show the outline"),
    bind(&[Reader], Key::char('n'), NextMatch, "", "Next match"),
    bind(&[Reader], Key::char('N'), PreviousMatch, "", "Previous match"),
    bind(&[Reader], Key::ctrl(Code::Char('y')), CopyCitation, "copy citation", "Copy the citation of the entry"),
    bind(&[Reader], Key::ctrl(Code::Char('b')), Bookmark, "", "Bookmark this entry, or remove its bookmark"),
    bind(&[Reader], Key::char('s'), Sources, "sources", "Go to the sources, and back"),
    bind(&[Reader], Key::char('h'), OpenHandOver, "", "Hand over: save or print this entry with its sources"),
    bind(&[Reader], Key::char('c'), CopySection, "", "Copy the section in view, with the citation"),
    bind(&[Reader], Key::char('p'), CopyParagraph, "", "Copy the selected paragraph, or the one in view, with the citation"),
    bind(&[Reader], Key::char('u'), CopyAddress, "", "Copy the web address of a source"),
    bind(&[Reader], Key::plain(Code::F(6)), Cite, "", "Cite this entry in the open clinic"),
    bind(&[Reader], Key::plain(Code::Backspace), BackOneEntry, "", "Back from a source, or to the previous entry"),
    bind(&[Reader], Key::alt(Code::Left), BackOneEntry, "", "Back to the previous entry"),
    bind(&[Reader], Key::alt(Code::Right), ForwardOneEntry, "", "Forward to the next entry"),
    digits(&[Reader], "", "Open the link with this number"),
    bind(&[ReaderFind], Key::plain(Code::Enter), Choose, "done", "Finish typing, then move between matches (n, N)"),
    bind(&[ReaderMatches], Key::char('n'), NextMatch, "next, previous", "Next match"),
    bind(&[ReaderMatches], Key::char('N'), PreviousMatch, "next, previous", "Previous match"),
    bind(&[ReaderMatches], Key::char('/'), Find, "change words", "Change what to find"),
    bind(&[ReaderMatches], Key::char('p'), CopyParagraph, "copy paragraph", "Copy the paragraph of the match, with the citation"),
    bind(&[ReaderFind, ReaderMatches], Key::plain(Code::Esc), Back, "close find", "Close find"),
    bind(&[ReaderSource], Key::plain(Code::Enter), Open, "back to the text", "Back to the text"),
    bind(&[ReaderSource], Key::plain(Code::Esc), Back, "back", "Back to the text"),
    bind(&[ReaderSource], Key::char('f'), NextNote, "next footnote", "Next footnote"),
    bind(&[ReaderSource], Key::char('u'), CopyAddress, "copy address", "Copy the web address of a source"),
    // Clinics.
    bind(&[Clinics], Key::plain(Code::Enter), Open, "open", "Open or continue the selected clinic"),
    bind(&[Clinics], Key::plain(Code::Tab), NextKind, "filter", "Show all notes, or only cases, supervision or services"),
    bind(&[Clinics], Key::char('/'), Find, "search", "Search the text of all notes"),
    bind(&[Clinics], Key::ctrl(Code::Char('n')), NewClinic, "new", "Start a clinic (choose a meeting format)"),
    bind(&[Clinics], Key::char('k'), KeepHow, "", "How long to keep the selected note: retention class, review date, legal hold"),
    bind(&[Clinics], Key::char('d'), ListDue, "", "Notes due a retention review: keep or erase?"),
    bind(&[Clinics], Key::plain(Code::Delete), Discard, "", "Move the selected draft to the trash (type its name)"),
    bind(&[Clinics], Key::char('t'), ListTrash, "", "Trash: restore a discarded draft"),
    bind(&[Clinics], Key::char('e'), EnteredInError, "", "Mark the selected note as entered in error (give a reason, then type its name)"),
    bind(&[Clinics], Key::char('x'), Erase, "", "Erase the selected note permanently (give a reason, then type its name)"),
    bind(&[Clinics], Key::ctrl(Code::Char('t')), PracticeClinic, "practise", "Practise with a fictional case (nothing is saved)"),
    bind(&[Clinics], Key::plain(Code::Esc), Back, "back", "Close the note search, or go back to Search"),
    bind(&[NoteSearch], Key::plain(Code::Up), Previous, "select", "Previous note"),
    bind(&[NoteSearch], Key::plain(Code::Down), Next, "select", "Next note"),
    bind(&[NoteSearch], Key::plain(Code::Enter), Open, "open", "Open the selected note"),
    bind(&[NoteSearch], Key::plain(Code::Esc), Back, "show all notes", "Show all notes"),
    bind(&[NoteSearch], Key::plain(Code::Backspace), DeleteBack, "", "Delete a character; with nothing typed, show all notes"),
    bind(&[Clinic], Key::plain(Code::Tab), NextField, "next", "Next field; from a list, the next list"),
    bind(&[Clinic], Key::shift(Code::Tab), PreviousField, "", "Previous field"),
    bind(&[Clinic], Key::plain(Code::PageDown), FinishStage, "next stage", "Finish this stage and go to the next"),
    bind(&[Clinic], Key::plain(Code::PageUp), ReturnStage, "back", "Go back to the previous stage"),
    bind(&[Clinic], Key::plain(Code::F(9)), ShowScript, "script", "Show the script to read aloud"),
    bind(&[Clinic], Key::ctrl(Code::Char('g')), Guidance, "guidance", "Guidance for this stage (and search)"),
    bind(&[Clinic], Key::plain(Code::F(5)), PauseClock, "pause clock", "Pause or restart the clock"),
    bind(&[Clinic], Key::ctrl(Code::Char('s')), SkipStage, "skip", "Skip this stage (give a reason)"),
    bind(&[Clinic], Key::plain(Code::F(4)), NextCertainty, "", "How do we know this? Known, reported or assumed"),
    bind(&[Clinic], Key::ctrl(Code::Char('f')), ConfirmAnswer, "", "Confirm an answer that comes from a consultation request"),
    bind(&[Clinic], Key::ctrl(Code::Char('t')), UsualCertainty, "", "How we know all new answers of this stage: reported at first"),
    bind(&[Clinic], Key::ctrl(Code::Char('z')), Undo, "", "Undo"),
    bind(&[Clinic], Key::ctrl(Code::Char('y')), Redo, "", "Redo"),
    bind(&[Clinic], Key::ctrl(Code::Char('b')), RestoreRemoved, "", "Restore a child, behaviour or other part you removed"),
    bind(&[Clinic], Key::plain(Code::F(10)), BetterWords, "", "Use the suggested wording for the underlined words at or before the cursor"),
    bind(&[Clinic], Key::ctrl(Code::Char('n')), NamesToAvoid, "", "Names to watch for in this note"),
    bind(&[Clinic], Key::plain(Code::F(12)), MoveToNewer, "", "Update this draft to a newer version of its meeting format"),
    bind(&[Clinic], Key::ctrl(Code::Char('r')), NextMissing, "", "Go to the next answer still needed"),
    bind(&[Clinic, Insight], Key::plain(Code::F(6)), ShareView, "", "Screen-share view: only what everybody in the meeting may see"),
    bind(&[Clinic], Key::plain(Code::F(7)), ExtendStage, "", "Add five minutes to this stage"),
    bind(&[Clinic], Key::ctrl(Code::Char('o')), ShowStages, "", "Show all stages and go to one"),
    bind(&[Clinic], Key::plain(Code::Esc), Back, "leave", "Leave the clinic (asks first; the draft is saved)"),
    bind(&[GuidancePane], Key::plain(Code::F(6)), Cite, "cite", "Cite the selected entry in the note, or remove the citation"),
    bind(&[GuidancePane], Key::plain(Code::Esc), Back, "back to the form", "Back to the form"),
    bind(&[GuidancePane], Key::ctrl(Code::Char('g')), Guidance, "", "Back to the form"),
    digits(&[Placing], "choose", "Choose the stage with this number"),
    bind(&[Placing], Key::plain(Code::Enter), Choose, "confirm", "Confirm the choice"),
    bind(&[Placing], Key::char(' '), CheckChoice, "check", "Show your choice for three seconds"),
    bind(&[Placing], Key::plain(Code::Backspace), ClearChoice, "", "Clear the choice"),
    bind(&[Placing], Key::plain(Code::Delete), ClearChoice, "", "Clear the choice"),
    bind(&[Placing], Key::plain(Code::Esc), Back, "back without placing", "Back without placing"),
    // Fields of a form.
    bind(&[YesNoChoice], Key::char('y'), ChooseYes, "yes, no", "Answer yes"),
    bind(&[YesNoChoice], Key::char('n'), ChooseNo, "yes, no", "Answer no"),
    bind(&[FromRequest], Key::ctrl(Code::Char('f')), ConfirmAnswer, "confirm", "Confirm this answer from the consultation request"),
    bind(&[HowKnown], Key::plain(Code::F(4)), NextCertainty, "how we know", "How do we know this? Known, reported or assumed"),
    bind(&[HowKnown], Key::ctrl(Code::Char('t')), UsualCertainty, "all new", "How we know all new answers of this stage: reported at first"),
    bind(&[TextField, ListField], Key::plain(Code::Enter), NewLine, "", "New line"),
    bind(&[TextField, ListField], Key::plain(Code::Up), PreviousField, "", "Line up; from the first line, previous field"),
    bind(&[TextField], Key::plain(Code::Down), NextField, "", "Line down; from the last line, next field"),
    bind(&[ListField], Key::plain(Code::Down), NextField, "next row", "Line down; from the last line, next row of the list"),
    bind(&[LineField], Key::plain(Code::Enter), NextField, "", "Next field"),
    bind(&[SingleChoice, MultiChoice], Key::plain(Code::Up), Previous, "", "Previous option; from the first, previous field"),
    bind(&[SingleChoice, MultiChoice], Key::plain(Code::Down), Next, "", "Next option; from the last, next field"),
    bind(&[SingleChoice, MultiChoice, RowChoice], Key::plain(Code::Left), PreviousOption, "", "Previous option"),
    bind(&[SingleChoice, MultiChoice, RowChoice], Key::plain(Code::Right), NextOption, "", "Next option"),
    bind(&[SingleChoice, RowChoice], Key::char(' '), Choose, "", "Choose the option"),
    bind(&[SingleChoice, RowChoice], Key::plain(Code::Enter), Choose, "choose", "Choose the option"),
    digits(&[SingleChoice], "choose", "Choose the option with this number"),
    digits(&[RowChoice], "choose", "Choose the option with this number; on a scale, the number itself (also 0)"),
    bind(&[MultiChoice], Key::char(' '), Choose, "tick", "Tick the option, or remove the tick"),
    digits(&[MultiChoice], "tick", "Tick the option with this number, or remove the tick"),
    bind(&[MultiChoice], Key::plain(Code::Enter), NextField, "go on", "Next field"),
    bind(&[ClearableChoice], Key::plain(Code::Backspace), ClearChoice, "clear", "Clear the answer"),
    bind(&[Button], Key::plain(Code::Enter), Choose, "press", "Press this button"),
    bind(&[Button], Key::char(' '), Choose, "press", "Press this button"),
    bind(&[LineField, RowChoice, Button], Key::plain(Code::Up), PreviousField, "", "Previous field"),
    bind(&[Button], Key::plain(Code::Left), PreviousField, "", "Previous field"),
    bind(&[LineField, RowChoice, Button], Key::plain(Code::Down), NextField, "", "Next field"),
    bind(&[Button], Key::plain(Code::Right), NextField, "", "Next field"),
    bind(&[TextField, LineField], Key::plain(Code::Delete), RemovePart, "", "With nothing written: remove this person, action, child or other part (asks first)"),
    bind(&[SingleChoice, MultiChoice, RowChoice, Button], Key::plain(Code::Delete), RemovePart, "", "Remove this person, action, child or other part (asks first)"),
    bind(&[Editing], Key::ctrl(Code::Left), PreviousWord, "", "Previous word"),
    bind(&[Editing], Key::ctrl(Code::Right), NextWord, "", "Next word"),
    bind(&[Editing], Key::alt(Code::Left), PreviousWord, "", "Previous word"),
    bind(&[Editing], Key::alt(Code::Right), NextWord, "", "Next word"),
    bind(&[Editing], Key::plain(Code::Home), LineStart, "", "Start of the line"),
    bind(&[Editing], Key::plain(Code::End), LineEnd, "", "End of the line"),
    bind(&[Editing], Key::ctrl(Code::Char('a')), LineStart, "", "Start of the line"),
    bind(&[Editing], Key::ctrl(Code::Char('e')), LineEnd, "", "End of the line"),
    bind(&[Editing], Key::ctrl(Code::Char('w')), DeleteWord, "", "Delete the word before the cursor"),
    bind(&[Editing], Key::alt(Code::Backspace), DeleteWord, "", "Delete the word before the cursor"),
    bind(&[Editing], Key::ctrl(Code::Char('u')), DeleteToStart, "", "Delete to the start of the line"),
    bind(&[Editing], Key::ctrl(Code::Char('k')), DeleteToEnd, "", "Delete to the end of the line"),
    // Notes, actions, counts, the vault.
    bind(&[Completed, PracticeCompleted], Key::plain(Code::Enter), Open, "whole note", "Read the whole note"),
    bind(&[Completed, PracticeCompleted, Note], Key::char('h'), OpenHandOver, "hand over", "Hand over: save or print a document of this note"),
    bind(&[HandOver], Key::plain(Code::Up), Previous, "select", "Previous row"),
    bind(&[HandOver], Key::plain(Code::Down), Next, "select", "Next row"),
    bind(&[HandOver], Key::shift(Code::Tab), Previous, "", "Previous row"),
    bind(&[HandOver], Key::plain(Code::Tab), Next, "", "Next row"),
    bind(&[HandOver], Key::plain(Code::Left), PreviousValue, "change", "Previous document, reader or format"),
    bind(&[HandOver], Key::plain(Code::Right), NextValue, "change", "Next document, reader or format"),
    bind(&[HandOver], Key::plain(Code::Enter), Open, "choose", "List the choices, save, print, or show where a possible identifier is"),
    bind(&[HandOver], Key::char(' '), Open, "", "The same as Enter"),
    bind(&[HandOver], Key::ctrl(Code::Char('s')), SaveDocument, "save", "Save the file"),
    bind(&[HandOver], Key::plain(Code::PageUp), PageBack, "read on", "Page up in the document"),
    bind(&[HandOver], Key::plain(Code::PageDown), PageOn, "read on", "Page down in the document"),
    bind(&[HandOver], Key::plain(Code::Esc), Back, "back", "Back, without saving"),
    bind(&[Completed], Key::char('f'), FollowUp, "follow up", "Start a follow-up clinic with the actions and placements of this note"),
    bind(&[Completed], Key::char('a'), Correct, "correct", "Add a correction, with a reason (the completed note stays as it was)"),
    bind(&[Completed, PracticeCompleted], Key::char('c'), CopySection, "copy", "Copy what was agreed and who does what (the clipboard is cleared after 30 seconds)"),
    bind(&[Completed], Key::char('k'), KeepHow, "", "How long to keep the note: retention class, review date, legal hold"),
    bind(&[Completed, PracticeCompleted], Key::plain(Code::Esc), Back, "to the list", "Go to the list of clinics"),
    bind(&[Request], Key::char('f'), FollowUp, "start a meeting from it", "Start a meeting from this request, with its answers"),
    bind(&[Note, ReceivedNote], Key::char('f'), FollowUp, "follow up", "Start a follow-up clinic with the actions and placements of this note"),
    bind(&[ReceivedNote], Key::char('a'), Correct, "", "Who can correct this note"),
    bind(&[ReceivedNote], Key::char('e'), EnteredInError, "", "Who can mark it as entered in error"),
    bind(&[ReceivedNote], Key::char('h'), OpenHandOver, "", "Who can hand it over"),
    bind(&[Note], Key::char('a'), Correct, "correct", "Add a correction, with a reason (the completed note stays as it was)"),
    bind(&[Note, ReceivedNote], Key::char('c'), CopySection, "", "Copy the section in view (the clipboard is cleared after 30 seconds)"),
    bind(&[Note], Key::char('e'), EnteredInError, "", "Mark as entered in error (give a reason, then type its name)"),
    bind(&[Note, ReceivedNote], Key::plain(Code::Esc), Back, "back", "Close the note"),
    bind(&[Actions], Key::plain(Code::Enter), Open, "update", "Update the selected action, or open its note"),
    bind(&[Actions], Key::plain(Code::Tab), NextKind, "open, overdue, all", "Show open, overdue or all actions"),
    bind(&[Actions], Key::char('/'), FilterActions, "filter", "Filter by owner, agency or case key"),
    bind(&[Actions], Key::plain(Code::Esc), Back, "back", "Clear the filter, then go back to Clinics"),
    bind(&[Insight], Key::plain(Code::Enter), Open, "", "Unlock the vault and show the figures"),
    bind(&[Insight], Key::plain(Code::Tab), NextKind, "period", "Show figures for all time, 12 months or 3 months"),
    bind(&[Insight], Key::char('h'), OpenHandOver, "hand over", "Hand over: save or print these figures as a report, with small numbers hidden"),
    bind(&[Insight], Key::char('c'), CopyTable, "copy as CSV", "Copy the figures as a table (CSV)"),
    bind(&[Vault], Key::plain(Code::Enter), Open, "check every file", "Check every file against the ledger (nothing is changed)"),
    bind(&[Vault], Key::char('s'), SyncExchange, "sync", "Sync the exchange: take in what others sent, then see what would be sent and who could open it"),
    bind(&[Vault], Key::char('a'), AddPerson, "add", "Add somebody who asks to take part in the exchange (stewards; compare the fingerprint)"),
    bind(&[Vault], Key::char('r'), RemovePerson, "remove", "Remove somebody from the exchange (stewards; give a reason)"),
    bind(&[Insight, Vault], Key::plain(Code::Esc), Back, "back", "Go back to Clinics"),
    bind(&[Settings], Key::plain(Code::Up), Previous, "select", "Previous setting"),
    bind(&[Settings], Key::plain(Code::Down), Next, "select", "Next setting"),
    bind(&[Settings], Key::plain(Code::Left), PreviousValue, "change", "Previous value, written into the settings file at once"),
    bind(&[Settings], Key::plain(Code::Right), NextValue, "change", "Next value, written into the settings file at once"),
    bind(&[Settings], Key::plain(Code::Enter), Open, "", "The same as →"),
    bind(&[Settings], Key::char(' '), Open, "", "The same as →"),
    bind(&[Settings], Key::plain(Code::Esc), Back, "back", "Back to where you were"),
    bind(&[Locked], Key::plain(Code::Enter), Open, "unlock and continue", "Unlock the vault and continue where you were"),
    // Dialogs.
    bind(&[HelpDialog], Key::plain(Code::F(1)), OpenGuide, "guide", "Open the guide"),
    bind(&[HelpDialog, ReadingDialog], Key::plain(Code::Esc), Back, "close", "Close (any other key closes too)"),
    bind(&[ExchangeDialog], Key::char('y'), Choose, "yes", "Yes, go on"),
    bind(&[ExchangeDialog], Key::plain(Code::Esc), Back, "not now", "Leave everything as it is"),
    bind(&[ConfirmDialog], Key::plain(Code::Enter), Choose, "confirm", "Confirm"),
    bind(&[ConfirmDialog], Key::plain(Code::Esc), Back, "leave it as it is", "Leave everything as it is"),
    bind(&[PaletteDialog], Key::plain(Code::Up), Previous, "select", "Previous command"),
    bind(&[PaletteDialog], Key::plain(Code::Down), Next, "select", "Next command"),
    bind(&[PaletteDialog], Key::plain(Code::Enter), Choose, "run", "Run the command"),
    bind(&[PaletteDialog], Key::plain(Code::Esc), Back, "close", "Close"),
    bind(&[TextDialog], Key::plain(Code::Enter), Choose, "confirm", "Confirm what you typed"),
    bind(&[LongTextDialog], Key::ctrl(Code::Char('s')), Choose, "record it", "Record what you typed"),
    bind(&[LongTextDialog], Key::plain(Code::Enter), NewLine, "new line", "New line"),
    bind(&[ChoiceDialog, DueDialog, TemplateDialog], Key::plain(Code::Up), Previous, "select", "Previous option"),
    bind(&[ChoiceDialog, DueDialog, TemplateDialog], Key::plain(Code::Down), Next, "select", "Next option"),
    digits(&[ChoiceDialog, DueDialog, TemplateDialog], "select", "Select the option with this number"),
    bind(&[ChoiceDialog, DueDialog, TemplateDialog], Key::plain(Code::Tab), Next, "", "Next option"),
    bind(&[ChoiceDialog], Key::plain(Code::Enter), Choose, "confirm", "Confirm the selected option"),
    bind(&[ChoiceDialog], Key::char(' '), Choose, "", "Confirm the selected option"),
    bind(&[DueDialog], Key::plain(Code::Enter), Choose, "open", "Open the selected note"),
    bind(&[DueDialog], Key::char(' '), Choose, "", "Open the selected note"),
    bind(&[DueDialog], Key::char('k'), KeepHow, "", "Change how long the note is kept"),
    bind(&[DueDialog], Key::char('x'), Erase, "", "Erase the note permanently (give a reason, then type its name)"),
    bind(&[TemplateDialog], Key::plain(Code::Enter), Choose, "start", "Start the selected format"),
    bind(&[TemplateDialog], Key::char(' '), Choose, "", "Start the selected format"),
    bind(&[TextDialog, LongTextDialog, ChoiceDialog, DueDialog, TemplateDialog], Key::plain(Code::Esc), Back, "cancel", "Cancel"),
    bind(&[PassphraseOffer], Key::plain(Code::Enter), Choose, "use these words", "Use these six words"),
    bind(&[PassphraseOffer], Key::char('n'), OtherWords, "other words", "Other words"),
    bind(&[PassphraseOffer], Key::char('N'), OtherWords, "", "Other words"),
    bind(&[PassphraseOffer], Key::char('o'), OwnPassphrase, "choose your own", "Choose your own passphrase"),
    bind(&[PassphraseOffer], Key::char('O'), OwnPassphrase, "", "Choose your own passphrase"),
    bind(&[PassphraseOffer], Key::plain(Code::Esc), Back, "back", "Cancel"),
    bind(&[PassphraseEntry], Key::plain(Code::Enter), Choose, "continue", "Continue"),
    bind(&[PassphraseEntry], Key::plain(Code::Backspace), DeleteBack, "", "Delete a character"),
    bind(&[PassphraseEntry], Key::ctrl(Code::Char('u')), DeleteToStart, "", "Clear what you typed"),
    bind(&[PassphraseEntry], Key::plain(Code::Esc), Back, "back", "Back"),
    bind(&[RecoverySheet], Key::plain(Code::PageUp), PageBack, "", "Scroll up"),
    bind(&[RecoverySheet], Key::plain(Code::PageDown), PageOn, "", "Scroll down"),
    bind(&[RecoverySheet], Key::plain(Code::Enter), Choose, "continue", "Continue (after you have typed the group asked for)"),
    bind(&[RecoverySheet], Key::ctrl(Code::Char('s')), SaveSheet, "save to a file", "Save the sheet to a file, to print it"),
    bind(&[OlderVault], Key::plain(Code::Enter), Choose, "go on", "Go on with this version"),
    bind(&[OlderVault], Key::plain(Code::Esc), LockVault, "lock", "Lock the vault again"),
    bind(&[SheetOffer], Key::plain(Code::Enter), Choose, "new sheet", "Make a new recovery sheet"),
    bind(&[SheetOffer], Key::plain(Code::Esc), Back, "later", "Go on without a new sheet"),
    // Everywhere.
    bind(&[Everywhere], Key::plain(Code::F(1)), Help, "help", "Show the keys that work here"),
    bind(&[Everywhere], Key::shift(Code::F(1)), OpenGuide, "", "Open the guide (or F1 again in help)"),
    bind(&[Everywhere], Key::plain(Code::F(2)), GoSearch, "", "Go to Search"),
    bind(&[Everywhere], Key::plain(Code::F(3)), GoClinics, "", "Go to Clinics"),
    bind(&[Everywhere], Key::plain(Code::F(4)), GoActions, "", "Go to Actions"),
    bind(&[Everywhere], Key::plain(Code::F(5)), GoInsight, "", "Go to Insight (figures without names)"),
    bind(&[Everywhere], Key::plain(Code::F(12)), GoVault, "", "Go to Vault (members, copies, check)"),
    bind(&[Everywhere], Key::plain(Code::F(9)), GoSettings, "", "Settings"),
    bind(&[Everywhere], Key::plain(Code::F(8)), LockVault, "", "Lock the vault (no note stays on screen)"),
    bind(&[Everywhere], Key::ctrl(Code::Char('p')), Palette, "", "Commands"),
    bind(&[Everywhere], Key::ctrl(Code::Char('l')), Redraw, "", "Redraw the screen"),
    bind(&[Everywhere], Key::ctrl(Code::Char('q')), Quit, "quit", "Save and quit"),
    bind(&[Everywhere], Key::ctrl(Code::Char('c')), Quit, "", "Save and quit"),
];

/// Returns what a key does in one context. Shift, Ctrl and Alt change nothing on a named key, such as
/// an arrow, that is not bound with them.
pub(super) fn own(context: KeyContext, key: Key) -> Option<KeyAction> {
    let bound = |key: Key| bindings_of(context).find(|row| row.keys.has(key)).map(|row| row.action);
    bound(key).or_else(|| bound(key.without_modifiers()?))
}

/// Returns what a key does, looked up from the innermost context outwards.
pub(super) fn action(contexts: &[KeyContext], key: Key) -> Option<KeyAction> {
    reachable(contexts, key).map(|(_, row)| row.action)
}

/// The innermost context that binds a key, with its row, unless a context further in keeps the key.
fn reachable(contexts: &[KeyContext], key: Key) -> Option<(KeyContext, &'static Binding)> {
    for &context in contexts {
        let row = bindings_of(context).find(|row| row.keys.has(key));
        if row.is_some() || context.keeps(key) {
            return row.map(|row| (context, row));
        }
    }
    None
}

pub(super) fn bindings_of(context: KeyContext) -> impl Iterator<Item = &'static Binding> {
    BINDINGS.iter().filter(move |row| row.contexts.contains(&context))
}

impl Binding {
    /// Whether its key has the meaning of the context `own` inside these contexts.
    pub fn works_in(&self, own: KeyContext, contexts: &[KeyContext]) -> bool {
        let key = match self.keys {
            KeyPattern::One(key) => key,
            KeyPattern::Digits => Key::char('1'),
        };
        reachable(contexts, key).is_some_and(|(context, _)| context == own)
    }
}

/// Returns keys and words for the bottom bar: those of the field in focus, if there is one, then those of
/// the innermost other context that has hints; keys that share a word stand together (`↑↓ select`). Left out
/// is what has nothing to act on now.
pub fn hints(
    contexts: &[KeyContext],
    changes: &KeyChanges,
    can_act: impl Fn(KeyAction) -> bool,
) -> Vec<(String, &'static str)> {
    let is_field = |context: &&KeyContext| context.about().1 == Extent::Field;
    let has_hint = |context: &&KeyContext| bindings_of(**context).any(|row| !row.hint.is_empty());
    let mut shown: Vec<KeyContext> = contexts.iter().filter(is_field).copied().collect();
    if let Some(context) = contexts.iter().filter(|one| !is_field(one)).find(has_hint) {
        shown.push(*context);
        shown.extend((context.about().1 == Extent::Screen).then_some(Everywhere));
    }
    let mut hints: Vec<(String, &'static str)> = Vec::new();
    let rows =
        shown.iter().flat_map(|context| bindings_of(*context).map(move |row| (*context, row)));
    let is_shown = |(own, row): &(KeyContext, &Binding)| {
        !row.hint.is_empty() && changes.works(row, *own, contexts) && can_act(row.action)
    };
    for (own, row) in rows.filter(is_shown) {
        let shown = changes.shown(own, row.keys);
        match hints.last_mut() {
            Some((keys, word)) if *word == row.hint => {
                if shown != "↓" {
                    keys.push(' ');
                }
                keys.push_str(&shown);
            }
            _ => hints.push((shown, row.hint)),
        }
    }
    hints
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::editor::Editor;

    #[test]
    fn no_key_means_two_things_in_one_place() {
        for (at, row) in BINDINGS.iter().enumerate() {
            let twin = BINDINGS[at + 1..].iter().find(|other| {
                let is_digit = |keys| matches!(keys, KeyPattern::One(key) if digit(key).is_some());
                let same = other.keys == row.keys
                    || (other.keys == KeyPattern::Digits && is_digit(row.keys))
                    || (row.keys == KeyPattern::Digits && is_digit(other.keys));
                same && other.contexts.iter().any(|context| row.contexts.contains(context))
            });
            assert!(twin.is_none(), "{} is bound twice in {:?}", row.keys, row.contexts);
        }
    }

    #[test]
    fn every_binding_says_what_it_does() {
        assert!(BINDINGS.iter().all(|row| !row.description.is_empty()));
    }

    #[test]
    fn every_action_has_a_key() {
        let source = include_str!("action.rs");
        let start = source.find("pub enum KeyAction {").expect("the actions");
        let end = source[start..].find('}').expect("their end") + start;
        let bound: Vec<String> = BINDINGS.iter().map(|row| format!("{:?}", row.action)).collect();
        for name in source[start..end].lines().skip(1).map(|line| line.trim().trim_end_matches(','))
        {
            assert!(bound.iter().any(|one| one == name), "{name} has no key");
        }
    }

    #[test]
    fn a_key_is_listed_once_with_the_meaning_it_has_here() {
        let contexts = [TextField, Editing, Clinic, Everywhere];
        for n in 1..=12 {
            let key = Key::plain(Code::F(n));
            let listed = contexts
                .iter()
                .flat_map(|context| bindings_of(*context).map(move |row| (*context, row)))
                .filter(|(context, row)| row.keys.has(key) && row.works_in(*context, &contexts))
                .map(|(_, row)| row.action);
            let listed: Vec<KeyAction> = listed.collect();
            assert_eq!(listed, action(&contexts, key).into_iter().collect::<Vec<_>>(), "F{n}");
        }
        assert_eq!(action(&contexts, Key::plain(Code::F(4))), Some(NextCertainty));
    }

    #[test]
    fn every_key_said_to_edit_text_edits_text() {
        for row in bindings_of(Editing) {
            let KeyPattern::One(key) = row.keys else { panic!("a digit types itself") };
            let mut editor = Editor::one_line("one two three");
            editor.go_to(6);
            assert!(editor.handle_key(key, 80), "{key}");
        }
    }

    #[test]
    fn keys_that_share_a_word_are_hinted_together() {
        assert_eq!(
            hints(&[Search], &KeyChanges::default(), |_| true)[0],
            ("↑↓".to_owned(), "select")
        );
        assert_eq!(
            hints(&[SearchFilter, Search], &KeyChanges::default(), |_| true)[0],
            ("← →".to_owned(), "change")
        );
    }

    #[test]
    fn the_keys_of_the_field_in_focus_are_hinted_first() {
        let words = |contexts: &[KeyContext]| -> Vec<String> {
            let hints = hints(contexts, &KeyChanges::default(), |_| true).into_iter().take(4);
            hints.map(|(keys, word)| format!("{keys} {word}")).collect()
        };
        assert_eq!(
            words(&[SingleChoice, ClearableChoice, Clinic, Everywhere]),
            ["Enter 1-9 choose", "Backspace clear", "Tab next", "PgDn next stage"]
        );
        assert_eq!(words(&[YesNoChoice, RowChoice, Clinic, Everywhere])[0], "y n yes, no");
        assert_eq!(
            words(&[MultiChoice, Clinic, Everywhere])[..2],
            ["Space 1-9 tick", "Enter go on"]
        );
        assert_eq!(words(&[Request, Note, Everywhere])[0], "f start a meeting from it");
        let keys = |contexts: &[KeyContext]| {
            hints(contexts, &KeyChanges::default(), |_| true)
                .iter()
                .filter(|one| one.0 == "f")
                .count()
        };
        assert_eq!(keys(&[Request, Note, Everywhere]), 1);
    }

    #[test]
    fn a_key_bound_here_goes_before_one_bound_everywhere() {
        assert_eq!(action(&[Clinic, Everywhere], Key::plain(Code::Esc)), Some(Back));
        assert_eq!(action(&[Clinic, Everywhere], Key::ctrl(Code::Char('q'))), Some(Quit));
        assert_eq!(action(&[Reader, Everywhere], Key::char('q')), None);
    }

    #[test]
    fn what_takes_typing_keeps_letters_and_lets_the_way_out_through() {
        let quit = Key::ctrl(Code::Char('q'));
        for context in [ReaderFind, Placing, TextDialog, RecoverySheet, GuidancePane, NoteSearch] {
            assert!(context.keeps(Key::char('e')) && !context.keeps(quit), "{context:?}");
        }
        assert_eq!(action(&[NoteSearch, Clinics, Everywhere], Key::char('e')), None);
        let start = Key::ctrl(Code::Char('n'));
        assert_eq!(action(&[NoteSearch, Clinics, Everywhere], start), Some(NewClinic));
    }
}
