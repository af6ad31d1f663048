//! Handing a note over: which document, for whom, in which format and where to, with its first page.

pub(crate) mod state;
pub(crate) mod update;
