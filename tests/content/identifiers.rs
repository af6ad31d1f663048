//! How many possible identifiers are found in what people write, and how much is pointed at for
//! nothing: two thousand made-up texts with numbers, postcodes, telephones and dates of birth
//! written in the ways people write them, among ages, times, meetings, counts and references.
//! `cargo test --test content identifiers -- --nocapture` prints what was found and what was missed.

use std::{collections::BTreeMap, ops::Range};

use caseclinic::text::identifiers::{IdentifierKind, NamesToAvoid, find_identifiers};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::SliceRandom};

const TEXTS: usize = 2_000;
const SEED: u64 = 20_261_122;

/// The least share of those there are that must be found.
const RECALL: [(IdentifierKind, f64); 5] = [
    (IdentifierKind::NhsNumber, 0.98),
    (IdentifierKind::PupilNumber, 0.98),
    (IdentifierKind::Postcode, 0.95),
    (IdentifierKind::Phone, 0.95),
    (IdentifierKind::DateOfBirth, 0.95),
];
/// The least share of those pointed at that are there, of each kind.
const PRECISION: f64 = 0.95;

/// Sentences without an identifier: `#` is a small number, `T` a time, `M` the day of a meeting.
const ELSE: [&str; 40] = [
    "Child A, aged #, was seen in the playground at T by the lunchtime supervisor.",
    "HERON-42 was opened on M and reviewed with # of # present.",
    "It happened three times in # days, each time after lunch.",
    "The older child is # and in Year #; the younger is #.",
    "We met on M from T to T in room #.",
    "Call Childline on 0800 1111 or the Stop It Now helpline on 0808 1000 900.",
    "Ring 999 first, 101 if nobody is in danger now, 111 for advice on health.",
    "NG55 and KCSIE 2025 say to describe what was done and not the child.",
    "He scored # out of 10 before and # after, which is 52 per cent more.",
    "Staff ratio is 1 to #, with 2 adults at break.",
    "They may 3 times a week walk home together.",
    "The plan of M is reviewed by M.",
    "Section 47 was considered on M; section 17 help was agreed.",
    "In 2024/25 there were # incidents, in 2025/26 so far #.",
    "The bus is number #, it leaves at T and costs £2.50.",
    "Page # of 120, paragraph #.# of the policy.",
    "Key Stage 2, 1st lesson, then PE 2nd.",
    "The incident book has entries 1042, 1043 and 1051.",
    "Report 2026/00417 was sent to the safeguarding hub.",
    "Police log 0412 of M.",
    "She waited 20-25 minutes and came back at T.",
    "The tablet has 64 GB and was bought in 2023.",
    "Both parents came; the meeting took 1 hour 40.",
    "The school has 1,250 pupils and 4 sites.",
    "Advice line open 09:00-17:00, Monday to Friday.",
    "The invoice number is 4417 0091 2208.",
    "Version 2.1 of the form, printed 14.11.26.",
    "The room holds 30; 12 chairs were set out 3 by 4.",
    "Temperature was 38.5 and she went home at T.",
    "He said \"it was just 1 time\" and then \"maybe 2 or 3\".",
    "Between M and M nothing new was seen.",
    "Since September 2024 support has been in place.",
    "An assessment takes 10 to 12 weeks from M.",
    "On the continuum # of 6 placed it as problematic.",
    "The code on the door was changed on M.",
    "Ref SG-2026-118, file 3 of 7.",
    "The worker has been in post since 2019.",
    "Flat A and flat B share a stair; # families use it.",
    "The lesson plan is on slide # of 18.",
    "Children’s social care were rung at T and rang back at T.",
];

/// Sentences around an identifier, which replaces `X`.
const NHS: [&str; 8] = [
    "NHS number X is on the letter.",
    "The referral has NHS no X and nothing else.",
    "Her number at the surgery is X.",
    "(X)",
    "CAMHS asked for X, we gave the case key.",
    "nhs: X",
    "The health visitor wrote X on the form, aged 4.",
    "X was on the fax.",
];
const UPN: [&str; 6] = [
    "UPN X.",
    "The pupil number X was copied from the register.",
    "On the school system he is X.",
    "upn - X, year 6",
    "(X)",
    "Transferred as X on the list.",
];
const POSTCODE: [&str; 8] = [
    "They live near X.",
    "The park at X, behind the shops.",
    "Home address ends X",
    "He moved from X to another area.",
    "postcode X",
    "12 Some Road, X.",
    "Seen at the bus stop (X) after school.",
    "The foster home is in X, she said.",
];
const PHONE: [&str; 8] = [
    "Mother can be reached on X.",
    "Ring X before nine.",
    "His mobile is X",
    "tel: X",
    "She gave X as her number.",
    "The uncle (X) collects them.",
    "Text X to say when.",
    "Call X or the school office.",
];
const BORN: [&str; 8] = [
    "DOB X.",
    "He was born on X.",
    "date of birth: X",
    "d.o.b. X",
    "Child A (born X) and a cousin.",
    "Her birthday is X.",
    "DoB X, lives with his mother.",
    "born X in another town",
];
/// Without a word that says what it is: only a child's year tells.
const BORN_UNSAID: [&str; 4] =
    ["Child A, X, lives with mother.", "X, in Year 6.", "The younger one: X.", "On the form: X"];

