//! The recovery sheet: a second key to the vault, on paper.
//!
//! The key exists only on the sheet; the vault keeps what is sealed to it. The text of the sheet
//! is itself an age identity file, so that without this program
//! `age -d -i SHEET keys/recovery.age` gives the vault's key.

use std::fmt;

use age::x25519;
use jiff::{Timestamp, tz::TimeZone};
use rand::{Rng, rngs::OsRng};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

const GROUP: usize = 6;
const PREFIX: &str = "AGE-SECRET-KEY-1";

/// What is printed and put in a safe.
#[derive(Clone)]
pub struct RecoverySheet {
    /// The sheet as it is printed or written to a file: comment lines and the key.
    pub text: Zeroizing<String>,
    /// What is copied from it by hand; the groups alone open the vault.
    pub copied: Zeroizing<String>,
    key: SecretString,
    asked: usize,
}

impl RecoverySheet {
    /// The sheet with this key, which is an age identity in its own spelling.
    pub(super) fn new(vault: &str, key: SecretString, at: Timestamp) -> Self {
        let date = at.to_zoned(TimeZone::UTC).strftime("%-d %B %Y");
        let mut text = Zeroizing::new(String::with_capacity(2048));
        text.push_str(&format!(
            "# caseclinic recovery sheet, {date}\n\
             # Vault {vault}\n\
             #\n\
             # This key opens every note in the vault. Print it, put it in a safe or a locked\n\
             # cabinet, and never keep it with the computer that holds the notes.\n\
             # If both this sheet and the passphrase are lost, nobody can open the notes again.\n\
             #\n\
             # The key in numbered groups, after {PREFIX}:\n"
        ));
        for part in [
            rows_of_groups(key.expose_secret(), "#     ").as_str(),
            "#\n# To open notes without caseclinic: in the vault's folder, with the tool `age`:\n\
             #   age -d -i THIS-SHEET -o key.txt keys/recovery.age\n\
             #   age -d -i key.txt notes/NOTE/0001.age\n#\n",
            key.expose_secret(),
            "\n",
        ] {
            text.push_str(part);
        }
        let mut copied = Zeroizing::new(String::with_capacity(1024));
        for part in [
            &format!("caseclinic recovery sheet, {date}\nVault {vault}\n\n"),
            "This key opens every note in the vault. If both it and the passphrase are lost, nobody \
             can open the notes again.\n\nThe key in numbered groups:\n",
            rows_of_groups(key.expose_secret(), "   ").as_str(),
        ] {
            copied.push_str(part);
        }
        let asked = OsRng.gen_range(0..groups_of(key.expose_secret()).count());
        Self { text, copied, key, asked }
    }

    /// The whole key, as on the last line.
    pub fn key(&self) -> &SecretString {
        &self.key
    }

    /// Which group the person is asked to type, counted from 1 as on the sheet.
    pub fn asked_group(&self) -> usize {
        self.asked + 1
    }

    /// Whether this is the group asked for: blanks and case do not matter.
    pub fn confirms(&self, typed: &str) -> bool {
        let typed = Zeroizing::new(squeezed(typed));
        groups_of(self.key.expose_secret()).nth(self.asked) == Some(typed.as_str())
    }
}

/// Redacted.
impl fmt::Debug for RecoverySheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoverySheet([redacted])")
    }
}

/// Reads a key as typed or pasted from a sheet: the whole sheet, the key line, or the groups with
/// blanks between and with or without the words before them.
pub(crate) fn read_key(typed: &SecretString) -> Option<x25519::Identity> {
    let typed = typed.expose_secret();
    let line = typed.lines().find(|line| line.trim_start().to_uppercase().starts_with(PREFIX));
    let squeezed = Zeroizing::new(squeezed(line.unwrap_or(typed)));
    if squeezed.starts_with(PREFIX) {
        return squeezed.parse().ok();
    }
    Zeroizing::new(format!("{PREFIX}{}", *squeezed)).parse().ok()
}

/// The numbered groups in rows of five, each begun and ended.
fn rows_of_groups(key: &str, begin: &str) -> Zeroizing<String> {
    let mut rows = Zeroizing::new(String::with_capacity(256));
    for (at, group) in groups_of(key).enumerate() {
        rows.push_str(if at % 5 == 0 { begin } else { " " });
        rows.push_str(&format!("{}:", at + 1));
        rows.push_str(group);
        if at % 5 == 4 {
            rows.push('\n');
        }
    }
    rows
}

fn groups_of(key: &str) -> impl Iterator<Item = &str> {
    let data = key.strip_prefix(PREFIX).unwrap_or(key);
    (0..data.len()).step_by(GROUP).map(move |at| &data[at..(at + GROUP).min(data.len())])
}

/// Without blanks and case, and without the numbers that stand before the groups on the sheet.
fn squeezed(typed: &str) -> String {
    let group = |word: &str| match word.split_once(':') {
        Some((number, group)) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            group.to_uppercase()
        }
        _ => word.to_uppercase(),
    };
    typed.split_whitespace().map(group).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn sheet() -> RecoverySheet {
        RecoverySheet::new("v", x25519::Identity::generate().to_string(), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn the_group_asked_for_confirms_the_sheet_and_another_does_not() {
        let sheet = sheet();
        let label = format!("{}:", sheet.asked_group());
        let typed = sheet.text.split_whitespace().find_map(|w| w.strip_prefix(&label)).unwrap();
        assert!(sheet.confirms(&typed.to_lowercase()));
        assert!(sheet.confirms(&format!("{label}{typed}")), "as it is printed");
        assert!(!sheet.confirms(""));
        assert!(!sheet.confirms("QQQQQQ1"));
    }

    #[test]
    fn the_key_is_read_however_it_is_typed() {
        let sheet = sheet();
        let key = sheet.key().expose_secret();
        let groups: Vec<_> = groups_of(key).collect();
        let numbered = groups.iter().enumerate().map(|(at, group)| format!("{}:{group} ", at + 1));
        let typed = [
            key.to_owned(),
            key.to_lowercase(),
            sheet.text.to_string(),
            groups.join(" "),
            numbered.collect(),
        ];
        for typed in typed {
            let read = read_key(&typed.into()).unwrap();
            assert_eq!(read.to_string().expose_secret(), key);
        }
    }

    #[test]
    fn one_wrong_letter_is_noticed() {
        let key = sheet().key().expose_secret().to_owned();
        let (head, last) = key.split_at(key.len() - 1);
        let wrong = format!("{head}{}", if last == "Q" { "P" } else { "Q" });
        assert!(read_key(&wrong.into()).is_none());
        assert!(read_key(&"".into()).is_none());
    }

    #[test]
    fn the_sheet_does_not_show_itself_in_a_trace() {
        assert_eq!(format!("{:?}", sheet()), "RecoverySheet([redacted])");
    }
}
