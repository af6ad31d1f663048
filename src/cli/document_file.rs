//! A document in a file that somebody named: its ending chooses the format.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::{CommandError, CommandResult, Context, output::display_path};
use crate::{
    report::{ExportFormat, NoteFormat, ReportDocument, UnknownFormat, WriteError},
    services::private_file::write_private_file,
};

/// Where a document goes.
#[derive(clap::Args, Clone, Debug, Default)]
pub(crate) struct DocumentFileArgs {
    /// Write it as a document into this file, whose ending chooses the format: .docx, .pdf, .html, .md or .txt
    #[arg(long = "output", id = "output", value_name = "FILE")]
    file: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long, requires = "output")]
    replace: bool,
}

impl DocumentFileArgs {
    /// Returns the format that the file's name asks for, if a file is named.
    pub(crate) fn format(&self) -> CommandResult<Option<ExportFormat>> {
        self.file.as_deref().map(format_of).transpose()
    }

    /// Writes the document into the file, if one is named. Returns whether it was.
    pub(crate) fn write(
        &self,
        document: impl FnOnce() -> ReportDocument,
        context: &mut Context,
    ) -> CommandResult<bool> {
        let Some(file) = &self.file else { return Ok(false) };
        let format = format_of(file)?;
        let contents = format.write(&document()).map_err(not_made)?;
        write_document(file, &contents, self.replace, context)?;
        context.say(format!("Written to {}.", display_path(file)))?;
        Ok(true)
    }
}

/// A file that could not be made of a document.
pub(crate) fn not_made(error: WriteError) -> CommandError {
    CommandError::failed(error.to_string()).hint("Nothing was written.")
}

/// Names the formats of a note, for help.
pub(crate) fn export_formats_help() -> String {
    format!(
        "The ending of the file’s name chooses the format: {}. Without an ending: {}.",
        NoteFormat::list(),
        ExportFormat::ALL[0].name()
    )
}

/// Returns the format that a file's name asks for.
pub(crate) fn format_of(file: &Path) -> CommandResult<ExportFormat> {
    ExportFormat::of_file(file).map_err(|unknown| refused(&unknown, &ExportFormat::list()))
}

/// Returns the format of a note that a file's name asks for.
pub(crate) fn note_format_of(file: &Path) -> CommandResult<NoteFormat> {
    NoteFormat::of_file(file).map_err(|unknown| refused(&unknown, &NoteFormat::list()))
}

fn refused(unknown: &UnknownFormat, formats: &str) -> CommandError {
    let advice = format!("Nothing was written. Use a file name that ends in {formats}.");
    CommandError::usage(unknown.to_string()).hint(advice)
}

/// Writes the contents of a document into a file outside the vault, for its owner only.
pub(crate) fn write_document(
    file: &Path,
    contents: &[u8],
    replace: bool,
    context: &Context,
) -> CommandResult {
    let contents = Zeroizing::new(contents.to_vec());
    write_private_file(&context.paths()?.vault, file, &contents, replace).map_err(|refused| {
        let replace = if refused.exists() { " Or add --replace." } else { "" };
        CommandError::failed(refused.to_string())
            .hint(format!("Nothing was written. {}{replace}", refused.advice()))
    })
}
