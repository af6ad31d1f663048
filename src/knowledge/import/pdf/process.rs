//! The process that reads a PDF file: this program again, with nothing but that file.
//!
//! A PDF file is a program for drawing pages, in a format with fifty years of exceptions. Whatever a
//! damaged or hostile one does to its reader happens in a process that has no environment, opens no
//! file, has little memory and little time, and ends with the file. The bytes come in over one
//! socket, and the document goes back over the same one.

use std::{
    io::{self, Read, Write},
    path::Path,
    process::ExitStatus,
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use super::{PdfError, read};
use crate::{
    knowledge::import::model::ImportedDocument,
    system::{
        ProcessEnd,
        process::{self, Connection},
    },
};

/// The argument that makes this program read a PDF file.
pub const PDF_READER: &str = "pdf-reader";
/// What the process sends first: its limits hold, and it reads.
const GREETING: &[u8; 16] = b"caseclinic pdf 1";
/// Bytes of memory that it may ask for.
const MAX_MEMORY_BYTES: u64 = 160 << 20;
/// How much longer everything takes where nothing is optimised.
const SLOWER: u64 = if cfg!(debug_assertions) { 2 } else { 1 };
/// Seconds of processor time that it may take.
const MAX_PROCESSOR_SECONDS: u64 = 2 * SLOWER;
/// How long it may take in all, on a computer that does other things.
const MAX_TIME: Duration = Duration::from_secs(10 * SLOWER);
/// Bytes of a document that it may send: its text, and what says how it looks.
const MAX_ANSWER_BYTES: u64 = 64 << 20;
/// The exit code where [`serve_pdf_reader`] was not started by the program itself.
pub const PDF_READER_NOT_STARTED_BY_THE_PROGRAM: u8 = 2;

/// Reads a PDF file in a process of its own, started from the file of this program.
pub(in crate::knowledge) fn read_in_process(
    program: &Path,
    bytes: &[u8],
) -> Result<ImportedDocument, PdfError> {
    let not_started = |error: io::Error| PdfError::NotStarted(error.to_string());
    let (mut connection, mut child) =
        process::start_reader(program, PDF_READER).map_err(not_started)?;
    let (ended, waiting) = mpsc::channel::<()>();
    let (answer, is_late) = thread::scope(|scope| {
        let child = &mut child;
        let watch = scope.spawn(move || {
            let is_late = waiting.recv_timeout(MAX_TIME) == Err(RecvTimeoutError::Timeout);
            is_late && child.kill().is_ok()
        });
        let answer = exchange(&mut connection, bytes);
        drop(ended);
        (answer, watch.join().unwrap_or(false))
    });
    // One that closed its end and still runs has nothing more to say.
    let _ = child.kill();
    let status = child.wait().map_err(not_started)?;
    let Some(answer) = answer.strip_prefix(GREETING) else {
        return Err(PdfError::NotStarted("another program answered".to_owned()));
    };
    match postcard::from_bytes(answer) {
        Ok(read) => read,
        Err(_) if is_late => Err(PdfError::TooSlow),
        Err(_) => Err(why_ended(status)),
    }
}

/// Sends the file and returns what came back, which is cut short if the process ended.
fn exchange(connection: &mut Connection, bytes: &[u8]) -> Vec<u8> {
    let mut answer = Vec::new();
    // A process that ends before it has read everything may still have answered.
    let _ = connection.write_all(bytes);
    process::finish_writing(connection);
    let _ = connection.take(MAX_ANSWER_BYTES).read_to_end(&mut answer);
    answer
}

/// Why a process ended without a document.
fn why_ended(status: ExitStatus) -> PdfError {
    match process::why_ended(status) {
        ProcessEnd::TooSlow => PdfError::TooSlow,
        ProcessEnd::TooMuchMemory => PdfError::TooMuchMemory,
        ProcessEnd::Other => PdfError::Damaged,
    }
}

/// Reads the PDF file that the program which started this one sends; returns the exit code.
pub fn serve_pdf_reader() -> u8 {
    match process::reader_end() {
        None => PDF_READER_NOT_STARTED_BY_THE_PROGRAM,
        Some(connection) => u8::from(connection.and_then(serve).is_err()),
    }
}

fn serve(mut connection: Connection) -> io::Result<()> {
    process::limit_process(MAX_MEMORY_BYTES, MAX_PROCESSOR_SECONDS)?;
    connection.write_all(GREETING)?;
    let mut bytes = Vec::new();
    connection.read_to_end(&mut bytes)?;
    let answer = postcard::to_allocvec(&read(&bytes)).map_err(io::Error::other)?;
    connection.write_all(&answer)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_not_there_or_is_another_reads_no_file() {
        for program in ["/nowhere/caseclinic", "/bin/true", "/bin/cat"] {
            let read = read_in_process(Path::new(program), b"%PDF-1.7").err();
            assert!(matches!(read, Some(PdfError::NotStarted(_))), "{program}: {read:?}");
        }
    }
}
