//! The lint, over entries with one fault each.

use super::*;
use crate::knowledge::library::SAMPLE;
use std::fs;

fn today() -> Date {
    "2026-11-21".parse().expect("a date")
}

/// Everything wrong with the pack in a folder, or with one file of it, without notes.
fn check_path(path: &Path, today: Date) -> Vec<Problem> {
    let problems = super::check_path(path, today, None).into_iter();
    problems.filter(|problem| !problem.is_note()).collect()
}

/// Everything wrong with installed packs, without notes.
fn check_installed(store: &Path, today: Date) -> Vec<Problem> {
    let problems = super::check_installed(store, today).into_iter();
    problems.filter(|problem| !problem.is_note()).collect()
}

fn long(text: &str) -> String {
    format!("{text}\n{}", "word ".repeat(260))
}

fn codes_of(text: &str) -> Vec<&'static str> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("one.md"), text).expect("a file in it");
    check_path(folder.path(), today()).iter().map(|problem| problem.code).collect()
}

#[test]
fn a_whole_entry_has_no_problem() {
    assert_eq!(codes_of(&long(SAMPLE)), [] as [&str; 0]);
}

#[test]
fn each_fault_has_its_own_code() {
    for (from, to, code) in [
        ("[^a]", "[^aa]", "unknown-source"),
        ("Listen.[^b]", "Listen.", "unused-source"),
        ("Listen", "[Listen](nowhere)", "dead-link"),
        ("\"current\"", "\"superseded\"", "no-successor"),
        ("superseded_by = []", "superseded_by = [\"two\"]", "unknown-successor"),
        ("2027-11-21", "2026-11-20", "review-overdue"),
        ("2027-11-21", "2025-11-21", "review-order"),
        ("Answer in short.[^a]", "", "no-answer"),
        ("key = \"b\"", "key = \"a\"", "duplicate-source"),
        ("title = \"First", "titel = \"First", "missing-key"),
    ] {
        let codes = codes_of(&long(&SAMPLE.replacen(from, to, 1)));
        assert!(codes.contains(&code), "{code} is not in {codes:?}");
    }
    assert!(codes_of(SAMPLE).contains(&"length"));
    let wordy = SAMPLE.replace("Answer", &"Answer ".repeat(100));
    assert!(codes_of(&wordy).contains(&"long-answer"));
}

#[test]
fn a_problem_points_into_the_body() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = long(&SAMPLE.replace("Listen", "[Listen](oen)"));
    fs::write(folder.path().join("one.md"), &text).expect("a file in it");
    let problems = check_path(&folder.path().join("one.md"), today());
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(&text[problems[0].span.clone()], "[Listen](oen)");
    assert!(problems[0].advice.contains("`one`"));
}

/// The problems of a folder with these files, of one code, each with the text it points at.
fn pointed(files: &[(&str, &str)], code: &str) -> Vec<(String, String)> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("a file in it");
    }
    super::check_path(folder.path(), today(), None)
        .into_iter()
        .filter(|problem| problem.code == code)
        .map(|problem| {
            assert!(!problem.is_error() && !problem.advice.is_empty(), "{problem:?}");
            let text = fs::read_to_string(&problem.file).expect("the file");
            (text[problem.span].to_owned(), problem.advice)
        })
        .collect()
}

fn places(files: &[(&str, &str)], code: &str) -> Vec<String> {
    pointed(files, code).into_iter().map(|(place, _)| place).collect()
}

fn with(from: &str, to: &str) -> String {
    let text = long(&SAMPLE.replacen(from, to, 1));
    assert_ne!(text, long(SAMPLE), "{from}");
    text
}

#[test]
fn a_label_is_pointed_at_wherever_it_stands() {
    for (from, to, label) in [
        ("Listen.", "é The **perpetrators** left.", "perpetrators"),
        ("Listen.", "| a | b |\n|---|---|\n| x | young\u{20}offender |", "young offender"),
        ("What to do first", "What the victim needs", "victim"),
        ("First response", "The abuser", "abuser"),
        ("Stay calm", "Avoid the predator", "predator"),
    ] {
        assert_eq!(places(&[("one.md", &with(from, to))], "label"), [label], "{to}");
    }
    let advice = &pointed(&[("one.md", &with("Listen", "A victim"))], "label")[0].1;
    assert!(advice.contains("child who was harmed"), "{advice}");
}

