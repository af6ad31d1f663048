//! The templates that come with the program, each with its fictional worked example.

use super::template::translated::Language;
use super::template::{Template, TemplateStatus};
use crate::text::Problem;

/// A template inside the program.
#[derive(Clone, Copy, Debug)]
pub struct BundledTemplate {
    /// The template's id.
    pub id: &'static str,
    /// The path it is kept under, for problems.
    pub file: &'static str,
    /// Its text.
    pub text: &'static str,
    /// The path of its worked example.
    pub example_file: &'static str,
    /// The worked example's text.
    pub example: &'static str,
}

/// What a list of meeting formats shows of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeetingFormat {
    /// The template's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Planned minutes in all.
    pub minutes: u32,
    /// What the meeting is for.
    pub purpose: String,
    /// Who it is for; empty if it does not say.
    pub audience: String,
}

macro_rules! bundled {
    ($($id:literal),+ $(,)?) => {
        &[$(BundledTemplate {
            id: $id,
            file: concat!("clinic_templates/", $id, ".toml"),
            text: include_str!(concat!("../../clinic_templates/", $id, ".toml")),
            example_file: concat!("clinic_templates/examples/", $id, ".toml"),
            example: include_str!(concat!("../../clinic_templates/examples/", $id, ".toml")),
        }),+]
    };
}

/// Every template inside the program, in the order they are offered.
pub fn bundled_templates() -> &'static [BundledTemplate] {
    bundled![
        "peer-case-clinic",
        "quick-consultation",
        "follow-up-clinic",
        "consultation-request",
        "safety-plan",
        "safety-plan-harmed",
        "reflective-supervision",
        "group-supervision",
        "framework-audit",
        "ng55-baseline",
        "workforce-pulse",
    ]
}

/// The template inside the program called `id`.
pub fn bundled_template(id: &str) -> Option<&'static BundledTemplate> {
    bundled_templates().iter().find(|one| one.id == id)
}

/// The formats a clinic can be started in, in the order they are offered: those in use.
pub fn formats(language: Language) -> Vec<MeetingFormat> {
    let parsed = bundled_templates().iter().filter_map(|one| one.parse().ok());
    let active = parsed.filter(|template| template.about.status == TemplateStatus::Active);
    active.map(|template| template.format(language)).collect()
}

impl Template {
    /// What a list of meeting formats shows of it.
    pub fn format(&self, language: Language) -> MeetingFormat {
        let about = &self.about;
        let audience = about.audience.as_ref().map_or("", |words| words.show(language));
        MeetingFormat {
            id: about.id.clone(),
            title: about.title.show(language).to_owned(),
            minutes: about.minutes,
            purpose: about.purpose.show(language).to_owned(),
            audience: audience.to_owned(),
        }
    }
}

impl BundledTemplate {
    /// The template, or what is wrong with its text.
    pub fn parse(&self) -> Result<Template, Vec<Problem>> {
        Template::parse(self.file, self.text)
    }
}
