//! Possible identifiers in what people write: numbers, addresses, names and places that could lead
//! to a child.
//!
//! It points out and never blocks, changes or judges a text, and what it does not find may still
//! identify somebody: say "possible identifiers found", never "anonymised". Ages, case keys,
//! times, years and the dates of meetings are left alone. One pass in linear time, no clock: the
//! day comes in.

mod addresses;
mod codes;
mod dates_of_birth;
mod names;
#[cfg(test)]
mod tests;

pub use names::is_ordinary_word;

use std::{cmp::Reverse, collections::HashMap, fmt, ops::Range};

use jiff::civil::Date;

use super::tokens::{Made, Token, folded, joins, span, tokens};

/// What something that was found may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdentifierKind {
    /// One of the names this clinic wants to avoid.
    Name,
    /// An NHS or CHI number: ten digits whose check digit is right, or that are called one.
    NhsNumber,
    /// A unique pupil number.
    PupilNumber,
    /// A National Insurance number.
    NationalInsurance,
    /// A whole postcode.
    Postcode,
    /// A telephone number that is not a national helpline's.
    Phone,
    /// An e-mail address.
    Email,
    /// A web address other than national guidance.
    WebAddress,
    /// The name somebody has online.
    UserName,
    /// A date that is called one of birth, or that may be a child's.
    DateOfBirth,
    /// A name of somebody.
    PersonName,
    /// A school, club, building or street.
    PlaceName,
    /// Initials, or a title with a letter.
    Initials,
}

impl IdentifierKind {
    /// Shown beside what was found, after "possible".
    pub fn title(self) -> &'static str {
        match self {
            Self::Name => "name to watch for",
            Self::NhsNumber => "NHS number",
            Self::PupilNumber => "pupil number (UPN)",
            Self::NationalInsurance => "National Insurance number",
            Self::Postcode => "postcode",
            Self::Phone => "phone number",
            Self::Email => "email address",
            Self::WebAddress => "web address",
            Self::UserName => "username",
            Self::DateOfBirth => "date of birth",
            Self::PersonName => "name",
            Self::PlaceName => "name of a place",
            Self::Initials => "initials",
        }
    }

    /// What to write instead.
    pub fn instead(self) -> &'static str {
        match self {
            Self::Name => "write the role, such as “Child A” or “the class teacher”",
            Self::NhsNumber | Self::PupilNumber | Self::NationalInsurance => {
                "leave it out: the case key is enough, and the child’s own record has the number"
            }
            Self::Postcode => "write the kind of place, such as “at home” or “a park nearby”",
            Self::PlaceName => "write the kind of place, such as “the school”",
            Self::Phone | Self::Email => "leave it out: keep contact details in the child’s record",
            Self::WebAddress | Self::UserName => {
                "write the kind of service, such as “a picture-sharing app”"
            }
            Self::DateOfBirth => "write the age in years",
            Self::PersonName | Self::Initials => "use a role, such as “Child A” or “a teacher”",
        }
    }
}

/// Something that may identify somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundIdentifier {
    /// Where it stands, in bytes of the text.
    pub range: Range<usize>,
    /// What it may be.
    pub kind: IdentifierKind,
}

/// What may identify somebody in `text`, in order, apart. `today` tells which dates may be a
/// child's date of birth.
pub fn find_identifiers(text: &str, avoid: &NamesToAvoid, today: Date) -> Vec<FoundIdentifier> {
    let words = TokenisedText { text, tokens: tokens(text) };
    let mut all = Vec::new();
    addresses::find(text, &mut all);
    addresses::after_a_service(&words, &mut all);
    codes::find_codes(&words, &mut all);
    codes::find_numbers(&words, &mut all);
    dates_of_birth::find(&words, today, &mut all);
    avoid.find(&words, &mut all);
    // What was looked for first keeps its place.
    all.sort_by_key(|found| found.range.start);
    let mut kept: Vec<FoundIdentifier> = Vec::with_capacity(all.len());
    for found in all {
        match kept.last_mut() {
            Some(last) if found.range.start < last.range.end => {
                // Of two that overlap the longer one says more.
                if found.range.len() > last.range.len() {
                    *last = found;
                }
            }
            _ => kept.push(found),
        }
    }
    // What is known for sure comes before what only looks like a name.
    let mut guesses = Vec::new();
    names::find(&words, &mut guesses);
    guesses.retain(|guess| {
        let next = kept.partition_point(|known| known.range.end <= guess.range.start);
        let Some(known) = kept.get_mut(next).filter(|one| one.range.start < guess.range.end) else {
            return true;
        };
        // A first name that is watched for, and the surname behind it.
        known.range.start = known.range.start.min(guess.range.start);
        known.range.end = known.range.end.max(guess.range.end);
        false
    });
    kept.dedup_by(|later, earlier| {
        let is_inside = later.range.start < earlier.range.end;
        earlier.range.end =
            if is_inside { earlier.range.end.max(later.range.end) } else { earlier.range.end };
        is_inside
    });
    kept.append(&mut guesses);
    kept.sort_by_key(|found| found.range.start);
    kept
}

struct TokenisedText<'a> {
    text: &'a str,
    tokens: Vec<Token>,
}

impl<'a> TokenisedText<'a> {
    fn word(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| token.of(self.text))
    }

    /// What stands between a word and the next.
    fn gap(&self, at: usize) -> &'a str {
        match (self.tokens.get(at), self.tokens.get(at + 1)) {
            (Some(one), Some(next)) => &self.text[one.end..next.start],
            _ => "",
        }
    }

    fn is_number(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.made == Made::Digits)
    }

    fn found(&self, words: Range<usize>, kind: IdentifierKind) -> FoundIdentifier {
        FoundIdentifier { range: span(&self.tokens, words).unwrap_or(0..0), kind }
    }

    /// Whether one of `wanted`, in small letters, is among the `reach` words before `at`, in the
    /// same line.
    fn called(&self, at: usize, reach: usize, wanted: &[&str]) -> bool {
        for before in (at.saturating_sub(reach)..at).rev() {
            if self.gap(before).contains('\n') {
                return false;
            }
            let word = self.word(before);
            if wanted.iter().any(|wanted| word.eq_ignore_ascii_case(wanted)) {
                return true;
            }
        }
        false
    }
}

/// The names that a clinic wants to avoid, found as whole words whatever their capitals and accents:
/// of the children, their families, school or street. Kept ready, so that they
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
                    same.sort_by_key(|words| Reverse(words.len()));
                }
            }
        }
        Self { by_first }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_first.is_empty()
    }

    fn find(&self, words: &TokenisedText<'_>, out: &mut Vec<FoundIdentifier>) {
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
                out.push(words.found(at..at + name.len(), IdentifierKind::Name));
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
