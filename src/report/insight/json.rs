//! Figures as JSON, and audits read back from it.

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::text::clean_line;

use super::{Collation, Compared, Count, Domain, Figure, Insight, Profile};

/// The largest export that is read.
const MAX_EXPORT_BYTES: usize = 4 * 1024 * 1024;

/// Why a text cannot be read as an export of figures.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BrokenExport {
    /// Not what `insight --json` writes.
    #[error(
        "this file is not an export of figures ({0}); create one with `caseclinic insight --json`"
    )]
    Unreadable(String),
    /// Written by a later version.
    #[error(
        "this export was made by a newer version of caseclinic (format {0}); update caseclinic"
    )]
    Newer(u64),
    /// Without audits.
    #[error("this export has no audit in it; complete an audit and export again")]
    NoAudit,
}

/// Everything, as the document that `insight --json` prints.
pub fn json(insight: &Insight) -> Value {
    json!({
        "schema": 1,
        "period": {
            "from": insight.period.from.map(|date| date.to_string()),
            "to": insight.period.to.map(|date| date.to_string()),
        },
        "smallest_shown": super::MIN_SHOWN,
        "notes": number(insight.notes),
        "figures": insight.figures.iter().map(figure).collect::<Vec<_>>(),
        "audits": insight.audits.iter().map(audit).collect::<Vec<_>>(),
    })
}

fn number(count: Count) -> Value {
    json!({ "count": count.shown(), "hidden": count == Count::Hidden })
}

fn figure(figure: &Figure) -> Value {
    let rows: Vec<Value> = figure
        .rows
        .iter()
        .map(|row| {
            json!({
                "code": row.code,
                "label": row.label,
                "count": row.count.shown(),
                "hidden": row.count == Count::Hidden,
            })
        })
        .collect();
    json!({
        "id": figure.about.id,
        "title": figure.about.title,
        "counts": figure.about.unit.title(),
        "total": number(figure.total),
        "rows": rows,
        "mean": figure.mean,
        "says": figure.about.says,
        "cannot_say": figure.about.cannot_say,
    })
}

fn audit(compared: &Compared) -> Value {
    json!({
        "now": profile(&compared.now),
        "before": compared.before.as_ref().map(profile),
    })
}

fn profile(profile: &Profile) -> Value {
    let domains: Vec<Value> = profile
        .domains
        .iter()
        .map(|domain| {
            json!({
                "id": domain.id,
                "title": domain.title,
                "sum": domain.sum,
                "most": domain.most,
                "answered": domain.answered,
                "asked": domain.asked,
                "mean": domain.mean(),
            })
        })
        .collect();
    json!({
        "template": profile.template,
        "version": profile.version,
        "title": profile.title,
        "date": profile.date.to_string(),
        "domains": domains,
    })
}

/// Audits of several agencies.
pub fn collation_json(collations: &[Collation]) -> Value {
    let all: Vec<Value> = collations
        .iter()
        .map(|collation| {
            let agencies: Vec<Value> = collation
                .agencies
                .iter()
                .zip(&collation.versions)
                .map(|((name, date), version)| {
                    json!({ "name": name, "date": date.to_string(), "version": version })
                })
                .collect();
            let domains: Vec<Value> = collation
                .domains
                .iter()
                .map(|domain| {
                    let range = domain.range();
                    json!({
                        "id": domain.id,
                        "title": domain.title,
                        "means": domain.means,
                        "mean": domain.mean(),
                        "lowest": range.map(|range| range.0),
                        "highest": range.map(|range| range.1),
                    })
                })
                .collect();
            json!({
                "template": collation.template,
                "title": collation.title,
                "agencies": agencies,
                "domains": domains,
            })
        })
        .collect();
    json!({ "schema": 1, "collations": all })
}

#[derive(Deserialize)]
struct Export {
    schema: u64,
    #[serde(default)]
    audits: Vec<Exported>,
}

#[derive(Deserialize)]
struct Exported {
    now: Profile,
}

/// The newest audit of each template in an export. Text from outside is cleaned; numbers that make
/// no sense are refused.
pub fn audits_from_json(text: &str) -> Result<Vec<Profile>, BrokenExport> {
    let unreadable = |why: String| BrokenExport::Unreadable(clean_line(&why));
    if text.len() > MAX_EXPORT_BYTES {
        return Err(unreadable("it is larger than 4 MiB".to_owned()));
    }
    let export: Export = match serde_json::from_str(text) {
        Ok(export) => export,
        Err(error) => {
            // A later format fails on what it changed; its number says so more plainly.
            let value: Option<Value> = serde_json::from_str(text).ok();
            let schema = value.and_then(|value| value.get("schema").and_then(Value::as_u64));
            return Err(match schema {
                Some(schema) if schema > 1 => BrokenExport::Newer(schema),
                _ => unreadable(error.to_string()),
            });
        }
    };
    if export.schema != 1 {
        return Err(BrokenExport::Newer(export.schema));
    }
    if export.audits.is_empty() {
        return Err(BrokenExport::NoAudit);
    }
    export.audits.into_iter().map(|one| checked(one.now)).collect()
}

fn checked(profile: Profile) -> Result<Profile, BrokenExport> {
    let line = |text: &str| crate::text::shorten(&clean_line(text), 200);
    let sound = |domain: &Domain| {
        let numbers = [domain.sum, domain.most];
        numbers.iter().all(|number| number.is_finite()) && domain.answered <= domain.asked
    };
    if profile.date < Date::constant(2000, 1, 1) || !profile.domains.iter().all(sound) {
        return Err(BrokenExport::Unreadable("its numbers make no sense".to_owned()));
    }
    Ok(Profile {
        template: line(&profile.template),
        version: line(&profile.version),
        title: line(&profile.title),
        date: profile.date,
        domains: profile
            .domains
            .into_iter()
            .map(|domain| Domain { id: line(&domain.id), title: line(&domain.title), ..domain })
            .collect(),
    })
}
