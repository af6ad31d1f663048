//! Words compared as people and word processors change them: capitals, spaces, quotation marks and
//! other punctuation make no difference.

/// Returns the words of a text in small letters, with one blank between them.
pub(super) fn normalised(text: &str) -> String {
    let apart = |c: char| !c.is_alphanumeric() && !is_apostrophe(c);
    let words = text.split(apart).map(|word| {
        word.chars().filter(|c| !is_apostrophe(*c)).flat_map(char::to_lowercase).collect::<String>()
    });
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '`' | '´')
}

/// Returns what follows in `text` after words that [`normalised`] has as `words`; none if it does not
/// begin with them.
pub(super) fn split_after<'a>(text: &'a str, words: &str) -> Option<&'a str> {
    if words.is_empty() {
        return None;
    }
    // Words end where a letter is followed by none.
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let is_word = |c: char| c.is_alphanumeric() || is_apostrophe(c);
        if !is_word(c) || chars.peek().is_some_and(|(_, next)| is_word(*next)) {
            continue;
        }
        let end = at + c.len_utf8();
        let so_far = normalised(&text[..end]);
        if so_far == words {
            return Some(&text[end..]);
        }
        if so_far.len() > words.len() {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_spaces_quotes_and_punctuation_make_no_difference() {
        let asked = normalised("What matters about this child’s “identity”? *");
        assert_eq!(asked, "what matters about this childs identity");
        assert_eq!(normalised("WHAT  matters about this child's \"identity\""), asked);
        assert_eq!(
            split_after("Why now?  Because of school.", "why now"),
            Some("?  Because of school.")
        );
        assert_eq!(split_after("Why nowhere", "why now"), None);
        assert_eq!(split_after("", ""), None);
    }
}
