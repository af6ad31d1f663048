//! `caseclinic doctor`: what this program finds where it runs, to read out when asking for help.
//!
//! It changes nothing, asks for no passphrase, and says nothing of any note.

use std::{env::consts, fs, path::Path};

use jiff::civil::Date;
use serde_json::json;

use super::{CommandResult, Context, ErrorKind, OutputStyle, display_path};
use crate::{
    app::KeyChanges,
    knowledge::Library,
    search::Searcher,
    services::{AppPaths, KeySettings, Settings},
    system::{disk, process, terminal::USES_LOCALE},
    text::{counted, show_date},
    vault::{VaultState, location_warnings, probe},
};

/// No clock that is right shows an earlier day.
const RELEASED_ON: Date = jiff::civil::date(2026, 11, 1);

/// One thing that was looked at.
#[derive(serde::Serialize)]
struct SetupFinding {
    name: &'static str,
    says: String,
    /// What to do, if it is not as it should be.
    advice: Option<String>,
}

impl SetupFinding {
    /// Something that is as it should be.
    fn well(name: &'static str, says: impl Into<String>) -> Self {
        Self { name, says: says.into(), advice: None }
    }

    /// Something that needs attention.
    fn ill(name: &'static str, says: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { name, says: says.into(), advice: Some(advice.into()) }
    }
}

/// Looks at everything and prints it. Fails if something needs attention, or there are no folders to
/// look at.
pub(crate) fn run(json: bool, context: &mut Context) -> CommandResult {
    let findings = findings(&context.paths()?, context);
    let is_well = findings.iter().all(|finding| finding.advice.is_none());
    if json {
        context.print_json(&json!({ "schema": 1, "well": is_well, "findings": findings }))?;
    } else {
        for SetupFinding { name, says, advice } in &findings {
            let mark = if advice.is_some() { "!" } else { " " };
            context.print(format!("{mark} {:<12} {says}", shown_name(name)))?;
            if let Some(advice) = advice {
                context.print(format!("  {:<12} {advice}", ""))?;
            }
        }
        let end =
            if is_well { "Everything is in order." } else { "Lines marked with ! need attention." };
        context.print_text(&format!("\n{end}\n"))?;
    }
    ErrorKind::Failed.unless(is_well)
}

/// Returns the word for people; JSON keeps the name, which scripts read.
fn shown_name(name: &'static str) -> &'static str {
    match name {
        "knowledge" => "guidance",
        "index" => "search",
        name => name,
    }
}

fn findings(paths: &AppPaths, context: &Context) -> Vec<SetupFinding> {
    let (version, os, arch) = (env!("CARGO_PKG_VERSION"), consts::OS, consts::ARCH);
    let mut found =
        vec![SetupFinding::well("program", format!("caseclinic {version} on {os} {arch}"))];
    for (name, place) in [
        ("data", &paths.data),
        ("packs", &paths.packs),
        ("cache", &paths.cache),
        ("settings", &paths.config),
    ] {
        found.push(folder(name, place));
    }
    let (_, problems) = Settings::read(&paths.config);
    let (_, key_problems) = KeyChanges::read(&KeySettings::read(&paths.config));
    for problem in problems.into_iter().chain(key_problems) {
        found.push(SetupFinding::ill("settings", problem.to_string(), problem.advice));
    }
    found.extend(knowledge(paths));
    found.push(vault(&paths.vault));
    for concern in location_warnings(&paths.vault) {
        found.push(SetupFinding::ill("vault", "needs attention", concern));
    }
    found.push(keys(context.keys.has_locked_memory()));
    if let Some(missing) = process::MISSING_PROTECTION {
        found.push(SetupFinding::well("protection", missing));
    }
    found.push(clock(context.today()));
    found.push(terminal(context.style));
    found
}

/// A folder: whether it is there and can be written, without writing.
fn folder(name: &'static str, place: &Path) -> SetupFinding {
    let shown = display_path(place);
    match fs::metadata(place) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            SetupFinding::well(name, format!("{shown} (not created yet)"))
        }
        Err(error) => {
            let advice = "Give your account permission to read this folder.";
            SetupFinding::ill(name, format!("{shown}: {error}"), advice)
        }
        Ok(facts) if !facts.is_dir() => {
            let advice = "This must be a folder. Move the file somewhere else.";
            SetupFinding::ill(name, format!("{shown} is a file"), advice)
        }
        Ok(_) => {
            let mode = disk::mode_text(place);
            if disk::is_writable(place) {
                let mode = mode.map_or(String::new(), |mode| format!(" ({mode})"));
                return SetupFinding::well(name, format!("{shown}{mode}"));
            }
            let mode = mode.map_or(String::new(), |mode| format!("{mode}, "));
            let advice = "Nothing can be saved in this folder. Make it writable, or set CASECLINIC_HOME to a folder that is.";
            SetupFinding::ill(name, format!("{shown} ({mode}read-only)"), advice)
        }
    }
}

fn knowledge(paths: &AppPaths) -> Vec<SetupFinding> {
    let library = Library::with_packs(&paths.packs);
    let local = library.packs().len().saturating_sub(1);
    let says =
        format!("{}, local packs: {local}", counted(library.entries().len(), "entry", "entries"));
    let mut found = vec![SetupFinding::well("knowledge", says)];
    for problem in library.problems().iter().filter(|problem| problem.is_error()) {
        let says = format!("{}:{}: {}", problem.file, problem.line, problem.message);
        found.push(SetupFinding::ill("knowledge", says, &problem.advice));
    }
    let searcher = Searcher::open(&library, Some(&paths.cache));
    found.push(SetupFinding::well("index", searcher.notice().unwrap_or("ready")));
    found
}

