//! Bundled content is part of the program: a file added to it must lead to a new build, and what
//! can be read from it now need not be read at each start.

use std::{borrow::Cow, collections::BTreeMap, env, error::Error, fmt::Write, fs, path::Path};

use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use toml::{Table, Value};

use shape::{Front, Prepared, Ready, Words};

#[path = "src/text/clean.rs"]
#[allow(dead_code, unreachable_pub)]
mod clean;
#[path = "src/knowledge/bundled/build_format.rs"]
mod shape;

/// Files that tell authors about the pack.
const DOCUMENTATION: [&str; 4] = ["README.md", "COVERAGE.md", "LICENCE.md", "CHANGELOG.md"];

/// Names and texts.
type Files = BTreeMap<String, String>;

fn main() -> Result<(), Box<dyn Error>> {
    for folder in ["knowledge", "clinic_templates"] {
        // Cargo takes a path that is not there for one that changes all the time.
        if Path::new(folder).is_dir() {
            println!("cargo::rerun-if-changed={folder}");
        }
    }
    let out = env::var("OUT_DIR")?;
    let files = files(Path::new("knowledge"))?;
    fs::write(Path::new(&out).join("bundled.rs"), listing(&files)?)?;
    let ready = match ready(&files) {
        Ok(ready) => postcard::to_allocvec(&ready)?,
        Err(fault) => {
            println!("cargo::warning=knowledge is read at each start, not once: {fault}");
            Vec::new()
        }
    };
    fs::write(Path::new(&out).join("bundled.bin"), ready)?;
    Ok(())
}

/// The files of the pack.
fn files(folder: &Path) -> Result<Files, Box<dyn Error>> {
    let mut files = Files::new();
    for item in fs::read_dir(folder)? {
        let item = item?;
        let Ok(name) = item.file_name().into_string() else { continue };
        let of_the_pack = name.ends_with(".md") && !DOCUMENTATION.contains(&name.as_str());
        let of_the_pack = of_the_pack || ["pack.toml", "thesaurus.toml"].contains(&name.as_str());
        if of_the_pack && !name.starts_with('.') && item.file_type()?.is_file() {
            let text = fs::read_to_string(item.path())
                .map_err(|error| format!("knowledge/{name} could not be read: {error}"))?;
            files.insert(name, text);
        }
    }
    Ok(files)
}

fn listing(files: &Files) -> Result<String, std::fmt::Error> {
    let mut out = String::from("static FILES: &[(&str, &str)] = &[\n");
    for name in files.keys() {
        let place = format!("/knowledge/{name}");
        let path = format!("concat!(env!(\"CARGO_MANIFEST_DIR\"), {place:?})");
        writeln!(out, "    ({name:?}, include_str!({path})),")?;
    }
    out.push_str("];\n");
    Ok(out)
}

/// What the program would read from the files, if there is nothing it would remark upon.
fn ready(files: &Files) -> Result<Ready, String> {
    let mut whole = Sha256::new();
    let mut entries = Vec::new();
    for (at, (name, text)) in files.iter().enumerate() {
        if matches!(clean::clean(text), Cow::Owned(_)) {
            return Err(format!("{name} holds characters that are cleaned away"));
        }
        let hash = hex(&Sha256::digest(text.as_bytes()));
        whole.update(name.as_bytes());
        whole.update([0]);
        whole.update(hash.as_bytes());
        if let Some(id) = name.strip_suffix(".md") {
            let (front, body_at) = front(id, text).map_err(|fault| format!("{name}: {fault}"))?;
            entries.push(Prepared { file: at, version: hash[..12].to_owned(), body_at, front });
        }
    }
    let toml = |name: &str| files.get(name).map_or("", String::as_str);
    let thesaurus: Words = fields(toml("thesaurus.toml"))?;
    check_words(&thesaurus)?;
    Ok(Ready {
        content_hash: hex(&whole.finalize())[..32].to_owned(),
        pack: fields(toml("pack.toml"))?,
        thesaurus,
        entries,
    })
}

/// The front matter of an entry, and where its text begins.
fn front(id: &str, text: &str) -> Result<(Front, usize), String> {
    let inside = text.strip_prefix("+++\n").ok_or("no front matter")?;
    let end = inside.find("\n+++\n").ok_or("no end of the front matter")?;
    let front: Front = fields(&inside[..=end])?;
    let valid = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if front.id != id || !id.bytes().all(valid) {
        return Err("the id is not the file name, or no id".to_owned());
    }
    for source in &front.sources {
        let year = source.year.is_none_or(|year| (1800..=2200).contains(&year));
        let url = source
            .url
            .as_ref()
            .is_none_or(|url| url.starts_with("https://") || url.starts_with("http://"));
        if !year || !url {
            return Err(format!("the source `{}` has a wrong year or address", source.key));
        }
    }
    for terms in [&front.nations, &front.settings, &front.ages, &front.continuum] {
        if (1..terms.len()).any(|at| terms[..at].contains(&terms[at])) {
            return Err("a word of a closed list stands twice".to_owned());
        }
    }
    Ok((front, "+++\n".len() + end + "\n+++\n".len()))
}

fn check_words(words: &Words) -> Result<(), String> {
    let groups = words.same.iter().map(|group| (&group.words, 2));
    let steps = words.instead.iter().chain(&words.broader);
    let steps = steps.flat_map(|step| [(&step.words, 1), (&step.also, 1)]);
    for (phrases, least) in groups.chain(steps) {
        let twice = (0..phrases.len())
            .any(|at| phrases[..at].iter().any(|known| known.eq_ignore_ascii_case(&phrases[at])));
        let wordless = phrases.iter().any(|phrase| !phrase.chars().any(char::is_alphanumeric));
        if phrases.len() < least || twice || wordless {
            return Err(format!("thesaurus.toml: {phrases:?} is no group of words"));
        }
    }
    Ok(())
}

/// Reads TOML whose texts would be kept as they stand.
fn fields<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let table: Table = toml::from_str(text).map_err(|error| error.to_string())?;
    plain(Value::Table(table))?.try_into().map_err(|error: toml::de::Error| error.to_string())
}

/// The same value with dates as text, if cleaning would change none of its texts.
fn plain(value: Value) -> Result<Value, String> {
    Ok(match value {
        Value::String(text) if text.trim().is_empty() => return Err("a text is empty".to_owned()),
        Value::String(text) if clean::clean_line(text.trim()) != text => {
            return Err(format!("{text:?} would be cleaned"));
        }
        Value::Datetime(date) => Value::String(date.to_string()),
        Value::Array(items) => {
            Value::Array(items.into_iter().map(plain).collect::<Result<_, _>>()?)
        }
        Value::Table(table) => Value::Table(
            table
                .into_iter()
                .map(|(key, value)| Ok((key, plain(value)?)))
                .collect::<Result<_, String>>()?,
        ),
        other => other,
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing into a `String` cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}
