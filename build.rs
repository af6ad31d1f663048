//! Bundled content is part of the program: a file added to it must lead to a new build, and what
//! can be read from it now need not be read at each start.

use std::{borrow::Cow, collections::BTreeMap, env, fmt::Write, fs, path::Path};

use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use toml::{Table, Value};

use content::{BundledEntry, BundledPack, Edition, Entry, Pack, Source, Thesaurus, is_id};
use terms::{AgeBand, Kind, Nation, Placement, Setting, Status};

#[path = "src/knowledge/content.rs"]
#[allow(dead_code, unreachable_pub)]
mod content;
#[path = "src/knowledge/terms.rs"]
#[allow(dead_code, unreachable_pub)]
mod terms;
#[path = "src/text/clean.rs"]
#[allow(dead_code, unreachable_pub)]
mod text;

/// Dates are handed over as text: the program reads them as dates.
type Date = String;

/// Files that tell authors about the pack.
const DOCUMENTATION: [&str; 4] = ["README.md", "COVERAGE.md", "LICENCE.md", "CHANGELOG.md"];

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Names and texts.
type Files = BTreeMap<String, String>;

fn main() -> Result<()> {
    for folder in ["knowledge", "clinic_templates"] {
        // Cargo takes a path that is not there for one that changes all the time.
        if Path::new(folder).is_dir() {
            println!("cargo::rerun-if-changed={folder}");
        }
    }
    let out = env::var("OUT_DIR")?;
    let files = files(Path::new("knowledge"))?;
    fs::write(Path::new(&out).join("bundled.rs"), listing(&files)?)?;
    let bundle = match bundle(&files) {
        Ok(bundle) => postcard::to_allocvec(&bundle)?,
        Err(fault) => {
            println!("cargo::warning=knowledge is read at each start, not once: {fault}");
            Vec::new()
        }
    };
    fs::write(Path::new(&out).join("bundled.bin"), bundle)?;
    Ok(())
}

/// The files of the pack.
fn files(folder: &Path) -> Result<Files> {
    let mut files = Files::new();
    for item in fs::read_dir(folder)? {
        let item = item?;
        let Ok(name) = item.file_name().into_string() else { continue };
        let of_the_pack = name.ends_with(".md") && !DOCUMENTATION.contains(&name.as_str());
        let of_the_pack = of_the_pack
            || ["pack.toml", "thesaurus.toml", "urgent.toml", "editions.toml"]
                .contains(&name.as_str());
        if of_the_pack && !name.starts_with('.') && item.file_type()?.is_file() {
            let text = fs::read_to_string(item.path())
                .map_err(|error| format!("knowledge/{name} could not be read: {error}"))?;
            files.insert(name, text);
        }
    }
    Ok(files)
}

fn listing(files: &Files) -> Result<String> {
    let mut out = String::from("static FILES: &[(&str, &str)] = &[\n");
    for name in files.keys() {
        let place = format!("/knowledge/{name}");
        let path = format!("concat!(env!(\"CARGO_MANIFEST_DIR\"), {place:?})");
        writeln!(out, "    ({name:?}, include_str!({path})),")?;
    }
    out.push_str("];\n");
    Ok(out)
}

/// What the program would read from the files; an error if it would report any problem.
fn bundle(files: &Files) -> Result<BundledPack> {
    let toml = |name: &str| files.get(name).map_or("", String::as_str);
    let pack: Pack = from_toml(toml("pack.toml"))?;
    let thesaurus: Thesaurus = from_toml(toml("thesaurus.toml"))?;
    check_thesaurus(&thesaurus)?;
    let editions = editions(toml("editions.toml"))?;
    let mut whole = Sha256::new();
    let mut entries = Vec::new();
    for (file, (name, text)) in files.iter().enumerate() {
        if matches!(text::clean(text), Cow::Owned(_)) {
            return Err(format!("{name} has characters that are cleaned away").into());
        }
        let hash = format!("{:x}", Sha256::digest(text.as_bytes()));
        whole.update(name.as_bytes());
        whole.update([0]);
        whole.update(hash.as_bytes());
        if let Some(id) = name.strip_suffix(".md") {
            let read = read_entry(id, text, &editions);
            let (mut entry, body_at) = read.map_err(|error| format!("{name}: {error}"))?;
            hash[..12].clone_into(&mut entry.version);
            entry.pack.clone_from(&pack.id);
            entries.push(BundledEntry { file, body_at, entry });
        }
    }
    let content_hash = format!("{:.32x}", whole.finalize());
    Ok(BundledPack { content_hash, pack, thesaurus, entries })
}

