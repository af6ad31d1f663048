//! What a meeting is made of: roles, stages and items, as a practice lead writes them in TOML.

pub(in crate::clinic) mod item;
pub(crate) mod pattern;
pub(crate) mod source;
pub(crate) mod translated;
pub(crate) mod value;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use translated::LocalText;

pub use item::{
    Calculation, Constraint, ConstraintSeverity, DisabledDisplay, Item, ItemType, Opens, OptionDef,
    Sensitivity,
};

/// A clinic template. Parsed by [`Template::parse`]; pinned inside every session it starts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// The shape of the file: 1.
    pub schema: u32,
    /// The `[template]` table.
    #[serde(rename = "template")]
    pub about: TemplateInfo,
    /// The parts people take.
    #[serde(default, rename = "role", skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Role>,
    /// The timed parts of the meeting, in order.
    #[serde(default, rename = "stage")]
    pub stages: Vec<Stage>,
    /// How drafts of earlier versions move to this one.
    #[serde(default, rename = "migrate", skip_serializing_if = "Vec::is_empty")]
    pub migrations: Vec<Migration>,
}

/// How a draft begun with an earlier version moves to this one: `[[migrate]]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Migration {
    /// The earlier version.
    pub from: String,
    /// Items that are called otherwise now: old id to new id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rename: BTreeMap<String, String>,
    /// Items whose answers are left out; the audit trail keeps them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drop: Vec<String>,
    /// Codes that are called otherwise now: per item (its new id), old code to new code.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub recode: BTreeMap<String, BTreeMap<String, String>>,
}

/// What the template is, and where its method comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateInfo {
    /// Stable name, such as `peer-case-clinic`.
    pub id: String,
    /// Such as `2026.11`.
    pub version: String,
    /// Whether new clinics may start from it.
    pub status: TemplateStatus,
    /// Shown in lists and at the head of the note.
    pub title: LocalText,
    /// What it is about, as the key `about` says; nothing in templates from before there was one:
    /// ask [`TemplateInfo::subject`].
    #[serde(rename = "about")]
    pub declared_subject: Option<Subject>,
    /// What the meeting is for.
    pub purpose: LocalText,
    /// Planned minutes in all; the stages add up to it.
    pub minutes: u32,
    /// Who it is for.
    pub audience: Option<LocalText>,
    /// When a person last read it through, written `"2026-11-21"`.
    pub last_review: Option<Date>,
    /// Ids of templates it takes the place of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<String>,
    /// Licence of the wording.
    pub licence: Option<LocalText>,
    /// Where the method comes from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<LocalText>,
}

/// What a meeting is about, the key `about` of a template. It decides who may read the note and
/// where it is counted.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// Children and what happened: colleagues who were added to the vault read the completed note.
    #[default]
    Case,
    /// A worker, and what the work does to them: private to the owner of the vault, unless it is
    /// shared with somebody by name; never counted with cases.
    Supervision,
    /// A service, a team or an area: names no case; read by colleagues, counted by itself.
    Service,
}

impl Subject {
    /// All, in the order they are offered.
    pub const EVERY: [Self; 3] = [Self::Case, Self::Supervision, Self::Service];

    /// As written in a template and in a note.
    pub fn code(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Supervision => "supervision",
            Self::Service => "service",
        }
    }

    /// Many of them, shown above a list.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Case => "cases",
            Self::Supervision => "supervision",
            Self::Service => "service",
        }
    }

    /// Whether the note is for the owner of the vault alone, until somebody shares it.
    pub fn is_private(self) -> bool {
        self == Self::Supervision
    }

    /// Who can open a completed note besides the owner of the vault, where that is not as usual.
    pub fn who_opens(self) -> Option<&'static str> {
        self.is_private()
            .then_some("Only the owner of the vault can open the note; members cannot.")
    }

    /// What is meant by `code`.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::EVERY.into_iter().find(|one| one.code() == code)
    }

    /// What notes of this format are about where nothing says so: in templates and notes from
    /// before templates had the key.
    pub fn of_format(id: &str) -> Self {
        match id {
            "reflective-supervision" | "group-supervision" => Self::Supervision,
            "framework-audit" | "ng55-baseline" | "workforce-pulse" => Self::Service,
            _ => Self::Case,
        }
    }
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
    pub title: LocalText,
    /// What the role does, in a sentence.
    pub does: LocalText,
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
    pub title: LocalText,
    /// Planned minutes.
    pub minutes: u32,
    /// Minutes of a pause that the stage begins with; `minutes` includes them.
    pub pause: Option<u32>,
    /// What the facilitator can read aloud.
    pub script: Option<LocalText>,
    /// The role that leads it.
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

/// An item and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct ItemPlace<'a> {
    /// Index of its stage.
    pub stage: usize,
    /// The group it is directly in.
    pub parent: Option<&'a Item>,
    /// The repeating group whose rows it is asked for: the innermost one.
    pub rows_of: Option<&'a str>,
    /// The item.
    pub item: &'a Item,
}

impl TemplateInfo {
    /// What the meeting is about.
    pub fn subject(&self) -> Subject {
        self.declared_subject.unwrap_or_else(|| Subject::of_format(&self.id))
    }
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
        let mut stages = self.stages.iter().enumerate();
        stages.find_map(|(stage, at)| find(&at.items, stage, None, None, id))
    }

    /// The repeating groups around the item called `id`, the innermost first.
    pub fn groups_around(&self, id: &str) -> Vec<&str> {
        let mut groups: Vec<&str> = Vec::new();
        let mut next = self.item(id).and_then(|place| place.rows_of);
        while let Some(group) = next.filter(|group| !groups.contains(group)) {
            groups.push(group);
            next = self.item(group).and_then(|place| place.rows_of);
        }
        groups
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

/// As [`collect`], for the item called `id`.
fn find<'a>(
    items: &'a [Item],
    stage: usize,
    parent: Option<&'a Item>,
    rows_of: Option<&'a str>,
    id: &str,
) -> Option<ItemPlace<'a>> {
    items.iter().find_map(|item| {
        let own = rows_of.or(item.for_each.as_deref());
        if item.id == id {
            return Some(ItemPlace { stage, parent, rows_of: own, item });
        }
        let inner = if item.repeats { Some(item.id.as_str()) } else { own };
        find(&item.items, stage, Some(item), inner, id)
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::bundled_templates;

    #[test]
    fn every_bundled_format_says_what_it_is_about_as_notes_from_before_are_taken() {
        for one in bundled_templates() {
            let about = one.parse().unwrap_or_else(|_| panic!("{} does not parse", one.id)).about;
            assert_eq!(about.declared_subject, Some(Subject::of_format(one.id)), "{}", one.id);
            assert_eq!(about.subject(), Subject::of_format(one.id));
        }
    }

    #[test]
    fn a_code_comes_back_as_what_it_was_and_others_are_nothing() {
        for one in Subject::EVERY {
            assert_eq!(Subject::of_code(one.code()), Some(one));
        }
        assert_eq!(Subject::of_code("clinic"), None);
    }
}
