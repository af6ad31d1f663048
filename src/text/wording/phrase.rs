//! A phrase of a list of words: `young|sex offender`, `minimis*`.

use crate::text::tokens::{folded, tokens};

/// Words in a row, each with the forms it may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WordPattern {
    words: Vec<Vec<Form>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Form {
    stem: String,
    /// Whatever the ending.
    open: bool,
}

impl WordPattern {
    /// The phrases a line of a list stands for: a form that is two words (`didn't`) makes the
    /// phrase longer. Or what is wrong with it, as the end of a sentence.
    pub(super) fn parse(line: &str) -> Result<Self, &'static str> {
        let mut words: Vec<Vec<Form>> = Vec::new();
        for word in line.split_whitespace() {
            let forms: Vec<&str> = word.split('|').collect();
            if let [single] = forms.as_slice() {
                let open = single.ends_with('*');
                let parts = tokens(single);
                if parts.is_empty() {
                    return Err("has a part without letters");
                }
                for (nth, token) in parts.iter().enumerate() {
                    let stem = folded(token.of(single)).into_owned();
                    words.push(vec![Form { stem, open: open && nth + 1 == parts.len() }]);
                }
                continue;
            }
            let mut all = Vec::new();
            for form in forms {
                let parts = tokens(form);
                let [one] = parts.as_slice() else {
                    return Err("has a form next to `|` that is not one word");
                };
                let stem = folded(one.of(form)).into_owned();
                all.push(Form { stem, open: form.ends_with('*') });
            }
            words.push(all);
        }
        match words.first() {
            None => Err("is empty"),
            Some(first) if first.iter().any(|form| form.stem.len() < 2) => {
                Err("starts with a single letter")
            }
            Some(_) => Ok(Self { words }),
        }
    }

    /// How many words it has.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// The first two bytes with which it may begin.
    pub(super) fn keys(&self) -> Vec<[u8; 2]> {
        let mut keys: Vec<[u8; 2]> = self.words[0]
            .iter()
            .filter_map(|form| form.stem.as_bytes().first_chunk().copied())
            .collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    pub(super) fn fits_first(&self, word: &str) -> bool {
        self.fits(0, word)
    }

    /// Whether a word in its folded form fits the place `nth`; the last may have an s.
    pub(super) fn fits(&self, nth: usize, word: &str) -> bool {
        let last = nth + 1 == self.words.len();
        self.words.get(nth).is_some_and(|forms| {
            forms.iter().any(|form| match word.strip_prefix(form.stem.as_str()) {
                Some("") => true,
                Some("s") => last || form.open,
                Some(_) => form.open,
                None => false,
            })
        })
    }
}
