//! Items: what is asked, the rules on the answers, and what each type of item holds, where it may be
//! used, and how its answer is checked and shown.
//!
//! The properties of a type follow from [`ItemType::content`]. A new type of item has its row there.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::translated::{Language, LocalText};
use super::value::{Condition, EnableBehavior, Operator, Scalar, Value, ValueKind};
use super::{is_no, pattern};
use crate::text::{counted, show_date};

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
    pub text: LocalText,
    /// A short line under the question.
    pub hint: Option<LocalText>,
    /// Longer help, shown when asked for.
    pub help: Option<LocalText>,
    /// Needed for completion while enabled; never for saving.
    #[serde(default, skip_serializing_if = "is_no")]
    pub required: bool,
    /// What to say when it is missing.
    pub required_message: Option<LocalText>,
    /// Conditions for being asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub enable_when: Vec<Condition>,
    /// How several conditions combine.
    pub enable_behavior: Option<EnableBehavior>,
    /// A group that may have several rows.
    #[serde(default, skip_serializing_if = "is_no")]
    pub repeats: bool,
    /// Fewest rows.
    pub min_occurs: Option<u32>,
    /// Most rows.
    pub max_occurs: Option<u32>,
    /// Asked once for each row of this repeating group.
    pub for_each: Option<String>,
    /// Says how far to trust the answer to this item; asked once that one has an answer.
    pub qualifies: Option<String>,
    /// Answers to choose from; for a rating, the continuum in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<OptionDef>,
    /// For a rating: placements on both sides of the line after this code are flagged.
    pub line_after: Option<String>,
    /// For a matrix: its lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<OptionDef>,
    /// Smallest number.
    pub min: Option<f64>,
    /// Largest number.
    pub max: Option<f64>,
    /// Fewest characters.
    pub min_length: Option<u32>,
    /// Most characters.
    pub max_length: Option<u32>,
    /// A regular expression the whole text has to match; blank passes.
    pub pattern: Option<String>,
    /// Further rules on the answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub constraint: Vec<Constraint>,
    /// Worked out from other answers; takes none of its own.
    pub calculated: Option<Calculation>,
    /// The answer it begins with.
    pub initial: Option<Scalar>,
    /// Shown and never changed; a group takes everything in it along.
    #[serde(default, skip_serializing_if = "is_no")]
    pub read_only: bool,
    /// How the answer is written, such as “two letters and six digits”.
    pub entry_format: Option<LocalText>,
    /// What becomes of it on screen while it is not asked.
    #[serde(default, skip_serializing_if = "DisabledDisplay::is_hidden")]
    pub disabled_display: DisabledDisplay,
    /// Instead of an answer people may say that it is not known, was not asked, or was declined.
    #[serde(default, skip_serializing_if = "is_no")]
    pub allow_missing: bool,
    /// What the answer may reveal.
    pub sensitivity: Option<Sensitivity>,
    /// An entry to open at once on a certain answer.
    pub opens: Option<Opens>,
    /// The items of a group.
    #[serde(default, rename = "item", skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
}

impl Item {
    /// Returns the answer it begins with.
    pub(in crate::clinic) fn first_value(&self) -> Option<Value> {
        self.initial.as_ref().and_then(|scalar| self.kind.value_of(scalar))
    }

    /// Returns `value` as an answer to this item, with codes in the order of the options. Limits
    /// are checked at completion; only a scale has no points beyond its ends.
    pub(in crate::clinic) fn fit(&self, value: Value) -> Result<Value, WrongAnswer> {
        if self.allow_missing && value.is_missing() {
            return Ok(value);
        }
        let is_option = |code: &String| self.options.iter().any(|option| option.code == *code);
        match (self.kind, value) {
            (ItemType::String | ItemType::Text, value @ Value::Text(_))
            | (ItemType::Integer, value @ Value::Integer(_))
            | (ItemType::Date, value @ Value::Date(_))
            | (ItemType::Boolean, value @ Value::Boolean(_)) => Ok(value),
            (ItemType::Scale, value @ Value::Integer(number)) => {
                let (low, high) = (self.min.unwrap_or(0.0), self.max.unwrap_or(10.0));
                let is_on = (low..=high).contains(&(number as f64));
                is_on.then_some(value).ok_or(WrongAnswer::OffScale { low, high })
            }
            (ItemType::Decimal, value @ Value::Decimal(number)) if number.is_finite() => Ok(value),
            (ItemType::Decimal, Value::Integer(number)) => Ok(Value::Decimal(number as f64)),
            (ItemType::Choice, Value::Choice(code)) if is_option(&code) => Ok(Value::Choice(code)),
            (ItemType::Choice, Value::Choice(_)) => Err(WrongAnswer::NotAnOption),
            (ItemType::MultiChoice, Value::Choices(codes)) => {
                if !codes.iter().all(is_option) {
                    return Err(WrongAnswer::NotOptions);
                }
                let chosen = self.options.iter().filter(|option| codes.contains(&option.code));
                if chosen.clone().count() > 1 && chosen.clone().any(|option| option.exclusive) {
                    return Err(WrongAnswer::NotCombined);
                }
                Ok(Value::Choices(chosen.map(|option| option.code.clone()).collect()))
            }
            (ItemType::Integer | ItemType::Scale, _) => Err(WrongAnswer::NotWhole),
            (ItemType::Decimal, _) => Err(WrongAnswer::NotNumber),
            (ItemType::Date, _) => Err(WrongAnswer::NotDate),
            (ItemType::Boolean, _) => Err(WrongAnswer::NotBoolean),
            (
                ItemType::String
                | ItemType::Text
                | ItemType::Choice
                | ItemType::MultiChoice
                | ItemType::Group
                | ItemType::Display
                | ItemType::Rating
                | ItemType::Matrix
                | ItemType::Actions
                | ItemType::LastActions
                | ItemType::LastPlacements,
                _,
            ) => Err(WrongAnswer::OtherKind),
        }
    }

