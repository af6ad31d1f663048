//! What lies over a screen and takes the keys: help, the palette, a question, the list of meeting
//! formats, the vault.

use jiff::civil::Date;

use super::{
    prompts::{DissentChoice, DissentReason, ReasonFor, Removal},
    vault::VaultDialog,
};
use crate::{
    app::{
        action::KeyAction,
        editor::Editor,
        key::Key,
        keymap::{self, KeyChanges, KeyContext, KeyPattern, bindings_of},
    },
    clinic::{ActionId, ActionStatus, Language, MeetingFormat, Missing, RowId, Session, formats},
    exchange::PersonId,
    services::{LocalFormat, TemplateError},
    vault::{NoteId, Retention},
};

/// Asked for the reason of a differing view.
const DISSENT_REASON: &str = "What is their reason?";

/// A dialog.
pub enum Dialog {
    /// The keys that work here.
    Help {
        /// First line shown.
        top: usize,
    },
    /// A text to read.
    Reading {
        /// What it is.
        title: String,
        /// The text.
        text: String,
        /// First line shown.
        top: usize,
    },
    /// Any action by name.
    Palette(Palette),
    /// A question answered with a line of text.
    Ask(Ask),
    /// A question answered by choosing.
    Choose(Choose),
    /// Something to read through and agree to.
    Agree(Agree),
    /// Which meeting format to start.
    TemplatePicker(TemplatePicker),
    /// The vault.
    Vault(VaultDialog),
}

impl Dialog {
    pub(crate) fn context(&self) -> KeyContext {
        match self {
            Self::Help { .. } => KeyContext::HelpDialog,
            Self::Reading { .. } => KeyContext::ReadingDialog,
            Self::Palette(_) => KeyContext::PaletteDialog,
            Self::Ask(ask) if ask.answer.is_one_line() => KeyContext::TextDialog,
            Self::Ask(_) => KeyContext::LongTextDialog,
            Self::Choose(choose) => choose.context(),
            Self::Agree(Agree { purpose: ConfirmIntent::MoveToNewer, .. }) => {
                KeyContext::ConfirmDialog
            }
            Self::Agree(_) => KeyContext::ExchangeDialog,
            Self::TemplatePicker(_) => KeyContext::TemplateDialog,
            Self::Vault(dialog) => dialog.context(),
        }
    }

    /// The question that a line of text was being written for, if it is one.
    pub(crate) fn into_ask(self) -> Option<Ask> {
        match self {
            // Asked for again in two keys, and a half-made decision must not come back by itself.
            Self::Ask(Ask {
                purpose:
                    TextIntent::Retention(
                        _,
                        RetentionText::EraseReason(_)
                        | RetentionText::EraseConfirmed(..)
                        | RetentionText::DiscardConfirmed(_),
                    )
                    | TextIntent::EnteredInErrorConfirmed { .. }
                    | TextIntent::ExchangeFolder
                    | TextIntent::RemovalReason(_),
                ..
            }) => None,
            Self::Ask(ask) => Some(ask),
            Self::Choose(Choose {
                purpose: ChoiceIntent::ParticipantPart(label, _, next), ..
            }) => {
                let labels: Vec<String> = [label].into_iter().chain(next).collect();
                Some(Ask::who_is_here(&labels.join("; ")))
            }
            // One step after the line was written, and nothing has it yet.
            Self::Choose(Choose {
                purpose: ChoiceIntent::Dissent(DissentChoice::Named { asked, reason }),
                ..
            }) => {
                let ask = Ask::new(DISSENT_REASON, "", TextIntent::DissentReason(asked));
                Some(ask.answer(&reason))
            }
            _ => None,
        }
    }
}

/// A question answered with a line of text.
pub struct Ask {
    /// What is asked.
    pub title: String,
    /// Why, or what to write.
    pub text: String,
    /// What is typed.
    pub answer: Editor,
    /// What the answer is for.
    pub purpose: TextIntent,
}

