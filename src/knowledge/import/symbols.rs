//! Characters of symbol fonts as the characters that they look like.

/// The character that one of a symbol font looks like; `None` if it stands for nothing that
/// matters to a reader. A font without a name is that of a text with characters of private use,
/// which is Wingdings or Symbol.
pub(super) fn pictograph(font: &str, c: char) -> Option<char> {
    let code = match c as u32 {
        code @ 0xF020..=0xF0FF => code - 0xF000,
        code @ 0x20..=0xFF => code,
        _ => return (!is_private(c)).then_some(c),
    };
    let font = font.to_ascii_lowercase();
    let table: &[(u32, char)] = match font.as_str() {
        "wingdings 2" => WINGDINGS_2,
        "wingdings 3" => WINGDINGS_3,
        "webdings" => WEBDINGS,
        "symbol" => SYMBOL,
        "wingdings" | "" => WINGDINGS,
        _ => return (!is_private(c)).then_some(c),
    };
    let found = table.iter().find(|(at, _)| *at == code).map(|(_, shown)| *shown);
    found.or_else(|| char::from_u32(code).filter(|c| font == "symbol" && c.is_ascii_digit()))
}

/// Whether a font has signs in the place of letters.
pub(super) fn is_symbol_font(font: &str) -> bool {
    ["wingdings", "wingdings 2", "wingdings 3", "webdings", "symbol"]
        .contains(&font.to_ascii_lowercase().as_str())
}

fn is_private(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}')
}

// A ticked box is shown as Word shows a ticked box of a form, whichever mark its font has in it.
const WINGDINGS: &[(u32, char)] = &[
    (0x28, '☎'),
    (0x2A, '✉'),
    (0x2B, '✉'),
    (0x45, '☜'),
    (0x46, '☞'),
    (0x4A, '☺'),
    (0x4C, '☹'),
    (0x6C, '●'),
    (0x6E, '■'),
    (0x6F, '☐'),
    (0x70, '☐'),
    (0x71, '☐'),
    (0x72, '☐'),
    (0x75, '◆'),
    (0x76, '❖'),
    (0x78, '☒'),
    (0x9F, '•'),
    (0xA7, '▪'),
    (0xA8, '☐'),
    (0xB7, '•'),
    (0xD8, '➢'),
    (0xDF, '←'),
    (0xE0, '→'),
    (0xE1, '↑'),
    (0xE2, '↓'),
    (0xE8, '➔'),
    (0xEF, '⇦'),
    (0xF0, '⇨'),
    (0xF1, '⇧'),
    (0xF2, '⇩'),
    (0xFB, '✗'),
    (0xFC, '✓'),
    (0xFD, '☒'),
    (0xFE, '☒'),
];

const WINGDINGS_2: &[(u32, char)] = &[
    (0x4F, '✗'),
    (0x50, '✓'),
    (0x51, '☒'),
    (0x52, '☒'),
    (0x53, '☒'),
    (0x54, '☒'),
    (0x97, '●'),
    (0xA0, '▪'),
    (0xA2, '■'),
    (0xA3, '☐'),
];

const WINGDINGS_3: &[(u32, char)] =
    &[(0x66, '←'), (0x67, '→'), (0x68, '↑'), (0x69, '↓'), (0x7D, '▶'), (0x84, '▶')];

const WEBDINGS: &[(u32, char)] = &[(0x61, '✓'), (0x63, '☐'), (0x67, '■'), (0x72, '✗')];

const SYMBOL: &[(u32, char)] = &[
    (0xA3, '≤'),
    (0xAC, '←'),
    (0xAD, '↑'),
    (0xAE, '→'),
    (0xAF, '↓'),
    (0xB0, '°'),
    (0xB1, '±'),
    (0xB3, '≥'),
    (0xB4, '×'),
    (0xB7, '•'),
    (0xB9, '≠'),
    (0xBB, '≈'),
    (0xBE, '—'),
    (0xD6, '√'),
    (0xD7, '·'),
    (0xDE, '⇒'),
    (0x2D, '−'),
    (0x2B, '+'),
    (0x3D, '='),
    (0x3C, '<'),
    (0x3E, '>'),
    (0x28, '('),
    (0x29, ')'),
    (0x2F, '/'),
    (0x25, '%'),
    (0x20, ' '),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_boxes_and_arrows_are_what_they_look_like() {
        for (font, code, shown) in [
            ("Wingdings", '\u{F0FC}', Some('✓')),
            ("Wingdings", 'þ', Some('☒')),
            ("Wingdings", '\u{F0A8}', Some('☐')),
            ("Wingdings 2", 'P', Some('✓')),
            ("Webdings", 'a', Some('✓')),
            ("Symbol", '\u{F0B3}', Some('≥')),
            ("", '\u{F0B7}', Some('•')),
            ("", '\u{E123}', None),
            ("Arial", 'a', Some('a')),
            ("Segoe UI Symbol", '☑', Some('☑')),
        ] {
            assert_eq!(pictograph(font, code), shown, "{font} {code}");
        }
    }
}