    /// Returns an answer to this item as people read it, with labels instead of codes.
    pub fn show(&self, value: &Value, language: Language) -> String {
        match value {
            Value::Choice(_) | Value::Choices(_) => {
                let labels = value.codes().iter().map(|code| self.label(code, language));
                let labels = labels.zip(value.codes()).map(|(label, code)| label.unwrap_or(code));
                labels.collect::<Vec<_>>().join("; ")
            }
            Value::Date(date) => show_date(*date),
            Value::Text(_)
            | Value::Integer(_)
            | Value::Decimal(_)
            | Value::Boolean(_)
            | Value::Missing(_) => value.plain(),
        }
    }

    /// Returns an answer as a note shows it under its question: as [`Self::show`], with the end of a
    /// scale and the name of its point.
    pub(in crate::clinic) fn show_in_note(&self, value: &Value, language: Language) -> String {
        if let (ItemType::Scale, Value::Integer(number)) = (self.kind, value) {
            let named = self.label(&number.to_string(), language);
            let named = named.map_or(String::new(), |name| format!(" ({name})"));
            return format!("{number} of {}{named}", self.max.unwrap_or(10.0));
        }
        match value {
            Value::Boolean(true) => "Yes".to_owned(),
            Value::Boolean(false) => "No".to_owned(),
            other => self.show(other, language),
        }
    }

    fn label(&self, code: &str, language: Language) -> Option<&str> {
        let option = self.options.iter().find(|option| option.code == code);
        option.map(|option| option.text.show(language))
    }

    /// Returns the limits and rules that `value` does not meet, each as a sentence without its full
    /// stop. A blank answer meets all.
    pub(in crate::clinic) fn unmet(
        &self,
        value: &Value,
        language: Language,
    ) -> Vec<(ConstraintSeverity, String)> {
        let mut unmet = Vec::new();
        if value.is_blank() || value.is_missing() {
            return unmet;
        }
        let title = self.text.show(language);
        let mut say = |message| unmet.push((ConstraintSeverity::Error, message));
        if value.number().is_some() {
            let is = |operator: Operator, limit: &f64| {
                operator.holds(Some(value), &Scalar::Decimal(*limit))
            };
            if let Some(min) = self.min.filter(|min| is(Operator::Less, min)) {
                say(format!("“{title}” must be {min} or more"));
            }
            if let Some(max) = self.max.filter(|max| is(Operator::Greater, max)) {
                say(format!("“{title}” must be {max} or less"));
            }
        }
        if let Value::Text(text) = value {
            let length = text.chars().count();
            if let Some(min) = self.min_length.filter(|min| length < *min as usize) {
                let least = counted(min, "character", "characters");
                say(format!("“{title}” needs at least {least}"));
            }
            if let Some(max) = self.max_length.filter(|max| length > *max as usize) {
                let most = counted(max, "character", "characters");
                say(format!("“{title}” can have at most {most}"));
            }
            if self.pattern.as_ref().is_some_and(|pattern| !pattern::fits(pattern, text)) {
                let how = self.entry_format.as_ref().map(|words| words.show(language));
                let how = how.map_or(String::new(), |how| format!(": {how}"));
                say(format!("“{title}” is not in the expected form{how}"));
            }
        }
        let rules = self.constraint.iter();
        let broken = rules.filter(|rule| !rule.operator.holds(Some(value), &rule.answer));
        unmet.extend(broken.map(|rule| (rule.severity, rule.message.show(language).to_owned())));
        unmet
    }
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
    pub severity: ConstraintSeverity,
    /// What to say when the rule is not met.
    pub message: LocalText,
}