impl Ask {
    /// A question to which nothing is typed yet.
    pub(crate) fn new(
        title: impl Into<String>,
        text: impl Into<String>,
        purpose: TextIntent,
    ) -> Self {
        let answer = Editor::default();
        Self { title: title.into(), text: text.into(), answer, purpose }
    }

    /// The same with an answer to start from.
    pub(crate) fn answer(self, answer: &str) -> Self {
        Self { answer: Editor::one_line(answer), ..self }
    }

    /// The same with an answer of many lines, which ends with a key of its own.
    pub(crate) fn many_lines(self) -> Self {
        Self { answer: Editor::many_lines(&self.answer.text()), ..self }
    }

    /// Asks for somebody who takes part, with what was typed of them already.
    pub(crate) fn who_is_here(typed: &str) -> Self {
        let text = "Their profession or role, no name: “social worker”, “DSL, secondary school”. \
                    Several people: put a semicolon between them, or paste a list.";
        Self::new("Who is here?", text, TextIntent::AddParticipant).answer(typed)
    }

    /// Asks why somebody sees a placement differently.
    pub(crate) fn dissent_reason(asked: DissentReason) -> Self {
        let text = "In their own words: why do they see it differently?";
        Self::new(DISSENT_REASON, text, TextIntent::DissentReason(asked))
    }
}

/// A question answered by choosing.
pub struct Choose {
    /// What is asked.
    pub title: String,
    /// What the choice means.
    pub text: String,
    /// The answers.
    pub options: Vec<String>,
    /// Which is selected; none where an Enter too many must not be an answer.
    pub chosen: Option<usize>,
    /// What the answer is for.
    pub purpose: ChoiceIntent,
}

/// Something to read through: a key agrees, Esc leaves everything as it is.
pub struct Agree {
    /// What is asked.
    pub title: String,
    /// What it means, a paragraph each.
    pub lines: Vec<String>,
    /// First line shown.
    pub top: usize,
    /// What the answer is for.
    pub purpose: ConfirmIntent,
}

/// What a line of text is written for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextIntent {
    /// Give a reason in the open clinic.
    Reason(ReasonFor),
    /// Say why somebody sees a placement differently.
    DissentReason(DissentReason),
    /// Name somebody who takes part.
    AddParticipant,
    /// Look for these names in the clinic that is open.
    NamesToAvoid,
    /// What came of an action, or why it was dropped.
    ActionOutcome(NoteId, ActionId, ActionStatus),
    /// Who does an action from now on.
    ActionOwner(NoteId, ActionId),
    /// By when: with its owner, and a date that has passed and was asked about.
    ActionBy {
        /// The note it was agreed in.
        note: NoteId,
        /// Which action.
        id: ActionId,
        /// Who does it.
        owner: String,
        /// The date that has passed.
        passed: Option<Date>,
    },
    /// Words that the shown actions must hold.
    FilterActions,
    /// The role of the person who corrects a note.
    CorrectionRole,
    /// Why a note is corrected: by somebody of this role.
    CorrectionReason(String),
    /// The correction: by somebody of this role, for this reason.
    Correction(String, String),
    /// Why a note should not exist.
    EnteredInError,
    /// Mark a note as entered in error once its name is typed.
    EnteredInErrorConfirmed {
        /// What it is called.
        name: String,
        /// Why.
        reason: String,
    },
    /// The folder of the exchange.
    ExchangeFolder,
    /// Why somebody is removed from the exchange.
    RemovalReason(PersonId),
    /// Say how long a note is kept, or erase it.
    Retention(NoteId, RetentionText),
}

/// What is written about how long a note is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RetentionText {
    /// The class of a note.
    Class(Retention),
    /// When somebody decides whether it is still needed.
    Review(Retention),
    /// Why a note must not be erased.
    HoldReason(Retention),
    /// Why a note is erased, and what it is called.
    EraseReason(String),
    /// Erase a note once its name is typed: for this reason.
    EraseConfirmed(String, String),
    /// Move a draft to the trash once its name is typed.
    DiscardConfirmed(String),
}

