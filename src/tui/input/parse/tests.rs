//! Every key, however a terminal spells it, and bytes that no terminal sends.

use proptest::prelude::*;

use super::*;

/// All that comes of some bytes, and of nothing more after them.
fn all(pieces: &[&[u8]]) -> Vec<Message> {
    let mut parser = Parser::default();
    let mut heard = Vec::new();
    for piece in pieces {
        parser.take(piece);
        heard.extend(std::iter::from_fn(|| parser.next()));
    }
    // An escape is waited for three times: for Alt, for the rest of an arrow, and for a late rest.
    for _ in 0..3 {
        parser.time_passed();
        heard.extend(std::iter::from_fn(|| parser.next()));
    }
    assert_eq!(parser.waiting(), Waiting::Nothing, "{pieces:?}");
    heard
}

#[track_caller]
fn keys(bytes: &[u8]) -> Vec<Key> {
    all(&[bytes])
        .into_iter()
        .map(|one| if let Message::Pressed(key) = one { key } else { panic!("no key") })
        .collect()
}

fn pastes(heard: Vec<Message>) -> Vec<String> {
    let text = |one| if let Message::Pasted(text) = one { Some(text) } else { None };
    heard.into_iter().filter_map(text).collect()
}

fn answers(heard: Vec<Message>) -> Vec<String> {
    let said = |one| if let Message::TerminalAnswered(said) = one { Some(said) } else { None };
    heard.into_iter().filter_map(said).collect()
}

#[test]
fn an_answer_of_the_terminal_is_no_key_whole_cut_late_or_rubbish() {
    let white = "11;rgb:ffff/ffff/ffff";
    for bytes in [&b"\x1b]11;rgb:ffff/ffff/ffff\x07"[..], b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\"] {
        assert_eq!(answers(all(&[bytes])), [white]);
        for at in 1..bytes.len() {
            assert_eq!(answers(all(&[&bytes[..at], &bytes[at..]])), [white], "cut at {at}");
        }
        // What never ends is no key either, unless nothing but Alt-] has come.
        for at in 3..bytes.len() - 2 {
            assert!(all(&[&bytes[..at]]).is_empty(), "ends at {at}");
        }
    }
    let rubbish = [b"\x1b]11;".as_slice(), &[b'x'; 300], b"\x07a"].concat();
    let heard = all(&[&rubbish]);
    assert_eq!(heard.len(), 2);
    assert!(matches!(heard[1], Message::Pressed(key) if key == Key::char('a')));
    assert_eq!(keys(b"\x1b]"), [Key::alt(Code::Char(']'))]);
    assert_eq!(keys(b"\x1b]x"), [Key::alt(Code::Char(']')), Key::char('x')]);
}

#[test]
fn characters_are_what_was_typed_capitals_and_accents_too() {
    let typed: String = keys("aÉ€🙂Z".as_bytes()).into_iter().filter_map(Key::typed).collect();
    assert_eq!(typed, "aÉ€🙂Z");
    assert_eq!(keys("É".as_bytes()), [Key::char('É')]);
}

#[test]
fn keys_of_control_are_letters_and_some_have_keys_of_their_own() {
    assert_eq!(keys(b"\x01\x1a"), [Key::ctrl(Code::Char('a')), Key::ctrl(Code::Char('z'))]);
    assert_eq!(keys(b"\r\n"), [Key::plain(Code::Enter); 2]);
    assert_eq!(keys(b"\x08\x7f"), [Key::plain(Code::Backspace); 2]);
    assert_eq!(keys(b"\t\x1b[Z"), [Key::plain(Code::Tab), Key::shift(Code::Tab)]);
    assert_eq!(keys(b"\x00"), [Key::ctrl(Code::Char(' '))]);
}

#[test]
fn arrows_and_their_neighbours_are_known_in_every_spelling() {
    use Code::*;
    for (codes, bytes) in [
        (vec![Up, Down, Right, Left, Home, End], &b"\x1b[A\x1b[B\x1b[C\x1b[D\x1b[H\x1b[F"[..]),
        (vec![Up, Down, Right, Left, Home, End], b"\x1bOA\x1bOB\x1bOC\x1bOD\x1bOH\x1bOF"),
        (vec![Home, Delete, End, PageUp, PageDown], b"\x1b[1~\x1b[3~\x1b[4~\x1b[5~\x1b[6~"),
        (vec![Home, End], b"\x1b[7~\x1b[8~"),
        (vec![F(1), F(2), F(3), F(4)], b"\x1bOP\x1bOQ\x1bOR\x1bOS"),
        (vec![F(1), F(5)], b"\x1b[[A\x1b[[E"),
        (vec![F(1), F(5), F(6), F(10)], b"\x1b[11~\x1b[15~\x1b[17~\x1b[21~"),
        (vec![F(11), F(12)], b"\x1b[23~\x1b[24~"),
    ] {
        let expected: Vec<Key> = codes.into_iter().map(Key::plain).collect();
        assert_eq!(keys(bytes), expected, "{}", bytes.escape_ascii());
    }
}

