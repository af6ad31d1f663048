//! What is pointed out, and what is left alone.

use proptest::prelude::*;

use super::*;

fn today() -> Date {
    jiff::civil::date(2026, 11, 22)
}

#[track_caller]
fn all(text: &str) -> Vec<(&str, IdentifierKind)> {
    let avoid = NamesToAvoid::new(["Tom", "Zoë", "Mary-Ann Jones", "St Mark's"]);
    let found = find_identifiers(text, &avoid, today());
    found.into_iter().map(|found| (&text[found.range], found.kind)).collect()
}

#[track_caller]
fn only(kind: IdentifierKind, cases: &[(&str, &str)]) {
    for (text, wanted) in cases {
        assert_eq!(all(text), [(*wanted, kind)], "{text}");
    }
}

#[track_caller]
fn nothing(cases: &[&str]) {
    for text in cases {
        assert_eq!(all(text), [], "{text}");
    }
}

#[test]
fn an_nhs_number_is_found_by_its_check_digit_or_its_name() {
    only(
        IdentifierKind::NhsNumber,
        &[
            ("NHS 943 476 5919.", "943 476 5919"),
            ("(9434765919)", "9434765919"),
            ("no 943-476-5919 on file", "943-476-5919"),
            ("aged 12, 943 476 5919", "943 476 5919"),
            ("his NHS number is 943 476 5910", "943 476 5910"),
        ],
    );
    nothing(&["943 476 5918", "000 000 0000", "ref 9434765919123", "943-476-5919-22"]);
}

#[test]
fn a_pupil_number_is_found_by_its_check_letter_or_its_name() {
    only(
        IdentifierKind::PupilNumber,
        &[
            ("B801200005001", "B801200005001"),
            ("the number p207000016049,", "p207000016049"),
            ("UPN: A801200005001", "A801200005001"),
        ],
    );
    nothing(&["A801200005001", "B80120000500", "X80120000A001"]);
}

#[test]
fn a_national_insurance_number_is_found_in_every_grouping() {
    only(
        IdentifierKind::NationalInsurance,
        &[
            ("AB123456C", "AB123456C"),
            ("ab 12 34 56 c", "ab 12 34 56 c"),
            ("AB 123456 C,", "AB 123456 C"),
            ("NI number AB 12 34 56", "AB 12 34 56"),
        ],
    );
    nothing(&["QQ123456C", "GB123456A", "AB123456E", "AO123456C", "AB 12 34 56", "in 12 34 56 a"]);
}

#[test]
fn a_whole_postcode_is_found_and_half_of_one_is_not() {
    only(
        IdentifierKind::Postcode,
        &[
            ("near LS1 4AP, by bus", "LS1 4AP"),
            ("sw1a 1aa", "sw1a 1aa"),
            ("M11AE", "M11AE"),
            ("at EC1A\u{a0}1BB.", "EC1A\u{a0}1BB"),
            ("CF10 3NQ", "CF10 3NQ"),
        ],
    );
    nothing(&[
        "year 9 1st lesson",
        "KS2 1st term",
        "S1 2nd lesson",
        "LS6",
        "Y9 3RD",
        "B12 CIK",
        "HERON-42",
        "stage 4 of 10",
    ]);
}

#[test]
fn a_telephone_number_is_found_and_a_helpline_is_not() {
    only(
        IdentifierKind::Phone,
        &[
            ("call 07700 900123 tonight", "07700 900123"),
            ("07700900123", "07700900123"),
            ("+44 7700 900123", "+44 7700 900123"),
            ("+44 (0)20 7946 0958", "+44 (0)20 7946 0958"),
            ("0044 7700 900 123", "0044 7700 900 123"),
            ("(0161) 496 0123", "(0161) 496 0123"),
            ("020 7946 0958", "020 7946 0958"),
            ("01632-960-001", "01632-960-001"),
            ("+353 87 123 4567", "+353 87 123 4567"),
        ],
    );
    nothing(&[
        "Childline 0800 1111",
        "Stop It Now 0808 1000 900",
        "0300 123 4567",
        "999 or 101 or 111",
        "07:30 to 16:00",
        "07.30 on 12.11.2026",
        "01 02 2026 12 30",
        "£07700 900123",
        "007 2026",
    ]);
}

