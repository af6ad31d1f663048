//! The vault as a screen: its state, its copies, who else opens completed notes, and whether every
//! file is as it should be. It changes nothing but what goes through the exchange (`exchange.rs`); beside
//! the other parts stands the command that does.

use super::{
    exchange_state::ExchangePart,
    lines::{
        VaultLine,
        VaultLineSort::{Bad, Command, Good, Heading, Said},
        VaultPage,
    },
};
use crate::{
    app::{action::KeyAction, geometry::MAX_PROSE},
    text::{LocalTime, counted, show_date},
    vault::{Finding, FindingKind, Member, VaultFacts, Verification},
};

/// What there is to see.
pub struct VaultSeen {
    /// What is plain to see of it, if it looks whole from outside.
    pub facts: Option<VaultFacts>,
    /// The copies beside it, the oldest first: a day, or what they were taken before.
    pub copies: Vec<String>,
    /// Who else opens completed notes, or why that is not known.
    pub members: Result<Vec<Member>, String>,
    /// What is doubtful about where it lies.
    pub location_warnings: Vec<String>,
}

/// Whether every file is as it should be.
#[derive(Default)]
pub enum Checked {
    /// Nobody asked.
    #[default]
    Not,
    /// So many notes are looked at of so many.
    Under {
        /// How many.
        done: usize,
        /// Of how many.
        total: usize,
    },
    /// What was seen.
    Seen(Verification),
}

/// The state of the screen.
#[derive(Default)]
pub struct VaultScreen {
    /// What there is to see, once the vault was looked into.
    pub seen: Option<VaultSeen>,
    /// Whether every file is as it should be.
    pub checked: Checked,
    /// The exchange.
    pub exchange: ExchangePart,
    /// First line shown.
    pub top: usize,
}

impl VaultScreen {
    /// The lines for so many columns.
    pub fn lines(&self, columns: usize, local: &LocalTime) -> Vec<VaultLine> {
        let Some(seen) = &self.seen else { return Vec::new() };
        let columns = columns.min(usize::from(MAX_PROSE));
        let mut page = VaultPage { columns, lines: Vec::new() };
        state(seen, local, &mut page);
        self.check(&mut page);
        page.add(Heading, "Exchange");
        self.exchange.lay_out(local, &mut page);
        copies(seen, &mut page);
        members(seen, local, &mut page);
        commands(&mut page);
        page.lines
    }

    fn check(&self, page: &mut VaultPage) {
        page.add(Heading, "Check");
        match &self.checked {
            Checked::Not => page.add(
                Said,
                "Press Enter to check every file against the ledger, the vault’s signed list of completed notes. Nothing is changed.",
            ),
            Checked::Under { done, total } => {
                page.add(Said, format!("Checking every file: {done} of {} …", counted(*total, "note", "notes")));
            }
            Checked::Seen(seen) => result(seen, page),
        }
    }

    /// Scrolls.
    pub fn scroll(&mut self, action: KeyAction, columns: usize, height: usize, local: &LocalTime) {
        self.top = action.scrolled(self.top, self.lines(columns, local).len(), height);
    }
}

fn state(seen: &VaultSeen, local: &LocalTime, page: &mut VaultPage) {
    page.add(Heading, "Summary");
    if let Some(facts) = &seen.facts {
        let made = show_date(local.day(facts.created));
        page.add(Said, format!("Location: {}", facts.folder.display()));
        page.add(
            Said,
            format!(
                "Created {made} · {}, of which drafts: {} · {} KB",
                counted(facts.notes, "note", "notes"),
                facts.drafts,
                facts.bytes.div_ceil(1024)
            ),
        );
        if facts.recovery_confirmed {
            page.add(Good, "The recovery sheet is confirmed.");
        } else {
            page.add(Bad, "The recovery sheet is not confirmed. When you next unlock the vault, you are offered a new one.");
        }
    }
    for concern in &seen.location_warnings {
        page.add(Bad, concern);
    }
}

fn result(seen: &Verification, page: &mut VaultPage) {
    let text = format!(
        "Checked: {}, {}, {}.",
        counted(seen.notes, "note", "notes"),
        counted(seen.revisions, "completed revision", "completed revisions"),
        counted(seen.drafts, "draft", "drafts")
    );
    page.add(Said, text);
    let is_fault = |one: &&Finding| one.kind != FindingKind::Unfinished;
    match seen.findings.iter().filter(is_fault).count() {
        0 => page.add(Good, "No problems found."),
        some => {
            let files = counted(some, "file has a problem", "files have problems");
            page.add(Bad, format!("{files}:"));
        }
    }
    for one in &seen.findings {
        let sort = if is_fault(&one) { Bad } else { Said };
        page.add(sort, format!("{}: {}", one.kind.title(), one.file.display()));
        page.add(Said, format!("{} {}", one.why, one.advice));
    }
    if let Some(state) = &seen.ledger_state {
        page.add(
            Said,
            format!(
                "Check code {state}. Keep a copy: it shows if the vault is ever replaced by an older one."
            ),
        );
    }
}

