//! How long reading the library, building, opening and renewing its index take, and how long
//! queries take, by kind.
//!
//! `cargo bench --bench search` measures the bundled entries, and 10,000 and 100,000 sections of
//! made-up ones beside them; `-- 1000000` measures that many. Needs about 3 KB of disk a section.
//! `cargo bench --package caseclinic-search-rivals` measures the same beside `SQLite` FTS5 and stock
//! tantivy.

mod measure;
mod pack;
mod queries;
mod report;

fn main() -> measure::Outcome {
    measure::run(None)
}
