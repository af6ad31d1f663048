//! `caseclinic keys`: every action by the name that `[keys]` in the settings knows, with its key.

use super::{CommandError, CommandResult, Context};
use crate::{
    app::{KeyChanges, named_actions},
    services::KeySettings,
    text::{shorten, width},
};

/// Prints the actions. Fails if a line of `[keys]` cannot hold.
pub(crate) fn run(context: &mut Context) -> CommandResult {
    let settings = KeySettings::read(&context.paths()?.config);
    let (changes, problems) = KeyChanges::read(&settings);
    let actions = named_actions();
    let shown = |row: &crate::app::Binding| {
        row.contexts.first().map_or_else(String::new, |context| changes.shown(*context, row.keys))
    };
    let names = actions.iter().map(|one| width(&one.name)).max().unwrap_or_default();
    let keys = actions.iter().map(|one| width(&shown(one.row))).max().unwrap_or_default();
    for action in &actions {
        let (name, key) = (&action.name, shown(action.row));
        let fixed = if action.can_change { "" } else { " (always this key)" };
        let gap = " ".repeat(keys.saturating_sub(width(&key)));
        let line = format!("{name:names$}  {key}{gap}  {}{fixed}", action.row.description);
        let columns = context.style.columns;
        context.print(columns.map_or(line.clone(), |wide| shorten(&line, wide)))?;
    }
    for problem in &problems {
        context.say(problem)?;
    }
    match problems.len() {
        0 => Ok(()),
        _ => Err(CommandError::failed("These lines of the settings change no key.")
            .hint("Correct or remove them.")),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::cli::context::fixture::TestRun;

    #[test]
    fn names_and_keys_are_listed_and_a_wrong_line_is_said_with_its_place() {
        let home = tempfile::tempdir().expect("a folder");
        let (code, out, _) = TestRun::at(home.path()).run(run);
        assert_eq!(code, 0, "{out}");
        let row = |out: &str, name: &str| {
            let line = out.lines().find(|line| line.starts_with(&format!("{name} ")));
            line.map(|line| line.split_whitespace().nth(1).unwrap_or_default().to_owned())
        };
        assert_eq!(row(&out, "new-clinic").as_deref(), Some("Ctrl-N"));
        assert!(out.contains("(always this key)"), "{out}");
        fs::create_dir(home.path().join("config")).expect("made");
        let text = "[keys]\nnew-clinic = \"Ctrl-D\"\nhelp = \"F7\"\n";
        fs::write(home.path().join("config/settings.toml"), text).expect("written");
        let (code, out, err) = TestRun::at(home.path()).run(run);
        assert_eq!(code, 1, "{err}");
        assert_eq!(row(&out, "new-clinic").as_deref(), Some("Ctrl-D"));
        assert!(err.contains("settings.toml:3:") && err.contains("`help` always keeps"), "{err}");
    }
}
