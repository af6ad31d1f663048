//! A page as words with their places, drawn lines and pictures.

use std::collections::{HashMap, VecDeque};

use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps,
    InterpreterCache, InterpreterSettings, SoftMask, TransformExt,
    font::{Glyph, GlyphRun},
    hayro_cmap::BfString,
    hayro_syntax::{
        Pdf,
        object::{Array, Dict, Name, Rect as PdfRect, String as PdfString},
        page::Page as PdfPage,
    },
    interpret_page,
    kurbo::{Affine, BezPath, PathEl, Point, Rect, Shape},
};

use super::decode_text;
use crate::knowledge::import::model::TextStyle;

/// What lies further apart than this part of a size is two words.
const WORD_GAP: f32 = 0.17;
/// Lines that are drawn are at most this wide and at least this long.
const MAX_RULE_WIDTH: f64 = 2.5;
const MIN_RULE_LEN: f64 = 6.0;
const MAX_RULES: usize = 20_000;
/// Parts of a drawing that is looked at for lines.
const MAX_PATH_PARTS: usize = 400;
const MAX_LINKS: usize = 2000;
/// The part of a page that a picture covers at least to matter.
const MIN_PICTURE: f64 = 0.015;
/// How much more ink strong letters have than the same letters of the text.
const STRONG_INK: f32 = 1.27;
/// Letters among which one that is drawn twice is looked for.
const MAX_RECENT: usize = 32;

/// Letters that stand together, in one style.
#[derive(Clone, Debug, Default)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) left: f32,
    pub(super) right: f32,
    /// How far from the top of the page the line is that the letters stand on.
    pub(super) base: f32,
    pub(super) size: f32,
    pub(super) look: TextStyle,
    /// Whether a space was written before it.
    pub(super) is_apart: bool,
    /// The name that the structure of the file has for it.
    pub(super) tag: Option<u32>,
    /// Where a link leads.
    pub(super) link: Option<String>,
    /// Whether the file says that it is not part of the text, as it does of headers and footers.
    is_artifact: bool,
    /// For letters whose font does not say whether it is strong, how much ink each has.
    ink: Vec<(char, f32)>,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bounds {
    pub(super) left: f32,
    pub(super) right: f32,
    pub(super) top: f32,
    pub(super) bottom: f32,
}

impl Bounds {
    pub(super) fn contains(&self, word: &Word) -> bool {
        let (x, y) = (f32::midpoint(word.left, word.right), word.base - 0.3 * word.size);
        (self.left..=self.right).contains(&x) && (self.top..=self.bottom).contains(&y)
    }
}

/// A line that is drawn: across, at a height, or down.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    pub(super) is_across: bool,
    pub(super) at: f32,
    pub(super) from: f32,
    pub(super) to: f32,
}

#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) height: f32,
    pub(super) words: Vec<Word>,
    pub(super) rules: Vec<Rule>,
    /// Pictures that are part of the text, and the part of the page that the largest covers.
    pub(super) pictures: usize,
    pub(super) largest_picture: f64,
    /// Letters that stand for no character that is known.
    pub(super) unknown: usize,
}

/// Reads the pages of a file until `is_enough`.
pub(super) fn pages(pdf: &Pdf, mut is_enough: impl FnMut(&Page) -> bool) -> Vec<Page> {
    let settings = InterpreterSettings::default();
    let cache = InterpreterCache::new();
    let mut pages = Vec::new();
    for page in pdf.pages().iter() {
        let (width, height) = page.render_dimensions();
        let transform = page.initial_transform(true).to_kurbo();
        let bounds = Rect::new(0.0, 0.0, width.into(), height.into());
        let mut reader = PageReader {
            links: links(page, transform),
            page: Page { height, ..Page::default() },
            width: width.into(),
            height: height.into(),
            ..PageReader::default()
        };
        let mut context = Context::new(transform, bounds, &cache, pdf.xref(), settings.clone());
        interpret_page(page, &mut context, &mut reader);
        let page = reader.finish();
        let is_last = is_enough(&page);
        pages.push(page);
        if is_last {
            break;
        }
    }
    find_strong(&mut pages);
    pages
}

/// The address that an annotation leads to.
pub(super) fn target(annotation: &Dict<'_>) -> Option<String> {
    let action = annotation.get::<Dict<'_>>(b"A".as_slice())?;
    let url = action.get::<PdfString<'_>>(b"URI".as_slice())?;
    Some(decode_text(url.as_bytes()))
}

