//! The closed lists of words an entry may use about itself. The build script compiles this file too.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A word that is not on its list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownTerm {
    what: &'static str,
    given: String,
    known: String,
}

impl fmt::Display for UnknownTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, given, known } = self;
        write!(f, "`{given}` is not a known {what}: use one of {known}")
    }
}

impl std::error::Error for UnknownTerm {}

/// Whether a typed word is a name: capitals do not matter, and a space may stand for a hyphen.
fn is_name(typed: &str, name: &str) -> bool {
    let plain = |b: u8| if matches!(b, b'_' | b'-') { b' ' } else { b.to_ascii_lowercase() };
    typed.bytes().map(plain).eq(name.bytes().map(plain))
}

/// An enumeration whose values are known by one name each, in files, filters and JSON. Binary
/// formats hold the place of a value in `ALL`.
macro_rules! terms {
    ($(#[$about:meta])* $type:ident, $what:literal: $($(#[$doc:meta])* $variant:ident = $name:literal,)+) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $type {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)+
        }

        impl $type {
            /// Every value, in the order people expect.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The names of all values, in the same order.
            pub const NAMES: &'static [&'static str] = &[$($name,)+];

            /// The name in files, filters and JSON.
            pub fn name(self) -> &'static str {
                Self::NAMES[self as usize]
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }

        impl FromStr for $type {
            type Err = UnknownTerm;

            fn from_str(text: &str) -> Result<Self, UnknownTerm> {
                let given = text.trim();
                let term = Self::ALL.iter().copied().find(|term| is_name(given, term.name()));
                term.ok_or_else(|| UnknownTerm {
                    what: $what,
                    given: crate::text::clean_line(given),
                    known: Self::NAMES.join(", "),
                })
            }
        }
    };
}

terms! {
    /// What sort of entry it is.
    Kind, "kind":
    /// What a body with standing says must or should be done.
    Guidance = "guidance",
    /// What the work rests on.
    Principle = "principle",
    /// Somebody or something to turn to.
    Resource = "resource",
    /// How to do a part of the work.
    Practice = "practice",
    /// What research found.
    Evidence = "evidence",
    /// An instrument or a format.
    Tool = "tool",
    /// A common belief and what is known.
    Myth = "myth",
    /// What words mean.
    Glossary = "glossary",
}

terms! {
    /// Whether an entry is in force.
    Status, "status":
    /// In force.
    Current = "current",
    /// Something newer has taken its place.
    Superseded = "superseded",
    /// Taken back without a successor.
    Withdrawn = "withdrawn",
}

terms! {
    /// Where an entry holds.
    Nation, "nation":
    /// England.
    England = "England",
    /// Wales.
    Wales = "Wales",
    /// Scotland.
    Scotland = "Scotland",
    /// Northern Ireland.
    NorthernIreland = "Northern Ireland",
    /// All four nations.
    Uk = "UK",
    /// Everywhere.
    International = "International",
}

impl Nation {
    /// Whether an entry for `self` holds for somebody in `asked`.
    pub fn covers(self, asked: Self) -> bool {
        self == asked
            || self == Self::International
            || (self == Self::Uk && asked != Self::International)
    }

    /// Whether what holds in these nations holds here.
    pub fn is_among(self, nations: &[Self]) -> bool {
        nations.iter().any(|nation| nation.covers(self))
    }

    /// Returns the names of these nations, and says so if this one is not among them.
    pub fn list_from_here(self, nations: &[Self]) -> String {
        let names: Vec<&str> = nations.iter().map(|nation| nation.name()).collect();
        let names = names.join(", ");
        if self.is_among(nations) { names } else { format!("{names}, not {self}") }
    }
}

terms! {
    /// Where the reader works.
    Setting, "setting":
    /// Every setting.
    Any = "any",
    /// Nurseries and the like.
    EarlyYears = "early-years",
    /// Schools.
    School = "school",
    /// Colleges.
    College = "college",
    /// The family home.
    Home = "home",
    /// Foster and residential care.
    Care = "care",
    /// Health services.
    Health = "health",
    /// Children's social care.
    SocialCare = "social-care",
    /// Youth justice.
    YouthJustice = "youth-justice",
    /// Clubs, sport, faith and neighbourhood.
    Community = "community",
    /// Online.
    Online = "online",
}

impl Setting {
    /// Whether an entry for `self` holds for somebody in `asked`.
    pub fn covers(self, asked: Self) -> bool {
        self == asked || self == Self::Any
    }
}

terms! {
    /// The ages, in years, an entry is about.
    AgeBand, "age":
    /// Every age.
    Any = "any",
    /// Under five.
    To4 = "0-4",
    /// Five to nine.
    To9 = "5-9",
    /// Ten to twelve.
    To12 = "10-12",
    /// Thirteen to seventeen.
    To17 = "13-17",
    /// Grown up.
    Adult = "18+",
}

impl AgeBand {
    /// Whether an entry for `self` holds for a child of age band `asked`.
    pub fn covers(self, asked: Self) -> bool {
        self == asked || self == Self::Any
    }

    /// The band a number of years falls in.
    pub fn of_years(years: u16) -> Self {
        match years {
            0..=4 => Self::To4,
            5..=9 => Self::To9,
            10..=12 => Self::To12,
            13..=17 => Self::To17,
            _ => Self::Adult,
        }
    }
}

terms! {
    /// The part of Hackett's continuum (2010) an entry is about.
    Placement, "place on the continuum":
    /// The whole of it.
    Any = "any",
    /// Typical for the age.
    Typical = "typical",
    /// Inappropriate.
    Inappropriate = "inappropriate",
    /// Problematic.
    Problematic = "problematic",
    /// Abusive.
    Abusive = "abusive",
    /// Violent.
    Violent = "violent",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_whatever_their_capitals() {
        assert_eq!("northern ireland".parse(), Ok(Nation::NorthernIreland));
        assert_eq!("Early Years".parse(), Ok(Setting::EarlyYears));
        assert_eq!("18+".parse(), Ok(AgeBand::Adult));
    }

    #[test]
    fn an_unknown_name_is_told_the_known_ones() {
        let error = "guidence".parse::<Kind>().map_err(|error| error.to_string());
        assert_eq!(
            error,
            Err("`guidence` is not a known kind: use one of guidance, principle, resource, \
                 practice, evidence, tool, myth, glossary"
                .to_owned())
        );
    }

    #[test]
    fn an_entry_for_the_united_kingdom_holds_in_each_nation() {
        assert!(Nation::Uk.covers(Nation::Wales));
        assert!(Nation::International.covers(Nation::Scotland));
        assert!(!Nation::England.covers(Nation::Wales));
        assert!(!Nation::England.covers(Nation::Uk));
        assert_eq!(Nation::Wales.list_from_here(&[Nation::Uk]), "UK");
        let elsewhere = Nation::Wales.list_from_here(&[Nation::England, Nation::Scotland]);
        assert_eq!(elsewhere, "England, Scotland, not Wales");
    }
}
