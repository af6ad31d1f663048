//! Sends each frame to the terminal in one piece.
//!
//! The cursor is shown and moved by commands that flush; sent as they come, each would wake the
//! terminal once more for the same frame.

use std::{
    fs::File,
    io::{self, Write},
};

use zeroize::Zeroize as _;

const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// Keeps what is written until it is flushed; within a synchronised update, until that ends. What was
/// sent is wiped: frames show notes.
pub struct FrameWriter<W: Write = File> {
    terminal: W,
    kept: Vec<u8>,
}

impl<W: Write> FrameWriter<W> {
    /// Writes to a terminal.
    pub(crate) fn new(terminal: W) -> Self {
        Self { terminal, kept: Vec::with_capacity(16 * 1024) }
    }
}

impl<W: Write> Write for FrameWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.kept.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.kept.starts_with(BEGIN) && !self.kept.ends_with(END) {
            return Ok(());
        }
        let sent = self.terminal.write_all(&self.kept);
        // What a terminal refused is not offered again: the next frame would begin in its middle.
        self.kept.zeroize();
        sent?;
        self.terminal.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What each write brought.
    #[derive(Default)]
    struct Pieces(Vec<Vec<u8>>);

    impl Write for Pieces {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn write(writer: &mut FrameWriter<Pieces>, bytes: &[u8]) {
        writer.write_all(bytes).and_then(|()| writer.flush()).expect("memory takes it");
    }

    #[test]
    fn a_frame_goes_out_in_one_piece_however_often_it_is_flushed() {
        let mut writer = FrameWriter::new(Pieces::default());
        write(&mut writer, b"\x1b[?2026hwords");
        write(&mut writer, b"\x1b[2;3H");
        assert!(writer.terminal.0.is_empty());
        write(&mut writer, b"\x1b[?2026l");
        assert_eq!(writer.terminal.0, [b"\x1b[?2026hwords\x1b[2;3H\x1b[?2026l".to_vec()]);
    }

    #[test]
    fn what_is_not_part_of_a_frame_goes_out_at_once() {
        let mut writer = FrameWriter::new(Pieces::default());
        write(&mut writer, b"\x1b[2J");
        assert_eq!(writer.terminal.0, [b"\x1b[2J".to_vec()]);
    }
}
