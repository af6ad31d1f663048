//! The direction of the house, read from its imports, and the rules that every file keeps.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Rooms from the lowest floor to the highest. A room sees lower floors, never its own or above.
const FLOORS: [&[&str]; 7] = [
    &["text"],
    &["knowledge", "clinic"],
    &["search", "vault", "export", "insight"],
    &["app"],
    &["runtime", "plain"],
    &["tui"],
    &["cli"],
];
/// Lines that a file may have.
const MAX_LINES: usize = 400;
/// What the pure machine of the screens must not know.
const UNKNOWN_TO_APP: [&str; 9] = [
    "ratatui",
    "crossterm",
    "std::fs",
    "std::env",
    "std::thread",
    "Instant",
    "SystemTime",
    "Timestamp::now",
    "Zoned::now",
];

struct SourceFile {
    path: String,
    whole: String,
    /// Without tests.
    code: String,
}

impl SourceFile {
    /// The room it is part of: the first part of its path in `src`.
    fn room(&self) -> &str {
        let name = self.path.split('/').next().unwrap_or_default();
        name.strip_suffix(".rs").unwrap_or(name)
    }
}

fn sources() -> Vec<SourceFile> {
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
    found.sort();
    let read = |path: &PathBuf| {
        let whole = fs::read_to_string(path).expect("a source file");
        let path = path.strip_prefix(&root).expect("inside").display().to_string();
        let code = without_tests(&path, &whole);
        SourceFile { path, whole, code }
    };
    found.iter().map(read).collect()
}

/// Tests may look anywhere: whole files of them are empty here, and of others what follows
/// `#[cfg(test)]` before an inline module is left out, as is the one item after it elsewhere.
fn without_tests(path: &str, whole: &str) -> String {
    let is_test = path.split('/').any(|part| {
        matches!(
            part,
            "tests" | "tests.rs" | "fixtures.rs" | "fixture.rs" | "fault.rs" | "storm.rs"
        )
    });
    if is_test {
        return String::new();
    }
    let mut code = String::new();
    let mut lines = whole.lines().peekable();
    while let Some(line) = lines.next() {
        if line.trim() != "#[cfg(test)]" {
            // Comments and their links bind nothing.
            let code_line = line.split("//").next().unwrap_or_default();
            code.push_str(code_line);
            code.push('\n');
        } else if lines.peek().is_some_and(|next| next.ends_with('{') && next.contains("mod ")) {
            break;
        } else {
            lines.next();
        }
    }
    code
}

/// The rooms named behind `crate::`, singly or in braces.
fn rooms_named(code: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for (at, found) in code.match_indices("crate::") {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[at + found.len()..];
        let Some(inside) = rest.strip_prefix('{') else {
            rooms.extend(first_name(rest));
            continue;
        };
        let (mut depth, mut at_start) = (0, true);
        for (at, c) in inside.char_indices() {
            match c {
                '}' if depth == 0 => break,
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => at_start = true,
                c if at_start && !c.is_whitespace() => {
                    rooms.extend(first_name(&inside[at..]));
                    at_start = false;
                }
                _ => {}
            }
        }
    }
    rooms
}

fn first_name(text: &str) -> Option<String> {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    (end > 0).then(|| text[..end].to_owned())
}

/// Whether a name stands in code as a word of its own.
fn names(code: &str, name: &str) -> bool {
    let of_word = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(name).any(|(at, _)| {
        !code[..at].ends_with(of_word) && !code[at + name.len()..].starts_with(of_word)
    })
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

#[test]
fn a_room_never_looks_into_a_higher_one_or_its_neighbour() {
    let mut wrong = Vec::new();
    for file in sources() {
        let Some(own) = floor(file.room()) else { continue };
        for room in rooms_named(&file.code) {
            match floor(&room) {
                Some(other) if other < own || room == file.room() => {}
                Some(_) => wrong.push(format!("{} looks into {room}", file.path)),
                None => wrong.push(format!("{} names crate::{room}, no room", file.path)),
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_file_reaches_another_room_by_going_up() {
    for file in sources() {
        // From `src/a/b.rs` two steps up lead to the rooms.
        let steps = file.path.split('/').count();
        let way = "super::".repeat(steps);
        assert!(!file.code.contains(&way), "{} goes up to the rooms; say crate::", file.path);
    }
}

#[test]
fn every_room_has_its_floor() {
    for file in sources() {
        let room = file.room();
        assert!(matches!(room, "lib" | "main") || floor(room).is_some(), "{room} has no floor");
    }
}

#[test]
fn the_machine_of_the_screens_knows_no_terminal_no_file_and_no_clock() {
    for file in sources().iter().filter(|file| file.room() == "app") {
        for name in UNKNOWN_TO_APP {
            assert!(!names(&file.code, name), "{} knows {name}", file.path);
        }
        let may_edit = file.path == "app/editor.rs";
        assert!(may_edit || !names(&file.code, "tui_textarea"), "{} knows tui_textarea", file.path);
    }
}

#[test]
fn the_machine_of_the_meetings_knows_no_file_and_no_clock() {
    for file in sources().iter().filter(|file| matches!(file.room(), "clinic" | "text")) {
        for name in ["std::fs", "std::env", "Instant", "SystemTime", "Timestamp::now", "Zoned::now"]
        {
            assert!(!names(&file.code, name), "{} knows {name}", file.path);
        }
    }
}

#[test]
fn only_the_screen_room_draws() {
    for file in sources() {
        let may_draw = file.room() == "tui";
        assert!(may_draw || !names(&file.code, "ratatui"), "{} knows ratatui", file.path);
        // The command line asks for the width of the terminal, nothing else.
        let asks = file.code.matches("crossterm::terminal::size").count();
        let all = file.code.matches("crossterm").count();
        let fine = may_draw || all == 0 || (file.room() == "cli" && asks == all);
        assert!(fine, "{} knows crossterm", file.path);
    }
}

#[test]
fn exactly_one_crossterm_is_in_the_tree() {
    let lock = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock"));
    let lock = lock.expect("Cargo.lock");
    assert_eq!(lock.matches("name = \"crossterm\"\n").count(), 1);
}

#[test]
fn every_file_says_at_its_head_what_it_promises() {
    for file in sources() {
        assert!(file.whole.starts_with("//! "), "{} does not begin with //!", file.path);
    }
}

#[test]
fn every_file_is_one_room_and_not_two() {
    let long: Vec<String> = sources()
        .iter()
        .map(|file| (file, file.whole.lines().count()))
        .filter(|(_, lines)| *lines > MAX_LINES)
        .map(|(file, lines)| format!("{} has {lines} lines", file.path))
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn no_module_is_named_after_nothing() {
    for file in sources() {
        for part in file.path.split('/') {
            let name = part.strip_suffix(".rs").unwrap_or(part);
            assert!(
                !["utils", "util", "helpers", "helper", "common", "manager", "misc", "mod"]
                    .contains(&name),
                "{} says nothing about what is in it",
                file.path
            );
        }
    }
}

#[test]
fn unsafe_code_is_forbidden() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"));
    let manifest: toml::Table = manifest.expect("Cargo.toml").parse().expect("TOML");
    assert_eq!(manifest["workspace"]["lints"]["rust"]["unsafe_code"].as_str(), Some("forbid"));
    assert_eq!(manifest["lints"]["workspace"].as_bool(), Some(true));
    assert!(sources().iter().all(|file| !names(&file.code, "unsafe")));
}
