//! The pictures of the screens: those that tests and documents keep, and all of them as SVG and PNG.

use std::{
    fs,
    path::{self, Path, PathBuf},
    process::ExitCode,
};

use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{Options, Tree, fontdb},
};

use crate::{
    Outcome,
    commands::{self, given},
};

pub(crate) const HELP: &str = "\
Usage: cargo xtask pictures [NAME OF A TEST…]
       cargo xtask pictures --to FOLDER
       cargo xtask pictures --documents

Draws the pictures of the screens in tests/screens and docs/pictures again, and writes the
transcripts of the conversations in tests/transcripts. Read what changed (git diff) before you
commit it. With names, only the pictures of those tests of tests/screens.

  --to FOLDER   Write every picture for documents into this folder instead: as SVG and PNG, at
                80x24 and 120x36, dark, light, high contrast and monochrome. To use one, copy
                its SVG to docs/pictures.
  --documents   Write the documents of the worked examples as PDF, and the first page of each
                into docs/documents, with the page docs/documents.md. Needs pdftoppm.
";

/// The font of the letters in PNG.
const FONT: &str = "DejaVu Sans Mono";
/// Pixels of PNG for each of SVG, for screens with small pixels.
const SCALE: f32 = 2.0;

pub(crate) fn run(root: &Path, arguments: &[String]) -> Outcome<ExitCode> {
    match arguments {
        [to, folder] if to == "--to" => return write_all(root, &path::absolute(folder)?),
        [documents] if documents == "--documents" => return write_documents(root),
        [to, ..] if to == "--to" => return Err(format!("name one folder.\n\n{HELP}").into()),
        _ => {}
    }
    let draw = [("INSTA_UPDATE", "always")];
    let screens = ["test", "--test", "screens", "--"].into_iter().chain(given(arguments));
    let code = commands::run(root, &draw, screens)?;
    if code != ExitCode::SUCCESS || !arguments.is_empty() {
        return Ok(code);
    }
    commands::run(root, &[("CASECLINIC_TRANSCRIPTS", "keep")], ["test", "--lib", "transcripts"])
}

/// The documents whose first page is shown: the name of the file, and what it is.
const DOCUMENTS: [(&str, &str); 8] = [
    ("peer-case-clinic-case-file", "Case-file document of a peer case clinic"),
    ("peer-case-clinic-extract", "Record extract"),
    ("peer-case-clinic-letter", "Letter of advice"),
    ("peer-case-clinic-slips", "Action slip"),
    ("safety-plan-plan", "Safety plan: child who showed the behaviour"),
    ("safety-plan-harmed-plan", "Safety plan: child who was harmed"),
    ("reflective-supervision-supervision", "Supervision record"),
    ("framework-audit-profile", "One-page profile of a self-review"),
];

/// Has a test write the documents, and makes a picture of the first page of each.
fn write_documents(root: &Path) -> Outcome<ExitCode> {
    let written = root.join("target/documents");
    fs::create_dir_all(&written)?;
    let name = written.to_str().ok_or("the name of the folder is not UTF-8")?;
    let code = commands::run(
        root,
        &[("CASECLINIC_DOCUMENTS", name)],
        ["test", "--test", "content", "every_document_is_written"],
    )?;
    if code != ExitCode::SUCCESS {
        return Ok(code);
    }
    let folder = root.join("docs/documents");
    fs::create_dir_all(&folder)?;
    let mut page =
        "# Documents\n\nThe first page of each document, from the worked examples. They are \
                    fictional. [Hand over a note](guide/hand-over.md) says what each is for.\n\n\
                    Made by `cargo xtask pictures --documents`.\n"
            .to_owned();
    for (file, about) in DOCUMENTS {
        let status = std::process::Command::new("pdftoppm")
            .args(["-png", "-gray", "-r", "60", "-f", "1", "-l", "1", "-singlefile"])
            .arg(written.join(file).with_extension("pdf"))
            .arg(folder.join(file))
            .status()
            .map_err(|error| format!("pdftoppm (package poppler-utils): {error}"))?;
        if !status.success() {
            return Err(format!("pdftoppm failed on {file}.pdf").into());
        }
        page.push_str(&format!("\n## {about}\n\n![{about}](documents/{file}.png)\n"));
    }
    fs::write(root.join("docs/documents.md"), page)?;
    println!("{} pictures in docs/documents", DOCUMENTS.len());
    Ok(ExitCode::SUCCESS)
}

/// Has the tests write every picture as SVG, and makes a PNG of each.
fn write_all(root: &Path, folder: &Path) -> Outcome<ExitCode> {
    fs::create_dir_all(folder)?;
    let name = folder.to_str().ok_or("the name of the folder is not UTF-8")?;
    let code = commands::run(
        root,
        &[("CASECLINIC_PICTURES", name)],
        ["test", "--test", "screens", "documents::"],
    )?;
    if code != ExitCode::SUCCESS {
        return Ok(code);
    }
    let mut options = Options::default();
    options.fontdb_mut().load_system_fonts();
    let families = [fontdb::Family::Name(FONT)];
    if options.fontdb.query(&fontdb::Query { families: &families, ..Default::default() }).is_none()
    {
        let advice =
            format!("the font {FONT} is not installed; on Debian: apt install fonts-dejavu");
        return Err(format!("there are no PNG, only SVG: {advice}").into());
    }
    let files = fs::read_dir(folder)?.map(|file| file.map(|file| file.path()));
    let mut files = files.collect::<Result<Vec<PathBuf>, _>>()?;
    files.retain(|file| file.extension().is_some_and(|ending| ending == "svg"));
    for file in &files {
        fs::write(file.with_extension("png"), png(&fs::read_to_string(file)?, &options)?)?;
    }
    println!("{} pictures as SVG and PNG in {}", files.len(), folder.display());
    Ok(ExitCode::SUCCESS)
}

fn png(svg: &str, options: &Options<'_>) -> Outcome<Vec<u8>> {
    let tree = Tree::from_str(svg, options)?;
    let size = tree.size().to_int_size().scale_by(SCALE).ok_or("the picture has no size")?;
    let mut pixels = Pixmap::new(size.width(), size.height()).ok_or("the picture has no size")?;
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut pixels.as_mut());
    Ok(pixels.encode_png()?)
}
