//! The bundled content: no problem in it, everything there that must be, no label for a child, no
//! figure without a source.

use std::{fs, path::Path};

use caseclinic::{
    clinic::{Template, bundled_templates},
    knowledge::{Library, Status, check_bundled},
};

/// What a professional must find, whatever else there is.
const REQUIRED: [&str; 35] = [
    "hsb-definition",
    "terms-and-glossary",
    "hackett-continuum",
    "using-the-continuum",
    "outside-typical-range",
    "consent-power-coercion",
    "language-guide",
    "core-principles",
    "nice-ng55-overview",
    "nspcc-framework-overview",
    "framework-five-domains",
    "hsb-audit-tool",
    "kcsie-part-five",
    "sharing-nudes-guidance",
    "england-working-together",
    "information-sharing",
    "technology-assisted-hsb",
    "learning-disability-hsb",
    "trauma-histories",
    "reoffending-and-outcomes",
    "protective-factors",
    "myth-always-adult-offender",
    "myth-must-admit-first",
    "first-response",
    "immediate-safety",
    "working-with-parents",
    "supporting-child-harmed",
    "assessment-domains",
    "safety-plan-school",
    "case-clinic-format",
    "case-clinic-ground-rules",
    "reflective-supervision-models",
    "emotional-impact",
    "helplines",
    "superseded-guidance",
];

/// Words of the language guide that sum up a child by one part of their life.
const LABELS: [&str; 9] = [
    "perpetrator",
    "abuser",
    "predator",
    "sex offender",
    "young offender",
    "juvenile offender",
    "sexualised child",
    "promiscuous",
    "lifestyle choice",
];

/// A paragraph, list item or table row of an entry.
struct Piece {
    place: String,
    text: String,
}

/// The pieces of every entry's text, without front matter.
fn pieces() -> Vec<Piece> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the knowledge folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .filter(|path| path.file_name().is_some_and(|name| name != "README.md"))
        .collect();
    files.sort();
    let mut pieces = Vec::new();
    for file in files {
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(&file).expect("text");
        let body = text.splitn(3, "+++").nth(2).unwrap_or_default();
        let before = text.len() - body.len();
        let first_line = text[..before].lines().count();
        pieces.extend(pieces_of(&name, body, first_line));
    }
    assert!(pieces.len() > 1000, "the entries are read");
    pieces
}

fn pieces_of(name: &str, body: &str, first_line: usize) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut goes_on = false;
    for (at, line) in body.lines().enumerate() {
        let line = line.trim();
        let stands_alone = line.starts_with(['#', '|', '>']);
        let begins = stands_alone || line.starts_with("- ") || starts_with_number(line);
        if line.is_empty() {
            goes_on = false;
        } else if goes_on && !begins {
            let last = pieces.last_mut().expect("it goes on");
            last.text.push(' ');
            last.text.push_str(line);
        } else {
            let place = format!("{name}:{}", first_line + at);
            pieces.push(Piece { place, text: line.to_owned() });
            goes_on = !stands_alone;
        }
    }
    pieces
}

fn starts_with_number(line: &str) -> bool {
    line.split_once(". ").is_some_and(|(number, _)| number.parse::<u8>().is_ok())
}

/// The text without what stands in quotation marks, and without the addresses of links.
fn unquoted(text: &str) -> String {
    let mut out = String::new();
    let (mut in_plain, mut in_curly, mut in_address) = (false, false, false);
    let mut before = ' ';
    for c in text.chars() {
        match c {
            '"' => in_plain = !in_plain,
            '“' => in_curly = true,
            '”' => in_curly = false,
            '(' if before == ']' => in_address = true,
            ')' => in_address = false,
            c if !in_plain && !in_curly && !in_address => out.push(c),
            _ => {}
        }
        before = c;
    }
    out.to_lowercase()
}

