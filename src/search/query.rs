//! The small grammar of the search line: words, "a phrase", -word, and filters such as
//! `kind:guidance` or `pack:northmoor`. Nothing typed is an error: what is
//! not a filter is words.

use super::{Filters, token::words};
use crate::knowledge::{AgeBand, Nation};

/// What was typed, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Query {
    /// In the order typed, those of phrases too.
    pub(super) words: Vec<QueryWord>,
    /// Words that must stand together.
    pub(super) phrases: Vec<Vec<String>>,
    pub(super) excluded: Vec<String>,
    pub(super) filters: Filters,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct QueryWord {
    pub(super) text: String,
    /// In quotation marks: neither corrected nor expanded.
    pub(super) exact: bool,
    /// Whether a hyphen joins it to the next one.
    pub(super) is_hyphenated: bool,
}

impl QueryWord {
    fn new(text: String) -> Self {
        Self { text, exact: false, is_hyphenated: false }
    }
}

/// A query has no more words than this; the rest of a pasted page is ignored.
const MAX_WORDS: usize = 32;

/// A pack counts as a filter if it is one of `packs`.
pub(super) fn parse(text: &str, packs: &[String]) -> Query {
    let mut query = Query::default();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| !c.is_whitespace()) {
        rest = &rest[start..];
        if let Some((phrase, after)) = quoted(rest) {
            take_phrase(&mut query, phrase);
            rest = after;
            continue;
        }
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        if let Some(after) = take_filter(&mut query, rest, end, packs) {
            rest = after;
            continue;
        }
        let chunk = &rest[..end];
        match chunk.strip_prefix('-').filter(|word| word.starts_with(char::is_alphanumeric)) {
            Some(word) => query.excluded.extend(words(word).map(|word| word.text)),
            None => {
                for word in words(chunk) {
                    query.words.extend(spelled_out(word.text).into_iter().map(QueryWord::new));
                    let after = &chunk[word.place.end..];
                    if let (true, Some(last)) = (after.starts_with('-'), query.words.last_mut()) {
                        last.is_hyphenated = true;
                    }
                }
            }
        }
        rest = &rest[end..];
    }
    spell_out_sections(&mut query.words);
    query.words.truncate(MAX_WORDS);
    query.excluded.truncate(MAX_WORDS);
    query.phrases.truncate(MAX_WORDS);
    query
}

/// Returns the nations that words name, each once.
pub(super) fn named_nations(words: &[QueryWord]) -> Vec<Nation> {
    let is_near = |at: usize, word: &str| words.get(at).is_some_and(|near| near.text == word);
    let mut named = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let nation = match word.text.as_str() {
            "england" | "english" => Nation::England,
            "wales" | "welsh" | "cymru" => Nation::Wales,
            "scotland" | "scottish" => Nation::Scotland,
            "northern" if is_near(at + 1, "ireland") || is_near(at + 1, "irish") => {
                Nation::NorthernIreland
            }
            _ => continue,
        };
        if !named.contains(&nation) {
            named.push(nation);
        }
    }
    named
}

/// “y9” and “s17” as the two words that a text has for them.
fn spelled_out(word: String) -> Vec<String> {
    let digits = word.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let name = match &word[..word.len() - digits.len()] {
        "y" | "yr" | "year" if digits.len() <= 2 => "year",
        "s" | "sec" if digits.len() <= 3 => "section",
        _ => return vec![word],
    };
    match digits.parse::<u16>() {
        Ok(_) => vec![name.to_owned(), digits.to_owned()],
        Err(_) => vec![word],
    }
}

/// “s.17” and “s 17” mean the same as “s17”.
fn spell_out_sections(words: &mut [QueryWord]) {
    for at in 1..words.len() {
        let is_number = words[at].text.bytes().all(|b| b.is_ascii_digit());
        let before = &mut words[at - 1];
        if is_number && !before.exact && ["s", "sec"].contains(&before.text.as_str()) {
            before.text = "section".to_owned();
        }
    }
}

/// `"a phrase" the rest` in its parts, if there is a closing mark.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let mut chars = text.chars();
    let closing = match chars.next()? {
        '"' => '"',
        '\u{201C}' => '\u{201D}',
        _ => return None,
    };
    let inner = chars.as_str();
    let end = inner.find(closing)?;
    Some((&inner[..end], &inner[end + closing.len_utf8()..]))
}

fn take_phrase(query: &mut Query, phrase: &str) {
    let phrase: Vec<String> = words(phrase).map(|word| word.text).take(MAX_WORDS).collect();
    if phrase.is_empty() {
        return;
    }
    let exact = phrase.iter().map(|text| QueryWord { exact: true, ..QueryWord::new(text.clone()) });
    query.words.extend(exact);
    query.phrases.push(phrase);
}

