//! Which words are pointed out, and which are left alone.

use proptest::prelude::*;

use super::*;

#[track_caller]
fn found(text: &str) -> Vec<(&str, WordingKind)> {
    let found = Wording::bundled().find(text).into_iter();
    found.map(|advice| (&text[advice.range], advice.kind)).collect()
}

#[track_caller]
fn only(kind: WordingKind, cases: &[(&str, &str)]) {
    for (text, wanted) in cases {
        assert_eq!(found(text), [(*wanted, kind)], "{text}");
    }
}

#[test]
fn nothing_is_wrong_with_the_bundled_words() {
    let (wording, problems) = Wording::parse(WORDING_FILE, BUNDLED_WORDING);
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert!(problems.is_empty(), "{problems:#?}");
    assert!(wording.len() >= 28);
}

#[test]
fn labels_are_found_in_the_plural_across_lines_and_in_capitals() {
    use WordingKind::Label;
    only(
        Label,
        &[
            ("the perpetrator’s home", "perpetrator"),
            ("Young sex\noffenders", "sex\noffenders"),
            ("THE VICTIM spoke", "VICTIM"),
            ("attention-seeking again", "attention-seeking"),
            ("a sexually abusive boy", "sexually abusive boy"),
            ("She is a Predator.", "Predator"),
        ],
    );
}

#[test]
fn words_that_make_harm_small_are_found() {
    use WordingKind::Minimising;
    only(
        Minimising,
        &[
            ("they were only experimenting", "only experimenting"),
            ("Boys will be boys, she said", "Boys will be boys"),
            ("it was banter", "banter"),
            ("consensual contact", "consensual"),
            ("some inappropriate touching", "inappropriate touching"),
        ],
    );
}

#[test]
fn words_that_blame_a_child_are_found_in_their_forms() {
    use WordingKind::Blaming;
    only(
        Blaming,
        &[
            ("she put herself at risk", "put herself at risk"),
            ("putting themselves at risk", "putting themselves at risk"),
            ("she is promiscuous", "promiscuous"),
            ("he allowed it", "allowed it"),
            ("she didn’t say no", "didn’t say no"),
            ("was engaging in sexual activity", "engaging in sexual activity"),
            ("a lifestyle choice", "lifestyle choice"),
        ],
    );
}

#[test]
fn words_about_adults_about_help_of_official_names_and_of_daily_work_are_left_alone() {
    for text in [
        "adult sex offenders",
        "a victim of crime, victim support, victim-blaming",
        "a Young Offender Institution, the Victims\u{2019} Code, the Sex Offenders Register",
        "reoffending, predatory, experimenting in science, a joke",
        "his parents consented to the referral",
        "staff allowed him to go home and encouraged her to talk",
        "pay attention to Child A, who led the play",
        "it was not consensual",
        "Just. Experimenting",
        "child who displayed the behaviour",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn what_somebody_said_is_met_more_softly() {
    for text in [
        "Mother said \"boys will be boys\" twice",
        "“They are saying boys will be boys”",
        "‘it\u{2019}s just that boys will be boys’ he said",
        "She said 'boys will be boys'.",
    ] {
        let advice = Wording::bundled().find(text);
        assert!(advice.len() == 1 && advice[0].quoted, "{text}");
        assert!(advice[0].sentence().starts_with("Keep somebody’s own words"), "{text}");
    }
    for text in [
        "It\u{2019}s that boys will be boys, in the children\u{2019}s words",
        "\"Yes.\" And boys will be boys. \"No.\"",
        "an open \" mark, and boys will be boys",
    ] {
        let advice = Wording::bundled().find(text);
        assert!(advice.len() == 1 && !advice[0].quoted, "{text}");
        assert!(advice[0].sentence().starts_with("Suggested wording: "), "{text}");
    }
}

#[test]
fn every_advice_says_what_to_write_why_and_where_to_read_on() {
    let advice = Wording::bundled().find("the abuser");
    assert_eq!(advice[0].instead, "child who displayed the behaviour");
    assert_eq!(advice[0].entry, "language-guide");
    assert!(advice[0].because.ends_with('.'));
}

#[test]
fn a_list_of_ones_own_comes_before_the_bundled_one() {
    let own = "schema = 1\n[[advice]]\nkind = \"label\"\nwords = [\"abuser\", \"wrong un\"]\n\
               instead = \"I\"\nbecause = \"B.\"\nentry = \"e\"\n";
    let (own, problems) = Wording::parse("own.toml", own);
    assert_eq!(problems, []);
    let both = Wording::bundled().clone().extended(own);
    let instead: Vec<&str> =
        both.find("abusers, wrong uns, predators").into_iter().map(|one| one.instead).collect();
    assert_eq!(instead, ["I", "I", "child who displayed the behaviour"]);
}

#[test]
fn a_list_with_mistakes_says_where_they_are_and_the_rest_works() {
    let list = "schema = 1\n[[advice]]\nkind = \"label\"\nwords = [\"abuser\", \"| x\", \"\", \"abuser\"]\n\
                instead = \" \"\nbecause = \"B.\"\nentry = \"nowhere\"\n";
    let codes = |problems: &[Problem]| problems.iter().map(|one| one.code).collect::<Vec<_>>();
    let problems = Wording::check("own.toml", list, &|id| id == "language-guide");
    let expected = ["empty-advice", "unknown-entry", "bad-words", "bad-words", "duplicate-words"];
    assert_eq!(codes(&problems), expected);
    assert_eq!(problems[1].line, 7);
    assert_eq!(Wording::parse("own.toml", list).0.find("an abuser").len(), 1);
    let unknown = Wording::check("own.toml", "schema = 1\nadvise = 2\n", &|_| true);
    assert_eq!(codes(&unknown), ["wording-syntax"]);
    assert_eq!(codes(&Wording::check("own.toml", "schema = 2\n", &|_| true)), ["wording-schema"]);
}

fn replaced(text: &str) -> Option<String> {
    let (range, words) = Wording::bundled().find(text).first()?.replacement_in(text)?;
    let mut text = text.to_owned();
    text.replace_range(range, &words);
    Some(text)
}

#[test]
fn replacements_fit_the_sentence_around_them() {
    for (text, wanted) in [
        ("The perpetrator left.", "The child who displayed the behaviour left."),
        ("Perpetrators left.", "Children who displayed the behaviour left."),
        ("saw an offender there", "saw a child there"),
        ("An abuser, he said", "A child who displayed the behaviour, he said"),
        ("two victims", "two children who were harmed"),
        ("ŵ victim", "ŵ child who was harmed"),
    ] {
        assert_eq!(replaced(text).as_deref(), Some(wanted), "{text}");
    }
}

#[test]
fn what_needs_thought_or_was_said_by_somebody_is_not_put_elsewhere() {
    for text in ["the victim’s home", "boys will be boys", "she said “the victim lied”"] {
        assert_eq!(replaced(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn no_text_is_too_odd_and_every_range_lies_between_characters(
        text in "(\\PC|boys will be boys|victim |“|”|'|\"|\n|didn’t say no){0,80}"
    ) {
        let mut last = 0;
        for advice in Wording::bundled().find(&text) {
            prop_assert!(text.get(advice.range.clone()).is_some_and(|part| !part.is_empty()));
            prop_assert!(advice.range.start >= last);
            last = advice.range.end;
        }
    }

    #[test]
    fn no_list_is_too_odd_to_be_read(list in "(\\PC|\\[\\[advice\\]\\]\n|words = |\n|\"|\\[|\\]){0,60}") {
        let _ = Wording::check("own.toml", &list, &|_| true);
    }
}
