//! Lints of the focused field: suggested wording and names to watch for.

use jiff::{Timestamp, civil::Date};

use super::{
    buttons::after_key,
    control::{ControlKind, TextForm},
    keys::Taken,
    state::{ClinicScreen, READS_ONLY},
    text_lint::{Lints, nearest},
};
use crate::{
    app::{
        Model, TextIntent,
        editor::{Editor, MAX_BYTES},
    },
    clinic::{Event, Refusal},
    knowledge::Library,
    report::{Lint, WatchedNames, Why, lint_text},
};

/// What became of asking for better words.
pub enum FixOutcome {
    /// They were put in: what the machine said to it.
    Put(Taken),
    /// There is a place, and this is why nothing was put there.
    Left(String),
    /// No wording is suggested in the field.
    Nothing,
}

impl ClinicScreen {
    /// Looks at the text of the focused field, if it changed.
    pub fn look_at_text(&mut self, today: Date) {
        let free = self.focused().is_some_and(|control| {
            matches!(control.kind, ControlKind::Text { form: TextForm::Free, .. })
        });
        let text = self.editor.as_ref().filter(|_| free).map(Editor::text);
        let names = &self.names;
        let find = |text: &str| lint_text(text, names, today);
        self.spotted.look(text.unwrap_or_default(), find);
    }

    /// Puts the better words in place of those at or nearest before the caret, else of the next.
    pub fn better_words(&mut self, today: Date, now: Timestamp) -> FixOutcome {
        self.look_at_text(today);
        let Some(editor) = &mut self.editor else { return FixOutcome::Nothing };
        let (text, caret) = (editor.text(), editor.caret());
        let spots = self.spotted.of(&text).iter();
        let with_words = spots.clone().filter(|spot| spot.replacement().is_some());
        if let Some((range, words)) = nearest(with_words, caret).and_then(Lint::replacement) {
            let rest = text.len() - range.len() + words.len();
            if rest <= MAX_BYTES {
                editor.replace(range, words);
                return FixOutcome::Put(self.commit(now));
            }
        }
        let called = spots.filter(|spot| matches!(spot.why, Why::Words { .. }));
        match nearest(called, caret) {
            Some(spot) => FixOutcome::Left(spot.sentence(&text)),
            None => FixOutcome::Nothing,
        }
    }

    /// The words of a text that may identify somebody.
    pub fn identifying_words<'a>(&self, text: &'a str) -> Vec<&'a str> {
        let found = lint_text(text, &self.names, self.today).into_iter();
        let identifying = found.filter(|lint| matches!(lint.why, Why::Identifier(_)));
        identifying.flat_map(|lint| text[lint.range].split_whitespace()).collect()
    }

    /// The names that are looked for.
    pub fn names(&self) -> &WatchedNames {
        &self.names
    }

    /// Uses the words of a library's packs beside the bundled ones.
    pub fn take_words_of(&mut self, library: &Library) {
        self.names.set_words_of(library);
        self.spotted = Lints::default();
    }

    /// Adds names to watch for, separated by commas; a dash alone removes all of them. They are kept
    /// with the draft until it is completed.
    ///
    /// # Errors
    /// The clinic cannot be changed here, or there are too many.
    pub fn add_names(&mut self, list: &str, now: Timestamp) -> Result<(), Refusal> {
        if self.reads_only {
            return Err(READS_ONLY);
        }
        self.names.add(list);
        // The text was checked without them.
        self.spotted = Lints::default();
        self.apply_event(Event::NamesWatched { names: self.names.listed() }, now).map(drop)
    }
}

/// Puts better words in place of those at the caret.
pub(crate) fn better(model: &mut Model) {
    let (today, now) = (model.today(), model.now);
    let Some(clinic) = &mut model.clinic else { return };
    match clinic.better_words(today, now) {
        FixOutcome::Put(taken) => {
            after_key(model, taken);
        }
        FixOutcome::Left(why) => model.show_notice(why),
        FixOutcome::Nothing => model.show_notice("No wording suggestions in this field."),
    }
}

/// Asks for names to look for. Those given before are not shown again: the screen may be shared.
pub(crate) fn ask_names(model: &mut Model) {
    let Some(clinic) = &model.clinic else { return };
    let known = match clinic.names().count() {
        0 => String::new(),
        1 => " 1 name is on the list already. Type - to clear it.".to_owned(),
        many => format!(" {many} names are on the list already. Type - to clear it."),
    };
    model.ask(
        "Names to watch for (separate with commas)",
        format!(
            "Children, family, school, street. These names are underlined when someone types \
             them. The list is kept encrypted with the draft, is never part of the note, and is \
             deleted when you complete it.{known}"
        ),
        TextIntent::NamesToAvoid,
    );
}

pub(crate) fn names_written(model: &mut Model, list: &str) {
    let now = model.now;
    let Some(clinic) = &mut model.clinic else { return };
    let taken = clinic.add_names(list, now);
    let count = clinic.names().count();
    model.show_notice(match (taken, count) {
        (Err(refusal), _) => refusal.to_string(),
        (_, 0) => "The list of names to watch for is empty.".to_owned(),
        (_, 1) => "Watching for 1 name until you complete this note.".to_owned(),
        (_, many) => format!("Watching for {many} names until you complete this note."),
    });
}
