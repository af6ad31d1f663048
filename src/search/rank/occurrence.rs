//! Where the stems of a word or phrase stand.

use tantivy::{DocId, DocSet, TERMINATED, Term, postings::Postings, schema::IndexRecordOption};

use crate::search::index::FieldIndex;

/// Calls back with each section whose field has the stem, and how often.
pub(super) fn each_of_one(
    field: &FieldIndex,
    stem: &str,
    found: &mut impl FnMut(DocId, u32),
) -> tantivy::Result<()> {
    let term = Term::from_field_text(field.field, stem);
    let Some(mut blocks) = field.terms.read_block_postings(&term, IndexRecordOption::WithFreqs)?
    else {
        return Ok(());
    };
    while blocks.block_len() > 0 {
        for (section, times) in blocks.docs().iter().zip(blocks.freqs()) {
            found(*section, *times);
        }
        blocks.advance();
    }
    Ok(())
}

/// Calls back with each section whose field has the stems in a row, and how often; the answer is
/// the first section of interest after it. Looks at all sections, or at these.
pub(super) fn each_in_a_row(
    field: &FieldIndex,
    stems: &[String],
    among: Option<&[DocId]>,
    found: &mut impl FnMut(DocId, u32) -> DocId,
) -> tantivy::Result<()> {
    let mut lists = Vec::with_capacity(stems.len());
    for (place, stem) in (0..).zip(stems) {
        let term = Term::from_field_text(field.field, stem);
        match field.terms.read_postings(&term, IndexRecordOption::WithFreqsAndPositions)? {
            Some(list) => lists.push((place, list)),
            None => return Ok(()),
        }
    }
    // The rarest leads, and the others follow.
    lists.sort_by_key(|(_, list)| list.size_hint());
    let Some(((place, first), others)) = lists.split_first_mut() else { return Ok(()) };
    let mut starts: Vec<u32> = Vec::new();
    let mut positions: Vec<u32> = Vec::new();
    let mut among = among.map(|sections| sections.iter().copied().peekable());
    let mut section = first.doc();
    'sections: while section != TERMINATED {
        if let Some(among) = &mut among {
            while among.next_if(|next| *next < section).is_some() {}
            let Some(next) = among.peek() else { break };
            if *next > section {
                section = first.seek(*next);
                continue;
            }
        }
        for (_, other) in others.iter_mut() {
            let at = if other.doc() < section { other.seek(section) } else { other.doc() };
            if at != section {
                section = if at == TERMINATED { TERMINATED } else { first.seek(at) };
                continue 'sections;
            }
        }
        first.positions(&mut starts);
        starts.retain(|start| *start >= *place);
        starts.iter_mut().for_each(|start| *start -= *place);
        for (place, other) in others.iter_mut() {
            other.positions(&mut positions);
            starts.retain(|start| positions.binary_search(&(start + *place)).is_ok());
        }
        let next = match starts.len() {
            0 => section + 1,
            times => found(section, times as u32),
        };
        section = if next > section + 1 { first.seek(next) } else { first.advance() };
    }
    Ok(())
}
