//! Whatever people typed is text in every format: no formula, markup, field, link or script comes of it,
//! and it reads as it was typed.

use std::io::{Cursor, Read};

use caseclinic::{
    clinic::{
        ActionDetails, Event, Language, Slot, Value, apply, bundled_template, practice_session,
    },
    knowledge::Library,
    report::{
        DataFormat, DocumentSource, Edition, ExportFormat, ReportBlock, ReportDocument,
        document_text,
    },
    text::{LocalTime, clean},
};
use pulldown_cmark::{Event as Markdown, Options, Parser};
use quick_xml::{Reader, events::Event as Xml};

/// What programs could take for more than text.
const HOSTILE: &[&str] = &[
    "=HYPERLINK(\"http://evil.example\",\"click\")",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "+1+1",
    "-2+3",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "</w:t></w:r><w:fldSimple w:instr=\"DDEAUTO c:\\\\calc\"/><w:r><w:t>",
    "{ INCLUDETEXT \"c:\\\\secret\" }",
    "[x](javascript:alert(1))",
    "![x](http://evil.example/x.png)",
    "<http://auto.example>",
    "http://bare.example/?a=1&b=2",
    "someone@evil.example",
    "&amp; &#x41; &lt;b&gt;",
    "]]> <!-- x --> <?xml?> <!DOCTYPE x>",
    "# no heading",
    "- no list",
    "1. no list",
    "| no | table |",
    "```no code```",
    "~~~",
    "***no*** __emphasis__ `code`",
    "\\no escape\\",
    "[^1] [1]: http://evil.example",
    "(\\) Tj ET /JavaScript (x) >>",
    "END:VCALENDAR",
    "${x} $(x) %n {{x}}",
    "'\"--",
    "\u{202e}right to left\u{202c} \u{2066}x\u{2069}",
    "\u{1b}[31mred\u{1b}[0m \u{7}\u{0}\u{8}",
    "a\u{2028}b\u{2029}c\u{85}d",
    "\u{fffe}\u{ffff}\u{feff}",
    "Tŷ 😀 语 e\u{301}",
];

/// All of it, about a megabyte.
fn megabyte() -> String {
    let once = HOSTILE.join("\n");
    once.clone() + &format!("\n{once}").repeat((1 << 20) / once.len())
}

/// The words, however lines are broken.
fn words(text: &str) -> String {
    let kept: String =
        clean(text).chars().filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}')).collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn document() -> (ReportDocument, String) {
    let text = megabyte();
    let title = HOSTILE[8].to_owned();
    let document = ReportDocument {
        title: title.clone(),
        header: HOSTILE[5].to_owned(),
        language: Language::En,
        blocks: vec![
            ReportBlock::Heading { level: 1, text: title },
            ReportBlock::Answer {
                question: HOSTILE[6].to_owned(),
                remark: None,
                text: Some(text.clone()),
            },
        ],
    };
    (document, text)
}