#[test]
fn keys_held_with_others_are_told() {
    assert_eq!(keys(b"\x1b[1;5C"), [Key::ctrl(Code::Right)]);
    assert_eq!(keys(b"\x1b[1;3D"), [Key::alt(Code::Left)]);
    assert_eq!(keys(b"\x1b[5;2~"), [Key::shift(Code::PageUp)]);
    assert_eq!(keys(b"\x1b[1;2R"), [Key::shift(Code::F(3))]);
    assert_eq!(keys(b"\x1bx"), [Key::alt(Code::Char('x'))]);
    assert_eq!(keys("\x1bé".as_bytes()), [Key::alt(Code::Char('é'))]);
    assert_eq!(keys(b"\x1b\x7f"), [Key::alt(Code::Backspace)]);
}

#[test]
fn a_lone_escape_is_the_key_once_nothing_follows() {
    let mut parser = Parser::default();
    parser.take(b"\x1b");
    assert!(parser.next().is_none());
    assert_eq!(parser.waiting(), Waiting::Escape);
    parser.time_passed();
    assert!(parser.next().is_none());
    assert_eq!(parser.waiting(), Waiting::AgedEscape);
    parser.time_passed();
    assert!(matches!(parser.next(), Some(Message::Pressed(key)) if key == Key::plain(Code::Esc)));
    assert_eq!(keys(b"\x1b\x1b[A"), [Key::plain(Code::Esc), Key::plain(Code::Up)]);
    assert_eq!(keys(b"\x1b\x1b"), [Key::plain(Code::Esc); 2]);
    assert_eq!(keys(b"\x1b["), [Key::alt(Code::Char('['))]);
    assert_eq!(keys(b"\x1bO"), [Key::alt(Code::Char('O'))]);
}

/// What comes of an escape, of time that passes so many times, and of more bytes.
fn after_escape(times: usize, bytes: &[u8]) -> Vec<Key> {
    let mut parser = Parser::default();
    let mut heard = Vec::new();
    parser.take(b"\x1b");
    heard.extend(std::iter::from_fn(|| parser.next()));
    for _ in 0..times {
        parser.time_passed();
        heard.extend(std::iter::from_fn(|| parser.next()));
    }
    parser.take(bytes);
    heard.extend(std::iter::from_fn(|| parser.next()));
    for _ in 0..3 {
        parser.time_passed();
        heard.extend(std::iter::from_fn(|| parser.next()));
    }
    let pressed = |one| if let Message::Pressed(key) = one { key } else { panic!("no key") };
    heard.into_iter().map(pressed).collect()
}

#[test]
fn an_arrow_that_a_slow_line_split_behind_its_escape_is_the_arrow_and_never_text() {
    let escape = Key::plain(Code::Esc);
    for (rest, key) in [
        (&b"[A"[..], Key::plain(Code::Up)),
        (b"OB", Key::plain(Code::Down)),
        (b"[1;5C", Key::ctrl(Code::Right)),
        (b"[5~", Key::plain(Code::PageUp)),
    ] {
        assert_eq!(after_escape(1, rest), [key], "while Esc is waited for");
        assert_eq!(after_escape(2, rest), [escape, key], "soon after it");
    }
    // What people type behind Esc stays what they type.
    assert_eq!(after_escape(1, b"j"), [escape, Key::char('j')]);
    assert_eq!(after_escape(1, b"\x1b"), [escape, escape]);
    assert_eq!(after_escape(2, b"["), [escape, Key::char('[')]);
    assert_eq!(after_escape(2, b"O"), [escape, Key::char('O')]);
    assert_eq!(after_escape(2, b"[x"), [escape, Key::char('['), Key::char('x')]);
    assert_eq!(after_escape(3, b"[A"), [escape, Key::char('['), Key::char('A')]);
    assert_eq!(after_escape(0, b"j"), [Key::alt(Code::Char('j'))]);
}

#[test]
fn a_paste_is_one_text_whatever_stands_in_it() {
    let bytes = b"a\x1b[200~one\r\ntwo \x1b[A \x1b[31m\x1b[201~b";
    let heard = all(&[bytes]);
    assert_eq!(heard.len(), 3);
    assert_eq!(pastes(heard), ["one\r\ntwo \x1b[A \x1b[31m"]);
    assert_eq!(pastes(all(&[b"\x1b[200~\x1b[201~"])), [""]);
    assert_eq!(pastes(all(&[b"\x1b[200~\xff\xc3\x1b[201~"])), ["\u{fffd}\u{fffd}"]);
}

