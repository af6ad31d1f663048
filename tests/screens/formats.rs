//! Every stage of every format with its worked example, as text at 80x24: what they say. How a
//! clinic looks, at both sizes and with style, is tested in `clinic.rs`.
//!
//! A folder for each format; a stage with placements is kept before and after they are shown.

use caseclinic::{
    app::{Code, ControlId, ControlKind, FormRole, Message},
    clinic::{Event, Session, bundled_templates},
};

use super::stage::{Stage, keep_text};

/// Goes on by Tab until the focus is on such a control; false if the stage has none further down.
fn go_to(stage: &mut Stage, wanted: impl Fn(&ControlId) -> bool) -> bool {
    loop {
        let clinic = stage.model.clinic.as_ref().expect("it is open");
        if wanted(&clinic.focus) {
            return true;
        }
        let before = clinic.focus.clone();
        stage.press(Code::Tab);
        if stage.model.clinic.as_ref().is_some_and(|clinic| clinic.focus == before) {
            return false;
        }
    }
}

/// The number of the open stage, from 1.
fn stage_number(stage: &Stage) -> usize {
    stage.model.clinic.as_ref().expect("it is open").session.stage() + 1
}

fn keep(format: &str, name: &str, stage: &mut Stage) {
    stage.model.notice = None;
    keep_text(format, &format!("{name}-80x24"), stage);
}

/// Shows the placements that wait for it, keeps a picture of them, and agrees.
fn place(format: &str, name: &str, stage: &mut Stage) {
    while go_to(stage, |id| matches!(id, ControlId::Reveal(_))) {
        stage.press(Code::Enter);
        keep(format, &format!("{name}-revealed"), stage);
        assert!(go_to(stage, |id| matches!(id, ControlId::Agreed(_))));
        stage.type_in("3");
        assert!(go_to(stage, |id| matches!(id, ControlId::Basis(_))));
        stage.type_in("Repeated, and secret.");
    }
}

/// Walks a worked example from its first stage to its last.
fn walk(format: &str) {
    let mut stage = Stage::practising(format);
    let stages = stage.model.clinic.as_ref().map_or(0, |one| one.session.template().stages.len());
    for number in 1..=stages {
        assert_eq!(stage_number(&stage), number, "{format}");
        let name = format!("stage-{number}");
        keep(format, &name, &mut stage);
        place(format, &name, &mut stage);
        stage.press(Code::PageDown);
    }
}

/// What a row of a form is, by its signs alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Blank,
    /// The first row after an empty one or after an answer.
    Asked,
    /// A row right below it.
    Below,
    /// A row behind a rail.
    Answer,
}

fn signs(rows: &[String]) -> Vec<Sign> {
    let mut last = Sign::Blank;
    let sign = |row: &String| {
        let text = row.trim_start_matches(['▌', ' ']);
        last = match (text.is_empty(), text.starts_with(['│', '┃']), last) {
            (true, ..) => Sign::Blank,
            (_, true, _) => Sign::Answer,
            (_, _, Sign::Blank | Sign::Answer) => Sign::Asked,
            _ => Sign::Below,
        };
        last
    };
    rows.iter().map(sign).collect()
}

