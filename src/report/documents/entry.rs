//! An entry of the knowledge base as a document: whom to call, the text, the sources.

use crate::{
    clinic::Language,
    knowledge::{Block, Document, Entry, Nation, Span, Status, document},
    report::document::{
        BlockList, ReportBlock, ReportDocument, RunStyle, TextRun, line, plain, strong,
    },
};

/// Returns an entry as a document. The emergency line of `home` comes first.
pub fn entry_document(entry: &Entry, home: Nation) -> ReportDocument {
    let text = document(entry);
    let mut blocks = BlockList::default();
    blocks.heading(1, &entry.title);
    for (at, urgent) in entry.urgent_lines(home).iter().enumerate() {
        let style = if at == 0 { RunStyle::Strong } else { RunStyle::Plain };
        blocks.paragraph([TextRun { text: line(urgent), style }]);
    }
    let nations: Vec<&str> = entry.nations.iter().map(|nation| nation.name()).collect();
    let status = match entry.status {
        Status::Current => String::new(),
        other => format!(" {}.", other.name().to_uppercase()),
    };
    let facts = format!(
        "{} for {}.{status} {}, version {}.",
        entry.kind,
        nations.join(", "),
        entry.review_dates(),
        entry.version
    );
    blocks.say(&facts);
    put_text(&text, &mut blocks);
    put_sources(entry, &text, &mut blocks);
    ReportDocument {
        title: entry.title.clone(),
        header: format!("caseclinic · {}", entry.id),
        language: Language::En,
        blocks: blocks.0,
    }
}

/// Puts the blocks of a Markdown text.
fn put_text(text: &Document, blocks: &mut BlockList) {
    let mut items = Vec::new();
    for block in &text.blocks {
        if let Block::ListItem { depth, marker, spans } = block {
            items.push(item(*depth, marker, spans));
            continue;
        }
        blocks.runs_list(std::mem::take(&mut items));
        match block {
            Block::Heading { level, spans } => {
                blocks.heading((*level).clamp(2, 3), words(spans));
            }
            Block::Paragraph { spans } | Block::Quote { spans } => {
                blocks.push(ReportBlock::Paragraph(runs(spans)));
            }
            Block::Code { lines, .. } => {
                lines.iter().for_each(|text| blocks.say(text));
            }
            Block::Table { head, rows } => {
                let cells = |row: &Vec<Vec<Span>>| row.iter().map(|cell| words(cell)).collect();
                let head = cells(head);
                blocks.push(ReportBlock::Table { head, rows: rows.iter().map(cells).collect() });
            }
            Block::ListItem { .. } => {}
        }
    }
    blocks.runs_list(items);
}

/// An item of a list, with its own label where it has one. An item inside another one says so.
fn item(depth: usize, marker: &str, spans: &[Span]) -> Vec<TextRun> {
    let label = match (depth, marker) {
        (0, "•" | "") => String::new(),
        (_, "•" | "") => "– ".repeat(depth),
        (_, marker) => format!("{marker} "),
    };
    let label = (!label.is_empty()).then(|| plain(label));
    label.into_iter().chain(runs(spans)).collect()
}

fn runs(spans: &[Span]) -> Vec<TextRun> {
    let run = |span: &Span| TextRun {
        text: span.text.clone(),
        style: match (span.strong, span.emphasis) {
            (true, _) => RunStyle::Strong,
            (_, true) => RunStyle::Emphasis,
            _ => RunStyle::Plain,
        },
    };
    spans.iter().map(run).collect()
}

fn words(spans: &[Span]) -> String {
    line(&spans.iter().map(|span| span.text.as_str()).collect::<String>())
}

fn put_sources(entry: &Entry, text: &Document, blocks: &mut BlockList) {
    let cited = text.footnotes.iter().filter_map(|note| {
        let source = entry.sources.get(note.source)?;
        let address = source.url.as_deref().map_or(String::new(), |url| format!(" {url}"));
        let named = format!("{}. {}, {}.{address}", source.title, source.publisher, source.dated());
        Some(vec![strong(format!("[{}] ", note.number)), plain(line(&named))])
    });
    let cited: Vec<Vec<TextRun>> = cited.collect();
    if !cited.is_empty() {
        blocks.heading(2, "Sources");
        blocks.runs_list(cited);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::document_text;

    #[test]
    fn every_bundled_entry_becomes_a_document_with_its_text_and_its_sources() {
        let library = crate::knowledge::Library::bundled();
        for entry in library.entries() {
            let written = document_text(&entry_document(entry, Nation::England));
            let flat = written.split_whitespace().collect::<Vec<_>>().join(" ");
            let text = document(entry);
            for block in &text.blocks {
                let (Block::Paragraph { spans } | Block::ListItem { spans, .. }) = block else {
                    continue;
                };
                let said = words(spans).split_whitespace().collect::<Vec<_>>().join(" ");
                assert!(flat.contains(&said), "{}: {said}", entry.id);
            }
            assert_eq!(written.contains("\nSources\n"), !text.footnotes.is_empty(), "{}", entry.id);
        }
    }
}
