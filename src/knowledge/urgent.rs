//! The emergency line: whom to call now and out of hours, at the top of entries that people open
//! under pressure. Its words are one record for all of them, `knowledge/urgent.toml`.

use std::sync::LazyLock;

use super::{
    Entry, Nation,
    library::bundled_text,
    pack_reader::{PackFile, URGENT_FILE, read_toml},
};
use crate::text::Problem;

/// The nations that need a line each.
const NATIONS: [Nation; 4] =
    [Nation::England, Nation::Wales, Nation::Scotland, Nation::NorthernIreland];
/// What the line for the whole UK must name.
const EMERGENCY_NUMBER: &str = "999";

/// Whom to call in one nation, or in the whole UK.
struct UrgentCall {
    nation: Nation,
    text: String,
}

static CALLS: LazyLock<Vec<UrgentCall>> = LazyLock::new(|| {
    let mut problems = Vec::new();
    let text = bundled_text(URGENT_FILE);
    let file = PackFile::new("knowledge/urgent.toml", URGENT_FILE, text, &mut problems);
    read_calls(&file, &mut problems)
});

impl Entry {
    /// Returns whom to call now and out of hours, if the entry is marked as urgent: first the line
    /// for the whole UK, then one for each nation it is for, that of the reader before the others.
    /// Nations with the same text share one.
    pub fn urgent_lines(&self, home: Nation) -> Vec<String> {
        if !self.urgent {
            return Vec::new();
        }
        let in_all = !NATIONS.iter().any(|nation| self.nations.contains(nation))
            || self.nations.contains(&Nation::Uk);
        let mut lines: Vec<String> = Vec::new();
        let mut groups: Vec<(Vec<&str>, &str)> = Vec::new();
        for UrgentCall { nation, text } in &*CALLS {
            if *nation == Nation::Uk {
                lines.push(text.clone());
            } else if in_all || self.nations.contains(nation) {
                match groups.iter_mut().find(|(_, known)| known == text) {
                    Some((nations, _)) => nations.push(nation.name()),
                    None => groups.push((vec![nation.name()], text)),
                }
            }
        }
        groups.sort_by_key(|(nations, _)| !nations.contains(&home.name()));
        lines.extend(groups.iter().map(|(of, text)| format!("{}: {text}", of.join(" and "))));
        lines
    }
}

/// Reports everything wrong with the file.
pub(super) fn check_calls(file: &PackFile, problems: &mut Vec<Problem>) {
    drop(read_calls(file, problems));
}

