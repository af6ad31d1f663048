//! The lists of words that call for others: every piece of advice must help, and lead somewhere.

use crate::knowledge::{
    Library,
    pack::{FileRole, PackFile, role_of},
};
use crate::text::{
    Problem,
    wording::{BUNDLED_WORDING, WORDING_FILE, Wording},
};

/// Everything wrong with the bundled words.
pub(super) fn check_bundled_words() -> Vec<Problem> {
    let library = Library::bundled();
    Wording::check(WORDING_FILE, BUNDLED_WORDING, &|id| library.entry(id).is_some())
}

/// Everything wrong with the words of a pack, which may lead to its own entries and the bundled.
pub(super) fn check_words(
    files: &[PackFile],
    own: &Library,
    bundled: Option<&Library>,
    problems: &mut Vec<Problem>,
) {
    let knows = |id: &str| {
        own.entry(id).is_some() || bundled.is_some_and(|bundled| bundled.entry(id).is_some())
    };
    for file in files.iter().filter(|file| role_of(&file.name) == FileRole::Wording) {
        problems.extend(Wording::check(file.source.name(), &file.text, &knows));
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::knowledge::{check_bundled, check_path};

    #[test]
    fn every_bundled_advice_leads_to_an_entry_and_says_something() {
        let today = "2026-11-21".parse().expect("a date");
        let problems: Vec<String> = check_bundled(today)
            .iter()
            .filter(|problem| problem.file.ends_with("wording.toml"))
            .map(ToString::to_string)
            .collect();
        assert!(problems.is_empty(), "{problems:#?}");
    }

    #[test]
    fn the_words_of_a_pack_are_checked_with_their_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let list = "schema = 1\n[[advice]]\nkind = \"label\"\nwords = [\"handful\"]\ninstead = \"\"\n\
                    because = \"B.\"\nentry = \"nowhere\"\n";
        fs::write(folder.path().join("wording.toml"), list).expect("written");
        let pack = "id = \"north\"\ntitle = \"North\"\nversion = \"1\"\n";
        fs::write(folder.path().join("pack.toml"), pack).expect("written");
        let problems = check_path(folder.path(), "2026-11-21".parse().expect("a date"));
        let found: Vec<(&str, usize)> =
            problems.iter().map(|problem| (problem.code, problem.line)).collect();
        assert_eq!(found, [("empty-advice", 5), ("unknown-entry", 7)]);
    }
}
