//! Builds a pack that can be installed from a partnership's own files.
//!
//! Documents of other formats become entries. Each file that cannot be read is reported and left
//! out. Nothing is written to the disk here.

use std::path::Path;

use jiff::civil::Date;
use serde::Serialize;

use super::{
    Library, Pack,
    folder::{list, pack_of, read_files},
    import::{ImportContext, slug},
    pack_reader::{
        FileRole, PackFile, is_documentation, is_pack_id, read_editions, read_entry, read_pack,
        role_of, split,
    },
};
use crate::text::{Problem, Severity, wording::Wording};

/// A pack that can be installed.
#[derive(Clone, Debug, Default)]
pub struct BuiltPack {
    /// What it says about itself.
    pub pack: Pack,
    /// Names and texts of its files, `pack.toml` among them; names are without folders.
    pub files: Vec<(String, String)>,
    /// The ids of its entries.
    pub entries: Vec<String>,
    /// The ids of entries that replace a bundled entry.
    pub overlays: Vec<String>,
    /// What is wrong, and every file that is left out.
    pub problems: Vec<Problem>,
}

/// What a pack does not say itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct PackDefaults<'a> {
    /// Its title if it has no `pack.toml`; else the name of the folder or file.
    pub title: Option<&'a str>,
    /// Its publisher if it has no `pack.toml`.
    pub publisher: Option<&'a str>,
    /// The file of this program, which is started again to read PDF files; without it, none is
    /// read.
    pub program: Option<&'a Path>,
}

/// Builds the pack of a folder or of one file.
///
/// # Errors
/// No entry could be read; the problems say why.
pub fn build_pack(
    path: &Path,
    unnamed: PackDefaults<'_>,
    today: Date,
) -> Result<BuiltPack, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut paths = if path.is_dir() { list(path, &mut problems) } else { vec![path.to_owned()] };
    let pack = match pack_of(&paths) {
        Some(pack) => pack,
        None => make_up(path, unnamed, today),
    };
    if !is_pack_id(&pack.id) {
        let file = path.join("pack.toml");
        let message = "The pack has no id of its own.";
        let advice = "Set `id` to small letters, digits and hyphens. It cannot be `caseclinic`.";
        problems.push(Problem::of_file(file.display(), Severity::Error, "bad-id", message, advice));
        return Err(problems);
    }
    // Entries written as such keep their ids before documents are given theirs.
    paths.sort_by_key(|path| {
        path.extension().is_none_or(|ending| ending != "md" && ending != "toml")
    });
    let bundled = Library::bundled();
    let is_bundled = |id: &str| bundled.entry(id).is_some();
    let program = unnamed.program;
    let importing = ImportContext { pack: &pack, today, is_bundled: &is_bundled, program };
    let files = read_files(&paths, Some(&importing), &mut problems);
    let mut built = BuiltPack { problems, ..BuiltPack::default() };
    for file in files {
        built.take(file, &bundled);
    }
    if built.files.iter().all(|(name, _)| name != "pack.toml") {
        built.files.push(("pack.toml".to_owned(), describe(&pack)));
    }
    built.pack = pack;
    if built.entries.is_empty() {
        let (file, code) = (path.display(), "no-entry");
        let message = "No entry could be read, so there is nothing to add.";
        let advice = "knowledge/README.md shows the form of an entry. You can also add text, HTML, DOCX or PDF files.";
        built.problems.push(Problem::of_file(file, Severity::Error, code, message, advice));
        return Err(built.problems);
    }
    Ok(built)
}

fn make_up(path: &Path, unnamed: PackDefaults<'_>, today: Date) -> Pack {
    // `.` and the like have a name only as a whole.
    let whole = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let stem = if path.is_dir() { whole.file_name() } else { whole.file_stem() };
    let name = stem.map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let given = |text: Option<&str>| text.map(crate::text::clean_line);
    let id = slug(unnamed.title.unwrap_or(&name));
    Pack {
        id: if id == super::BUNDLED_PACK { format!("local-{id}") } else { id },
        title: given(unnamed.title).unwrap_or_else(|| crate::text::clean_line(&name)),
        version: today.to_string(),
        publisher: given(unnamed.publisher).unwrap_or_default(),
        ..Pack::default()
    }
}

