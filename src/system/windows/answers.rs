//! Answers of a disk, for tests that let it fail.

use std::io;

/// A number that Windows answers with, by the name that it has elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Errno(i32);

impl Errno {
    pub(crate) const ACCESS: Self = Self(5);
    pub(crate) const IO: Self = Self(1117);
    pub(crate) const LOOP: Self = Self(1921);
    pub(crate) const NOENT: Self = Self(2);
    pub(crate) const NOMEM: Self = Self(8);
    pub(crate) const NOSPC: Self = Self(112);
    pub(crate) const NOTDIR: Self = Self(267);
    pub(crate) const NOTSUP: Self = Self(50);
    pub(crate) const ROFS: Self = Self(19);

    pub(crate) fn from_io_error(error: &io::Error) -> Option<Self> {
        error.raw_os_error().map(Self)
    }
}

impl From<Errno> for io::Error {
    fn from(answer: Errno) -> Self {
        Self::from_raw_os_error(answer.0)
    }
}
