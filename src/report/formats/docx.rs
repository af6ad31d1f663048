//! A document for Word: heading styles with levels, tables whose head repeats on every page, page
//! numbers, its language, and the header on every page. Source of the format: ECMA-376, part 1.

use std::io::{Cursor, Write as _};

use quick_xml::escape::escape;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::{
    report::document::{Chart, ReportBlock, ReportDocument, RunStyle, TextRun},
    text::{clean, clean_line, width},
};

const CONTENT_TYPES: &str = include_str!("docx/content-types.xml");
const PACKAGE_PARTS: &str = include_str!("docx/package.rels");
const DOCUMENT_PARTS: &str = include_str!("docx/document.rels");
const STYLES: &str = include_str!("docx/styles.xml");
const NUMBERING: &str = include_str!("docx/numbering.xml");
const SETTINGS: &str = include_str!("docx/settings.xml");
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const NAMESPACE: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
const CHART: &str = "http://schemas.openxmlformats.org/drawingml/2006/chart";
const DRAWING: &str = "http://schemas.openxmlformats.org/drawingml/2006/main";
const WORD_DRAWING: &str = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing";
const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const CHART_TYPE: &str = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml";
/// Lengths of a drawing, in English Metric Units: a centimetre, its width, a bar, and what is around
/// the bars of a row.
const CENTIMETRE: usize = 360_000;
const CHART_WIDTH: usize = 16 * CENTIMETRE;
const BAR_HEIGHT: usize = CENTIMETRE * 4 / 10;
const ROW_GAP: usize = CENTIMETRE * 2 / 10;
/// The colours of series: the first lighter, so that they differ without colours too.
const SERIES_COLOURS: [&str; 3] = ["9DB2C7", "1F3A5F", "6B7F93"];

/// Width of the text on A4 between its margins, in twentieths of a point.
const TEXT_WIDTH: usize = 9638;
/// Width of a letter in a table, about, and of the blank at both sides of a cell, in the same unit.
const LETTER: usize = 118;
const CELL_MARGINS: usize = 216;
/// Letters of the longest text that a column has room for in one line, such as a date.
const UNBROKEN: usize = 13;
/// Rows of a table that is not broken over pages.
const SHORT_TABLE: usize = 8;
/// Makes a paragraph a point of a list.
const LIST: &str = "<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr>";
/// Height of a row that is left free to write in.
const WRITING_HEIGHT: usize = 560;

/// Returns the document as the contents of a DOCX file.
pub(super) fn write(document: &ReportDocument) -> Vec<u8> {
    let charts: Vec<&Chart> = document.blocks.iter().filter_map(drawn).collect();
    let parts = [
        ("[Content_Types].xml", content_types(charts.len())),
        ("_rels/.rels", PACKAGE_PARTS.to_owned()),
        ("docProps/core.xml", core(document)),
        ("word/_rels/document.xml.rels", document_parts(charts.len())),
        ("word/styles.xml", STYLES.replace("en-GB", document.language_tag())),
        ("word/numbering.xml", NUMBERING.to_owned()),
        ("word/settings.xml", SETTINGS.to_owned()),
        ("word/header1.xml", header(document)),
        ("word/footer1.xml", footer()),
        ("word/document.xml", body(document)),
    ];
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let parts = parts.map(|(name, part)| (name.to_owned(), part)).into_iter();
    let charts = charts.iter().enumerate().map(|(at, chart)| {
        (format!("word/charts/chart{}.xml", at + 1), chart_part(chart, document.language_tag()))
    });
    for (name, part) in parts.chain(charts) {
        // An archive in memory takes everything that is written.
        let _ = archive.start_file(name, options);
        let _ = archive.write_all(part.as_bytes());
    }
    archive.finish().map(Cursor::into_inner).unwrap_or_default()
}

/// Returns the chart of a block, if it has one to draw.
fn drawn(block: &ReportBlock) -> Option<&Chart> {
    match block {
        ReportBlock::Chart(chart) if chart.most() > 0 && !chart.is_brief => Some(chart),
        _ => None,
    }
}

