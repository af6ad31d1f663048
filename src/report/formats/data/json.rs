//! A note as JSON: everything that the edition shows, in a schema of our own.
//!
//! The schema is `docs/schema/note-1.schema.json`; a test holds the two together. A change that a
//! reader of the old files could not read gets a new number.

mod read;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{
    clinic::{
        ActionStatus, Attendance, Certainty, Column, EarlierAction, EarlierPlacement, EarlierScale,
        Field, FieldKind, LeftoverReason, MatrixLine, Outcome, PlacementMethod, RatingState,
        RatingView, RoundView, RowId, Slot, Status, Value, WhyMissing, form,
    },
    report::{documents::Edition, formats::WriteError},
    text::clean,
};

use super::{NoteEdition, is_question};

pub use read::{NoteFileError, NoteInFile};

const SCHEMA: &str = "caseclinic-note/1";

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct NoteFile {
    schema: String,
    edition: String,
    left_out: Vec<String>,
    note: Uuid,
    case_key: String,
    practice: bool,
    language: String,
    /// How placements were taken, where a round does not say it.
    #[serde(default)]
    placing: PlacementMethod,
    format: FormatName,
    status: Status,
    stopped_because: Option<String>,
    started: Timestamp,
    updated: Timestamp,
    review: Option<Date>,
    follows: Option<EarlierNote>,
    participants: Vec<Person>,
    rows: Vec<Row>,
    answers: Vec<AnswerLine>,
    placements: Vec<Placement>,
    matrix: Vec<Cell>,
    matrix_reasons: Vec<MatrixReason>,
    actions: Vec<ActionLine>,
    stages_passed: Vec<PassedStage>,
    no_longer_asked: Vec<OldAnswer>,
    citations: Vec<CitedEntry>,
    amendments: Vec<Correction>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct FormatName {
    id: String,
    version: String,
    title: String,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct EarlierNote {
    note: Uuid,
    revision: String,
    title: String,
    started: Timestamp,
    #[serde(default)]
    actions: Vec<EarlierActionLine>,
    #[serde(default)]
    placements: Vec<EarlierPlacement>,
    #[serde(default)]
    scales: Vec<EarlierScale>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct EarlierActionLine {
    note: Uuid,
    id: u32,
    what: String,
    why: String,
    owner: String,
    agency: String,
    by: Option<Date>,
    how_we_will_know: String,
    status_before: ActionStatus,
    status: ActionStatus,
    outcome: String,
    followed_up: Option<Timestamp>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Person {
    role: String,
    role_title: String,
    profession: Option<String>,
    attendance: Attendance,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Row {
    row: RowId,
    group: String,
    number: usize,
    within: Option<RowId>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct AnswerLine {
    stage: String,
    item: String,
    row: Option<RowId>,
    question: String,
    qualifies: Option<String>,
    value: Json,
    missing: Option<WhyMissing>,
    shown: String,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Placement {
    item: String,
    row: Option<RowId>,
    question: String,
    state: RatingState,
    rounds: Vec<Round>,
    outcome: Option<Step>,
    basis: String,
    differing: Vec<DifferingView>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Round {
    round: u8,
    asked: usize,
    counts: Vec<StepCount>,
    revealed_early_because: Option<String>,
    /// How it was taken.
    #[serde(default)]
    way: Option<PlacementMethod>,
    /// Who placed it where: in the attributed edition only.
    placed: Option<Vec<PlacedBy>>,
    /// Reasons that were sent with placements, and for which step.
    #[serde(default)]
    reasons: Vec<PlacementReason>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct PlacementReason {
    code: String,
    reason: String,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Step {
    code: String,
    text: String,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct StepCount {
    code: String,
    text: String,
    count: usize,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct PlacedBy {
    who: String,
    code: String,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct DifferingView {
    who: String,
    code: String,
    reason: String,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Cell {
    item: String,
    row: Option<RowId>,
    question: String,
    domain: String,
    domain_text: String,
    column: Column,
    evidence: String,
    certainty: Option<Certainty>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct MatrixReason {
    item: String,
    row: Option<RowId>,
    reason: String,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct ActionLine {
    id: u32,
    item: String,
    /// The placement without agreement that it follows from.
    #[serde(default)]
    follows_from: Option<Slot>,
    what: String,
    why: String,
    owner: String,
    agency: String,
    by: Option<Date>,
    how_we_will_know: String,
    status: ActionStatus,
    outcome: String,
    changes: Vec<ChangedAction>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct ChangedAction {
    at: Timestamp,
    owner_until_then: String,
    agency_until_then: String,
    by_until_then: Option<Date>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct PassedStage {
    stage: String,
    skipped: bool,
    reason: String,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct OldAnswer {
    item: String,
    row: Option<RowId>,
    question: String,
    text: String,
    because: LeftoverReason,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct CitedEntry {
    id: String,
    title: String,
    version: String,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Correction {
    at: Timestamp,
    role: String,
    reason: String,
    text: String,
}

/// Returns the note as the contents of a JSON file.
pub(super) fn write(note: &NoteEdition<'_>) -> Result<Vec<u8>, WriteError> {
    let mut file = serde_json::to_vec_pretty(&file(note))
        .map_err(|error| WriteError { format: "JSON", why: error.to_string() })?;
    file.push(b'\n');
    Ok(file)
}

fn text(text: &str) -> String {
    clean(text).into_owned()
}

fn file(note: &NoteEdition<'_>) -> NoteFile {
    let session = &note.session;
    let about = &session.template().about;
    let mut file = NoteFile {
        schema: SCHEMA.to_owned(),
        edition: note.edition.code().to_owned(),
        left_out: note.left_out.iter().map(|question| text(question)).collect(),
        note: session.id(),
        case_key: text(session.case_key()),
        practice: session.is_practice(),
        language: note.language_tag().to_owned(),
        placing: session.placing(),
        format: FormatName {
            id: text(&about.id),
            version: text(&about.version),
            title: text(about.title.show(session.language())),
        },
        status: session.status(),
        stopped_because: session.stop_reason().map(text),
        started: session.started(),
        updated: session.updated(),
        review: note.review(),
        follows: session.earlier().map(|earlier| EarlierNote {
            note: earlier.note,
            revision: text(&earlier.revision),
            title: text(&earlier.title),
            started: earlier.started,
            actions: earlier.actions.iter().map(earlier_action).collect(),
            placements: earlier.placements.clone(),
            scales: earlier.scales.clone(),
        }),
        participants: Vec::new(),
        rows: Vec::new(),
        answers: Vec::new(),
        placements: Vec::new(),
        matrix: Vec::new(),
        matrix_reasons: Vec::new(),
        actions: Vec::new(),
        stages_passed: Vec::new(),
        no_longer_asked: Vec::new(),
        citations: Vec::new(),
        amendments: Vec::new(),
    };
    file.participants.extend(session.participants().iter().map(|one| Person {
        role: text(&one.role),
        role_title: text(&session.name_of(one.id, false)),
        profession: Some(text(&one.label)).filter(|label| !label.is_empty()),
        attendance: one.attendance(),
    }));
    for (at, stage) in session.template().stages.iter().enumerate() {
        for field in form(session, at) {
            file.put(note, &stage.id, &field);
        }
    }
    file.actions.extend(session.actions().iter().map(|action| {
        let details = &action.details;
        ActionLine {
            id: action.id.0,
            item: action.item.clone(),
            follows_from: action.from.clone(),
            what: text(&details.what),
            why: text(&details.why),
            owner: text(&details.owner),
            agency: text(&details.agency),
            by: details.by,
            how_we_will_know: text(&details.measure),
            status: details.status,
            outcome: text(&details.outcome),
            changes: action
                .changes
                .iter()
                .map(|change| ChangedAction {
                    at: change.at,
                    owner_until_then: text(&change.owner),
                    agency_until_then: text(&change.agency),
                    by_until_then: change.by,
                })
                .collect(),
        }
    }));
    file.stages_passed.extend(session.passes().iter().map(|pass| PassedStage {
        stage: pass.stage.clone(),
        skipped: pass.skipped,
        reason: text(&pass.reason),
    }));
    file.no_longer_asked.extend(session.leftovers().iter().map(|one| OldAnswer {
        item: one.slot.item.clone(),
        row: one.slot.row,
        question: text(&one.question),
        text: text(&one.text),
        because: one.because,
    }));
    file.citations.extend(session.citations().iter().map(|one| CitedEntry {
        id: text(&one.id),
        title: text(&one.title),
        version: text(&one.version),
    }));
    file.amendments.extend(session.amendments().iter().map(|one| Correction {
        at: one.at,
        role: text(&one.role),
        reason: text(&one.reason),
        text: text(&one.text),
    }));
    file
}

impl NoteFile {
    fn put(&mut self, note: &NoteEdition<'_>, stage: &str, field: &Field) {
        let (item, row) = (field.slot.item.clone(), field.slot.row);
        match &field.kind {
            FieldKind::Heading { row: Some((row, number, _)), .. } => self.rows.push(Row {
                row: *row,
                group: item,
                number: *number,
                within: note.session.parent_row(*row),
            }),
            FieldKind::Rating(view) => {
                self.placements.push(placement(note, field, view));
            }
            FieldKind::Matrix { lines, reason } => {
                self.matrix.extend(lines.iter().flat_map(|line| cells(field, line)));
                if !reason.trim().is_empty() {
                    self.matrix_reasons.push(MatrixReason { item, row, reason: text(reason) });
                }
            }
            _ if is_question(field) && field.answered => self.answers.push(AnswerLine {
                stage: stage.to_owned(),
                item,
                row,
                question: text(&field.label),
                qualifies: field.qualifies.clone(),
                value: field.value.as_ref().map_or(Json::Null, value),
                missing: match &field.value {
                    Some(Value::Missing(why)) => Some(*why),
                    _ => None,
                },
                shown: text(field.shown.as_deref().unwrap_or_default()),
            }),
            _ => {}
        }
    }
}

fn earlier_action(action: &EarlierAction) -> EarlierActionLine {
    let details = &action.details;
    EarlierActionLine {
        note: action.note,
        id: action.id.0,
        what: text(&details.what),
        why: text(&details.why),
        owner: text(&details.owner),
        agency: text(&details.agency),
        by: details.by,
        how_we_will_know: text(&details.measure),
        status_before: action.before,
        status: details.status,
        outcome: text(&details.outcome),
        followed_up: action.followed_up,
    }
}

fn value(value: &Value) -> Json {
    match value {
        Value::Text(written) => text(written).into(),
        Value::Integer(number) => (*number).into(),
        Value::Decimal(number) => (*number).into(),
        Value::Date(date) => date.to_string().into(),
        Value::Boolean(answer) => (*answer).into(),
        Value::Choice(code) => code.clone().into(),
        Value::Choices(codes) => codes.clone().into(),
        Value::Missing(_) => Json::Null,
    }
}

fn placement(note: &NoteEdition<'_>, field: &Field, view: &RatingView) -> Placement {
    let rounds = [(1, &view.first), (2, &view.second)];
    let rounds = rounds.into_iter().filter_map(|(number, one)| Some((number, one.as_ref()?)));
    Placement {
        item: field.slot.item.clone(),
        row: field.slot.row,
        question: text(&field.label),
        state: view.state,
        rounds: rounds.map(|(number, one)| round(note, number, one)).collect(),
        outcome: view.outcome.as_ref().map(|outcome| step(view, outcome)),
        basis: text(&view.basis),
        differing: view
            .dissent
            .iter()
            .map(|one| DifferingView {
                who: text(&one.who),
                code: one.placement.clone(),
                reason: text(&one.reason),
            })
            .collect(),
    }
}

/// What the group concluded, with its words.
fn step(view: &RatingView, outcome: &Outcome) -> Step {
    let code = outcome.code();
    let shown = match outcome {
        Outcome::Placed(code) => {
            let step = view.steps.iter().find(|step| step.code == *code);
            step.map_or(code.as_str(), |step| step.text.as_str())
        }
        Outcome::NoAgreement => "no agreement",
        Outcome::NotEnoughInformation => "not enough information",
    };
    Step { code: code.to_owned(), text: text(shown) }
}

fn round(note: &NoteEdition<'_>, number: u8, round: &RoundView) -> Round {
    let attributed = note.edition == Edition::Attributed;
    let placed = round.placements.iter().map(|(who, code)| PlacedBy {
        who: text(&note.session.name_of(*who, true)),
        code: code.clone(),
    });
    let reasons = round
        .reasons
        .iter()
        .map(|(code, reason)| PlacementReason { code: code.clone(), reason: text(reason) });
    Round {
        round: number,
        asked: round.asked,
        counts: round
            .distribution
            .iter()
            .map(|bar| StepCount {
                code: bar.code.clone(),
                text: text(&bar.text),
                count: bar.count,
            })
            .collect(),
        revealed_early_because: round.early.as_deref().map(text),
        way: round.way,
        placed: attributed.then(|| placed.collect()),
        reasons: reasons.collect(),
    }
}

fn cells(field: &Field, line: &MatrixLine) -> Vec<Cell> {
    let cells = Column::ALL.into_iter().zip(&line.cells);
    let cells = cells.filter_map(|(column, cell)| {
        let cell = cell.as_ref().filter(|cell| !cell.evidence.trim().is_empty())?;
        Some(Cell {
            item: field.slot.item.clone(),
            row: field.slot.row,
            question: text(&field.label),
            domain: line.domain.clone(),
            domain_text: text(&line.text),
            column,
            evidence: text(&cell.evidence),
            certainty: cell.sureness,
        })
    });
    cells.collect()
}
