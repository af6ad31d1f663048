//! The page for authors, `clinic_templates/README.md`, held against what the parser knows.

use super::*;
use crate::clinic::template_lint::{Against, check_template};

const PAGE: &str = include_str!("../../../../clinic_templates/README.md");

/// Whether a word is in the page as a key or a value does.
fn is_named(word: &str) -> bool {
    [format!("`{word}`"), format!("`\"{word}\"`"), format!("[[{word}]]"), format!("[{word}]")]
        .iter()
        .any(|written| PAGE.contains(written))
}

/// The example at the end of the page.
fn example() -> &'static str {
    let (_, after) = PAGE.rsplit_once("```toml\n").expect("an example");
    after.split("```").next().expect("its end")
}

#[test]
fn every_key_the_parser_knows_is_named_in_the_page_for_authors() {
    let all = [
        keys_of::<Template>(),
        keys_of::<TemplateInfo>(),
        keys_of::<Role>(),
        keys_of::<Stage>(),
        keys_of::<Item>(),
        keys_of::<Condition>(),
        keys_of::<OptionDef>(),
        keys_of::<Constraint>(),
        keys_of::<Opens>(),
        keys_of::<Calculation>(),
        keys_of::<Migration>(),
    ];
    assert!(all.iter().all(|keys| !keys.is_empty()));
    let within = ["entry", "answer"];
    let missing: Vec<&&str> =
        all.into_iter().flatten().filter(|key| !is_named(key) && !within.contains(key)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(PAGE.contains("{ answer = …, entry = "));
}

#[test]
fn every_word_a_key_can_have_is_named_in_the_page_for_authors() {
    let example = example();
    for (key, old) in [
        ("type", "type = \"boolean\""),
        ("status", "status = \"active\""),
        ("sensitivity", "sensitivity = \"free_text\""),
        ("operator", "operator = \"=\""),
        ("disabled_display", "required = true"),
        ("enable_behavior", "required = true"),
    ] {
        assert!(example.contains(old), "{old}");
        let text = example.replacen(old, &format!("{key} = \"zzzzzzzzzzzzzzzz\""), 1);
        let problems = check_template("page.toml", &text, Against::default());
        let advice = problems.first().map_or("", |problem| problem.advice.as_str());
        let words = advice.strip_prefix("Write one of these: ").expect(advice);
        for word in words.trim_end_matches('.').split(", ") {
            assert!(is_named(word), "{key} = {word}");
        }
    }
}

#[test]
fn the_example_in_the_page_for_authors_is_sound() {
    let problems = check_template("page.toml", example(), Against::default());
    assert_eq!(problems, []);
    assert!(Template::parse("page.toml", example()).is_ok());
}

#[test]
fn the_migration_in_the_page_for_authors_is_one() {
    let (_, after) = PAGE.split_once("```toml\n[[migrate]]").expect("a migration");
    let block = after.split("```").next().expect("its end");
    let text = format!("{}\n[[migrate]]{block}", example());
    let problems = check_template("page.toml", &text, Against::default());
    assert!(problems.iter().all(|problem| problem.code != "unknown-key"), "{problems:?}");
    assert!(problems.iter().all(|problem| problem.code != "wrong-value"), "{problems:?}");
}

#[test]
fn what_the_reader_says_becomes_what_somebody_can_do() {
    let cases = [
        ("missing field `text`", "“text” is missing", "Add `text = …`"),
        ("unknown variant `day`, expected one of `group`, `date`", "“day”", "“date”"),
        ("unknown variant `zebra`, expected `all` or `any`", "“zebra”", "all, any"),
        ("invalid type: string \"five\", expected u32", "This is text", "whole number"),
        ("invalid type: map, expected a sequence", "a table", "a list"),
        ("invalid value: integer `-3`, expected u32", "not allowed", "from 0 up"),
        ("data did not match any variant of untagged enum Scalar", "No answer", "true"),
        ("unknown field `fr`, expected `en` or `cy`", "“fr”", "en, cy"),
        ("parsed date is not valid: parameter 'day'", "not a valid date", "2026-11-21"),
        ("something else", "something else.", "README"),
    ];
    for (reader, message, advice) in cases {
        let advised = advise(reader);
        assert!(advised.message.contains(message), "{}", advised.message);
        assert!(advised.advice.contains(advice), "{}", advised.advice);
    }
}
