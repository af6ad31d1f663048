//! What a meeting is made of: roles, stages and items, as a practice lead writes them in TOML.

pub(crate) mod condition;
mod item;
pub(in crate::clinic) mod item_type;
mod option;
pub(crate) mod pattern;
pub(crate) mod source;
mod subject;
pub(crate) mod translated;
pub(crate) mod value;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use translated::LocalText;

pub use item::{
    Calculation, Constraint, ConstraintSeverity, DisabledDisplay, Item, Opens, Sensitivity,
};
pub use item_type::ItemType;
pub use option::OptionDef;
pub use subject::Subject;

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

/// As [`collect`], for the one that is wanted.
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
