//! Texts with characters that nobody sees: they steer a terminal, hide words or turn them around.
//! They are left out as a template is read, so its author should know.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::Findings;
use crate::text::is_control_or_invisible;

pub(super) fn check(found: &Findings<'_>) {
    of_table(found.source.table(), found);
}

fn of_table(table: &DeTable<'_>, found: &Findings<'_>) {
    for value in table.values() {
        of_value(value.get_ref(), value.span(), found);
    }
}

fn of_value(value: &DeValue<'_>, span: Range<usize>, found: &Findings<'_>) {
    match value {
        DeValue::String(text) => {
            let is_odd = |c: &char| !matches!(c, '\n' | '\r' | '\t') && is_control_or_invisible(*c);
            let mut odd: Vec<char> = text.chars().filter(is_odd).collect();
            odd.sort_unstable();
            odd.dedup();
            if odd.is_empty() {
                return;
            }
            let names: Vec<String> =
                odd.iter().map(|c| format!("U+{:04X}", u32::from(*c))).collect();
            let message = format!(
                "This text has characters that nobody sees and that are left out: {}.",
                names.join(", ")
            );
            let advice = "Delete them, or type the text again.";
            let problem = found.source.file.warning("invisible-characters", span, message, advice);
            found.problems.borrow_mut().push(problem);
        }
        DeValue::Array(list) => {
            list.iter().for_each(|value| of_value(value.get_ref(), value.span(), found));
        }
        DeValue::Table(table) => of_table(table, found),
        _ => {}
    }
}