/// Whether a text gives a figure that was measured somewhere: a share, a rate or a count of people.
fn has_figure(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    words.iter().enumerate().any(|(at, word)| {
        let percent = word.contains('%') && word.contains(|c: char| c.is_ascii_digit());
        let next = words.get(at + 1).copied().unwrap_or_default();
        let after = words.get(at + 2).copied().unwrap_or_default();
        let per_cent = is_number(word) && (next == "per" && after.starts_with("cent"));
        let in_n = (is_number(word) || ["one", "two", "three"].contains(word))
            && next == "in"
            && (after.starts_with("10")
                || ["three", "four", "five", "ten", "3", "4", "5"].contains(&after));
        percent || per_cent || in_n
    })
}

#[test]
fn nothing_is_wrong_with_the_bundled_knowledge() {
    let today = jiff::civil::date(2026, 11, 21);
    let problems: Vec<String> = check_bundled(today).iter().map(ToString::to_string).collect();
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn everything_a_professional_must_find_is_there_and_in_force() {
    let library = Library::bundled();
    let missing: Vec<&str> =
        REQUIRED.into_iter().filter(|id| library.entry(id).is_none()).collect();
    assert!(missing.is_empty(), "{missing:?}");
    for id in REQUIRED {
        let entry = library.entry(id).expect("it is there");
        assert_eq!(entry.status, Status::Current, "{id}");
        assert!(!entry.sources.is_empty() || !has_figure(&entry.summary), "{id} has no source");
    }
}

#[test]
fn no_child_is_labelled_outside_quotation_marks() {
    let mut found = Vec::new();
    for piece in pieces() {
        let text = unquoted(&piece.text);
        found.extend(
            LABELS
                .iter()
                .filter(|label| text.contains(*label))
                .map(|label| format!("{}: {label}: {}", piece.place, piece.text)),
        );
    }
    for bundled in bundled_templates() {
        for text in [bundled.text, bundled.example] {
            let text = text.to_lowercase();
            found.extend(
                LABELS
                    .iter()
                    .filter(|label| text.contains(*label))
                    .map(|label| format!("{}: {label}", bundled.file)),
            );
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn titles_and_summaries_label_no_child_either() {
    for entry in Library::bundled().entries() {
        for text in [&entry.title, &entry.summary] {
            let text = unquoted(text);
            let label = LABELS.iter().find(|label| text.contains(**label));
            assert_eq!(label, None, "{}: {text}", entry.id);
        }
    }
}

#[test]
fn every_figure_has_its_source_beside_it() {
    let bare: Vec<String> = pieces()
        .into_iter()
        .filter(|piece| !piece.text.starts_with('#'))
        .filter(|piece| has_figure(&unquoted(&piece.text)) && !piece.text.contains("[^"))
        .map(|piece| format!("{}: {}", piece.place, piece.text))
        .collect();
    assert!(bare.is_empty(), "{bare:#?}");
}

#[test]
fn every_entry_a_template_points_at_is_there_and_in_force() {
    let library = Library::bundled();
    for bundled in bundled_templates() {
        let template = Template::parse(bundled.file, bundled.text).expect("it parses");
        for id in template.stages.iter().flat_map(|stage| &stage.kb) {
            let entry = library.entry(id).unwrap_or_else(|| panic!("{}: {id}", bundled.file));
            assert_eq!(entry.status, Status::Current, "{}: {id}", bundled.file);
        }
    }
}

#[test]
fn the_checks_of_this_file_see_what_they_look_for() {
    assert!(unquoted("the perpetrator").contains("perpetrator"));
    assert!(!unquoted("say \"perpetrator\" never, “abuser” neither").contains("abuser"));
    assert!(!unquoted("[the myth](myth-predator)").contains("predator"));
    for figure in ["about 30% of", "one in ten children", "52 per cent", "5 in 100 of them"] {
        assert!(has_figure(figure), "{figure}");
    }
    for none in ["Year 9", "under 13", "call 999", "NG55 in 2016", "one in the room"] {
        assert!(!has_figure(none), "{none}");
    }
}
