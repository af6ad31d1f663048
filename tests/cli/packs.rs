//! Packs through the program as it is shipped: added, found, shown, removed, and nothing else
//! changed on the way.

use std::{
    fs::{self, File},
    io::{Read, Write},
    os::{
        fd::OwnedFd,
        unix::{
            fs::{PermissionsExt, symlink},
            net::UnixStream,
        },
    },
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
fn a_pack_is_added_searched_and_removed() {
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
    assert!(out.contains("local version (northmoor), replaces the built-in entry"), "{out}");
    let (_, out, _) = caseclinic(home.path(), &["list"]);
    assert!(out.contains("[northmoor]"), "{out}");
    assert_eq!(caseclinic(home.path(), &["check", path]).0, 0);
    assert_eq!(caseclinic(home.path(), &["check"]).1, "");

    assert_eq!(caseclinic(home.path(), &["pack", "remove", "northmoor"]).0, 0);
    let (_, out, _) = caseclinic(home.path(), &["show", "referral-pathways"]);
    assert!(!out.contains("local version"), "{out}");
}

#[test]
fn a_missing_pack_folder_is_named_and_search_works() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let path = example();
    let path = path.to_str().expect("a path in UTF-8");
    assert_eq!(caseclinic(home.path(), &["pack", "add", path]).0, 0);
    fs::remove_dir_all(home.path().join("packs/northmoor")).expect("removed");
    let (code, out, err) = caseclinic(home.path(), &["search", "sexting"]);
    assert!(code == 0 && out.contains("sharing-nudes-guidance"), "{out}");
    assert!(err.contains("northmoor") && err.contains("its folder is gone"), "{err}");
}

const ABOUT: &str = "id = \"moor\"\ntitle = \"Moor\"\nversion = \"1\"\n";
const SOUND: &[u8] = b"Duty desk\n\nRing the zebrafinch desk by day.";

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).expect("written");
    }
    folder
}

/// A document whose text unpacks to forty megabytes.
fn bomb(path: &Path) {
    let mut archive = zip::ZipWriter::new(File::create(path).expect("made"));
    let options = zip::write::SimpleFileOptions::default();
    archive.start_file("word/document.xml", options).expect("begun");
    for _ in 0..40 {
        archive.write_all(&vec![b' '; 1 << 20]).expect("written");
    }
    archive.start_file("../../outside.txt", options).expect("begun");
    archive.write_all(b"outside").expect("written");
    archive.finish().expect("finished");
}

#[test]
fn a_hostile_folder_adds_sound_files_and_names_the_rest() {
    let from = folder(&[
        ("pack.toml", ABOUT.as_bytes()),
        ("sound.txt", SOUND),
        ("broken.md", b"+++\nid = \n+++\nx"),
        ("outside.md", b"+++\nid = \"../../outside\"\n+++\nx"),
        ("bytes.txt", b"\x00\x01\xff\xfe"),
        ("hidden.txt", "sa\u{202E}fe \x1b]0;owned\x07 zebrafinch".as_bytes()),
        ("scan.pdf", b"%PDF"),
    ]);
    let path = |name: &str| from.path().join(name);
    File::create(path("large.txt")).and_then(|file| file.set_len(50 << 20)).expect("50 MB");
    bomb(&path("bomb.docx"));
    symlink(from.path(), path("loop")).expect("a link");
    symlink("itself.txt", path("itself.txt")).expect("a link");
    symlink("/etc/passwd", path("passwd.txt")).expect("a link");

    let home = tempfile::tempdir().expect("a temporary folder");
    let given = from.path().to_str().expect("a path in UTF-8");
    let (code, _, err) = caseclinic(home.path(), &["pack", "add", given]);
    assert!(code == 0 && err.contains("Added the pack `moor`, 2 entries"), "{err}");
    for name in [
        "broken.md",
        "outside.md",
        "bytes.txt",
        "hidden.txt",
        "scan.pdf",
        "large.txt",
        "bomb.docx",
        "loop",
        "itself.txt",
        "passwd.txt",
    ] {
        assert!(err.contains(name), "{name} is not named in\n{err}");
    }
    assert!(err.contains("unpacks to more than 32 MiB") && err.contains("larger than 1 MiB"));
    assert!(!err.contains(['\x1b', '\u{202E}', '\x07']), "{err:?}");
    let installed = names(&home.path().join("packs/moor"));
    assert_eq!(installed, ["moor-hidden.md", "moor-sound.md", "pack.toml"]);
    assert_eq!(names(home.path()), ["packs"]);
    let (code, out, _) = caseclinic(home.path(), &["search", "zebrafinch"]);
    assert!(code == 0 && out.contains("moor-sound") && !out.contains("root:"), "{out}");
    assert!(!out.contains(['\x1b', '\u{202E}', '\x07']), "{out:?}");

    let (code, out, _) = caseclinic(home.path(), &["check", given, "--json"]);
    let found: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let codes: Vec<&str> = found["problems"]
        .as_array()
        .map(|all| all.iter().filter_map(|one| one["code"].as_str()).collect())
        .unwrap_or_default();
    assert_eq!(code, 4);
    for wanted in ["toml-syntax", "bad-id", "not-utf8", "hidden-character", "too-large"] {
        assert!(codes.contains(&wanted), "{wanted} is not in {codes:?}");
    }
}

