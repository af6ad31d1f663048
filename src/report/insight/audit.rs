//! The profile of a self-review: how many answers have each score by domain, against last time, and
//! of several agencies.
//!
//! Any template whose choices or scales carry scores is a self-review; each of its stages that has
//! some is a domain. Scores are about services and never about a child, so they are shown as they
//! are. They are steps in an order and not amounts, so they are counted and never averaged. A question
//! left blank counts as not answered, not as the lowest score.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::clinic::{Item, ItemType, Session, Value};
use crate::text::clean_line;

use super::{figure::day_of, gather::slots};

/// How many answers have one score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoreCount {
    /// The score: its place in the order, lowest first.
    pub score: f64,
    /// The words of the answer.
    pub label: String,
    /// How many answers have it.
    pub count: u32,
}

/// The answers of one domain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Domain {
    /// The stage's id in the template.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The answers that could be given, lowest first. An export of an older version has none.
    #[serde(default)]
    pub scores: Vec<ScoreCount>,
    /// Questions answered with a score.
    pub answered: u32,
    /// Questions asked.
    pub asked: u32,
}

impl Domain {
    /// Adds `count` answers with this score and label; 0 makes a line for an answer nobody gave.
    fn add(&mut self, score: f64, label: &str, count: u32) {
        let same = |one: &&mut ScoreCount| one.score == score && one.label == label;
        match self.scores.iter_mut().find(same) {
            Some(known) => known.count += count,
            None => {
                let at = self.scores.partition_point(|one| one.score <= score);
                let label = label.to_owned();
                self.scores.insert(at, ScoreCount { score, label, count });
            }
        }
        self.answered += count;
    }
}

/// The lowest score that anybody gave in any of these domains, in words, with the domains that have
/// most answers with it, and how many that is.
pub(super) fn lowest(domains: &[Domain]) -> Option<(&str, Vec<&Domain>, u32)> {
    let given = || domains.iter().flat_map(|domain| &domain.scores).filter(|one| one.count > 0);
    let lowest = given().min_by(|one, other| one.score.total_cmp(&other.score))?;
    let count = |domain: &Domain| -> u32 {
        let scores = domain.scores.iter().filter(|one| one.score == lowest.score);
        scores.map(|one| one.count).sum()
    };
    let most = domains.iter().map(count).max()?;
    let found = domains.iter().filter(|domain| count(domain) == most).collect();
    Some((&lowest.label, found, most))
}

/// A sentence that names the areas that have most answers with the lowest score given.
pub fn lowest_areas(domains: &[Domain]) -> String {
    match lowest(domains) {
        None => "Lowest areas: nothing was answered.".to_owned(),
        Some((label, found, count)) => {
            let titles: Vec<&str> = found.iter().map(|one| one.title.as_str()).collect();
            let each = if found.len() > 1 { " each" } else { "" };
            format!("Lowest areas: {} ({label} {count}{each}).", titles.join(", "))
        }
    }
}

/// One audit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// The template's id.
    pub template: String,
    /// The template's version. Scores of different versions may not mean the same.
    pub version: String,
    /// The template's title.
    pub title: String,
    /// The day it was begun.
    pub date: Date,
    /// Its domains, in the order of the template.
    pub domains: Vec<Domain>,
}

impl Profile {
    /// The domain of this id.
    pub fn domain(&self, id: &str) -> Option<&Domain> {
        self.domains.iter().find(|domain| domain.id == id)
    }
}

/// An audit and the one before it with the same template.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// The newest.
    pub now: Profile,
    /// The one before.
    pub before: Option<Profile>,
}

/// One domain across agencies.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Collated {
    /// The domain's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The domain of each agency, in the order they were given; none where it has none.
    pub of_agencies: Vec<Option<Domain>>,
}

/// Audits of several agencies side by side. Only those with the same template belong together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Collation {
    /// The template's id.
    pub template: String,
    /// Its title.
    pub title: String,
    /// The agencies, in the order they were given.
    pub agencies: Vec<Agency>,
    /// The domains.
    pub domains: Vec<Collated>,
}

/// An agency whose audit is collated.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Agency {
    /// The name it was given.
    pub name: String,
    /// The day of its audit.
    pub date: Date,
    /// The version of the questions it answered.
    pub version: String,
}