fn links(page: &PdfPage<'_>, transform: Affine) -> Vec<(Rect, String)> {
    let annotations = page.raw().get::<Array<'_>>(b"Annots".as_slice()).unwrap_or_default();
    let mut links = Vec::new();
    for annotation in annotations.iter::<Dict<'_>>().take(MAX_LINKS) {
        let is_link =
            annotation.get::<Name<'_>>(b"Subtype".as_slice()).is_some_and(|name| &*name == b"Link");
        let place = annotation.get::<PdfRect>(b"Rect".as_slice());
        if let (true, Some(place), Some(url)) = (is_link, place, target(&annotation)) {
            let place = Rect::new(place.x0, place.y0, place.x1, place.y1);
            links.push((transform.transform_rect_bbox(place), url));
        }
    }
    links
}

/// Content that the file marks as something.
#[derive(Default)]
struct Mark {
    tag: Option<u32>,
    is_artifact: bool,
    /// What is to be read in place of what is drawn, until it was read.
    actual: Option<Option<String>>,
}

#[derive(Default)]
struct PageReader {
    page: Page,
    width: f64,
    height: f64,
    links: Vec<(Rect, String)>,
    marks: Vec<Mark>,
    open: Option<Word>,
    /// Whether a space was drawn last.
    is_spaced: bool,
    /// Words that run up, down or upside down, by their direction.
    turned: [Vec<Word>; 3],
    direction: usize,
    /// The ink of a letter of a font.
    inks: HashMap<u128, f32>,
    /// The letters drawn last: one that is drawn twice, to look bold, is there once.
    recent: VecDeque<(String, f32, f32)>,
}

/// Where a letter stands, in the direction in which its line is read.
struct Place {
    direction: usize,
    left: f32,
    base: f32,
    size: f32,
    em: f32,
}

impl PageReader {
    fn place(&self, transform: Affine) -> Option<Place> {
        let [along_x, along_y, up_x, up_y, x, y] = transform.as_coeffs();
        let em = along_x.hypot(along_y) * 1000.0;
        let size = (along_x * up_y - along_y * up_x).abs() * 1e6 / em.max(1e-6);
        if !(x.is_finite() && y.is_finite() && em.is_finite() && size > 0.5 && size < 2000.0) {
            return None;
        }
        let is_across = along_y.abs() < 0.1 * along_x.abs();
        let is_down = along_x.abs() < 0.1 * along_y.abs();
        let (direction, left, base) = match (is_across, is_down) {
            (true, _) if along_x > 0.0 => (0, x, y),
            (true, _) => (2, self.width - x, self.height - y),
            (_, true) if along_y > 0.0 => (1, y, self.width - x),
            (_, true) => (3, self.height - y, x),
            // What runs across a page in another direction is a watermark.
            _ => return None,
        };
        Some(Place {
            direction,
            left: left as f32,
            base: base as f32,
            size: size as f32,
            em: em as f32,
        })
    }

    fn end_word(&mut self) {
        if let Some(word) = self.open.take().filter(|word| !word.text.is_empty()) {
            match self.direction {
                0 => self.page.words.push(word),
                direction => self.turned[direction - 1].push(word),
            }
        }
    }

    fn letter(&mut self, text: &str, place: &Place, width: f32, look: TextStyle, ink: Option<f32>) {
        if text.chars().all(char::is_whitespace) {
            self.end_word();
            self.is_spaced = true;
            return;
        }
        let is_same = |(other, left, base): &(String, f32, f32)| {
            (left - place.left).abs() < 0.07 * place.size
                && (base - place.base).abs() < 0.1 * place.size
                && other == text
        };
        if self.recent.iter().any(is_same) {
            return;
        }
        if self.recent.len() >= MAX_RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back((text.to_owned(), place.left, place.base));
        let right = place.left + width;
        let point = Point::new(
            f64::from(f32::midpoint(place.left, right)),
            f64::from(place.base - 0.25 * place.size),
        );
        let link = self.links.iter().find(|(area, _)| place.direction == 0 && area.contains(point));
        let link = link.map(|(_, url)| url);
        let tag = self.marks.iter().rev().find_map(|mark| mark.tag);
        let is_artifact = self.marks.iter().any(|mark| mark.is_artifact);
        let goes_on = self.open.as_ref().is_some_and(|word| {
            let gap = (place.left - word.right) / place.size;
            self.direction == place.direction
                && !self.is_spaced
                && (-0.5..WORD_GAP).contains(&gap)
                && place.left >= word.left
                && (place.base - word.base).abs() < 0.08 * place.size
                && (place.size - word.size).abs() < 0.1 * place.size
                && word.look == look
                && word.tag == tag
                && word.is_artifact == is_artifact
                && word.link.as_ref() == link
        });
        if !goes_on {
            let link = link.cloned();
            self.end_word();
            self.direction = place.direction;
            self.open = Some(Word {
                left: place.left,
                base: place.base,
                size: place.size,
                is_apart: self.is_spaced,
                look,
                tag,
                link,
                is_artifact,
                ..Word::default()
            });
        }
        self.is_spaced = false;
        if let Some(word) = &mut self.open {
            word.right = right.max(word.right);
            if let (Some(ink), Some(c)) = (ink, text.chars().next()) {
                word.ink.push((c, ink));
            }
            for c in text.chars() {
                match c {
                    '\u{FB00}' => word.text.push_str("ff"),
                    '\u{FB01}' => word.text.push_str("fi"),
                    '\u{FB02}' => word.text.push_str("fl"),
                    '\u{FB03}' => word.text.push_str("ffi"),
                    '\u{FB04}' => word.text.push_str("ffl"),
                    '\u{FB05}' | '\u{FB06}' => word.text.push_str("st"),
                    c if c.is_control() => {}
                    c => word.text.push(c),
                }
            }
        }
    }

