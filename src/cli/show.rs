//! `caseclinic show ID`: one entry to read, to cite, or as JSON.

use std::io::Write;

use clap::Args as ClapArgs;
use serde_json::json;

use super::output::{Look, NOTHING_FOUND, OK, styled, unless_pipe_closed};
use crate::{
    knowledge::{Block, Document, Entry, Library, Span, Status, Target, citation, document},
    text::{clean_line, show_date, width, wrap},
};

/// The widest text that reads well.
const WIDEST: usize = 92;

/// Show one entry from the guidance
#[derive(ClapArgs, Clone, Debug)]
pub struct Args {
    /// The entry’s id, as `search` and `list` show it
    #[arg(value_name = "ID")]
    pub id: String,
    /// Print a citation of one line, to paste into a record
    #[arg(long, conflicts_with = "json")]
    pub cite: bool,
    /// Print JSON
    #[arg(long, help_heading = "For scripts")]
    pub json: bool,
}

/// Prints the entry to `out`. Returns the exit code: 0, or 3 if there is no such entry; then the
/// nearest ids go to `err`.
///
/// # Errors
/// If `out` or `err` cannot be written, unless it is a pipe whose reader has left.
pub fn run(
    args: &Args,
    library: &Library,
    look: Look,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    unless_pipe_closed(show(args, library, look, out, err))
}

fn show(
    args: &Args,
    library: &Library,
    look: Look,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    let Some(entry) = library.entry(&args.id) else {
        write!(err, "There is no entry `{}`.", clean_line(&args.id))?;
        match library.nearest_ids(&args.id).as_slice() {
            [] => writeln!(err, " `caseclinic list` lists all entries.")?,
            near => writeln!(err, " Did you mean {}?", near.join(", "))?,
        }
        return Ok(NOTHING_FOUND);
    };
    if args.cite {
        writeln!(out, "{}", citation(entry))?;
    } else if args.json {
        let whole = json!({ "schema": 1, "entry": entry, "document": document(entry) });
        serde_json::to_writer(&mut *out, &whole)?;
        writeln!(out)?;
    } else {
        Page { look, out }.entry(entry)?;
    }
    out.flush()?;
    Ok(OK)
}

struct Page<'a> {
    look: Look,
    out: &'a mut dyn Write,
}

