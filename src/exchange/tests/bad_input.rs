//! Folders and files that are not what they should be: each is a sentence with what to do, and
//! nothing of the own vault is touched.

use std::os::unix::fs::PermissionsExt;

use super::*;

/// Everything in the vault, byte for byte.
fn vault_bytes(home: &Home) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = home.folder.path().join("vault");
    let read = |file: PathBuf| {
        let bytes = fs::read(folder.join(&file)).expect("read");
        (file, bytes)
    };
    files(&folder).into_iter().map(read).collect()
}

fn refused(home: &Home, folder: &Path) -> ExchangeError {
    match Exchange::open(&home.vault, folder) {
        Ok(_) => panic!("it opens"),
        Err(error) => error,
    }
}

#[test]
fn a_folder_that_is_not_the_exchange_is_refused_in_a_sentence() {
    let homes = exchange_of(2);
    let [asha, bryn] = &homes[..] else { panic!("two") };
    let before = vault_bytes(asha);
    let empty = temporary();
    let missing = empty.path().join("not there");
    assert!(matches!(refused(asha, empty.path()), ExchangeError::NotAnExchange(_)));
    let error = refused(asha, &missing);
    assert!(error.sentence().contains("it is not there"), "{}", error.sentence());
    let other = Home::new(3);
    other.begin();
    let error = refused(asha, &other.place());
    assert!(matches!(error, ExchangeError::OtherExchange { .. }));
    let charter = asha.place().join("exchange.toml");
    let good = fs::read(&charter).expect("read");
    write(&charter, b"format = 9\nshape = 'new'\n");
    assert!(matches!(refused(asha, &asha.place()), ExchangeError::Newer { format: 9, .. }));
    for broken in [&good[..good.len() / 2], b"", &[0xff; 10], &vec![b'#'; 100_000]] {
        write(&charter, broken);
        let error = refused(asha, &asha.place());
        assert!(matches!(error, ExchangeError::BrokenCharter(_)), "{error:?}");
    }
    write(&charter, &good);
    // A second exchange, an exchange where there is one, one inside the vault.
    let again = init(&asha.vault, &missing, asha.myself(), noon()).err();
    assert!(matches!(again, Some(ExchangeError::AlreadyIn(_))), "{again:?}");
    let third = Home::new(4);
    let there = init(&third.vault, &bryn.place(), third.myself(), noon()).err();
    assert!(matches!(there, Some(ExchangeError::NotEmpty(_))), "{there:?}");
    let inside = third.folder.path().join("vault/notes/x");
    let inside = init(&third.vault, &inside, third.myself(), noon()).err();
    assert!(matches!(inside, Some(ExchangeError::InsideVault(_))), "{inside:?}");
    assert!(matches!(refused(&third, &bryn.place()), ExchangeError::NotIn));
    for name in ["", "two\nlines", &"x".repeat(200), "hid\u{202e}den"] {
        let refused = join(&third.vault, &bryn.place(), (name, "a", "b")).err();
        assert!(matches!(refused, Some(ExchangeError::Vault(_))), "{name:?}");
    }
    assert_eq!(vault_bytes(asha), before);
}

#[test]
fn a_folder_that_cannot_be_written_still_lets_others_be_read() {
    let homes = exchange_of(2);
    let [asha, bryn] = &homes[..] else { panic!("two") };
    asha.complete("HERON-42");
    settle(&[asha, bryn]);
    bryn.complete("TEAL-7");
    let vault = Vault::unlock_on;
    let disk = std::sync::Arc::new(fixtures::fault::FaultyDisk::default());
    let place = bryn.folder.path().join("vault");
    let Home { vault: open, folder, name } = homes.into_iter().nth(1).expect("Bryn");
    drop(open);
    let vault = vault(disk.clone(), &place, &passphrase()).expect("unlocks");
    let bryn = Home { name, vault, folder };
    for errno in [rustix::io::Errno::ROFS, rustix::io::Errno::NOSPC, rustix::io::Errno::IO] {
        let mut exchange = bryn.open();
        exchange.take_in().expect("takes in");
        let outbox = exchange.outbox(false).expect("an outbox");
        disk.fail_always(fixtures::fault::Call::Create, errno);
        let error = exchange.send(outbox, noon()).expect_err("cannot be written");
        disk.mend();
        let sentence = error.sentence();
        assert!(sentence.contains("still waits") && sentence.contains("as it was"), "{sentence}");
        assert!(!sentence.contains("os error"), "{sentence}");
    }
    assert_eq!(bryn.received(), ["HERON-42"]);
    assert_eq!(bryn.sync().1.notes, 1, "it waited");
}

