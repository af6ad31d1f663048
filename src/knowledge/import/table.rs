//! A table as rows of the same width: merged cells in every row and column that they cover, and the
//! heads of the columns, if the table has any.

use super::model::{MAX_COLUMNS, MAX_TABLE_CELLS, TableCell, TableRow};

/// Words that stand in the heads of columns and seldom in other cells.
const HEAD_WORDS: [&str; 56] = [
    "action",
    "actions",
    "address",
    "age",
    "agency",
    "behaviour",
    "behaviours",
    "category",
    "comment",
    "comments",
    "contact",
    "contacts",
    "date",
    "deadline",
    "description",
    "details",
    "email",
    "evidence",
    "example",
    "examples",
    "frequency",
    "hours",
    "indicator",
    "indicators",
    "job",
    "lead",
    "level",
    "mobile",
    "name",
    "notes",
    "number",
    "organisation",
    "outcome",
    "owner",
    "phone",
    "post",
    "reason",
    "responsibility",
    "response",
    "responsible",
    "role",
    "service",
    "setting",
    "signs",
    "stage",
    "step",
    "task",
    "team",
    "telephone",
    "tel",
    "threshold",
    "timescale",
    "timescales",
    "title",
    "type",
    "version",
];
const QUESTION_WORDS: [&str; 6] = ["who", "what", "when", "where", "why", "how"];

/// The rows of a table, as references to its cells; `None` where a row is shorter.
pub(super) struct Grid<'a> {
    pub(super) rows: Vec<Vec<Option<&'a TableCell>>>,
    /// How many of the first rows hold the heads of the columns.
    pub(super) heads: usize,
    pub(super) columns: usize,
}

/// Lays the cells of a table out; `None` if merged cells cover more than fits in memory.
pub(super) fn grid(rows: &[TableRow]) -> Option<Grid<'_>> {
    let mut laid: Vec<Vec<Option<&TableCell>>> = Vec::new();
    // For each column, a cell from above and the rows that it still covers.
    let mut from_above: Vec<Option<(&TableCell, usize)>> = Vec::new();
    let mut cells = 0;
    for (number, row) in rows.iter().enumerate() {
        let mut slots: Vec<Option<&TableCell>> = Vec::new();
        let mut own = row.cells.iter();
        let mut skip = row.skipped;
        loop {
            let at = slots.len();
            if at >= MAX_COLUMNS {
                break;
            }
            match from_above.get_mut(at) {
                Some(Some((cell, left))) if *left > 0 => {
                    slots.push(Some(cell));
                    *left -= 1;
                    continue;
                }
                _ => {}
            }
            if skip > 0 {
                skip -= 1;
                slots.push(None);
                continue;
            }
            let Some(cell) = own.next() else {
                // Nothing of this row's own is left; what reaches in from above may be further on.
                let further = from_above.iter().skip(at).any(|slot| slot.is_some_and(|s| s.1 > 0));
                if !further {
                    break;
                }
                slots.push(None);
                continue;
            };
            let above = laid.last().and_then(|above| above.get(at)).copied().flatten();
            let shown = if cell.continues { above.unwrap_or(cell) } else { cell };
            let rows_left = cell.rows.min(rows.len() - number) - 1;
            for _ in 0..cell.columns.clamp(1, MAX_COLUMNS - at) {
                let at = slots.len();
                if rows_left > 0 {
                    from_above.resize(from_above.len().max(at + 1), None);
                    from_above[at] = Some((shown, rows_left));
                }
                slots.push(Some(shown));
            }
        }
        cells += slots.len();
        if cells > MAX_TABLE_CELLS {
            return None;
        }
        if slots.iter().flatten().any(|cell| !cell.is_empty()) {
            laid.push(slots);
        }
    }
    let columns = laid.iter().map(Vec::len).max().unwrap_or(0);
    let heads = stated_heads(rows).unwrap_or_else(|| usize::from(has_head(&laid, columns)));
    let heads = heads.min(laid.len());
    Some(Grid { rows: laid, heads, columns })
}

