//! Items: what is asked, and the rules on the answers.

use serde::{Deserialize, Serialize};

use super::condition::{Condition, EnableBehavior, Operator};
use super::item_type::{ItemType, OptionDef, WrongAnswer};
use super::translated::{Language, LocalText};
use super::value::{Scalar, Value};
use super::{is_no, pattern};

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

    /// Returns `value` as an answer to this item.
    pub(in crate::clinic) fn fit(&self, value: Value) -> Result<Value, WrongAnswer> {
        if self.allow_missing && value.is_missing() {
            return Ok(value);
        }
        self.kind.fit(value, &self.options, (self.min, self.max))
    }

    /// Returns an answer to this item as people read it, with labels instead of codes.
    pub fn show(&self, value: &Value, language: Language) -> String {
        self.kind.show(value, &self.options, language)
    }

    /// Returns an answer to this item as it stands under its question.
    pub(in crate::clinic) fn show_in_note(&self, value: &Value, language: Language) -> String {
        self.kind.show_in_note(value, &self.options, self.max, language)
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
                say(format!("“{title}” needs at least {min} characters"));
            }
            if let Some(max) = self.max_length.filter(|max| length > *max as usize) {
                say(format!("“{title}” can have at most {max} characters"));
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
