//! The bundled content: everything there that must be, and no problem in it; labels for a child and
//! figures without a source are problems.

use caseclinic::{
    clinic::{
        Calculation, ItemType, Operator, Scalar, Slot, Template, Value, bundled_templates,
        practice_session,
    },
    knowledge::{Library, Status, check_bundled, labels_in},
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

#[test]
fn the_bundled_knowledge_passes_check() {
    let today = jiff::civil::date(2026, 11, 21);
    let problems = check_bundled(today).into_iter().filter(|problem| !problem.is_note());
    let problems: Vec<String> = problems.map(|problem| problem.to_string()).collect();
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn the_required_entries_exist_and_are_current() {
    let library = Library::bundled();
    let missing: Vec<&str> =
        REQUIRED.into_iter().filter(|id| library.entry(id).is_none()).collect();
    assert!(missing.is_empty(), "{missing:?}");
    for id in REQUIRED {
        let entry = library.entry(id).expect("it is there");
        assert_eq!(entry.status, Status::Current, "{id}");
        assert!(!entry.sources.is_empty(), "{id} has no source");
    }
}

#[test]
fn no_template_labels_a_child() {
    for bundled in bundled_templates() {
        for text in [bundled.text, bundled.example] {
            let labels: Vec<&str> =
                labels_in(text).into_iter().map(|(place, _)| &text[place]).collect();
            assert!(labels.is_empty(), "{}: {labels:?}", bundled.file);
        }
    }
}

#[test]
fn entries_named_in_templates_exist_and_are_current() {
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
fn the_workforce_pulse_takes_no_text_and_counts_nothing_below_five() {
    let pulse = bundled_templates().iter().find(|one| one.id == "workforce-pulse");
    let pulse = pulse.expect("it is there");
    let template = Template::parse(pulse.file, pulse.text).expect("it parses");
    assert!(template.roles.is_empty(), "a role would list who was there");
    assert!(!pulse.example.contains("[[participant]]"));
    let counts = ["identify", "assess", "direct", "lead", "weighs", "think", "help"];
    for place in template.items() {
        let item = place.item;
        let safe = [
            ItemType::Display,
            ItemType::Group,
            ItemType::Integer,
            ItemType::Boolean,
            ItemType::Choice,
            ItemType::Date,
        ];
        assert!(safe.contains(&item.kind), "{} could hold words", item.id);
        assert!(!item.repeats, "{}: a row would be a person", item.id);
        if counts.contains(&item.id.as_str()) {
            let [only] = item.enable_when.as_slice() else { panic!("{}", item.id) };
            assert_eq!(only.question, "slips");
            assert_eq!((only.operator, &only.answer), (Operator::AtLeast, &Scalar::Integer(5)));
        }
        if item.kind == ItemType::Integer && !["people", "slips"].contains(&item.id.as_str()) {
            let group = place.parent.map_or("", |group| group.id.as_str());
            assert!(counts.contains(&group), "{} is asked below five", item.id);
        }
    }
}

#[test]
fn the_sums_of_the_workforce_pulse_add_up_and_stay_within_the_slips() {
    let pulse = bundled_templates().iter().find(|one| one.id == "workforce-pulse");
    let pulse = pulse.expect("it is there");
    let template = Template::parse(pulse.file, pulse.text).expect("it parses");
    let now = jiff::Timestamp::UNIX_EPOCH;
    let worked = practice_session(&template, pulse.example_file, pulse.example, now);
    let worked = worked.unwrap_or_else(|problem| panic!("{problem}"));
    let number = |id: &str| match worked.answer(&Slot::once(id)) {
        Some(Value::Integer(number)) => *number,
        other => panic!("{id}: {other:?}"),
    };
    let mut questions = 0;
    for place in template.items() {
        let group = place.item;
        if group.kind != ItemType::Group {
            continue;
        }
        questions += 1;
        let (sums, counts): (Vec<_>, Vec<_>) =
            group.items.iter().partition(|item| item.calculated.is_some());
        let all: Vec<String> = counts.iter().map(|item| item.id.clone()).collect();
        let [sum] = sums.as_slice() else { panic!("{} has one sum", group.id) };
        assert_eq!(sum.calculated, Some(Calculation::Sum(all.clone())), "{}", group.id);
        let added: i64 = all.iter().map(|id| number(id)).sum();
        assert_eq!(number(&sum.id), added, "{}", group.id);
        assert!(added <= number("slips") && number("slips") <= number("people"), "{}", group.id);
    }
    assert_eq!(questions, 7);
}