/// What an option is chosen for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChoiceIntent {
    /// What the row in focus of the hand-over is set to.
    HandOver,
    /// Whether a file that is there is replaced.
    ReplaceFile,
    /// Remove something, after asking.
    Remove(Removal),
    /// Record a differing view, step by step.
    Dissent(DissentChoice),
    /// The part of somebody named so: the ids to choose from, and who is asked about next.
    ParticipantPart(String, Vec<String>, Vec<String>),
    /// Go to the chosen stage.
    OpenStage,
    /// Restore what was removed: the rows to choose from.
    RestoreRemoved(Vec<(String, RowId)>),
    /// Complete the clinic although warnings remain.
    CompleteWithWarnings,
    /// Complete the clinic.
    Complete,
    /// Go to the chosen one of what is missing.
    GoToMissing(Vec<Missing>),
    /// Read the chosen page of the guide.
    OpenGuide,
    /// Search again for the chosen words.
    SearchAgain(Vec<String>),
    /// Put in as much of a text that is too long as fits.
    PastePart(String),
    /// Copy the chosen address.
    CopyAddress(Vec<String>),
    /// Leave the program although something is not saved.
    QuitUnsaved,
    /// What became of an action: of this note, which one.
    ActionBecame(NoteId, ActionId),
    /// Go on with a follow-up that was begun, or begin another: of which note, in which format, and
    /// the ones that were.
    FollowUpBegun(String, Option<String>, Vec<NoteId>),
    /// How long a note is kept: the part to be changed.
    KeepHow(NoteId, Retention),
    /// Open the chosen one of these notes.
    OpenOneOf(Vec<NoteId>),
    /// Bring the chosen one of these drafts back.
    BringOneBack(Vec<NoteId>),
    /// Add one of these people to the exchange.
    AddWho(Vec<PersonId>),
    /// Add this person, as a steward or not.
    AddAs(PersonId),
    /// Remove one of these people from the exchange.
    RemoveWho(Vec<PersonId>),
    /// Leave the open clinic.
    LeaveClinic,
    /// Leave the program although an answer could not be read.
    Quit,
}

/// What is read through and confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfirmIntent {
    /// Bring the open draft to a newer version of its template.
    MoveToNewer,
    /// Send what waits, to the people who were named.
    SendNotes,
    /// Add this person to the exchange, as a steward or not.
    AddPerson(PersonId, bool),
    /// Remove this person from the exchange, for this reason.
    RemovePerson(PersonId, String),
}

