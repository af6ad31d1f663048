//! The direction of imports between modules and files, and rules that every file keeps.

mod imports;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use imports::{SourceFile, Sources, circles};

/// Modules from the lowest layer to the highest. A module uses lower layers only, not the modules
/// beside it.
const LAYERS: [&[&str]; 10] = [
    &["system"],
    &["text"],
    &["knowledge", "clinic"],
    &["search", "vault"],
    &["exchange"],
    &["report"],
    &["services"],
    &["app"],
    &["tui", "conversation"],
    &["cli"],
];

/// Uses between two files of one module that are part of a circle and may stay: from, to, reason.
/// A module root and the files below it may use each other.
const ALLOWED_IN_CIRCLES: [(&str, &str, &str); 0] = [];

/// What keeps a module from being a pure function of its input.
const FILES_AND_CLOCKS: [&str; 6] =
    ["std::fs", "std::env", "Instant", "SystemTime", "Timestamp::now", "Zoned::now"];

/// Names that say nothing about what is in a module.
const VAGUE: [&str; 8] = ["utils", "util", "helpers", "helper", "common", "manager", "misc", "mod"];

fn sources() -> Sources {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &mut found);
    let files = found.iter().map(|path| {
        let inside = path.strip_prefix(&root).expect("inside").display().to_string();
        (inside, fs::read_to_string(path).expect("a source file"))
    });
    let files: Vec<(String, String)> = files.collect();
    Sources::parse(files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
}

fn files_of<'a>(sources: &'a Sources, module: &'a str) -> impl Iterator<Item = &'a SourceFile> {
    sources.iter().filter(move |file| file.module() == module)
}

/// The roots of the library and of the program, which are in no layer.
fn is_root(file: &SourceFile) -> bool {
    matches!(file.module(), "lib" | "main")
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|modules| modules.contains(&module))
}

#[test]
fn every_module_is_in_a_layer() {
    let sources = sources();
    for file in sources.iter().filter(|file| !is_root(file)) {
        assert!(layer(file.module()).is_some(), "{} is in no layer", file.path);
    }
    for module in LAYERS.concat() {
        assert!(sources.iter().any(|file| file.module() == module), "there is no {module}");
    }
}