    /// How much of its square a letter covers, for fonts that do not say whether they are strong.
    fn ink(&mut self, glyph: &Glyph<'_>) -> Option<f32> {
        let Glyph::Outline(outline) = glyph else { return None };
        let key = outline.identifier().cache_key();
        let ink = self.inks.entry(key).or_insert_with(|| outline.outline().area().abs() as f32);
        (*ink > 0.0).then_some(*ink)
    }

    fn rule(&mut self, from: Point, to: Point) {
        let (width, height) = ((from.x - to.x).abs(), (from.y - to.y).abs());
        let is_across = height <= MAX_RULE_WIDTH && width >= MIN_RULE_LEN;
        let is_down = width <= MAX_RULE_WIDTH && height >= MIN_RULE_LEN;
        if self.page.rules.len() >= MAX_RULES || is_across == is_down {
            return;
        }
        let (at, from, to) = if is_across {
            (f64::midpoint(from.y, to.y), from.x.min(to.x), from.x.max(to.x))
        } else {
            (f64::midpoint(from.x, to.x), from.y.min(to.y), from.y.max(to.y))
        };
        let (at, from, to) = (at as f32, from as f32, to as f32);
        self.page.rules.push(Rule { is_across, at, from, to });
    }

    fn finish(mut self) -> Page {
        self.end_word();
        let length = |words: &[Word]| words.iter().map(|word| word.text.len()).sum::<usize>();
        let across = length(&self.page.words);
        let turned = std::mem::take(&mut self.turned);
        let most = (0..3).max_by_key(|at| length(&turned[*at])).unwrap_or(0);
        let is_turned = length(&turned[most]) > across;
        let end = self.page.height;
        for (at, mut words) in turned.into_iter().enumerate() {
            if is_turned && at == most {
                // All of the page is read from the side.
                if at != 1 {
                    self.page.height = self.width as f32;
                }
                self.page.rules.clear();
                words.append(&mut self.page.words);
                self.page.words = words;
            } else {
                // Below all that is read as the page lies.
                words.iter_mut().for_each(|word| word.base += end);
                self.page.words.append(&mut words);
            }
        }
        let artifacts = self.page.words.iter().filter(|word| word.is_artifact);
        let artifacts: usize = artifacts.map(|word| word.text.len()).sum();
        // A file that says this of all its text does not mean it.
        if artifacts * 2 < length(&self.page.words) {
            self.page.words.retain(|word| !word.is_artifact);
        }
        self.page
    }
}

