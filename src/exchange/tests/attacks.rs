//! Somebody of the exchange who cheats, and a carrier who does: one test for each row of the table
//! in SECURITY.md.

use super::*;
use crate::exchange::{
    names::Author,
    people::{Addition, Signed, Statement},
    post::{Post, PostHeader, PostKind, header},
};

fn author_of(home: &Home) -> Author {
    home.open().record.author()
}

fn header_for(writer: &Home, as_author: &Author, reader: &Home, number: u64) -> PostHeader {
    let exchange = writer.open().record.exchange();
    let place = (number, None);
    let mut header =
        header(&exchange, as_author, place, PostKind::Revision, NoteId::random(), noon());
    header.revision = 1;
    header.readers = vec![reader.open().record.me.clone()];
    header
}

/// Puts a post of the writer’s making into the folder of an author, where a reader finds it.
fn put(writer: &Home, header: &PostHeader, folder: &Path, reader: &Home) -> Vec<u8> {
    let text = body("FORGED-1");
    let note = (head("FORGED-1"), text);
    let plain = Post::sign(&writer.vault, header, Some((&note.0, &note.1))).expect("signed");
    let key = reader.vault.recipient().parse().expect("a key");
    let sealed = writer.vault.seal_for(&[key], &plain).expect("sealed");
    let name = FileName::of(header.number, &sealed).to_string();
    write(&folder.join(name), &sealed);
    sealed
}

#[test]
fn a_member_cannot_write_as_somebody_else() {
    let homes = exchange_of(3);
    let [asha, bryn, cerys] = &homes[..] else { panic!("three") };
    asha.complete("HERON-42");
    settle(&[asha, bryn, cerys]);
    let (as_asha, folder) = (author_of(asha), bryn.posts_of(asha));
    put(cerys, &header_for(cerys, &as_asha, bryn, 2), &folder, bryn);
    // Signed as what it is, and put among another’s posts.
    put(cerys, &header_for(cerys, &author_of(cerys), bryn, 2), &folder, bryn);
    let (intake, _) = bryn.sync();
    let kinds: Vec<FindingKind> = intake.findings.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [FindingKind::NotSigned], "both, in one sentence");
    assert_eq!(bryn.received(), ["HERON-42"]);
}

#[test]
fn a_member_cannot_pass_on_what_was_not_for_the_reader_as_if_it_were() {
    let homes = exchange_of(3);
    let [asha, bryn, cerys] = &homes[..] else { panic!("three") };
    let key = cerys.vault.recipient();
    let private =
        NoteHead { kind: "supervision".to_owned(), shared_with: vec![key], ..head("PRIVATE-1") };
    asha.vault.complete(NoteId::random(), &private, &body("PRIVATE-1")).expect("completes");
    settle(&[asha, bryn, cerys]);
    assert_eq!((bryn.received().len(), cerys.received().len()), (0, 1));
    let folder = cerys.posts_of(asha);
    let name = files(&folder).into_iter().find(|name| name != Path::new("head")).expect("a post");
    let sealed = fs::read(folder.join(name)).expect("read");
    let plain = cerys.vault.open_sealed(&sealed).expect("opens");
    let to_bryn = bryn.vault.recipient().parse().expect("a key");
    let again = cerys.vault.seal_for(&[to_bryn], &plain).expect("sealed");
    write(&bryn.posts_of(asha).join(FileName::of(1, &again).to_string()), &again);
    let (intake, _) = bryn.sync();
    assert!(intake.findings.iter().any(|one| one.kind == FindingKind::WrongPlace));
    assert!(bryn.received().is_empty());
}

