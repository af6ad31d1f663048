//! One wrong thing at a time in a small template, and what is said about it.

use super::*;
use crate::clinic::fixture::{RICH, TEMPLATE};

/// The errors in a template; what only asks for a second look has tests of its own.
fn checked(text: &str) -> Vec<Problem> {
    let mut problems = check_template("small.toml", text, Against::default());
    problems.retain(Problem::is_error);
    problems
}

/// The small template with one text changed.
fn with(old: &str, new: &str) -> Vec<Problem> {
    assert!(TEMPLATE.contains(old), "{old}");
    checked(&TEMPLATE.replacen(old, new, 1))
}

fn codes(problems: &[Problem]) -> Vec<&str> {
    problems.iter().map(|problem| problem.code).collect()
}

#[test]
fn a_sound_template_has_no_problem() {
    assert_eq!(checked(TEMPLATE), []);
}

#[test]
fn a_text_that_is_not_toml_is_one_problem_with_its_place() {
    let problems = checked("schema = 1\nid = \n");
    assert_eq!((codes(&problems), problems[0].line), (vec!["not-toml"], 2));
}

#[test]
fn every_unknown_key_is_named_with_the_nearest_one() {
    let text = TEMPLATE.replacen("skippable", "skipable", 1).replacen("purpose", "porpose", 1);
    let problems = checked(&text);
    assert_eq!(codes(&problems), ["unknown-key", "unknown-key"]);
    assert!(problems[0].advice.contains("purpose") && problems[1].advice.contains("skippable"));
    assert!(Template::parse("small.toml", &text).is_err());
}

#[test]
fn a_value_of_the_wrong_kind_is_shown_where_it_is() {
    let problems = with("minutes = 5", "minutes = \"five\"");
    assert_eq!(codes(&problems), ["wrong-value"]);
    assert!(problems[0].line > 10 && problems[0].column > 1);
    assert_eq!(codes(&with("type = \"date\"", "type = \"day\"")), ["wrong-value"]);
}

#[test]
fn what_a_meeting_is_about_is_a_known_word() {
    let slips = [("supervison", "“supervision”"), ("Case", "“case”"), ("the weather", "service")];
    for (slip, advice) in slips {
        let problems = with("about = \"case\"", &format!("about = \"{slip}\""));
        assert_eq!(codes(&problems), ["wrong-value"], "{slip}");
        assert!(problems[0].advice.contains(advice) && problems[0].line > 4, "{}", problems[0]);
    }
    let silent = TEMPLATE.replacen("about = \"case\"\n", "", 1);
    assert!(Template::parse("small.toml", &silent).is_ok(), "one from before the key");
    let problems = check_template("small.toml", &silent, Against::default());
    assert!(codes(&problems).contains(&"no-about"), "it could be said");
}