#[test]
fn a_label_is_let_stand_in_quotations_titles_addresses_and_names() {
    for to in [
        "They said \"the perpetrator\", “abuser” or ‘victim’.",
        "[Belief](myth-predator) and [web](https://example.org/sex-offender)",
        "Source about the abuser says so.",
        "A Young Offender Institution.",
    ] {
        let text = with("Listen.", to).replace("Source A", "Source about the abuser");
        assert_eq!(places(&[("one.md", &text)], "label"), [] as [&str; 0], "{to}");
    }
    let text = with("\"disclosure\"", "\"victim\", \"perpetrator\"");
    assert_eq!(places(&[("one.md", &text)], "label"), [] as [&str; 0], "words people type");
}

#[test]
fn a_figure_needs_its_footnote_in_the_same_sentence_item_or_row() {
    for (to, figure) in [
        ("About 30% do. Others do not.[^b]", Some("30%")),
        ("Some.[^b] One in **ten** do.", Some("One in **ten")),
        ("- 52 per cent\n- more[^b]", Some("52 per cent")),
        ("| a |\n|---|\n| 6,196 boys |\n| x[^b] |", Some("6,196 boys")),
        ("About 30% do.[^b] Others do not.", None),
        ("- 52 per cent. Not more.[^check]", None),
        ("| a | b |\n|---|---|\n| 6,196 boys | x[^b] |", None),
        ("They say \"90% do it again\".", None),
        ("### 5 in 100", None),
    ] {
        let text = with("Listen.[^b]", &format!("Listen.[^b]\n\n{to}\n\n"));
        let expected: Vec<&str> = figure.into_iter().collect();
        assert_eq!(places(&[("one.md", &text)], "bare-figure"), expected, "{to}");
    }
}

#[test]
fn unchecked_statements_and_sources_without_an_address_are_counted_for_each_pack() {
    let text = with("Listen.", "Listen.[^check] Wait.[^check]");
    assert_eq!(places(&[("one.md", &text)], "unchecked"), ["[^check]"; 3]);
    assert_eq!(places(&[("one.md", &text)], "no-address"), ["\"b\""]);
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("one.md"), &text).expect("a file in it");
    let notes = count_notes(&super::check_path(folder.path(), today(), None));
    let name = folder.path().file_name().expect("a name").to_string_lossy();
    let expected = format!("{name}: 3 unchecked statements, 1 source without an address");
    assert_eq!(notes.iter().map(ToString::to_string).collect::<Vec<_>>(), [expected]);
    assert_eq!(notes[0].to_json()["counts"], serde_json::json!({"unchecked": 3, "no-address": 1}));
}

#[test]
fn an_old_figure_says_of_which_year_it_is() {
    for (to, found) in [
        ("About 30% do.[^b]", true),
        ("About 30% do.[^b][^a]", true),
        ("In 2018, 30% did.[^b]", false),
        ("A study of 2017-18 asked.\n\n- 30% did[^b]", false),
        ("In 2018 some did.\n\n## Next\n\n30% do.[^b]", true),
        ("About 30% do.[^check]", false),
        ("About 30% do.[^b][^check]", false),
        ("Some do.[^b]", false),
    ] {
        let text = with("Listen.[^b]", &format!("Listen.[^b]\n\n{to}\n\n"));
        let expected = vec!["30%"; usize::from(found)];
        assert_eq!(places(&[("one.md", &text)], "old-figure"), expected, "{to}");
        let newer = text.replace("year = 2019", "year = 2023");
        assert_eq!(places(&[("one.md", &newer)], "old-figure"), [] as [&str; 0], "{to}");
    }
}