#[test]
fn a_paste_that_lost_its_end_comes_all_the_same_and_keys_work_again() {
    let mut parser = Parser::default();
    parser.take(b"\x1b[200~half of it");
    assert!(parser.next().is_none());
    assert_eq!(parser.waiting(), Waiting::Paste);
    parser.time_passed();
    assert!(matches!(parser.next(), Some(Message::Pasted(text)) if text == "half of it"));
    parser.take(b"q");
    assert!(matches!(parser.next(), Some(Message::Pressed(key)) if key == Key::char('q')));
}

#[test]
fn a_paste_of_megabytes_in_small_pieces_takes_no_longer_than_it_is() {
    let text = "x".repeat(3 << 20);
    let mut parser = Parser::default();
    parser.take(b"\x1b[200~");
    for piece in text.as_bytes().chunks(1024) {
        parser.take(piece);
        assert!(parser.next().is_none());
    }
    parser.take(b"\x1b[201~");
    assert!(matches!(parser.next(), Some(Message::Pasted(pasted)) if pasted == text));
}

#[test]
fn clicks_and_the_wheel_are_known_in_both_spellings_and_nothing_else_is() {
    let mice = |bytes| {
        let mouse = |one| if let Message::Mouse(mouse) = one { mouse } else { panic!() };
        all(&[bytes]).into_iter().map(mouse).collect::<Vec<_>>()
    };
    let click = Mouse::Clicked { column: 3, row: 4 };
    assert_eq!(mice(b"\x1b[<0;4;5M\x1b[<0;4;5m"), [click]);
    assert_eq!(mice(b"\x1b[M $%\x1b[M#$%"), [click]);
    assert_eq!(mice(b"\x1b[<64;1;1M\x1b[<65;1;1M"), [Mouse::WheelUp, Mouse::WheelDown]);
    assert!(mice(b"\x1b[<35;4;5M").is_empty());
}

#[test]
fn what_no_key_sends_is_passed_over_and_the_next_key_is_heard() {
    for odd in [
        &b"\x1b[I"[..],
        b"\x1b[O",
        b"\x1b[24;80R",
        b"\x1b[?62;22c",
        b"\x1b[2~",
        b"\x1b[99999999999~",
        b"\x1b[;;;;~",
        b"\x80\xff\xc3",
        b"\xc2\x9b",
        b"\x1bOz",
        b"\x1b[[z",
    ] {
        let bytes = [odd, b"q"].concat();
        assert_eq!(keys(&bytes).last(), Some(&Key::char('q')), "{}", odd.escape_ascii());
        assert!(keys(&bytes).len() <= 2, "{}", odd.escape_ascii());
    }
}

#[test]
fn what_was_understood_is_no_longer_there() {
    let mut parser = Parser::default();
    parser.take(b"secret");
    for _ in 0..3 {
        assert!(parser.next().is_some());
    }
    assert_eq!(parser.bytes[..], *b"\0\0\0ret");
    while parser.next().is_some() {}
    assert!(parser.bytes.is_empty());
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic_or_wait_for_ever(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        all(&[&bytes]);
    }

    #[test]
    fn pieces_of_any_size_give_the_same_keys(
        parts in proptest::collection::vec(
            prop_oneof![
                Just("\x1b[A"), Just("\x1bOP"), Just("\x1b[1;5C"), Just("é"), Just("x"),
                Just("\x1b[200~some\x1b[201~"), Just("\r"), Just("🙂"), Just("\x1b[<0;4;5M"),
            ],
            1..12,
        ),
        size in 1_usize..9,
    ) {
        let bytes = parts.concat().into_bytes();
        let pieces: Vec<&[u8]> = bytes.chunks(size).collect();
        let heard = |pieces: &[&[u8]]| -> Vec<String> {
            all(pieces).iter().map(|one| match one {
                Message::Pressed(key) => format!("{key:?}"),
                Message::Pasted(text) => format!("{text:?}"),
                Message::Mouse(mouse) => format!("{mouse:?}"),
                _ => "else".to_owned(),
            }).collect()
        };
        prop_assert_eq!(heard(&pieces), heard(&[&bytes]));
    }
}

#[test]
fn of_the_mouse_only_clicks_and_the_wheel_are_heard() {
    assert_eq!(mouse(0, 4, 5, false), Some(Mouse::Clicked { column: 3, row: 4 }));
    assert_eq!(mouse(64, 4, 5, false), Some(Mouse::WheelUp));
    assert_eq!(mouse(65, 4, 5, false), Some(Mouse::WheelDown));
    assert_eq!(mouse(0, 4, 5, true), None, "let go of");
    assert_eq!(mouse(35, 4, 5, false), None, "moved");
    assert_eq!(mouse(2, 4, 5, false), None, "another button");
}
