//! The XML parts of a DOCX document, read event by event.

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};

use super::ImportIssue;

/// The issue of a part that cannot be read.
pub(super) fn damaged() -> ImportIssue {
    ImportIssue {
        code: "damaged",
        message: "The DOCX file is damaged, or is not a word processor document.".to_owned(),
        advice: "Open it, save it as DOCX again, and add it again.",
    }
}

/// Calls `take` with every event of a part.
pub(super) fn walk(xml: &str, mut take: impl FnMut(&Event<'_>)) -> Result<(), ImportIssue> {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => return Ok(()),
            Ok(event) => take(&event),
            Err(_) => return Err(damaged()),
        }
    }
}

/// Returns the value of an attribute, whatever its prefix.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.attributes().flatten().find(|a| a.key.local_name().as_ref() == name)?;
    let value = found.normalized_value(XmlVersion::Implicit1_0).ok()?;
    Some(value.into_owned())
}
