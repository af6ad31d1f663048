//! Patterns for texts: a regular expression that the whole answer has to match.
//!
//! Promises: matching takes time in proportion to the text, whatever the pattern; a pattern that
//! does not compile holds nobody up (the check of the template refuses it long before).

use regex::{Regex, RegexBuilder};
use thiserror::Error;

/// Longest pattern, in bytes.
const MAX_PATTERN_BYTES: usize = 200;
/// Most memory a pattern may take once it is compiled, in bytes.
const MAX_BYTES: usize = 256 * 1024;

/// Whether the whole of `text` matches; true for a pattern that can't be used.
pub(in crate::clinic) fn fits(pattern: &str, text: &str) -> bool {
    compile(pattern).map_or(true, |pattern| pattern.is_match(text))
}

/// Returns why a pattern can't be used.
pub(in crate::clinic) fn fault(pattern: &str) -> Option<PatternFault> {
    compile(pattern).err()
}

/// Why a pattern can't be used: a sentence without its full stop.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(in crate::clinic) enum PatternFault {
    #[error("It is longer than {MAX_PATTERN_BYTES} bytes")]
    TooLong,
    #[error("It is too big once it is compiled")]
    TooBig,
    #[error("{0}")]
    Syntax(String),
}

impl From<regex::Error> for PatternFault {
    fn from(error: regex::Error) -> Self {
        match error {
            regex::Error::CompiledTooBig(_) => Self::TooBig,
            other => {
                // The last line says what is wrong; those above draw the pattern.
                let text = other.to_string();
                let last = text.lines().last().unwrap_or_default();
                Self::Syntax(last.trim_start_matches("error: ").trim_end_matches('.').to_owned())
            }
        }
    }
}

fn compile(pattern: &str) -> Result<Regex, PatternFault> {
    if pattern.len() > MAX_PATTERN_BYTES {
        return Err(PatternFault::TooLong);
    }
    let build = |pattern: &str| RegexBuilder::new(pattern).size_limit(MAX_BYTES).build();
    // Alone first, so that a bracket too many can't close the one put around it.
    build(pattern)?;
    Ok(build(&format!("^(?:{pattern})$"))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_has_to_match_the_whole_text() {
        assert!(fits("[A-Z]{2}\\d{3}|none", "AB123") && fits("[A-Z]{2}\\d{3}|none", "none"));
        assert!(!fits("[A-Z]{2}\\d{3}|none", "AB1234") && !fits("a|b", "ab"));
    }

    #[test]
    fn a_pattern_that_can_not_be_used_says_why_and_holds_nobody_up() {
        for (pattern, why) in [("(a", "unclosed group"), ("a)(b", "unopened group")] {
            assert_eq!(fault(pattern).map(|fault| fault.to_string()).as_deref(), Some(why));
            assert!(fits(pattern, "anything"));
        }
        assert!(fault("(?:\\w{200}){200}") == Some(PatternFault::TooBig));
        assert!(fault(&"a".repeat(MAX_PATTERN_BYTES + 1)).is_some());
        assert_eq!(fault("[a-z]+"), None);
    }
}