/// A PDF file of these objects, the first of which is the catalogue.
fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let (mut bytes, mut places) = (b"%PDF-1.7\n".to_vec(), Vec::new());
    for (at, object) in objects.iter().enumerate() {
        places.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n", at + 1).bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    let table = bytes.len();
    let count = objects.len() + 1;
    bytes.extend(format!("xref\n0 {count}\n0000000000 65535 f \n").bytes());
    places.iter().for_each(|place| bytes.extend(format!("{place:010} 00000 n \n").bytes()));
    let end = format!("trailer\n<</Size {count}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n");
    bytes.extend(end.bytes());
    bytes
}

fn stream(about: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("<</Length {}{about}>>\nstream\n", content.len());
    [head.as_bytes(), content, b"\nendstream"].concat()
}

/// A PDF file whose pages, that many, all have this content, with further objects from 4 on.
fn pages(count: usize, resources: &str, content: Vec<u8>, more: Vec<Vec<u8>>) -> Vec<u8> {
    let first = 4 + more.len();
    let kids: String = (first..first + count).map(|at| format!("{at} 0 R ")).collect();
    let page = format!(
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 3 0 R\
         /Resources<</Font<</F <</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>{resources}>>>>"
    );
    let about = format!("<</Type/Pages/Kids[{kids}]/Count {count}>>");
    let mut objects = vec![b"<</Type/Catalog/Pages 2 0 R>>".to_vec(), about.into_bytes(), content];
    objects.extend(more);
    objects.extend(vec![page.into_bytes(); count]);
    pdf(&objects)
}

#[test]
fn a_pdf_file_that_cannot_be_read_is_refused_with_its_reason_and_the_rest_is_added() {
    let words = stream("", b"BT /F 11 Tf 72 700 Td (Ring the goldcrest desk by day.) Tj ET");
    let sound = pages(1, "", words.clone(), Vec::new());
    let picture = stream(
        "/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8",
        b"\x7F",
    );
    let scan = |count| {
        let content = stream("", b"q 595 0 0 842 0 0 cm /P Do Q");
        pages(count, "/XObject<</P 4 0 R>>", content, vec![picture.clone()])
    };
    // Each of two stages unpacks to 64 times as much.
    let unpacks = [vec![0x81; 100_000], vec![0, 0x80, 0x80]].concat();
    let unpacks = stream("/Filter[/RunLengthDecode/RunLengthDecode]", &unpacks);
    // Each drawing draws the next a hundred times.
    let draws = |next: usize| {
        let next = format!("<</XObject<</N {next} 0 R>>>>");
        let about = format!("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources{next}");
        stream(&about, &b"/N Do ".repeat(100))
    };
    let endless = pages(
        1,
        "/XObject<</N 4 0 R>>",
        stream("", b"/N Do"),
        (6..14)
            .map(draws)
            .chain([stream("/Type/XObject/Subtype/Form/BBox[0 0 9 9]", b"n")])
            .collect(),
    );
    let long = "(A line of a page that goes on and on and on.) Tj T* ".repeat(60);
    let long = stream("", format!("BT /F 9 Tf 12 TL 72 800 Td {long} ET").as_bytes());
    let password = include_bytes!("../fixtures/pdf/with-password.pdf");
    let files: [(&str, &[u8], &str); 11] = [
        ("cut.pdf", &sound[..60], "is damaged, or is not a PDF file"),
        ("words.pdf", b"%PDF-1.7 and then only words", "is damaged, or is not a PDF file"),
        ("none.pdf", b"", "is damaged, or is not a PDF file"),
        ("password.pdf", password, "is protected with a password"),
        ("scan.pdf", &scan(1), "is a scan: it has no text, only 1 picture of a page"),
        ("scans.pdf", &scan(3), "is a scan: it has no text, only 3 pictures of pages"),
        ("blank.pdf", &pages(1, "", stream("", b""), Vec::new()), "There is no text in the file"),
        ("many.pdf", &pages(10_000, "", words.clone(), Vec::new()), "has 10000 pages"),
        ("unpacks.pdf", &pages(1, "", unpacks, Vec::new()), "needs too much memory"),
        ("endless.pdf", &endless, "takes too long to read"),
        ("long.pdf", &pages(1000, "", long, Vec::new()), "longer than 1 MiB"),
    ];
    let from =
        folder(&[("pack.toml", ABOUT.as_bytes()), ("sound.txt", SOUND), ("good.pdf", &sound)]);
    for (name, bytes, _) in files {
        fs::write(from.path().join(name), bytes).expect("written");
    }
    let home = tempfile::tempdir().expect("a temporary folder");
    let given = from.path().to_str().expect("a path in UTF-8");
    let (code, _, err) = caseclinic(home.path(), &["pack", "add", given]);
    assert!(code == 0 && err.contains("Added the pack `moor`, 2 entries"), "{err}");
    assert!(err.contains("11 files were left out") && !err.contains("fault of its own"), "{err}");
    for (name, _, reason) in files {
        let said = err.lines().find(|line| line.contains(&format!("/{name}:")));
        assert!(said.is_some_and(|said| said.contains(reason)), "{name}: {said:?} in\n{err}");
    }
    let (code, out, _) = caseclinic(home.path(), &["search", "goldcrest"]);
    assert!(code == 0 && out.contains("moor-good"), "{out}");
}