#[test]
fn a_pitfall_worded_as_advice_is_a_problem_here_and_a_note_in_a_local_pack() {
    let text = with(
        "What to do first\n\nListen.",
        "Pitfalls\n\n- Ask for details.\n- Avoid blame.\n\nSo.",
    );
    let code = "pitfall-as-advice";
    assert_eq!(places(&[("one.md", &text)], code), ["- Ask for details."]);
    assert!(codes_of(&text).contains(&code));
    let about = "id = \"northmoor\"\ntitle = \"N\"\nversion = \"1\"\n";
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in [("pack.toml", about), ("one.md", &text)] {
        fs::write(folder.path().join(name), text).expect("written");
    }
    let problems = super::check_path(folder.path(), today(), None);
    let found = problems.iter().find(|problem| problem.code == code);
    assert!(found.is_some_and(Problem::is_note), "{problems:?}");
}

#[test]
fn a_link_to_what_is_no_longer_in_force_says_so() {
    let old = SAMPLE
        .replace("id = \"one\"", "id = \"old\"")
        .replace("\"current\"", "\"superseded\"")
        .replace("superseded_by = []", "superseded_by = [\"one\"]");
    for (to, found) in [
        ("See [this](old).", true),
        ("The rule was withdrawn. See [this](old).", true),
        ("See [this](old), now superseded.", false),
        ("See [this](one).", false),
    ] {
        let files = [("old.md", old.as_str()), ("one.md", &with("Listen.", to))];
        let problems = pointed(&files, "link-to-superseded");
        assert_eq!(
            problems.iter().map(|p| p.0.as_str()).collect::<Vec<_>>(),
            if found { vec!["[this](old)"] } else { vec![] }
        );
        assert!(problems.iter().all(|(_, advice)| advice.contains("`one`")));
    }
    let from_old = old.replace("Listen.", "See [itself](old).");
    assert_eq!(places(&[("old.md", &from_old)], "link-to-superseded"), [] as [&str; 0]);
}

#[test]
fn a_summary_has_room_for_two_hundred_characters() {
    let line = |length: usize| "é".repeat(length);
    let of = |length| with("Stay calm, tell the lead, write it down.", &line(length));
    let expected = [format!("summary = \"{}\"", line(201))];
    assert_eq!(places(&[("one.md", &of(201))], "long-summary"), expected);
    assert_eq!(places(&[("one.md", &of(200))], "long-summary"), [] as [&str; 0]);
}

#[test]
fn two_entries_are_twins_only_if_title_and_alias_are_the_same() {
    let two = SAMPLE.replace("id = \"one\"", "id = \"two\"");
    let title = two.replace("First response", "Second response");
    let aliases =
        two.replace("\"what do I do now\", \"child told me\", \"disclosure\"", "\"another\"");
    for (other, found) in [(two.as_str(), 1), (&title, 0), (&aliases, 0)] {
        let files = [("one.md", SAMPLE), ("two.md", other)];
        let expected = vec!["title = \"First response\""; found];
        assert_eq!(places(&files, "twin"), expected);
    }
}

#[test]
fn a_local_pack_is_held_to_the_same_wording_and_sources() {
    let about = "id = \"northmoor\"\ntitle = \"N\"\nversion = \"1\"\n";
    let text = SAMPLE
        .replace("id = \"one\"", "id = \"northmoor-one\"")
        .replace("Listen.[^b]", "Stop.[^b] The perpetrator is one in ten.");
    let document = "Perpetrators\n\nOne in ten children, says this procedure.";
    let store = tempfile::tempdir().expect("a temporary folder");
    let local = store.path().join("northmoor");
    fs::create_dir(&local).expect("made");
    for (name, text) in
        [("pack.toml", about), ("northmoor-one.md", &text), ("northmoor-two.txt", document)]
    {
        fs::write(local.join(name), text).expect("written");
    }
    let codes = |problems: Vec<Problem>| -> Vec<(String, &'static str)> {
        let name = |problem: &Problem| {
            let name = Path::new(&problem.file).file_stem().unwrap_or_default();
            name.to_string_lossy().into_owned()
        };
        problems.iter().map(|problem| (name(problem), problem.code)).collect()
    };
    let in_one = ["label", "bare-figure"].map(|code| ("northmoor-one".to_owned(), code));
    // A document is the source of its own figures.
    let in_two = ("northmoor-two".to_owned(), "label");
    let both: Vec<_> = in_one.iter().cloned().chain([in_two]).collect();
    assert_eq!(codes(check_path(&local, today())), both);
    fs::remove_file(local.join("northmoor-two.txt")).expect("removed");
    assert_eq!(codes(check_installed(store.path(), today())), in_one);
}