/// How much a problem matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConstraintSeverity {
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

/// What becomes of an item on screen while it is not asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DisabledDisplay {
    /// It is not there.
    #[default]
    Hidden,
    /// It stays to be read, and takes no answer.
    Protected,
}

impl DisabledDisplay {
    fn is_hidden(&self) -> bool {
        *self == Self::Hidden
    }
}

/// How a calculated item is worked out. Blank isn't zero: answers that are missing take no part,
/// and without any there is no result.
///
/// The number of a question is its answer, or for a choice the scores of the options chosen. A
/// question in rows counts once per row, those nearest to the calculated item: see
/// `enablement::reach`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Calculation {
    /// The numbers of these earlier questions together.
    Sum(Vec<String>),
    /// Their mean.
    Mean(Vec<String>),
    /// How many of these earlier items have an answer.
    CountAnswered(Vec<String>),
    /// The scores of every option chosen in this earlier group.
    ScoresOf(String),
}

impl Calculation {
    /// What it is worked out from: questions, or one group.
    pub fn names(&self) -> &[String] {
        match self {
            Self::Sum(names) | Self::Mean(names) | Self::CountAnswered(names) => names,
            Self::ScoresOf(group) => std::slice::from_ref(group),
        }
    }

    /// The key it is written under.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Sum(_) => "sum",
            Self::Mean(_) => "mean",
            Self::CountAnswered(_) => "count_answered",
            Self::ScoresOf(_) => "scores_of",
        }
    }
}

/// One answer to choose, one step of a continuum, or one line of a matrix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionDef {
    /// Stable code, kept in answers.
    pub code: String,
    /// Shown.
    pub text: LocalText,
    /// Stands alone: none, not known, not enough information.
    #[serde(default, skip_serializing_if = "is_no")]
    pub exclusive: bool,
    /// What it means.
    pub definition: Option<LocalText>,
    /// A number for audits.
    pub score: Option<f64>,
}

/// Type of an item.
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
    /// In a follow-up: the actions of the earlier note and their outcomes. Without an earlier note
    /// it is not asked, and a condition can test that (`exists`).
    LastActions,
    /// In a follow-up: what the earlier note agreed about each behaviour, to read. Not asked
    /// without an earlier note, like [`Self::LastActions`].
    LastPlacements,
}

/// What items of a type hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::clinic) enum Content {
    /// Other items.
    Group,
    /// A text to read.
    Display,
    /// One answer of this kind.
    Value(ValueKind),
    /// The placement of one behaviour.
    Rating,
    /// Evidence by domain and column.
    Matrix,
    /// Actions.
    Actions,
    /// Actions of the earlier note.
    LastActions,
    /// Placements of the earlier note, to read.
    LastPlacements,
}

/// Why a value is not an answer to an item: what to do instead, as the end of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub(in crate::clinic) enum WrongAnswer {
    #[error("write a whole number")]
    NotWhole,
    #[error("write a number")]
    NotNumber,
    #[error("write a date")]
    NotDate,
    #[error("answer yes or no")]
    NotBoolean,
    #[error("choose a number from {low} to {high}")]
    OffScale { low: f64, high: f64 },
    #[error("choose one of its options")]
    NotAnOption,
    #[error("choose from its options")]
    NotOptions,
    #[error("one of these options cannot be combined with others")]
    NotCombined,
    #[error("another kind of answer is needed")]
    OtherKind,
}

/// Whether items of a type have options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::clinic) enum OptionUse {
    /// They need options.
    Required,
    /// Options name some of their points.
    Optional,
    /// They have none.
    Never,
}

impl ItemType {
    /// Returns what items of this type hold.
    pub(in crate::clinic) fn content(self) -> Content {
        match self {
            Self::Group => Content::Group,
            Self::Display => Content::Display,
            Self::String | Self::Text => Content::Value(ValueKind::Text),
            Self::Integer | Self::Scale => Content::Value(ValueKind::Integer),
            Self::Decimal => Content::Value(ValueKind::Decimal),
            Self::Date => Content::Value(ValueKind::Date),
            Self::Boolean => Content::Value(ValueKind::Boolean),
            Self::Choice => Content::Value(ValueKind::Choice),
            Self::MultiChoice => Content::Value(ValueKind::Choices),
            Self::Rating => Content::Rating,
            Self::Matrix => Content::Matrix,
            Self::Actions => Content::Actions,
            Self::LastActions => Content::LastActions,
            Self::LastPlacements => Content::LastPlacements,
        }
    }

