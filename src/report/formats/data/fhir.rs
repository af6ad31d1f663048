//! The answers of a note as a FHIR R4 `QuestionnaireResponse`. `docs/schema/README.md` says what
//! becomes what.
//!
//! Promises: people appear as in documents; who placed what is in it in no edition.

use serde_json::{Value as Json, json};

use crate::{
    clinic::{
        Action, Column, Field, FieldKind, MatrixLine, OptionView, Outcome, RatingView, Value,
        WhyMissing, form,
    },
    report::formats::WriteError,
    text::clean,
};

use super::{NoteEdition, is_question};

/// Where the codes for missing data are defined.
const ABSENT: &str = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
const CONFIDENTIALITY: &str = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
const REASON: &str = "http://terminology.hl7.org/CodeSystem/v3-ActReason";

/// Returns the note as the contents of a FHIR file.
pub(super) fn write(note: &NoteEdition<'_>) -> Result<Vec<u8>, WriteError> {
    let mut file = serde_json::to_vec_pretty(&response(note))
        .map_err(|error| WriteError { format: "FHIR", why: error.to_string() })?;
    file.push(b'\n');
    Ok(file)
}

fn response(note: &NoteEdition<'_>) -> Json {
    let session = &note.session;
    let about = &session.template().about;
    let mut items = Vec::new();
    for (at, stage) in session.template().stages.iter().enumerate() {
        let fields = form(session, at);
        let title = stage.title.show(session.language());
        items.extend(group(&stage.id, title, children(&fields, &mut 0, 0)));
    }
    items.extend(group(
        "corrections",
        "Corrections",
        session
            .amendments()
            .iter()
            .map(|one| {
                let about = format!("{} {}: {}", one.at, one.role, one.reason);
                leaf("corrections/text", &about, vec![json!({ "valueString": clean(&one.text) })])
            })
            .collect(),
    ));
    // Restricted: more than health records in general.
    let mut meta = json!({ "security": [{ "system": CONFIDENTIALITY, "code": "R" }] });
    if session.is_practice() {
        meta["tag"] = json!([{ "system": REASON, "code": "HTEST", "display": "test health data" }]);
    }
    json!({
        "resourceType": "QuestionnaireResponse",
        "meta": meta,
        "language": note.language_tag(),
        "identifier": {
            "system": "urn:ietf:rfc:3986",
            "value": format!("urn:uuid:{}", session.id()),
        },
        "questionnaire": format!("urn:caseclinic:format:{}|{}", about.id, about.version),
        // Its words are those of FHIR.
        "status": session.status(),
        "subject": { "identifier": { "value": clean(session.case_key()) } },
        "authored": session.updated(),
        "item": items,
    })
}

/// A group with what is in it; none if that is nothing.
fn group(id: &str, text: &str, items: Vec<Json>) -> Option<Json> {
    let has_any = !items.is_empty();
    has_any.then(|| json!({ "linkId": id, "text": clean(text), "item": items }))
}

fn leaf(id: &str, text: &str, answers: Vec<Json>) -> Json {
    json!({ "linkId": id, "text": clean(text), "answer": answers })
}

fn text_leaf(id: &str, about: &str, text: &str) -> Option<Json> {
    let text = clean(text);
    let is_blank = text.trim().is_empty();
    (!is_blank).then(|| leaf(id, about, vec![json!({ "valueString": text })]))
}

/// The fields from `at` on that are at least as deep.
fn children(fields: &[Field], at: &mut usize, depth: usize) -> Vec<Json> {
    let mut items = Vec::new();
    while let Some(field) = fields.get(*at).filter(|field| field.depth >= depth) {
        *at += 1;
        let id = field.slot.item.as_str();
        match &field.kind {
            FieldKind::Heading { .. } => {
                let inner = children(fields, at, field.depth + 1);
                items.extend(group(id, &field.label, inner));
            }
            FieldKind::Rating(view) => items.extend(placement(id, &field.label, view)),
            FieldKind::Matrix { lines, reason } => {
                let cells = lines.iter().flat_map(|line| cells(id, line));
                let about = "Why there is no evidence in a column";
                let reason = text_leaf(&format!("{id}/reason"), about, reason);
                items.extend(group(id, &field.label, cells.chain(reason).collect()));
            }
            FieldKind::Actions(actions) => {
                let actions = actions.iter().filter_map(|one| action(id, one));
                items.extend(group(id, &field.label, actions.collect()));
            }
            _ if is_question(field) && field.answered => {
                let answers = answers(field);
                if !answers.is_empty() {
                    items.push(leaf(id, &field.label, answers));
                }
            }
            _ => {}
        }
    }
    items
}