/// A `pack.toml` for a pack that had none.
fn describe(pack: &Pack) -> String {
    #[derive(Serialize)]
    struct NewPackToml<'a> {
        id: &'a str,
        title: &'a str,
        version: &'a str,
        #[serde(skip_serializing_if = "str::is_empty")]
        publisher: &'a str,
    }
    let Pack { id, title, version, publisher, .. } = pack;
    toml::to_string(&NewPackToml { id, title, version, publisher }).unwrap_or_default()
}

impl BuiltPack {
    fn take(&mut self, file: PackFile, bundled: &Library) {
        match role_of(&file.name) {
            FileRole::Entry => self.take_entry(file, bundled),
            FileRole::Pack => {
                let before = self.problems.len();
                read_pack(&file, &mut self.problems);
                if self.problems[before..].iter().all(|problem| !problem.is_error()) {
                    self.files.push((file.name, file.text));
                }
            }
            FileRole::Thesaurus => self.files.push((file.name, file.text)),
            FileRole::Wording => {
                self.problems.extend(Wording::parse(file.source.name(), &file.text).1);
                self.files.push((file.name, file.text));
            }
            FileRole::Editions => {
                read_editions(&file, &mut self.problems);
                self.files.push((file.name, file.text));
            }
            FileRole::Urgent | FileRole::None => {}
        }
    }

