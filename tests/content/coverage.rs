//! Every statement of the founding documents has a home: each row of `knowledge/COVERAGE.md`
//! quotes words that really are in the entry it names.

use caseclinic::knowledge::{Library, sections};

struct Row<'a> {
    line: usize,
    entry: &'a str,
    words: &'a str,
}

fn rows(table: &str) -> Vec<Row<'_>> {
    table
        .lines()
        .enumerate()
        .filter(|(_, line)| line.starts_with("| ") && line.contains("]("))
        .map(|(at, line)| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let [_, _, entry, words] = cells.as_slice() else {
                panic!("line {}: a row has four cells", at + 1)
            };
            let entry = entry.split_once("](").map_or("", |(_, id)| id.trim_end_matches(')'));
            Row { line: at + 1, entry, words }
        })
        .collect()
}

/// Lower case, white space as single spaces.
fn plain(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_statement_of_the_founding_documents_is_where_the_table_says() {
    let library = Library::bundled();
    let rows = rows(include_str!("../../knowledge/COVERAGE.md"));
    assert!(rows.len() > 200, "only {} rows were read", rows.len());
    let mut missing = Vec::new();
    for row in &rows {
        let Some(entry) = library.entry(row.entry) else {
            missing.push(format!("line {}: there is no entry `{}`", row.line, row.entry));
            continue;
        };
        let words = row.words.split_whitespace().count();
        let text: String =
            sections(entry).iter().map(|part| format!("{} {} ", part.heading, part.text)).collect();
        if !(2..=5).contains(&words) || !plain(&text).contains(&plain(row.words)) {
            missing.push(format!("line {}: `{}` is not in `{}`", row.line, row.words, row.entry));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