#[test]
fn a_member_cannot_add_or_remove_people_or_erase_what_others_wrote() {
    let homes = exchange_of(3);
    let [asha, bryn, cerys] = &homes[..] else { panic!("three") };
    let note = asha.complete("HERON-42");
    settle(&[asha, bryn, cerys]);
    assert!(matches!(cerys.open().remove("Bryn", "x", noon()), Err(ExchangeError::NoSteward)));
    let stranger = Home::new(4);
    let card = Card::sign(&stranger.vault, "Emrys", "Else", "x").expect("signed");
    let exchange = cerys.open();
    let statement = Statement {
        format: 1,
        exchange: exchange.record.exchange(),
        by: exchange.record.me.clone(),
        number: 1,
        at: noon(),
        add: Some(Addition { steward: true, card }),
        remove: None,
    };
    let signed = statement.sign(&cerys.vault).expect("signed");
    // In the name of the steward, signed by the member.
    let as_steward = Statement { by: asha.open().record.me.clone(), ..statement };
    let forged = as_steward.sign(&cerys.vault).expect("signed");
    let all = [signed, forged].into_iter().collect();
    let text = people::Bundle::write(&exchange.record.exchange(), &all).expect("text");
    let key = bryn.vault.recipient().parse().expect("a key");
    let sealed = cerys.vault.seal_for(&[key], text.as_bytes()).expect("sealed");
    let folder = bryn.place().join("people").join(exchange.record.me.to_string());
    write(&folder.join(FileName::of(1, &sealed).to_string()), &sealed);
    bryn.sync();
    assert_eq!(bryn.open().overview().people.len(), 3);
    // An erasure of a note of somebody else, by a member.
    let mut erasure = header_for(cerys, &author_of(cerys), bryn, 1);
    (erasure.kind, erasure.revision, erasure.note) = (PostKind::Erasure, 0, note);
    erasure.erased = bryn.open().record.posts.keys().cloned().collect();
    let plain = Post::sign(&cerys.vault, &erasure, None).expect("signed");
    let key = bryn.vault.recipient().parse().expect("a key");
    let sealed = cerys.vault.seal_for(&[key], &plain).expect("sealed");
    write(&bryn.posts_of(cerys).join(FileName::of(1, &sealed).to_string()), &sealed);
    bryn.sync();
    assert_eq!(bryn.received(), ["HERON-42"]);
}

#[test]
fn a_steward_cannot_put_another_key_in_the_place_of_somebody() {
    let homes = exchange_of(2);
    let [asha, bryn] = &homes[..] else { panic!("two") };
    let (mine, theirs) = (Home::new(5), Home::new(6));
    let card = Card::sign(&theirs.vault, "Gwen", "Else", "x").expect("signed");
    // The steward’s own key in the card of somebody else.
    let text = card.text.replace(&theirs.vault.recipient(), &mine.vault.recipient());
    let forged = Signed { text, ..card };
    assert!(Card::read(&forged).is_err());
    let exchange = asha.open();
    let statement = Statement {
        format: 1,
        exchange: exchange.record.exchange(),
        by: exchange.record.me.clone(),
        number: 9,
        at: noon(),
        add: Some(Addition { steward: false, card: forged }),
        remove: None,
    };
    let mut record = bryn.open().record;
    record.learn([statement.sign(&asha.vault).expect("signed")]);
    assert_eq!(record.people.all().count(), 2);
}

#[test]
fn a_removed_steward_adds_nobody_and_two_who_remove_each_other_are_both_removed() {
    let homes = exchange_of(4);
    let [asha, bryn, cerys, dilys] = &homes[..] else { panic!("four") };
    let all = [asha, bryn, cerys, dilys];
    // Two more stewards: their cards once more, with that power.
    for other in [bryn, cerys] {
        let mut exchange = asha.open();
        let card = other.open().record.state.card.clone();
        let number = exchange.record.people.newest_statement(&exchange.record.me) + 1;
        let statement = Statement {
            format: 1,
            exchange: exchange.record.exchange(),
            by: exchange.record.me.clone(),
            number,
            at: noon(),
            add: Some(Addition { steward: true, card }),
            remove: None,
        };
        let signed = statement.sign(&asha.vault).expect("signed");
        exchange.record.learn([signed]);
        exchange.record.save_state(&asha.vault).expect("saved");
    }
    settle(&all);
    bryn.open().remove("Cerys", "a dispute", noon()).expect("removed");
    cerys.open().remove("Bryn", "a dispute", noon()).expect("removed");
    // And somebody new, after the removal that Cerys does not know of yet.
    let new = Home::new(7);
    write(
        &new.place().join("exchange.toml"),
        &fs::read(asha.place().join("exchange.toml")).expect("read"),
    );
    new.ask();
    let request = files(&new.place().join("join")).pop().expect("a request");
    let bytes = fs::read(new.place().join("join").join(&request)).expect("read");
    write(&cerys.place().join("join").join(&request), &bytes);
    cerys.open().add("Huw", false, noon()).expect("added, as far as Cerys knows");
    settle(&all);
    for home in [asha, dilys] {
        let overview = home.open().overview();
        let listed: Vec<&str> = overview
            .people
            .iter()
            .filter(|row| row.removed.is_none())
            .map(|row| row.name.as_str())
            .collect();
        assert_eq!(listed, ["Asha", "Dilys"], "{}", home.name);
        let mut exchange = home.open();
        let text = format!("{:?}", exchange.take_in().expect("takes in").findings);
        assert!(text.contains("removed each other"), "{text}");
        assert!(text.contains("so this does not count"), "{text}");
    }
    assert!(asha.open().myself().is_some_and(|person| person.steward));
}

