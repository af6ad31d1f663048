//! Promises of the vault, each with a test that proves it.
