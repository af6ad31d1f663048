//! What is counted, what is hidden, and what never comes out.

use jiff::civil::date;
use proptest::prelude::*;

use super::{audit::lowest, *};
use crate::{
    clinic::{
        ActionStatus::{self, Done, Dropped, Open},
        Event, Outcome, Value, apply,
    },
    report::{
        csv_line::escape_cell,
        insight::fixture::{self, Meeting, audit, clinic},
    },
};

fn today() -> Date {
    date(2026, 11, 22)
}

fn all(notes: &[Session]) -> Insight {
    insight(notes, Period::default(), today())
}

/// `count` notes of as many cases, each told the same.
fn same(count: usize, tell: impl Fn(&mut Meeting)) -> Vec<Session> {
    (0..count)
        .map(|at| {
            let mut told = Meeting::about(&format!("HERON-{at}"), "2026-05-04");
            tell(&mut told);
            clinic(&told)
        })
        .collect()
}

#[track_caller]
fn counts(insight: &Insight, id: &str) -> Vec<(String, Option<u64>)> {
    let figure = insight.figures.iter().find(|figure| figure.about.id == id).expect("a figure");
    figure.rows.iter().map(|row| (row.code.clone(), row.count.shown())).collect()
}

#[track_caller]
fn count(insight: &Insight, id: &str, code: &str) -> Option<u64> {
    let found = counts(insight, id).into_iter().find(|(known, _)| known == code);
    found.expect("a line").1
}

/// The scores that were given, with how many answers have each.
fn given(domain: &Domain) -> Vec<(f64, u32)> {
    let all = domain.scores.iter().filter(|one| one.count > 0);
    all.map(|one| (one.score, one.count)).collect()
}

#[test]
fn placements_spreads_ages_responses_and_confidence_are_counted() {
    let mut notes = same(6, |told| {
        told.first = vec!["inappropriate", "abusive"];
        told.second = vec!["problematic", "abusive"];
        told.outcome = Outcome::Placed("abusive".to_owned());
        told.children = vec![("displayed", 14), ("harmed", 9), ("present", 3)];
        told.online = Some("yes");
        told.answers = vec![
            ("response_level", Value::Choice("specialist".into())),
            ("confidence_before", Value::Integer(2)),
            ("confidence_after", Value::Integer(4)),
            ("settings", Value::Choices(vec!["school".into(), "home".into()])),
        ];
    });
    notes.extend(same(5, |told| {
        told.case_key = told.case_key.replace("HERON", "WREN");
        told.day = "2026-08-01";
        told.outcome = Outcome::NotEnoughInformation;
        told.children = vec![("both", 17)];
        told.answers = vec![("confidence_before", Value::Integer(3))];
    }));
    let insight = all(&notes);
    assert_eq!(insight.notes, Count::Shown(11));
    assert_eq!(count(&insight, "placement", "abusive"), Some(6));
    assert_eq!(count(&insight, "placement", "not_enough_information"), Some(5));
    assert_eq!(count(&insight, "spread-first", "2"), Some(6));
    assert_eq!(count(&insight, "spread-after", "1"), Some(6));
    assert_eq!(count(&insight, "spread-after", "none"), Some(5));
    assert_eq!(count(&insight, "ages-displayed", "13-17"), Some(11));
    assert_eq!(count(&insight, "ages-harmed", "5-9"), Some(6));
    assert_eq!(count(&insight, "response", "specialist"), Some(6));
    assert_eq!(count(&insight, "response", "not-recorded"), Some(5));
    assert_eq!(count(&insight, "technology", "yes"), Some(6));
    assert_eq!(count(&insight, "settings", "home"), Some(6));
    assert_eq!(count(&insight, "confidence-change", "up"), Some(6));
    assert_eq!(count(&insight, "confidence-change", "not-recorded"), Some(5));
    let quarters = [("2026-Q2".to_owned(), Some(6)), ("2026-Q3".to_owned(), Some(5))];
    assert_eq!(counts(&insight, "quarters"), quarters);
    assert_eq!(count(&insight, "confidence-before", "2"), Some(6));
    let ids: Vec<&str> = insight.figures.iter().map(|figure| figure.about.id).collect();
    let mut expected: Vec<&str> = FIGURES.iter().map(|about| about.id).collect();
    assert_eq!(expected.pop(), Some("supervision"), "none was held");
    assert_eq!(ids, expected);
}

