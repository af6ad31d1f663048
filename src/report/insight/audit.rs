//! The profile of a self-audit: scores by domain, against last time, and of several agencies.
//!
//! Any template whose choices or scales carry scores is an audit; each of its stages that has some
//! is a domain. Scores are about services and never about a child, so they are shown as they are.
//! A question left blank counts as not answered, not as zero.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::clinic::{Item, ItemType, Session, Value};
use crate::text::clean_line;

use super::{figure::day_of, gather::slots};

/// Scores of one domain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Domain {
    /// The stage's id in the template.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Sum of the scores of the questions answered.
    pub sum: f64,
    /// The most that sum could be.
    pub most: f64,
    /// Questions answered with a score.
    pub answered: u32,
    /// Questions asked.
    pub asked: u32,
}

impl Domain {
    /// The mean score, to two decimals; none where nothing was answered.
    pub fn mean(&self) -> Option<f64> {
        (self.answered > 0).then(|| two_decimals(self.sum / f64::from(self.answered)))
    }
}

fn two_decimals(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
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

impl Compared {
    /// Mean score now minus the one last time; none where one of them has none, or where the
    /// domain was asked otherwise.
    pub fn change(&self, domain: &str) -> Option<f64> {
        let (now, before) = (self.now.domain(domain)?, self.before.as_ref()?.domain(domain)?);
        let change = now.mean()? - before.mean()?;
        (now.asked == before.asked).then(|| two_decimals(change))
    }
}

/// One domain across agencies.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Collated {
    /// The domain's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The mean score of each agency, in the order they were given; none where it has none.
    pub means: Vec<Option<f64>>,
}

impl Collated {
    /// Lowest and highest mean of the agencies that have one.
    pub fn range(&self) -> Option<(f64, f64)> {
        let mut all = self.means.iter().flatten().copied();
        let first = all.next()?;
        Some(all.fold((first, first), |(low, high), one| (low.min(one), high.max(one))))
    }

    /// Mean of the agencies' means, each of the same weight, to two decimals.
    pub fn mean(&self) -> Option<f64> {
        let all: Vec<f64> = self.means.iter().flatten().copied().collect();
        (!all.is_empty()).then(|| two_decimals(all.iter().sum::<f64>() / all.len() as f64))
    }
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
        let Some(most) = most(place.item) else { continue };
        let stage = &session.template().stages[place.stage];
        if domains.last().is_none_or(|domain| domain.id != stage.id) {
            domains.push(Domain {
                id: stage.id.clone(),
                title: clean_line(stage.title.show(session.language())),
                sum: 0.0,
                most: 0.0,
                answered: 0,
                asked: 0,
            });
        }
        let Some(domain) = domains.last_mut() else { continue };
        for slot in slots(session, &place) {
            domain.asked += 1;
            if let Some(score) = session.answer(&slot).and_then(|value| score(place.item, value)) {
                domain.sum += score;
                domain.most += most;
                domain.answered += 1;
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

/// The highest score of an item; none for one without scores.
fn most(item: &Item) -> Option<f64> {
    if !matches!(item.kind, ItemType::Choice | ItemType::Scale) {
        return None;
    }
    let scores = item.options.iter().filter_map(|option| option.score);
    let highest = scores.filter(|score| score.is_finite()).reduce(f64::max)?;
    // A scale may name only some of its points.
    let end = (item.kind == ItemType::Scale).then_some(item.max).flatten();
    Some(end.map_or(highest, |end| end.max(highest)))
}

fn score(item: &Item, value: &Value) -> Option<f64> {
    let code = match value {
        Value::Choice(code) => code.clone(),
        Value::Integer(number) => number.to_string(),
        _ => return None,
    };
    match (item.options.iter().find(|option| option.code == code), value) {
        (Some(option), _) => option.score.filter(|score| score.is_finite()),
        (None, Value::Integer(number)) => Some(*number as f64),
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
                    means: same().map(|profile| profile.domain(&domain.id)?.mean()).collect(),
                });
            }
        }
    }
    found
}
