//! Homes that share one store, and what can happen to it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use carrier::names::hash_of;
use tempfile::TempDir;

/// Homes, and a store that is a folder.
struct World {
    place: TempDir,
}

impl World {
    fn new(homes: &[&str]) -> Self {
        let world = Self { place: tempfile::tempdir().expect("a folder") };
        for folder in homes.iter().chain(&["store"]) {
            fs::create_dir_all(world.at(folder)).expect("a folder");
        }
        fs::write(world.at(homes[0]).join("exchange.toml"), "format = 1\n").expect("written");
        world
    }

    fn at(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    fn carrier(&self, home: &str, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_carrier"))
            .arg(args[0])
            .arg(self.at(home))
            .arg("--to")
            .arg(self.at("store"))
            .arg("--journal")
            .arg(self.at(&format!("{home}.journal")))
            .args(&args[1..])
            .output()
            .expect("it runs")
    }

    fn carry(&self, home: &str) -> String {
        let output = self.carrier(home, &["run", "--once"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        said
    }

    fn files(&self, name: &str) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        let root = self.at(name);
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name =
                        path.strip_prefix(&root).expect("inside").to_string_lossy().into_owned();
                    files.insert(name, fs::read(&path).expect("it reads"));
                }
            }
        }
        files
    }
}

fn write(folder: &Path, path: &str, bytes: &[u8]) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, bytes).expect("written");
}

/// Writes a post of a machine; its file name.
fn post(folder: &Path, machine: &str, number: usize, text: &str) -> String {
    let hash = hash_of(text.as_bytes());
    let name = format!("{number:06}-{hash}.age");
    write(folder, &format!("post/{machine}/{name}"), text.as_bytes());
    name
}

fn head(folder: &Path, machine: &str, highest: usize, erased: &[&str]) {
    let text = format!(
        "format = 1\nhighest = {highest}\nposts = []\nerased = {erased:?}\n# signature: x\n"
    );
    write(folder, &format!("post/{machine}/head"), text.as_bytes());
}

#[test]
fn three_homes_hold_the_same_after_each_has_carried_twice() {
    let world = World::new(&["a", "b", "c"]);
    world.carry("a");
    for home in ["a", "b", "c"] {
        for number in 1..=5 {
            post(&world.at(home), &format!("{home}-1"), number, &format!("{home} wrote {number}"));
        }
        head(&world.at(home), &format!("{home}-1"), 5, &[]);
        write(&world.at(home), "notes about cases.docx", b"not of the exchange");
        world.carry(home);
    }
    for home in ["a", "b", "c"] {
        world.carry(home);
    }
    let all = world.files("store");
    assert_eq!(all.len(), 1 + 3 * 6, "{:?}", all.keys());
    for home in ["a", "b", "c"] {
        let mut files = world.files(home);
        assert!(files.remove("notes about cases.docx").is_some(), "left alone");
        assert_eq!(files, all, "{home}");
        assert!(world.carry(home).contains("Sent 0 (kB 0), fetched 0"), "nothing is carried twice");
    }
}

