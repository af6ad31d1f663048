//! Figures as JSON, and audits read back from it.

use std::collections::HashSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize, Serializer, ser::SerializeStruct};
use serde_json::{Value, json};

use crate::text::{clean_line, shorten, show_date};

use super::{Collation, Compared, Count, Domain, Insight, MIN_SHOWN, Profile};

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
    /// With two audits of one template, of which only the newest belongs there.
    #[error("this export has two audits of “{0}”; create one with `caseclinic insight --json`")]
    Twice(String),
    /// With an audit of a day that has not come.
    #[error("its audit is dated {}, a day that has not come; ask the agency to export again", show_date(*.0))]
    Future(Date),
    /// Without audits.
    #[error("this export has no audit in it; complete an audit and export again")]
    NoAudit,
}

/// Everything, as the document that `insight --json` prints.
pub fn json(insight: &Insight) -> Value {
    json!({
        "schema": 1,
        "period": insight.period,
        "smallest_shown": MIN_SHOWN,
        "notes": insight.notes,
        "figures": insight.figures,
        "audits": insight.audits.iter().map(audit).collect::<Vec<_>>(),
    })
}

/// A number as it is shown, and whether it is hidden.
impl Serialize for Count {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Count", 2)?;
        fields.serialize_field("count", &self.shown())?;
        fields.serialize_field("hidden", &(*self == Self::Hidden))?;
        fields.end()
    }
}

fn audit(compared: &Compared) -> Value {
    json!({ "now": compared.now, "before": compared.before })
}

/// Audits of several agencies.
pub fn collation_json(collations: &[Collation]) -> Value {
    json!({ "schema": 1, "collations": collations })
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

/// The newest audit of each template in an export, read on the day `today`. Text from outside is
/// cleaned; numbers that make no sense are refused, and so is what no export has: a template or a
/// domain twice, or a day to come.
pub fn audits_from_json(text: &str, today: Date) -> Result<Vec<Profile>, BrokenExport> {
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
    let audits = export.audits.into_iter().map(|one| checked(one.now));
    let audits: Vec<Profile> = audits.collect::<Result<_, _>>()?;
    for (at, one) in audits.iter().enumerate() {
        if audits[..at].iter().any(|other| other.template == one.template) {
            return Err(BrokenExport::Twice(one.title.clone()));
        }
        // The agency may be in a time zone where tomorrow has begun.
        if one.date > today.tomorrow().unwrap_or(today) {
            return Err(BrokenExport::Future(one.date));
        }
    }
    Ok(audits)
}

fn checked(mut profile: Profile) -> Result<Profile, BrokenExport> {
    let sound = |domain: &Domain| {
        let counted = domain.scores.iter().map(|one| u64::from(one.count)).sum::<u64>();
        let counted = domain.scores.is_empty() || counted == u64::from(domain.answered);
        counted && domain.answered <= domain.asked
    };
    if profile.date < Date::constant(2000, 1, 1) || !profile.domains.iter().all(sound) {
        return Err(BrokenExport::Unreadable("its numbers make no sense".to_owned()));
    }
    let mut ids = HashSet::new();
    if let Some(twice) = profile.domains.iter().find(|domain| !ids.insert(&domain.id)) {
        let why = format!("it has the area “{}” twice", clean_line(&twice.id));
        return Err(BrokenExport::Unreadable(why));
    }
    let names = profile.domains.iter_mut().flat_map(|domain| {
        let labels = domain.scores.iter_mut().map(|one| &mut one.label);
        [&mut domain.id, &mut domain.title].into_iter().chain(labels)
    });
    let about = [&mut profile.template, &mut profile.version, &mut profile.title];
    for text in about.into_iter().chain(names) {
        *text = shorten(&clean_line(text), 200);
    }
    Ok(profile)
}
