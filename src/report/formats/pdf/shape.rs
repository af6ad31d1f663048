//! Text as glyphs in lines: which glyph each character has, and where a line may end.

use std::ops::Range;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::{
    FontRef, MetadataProvider as _,
    charmap::Charmap,
    instance::{LocationRef, Size},
    metrics::GlyphMetrics,
};
use unicode_normalization::UnicodeNormalization as _;

use crate::text::clean_line;

// Liberation Sans 2, whole and unchanged: a changed file may not carry its name.
const REGULAR: &[u8] = include_bytes!("fonts/LiberationSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("fonts/LiberationSans-Bold.ttf");

/// What stands for a character that the fonts do not have.
pub(super) const SIGN: char = '□';

/// How a run of text looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct TextStyle {
    pub(super) bold: bool,
    pub(super) slanted: bool,
    /// For what stands beside the text: headers, remarks.
    pub(super) grey: bool,
}

/// The two fonts of a document.
pub(super) struct Fonts {
    regular: Face,
    bold: Face,
}

struct Face {
    font: Font,
    charmap: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
    /// Units of the font to the width of an em.
    units: f32,
}

impl Face {
    fn read(bytes: &'static [u8]) -> Option<Self> {
        let font = Font::new(bytes.into(), 0)?;
        let reader = FontRef::new(bytes).ok()?;
        Some(Self {
            units: font.units_per_em(),
            font,
            charmap: reader.charmap(),
            metrics: reader.glyph_metrics(Size::unscaled(), LocationRef::default()),
        })
    }

    /// The glyph of a character with its width in em.
    fn glyph(&self, c: char) -> Option<(u32, f32)> {
        // The font draws it as the hyphen that it is.
        let c = if c == '\u{2011}' { '-' } else { c };
        if is_right_to_left(c) {
            return None;
        }
        let glyph = self.charmap.map(c).filter(|glyph| glyph.to_u32() != 0)?;
        let advance = self.metrics.advance_width(glyph).unwrap_or(self.units / 2.0);
        Some((glyph.to_u32(), advance / self.units))
    }
}

/// Characters that would have to be put in another order to be read: a wrong order is worse than a
/// sign.
fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}')
}

impl Fonts {
    /// Returns the fonts; none if they cannot be read.
    pub(super) fn read() -> Option<Self> {
        Some(Self { regular: Face::read(REGULAR)?, bold: Face::read(BOLD)? })
    }

    /// Returns the font of a style.
    pub(super) fn font(&self, style: TextStyle) -> Font {
        self.face(style).font.clone()
    }

    fn face(&self, style: TextStyle) -> &Face {
        if style.bold { &self.bold } else { &self.regular }
    }
}

/// Text in styles, shaped: what is broken into lines.
#[derive(Clone, Debug, Default)]
pub(super) struct ShapedText {
    text: String,
    clusters: Vec<Cluster>,
    /// Whether a sign stands for some character.
    pub(super) has_signs: bool,
}

#[derive(Clone, Debug)]
struct Cluster {
    range: Range<usize>,
    glyph: u32,
    /// Width in em.
    advance: f32,
    style: TextStyle,
    is_space: bool,
    may_end_line: bool,
}

/// One line of text.
#[derive(Clone, Debug, Default)]
pub(super) struct TextLine {
    pub(super) runs: Vec<LineRun>,
}

/// A part of a line in one style. Its text has the spaces at its end that part it from the next line.
#[derive(Clone, Debug)]
pub(super) struct LineRun {
    pub(super) style: TextStyle,
    pub(super) text: String,
    pub(super) glyphs: Vec<KrillaGlyph>,
    /// Width in em.
    pub(super) width: f32,
}

impl ShapedText {
    /// Returns a text of one style, on one line.
    pub(super) fn of(text: &str, style: TextStyle, fonts: &Fonts) -> Self {
        let mut shaped = Self::default();
        shaped.push(text, style, fonts);
        shaped
    }

    /// Adds text of a style.
    pub(super) fn push(&mut self, text: &str, style: TextStyle, fonts: &Fonts) {
        let face = fonts.face(style);
        let sign = face.glyph(SIGN).or_else(|| face.glyph('?'));
        for c in clean_line(text).nfc() {
            // A PDF has no code for these.
            let c = if matches!(c, '\u{FFFE}' | '\u{FFFF}') { '\u{FFFD}' } else { c };
            let start = self.text.len();
            self.text.push(c);
            // The font has the square, and a box to tick is one.
            let known = face.glyph(if c == '☐' { SIGN } else { c });
            self.has_signs |= known.is_none();
            let Some((glyph, advance)) = known.or(sign) else { continue };
            self.clusters.push(Cluster {
                range: start..self.text.len(),
                glyph,
                advance,
                style,
                is_space: c == ' ',
                may_end_line: known.is_none() || matches!(c, ' ' | '—'),
            });
        }
        self.allow_ends_within_words();
    }