#[test]
fn what_was_cut_or_changed_on_either_side_is_named_and_repaired_from_the_other() {
    let world = World::new(&["a", "b"]);
    let name = post(&world.at("a"), "a-1", 1, "a whole post");
    let path = format!("post/a-1/{name}");
    world.carry("a");
    // The store lost half of it.
    write(&world.at("store"), &path, b"a whole");
    let output = world.carrier("b", &["run", "--once"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("incomplete or was altered"), "{said}");
    assert!(!world.at("b").join(&path).exists());
    world.carry("a");
    world.carry("b");
    assert_eq!(world.files("b")[&path], b"a whole post");
    // A folder lost half of it.
    write(&world.at("b"), &path, b"a w");
    world.carry("b");
    assert_eq!(world.files("b")[&path], b"a whole post");
    // The same length and other bytes: nobody takes it.
    write(&world.at("store"), &path, b"another post");
    fs::remove_file(world.at("b").join(&path)).expect("gone");
    let output = world.carrier("b", &["run", "--once"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(!world.at("b").join(&path).exists());
}

#[test]
fn an_older_head_never_comes_back_and_a_broken_one_replaces_nothing() {
    let world = World::new(&["a", "b"]);
    head(&world.at("a"), "a-1", 3, &[]);
    world.carry("a");
    world.carry("b");
    let old = fs::read(world.at("store/post/a-1/head")).expect("a head");
    head(&world.at("a"), "a-1", 4, &[]);
    world.carry("a");
    world.carry("b");
    let new = fs::read(world.at("b/post/a-1/head")).expect("a head");
    assert_ne!(new, old);
    write(&world.at("store"), "post/a-1/head", &old);
    world.carry("b");
    assert_eq!(fs::read(world.at("b/post/a-1/head")).expect("a head"), new);
    write(&world.at("store"), "post/a-1/head", &new[..new.len() / 2]);
    world.carrier("b", &["run", "--once"]);
    assert_eq!(fs::read(world.at("b/post/a-1/head")).expect("a head"), new);
    assert_eq!(fs::read(world.at("store/post/a-1/head")).expect("a head"), new, "it is mended");
}

#[test]
fn an_erased_note_is_deleted_by_those_who_put_it_there_and_by_nobody_else() {
    let world = World::new(&["a", "b", "c"]);
    let name = post(&world.at("a"), "a-1", 1, "to be erased");
    let kept = post(&world.at("a"), "a-1", 2, "to be kept");
    head(&world.at("a"), "a-1", 2, &[]);
    let path = format!("post/a-1/{name}");
    world.carry("a");
    world.carry("b");
    // The third home got the file by a stick.
    fs::create_dir_all(world.at("c/post/a-1")).expect("a folder");
    fs::copy(world.at("a").join(&path), world.at("c").join(&path)).expect("copied");
    world.carry("c");
    fs::remove_file(world.at("a").join(&path)).expect("erased");
    head(&world.at("a"), "a-1", 2, &[&name]);
    world.carry("a");
    assert!(!world.at("store").join(&path).exists());
    world.carry("b");
    assert!(!world.at("b").join(&path).exists());
    world.carry("c");
    assert!(world.at("c").join(&path).exists(), "it was not carried there");
    for home in ["a", "b", "c"] {
        world.carry(home);
        assert!(world.at(home).join(format!("post/a-1/{kept}")).exists(), "{home}");
    }
    assert!(!world.at("store").join(&path).exists(), "it does not come back");
    // What is lost without an erasure comes back.
    fs::remove_file(world.at("a").join(format!("post/a-1/{kept}"))).expect("lost");
    world.carry("a");
    assert!(world.at("a").join(format!("post/a-1/{kept}")).exists());
}

#[test]
fn a_folder_of_another_exchange_and_one_that_is_none_are_refused_and_nothing_is_carried() {
    let world = World::new(&["a", "b"]);
    world.carry("a");
    write(&world.at("b"), "exchange.toml", b"format = 1\nmark = \"another\"\n");
    post(&world.at("b"), "b-1", 1, "of the other exchange");
    let output = world.carrier("b", &["run", "--once"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("different exchanges"), "{said}");
    assert_eq!(world.files("store").len(), 1);
    let empty = World::new(&["a"]);
    fs::remove_file(empty.at("a/exchange.toml")).expect("gone");
    let output = empty.carrier("a", &["run", "--once"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("exchange init"), "{said}");
}

#[test]
fn a_dry_run_and_status_say_what_would_be_carried_and_carry_nothing() {
    let world = World::new(&["a"]);
    let name = post(&world.at("a"), "a-1", 1, "words");
    for args in [&["run", "--once", "--dry-run"][..], &["status"]] {
        let output = world.carrier("a", args);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains(&format!("send\tpost/a-1/{name}")), "{said}");
        assert!(world.files("store").is_empty());
    }
    world.carry("a");
    let output = world.carrier("a", &["status"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("Both sides hold the same"));
}

#[test]
fn a_carrier_that_is_killed_at_any_moment_leaves_no_half_file_and_loses_nothing() {
    let world = World::new(&["a", "b"]);
    for number in 1..=300 {
        post(&world.at("a"), "a-1", number, &format!("{number} {}", "words ".repeat(500)));
    }
    head(&world.at("a"), "a-1", 300, &[]);
    for home in ["a", "b"] {
        for millis in 1..40 {
            let mut child = Command::new(env!("CARGO_BIN_EXE_carrier"))
                .args(["run", "--once"])
                .arg(world.at(home))
                .arg("--to")
                .arg(world.at("store"))
                .arg("--journal")
                .arg(world.at(&format!("{home}.journal")))
                .stderr(std::process::Stdio::null())
                .spawn()
                .expect("it runs");
            std::thread::sleep(std::time::Duration::from_millis(millis));
            let _ = child.kill();
            child.wait().expect("it ends");
            for (name, bytes) in world.files(if home == "a" { "store" } else { "b" }) {
                let Some(hash) = name.strip_suffix(".age").and_then(|name| name.rsplit('-').next())
                else {
                    continue;
                };
                let digits = hash_of(&bytes);
                assert_eq!(digits, hash, "half a file: {name}");
            }
        }
        world.carry(home);
    }
    let is_of_it = |name: &str| carrier::names::kind(name).is_some();
    let of_it = |name: &str| -> BTreeMap<_, _> {
        world.files(name).into_iter().filter(|(name, _)| is_of_it(name)).collect()
    };
    assert_eq!(of_it("b"), of_it("a"));
    assert_eq!(of_it("a").len(), 302);
}

#[test]
fn hostile_names_in_a_store_are_left_alone() {
    let world = World::new(&["a"]);
    world.carry("a");
    for name in
        ["post/a-1/../../escape.age", "people/x/1-00.age", "post/a b/head", "exchange.toml.tmp"]
    {
        write(&world.at("store"), name, b"x");
    }
    std::os::unix::fs::symlink("/etc/passwd", world.at("store/people/link")).expect("a link");
    world.carry("a");
    assert_eq!(world.files("a").keys().collect::<Vec<_>>(), ["exchange.toml"]);
}
