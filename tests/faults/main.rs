//! What happens to notes when things go wrong: kills, power cuts, failing and full disks, damage,
//! hostile text, lost terminals. One part for each promise, with the figures it has to reach.
//!
//! `cargo test --test faults` runs a few cases of each part within a minute;
//! `cargo test --release --test faults -- --full` runs as many as the figures name. With
//! `--only NAME` one part alone, `--seed N` the same chance again, `--case N` one case alone,
//! `--count N` another number of cases, `--list` what there is. A part that cannot run here says
//! “not run” and why, and counts for nothing.

use std::{process::ExitCode, time::Instant};

mod calls;
mod canaries;
mod damage;
mod disk;
mod endings;
mod full_disk;
mod hostile;
mod keys;
mod kill;
mod links;
mod memory;
#[path = "../support/note_head.rs"]
mod note_head;
mod part;
mod plan;
mod power;
mod printing;
mod put_back;
mod report;
mod sizes;
mod stock_age;
#[path = "../support/stock_tool.rs"]
mod stock_tool;
mod strace;
#[path = "../support/mod.rs"]
mod support;
mod sweep;
mod sync;
mod windows;
mod writer;

use part::{Part, Verdict};
use plan::Plan;
use report::{Report, brief};

/// Every part, in the order of the table in which they are told.
const PARTS: [&Part; 17] = [
    &kill::PART,
    &power::PART,
    &calls::PART,
    &sweep::PART,
    &sync::PART,
    &full_disk::PART,
    &damage::PART,
    &put_back::PART,
    &windows::PART,
    &links::PART,
    &canaries::PART,
    &keys::PART,
    &endings::PART,
    &hostile::PART,
    &printing::PART,
    &sizes::PART,
    &stock_age::PART,
];

fn main() -> ExitCode {
    writer::be_one_if_asked();
    sweep::be_one_if_asked();
    sync::be_one_if_asked();
    let plan = match Plan::read() {
        Ok(plan) => plan,
        Err(why) => {
            eprintln!("{why}");
            return ExitCode::from(2);
        }
    };
    if plan.list {
        for part in PARTS {
            let (few, many) = (part.short, part.full);
            println!("{:12} {} ({few} cases, {many} in full)", part.name, part.promise);
        }
        return ExitCode::SUCCESS;
    }
    disk::with_own_mounts();
    let form = if plan.full { "full" } else { "short" };
    println!("\nfaults: the {form} form, seed {}", plan.seed);
    let (begun, mut rows) = (Instant::now(), Vec::new());
    for part in PARTS.iter().filter(|part| plan.wants(part.name)) {
        println!("{}: {}", part.name, part.promise);
        let verdict = part.run(&plan);
        match &verdict {
            Verdict::Ran { failures, time, .. } if failures.is_empty() => {
                println!("  ok, {}", brief(*time));
            }
            Verdict::Ran { time, .. } => println!("  FAILED, {}", brief(*time)),
            Verdict::NotRun { why } => println!("  not run: {why}"),
        }
        rows.push((*part, verdict));
    }
    let left_out = PARTS.len() - rows.len();
    let report = Report { rows, left_out, time: begun.elapsed() };
    if report.print(&plan) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
