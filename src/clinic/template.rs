//! What a meeting is made of: roles, stages and items, as a practice lead writes them in TOML.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::condition::{Condition, EnableBehavior, Operator, Scalar};
use super::words::Words;

/// A clinic template. Parsed by [`Template::parse`]; pinned inside every session it starts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// The shape of the file: 1.
    pub schema: u32,
    /// The `[template]` table.
    #[serde(rename = "template")]
    pub about: About,
    /// The parts people take.
    #[serde(default, rename = "role", skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Role>,
    /// The timed parts of the meeting, in order.
    #[serde(default, rename = "stage")]
    pub stages: Vec<Stage>,
}

/// What the template is, and where its method comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// Stable name, such as `peer-case-clinic`.
    pub id: String,
    /// Such as `2026.11`.
    pub version: String,
    /// Whether new clinics may start from it.
    pub status: TemplateStatus,
    /// Shown in lists and at the head of the note.
    pub title: Words,
    /// What the meeting is for.
    pub purpose: Words,
    /// Planned minutes in all; the stages add up to it.
    pub minutes: u32,
    /// Who it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<Words>,
    /// When a person last read it through, written `"2026-11-21"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_review: Option<Date>,
    /// Ids of templates it takes the place of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<String>,
    /// Licence of the wording.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<Words>,
    /// Where the method comes from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Words>,
}

/// Whether a template is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TemplateStatus {
    /// Being written.
    Draft,
    /// In use.
    Active,
    /// No longer started; old notes still show.
    Retired,
}

/// A part someone takes in the meeting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Stable name.
    pub id: String,
    /// Shown.
    pub title: Words,
    /// What the role does, in a sentence.
    pub does: Words,
    /// Whether people in this role place behaviour on the continuum; true unless said otherwise.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub places: bool,
}

/// A timed part of the meeting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Stable name.
    pub id: String,
    /// Shown in the stage rail.
    pub title: Words,
    /// Planned minutes.
    pub minutes: u32,
    /// What the facilitator can read aloud.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script: Option<Words>,
    /// The role that leads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// False for a round of questions only.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub advice_allowed: bool,
    /// Everyone thinks or writes alone before anyone speaks.
    #[serde(default, skip_serializing_if = "is_no")]
    pub individual_first: bool,
    /// Items that must be answered before going forward.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gate: Vec<String>,
    /// Whether it may be skipped, with a reason.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub skippable: bool,
    /// Entries pinned to the guidance pane.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kb: Vec<String>,
    /// What is asked.
    #[serde(default, rename = "item", skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
}

/// One thing shown or asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Unique and stable: the only link between an answer and its question.
    pub id: String,
    /// What kind of answer it takes.
    #[serde(rename = "type")]
    pub kind: ItemType,
    /// The question or heading.
    pub text: Words,
    /// A short line under the question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<Words>,
    /// Longer help, shown when asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Words>,
    /// Needed for completion while enabled; never for saving.
    #[serde(default, skip_serializing_if = "is_no")]
    pub required: bool,
    /// What to say when it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required_message: Option<Words>,
    /// Conditions for being asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub enable_when: Vec<Condition>,
    /// How several conditions combine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enable_behavior: Option<EnableBehavior>,
    /// A group that may have several rows.
    #[serde(default, skip_serializing_if = "is_no")]
    pub repeats: bool,
    /// Fewest rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_occurs: Option<u32>,
    /// Most rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_occurs: Option<u32>,
    /// Asked once for each row of this repeating group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_each: Option<String>,
    /// Says how far to trust the answer to this item; asked once that one has an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qualifies: Option<String>,
    /// Answers to choose from; for a rating, the continuum in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<OptionDef>,
    /// For a rating: placements on both sides of the line after this code are flagged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line_after: Option<String>,
    /// For a matrix: its lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<OptionDef>,
    /// Smallest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Largest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// Fewest characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u32>,
    /// Most characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// A regular expression; the check refuses it, see there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// Further rules on the answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub constraint: Vec<Constraint>,
    /// A count or sum; the check refuses it, see there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calculated: Option<String>,
    /// What the answer may reveal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitivity: Option<Sensitivity>,
    /// An entry to open at once on a certain answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens: Option<Opens>,
    /// The items of a group.
    #[serde(default, rename = "item", skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
}

/// Kinds of item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documented words of the template format")]
pub enum ItemType {
    Group,
    Display,
    String,
    Text,
    Integer,
    Decimal,
    Date,
    Boolean,
    Choice,
    MultiChoice,
    Scale,
    Rating,
    Matrix,
    Actions,
}

/// One answer to choose, one step of a continuum, or one line of a matrix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionDef {
    /// Stable code, kept in answers.
    pub code: String,
    /// Shown.
    pub text: Words,
    /// Stands alone: none, not known, not enough information.
    #[serde(default, skip_serializing_if = "is_no")]
    pub exclusive: bool,
    /// What it means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<Words>,
    /// A number for audits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
}

/// A rule on an answer. Blank passes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constraint {
    /// How the answer is compared.
    pub operator: Operator,
    /// With what.
    pub answer: Scalar,
    /// Error: blocks completion. Warning: needs an acknowledgement.
    #[serde(default)]
    pub severity: Severity,
    /// What to say when the rule is not met.
    pub message: Words,
}

/// How much a problem matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Must be put right before completion.
    #[default]
    Error,
    /// Must be acknowledged.
    Warning,
}

/// What an answer may reveal; drives redaction, exports and statistics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    /// Could identify someone.
    Identifier,
    /// Health, sex life, offences and the like.
    SpecialCategory,
    /// Typed freely, so it may hold anything.
    FreeText,
    /// Nothing.
    None,
}

/// Open an entry when the answer is this one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opens {
    /// The answer.
    pub answer: Scalar,
    /// The entry's id.
    pub entry: String,
}

/// An item and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct ItemPlace<'a> {
    /// Index of its stage.
    pub stage: usize,
    /// The group it is directly in.
    pub parent: Option<&'a Item>,
    /// The repeating group whose rows it is asked for.
    pub rows_of: Option<&'a str>,
    /// The item.
    pub item: &'a Item,
}

impl Template {
    /// Every item with its place, in the order of the file.
    pub fn items(&self) -> Vec<ItemPlace<'_>> {
        let mut found = Vec::new();
        for (stage, at) in self.stages.iter().enumerate() {
            collect(&at.items, stage, None, None, &mut found);
        }
        found
    }

    /// The item called `id`.
    pub fn item(&self, id: &str) -> Option<ItemPlace<'_>> {
        self.items().into_iter().find(|place| place.item.id == id)
    }

    /// The role called `id`.
    pub fn role(&self, id: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.id == id)
    }
}

fn collect<'a>(
    items: &'a [Item],
    stage: usize,
    parent: Option<&'a Item>,
    rows_of: Option<&'a str>,
    found: &mut Vec<ItemPlace<'a>>,
) {
    for item in items {
        let own = rows_of.or(item.for_each.as_deref());
        found.push(ItemPlace { stage, parent, rows_of: own, item });
        let inner = if item.repeats { Some(item.id.as_str()) } else { own };
        collect(&item.items, stage, Some(item), inner, found);
    }
}

fn yes() -> bool {
    true
}

fn is_yes(flag: &bool) -> bool {
    *flag
}

fn is_no(flag: &bool) -> bool {
    !*flag
}
