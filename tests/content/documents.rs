//! Whether documents are read faithfully, measured against what their readers see.
//!
//! Each file in `tests/fixtures/documents` has a `.truth` beside it, written by hand before looking
//! at what the program makes of it: title (T), headings (H), items with their labels (L), cells with
//! the heads of their row and column (C), notes with the words before them (N), other words (P), and
//! what must not be there (X). A `.docx.parts` holds the parts of a DOCX file as text. The floors
//! stand just under what has been reached.

use std::{
    collections::HashMap,
    fs,
    io::{Cursor, Write},
    path::Path,
};

use caseclinic::knowledge::{
    Block, Document, Entry, PackDefaults, Span, build_pack, document, plain_text,
};
use zip::{ZipWriter, write::SimpleFileOptions};

const MIN_WORD_RECALL: f64 = 0.99;
const MIN_STRUCTURE: f64 = 0.99;

/// A DOCX file of parts written one below the other.
fn archive(parts: &str) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for part in parts.split("=== ").skip(1) {
        let (name, text) = part.split_once('\n').expect("a name and a text");
        writer.start_file(name, SimpleFileOptions::default()).expect("a part");
        writer.write_all(text.trim_end().as_bytes()).expect("in memory");
    }
    writer.finish().expect("an archive").into_inner()
}

/// PDF files are read by the program that is tested.
fn defaults() -> PackDefaults<'static> {
    PackDefaults {
        program: Some(Path::new(env!("CARGO_BIN_EXE_caseclinic"))),
        ..PackDefaults::default()
    }
}

/// The entry that a document becomes.
fn entry_of(path: &Path) -> Result<Entry, String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let name = path.file_name().expect("a name").to_string_lossy().replace(".parts", "");
    let bytes = if path.extension().is_some_and(|ending| ending == "parts") {
        archive(&fs::read_to_string(path).expect("the parts"))
    } else {
        fs::read(path).expect("the document")
    };
    let copy = folder.path().join(name);
    fs::write(&copy, bytes).expect("a copy");
    let today = "2026-11-21".parse().expect("a date");
    let built = build_pack(&copy, defaults(), today);
    let built = built.map_err(|problems| format!("{}: {problems:?}", path.display()))?;
    let (name, text) =
        built.files.iter().find(|(name, _)| name.ends_with(".md")).expect("an entry");
    let (entry, problems) = Entry::read(name, text);
    entry.ok_or_else(|| format!("{}: {problems:?}", path.display()))
}

