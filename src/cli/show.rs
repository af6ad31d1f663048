//! `caseclinic show ID`: one entry to read, to cite, or as JSON.

use serde_json::json;

use super::{
    CommandError, CommandResult, Context, Emphasis, OutputStyle, StyledText,
    document_file::DocumentFileArgs,
};
use crate::{
    knowledge::{
        Block, Document, Entry, Library, Nation, Span, Status, Target, citation, document,
    },
    report::entry_document,
    text::{clean_line, width, wrap},
};

/// Columns of the widest text that reads well.
const MAX_COLUMNS: usize = 92;

#[derive(clap::Args, Clone, Debug)]
pub(crate) struct ShowArgs {
    /// The entry’s id, as `search` and `list` show it
    #[arg(value_name = "ID")]
    id: String,
    /// Print a citation of one line, to paste into a record
    #[arg(long, conflicts_with = "json")]
    cite: bool,
    /// Print JSON
    #[arg(long, help_heading = "For scripts")]
    json: bool,
    #[command(flatten)]
    document: DocumentFileArgs,
}

/// Prints the entry. Fails if there is no such entry; the nearest ids are the hint.
pub(crate) fn run(args: &ShowArgs, context: &mut Context) -> CommandResult {
    let library = context.library();
    show(args, &library, context)
}

fn show(args: &ShowArgs, library: &Library, context: &mut Context) -> CommandResult {
    let Some(entry) = library.entry(&args.id) else {
        let hint = match library.nearest_ids(&args.id).as_slice() {
            [] => "`caseclinic list` lists all entries.".to_owned(),
            near => format!("Did you mean {}?", near.join(", ")),
        };
        let message = format!("There is no entry `{}`.", clean_line(&args.id));
        return Err(CommandError::not_found(message).hint(hint));
    };
    if args.document.write(|| entry_document(entry, library.home()), context)? {
    } else if args.cite {
        context.print(citation(entry))?;
    } else if args.json {
        let document = document(entry);
        let urgent = entry.urgent_lines(library.home());
        context.print_json(
            &json!({ "schema": 1, "entry": entry, "urgent": urgent, "document": document }),
        )?;
    } else {
        context.print_styled(&entry_text(entry, library.home(), context.style))?;
    }
    Ok(())
}

/// Returns the entry as lines of text, from its title to its sources.
pub(crate) fn entry_text(entry: &Entry, home: Nation, style: OutputStyle) -> StyledText {
    let mut page = EntryPage { style, text: StyledText::default() };
    page.entry(entry, home);
    page.text
}

struct EntryPage {
    style: OutputStyle,
    text: StyledText,
}

impl EntryPage {
    fn entry(&mut self, entry: &Entry, home: Nation) {
        let document = document(entry);
        self.heading(&entry.title);
        self.urgent(&entry.urgent_lines(home));
        let status = match entry.status {
            Status::Current if entry.imported.is_some() => "",
            Status::Current => "in force · ",
            other => &format!("{} · ", other.name().to_uppercase()),
        };
        let facts = format!(
            "{} · {} · {status}{} · version {}",
            entry.kind,
            home.list_from_here(&entry.nations),
            entry.review_dates(),
            entry.version
        );
        self.wrapped("", "", &facts);
        if let Some(origin) = entry.origin() {
            self.wrapped("", "", &origin);
        }
        if !entry.superseded_by.is_empty() {
            self.wrapped("", "", &format!("Replaced by: {}", entry.superseded_by.join(", ")));
        }
        let mut in_list = false;
        for block in &document.blocks {
            let item = matches!(block, Block::ListItem { .. });
            if !(item && in_list) {
                self.line("");
            }
            in_list = item;
            self.block(block, &document);
        }
        self.sources(entry, &document);
    }

    /// Whom to call now and out of hours.
    fn urgent(&mut self, lines: &[String]) {
        let Some((first, rest)) = lines.split_first() else { return };
        for line in self.broken(&format!("! {first}"), 0) {
            self.text.push(Emphasis::Danger, line);
            self.line("");
        }
        rest.iter().for_each(|line| self.wrapped("  ", "  ", line));
    }

