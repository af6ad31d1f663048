//! Whether so much memory can be had. An allocation that fails ends the program, so it is asked
//! beforehand.

/// Returns whether so many bytes can be allocated and used: Windows promises no more than it has.
pub(crate) fn is_free(bytes: u64) -> bool {
    let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    Vec::<u8>::new().try_reserve_exact(bytes).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_little_is_free_and_more_than_any_computer_has_is_not() {
        assert!(is_free(1 << 20) && !is_free(1 << 60));
    }
}
