//! What an exchange is for: notes, corrections and erasures reach everybody they are for.

use super::*;
use crate::vault::keys::seal;

#[test]
fn what_one_completes_the_others_read_and_nobody_else() {
    let homes = exchange_of(3);
    let [asha, bryn, cerys] = &homes[..] else { panic!("three") };
    let note = asha.complete("HERON-42");
    bryn.complete("TEAL-7");
    settle(&[asha, bryn, cerys]);
    assert_eq!(bryn.received(), ["HERON-42"]);
    assert_eq!(cerys.received(), ["HERON-42", "TEAL-7"]);
    assert_eq!(asha.received(), ["TEAL-7"]);
    for home in [asha, bryn, cerys] {
        assert_eq!(home.kinds(), []);
    }
    // A correction follows its revision, and the newest is what lists show.
    asha.amend(note, "HERON-43");
    settle(&[asha, bryn, cerys]);
    assert_eq!(bryn.received(), ["HERON-43"]);
    let received = Received::load(&bryn.vault).expect("loads").expect("there");
    assert_eq!(received.notes()[0].revisions.len(), 2);
    assert_eq!(received.notes()[0].title, "Asha (Northmoor)");
    // The own vault has nothing of it.
    assert_eq!(bryn.vault.list().expect("lists").len(), 1);
    let stranger = age::x25519::Identity::generate();
    for file in files(&asha.place()).iter().filter(|file| file.starts_with("post")) {
        let bytes = fs::read(asha.place().join(file)).expect("read");
        assert!(seal::open_with(&stranger, &bytes).is_err(), "{}", file.display());
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("HERON") && !text.contains("Asha"), "{}", file.display());
    }
}

#[test]
fn drafts_and_private_notes_stay_and_earlier_notes_wait_to_be_asked_for() {
    let homes: Vec<Home> = (0..2).map(Home::new).collect();
    let [asha, bryn] = &homes[..] else { panic!("two") };
    asha.complete("BEFORE-1");
    asha.begin();
    write(
        &bryn.place().join("exchange.toml"),
        &fs::read(asha.place().join("exchange.toml")).expect("read"),
    );
    bryn.ask();
    copy_all(&[asha, bryn]);
    // Nobody else takes part yet: what is completed now waits.
    asha.complete("EARLY-1");
    let outbox = asha.open().outbox(false).expect("an outbox");
    assert_eq!((outbox.notes.len(), outbox.without_readers), (0, 1));
    asha.open().add("Bryn", false, noon()).expect("added");
    let draft = NoteId::random();
    asha.vault.save_draft(draft, &head("DRAFT-1"), &body("DRAFT-1")).expect("saves");
    let private = NoteHead { kind: "supervision".to_owned(), ..head("PRIVATE-1") };
    asha.vault.complete(NoteId::random(), &private, &body("PRIVATE-1")).expect("completes");
    settle(&[asha, bryn]);
    assert_eq!(bryn.received(), ["EARLY-1"]);
    assert_eq!(files(&asha.posts_of(asha)).len(), 2, "one post, and the list");
    // Shared by name, it travels to that person.
    let key = bryn.vault.recipient();
    let shared = NoteHead { shared_with: vec![key], ..private };
    let id = NoteId::random();
    asha.vault.complete(id, &shared, &body("PRIVATE-1")).expect("completes");
    settle(&[asha, bryn]);
    assert_eq!(bryn.received(), ["EARLY-1", "PRIVATE-1"]);
    let mut exchange = asha.open();
    let outbox = exchange.outbox(true).expect("an outbox");
    assert_eq!(outbox.notes.len(), 1, "asked for");
    exchange.send(outbox, noon()).expect("sends");
    settle(&[asha, bryn]);
    assert_eq!(bryn.received(), ["BEFORE-1", "EARLY-1", "PRIVATE-1"]);
}

#[test]
fn what_is_erased_is_erased_everywhere_and_answered() {
    let homes = exchange_of(3);
    let [asha, bryn, cerys] = &homes[..] else { panic!("three") };
    let note = asha.complete("HERON-42");
    let kept = asha.complete("TEAL-7");
    settle(&[asha, bryn, cerys]);
    let before: Vec<(PathBuf, Vec<u8>)> = files(&asha.place())
        .into_iter()
        .map(|file| (file.clone(), fs::read(asha.place().join(&file)).expect("read")))
        .collect();
    asha.erase(note);
    settle(&[asha, bryn, cerys]);
    assert_eq!(bryn.received(), ["TEAL-7"]);
    let overview = asha.open().overview();
    assert_eq!(overview.erased, [(note, 2, 2)]);
    assert!(!files(&bryn.kept()).is_empty());
    // A carrier brings everything back, the older list too.
    for home in [asha, bryn, cerys] {
        for (file, bytes) in &before {
            write(&home.place().join(file), bytes);
        }
        assert!(home.kinds().contains(&FindingKind::CameBack), "{}", home.name);
    }
    for home in [bryn, cerys, asha] {
        home.sync();
    }
    assert_eq!(bryn.received(), ["TEAL-7"]);
    assert_eq!(cerys.received(), ["TEAL-7"]);
    settle(&[asha, bryn, cerys]);
    assert!(bryn.kinds().is_empty(), "{:?}", bryn.kinds());
    // Somebody who joins later misses nothing that was erased.
    let dilys = Home::new(3);
    write(
        &dilys.place().join("exchange.toml"),
        &fs::read(asha.place().join("exchange.toml")).expect("read"),
    );
    dilys.ask();
    copy_all(&[asha, bryn, cerys, &dilys]);
    asha.sync();
    asha.open().add("Dilys", false, noon()).expect("added");
    settle(&[asha, bryn, cerys, &dilys]);
    assert_eq!(dilys.kinds(), []);
    assert!(dilys.received().is_empty());
    asha.amend(kept, "TEAL-8");
    settle(&[asha, bryn, cerys, &dilys]);
    assert_eq!(dilys.received(), ["TEAL-8"]);
}

