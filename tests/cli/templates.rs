//! Templates with one fault each, in files that say what is to be found: `check --json` finds just
//! that, where it is, and says how to mend it. None of them starts a clinic.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use assert_cmd::cargo::CommandCargoExt;
use caseclinic::clinic::{Template, bundled_templates};
use serde_json::Value;

use crate::support::Home;

/// Files that must be there, at the least.
const FEWEST: usize = 60;
/// No file may take longer to explain. A machine that does other things is given room: what this
/// holds off is work that grows with the square of a file.
const LONGEST: Duration = Duration::from_secs(20);

/// Faults that the check tells and a meeting can be held with all the same.
const WARNINGS: [&str; 11] = [
    "gate-optional",
    "invisible-characters",
    "label",
    "long-sentence",
    "negations",
    "no-effect",
    "no-successor",
    "no-translation",
    "occurs-not-required",
    "superseded-entry",
    "writing-time",
];
/// Faults that show only beside what the template does not hold: the entries, the day.
const BESIDE: [&str; 2] = ["unknown-entry", "future-review"];

/// What is to be found in a file: code, line and a phrase of the advice.
#[derive(Debug, PartialEq)]
struct Expected {
    code: String,
    line: u64,
    phrase: String,
}

fn broken() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/templates/broken");
    let entries = fs::read_dir(folder).expect("the folder of broken templates");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

/// `# expect: code@line "phrase"`, in the first lines of a file.
fn expected(text: &str) -> Vec<Expected> {
    let lines = text.lines().map_while(|line| line.strip_prefix("# expect: "));
    lines
        .map(|line| {
            let (place, phrase) = line.split_once(' ').expect("a phrase");
            let (code, line) = place.split_once('@').expect("a line");
            let phrase = phrase.trim_matches('"').to_owned();
            Expected { code: code.to_owned(), line: line.parse().expect("a number"), phrase }
        })
        .collect()
}

/// The problems that the program tells of a file, and its exit code.
fn check(home: &Home, path: &Path) -> (Option<i32>, Vec<Value>) {
    let began = Instant::now();
    let output = Command::cargo_bin("caseclinic")
        .expect("the program")
        .args(["check", "--json"])
        .arg(path)
        .env("CASECLINIC_HOME", home.path())
        .stdin(Stdio::null())
        .output()
        .expect("it runs");
    assert!(began.elapsed() < LONGEST, "{} took {:?}", path.display(), began.elapsed());
    let told: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(told["schema"], 1);
    (output.status.code(), told["problems"].as_array().expect("problems").clone())
}

fn is(problem: &Value, wanted: &Expected) -> bool {
    problem["code"] == wanted.code.as_str()
        && problem["line"] == wanted.line
        && problem["advice"].as_str().is_some_and(|advice| advice.contains(&wanted.phrase))
}

