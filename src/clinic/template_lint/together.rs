//! Templates beside each other: each id once, a published version unchanged, and what is retired
//! has something in its place.

use crate::clinic::template::source::parse_toml;
use crate::clinic::template::{Template, TemplateStatus};
use crate::clinic::template_diff::check_revision;
use crate::text::Problem;
use crate::text::toml_file::PathStep::Key;

/// A template and the file it was read from.
#[derive(Clone, Copy, Debug)]
pub struct ReadTemplate<'a> {
    /// The path as the reader should see it.
    pub file: &'a str,
    /// Its text.
    pub text: &'a str,
    /// What the text says.
    pub template: &'a Template,
}

/// What is wrong with templates that are used together. `published` are those in use already: a
/// file with the id and version of one of them must say the same.
pub fn check_together(files: &[ReadTemplate<'_>], published: &[Template]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (at, one) in files.iter().enumerate() {
        let about = &one.template.about;
        let Ok(source) = parse_toml(one.file, one.text) else { continue };
        let way = |key| source.span(&[Key("template"), Key(key)]);
        if let Some(other) = files[..at].iter().find(|other| other.template.about.id == about.id) {
            let message = format!("{} already has the id “{}”.", other.file, about.id);
            let advice = "Give this template an id of its own, or remove one of the two files.";
            problems.push(source.file.error("duplicate-template", way("id"), message, advice));
        }
        for old in published.iter().filter(|old| old.about.id == about.id) {
            let same = check_revision(one.file, old, one.template);
            for problem in same.into_iter().filter(|problem| problem.code == "same-version") {
                let Problem { code, message, advice, .. } = problem;
                problems.push(source.file.error(code, way("version"), message, advice));
            }
        }
        if about.status == TemplateStatus::Retired {
            let others = files.iter().map(|other| other.template).chain(published);
            let replaced = others.clone().any(|other| {
                other.about.status == TemplateStatus::Active
                    && (other.about.replaces.contains(&about.id)
                        || other.about.id == about.id && !std::ptr::eq(other, one.template))
            });
            if !replaced {
                let message = format!("“{}” is retired, and no template replaces it.", about.id);
                let advice = format!(
                    "Add `replaces = [\"{}\"]` to the template that replaces it, or set its status to `active`.",
                    about.id
                );
                problems.push(source.file.warning("no-successor", way("status"), message, advice));
            }
        }
    }
    problems
}
