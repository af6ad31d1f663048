//! Reading a note back from the JSON that was written of it.
//!
//! Promises: any bytes give a note or one sentence that says what is wrong, and in which line; nothing in
//! a file is taken without the checks of [`import_note`].

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{error::Category, value::RawValue};
use uuid::Uuid;

use super::{NoteFile, SCHEMA};
use crate::{
    clinic::{
        Action, ActionChange, ActionDetails, ActionId, Amendment, Citation, Earlier, EarlierAction,
        ImportedFrom, ImportedHead, ImportedPart, ImportedPlacement, ImportedRound, ImportedView,
        Language, Leftover, Outcome, Part, Scalar, Session, Slot, StageSkip, Status, Template,
        case_key::is_case_key, import_note, is_newer_version,
    },
    text::clean_line,
};

/// How far the clock of another computer may be ahead.
const MAX_AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// Why a file could not be read as a note. Nothing is made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteFileError {
    /// Line and position in it, from 1 on.
    place: Option<(usize, usize)>,
    why: String,
    /// What to do instead.
    pub advice: &'static str,
}

impl fmt::Display for NoteFileError {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Some((line, at)) => write!(to, "Line {line}, position {at}: {}", self.why),
            None => to.write_str(&self.why),
        }
    }
}

const AGAIN: &str = "Export the note again, and import that file unchanged.";
const NEWER: &str = "Update caseclinic, and import it again.";

fn refused(why: impl Into<String>, advice: &'static str) -> NoteFileError {
    NoteFileError { place: None, why: why.into(), advice }
}

/// A note as a file holds it.
pub struct NoteInFile<'a> {
    text: &'a str,
    file: NoteFile,
}

/// Redacted: it is a note.
impl fmt::Debug for NoteInFile<'_> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("NoteInFile").finish_non_exhaustive()
    }
}

/// The one key that every version has.
#[derive(Deserialize)]
struct Version {
    schema: Option<String>,
}

impl<'a> NoteInFile<'a> {
    /// Reads the bytes of a file.
    pub fn read(bytes: &'a [u8]) -> Result<Self, NoteFileError> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            let place = Some(place_in(&before, before.len()));
            NoteFileError { place, ..refused("This is not UTF-8 text.", AGAIN) }
        })?;
        let version: Version = serde_json::from_str(text).map_err(|error| json_error(&error))?;
        let name = SCHEMA.trim_end_matches(|c: char| c.is_ascii_digit());
        let number = version.schema.as_deref().and_then(|schema| schema.strip_prefix(name));
        match number.and_then(|number| number.parse::<u32>().ok()) {
            Some(1) => {}
            Some(_) => {
                return Err(refused(
                    "This note was written by a newer version of caseclinic.",
                    NEWER,
                ));
            }
            None => {
                let why = "This is not a note that caseclinic wrote as JSON.";
                return Err(refused(why, "Choose a file that `caseclinic clinic export` wrote."));
            }
        }
        let file: NoteFile = serde_json::from_str(text).map_err(|error| json_error(&error))?;
        if file.practice {
            let why = "This note is from practice: everything in it is fictional.";
            return Err(refused(why, "Practice is never saved in a vault."));
        }
        if file.status == Status::EnteredInError {
            let why = "This note was marked as entered in error, so it should not exist.";
            return Err(refused(why, "Ask where it was written what to rely on instead."));
        }
        let note = Self { text, file };
        if !is_case_key(&note.file.case_key) {
            return Err(note.at("case_key", None, "This is not a case key."));
        }
        Ok(note)
    }

    /// Returns the note's own name.
    pub fn note(&self) -> Uuid {
        self.file.note
    }

    /// Returns the case key.
    pub fn case_key(&self) -> &str {
        &self.file.case_key
    }

    /// Returns where the note stood.
    pub fn status(&self) -> Status {
        self.file.status
    }

    /// Returns id and version of its meeting format.
    pub fn format(&self) -> (&str, &str) {
        (&self.file.format.id, &self.file.format.version)
    }

    /// Returns the questions whose answers the file leaves out.
    pub fn left_out(&self) -> usize {
        self.file.left_out.len()
    }

    /// Returns the note as a draft called `id`, under this case key, imported `at` this time.
    pub fn into_session(
        self,
        template: Template,
        id: Uuid,
        case_key: &str,
        at: Timestamp,
    ) -> Result<Session, NoteFileError> {
        let (file, about) = (&self.file, &template.about);
        if file.format.id != about.id || is_newer_version(&file.format.version, &about.version) {
            let (id, theirs) = (clean_line(&file.format.id), clean_line(&file.format.version));
            let why = format!(
                "The note is of version {theirs} of “{id}”, and here it is version {}.",
                about.version
            );
            return Err(refused(why, NEWER));
        }
        let is_older = file.format.version != about.version;
        if file.started > at.checked_add(MAX_AHEAD).unwrap_or(at) {
            return Err(self.at("started", None, "The meeting would begin in the future."));
        }
        let language = match file.language.as_str() {
            "en-GB" => Language::En,
            "cy-GB" => Language::Cy,
            _ => return Err(self.at("language", None, "This language is not known.")),
        };
        let from = ImportedFrom {
            at,
            note: file.note,
            case_key: file.case_key.clone(),
            status: file.status,
            stopped_because: file.stopped_because.as_deref().map(clean_line),
            updated: file.updated,
            left_out: file.left_out.iter().map(|one| clean_line(one)).collect(),
            people: Vec::new(),
        };
        let head = ImportedHead {
            is_older,
            id,
            case_key: case_key.to_owned(),
            language,
            placing: file.placing,
            started: file.started,
            earlier: file.earlier(case_key),
            from,
            template,
        };
        let parts = file.parts();
        import_note(head, parts, at).map_err(|part| self.at(part.list, Some(part.index), &part.why))
    }

    /// An error at a key of the file, or at one of the list of this key.
    fn at(&self, key: &str, index: Option<usize>, why: &str) -> NoteFileError {
        let place = offset_of(self.text, key, index).map(|offset| place_in(self.text, offset));
        NoteFileError { place, ..refused(why, AGAIN) }
    }
}

