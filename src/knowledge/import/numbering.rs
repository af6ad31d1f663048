//! Which lists of a DOCX document are numbered.

use std::collections::{HashMap, HashSet};

use quick_xml::events::Event;

use super::{
    ImportIssue,
    xml::{attribute, walk},
};

/// What `word/numbering.xml` says about the lists.
#[derive(Default)]
pub(super) struct Numbering {
    /// The form of each list.
    form_of: HashMap<String, String>,
    /// Forms and depths that are not numbered.
    plain: HashSet<(String, usize)>,
}

impl Numbering {
    pub(super) fn read(xml: &str) -> Result<Self, ImportIssue> {
        let mut numbering = Self::default();
        let (mut form, mut list, mut depth) = (String::new(), String::new(), 0);
        walk(xml, |event| {
            let (Event::Start(element) | Event::Empty(element)) = event else { return };
            let get = |name| attribute(element, name).unwrap_or_default();
            match element.local_name().as_ref() {
                "abstractNum" => form = get("abstractNumId"),
                "num" => list = get("numId"),
                "abstractNumId" => {
                    numbering.form_of.insert(list.clone(), get("val"));
                }
                "lvl" => depth = get("ilvl").parse().unwrap_or(0),
                "numFmt" if matches!(get("val").as_str(), "bullet" | "none") => {
                    numbering.plain.insert((form.clone(), depth));
                }
                _ => {}
            }
        })?;
        Ok(numbering)
    }

    /// Whether the items of a list at a depth have numbers. A list nobody described has none.
    pub(super) fn is_numbered(&self, list: &str, depth: usize) -> bool {
        let form = self.form_of.get(list);
        form.is_some_and(|form| !self.plain.contains(&(form.clone(), depth)))
    }
}
