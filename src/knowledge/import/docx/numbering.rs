//! The labels of list items, headings and clauses, counted as a word processor counts them.

use std::collections::{HashMap, HashSet};

use quick_xml::events::Event;

use super::{ImportIssue, attribute, walk};
use crate::knowledge::import::{
    label::{NumberForm, number_label},
    symbols::pictograph,
};

/// The levels of a list.
const LEVELS: usize = 9;
const MAX_LABEL_LEN: usize = 24;

/// How the items of one level of a list are labelled.
#[derive(Clone, Debug, Default)]
struct Level {
    start: u64,
    /// `None` for a bullet.
    form: Option<NumberForm>,
    /// Such as `%1.%2`; the number with a full stop if the document does not say.
    text: Option<String>,
    font: String,
    /// Whether all numbers in the label are written in digits.
    is_legal: bool,
    /// The level whose numbers make this one begin again; 0 for none.
    restart: Option<usize>,
    style: String,
}

#[derive(Debug, Default)]
struct List {
    abstract_list: String,
    /// Levels and numbers at which this list begins again.
    starts: HashMap<usize, u64>,
    levels: HashMap<usize, Level>,
}

#[derive(Default)]
pub(super) struct Numbering {
    abstract_lists: HashMap<String, HashMap<usize, Level>>,
    /// Abstract lists by the style that they describe, and those that only name such a style.
    styled: HashMap<String, String>,
    links: HashMap<String, String>,
    lists: HashMap<String, List>,
    /// The number each level of an abstract list has reached.
    counts: HashMap<String, [Option<u64>; LEVELS]>,
    /// Lists and levels that have begun.
    begun: HashSet<(String, usize)>,
}

impl Numbering {
    pub(super) fn read(xml: &str) -> Result<Self, ImportIssue> {
        let mut numbering = Self::default();
        let (mut form, mut list) = (None::<String>, None::<String>);
        let (mut depth, mut level) = (0, None::<Level>);
        walk(xml, |event| {
            match event {
                Event::Start(element) | Event::Empty(element) => {
                    let is_empty = matches!(event, Event::Empty(_));
                    let get = |name| attribute(element, name).unwrap_or_default();
                    let value = || get("val");
                    match element.local_name().as_ref() {
                        "abstractNum" => form = Some(get("abstractNumId")),
                        "styleLink" => {
                            numbering.styled.insert(value(), form.clone().unwrap_or_default());
                        }
                        "numStyleLink" => {
                            numbering.links.insert(form.clone().unwrap_or_default(), value());
                        }
                        "num" => {
                            list = Some(get("numId"));
                            form = None;
                            numbering.lists.insert(get("numId"), List::default());
                        }
                        "abstractNumId" => {
                            let list = list.as_ref().and_then(|id| numbering.lists.get_mut(id));
                            if let Some(list) = list {
                                list.abstract_list = value();
                            }
                        }
                        "lvlOverride" => depth = get("ilvl").parse().unwrap_or(0),
                        "startOverride" => {
                            let list = list.as_ref().and_then(|id| numbering.lists.get_mut(id));
                            if let (Some(list), Ok(start)) = (list, value().parse()) {
                                list.starts.insert(depth, start);
                            }
                        }
                        "lvl" => {
                            depth = get("ilvl").parse().unwrap_or(0);
                            let form = Some(NumberForm::Decimal);
                            let new = Level { start: 1, form, ..Level::default() };
                            level = (!is_empty).then_some(new);
                        }
                        property => {
                            if let Some(level) = &mut level {
                                level.take(property, &value, &|| get("ascii"));
                            }
                        }
                    }
                }
                Event::End(element) => match element.local_name().as_ref() {
                    "lvl" => {
                        if let Some(level) = level.take() {
                            numbering.add(form.as_deref(), list.as_deref(), depth, level);
                        }
                    }
                    "abstractNum" => form = None,
                    "num" => list = None,
                    _ => {}
                },
                _ => {}
            }
            true
        })?;
        Ok(numbering)
    }

    fn add(&mut self, form: Option<&str>, list: Option<&str>, depth: usize, level: Level) {
        if let Some(form) = form {
            self.abstract_lists.entry(form.to_owned()).or_default().insert(depth, level);
        } else if let Some(list) = list.and_then(|list| self.lists.get_mut(list)) {
            list.levels.insert(depth, level);
        }
    }

