//! A document as a web page of one file: no script, nothing from elsewhere, a style for printing.

use crate::{
    report::document::{Chart, ReportBlock, ReportDocument, RunStyle, TextRun},
    text::clean,
};

const STYLE: &str = include_str!("html/style.css");
/// Units of the longest bar of a chart.
const BAR: usize = 120;

/// Returns the document as the contents of an HTML file.
pub(super) fn write(document: &ReportDocument) -> Vec<u8> {
    let mut page = HtmlPage { out: String::new() };
    page.head(document);
    document.blocks.iter().for_each(|block| page.block(block));
    page.out.push_str("</main>\n</body>\n</html>\n");
    page.out.into_bytes()
}

struct HtmlPage {
    out: String,
}

impl HtmlPage {
    fn head(&mut self, document: &ReportDocument) {
        let (title, language) = (escape(&document.title), document.language_tag());
        self.out.push_str(&format!(
            "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
        ));
        if !document.header.is_empty() {
            self.element("header", &document.header);
        }
        self.out.push_str("<main>\n");
    }

    fn element(&mut self, name: &str, text: &str) {
        self.out.push_str(&format!("<{name}>{}</{name}>\n", escape(text)));
    }

    fn block(&mut self, block: &ReportBlock) {
        match block {
            ReportBlock::Heading { level, text } => self.element(&format!("h{level}"), text),
            ReportBlock::Paragraph(runs) => {
                self.out.push_str(&format!("<p>{}</p>\n", line(runs)));
            }
            ReportBlock::Answer { question, remark, text } => {
                let remark =
                    remark.as_ref().map_or(String::new(), |run| format!(" {}", styled(run)));
                self.out.push_str(&format!(
                    "<p class=\"question\"><strong>{}</strong>{remark}</p>\n",
                    escape(question)
                ));
                let text = text.as_deref().unwrap_or("Not answered.");
                self.out.push_str(&format!("<div class=\"answer\">{}</div>\n", paragraphs(text)));
            }
            ReportBlock::List(items) => {
                self.out.push_str("<ul>\n");
                for runs in items {
                    self.out.push_str(&format!("<li>{}</li>\n", line(runs)));
                }
                self.out.push_str("</ul>\n");
            }
            ReportBlock::Action { number, what, details } => {
                self.out.push_str(&format!("<ol start=\"{number}\">\n<li>{}\n", escape(what)));
                if !details.is_empty() {
                    self.out.push_str("<ul>\n");
                    details.iter().for_each(|detail| self.element("li", detail));
                    self.out.push_str("</ul>\n");
                }
                self.out.push_str("</li>\n</ol>\n");
            }
            ReportBlock::Table { head, rows } => {
                let lines = |cell: &String| escape(cell).replace('\n', "<br>");
                let rows = rows.iter().map(|row| row.iter().map(lines).collect());
                self.table(None, head, rows);
            }
            ReportBlock::Chart(chart) => self.chart(chart),
            ReportBlock::PageBreak => self.out.push_str("<div class=\"page-break\"></div>\n"),
        }
    }

    /// Cells are written as they are given: HTML.
    fn table(
        &mut self,
        caption: Option<&str>,
        head: &[String],
        rows: impl Iterator<Item = Vec<String>>,
    ) {
        self.out.push_str("<table>\n");
        if let Some(caption) = caption {
            self.element("caption", caption);
        }
        if head.iter().any(|name| !name.is_empty()) {
            let cells: String = head
                .iter()
                .map(|name| format!("<th scope=\"col\">{}</th>", escape(name)))
                .collect();
            self.out.push_str(&format!("<thead><tr>{cells}</tr></thead>\n"));
        }
        self.out.push_str("<tbody>\n");
        for cells in rows {
            let cells: String = cells.iter().map(|cell| format!("<td>{cell}</td>")).collect();
            self.out.push_str(&format!("<tr>{cells}</tr>\n"));
        }
        self.out.push_str("</tbody>\n</table>\n");
    }

    /// A chart is a table, so that a screen reader reads it; the bars repeat its numbers.
    fn chart(&mut self, chart: &Chart) {
        let most = chart.most().max(1);
        let bar = |count: usize| {
            let width = count * BAR / most;
            format!(
                "<svg class=\"bar\" width=\"{BAR}\" height=\"12\" aria-hidden=\"true\">\
                 <rect width=\"{width}\" height=\"12\"/></svg> {count}"
            )
        };
        let (head, _) = chart.to_table();
        let rows = chart.rows.iter().map(|row| {
            let mark = if row.marked { escape(&chart.mark) } else { String::new() };
            let mark = (!chart.mark.is_empty()).then_some(mark);
            let bars = row.counts.iter().map(|count| bar(*count));
            [escape(&row.name)].into_iter().chain(bars).chain(mark).collect()
        });
        self.table(Some(&chart.about), &head, rows);
    }
}

fn line(runs: &[TextRun]) -> String {
    runs.iter().map(styled).collect()
}

fn styled(run: &TextRun) -> String {
    let text = escape(&run.text);
    match run.style {
        RunStyle::Plain => text,
        RunStyle::Emphasis => format!("<em>{text}</em>"),
        RunStyle::Strong => format!("<strong>{text}</strong>"),
    }
}

/// Blank lines part paragraphs; other line ends stay line ends.
fn paragraphs(text: &str) -> String {
    let text = clean(text);
    let mut out = String::new();
    for paragraph in text.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
        let lines: Vec<String> = paragraph.trim_matches('\n').lines().map(escape).collect();
        out.push_str(&format!("<p>{}</p>", lines.join("<br>\n")));
    }
    out
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in clean(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