#[test]
fn actions_are_done_in_time_or_late_by_the_day_the_trail_tells() {
    let notes = same(5, |told| {
        told.actions = vec![
            ("2026-06-01", Some(10)),
            ("2026-05-10", Some(10)),
            ("", Some(3)),
            ("2026-06-01", None),
            ("2027-06-01", None),
        ];
    });
    let insight = all(&notes);
    for code in ["in-time", "late", "done", "overdue", "open"] {
        assert_eq!(count(&insight, "actions", code), Some(5), "{code}");
    }
    assert_eq!(count(&insight, "actions", "dropped"), Some(0));
}

#[test]
fn an_action_counts_once_as_the_newest_note_tells_of_it_also_a_draft_or_one_of_another_period() {
    let period = Period { from: None, to: Some(date(2026, 5, 31)) };
    let said: [(&str, &[(ActionStatus, i64)]); 5] = [
        ("in-time", &[(Done, 20), (Done, 90)]),
        ("late", &[(Done, 20), (Open, 50), (Done, 60)]),
        ("dropped", &[(Done, 20), (Dropped, 60)]),
        ("overdue", &[(Open, 60)]),
        ("overdue", &[]),
    ];
    for (code, said) in said {
        let mut notes = same(5, |told| told.actions = vec![("2026-06-01", None)]);
        let later: Vec<Session> =
            notes.iter().map(|note| fixture::followed_up(note, said)).collect();
        // Whichever is read first.
        notes.splice(2..2, later);
        let counted = counts(&insight(&notes, period, today()), "actions");
        let all: Vec<(&str, u64)> = counted
            .iter()
            .filter_map(|(code, count)| Some((code.as_str(), count.filter(|count| *count > 0)?)))
            .collect();
        assert_eq!(all, [(code, 5)], "{said:?}");
    }
}

#[test]
fn what_a_worker_says_in_supervision_is_in_no_figure_and_only_how_often_it_was_held_is() {
    let confident = |told: &mut Meeting| {
        told.answers =
            vec![("confidence_before", Value::Integer(1)), ("confidence_after", Value::Integer(5))];
        told.actions = vec![("2026-06-01", None)];
    };
    let supervised = |count: usize| -> Vec<Session> {
        let keys = (0..count).map(|at| format!("WREN-{at}"));
        keys.map(|key| {
            let mut told = Meeting::about(&key, "2026-05-04");
            confident(&mut told);
            fixture::supervision(&told)
        })
        .collect()
    };
    let mut notes = same(5, |told| told.answers = vec![("confidence_before", Value::Integer(3))]);
    let alone = all(&notes);
    notes.extend(supervised(4));
    assert_eq!(all(&notes), alone, "four are not shown, and count for nothing else");
    notes.extend(supervised(6).split_off(4));
    let both = all(&notes);
    assert_eq!(both.figures[..both.figures.len() - 1], alone.figures[..]);
    assert_eq!((both.notes, count(&both, "supervision", "2026-Q2")), (alone.notes, Some(6)));
    let apart = all(&supervised(5));
    assert_eq!((apart.notes, apart.figures.len()), (Count::Shown(0), 1));
    assert!(!apart.is_empty() && table(&apart, 80).contains("Supervision held (5 notes)"));
}

#[test]
fn a_note_about_a_service_without_scores_is_in_no_figure() {
    let mut notes = same(5, |_| {});
    let alone = all(&notes);
    let service = same(1, |_| {}).remove(0);
    let text = crate::clinic::to_document(&service);
    let (body, _) = text.rsplit_once("\n[end]\n").expect("an end");
    let body = body.replacen("about = \"case\"", "about = \"service\"", 1);
    let text = format!("{body}\n[end]\nbytes = {}\n", body.len());
    notes.push(crate::clinic::from_document(&text).expect("a session"));
    assert_eq!(all(&notes), alone);
}

#[test]
fn a_follow_up_that_was_entered_in_error_says_nothing_of_an_action() {
    let mut notes = same(5, |told| told.actions = vec![("2027-06-01", None)]);
    for at in 0..5 {
        let mut next = fixture::followed_up(&notes[at], &[(Done, 20)]);
        let (reason, when) = ("wrong case".to_owned(), next.updated());
        apply(&mut next, Event::MarkedEnteredInError { reason }, when).expect("marked");
        notes.push(next);
    }
    assert_eq!(count(&all(&notes), "actions", "open"), Some(5));
}

#[test]
fn skipped_stages_are_counted_without_their_reasons() {
    let insight = all(&same(5, |told| told.skip_plan = true));
    assert_eq!(count(&insight, "skipped", "plan"), Some(5));
    assert_eq!(count(&insight, "skipped", "none"), Some(0));
}

