//! The one table of keys: from where you are and what you press to what happens. Bindings, the
//! hints at the bottom, help and the palette are all read from it; a duplicate fails a test.

use super::{
    action::Action::{self, *},
    key::{Code, Key},
};

/// Where a binding holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    /// Everywhere.
    Everywhere,
    /// The search screen.
    Search,
    /// The reader.
    Reader,
    /// The list of clinics.
    Clinics,
    /// Inside a clinic.
    Clinic,
    /// A completed note.
    Note,
    /// The list of actions.
    Actions,
    /// Counts.
    Insight,
    /// The vault itself.
    Vault,
    /// The vault is locked.
    Locked,
}

impl Context {
    /// The heading it has in help.
    pub fn title(self) -> &'static str {
        match self {
            Self::Everywhere => "Everywhere",
            Self::Search => "Search",
            Self::Reader => "Reading an entry",
            Self::Clinics => "List of clinics",
            Self::Clinic => "In a clinic",
            Self::Note => "A completed note",
            Self::Actions => "List of actions",
            Self::Insight => "Insight",
            Self::Vault => "Vault",
            Self::Locked => "Locked",
        }
    }
}

/// One row of the table.
pub struct Binding {
    /// Where it holds.
    pub context: Context,
    /// What is pressed.
    pub key: Key,
    /// What happens.
    pub action: Action,
    /// The word in the bottom bar; empty keeps it to help.
    pub hint: &'static str,
    /// What help says.
    pub description: &'static str,
}

const fn bind(
    context: Context,
    key: Key,
    action: Action,
    hint: &'static str,
    description: &'static str,
) -> Binding {
    Binding { context, key, action, hint, description }
}

use Context::{Actions, Clinic, Clinics, Everywhere, Insight, Locked, Note, Reader, Search, Vault};