fn vault(place: &Path) -> SetupFinding {
    let name = "vault";
    let shown = display_path(place);
    match probe(place) {
        VaultState::Missing => SetupFinding::well(name, format!("{shown} (none yet)")),
        VaultState::Locked(facts) => {
            let mode = disk::mode_text(place).map_or(String::new(), |mode| format!(" ({mode})"));
            let says = format!(
                "{shown}{mode}: {}, of which drafts: {}",
                counted(facts.notes, "note", "notes"),
                facts.drafts
            );
            if facts.recovery_confirmed {
                return SetupFinding::well(name, says);
            }
            let advice = "Its recovery sheet is not confirmed. Run `caseclinic` and unlock the vault: you will see a new sheet to confirm.";
            SetupFinding::ill(name, says, advice)
        }
        VaultState::Damaged { why, advice } => SetupFinding::ill(name, why, advice),
        VaultState::NewerFormat { found, known } => SetupFinding::ill(
            name,
            format!(
                "used with a newer version of caseclinic (format {found}; this one reads up to {known})"
            ),
            "Update caseclinic. Nothing was changed.",
        ),
    }
}

/// Where the screens keep the keys of an open vault: tried with a process that has none.
fn keys(has_locked_memory: std::io::Result<bool>) -> SetupFinding {
    let own = "kept in a process of their own, which ends when the vault is locked";
    match has_locked_memory {
        Ok(true) => SetupFinding::well("keys", format!("{own}; never in the swap file")),
        Ok(false) => SetupFinding::well(
            "keys",
            format!(
                "{own}; while it is open they may reach the swap file (the limit for locked memory is too low): encrypt the disk"
            ),
        ),
        Err(error) => SetupFinding::ill(
            "keys",
            format!("no process of their own can be started: {error}"),
            "After locking, copies of the keys may stay in memory until you leave the program. Leave it when you stop working.",
        ),
    }
}

/// The day this computer believes it is.
fn clock(today: Date) -> SetupFinding {
    if today >= RELEASED_ON {
        return SetupFinding::well("clock", show_date(today));
    }
    let advice = "This date is before this version of caseclinic was made. Set the computer’s clock, or notes will carry the wrong date.";
    SetupFinding::ill("clock", show_date(today), advice)
}

fn terminal(style: OutputStyle) -> SetupFinding {
    let kind = std::env::var("TERM").unwrap_or_else(|_| "unknown".to_owned());
    let size = match crossterm::terminal::size() {
        Ok((columns, rows)) if style.columns.is_some() => format!("{columns} by {rows}"),
        _ => "none".to_owned(),
    };
    let language = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    let language = language.unwrap_or_else(|| "not set".to_owned());
    let is_utf8 = language.to_lowercase().replace('-', "").contains("utf8");
    let says = format!("{kind}, {size}, locale {language}");
    if is_utf8 || !USES_LOCALE || style.columns.is_none() {
        return SetupFinding::well("terminal", says);
    }
    let advice = "The locale is not UTF-8, so accents and lines may not show correctly. Set LANG to a UTF-8 locale, such as en_GB.UTF-8.";
    SetupFinding::ill("terminal", says, advice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::context::fixture::TestRun;

    fn doctor_at(root: &Path) -> (u8, String) {
        let (code, out, _) = TestRun::at(root).run(|context| run(false, context));
        (code, out)
    }

    #[test]
    fn a_fresh_place_is_well_and_nothing_is_made_in_it_but_the_cache() {
        let root = tempfile::tempdir().expect("a folder");
        let (code, said) = doctor_at(root.path());
        assert_eq!(code, 0, "{said}");
        assert!(said.contains("(none yet)") && said.contains("Everything is in order."), "{said}");
        let made: Vec<_> = fs::read_dir(root.path()).expect("listed").flatten().collect();
        assert!(made.iter().all(|entry| entry.file_name() == "cache"), "{made:?}");
    }

    #[test]
    fn a_mistake_in_the_settings_is_said_with_what_to_do() {
        let root = tempfile::tempdir().expect("a folder");
        fs::create_dir(root.path().join("config")).expect("made");
        fs::write(root.path().join("config/settings.toml"), "them = 1\n").expect("written");
        let (code, said) = doctor_at(root.path());
        assert_eq!(code, 1, "{said}");
        assert!(said.contains("! settings") && said.contains("settings.toml"), "{said}");
    }

    #[test]
    fn it_says_where_the_keys_of_an_open_vault_are() {
        let locked = keys(Ok(true));
        assert!(locked.says.contains("never in the swap file") && locked.advice.is_none());
        let swapped = keys(Ok(false));
        assert!(swapped.says.contains("encrypt the disk") && swapped.advice.is_none());
        let here = keys(Err(std::io::Error::other("no processes left")));
        assert!(here.says.contains("no processes left") && here.advice.is_some());
    }

    #[test]
    fn a_clock_that_is_years_behind_is_said() {
        assert!(clock(jiff::civil::date(1969, 12, 31)).advice.is_some());
        assert!(clock(jiff::civil::date(2026, 11, 22)).advice.is_none());
    }

    #[test]
    fn a_file_where_a_folder_should_be_is_said() {
        let root = tempfile::tempdir().expect("a folder");
        fs::write(root.path().join("packs"), "").expect("written");
        let (code, said) = doctor_at(root.path());
        assert_eq!(code, 1);
        assert!(said.contains("! packs") && said.contains("is a file"), "{said}");
    }
}