    fn block(&mut self, block: &Block, document: &Document) {
        match block {
            Block::Heading { spans, .. } => {
                self.heading(&words(spans, document));
            }
            Block::Paragraph { spans } => self.wrapped("", "", &words(spans, document)),
            Block::Quote { spans } => self.wrapped("  │ ", "  │ ", &words(spans, document)),
            Block::ListItem { depth, marker, spans } => {
                let indent = " ".repeat(2 * depth + 2);
                let first = match marker.as_str() {
                    "" => format!("{indent}  "),
                    marker => format!("{indent}{marker} "),
                };
                let rest = " ".repeat(width(&first));
                self.wrapped(&first, &rest, &words(spans, document));
            }
            Block::Code { depth, lines } => {
                let indent = " ".repeat(2 * depth + 2);
                let rest = format!("{indent}  ");
                for line in lines {
                    match line.as_str() {
                        "" => self.line(""),
                        line => self.wrapped(&indent, &rest, line),
                    }
                }
            }
            Block::Table { head, rows } => {
                let head: Vec<String> = head.iter().map(|cell| words(cell, document)).collect();
                for row in rows {
                    for (at, cell) in row.iter().enumerate() {
                        let mut text = words(cell, document);
                        if let Some(name) = head.get(at).filter(|name| !name.is_empty()) {
                            text = format!("{name}: {text}");
                        }
                        self.wrapped(if at == 0 { "  • " } else { "    " }, "    ", &text);
                    }
                }
            }
        }
    }

    fn sources(&mut self, entry: &Entry, document: &Document) {
        // A document that became an entry is the source of all that it says.
        let whole = entry.imported.is_some().then_some((None, 0));
        let notes = document.footnotes.iter().map(|note| (Some(note.number), note.source));
        let shown: Vec<(Option<usize>, usize)> = notes.chain(whole).collect();
        if shown.is_empty() {
            return;
        }
        self.line("");
        self.heading("Sources");
        for (number, source) in shown {
            let Some(source) = entry.sources.get(source) else { continue };
            let text = format!("{}. {}, {}.", source.title, source.publisher, source.dated());
            let marker = number.map_or("•".to_owned(), |number| format!("[{number}]"));
            self.wrapped(&format!("  {marker} "), "      ", &text);
            // An address broken over lines could not be copied.
            if let Some(url) = &source.url {
                self.line(&format!("      {url}"));
            }
        }
    }

    fn line(&mut self, text: &str) {
        self.text.push(Emphasis::None, format!("{text}\n"));
    }

    fn heading(&mut self, text: &str) {
        for line in self.broken(text, 0) {
            self.text.push(Emphasis::Bold, line);
            self.line("");
        }
    }

    fn wrapped(&mut self, first: &str, rest: &str, text: &str) {
        for (at, line) in self.broken(text, width(rest)).into_iter().enumerate() {
            let start = if at == 0 { first } else { rest };
            self.line(&format!("{start}{line}"));
        }
    }

    /// Returns the lines of a text on a terminal, beside an indent of so many columns.
    fn broken<'a>(&self, text: &'a str, indent: usize) -> Vec<&'a str> {
        let Some(columns) = self.style.columns else { return vec![text] };
        let columns = columns.min(MAX_COLUMNS).saturating_sub(indent).max(10);
        wrap(text, columns).into_iter().map(|line| &text[line]).collect()
    }
}

