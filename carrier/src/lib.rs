//! Carries the files of a caseclinic exchange between a folder and an object store.
//!
//! It holds no key and opens no file: what it carries is encrypted and signed, and carries its hash in
//! its name. So sending twice does no harm, and what was changed on the way is not taken.

pub mod carry;
pub mod folder;
pub mod head;
pub mod journal;
pub mod names;
pub mod plan;
pub mod store;
