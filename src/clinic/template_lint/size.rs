//! How much a template may hold. What nobody could ask in a meeting is refused in one sentence,
//! before any rule looks at each item beside all others.

use crate::clinic::template::{Item, Template};
use crate::text::Problem;
use crate::text::toml_file::{PathStep, TomlFile};

const MAX_ROLES: usize = 40;
const MAX_STAGES: usize = 60;
const MAX_ITEMS: usize = 1000;
const MAX_OPTIONS: usize = 200;
const MAX_CONDITIONS: usize = 40;
/// Groups inside groups.
const MAX_GROUP_DEPTH: usize = 8;

pub(super) fn check(source: &TomlFile<'_>, template: &Template, problems: &mut Vec<Problem>) {
    let mut say = |path: &[PathStep<'_>], what: &str, count: usize, most: usize| {
        problems.push(source.file.error(
            "too-large",
            source.span(path),
            format!("There are {count} {what}. The most a template can have is {most}."),
            "Remove some, or split this into two templates.",
        ));
    };
    if template.roles.len() > MAX_ROLES {
        let way = [PathStep::Key("role"), PathStep::At(MAX_ROLES)];
        say(&way, "roles", template.roles.len(), MAX_ROLES);
    }
    if template.stages.len() > MAX_STAGES {
        let way = [PathStep::Key("stage"), PathStep::At(MAX_STAGES)];
        say(&way, "stages", template.stages.len(), MAX_STAGES);
    }
    let places = template.items();
    if let Some(place) = places.get(MAX_ITEMS) {
        let way = [PathStep::Key("stage"), PathStep::At(place.stage)];
        say(&way, "items", places.len(), MAX_ITEMS);
    }
    for place in places.iter().take(MAX_ITEMS) {
        let (item, way) = (place.item, [PathStep::Key("stage"), PathStep::At(place.stage)]);
        let what = format!("options of “{}”", item.id);
        let options = item.options.len().max(item.domains.len());
        if options > MAX_OPTIONS {
            say(&way, &what, options, MAX_OPTIONS);
        }
        let rules = item.enable_when.len().max(item.constraint.len());
        if rules > MAX_CONDITIONS {
            say(&way, &format!("conditions of “{}”", item.id), rules, MAX_CONDITIONS);
        }
    }
    for (at, stage) in template.stages.iter().enumerate() {
        let depth = depth(&stage.items);
        if depth > MAX_GROUP_DEPTH {
            say(
                &[PathStep::Key("stage"), PathStep::At(at)],
                "levels of groups",
                depth,
                MAX_GROUP_DEPTH,
            );
        }
    }
}

fn depth(items: &[Item]) -> usize {
    items.iter().map(|item| 1 + depth(&item.items)).max().unwrap_or(0)
}
