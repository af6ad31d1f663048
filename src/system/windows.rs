//! Windows, through the standard library, `winapi-util` and `crossterm_winapi`: no call of our own
//! that the compiler cannot check. What Windows lacks or does otherwise:
//! `docs/decisions/0043-windows.md`.

#[cfg(test)]
pub(crate) mod answers;
pub(crate) mod disk;
pub(crate) mod folders;
pub(crate) mod lock;
pub(crate) mod memory;
pub(crate) mod process;
pub(crate) mod signals;
pub(crate) mod terminal;