/// An entry without its body, and the byte of its file at which the body begins.
fn read_entry(id: &str, text: &str, editions: &[Edition]) -> Result<(Entry, usize)> {
    let inside = text.strip_prefix("+++\n").ok_or("no front matter")?;
    let end = inside.find("\n+++\n").ok_or("no end of the front matter")?;
    let mut entry: Entry = from_toml(&inside[..=end])?;
    if entry.id != id || !is_id(id) {
        return Err("the id is not the file name, or no id".into());
    }
    if !(entry.body.is_empty() && entry.version.is_empty() && entry.pack.is_empty()) {
        return Err("`body`, `version` and `pack` are no keys of front matter".into());
    }
    for source in &mut entry.sources {
        let resolved = resolve(source, editions);
        resolved.map_err(|error| format!("the source `{}`: {error}", source.key))?;
    }
    if repeats(&entry.nations)
        || repeats(&entry.settings)
        || repeats(&entry.ages)
        || repeats(&entry.continuum)
    {
        return Err("a word of a closed list stands twice".into());
    }
    Ok((entry, "+++\n".len() + end + "\n+++\n".len()))
}

fn resolve(source: &mut Source, editions: &[Edition]) -> Result<()> {
    let Source { title, publisher, year, url, .. } = &*source;
    if let Some(id) = source.edition.clone() {
        if !(title.is_empty() && publisher.is_empty() && year.is_none() && url.is_none()) {
            return Err("says what its edition says".into());
        }
        let edition = editions.iter().find(|edition| edition.id == id);
        source.take_over(&id, Some(edition.ok_or("no such edition")?));
    } else if title.is_empty()
        || publisher.is_empty()
        || source.part.is_some()
        || source.part_url.is_some()
        || source.history
    {
        return Err("neither a whole source nor an edition".into());
    }
    check_year_and_address(source.year, source.url.as_deref())
}

fn check_year_and_address(year: Option<i16>, url: Option<&str>) -> Result<()> {
    let year = year.is_none_or(|year| (1800..=2200).contains(&year));
    let url = url.is_none_or(|url| url.starts_with("https://") || url.starts_with("http://"));
    if year && url { Ok(()) } else { Err("a wrong year or address".into()) }
}

fn editions(text: &str) -> Result<Vec<Edition>> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Editions {
        #[serde(default)]
        edition: Vec<Edition>,
    }
    let Editions { edition: editions } = from_toml(text)?;
    for (at, edition) in editions.iter().enumerate() {
        check_year_and_address(edition.year, edition.url.as_deref())?;
        if !is_id(&edition.id) || editions[..at].iter().any(|known| known.id == edition.id) {
            return Err(format!("editions.toml: `{}` cannot be an id here", edition.id).into());
        }
    }
    Ok(editions)
}

fn repeats<T: PartialEq>(terms: &[T]) -> bool {
    (1..terms.len()).any(|at| terms[..at].contains(&terms[at]))
}

fn check_thesaurus(thesaurus: &Thesaurus) -> Result<()> {
    let groups = thesaurus.same.iter().map(|group| (&group.words, 2));
    let steps = thesaurus.instead.iter().chain(&thesaurus.broader);
    let steps = steps.flat_map(|step| [(&step.words, 1), (&step.also, 1)]);
    for (phrases, least) in groups.chain(steps) {
        let twice = (0..phrases.len())
            .any(|at| phrases[..at].iter().any(|known| known.eq_ignore_ascii_case(&phrases[at])));
        let wordless = phrases.iter().any(|phrase| !phrase.chars().any(char::is_alphanumeric));
        if phrases.len() < least || twice || wordless {
            return Err(format!("thesaurus.toml: {phrases:?} is no group of words").into());
        }
    }
    Ok(())
}

/// Reads TOML; an error if cleaning would change one of its texts.
fn from_toml<T: DeserializeOwned>(text: &str) -> Result<T> {
    let table: Table = toml::from_str(text)?;
    Ok(with_dates_as_text(Value::Table(table))?.try_into()?)
}

fn with_dates_as_text(value: Value) -> Result<Value> {
    Ok(match value {
        Value::String(text) if text.trim().is_empty() => return Err("a text is empty".into()),
        Value::String(text) if text::clean_line(text.trim()) != text => {
            return Err(format!("{text:?} would be cleaned").into());
        }
        Value::Datetime(date) => Value::String(date.to_string()),
        Value::Array(items) => {
            Value::Array(items.into_iter().map(with_dates_as_text).collect::<Result<_>>()?)
        }
        Value::Table(table) => {
            let entries = table.into_iter();
            let entries = entries.map(|(key, value)| Ok((key, with_dates_as_text(value)?)));
            Value::Table(entries.collect::<Result<_>>()?)
        }
        other => other,
    })
}
