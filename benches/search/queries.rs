//! What is asked, by kind. The words are those of the bundled knowledge, which made-up entries
//! share, and rare ones that were made up with them.

use super::pack;

/// Queries that ask the engine for the same sort of work.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) queries: Vec<String>,
    pub(crate) typing: bool,
}

const WRITTEN: &[(&str, &[&str])] = &[
    ("one common word", &["child", "behaviour", "school", "sexual", "parents", "young", "harm"]),
    ("one rare word", &["genogram", "upskirting", "lanyard"]),
    (
        "two words",
        &["safety plan", "school exclusion", "sibling contact", "consent age", "police interview"],
    ),
    (
        "plain language",
        &[
            "what do i tell the parents",
            "who should know about this child",
            "can he stay in school now",
            "is this normal for her age",
            "how do we keep siblings safe",
        ],
    ),
    (
        "phrase",
        &[
            "\"safety plan\"",
            "\"harmful sexual behaviour\"",
            "\"young people\"",
            "\"in the\" school",
        ],
    ),
    ("minus", &["safety plan -school", "child -sexual", "consent -police -parents"]),
    (
        "misspelt",
        &[
            "supervison",
            "assesment of risk",
            "saftey plan",
            "behavoiur at scool",
            "referal pathway",
        ],
    ),
    ("synonym", &["hsb", "nudes", "burnt out", "brother and sister", "mash", "xbox"]),
    ("typing", &["sexual beh", "safety pla", "sch", "co", "what to do if pare"]),
    (
        "filtered",
        &["child kind:guidance", "safety plan nation:Wales", "school age:7 setting:school"],
    ),
];

pub(crate) fn kinds() -> Vec<Kind> {
    let mut kinds: Vec<Kind> = WRITTEN
        .iter()
        .map(|(name, queries)| Kind {
            name,
            queries: queries.iter().map(|query| (*query).to_owned()).collect(),
            typing: *name == "typing",
        })
        .collect();
    for kind in &mut kinds {
        if kind.name == "one rare word" {
            kind.queries.extend([900, 3_000, 9_000].map(pack::rare_word));
        }
    }
    kinds
}