    /// Returns the kind of its answer, if an item of this type takes a [`Value`].
    fn value_kind(self) -> Option<ValueKind> {
        if let Content::Value(kind) = self.content() { Some(kind) } else { None }
    }

    /// Whether an item of this type has one answer, which is a [`Value`].
    pub fn takes_value(self) -> bool {
        self.value_kind().is_some()
    }

    /// Whether the answer is a text.
    pub fn is_text(self) -> bool {
        self.value_kind() == Some(ValueKind::Text)
    }

    /// Whether people write freely in it.
    pub(in crate::clinic) fn is_free_text(self) -> bool {
        self.is_text() || matches!(self.content(), Content::Matrix | Content::Actions)
    }

    /// Whether the answer is a number.
    pub(in crate::clinic) fn is_number(self) -> bool {
        matches!(self.value_kind(), Some(ValueKind::Integer | ValueKind::Decimal))
    }

    /// Whether one answer can be greater than another.
    pub(in crate::clinic) fn is_ordered(self) -> bool {
        self.is_number() || self.value_kind() == Some(ValueKind::Date)
    }

    /// Whether an item of this type has options to choose from.
    pub(in crate::clinic) fn options(self) -> OptionUse {
        match self {
            Self::Choice | Self::MultiChoice | Self::Rating => OptionUse::Required,
            Self::Scale => OptionUse::Optional,
            Self::Group
            | Self::Display
            | Self::String
            | Self::Text
            | Self::Integer
            | Self::Decimal
            | Self::Date
            | Self::Boolean
            | Self::Matrix
            | Self::Actions
            | Self::LastActions
            | Self::LastPlacements => OptionUse::Never,
        }
    }

    /// Whether the answer can be needed for completion. A group counts only where it repeats.
    pub(in crate::clinic) fn can_be_required(self) -> bool {
        match self.content() {
            Content::Value(_)
            | Content::Rating
            | Content::Matrix
            | Content::Actions
            | Content::LastActions => true,
            Content::Group | Content::Display | Content::LastPlacements => false,
        }
    }

    /// Whether an item of this type may be calculated from others.
    pub(in crate::clinic) fn can_be_calculated(self) -> bool {
        matches!(self, Self::Integer | Self::Decimal)
    }

    /// Whether an item of this type counts as answered or not in `count_answered`.
    pub(in crate::clinic) fn can_be_counted(self) -> bool {
        self.can_be_required() && self != Self::LastActions
    }

    /// Whether an item of this type may have rows.
    pub(in crate::clinic) fn can_repeat(self) -> bool {
        self.content() == Content::Group
    }

    /// Whether a condition may name an item of this type. Whether there is an earlier note can be
    /// tested with the item that shows it.
    pub(in crate::clinic) fn can_be_in_condition(self) -> bool {
        !matches!(self.content(), Content::Group | Content::Display)
    }

    /// Whether an item of this type may stay on screen while it is not asked.
    pub(in crate::clinic) fn can_be_protected(self) -> bool {
        self.takes_value() || !self.can_be_required()
    }

    /// Whether an item of this type shows what an earlier note left.
    pub(in crate::clinic) fn is_of_earlier_note(self) -> bool {
        matches!(self.content(), Content::LastActions | Content::LastPlacements)
    }

    /// Whether an answer fits an item of type `new` that takes the place of one of this type.
    pub(in crate::clinic) fn can_become(self, new: Self) -> bool {
        self == new
            || self.is_text() && new.is_text()
            || self == Self::Integer && new == Self::Decimal
            || matches!(self.content(), Content::Group | Content::Display)
    }

    /// Whether a template may compare the answer with `scalar`, or start with it. Whether a text is
    /// one of the options is a question for the item.
    pub(in crate::clinic) fn compares_with(self, scalar: &Scalar) -> bool {
        let is_code = self.content() == Content::Rating && matches!(scalar, Scalar::Text(_));
        is_code || self.value_kind().is_some_and(|kind| kind.compares_with(scalar))
    }

    /// Returns what a template or a worked example wrote as an answer, if it can be one. An item
    /// that takes no answer refuses any text.
    pub(in crate::clinic) fn value_of(self, scalar: &Scalar) -> Option<Value> {
        self.value_kind().unwrap_or(ValueKind::Text).value_of(scalar)
    }

    /// Returns the answer that choosing the option `code` gives.
    pub fn value_of_code(self, code: &str) -> Value {
        match self.value_kind() {
            Some(ValueKind::Boolean) => Value::Boolean(code == "yes"),
            Some(ValueKind::Integer) => Value::Integer(code.parse().unwrap_or(0)),
            _ => Value::Choice(code.to_owned()),
        }
    }
}