fn copies(seen: &VaultSeen, page: &mut VaultPage) {
    page.add(Heading, "Automatic copies");
    if seen.copies.is_empty() {
        page.add(Said, "None yet. The first is made when the vault is next unlocked.");
    }
    for name in seen.copies.iter().rev() {
        let shown = name.parse().map_or_else(|_| name.clone(), show_date);
        page.add(Said, shown);
    }
    page.add(Said, "These are on the same disk as the vault.");
}

fn members(seen: &VaultSeen, local: &LocalTime, page: &mut VaultPage) {
    page.add(Heading, "Members");
    match &seen.members {
        Ok(members) if members.is_empty() => {
            page.add(
                Said,
                "There are no members. Only the passphrase and the recovery sheet open the notes.",
            );
        }
        Ok(members) => {
            for one in members {
                let since = show_date(local.day(one.since));
                let text = format!("{} ({}), since {since}", one.name, one.role);
                page.add(Said, text);
                page.add(Said, format!("  fingerprint {}", one.fingerprint()));
            }
        }
        Err(why) => page.add(Bad, why),
    }
}

/// What is done outside the screens.
fn commands(page: &mut VaultPage) {
    page.add(Heading, "At the command line");
    for (command, what) in [
        ("backup FILE", "Keeps a backup elsewhere."),
        ("passphrase", "Changes the passphrase."),
        (
            "rekey",
            "Encrypts everything again with new keys, if somebody may have the passphrase or the recovery sheet.",
        ),
        ("members add NAME KEY", "Adds a member."),
        ("members remove NAME", "Removes one."),
    ] {
        page.add(Command, format!("caseclinic vault {command}"));
        page.add(Said, what);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(screen: &VaultScreen) -> String {
        screen
            .lines(76, &LocalTime::default())
            .iter()
            .map(|line| line.text.as_str())
            .collect::<Vec<_>>()
            .join("\n")
    }

    fn seen(members: Result<Vec<Member>, String>) -> VaultScreen {
        let copies = vec!["2026-11-20".to_owned(), "before-rekey-2026-11-21-101112".to_owned()];
        let seen = VaultSeen { facts: None, copies, members, location_warnings: Vec::new() };
        VaultScreen { seen: Some(seen), ..VaultScreen::default() }
    }

    #[test]
    fn copies_stand_with_their_day_the_newest_first_and_members_with_their_fingerprint() {
        let member = Member {
            name: "Deputy".to_owned(),
            role: "reader".to_owned(),
            recipient: "age1someone".to_owned(),
            since: jiff::Timestamp::UNIX_EPOCH,
        };
        let mark = member.fingerprint();
        let text = text(&seen(Ok(vec![member])));
        let (newer, older) = (text.find("before-rekey"), text.find("20 Nov 2026"));
        assert!(newer.is_some() && newer < older, "{text}");
        assert!(text.contains("Deputy (reader)") && text.contains(&mark), "{text}");
    }

    #[test]
    fn the_check_tells_how_far_it_is_and_then_names_what_is_wrong() {
        let mut screen = seen(Ok(Vec::new()));
        screen.checked = Checked::Under { done: 3, total: 9 };
        assert!(text(&screen).contains("3 of 9 notes"));
        let mut found = Verification { notes: 9, ..Verification::default() };
        screen.checked = Checked::Seen(found.clone());
        assert!(text(&screen).contains("No problems found."));
        found.findings.push(Finding {
            file: "notes/x/draft.age".into(),
            kind: FindingKind::Changed,
            why: "It was altered.".to_owned(),
            advice: "Bring it back.".to_owned(),
        });
        screen.checked = Checked::Seen(found);
        let text = text(&screen);
        assert!(
            text.contains("1 file has a problem") && text.contains("notes/x/draft.age"),
            "{text}"
        );
    }

    #[test]
    fn no_line_is_wider_than_the_screen_and_scrolling_stays_inside() {
        let mut screen = seen(Err("The list of members is damaged.".to_owned()));
        for columns in [20, 56, 120] {
            let lines = screen.lines(columns, &LocalTime::default());
            assert!(lines.iter().all(|line| crate::text::width(&line.text) <= columns));
        }
        screen.scroll(KeyAction::Bottom, 56, 5, &LocalTime::default());
        let last = screen.top;
        screen.scroll(KeyAction::PageOn, 56, 5, &LocalTime::default());
        assert_eq!(screen.top, last);
    }
}