fn content_types(charts: usize) -> String {
    let part = |number| {
        let name = format!("/word/charts/chart{number}.xml");
        format!("<Override PartName=\"{name}\" ContentType=\"{CHART_TYPE}\"/></Types>")
    };
    let add = |all: String, number| all.replace("</Types>", &part(number));
    (1..=charts).fold(CONTENT_TYPES.to_owned(), add)
}

fn document_parts(charts: usize) -> String {
    let part = |number| {
        let target = format!("charts/chart{number}.xml");
        format!(
            "<Relationship Id=\"chart{number}\" Type=\"{RELATIONSHIPS}/chart\" Target=\"{target}\"/></Relationships>"
        )
    };
    let add = |all: String, number| all.replace("</Relationships>", &part(number));
    (1..=charts).fold(DOCUMENT_PARTS.to_owned(), add)
}

fn core(document: &ReportDocument) -> String {
    format!(
        "{DECLARATION}<cp:coreProperties \
         xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title>\
         <dc:language>{}</dc:language></cp:coreProperties>",
        xml(&document.title),
        document.language_tag()
    )
}

fn header(document: &ReportDocument) -> String {
    let text = run(&document.header, "");
    format!(
        "{DECLARATION}<w:hdr {NAMESPACE}><w:p><w:pPr><w:pStyle w:val=\"Header\"/></w:pPr>{text}</w:p></w:hdr>"
    )
}

fn footer() -> String {
    let field = |name: &str| {
        format!("<w:fldSimple w:instr=\" {name} \"><w:r><w:t>1</w:t></w:r></w:fldSimple>")
    };
    let (page, all) = (field("PAGE"), field("NUMPAGES"));
    format!(
        "{DECLARATION}<w:ftr {NAMESPACE}><w:p><w:pPr><w:pStyle w:val=\"Footer\"/></w:pPr>{}{page}{}{all}</w:p></w:ftr>",
        run("Page ", ""),
        run(" of ", "")
    )
}

fn body(document: &ReportDocument) -> String {
    let mut out = format!(
        "{DECLARATION}<w:document {NAMESPACE} xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><w:body>"
    );
    let mut page_break = false;
    let mut charts = 0;
    for block in &document.blocks {
        let before = if std::mem::take(&mut page_break) { "<w:pageBreakBefore/>" } else { "" };
        match block {
            ReportBlock::Heading { level, text } => {
                paragraph(&mut out, &format!("Heading{level}"), before, &run(text, ""));
            }
            ReportBlock::Paragraph(runs) => paragraph(&mut out, "", before, &styled_runs(runs)),
            ReportBlock::Answer { question, remark, text } => {
                let remark = remark.as_ref().map_or(String::new(), |remark| {
                    run(&format!(" {}", remark.text), "<w:b w:val=\"0\"/>")
                });
                let question = run(question, "");
                paragraph(&mut out, "Question", before, &format!("{question}{remark}"));
                answer(&mut out, text.as_deref().unwrap_or("Not answered."));
            }
            ReportBlock::List(items) => {
                for (at, runs) in items.iter().enumerate() {
                    let before = if at == 0 { before } else { "" };
                    paragraph(&mut out, "ListBullet", before, &styled_runs(runs));
                }
            }
            ReportBlock::Action { number, what, details } => {
                paragraph(&mut out, "Action", before, &run(&format!("{number}. {what}"), ""));
                for detail in details {
                    paragraph(&mut out, "ActionDetail", LIST, &run(detail, ""));
                }
            }
            ReportBlock::Table { head, rows } => table(&mut out, head, rows, true),
            ReportBlock::Chart(chart) => {
                charts += usize::from(drawn(block).is_some());
                self::chart(&mut out, chart, drawn(block).map(|_| charts));
            }
            ReportBlock::PageBreak => page_break = true,
        }
    }
    out.push_str(
        "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rId4\"/>\
         <w:footerReference w:type=\"default\" r:id=\"rId5\"/>\
         <w:pgSz w:w=\"11906\" w:h=\"16838\"/>\
         <w:pgMar w:top=\"1134\" w:right=\"1134\" w:bottom=\"1134\" w:left=\"1134\" w:header=\"567\" w:footer=\"567\" w:gutter=\"0\"/>\
         </w:sectPr></w:body></w:document>",
    );
    out
}