#[test]
fn each_rule_finds_what_breaks_it() {
    let broken = [
        ("id = \"points\"", "id = \"ticks\"", "duplicate-id"),
        ("id = \"points\"", "id = \"Points!\"", "bad-id"),
        ("id = \"work\"", "id = \"open\"", "duplicate-id"),
        ("minutes = 15", "minutes = 20", "minutes"),
        ("minutes = 5\n", "minutes = 5\npause = 5\n", "pause"),
        ("gate = [\"danger\"]", "gate = [\"dangr\"]", "unknown-gate"),
        ("gate = [\"danger\"]", "gate = [\"what\"]", "unknown-gate"),
        ("question = \"danger\"", "question = \"dangerous\"", "unknown-question"),
        ("question = \"danger\"", "question = \"what\"", "forward-condition"),
        ("question = \"danger\"", "question = \"danger_now\"", "circular-condition"),
        ("answer = [\"abusive\", \"violent\"]", "answer = [\"abusiv\"]", "wrong-answer"),
        (
            "operator = \"in\", answer = [\"abusive\", \"violent\"]",
            "operator = \">\", answer = 3",
            "wrong-answer",
        ),
        ("operator = \"=\", answer = true", "operator = \"=\", answer = \"yes\"", "wrong-answer"),
        ("max_length = 40, sensitivity", "max = 40, sensitivity", "wrong-key"),
        ("type = \"decimal\"", "type = \"decimal\", min = 3, max = 1", "wrong-limit"),
        ("type = \"decimal\"", "type = \"decimal\", pattern = \"x\"", "wrong-key"),
        ("type = \"decimal\"", "type = \"decimal\", calculated = \"1 + 1\"", "wrong-value"),
        (
            "text = \"One line\", sensitivity = \"free_text\"",
            "text = \"One line\"",
            "no-sensitivity",
        ),
        ("type = \"decimal\"", "type = \"group\"", "empty-group"),
        ("for_each = \"behaviour\"", "for_each = \"behavior\"", "unknown-group"),
        ("qualifies = \"what\"", "qualifies = \"danger\"", "unknown-item"),
        ("line_after = \"problematic\"", "line_after = \"middle\"", "unknown-code"),
        ("code = \"b\"", "code = \"a\"", "duplicate-code"),
        ("code = \"b\"", "code = \"b c\"", "bad-id"),
        ("version = \"1\"", "version = \"one two\"", "bad-id"),
        ("repeats = true, ", "", "wrong-key"),
        ("max_occurs = 3", "max_occurs = 0", "wrong-limit"),
        ("min = 1, max = 5", "min = 1", "no-ends"),
    ];
    for (old, new, code) in broken {
        let problems = with(old, new);
        let found = problems.iter().find(|problem| problem.code == code);
        let found = found.unwrap_or_else(|| panic!("{new}: {problems:?}"));
        assert!(found.line > 1 && !found.advice.is_empty(), "{found}");
    }
}

#[test]
fn each_rule_on_the_richer_keys_finds_what_breaks_it() {
    assert_eq!(checked(RICH), []);
    let broken = [
        ("[A-Z]{2}[0-9]{3}", "[A-Z", "pattern"),
        ("initial = \"england\"", "initial = \"france\"", "wrong-answer"),
        ("initial = \"Form B\"", "hint = \"x\"", "never-filled"),
        (
            "\"Confidence before\", min = 1",
            "\"Confidence before\", initial = 9, min = 1",
            "wrong-answer",
        ),
        ("code = \"wales\"", "code = \"not_known\"", "fine"),
        ("text = \"Nation\"", "text = \"Nation\", allow_missing = true", "fine"),
        ("text = \"Scores\"", "text = \"Scores\", allow_missing = true", "wrong-key"),
        (
            "type = \"boolean\", text = \"Any worry?\"",
            "type = \"boolean\", disabled_display = \"protected\", text = \"Any worry?\"",
            "wrong-key",
        ),
        (
            "for_each = \"place\", line",
            "for_each = \"place\", disabled_display = \"protected\", line",
            "wrong-key",
        ),
        ("text = \"Total\"", "text = \"Total\", required = true", "wrong-key"),
        ("text = \"Total\"", "text = \"Total\", initial = 3", "wrong-answer"),
        (
            "type = \"decimal\", text = \"Mean age\"",
            "type = \"integer\", text = \"Mean age\"",
            "wrong-key",
        ),
        (
            "type = \"decimal\", text = \"Total\"",
            "type = \"integer\", text = \"Total\"",
            "wrong-key",
        ),
        (
            "type = \"decimal\", text = \"Total\"",
            "type = \"text\", sensitivity = \"none\", text = \"Total\"",
            "wrong-key",
        ),
        ("mean = [\"age\"]", "mean = [\"agee\"]", "unknown-item"),
        ("mean = [\"age\"]", "mean = [\"high\"]", "unknown-item"),
        ("mean = [\"age\"]", "mean = [\"older\"]", "wrong-source"),
        ("mean = [\"age\"]", "mean = []", "no-source"),
        ("mean = [\"age\"]", "meen = [\"age\"]", "unknown-key"),
        ("mean = [\"age\"]", "mean = \"age\"", "wrong-value"),
        ("scores_of = \"scores\"", "scores_of = \"lead\"", "wrong-source"),
        ("\"lead\", \"ways\", \"depth\", \"key\"", "\"scores\"", "wrong-source"),
        (
            "type = \"group\", text = \"Scores\"",
            "type = \"group\", read_only = true, text = \"Scores\"",
            "never-filled",
        ),
        ("text = \"Where?\"", "text = \"Where?\", repeats = true", "wrong-key"),
        ("question = \"worry\"", "question = \"last\"", "wrong-answer"),
        (
            "question = \"worry\", operator = \"=\", answer = true",
            "question = \"last_placed\", operator = \"exists\", answer = false",
            "fine",
        ),
        ("answer = [\"not_known\", \"not_asked\"]", "answer = [\"no_idea\"]", "wrong-answer"),
        ("version = \"2\"", "version = \"2\"\nlicense = \"x\"", "unknown-key"),
    ];
    for (old, new, code) in broken {
        assert!(RICH.contains(old), "{old}");
        let problems = checked(&RICH.replacen(old, new, 1));
        if code == "fine" {
            assert_eq!(problems, [], "{new}");
            continue;
        }
        let found = problems.iter().find(|problem| problem.code == code);
        let found = found.unwrap_or_else(|| panic!("{new}: {:?}", codes(&problems)));
        assert!(found.line > 1 && !found.advice.is_empty(), "{found}");
    }
}