#[test]
fn check_names_the_fault_line_and_fix_of_each_broken_template() {
    let home = Home::new();
    let files = broken();
    assert!(files.len() >= FEWEST, "only {} broken templates are left", files.len());
    let mut wrong = Vec::new();
    for path in files {
        let text = fs::read_to_string(&path).expect("a text");
        let wanted = expected(&text);
        assert!(!wanted.is_empty(), "{} does not say what is to be found", path.display());
        let (code, told) = check(&home, &path);
        let same = wanted.len() == told.len()
            && wanted.iter().all(|one| told.iter().any(|problem| is(problem, one)));
        if code != Some(4) || !same {
            wrong.push(format!("{}: {wanted:?}, but {told:#?}", path.display()));
        }
        for problem in &told {
            let span = problem["span"].as_array().expect("a span");
            let (start, end) = (span[0].as_u64(), span[1].as_u64());
            assert!(start <= end && end <= Some(text.len() as u64), "{problem}");
            let severity = if WARNINGS.contains(&problem["code"].as_str().unwrap_or_default()) {
                "warning"
            } else {
                "error"
            };
            assert_eq!(problem["severity"], severity, "{problem}");
            assert!(problem["column"].as_u64() >= Some(1), "{problem}");
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_template_with_an_error_starts_a_clinic() {
    for path in broken() {
        let text = fs::read_to_string(&path).expect("a text");
        let codes: Vec<String> = expected(&text).into_iter().map(|one| one.code).collect();
        let only = |known: &[&str]| codes.iter().all(|code| known.contains(&code.as_str()));
        let usable = only(&WARNINGS) || only(&BESIDE);
        let parsed = Template::parse("x.toml", &text);
        assert_eq!(parsed.is_ok(), usable, "{}", path.display());
    }
    let home = Home::new();
    let file = broken().into_iter().find(|path| path.ends_with("minutes-that-do-not-add-up.toml"));
    let file = file.expect("it is there");
    let output = Command::cargo_bin("caseclinic")
        .expect("the program")
        .args(["clinic", "new", "--practice", "--plain", "--template"])
        .arg(&file)
        .env("CASECLINIC_HOME", home.path())
        .stdin(Stdio::null())
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("so that they agree"), "{said}");
}

#[test]
fn files_that_are_not_templates_are_explained_quickly() {
    let home = Home::new();
    let sound = bundled_templates()[1].text;
    let head = "schema = 1\n\n[template]\nid = \"many\"\nversion = \"1\"\nstatus = \"active\"\n\
                title = \"Many\"\npurpose = \"Too many.\"\nminutes = 5\n\n\
                [[stage]]\nid = \"one\"\ntitle = \"One\"\nminutes = 5\n";
    let many: String = (0..10_000)
        .map(|n| format!("[[stage.item]]\nid = \"q{n}\"\ntype = \"boolean\"\ntext = \"{n}?\"\n"))
        .collect();
    let misspelt: String = (0..5_000).map(|n| format!("[[stage]]\nnmae{n} = 1\n")).collect();
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(sound.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let bom = format!("\u{FEFF}{}", sound.replacen("minutes = 25", "minutes = 26", 1));
    let minutes = 1 + sound.lines().position(|line| line == "minutes = 25").expect("it is there");
    let cases: [(&str, Vec<u8>, &str, usize, &str); 13] = [
        ("empty", Vec::new(), "empty", 1, "[template]"),
        ("space", b"\n\n   \n".to_vec(), "empty", 1, "[template]"),
        ("utf16", utf16, "not-text", 1, "UTF-8"),
        ("latin1", b"title = \"Caf\xe9\"\n".to_vec(), "not-text", 1, "UTF-8"),
        ("bom", bom.into_bytes(), "minutes", minutes, "agree"),
        ("zero", b"schema = 1\nid = \"a\0b\"\n".to_vec(), "not-text", 2, "UTF-8"),
        ("line", vec![b'x'; 2 * 1024 * 1024], "too-large", 1, "right file"),
        ("word", format!("a = \"{}", "x".repeat(900_000)).into_bytes(), "not-toml", 1, "quotes"),
        ("deep", format!("a = {}", "[".repeat(200_000)).into_bytes(), "not-toml", 1, "["),
        ("tables", format!("[a{}]", ".b".repeat(100_000)).into_bytes(), "not-toml", 1, "["),
        ("picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), "not-text", 1, "UTF-8"),
        ("many", format!("{head}{many}").into_bytes(), "too-large", 11, "two templates"),
        ("misspelt", format!("{head}{misspelt}").into_bytes(), "unknown-key", 16, "Known keys"),
    ];
    for (name, bytes, code, line, phrase) in cases {
        let path = home.path().join(format!("{name}.toml"));
        fs::write(&path, &bytes).expect("written");
        let (ended, told) = check(&home, &path);
        let wanted =
            Expected { code: code.to_owned(), line: line as u64, phrase: phrase.to_owned() };
        assert_eq!(ended, Some(4), "{name}");
        assert!(
            told.first().is_some_and(|first| is(first, &wanted)),
            "{name}: {:#?}",
            told.first()
        );
        assert!(told.len() <= 101, "{name}: {} problems", told.len());
        let text = String::from_utf8(bytes).ok();
        assert!(text.is_none_or(|text| Template::parse(name, &text).is_err()), "{name}");
    }
}

#[test]
fn check_names_every_file_it_ignores_in_a_folder_of_templates() {
    let home = Home::new();
    let folder = home.path().join("mine");
    fs::create_dir_all(folder.join("examples")).expect("a folder");
    fs::create_dir(folder.join("old")).expect("a folder");
    let own = |id: &str| bundled_templates()[1].text.replacen("quick-consultation", id, 1);
    fs::write(folder.join("a.toml"), own("huddle")).expect("written");
    fs::write(folder.join("b.toml"), own("huddle")).expect("written");
    let changed = bundled_templates()[1].text.replacen("Get a second view", "Get a view", 1);
    fs::write(folder.join("c.toml"), changed).expect("written");
    for name in ["plan.docx", "README.md", "examples/nobody.toml"] {
        fs::write(folder.join(name), "x").expect("written");
    }
    std::os::unix::fs::symlink(folder.join("a.toml"), folder.join("d.toml")).expect("a link");
    let (_, told) = check(&home, &folder);
    let mut found: Vec<(&str, &str)> = told
        .iter()
        .map(|problem| {
            let file = problem["file"].as_str().expect("a file");
            (file.rsplit('/').next().unwrap_or(file), problem["code"].as_str().expect("a code"))
        })
        .collect();
    found.sort_unstable();
    let wanted = [
        ("b.toml", "duplicate-template"),
        ("c.toml", "same-version"),
        ("d.toml", "ignored-file"),
        ("nobody.toml", "ignored-file"),
        ("old", "ignored-file"),
        ("plan.docx", "ignored-file"),
    ];
    assert_eq!(found, wanted, "{told:#?}");
    assert!(told.iter().all(|problem| !problem["advice"].as_str().unwrap_or("").is_empty()));
}

#[test]
fn a_blank_form_of_a_format_is_printed_without_a_vault_and_an_unknown_one_is_named() {
    let home = Home::new();
    let mut command = Command::cargo_bin("caseclinic").expect("the program");
    command.env("CASECLINIC_HOME", home.path());
    let output =
        command.args(["template", "blank", "consultation-request"]).output().expect("runs");
    let form = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success());
    assert!(
        form.starts_with("# Consultation request\n") && form.contains("☐ Yes   ☐ No"),
        "{form}"
    );
    assert_eq!(fs::read_dir(home.path()).expect("a folder").count(), 0, "nothing is written");
    let mut command = Command::cargo_bin("caseclinic").expect("the program");
    command.env("CASECLINIC_HOME", home.path());
    let output = command.args(["template", "blank", "consultation"]).output().expect("runs");
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("consultation"), "{said}");
}