/// Where the value of a key begins, or one of the list that it is.
fn offset_of(text: &str, key: &str, index: Option<usize>) -> Option<usize> {
    let keys: std::collections::BTreeMap<String, &RawValue> = serde_json::from_str(text).ok()?;
    let value = *keys.get(key)?;
    let one = match index {
        None => value,
        Some(index) => {
            let list: Vec<&RawValue> = serde_json::from_str(value.get()).unwrap_or_default();
            list.get(index).copied().unwrap_or(value)
        }
    };
    // Raw values are borrowed from the text.
    Some(one.get().as_ptr() as usize - text.as_ptr() as usize)
}

/// Line and position in it, from 1 on.
fn place_in(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

/// An error of the reader, in words.
fn json_error(error: &serde_json::Error) -> NoteFileError {
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    let quoted = || clean_line(said.split('`').nth(1).unwrap_or_default());
    let why = match error.classify() {
        Category::Eof => "The file ends here, and the rest of the note is missing.".to_owned(),
        Category::Syntax | Category::Io => "This is not JSON.".to_owned(),
        Category::Data if said.starts_with("missing field") => {
            format!("“{}” is missing.", quoted())
        }
        Category::Data if said.starts_with("duplicate field") => {
            format!("“{}” is there twice.", quoted())
        }
        Category::Data if said.starts_with("unknown field") => {
            format!("“{}” is not part of a note.", quoted())
        }
        Category::Data if said.starts_with("unknown variant") => {
            format!("“{}” is not a value that a note can have here.", quoted())
        }
        Category::Data => "This is not a value that a note can have here.".to_owned(),
    };
    NoteFileError { place: Some((error.line(), error.column())), ..refused(why, AGAIN) }
}

impl NoteFile {
    fn earlier(&self, case_key: &str) -> Option<Earlier> {
        let earlier = self.follows.as_ref()?;
        let action = |one: &super::EarlierActionLine| EarlierAction {
            note: one.note,
            id: ActionId(one.id),
            details: ActionDetails {
                what: one.what.clone(),
                why: one.why.clone(),
                owner: one.owner.clone(),
                agency: one.agency.clone(),
                by: one.by,
                measure: one.how_we_will_know.clone(),
                status: one.status,
                outcome: one.outcome.clone(),
            },
            before: one.status_before,
            followed_up: one.followed_up,
        };
        Some(Earlier {
            note: earlier.note,
            case_key: case_key.to_owned(),
            revision: earlier.revision.clone(),
            title: earlier.title.clone(),
            started: earlier.started,
            actions: earlier.actions.iter().map(action).collect(),
            placements: earlier.placements.clone(),
            scales: earlier.scales.clone(),
            people: Vec::new(),
        })
    }

    /// Every part, in the order in which they depend on each other.
    fn parts(&self) -> Vec<ImportedPart> {
        let mut parts = Vec::new();
        let mut put = |list, all: Vec<Part>| {
            let all = all.into_iter().enumerate();
            parts.extend(all.map(|(index, part)| ImportedPart { list, index, part }));
        };
        let slot = |item: &str, row| Slot { item: item.to_owned(), row };
        let people = self.participants.iter().map(|one| Part::Person {
            role: one.role.clone(),
            label: one.profession.clone().unwrap_or_default(),
            attendance: one.attendance,
        });
        put("participants", people.collect());
        let rows = self.rows.iter();
        let row = |one: &super::Row| Part::Row {
            group: one.group.clone(),
            row: one.row,
            within: one.within,
        };
        put("rows", rows.map(row).collect());
        let answers = self.answers.iter().map(|one| Part::Answer {
            slot: slot(&one.item, one.row),
            value: serde_json::from_value::<Scalar>(one.value.clone()).ok(),
            missing: one.missing,
            question: one.question.clone(),
            shown: one.shown.clone(),
        });
        put("answers", answers.collect());
        put("placements", self.placements.iter().map(|one| Part::Placement(placed(one))).collect());
        let cells = self.matrix.iter().map(|one| Part::Cell {
            slot: slot(&one.item, one.row),
            domain: one.domain.clone(),
            column: one.column,
            evidence: one.evidence.clone(),
            certainty: one.certainty,
            label: one.domain_text.clone(),
        });
        put("matrix", cells.collect());
        let reasons = self.matrix_reasons.iter().map(|one| Part::MatrixReason {
            slot: slot(&one.item, one.row),
            reason: one.reason.clone(),
        });
        put("matrix_reasons", reasons.collect());
        put("actions", self.actions.iter().map(|one| Part::Action(action(one))).collect());
        let passes = self.stages_passed.iter().map(|one| {
            let (stage, reason) = (one.stage.clone(), one.reason.clone());
            Part::Pass(StageSkip { stage, skipped: one.skipped, reason })
        });
        put("stages_passed", passes.collect());
        let leftovers = self.no_longer_asked.iter().map(|one| {
            Part::Leftover(Leftover {
                slot: slot(&one.item, one.row),
                question: one.question.clone(),
                text: one.text.clone(),
                because: one.because,
                value: None,
            })
        });
        put("no_longer_asked", leftovers.collect());
        let cited = self.citations.iter().map(|one| {
            let (id, title, version) = (one.id.clone(), one.title.clone(), one.version.clone());
            Part::Citation(Citation { id, title, version })
        });
        put("citations", cited.collect());
        let added = self.amendments.iter().map(|one| {
            let (role, reason, text) = (one.role.clone(), one.reason.clone(), one.text.clone());
            Part::Amendment(Amendment { at: one.at, role, reason, text })
        });
        put("amendments", added.collect());
        parts
    }
}

fn placed(one: &super::Placement) -> ImportedPlacement {
    let round = |round: &super::Round| ImportedRound {
        number: round.round,
        asked: round.asked,
        counts: round.counts.iter().map(|one| (one.code.clone(), one.count)).collect(),
        early: round.revealed_early_because.clone(),
        way: round.way,
        placed: round
            .placed
            .as_ref()
            .map(|placed| placed.iter().map(|one| (one.who.clone(), one.code.clone())).collect()),
        reasons: round.reasons.iter().map(|one| (one.code.clone(), one.reason.clone())).collect(),
    };
    let outcome = one.outcome.as_ref().map(|step| match step.code.as_str() {
        "no_agreement" => Outcome::NoAgreement,
        "not_enough_information" => Outcome::NotEnoughInformation,
        code => Outcome::Placed(code.to_owned()),
    });
    let view = |one: &super::DifferingView| ImportedView {
        who: one.who.clone(),
        code: one.code.clone(),
        reason: one.reason.clone(),
    };
    ImportedPlacement {
        slot: Slot { item: one.item.clone(), row: one.row },
        question: one.question.clone(),
        state: one.state,
        rounds: one.rounds.iter().map(round).collect(),
        outcome,
        basis: one.basis.clone(),
        differing: one.differing.iter().map(view).collect(),
    }
}

fn action(one: &super::ActionLine) -> Action {
    let change = |one: &super::ChangedAction| ActionChange {
        at: one.at,
        owner: one.owner_until_then.clone(),
        agency: one.agency_until_then.clone(),
        by: one.by_until_then,
    };
    Action {
        id: ActionId(one.id),
        item: one.item.clone(),
        from: one.follows_from.clone(),
        details: ActionDetails {
            what: one.what.clone(),
            why: one.why.clone(),
            owner: one.owner.clone(),
            agency: one.agency.clone(),
            by: one.by,
            measure: one.how_we_will_know.clone(),
            status: one.status,
            outcome: one.outcome.clone(),
        },
        changes: one.changes.iter().map(change).collect(),
    }
}
