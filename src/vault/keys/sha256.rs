//! SHA-256 as people compare it.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// SHA-256 in small hexadecimal digits, as `sha256sum` prints it.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Digits in groups of four, as people read them aloud.
pub(crate) fn in_groups(digits: &str) -> String {
    let digits: Vec<char> = digits.chars().collect();
    let groups: Vec<String> = digits.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_one_the_usual_tool_prints() {
        assert!(sha256(b"").starts_with("e3b0c44298fc1c14"));
    }
}
