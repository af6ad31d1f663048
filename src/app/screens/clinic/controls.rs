//! From what a stage shows to the controls of its form.

use super::{
    control::{ActionPart, Control, ControlId, ControlKind, Known, Pick, TextForm, group_heading},
    follow_up_controls, rating_controls,
};
use crate::{
    clinic::{
        Action, Attendance, Certainty, Column, EarlierPerson, Field, FieldKind, ItemType,
        MatrixLine, OptionView, RequestAnswer, Session, Slot, Value, WhyMissing, answer_fields,
        form,
    },
    text::{counted, show_date},
};

/// Said once above each column of risk, need and strength.
const TOP_THREE: &str = "Write the three that matter most, each in its row.";

/// The controls of a stage, top to bottom.
pub(crate) fn controls(session: &Session, stage: usize) -> Vec<Control> {
    let fields = form(session, stage);
    let mut out = Vec::new();
    rules(session, stage, &mut out);
    for field in &fields {
        // How we know an answer is set beside that answer, not on a line of its own.
        if field.qualifies.is_none() {
            close_row(&fields, field, &mut out);
            add(session, &fields, field, &mut out);
        }
    }
    // A meeting without parts to take is one without names: nobody is listed as present.
    let listed = !session.template().roles.is_empty() || !session.participants().is_empty();
    if stage == 0 && listed {
        participants(session, &mut out);
    }
    if stage + 1 == session.template().stages.len() {
        follow_up_controls::changed(session, &mut out);
        out.push(
            Control::button(ControlId::Complete, "Complete the clinic")
                .hint("Lists the answers still needed, then asks you to confirm."),
        );
    }
    out
}

/// The controls of a text alone, if it is asked now; `depth` is how deep it is in groups.
pub(crate) fn controls_of_text(session: &Session, slot: &Slot, depth: usize) -> Vec<Control> {
    let fields = answer_fields(session, slot);
    let mut out = Vec::new();
    if let Some(field) = fields.first() {
        add(session, &fields, &Field { depth, ..field.clone() }, &mut out);
    }
    out
}

fn add(session: &Session, fields: &[Field], field: &Field, out: &mut Vec<Control>) {
    let answer = || ControlId::Answer(field.slot.clone());
    let text = |one_line, form| {
        let text = field.value.as_ref().map_or(String::new(), |value| match value {
            // Said beside the field, not in it.
            Value::Missing(_) => String::new(),
            Value::Date(date) => show_date(*date),
            value => value.plain(),
        });
        ControlKind::Text { text, one_line, form }
    };
    let (id, kind) = match &field.kind {
        FieldKind::Heading { .. } => return out.push(group_heading(field)),
        FieldKind::AddRow { possible } => {
            if *possible {
                let id = ControlId::AddRow(field.slot.clone());
                let label = format!("Add another {}", field.label.to_lowercase());
                out.push(Control::button(id, label).depth(field.depth));
            }
            return;
        }
        FieldKind::Display => (ControlId::Reading(field.slot.clone()), ControlKind::Reading),
        FieldKind::LastActions(actions) => return follow_up_controls::actions(field, actions, out),
        FieldKind::LastPlacements(placements) => {
            return follow_up_controls::placements(field, placements, out);
        }
        _ if !field.editable => {
            let shown = field.shown.as_deref().unwrap_or("–");
            let id = ControlId::Reading(field.slot.clone());
            let label = format!("{}: {shown}", field.label);
            return out.push(Control::reading(id, label).depth(field.depth));
        }
        FieldKind::Line => (answer(), text(true, TextForm::Free)),
        FieldKind::Text => (answer(), text(false, TextForm::Free)),
        FieldKind::Integer { .. } => (answer(), text(true, TextForm::Integer)),
        FieldKind::Decimal => (answer(), text(true, TextForm::Decimal)),
        FieldKind::Date => (answer(), text(true, TextForm::Date)),
        FieldKind::Boolean => {
            let option = |code, text, value| {
                Pick::new(code, text, field.value == Some(Value::Boolean(value)))
            };
            let options = [option("yes", "Yes", true), option("no", "No", false)];
            (answer(), ControlKind::one_of(options, true))
        }
        FieldKind::Choice(options) => (answer(), pick(options, field, false)),
        FieldKind::MultiChoice(options) => (answer(), pick(options, field, true)),
        FieldKind::Scale { min, max, points } => (answer(), scale(*min, *max, points, field)),
        FieldKind::Rating(view) => return rating_controls::controls(session, field, view, out),
        FieldKind::Matrix { lines, reason } => return matrix(field, lines, reason, out),
        FieldKind::Actions(actions) => return self::actions(field, actions, out),
    };
    let qualifier = qualifier(fields, field);
    out.push(Control {
        hint: field.hint.clone().or_else(|| field.entry_format.clone()),
        problem: field.problem.clone().or_else(|| qualifier?.problem.clone()),
        required: field.required,
        known: qualifier.and_then(known),
        is_unconfirmed: field.from_request == Some(RequestAnswer::Unconfirmed),
        depth: field.depth,
        ..Control::new(id, &field.label, kind)
    });
    if field.may_be_missing {
        let options = WhyMissing::ALL.map(|why| {
            Pick::new(why.code(), why.title(), field.value == Some(Value::Missing(why)))
        });
        let id = ControlId::WhyMissing(field.slot.clone());
        let (label, kind) =
            ("Or choose why there is no answer", ControlKind::one_of(options, true));
        out.push(Control::new(id, label, kind).depth(field.depth + 1));
    }
}