#[test]
fn a_module_uses_lower_layers_only() {
    let sources = sources();
    let mut wrong = Vec::new();
    for file in sources.iter().filter(|file| !is_root(file)) {
        for other in sources.modules_used(file) {
            let is_lower = layer(&other) < layer(file.module()) && layer(&other).is_some();
            if other != file.module() && !is_lower {
                wrong.push(format!("{} uses {other}", file.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_files_of_a_module_use_each_other_in_a_circle() {
    let sources = sources();
    let mut uses: BTreeMap<String, BTreeSet<String>> = sources
        .iter()
        .filter(|file| !is_root(file))
        .map(|file| (file.path.clone(), sources.files_used(file)))
        .collect();
    for (from, to, reason) in ALLOWED_IN_CIRCLES {
        let is_there = uses.get_mut(from).is_some_and(|used| used.remove(to));
        assert!(is_there, "{from} no longer uses {to}: take it off the list ({reason})");
    }
    let circles = circles(&uses);
    let shown = circles.iter().map(|files| format!("{} → {}", files.join(" → "), files[0]));
    let shown: Vec<String> = shown.collect();
    assert!(shown.is_empty(), "move a definition into a file that both can use: {shown:#?}");
}

#[test]
fn app_is_pure_and_knows_no_terminal() {
    for file in files_of(&sources(), "app") {
        for name in FILES_AND_CLOCKS.iter().chain(&["std::thread", "ratatui", "crossterm"]) {
            assert!(!file.names(name), "{} names {name}", file.path);
        }
        let is_editor = file.path == "app/editor.rs";
        assert!(is_editor || !file.names("tui_textarea"), "{} names tui_textarea", file.path);
    }
}

#[test]
fn keys_of_app_are_bound_in_the_key_table_only() {
    let may_name_keys = ["app/keymap.rs", "app/key.rs", "app/editor.rs"];
    for file in files_of(&sources(), "app") {
        for name in ["Code::F", "Code::Char"] {
            let may = may_name_keys.contains(&file.path.as_str());
            assert!(may || !file.names(name), "{} names {name}: bind it in keymap", file.path);
        }
    }
}

#[test]
fn clinic_and_text_know_no_file_and_no_clock() {
    let sources = sources();
    for file in files_of(&sources, "clinic").chain(files_of(&sources, "text")) {
        for name in FILES_AND_CLOCKS {
            assert!(!file.names(name), "{} names {name}", file.path);
        }
    }
}

#[test]
fn only_tui_draws() {
    for file in sources().iter().filter(|file| file.module() != "tui") {
        assert!(!file.names("ratatui"), "{} names ratatui", file.path);
        // The command line asks for the width of the terminal, and nothing else.
        let may_ask = |path: &Vec<String>| {
            file.module() == "cli" && path.join("::") == "crossterm::terminal::size"
        };
        let mut paths = file.paths_named().filter(|path| path[0] == "crossterm");
        assert!(paths.all(may_ask), "{} names crossterm", file.path);
    }
}

#[test]
fn only_one_file_prints() {
    let may_print = "cli/output.rs";
    for file in sources().iter().filter(|file| file.path != may_print) {
        for name in ["println", "print", "eprintln", "eprint", "dbg"] {
            let is_called = file.text.contains(&format!("{name}!("));
            assert!(!is_called, "{} prints with {name}!: use Context", file.path);
        }
        // The screens draw on standard output. In the processes of our own it is a connection.
        let is_system = file.module() == "system";
        let may_draw = file.module() == "tui" || is_system;
        for name in ["stdout", "stderr"] {
            let is_named = file.names(&format!("io::{name}"));
            assert!(may_draw || !is_named, "{} names {name}: use {may_print}", file.path);
        }
        assert!(is_system || !file.text.contains("/dev/tty"), "{} opens the terminal", file.path);
    }
}

#[test]
fn only_system_names_an_operating_system() {
    for file in sources().iter().filter(|file| file.module() != "system") {
        for name in ["rustix", "signal_hook", "crossterm_winapi", "winapi_util", "std::os"] {
            assert!(!file.names(name), "{} names {name}: ask crate::system", file.path);
        }
    }
}

#[test]
fn exactly_one_crossterm_is_in_the_tree() {
    let lock = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock"));
    let lock = lock.expect("Cargo.lock");
    assert_eq!(lock.matches("name = \"crossterm\"\n").count(), 1);
}

#[test]
fn every_file_begins_with_what_it_is_for() {
    for file in sources().iter() {
        assert!(file.text.starts_with("//! "), "{} does not begin with //!", file.path);
    }
}

#[test]
fn no_module_has_a_vague_name() {
    for file in sources().iter() {
        for part in file.path.split('/') {
            let name = part.strip_suffix(".rs").unwrap_or(part);
            assert!(!VAGUE.contains(&name), "{}: name what is in it", file.path);
        }
    }
}

#[test]
fn unsafe_code_is_forbidden() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"));
    let manifest: toml::Table = manifest.expect("Cargo.toml").parse().expect("TOML");
    assert_eq!(manifest["workspace"]["lints"]["rust"]["unsafe_code"].as_str(), Some("forbid"));
    assert!(sources().iter().all(|file| !file.names("unsafe")));
}

/// The files that `from` uses, in a module made of these files.
fn used(files: &[(&str, &str)], from: &str) -> Vec<String> {
    let sources = Sources::parse(files.iter().copied());
    let file = sources.iter().find(|file| file.path == from).expect("the file");
    sources.files_used(file).into_iter().collect()
}

#[test]
fn a_use_is_followed_through_re_exports_to_the_defining_file() {
    let files = [
        ("lib.rs", "pub mod app;"),
        ("app.rs", "mod dialog; mod key; pub use dialog::Dialog; pub use key::*; use key::Code;"),
        ("app/dialog.rs", "mod list; pub(super) use list::List as Dialog; pub fn open() {}"),
        ("app/dialog/list.rs", "pub struct List; use super::super::Code;"),
        ("app/key.rs", "pub enum Code { A } pub fn f() { crate::app::Dialog::new() }"),
        ("app/a.rs", "use super::{Dialog as D, dialog}; fn f() { dialog::open() }"),
        ("app/c.rs", "macro_rules! terms { () => {} } terms! { Kind } use crate::app::b::{self};"),
        ("app/d.rs", "use super::c::Kind;"),
        ("app/b.rs", "fn f() { matches!(x, super::Code::A) }"),
    ];
    assert!(used(&files, "app.rs").is_empty(), "a root may use the files below it");
    assert!(used(&files, "app/dialog.rs").is_empty(), "a re-export is no use");
    assert_eq!(used(&files, "app/key.rs"), ["app/dialog/list.rs"]);
    assert_eq!(used(&files, "app/dialog/list.rs"), ["app/key.rs"]);
    assert_eq!(used(&files, "app/a.rs"), ["app/dialog.rs", "app/dialog/list.rs"]);
    assert_eq!(used(&files, "app/b.rs"), ["app/key.rs"], "in a macro too");
    assert_eq!(used(&files, "app/c.rs"), ["app/b.rs"]);
    assert_eq!(used(&files, "app/d.rs"), ["app/c.rs"], "a macro defines it");
    let uses = [("a", "b"), ("b", "c"), ("c", "b"), ("d", "a")]
        .map(|(from, to)| (from.to_owned(), BTreeSet::from([to.to_owned()])));
    assert_eq!(circles(&uses.into()), [["b", "c"]]);
}

#[test]
fn tests_and_comments_use_nothing() {
    let files = [
        ("a.rs", "mod one; mod two; #[cfg(test)] mod fixture;"),
        ("a/one.rs", "//! [`super::two`]\npub(in crate::a) fn f() { \"super::two::g\"; }"),
        (
            "a/two.rs",
            "#[cfg(test)] use super::one::{f}; pub fn g() {} #[cfg(test)] mod tests { use super::super::one::f; }",
        ),
        ("a/fixture.rs", "use super::one::f;"),
    ];
    for file in ["a.rs", "a/one.rs", "a/two.rs"] {
        assert!(used(&files, file).is_empty(), "{file}: {:?}", used(&files, file));
    }
    let sources = Sources::parse(files);
    assert!(sources.iter().all(|file| file.path != "a/fixture.rs"));
}
