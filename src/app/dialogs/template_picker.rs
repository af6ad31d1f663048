//! The list of meeting formats, from which a clinic is started.
//!
//! It is asked before the vault is opened or made, so that nobody unlocks it for the wrong meeting.

use super::list::choose_by;
use crate::app::{
    action::KeyAction,
    key::Key,
    keymap::{self, KeyContext},
};
use crate::clinic::{Language, MeetingFormat, formats};
use crate::services::{LocalFormat, TemplateError};

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

    /// Takes a key; the id of the format once Enter is pressed. A number only chooses, so that the
    /// Enter after it is not an answer to the first question of the meeting. A broken one can be
    /// chosen, to read what is wrong with it, and never started.
    pub fn handle_key(&mut self, key: Key) -> Option<String> {
        let rows = self.offers().len();
        let at = choose_by(KeyContext::TemplateDialog, key, &mut self.chosen, rows)?;
        self.chosen = at;
        if keymap::own(KeyContext::TemplateDialog, key) != Some(KeyAction::Choose) {
            return None;
        }
        match self.offers().get(at)? {
            Offer::Bundled(format) | Offer::Local(format) => Some(format.id.clone()),
            Offer::Broken { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::app::{
        Code, Dialog, Effect, Message, Model, Size, VaultRequest, VaultStatus, update,
    };

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