#[test]
fn a_reference_between_rows_of_two_groups_is_refused_since_none_is_nearer() {
    let group = |id: &str, condition: &str| {
        format!(
            "{{ id = \"{id}\", type = \"group\", text = \"{id}\", repeats = true, item = [\n\
             {{ id = \"{id}_yes\", type = \"boolean\", text = \"Yes?\"{condition} }}] }},\n"
        )
    };
    let condition = ", enable_when = [{ question = \"one_yes\", operator = \"=\", answer = true }]";
    let both = format!("{}{}  {{ id = \"day\"", group("one", ""), group("two", condition));
    let problems = with("{ id = \"day\"", &both);
    assert_eq!(codes(&problems), ["ambiguous-reference"]);
    assert!(problems[0].message.contains("“one”") && problems[0].message.contains("“two”"));
    let outside = format!("{}{{ id = \"day\"{condition}", group("one", ""));
    assert_eq!(with("{ id = \"day\"", &outside), [], "from outside, any row counts");
}

#[test]
fn a_third_group_inside_two_that_repeat_is_refused_in_plain_words() {
    let old = "{ id = \"older\",";
    let new = "{ id = \"deep\", type = \"group\", text = \"Deep\", repeats = true, item = [\n\
               { id = \"deeper\", type = \"boolean\", text = \"Yes?\" }] },\n    { id = \"older\",";
    let problems = checked(&RICH.replacen(old, new, 1));
    assert_eq!(codes(&problems), ["nested-repeat"]);
}

#[test]
fn a_migration_names_what_is_gone_and_what_is_there() {
    let broken = [
        ("from = \"1\"", "wrong-version"),
        ("from = \"0\"\nrename = { ticks = \"points\" }", "still-there"),
        ("from = \"0\"\nrename = { old = \"pointz\" }", "unknown-item"),
        ("from = \"0\"\ndrop = [\"ticks\"]", "still-there"),
        ("from = \"0\"\nrecode = { ticks = { x = \"c\" } }", "unknown-code"),
        ("from = \"0\"\nrecode = { tics = { x = \"a\" } }", "unknown-item"),
        ("from = \"0\"\nrenamed = {}", "unknown-key"),
    ];
    for (entry, code) in broken {
        let text = format!("{TEMPLATE}\n[[migrate]]\n{entry}\n");
        let problems = checked(&text);
        assert_eq!(codes(&problems), [code], "{entry}");
    }
    let fine = "from = \"0\"\nrename = { old = \"points\" }\ndrop = [\"older\"]\nrecode = { ticks = { x = \"a\" } }";
    let text = format!("{TEMPLATE}\n[[migrate]]\n{fine}\n");
    assert_eq!(checked(&text), []);
}

#[test]
fn two_conditions_need_to_say_how_they_combine() {
    let one = "{ question = \"danger\", operator = \"=\", answer = true }";
    let problems = with(&format!("[{one}]"), &format!("[{one}, {one}]"));
    assert_eq!(codes(&problems), ["no-behavior"]);
}

