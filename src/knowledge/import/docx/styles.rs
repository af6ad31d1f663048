//! What the styles of a document make of a paragraph or of a run of words.

use std::collections::HashMap;

use quick_xml::events::{BytesStart, Event};

use super::{ImportIssue, attribute, is_on, walk};

/// Styles that are followed from one to the one it is based on.
const MAX_BASES: usize = 20;

/// The format of a run of words; `None` where it says nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct RunFormat {
    pub(super) is_hidden: Option<bool>,
    is_struck_once: Option<bool>,
    is_struck_twice: Option<bool>,
    pub(super) is_strong: Option<bool>,
    pub(super) is_emphasis: Option<bool>,
    pub(super) is_raised: bool,
    pub(super) font: Option<String>,
}

impl RunFormat {
    pub(super) fn is_struck_out(&self) -> bool {
        self.is_struck_once == Some(true) || self.is_struck_twice == Some(true)
    }

    /// Takes over a property; returns whether the element is one.
    pub(super) fn take(&mut self, element: &BytesStart<'_>) -> bool {
        match element.local_name().as_ref() {
            "vanish" => self.is_hidden = Some(is_on(element)),
            "strike" => self.is_struck_once = Some(is_on(element)),
            "dstrike" => self.is_struck_twice = Some(is_on(element)),
            "b" => self.is_strong = Some(is_on(element)),
            "i" => self.is_emphasis = Some(is_on(element)),
            "vertAlign" => {
                self.is_raised = attribute(element, "val").as_deref() == Some("superscript");
            }
            "rFonts" => {
                let font = attribute(element, "ascii").or_else(|| attribute(element, "hAnsi"));
                self.font = font.or_else(|| self.font.take());
            }
            _ => return false,
        }
        true
    }

    fn over(self, base: Self) -> Self {
        Self {
            is_hidden: self.is_hidden.or(base.is_hidden),
            is_struck_once: self.is_struck_once.or(base.is_struck_once),
            is_struck_twice: self.is_struck_twice.or(base.is_struck_twice),
            is_strong: self.is_strong.or(base.is_strong),
            is_emphasis: self.is_emphasis.or(base.is_emphasis),
            is_raised: self.is_raised || base.is_raised,
            font: self.font.or(base.font),
        }
    }
}

/// What a style makes of a paragraph.
#[derive(Clone, Debug, Default)]
pub(super) struct ParagraphStyle {
    /// The level of the heading, from 1 on; 0 for the title of the document.
    pub(super) outline: Option<u8>,
    pub(super) list: Option<String>,
    pub(super) depth: Option<usize>,
    /// The depth of the bullet that it has by its name alone.
    pub(super) bullet: Option<usize>,
}

#[derive(Clone, Debug, Default)]
struct Style {
    name: String,
    base: Option<String>,
    paragraph: ParagraphStyle,
    run: RunFormat,
    has_first_row: bool,
}

#[derive(Default)]
pub(super) struct Styles {
    by_id: HashMap<String, Style>,
    /// Runs of paragraphs by style, as they were looked up before.
    formats: HashMap<String, RunFormat>,
}

impl Styles {
    pub(super) fn read(xml: &str) -> Result<Self, ImportIssue> {
        let mut styles = Self::default();
        let (mut id, mut style) = (String::new(), Style::default());
        let mut in_part = false;
        walk(xml, |event| {
            match event {
                Event::Start(element) | Event::Empty(element) => {
                    let value = || attribute(element, "val").unwrap_or_default();
                    match element.local_name().as_ref() {
                        "style" => {
                            id = attribute(element, "styleId").unwrap_or_default();
                            style = Style::default();
                        }
                        // What holds for a part of a table only.
                        "tblStylePr" => {
                            in_part = true;
                            let part = attribute(element, "type").unwrap_or_default();
                            style.has_first_row |= part == "firstRow";
                        }
                        _ if in_part => {}
                        "name" => style.name = value().to_lowercase(),
                        "basedOn" => style.base = Some(value()),
                        "outlineLvl" => {
                            let level = value().parse().ok();
                            style.paragraph.outline = level.map(|level: u8| level.min(9) + 1);
                        }
                        "numId" => style.paragraph.list = Some(value()),
                        "ilvl" => style.paragraph.depth = value().parse().ok(),
                        _ => drop(style.run.take(element)),
                    }
                }
                Event::End(element) => match element.local_name().as_ref() {
                    "tblStylePr" => in_part = false,
                    "style" => {
                        let id = std::mem::take(&mut id);
                        styles.by_id.insert(id, std::mem::take(&mut style));
                    }
                    _ => {}
                },
                _ => {}
            }
            true
        })?;
        Ok(styles)
    }

    /// A style and those that it is based on.
    fn chain<'s>(&'s self, id: &'s str) -> impl Iterator<Item = (&'s str, Option<&'s Style>)> {
        let mut next = Some(id);
        std::iter::from_fn(move || {
            let id = next.take().filter(|id| !id.is_empty())?;
            let style = self.by_id.get(id);
            next = style.and_then(|style| style.base.as_deref());
            Some((id, style))
        })
        .take(MAX_BASES)
    }

    pub(super) fn paragraph(&self, id: &str) -> ParagraphStyle {
        let mut found = ParagraphStyle::default();
        for (id, style) in self.chain(id) {
            let named = by_name(style.map_or("", |style| &style.name), id);
            let own = style.map(|style| style.paragraph.clone()).unwrap_or_default();
            // The built-in title has no level of its own.
            let outline = if named.outline == Some(0) { named.outline } else { own.outline };
            found.outline = found.outline.or(outline).or(named.outline);
            found.list = found.list.or(own.list);
            found.depth = found.depth.or(own.depth);
            found.bullet = found.bullet.or(named.bullet);
        }
        found
    }

    /// The format of words in a paragraph of a style.
    pub(super) fn paragraph_format(&mut self, id: &str) -> RunFormat {
        if let Some(known) = self.formats.get(id) {
            return known.clone();
        }
        let format = self.run_format(id);
        self.formats.insert(id.to_owned(), format.clone());
        format
    }

    /// The format of words of a style.
    pub(super) fn run_format(&self, id: &str) -> RunFormat {
        let styles = self.chain(id).filter_map(|(_, style)| style);
        styles.fold(RunFormat::default(), |format, style| format.over(style.run.clone()))
    }

    /// Whether a style of tables sets the first row apart.
    pub(super) fn has_first_row(&self, id: &str) -> bool {
        self.chain(id).any(|(_, style)| style.is_some_and(|style| style.has_first_row))
    }
}

/// What a style is by its name or, if nothing describes it, its id.
fn by_name(name: &str, id: &str) -> ParagraphStyle {
    let id = id.to_lowercase();
    let name = if name.is_empty() { &id } else { name };
    let number = |rest: &str| rest.trim().parse::<u8>().ok();
    let mut style = ParagraphStyle::default();
    if name == "title" {
        style.outline = Some(0);
    } else if let Some(level) = name.strip_prefix("heading").and_then(number) {
        style.outline = Some(level).filter(|level| (1..=9).contains(level));
    } else if let Some(rest) = name.strip_prefix("list bullet").or(name.strip_prefix("listbullet"))
    {
        style.bullet = Some(usize::from(number(rest).unwrap_or(1).saturating_sub(1)).min(8));
    }
    style
}
