//! What is called unreachable is never asked, whatever is answered; and plain cases are found.

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::clinic::form::enablement::is_enabled;
use crate::clinic::session::slots;
use crate::clinic::template_lint::{Against, check_template};
use crate::clinic::{Event, Session, Slot, Value, apply};

const HEAD: &str = "schema = 1\n[template]\nid = \"x\"\nversion = \"1\"\nabout = \"case\"\nstatus = \"active\"\n\
    title = \"X\"\npurpose = \"X\"\nminutes = 1\n[[stage]]\nid = \"s\"\ntitle = \"S\"\nminutes = 1\n";

/// One condition on an earlier question, out of numbers.
fn condition(on: usize, kind: usize, pick: usize) -> String {
    let (operator, answer) = match (kind % 5, pick % 6) {
        (_, 5) => ("exists", if pick.is_multiple_of(2) { "true" } else { "false" }.to_owned()),
        (0, pick) => ("=", (pick % 2 == 0).to_string()),
        (1, 4) => ("in", "[\"a\", \"c\"]".to_owned()),
        (1, pick) => (["=", "!="][pick % 2], format!("\"{}\"", ["a", "b"][pick / 2])),
        (2, pick) => ([">", "<", ">=", "=", "!="][pick], (pick * 7 % 5).to_string()),
        (3, pick) => (["=", "!="][pick % 2], format!("\"{}\"", ["a", "b", "n"][pick % 3])),
        (_, pick) => (["<", ">="][pick % 2], format!("\"2026-01-0{}\"", 1 + pick)),
    };
    format!("{{ question = \"q{on}\", operator = \"{operator}\", answer = {answer} }}")
}

fn question(kind: usize) -> &'static str {
    match kind % 5 {
        0 => "type = \"boolean\"",
        1 => {
            "type = \"choice\"\noptions = [{ code = \"a\", text = \"A\" }, { code = \"b\", text = \"B\" }, { code = \"c\", text = \"C\" }]"
        }
        2 => "type = \"integer\"\nmin = 0\nmax = 3",
        3 => {
            "type = \"multi_choice\"\noptions = [{ code = \"a\", text = \"A\" }, { code = \"b\", text = \"B\" }, { code = \"n\", text = \"N\", exclusive = true }]"
        }
        _ => "type = \"date\"",
    }
}

/// An item out of numbers: its kind, its conditions, and whether any of them is enough.
type Drawn = (usize, Vec<(usize, usize)>, bool);

/// A template of such items.
fn template(items: &[Drawn]) -> String {
    let mut text = HEAD.to_owned();
    for (at, (kind, conditions, any)) in items.iter().enumerate() {
        // Every third question is in a group that has conditions of its own.
        let level = if at % 3 == 2 { "stage.item.item" } else { "stage.item" };
        let conditions: Vec<String> = conditions
            .iter()
            .filter(|_| at > 0)
            .map(|(on, pick)| condition(on % at, items[on % at].0, *pick))
            .collect();
        let when = format!(
            "enable_when = [{}]\n{}",
            conditions.join(", "),
            match (conditions.len() > 1, any) {
                (false, _) => "",
                (true, true) => "enable_behavior = \"any\"\n",
                (true, false) => "enable_behavior = \"all\"\n",
            }
        );
        if at % 3 == 2 {
            let on = at - 1;
            let around = condition(on, items[on].0, kind + conditions.len());
            text.push_str(&format!(
                "[[stage.item]]\nid = \"g{at}\"\ntype = \"group\"\ntext = \"G\"\nenable_when = [{around}]\n"
            ));
        }
        let kind = question(*kind);
        text.push_str(&format!("[[{level}]]\nid = \"q{at}\"\ntext = \"Q\"\n{kind}\n{when}"));
    }
    text
}