/// A paragraph of a style, with further properties in the order of the schema.
fn paragraph(out: &mut String, style: &str, properties: &str, runs: &str) {
    let style = match style {
        "" => String::new(),
        style => format!("<w:pStyle w:val=\"{style}\"/>"),
    };
    out.push_str(&format!("<w:p><w:pPr>{style}{properties}</w:pPr>{runs}</w:p>"));
}

/// What people wrote: blank lines part paragraphs, other line ends stay line ends.
fn answer(out: &mut String, text: &str) {
    let text = clean(text);
    for part in text.split("\n\n").filter(|part| !part.trim().is_empty()) {
        let lines: Vec<String> =
            part.trim_matches('\n').lines().map(|line| run(line, "")).collect();
        paragraph(out, "Answer", "", &lines.join("<w:r><w:br/></w:r>"));
    }
}

fn styled_runs(runs: &[TextRun]) -> String {
    let properties = |style| match style {
        RunStyle::Plain => "",
        RunStyle::Emphasis => "<w:i/>",
        RunStyle::Strong => "<w:b/>",
    };
    runs.iter().map(|one| run(&one.text, properties(one.style))).collect()
}

fn run(text: &str, properties: &str) -> String {
    let properties = match properties {
        "" => String::new(),
        properties => format!("<w:rPr>{properties}</w:rPr>"),
    };
    format!("<w:r>{properties}<w:t xml:space=\"preserve\">{}</w:t></w:r>", xml(&clean_line(text)))
}

/// A chart is drawn, with its sentence as the description, and its numbers follow as a table.
fn chart(out: &mut String, chart: &Chart, number: Option<usize>) {
    paragraph(out, "Caption", "<w:keepNext/>", &run(&chart.about, ""));
    if let Some(number) = number {
        let bars = chart.rows.len() * (chart.series.len() * BAR_HEIGHT + ROW_GAP);
        let height = bars + if chart.series.len() > 1 { 2 } else { 1 } * CENTIMETRE;
        let about = xml(&clean_line(&chart.about));
        let drawing = format!(
            "<w:r><w:drawing><wp:inline xmlns:wp=\"{WORD_DRAWING}\" distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\">\
             <wp:extent cx=\"{CHART_WIDTH}\" cy=\"{height}\"/>\
             <wp:docPr id=\"{number}\" name=\"Chart {number}\" descr=\"{about}\"/><wp:cNvGraphicFramePr/>\
             <a:graphic xmlns:a=\"{DRAWING}\"><a:graphicData uri=\"{CHART}\">\
             <c:chart xmlns:c=\"{CHART}\" r:id=\"chart{number}\"/></a:graphicData></a:graphic>\
             </wp:inline></w:drawing></w:r>"
        );
        paragraph(out, "", "<w:keepNext/>", &drawing);
    }
    let (head, bars) = chart.to_table();
    let rows = if number.is_some() { chart.to_numbers() } else { bars };
    table(out, &head, &rows, false);
}

