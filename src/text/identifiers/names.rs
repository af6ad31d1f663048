//! The names a clinic wants to avoid, found as whole words whatever their capitals and accents.

use std::{collections::HashMap, fmt};

use super::{FoundIdentifier, IdentifierKind, TokenisedText};
use crate::text::tokens::{Made, folded, joins, tokens};

/// Names to look for: of the children, their families, school or street. Kept ready, so that they
/// can be looked for while somebody types. A debug print never shows them.
#[derive(Clone, Default)]
pub struct NamesToAvoid {
    /// The words of each name, by its first word.
    by_first: HashMap<String, Vec<Vec<String>>>,
}

impl NamesToAvoid {
    /// Names as people list them, each of one word or more. Blank ones and single letters are left
    /// out: they would be found everywhere.
    pub fn new<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> Self {
        let mut by_first: HashMap<String, Vec<Vec<String>>> = HashMap::new();
        for name in names {
            let name = name.as_ref();
            let words: Vec<String> =
                tokens(name).into_iter().map(|token| folded(token.of(name)).into()).collect();
            if words.iter().map(|word| word.chars().count()).sum::<usize>() < 2 {
                continue;
            }
            if let Some(first) = words.first() {
                let same = by_first.entry(first.clone()).or_default();
                if !same.contains(&words) {
                    same.push(words);
                    // The longest first, so that a surname is part of the whole name.
                    same.sort_by_key(|words| std::cmp::Reverse(words.len()));
                }
            }
        }
        Self { by_first }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_first.is_empty()
    }

    pub(super) fn find(&self, words: &TokenisedText<'_>, out: &mut Vec<FoundIdentifier>) {
        if self.is_empty() {
            return;
        }
        for (at, token) in words.tokens.iter().enumerate() {
            if token.made == Made::Digits {
                continue;
            }
            let Some(names) = self.by_first.get(&*folded(token.of(words.text))) else { continue };
            let fits = |name: &&Vec<String>| {
                name.iter().enumerate().skip(1).all(|(nth, word)| {
                    joins(words.gap(at + nth - 1)) && *folded(words.word(at + nth)) == **word
                })
            };
            if let Some(name) = names.iter().find(fits) {
                let range = words.range(at..at + name.len());
                out.push(FoundIdentifier { range, kind: IdentifierKind::Name });
            }
        }
    }
}

/// How many, and not which.
impl fmt::Debug for NamesToAvoid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: usize = self.by_first.values().map(Vec::len).sum();
        write!(f, "NamesToAvoid({names})")
    }
}
