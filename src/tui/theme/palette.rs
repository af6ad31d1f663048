//! The colours of every role on each ground. Their contrast is measured by the tests of the theme.

#![expect(clippy::unreadable_literal, reason = "a colour is read as rrggbb")]

use ratatui::style::Color;

/// Colours of what is written; `Color::Reset` is the terminal's own.
#[derive(Debug)]
pub(super) struct Inks {
    pub(super) text: Color,
    pub(super) quiet: Color,
    pub(super) accent: Color,
    pub(super) good: Color,
    pub(super) warn: Color,
    pub(super) bad: Color,
    pub(super) rule: Color,
}

impl Inks {
    /// The terminal's own colour for everything.
    pub(super) const NONE: Self = Self {
        text: Color::Reset,
        quiet: Color::Reset,
        accent: Color::Reset,
        good: Color::Reset,
        warn: Color::Reset,
        bad: Color::Reset,
        rule: Color::Reset,
    };

    /// Whether roles differ by colour.
    pub(super) fn are_colours(&self) -> bool {
        self.accent != Color::Reset
    }

    /// Whether they are colours of their own, and not the terminal's sixteen.
    pub(super) fn are_true(&self) -> bool {
        matches!(self.accent, Color::Rgb(..))
    }
}

/// The colours of a screen.
#[derive(Debug)]
pub(super) struct Palette {
    pub(super) inks: Inks,
    /// What all is drawn on; `Color::Reset` is the terminal's own.
    pub(super) ground: Color,
    /// Colours and ground of what is chosen; it is reversed where there are none.
    pub(super) band: Option<(Inks, Color)>,
}

const fn hex(colour: u32) -> Color {
    let [_, red, green, blue] = colour.to_be_bytes();
    Color::Rgb(red, green, blue)
}

const DARK_INKS: Inks = Inks {
    text: Color::Reset,
    quiet: hex(0xa6b0b9),
    accent: hex(0x6fcfe0),
    good: hex(0x86d494),
    warn: hex(0xeebf58),
    bad: hex(0xff9d94),
    rule: hex(0x6b7681),
};

const LIGHT_INKS: Inks = Inks {
    text: Color::Reset,
    quiet: hex(0x525c66),
    accent: hex(0x005a69),
    good: hex(0x1c6230),
    warn: hex(0x744700),
    bad: hex(0x9d1c18),
    rule: hex(0x8a949d),
};

const HIGH_CONTRAST_ON_BLACK: Inks = Inks {
    text: hex(0xffffff),
    quiet: hex(0xd9d9d9),
    accent: hex(0x66e0ff),
    good: hex(0x7dff9b),
    warn: hex(0xffd75f),
    bad: hex(0xffb3ab),
    rule: hex(0xd9d9d9),
};

const HIGH_CONTRAST_ON_WHITE: Inks = Inks {
    text: hex(0x000000),
    quiet: hex(0x303030),
    accent: hex(0x004552),
    good: hex(0x00471a),
    warn: hex(0x523300),
    bad: hex(0x7d0000),
    rule: hex(0x303030),
};

/// True colours on a dark ground.
pub(super) static DARK: Palette = Palette {
    inks: DARK_INKS,
    ground: Color::Reset,
    band: Some((Inks { text: hex(0xffffff), ..DARK_INKS }, hex(0x1f4650))),
};

/// True colours on a light ground.
pub(super) static LIGHT: Palette = Palette {
    inks: LIGHT_INKS,
    ground: Color::Reset,
    band: Some((Inks { text: hex(0x0b1f24), ..LIGHT_INKS }, hex(0xb7dce5))),
};

/// White on black, whatever the terminal's ground.
pub(super) static HIGH_CONTRAST_DARK: Palette = Palette {
    inks: HIGH_CONTRAST_ON_BLACK,
    ground: hex(0x000000),
    band: Some((HIGH_CONTRAST_ON_WHITE, hex(0xffffff))),
};

/// Black on white, whatever the terminal's ground.
pub(super) static HIGH_CONTRAST_LIGHT: Palette = Palette {
    inks: HIGH_CONTRAST_ON_WHITE,
    ground: hex(0xffffff),
    band: Some((HIGH_CONTRAST_ON_BLACK, hex(0x000000))),
};

/// The terminal's sixteen colours on a dark ground: those that can be read there.
pub(super) static SIXTEEN_DARK: Palette = Palette {
    inks: Inks {
        accent: Color::Cyan,
        good: Color::Green,
        warn: Color::Yellow,
        bad: Color::LightRed,
        ..Inks::NONE
    },
    ground: Color::Reset,
    band: None,
};

/// The terminal's sixteen colours on a light ground: those that can be read there.
pub(super) static SIXTEEN_LIGHT: Palette = Palette {
    inks: Inks { accent: Color::Blue, warn: Color::Magenta, bad: Color::Red, ..Inks::NONE },
    ground: Color::Reset,
    band: None,
};

/// Weight, lines and reversed type alone.
pub(super) static NO_COLOUR: Palette =
    Palette { inks: Inks::NONE, ground: Color::Reset, band: None };