/// Reads the roles of all rows of a form in view as a whole back from its text, and compares them with what they are.
fn check_signs(stage: &Stage, name: &str) {
    let clinic = stage.model.clinic.as_ref().expect("it is open");
    let form = stage.model.layout().clinic(false).form;
    let layout = clinic.layout(usize::from(form.width));
    assert!(layout.height <= usize::from(form.height) && clinic.top == 0, "{name}");
    let text = stage.text();
    let rows: Vec<String> =
        text.lines().skip(usize::from(form.y)).take(layout.height).map(str::to_owned).collect();
    let signs = signs(&rows);
    // A heading that ends without a hint heads the question right below it: it has no answer of its own.
    let heads = |row: usize| {
        layout.controls.iter().any(|placed| {
            let is_heading = clinic.controls()[placed.at].kind == ControlKind::Heading;
            let ends_here = placed.height > 0 && placed.line + placed.height - 1 == row;
            let mut last = placed.pieces.iter().filter(|piece| piece.line + 1 == placed.height);
            is_heading && ends_here && last.all(|piece| piece.role != FormRole::Hint)
        })
    };
    for placed in &layout.controls {
        let control = &clinic.controls()[placed.at];
        let is_field = matches!(control.kind, ControlKind::Text { .. } | ControlKind::Pick { .. });
        let mut is_first = true;
        for piece in placed.pieces.iter().filter(|piece| piece.column == placed.column) {
            let row = placed.line + piece.line;
            let (sign, said) = (signs[row], &rows[row]);
            let fits = match piece.role {
                FormRole::Rail | FormRole::FocusRail => sign == Sign::Answer,
                // Its first row begins a block; what is wrapped stands below it.
                FormRole::Question if is_first && piece.line == 0 => {
                    let is_headed = row > 0 && heads(row - 1);
                    // The name of a row of a list stands before its rail.
                    let is_name = said.contains(['│', '┃']);
                    sign == Sign::Asked || said.starts_with('▌') || is_headed || is_name
                }
                FormRole::Question | FormRole::Hint | FormRole::Problem => sign != Sign::Answer,
                _ => true,
            };
            assert!(fits, "{name}: {piece:?} in {sign:?}: {said}\n{text}");
            is_first &= piece.role != FormRole::Question;
        }
        let behind = |piece: &&caseclinic::app::FormPiece| piece.column > placed.column;
        for piece in placed.pieces.iter().filter(behind).filter(|_| is_field) {
            let row = placed.line + piece.line;
            let is_answer = matches!(piece.role, FormRole::Answer | FormRole::Cursor);
            let is_railed = rows[row].contains(['│', '┃']);
            assert!(!is_answer || is_railed, "{name}: {piece:?}: {}\n{text}", rows[row]);
        }
    }
}

#[test]
fn as_plain_text_every_stage_tells_question_hint_and_answer_apart() {
    for template in bundled_templates() {
        for is_answered in [true, false] {
            let mut stage = Stage::practising(template.id);
            if !is_answered {
                let parsed = template.parse().expect("it is sound");
                let session =
                    Session::start(parsed, uuid::Uuid::nil(), "HERON-42", false, stage.now);
                stage.apply_event(Message::ClinicStarted(Ok(Box::new((None, session)))));
            }
            stage.apply_event(Message::Resized { columns: 80, rows: 300 });
            let now = stage.now;
            loop {
                let number = stage_number(&stage);
                for at in 0..3 {
                    let name = format!("{} {number} {at}, answered: {is_answered}", template.id);
                    check_signs(&stage, &name);
                    stage.press(Code::Tab);
                }
                let clinic = stage.model.clinic.as_mut().expect("it is open");
                let reason = "read as plain text".to_owned();
                if clinic.apply_event(Event::StageFinished, now).is_err() {
                    // The last one has no next.
                    let _ = clinic.apply_event(Event::GateOverridden { reason }, now);
                }
                if stage_number(&stage) == number {
                    break;
                }
            }
        }
    }
}

macro_rules! formats {
    ($($test:ident: $format:literal),* $(,)?) => {
        $(
            #[test]
            fn $test() {
                walk($format);
            }
        )*

        #[test]
        fn no_format_is_left_out() {
            let bundled = caseclinic::clinic::bundled_templates();
            let ids: Vec<&str> = bundled.iter().map(|one| one.id).collect();
            assert_eq!(ids, [$($format),*]);
        }
    };
}

formats! {
    the_peer_case_clinic_stage_by_stage: "peer-case-clinic",
    the_quick_consultation_stage_by_stage: "quick-consultation",
    the_follow_up_clinic_stage_by_stage: "follow-up-clinic",
    the_consultation_request_stage_by_stage: "consultation-request",
    the_safety_plan_stage_by_stage: "safety-plan",
    the_safety_plan_of_a_child_who_was_harmed_stage_by_stage: "safety-plan-harmed",
    reflective_supervision_stage_by_stage: "reflective-supervision",
    group_supervision_stage_by_stage: "group-supervision",
    the_framework_audit_stage_by_stage: "framework-audit",
    the_ng55_baseline_stage_by_stage: "ng55-baseline",
    the_workforce_pulse_stage_by_stage: "workforce-pulse",
}