#[test]
fn practice_errors_unfinished_notes_and_other_periods_are_left_out() {
    let mut notes = same(5, |_| {});
    notes.extend(same(5, |told| told.practice = true));
    let mut error = same(1, |_| {}).remove(0);
    let reason = "wrong case".to_owned();
    let at = error.updated();
    apply(&mut error, Event::MarkedEnteredInError { reason }, at).expect("marked");
    notes.push(error);
    notes.push(same(1, |told| told.day = "2025-01-01").remove(0));
    let period = Period { from: Some(date(2026, 1, 1)), to: Some(date(2026, 5, 4)) };
    assert_eq!(insight(&notes, period, today()).notes, Count::Shown(5));
    let later = Period { from: Some(date(2026, 5, 5)), to: None };
    assert!(insight(&notes, later, today()).is_empty());
}

#[test]
fn fewer_than_five_cases_show_no_figure_however_many_notes_and_children() {
    let notes = same(30, |told| {
        told.case_key = format!("HERON-{}", &told.case_key[6..7].parse::<u32>().unwrap_or(0) % 4);
        told.children = vec![("displayed", 14); 6];
    });
    let insight = all(&notes);
    assert_eq!((insight.notes, insight.figures.len()), (Count::Hidden, 0));
    assert!(table(&insight, 80).contains("fewer than five cases"));
}

#[test]
fn children_of_few_cases_are_hidden_however_many_they_are() {
    let mut notes = same(9, |told| told.children = vec![("displayed", 14)]);
    notes.push(
        same(1, |told| {
            told.case_key = "WREN-1".to_owned();
            told.children = vec![("displayed", 7); 8];
        })
        .remove(0),
    );
    assert_eq!(count(&all(&notes), "ages-displayed", "5-9"), None);
    assert_eq!(count(&all(&notes), "ages-displayed", "13-17"), None, "else the total tells it");
}

#[test]
fn nothing_typed_no_case_key_and_no_profession_comes_out() {
    let mut notes = same(7, |told| {
        told.actions = vec![("2026-06-01", Some(1))];
        told.skip_plan = true;
    });
    notes.push(audit("2026-02-01", &[("gap", Value::Text("SECRET".into()))]));
    let insight = all(&notes);
    let outs = [table(&insight, 80), csv(&insight), json(&insight).to_string()];
    for out in outs {
        for secret in ["SECRET", "Tom", "HERON", "OWL", "nurse", "teacher"] {
            assert!(!out.contains(secret), "{secret} is in {out}");
        }
    }
}

#[test]
fn an_audit_is_counted_by_domain_against_last_time_and_is_no_case() {
    let yes = || Value::Choice("yes".into());
    let notes = [
        audit("2026-01-10", &[("one", Value::Integer(1)), ("two", yes())]),
        audit(
            "2026-10-10",
            &[("one", Value::Integer(2)), ("two", yes()), ("three", Value::Integer(3))],
        ),
        audit("2025-01-10", &[("one", Value::Integer(0))]),
        audit("2024-01-10", &[("two", Value::Choice("not_known".into()))]),
    ];
    let insight = all(&notes);
    assert_eq!((insight.notes, insight.audits.len()), (Count::Shown(0), 1));
    let compared = &insight.audits[0];
    assert_eq!(compared.now.date, date(2026, 10, 10));
    assert_eq!(compared.before.as_ref().map(|one| one.date), Some(date(2026, 1, 10)));
    let domain = &compared.now.domains[0];
    assert_eq!((domain.answered, domain.asked, given(domain)), (2, 2, vec![(2.0, 1); 2]));
    let before = compared.before.as_ref().and_then(|one| one.domain("prevention"));
    assert_eq!(before.map(given), Some(vec![(1.0, 1), (2.0, 1)]));
    let oldest = profile(&notes[3]).expect("an audit");
    assert_eq!(oldest.domains[0].answered, 0, "a blank is not zero");
    assert!(lowest(&oldest.domains).is_none());
}

#[test]
fn an_audit_is_compared_with_the_one_before_also_when_that_is_older_than_the_period() {
    let score = |day, one| audit(day, &[("one", Value::Integer(one))]);
    let notes = [score("2025-10-10", 1), score("2026-10-10", 3), score("2026-11-20", 2)];
    let period = |from, to| Period { from: Some(from), to: Some(to) };
    let autumn = insight(&notes, period(date(2026, 9, 1), date(2026, 10, 31)), today());
    let compared = &autumn.audits[0];
    assert_eq!(compared.now.date, date(2026, 10, 10), "nothing later counts");
    let shown = table(&autumn, 80);
    assert!(shown.contains("compared with 10 Oct 2025"), "{shown}");
    assert!(shown.contains("last time: ") && shown.contains("Lowest areas: "), "{shown}");
    for columns in [40, 60, 80, 120] {
        let shown = table(&autumn, columns);
        assert!(shown.lines().all(|line| crate::text::width(line) <= columns), "{shown}");
    }
    let spring = insight(&notes, period(date(2026, 1, 1), date(2026, 3, 31)), today());
    assert!(spring.audits.is_empty(), "none was held in it");
}

