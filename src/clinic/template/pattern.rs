//! Patterns for texts: a regular expression that the whole answer has to match.
//!
//! Promises: matching takes time in proportion to the text, whatever the pattern; a pattern that
//! does not compile holds nobody up (the check of the template refuses it long before).

use regex::{Regex, RegexBuilder};

/// Longest pattern, in bytes.
const LONGEST: usize = 200;
/// Most memory a pattern may take once it is compiled, in bytes.
const MAX_BYTES: usize = 256 * 1024;

/// Whether the whole of `text` matches; true for a pattern that can't be used.
pub(in crate::clinic) fn fits(pattern: &str, text: &str) -> bool {
    compile(pattern).map_or(true, |pattern| pattern.is_match(text))
}

/// Why a pattern can't be used, in a sentence without its full stop.
pub(in crate::clinic) fn fault(pattern: &str) -> Option<String> {
    compile(pattern).err()
}

fn compile(pattern: &str) -> Result<Regex, String> {
    if pattern.len() > LONGEST {
        return Err(format!("It is longer than {LONGEST} bytes"));
    }
    let build = |pattern: &str| RegexBuilder::new(pattern).size_limit(MAX_BYTES).build();
    let told = |error: regex::Error| match error {
        regex::Error::CompiledTooBig(_) => "It is too big once it is compiled".to_owned(),
        other => {
            // The last line says what; those above draw the pattern once more.
            let text = other.to_string();
            let last = text.lines().last().unwrap_or_default();
            last.trim_start_matches("error: ").trim_end_matches('.').to_owned()
        }
    };
    // Alone first, so that a bracket too many can't close the one put around it.
    build(pattern).map_err(told)?;
    build(&format!("^(?:{pattern})$")).map_err(told)
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
            assert_eq!(fault(pattern).as_deref(), Some(why));
            assert!(fits(pattern, "anything"));
        }
        assert!(fault("(?:\\w{200}){200}").is_some_and(|why| why.contains("too big")));
        assert!(fault(&"a".repeat(LONGEST + 1)).is_some());
        assert_eq!(fault("[a-z]+"), None);
    }
}