fn answers(field: &Field) -> Vec<Json> {
    let options = match &field.kind {
        FieldKind::Choice(options) | FieldKind::MultiChoice(options) => options.as_slice(),
        _ => &[],
    };
    match &field.value {
        None => Vec::new(),
        Some(Value::Text(text)) if text.trim().is_empty() => Vec::new(),
        Some(Value::Text(text)) => vec![json!({ "valueString": clean(text) })],
        Some(Value::Integer(number)) => vec![json!({ "valueInteger": number })],
        Some(Value::Decimal(number)) => vec![json!({ "valueDecimal": number })],
        Some(Value::Date(date)) => vec![json!({ "valueDate": date.to_string() })],
        Some(Value::Boolean(answer)) => vec![json!({ "valueBoolean": answer })],
        Some(Value::Choice(code)) => vec![coding(options, code)],
        Some(Value::Choices(codes)) => codes.iter().map(|code| coding(options, code)).collect(),
        Some(Value::Missing(why)) => {
            let code = match why {
                WhyMissing::NotKnown => "asked-unknown",
                WhyMissing::NotAsked => "not-asked",
                WhyMissing::Declined => "asked-declined",
            };
            let reason = json!({ "extension": [{ "url": ABSENT, "valueCode": code }] });
            vec![json!({ "_valueString": reason })]
        }
    }
}

fn coding(options: &[OptionView], code: &str) -> Json {
    let text = options.iter().find(|option| option.code == code);
    let text = text.map_or(code, |option| option.text.as_str());
    json!({ "valueCoding": { "code": code, "display": clean(text) } })
}

fn placement(id: &str, label: &str, view: &RatingView) -> Vec<Json> {
    let step = |code: &str| {
        let step = view.steps.iter().find(|step| step.code == code);
        step.map_or(code.to_owned(), |step| step.text.clone())
    };
    let mut items = Vec::new();
    if let Some(outcome) = &view.outcome {
        let display = match outcome {
            Outcome::Placed(code) => step(code),
            Outcome::NoAgreement => "no agreement".to_owned(),
            Outcome::NotEnoughInformation => "not enough information".to_owned(),
        };
        let coding = json!({ "code": outcome.code(), "display": clean(&display) });
        items.push(leaf(id, label, vec![json!({ "valueCoding": coding })]));
    }
    let basis = format!("{id}/basis");
    items.extend(text_leaf(&basis, "Reasons for this placement", &view.basis));
    let differing = format!("{id}/differing");
    items.extend(view.dissent.iter().filter_map(|one| {
        let view = format!("{}: {}. {}", one.who, step(&one.placement), one.reason);
        text_leaf(&differing, "Differing view", &view)
    }));
    items
}

fn cells(id: &str, line: &MatrixLine) -> Vec<Json> {
    let cells = Column::ALL.into_iter().zip(&line.cells);
    let cells = cells.filter_map(|(column, cell)| {
        let cell = cell.as_ref()?;
        let about = format!("{}: {}", line.text, column.title());
        let id = format!("{id}/{}/{}", line.domain, column.title().to_lowercase());
        let certainty = cell.sureness.map(|known| format!(" ({})", known.title()));
        let text = format!("{}{}", cell.evidence.trim(), certainty.unwrap_or_default());
        let has_any = !cell.evidence.trim().is_empty();
        has_any.then(|| text_leaf(&id, &about, &text)).flatten()
    });
    cells.collect()
}

fn action(id: &str, action: &Action) -> Option<Json> {
    let details = &action.details;
    let by = details
        .by
        .map(|by| leaf(&format!("{id}/by"), "By", vec![json!({ "valueDate": by.to_string() })]));
    let parts = [
        ("what", "What", details.what.as_str()),
        ("why", "Why", &details.why),
        ("owner", "Owner", &details.owner),
        ("agency", "Agency", &details.agency),
        ("measure", "How we will know", &details.measure),
        ("status", "Status", details.status.title()),
        ("outcome", "Outcome", &details.outcome),
    ];
    let parts = parts
        .iter()
        .filter_map(|(part, about, text)| text_leaf(&format!("{id}/{part}"), about, text));
    let has_text = !details.what.trim().is_empty();
    has_text.then(|| group(&format!("{id}/action"), "Action", parts.chain(by).collect())).flatten()
}
