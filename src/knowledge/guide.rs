//! The pages of the guide in `docs/guide`, as part of the program. They are not entries: search does
//! not find them, and nothing cites them.

use super::{Document, Target, read_markdown};

/// A page of the guide.
#[derive(Debug)]
pub struct GuidePage {
    /// `guide:` and the name of its file. Ids of entries have no colon.
    pub id: &'static str,
    /// The heading of the page.
    pub title: &'static str,
    /// The whole file.
    text: &'static str,
}

macro_rules! page {
    ($file:literal, $title:literal) => {
        GuidePage {
            id: concat!("guide:", $file),
            title: $title,
            text: include_str!(concat!("../../docs/guide/", $file, ".md")),
        }
    };
}

/// Every page, in the order of the contents.
pub static GUIDE: [GuidePage; 15] = [
    page!("README", "Contents and first steps"),
    page!("find-guidance", "Find guidance"),
    page!("run-a-clinic", "Run a clinic"),
    page!("supervise", "Supervise"),
    page!("audit", "Audit"),
    page!("after-the-clinic", "After the clinic"),
    page!("hand-over", "Hand over a note"),
    page!("keep-notes-safe", "Keep notes safe"),
    page!("exchange", "Exchange notes"),
    page!("packs", "Packs"),
    page!("templates", "Templates"),
    page!("accessibility", "Accessibility"),
    page!("insight", "Figures: what they can and cannot say"),
    page!("data-protection-officer", "For the data protection officer"),
    page!("scripts", "Scripts"),
];

/// Returns the page with this id.
pub fn guide_page(id: &str) -> Option<&'static GuidePage> {
    GUIDE.iter().find(|page| page.id == id)
}

impl GuidePage {
    /// Returns the page without its heading; links to other pages lead to their ids.
    pub fn document(&self) -> Document {
        let (_, body) = self.text.split_once('\n').unwrap_or_default();
        let mut document = read_markdown(body);
        for link in &mut document.links {
            if let Target::Entry(name) = &mut link.target {
                name.insert_str(0, "guide:");
            }
        }
        document
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    #[test]
    fn every_file_is_a_page_under_its_own_heading() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guide");
        let files: BTreeSet<String> = fs::read_dir(folder)
            .expect("the guide")
            .map(|file| file.expect("a file").file_name().to_string_lossy().replace(".md", ""))
            .collect();
        let pages = GUIDE.iter().map(|page| page.id.replace("guide:", "")).collect();
        assert_eq!(files, pages);
        for page in &GUIDE {
            assert_eq!(page.text.lines().next(), Some(format!("# {}", page.title).as_str()));
        }
    }

    #[test]
    fn every_link_leads_to_a_page_and_the_contents_link_to_all() {
        let mut named = BTreeSet::from([GUIDE[0].id.to_owned()]);
        for page in &GUIDE {
            for link in page.document().links {
                let Target::Entry(id) = link.target else { panic!("{}: {link:?}", page.id) };
                assert!(guide_page(&id).is_some(), "{} links to {id}", page.id);
                if page.id == GUIDE[0].id {
                    named.insert(id);
                }
            }
        }
        assert_eq!(named.len(), GUIDE.len());
    }
}
