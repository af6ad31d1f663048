//! Templates of a practice lead's own: in the folder `templates` among the data, or in any file that
//! is named.
//!
//! Promises: only files are read, never what a link leads to from that folder; a file that can't be
//! used says why in a sentence and stops none of the others.

use std::{
    ffi::OsStr,
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use crate::{
    clinic::{
        Language, MeetingFormat, Session, Template, TemplateStatus, bundled_template,
        is_newer_version,
    },
    services::AppPaths,
    text::{Problem, Severity},
};

/// A template of a practice lead's own, from the folder of local ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalFormat {
    /// The name of its file.
    pub file: String,
    /// What it offers, or why it can't be started.
    pub format: Result<MeetingFormat, TemplateError>,
}

/// Why a template can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// No template has this id.
    #[error("There is no meeting format “{0}”. `caseclinic clinic formats` lists them.")]
    NotFound(String),
    /// The file can't be read, or its text has problems; the first of them is shown.
    #[error("{}", .0.first().map_or_else(String::new, ToString::to_string))]
    Broken(Vec<Problem>),
    /// Another template has its id.
    #[error("the id “{0}” is already in use; give this template its own id")]
    IdTaken(String),
    /// It is no longer used.
    #[error("it is retired")]
    Retired,
    /// It is not finished.
    #[error("it is a draft; when it is ready, set its status to “active”")]
    Draft,
}

/// Larger than any template.
const MAX_BYTES: u64 = 1024 * 1024;
/// Files of the folder that are looked at.
const MAX_FILES: usize = 200;

/// The folder for templates of one's own; it need not be there.
pub fn templates_folder(paths: &AppPaths) -> PathBuf {
    paths.data.join("templates")
}

/// A template that was asked for by name, with the worked example that comes with it.
pub struct TemplateWithExample {
    /// The template.
    pub template: Template,
    /// The example's file and text.
    pub example: Option<(String, String)>,
}

/// Whether a name means a file and not an id.
pub fn is_template_file(name: &str) -> bool {
    name.contains(std::path::is_separator) || name.ends_with(".toml")
}

/// The text of a template file; a file that is none, or of no text, says so under this name.
pub fn read_template_text(path: &Path, name: &str) -> Result<String, Box<Problem>> {
    let refuse = |code, message: String, advice: &str| {
        Box::new(Problem::of_file(name, Severity::Error, code, message, advice))
    };
    let unreadable = |error: std::io::Error| {
        let why = match error.kind() {
            ErrorKind::NotFound => "There is no such file.".to_owned(),
            _ => format!("The file cannot be read: {error}."),
        };
        refuse("unreadable", why, "Check the name, and that you can read the file.")
    };
    let facts = fs::metadata(path).map_err(unreadable)?;
    if !facts.is_file() {
        let why = "This is not a file.".to_owned();
        return Err(refuse("unreadable", why, "Give the name of a template file."));
    }
    if facts.len() > MAX_BYTES {
        let why =
            format!("The file has {} bytes; a template can have at most {MAX_BYTES}.", facts.len());
        return Err(refuse("too-large", why, "Check that it is the right file."));
    }
    let bytes = fs::read(path).map_err(unreadable)?;
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    String::from_utf8(bytes).map_err(|_| {
        let (why, advice) = if utf16 {
            ("The file is written in UTF-16.", "Save it again as UTF-8, often called “plain text”.")
        } else {
            ("The file is not UTF-8 text.", "Check that it is a template, and save it as UTF-8.")
        };
        refuse("not-text", why.to_owned(), advice)
    })
}

/// What the folder of local templates offers, by file name; then the broken ones, with their first
/// problem.
pub fn local_formats(folder: &Path) -> Vec<LocalFormat> {
    let mut offered: Vec<LocalFormat> = Vec::new();
    for path in files(folder) {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // The folder is known here: the name of the file is enough.
        let format = read(&path, &file).and_then(|template| {
            let id = &template.about.id;
            let known = offered.iter().filter_map(|one| one.format.as_ref().ok());
            if bundled_template(id).is_some() || known.into_iter().any(|other| other.id == *id) {
                return Err(TemplateError::IdTaken(id.clone()));
            }
            match template.about.status {
                TemplateStatus::Retired => Err(TemplateError::Retired),
                TemplateStatus::Draft => Err(TemplateError::Draft),
                TemplateStatus::Active => Ok(template.format(Language::En)),
            }
        });
        offered.push(LocalFormat { file, format });
    }
    offered.sort_by_key(|one| one.format.is_err());
    offered
}

/// The template called `name`: the id of a bundled one or of one in the folder, or a file.
///
/// # Errors
/// There is none, or it can't be used.
pub fn find_template(name: &str, folder: &Path) -> Result<TemplateWithExample, TemplateError> {
    if let Some(bundled) = bundled_template(name) {
        let template = bundled.parse().map_err(TemplateError::Broken)?;
        let example = Some((bundled.example_file.to_owned(), bundled.example.to_owned()));
        return Ok(TemplateWithExample { template, example });
    }
    if is_template_file(name) {
        let path = Path::new(name);
        let template = read(path, name)?;
        return Ok(TemplateWithExample { template, example: example_beside(path) });
    }
    for path in files(folder) {
        if let Ok(template) = read(&path, &path.display().to_string())
            && template.about.id == name
        {
            return Ok(TemplateWithExample { template, example: example_beside(&path) });
        }
    }
    Err(TemplateError::NotFound(name.to_owned()))
}

