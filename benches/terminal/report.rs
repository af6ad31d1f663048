//! What was measured, as lines, and whether every goal was met.

use std::{fmt::Display, time::Duration};

/// Prints lines as they come and remembers whether a goal was missed.
#[derive(Default)]
pub(crate) struct Report {
    missed: usize,
}

impl Report {
    /// A new part begins.
    pub(crate) fn part(&mut self, name: &str) {
        println!("{name}");
    }

    /// A figure without a goal.
    pub(crate) fn fact(&mut self, what: &str, value: impl Display) {
        println!("  {what:<46} {value}");
    }

    /// A figure that has to be within a limit.
    pub(crate) fn goal(&mut self, what: &str, value: impl Display, limit: &str, met: bool) {
        let verdict = if met { "met" } else { "MISSED" };
        println!("  {what:<46} {value}   goal {limit}: {verdict}");
        self.missed += usize::from(!met);
    }

    /// Whether no goal was missed.
    pub(crate) fn all_met(&self) -> bool {
        self.missed == 0
    }
}

/// Measured times, sorted.
pub(crate) struct Times(Vec<Duration>);

impl Times {
    /// Of at least one measurement.
    pub(crate) fn of(mut times: Vec<Duration>) -> anyhow::Result<Self> {
        anyhow::ensure!(!times.is_empty(), "nothing was measured");
        times.sort();
        Ok(Self(times))
    }

    /// The time that this share of the measurements does not exceed (nearest rank).
    pub(crate) fn at(&self, share: f64) -> Duration {
        let rank = (self.0.len() as f64 * share).ceil() as usize;
        self.0[rank.clamp(1, self.0.len()) - 1]
    }

    /// The median.
    pub(crate) fn median(&self) -> Duration {
        self.at(0.5)
    }

    /// How many times as long as the other, by the medians.
    pub(crate) fn ratio_to(&self, other: &Self) -> f64 {
        self.median().as_secs_f64() / other.median().as_secs_f64()
    }
}

impl Display for Times {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        let (half, most, all) = (self.median(), self.at(0.99), self.at(1.0));
        write!(
            f,
            "p50 {:.2} ms, p99 {:.2} ms, longest {:.2} ms, of {}",
            ms(half),
            ms(most),
            ms(all),
            self.0.len()
        )
    }
}
