//! Every part of every Word document is what the schemas of ECMA-376 ask for. They are read from the folder
//! that `CASECLINIC_OOXML` names; python-docx has them in its repository, as `ref/xsd`.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use caseclinic::{
    clinic::{bundled_templates, practice_session},
    knowledge::Library,
    report::{DocumentKind, DocumentSource, Edition, ExportFormat},
    text::LocalTime,
};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tools/ooxml.py");

/// The folder of the schemas, if it and a program that uses them are there.
pub(crate) fn schemas() -> Option<PathBuf> {
    let folder = PathBuf::from(env::var_os("CASECLINIC_OOXML")?);
    let lxml = Command::new("python3").args(["-c", "import lxml"]).status();
    (folder.join("wml.xsd").is_file() && lxml.is_ok_and(|status| status.success()))
        .then_some(folder)
}

fn wrong(files: &[PathBuf]) -> String {
    let output = Command::new("python3")
        .arg(SCRIPT)
        .arg(schemas().expect("the schemas"))
        .args(files)
        .output();
    let output = output.expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// Writes a copy with something in it that the schemas do not know.
fn broken(file: &Path, to: &Path) {
    let mut from = zip::ZipArchive::new(fs::File::open(file).expect("opens")).expect("an archive");
    let mut copy = zip::ZipWriter::new(fs::File::create(to).expect("a new file"));
    for at in 0..from.len() {
        let mut part = from.by_index(at).expect("a part");
        let name = part.name().expect("a name").into_owned();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut part, &mut text).expect("text");
        let options = zip::write::SimpleFileOptions::default();
        copy.start_file(name, options).expect("a part");
        let text = text.replace("<w:body>", "<w:body><w:nothing/>");
        std::io::Write::write_all(&mut copy, text.as_bytes()).expect("written");
    }
    copy.finish().expect("an archive");
}

pub(crate) fn every_document_is_what_the_schemas_ask_for() {
    let home = tempfile::tempdir().expect("a folder");
    let now = "2026-11-22T10:00:00Z".parse().expect("a time");
    let (library, local) = (Library::bundled(), LocalTime::default());
    let mut files = Vec::new();
    for bundled in bundled_templates() {
        let template = bundled.parse().expect("it is sound");
        let session = practice_session(&template, bundled.example_file, bundled.example, now);
        let session = session.expect("it plays");
        for kind in DocumentKind::offered(&session) {
            let edition = Edition::Attributed;
            let source =
                DocumentSource { session: &session, edition, local: &local, library: &library };
            let file = home.path().join(format!("{}-{}.docx", template.about.id, kind.code()));
            let written = ExportFormat::Docx.write(&kind.build(&source)).expect("written");
            fs::write(&file, written).expect("kept");
            files.push(file);
        }
    }
    let said = wrong(&files);
    assert_eq!(said.lines().count(), 1, "{said}");
    let other = home.path().join("broken.docx");
    broken(&files[0], &other);
    assert!(wrong(&[other]).contains("nothing"), "a broken file is found");
}