#[test]
fn a_local_entry_is_told_of_everything_that_its_readers_would_stumble_over() {
    let about = "id = \"northmoor\"\ntitle = \"N\"\nversion = \"1\"\n";
    let sources = SAMPLE.find("[[sources]]").expect("it has some")..SAMPLE.rfind("+++").expect("x");
    let bare = SAMPLE.replace(&SAMPLE[sources], "").replace("[^a]", "").replace("[^b]", "");
    for (text, code, pointed) in [
        (SAMPLE.replace("Answer", &"Answer ".repeat(100)), "long-answer", "Answer Answer"),
        (bare, "no-source", "+++"),
        (SAMPLE.replace("aliases", "aliasses"), "unknown-key", "aliasses"),
        (SAMPLE.replace("2027-11-21", "2026-11-20"), "review-overdue", "review_by"),
        (SAMPLE.replace("Listen", "[Listen](helplins)"), "dead-link", "[Listen](helplins)"),
        (SAMPLE.replace("[^b]", "[^bb]"), "unknown-source", "[^bb]"),
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (name, text) in [("pack.toml", about), ("one.md", &text)] {
            fs::write(folder.path().join(name), text).expect("written");
        }
        let problems = check_path(folder.path(), today());
        let problem = problems.iter().find(|problem| problem.code == code);
        let problem = problem.unwrap_or_else(|| panic!("{code} is not in {problems:?}"));
        assert!(text[problem.span.clone()].starts_with(pointed), "{problem:?}");
        if code == "dead-link" {
            assert!(problem.advice.contains("`helplines`"), "{}", problem.advice);
        }
        assert!(problem.render(80, false).contains(pointed), "{code}");
    }
    let short = SAMPLE.replace("Answer in short.[^a]\n", "");
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in [("pack.toml", about), ("one.md", &short)] {
        fs::write(folder.path().join(name), text).expect("written");
    }
    let codes: Vec<_> = check_path(folder.path(), today()).iter().map(|one| one.code).collect();
    assert_eq!(codes, ["unused-source"], "length and an opening answer are not asked for");
}

#[test]
fn a_local_version_is_told_when_the_bundled_entry_has_changed() {
    let bundled = Library::bundled();
    let version = &bundled.entry("first-response").expect("bundled").version;
    let about = "id = \"northmoor\"\ntitle = \"N\"\nversion = \"1\"\nreview_by = 2026-11-01\n";
    for (pin, expected) in [
        (format!("overlays = \"{version}\"\n"), None),
        ("overlays = \"000000000000\"\n".to_owned(), Some("overlay-changed")),
        (String::new(), None),
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let local = folder.path().join("northmoor");
        fs::create_dir(&local).expect("made");
        let text = SAMPLE.replace("id = \"one\"", &format!("{pin}id = \"first-response\""));
        let text = text.replace("Listen", "[Listen](helplines)");
        fs::write(local.join("first-response.md"), text).expect("written");
        fs::write(local.join("pack.toml"), about).expect("written");
        fs::write(local.join("levels.txt"), "Levels of need.").expect("written");
        let source = check_path(&local, today());
        let codes: Vec<_> = source.iter().map(|problem| problem.code).collect();
        let all: Vec<_> = expected.into_iter().chain(["review-overdue"]).collect();
        assert_eq!(codes, all, "{source:#?}");
        fs::remove_file(local.join("levels.txt")).expect("removed");
        assert_eq!(check_installed(folder.path(), today()), source);
    }
}

#[test]
fn a_path_that_leads_nowhere_is_a_problem() {
    let problems = check_path(Path::new("/nowhere/one.md"), today());
    assert!(problems.iter().any(Problem::is_error), "{problems:?}");
}