/// The table. Within a context the order is the order of the hints.
#[rustfmt::skip] // one row per key
pub const BINDINGS: &[Binding] = &[
    bind(Search, Key::plain(Code::Up), Previous, "choose", "Previous entry"),
    bind(Search, Key::plain(Code::Down), Next, "choose", "Next entry"),
    bind(Search, Key::plain(Code::PageUp), PageBack, "", "A page of entries up"),
    bind(Search, Key::plain(Code::PageDown), PageOn, "", "A page of entries down"),
    bind(Search, Key::plain(Code::Enter), Open, "read", "Read the chosen entry"),
    bind(Search, Key::plain(Code::Tab), NextFilter, "filter", "To the next filter, such as kind or nation (← → change it)"),
    bind(Search, Key::shift(Code::Tab), PreviousFilter, "", "To the previous filter"),
    bind(Search, Key::ctrl(Code::Char('y')), CopyCitation, "copy citation", "Copy the entry's citation"),
    bind(Search, Key::ctrl(Code::Char('b')), Bookmark, "", "Bookmark the chosen entry, or take its bookmark out"),
    bind(Search, Key::ctrl(Code::Char('r')), RecentSearches, "", "Search again for something searched for before (↑ on the first row does too)"),
    bind(Search, Key::ctrl(Code::Char('n')), NewClinic, "new clinic", "Start a clinic: choose its format"),
    bind(Search, Key::plain(Code::Esc), Back, "clear", "Leave the filters, clear the search, then the filters"),
    bind(Reader, Key::plain(Code::Up), ScrollUp, "scroll", "A line up"),
    bind(Reader, Key::plain(Code::Down), ScrollDown, "scroll", "A line down"),
    bind(Reader, Key::plain(Code::Esc), Back, "back", "Close the entry"),
    bind(Reader, Key::plain(Code::PageUp), PageBack, "", "A page up"),
    bind(Reader, Key::plain(Code::PageDown), PageOn, "", "A page down"),
    bind(Reader, Key::char(' '), PageOn, "", "A page down"),
    bind(Reader, Key::plain(Code::Home), Top, "", "To the beginning"),
    bind(Reader, Key::plain(Code::End), Bottom, "", "To the end"),
    bind(Reader, Key::plain(Code::Tab), NextLink, "link", "Choose the next link"),
    bind(Reader, Key::shift(Code::Tab), PreviousLink, "", "Choose the previous link"),
    bind(Reader, Key::char('f'), NextNote, "footnote", "Choose the next footnote; Enter goes to its source and back"),
    bind(Reader, Key::char('F'), PreviousNote, "", "Choose the previous footnote"),
    bind(Reader, Key::plain(Code::Enter), Open, "open", "Open the chosen link (a number opens that link at once)"),
    bind(Reader, Key::char('/'), Find, "find", "Find in this entry"),
    bind(Reader, Key::char('n'), NextMatch, "", "Next place found"),
    bind(Reader, Key::char('N'), PreviousMatch, "", "Previous place found"),
    bind(Reader, Key::char('['), PreviousHeading, "", "To the previous heading"),
    bind(Reader, Key::char(']'), NextHeading, "heading", "To the next heading"),
    bind(Reader, Key::char('o'), Outline, "outline", "Show the outline and sources"),
    bind(Reader, Key::ctrl(Code::Char('y')), CopyCitation, "copy citation", "Copy the entry's citation"),
    bind(Reader, Key::ctrl(Code::Char('b')), Bookmark, "", "Bookmark this entry, or take its bookmark out"),
    bind(Reader, Key::char('s'), Sources, "sources", "To the sources, and back again"),
    bind(Reader, Key::char('c'), CopySection, "", "Copy the section in view, with the citation"),
    bind(Reader, Key::char('p'), CopyParagraph, "", "Copy the paragraph chosen or in view, with the citation"),
    bind(Reader, Key::char('u'), CopyAddress, "", "Copy the address of a source"),
    bind(Reader, Key::plain(Code::F(6)), Cite, "", "Cite this entry in the open clinic"),
    bind(Reader, Key::plain(Code::Backspace), BackOneEntry, "", "Back from a source, or to the entry read before"),
    bind(Reader, Key::alt(Code::Left), BackOneEntry, "", "Back to the entry read before"),
    bind(Reader, Key::alt(Code::Right), ForwardOneEntry, "", "Forward again to the entry gone back from"),
    bind(Clinics, Key::plain(Code::Up), Previous, "choose", "Previous clinic"),
    bind(Clinics, Key::plain(Code::Down), Next, "choose", "Next clinic"),
    bind(Clinics, Key::plain(Code::PageUp), PageBack, "", "A page up"),
    bind(Clinics, Key::plain(Code::PageDown), PageOn, "", "A page down"),
    bind(Clinics, Key::plain(Code::Enter), Open, "open", "Open or resume the chosen clinic"),
    bind(Clinics, Key::plain(Code::Tab), NextKind, "", "Show notes about cases, supervision or services, or all"),
    bind(Clinics, Key::char('/'), Find, "search", "Search in the text of all notes"),
    bind(Clinics, Key::ctrl(Code::Char('n')), NewClinic, "new", "Start a clinic: choose its format"),
    bind(Clinics, Key::char('k'), KeepHow, "", "How long the chosen note is kept: class, day to decide, legal hold"),
    bind(Clinics, Key::char('d'), ListDue, "", "Notes whose day to decide has come: keep or erase?"),
    bind(Clinics, Key::plain(Code::Delete), Discard, "", "Put the chosen draft into the trash"),
    bind(Clinics, Key::char('t'), ListTrash, "", "Trash: bring a discarded draft back"),
    bind(Clinics, Key::char('e'), EnteredInError, "", "Mark the chosen note as entered in error, with a reason"),
    bind(Clinics, Key::char('x'), Erase, "", "Erase the chosen note for good, with a reason"),
    bind(Clinics, Key::ctrl(Code::Char('t')), PracticeClinic, "practice", "Walk through a fictional case; nothing is saved"),
    bind(Clinics, Key::plain(Code::Esc), Back, "back", "End the search in the notes, or back to Search"),
    bind(Clinic, Key::plain(Code::Tab), NextField, "next field", "Next field"),
    bind(Clinic, Key::shift(Code::Tab), PreviousField, "", "Previous field"),
    bind(Clinic, Key::plain(Code::PageDown), FinishStage, "next stage", "Finish this stage and go on"),
    bind(Clinic, Key::plain(Code::PageUp), ReturnStage, "back", "Back to the stage before"),
    bind(
        Clinic,
        Key::plain(Code::F(9)),
        ShowScript,
        "script",
        "What the facilitator can read aloud",
    ),
    bind(Clinic, Key::ctrl(Code::Char('g')), Guidance, "guidance", "Guidance for this stage, with search"),
    bind(Clinic, Key::plain(Code::F(5)), PauseClock, "pause clock", "Pause or restart the clock"),
    bind(Clinic, Key::ctrl(Code::Char('s')), SkipStage, "skip", "Skip this stage, with a reason"),
    bind(
        Clinic,
        Key::plain(Code::F(4)),
        NextSureness,
        "",
        "How we know an answer: known, reported, assumed",
    ),
    bind(Clinic, Key::ctrl(Code::Char('z')), Undo, "", "Take back the last change of the form, wherever it was"),
    bind(Clinic, Key::ctrl(Code::Char('y')), Redo, "", "Make again what was taken back"),
    bind(Clinic, Key::ctrl(Code::Char('b')), BringBack, "", "Bring back a child, a behaviour or another part that was taken out"),
    bind(Clinic, Key::plain(Code::F(10)), BetterWords, "", "Better words in place of those underlined at or before the caret"),
    bind(Clinic, Key::ctrl(Code::Char('n')), NamesToAvoid, "", "Names that must not be in this note: look for them"),
    bind(Clinic, Key::plain(Code::F(12)), MoveToNewer, "", "Bring this draft to a newer version of its format, if there is one"),
    bind(Clinic, Key::plain(Code::F(7)), ExtendStage, "", "Five more minutes for this stage"),
    bind(Clinic, Key::ctrl(Code::Char('o')), ShowStages, "", "All stages: go to any of them"),
    bind(Clinic, Key::plain(Code::Esc), Back, "leave", "Leave the clinic; the draft is kept"),
    bind(Note, Key::plain(Code::Up), ScrollUp, "scroll", "A line up"),
    bind(Note, Key::plain(Code::Down), ScrollDown, "scroll", "A line down"),
    bind(Note, Key::plain(Code::PageUp), PageBack, "page", "A page up"),
    bind(Note, Key::plain(Code::PageDown), PageOn, "page", "A page down"),
    bind(Note, Key::plain(Code::Home), Top, "", "To the beginning"),
    bind(Note, Key::plain(Code::End), Bottom, "", "To the end"),
    bind(Note, Key::char('f'), FollowUp, "follow up", "Start a follow-up of this note, with its actions and placements"),
    bind(Note, Key::char('a'), Correct, "add a correction", "Add something beside the note, with a reason; what was completed never changes"),
    bind(Note, Key::char('c'), CopySection, "", "Copy the part in view; the clipboard is emptied after 30 seconds"),
    bind(Note, Key::char('e'), EnteredInError, "", "Say that this note should not exist, with a reason"),
    bind(Note, Key::plain(Code::Esc), Back, "back", "Close the note"),
    bind(Actions, Key::plain(Code::Up), Previous, "choose", "Previous action"),
    bind(Actions, Key::plain(Code::Down), Next, "choose", "Next action"),
    bind(Actions, Key::plain(Code::PageUp), PageBack, "", "A page up"),
    bind(Actions, Key::plain(Code::PageDown), PageOn, "", "A page down"),
    bind(Actions, Key::plain(Code::Enter), Open, "done, drop or open the note", "Say what became of the chosen action, or open its note"),
    bind(Actions, Key::plain(Code::Tab), NextKind, "open, overdue, all", "Show the open ones, the overdue ones, or all"),
    bind(Actions, Key::char('/'), FilterActions, "filter", "Show only those of an owner, an agency or a case key"),
    bind(Actions, Key::plain(Code::Esc), Back, "back", "Leave the filter, then back to Clinics"),
    bind(Insight, Key::plain(Code::Up), ScrollUp, "scroll", "A line up"),
    bind(Insight, Key::plain(Code::Down), ScrollDown, "scroll", "A line down"),
    bind(Insight, Key::plain(Code::PageUp), PageBack, "page", "A page up"),
    bind(Insight, Key::plain(Code::PageDown), PageOn, "page", "A page down"),
    bind(Insight, Key::plain(Code::Home), Top, "", "To the beginning"),
    bind(Insight, Key::plain(Code::End), Bottom, "", "To the end"),
    bind(Insight, Key::plain(Code::Enter), Open, "", "Unlock the vault and count"),
    bind(Insight, Key::plain(Code::Tab), NextKind, "period", "Count all notes, those of twelve months, or of three"),
    bind(Insight, Key::char('c'), CopyTable, "copy as CSV", "Copy the figures as a table (CSV)"),
    bind(Insight, Key::plain(Code::Esc), Back, "back", "Back to Clinics"),
    bind(Vault, Key::plain(Code::Up), ScrollUp, "scroll", "A line up"),
    bind(Vault, Key::plain(Code::Down), ScrollDown, "scroll", "A line down"),
    bind(Vault, Key::plain(Code::PageUp), PageBack, "page", "A page up"),
    bind(Vault, Key::plain(Code::PageDown), PageOn, "page", "A page down"),
    bind(Vault, Key::plain(Code::Home), Top, "", "To the beginning"),
    bind(Vault, Key::plain(Code::End), Bottom, "", "To the end"),
    bind(Vault, Key::plain(Code::Enter), Open, "check every file", "Open every file and compare it with the ledger; nothing is changed"),
    bind(Vault, Key::plain(Code::Esc), Back, "back", "Back to Clinics"),
    bind(Locked, Key::plain(Code::Enter), Open, "unlock and go on", "Unlock the vault and go on where you were"),
    bind(Everywhere, Key::plain(Code::F(1)), Help, "help", "Show the keys that work here"),
    bind(Everywhere, Key::plain(Code::F(2)), GoSearch, "", "Go to Search"),
    bind(Everywhere, Key::plain(Code::F(3)), GoClinics, "", "Go to Clinics"),
    bind(Everywhere, Key::plain(Code::F(4)), GoActions, "", "Go to Actions"),
    bind(Everywhere, Key::plain(Code::F(5)), GoInsight, "", "Go to Insight: counts without names"),
    bind(Everywhere, Key::plain(Code::F(12)), GoVault, "", "Vault: members, copies, check"),
    bind(Everywhere, Key::plain(Code::F(8)), LockVault, "", "Lock the vault: nothing of a note stays on screen"),
    bind(Everywhere, Key::ctrl(Code::Char('p')), Palette, "", "Do anything by name"),
    bind(Everywhere, Key::ctrl(Code::Char('l')), Redraw, "", "Draw the screen afresh"),
    bind(Everywhere, Key::ctrl(Code::Char('q')), Quit, "quit", "Save and leave the program"),
    bind(Everywhere, Key::ctrl(Code::Char('c')), Quit, "", "Save and leave the program"),
];

