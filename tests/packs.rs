//! Packs through the program as it is shipped: added, found, shown, removed, and nothing else
//! changed on the way.

use std::{
    fs,
    path::{Path, PathBuf},
};

use assert_cmd::Command;

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/northmoor")
}

fn caseclinic(home: &Path, args: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("caseclinic").expect("the program");
    let output = command.env("CASECLINIC_HOME", home).args(args).output().expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

fn names(folder: &Path) -> Vec<String> {
    let listing = fs::read_dir(folder).expect("the folder");
    let mut names: Vec<String> =
        listing.flatten().map(|item| item.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_partnership_adds_its_procedures_finds_them_and_takes_them_away() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let example = example();
    let before = names(&example);
    let path = example.to_str().expect("a path in UTF-8");
    assert_eq!(caseclinic(home.path(), &["pack", "add", path]).0, 0);
    assert_eq!(names(home.path()), ["packs"], "nothing is written elsewhere");
    assert_eq!(names(&example), before);

    let (code, out, _) = caseclinic(home.path(), &["search", "duty desk number", "--json"]);
    let found: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, &found["hits"][0]["pack"]), (0, &"northmoor".into()));
    let (_, out, _) = caseclinic(home.path(), &["search", "pack:northmoor", "thresholds"]);
    assert!(out.contains("pack northmoor") && !out.contains("caseclinic"), "{out}");
    let (_, out, _) = caseclinic(home.path(), &["show", "referral-pathways"]);
    assert!(out.contains("local version (northmoor), overlays the bundled entry"), "{out}");
    let (_, out, _) = caseclinic(home.path(), &["list"]);
    assert!(out.contains("[northmoor]"), "{out}");
    assert_eq!(caseclinic(home.path(), &["check", path]).0, 0);
    assert_eq!(caseclinic(home.path(), &["check"]).1, "");

    assert_eq!(caseclinic(home.path(), &["pack", "remove", "northmoor"]).0, 0);
    let (_, out, _) = caseclinic(home.path(), &["show", "referral-pathways"]);
    assert!(!out.contains("local version"), "{out}");
}

#[test]
fn a_pack_folder_that_is_gone_is_named_and_search_goes_on() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let path = example();
    let path = path.to_str().expect("a path in UTF-8");
    assert_eq!(caseclinic(home.path(), &["pack", "add", path]).0, 0);
    fs::remove_dir_all(home.path().join("packs/northmoor")).expect("removed");
    let (code, out, err) = caseclinic(home.path(), &["search", "sexting"]);
    assert!(code == 0 && out.contains("sharing-nudes-guidance"), "{out}");
    assert!(err.contains("northmoor") && err.contains("its folder is gone"), "{err}");
}