#[test]
fn addresses_are_found_and_national_guidance_is_not() {
    only(IdentifierKind::Email, &[("to j.o'neil@school.sch.uk.", "j.o'neil@school.sch.uk")]);
    only(
        IdentifierKind::WebAddress,
        &[
            ("https://www.example.sch.uk/year9?x=1.", "https://www.example.sch.uk/year9?x=1"),
            ("(www.example.org)", "www.example.org"),
            ("see instagram.com/blue_fox9", "instagram.com/blue_fox9"),
        ],
    );
    nothing(&[
        "https://www.gov.uk/government/publications/keeping-children-safe",
        "www.nice.org.uk/guidance/ng55",
        "social care/health and/or police",
        "e.g. home/school",
        "he/she",
    ]);
}

#[test]
fn the_name_somebody_has_online_is_found() {
    only(
        IdentifierKind::UserName,
        &[
            ("messages from @blue_fox.9, then", "@blue_fox.9"),
            ("Snapchat: bluefox99", "bluefox99"),
            ("her username is bluefox_x", "bluefox_x"),
            ("discord name: fox#1234", "fox#1234"),
        ],
    );
    nothing(&["meet @ 3pm", "@10am", "Snapchat: pictures were sent", "on Instagram - at night"]);
}

#[test]
fn a_date_that_is_called_one_of_birth_is_found_however_it_is_written() {
    only(
        IdentifierKind::DateOfBirth,
        &[
            ("born 3.5.12", "3.5.12"),
            ("DOB: 03/05/2024", "03/05/2024"),
            ("date of birth is the 3rd of May 2025", "3rd of May 2025"),
            ("her birthday is 3 May", "3 May"),
            ("d.o.b. 03-05-2012", "03-05-2012"),
            ("(3 May 2025, DOB)", "3 May 2025"),
        ],
    );
}

#[test]
fn a_whole_date_in_a_childs_year_is_found_and_the_dates_of_meetings_are_not() {
    only(
        IdentifierKind::DateOfBirth,
        &[
            ("Child A, 3 May 2012, lives with", "3 May 2012"),
            ("2012-05-03", "2012-05-03"),
            ("03/05/2012", "03/05/2012"),
            ("May 3rd, 2012", "May 3rd, 2012"),
        ],
    );
    nothing(&[
        "review on 3 May 2027",
        "met on 14/11/2026 at 16:30",
        "since 3 May 2024",
        "in May 2012",
        "in 2012",
        "12/11/26",
        "3 May",
        "31/02/2012",
        "version 1.2.2012.4 of 2010/11",
        "he may 3 times",
    ]);
}

#[test]
fn names_to_avoid_are_found_as_whole_words_whatever_capitals_and_accents() {
    only(
        IdentifierKind::Name,
        &[
            ("TOM’s bag", "TOM"),
            ("with zoe again", "zoe"),
            ("Zoe\u{308}", "Zoe\u{308}"),
            ("mary ann  Jones", "mary ann  Jones"),
        ],
    );
    assert_eq!(all("at St Mark’s"), [("St Mark’s", IdentifierKind::Name)]);
    nothing(&["tomorrow", "a mark"]);
    assert!(NamesToAvoid::new(["", " ", "J", "?"]).is_empty());
    assert_eq!(format!("{:?}", NamesToAvoid::new(["Tom"])), "NamesToAvoid(1)");
}

#[test]
fn ages_case_keys_times_and_counts_are_left_alone() {
    nothing(&[
        "Child A, aged 12, and Child B (9)",
        "HERON-42 follows WREN-7",
        "from 15:30 to 16:45, 6 of 6 ready",
        "three times in 10 days, 2 or 3 children aged 11 to 12",
        "Year 9, Key Stage 3, P7, NG55, KCSIE 2025",
        "1 in 3, 52 per cent, £40, 3.5 hours",
    ]);
}

#[test]
fn a_name_is_found_by_its_capital_letter_on_a_list_or_not() {
    only(
        IdentifierKind::PersonName,
        &[
            ("Staff told Jayden to wait.", "Jayden"),
            ("We asked Quenby what happened", "Quenby"),
            ("Quenby said it was a game.", "Quenby"),
            ("seen with Siân’s brother", "Siân"),
            ("the uncle, Kwame O’Brien-Hall, was in", "Kwame O’Brien-Hall"),
            ("her aunt is Fatima bint Yusuf", "Fatima bint Yusuf"),
            ("Mr Banks rang", "Mr Banks"),
            ("Ms de Souza rang", "Ms de Souza"),
            ("letter from Mrs. Green", "Mrs. Green"),
            ("report by J. Quenby", "J. Quenby"),
            ("he and jayden were in the hall", "jayden"),
            ("rang JAYDEN twice", "JAYDEN"),
        ],
    );
}

