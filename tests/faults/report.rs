//! What is said at the end: the table, the failures, and the sum as the usual test runner says it.

use std::time::Duration;

use crate::{
    part::{Part, Verdict},
    plan::Plan,
};

/// Failures shown of each part.
const SHOWN: usize = 3;

/// The parts with their results, and how many were left out.
pub(crate) struct Report<'a> {
    pub(crate) rows: Vec<(&'a Part, Verdict)>,
    pub(crate) left_out: usize,
    pub(crate) time: Duration,
}

impl Report<'_> {
    /// Prints everything; answers with whether all that ran went well.
    pub(crate) fn print(&self, plan: &Plan) -> bool {
        self.failures(plan);
        println!();
        line("part", "tried", "result", "longest", "to see it again");
        for (part, verdict) in &self.rows {
            let again = again(part, plan);
            match verdict {
                Verdict::NotRun { why } => {
                    line(part.name, "-", &format!("not run: {why}"), "-", &again);
                }
                Verdict::Ran { tally, failures, .. } => {
                    let result = match failures.len() {
                        0 => "ok".to_owned(),
                        failed => format!("{failed} FAILED"),
                    };
                    let tried = format!("{} {}", tally.tried, part.unit);
                    let longest = match part.timed {
                        "" => "-".to_owned(),
                        what => format!("{what} {}", brief(tally.longest)),
                    };
                    line(part.name, &tried, &result, &longest, &again);
                    for (what, many) in &tally.facts {
                        println!("{:12}   {what}: {many}", "");
                    }
                    for why in &tally.not_run {
                        println!("{:12}   not run: {why}", "");
                    }
                }
            }
        }
        self.sum()
    }

    fn failures(&self, plan: &Plan) {
        for (part, verdict) in &self.rows {
            let Verdict::Ran { failures, .. } = verdict else { continue };
            for failure in failures.iter().take(SHOWN) {
                println!("\n---- {}, case {} ----\n{}", part.name, failure.case, failure.why);
                println!("to see it again: {} --case {}", again(part, plan), failure.case);
            }
        }
    }

    fn sum(&self) -> bool {
        let count = |is: fn(&Verdict) -> bool| self.rows.iter().filter(|(_, one)| is(one)).count();
        let failed =
            count(|one| matches!(one, Verdict::Ran { failures, .. } if !failures.is_empty()));
        let not_run = count(|one| matches!(one, Verdict::NotRun { .. }));
        let passed = self.rows.len() - failed - not_run;
        // What a part that ran had to leave out is ignored too.
        let omitted = self.rows.iter().map(|(_, one)| match one {
            Verdict::Ran { tally, .. } => tally.not_run.len(),
            Verdict::NotRun { .. } => 0,
        });
        let ignored = not_run + omitted.sum::<usize>();
        let word = if failed == 0 { "ok" } else { "FAILED" };
        println!(
            "\ntest result: {word}. {passed} passed; {failed} failed; {ignored} ignored; 0 \
             measured; {} filtered out; finished in {:.2}s\n",
            self.left_out,
            self.time.as_secs_f64()
        );
        failed == 0
    }
}

/// The command that runs this part with the same chance.
fn again(part: &Part, plan: &Plan) -> String {
    let full = if plan.full { " --full" } else { "" };
    let count = plan.count.map_or(String::new(), |count| format!(" --count {count}"));
    format!("--only {}{full}{count} --seed {}", part.name, plan.seed)
}

/// A time in few letters.
pub(crate) fn brief(time: Duration) -> String {
    match time.as_millis() {
        0..=9_999 => format!("{} ms", time.as_millis()),
        _ => format!("{:.1} s", time.as_secs_f64()),
    }
}

fn line(part: &str, tried: &str, result: &str, longest: &str, again: &str) {
    println!("{part:12} {tried:28} {result:12} {longest:30} {again}");
}
