//! Which answers of a list are chosen in what somebody wrote or ticked.

use super::wording::{normalised, split_after};

/// Signs for a box that is ticked, and for one that is not.
const TICKED: &str = "☒☑✓✔✗✘✅🗹⊠■●";
const EMPTY: &str = "☐□◻▢○◯";
/// Boxes that are typed, with the signs they stand for.
const TYPED: [(&str, &str); 8] = [
    ("[x]", "☒"),
    ("[X]", "☒"),
    ("(x)", "☒"),
    ("(X)", "☒"),
    ("[ ]", "☐"),
    ("[]", "☐"),
    ("( )", "☐"),
    ("\u{FE0F}", ""),
];

/// What a cell with answers to choose from says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ticks {
    /// Nothing: the boxes are as they were.
    None,
    /// These answers, by their number in the list, and words beside them.
    Chosen { options: Vec<usize>, beside: String },
    /// Something that names no answer for certain.
    Unclear(&'static str),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Ticked,
    Empty,
    No,
}

/// Whether a sign is a box that somebody ticked.
pub(super) fn is_ticked(c: char) -> bool {
    TICKED.contains(c)
}

/// Reads the lines of a cell. Each of the `options` has its wordings, as [`normalised`] has them.
pub(super) fn read_ticks(lines: &[String], options: &[Vec<String>], many: bool) -> Ticks {
    let (mut ticked, mut written) = (Vec::new(), Vec::new());
    let (mut empty, mut beside) = (0, Vec::new());
    for (mark, text) in lines.iter().flat_map(|line| segments(line)) {
        if normalised(&text).is_empty() && mark != Mark::Ticked {
            continue;
        }
        match (mark, option_of(&text, options)) {
            (Mark::Ticked, Some((at, rest))) => {
                ticked.push(at);
                beside.extend(rest);
            }
            (Mark::Ticked, None) => {
                return Ticks::Unclear("what is ticked is none of the answers");
            }
            (Mark::Empty, Some((_, None))) => empty += 1,
            (Mark::No, Some((at, rest))) if is_alone(&text, rest.as_deref(), &options[at]) => {
                written.push(at);
                beside.extend(rest);
            }
            _ => beside.push(text.trim().to_owned()),
        }
    }
    let mut chosen = if ticked.is_empty() { written } else { ticked };
    chosen.sort_unstable();
    chosen.dedup();
    match chosen.len() {
        0 if beside.is_empty() && (empty == 0 || empty >= options.len()) => Ticks::None,
        0 if beside.is_empty() => Ticks::Unclear("some answers are deleted, and none is ticked"),
        0 => Ticks::Unclear("it matches none of the answers"),
        1 => Ticks::Chosen { options: chosen, beside: beside.join(" ") },
        _ if many => Ticks::Chosen { options: chosen, beside: beside.join(" ") },
        _ => Ticks::Unclear("more than one answer is chosen"),
    }
}

/// A line as its boxes, each with the words after it.
fn segments(line: &str) -> Vec<(Mark, String)> {
    let line = line.trim().trim_start_matches("- ");
    let line = TYPED.iter().fold(line.to_owned(), |line, (typed, sign)| line.replace(typed, sign));
    let mut found = vec![(Mark::No, String::new())];
    for c in line.chars() {
        let mark = match c {
            c if TICKED.contains(c) => Mark::Ticked,
            c if EMPTY.contains(c) => Mark::Empty,
            c => {
                if let Some((_, text)) = found.last_mut() {
                    text.push(c);
                }
                continue;
            }
        };
        // A cross that is typed before a box is meant for it.
        let crossed = found.len() == 1 && is_cross(&found[0].1);
        if crossed {
            found.clear();
        }
        found.push((if crossed { Mark::Ticked } else { mark }, String::new()));
    }
    // A cross in place of a box, or after it.
    for (mark, text) in &mut found {
        let word = text.trim_start();
        let rest = word.strip_prefix(['x', 'X']).filter(|rest| rest.starts_with(' '));
        if let Some(rest) = rest {
            (*mark, *text) = (Mark::Ticked, rest.to_owned());
        }
    }
    found
}

fn is_cross(text: &str) -> bool {
    matches!(text.trim(), "x" | "X")
}

/// The answer that a text names or begins with, and the rest of the text.
fn option_of(text: &str, options: &[Vec<String>]) -> Option<(usize, Option<String>)> {
    let wordings = options.iter().enumerate();
    let all = wordings.flat_map(|(at, words)| words.iter().map(move |words| (at, words)));
    let fits = all.filter_map(|(at, words)| Some((at, words, split_after(text, words)?)));
    let (at, _, rest) = fits.max_by_key(|(_, words, _)| words.len())?;
    let rest = rest.trim().trim_start_matches([',', '.', ';', ':', '–', '—', '-']).trim();
    Some((at, (!rest.is_empty()).then(|| rest.to_owned())))
}

/// Whether a text without a box is the answer itself, or the answer and then a remark.
fn is_alone(text: &str, rest: Option<&str>, wordings: &[String]) -> bool {
    let remark = |words: &String| {
        let after = split_after(text, words).map_or("", str::trim_start);
        after.starts_with([',', '.', ';', ':', '–', '—', '-', '('])
    };
    rest.is_none() || wordings.iter().any(remark)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cell: &str, many: bool) -> Ticks {
        let options = [
            vec!["no".to_owned()],
            vec!["police investigation".to_owned()],
            vec!["no plan or order".to_owned()],
        ];
        read_ticks(&cell.lines().map(str::to_owned).collect::<Vec<_>>(), &options, many)
    }

    fn chosen(options: &[usize], beside: &str) -> Ticks {
        Ticks::Chosen { options: options.to_vec(), beside: beside.to_owned() }
    }

    #[test]
    fn an_answer_is_ticked_crossed_or_written_alone() {
        for cell in [
            "☐ No\n☒ Police investigation\n☐ No plan or order",
            "- ☐ No\n- [x] police  Investigation\n- ☐ No plan or order",
            "☐ No  ☑ Police investigation  ☐ No plan or order",
            "☐ No\nx Police investigation\n☐ No plan or order",
            "☐ No\nx☐ Police investigation\n☐ No plan or order",
            "☐ No\n☐ x Police investigation\n☐ No plan or order",
            "Police investigation",
            "police investigation.",
            "☐ No\n☐ Police investigation\n☐ No plan or order\nPolice investigation",
        ] {
            assert_eq!(read(cell, false), chosen(&[1], ""), "{cell}");
        }
        assert_eq!(read("☒ No plan or order", false), chosen(&[2], ""), "the longest wording");
        assert_eq!(read("No – not yet", false), chosen(&[0], "not yet"));
        assert_eq!(read("☒ No ☒ Police investigation", true), chosen(&[0, 1], ""));
    }

    #[test]
    fn a_cell_that_names_no_answer_for_certain_is_never_guessed() {
        assert_eq!(read("☐ No\n☐ Police investigation\n☐ No plan or order", false), Ticks::None);
        assert_eq!(read("", false), Ticks::None);
        for cell in [
            "☐ No",
            "☒ No\n☒ Police investigation",
            "☒ Perhaps",
            "perhaps",
            "No Police investigation",
            "not sure\n☐ No\n☐ Police investigation\n☐ No plan or order",
            "☒",
        ] {
            assert!(
                matches!(read(cell, false), Ticks::Unclear(_)),
                "{cell}: {:?}",
                read(cell, false)
            );
        }
    }
}