#[test]
#[cfg(target_os = "linux")]
fn the_process_that_reads_a_pdf_file_has_its_limits_before_it_reads() {
    let (mut connection, other) = UnixStream::pair().expect("sockets");
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_caseclinic"))
        .arg("pdf-reader")
        .stdin(OwnedFd::from(other))
        .spawn()
        .expect("started");
    let mut greeting = [0; 16];
    connection.read_exact(&mut greeting).expect("a greeting");
    let limits = fs::read_to_string(format!("/proc/{}/limits", child.id())).expect("its limits");
    let most = |name: &str| {
        let line = limits.lines().find_map(|line| line.strip_prefix(name)).expect("a limit");
        let mut words = line.split_whitespace();
        words.next().and_then(|word| word.parse::<u64>().ok())
    };
    for (name, expected) in [
        ("Max open files", 3),
        ("Max processes", 0),
        ("Max file size", 0),
        ("Max core file size", 0),
        ("Max data size", 160 << 20),
    ] {
        assert_eq!(most(name), Some(expected), "{limits}");
    }
    assert!(most("Max cpu time").is_some_and(|seconds| seconds < 10), "{limits}");
    drop(connection);
    child.wait().expect("ended");
}

#[test]
fn a_pack_id_that_leaves_the_packs_folder_is_refused() {
    for id in ["../../moor", "/tmp/moor", ".", "caseclinic"] {
        let about = ABOUT.replace("moor", id);
        let from = folder(&[("pack.toml", about.as_bytes()), ("sound.txt", SOUND)]);
        let home = tempfile::tempdir().expect("a temporary folder");
        let given = from.path().to_str().expect("a path in UTF-8");
        let (code, _, err) = caseclinic(home.path(), &["pack", "add", given]);
        assert!(code == 1 && err.contains("Nothing was added"), "{id}: {err}");
        assert_eq!(names(home.path()), [] as [&str; 0], "{id}");
    }
}