#[test]
fn erasing_leaves_nothing_of_a_note_beside_the_vault_even_before_the_next_sync() {
    let homes = exchange_of(2);
    let [asha, bryn] = &homes[..] else { panic!("two") };
    let note = asha.complete("HERON-42");
    settle(&[asha, bryn]);
    let sent = files(&asha.kept().join("sent"));
    asha.erase(note);
    assert_eq!(erase_sent(&asha.vault, noon()).expect("erased"), 1);
    assert_eq!(erase_sent(&asha.vault, noon()).expect("erased"), 0, "once");
    let left = files(&asha.kept().join("sent"));
    let post = sent.iter().find(|file| file.to_string_lossy().contains("/000001-"));
    assert!(post.is_some_and(|post| !left.contains(post)), "{left:?}");
    for file in left.iter().filter(|file| !file.ends_with("head")) {
        let sealed = fs::read(asha.kept().join("sent").join(file)).expect("read");
        let plain = asha.vault.open_sealed(&sealed).expect("opens");
        assert!(!String::from_utf8_lossy(&plain).contains("HERON"), "{}", file.display());
    }
    settle(&[asha, bryn]);
    assert!(bryn.received().is_empty());
    assert_eq!(asha.open().overview().erased, [(note, 1, 1)]);
}

#[test]
fn an_emptied_folder_is_filled_again_from_the_vaults() {
    let homes = exchange_of(2);
    let [asha, bryn] = &homes[..] else { panic!("two") };
    asha.complete("HERON-42");
    bryn.complete("TEAL-7");
    settle(&[asha, bryn]);
    let before = files(&asha.place());
    for folder in ["post", "people", "join"] {
        fs::remove_dir_all(asha.place().join(folder)).expect("removed");
        fs::remove_dir_all(bryn.place().join(folder)).expect("removed");
    }
    assert_eq!(bryn.received(), ["HERON-42"], "it is kept here");
    settle(&[asha, bryn]);
    assert_eq!(files(&asha.place()), before);
    // Somebody overwrites every file in place, with as many bytes.
    for file in before.iter().filter(|file| file.starts_with("post") || file.starts_with("people"))
    {
        let length = fs::read(asha.place().join(file)).expect("read").len();
        write(&asha.place().join(file), &vec![0; length]);
    }
    asha.sync();
    settle(&[asha, bryn]);
    assert_eq!(files(&asha.place()), before);
    assert_eq!(asha.received(), ["TEAL-7"]);
}

#[test]
fn a_removed_person_opens_nothing_sealed_after_and_what_they_send_does_not_count() {
    let homes = exchange_of(3);
    let [asha, bryn, cerys] = &homes[..] else { panic!("three") };
    asha.complete("HERON-42");
    cerys.complete("BEFORE-1");
    settle(&[asha, bryn, cerys]);
    let known = files(&cerys.place());
    asha.open().remove("Cerys", "left the partnership", noon()).expect("removed");
    asha.complete("TEAL-7");
    bryn.complete("WREN-3");
    cerys.complete("AFTER-1");
    settle(&[asha, bryn, cerys]);
    // What they had stays, on both sides.
    assert_eq!(cerys.received(), ["HERON-42"]);
    assert_eq!(bryn.received(), ["BEFORE-1", "HERON-42", "TEAL-7"]);
    assert_eq!(asha.received(), ["BEFORE-1", "WREN-3"]);
    assert!(bryn.kinds().contains(&FindingKind::AfterRemoval));
    let own = cerys.posts_of(cerys);
    let mut after = 0;
    for file in files(&cerys.place()) {
        let path = cerys.place().join(&file);
        let is_age = file.extension().is_some_and(|ending| ending == "age");
        if is_age && !known.contains(&file) && !path.starts_with(&own) {
            after += 1;
            let sealed = fs::read(&path).expect("read");
            assert!(cerys.vault.open_sealed(&sealed).is_err(), "{}", file.display());
        }
    }
    assert!(after >= 3, "two notes and the removal");
    // They cannot come back with these keys.
    let refused = asha.open().request_of("Cerys");
    assert!(matches!(refused, Err(ExchangeError::WasRemoved(_))), "{refused:?}");
}