/// A row of the commands: where its key holds, and the key, unless it means something else here; the
/// description; the action.
pub type CommandRow = (Option<(KeyContext, KeyPattern)>, &'static str, KeyAction);

/// Any action by name.
pub struct Palette {
    /// What is typed.
    pub words: Editor,
    /// Which row is chosen.
    pub chosen: usize,
    contexts: Vec<KeyContext>,
}

impl Palette {
    /// The palette for where one is, from the innermost context outwards.
    pub fn new(contexts: Vec<KeyContext>) -> Self {
        Self { words: Editor::default(), chosen: 0, contexts }
    }

    /// Returns the actions that work here and contain every word typed.
    pub fn rows(&self) -> Vec<CommandRow> {
        self.matching(&self.words.text())
    }

    /// Returns how many actions there are before anything is typed.
    pub fn all(&self) -> usize {
        self.matching("").len()
    }

    fn matching(&self, typed: &str) -> Vec<CommandRow> {
        let typed = crate::text::fold(typed);
        let words: Vec<&str> = typed.split_whitespace().collect();
        let mut rows: Vec<CommandRow> = Vec::new();
        for &context in &self.contexts {
            for row in bindings_of(context) {
                let known = rows.iter().any(|(.., action)| *action == row.action);
                let name = crate::text::fold(row.description);
                let named = words.iter().all(|word| name.contains(word));
                // A number says nothing without its key.
                if row.keys != KeyPattern::Digits && !known && named {
                    let key = row.works_in(context, &self.contexts);
                    let key = key.then_some((context, row.keys));
                    rows.push((key, row.description, row.action));
                }
            }
        }
        rows
    }

    /// Takes a key; an action once one is chosen.
    pub fn handle_key(&mut self, key: Key) -> Option<KeyAction> {
        let rows = self.rows();
        match keymap::own(KeyContext::PaletteDialog, key) {
            Some(KeyAction::Choose) => return rows.get(self.chosen).map(|(.., action)| *action),
            Some(action @ (KeyAction::Previous | KeyAction::Next)) => {
                self.chosen = action.chosen(self.chosen, 1, rows.len());
            }
            _ => {
                self.words.handle_key(key, usize::MAX);
                self.chosen = 0;
            }
        }
        None
    }
}

impl Choose {
    /// A question with its first option selected.
    pub(crate) fn new(
        title: impl Into<String>,
        text: impl Into<String>,
        options: impl IntoIterator<Item = impl Into<String>>,
        purpose: ChoiceIntent,
    ) -> Self {
        let options = options.into_iter().map(Into::into).collect();
        Self { title: title.into(), text: text.into(), options, chosen: Some(0), purpose }
    }

    /// The same with another option selected, or none.
    pub(crate) fn selected(self, chosen: Option<usize>) -> Self {
        Self { chosen, ..self }
    }

    /// Asks for one step of a differing view.
    pub(crate) fn dissent(choice: DissentChoice, session: &Session) -> Self {
        let (title, text, options) = (choice.question(), choice.hint(), choice.options(session));
        let chosen = choice.standing(session);
        Self::new(title, text, options, ChoiceIntent::Dissent(choice)).selected(chosen)
    }

    pub(crate) fn context(&self) -> KeyContext {
        match self.purpose {
            ChoiceIntent::OpenOneOf(_) => KeyContext::DueDialog,
            _ => KeyContext::ChoiceDialog,
        }
    }

    /// Takes a key; the selected place once it is confirmed.
    pub fn handle_key(&mut self, key: Key) -> Option<usize> {
        choose_by(self.context(), key, &mut self.chosen, self.options.len())
    }
}

/// Returns the lines of help for where one is: keys and description, under headings without a key.
/// A key stands once, with the meaning it has here.
pub fn help_lines(contexts: &[KeyContext], changes: &KeyChanges) -> Vec<(String, &'static str)> {
    let mut lines = Vec::new();
    for &section in contexts {
        let rows = bindings_of(section)
            .filter(|row| changes.works(row, section, contexts))
            .map(|row| (changes.shown(section, row.keys), row.description));
        let rows: Vec<(String, &str)> = rows.collect();
        if rows.is_empty() {
            continue;
        }
        if !lines.is_empty() {
            lines.push((String::new(), ""));
        }
        lines.push((String::new(), section.title()));
        lines.extend(rows);
    }
    lines
}

/// Selects one of `count` by an arrow or its number; the place once it is confirmed. A number confirms
/// nothing, so that no Enter after it answers what is asked next.
fn choose_by(
    context: KeyContext,
    key: Key,
    chosen: &mut Option<usize>,
    count: usize,
) -> Option<usize> {
    let is_there = |at: &usize| *at < count;
    match (keymap::own(context, key)?, *chosen) {
        (KeyAction::Choose, chosen) => return chosen.filter(is_there),
        (KeyAction::ChooseNumber, before) => {
            *chosen = keymap::place(key).filter(is_there).or(before);
        }
        (action, Some(at)) => *chosen = Some(action.chosen(at, 1, count)),
        (KeyAction::Next, None) => *chosen = Some(0).filter(is_there),
        (KeyAction::Previous, None) => *chosen = count.checked_sub(1),
        (_, None) => {}
    }
    None
}

/// A row of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer<'a> {
    /// A format that comes with the program.
    Bundled(&'a MeetingFormat),
    /// One of a practice lead's own.
    Local(&'a MeetingFormat),
    /// A file in the folder of local ones that can't be started.
    Broken {
        /// Its name.
        file: &'a str,
        /// Why: a sentence.
        why: &'a TemplateError,
    },
}

/// Which meeting format to start.
pub struct TemplatePicker {
    /// The formats that come with the program.
    pub formats: Vec<MeetingFormat>,
    /// Those of a practice lead's own, below them.
    pub local: Vec<LocalFormat>,
    /// Which is chosen.
    pub chosen: usize,
    /// Walk through the fictional worked case and save nothing.
    pub practice: bool,
}

impl TemplatePicker {
    /// The list, at its first format.
    pub fn new(practice: bool, local: Vec<LocalFormat>) -> Self {
        Self { formats: formats(Language::En), local, chosen: 0, practice }
    }

    /// Every row, in order.
    pub fn offers(&self) -> Vec<Offer<'_>> {
        let bundled = self.formats.iter().map(Offer::Bundled);
        let local = self.local.iter().map(|one| match &one.format {
            Ok(format) => Offer::Local(format),
            Err(why) => Offer::Broken { file: &one.file, why },
        });
        bundled.chain(local).collect()
    }

    /// The heading.
    pub fn title(&self) -> &'static str {
        if self.practice {
            "Which meeting do you want to practise?"
        } else {
            "Which meeting format?"
        }
    }

    /// Takes a key; the id of the format once it is confirmed. A broken one can be selected, to read
    /// what is wrong with it, and never started.
    pub fn handle_key(&mut self, key: Key) -> Option<String> {
        let rows = self.offers().len();
        let mut chosen = Some(self.chosen);
        let at = choose_by(KeyContext::TemplateDialog, key, &mut chosen, rows);
        self.chosen = chosen.unwrap_or(self.chosen);
        match self.offers().get(at?)? {
            Offer::Bundled(format) | Offer::Local(format) => Some(format.id.clone()),
            Offer::Broken { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::app::{Code, Effect, Message, Model, Size, VaultRequest, VaultStatus, update};

    #[test]
    fn the_palette_finds_an_action_by_any_of_its_words() {
        let mut palette = Palette::new(vec![KeyContext::Reader, KeyContext::Everywhere]);
        for c in "outl".chars() {
            palette.handle_key(Key::char(c));
        }
        assert_eq!(palette.handle_key(Key::plain(Code::Enter)), Some(KeyAction::Outline));
    }

    #[test]
    fn the_palette_offers_an_action_whose_key_means_something_else_here_without_the_key() {
        let rows = Palette::new(vec![KeyContext::Clinic, KeyContext::Everywhere]).rows();
        let key = |action| rows.iter().find(|row| row.2 == action).map(|row| row.0);
        assert_eq!(key(KeyAction::GoActions), Some(None));
        assert!(key(KeyAction::GoSearch).flatten().is_some());
    }

    #[test]
    fn the_palette_offers_only_what_works_here() {
        let palette = Palette::new(vec![KeyContext::Search, KeyContext::Everywhere]);
        assert!(palette.rows().iter().all(|(.., action)| *action != KeyAction::FinishStage));
        assert!(palette.rows().iter().any(|(.., action)| *action == KeyAction::Quit));
    }

    #[test]
    fn a_number_selects_what_enter_or_space_confirms_and_a_number_too_many_does_nothing() {
        let mut choose = Choose {
            title: String::new(),
            text: String::new(),
            options: vec!["a".into(), "b".into()],
            chosen: None,
            purpose: ChoiceIntent::Complete,
        };
        assert_eq!(choose.handle_key(Key::plain(Code::Enter)), None, "nothing is selected");
        for number in "230".chars() {
            assert_eq!(choose.handle_key(Key::char(number)), None);
        }
        assert_eq!(choose.handle_key(Key::plain(Code::Enter)), Some(1));
        assert_eq!(choose.handle_key(Key::plain(Code::Up)), None);
        assert_eq!(choose.handle_key(Key::char(' ')), Some(0));
    }

    fn now() -> Timestamp {
        "2026-11-21T12:00:00Z".parse().expect("a timestamp")
    }

    fn screens(vault: VaultStatus) -> Model {
        let mut model = Model::new(Size { columns: 80, rows: 24 }, now());
        update(&mut model, Message::VaultStatusRead(vault), now());
        model
    }

    fn press(model: &mut Model, key: Key) -> Vec<Effect> {
        update(model, Message::Pressed(key), now())
    }

    #[test]
    fn enter_starts_the_chosen_format_and_a_number_only_chooses() {
        let mut starting = TemplatePicker::new(false, Vec::new());
        assert_eq!(
            starting.handle_key(Key::plain(Code::Enter)).as_deref(),
            Some("peer-case-clinic")
        );
        assert_eq!(starting.handle_key(Key::char('2')), None);
        let second = starting.handle_key(Key::plain(Code::Enter));
        assert_eq!(second.as_deref(), Some("quick-consultation"));
    }

    #[test]
    fn the_choice_stays_inside_the_list() {
        let mut starting = TemplatePicker::new(true, Vec::new());
        for _ in 0..50 {
            assert_eq!(starting.handle_key(Key::plain(Code::Down)), None);
        }
        assert_eq!(starting.chosen, starting.formats.len() - 1);
        assert_eq!(starting.handle_key(Key::char('0')), None);
    }

    #[test]
    fn local_formats_follow_those_of_the_program_and_a_broken_one_is_never_started() {
        let format = formats(Language::En).remove(0);
        let local = vec![
            LocalFormat { file: "a.toml".into(), format: Err(TemplateError::Retired) },
            LocalFormat {
                file: "b.toml".into(),
                format: Ok(MeetingFormat { id: "own".into(), ..format }),
            },
        ];
        let mut model = screens(VaultStatus::Open);
        press(&mut model, Key::ctrl(Code::Char('n')));
        update(&mut model, Message::FormatsRead(local), now());
        for _ in 0..formats(Language::En).len() {
            press(&mut model, Key::plain(Code::Down));
        }
        assert!(press(&mut model, Key::plain(Code::Enter)).is_empty());
        assert!(matches!(model.dialog, Some(Dialog::TemplatePicker(_))), "it stays, to be read");
        press(&mut model, Key::plain(Code::Down));
        let effects = press(&mut model, Key::plain(Code::Enter));
        let [Effect::Vault(VaultRequest::StartClinic { template, .. })] = effects.as_slice() else {
            panic!("nothing started");
        };
        assert_eq!(template, "own");
    }

    #[test]
    fn an_open_vault_starts_the_chosen_format_at_once() {
        let mut model = screens(VaultStatus::Open);
        press(&mut model, Key::ctrl(Code::Char('n')));
        assert!(press(&mut model, Key::char('2')).is_empty());
        let effects = press(&mut model, Key::plain(Code::Enter));
        let [Effect::Vault(VaultRequest::StartClinic { template, practice: false })] =
            effects.as_slice()
        else {
            panic!("nothing started");
        };
        assert_eq!(template, "quick-consultation");
    }

    #[test]
    fn practice_offers_the_same_formats_and_asks_for_no_vault() {
        let mut model = screens(VaultStatus::Missing);
        press(&mut model, Key::plain(Code::F(3)));
        press(&mut model, Key::ctrl(Code::Char('t')));
        let effects = press(&mut model, Key::plain(Code::Enter));
        assert!(matches!(
            effects.as_slice(),
            [Effect::Vault(VaultRequest::StartClinic { practice: true, .. })]
        ));
        assert!(model.dialog.is_none());
    }

    #[test]
    fn escape_from_the_formats_starts_nothing() {
        let mut model = screens(VaultStatus::Open);
        press(&mut model, Key::ctrl(Code::Char('n')));
        assert!(matches!(model.dialog, Some(Dialog::TemplatePicker(_))));
        assert!(press(&mut model, Key::plain(Code::Esc)).is_empty());
        assert!(model.dialog.is_none() && model.clinic.is_none());
    }
}