#[test]
fn windows_encodings_are_read_and_a_guess_is_reported() {
    let utf16: Vec<u8> =
        "\u{FEFF}Siân answers.".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let from = folder(&[
        ("pack.toml", ABOUT.as_bytes()),
        ("rota.txt", &utf16),
        ("old.txt", b"Ask at the caf\xe9."),
        ("wiki.md", b"---\ntitle: Whom to ring\nstatus: draft\n---\nRing first."),
    ]);
    let home = tempfile::tempdir().expect("a temporary folder");
    let given = from.path().to_str().expect("a path in UTF-8");
    let (code, _, err) = caseclinic(home.path(), &["pack", "add", given]);
    assert!(code == 0 && err.contains("3 entries"), "{err}");
    assert!(err.contains("old.txt") && err.contains("read as Windows-1252"), "{err}");
    assert!(err.contains("`status`") && !err.contains("left out:"), "{err}");
    assert!(caseclinic(home.path(), &["show", "moor-old"]).1.contains("Ask at the café."));
    assert!(caseclinic(home.path(), &["show", "moor-rota"]).1.contains("Siân answers."));
    assert!(caseclinic(home.path(), &["show", "moor-wiki"]).1.starts_with("Whom to ring\n"));
}

#[test]
fn a_damaged_or_read_only_cache_does_not_stop_search() {
    fn damage(place: &Path) {
        for item in fs::read_dir(place).expect("a folder").flatten() {
            if item.path().is_dir() {
                damage(&item.path());
            } else {
                fs::write(item.path(), b"\0damaged").expect("written");
            }
        }
    }
    let home = tempfile::tempdir().expect("a temporary folder");
    let from = folder(&[("pack.toml", ABOUT.as_bytes()), ("sound.txt", SOUND)]);
    let given = from.path().to_str().expect("a path in UTF-8");
    assert_eq!(caseclinic(home.path(), &["pack", "add", given]).0, 0);
    let finds = || {
        let (code, out, err) = caseclinic(home.path(), &["search", "zebrafinch"]);
        assert!(code == 0 && out.contains("moor-sound"), "{out}{err}");
    };
    finds();
    let cache = home.path().join("cache");
    damage(&cache);
    finds();
    fs::remove_dir_all(&cache).expect("removed");
    fs::create_dir(&cache).expect("made");
    fs::set_permissions(&cache, fs::Permissions::from_mode(0o500)).expect("closed");
    finds();
    fs::set_permissions(&cache, fs::Permissions::from_mode(0o700)).expect("opened");
    fs::remove_dir_all(&cache).expect("removed");
    fs::write(&cache, "a file where a folder should be").expect("written");
    finds();
}