#[test]
fn a_removed_person_cannot_post_under_an_earlier_number() {
    let homes = exchange_of(3);
    let [asha, bryn, cerys] = &homes[..] else { panic!("three") };
    cerys.complete("BEFORE-1");
    settle(&[asha, bryn, cerys]);
    // A number far ahead, while they still take part.
    put(cerys, &header_for(cerys, &author_of(cerys), asha, 1_000_000), &asha.posts_of(cerys), asha);
    asha.sync();
    assert!(asha.received().contains(&"FORGED-1".to_owned()), "it is theirs");
    asha.open().remove("Cerys", "left", noon()).expect("removed");
    copy_all(&[asha, bryn]);
    bryn.sync();
    put(cerys, &header_for(cerys, &author_of(cerys), bryn, 7), &bryn.posts_of(cerys), bryn);
    let (intake, _) = bryn.sync();
    assert!(intake.findings.iter().any(|one| one.kind == FindingKind::AfterRemoval));
    assert_eq!(bryn.received(), ["BEFORE-1"]);
}

#[test]
fn a_carrier_who_withholds_is_named_also_for_what_is_not_for_the_reader() {
    let homes = exchange_of(3);
    let [asha, bryn, cerys] = &homes[..] else { panic!("three") };
    let key = cerys.vault.recipient();
    let private =
        NoteHead { kind: "supervision".to_owned(), shared_with: vec![key], ..head("PRIVATE-1") };
    for at in 0..3 {
        asha.complete(&format!("HERON-{at}"));
        asha.sync();
        asha.vault.complete(NoteId::random(), &private, &body("PRIVATE-1")).expect("completes");
        asha.sync();
    }
    let folder = asha.posts_of(asha);
    for file in files(&folder) {
        let bytes = fs::read(folder.join(&file)).expect("read");
        let is_withheld =
            ["000002-", "000005-"].iter().any(|at| file.to_string_lossy().starts_with(at));
        if !is_withheld {
            write(&bryn.posts_of(asha).join(&file), &bytes);
        }
    }
    // In the place of one, a file that nobody opens.
    let junk = b"age-encryption.org/v1\nnothing";
    write(&bryn.posts_of(asha).join(FileName::of(2, junk).to_string()), junk);
    let (intake, _) = bryn.sync();
    let gaps: Vec<&str> = intake
        .findings
        .iter()
        .filter(|one| one.kind == FindingKind::Gap)
        .map(|one| one.text.split(" of").next().unwrap_or_default())
        .collect();
    assert_eq!(gaps, ["Post 2", "Post 5"]);
    assert_eq!(bryn.received(), ["HERON-0", "HERON-1"]);
    settle(&[asha, bryn, cerys]);
    assert_eq!(bryn.kinds(), [], "all of it came");
    assert_eq!(bryn.received(), ["HERON-0", "HERON-1", "HERON-2"]);
}