impl<'a> Device<'a> for PageReader {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        let elements = path.elements();
        if elements.len() > MAX_PATH_PARTS || matches!(mode, DrawMode::Invisible) {
            return;
        }
        if matches!(mode, DrawMode::Fill(_)) {
            let bounds = (props.transform * path.clone()).bounding_box();
            // A line across is often a flat rectangle.
            return self.rule(Point::new(bounds.x0, bounds.y0), Point::new(bounds.x1, bounds.y1));
        }
        let (mut first, mut last) = (Point::ZERO, Point::ZERO);
        for element in elements {
            let next = match element {
                PathEl::MoveTo(point) => {
                    first = props.transform * *point;
                    last = first;
                    continue;
                }
                PathEl::LineTo(point) => props.transform * *point,
                PathEl::QuadTo(_, point) | PathEl::CurveTo(_, _, point) => {
                    last = props.transform * *point;
                    continue;
                }
                PathEl::ClosePath => first,
            };
            self.rule(last, next);
            last = next;
        }
    }

    fn push_clip_path(&mut self, _: &ClipPath) {}

    fn push_clip_rect(&mut self, _: &Rect) {}

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        let Some(first) = run.glyphs().first() else { return };
        let (mut look, mut knows_weight) = (TextStyle::default(), false);
        if let Glyph::Outline(outline) = &**first
            && let Some(font) = outline.font_data()
        {
            let name = font.postscript_name.unwrap_or_default().to_lowercase();
            let is_named = ["bold", "black", "heavy", "semibold", "demi"]
                .iter()
                .any(|weight| name.contains(weight));
            knows_weight = is_named || font.weight.is_some();
            look.strong = is_named || font.weight.is_some_and(|weight| weight >= 600);
            look.emphasis = font.is_italic || name.contains("italic") || name.contains("oblique");
        }
        if matches!(mode, DrawMode::FillAndStroke(..)) {
            look.strong = true;
        }
        for (at, glyph) in run.glyphs().iter().enumerate() {
            let Some(place) = self.place(props.transform * glyph.transform()) else { continue };
            let next = || {
                let next = run.glyphs().get(at + 1)?;
                let next = self.place(props.transform * next.transform())?;
                Some((next.left - place.left).clamp(0.0, place.size))
            };
            let width = match &**glyph {
                Glyph::Outline(outline) => {
                    outline.advance_width().map(|width| width / 1000.0 * place.em)
                }
                Glyph::Type3(_) => next(),
            };
            let width = width.unwrap_or(0.5 * place.size);
            let text = match glyph.as_unicode() {
                Some(BfString::Char(c)) => c.to_string(),
                Some(BfString::String(text)) => text,
                None => {
                    self.page.unknown += 1;
                    String::new()
                }
            };
            let actual = self.marks.iter_mut().rev().find_map(|mark| mark.actual.as_mut());
            let text = match actual {
                Some(actual) => actual.take().unwrap_or_default(),
                None => text,
            };
            if text.is_empty() {
                // What is drawn after the first letter of a replaced text only takes up room.
                if let Some(word) = &mut self.open
                    && self.marks.iter().any(|mark| mark.actual.is_some())
                {
                    word.right = word.right.max(place.left + width);
                }
                continue;
            }
            let ink = if knows_weight { None } else { self.ink(glyph) };
            self.letter(&text, &place, width, look, ink);
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let size = Rect::new(0.0, 0.0, image.width().into(), image.height().into());
        let bounds = props.transform.transform_rect_bbox(size);
        let bounds = bounds.intersect(Rect::new(0.0, 0.0, self.width, self.height));
        let part = bounds.area() / (self.width * self.height).max(1.0);
        if part.is_finite() {
            self.page.largest_picture = self.page.largest_picture.max(part);
            if part > MIN_PICTURE && !self.marks.iter().any(|mark| mark.is_artifact) {
                self.page.pictures += 1;
            }
        }
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}

    fn begin_marked_content(&mut self, tag: &[u8], properties: Option<&Dict<'_>>) {
        let actual =
            properties.and_then(|dict| dict.get::<PdfString<'_>>(b"ActualText".as_slice()));
        self.marks.push(Mark {
            tag: properties.and_then(|dict| dict.get::<u32>(b"MCID".as_slice())),
            is_artifact: tag == b"Artifact",
            actual: actual.map(|text| Some(decode_text(text.as_bytes()))),
        });
    }

    fn end_marked_content(&mut self) {
        self.marks.pop();
    }
}

/// Finds lines that are strong where fonts do not say it: their letters have more ink than the same
/// letters have in the text.
fn find_strong(pages: &mut [Page]) {
    let mut counts: HashMap<(char, u32), usize> = HashMap::new();
    for (c, ink) in pages.iter().flat_map(|page| &page.words).flat_map(|word| &word.ink) {
        *counts.entry((*c, ink.to_bits())).or_default() += 1;
    }
    let mut usual: HashMap<char, (usize, f32)> = HashMap::new();
    for ((c, ink), count) in counts {
        let ink = f32::from_bits(ink);
        let most = usual.entry(c).or_insert((count, ink));
        // Of two that are as frequent the lighter one is that of the text.
        if count > most.0 || (count == most.0 && ink < most.1) {
            *most = (count, ink);
        }
    }
    for page in pages {
        for line in page.words.chunk_by_mut(|a, b| a.base == b.base && a.size == b.size) {
            let inks = || {
                let letters = line.iter().flat_map(|word| &word.ink);
                letters.filter(|(c, _)| c.is_alphanumeric())
            };
            let own: f32 = inks().map(|(_, ink)| ink).sum();
            let of_text: f32 = inks().filter_map(|(c, _)| usual.get(c)).map(|(_, ink)| ink).sum();
            let is_strong = own > STRONG_INK * of_text && own > 0.0;
            for word in line {
                word.look.strong |= is_strong;
                word.ink = Vec::new();
            }
        }
    }
}