    /// A line may end behind a hyphen or a slash between letters, not within `HERON-42`.
    fn allow_ends_within_words(&mut self) {
        let letter =
            |cluster: &Cluster| self.text[cluster.range.clone()].chars().all(char::is_alphabetic);
        let joins =
            |cluster: &Cluster| matches!(&self.text[cluster.range.clone()], "-" | "/" | "–");
        let ends: Vec<usize> = (1..self.clusters.len().saturating_sub(1))
            .filter(|at| joins(&self.clusters[*at]))
            .filter(|at| letter(&self.clusters[at - 1]) && letter(&self.clusters[at + 1]))
            .collect();
        for at in ends {
            self.clusters[at].may_end_line = true;
        }
    }

    /// Returns the width on one line, in em.
    pub(super) fn width(&self) -> f32 {
        self.clusters.iter().map(|one| one.advance).sum()
    }

    /// Returns the width of the widest part that is not broken, in em.
    pub(super) fn widest_word(&self) -> f32 {
        let words = self.clusters.split(|one| one.is_space);
        words.map(|word| word.iter().map(|one| one.advance).sum()).fold(0.0, f32::max)
    }

    /// Breaks it into lines no wider than `width` em. A word that is wider is broken.
    pub(super) fn lines(&self, width: f32) -> Vec<TextLine> {
        let mut lines = Vec::new();
        let (mut start, mut end, mut used) = (0, 0, 0.0);
        let mut at = 0;
        while at < self.clusters.len() {
            let cluster = &self.clusters[at];
            if !cluster.is_space && at > start && used + cluster.advance > width {
                let stop = if end > start { end } else { at };
                lines.push(self.line(start..stop));
                start = stop;
                used = self.clusters[start..at].iter().map(|one| one.advance).sum();
                continue;
            }
            used += cluster.advance;
            at += 1;
            if cluster.may_end_line {
                end = at;
            }
        }
        if start < self.clusters.len() || lines.is_empty() {
            lines.push(self.line(start..self.clusters.len()));
        }
        lines
    }

    fn line(&self, range: Range<usize>) -> TextLine {
        let runs = self.clusters[range].chunk_by(|one, next| one.style == next.style);
        TextLine { runs: runs.map(|run| self.run(run)).collect() }
    }

    fn run(&self, clusters: &[Cluster]) -> LineRun {
        let mut text = String::new();
        let glyphs = clusters.iter().map(|one| {
            let start = text.len();
            text.push_str(&self.text[one.range.clone()]);
            let (glyph, range) = (GlyphId::new(one.glyph), start..text.len());
            KrillaGlyph::new(glyph, one.advance, 0.0, 0.0, 0.0, range, None)
        });
        let glyphs = glyphs.collect();
        LineRun {
            style: clusters.first().map_or_else(TextStyle::default, |one| one.style),
            width: clusters.iter().map(|one| one.advance).sum(),
            glyphs,
            text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, width: f32) -> Vec<String> {
        let fonts = Fonts::read().expect("the fonts are in the program");
        let shaped = ShapedText::of(text, TextStyle::default(), &fonts);
        let lines = shaped.lines(width).into_iter();
        lines.map(|line| line.runs.iter().map(|run| run.text.as_str()).collect()).collect()
    }

    #[test]
    fn lines_end_between_words_and_a_long_word_is_broken() {
        assert_eq!(lines("one two three", 4.0), ["one two ", "three"]);
        assert_eq!(lines("", 4.0), [""]);
        let word = "m".repeat(12);
        assert_eq!(lines(&word, 5.0).concat(), word);
        assert_eq!(lines(&word, 5.0).len(), 2);
        assert_eq!(lines("no HERON-42 x", 5.2), ["no ", "HERON-42 ", "x"]);
        assert_eq!(lines("aaaaa-bbbbb", 4.0), ["aaaaa-", "bbbbb"]);
    }

    #[test]
    fn a_narrow_column_holds_one_character_a_line_and_loses_none() {
        assert_eq!(lines("ab cd", 0.1).concat(), "ab cd");
    }

    #[test]
    fn a_box_to_tick_is_a_square_and_no_missing_character() {
        let fonts = Fonts::read().expect("the fonts are in the program");
        let shaped = ShapedText::of("☐ Yes", TextStyle::default(), &fonts);
        assert!(!shaped.has_signs && shaped.text == "☐ Yes");
    }

    #[test]
    fn a_character_without_a_glyph_is_a_sign_that_keeps_its_text() {
        let fonts = Fonts::read().expect("the fonts are in the program");
        let sign = ShapedText::of("□", TextStyle::default(), &fonts);
        assert!(!sign.has_signs, "the fonts have the sign itself");
        for unknown in ["😀", "语", "ש", "\u{FFFE}"] {
            let shaped = ShapedText::of(unknown, TextStyle::default(), &fonts);
            assert!(shaped.has_signs, "{unknown}");
            let line = &shaped.lines(50.0)[0].runs[0];
            assert_eq!(line.glyphs[0].glyph_id, GlyphId::new(sign.clusters[0].glyph));
            assert_eq!(line.text, unknown.replace('\u{FFFE}', "\u{FFFD}"));
        }
        for known in ["Tŷ â’r e\u{301} ● – €", "A\u{2011}B"] {
            assert!(!ShapedText::of(known, TextStyle::default(), &fonts).has_signs, "{known}");
        }
    }
}