#[test]
fn an_imported_document_says_so_and_its_clauses_are_found() {
    let page = b"<title>Peer abuse</title><h1>Peer abuse procedure</h1>\
        <p>Next review: 31 March 2027.</p><ol type=a><li>Ring the zebrafinch desk<li>Write</ol>\
        <table><tr><td>Low</td><td>Early help</td></tr><tr><td>High</td><td>Police</td></tr></table>";
    let clauses = b"Procedure\n\nWe act early.\n\n2.1 The wheatear rings.\n2.2 The desk decides.\n";
    let from = folder(&[
        ("pack.toml", ABOUT.as_bytes()),
        ("page.html", page),
        ("clauses.txt", clauses),
        ("old.html", b"<h1>Old</h1><p>Review date: May 2020.</p><p><s>Gone</s> <b hidden>Not here</b>Kept.</p>"),
    ]);
    let home = tempfile::tempdir().expect("a temporary folder");
    let given = from.path().to_str().expect("a path in UTF-8");
    let (code, _, err) = caseclinic(home.path(), &["pack", "add", given]);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("1 struck-out passage is left out"), "{err}");
    assert!(err.contains("1 hidden passage is left out"), "{err}");

    let (_, out, _) = caseclinic(home.path(), &["show", "moor-page"]);
    for part in [
        "Peer abuse procedure\n",
        "from page.html, not checked, review due 31 Mar 2027",
        "  a. Ring the zebrafinch desk\n  b. Write\n",
        "  • Low\n    Early help\n  • High\n    Police\n",
        "(page.html). Moor, ",
    ] {
        assert!(out.contains(part), "{part} is missing from\n{out}");
    }
    assert!(!out.contains("in force") && !out.contains("Added from"), "{out}");
    assert!(caseclinic(home.path(), &["show", "moor-page", "--cite"]).1.contains("not checked"));
    let (_, out, _) = caseclinic(home.path(), &["list", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let all = listed["entries"].as_array().expect("entries");
    let page = all.iter().find(|entry| entry["id"] == "moor-page").expect("the page");
    assert!(page["imported"].is_string() && page["review_by"] == "2027-03-31", "{page}");

    let (_, out, _) = caseclinic(home.path(), &["search", "2.1 wheatear"]);
    assert!(out.contains("moor-clauses") && out.contains("2.1"), "{out}");
    let (_, out, _) = caseclinic(home.path(), &["search", "zebrafinch"]);
    assert!(out.contains("moor-page") && !out.contains("imported on"), "{out}");
    let (_, out, err) = caseclinic(home.path(), &["check"]);
    assert!(out.contains("31 May 2020") || err.contains("31 May 2020"), "{out}{err}");
}

#[test]
fn a_pack_of_an_earlier_version_opens_as_before() {
    let entry = "+++\nid = \"moor-old\"\ntitle = \"Old\"\nkind = \"guidance\"\nsummary = \"Ring.\"\n\
        aliases = []\nnations = [\"UK\"]\nsettings = [\"any\"]\nages = [\"any\"]\ncontinuum = [\"any\"]\n\
        status = \"current\"\nsuperseded_by = []\nreviewed = \"2026-01-02\"\nreview_by = \"2027-01-02\"\n\n\
        [[sources]]\nkey = \"file\"\ntitle = \"Old (old.txt)\"\npublisher = \"Moor\"\nyear = 2026\n+++\n\n\
        Ring the zebrafinch desk.\n\nAdded from old.txt on 2 Jan 2026, without its pictures and notes.[^file]\n";
    let home = tempfile::tempdir().expect("a temporary folder");
    let pack = home.path().join("packs/moor");
    fs::create_dir_all(&pack).expect("made");
    fs::write(pack.join("pack.toml"), ABOUT).expect("written");
    fs::write(pack.join("moor-old.md"), entry).expect("written");
    fs::write(home.path().join("packs/moor.added"), "elsewhere").expect("written");
    let (code, out, err) = caseclinic(home.path(), &["show", "moor-old"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("in force · checked 2 Jan 2026") && out.contains("[1] Old"), "{out}");
}

/// How often each word stands in a text.
fn words(text: &str) -> std::collections::BTreeMap<String, usize> {
    let mut words = std::collections::BTreeMap::new();
    let is_word = |word: &&str| word.chars().any(char::is_alphanumeric);
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(is_word) {
        *words.entry(word.to_lowercase()).or_default() += 1;
    }
    words
}

#[test]
fn our_own_documents_come_back_through_a_pack_with_the_same_words() {
    use caseclinic::{
        clinic::{bundled_template, practice_session},
        knowledge::Library,
        report::{DocumentKind, DocumentSource, Edition, ExportFormat, document_text},
        text::LocalTime,
    };
    let now = "2026-11-22T10:00:00Z".parse().expect("a time");
    let one = bundled_template("peer-case-clinic").expect("bundled");
    let template = one.parse().expect("it is sound");
    let session =
        practice_session(&template, one.example_file, one.example, now).expect("it plays");
    let (library, local) = (Library::bundled(), LocalTime::default());
    let source = DocumentSource {
        session: &session,
        edition: Edition::Record,
        local: &local,
        library: &library,
    };
    let document = DocumentKind::CaseFile.build(&source);
    let wanted = words(&document_text(&document).replace(&document.header, ""));
    for format in [ExportFormat::Docx, ExportFormat::Html, ExportFormat::Pdf] {
        let (home, folder) =
            (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let file = folder.path().join(format!("handed-over.{}", format.file_ending()));
        fs::write(file, format.write(&document).expect("it is written")).expect("written");
        let path = folder.path().to_str().expect("text");
        let (code, out, err) = caseclinic(home.path(), &["pack", "add", path]);
        assert_eq!(code, 0, "{}: {out}{err}", format.name());
        let list = caseclinic(home.path(), &["list", "--json"]).1;
        let list: serde_json::Value = serde_json::from_str(&list).expect("JSON");
        let entries = list["entries"].as_array().expect("entries");
        let id =
            entries.iter().find(|entry| entry["pack"] != "caseclinic").expect("it is an entry");
        let shown = caseclinic(home.path(), &["show", id["id"].as_str().expect("an id")]).1;
        let found = words(&shown);
        let missing: Vec<(&String, usize)> = wanted
            .iter()
            .map(|(word, count)| {
                (word, count.saturating_sub(found.get(word).copied().unwrap_or(0)))
            })
            .filter(|(_, missing)| *missing > 0)
            .collect();
        let all: usize = wanted.values().sum();
        let lost: usize = missing.iter().map(|(_, lost)| lost).sum();
        assert!(lost * 100 <= all, "{}: {lost} of {all}: {missing:?}", format.name());
    }
}
