//! Rows in rows.

use crate::clinic::fixture::Play;
use crate::clinic::{Event, FieldKind, Refusal, RowId, Slot, Value, form};

fn add_child(play: &mut Play) -> RowId {
    play.did(Event::RowAdded { group: "child".into() });
    *play.session.rows("child").last().expect("a row")
}

fn add_place(play: &mut Play, child: RowId) -> RowId {
    let before = play.session.rows("place").to_vec();
    play.did(Event::RowAddedWithin { group: "place".into(), row: child });
    let new = play.session.rows("place").iter().find(|row| !before.contains(row));
    *new.expect("a new row")
}

#[test]
fn a_new_row_brings_the_fewest_rows_inside_it() {
    let mut play = Play::rich();
    let child = add_child(&mut play);
    assert_eq!(play.session.rows_within("place", Some(child)).len(), 1);
    assert_eq!(play.session.rows("place").len(), 2);
}

#[test]
fn rows_inside_stand_in_the_order_of_the_rows_around_them() {
    let mut play = Play::rich();
    let second = add_child(&mut play);
    let first = play.session.rows("child")[0];
    let late = add_place(&mut play, first);
    let places = play.session.rows("place").to_vec();
    assert_eq!(places[1], late);
    assert_eq!(play.session.parent_row(places[2]), Some(second));
    let shown: Vec<String> = form(&play.session, 1)
        .iter()
        .filter(|field| field.slot.item == "placement")
        .map(|field| field.label.clone())
        .collect();
    let title = "Where does it sit?";
    assert_eq!(shown, [format!("{title} (1 of 2)"), format!("{title} (2 of 2)"), title.to_owned()]);
}

#[test]
fn limits_hold_for_each_row_around() {
    let mut play = Play::rich();
    let child = play.session.rows("child")[0];
    let first = play.session.rows("place")[0];
    let remove = |row| Event::RowRemoved { group: "place".into(), row };
    assert!(matches!(play.refused(remove(first)), Refusal::Rows { .. }));
    for _ in 0..3 {
        add_place(&mut play, child);
    }
    let full = Event::RowAddedWithin { group: "place".into(), row: child };
    assert!(matches!(play.refused(full), Refusal::Rows { .. }));
    let other = add_child(&mut play);
    add_place(&mut play, other);
    play.refused(Event::RowAdded { group: "place".into() });
    play.refused(Event::RowAddedWithin { group: "place".into(), row: first });
}

#[test]
fn a_question_in_a_row_asks_the_row_around_it_and_any_row_inside() {
    let mut play = Play::rich();
    let young = play.session.rows("child")[0];
    let old = add_child(&mut play);
    play.answer_in("age", young, Value::Integer(6));
    play.answer_in("age", old, Value::Integer(14));
    let asked = |play: &Play, item: &str| -> Vec<Option<RowId>> {
        let fields = form(&play.session, 1);
        fields.iter().filter(|field| field.slot.item == item).map(|field| field.slot.row).collect()
    };
    let of_old = play.session.rows_within("place", Some(old));
    assert_eq!(asked(&play, "older"), [Some(of_old[0])]);
    play.answer_in("watched", of_old[0], Value::Choice("no".into()));
    assert_eq!(asked(&play, "unwatched"), [Some(old)]);
}

#[test]
fn a_row_taken_out_takes_the_rows_inside_along_and_brings_them_back() {
    let mut play = Play::rich();
    let child = add_child(&mut play);
    let place = add_place(&mut play, child);
    play.answer_in("where", place, Value::Text("the bus".into()));
    let before = play.session.clone();
    play.did(Event::RowRemoved { group: "child".into(), row: child });
    assert_eq!((play.session.rows("child").len(), play.session.rows("place").len()), (1, 1));
    assert_eq!(play.session.answer(&Slot::in_row("where", place)), None);
    assert!(play.session.audit().iter().any(|line| line.old.as_deref() == Some("the bus")));
    play.did(Event::Undone);
    assert_eq!((&play.session.rows, &play.session.within), (&before.rows, &before.within));
    assert_eq!(form(&play.session, 1), form(&before, 1));
}

#[test]
fn the_button_that_adds_a_row_names_the_row_around_it() {
    let play = Play::rich();
    let child = play.session.rows("child")[0];
    let fields = form(&play.session, 1);
    let buttons: Vec<&Slot> = fields
        .iter()
        .filter(|field| matches!(field.kind, FieldKind::AddRow { .. }))
        .map(|field| &field.slot)
        .collect();
    assert_eq!(buttons, [&Slot::in_row("place", child), &Slot::once("child")]);
}