/// The text of an XML part, and the names of its elements.
fn read_xml(part: &str) -> (String, Vec<String>) {
    let mut reader = Reader::from_str(part);
    let (mut text, mut names) = (String::new(), Vec::new());
    loop {
        match reader.read_event().expect("it is well formed") {
            Xml::Start(tag) | Xml::Empty(tag) => {
                let name = tag.name().as_ref().to_owned();
                // Paragraphs and line ends part words.
                if ["w:p", "w:br", "row", "si"].contains(&name.as_str()) {
                    text.push('\n');
                }
                names.push(name);
            }
            Xml::Text(inner) => text.push_str(&inner),
            Xml::GeneralRef(inner) => {
                let name = inner.to_string();
                let code = inner.resolve_char_ref().expect("a character");
                let named = || quick_xml::escape::resolve_predefined_entity(&name).expect("known");
                match code {
                    Some(c) => text.push(c),
                    None => text.push_str(named()),
                }
            }
            Xml::Eof => return (text, names),
            Xml::Decl(_) | Xml::End(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

fn parts(archive: &[u8]) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).expect("an archive");
    (0..archive.len())
        .map(|at| {
            let mut part = archive.by_index(at).expect("a part");
            let mut text = String::new();
            part.read_to_string(&mut text).expect("text");
            (part.name().expect("a name").into_owned(), text)
        })
        .collect()
}

/// The cells of a CSV file.
fn cells(csv: &str) -> Vec<String> {
    let (mut cells, mut cell, mut is_quoted) = (Vec::new(), String::new(), false);
    for c in csv.chars() {
        match c {
            // Two quotes inside are one: the second begins again.
            '"' => {
                is_quoted = !is_quoted;
                if is_quoted && !cell.is_empty() {
                    cell.push('"');
                }
            }
            ',' | '\n' if !is_quoted => cells.push(std::mem::take(&mut cell)),
            '\r' if !is_quoted => {}
            c => cell.push(c),
        }
    }
    cells
}

#[test]
fn a_megabyte_of_hostile_text_is_the_same_text_in_word() {
    let (document, text) = document();
    let file = ExportFormat::Docx.write(&document).expect("written");
    for (name, part) in parts(&file) {
        let (read, names) = read_xml(&part);
        if name.ends_with(".rels") {
            assert!(!part.contains("External") && !part.contains("evil"), "{part}");
        }
        let fields: &[&str] = if name == "word/footer1.xml" { &["w:fldSimple"] } else { &[] };
        for active in
            ["w:fldSimple", "w:fldChar", "w:instrText", "w:hyperlink", "w:object", "w:altChunk"]
        {
            assert!(fields.contains(&active) || !names.iter().any(|one| one == active), "{name}");
        }
        if name == "word/document.xml" {
            assert!(words(&read).ends_with(&words(&text)), "{name}");
            assert!(!read.contains(['\u{202e}', '\u{2066}', '\u{1b}', '\u{0}']));
        }
    }
}

#[test]
fn a_megabyte_of_hostile_text_is_the_same_text_in_a_browser() {
    let (document, text) = document();
    let file = String::from_utf8(ExportFormat::Html.write(&document).expect("written"));
    let (mut read, mut in_style) = (String::new(), false);
    for token in html5gum::Tokenizer::new(file.expect("text").as_str()).flatten() {
        match token {
            html5gum::Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                for active in
                    ["script", "img", "a", "iframe", "object", "embed", "link", "form", "base"]
                {
                    assert_ne!(name, active);
                }
                for attribute in tag.attributes.keys() {
                    let attribute = String::from_utf8_lossy(attribute).into_owned();
                    let is_active = ["href", "src", "style"].contains(&attribute.as_str());
                    assert!(!is_active && !attribute.starts_with("on"), "{name} {attribute}");
                }
                in_style = name == "style";
                if ["p", "br", "div"].contains(&name.as_str()) {
                    read.push('\n');
                }
            }
            html5gum::Token::EndTag(_) => in_style = false,
            html5gum::Token::String(part) if !in_style => {
                read.push_str(&String::from_utf8_lossy(&part));
            }
            html5gum::Token::Comment(comment) => panic!("{comment:?}"),
            _ => {}
        }
    }
    assert!(words(&read).contains(&words(&text)));
}

#[test]
fn a_megabyte_of_hostile_text_is_the_same_text_in_markdown_and_plain_text() {
    let (document, text) = document();
    let file = String::from_utf8(ExportFormat::Markdown.write(&document).expect("written"));
    let file = file.expect("text");
    let mut read = String::new();
    for event in Parser::new_ext(&file, Options::all() - Options::ENABLE_SMART_PUNCTUATION) {
        match event {
            Markdown::Text(part) => read.push_str(&part),
            Markdown::SoftBreak | Markdown::HardBreak => read.push('\n'),
            Markdown::End(_) => read.push(' '),
            Markdown::Start(tag) => {
                let tag = format!("{tag:?}");
                let plain =
                    ["Paragraph", "Heading", "Strong"].iter().any(|ours| tag.starts_with(ours));
                assert!(plain, "{tag}");
            }
            other => panic!("{other:?}"),
        }
    }
    let same = |read: &str| words(read).replace(' ', "").contains(&words(&text).replace(' ', ""));
    assert!(same(&read), "the Markdown reads differently");
    let file = String::from_utf8(ExportFormat::Text.write(&document).expect("written"));
    assert!(same(&file.expect("text")), "the plain text reads differently");
    assert!(same(&document_text(&document)));
}

#[test]
fn a_megabyte_of_hostile_text_does_nothing_in_pdf() {
    let (document, _) = document();
    let file = ExportFormat::Pdf.write(&document).expect("written");
    let file = String::from_utf8_lossy(&file);
    for active in ["/JS", "/Launch", "/URI", "/OpenAction", "/AA ", "/EmbeddedFile", "/SubmitForm"]
    {
        let key = |at: usize| !file[at + active.len()..].starts_with(char::is_alphanumeric);
        assert!(!file.match_indices(active).any(|(at, _)| key(at)), "{active}");
    }
}

#[test]
fn hostile_answers_and_actions_are_text_in_every_data_format() {
    let bundled = bundled_template("peer-case-clinic").expect("a format");
    let template = bundled.parse().expect("it is sound");
    let now = "2026-11-22T10:00:00Z".parse().expect("a time");
    let session = practice_session(&template, bundled.example_file, bundled.example, now);
    let mut session = session.expect("it plays");
    let long: String = megabyte().chars().take(99_000).collect();
    let slot = Slot::once("why_now");
    let value = Some(Value::Text(long.clone()));
    apply(&mut session, Event::Answered { slot, value }, now).expect("answered");
    let item = session.actions()[0].item.clone();
    for text in HOSTILE {
        let details = ActionDetails {
            what: (*text).to_owned(),
            why: (*text).to_owned(),
            owner: (*text).to_owned(),
            agency: (*text).to_owned(),
            by: Some(jiff::civil::date(2026, 12, 1)),
            measure: (*text).to_owned(),
            ..ActionDetails::default()
        };
        apply(&mut session, Event::ActionAdded { item: item.clone(), details }, now)
            .expect("added");
    }
    let (library, local) = (Library::bundled(), LocalTime::default());
    let source = DocumentSource {
        session: &session,
        edition: Edition::Record,
        local: &local,
        library: &library,
    };
    let write = |format: DataFormat| format.write(&source).expect("written");

    for (name, part) in parts(&write(DataFormat::Xlsx)) {
        let (read, names) = read_xml(&part);
        assert!(
            !names.iter().any(|one| ["f", "hyperlink", "oleObject"].contains(&one.as_str())),
            "{name}"
        );
        assert!(!part.contains("TargetMode=\"External\""), "{name}");
        if name == "xl/sharedStrings.xml" {
            for text in HOSTILE.iter().filter(|text| !words(text).is_empty()) {
                assert!(words(&read).contains(&words(text)), "{text:?}");
            }
        }
    }
    let csv = String::from_utf8(write(DataFormat::Csv)).expect("text");
    for cell in cells(&csv) {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
    }
    let ics = String::from_utf8(write(DataFormat::Ics)).expect("text");
    assert_eq!(ics.matches("END:VCALENDAR").count(), 1);
    assert!(!ics.contains("evil") && !ics.contains("script"), "{ics}");
    let json: serde_json::Value = serde_json::from_slice(&write(DataFormat::Json)).expect("JSON");
    let answers = json["answers"].as_array().expect("a list");
    let told = answers.iter().find(|one| one["item"] == "why_now").expect("it is there");
    assert_eq!(told["value"].as_str().map(words), Some(words(&long)));
    let fhir = write(DataFormat::Fhir);
    serde_json::from_slice::<serde_json::Value>(&fhir).expect("JSON");
    let fhir = String::from_utf8(fhir).expect("text");
    assert!(!fhir.contains(['\u{202e}', '\u{1b}', '\u{0}']));
}