/// Returns the words of spans, with the ids of linked entries.
fn words(spans: &[Span], document: &Document) -> String {
    let mut text = String::new();
    for (at, span) in spans.iter().enumerate() {
        text.push_str(&span.text);
        let ends = spans.get(at + 1).is_none_or(|next| next.link != span.link);
        let link = span.link.filter(|_| ends).and_then(|link| document.links.get(link));
        if let Some(Target::Entry(target) | Target::Web(target)) = link.map(|link| &link.target) {
            text.push_str(&format!(" ({target})"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::context::fixture::TestRun;

    fn run_with(id: &str, cite: bool, json: bool, style: OutputStyle) -> (u8, String, String) {
        let library = crate::knowledge::sample_library();
        let args = ShowArgs { id: id.into(), cite, json, document: DocumentFileArgs::default() };
        let home = tempfile::tempdir().expect("a folder");
        TestRun::at(home.path()).styled(style).run(|context| show(&args, &library, context))
    }

    #[test]
    fn an_entry_reads_from_title_to_sources() {
        let (code, out, err) = run_with("one", false, false, OutputStyle::default());
        assert_eq!((code, err.as_str()), (0, ""));
        for part in [
            "First response",
            "in force",
            "checked 21 Nov 2026, review due 21 Nov 2027",
            "Answer in short.[1]",
            "What to do first",
            "[*] Not yet checked against the current source.",
            "[2] Source B. NSPCC, 2019",
        ] {
            assert!(out.contains(part), "{part} is missing from\n{out}");
        }
    }

    #[test]
    fn an_urgent_entry_begins_with_whom_to_call() {
        let text = crate::knowledge::SAMPLE.replace("status =", "urgent = true\nstatus =");
        let library = crate::knowledge::library_of(&[("one.md", &text)]);
        let home = tempfile::tempdir().expect("a folder");
        let shown = |json: bool, style: OutputStyle| {
            let args = ShowArgs {
                id: "one".into(),
                cite: false,
                json,
                document: DocumentFileArgs::default(),
            };
            TestRun::at(home.path()).styled(style).run(|context| show(&args, &library, context)).1
        };
        let plain = shown(false, OutputStyle::default());
        let mut lines = plain.lines().skip(1);
        assert!(
            lines.next().is_some_and(|line| line.starts_with("! A child in danger now? Call 999"))
        );
        assert!(lines.next().is_some_and(|line| line.starts_with("  England and Wales: ")));
        let coloured = shown(false, OutputStyle { columns: Some(80), colour: true });
        assert!(coloured.contains("\x1b[1;31m! A child in danger now?"), "{coloured}");
        let narrow = shown(false, OutputStyle { columns: Some(30), colour: false });
        assert!(narrow.contains("028 9504"), "never cut: {narrow}");
        let json: serde_json::Value =
            serde_json::from_str(&shown(true, OutputStyle::default())).expect("JSON");
        assert_eq!(json["urgent"].as_array().map(Vec::len), Some(4));
        assert_eq!(json["entry"]["urgent"], true);
    }

    #[test]
    fn a_narrow_terminal_gets_narrow_lines() {
        let style = OutputStyle { columns: Some(30), colour: false };
        let (_, out, _) = run_with("one", false, false, style);
        let wide = |line: &str| width(line) > 30 && !line.contains("https://");
        assert!(!out.lines().any(wide), "{out}");
    }

    #[test]
    fn an_unknown_id_suggests_the_nearest() {
        let (code, out, err) = run_with("oen", false, false, OutputStyle::default());
        assert_eq!((code, out.as_str()), (3, ""));
        assert!(err.contains("Did you mean one?"), "{err}");
    }

    #[test]
    fn a_citation_is_one_line_with_id_version_and_sources() {
        let (_, out, _) = run_with("one", true, false, OutputStyle::default());
        assert_eq!(out.lines().count(), 1);
        for part in ["First response (caseclinic one, version ", "Source A, NICE, 2020", "https://"]
        {
            assert!(out.contains(part), "{part} is missing from {out}");
        }
    }

    #[test]
    fn code_is_shown_line_by_line_and_is_a_block_of_its_own_in_json() {
        let body =
            "Answer in short.[^a]\n\n```\none  two\n\n  three four five six seven eight\n```";
        let text = crate::knowledge::SAMPLE.replace("Answer in short.[^a]", body);
        let library = crate::knowledge::library_of(&[("one.md", &text)]);
        let home = tempfile::tempdir().expect("a folder");
        let shown = |json: bool, style: OutputStyle| {
            let args = ShowArgs {
                id: "one".into(),
                cite: false,
                json,
                document: DocumentFileArgs::default(),
            };
            TestRun::at(home.path()).styled(style).run(|context| show(&args, &library, context)).1
        };
        let plain = shown(false, OutputStyle::default());
        assert!(plain.contains("\n  one  two\n\n    three four"), "{plain}");
        let narrow = shown(false, OutputStyle { columns: Some(30), colour: false });
        assert!(narrow.contains("    three four five six\n    seven eight"), "{narrow}");
        let json: serde_json::Value =
            serde_json::from_str(&shown(true, OutputStyle::default())).expect("JSON");
        let block = &json["document"]["blocks"][1];
        assert_eq!(block["block"], "code");
        assert_eq!(block["lines"][0], "one  two");
    }

    #[test]
    fn json_holds_the_entry_and_its_blocks() {
        let (_, out, _) = run_with("one", false, true, OutputStyle::default());
        let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        assert_eq!(json["entry"]["id"], "one");
        assert_eq!(json["document"]["blocks"][0]["block"], "paragraph");
    }
}