impl Page<'_> {
    fn entry(&mut self, entry: &Entry) -> std::io::Result<()> {
        let document = document(entry);
        self.wrapped("", "", &styled(self.look, "1", &entry.title))?;
        let nations: Vec<&str> = entry.nations.iter().map(|nation| nation.name()).collect();
        let standing = match entry.status {
            Status::Current => "in force".to_owned(),
            other => other.name().to_uppercase(),
        };
        let facts = format!(
            "{} · {} · {standing} · checked {} · version {}",
            entry.kind,
            nations.join(", "),
            show_date(entry.reviewed),
            entry.version
        );
        self.wrapped("", "", &facts)?;
        if let Some(origin) = entry.origin() {
            self.wrapped("", "", &origin)?;
        }
        if !entry.superseded_by.is_empty() {
            self.wrapped("", "", &format!("Replaced by: {}", entry.superseded_by.join(", ")))?;
        }
        let mut in_list = false;
        for block in &document.blocks {
            let item = matches!(block, Block::ListItem { .. });
            if !(item && in_list) {
                writeln!(self.out)?;
            }
            in_list = item;
            self.block(block, &document)?;
        }
        self.sources(entry, &document)
    }

    fn block(&mut self, block: &Block, document: &Document) -> std::io::Result<()> {
        match block {
            Block::Heading { spans, .. } => {
                let text = self.text(spans, document);
                self.wrapped("", "", &styled(self.look, "1", &text))
            }
            Block::Paragraph { spans } => {
                let text = self.text(spans, document);
                self.wrapped("", "", &text)
            }
            Block::Quote { spans } => {
                let text = self.text(spans, document);
                self.wrapped("  │ ", "  │ ", &text)
            }
            Block::ListItem { depth, marker, spans } => {
                let text = self.text(spans, document);
                let indent = " ".repeat(2 * depth + 2);
                let first = match marker.as_str() {
                    "" => format!("{indent}  "),
                    marker => format!("{indent}{marker} "),
                };
                let rest = " ".repeat(width(&first));
                self.wrapped(&first, &rest, &text)
            }
            Block::Code { depth, lines } => {
                let indent = " ".repeat(2 * depth + 2);
                let rest = format!("{indent}  ");
                for line in lines {
                    match line.as_str() {
                        "" => writeln!(self.out)?,
                        line => self.wrapped(&indent, &rest, line)?,
                    }
                }
                Ok(())
            }
            Block::Table { head, rows } => {
                let head: Vec<String> = head.iter().map(|cell| self.text(cell, document)).collect();
                for row in rows {
                    for (at, cell) in row.iter().enumerate() {
                        let name = head.get(at).map_or("", String::as_str);
                        let text = self.text(cell, document);
                        let text = if name.is_empty() { text } else { format!("{name}: {text}") };
                        self.wrapped(if at == 0 { "  • " } else { "    " }, "    ", &text)?;
                    }
                }
                Ok(())
            }
        }
    }

    fn sources(&mut self, entry: &Entry, document: &Document) -> std::io::Result<()> {
        if document.footnotes.is_empty() {
            return Ok(());
        }
        writeln!(self.out)?;
        self.wrapped("", "", &styled(self.look, "1", "Sources"))?;
        for note in &document.footnotes {
            let Some(source) = entry.sources.get(note.source) else { continue };
            let text = format!("{}. {}, {}.", source.title, source.publisher, source.dated());
            self.wrapped(&format!("  [{}] ", note.number), "      ", &text)?;
            // An address broken over lines could not be copied.
            if let Some(url) = &source.url {
                writeln!(self.out, "      {url}")?;
            }
        }
        Ok(())
    }

    /// The words of spans, with the ids of linked entries.
    fn text(&self, spans: &[Span], document: &Document) -> String {
        let mut text = String::new();
        for (at, span) in spans.iter().enumerate() {
            text.push_str(&span.text);
            let ends = spans.get(at + 1).is_none_or(|next| next.link != span.link);
            let link = span.link.filter(|_| ends).and_then(|link| document.links.get(link));
            match link.map(|link| &link.target) {
                Some(Target::Entry(target) | Target::Web(target)) => {
                    text.push_str(&format!(" ({target})"));
                }
                None => {}
            }
        }
        text
    }

    fn wrapped(&mut self, first: &str, rest: &str, text: &str) -> std::io::Result<()> {
        let Some(columns) = self.look.columns else {
            return writeln!(self.out, "{first}{text}");
        };
        let columns = columns.min(WIDEST).saturating_sub(width(rest)).max(10);
        for (at, line) in wrap(text, columns).into_iter().enumerate() {
            writeln!(self.out, "{}{}", if at == 0 { first } else { rest }, &text[line])?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run_with(id: &str, cite: bool, json: bool, look: Look) -> (u8, String, String) {
        let library = crate::knowledge::sample_library();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let args = Args { id: id.into(), cite, json };
        let code = run(&args, &library, look, &mut out, &mut err).expect("writing to memory");
        let text = |bytes| String::from_utf8(bytes).expect("text");
        (code, text(out), text(err))
    }

    #[test]
    fn an_entry_reads_from_title_to_sources() {
        let (code, out, err) = run_with("one", false, false, Look::default());
        assert_eq!((code, err.as_str()), (OK, ""));
        for part in [
            "First response",
            "in force",
            "checked 21 Nov 2026",
            "Answer in short.[1]",
            "What to do first",
            "[*] Not yet checked against the current source.",
            "[2] Source B. NSPCC, 2019",
        ] {
            assert!(out.contains(part), "{part} is missing from\n{out}");
        }
    }

    #[test]
    fn a_narrow_terminal_gets_narrow_lines() {
        let look = Look { columns: Some(30), colour: false };
        let (_, out, _) = run_with("one", false, false, look);
        let wide = |line: &str| width(line) > 30 && !line.contains("https://");
        assert!(!out.lines().any(wide), "{out}");
    }

    #[test]
    fn an_unknown_id_suggests_the_nearest() {
        let (code, out, err) = run_with("oen", false, false, Look::default());
        assert_eq!((code, out.as_str()), (NOTHING_FOUND, ""));
        assert!(err.contains("Did you mean one?"), "{err}");
    }

    #[test]
    fn a_citation_is_one_line_with_id_version_and_sources() {
        let (_, out, _) = run_with("one", true, false, Look::default());
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
        let shown = |json: bool, look: Look| {
            let (mut out, mut err) = (Vec::new(), Vec::new());
            let args = Args { id: "one".into(), cite: false, json };
            run(&args, &library, look, &mut out, &mut err).expect("writing to memory");
            String::from_utf8(out).expect("text")
        };
        let plain = shown(false, Look::default());
        assert!(plain.contains("\n  one  two\n\n    three four"), "{plain}");
        let narrow = shown(false, Look { columns: Some(30), colour: false });
        assert!(narrow.contains("    three four five six\n    seven eight"), "{narrow}");
        let json: serde_json::Value =
            serde_json::from_str(&shown(true, Look::default())).expect("JSON");
        let block = &json["document"]["blocks"][1];
        assert_eq!(block["block"], "code");
        assert_eq!(block["lines"][0], "one  two");
    }

    #[test]
    fn json_holds_the_entry_and_its_blocks() {
        let (_, out, _) = run_with("one", false, true, Look::default());
        let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        assert_eq!(json["entry"]["id"], "one");
        assert_eq!(json["document"]["blocks"][0]["block"], "paragraph");
    }
}