#[test]
fn audits_of_other_versions_of_the_questions_are_collated_and_that_is_said() {
    let mut one = profile(&audit("2026-02-01", &[("one", Value::Integer(1))])).expect("an audit");
    let audits = [("north".to_owned(), one.clone()), ("south".to_owned(), one.clone())];
    assert!(!collation_table(&collate(&audits), 80).contains("version"));
    one.version = "2".to_owned();
    let collated = collate(&[audits[0].clone(), ("south".to_owned(), one)]);
    let shown = collation_table(&collated, 80);
    assert!(shown.contains("version 2") && shown.contains("Compare with care"), "{shown}");
    assert_eq!(collation_json(&collated)["collations"][0]["agencies"][1]["version"], "2");
}

#[test]
fn audits_of_several_agencies_are_read_back_and_stand_side_by_side() {
    let export = |one: i64| {
        let note = audit("2026-02-01", &[("one", Value::Integer(one))]);
        let text = json(&all(&[note])).to_string();
        audits_from_json(&text, today()).expect("an export").remove(0)
    };
    let audits = [("north".to_owned(), export(1)), ("south".to_owned(), export(2))];
    let collations = collate(&audits);
    assert_eq!(collations.len(), 1);
    let domain = &collations[0].domains[0];
    let both: Vec<_> = domain.of_agencies.iter().flatten().map(given).collect();
    assert_eq!(both, [[(1.0, 1)], [(2.0, 1)]]);
    let shown = collation_table(&collations, 80);
    assert!(shown.contains("    2: ") && shown.contains("Lowest areas"), "{shown}");
    assert!(
        collation_csv(&collations).contains("small-audit,Small audit,south,2026-02-01,prevention,")
    );
    assert_eq!(collation_json(&collations)["collations"][0]["agencies"][1]["name"], "south");
}

#[test]
fn the_lowest_areas_have_most_answers_with_the_lowest_score_and_nothing_is_averaged() {
    let domain = |id: &str, counts: [u32; 3]| Domain {
        id: id.to_owned(),
        title: id.to_uppercase(),
        scores: ["Not yet", "Started", "In place"]
            .into_iter()
            .zip(0..)
            .zip(counts)
            .map(|((label, score), count)| ScoreCount {
                score: f64::from(score),
                label: label.to_owned(),
                count,
            })
            .collect(),
        answered: counts.iter().sum(),
        asked: 4,
    };
    // By average the second would be lowest.
    let domains = [domain("a", [1, 0, 3]), domain("b", [0, 4, 0]), domain("c", [1, 1, 2])];
    let (label, found, count) = lowest(&domains).expect("there is one");
    let ids: Vec<&str> = found.iter().map(|one| one.id.as_str()).collect();
    assert_eq!((label, ids, count), ("Not yet", vec!["a", "c"], 1));
    let audits = [("north".to_owned(), profile(&audit("2026-02-01", &[])).expect("an audit"))];
    for text in [
        collation_table(&collate(&audits), 80),
        collation_csv(&collate(&audits)),
        collation_json(&collate(&audits)).to_string(),
    ] {
        assert!(!text.contains("average") && !text.contains("mean"), "{text}");
    }
}

#[test]
fn an_export_of_an_older_version_without_counts_is_still_read() {
    let old = "{\"schema\":1,\"audits\":[{\"now\":{\"template\":\"t\",\"version\":\"1\",\"title\":\"T\",\
               \"date\":\"2026-01-01\",\"domains\":[{\"id\":\"d\",\"title\":\"D\",\"sum\":3,\"most\":6,\
               \"mean\":1.5,\"answered\":2,\"asked\":2}]}}]}";
    let profiles = audits_from_json(old, today()).expect("it is read");
    let shown = collation_table(&collate(&[("north".to_owned(), profiles[0].clone())]), 80);
    assert!(shown.contains("2 of 2 answered; this older export"), "{shown}");
}

