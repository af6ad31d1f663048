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
            Self::Everywhere => "On every screen",
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
    bind(Search, Key::plain(Code::Up), Previous, "select", "Previous entry"),
    bind(Search, Key::plain(Code::Down), Next, "select", "Next entry"),
    bind(Search, Key::plain(Code::PageUp), PageBack, "", "Page up"),
    bind(Search, Key::plain(Code::PageDown), PageOn, "", "Page down"),
    bind(Search, Key::plain(Code::Enter), Open, "read", "Read the selected entry"),
    bind(Search, Key::plain(Code::Tab), NextFilter, "filter", "Next filter, such as kind or nation (change it with ← →)"),
    bind(Search, Key::shift(Code::Tab), PreviousFilter, "", "Previous filter"),
    bind(Search, Key::ctrl(Code::Char('y')), CopyCitation, "copy citation", "Copy the citation of the entry"),
    bind(Search, Key::ctrl(Code::Char('b')), Bookmark, "", "Bookmark the selected entry, or remove its bookmark"),
    bind(Search, Key::ctrl(Code::Char('r')), RecentSearches, "", "Recent searches (also ↑ on the first row)"),
    bind(Search, Key::ctrl(Code::Char('n')), NewClinic, "new clinic", "Start a clinic (choose a meeting format)"),
    bind(Search, Key::plain(Code::Esc), Back, "clear", "Leave the filters, then clear the search, then reset the filters"),
    bind(Reader, Key::plain(Code::Up), ScrollUp, "scroll", "Scroll up"),
    bind(Reader, Key::plain(Code::Down), ScrollDown, "scroll", "Scroll down"),
    bind(Reader, Key::plain(Code::Esc), Back, "back", "Close the entry"),
    bind(Reader, Key::plain(Code::PageUp), PageBack, "", "Page up"),
    bind(Reader, Key::plain(Code::PageDown), PageOn, "", "Page down"),
    bind(Reader, Key::char(' '), PageOn, "", "Page down"),
    bind(Reader, Key::plain(Code::Home), Top, "", "Go to the start"),
    bind(Reader, Key::plain(Code::End), Bottom, "", "Go to the end"),
    bind(Reader, Key::plain(Code::Tab), NextLink, "link", "Next link"),
    bind(Reader, Key::shift(Code::Tab), PreviousLink, "", "Previous link"),
    bind(Reader, Key::char('f'), NextNote, "footnote", "Next footnote (Enter: go to its source and back)"),
    bind(Reader, Key::char('F'), PreviousNote, "", "Previous footnote"),
    bind(Reader, Key::plain(Code::Enter), Open, "open", "Open the selected link (or type its number)"),
    bind(Reader, Key::char('/'), Find, "find", "Find in this entry"),
    bind(Reader, Key::char('n'), NextMatch, "", "Next match"),
    bind(Reader, Key::char('N'), PreviousMatch, "", "Previous match"),
    bind(Reader, Key::char('['), PreviousHeading, "", "Previous heading"),
    bind(Reader, Key::char(']'), NextHeading, "heading", "Next heading"),
    bind(Reader, Key::char('o'), Outline, "outline", "Show the outline and sources"),
    bind(Reader, Key::ctrl(Code::Char('y')), CopyCitation, "copy citation", "Copy the citation of the entry"),
    bind(Reader, Key::ctrl(Code::Char('b')), Bookmark, "", "Bookmark this entry, or remove its bookmark"),
    bind(Reader, Key::char('s'), Sources, "sources", "Go to the sources, and back"),
    bind(Reader, Key::char('c'), CopySection, "", "Copy the section in view, with the citation"),
    bind(Reader, Key::char('p'), CopyParagraph, "", "Copy the selected paragraph, or the one in view, with the citation"),
    bind(Reader, Key::char('u'), CopyAddress, "", "Copy the web address of a source"),
    bind(Reader, Key::plain(Code::F(6)), Cite, "", "Cite this entry in the open clinic"),
    bind(Reader, Key::plain(Code::Backspace), BackOneEntry, "", "Back from a source, or to the previous entry"),
    bind(Reader, Key::alt(Code::Left), BackOneEntry, "", "Back to the previous entry"),
    bind(Reader, Key::alt(Code::Right), ForwardOneEntry, "", "Forward to the next entry"),
    bind(Clinics, Key::plain(Code::Up), Previous, "select", "Previous clinic"),
    bind(Clinics, Key::plain(Code::Down), Next, "select", "Next clinic"),
    bind(Clinics, Key::plain(Code::PageUp), PageBack, "", "Page up"),
    bind(Clinics, Key::plain(Code::PageDown), PageOn, "", "Page down"),
    bind(Clinics, Key::plain(Code::Enter), Open, "open", "Open or continue the selected clinic"),
    bind(Clinics, Key::plain(Code::Tab), NextKind, "", "Show all notes, or only cases, supervision or services"),
    bind(Clinics, Key::char('/'), Find, "search", "Search the text of all notes"),
    bind(Clinics, Key::ctrl(Code::Char('n')), NewClinic, "new", "Start a clinic (choose a meeting format)"),
    bind(Clinics, Key::char('k'), KeepHow, "", "How long to keep the selected note: retention class, review date, legal hold"),
    bind(Clinics, Key::char('d'), ListDue, "", "Notes due a retention review: keep or erase?"),
    bind(Clinics, Key::plain(Code::Delete), Discard, "", "Move the selected draft to the trash"),
    bind(Clinics, Key::char('t'), ListTrash, "", "Trash: restore a discarded draft"),
    bind(Clinics, Key::char('e'), EnteredInError, "", "Mark the selected note as entered in error (give a reason)"),
    bind(Clinics, Key::char('x'), Erase, "", "Erase the selected note permanently (give a reason)"),
    bind(Clinics, Key::ctrl(Code::Char('t')), PracticeClinic, "practise", "Practise with a fictional case (nothing is saved)"),
    bind(Clinics, Key::plain(Code::Esc), Back, "back", "Close the note search, or go back to Search"),
    bind(Clinic, Key::plain(Code::Tab), NextField, "next field", "Next field"),
    bind(Clinic, Key::shift(Code::Tab), PreviousField, "", "Previous field"),
    bind(Clinic, Key::plain(Code::PageDown), FinishStage, "next stage", "Finish this stage and go to the next"),
    bind(Clinic, Key::plain(Code::PageUp), ReturnStage, "back", "Go back to the previous stage"),
    bind(
        Clinic,
        Key::plain(Code::F(9)),
        ShowScript,
        "script",
        "Show the script to read aloud",
    ),
    bind(Clinic, Key::ctrl(Code::Char('g')), Guidance, "guidance", "Guidance for this stage (and search)"),
    bind(Clinic, Key::plain(Code::F(5)), PauseClock, "pause clock", "Pause or restart the clock"),
    bind(Clinic, Key::ctrl(Code::Char('s')), SkipStage, "skip", "Skip this stage (give a reason)"),
    bind(
        Clinic,
        Key::plain(Code::F(4)),
        NextSureness,
        "",
        "How do we know this? Known, reported or assumed",
    ),
    bind(Clinic, Key::ctrl(Code::Char('z')), Undo, "", "Undo"),
    bind(Clinic, Key::ctrl(Code::Char('y')), Redo, "", "Redo"),
    bind(Clinic, Key::ctrl(Code::Char('b')), RestoreDraft, "", "Restore a child, behaviour or other part you removed"),
    bind(Clinic, Key::plain(Code::F(10)), BetterWords, "", "Use the suggested wording for the underlined words at or before the cursor"),
    bind(Clinic, Key::ctrl(Code::Char('n')), NamesToAvoid, "", "Names to watch for in this note"),
    bind(Clinic, Key::plain(Code::F(12)), MoveToNewer, "", "Update this draft to a newer version of its meeting format"),
    bind(Clinic, Key::plain(Code::F(7)), ExtendStage, "", "Add five minutes to this stage"),
    bind(Clinic, Key::ctrl(Code::Char('o')), ShowStages, "", "Show all stages and go to one"),
    bind(Clinic, Key::plain(Code::Esc), Back, "leave", "Leave the clinic (the draft is saved)"),
    bind(Note, Key::plain(Code::Up), ScrollUp, "scroll", "Scroll up"),
    bind(Note, Key::plain(Code::Down), ScrollDown, "scroll", "Scroll down"),
    bind(Note, Key::plain(Code::PageUp), PageBack, "page", "Page up"),
    bind(Note, Key::plain(Code::PageDown), PageOn, "page", "Page down"),
    bind(Note, Key::plain(Code::Home), Top, "", "Go to the start"),
    bind(Note, Key::plain(Code::End), Bottom, "", "Go to the end"),
    bind(Note, Key::char('f'), FollowUp, "follow up", "Start a follow-up clinic with the actions and placements of this note"),
    bind(Note, Key::char('a'), Correct, "add a correction", "Add a correction, with a reason (the completed note stays as it was)"),
    bind(Note, Key::char('c'), CopySection, "", "Copy the section in view (the clipboard is cleared after 30 seconds)"),
    bind(Note, Key::char('e'), EnteredInError, "", "Mark as entered in error (give a reason)"),
    bind(Note, Key::plain(Code::Esc), Back, "back", "Close the note"),
    bind(Actions, Key::plain(Code::Up), Previous, "select", "Previous action"),
    bind(Actions, Key::plain(Code::Down), Next, "select", "Next action"),
    bind(Actions, Key::plain(Code::PageUp), PageBack, "", "Page up"),
    bind(Actions, Key::plain(Code::PageDown), PageOn, "", "Page down"),
    bind(Actions, Key::plain(Code::Enter), Open, "update or open the note", "Update the selected action, or open its note"),
    bind(Actions, Key::plain(Code::Tab), NextKind, "open, overdue, all", "Show open, overdue or all actions"),
    bind(Actions, Key::char('/'), FilterActions, "filter", "Filter by owner, agency or case key"),
    bind(Actions, Key::plain(Code::Esc), Back, "back", "Clear the filter, then go back to Clinics"),
    bind(Insight, Key::plain(Code::Up), ScrollUp, "scroll", "Scroll up"),
    bind(Insight, Key::plain(Code::Down), ScrollDown, "scroll", "Scroll down"),
    bind(Insight, Key::plain(Code::PageUp), PageBack, "page", "Page up"),
    bind(Insight, Key::plain(Code::PageDown), PageOn, "page", "Page down"),
    bind(Insight, Key::plain(Code::Home), Top, "", "Go to the start"),
    bind(Insight, Key::plain(Code::End), Bottom, "", "Go to the end"),
    bind(Insight, Key::plain(Code::Enter), Open, "", "Unlock the vault and show the figures"),
    bind(Insight, Key::plain(Code::Tab), NextKind, "period", "Show figures for all time, 12 months or 3 months"),
    bind(Insight, Key::char('c'), CopyTable, "copy as CSV", "Copy the figures as a table (CSV)"),
    bind(Insight, Key::plain(Code::Esc), Back, "back", "Go back to Clinics"),
    bind(Vault, Key::plain(Code::Up), ScrollUp, "scroll", "Scroll up"),
    bind(Vault, Key::plain(Code::Down), ScrollDown, "scroll", "Scroll down"),
    bind(Vault, Key::plain(Code::PageUp), PageBack, "page", "Page up"),
    bind(Vault, Key::plain(Code::PageDown), PageOn, "page", "Page down"),
    bind(Vault, Key::plain(Code::Home), Top, "", "Go to the start"),
    bind(Vault, Key::plain(Code::End), Bottom, "", "Go to the end"),
    bind(Vault, Key::plain(Code::Enter), Open, "check every file", "Check every file against the ledger (nothing is changed)"),
    bind(Vault, Key::plain(Code::Esc), Back, "back", "Go back to Clinics"),
    bind(Locked, Key::plain(Code::Enter), Open, "unlock and continue", "Unlock the vault and continue where you were"),
    bind(Everywhere, Key::plain(Code::F(1)), Help, "help", "Show the keys that work here"),
    bind(Everywhere, Key::shift(Code::F(1)), OpenGuide, "", "Open the guide (or F1 again in help)"),
    bind(Everywhere, Key::plain(Code::F(2)), GoSearch, "", "Go to Search"),
    bind(Everywhere, Key::plain(Code::F(3)), GoClinics, "", "Go to Clinics"),
    bind(Everywhere, Key::plain(Code::F(4)), GoActions, "", "Go to Actions"),
    bind(Everywhere, Key::plain(Code::F(5)), GoInsight, "", "Go to Insight (figures without names)"),
    bind(Everywhere, Key::plain(Code::F(12)), GoVault, "", "Go to Vault (members, copies, check)"),
    bind(Everywhere, Key::plain(Code::F(8)), LockVault, "", "Lock the vault (no note stays on screen)"),
    bind(Everywhere, Key::ctrl(Code::Char('p')), Palette, "", "Commands"),
    bind(Everywhere, Key::ctrl(Code::Char('l')), Redraw, "", "Redraw the screen"),
    bind(Everywhere, Key::ctrl(Code::Char('q')), Quit, "quit", "Save and quit"),
    bind(Everywhere, Key::ctrl(Code::Char('c')), Quit, "", "Save and quit"),
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
        assert_eq!(hints(Search)[0], ("↑↓".to_owned(), "select"));
    }

    #[test]
    fn a_key_bound_here_goes_before_one_bound_everywhere() {
        assert_eq!(action(Clinic, Key::plain(Code::Esc)), Some(Back));
        assert_eq!(action(Clinic, Key::ctrl(Code::Char('q'))), Some(Quit));
        assert_eq!(action(Reader, Key::char('q')), None);
    }
}