#[test]
fn a_doubled_vault_is_named_and_both_its_posts_are_kept() {
    let homes = exchange_of(2);
    let [asha, bryn] = &homes[..] else { panic!("two") };
    let note = asha.complete("HERON-42");
    settle(&[asha, bryn]);
    // Asha’s whole computer is copied.
    let copy = temporary();
    for file in files(asha.folder.path()) {
        let bytes = fs::read(asha.folder.path().join(&file)).expect("read");
        write(&copy.path().join(&file), &bytes);
    }
    let vault = Vault::unlock(&copy.path().join("vault"), &passphrase()).expect("unlocks");
    let clone = Home { name: "Asha again", vault, folder: copy };
    asha.amend(note, "HERON-43");
    clone.amend(note, "HERON-44");
    asha.sync();
    clone.sync();
    // Both lie in Bryn’s copy: the same number twice.
    for home in [asha, &clone] {
        for file in files(&home.posts_of(home)) {
            let bytes = fs::read(home.posts_of(home).join(&file)).expect("read");
            write(&bryn.posts_of(asha).join(&file), &bytes);
        }
    }
    bryn.sync();
    assert!(bryn.kinds().contains(&FindingKind::Doubled));
    assert_eq!(bryn.received(), ["HERON-43", "HERON-44"], "side by side");
    // Each of them notices, and goes on under a name of its own.
    for file in files(&clone.posts_of(&clone)) {
        let bytes = fs::read(clone.posts_of(&clone).join(&file)).expect("read");
        write(&asha.posts_of(asha).join(&file), &bytes);
    }
    let device = asha.open().record.state.device.clone();
    let (intake, _) = asha.sync();
    assert!(intake.findings.iter().any(|one| one.kind == FindingKind::Doubled));
    assert_ne!(asha.open().record.state.device, device);
}

#[test]
fn a_vault_restored_on_a_new_computer_joins_again_and_has_everything() {
    let homes = exchange_of(2);
    let [asha, bryn] = &homes[..] else { panic!("two") };
    bryn.complete("TEAL-7");
    asha.complete("HERON-42");
    settle(&[asha, bryn]);
    let unsent = bryn.complete("WREN-3");
    let folder = temporary();
    for file in files(&bryn.folder.path().join("vault")) {
        let bytes = fs::read(bryn.folder.path().join("vault").join(&file)).expect("read");
        write(&folder.path().join("vault").join(&file), &bytes);
    }
    for file in files(&asha.place()) {
        let bytes = fs::read(asha.place().join(&file)).expect("read");
        write(&folder.path().join("shared").join(&file), &bytes);
    }
    let vault = Vault::unlock(&folder.path().join("vault"), &passphrase()).expect("unlocks");
    let new = Home { name: "Bryn", vault, folder };
    new.ask();
    new.sync();
    assert_eq!(new.received(), ["HERON-42"]);
    assert_eq!(new.kinds(), []);
    assert_eq!(new.open().overview().is_listed, Some(true));
    // What was sent is known; what was not has to be asked for.
    let mut exchange = new.open();
    let outbox = exchange.outbox(true).expect("an outbox");
    let notes: Vec<NoteId> = outbox.notes.iter().map(|one| one.note).collect();
    assert_eq!(notes, [unsent]);
    exchange.send(outbox, noon()).expect("sends");
    for file in files(&new.place()) {
        let bytes = fs::read(new.place().join(&file)).expect("read");
        write(&asha.place().join(&file), &bytes);
    }
    asha.sync();
    assert_eq!(asha.received(), ["TEAL-7", "WREN-3"]);
}

#[test]
fn what_was_begun_is_finished_by_the_next_sync() {
    let homes = exchange_of(2);
    let [asha, bryn] = &homes[..] else { panic!("two") };
    asha.complete("HERON-42");
    // The folder goes after the post was kept and before it was copied.
    let mut exchange = asha.open();
    exchange.take_in().expect("takes in");
    let outbox = exchange.outbox(false).expect("an outbox");
    fs::rename(asha.place(), asha.folder.path().join("away")).expect("renamed");
    let failed = exchange.send(outbox, noon()).expect_err("no folder");
    assert!(failed.sentence().contains("Your vault is as it was"), "{}", failed.sentence());
    drop(exchange);
    fs::rename(asha.folder.path().join("away"), asha.place()).expect("renamed");
    let (_, sent) = asha.sync();
    assert_eq!((sent.notes, sent.files), (0, 1), "the same post, not a second one");
    settle(&[asha, bryn]);
    assert_eq!(bryn.received(), ["HERON-42"]);
    // The index is a cache.
    fs::remove_file(bryn.kept().join("index.age")).expect("removed");
    assert_eq!(bryn.received(), ["HERON-42"]);
    assert_eq!(bryn.kinds(), []);
}