/// What the key does here, if anything.
pub(super) fn action(context: Context, key: Key) -> Option<Action> {
    let here = |context| {
        BINDINGS.iter().find(|row| row.context == context && row.key == key).map(|row| row.action)
    };
    here(context).or_else(|| here(Everywhere))
}

/// Keys and words for the bottom bar; keys that share a word stand together (`↑↓ choose`).
pub fn hints(context: Context) -> Vec<(String, &'static str)> {
    let mut hints: Vec<(String, &'static str)> = Vec::new();
    let rows = |context| BINDINGS.iter().filter(move |row: &&Binding| row.context == context);
    for row in rows(context).chain(rows(Everywhere)) {
        if row.hint.is_empty() {
            continue;
        }
        match hints.last_mut() {
            Some((keys, word)) if *word == row.hint => keys.push_str(&row.key.to_string()),
            _ => hints.push((row.key.to_string(), row.hint)),
        }
    }
    hints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things_in_one_place() {
        for (at, row) in BINDINGS.iter().enumerate() {
            let twin = BINDINGS[at + 1..]
                .iter()
                .find(|other| other.context == row.context && other.key == row.key);
            assert!(twin.is_none(), "{} is bound twice in {:?}", row.key, row.context);
        }
    }

    #[test]
    fn every_binding_says_what_it_does() {
        assert!(BINDINGS.iter().all(|row| !row.description.is_empty()));
    }

    #[test]
    fn keys_that_share_a_word_are_hinted_together() {
        assert_eq!(hints(Search)[0], ("↑↓".to_owned(), "choose"));
    }

    #[test]
    fn a_key_bound_here_goes_before_one_bound_everywhere() {
        assert_eq!(action(Clinic, Key::plain(Code::Esc)), Some(Back));
        assert_eq!(action(Clinic, Key::ctrl(Code::Char('q'))), Some(Quit));
        assert_eq!(action(Reader, Key::char('q')), None);
    }
}
