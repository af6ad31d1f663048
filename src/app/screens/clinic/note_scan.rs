//! From a finding of a note scan to the control it is in.

use super::{
    control::{ActionPart, ControlId},
    state::ClinicScreen,
};
use crate::report::{ActionText, ScanFinding, TextPlace};

impl ClinicScreen {
    /// Moves the focus to a finding on the open stage, and the caret before its words.
    pub fn go_to_finding(&mut self, finding: &ScanFinding) {
        let Some(place) = &finding.place else { return };
        self.focus_on(control_of(place));
        if let Some(editor) = &mut self.editor {
            editor.go_to(finding.at);
        }
    }
}

fn control_of(place: &TextPlace) -> ControlId {
    match place.clone() {
        TextPlace::Answer(slot) => ControlId::Answer(slot),
        TextPlace::Cell(slot, domain, column) => ControlId::Cell(slot, domain, column),
        TextPlace::MatrixReason(slot) => ControlId::MatrixReason(slot),
        TextPlace::ActionPart(action, part) => {
            let part = match part {
                ActionText::What => ActionPart::What,
                ActionText::Why => ActionPart::Why,
                ActionText::Owner => ActionPart::Owner,
                ActionText::Agency => ActionPart::Agency,
                ActionText::Measure => ActionPart::Measure,
            };
            ControlId::ActionPart(action, part)
        }
        TextPlace::EarlierOutcome(slot, note, action) => {
            ControlId::EarlierOutcome(slot, note, action)
        }
        TextPlace::Basis(slot) => ControlId::Basis(slot),
        TextPlace::Profession(participant) => ControlId::ParticipantLabel(participant),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::screens::clinic::{
        control::{ControlKind, TextForm},
        controls::controls,
    };
    use crate::clinic::{bundled_templates, practice_session};
    use crate::report::for_each_text;

    #[test]
    fn every_text_that_can_be_edited_is_scanned_under_its_question_and_can_be_gone_to() {
        let now = "2026-11-22T12:00:00Z".parse().expect("a timestamp");
        for one in bundled_templates() {
            let template = one.parse().expect("it is sound");
            let session = practice_session(&template, one.example_file, one.example, now);
            let session = session.unwrap_or_else(|problem| panic!("{problem}"));
            let mut scanned = Vec::new();
            for_each_text(&session, &mut |one| {
                let control = one.place.map(control_of);
                let texts = (one.label.to_owned(), one.text.to_owned());
                scanned.extend(control.map(|control| (one.stage, control, texts)));
            });
            let mut shown = Vec::new();
            for stage in 0..template.stages.len() {
                for control in controls(&session, stage) {
                    if let ControlKind::Text { text, form: TextForm::Free, .. } = control.kind {
                        shown.push((stage, control.id, (control.label, text)));
                    }
                }
            }
            // A question that is not answered has no text.
            shown.retain(|(_, control, (_, text))| {
                !(matches!(control, ControlId::Answer(_)) && text.is_empty())
            });
            assert_eq!(scanned, shown, "{}", template.about.id);
        }
    }
}