fn answer(kind: usize, pick: usize) -> Option<Value> {
    let codes = |codes: &[&str]| Value::Choices(codes.iter().map(|&one| one.into()).collect());
    Some(match (kind % 5, pick % 5) {
        (_, 4) => return None,
        (0, pick) => Value::Boolean(pick % 2 == 0),
        (1, pick) => Value::Choice(["a", "b", "c", "a"][pick].into()),
        (2, pick) => Value::Integer(pick as i64),
        (3, pick) => codes([&["a"][..], &["b"], &["a", "b"], &["n"]][pick]),
        (_, pick) => Value::Date(jiff::civil::date(2026, 1, 1 + pick as i8)),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_called_unreachable_is_asked_by_no_answers(
        items in prop::collection::vec(
            (0..5_usize, prop::collection::vec((0..9_usize, 0..12_usize), 0..3), any::<bool>()),
            2..8,
        ),
        answers in prop::collection::vec(prop::collection::vec(0..5_usize, 8), 40),
    ) {
        let text = template(&items);
        let read = crate::clinic::template::source::read_template("x.toml", &text);
        let (_, parsed) = read.unwrap_or_else(|problems| panic!("{}\n{text}", problems[0]));
        let reach = Reach::of(&parsed);
        for given in answers {
            let at = Timestamp::UNIX_EPOCH;
            let id = uuid::Uuid::nil();
            let mut session = Session::start(parsed.clone(), id, "HERON-42", false, at);
            for (place, pick) in given.iter().enumerate().take(items.len()) {
                let slot = Slot::once(&format!("q{place}"));
                if let Some(value) = answer(items[place].0, *pick) {
                    // An answer to what is not asked now may be refused, and then there is none.
                    let _ = apply(&mut session, Event::Answered { slot, value: Some(value) }, at);
                }
            }
            for place in parsed.items() {
                let asked = slots(&session, &place).iter().any(|slot| is_enabled(&session, slot));
                prop_assert!(
                    !asked || !reach.is_dead(&place.item.id),
                    "{} is asked\n{text}",
                    place.item.id
                );
            }
        }
    }
}

/// The codes that are reported for one more item after a boolean, a number and several options.
fn told(item: &str) -> Vec<&'static str> {
    let text = format!(
        "{HEAD}[[stage.item]]\nid = \"yes\"\ntype = \"boolean\"\ntext = \"Y\"\n\
         [[stage.item]]\nid = \"n\"\ntype = \"integer\"\ntext = \"N\"\nmin = 1\nmax = 5\n\
         [[stage.item]]\nid = \"many\"\ntext = \"M\"\n{}\n\
         [[stage.item]]\nid = \"last\"\ntype = \"display\"\ntext = \"L\"\n{item}\n",
        question(3)
    );
    let problems = check_template("x.toml", &text, Against::default());
    problems.into_iter().map(|problem| problem.code).collect()
}

#[test]
fn conditions_that_no_answer_meets_are_found_and_others_are_left_alone() {
    let when = |list: &str, behaviour: &str| {
        told(&format!("enable_when = [{list}]\nenable_behavior = \"{behaviour}\""))
    };
    let on = |question: &str, operator: &str, answer: &str| {
        format!("{{ question = \"{question}\", operator = \"{operator}\", answer = {answer} }}")
    };
    let both = |a: &str, b: &str| format!("{a}, {b}");
    let apart = both(&on("n", ">", "3"), &on("n", "<", "3"));
    assert_eq!(when(&apart, "all"), ["never-asked"]);
    assert!(when(&apart, "any").is_empty(), "either will do");
    let near = both(&on("n", ">", "3"), &on("n", "<", "5"));
    assert!(when(&near, "all").is_empty(), "four");
    let none = both(&on("n", ">", "3"), &on("n", "<", "4"));
    assert_eq!(when(&none, "all"), ["never-asked"], "no whole number");
    let two = both(&on("many", "=", "\"a\""), &on("many", "=", "\"b\""));
    assert!(when(&two, "all").is_empty(), "both ticked");
    let alone = both(&on("many", "=", "\"a\""), &on("many", "=", "\"n\""));
    assert_eq!(when(&alone, "all"), ["never-asked"], "one stands alone");
    let blank = both(&on("yes", "exists", "false"), &on("yes", "=", "true"));
    assert_eq!(when(&blank, "all"), ["never-asked"]);
    assert_eq!(when(&both(&on("n", ">", "9"), &on("n", "<", "0")), "any"), ["never-asked"]);
    assert!(when(&both(&on("n", ">", "9"), &on("yes", "=", "true")), "any").is_empty());
}
