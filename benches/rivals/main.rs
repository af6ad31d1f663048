//! The measurements of `cargo bench --bench search`, and in the same run the same texts and
//! queries in `SQLite` FTS5 and in tantivy's own query parser.
//!
//! `cargo bench --package caseclinic-search-rivals` measures the bundled entries, and 10,000 and
//! 100,000 sections of made-up ones beside them; `-- 1000000` measures that many. Needs about 5 KB
//! of disk a section.

mod engines;
#[path = "../search/measure.rs"]
mod measure;
#[path = "../search/pack.rs"]
mod pack;
#[path = "../search/queries.rs"]
mod queries;
#[path = "../search/report.rs"]
mod report;

fn main() -> measure::Outcome {
    measure::run(Some(|library, folder| {
        Ok(Box::new(engines::Engines::new(library, folder)?) as Box<dyn measure::Rivals>)
    }))
}
