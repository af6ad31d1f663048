//! The screens as pictures: text and style, at 80x24 and 120x40, from messages alone.
//!
//! A small pack of its own keeps the pictures still while entries are written.

mod clinic;
mod documents;
mod formats;
mod frame;
mod notes;
mod stage;
mod svg;
mod versions;

use caseclinic::app::{
    Code, Key, KeyChanges, KeyContext, Message, RecoveryShown, VaultStatus, help_lines,
};
use caseclinic::services::Bookmarks;

use stage::{Stage, pictures, pictures_on, practice};

#[test]
fn search_before_anything_is_typed() {
    pictures("search-empty", |_| {});
}

#[test]
fn search_with_results_and_matches_marked() {
    pictures("search-results", |stage| stage.type_in("tell safeguarding"));
}

#[test]
fn search_that_corrects_a_slip_and_knows_another_word() {
    pictures("search-corrected", |stage| stage.type_in("sextting "));
}

#[test]
fn search_that_finds_nothing() {
    pictures("search-nothing", |stage| stage.type_in("zzzzqqqq"));
    pictures("search-did-you-mean", |stage| stage.type_in("imediyet"));
}

/// With all that is bundled: the pictures of the small pack are nearly empty, so that the keys and the line on danger
/// are most of their letters.
#[test]
fn a_full_page_of_results_is_calm() {
    for size in stage::SIZES {
        let mut stage = Stage::with(size, caseclinic::knowledge::Library::bundled());
        stage.type_in("nudes year 9");
        stage::check_look(stage::FULL_PAGE, &stage);
    }
}

#[test]
fn the_chosen_row_says_its_facts_in_one_line() {
    let mut stage = Stage::with(stage::SIZES[0], caseclinic::knowledge::Library::bundled());
    for typed in ["", "nudes year 9"] {
        stage.type_in(typed);
        for columns in [60, 70, 79, 80, 99] {
            stage.apply_event(Message::Resized { columns, rows: 24 });
            let text = stage.text();
            let rows = text.lines().filter(|row| row.starts_with('▌'));
            let facts: Vec<&str> = rows.filter(|row| row.contains("✓ in force")).collect();
            assert_eq!(facts.len(), 1, "{text}");
            assert!(facts[0].contains(" · ") && !facts[0].contains('…'), "{text}");
        }
    }
}

#[test]
fn the_preview_puts_the_answer_behind_a_rail_and_never_ends_with_a_heading() {
    let mut stage = Stage::with(stage::SIZES[1], caseclinic::knowledge::Library::bundled());
    stage.type_in("nudes year 9");
    for (columns, rows) in (100..=145).map(|columns| (columns, 24 + columns % 20)) {
        stage.apply_event(Message::Resized { columns, rows });
        let area = stage.model.layout().search().preview.expect("a preview");
        let text = stage.text();
        let preview: Vec<String> = text
            .lines()
            .skip(usize::from(area.y))
            .take(usize::from(area.height))
            .map(|row| row.chars().skip(usize::from(area.x)).collect())
            .collect();
        assert!(preview.iter().any(|row| row.starts_with("│ Do not look at the image.")), "{text}");
        let end = preview.iter().position(|row| row.starts_with("Read on"));
        let last = preview[..end.unwrap_or(preview.len())].iter().rfind(|row| !row.is_empty());
        let page = &stage.model.search.preview.as_ref().expect("a preview").page;
        let is_heading = |row: &String| page.headings.iter().any(|(.., words)| words == row);
        assert!(last.is_some_and(|row| !is_heading(row)), "{columns}x{rows}\n{text}");
    }
}

/// The benchmark of the terminal waits for these words.
#[test]
fn the_words_that_the_benchmark_waits_for_are_on_the_screen() {
    for size in stage::SIZES {
        let mut stage = Stage::new(size);
        let landing = stage.text();
        assert!(landing.contains("Type what you want") && landing.contains("Everything"));
        stage.type_in("tell safeguarding");
        assert!(stage.text().contains(" 3 found"), "{}", stage.text());
        stage.type_in(" zzzzqqqq");
        let text = stage.text();
        assert!(text.contains(" found"), "{text}");
    }
    let mut stage = Stage::new(stage::SIZES[0]);
    stage.type_in("zzzzqqqq");
    assert!(stage.text().contains(" nothing found"), "{}", stage.text());
}

