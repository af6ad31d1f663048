//! What is to be run: read from the arguments, those that `cargo test` hands on included.

use std::env;

/// Options of the usual test runner that are followed by a value; none of them matters here.
const WITH_VALUE: [&str; 8] = [
    "--color",
    "--format",
    "--logfile",
    "--report-time",
    "--shuffle-seed",
    "--skip",
    "--test-threads",
    "-Z",
];

/// The short form is the same every time: the suite must not fail by chance. New chances are for the
/// full form.
const SHORT_SEED: u64 = 1;

/// What was asked for.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// As many cases as the figures name, not the few of every day.
    pub(crate) full: bool,
    /// Only say what there is.
    pub(crate) list: bool,
    /// Parts named with `--only`; all of them if none is.
    pub(crate) only: Vec<String>,
    /// A name handed on by `cargo test NAME`: parts that it is no part of are left out.
    pub(crate) filters: Vec<String>,
    /// What chance begins with.
    pub(crate) seed: u64,
    /// One case alone, to see it again.
    pub(crate) case: Option<usize>,
    /// Cases of each part, in place of its own number.
    pub(crate) count: Option<usize>,
}

impl Plan {
    /// Reads the arguments. What it does not know it passes over, as the usual runner's options
    /// come along; a value that is no number ends the run with a sentence.
    pub(crate) fn read() -> Result<Self, String> {
        Self::of(env::args().skip(1))
    }

    fn of(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut plan = Self {
            full: false,
            list: false,
            only: Vec::new(),
            filters: Vec::new(),
            seed: SHORT_SEED,
            case: None,
            count: None,
        };
        let mut seed = None;
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            let mut value = |what: &str| arguments.next().ok_or(format!("{what} needs a value."));
            match argument.as_str() {
                "--full" => plan.full = true,
                "--list" => plan.list = true,
                "--only" => plan.only.push(value("--only")?),
                "--seed" => seed = Some(number(&value("--seed")?)?),
                "--case" => plan.case = Some(number(&value("--case")?)?),
                "--count" => plan.count = Some(number(&value("--count")?)?),
                option if WITH_VALUE.contains(&option) => drop(value(option)?),
                option if option.starts_with('-') => {}
                _ => plan.filters.push(argument),
            }
        }
        let usual = || if plan.full { rand::random() } else { SHORT_SEED };
        plan.seed = seed.unwrap_or_else(usual);
        Ok(plan)
    }

    /// Whether a part is asked for.
    pub(crate) fn wants(&self, name: &str) -> bool {
        let named = self.only.is_empty() || self.only.iter().any(|only| only == name);
        let passes = |filter: &String| format!("faults::{name}").contains(filter.as_str());
        named && (self.filters.is_empty() || self.filters.iter().any(passes))
    }
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("“{text}” is not a number that fits."))
}