fn read_calls(file: &PackFile, problems: &mut Vec<Problem>) -> Vec<UrgentCall> {
    let Some(toml) = read_toml(&file.source, &file.text, 0, problems) else { return Vec::new() };
    let mut fields = toml.reader(problems);
    fields.only(&["call"]);
    let mut seen: Vec<Nation> = Vec::new();
    let calls = fields.tables("call", |mut call| {
        call.only(&["nation", "text"]);
        let nation = call.term::<Nation>("nation", Nation::NAMES)?;
        let text = call.text("text")?;
        if seen.contains(&nation) {
            let message = format!("{nation} is listed twice. This one is ignored.");
            call.fail_in("nation", "duplicate-nation", message, "Remove one.");
            return None;
        }
        if nation == Nation::Uk && !text.contains(EMERGENCY_NUMBER) {
            let message = "The line for the whole UK does not name 999.";
            call.fail_in("text", "no-emergency-number", message, "Begin with it.");
        }
        seen.push(nation);
        Some(UrgentCall { nation, text })
    });
    for nation in [Nation::Uk].iter().chain(&NATIONS).filter(|nation| !seen.contains(nation)) {
        let message = format!("Nothing says whom to call in {nation}.");
        let advice = format!("Add a `[[call]]` with `nation = \"{nation}\"` and a `text`.");
        fields.fail("missing-nation", message, advice);
    }
    calls
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::{
        PackDefaults, SAMPLE, build_pack, library::sample_entry, lint::check_path,
    };

    fn lines(nations: &[Nation]) -> Vec<String> {
        Entry { urgent: true, nations: nations.to_vec(), ..sample_entry("one") }
            .urgent_lines(Nation::England)
    }

    #[test]
    fn an_urgent_entry_says_whom_to_call_in_each_nation_it_is_for() {
        let all = lines(&[Nation::Uk]);
        assert_eq!(all.len(), 4);
        assert!(all[0].contains("999") && all[0].contains("101"), "{all:?}");
        for (at, nation) in
            ["England and Wales: ", "Scotland: ", "Northern Ireland: "].into_iter().enumerate()
        {
            assert!(all[at + 1].starts_with(nation), "{all:?}");
        }
        assert!(all[3].ends_with("028 9504 9999."), "{all:?}");
        assert_eq!(lines(&[Nation::International]), all);
        assert_eq!(lines(&[Nation::Scotland]), [all[0].clone(), all[2].clone()]);
        let wales = lines(&[Nation::Wales]);
        assert_eq!(wales[1], all[1].replace("England and Wales", "Wales"));
        assert_eq!(sample_entry("one").urgent_lines(Nation::Wales), [] as [&str; 0]);
    }

    #[test]
    fn the_line_of_the_readers_nation_comes_before_those_of_the_others() {
        let entry = Entry { urgent: true, nations: vec![Nation::Uk], ..sample_entry("one") };
        for (home, first) in [
            (Nation::Wales, "England and Wales: "),
            (Nation::Scotland, "Scotland: "),
            (Nation::NorthernIreland, "Northern Ireland: "),
        ] {
            let lines = entry.urgent_lines(home);
            assert!(lines[0].contains("999") && lines[1].starts_with(first), "{lines:?}");
            assert_eq!(lines.len(), 4);
        }
    }

    #[test]
    fn a_pack_may_mark_entries_and_leaves_whom_to_call_to_the_program() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let marked = SAMPLE.replace("status =", "urgent = true\nstatus =");
        let about = "id = \"northmoor\"\ntitle = \"N\"\nversion = \"1\"\n";
        for (name, text) in
            [("pack.toml", about), ("one.md", &marked), (URGENT_FILE, bundled_text(URGENT_FILE))]
        {
            std::fs::write(folder.path().join(name), text).expect("a file in it");
        }
        let today = "2026-11-30".parse().expect("a date");
        let built = build_pack(folder.path(), PackDefaults::default(), today).expect("a pack");
        let codes: Vec<_> = built.problems.iter().map(|problem| problem.code).collect();
        assert_eq!((codes, built.files.len()), (vec!["ignored-file"], 2));
        let (entry, problems) = Entry::read("one.md", &marked);
        assert!(
            problems.is_empty()
                && entry.is_some_and(|entry| entry.urgent_lines(Nation::England).len() == 4)
        );
        let (_, problems) = Entry::read("one.md", &marked.replace("= true", "= \"yes\""));
        assert_eq!(problems[0].code, "wrong-type");
    }

    #[test]
    fn a_missing_nation_or_number_is_reported() {
        let whole = bundled_text(URGENT_FILE);
        for (from, to, code) in [
            ("\"Wales\"", "\"England\"", "duplicate-nation"),
            ("\"Wales\"", "\"Cornwall\"", "unknown-value"),
            ("\"Wales\"", "\"International\"", "missing-nation"),
            ("999", "112", "no-emergency-number"),
            ("text =", "txt =", "missing-key"),
        ] {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let text = whole.replacen(from, to, 1);
            std::fs::write(folder.path().join(URGENT_FILE), text).expect("a file in it");
            let today = "2026-11-30".parse().expect("a date");
            let codes: Vec<_> =
                check_path(folder.path(), today, None).iter().map(|problem| problem.code).collect();
            assert!(codes.contains(&code), "{code} is not in {codes:?}");
        }
    }
}
