//! The same sections in `SQLite` FTS5 and in a stock tantivy index, asked as their manuals say.
//!
//! Both answer with twenty sections and snippets; neither corrects, expands, groups by entry or
//! counts filters. Any of the words may be there, as with ours. FTS5 stems (porter), weighs fields
//! as ours does, and has prefix indexes; tantivy's own analyser does not stem.

use std::{error::Error, path::Path};

use caseclinic::knowledge::{Library, sections};
use rusqlite::Connection;
use tantivy::{
    Index, IndexReader, TantivyDocument,
    collector::TopDocs,
    query::QueryParser,
    schema::{Field, STORED, Schema, TEXT},
    snippet::SnippetGenerator,
};

use crate::measure::Rivals;

const FIELDS: [&str; 5] = ["title", "aliases", "summary", "heading", "body"];
const BOOST: [f32; 5] = [6.0, 4.0, 2.0, 1.5, 0.5];

pub(crate) struct Engines {
    sqlite: Connection,
    parser: QueryParser,
    reader: IndexReader,
    body: Field,
}

impl Engines {
    pub(crate) fn new(library: &Library, folder: &Path) -> Result<Self, Box<dyn Error>> {
        let started = std::time::Instant::now();
        let sqlite = Connection::open(folder.join("fts5.sqlite"))?;
        sqlite.execute_batch(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000;
             PRAGMA mmap_size = 4000000000;
             CREATE VIRTUAL TABLE section USING fts5(title, aliases, summary, heading, body,
                 tokenize = 'porter unicode61', prefix = '2 3');
             INSERT INTO section(section, rank) VALUES('rank', 'bm25(6.0, 4.0, 2.0, 1.5, 0.5)');
             BEGIN",
        )?;
        let mut schema = Schema::builder();
        let fields = FIELDS.map(|name| schema.add_text_field(name, TEXT | STORED));
        let home = folder.join("tantivy");
        std::fs::create_dir(&home)?;
        let index = Index::create_in_dir(&home, schema.build())?;
        let mut writer = index.writer_with_num_threads::<TantivyDocument>(1, 200_000_000)?;
        {
            let sql = "INSERT INTO section VALUES (?, ?, ?, ?, ?)";
            let mut insert = sqlite.prepare(sql)?;
            for entry in library.entries() {
                for (at, section) in sections(entry).into_iter().enumerate() {
                    let mut row = [const { String::new() }; 5];
                    if at == 0 {
                        row[0].clone_from(&entry.title);
                        row[1] = entry.aliases.join(" ");
                        row[2].clone_from(&entry.summary);
                    } else {
                        row[3] = section.heading;
                    }
                    row[4] = section.text;
                    insert.execute(rusqlite::params_from_iter(&row))?;
                    let mut document = TantivyDocument::new();
                    fields
                        .iter()
                        .zip(row)
                        .for_each(|(field, text)| document.add_text(*field, text));
                    writer.add_document(document)?;
                }
            }
        }
        sqlite.execute_batch("COMMIT; INSERT INTO section(section) VALUES('optimize')")?;
        writer.commit()?;
        writer.wait_merging_threads()?;
        let mut parser = QueryParser::for_index(&index, fields.to_vec());
        fields.iter().zip(BOOST).for_each(|(field, boost)| parser.set_field_boost(*field, boost));
        println!("rivals built in {:.1?}", started.elapsed());
        Ok(Self { sqlite, parser, reader: index.reader()?, body: fields[4] })
    }
}

impl Rivals for Engines {
    fn sqlite(&self, query: &str, typing: bool) -> usize {
        let found = || -> rusqlite::Result<usize> {
            let mut select = self.sqlite.prepare_cached(
                "SELECT rowid, title, rank, snippet(section, 4, '[', ']', '…', 30)
                 FROM section WHERE section MATCH ? ORDER BY rank LIMIT 20",
            )?;
            let mut rows = select.query([in_sqlite(query, typing)])?;
            let mut count = 0;
            while let Some(row) = rows.next()? {
                std::hint::black_box(row.get::<_, String>(3)?);
                count += 1;
            }
            Ok(count)
        };
        found().unwrap_or_default()
    }

    fn tantivy(&self, query: &str) -> usize {
        let found = || -> tantivy::Result<usize> {
            let searcher = self.reader.searcher();
            let (query, _) = self.parser.parse_query_lenient(&without_filters(query));
            let top = searcher.search(&query, &TopDocs::with_limit(20).order_by_score())?;
            let snippets = SnippetGenerator::create(&searcher, &query, self.body)?;
            for (_, place) in &top {
                let document: TantivyDocument = searcher.doc(*place)?;
                std::hint::black_box(snippets.snippet_from_doc(&document));
            }
            Ok(top.len())
        };
        found().unwrap_or_default()
    }
}

fn without_filters(query: &str) -> String {
    query.split(' ').filter(|word| !word.contains(':')).collect::<Vec<_>>().join(" ")
}

/// The query in the grammar of FTS5: any of the words, all phrases, none of the excluded.
fn in_sqlite(query: &str, typing: bool) -> String {
    let query = without_filters(query);
    let (mut any, mut all, mut none) = (Vec::new(), Vec::new(), Vec::new());
    for (at, part) in query.split('"').enumerate() {
        if at % 2 == 1 {
            all.push(format!("\"{part}\""));
            continue;
        }
        for word in part.split_whitespace() {
            match word.strip_prefix('-') {
                Some(word) => none.push(format!("\"{word}\"")),
                None => any.push(format!("\"{word}\"")),
            }
        }
    }
    // The last word may be unfinished.
    any.last_mut().filter(|_| typing).into_iter().for_each(|word| word.push('*'));
    let mut text =
        if all.is_empty() { format!("({})", any.join(" OR ")) } else { all.join(" AND ") };
    none.iter().for_each(|word| text = format!("{text} NOT {word}"));
    text
}