#[test]
fn a_name_that_is_a_word_too_is_found_where_somebody_is_meant() {
    only(
        IdentifierKind::PersonName,
        &[
            ("Will said no.", "Will"),
            ("She sat beside Grace at lunch.", "Grace"),
            ("Hope’s mum came.", "Hope"),
            ("Rose (9) was there", "Rose"),
            ("May told her sister", "May"),
        ],
    );
    nothing(&[
        "Will this be looked at again?",
        "May half term is near.",
        "In May and June it stopped.",
        "Mark this as done.",
        "Grace was shown by everybody.",
        "Hope was high.",
        "the Bill, and Art Therapy in the Summer Term",
        "“Don’t put me in a special room.” Don't ask. Shan’t they?",
    ]);
}

#[test]
fn places_of_a_childs_life_are_found_and_kinds_of_place_are_not() {
    only(
        IdentifierKind::PlaceName,
        &[
            ("moved to Heathfield Primary School in May", "Heathfield Primary School"),
            ("at St Mary's C of E Primary", "St Mary's C of E Primary"),
            ("at 14 Station Road since", "14 Station Road"),
            ("Park View Junior School rang", "Park View Junior School"),
            ("plays at Hadley Boxing Club", "Hadley Boxing Club"),
            ("a pupil of Quenby school", "Quenby school"),
            ("they live in Quenby now", "Quenby"),
        ],
    );
    nothing(&[
        "the Primary School and the Virtual School",
        "Family Court, Crown Court and a Children’s Centre",
        "After School Club and Breakfast Club",
        "in a Children’s Home near the Village Hall",
    ]);
}

#[test]
fn initials_are_found_and_the_letters_of_child_a_are_not() {
    only(
        IdentifierKind::Initials,
        &[
            ("J.B. was absent", "J.B"),
            ("call from A.K.", "A.K"),
            ("Mrs K rang", "Mrs K"),
            ("Mr. T.", "Mr. T"),
        ],
    );
    nothing(&["Child A. Child B. Plan B", "U.K. law, e.g. this, at 3 p.m.", "P.E. and R.E."]);
}

#[test]
fn roles_agencies_and_whatever_leads_to_nobody_are_left_alone() {
    nothing(&[
        "The Head Teacher and the Designated Safeguarding Lead met Social Care on Monday.",
        "Children’s Services, CAMHS, the NSPCC, Barnardo’s and Ofsted",
        "the AIM Project, NG55, the Children Act 1989 and the Equality Act",
        "Lucy Faithfull Foundation; Brook Traffic Light Tool",
        "She speaks Polish and Urdu; the family are Catholic, from Northern Ireland.",
        "on TikTok, YouTube and WhatsApp, with an iPad",
        "Supervising, reopening, unhelpful: Interviewer notes.",
        "research by Quenby (2011), Quenby et al and Quenby and others",
        "CPOMS, MyConcern and the DSL",
        "Mae’r plentyn yn hapus. Roedd y teulu yno.",
    ]);
}

#[test]
fn a_name_to_watch_for_takes_the_rest_of_a_longer_name_with_it() {
    let found = all("with Tom Quenby at home");
    assert_eq!(found, [("Tom Quenby", IdentifierKind::Name)]);
}

#[test]
fn several_in_one_text_come_in_order_and_apart() {
    use IdentifierKind::*;
    let text = "Tom (b. 3/5/12), LS1 4AP, 07700 900123, tom@example.com";
    let kinds: Vec<IdentifierKind> = all(text).into_iter().map(|(_, kind)| kind).collect();
    assert_eq!(kinds, [Name, DateOfBirth, Postcode, Phone, Email]);
}

proptest! {
    #[test]
    fn no_text_is_too_odd_and_every_range_lies_between_characters(
        text in r"(\PC|[0-9@./:+() \n-]|NHS|born|LS1 4AP|www\.|://|Zoë|Mr |J\.|St |Mary|'s| School|Child A| van ){0,120}"
    ) {
        let avoid = NamesToAvoid::new(["Zoë", "ab"]);
        let mut last = 0;
        for found in find_identifiers(&text, &avoid, today()) {
            prop_assert!(text.get(found.range.clone()).is_some_and(|part| !part.is_empty()));
            prop_assert!(found.range.start >= last);
            last = found.range.end;
        }
    }
}