#[test]
fn an_export_that_is_none_is_refused_with_what_to_do() {
    let refused = |text: &str| audits_from_json(text, today()).expect_err("refused").to_string();
    assert!(refused("no").contains("insight --json"));
    assert!(refused("{\"schema\":2,\"audits\":[]}").contains("newer"));
    assert!(refused("{\"schema\":2,\"audits\":7}").contains("newer"));
    assert!(refused("{\"schema\":1}").contains("no audit"));
    let odd = "{\"schema\":1,\"audits\":[{\"now\":{\"template\":\"t\",\"version\":\"1\",\"title\":\"T\",\
               \"date\":\"2026-01-01\",\"domains\":[{\"id\":\"d\",\"title\":\"D\",\
               \"answered\":9,\"asked\":1}]}}]}";
    assert!(refused(odd).contains("make no sense"));
}

#[test]
fn an_export_with_something_twice_or_from_a_day_to_come_is_refused_by_name() {
    let domain = "{\"id\":\"d\",\"title\":\"D\",\"answered\":0,\"asked\":1}";
    let audit = |date: &str, domains: &str| {
        format!(
            "{{\"now\":{{\"template\":\"t\",\"version\":\"1\",\"title\":\"T\",\"date\":\"{date}\",\
             \"domains\":[{domains}]}}}}"
        )
    };
    let read = |audits: &str| {
        let text = format!("{{\"schema\":1,\"audits\":[{audits}]}}");
        audits_from_json(&text, today()).map_err(|why| why.to_string())
    };
    let sound = audit("2026-01-01", domain);
    assert!(read(&sound).is_ok());
    let why = read(&format!("{sound},{sound}")).expect_err("twice");
    assert!(why.contains("two audits of “T”"), "{why}");
    let why = read(&audit("9999-01-01", domain)).expect_err("to come");
    assert!(why.contains("dated 1 Jan 9999, a day that has not come"), "{why}");
    let why = read(&audit("2026-01-01", &format!("{domain},{domain}"))).expect_err("twice");
    assert!(why.contains("the area “d” twice"), "{why}");
}

#[test]
fn a_table_says_words_and_numbers_beside_the_bars_and_keeps_its_width() {
    let insight = all(&same(9, |told| told.children = vec![("displayed", 14)]));
    for columns in [40, 60, 80, 120] {
        let shown = table(&insight, columns);
        for line in shown.lines() {
            assert!(crate::text::width(line) <= columns, "{columns}: {line}");
        }
        assert!(shown.contains("Shows: ") && shown.contains("Does not show: "));
    }
    let shown = table(&insight, 80);
    assert!(shown.contains("Agreed placement (9 behaviours)"), "{shown}");
    assert!(shown.contains("Problematic"), "{shown}");
    assert!(shown.contains("      9  ■■■■"), "{shown}");
    assert_eq!(bar(Count::Hidden, 9, 10), "");
    assert_eq!(bar(Count::Shown(1), 100, 10), "■");
}

#[test]
fn json_has_its_schema_and_says_what_is_hidden() {
    let mut notes = same(9, |_| {});
    notes.extend(same(1, |told| told.outcome = Outcome::Placed("violent".into())));
    let value = json(&all(&notes));
    assert_eq!((&value["schema"], &value["smallest_shown"]), (&1.into(), &5.into()));
    let placement = value["figures"]
        .as_array()
        .and_then(|figures| figures.iter().find(|figure| figure["id"] == "placement"));
    let rows = placement.and_then(|figure| figure["rows"].as_array()).expect("rows");
    let violent = rows.iter().find(|row| row["code"] == "violent").expect("a row");
    assert!(violent["count"].is_null() && violent["hidden"] == true);
}

#[test]
fn no_cell_of_the_csv_is_a_formula() {
    let shown = csv(&all(&same(9, |_| {})));
    assert!(shown.contains("small-clinic,'=Small clinic,9"), "{shown}");
    for line in shown.lines() {
        for cell in line.split(',') {
            let begins = cell.trim_start_matches('"').starts_with(['=', '+', '@', '\t']);
            assert!(!begins, "{line}");
        }
    }
    assert_eq!(escape_cell("-0.50"), "-0.50");
    assert_eq!(escape_cell("-1+cmd|'/C calc'!A0"), "'-1+cmd|'/C calc'!A0");
    assert_eq!(escape_cell("a \"b\", c"), "\"a \"\"b\"\", c\"");
    assert_eq!(escape_cell("\u{b}=1\t"), "'=1    ");
}

proptest! {
    #[test]
    fn no_text_is_too_odd_to_be_read_as_an_export(text in "\\PC{0,80}|\\{\"schema\":1,\"audits\":\\[.{0,20}\\]\\}") {
        let _ = audits_from_json(&text, today());
    }
}