#[test]
fn a_pinned_entry_must_exist_and_be_in_force() {
    let text = TEMPLATE.replacen(
        "skippable = false",
        "kb = [\"language-gide\", \"old-law\"]\nskippable = false",
        1,
    );
    let entries = [
        KnownEntry { id: "language-guide", superseded_by: None },
        KnownEntry { id: "old-law", superseded_by: Some("new-law") },
        KnownEntry { id: "immediate-safety", superseded_by: None },
    ];
    let against = Against { entries: Some(&entries), today: None };
    let mut problems = check_template("small.toml", &text, against);
    problems.retain(|problem| problem.code.ends_with("entry"));
    assert_eq!(codes(&problems), ["unknown-entry", "superseded-entry"]);
    assert!(problems[0].advice.contains("language-guide"));
    assert_eq!(problems[1].severity, Severity::Warning);
    assert!(Template::parse("small.toml", &text).is_ok());
}

#[test]
fn a_problem_points_at_the_word_that_is_wrong() {
    let text = TEMPLATE.replacen("gate = [\"danger\"]", "gate = [\"dangr\"]", 1);
    let problems = checked(&text);
    assert_eq!(&text[problems[0].span.clone()], "\"dangr\"");
    assert!(problems[0].advice.contains("“danger”"));
}

#[test]
fn a_template_nested_beyond_reason_is_refused_and_breaks_nothing() {
    let deep = format!("[stage{}]\nid = \"x\"\n", ".item".repeat(20_000));
    assert!(!checked(&deep).is_empty());
    let deep = format!("a = {}", "[".repeat(100_000));
    assert!(!checked(&deep).is_empty());
}

/// The warnings in a template, each as its code and its line.
fn warned(text: &str) -> Vec<(&'static str, usize)> {
    let problems = check_template("small.toml", text, Against::default());
    problems.iter().filter(|one| !one.is_error()).map(|one| (one.code, one.line)).collect()
}

/// A template of one stage of `minutes`, with `script` and `items`.
fn one_stage(minutes: u32, script: &str, items: &str) -> String {
    format!(
        "schema = 1\n[template]\nid = \"one\"\nversion = \"1\"\nstatus = \"active\"\nabout = \"case\"\n\
         title = \"One\"\npurpose = \"One stage.\"\nminutes = {minutes}\n\
         [[stage]]\nid = \"only\"\ntitle = \"Only\"\nminutes = {minutes}\nscript = \"\"\"\n{script}\"\"\"\n\
         {items}"
    )
}

#[test]
fn a_stage_that_asks_more_than_its_minutes_is_named_with_both_figures() {
    let text =
        "[[stage.item]]\nid = \"ID\"\ntype = \"text\"\ntext = \"What?\"\nsensitivity = \"none\"\n";
    let texts = |count: usize| -> String {
        (0..count).map(|at| text.replacen("ID", &format!("t{at}"), 1)).collect()
    };
    assert_eq!(warned(&one_stage(2, "Over to you.", &texts(3))), [], "two minutes for 120 seconds");
    let full = one_stage(2, "Over to you.", &texts(4));
    assert_eq!(warned(&full), [("writing-time", 13)]);
    let problems = check_template("small.toml", &full, Against::default());
    assert_eq!(problems[0].message, "Stage 1 needs about 3 minutes to write, and has 2.");
    // What is asked only under a condition is not counted.
    let hidden = "enable_when = [{ question = \"t0\", operator = \"exists\", answer = true }]\n";
    let asked = format!("{}{}{hidden}", texts(3), text.replacen("ID", "later", 1));
    assert_eq!(warned(&one_stage(2, "Over to you.", &asked)), []);
}

#[test]
fn a_script_that_is_hard_to_read_aloud_is_warned_about_at_its_line() {
    let long = "word ".repeat(26);
    let script = format!(
        "Over to you.\nThis is fine. {long}end.\nDon’t do nothing.\nHe is a young offender.\n"
    );
    let found = warned(&one_stage(2, &script, ""));
    assert_eq!(found, [("long-sentence", 16), ("negations", 17), ("label", 18)]);
}