fn pick(options: &[OptionView], field: &Field, many: bool) -> ControlKind {
    let chosen = |code: &String| match &field.value {
        Some(Value::Choice(one)) => one == code,
        Some(Value::Choices(several)) => several.contains(code),
        _ => false,
    };
    let short: usize = options.iter().map(|option| option.text.chars().count() + 6).sum();
    let plain = options.iter().all(|option| option.definition.is_empty());
    ControlKind::Pick {
        options: options
            .iter()
            .map(|option| Pick {
                code: option.code.clone(),
                text: option.text.clone(),
                definition: option.definition.clone(),
                chosen: chosen(&option.code),
            })
            .collect(),
        many,
        in_a_row: plain && short <= 50,
    }
}

fn scale(min: i64, max: i64, points: &[OptionView], field: &Field) -> ControlKind {
    let named = |number: i64| points.iter().find(|point| point.code == number.to_string());
    let options = (min..=max.min(min.saturating_add(20))).map(|number| {
        let text =
            named(number).map_or(number.to_string(), |point| format!("{number} {}", point.text));
        Pick::new(number.to_string(), text, field.value == Some(Value::Integer(number)))
    });
    ControlKind::one_of(options, true)
}

/// How people take part in this stage, where that is not free.
fn rules(session: &Session, stage: usize, out: &mut Vec<Control>) {
    let Some(stage) = session.template().stages.get(stage) else { return };
    if let Some(minutes) = stage.pause {
        let id = ControlId::Heading("pause".to_owned());
        let minutes = counted(minutes, "minute", "minutes");
        out.push(Control::reading(
            id,
            format!("First, a pause of {minutes}. You are told when it is over."),
        ));
    }
    let rules = [
        (!stage.advice_allowed, "No advice in this stage."),
        (stage.individual_first, "Everyone thinks or writes alone before anyone speaks."),
    ];
    let rules = rules.into_iter().filter(|(holds, _)| *holds).map(|(_, rule)| rule);
    let rules = rules.collect::<Vec<_>>().join(" ");
    if !rules.is_empty() {
        let id = ControlId::Heading("rules".to_owned());
        out.push(Control::reading(id, rules));
    }
}

