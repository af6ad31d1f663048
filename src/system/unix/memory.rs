//! Whether so much memory can be had. An allocation that fails ends the program, and one that the
//! system promised and cannot keep has it end some program; so it is asked beforehand.

use rustix::process::{Resource, getrlimit};

/// Returns whether so many bytes can be allocated and used.
pub(crate) fn is_free(bytes: u64) -> bool {
    let within_limits = [Resource::As, Resource::Data].into_iter().all(|resource| {
        getrlimit(resource).current.is_none_or(|limit| in_use().saturating_add(bytes) <= limit)
    });
    within_limits && system().is_none_or(|free| bytes <= free)
}

/// Bytes of this process, where that is known.
fn in_use() -> u64 {
    let facts = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    kib(&facts, "VmSize").unwrap_or(0).saturating_mul(1024)
}

/// Bytes that the system still has for programs, where it says so.
fn system() -> Option<u64> {
    let facts = std::fs::read_to_string("/proc/meminfo").ok()?;
    let rule = std::fs::read_to_string("/proc/sys/vm/overcommit_memory").unwrap_or_default();
    free_in(&facts, rule.trim() == "2")
}

/// From `/proc/meminfo`: what is free or can be made free, and the swap file; where the system promises
/// no more than it has (`is_strict`), no more than it still promises.
fn free_in(facts: &str, is_strict: bool) -> Option<u64> {
    let kib = |name| kib(facts, name);
    let free = kib("MemAvailable")?.saturating_add(kib("SwapFree").unwrap_or(0));
    let promised = match (kib("CommitLimit"), kib("Committed_AS")) {
        (Some(limit), Some(committed)) if is_strict => limit.saturating_sub(committed),
        _ => u64::MAX,
    };
    Some(free.min(promised).saturating_mul(1024))
}

/// The number on the line of this name.
fn kib(facts: &str, name: &str) -> Option<u64> {
    let line = facts.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    line?.trim().strip_suffix(" kB")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTS: &str = "MemTotal: 2048000 kB\nMemFree: 10 kB\nMemAvailable:   300000 kB\n\
                         SwapFree:       50000 kB\nCommitLimit: 900000 kB\nCommitted_AS: 800000 kB\n";

    #[test]
    fn what_is_free_counts_the_swap_file_and_what_the_system_still_promises() {
        assert_eq!(free_in(FACTS, false), Some(350_000 * 1024));
        assert_eq!(free_in(FACTS, true), Some(100_000 * 1024));
        assert_eq!(free_in("", false), None);
    }

    #[test]
    fn a_little_is_free_and_more_than_any_computer_has_is_not() {
        assert!(is_free(1 << 20));
        assert!(cfg!(not(target_os = "linux")) || !is_free(1 << 60));
    }
}
