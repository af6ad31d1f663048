//! Numbers with their noun.

use std::fmt::Display;

/// Returns a number with its noun: `1 error`, `2 errors`, `0 errors`.
pub fn counted<N: Display + PartialEq + From<u8>>(number: N, one: &str, many: &str) -> String {
    let noun = if number == N::from(1) { one } else { many };
    format!("{number} {noun}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_is_singular() {
        assert_eq!(counted(1_usize, "entry", "entries"), "1 entry");
        assert_eq!(counted(0_u64, "entry", "entries"), "0 entries");
        assert_eq!(counted(21_i64, "entry", "entries"), "21 entries");
    }
}