/// A text and what was put into it.
struct Written {
    text: String,
    hidden: Vec<(IdentifierKind, Range<usize>)>,
}

#[test]
fn most_identifiers_are_found_with_few_false_alarms() {
    let mut dice = StdRng::seed_from_u64(SEED);
    let nobody = NamesToAvoid::default();
    let mut there: BTreeMap<IdentifierKind, [usize; 3]> = BTreeMap::new();
    for _ in 0..TEXTS {
        let written = write(&mut dice);
        let found = find_identifiers(&written.text, &nobody, jiff::civil::date(2026, 11, 22));
        let meet = |one: &Range<usize>, other: &Range<usize>| {
            one.start < other.end && other.start < one.end
        };
        for (kind, range) in &written.hidden {
            let counts = there.entry(*kind).or_default();
            counts[0] += 1;
            if found.iter().any(|one| one.kind == *kind && meet(&one.range, range)) {
                counts[1] += 1;
            } else {
                println!(
                    "missed {}: {:?} in {:?}",
                    kind.title(),
                    &written.text[range.clone()],
                    written.text
                );
            }
        }
        for one in found {
            let is_there = written
                .hidden
                .iter()
                .any(|(kind, range)| *kind == one.kind && meet(&one.range, range));
            if !is_there {
                there.entry(one.kind).or_default()[2] += 1;
                let said = &written.text[one.range];
                println!("for nothing, {}: {said:?} in {:?}", one.kind.title(), written.text);
            }
        }
    }
    for (kind, [all, found, nothing]) in &there {
        println!("{}: {found} of {all} found, {nothing} for nothing", kind.title());
    }
    for (kind, least) in RECALL {
        let [all, found, _] = there[&kind];
        assert!(all > 200, "too few of {} to tell", kind.title());
        let share = found as f64 / all as f64;
        assert!(share >= least, "{} found: {share:.3}", kind.title());
    }
    for (kind, [_, found, nothing]) in there {
        let share = found as f64 / (found + nothing).max(1) as f64;
        assert!(share >= PRECISION, "{}: {nothing} for nothing beside {found}", kind.title());
    }
}

/// Two to six sentences, up to three of them with an identifier.
fn write(dice: &mut StdRng) -> Written {
    let mut written = Written { text: String::new(), hidden: Vec::new() };
    let hidden = dice.gen_range(0..4);
    let mut places: Vec<bool> = vec![true; hidden];
    places.extend(vec![false; dice.gen_range(1..4)]);
    places.shuffle(dice);
    for hides in places {
        if !written.text.is_empty() {
            written.text.push_str([" ", " ", "\n", "\n\n"].choose(dice).expect("some"));
        }
        if hides { hide(dice, &mut written) } else { apply_event(dice, &mut written.text) }
    }
    written
}

fn hide(dice: &mut StdRng, written: &mut Written) {
    let (kind, sentences, said) = match dice.gen_range(0..5) {
        0 => (IdentifierKind::NhsNumber, &NHS[..], nhs(dice)),
        1 => (IdentifierKind::PupilNumber, &UPN[..], upn(dice)),
        2 => (IdentifierKind::Postcode, &POSTCODE[..], postcode(dice)),
        3 => (IdentifierKind::Phone, &PHONE[..], phone(dice)),
        _ if dice.gen_bool(0.7) => (IdentifierKind::DateOfBirth, &BORN[..], born(dice, true)),
        _ => (IdentifierKind::DateOfBirth, &BORN_UNSAID[..], born(dice, false)),
    };
    let (before, after) =
        sentences.choose(dice).expect("some").split_once('X').expect("a place for it");
    written.text.push_str(before);
    let start = written.text.len();
    written.text.push_str(&said);
    written.hidden.push((kind, start..written.text.len()));
    written.text.push_str(after);
}

fn apply_event(dice: &mut StdRng, text: &mut String) {
    for part in ELSE.choose(dice).expect("some").split_inclusive(['#', 'T', 'M']) {
        // Capital letters that begin a word are no places: only those that stand alone are.
        let (rest, mark) =
            part.split_at(part.len() - part.chars().last().map_or(0, char::len_utf8));
        let alone = rest.is_empty() || rest.ends_with([' ', '#', '.']);
        text.push_str(rest);
        match mark {
            "#" => text.push_str(&dice.gen_range(2..13).to_string()),
            "T" if alone => {
                let (hour, minute) = (dice.gen_range(8..18), dice.gen_range(0..12) * 5);
                let sign = [":", "."].choose(dice).expect("some");
                text.push_str(&format!("{hour:02}{sign}{minute:02}"));
            }
            "M" if alone => text.push_str(&meeting(dice)),
            other => text.push_str(other),
        }
    }
}