fn words(text: &str) -> Vec<String> {
    let apart = |c: char| !(c.is_alphanumeric() || matches!(c, '☐' | '☒' | '✓'));
    text.split(apart).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// What a reader sees of a document.
#[derive(Default)]
struct Seen {
    headings: Vec<String>,
    items: Vec<(String, String)>,
    cells: Vec<(String, String, String)>,
    text: String,
}

impl Seen {
    fn of(document: &Document) -> Self {
        let mut seen = Self::default();
        let cell = |row: &[Vec<Span>], at: usize| {
            row.get(at).map(|spans| plain_text(spans).trim().to_owned()).unwrap_or_default()
        };
        for block in &document.blocks {
            match block {
                Block::Heading { spans, .. } => seen.headings.push(plain_text(spans)),
                Block::ListItem { marker, spans, .. } => {
                    seen.items.push((marker.clone(), plain_text(spans)));
                    seen.add(&format!("{marker} {}", plain_text(spans)));
                }
                Block::Paragraph { spans } | Block::Quote { spans } => seen.add(&plain_text(spans)),
                Block::Code { lines, .. } => seen.add(&lines.join("\n")),
                Block::Table { head, rows } => {
                    for at in 0..head.len() {
                        seen.add(&cell(head, at));
                    }
                    for row in rows {
                        for at in 0..row.len() {
                            seen.cells.push((cell(row, 0), cell(head, at), cell(row, at)));
                            seen.add(&cell(row, at));
                        }
                    }
                }
            }
        }
        for heading in &seen.headings {
            seen.text.push_str(heading);
            seen.text.push('\n');
        }
        seen
    }

    fn add(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// Whether a line of the truth holds.
    fn holds(&self, entry: &Entry, line: &[&str]) -> bool {
        match *line {
            ["T", title] => entry.title == title,
            ["H", heading] => self.headings.iter().any(|seen| seen == heading),
            ["L", label, text] => {
                self.items.iter().any(|(marker, words)| marker == label && words.trim() == text)
            }
            ["C", row, column, text] => {
                self.cells.iter().any(|seen| (&*seen.0, &*seen.1, &*seen.2) == (row, column, text))
            }
            ["N", before, note] => self.text.lines().any(|line| {
                line.find(before).is_some_and(|at| {
                    let behind = &line[at + before.len()..];
                    behind.trim_start().starts_with('[') && behind.contains(note)
                })
            }),
            ["P", text] => self.text.contains(text),
            ["X", text] => !self.text.contains(text) && !entry.summary.contains(text),
            _ => panic!("no line of a truth: {line:?}"),
        }
    }
}

#[test]
fn documents_keep_their_words_and_their_structure() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/documents");
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("the documents").flatten().map(|item| item.path()).collect();
    paths.sort();
    let (mut holding, mut lines, mut found, mut wanted) = (0, 0, 0, 0);
    let mut failed = Vec::new();
    for path in paths.iter().filter(|path| path.extension().is_none_or(|end| end != "truth")) {
        let stem = path.to_string_lossy().replace(".parts", "");
        let truth = Path::new(&stem).with_extension("truth");
        let truth = fs::read_to_string(&truth).expect("the truth beside it");
        let entry = entry_of(path);
        let seen = entry.as_ref().map(|entry| Seen::of(&document(entry))).unwrap_or_default();
        let mut left: HashMap<String, usize> = HashMap::new();
        let title = entry.as_ref().map(|entry| entry.title.clone()).unwrap_or_default();
        for word in words(&title).into_iter().chain(words(&seen.text)) {
            *left.entry(word).or_default() += 1;
        }
        for line in truth.lines().map(|line| line.split('\t').collect::<Vec<_>>()) {
            lines += 1;
            if entry.as_ref().is_ok_and(|entry| seen.holds(entry, &line)) {
                holding += 1;
            } else {
                let text = entry.as_ref().map(|entry| &*entry.body).map_err(|error| &**error);
                failed.push(format!("{}: {line:?} in\n{text:?}", path.display()));
            }
            if line[0] == "X" {
                continue;
            }
            for word in words(line.last().expect("words")) {
                wanted += 1;
                found += usize::from(left.get(&word).is_some_and(|count| *count > 0));
                left.entry(word).and_modify(|count| *count = count.saturating_sub(1));
            }
        }
    }
    let (recall, structure) =
        (f64::from(found as u32) / f64::from(wanted as u32), f64::from(holding) / f64::from(lines));
    println!("word recall {recall:.4} of {wanted}, structure {structure:.4} of {lines}");
    failed.iter().for_each(|line| println!("{line}"));
    assert!(wanted > 300 && lines > 150, "there is little to measure");
    assert!(
        recall >= MIN_WORD_RECALL && structure >= MIN_STRUCTURE,
        "word recall {recall:.4}, structure {structure:.4}:\n{}",
        failed.join("\n")
    );
}

/// Builds the pack of one document and returns how long it took and what came of it.
fn time_of(name: &str, bytes: &[u8]) -> (std::time::Duration, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join(name), bytes).expect("written");
    let today = "2026-11-21".parse().expect("a date");
    let begin = std::time::Instant::now();
    let built = build_pack(&folder.path().join(name), defaults(), today);
    let said = match built {
        Ok(built) => format!("{} files {:?}", built.files.len(), built.problems),
        Err(problems) => format!("{problems:?}"),
    };
    (begin.elapsed(), said)
}

#[test]
fn huge_documents_are_read_or_refused_without_delay() {
    let paragraph = "<w:p><w:r><w:t>Words of a page that goes on and on.</w:t></w:r></w:p>";
    let pages = paragraph.repeat(12 * 5000);
    let long = archive(&format!("=== word/document.xml\n<w:document>{pages}</w:document>"));
    let cells = "<td colspan=1000 rowspan=1000>word</td>".repeat(1000);
    let wide = format!(
        "<table>{}</table>",
        format!("<tr>{}</tr>", "<td>cell</td>".repeat(1000)).repeat(40)
    );
    let bomb = format!("<table>{}</table>", format!("<tr>{cells}</tr>").repeat(100));
    let marks = "<p>x<sup><a href='#fn1'>1</a></sup></p>".repeat(20_000);
    let notes = format!("{marks}<p id=fn1>{}</p>", "note ".repeat(100_000));
    for (name, bytes, expected) in [
        ("long.docx", long, "longer than 1 MiB"),
        ("wide.html", wide.into_bytes(), "2 files []"),
        ("bomb.html", bomb.into_bytes(), ""),
        ("notes.html", notes.into_bytes(), "2 files"),
        ("nested.html", "<ol><li><table><tr><td>x".repeat(50_000).into_bytes(), ""),
        ("quotes.md", "> ".repeat(100_000).into_bytes(), ""),
        ("stars.md", "**a ".repeat(50_000).into_bytes(), ""),
        ("rows.html", format!("<table>{}", "<tr><td>".repeat(1_000_000)).into_bytes(), ""),
    ] {
        let (time, said) = time_of(name, &bytes);
        println!("{name}: {time:?}");
        assert!(said.contains(expected), "{name}: {said:.300}");
        // An ordinary build on a computer that does other things is slower by far.
        assert!(time.as_secs() < 20, "{name}: {time:?}");
    }
}