impl<'a> Grid<'a> {
    /// The cell that covers a whole row, if one does.
    pub(super) fn band(&self, row: &[Option<&'a TableCell>]) -> Option<&'a TableCell> {
        let first = row.first().copied().flatten()?;
        let is_same = |cell: Option<&TableCell>| cell.is_some_and(|cell| std::ptr::eq(cell, first));
        (self.columns > 1 && row.len() == self.columns && row.iter().copied().all(is_same))
            .then_some(first)
    }
}

/// How many of the first rows the document says are heads; `None` if it says nothing.
fn stated_heads(rows: &[TableRow]) -> Option<usize> {
    let filled = || rows.iter().filter(|row| row.cells.iter().any(|cell| !cell.is_empty()));
    let is_head = |row: &&TableRow| {
        let mut own = row.cells.iter().filter(|cell| !cell.is_empty());
        row.is_head || own.all(|cell| cell.is_head)
    };
    Some(filled().take_while(is_head).count()).filter(|heads| *heads > 0)
}

/// Whether the first row looks like the heads of columns: set apart strongly, an empty corner with
/// words beside and below it, text above a column of numbers, or words that are used as heads.
fn has_head(rows: &[Vec<Option<&TableCell>>], columns: usize) -> bool {
    // A row that one cell covers is a caption.
    let is_wide = |row: &Vec<Option<&TableCell>>| {
        let first = row.first().copied().flatten();
        first.is_some_and(|first| row.iter().flatten().all(|cell| std::ptr::eq(*cell, first)))
            && columns > 1
    };
    let captions = rows.iter().take_while(|row| is_wide(row)).count();
    if captions > 0 {
        return false;
    }
    let [first, rest @ ..] = rows else { return false };
    if rest.is_empty() || columns < 2 {
        return false;
    }
    let is_strong = |row: &[Option<&TableCell>]| {
        let mut cells = row.iter().flatten().filter(|cell| !cell.is_empty()).peekable();
        cells.peek().is_some()
            && cells.all(|cell| cell.blocks.iter().all(|block| block.is_strong()))
    };
    if is_strong(first) && !is_strong(&rest[0]) {
        return true;
    }
    let words = |row: &[Option<&TableCell>], at: usize| {
        row.get(at).copied().flatten().map(TableCell::words).unwrap_or_default()
    };
    let heads: Vec<String> = (0..columns).map(|at| words(first, at)).collect();
    let is_corner = heads[0].trim().is_empty()
        && heads[1..].iter().all(|head| !head.trim().is_empty())
        && rest.iter().all(|row| !words(row, 0).trim().is_empty());
    if is_corner {
        return true;
    }
    let has_digit = |text: &str| text.contains(|c: char| c.is_ascii_digit());
    if heads.iter().any(|head| has_digit(head)) {
        return false;
    }
    let begins_with_digit = |text: &str| text.trim().starts_with(|c: char| c.is_ascii_digit());
    let is_column_of_numbers = |at: usize| {
        let cells: Vec<String> = rest.iter().map(|row| words(row, at)).collect();
        let filled = cells.iter().filter(|text| !text.trim().is_empty()).count();
        let numbers = cells.iter().filter(|text| begins_with_digit(text)).count();
        filled > 0 && numbers * 2 > filled
    };
    let first_is_named = !heads[0].trim().is_empty();
    if first_is_named && (0..columns.min(40)).any(is_column_of_numbers) {
        return true;
    }
    let named = heads.iter().filter(|head| is_head_name(head)).count();
    named * 2 >= columns && named > 0
}

fn is_head_name(text: &str) -> bool {
    let text = text.to_lowercase();
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    match words.as_slice() {
        [] => false,
        [only] if *only == "risk" => true,
        [first, ..] if words.len() <= 5 && QUESTION_WORDS.contains(first) => true,
        [.., last] => words.len() <= 3 && HEAD_WORDS.contains(last),
    }
}