/// The chart as a part of the file: bars with their numbers, the first row on top.
fn chart_part(chart: &Chart, language: &str) -> String {
    let points = |texts: Vec<String>| {
        let points = texts.iter().enumerate();
        let points: String = points
            .map(|(at, text)| {
                format!("<c:pt idx=\"{at}\"><c:v>{}</c:v></c:pt>", xml(&clean_line(text)))
            })
            .collect();
        format!("<c:ptCount val=\"{}\"/>{points}", texts.len())
    };
    let names = points(chart.rows.iter().map(|row| chart.row_name(row)).collect());
    let series = chart.series.iter().enumerate().map(|(at, name)| {
        let colours = if chart.series.len() == 1 { &SERIES_COLOURS[1..] } else { &SERIES_COLOURS };
        let colour = colours[at % colours.len()];
        let count = |counts: &[usize]| counts.get(at).copied().unwrap_or(0).to_string();
        let counts = points(chart.rows.iter().map(|row| count(&row.counts)).collect());
        format!(
            "<c:ser><c:idx val=\"{at}\"/><c:order val=\"{at}\"/><c:tx><c:v>{}</c:v></c:tx>\
             <c:spPr><a:solidFill><a:srgbClr val=\"{colour}\"/></a:solidFill></c:spPr>\
             <c:invertIfNegative val=\"0\"/><c:dLbls><c:showLegendKey val=\"0\"/><c:showVal val=\"1\"/>\
             <c:showCatName val=\"0\"/><c:showSerName val=\"0\"/><c:showPercent val=\"0\"/>\
             <c:showBubbleSize val=\"0\"/></c:dLbls><c:cat><c:strLit>{names}</c:strLit></c:cat>\
             <c:val><c:numLit><c:formatCode>0</c:formatCode>{counts}</c:numLit></c:val></c:ser>",
            xml(&clean_line(name))
        )
    });
    let series: String = series.collect();
    let legend = if chart.series.len() > 1 {
        "<c:legend><c:legendPos val=\"b\"/><c:overlay val=\"0\"/></c:legend>"
    } else {
        ""
    };
    let axis = |id, at, delete, orientation, other| {
        format!(
            "<c:axId val=\"{id}\"/><c:scaling><c:orientation val=\"{orientation}\"/>{}</c:scaling>\
             <c:delete val=\"{delete}\"/><c:axPos val=\"{at}\"/><c:majorTickMark val=\"none\"/>\
             <c:minorTickMark val=\"none\"/><c:tickLblPos val=\"nextTo\"/><c:crossAx val=\"{other}\"/>",
            if delete == 1 { "<c:min val=\"0\"/>" } else { "" }
        )
    };
    format!(
        "{DECLARATION}<c:chartSpace xmlns:c=\"{CHART}\" xmlns:a=\"{DRAWING}\" xmlns:r=\"{RELATIONSHIPS}\">\
         <c:lang val=\"{language}\"/><c:roundedCorners val=\"0\"/><c:chart><c:autoTitleDeleted val=\"1\"/>\
         <c:plotArea><c:layout/><c:barChart><c:barDir val=\"bar\"/><c:grouping val=\"clustered\"/>\
         <c:varyColors val=\"0\"/>{series}<c:gapWidth val=\"50\"/><c:axId val=\"1\"/><c:axId val=\"2\"/>\
         </c:barChart><c:catAx>{}</c:catAx><c:valAx>{}</c:valAx></c:plotArea>{legend}\
         <c:plotVisOnly val=\"1\"/></c:chart><c:spPr><a:ln><a:noFill/></a:ln></c:spPr>\
         <c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz=\"1000\"><a:latin typeface=\"Arial\"/></a:defRPr></a:pPr>\
         <a:endParaRPr lang=\"{language}\"/></a:p></c:txPr></c:chartSpace>",
        axis(1, "l", 0, "maxMin", 2),
        axis(2, "t", 1, "minMax", 1)
    )
}