#[test]
fn a_carrier_who_withholds_the_list_and_puts_other_files_in_the_place_of_posts_is_named() {
    let homes = exchange_of(2);
    let [asha, bryn] = &homes[..] else { panic!("two") };
    for at in 1..=4 {
        asha.complete(&format!("HERON-{at}"));
        asha.sync();
    }
    let (folder, there) = (asha.posts_of(asha), bryn.posts_of(asha));
    let posts: Vec<PathBuf> =
        files(&folder).into_iter().filter(|name| name != Path::new("head")).collect();
    let bring = |at: usize| {
        write(&there.join(&posts[at]), &fs::read(folder.join(&posts[at])).expect("read"));
    };
    // Files that cannot be opened here, as posts for other people are.
    let stranger = Home::new(9);
    let stand_in = |number: u64| {
        let key = stranger.vault.recipient().parse().expect("a key");
        let sealed = stranger.vault.seal_for(&[key], b"nothing").expect("sealed");
        write(&there.join(FileName::of(number, &sealed).to_string()), &sealed);
    };
    let findings = || {
        let (intake, _) = bryn.sync();
        let of_posts = |one: &&Finding| one.text.contains("Asha");
        let sentences = intake.findings.iter().filter(of_posts);
        sentences
            .map(|one| (one.kind, one.text.split(" of ").next().unwrap_or_default().to_owned()))
            .collect::<Vec<_>>()
    };
    bring(3);
    for number in 1..=3 {
        stand_in(number);
    }
    let unlisted = |files: &str| (FindingKind::Unlisted, format!("{files} among the posts"));
    let gap = |post: &str| (FindingKind::Gap, post.to_owned());
    assert_eq!(findings(), [gap("Post 3"), unlisted("3 files")]);
    bring(2);
    assert_eq!(findings(), [gap("Post 2"), unlisted("3 files")]);
    write(&there.join("head"), &fs::read(folder.join("head")).expect("read"));
    assert_eq!(findings(), [gap("Posts 1 to 2")]);
    bring(0);
    bring(1);
    assert_eq!(findings(), []);
    assert_eq!(bryn.received().len(), 4);
}

#[test]
fn a_carrier_who_rolls_back_reorders_or_doubles_changes_nothing() {
    let homes = exchange_of(2);
    let [asha, bryn] = &homes[..] else { panic!("two") };
    asha.complete("HERON-1");
    asha.sync();
    let old = fs::read(asha.posts_of(asha).join("head")).expect("read");
    asha.complete("HERON-2");
    asha.complete("HERON-3");
    settle(&[asha, bryn]);
    write(&bryn.posts_of(asha).join("head"), &old);
    let (intake, _) = bryn.sync();
    assert_eq!(intake.findings.len(), 1);
    assert_eq!(intake.findings[0].kind, FindingKind::OlderList);
    // Everything goes, and comes in another order and under other names too.
    let folder = bryn.posts_of(asha);
    for file in files(&folder) {
        let bytes = fs::read(folder.join(&file)).expect("read");
        let copy = file.to_string_lossy().replace(".age", " (conflicted copy).age");
        write(&folder.join(copy), &bytes);
        fs::remove_file(folder.join(&file)).expect("removed");
    }
    let (intake, _) = bryn.sync();
    assert_eq!(intake.notes, 0);
    assert_eq!(bryn.received(), ["HERON-1", "HERON-2", "HERON-3"]);
    assert!(bryn.kinds().contains(&FindingKind::Foreign));
}

#[test]
fn a_stolen_record_opens_with_nothing_but_the_keys_of_the_vault() {
    let homes = exchange_of(2);
    let [asha, bryn] = &homes[..] else { panic!("two") };
    asha.complete("HERON-42");
    settle(&[asha, bryn]);
    let mut opened = 0;
    let stranger = fixtures::vault();
    for file in files(&bryn.kept()).iter().filter(|file| !file.ends_with("head")) {
        let bytes = fs::read(bryn.kept().join(file)).expect("read");
        assert!(stranger.1.open_sealed(&bytes).is_err(), "{}", file.display());
        assert!(bryn.vault.open_sealed(&bytes).is_ok(), "{}", file.display());
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("HERON") && !text.contains("Asha"), "{}", file.display());
        opened += 1;
    }
    assert!(opened >= 3, "the state, the index and a note");
}

#[test]
fn what_a_member_writes_cannot_steer_a_terminal() {
    let homes = exchange_of(2);
    let [asha, bryn] = &homes[..] else { panic!("two") };
    let key = "HERON\u{202e}-1\u{1b}[2J";
    asha.vault.complete(NoteId::random(), &head(key), &body(key)).expect("completes");
    settle(&[asha, bryn]);
    let received = Received::load(&bryn.vault).expect("loads").expect("there");
    let newest = received.notes()[0].newest();
    let session = received.session(&bryn.vault, newest).expect("opens");
    let shown = "HERON-1[2J";
    assert_eq!((newest.head.case_key.as_str(), session.case_key()), (shown, shown));
}
