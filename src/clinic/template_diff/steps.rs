//! Whether a `[[migrate]]` says true things of the version it moves from.

use super::{Template, steps};
use crate::text::toml_file::nearest_name;
use crate::text::{Problem, Severity};

/// Names in the new version's `[[migrate]]` that the old one does not know.
pub(super) fn check(name: &str, old: &Template, new: &Template) -> Vec<Problem> {
    let steps = steps(old, new);
    let items = old.items();
    let ids = || items.iter().map(|place| place.item.id.as_str());
    let say = |what: &str, known: Vec<&str>, missing: &str| {
        let message = format!(
            "`[[migrate]]` from {} uses the {what} “{missing}”, which that version does not have.",
            old.about.version
        );
        let advice = nearest_name(missing, known).map_or_else(
            || "Remove it, or use one that version has.".to_owned(),
            |near| format!("Did you mean “{near}”?"),
        );
        Problem::of_file(name, Severity::Error, "wrong-migration", message, advice)
    };
    let mut problems = Vec::new();
    for id in steps.rename.keys().chain(&steps.drop).filter(|id| old.item(id).is_none()) {
        problems.push(say("item", ids().collect(), id));
    }
    let mut targets: Vec<&String> = steps.rename.values().collect();
    targets.sort();
    for pair in targets.windows(2).filter(|pair| pair[0] == pair[1]) {
        let message = format!("`[[migrate]]` gives “{}” the answers of two items.", pair[0]);
        let advice = "Rename one of them, and drop or keep the other.";
        problems.push(Problem::of_file(name, Severity::Error, "wrong-migration", message, advice));
    }
    for id in steps.rename.keys().filter(|id| steps.drop.contains(id)) {
        let message = format!("`[[migrate]]` both renames and drops “{id}”.");
        let advice = "Keep one of the two.";
        problems.push(Problem::of_file(name, Severity::Error, "wrong-migration", message, advice));
    }
    for (id, codes) in &steps.recode {
        let was = steps.rename.iter().find(|(_, new)| *new == id).map_or(id, |(old, _)| old);
        let Some(place) = old.item(was) else {
            problems.push(say("item", ids().collect(), was));
            continue;
        };
        let options = place.item.options.iter().chain(&place.item.domains);
        let known: Vec<&str> = options.map(|option| option.code.as_str()).collect();
        for code in codes.keys().filter(|code| !known.contains(&code.as_str())) {
            problems.push(say(&format!("code of “{was}”"), known.clone(), code));
        }
    }
    problems
}