/// Rows with blank cells are high enough to write in, unless nobody `writes` there. A table of questions
/// has cells of several lines.
fn table(out: &mut String, head: &[String], rows: &[Vec<String>], writes: bool) {
    let asks = rows.iter().flatten().any(|cell| cell.contains('\n'));
    let mut widths = column_widths(head, rows);
    if asks {
        let equal = TEXT_WIDTH / widths.len().max(1);
        widths.fill(equal);
    }
    out.push_str(&format!(
        "<w:tbl><w:tblPr><w:tblStyle w:val=\"TableGrid\"/><w:tblW w:w=\"{TEXT_WIDTH}\" w:type=\"dxa\"/>\
         <w:tblLayout w:type=\"fixed\"/><w:tblLook w:val=\"0020\" w:firstRow=\"1\"/></w:tblPr><w:tblGrid>"
    ));
    for width in &widths {
        out.push_str(&format!("<w:gridCol w:w=\"{width}\"/>"));
    }
    out.push_str("</w:tblGrid>");
    if head.iter().any(|name| !name.is_empty()) {
        row(out, head, &widths, (true, false, false), "");
    }
    // A short table stays on one page.
    let last = rows.len().saturating_sub(1);
    for (at, cells) in rows.iter().enumerate() {
        let keep =
            if rows.len() <= SHORT_TABLE && at < last && !asks { "<w:keepNext/>" } else { "" };
        row(out, cells, &widths, (false, writes, asks), keep);
    }
    out.push_str("</w:tbl>");
    // Tables that follow each other would become one.
    paragraph(out, "TableEnd", "", "");
}

/// `keep` is a property that keeps the row with the next one, or blank.
fn row(
    out: &mut String,
    cells: &[String],
    widths: &[usize],
    (is_head, writes, asks): (bool, bool, bool),
    keep: &str,
) {
    let free = cells.iter().skip(1).filter(|cell| cell.trim().is_empty());
    let lines = free.map(|cell| cell.lines().count().max(1)).max().filter(|_| writes);
    let height = lines.map_or(String::new(), |lines| {
        let height = WRITING_HEIGHT * lines;
        format!("<w:trHeight w:val=\"{height}\" w:hRule=\"atLeast\"/>")
    });
    let head = if is_head { "<w:tblHeader/>" } else { "" };
    out.push_str(&format!("<w:tr><w:trPr><w:cantSplit/>{height}{head}</w:trPr>"));
    for (at, width) in widths.iter().enumerate() {
        let shade = if is_head {
            "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"EEEEEE\"/>"
        } else {
            ""
        };
        out.push_str(&format!(
            "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>{shade}</w:tcPr>"
        ));
        let text = cells.get(at).map_or("", String::as_str);
        let style = if is_head { "TableHead" } else { "TableText" };
        let is_question = asks && at == 0;
        let lines = if text.trim().is_empty() { "" } else { text };
        for (line, text) in lines.split('\n').enumerate() {
            let bold = if is_head || is_question && line == 0 { "<w:b/>" } else { "" };
            paragraph(out, style, keep, &run(text, bold));
        }
        out.push_str("</w:tc>");
    }
    out.push_str("</w:tr>");
}

/// Widths by what stands in the columns: a long text counts up to six short ones.
fn column_widths(head: &[String], rows: &[Vec<String>]) -> Vec<usize> {
    let columns = rows.iter().map(Vec::len).chain([head.len(), 1]).max().unwrap_or(1);
    let longest = |at: usize| {
        let rows = rows.iter().map(Vec::as_slice).chain([head]);
        let widths = rows.filter_map(|row| row.get(at).map(|cell| width(cell)));
        widths.max().unwrap_or(0).clamp(10, 60)
    };
    let wanted: Vec<usize> = (0..columns).map(longest).collect();
    let least = |letters: usize| {
        let unbroken = letters.min(UNBROKEN) * LETTER + CELL_MARGINS;
        unbroken.min(TEXT_WIDTH / columns)
    };
    // What no column needs goes to the longer texts.
    let needed: usize = wanted.iter().map(|letters| least(*letters)).sum();
    let (rest, over) =
        (TEXT_WIDTH.saturating_sub(needed), |letters: usize| letters.saturating_sub(UNBROKEN));
    let all: usize = wanted.iter().map(|letters| over(*letters)).sum::<usize>().max(1);
    wanted.iter().map(|letters| least(*letters) + over(*letters) * rest / all).collect()
}

/// Text for XML, without the two characters that no control character is and XML has not.
fn xml(text: &str) -> String {
    let text: String = text.chars().filter(|c| !matches!(c, '\u{FFFE}' | '\u{FFFF}')).collect();
    escape(&text).into_owned()
}