/// Before the next row of a repeating group, and before the button that adds one: the button that
/// takes the last row out, if it may be.
fn close_row(fields: &[Field], next: &Field, out: &mut Vec<Control>) {
    let starts = |field: &Field| match field.kind {
        FieldKind::Heading { row: Some((id, ..)), removable } => removable.then_some(id),
        _ => None,
    };
    let ends =
        matches!(next.kind, FieldKind::Heading { row: Some(_), .. } | FieldKind::AddRow { .. });
    if !ends {
        return;
    }
    let Some(at) = fields.iter().position(|field| std::ptr::eq(field, next)) else { return };
    let last = fields[..at].iter().rfind(|field| {
        // Rows inside another row: the button that adds one has closed those before.
        field.slot.item == next.slot.item
            && matches!(field.kind, FieldKind::Heading { .. } | FieldKind::AddRow { .. })
    });
    if let Some((field, row)) = last.and_then(|field| Some((field, starts(field)?))) {
        let id = ControlId::RemoveRow(field.slot.item.clone(), row);
        let label = format!("Remove this {}", field.label.to_lowercase());
        out.push(Control::button(id, label).depth(field.depth + 1));
    }
}

/// The field that says how we know this one.
fn qualifier<'a>(fields: &'a [Field], field: &Field) -> Option<&'a Field> {
    fields.iter().find(|other| {
        other.qualifies.as_deref() == Some(&field.slot.item) && other.slot.row == field.slot.row
    })
}

fn known(qualifier: &Field) -> Option<Known> {
    let FieldKind::Choice(options) = &qualifier.kind else { return None };
    Some(Known {
        slot: Some(qualifier.slot.clone()),
        options: options.iter().map(|one| (one.code.clone(), one.text.clone())).collect(),
        chosen: qualifier.value.as_ref().map(Value::plain),
        required: qualifier.required,
    })
}

/// The three columns one below the other, each a list with a row for every domain.
fn matrix(field: &Field, lines: &[MatrixLine], reason: &str, out: &mut Vec<Control>) {
    out.push(Control::heading_of(field));
    for (at, column) in Column::ALL.into_iter().enumerate() {
        let id = format!("{:?} {}", field.slot, column.title());
        out.push(Control::heading(id, column.title()).hint(TOP_THREE).depth(1));
        for line in lines {
            let cell = line.cells[at].as_ref();
            let id = ControlId::Cell(field.slot.clone(), line.domain.clone(), column);
            let evidence = cell.map_or("", |cell| &cell.evidence);
            let mut control = Control::text(id, &line.text, evidence, false);
            control.hint = Some(line.definition.clone()).filter(|meaning| !meaning.is_empty());
            control.known = cell.map(|cell| Known {
                slot: None,
                options: Certainty::ALL
                    .map(|one| (one.title().to_owned(), one.title().to_owned()))
                    .to_vec(),
                chosen: cell.sureness.map(|one| one.title().to_owned()),
                required: false,
            });
            out.push(control.depth(1));
        }
    }
    let id = ControlId::MatrixReason(field.slot.clone());
    let label = "If a column is empty, why?";
    out.push(Control::text(id, label, reason, false));
}

fn actions(field: &Field, actions: &[Action], out: &mut Vec<Control>) {
    out.push(Control::heading_of(field));
    for (at, action) in actions.iter().enumerate() {
        let details = &action.details;
        let part = |part| ControlId::ActionPart(action.id, part);
        let label = format!("Action {} of {}", at + 1, actions.len());
        out.push(Control::heading(format!("action {}", action.id.0), label).depth(1));
        let by = details.by.map_or(String::new(), show_date);
        let by = ControlKind::Text { text: by, one_line: true, form: TextForm::Date };
        let list = [
            Control::text(part(ActionPart::What), "What will be done", &details.what, false),
            Control::text(part(ActionPart::Why), "Why", &details.why, false),
            Control::text(part(ActionPart::Owner), "Owner (role)", &details.owner, true)
                .column(0, 3),
            Control::text(part(ActionPart::Agency), "Agency", &details.agency, true).column(1, 3),
            Control::new(part(ActionPart::By), "By when", by).column(2, 3),
            Control::text(part(ActionPart::Measure), "How we will know", &details.measure, false),
        ];
        out.extend(list.into_iter().map(|control| control.depth(1)));
        let id = ControlId::RemoveAction(action.id);
        out.push(Control::button(id, "Remove this action").depth(1));
    }
    out.push(Control::button(ControlId::AddAction(field.slot.item.clone()), "Add an action"));
}

fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// The people of the earlier meeting who are not listed here.
pub(crate) fn earlier_people(session: &Session) -> Vec<&EarlierPerson> {
    let listed = |label: &str| session.participants().iter().any(|one| one.label == label);
    let earlier = session.earlier().map_or(&[][..], |earlier| &earlier.people);
    earlier.iter().filter(|one| !listed(&one.label)).collect()
}

fn participants(session: &Session, out: &mut Vec<Control>) {
    let places = session.template().items().iter().any(|at| at.item.kind == ItemType::Rating);
    out.push(Control::heading("participants".to_owned(), "Who is here").hint(if places {
        "Roles and professions only, no names. Later, each person is asked in turn where they place the behaviour."
    } else {
        "Roles and professions only, no names."
    }));
    for one in session.participants() {
        let roles = session.template().roles.iter().map(|role| {
            Pick::new(&role.id, role.title.show(session.language()), role.id == one.role)
        });
        let role = ControlKind::one_of(roles, true);
        out.push(
            Control::text(ControlId::ParticipantLabel(one.id), "Profession", &one.label, true)
                .depth(1),
        );
        out.push(Control::new(ControlId::ParticipantRole(one.id), "Role today", role).depth(1));
        let attendance = Attendance::ALL
            .map(|way| Pick::new(way.title(), sentence_case(way.title()), way == one.attendance()));
        let kind = ControlKind::one_of(attendance, true);
        out.push(Control::new(ControlId::Attendance(one.id), "Today", kind).depth(1));
        out.push(
            Control::button(ControlId::RemoveParticipant(one.id), "Remove this person").depth(1),
        );
    }
    out.push(Control::button(ControlId::AddParticipant, "Add a person"));
    let earlier = earlier_people(session);
    if !earlier.is_empty() {
        let names: Vec<&str> = earlier.iter().map(|one| one.label.as_str()).collect();
        let label = "Add the people of last time";
        let button = Control::button(ControlId::AddEarlierPeople, label);
        out.push(button.hint(format!("{}. Each role is asked again.", names.join(", "))));
    }
}

/// The slot of the rating or answer a control belongs to, if any.
pub fn slot_of(id: &ControlId) -> Option<&Slot> {
    match id {
        ControlId::Reading(slot)
        | ControlId::Picture(slot)
        | ControlId::Answer(slot)
        | ControlId::WhyMissing(slot)
        | ControlId::Cell(slot, ..)
        | ControlId::MatrixReason(slot)
        | ControlId::EarlierStatus(slot, ..)
        | ControlId::EarlierOutcome(slot, ..)
        | ControlId::PlacementMethod(slot)
        | ControlId::Readiness(slot)
        | ControlId::Place(slot, _)
        | ControlId::Reveal(slot)
        | ControlId::SecondRound(slot)
        | ControlId::Agreed(slot)
        | ControlId::Basis(slot)
        | ControlId::AddDissent(slot)
        | ControlId::ChangeDissent(slot, _)
        | ControlId::RemoveDissent(slot, _) => Some(slot),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::clinic::Template;

    const STAGE: &str = "[[stage]]\nid = \"a\"\ntitle = \"A\"\nminutes = 1\n[[stage.item]]\nid = \"b\"\ntype = \"boolean\"\ntext = \"B\"\n";
    const ROLE: &str = "[[role]]\nid = \"lead\"\ntitle = \"Lead\"\ndoes = \"Leads.\"\n";

    fn first_stage(roles: &str) -> Vec<Control> {
        let about = "schema = 1\n[template]\nid = \"x\"\nversion = \"1\"\nstatus = \"active\"\ntitle = \"X\"\npurpose = \"X\"\nminutes = 1\n";
        let template = Template::parse("x.toml", &format!("{about}{roles}{STAGE}"));
        let template = template.unwrap_or_else(|problems| panic!("{}", problems[0]));
        let now = jiff::Timestamp::UNIX_EPOCH;
        controls(&Session::start(template, Uuid::nil(), "OAK-10", true, now), 0)
    }

    #[test]
    fn a_meeting_without_parts_to_take_lists_nobody() {
        let asks = |controls: &[Control]| {
            controls.iter().any(|control| control.id == ControlId::AddParticipant)
        };
        assert!(asks(&first_stage(ROLE)));
        assert!(!asks(&first_stage("")));
    }
}
