//! E-mail and web addresses, and the names people have online.

use super::{FoundIdentifier, IdentifierKind, TokenisedText};

/// National guidance and law, which leads to nobody.
const OF_EVERYBODY: [&str; 6] = [
    "gov.uk",
    "legislation.gov.uk",
    "nice.org.uk",
    "nspcc.org.uk",
    "csacentre.org.uk",
    "gov.wales",
];
/// Services whose name, followed by a colon, is followed by the name somebody has there.
const SERVICES: [&str; 18] = [
    "snap",
    "snapchat",
    "insta",
    "instagram",
    "ig",
    "tiktok",
    "discord",
    "kik",
    "telegram",
    "roblox",
    "xbox",
    "psn",
    "steam",
    "gamertag",
    "username",
    "handle",
    "twitch",
    "facebook",
];
/// Endings of addresses that people write without `www`, when a path follows.
const ENDINGS: [&str; 12] =
    ["com", "uk", "org", "net", "me", "gg", "tv", "io", "app", "co", "be", "link"];
/// Bytes of the longest name of a host.
const MAX_HOST_LEN: usize = 254;

pub(super) fn find(text: &str, out: &mut Vec<FoundIdentifier>) {
    let bytes = text.as_bytes();
    for (at, b) in bytes.iter().enumerate() {
        let found = match b {
            b'@' => email(text, at).or_else(|| handle(text, at)),
            b':' if bytes[at..].starts_with(b"://") => with_scheme(text, at),
            b'.' if at >= 3 && bytes[at - 3..at].eq_ignore_ascii_case(b"www") => {
                address(text, at - 3)
            }
            b'/' if at > 0 => bare(text, at),
            _ => None,
        };
        out.extend(found);
    }
}

/// `Snapchat: blue_fox`, `username is blue_fox`.
pub(super) fn after_a_service(words: &TokenisedText<'_>, out: &mut Vec<FoundIdentifier>) {
    for at in 0..words.tokens.len() {
        let word = words.word(at);
        if !SERVICES.iter().any(|service| word.eq_ignore_ascii_case(service)) {
            continue;
        }
        let named = |at: usize| {
            ["username", "name", "user", "handle", "account", "id", "tag"]
                .iter()
                .any(|word| words.word(at).eq_ignore_ascii_case(word))
        };
        let last = if named(at + 1) && words.gap(at) == " " { at + 1 } else { at };
        let is = words.word(last + 1).eq_ignore_ascii_case("is");
        let sure = last > at || word.eq_ignore_ascii_case("username");
        let start = match words.gap(last) {
            ": " | ":" | " - " => words.tokens.get(last + 1),
            " " if is && sure && words.gap(last + 1) == " " => words.tokens.get(last + 2),
            _ => None,
        };
        let Some(start) = start.map(|token| token.start) else { continue };
        let length = user_name(&words.text[start..]);
        let name = &words.text[start..start + length];
        // An ordinary word after a colon is not a name.
        let odd = name.bytes().any(|b| b.is_ascii_digit() || matches!(b, b'_' | b'.' | b'#'))
            || last > at;
        if length >= 3 && odd {
            out.push(found(start..start + length, IdentifierKind::UserName));
        }
    }
}

/// Bytes of the user name a text begins with.
fn user_name(text: &str) -> usize {
    let of_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'#' | b'-');
    let length = text.bytes().take(40).take_while(|b| of_name(b)).count();
    text[..length].trim_end_matches(['.', '-', '#']).len()
}

fn email(text: &str, at: usize) -> Option<FoundIdentifier> {
    let bytes = text.as_bytes();
    let local = |b: &&u8| b.is_ascii_alphanumeric() || b"._%+-'".contains(b);
    let before = bytes[..at].iter().rev().take(64).take_while(local).count();
    let start = at - before;
    let start = start + text[start..at].bytes().take_while(|b| b"'.-".contains(b)).count();
    let domain = host(&text[at + 1..]);
    (start < at && domain.contains('.'))
        .then(|| found(start..at + 1 + domain.len(), IdentifierKind::Email))
}

fn handle(text: &str, at: usize) -> Option<FoundIdentifier> {
    let alone = text[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
    let name = &text[at + 1..];
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let length = user_name(name);
    (alone && begins && length >= 2).then(|| found(at..at + 1 + length, IdentifierKind::UserName))
}

/// `https://…`, whatever the scheme.
fn with_scheme(text: &str, colon: usize) -> Option<FoundIdentifier> {
    let bytes = text.as_bytes();
    let scheme = bytes[..colon].iter().rev().take(10).take_while(|b| b.is_ascii_alphabetic());
    let start = colon - scheme.count();
    let host = host(&text[colon + 3..]);
    if start == colon || host.is_empty() || is_of_everybody(host) {
        return None;
    }
    Some(found(start..end_of(text, colon + 3 + host.len()), IdentifierKind::WebAddress))
}

/// An address that begins at `start` with its host.
fn address(text: &str, start: usize) -> Option<FoundIdentifier> {
    let before = text[..start].chars().next_back();
    if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '/' | '.' | '@' | '-')) {
        return None;
    }
    let host = host(&text[start..]);
    (host.contains('.') && !is_of_everybody(host))
        .then(|| found(start..end_of(text, start + host.len()), IdentifierKind::WebAddress))
}

/// `instagram.com/blue_fox`: a host right before this stroke.
fn bare(text: &str, at: usize) -> Option<FoundIdentifier> {
    let bytes = text.as_bytes();
    let of_host = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
    let length = bytes[..at].iter().rev().take(MAX_HOST_LEN).take_while(of_host).count();
    let start = at - length;
    let host = &text[start..at];
    let ending = host.rsplit_once('.').filter(|(name, _)| !name.is_empty())?.1;
    let known = ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending));
    let path = bytes.get(at + 1).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'@');
    let has_www = host.get(..4).is_some_and(|w| w.eq_ignore_ascii_case("www."));
    if known && path && !has_www { address(text, start) } else { None }
}

/// The host a text begins with, without a full stop at its end; its last part has letters only.
fn host(text: &str) -> &str {
    let of_host = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
    let length = text.bytes().take(MAX_HOST_LEN).take_while(of_host).count();
    let host = text[..length].trim_end_matches(['.', '-']);
    let ending = host.rsplit('.').next().unwrap_or_default();
    let fits = ending.len() >= 2 && ending.bytes().all(|b| b.is_ascii_alphabetic());
    if fits { host } else { "" }
}

/// Where the path behind a host ends.
fn end_of(text: &str, from: usize) -> usize {
    let ends =
        |c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | '”' | '“' | '’' | ')' | ']');
    let path = text[from..].find(ends).map_or(text.len(), |length| from + length);
    from + text[from..path].trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '\'']).len()
}

fn is_of_everybody(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    OF_EVERYBODY.contains(&host) || host.ends_with(".service.gov.uk")
}

fn found(range: std::ops::Range<usize>, kind: IdentifierKind) -> FoundIdentifier {
    FoundIdentifier { range, kind }
}