impl Collation {
    /// Whether they did not all answer the same version: their scores may not mean the same.
    pub fn differ_in_version(&self) -> bool {
        self.agencies.windows(2).any(|pair| pair[0].version != pair[1].version)
    }
}

/// The profile of a note, if its template is an audit.
pub fn profile(session: &Session) -> Option<Profile> {
    let mut domains: Vec<Domain> = Vec::new();
    for place in session.template().items() {
        if !has_scores(place.item) {
            continue;
        }
        let stage = &session.template().stages[place.stage];
        if domains.last().is_none_or(|domain| domain.id != stage.id) {
            domains.push(Domain {
                id: stage.id.clone(),
                title: clean_line(stage.title.show(session.language())),
                scores: Vec::new(),
                answered: 0,
                asked: 0,
            });
        }
        let Some(domain) = domains.last_mut() else { continue };
        for option in &place.item.options {
            if let Some(score) = option.score.filter(|score| score.is_finite()) {
                domain.add(score, &clean_line(option.text.show(session.language())), 0);
            }
        }
        for slot in slots(session, &place) {
            domain.asked += 1;
            if let Some((score, label)) =
                session.answer(&slot).and_then(|value| score(session, place.item, value))
            {
                domain.add(score, &label, 1);
            }
        }
    }
    let about = &session.template().about;
    (!domains.is_empty()).then(|| Profile {
        template: about.id.clone(),
        version: about.version.clone(),
        title: clean_line(about.title.show(session.language())),
        date: day_of(session.started()),
        domains,
    })
}

fn has_scores(item: &Item) -> bool {
    matches!(item.kind, ItemType::Choice | ItemType::Scale)
        && item.options.iter().any(|one| one.score.is_some_and(f64::is_finite))
}

/// The score of an answer and its words.
fn score(session: &Session, item: &Item, value: &Value) -> Option<(f64, String)> {
    let code = match value {
        Value::Choice(code) => code.clone(),
        Value::Integer(number) => number.to_string(),
        _ => return None,
    };
    match (item.options.iter().find(|option| option.code == code), value) {
        (Some(option), _) => {
            let score = option.score.filter(|score| score.is_finite())?;
            Some((score, clean_line(option.text.show(session.language()))))
        }
        // A scale may name only some of its points.
        (None, Value::Integer(number)) => Some((*number as f64, code)),
        _ => None,
    }
}

/// The newest audit of each template with the one before it, by template.
pub fn against_last_time(mut profiles: Vec<Profile>) -> Vec<Compared> {
    profiles.sort_by(|one, other| (&one.template, one.date).cmp(&(&other.template, other.date)));
    let mut found: Vec<Compared> = Vec::new();
    for profile in profiles {
        match found.last_mut().filter(|last| last.now.template == profile.template) {
            Some(last) => last.before = Some(std::mem::replace(&mut last.now, profile)),
            None => found.push(Compared { now: profile, before: None }),
        }
    }
    found
}

/// Audits of several agencies side by side, by template. Domains are those any of them has.
pub fn collate(audits: &[(String, Profile)]) -> Vec<Collation> {
    let mut found: Vec<Collation> = Vec::new();
    for (name, profile) in audits {
        let agency =
            Agency { name: name.clone(), date: profile.date, version: profile.version.clone() };
        match found.iter_mut().find(|known| known.template == profile.template) {
            Some(known) => known.agencies.push(agency),
            None => found.push(Collation {
                template: profile.template.clone(),
                title: profile.title.clone(),
                agencies: vec![agency],
                domains: Vec::new(),
            }),
        }
    }
    for Collation { template, domains, .. } in &mut found {
        let same = || audits.iter().map(|(_, one)| one).filter(|one| one.template == *template);
        for domain in same().flat_map(|profile| &profile.domains) {
            if !domains.iter().any(|known| known.id == domain.id) {
                domains.push(Collated {
                    id: domain.id.clone(),
                    title: domain.title.clone(),
                    of_agencies: same().map(|one| one.domain(&domain.id).cloned()).collect(),
                });
            }
        }
    }
    found
}