    /// The abstract list that a list follows.
    fn abstract_list(&self, list: &str) -> Option<&String> {
        let own = &self.lists.get(list)?.abstract_list;
        let linked = self.links.get(own).and_then(|style| self.styled.get(style));
        Some(linked.unwrap_or(own))
    }

    fn level(&self, list: &str, depth: usize) -> Option<&Level> {
        let own = self.lists.get(list)?.levels.get(&depth);
        own.or_else(|| self.abstract_lists.get(self.abstract_list(list)?)?.get(&depth))
    }

    /// The level of a list that belongs to a style.
    pub(super) fn depth_of_style(&self, list: &str, style: &str) -> Option<usize> {
        (0..LEVELS).find(|&depth| {
            self.level(list, depth)
                .is_some_and(|level| !level.style.is_empty() && level.style == style)
        })
    }

    /// The label of the next item of a list: empty for a bullet, `None` if it has none.
    pub(super) fn next_label(&mut self, list: &str, depth: usize) -> Option<String> {
        let depth = depth.min(LEVELS - 1);
        // A list that nobody described has bullets.
        let Some(level) = self.level(list, depth).cloned() else { return Some(String::new()) };
        let key = self.abstract_list(list)?.clone();
        let starts: Vec<u64> =
            (0..LEVELS).map(|at| self.level(list, at).map_or(1, |level| level.start)).collect();
        let restarts: Vec<Option<usize>> =
            (0..LEVELS).map(|at| self.level(list, at).and_then(|level| level.restart)).collect();
        let begins = self.begun.insert((list.to_owned(), depth));
        let own_start = self.lists.get(list)?.starts.get(&depth).copied().filter(|_| begins);
        let counts = self.counts.entry(key).or_default();
        let next = match (own_start, counts[depth]) {
            (Some(start), _) => start,
            (None, Some(last)) => last.saturating_add(1),
            (None, None) => starts[depth],
        };
        counts[depth] = Some(next);
        for at in depth + 1..LEVELS {
            match restarts[at] {
                Some(0) => {}
                Some(after) if after <= depth => {}
                _ => counts[at] = None,
            }
        }
        let counts = *counts;
        let text = level.text.unwrap_or_else(|| format!("%{}.", depth + 1));
        let Some(form) = level.form else {
            let sign = text.chars().next().and_then(|c| pictograph(&level.font, c));
            let is_mark = |c: &char| matches!(c, '✓' | '☐' | '☒' | '✗' | '☑');
            return Some(sign.filter(is_mark).map(String::from).unwrap_or_default());
        };
        if form == NumberForm::Nothing && !text.contains(|c: char| c.is_alphanumeric()) {
            return None;
        }
        let mut label = String::new();
        let mut parts = text.chars().peekable();
        while let Some(c) = parts.next() {
            let digit = parts.peek().and_then(|next| next.to_digit(10)).filter(|_| c == '%');
            let Some(digit) = digit.filter(|digit| *digit > 0) else {
                label.push(c);
                continue;
            };
            parts.next();
            let at = digit as usize - 1;
            let number = counts.get(at).copied().flatten().unwrap_or(starts[at.min(LEVELS - 1)]);
            let form = match self.level(list, at).and_then(|level| level.form) {
                _ if level.is_legal => NumberForm::Decimal,
                Some(form) => form,
                None => NumberForm::Decimal,
            };
            label.push_str(&number_label(number, form));
        }
        let label = crate::text::clean_line(label.trim());
        Some(crate::text::clean_capped(&label, MAX_LABEL_LEN).0)
    }
}

impl Level {
    fn take(&mut self, property: &str, value: &dyn Fn() -> String, font: &dyn Fn() -> String) {
        match property {
            "start" => self.start = value().parse().unwrap_or(1),
            "numFmt" => self.form = NumberForm::of_word(&value()),
            "lvlText" => self.text = Some(value()),
            "rFonts" => self.font = font(),
            "isLgl" => self.is_legal = !matches!(value().as_str(), "0" | "false" | "off"),
            "lvlRestart" => self.restart = value().parse().ok(),
            "pStyle" => self.style = value(),
            _ => {}
        }
    }
}