    fn take_entry(&mut self, file: PackFile, bundled: &Library) {
        let PackFile { source, mut text, .. } = file;
        let entry = read_entry(&source, &text, String::new(), &mut self.problems);
        let Some(entry) = entry else { return };
        let name = format!("{}.md", entry.id);
        if entry.id.is_empty() || is_documentation(&name) || self.entries.contains(&entry.id) {
            let id = &entry.id;
            let message = format!("Another file already has the id `{id}`. This one is ignored.");
            let advice = "Give each entry its own id.";
            self.problems.push(source.error("duplicate-id", 0..0, message, advice));
            return;
        }
        if let Some(overlaid) = bundled.entry(&entry.id) {
            // The front matter says which version of the bundled entry this one replaces.
            if let (None, Some(parts)) = (&entry.overlays, split(&text)) {
                let line = format!("overlays = \"{}\"\n", overlaid.version);
                text.insert_str(parts.front.start, &line);
            }
            self.overlays.push(entry.id.clone());
        }
        self.files.push((name, text));
        self.entries.push(entry.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::library::SAMPLE;
    use std::fs;
    #[cfg(unix)]
    use std::os::unix::fs::symlink;

    const ABOUT: &str = "id = \"northmoor\"\ntitle = \"Northmoor\"\nversion = \"1\"\n\
        publisher = \"Northmoor Partnership\"\nnation = \"Wales\"\nreview_by = 2027-03-01\n";

    fn today() -> Date {
        "2026-11-21".parse().expect("a date")
    }

    fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (name, text) in files {
            fs::write(folder.path().join(name), text).expect("written");
        }
        folder
    }

    fn built(path: &Path) -> BuiltPack {
        build_pack(path, PackDefaults::default(), today()).expect("a pack")
    }

    fn codes(problems: &[Problem]) -> Vec<&str> {
        let mut codes: Vec<&str> = problems.iter().map(|problem| problem.code).collect();
        codes.sort_unstable();
        codes
    }

    #[test]
    fn documents_become_entries_with_the_standing_of_the_pack() {
        let folder = folder(&[
            ("pack.toml", ABOUT.as_bytes()),
            ("one.md", SAMPLE.as_bytes()),
            ("contacts.txt", b"Contacts\n\nCall 01632 960123 by day."),
            ("pathway.HTML", b"<h1>Pathway</h1><p>Ring first.</p>"),
            ("plain.md", b"# Plain\n\nNo front matter."),
        ]);
        let built = built(folder.path());
        assert_eq!(built.problems, []);
        let ids = ["one", "northmoor-plain", "northmoor-contacts", "northmoor-pathway"];
        assert_eq!(built.entries, ids);
        let store = tempfile::tempdir().expect("a temporary folder");
        let place = store.path().join("northmoor");
        fs::create_dir(&place).expect("made");
        for (name, text) in &built.files {
            fs::write(place.join(name), text).expect("written");
        }
        let library = Library::with_packs(store.path());
        assert_eq!(library.problems(), []);
        let entry = library.entry("northmoor-contacts").expect("the contacts");
        assert_eq!((entry.title.as_str(), entry.reviewed), ("Contacts", today()));
        assert_eq!(entry.summary, "Call 01632 960123 by day.");
        assert_eq!(entry.nations, [crate::knowledge::Nation::Wales]);
        assert_eq!(entry.sources[0].publisher, "Northmoor Partnership");
    }

    #[cfg(unix)]
    #[test]
    fn every_file_that_is_left_out_is_named_and_the_rest_goes_on() {
        let folder = folder(&[
            ("pack.toml", ABOUT.as_bytes()),
            ("good.txt", b"Good words."),
            ("broken.md", b"+++\nid = \n+++\nx"),
            ("unclosed.md", b"+++\nid = 1\n"),
            ("unclosed-yaml.md", b"---\ntitle: x\ntext"),
            ("picture.txt", b"\x89PNG\r\n\x1a\n\0\xff"),
            ("scan.docx", b"not a zip"),
            ("paper.pdf", b"%PDF"),
            ("README.md", b"for authors"),
            (".hidden", b""),
            ("bidi.txt", "sa\u{202E}fe \x1b[2J words".as_bytes()),
            ("empty.html", b"<p></p>"),
        ]);
        let large = fs::File::create(folder.path().join("large.txt")).expect("made");
        large.set_len(50 << 20).expect("50 MB");
        let large = fs::File::create(folder.path().join("large.docx")).expect("made");
        large.set_len(50 << 20).expect("50 MB");
        symlink(folder.path(), folder.path().join("loop")).expect("a link");
        symlink("me.txt", folder.path().join("me.txt")).expect("a link");
        symlink("/etc/passwd", folder.path().join("passwd.txt")).expect("a link");
        fs::create_dir(folder.path().join("inner")).expect("made");
        let built = built(folder.path());
        assert_eq!(built.entries, ["northmoor-bidi", "northmoor-good"]);
        for name in [
            "broken.md",
            "unclosed.md",
            "unclosed-yaml.md",
            "picture.txt",
            "scan.docx",
            "paper.pdf",
            "README.md",
            ".hidden",
            "bidi.txt",
            "empty.html",
            "large.txt",
            "large.docx",
            "loop",
            "me.txt",
            "passwd.txt",
            "inner",
        ] {
            let named = built.problems.iter().any(|problem| problem.file.ends_with(name));
            assert!(named, "{name} is not named: {:#?}", built.problems);
        }
        let texts: String = built.files.iter().map(|(_, text)| text.as_str()).collect();
        assert!(!texts.contains(['\x1b', '\u{202E}']) && !texts.contains("root:"));
    }

    #[test]
    fn files_of_windows_and_of_wikis_are_read_and_what_was_guessed_or_left_out_is_said() {
        let units = "\u{FEFF}Rota\r\n\r\nRing Siân.".encode_utf16();
        let utf16: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
        let wiki = "---\r\ntitle: Duty desk\r\nsummary: Ring first.\r\ntags: [MASH]\r\n\
            date: 2025-03-01\r\nstatus: draft\r\n---\r\n\r\n## Hours\r\n\r\nNine to five.\r\n";
        let folder = folder(&[
            ("pack.toml", ABOUT.as_bytes()),
            ("rota.txt", &utf16),
            ("old.txt", b"Cost \xa35 at the caf\xe9."),
            ("page.htm", b"<meta charset=latin1><p>caf\xe9"),
            ("wiki.md", wiki.as_bytes()),
        ]);
        let built = built(folder.path());
        let text = |id: &str| {
            let name = format!("northmoor-{id}.md");
            built.files.iter().find(|(at, _)| *at == name).map_or("", |(_, text)| text)
        };
        assert!(text("rota").contains("Ring Siân."));
        assert!(text("old").contains("Cost £5 at the café."));
        assert!(text("page").contains("café"));
        for part in [
            "title = \"Duty desk\"",
            "summary = \"Ring first.\"",
            "aliases = [\"MASH\"]",
            "reviewed = \"2026-11-21\"",
            "year = 2025",
            "## Hours",
            "imported = \"2026-11-21\"",
            "title = \"Duty desk (wiki.md, dated 1 Mar 2025)\"",
        ] {
            assert!(text("wiki").contains(part), "{part} is missing from\n{}", text("wiki"));
        }
        let said: Vec<(&str, bool)> =
            built.problems.iter().map(|one| (one.code, one.is_error())).collect();
        assert_eq!(said, [("front-matter-left-out", false), ("guessed-encoding", false)]);
        assert!(built.problems[0].message.contains("`status`"));
    }

    #[test]
    fn one_file_makes_a_pack_of_its_own() {
        let folder = folder(&[("On Call.txt", b"Ring the duty desk.")]);
        let unnamed = PackDefaults { publisher: Some("Northmoor"), ..PackDefaults::default() };
        let path = folder.path().join("On Call.txt");
        let built = build_pack(&path, unnamed, today()).expect("a pack");
        assert_eq!((built.pack.id.as_str(), built.entries), ("on-call", vec!["on-call".into()]));
        let about = built.files.iter().find(|(name, _)| name == "pack.toml");
        assert!(about.is_some_and(|(_, text)| text.contains("publisher = \"Northmoor\"")));
    }

    #[test]
    fn a_local_version_remembers_which_bundled_one_it_was_written_against() {
        let local = SAMPLE.replace("id = \"one\"", "id = \"first-response\"");
        let folder = folder(&[("pack.toml", ABOUT.as_bytes()), ("x.md", local.as_bytes())]);
        let built = built(folder.path());
        assert_eq!(built.overlays, ["first-response"]);
        let bundled = Library::bundled();
        let version = &bundled.entry("first-response").expect("bundled").version;
        let text = built.files.iter().find(|(name, _)| name == "first-response.md");
        assert!(text.is_some_and(|(_, text)| text.contains(&format!("overlays = \"{version}\""))));
    }

    #[test]
    fn a_pack_that_would_lie_elsewhere_or_holds_nothing_is_refused() {
        for id in ["../../x", "caseclinic", "/tmp"] {
            let about = ABOUT.replace("northmoor", id);
            let folder = folder(&[("pack.toml", about.as_bytes()), ("a.txt", b"words")]);
            let problems = build_pack(folder.path(), PackDefaults::default(), today()).err();
            assert!(problems.is_some_and(|all| codes(&all).contains(&"bad-id")), "{id}");
        }
        let nothing = folder(&[("a.odt", b"")]);
        let problems = build_pack(nothing.path(), PackDefaults::default(), today()).err();
        assert!(problems.is_some_and(|all| codes(&all) == ["ignored-file", "no-entry"]));
        let problems =
            build_pack(Path::new("/nowhere/at/all"), PackDefaults::default(), today()).err();
        assert!(problems.is_some_and(|all| codes(&all).contains(&"no-entry")));
    }
}