#[test]
fn a_thesaurus_group_of_one_word_is_pointed_at() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = "[[same]]\nwords = [\"hsb\"]\n\n[[broader]]\nword = [\"x\"]\nalso = [\"y\"]\n";
    fs::write(folder.path().join("thesaurus.toml"), text).expect("a file in it");
    let problems = check_path(folder.path(), today());
    let codes: Vec<_> = problems.iter().map(|p| (p.code, p.line)).collect();
    assert_eq!(codes, [("lonely-word", 1), ("lonely-word", 4), ("unknown-key", 5)]);
}

#[test]
fn a_word_that_search_takes_for_another_is_reported() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let check = |text: &str| {
        fs::write(folder.path().join("thesaurus.toml"), text).expect("a file in it");
        let problems = check_path(folder.path(), today());
        problems.iter().map(|problem| (problem.code, problem.line)).collect::<Vec<_>>()
    };
    let group = |words: &str| format!("[[same]]\nwords = [{words}]\n");
    let other = group("\"universe\", \"cosmos\"");
    let text = group("\"college\", \"university\"") + &other;
    assert_eq!(check(&text), [("same-stem", 2), ("same-stem", 4)]);
    assert_eq!(check(&(group("\"college\", \"a university\"") + &other)), []);
    assert_eq!(check(&group("\"universe\", \"universes\", \"university\"")), []);
}

fn found(text: &str) -> Vec<&str> {
    labels_in(text).into_iter().map(|(range, _)| &text[range]).collect()
}

#[test]
fn labels_are_found_in_the_plural_across_lines_and_in_capitals() {
    assert_eq!(
        found("Young sex\noffenders and the perpetrator's home"),
        ["sex\noffenders", "perpetrator"]
    );
    assert_eq!(found("THE VICTIM was attention-seeking"), ["VICTIM", "attention-seeking"]);
    assert_eq!(found("Young offenders re-offender"), ["Young offenders", "offender"]);
}

#[test]
fn words_about_adults_about_help_and_of_official_names_are_no_labels() {
    for text in [
        "adult sex offenders",
        "a victim of crime",
        "victim support, victim-blaming",
        "a Young Offender Institution",
        "the Victims\u{2019} Code",
        "the Sex Offenders Register",
        "reoffending, predatory, experimenting",
    ] {
        assert_eq!(found(text), [] as [&str; 0], "{text}");
    }
    assert_eq!(found("Perpetrators must move."), ["Perpetrators"]);
}

#[test]
fn every_label_is_one_the_language_guide_names() {
    let bundled = Library::bundled();
    let guide = bundled.entry("language-guide").expect("the guide").body.to_lowercase();
    for named in ["offender", "sex offender", "young offender", "perpetrator", "abuser"]
        .into_iter()
        .chain(["predator", "paedophile", "victim", "sexualised child", "promiscuous"])
        .chain(["lifestyle choice", "attention-seeking", "just experimenting"])
    {
        assert!(guide.contains(&format!("\"{named}\"")), "{named}");
        assert!(!found(named).is_empty(), "{named}");
    }
}

#[test]
fn every_bundled_advice_leads_to_an_entry_and_says_something() {
    let today = "2026-11-21".parse().expect("a date");
    let problems: Vec<String> = check_bundled(today)
        .iter()
        .filter(|problem| problem.file.ends_with("wording.toml"))
        .map(ToString::to_string)
        .collect();
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn the_words_of_a_pack_are_checked_with_their_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let list = "schema = 1\n[[advice]]\nkind = \"label\"\nwords = [\"handful\"]\ninstead = \"\"\n\
                because = \"B.\"\nentry = \"nowhere\"\n";
    fs::write(folder.path().join("wording.toml"), list).expect("written");
    let pack = "id = \"north\"\ntitle = \"North\"\nversion = \"1\"\n";
    fs::write(folder.path().join("pack.toml"), pack).expect("written");
    let problems = check_path(folder.path(), "2026-11-21".parse().expect("a date"));
    let found: Vec<(&str, usize)> =
        problems.iter().map(|problem| (problem.code, problem.line)).collect();
    assert_eq!(found, [("empty-advice", 5), ("unknown-entry", 7)]);
}