#[test]
fn the_line_on_danger_stands_once_and_whole_at_every_width() {
    for columns in [60, 79, 80, 99, 100, 119, 120, 140, 200] {
        for typed in ["", "tell safeguarding", "sextting ", "zzzzqqqq", "imediyet"] {
            let mut stage = Stage::new((columns, 24));
            stage.type_in(typed);
            let text = stage.text();
            let line = if columns < 100 {
                "! In danger now? Call 999"
            } else {
                "! A child in danger now? Call 999 first"
            };
            assert_eq!(text.matches(line).count(), 1, "{columns} {typed}\n{text}");
        }
    }
}

#[test]
fn bookmarks_come_first_and_recent_searches_are_one_key_away() {
    let read = |stage: &mut Stage| {
        let reading = Bookmarks {
            bookmarks: vec!["old-response".to_owned(), "immediate-safety".to_owned()],
            searches: vec!["nudes year 9".to_owned(), "tell safeguarding".to_owned()],
        };
        stage.apply_event(Message::BookmarksRead(Ok(reading)));
    };
    pictures("search-bookmarks", |stage| {
        read(stage);
        stage.press(Code::Down);
    });
    pictures("search-recent", |stage| {
        read(stage);
        stage.press(Code::Up);
    });
    pictures("reader-bookmarked", |stage| {
        read(stage);
        stage.press(Code::Enter);
    });
}

#[test]
fn the_reader_with_table_quotation_and_check_mark() {
    pictures("reader", |stage| {
        stage.type_in("first response");
        stage.press(Code::Enter);
    });
}

#[test]
fn the_reader_finding_words_and_choosing_a_link() {
    pictures("reader-find", |stage| {
        stage.type_in("first response");
        stage.press(Code::Enter);
        stage.key(Key::char('/'));
        stage.type_in("LEAD");
        stage.press(Code::Enter);
        stage.press(Code::Tab);
    });
}

#[test]
fn the_reader_with_its_outline() {
    pictures("reader-outline", |stage| {
        stage.type_in("first response");
        stage.press(Code::Enter);
        stage.key(Key::char(']'));
        stage.key(Key::char('o'));
    });
}

#[test]
fn an_urgent_entry_begins_with_whom_to_call() {
    pictures("reader-urgent", |stage| {
        stage.type_in("immediate safety");
        stage.press(Code::Enter);
    });
}

#[test]
fn a_superseded_entry_says_so() {
    pictures("reader-superseded", |stage| {
        stage.type_in("old response");
        while stage
            .model
            .search
            .chosen_entry(stage.model.library.as_ref().expect("read"), &stage.model.bookmarks)
            .is_some_and(|entry| entry.id != "old-response")
        {
            stage.press(Code::Down);
        }
        stage.press(Code::Enter);
    });
}

#[test]
fn entries_of_a_local_pack_show_their_pack_and_can_be_filtered() {
    pictures_on("search-local", Stage::with_a_local_pack, |stage| {
        stage.type_in("safeguarding lead");
    });
    pictures_on("search-pack-chosen", Stage::with_a_local_pack, |stage| {
        stage.type_in("duty desk");
        stage.key(Key::shift(Code::Tab));
        stage.press(Code::Left);
    });
    pictures_on("reader-overlay", Stage::with_a_local_pack, |stage| {
        stage.type_in("first response in northmoor");
        stage.press(Code::Enter);
    });
}

#[test]
fn a_footnote_leads_to_its_source() {
    let chosen = |stage: &mut Stage| {
        stage.type_in("first response in northmoor");
        stage.press(Code::Enter);
        stage.type_in("ff");
    };
    pictures_on("reader-footnote", Stage::with_a_local_pack, chosen);
    pictures_on("reader-source", Stage::with_a_local_pack, |stage| {
        chosen(stage);
        stage.press(Code::Enter);
    });
}