/// Takes `name:value` or `name:"two words"` as a filter if both are known; returns what follows.
fn take_filter<'t>(
    query: &mut Query,
    text: &'t str,
    end: usize,
    packs: &[String],
) -> Option<&'t str> {
    let (name, value) = text[..end].split_once(':')?;
    let at = name.len() + 1;
    let (value, after) = quoted(&text[at..]).unwrap_or((value, &text[end..]));
    let filters = &mut query.filters;
    match name.to_ascii_lowercase().as_str() {
        "kind" => filters.kind = Some(value.parse().ok()?),
        "nation" => filters.nation = Some(value.parse().ok()?),
        "setting" => filters.setting = Some(value.parse().ok()?),
        "status" => filters.status = Some(value.parse().ok()?),
        "pack" => {
            let pack = packs.iter().find(|pack| pack.eq_ignore_ascii_case(value))?;
            filters.pack = Some(pack.clone());
        }
        "age" => {
            let band = value.parse().ok();
            let years = || value.parse().ok().map(AgeBand::of_years);
            filters.age = Some(band.or_else(years)?);
        }
        _ => return None,
    }
    Some(after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::{Kind, Status};

    fn parse(text: &str) -> Query {
        super::parse(text, &["northmoor".to_owned()])
    }

    fn texts(query: &Query) -> Vec<&str> {
        query.words.iter().map(|word| word.text.as_str()).collect()
    }

    #[test]
    fn a_filter_counts_only_if_its_value_is_known() {
        let query = parse("kind:guidance nation:\"northern ireland\" age:7 nudes why: because");
        assert_eq!(query.filters.kind, Some(Kind::Guidance));
        assert_eq!(query.filters.nation, Some(Nation::NorthernIreland));
        assert_eq!(query.filters.age, Some(AgeBand::To9));
        assert_eq!(texts(&query), ["nudes", "why", "because"]);
        let query = parse("pack:Northmoor pack:lunch");
        assert_eq!(query.filters.pack.as_deref(), Some("northmoor"));
        assert_eq!(texts(&query), ["pack", "lunch"]);
        assert_eq!(texts(&parse("kind:of status: note:x")), ["kind", "of", "status", "note", "x"]);
    }

    #[test]
    fn phrases_and_excluded_words_are_told_apart() {
        let query = parse("\"safety plan\" home -school semi-nudes - status:current");
        assert_eq!(query.phrases, [["safety", "plan"]]);
        assert_eq!(query.excluded, ["school"]);
        assert_eq!(texts(&query), ["safety", "plan", "home", "semi", "nudes"]);
        assert_eq!(query.filters.status, Some(Status::Current));
    }

    #[test]
    fn a_school_year_may_be_written_in_one() {
        assert_eq!(texts(&parse("Y9 yr10 y100 y")), ["year", "9", "year", "10", "y100", "y"]);
    }

    #[test]
    fn a_section_of_an_act_may_be_written_short() {
        assert_eq!(
            texts(&parse("s17 s.47, s 20")),
            ["section", "17", "section", "47", "section", "20"]
        );
        assert_eq!(texts(&parse("s1234 child's 5 ss")), ["s1234", "child", "5", "ss"]);
    }

    #[test]
    fn words_name_nations() {
        let named = |text| named_nations(&parse(text).words);
        assert_eq!(named("Welsh procedures in Wales"), [Nation::Wales]);
        assert_eq!(
            named("northern ireland or scotland"),
            [Nation::NorthernIreland, Nation::Scotland]
        );
        assert_eq!(named("northern region"), []);
    }

    #[test]
    fn a_hyphen_is_noted() {
        let query = parse("up-skirting on - line");
        let joined: Vec<bool> = query.words.iter().map(|word| word.is_hyphenated).collect();
        assert_eq!(joined, [true, false, false, false]);
    }

    #[test]
    fn an_unclosed_quotation_mark_is_just_words() {
        let query = parse("\"safety plan");
        assert!(query.phrases.is_empty());
        assert_eq!(texts(&query), ["safety", "plan"]);
    }

    #[test]
    fn a_pasted_page_is_cut_short() {
        assert_eq!(parse(&"word ".repeat(5000)).words.len(), MAX_WORDS);
    }

    proptest::proptest! {
        #[test]
        fn nothing_typed_is_an_error(text in "\\PC{0,80}", odd in "[-:\"()a-c \\[\\]{}~^*?!+/\\\\]{0,40}") {
            let _ = parse(&text);
            let _ = parse(&odd);
            let _ = parse(&format!("kind:{odd} nation:\"{text}"));
        }
    }
}