/// The day of a meeting or review: of these two years.
fn meeting(dice: &mut StdRng) -> String {
    let (day, month) = (dice.gen_range(1..29), dice.gen_range(1..13));
    let year = dice.gen_range(2025..2028);
    date(dice, day, month, year)
}

fn date(dice: &mut StdRng, day: u32, month: usize, year: u32) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let name = MONTHS[month - 1];
    let short = &name[..3];
    let end = match day {
        1 | 21 => "st",
        2 | 22 => "nd",
        3 | 23 => "rd",
        _ => "th",
    };
    match dice.gen_range(0..9) {
        0 => format!("{day}/{month}/{year}"),
        1 => format!("{day:02}/{month:02}/{year}"),
        2 => format!("{day:02}.{month:02}.{year}"),
        3 => format!("{day:02}-{month:02}-{year}"),
        4 => format!("{year}-{month:02}-{day:02}"),
        5 => format!("{day} {short} {year}"),
        6 => format!("{day}{end} {name} {year}"),
        7 => format!("{name} {day}, {year}"),
        _ => format!("{day} {name} {year}"),
    }
}

/// A child's date of birth; short years only where a word says what it is.
fn born(dice: &mut StdRng, said: bool) -> String {
    let (day, month) = (dice.gen_range(1..29), dice.gen_range(1..13));
    let year = dice.gen_range(2009..2022);
    match dice.gen_range(0..5) {
        0 if said => format!("{day:02}/{month:02}/{:02}", year % 100),
        1 if said => format!("{day}.{month}.{:02}", year % 100),
        _ => date(dice, day, month, year),
    }
}

fn digits(dice: &mut StdRng, count: usize) -> String {
    (0..count).map(|_| char::from(b'0' + dice.gen_range(0..10))).collect()
}

/// A number whose tenth digit is right: weights ten to two, modulo eleven.
fn nhs(dice: &mut StdRng) -> String {
    loop {
        let nine = format!("{}{}", dice.gen_range(4..8), digits(dice, 8));
        let sum: u32 =
            nine.chars().zip((2..=10).rev()).map(|(c, by)| c.to_digit(10).unwrap_or(0) * by).sum();
        let check = match 11 - sum % 11 {
            11 => 0,
            10 => continue,
            other => other,
        };
        let all = format!("{nine}{check}");
        let (one, two, three) = (&all[..3], &all[3..6], &all[6..]);
        return match dice.gen_range(0..5) {
            0 => all,
            1 => format!("{one}-{two}-{three}"),
            2 => format!("{one}\u{a0}{two}\u{a0}{three}"),
            _ => format!("{one} {two} {three}"),
        };
    }
}

/// A letter that fits twelve digits: weights two to thirteen, modulo twenty-three.
fn upn(dice: &mut StdRng) -> String {
    let twelve = digits(dice, 12);
    let sum: u32 = twelve.chars().zip(2..).map(|(c, by)| c.to_digit(10).unwrap_or(0) * by).sum();
    let letter = b"ABCDEFGHJKLMNPQRTUVWXYZ"[(sum % 23) as usize];
    let all = format!("{}{twelve}", char::from(letter));
    if dice.gen_bool(0.2) { all.to_lowercase() } else { all }
}

fn postcode(dice: &mut StdRng) -> String {
    const AREAS: [&str; 24] = [
        "LS", "M", "B", "SW", "E", "N", "CF", "SA", "EH", "G", "BT", "NE", "S", "L", "BS", "PL",
        "NR", "YO", "HU", "DE", "LE", "AB", "LL", "OX",
    ];
    let area = AREAS.choose(dice).expect("some");
    let district = dice.gen_range(1..30);
    let mut letter = || char::from(*b"ABDEFGHJLNPQRSTUWXYZ".choose(dice).expect("some"));
    let (one, two) = (letter(), letter());
    let inward = format!("{}{one}{two}", dice.gen_range(0..10));
    let all = match dice.gen_range(0..6) {
        0 => format!("{area}{district}{inward}"),
        1 => format!("{area}{district}  {inward}"),
        _ => format!("{area}{district} {inward}"),
    };
    if dice.gen_bool(0.25) { all.to_lowercase() } else { all }
}

fn phone(dice: &mut StdRng) -> String {
    let (a, b, c) = (digits(dice, 3), digits(dice, 3), digits(dice, 3));
    let nine = format!("7{}{}{}", dice.gen_range(1..10), &a[..1], &digits(dice, 1));
    match dice.gen_range(0..12) {
        0 => format!("0{nine}{b}{c}"),
        1 => format!("0{nine} {b}{c}"),
        2 => format!("0{nine} {b} {c}"),
        3 => format!("+44 {nine} {b}{c}"),
        4 => format!("+44{nine}{b}{c}"),
        5 => format!("0044 {nine} {b} {c}"),
        6 => format!("(0161) {b} {c}1"),
        7 => format!("020 7{b} {c}4"),
        8 => format!("01632 96{}", &a),
        9 => format!("0113 {b} {c}2"),
        10 => format!("0{nine}-{b}-{c}"),
        _ => format!("+44 (0)20 7{b} {c}8"),
    }
}