#[test]
fn help_shows_every_key_in_full_on_a_small_screen() {
    for size in [(60, 18), (80, 24)] {
        let mut stage = Stage::new(size);
        stage.press(Code::F(1));
        let mut seen = String::new();
        for _ in 0..60 {
            let picture = stage.picture();
            assert!(!picture.contains('…'), "{picture}");
            seen.push_str(&picture);
            stage.press(Code::Down);
        }
        for (_, said) in
            help_lines(&[KeyContext::Search, KeyContext::Everywhere], &KeyChanges::default())
        {
            for word in said.split_whitespace() {
                assert!(seen.contains(word), "{size:?}: {word} of {said}");
            }
        }
    }
}

#[test]
fn the_guide_has_a_list_of_pages_and_shows_pictures_as_they_are() {
    let open = |stage: &mut Stage, page: char| {
        stage.press(Code::F(1));
        stage.press(Code::F(1));
        stage.key(Key::char(page));
        stage.press(Code::Enter);
    };
    pictures("guide-pages", |stage| {
        stage.press(Code::F(1));
        stage.press(Code::F(1));
    });
    pictures("guide-contents", |stage| open(stage, '1'));
    pictures("guide-picture", |stage| {
        open(stage, '3');
        stage.type_in("/HERON");
        stage.press(Code::Enter);
        stage.press(Code::Esc);
    });
}

#[test]
fn the_clinics_screen_before_there_is_a_vault() {
    pictures("clinics-no-vault", |stage| stage.press(Code::F(3)));
}

#[test]
fn the_meeting_formats_to_choose_from() {
    pictures("formats", |stage| {
        stage.key(Key::ctrl(Code::Char('n')));
        stage.press(Code::Down);
    });
}

#[test]
fn creating_a_vault_step_by_step() {
    pictures("vault-offer", |stage| {
        stage.key(Key::ctrl(Code::Char('n')));
        stage.press(Code::Enter);
    });
    pictures("vault-type", |stage| {
        stage.key(Key::ctrl(Code::Char('n')));
        stage.press(Code::Enter);
        stage.press(Code::Enter);
        stage.type_in("anchor bottle");
        stage.press(Code::Enter);
    });
    pictures("vault-recovery", |stage| {
        stage.key(Key::ctrl(Code::Char('n')));
        stage.press(Code::Enter);
        stage.apply_event(Message::VaultCreated(RecoveryShown {
            renewed: false,
            sheet: "# The recovery sheet\n# 1:AAAAAA 2:BBBBBB\nAGE-SECRET-KEY-1AAAAAABBBBBB\n"
                .to_owned()
                .into(),
            copied: "caseclinic recovery sheet, 30 November 2026\n\
                     Vault 062c3484-a184-477f-9681-fb65ac8adb61\n\n\
                     This key opens every note in the vault. If both it and the passphrase are \
                     lost, nobody can open the notes again.\n\n\
                     The key in numbered groups:\n   1:AAAAAA 2:BBBBBB 3:CCCCCC 4:DDDDDD \
                     5:EEEEEE\n   6:FFFFFF 7:GGGGGG 8:HHHHHH 9:JJJJJJ 10:KKKK\n"
                .to_owned()
                .into(),
            question: "Group 2 of the key:".to_owned(),
            confirms: Box::new(|typed| typed == "BBBBBB"),
        }));
    });
    pictures("vault-unlock-refused", |stage| {
        stage.apply_event(Message::VaultStatusRead(VaultStatus::Locked));
        stage.press(Code::F(3));
        stage.press(Code::Enter);
        stage.type_in("wrong");
        stage.press(Code::Enter);
        stage.apply_event(Message::VaultRefused(
            "The passphrase does not open this vault.".to_owned(),
        ));
    });
}

#[test]
fn without_colour_the_same_things_are_told_apart() {
    pictures("search-no-colour", |stage| {
        stage.colour = false;
        stage.type_in("tell safeguarding");
    });
}

#[test]
fn a_small_window_asks_for_more_room_and_no_size_panics() {
    let mut stage = Stage::new((80, 24));
    practice(&mut stage);
    for columns in 1..=24 {
        for rows in 1..=12 {
            stage.apply_event(Message::Resized { columns, rows });
            stage.picture();
        }
    }
    stage.apply_event(Message::Resized { columns: 50, rows: 10 });
    assert!(stage.picture().contains("Make the window larger"));
    stage.apply_event(Message::Resized { columns: 80, rows: 24 });
    assert!(stage.picture().contains("Open"));
}