#[test]
fn half_a_file_a_large_file_and_a_later_format_are_named_and_left() {
    let homes = exchange_of(2);
    let [asha, bryn] = &homes[..] else { panic!("two") };
    asha.complete("HERON-1");
    asha.complete("HERON-2");
    asha.sync();
    let before = vault_bytes(bryn);
    let (from, to) = (asha.posts_of(asha), bryn.posts_of(asha));
    for file in files(&from) {
        let bytes = fs::read(from.join(&file)).expect("read");
        write(&to.join(&file), &bytes[..bytes.len() / 2]);
    }
    let kinds = bryn.kinds();
    assert_eq!(kinds, [FindingKind::Mismatch; 3], "two posts and the list");
    // A gigabyte that takes no room on the disk.
    let large = to.join(format!("000009-{}.age", "0".repeat(64)));
    let file = fs::File::create(&large).expect("made");
    file.set_len(1 << 30).expect("grown");
    let started = std::time::Instant::now();
    assert!(bryn.kinds().contains(&FindingKind::TooLarge));
    assert!(started.elapsed().as_secs() < 2, "it is not read");
    fs::remove_file(&large).expect("removed");
    copy_all(&[asha, bryn]);
    // What a later version sends.
    let mut header = post::header(
        &asha.open().record.exchange(),
        &asha.open().record.author(),
        (3, None),
        PostKind::Erasure,
        NoteId::random(),
        noon(),
    );
    header.format = 9;
    header.readers = vec![bryn.open().record.me.clone()];
    let plain = post::Post::sign(&asha.vault, &header, None).expect("signed");
    let key = bryn.vault.recipient().parse().expect("a key");
    let sealed = asha.vault.seal_for(&[key], &plain).expect("sealed");
    write(&to.join(FileName::of(3, &sealed).to_string()), &sealed);
    assert_eq!(bryn.kinds(), [FindingKind::Newer]);
    bryn.sync();
    assert_eq!(bryn.received(), ["HERON-1", "HERON-2"]);
    assert_eq!(vault_bytes(bryn), before);
    // A folder, a pipe, a link and a file without permission in the place of posts.
    fs::create_dir(to.join(format!("000004-{}.age", "1".repeat(64)))).expect("made");
    std::os::unix::fs::symlink("/etc/passwd", to.join(format!("000005-{}.age", "2".repeat(64))))
        .expect("linked");
    let closed = to.join(format!("000006-{}.age", "3".repeat(64)));
    write(&closed, b"x");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).expect("closed");
    let kinds = bryn.kinds();
    assert!(kinds.contains(&FindingKind::Unreadable), "{kinds:?}");
}

#[test]
fn a_record_with_other_keys_or_a_damaged_file_is_a_sentence() {
    let homes = exchange_of(2);
    let [asha, bryn] = &homes[..] else { panic!("two") };
    asha.complete("HERON-42");
    settle(&[asha, bryn]);
    let state = bryn.kept().join("state.age");
    let good = fs::read(&state).expect("read");
    write(&state, &fs::read(asha.kept().join("state.age")).expect("read"));
    assert!(matches!(refused(bryn, &bryn.place()), ExchangeError::OtherKeys(_)));
    write(&state, &good[..good.len() - 10]);
    assert!(matches!(refused(bryn, &bryn.place()), ExchangeError::Damaged { .. }));
    write(&state, &good);
    // A kept post that is damaged is named, and taken in again once it is out of the way.
    let kept = files(&bryn.kept().join("received"));
    let post = kept.iter().find(|file| !file.ends_with("head")).expect("a post");
    let path = bryn.kept().join("received").join(post);
    let bytes = fs::read(&path).expect("read");
    write(&path, &bytes[..bytes.len() - 1]);
    fs::remove_file(bryn.kept().join("index.age")).expect("removed");
    assert!(bryn.kinds().contains(&FindingKind::Damaged));
    fs::remove_file(&path).expect("removed");
    bryn.sync();
    assert_eq!(bryn.received(), ["HERON-42"]);
}

#[test]
fn two_people_of_one_name_are_refused_or_named() {
    let homes = exchange_of(2);
    let [asha, bryn] = &homes[..] else { panic!("two") };
    let mut other = Home::new(3);
    other.name = "Bryn";
    write(
        &other.place().join("exchange.toml"),
        &fs::read(asha.place().join("exchange.toml")).expect("read"),
    );
    other.ask();
    let request = files(&other.place().join("join")).pop().expect("a request");
    let bytes = fs::read(other.place().join("join").join(&request)).expect("read");
    write(&asha.place().join("join").join(&request), &bytes);
    let refused = asha.open().add("Bryn", false, noon()).err();
    assert!(matches!(refused, Some(ExchangeError::AlreadyListed(_))), "{refused:?}");
    assert!(matches!(
        asha.open().add("Nobody", false, noon()),
        Err(ExchangeError::NoSuchPerson(_))
    ));
    assert!(matches!(asha.open().remove("Asha", "x", noon()), Err(ExchangeError::Oneself)));
    assert_eq!(bryn.open().overview().people.len(), 2);
    // A request that was altered is no request.
    let text = String::from_utf8(bytes).expect("text").replace("Bryn", "Wyn");
    write(&asha.place().join("join").join(&request), text.as_bytes());
    assert!(asha.open().requests().expect("lists").is_empty());
}