/// The newest version of a draft's template that is in use here and later than its own: bundled, or
/// for a local template in their folder.
pub fn newer_template(session: &Session, folder: &Path) -> Option<Template> {
    let about = &session.template().about;
    let here: Vec<Template> = match bundled_template(&about.id) {
        Some(bundled) => bundled.parse().into_iter().collect(),
        None => {
            let read = |path: &PathBuf| read(path, &path.display().to_string()).ok();
            files(folder).iter().filter_map(read).collect()
        }
    };
    let is_newer = |one: &Template, than: &str| is_newer_version(&one.about.version, than);
    here.into_iter()
        .filter(|one| one.about.id == about.id && one.about.status == TemplateStatus::Active)
        .filter(|one| is_newer(one, &about.version))
        .reduce(|newest, one| if is_newer(&one, &newest.about.version) { one } else { newest })
}

/// The template files of a folder, by name.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let is_file = |path: &PathBuf| fs::symlink_metadata(path).is_ok_and(|facts| facts.is_file());
    let mut found: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension() == Some(OsStr::new("toml")) && is_file(path))
        .collect();
    found.sort();
    found.truncate(MAX_FILES);
    found
}

/// Reads a template; its problems carry `name` for the file.
fn read(path: &Path, name: &str) -> Result<Template, TemplateError> {
    let text = read_template_text(path, name);
    let text = text.map_err(|problem| TemplateError::Broken(vec![*problem]))?;
    Template::parse(name, &text).map_err(TemplateError::Broken)
}

/// The worked example of a template file: of the same name, in the folder `examples` beside it.
fn example_beside(path: &Path) -> Option<(String, String)> {
    let example = path.parent()?.join("examples").join(path.file_name()?);
    let name = example.display().to_string();
    let text = read_template_text(&example, &name).ok()?;
    Some((name, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::bundled_templates;

    fn own(id: &str, version: &str, status: &str) -> String {
        let text = bundled_templates()[1].text;
        let text = text.replacen("\"quick-consultation\"", &format!("\"{id}\""), 1);
        let text = text.replacen("\"2027.1\"", &format!("\"{version}\""), 1);
        text.replacen("\"active\"", &format!("\"{status}\""), 1)
    }

    #[test]
    fn local_templates_are_listed_and_a_broken_one_says_why() {
        let folder = tempfile::tempdir().expect("a folder");
        let put = |name: &str, text: &str| {
            fs::write(folder.path().join(name), text).expect("written");
        };
        put("a.toml", &own("huddle", "1", "active"));
        put("b.toml", "schema = 1\n[template]\nid = \n");
        put("c.toml", &own("peer-case-clinic", "1", "active"));
        put("d.toml", &own("later", "1", "draft"));
        put("e.toml", &own("huddle", "2", "active"));
        put("notes.txt", "no template");
        let listed = local_formats(folder.path());
        let why: Vec<String> = listed
            .iter()
            .filter_map(|one| one.format.as_ref().err())
            .map(ToString::to_string)
            .collect();
        assert_eq!(listed[0].format.as_ref().map(|format| format.id.as_str()), Ok("huddle"));
        assert_eq!(listed.len(), 5);
        assert!(why[0].contains("b.toml:3"), "{why:?}");
        assert!(why[1].contains("already in use") && why[2].contains("draft"), "{why:?}");
        assert!(why[3].contains("already in use"), "{why:?}");
        assert!(local_formats(&folder.path().join("nowhere")).is_empty());
    }

    #[test]
    fn a_template_is_found_by_its_id_or_its_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.toml");
        fs::write(&file, own("huddle", "1", "active")).expect("written");
        let id = |name: &str| find_template(name, folder.path()).map(|one| one.template.about.id);
        assert_eq!(id("huddle").as_deref(), Ok("huddle"));
        assert_eq!(id(&file.display().to_string()).as_deref(), Ok("huddle"));
        assert_eq!(id("peer-case-clinic").as_deref(), Ok("peer-case-clinic"));
        assert!(id("nothing").is_err_and(|why| why.to_string().contains("nothing")));
        assert!(id("/nowhere/x.toml").is_err_and(|why| why.to_string().contains("no such file")));
    }

    #[test]
    fn a_file_that_is_no_text_says_what_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let said = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            fs::write(&path, bytes).expect("written");
            read_template_text(&path, name).expect_err("refused").code
        };
        assert_eq!(said("a.toml", &[0xff, 0xfe, b'a', 0]), "not-text");
        assert_eq!(said("b.toml", &[b'a', 0xff]), "not-text");
        assert_eq!(said("c.toml", &vec![b'a'; 2 * 1024 * 1024]), "too-large");
        let folder = read_template_text(folder.path(), "a folder").expect_err("refused");
        assert_eq!(folder.code, "unreadable");
    }

    #[test]
    fn only_a_later_version_in_use_is_offered_to_a_draft() {
        let folder = tempfile::tempdir().expect("a folder");
        let start = |text: &str| {
            let template = Template::parse("x.toml", text).expect("a template");
            let at = jiff::Timestamp::UNIX_EPOCH;
            Session::start(template, uuid::Uuid::nil(), "HERON-42", false, at)
        };
        let session = start(&own("huddle", "2026.9", "active"));
        let newest = || newer_template(&session, folder.path()).map(|one| one.about.version);
        assert_eq!(newest(), None);
        for (file, version, status) in [
            ("a", "2026.8", "active"),
            ("b", "2026.11", "active"),
            ("c", "2026.10", "active"),
            ("d", "2026.12", "draft"),
        ] {
            let file = folder.path().join(format!("{file}.toml"));
            fs::write(file, own("huddle", version, status)).expect("written");
        }
        assert_eq!(newest().as_deref(), Some("2026.11"));
        let old = start(&own("quick-consultation", "2026.2", "active"));
        assert!(newer_template(&old, folder.path()).is_some(), "the bundled one");
    }
}
