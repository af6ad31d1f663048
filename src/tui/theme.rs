//! Roles of text and their styles. Views name a role; only this module knows colours.
//!
//! Eight roles carry all meaning, and one more draws the rules between panes. The others are one of the eight with
//! an emphasis of its own. A style says everything about a cell, so that what is drawn replaces what stood there.

pub mod glyphs;
pub mod ground;
mod palette;

use ratatui::style::{Color, Modifier, Style};

use self::{
    glyphs::Glyphs,
    ground::{Colours, Ground},
    palette::{Inks, Palette},
};
use crate::{app::TextRole, services::ThemeChoice};

/// The role of something on screen, which decides its style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StyleRole {
    /// Answers, prose, titles of results.
    Text,
    /// Questions, case keys, values that were decided.
    Strong,
    /// Hints, facts about an entry, what keys do, the rail of an answer.
    Quiet,
    /// The focus bar, the dots of a placement.
    Accent,
    /// Saved, answered, closer, in force.
    Good,
    /// Needed, to be checked, over time.
    Warn,
    /// What to do in danger, not saved, overdue, what stops completing.
    Bad,
    /// The row or option under the cursor, the open tab.
    Chosen,
    /// Accent and strong: a heading, the title of a dialog, a key.
    Heading,
    /// Accent and strong: a place that matches what was typed.
    Match,
    /// Accent, underlined.
    Link,
    /// Warning, underlined: text being typed that may identify somebody.
    Identifier,
    /// Accent, underlined: text being typed for which there may be better words.
    Wording,
    /// A rule between panes, which carries no meaning.
    Rule,
}

impl StyleRole {
    /// Every role.
    pub const EVERY: [Self; 14] = [
        Self::Text,
        Self::Strong,
        Self::Quiet,
        Self::Accent,
        Self::Good,
        Self::Warn,
        Self::Bad,
        Self::Chosen,
        Self::Heading,
        Self::Match,
        Self::Link,
        Self::Identifier,
        Self::Wording,
        Self::Rule,
    ];
}

/// The style of every role, and the glyphs that can be drawn.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    palette: &'static Palette,
    pub(super) glyphs: Glyphs,
}

impl Default for Theme {
    /// As on a dark terminal that can show everything.
    fn default() -> Self {
        Self::of(ThemeChoice::Auto, Colours::True, Ground::Dark, Glyphs::Unicode)
    }
}

impl Theme {
    /// Returns the theme a person chose, on a terminal with these colours and this ground.
    pub fn of(choice: ThemeChoice, colours: Colours, ground: Ground, glyphs: Glyphs) -> Self {
        let palette = match (choice, colours, ground) {
            (ThemeChoice::Monochrome, ..) | (_, Colours::None, _) => &palette::NO_COLOUR,
            (ThemeChoice::HighContrast, _, Ground::Light) => &palette::HIGH_CONTRAST_LIGHT,
            (ThemeChoice::HighContrast, ..) => &palette::HIGH_CONTRAST_DARK,
            (ThemeChoice::Dark, Colours::Sixteen, _) => &palette::SIXTEEN_DARK,
            (ThemeChoice::Dark, Colours::True, _) => &palette::DARK,
            (ThemeChoice::Light, Colours::Sixteen, _) => &palette::SIXTEEN_LIGHT,
            (ThemeChoice::Light, Colours::True, _) => &palette::LIGHT,
            (ThemeChoice::Auto, Colours::True, Ground::Dark) => &palette::DARK,
            (ThemeChoice::Auto, Colours::True, Ground::Light) => &palette::LIGHT,
            (ThemeChoice::Auto | ThemeChoice::Terminal, _, Ground::Dark) => &palette::SIXTEEN_DARK,
            (ThemeChoice::Auto | ThemeChoice::Terminal, _, Ground::Light) => {
                &palette::SIXTEEN_LIGHT
            }
            // No colour of the sixteen can be read on both grounds.
            (ThemeChoice::Auto | ThemeChoice::Terminal, _, Ground::Unknown) => &palette::NO_COLOUR,
        };
        Self { palette, glyphs }
    }

    /// Returns the style of a role, on the ground or on the band of what is chosen.
    pub fn style(self, role: StyleRole, on_band: bool) -> Style {
        let on_band = on_band || role == StyleRole::Chosen;
        let Palette { inks, ground, band } = self.palette;
        let (inks, ground, reversed) = match band {
            Some((inks, ground)) if on_band => (inks, *ground, Modifier::empty()),
            None if on_band => (&Inks::NONE, Color::Reset, Modifier::REVERSED),
            _ => (inks, *ground, Modifier::empty()),
        };
        let (bold, underlined) = (Modifier::BOLD, Modifier::UNDERLINED);
        // Where nothing has a colour, what it would say is said by weight and lines.
        let without = |modifier| if inks.are_colours() { Modifier::empty() } else { modifier };
        let (ink, modifier) = match role {
            StyleRole::Text | StyleRole::Chosen => (inks.text, Modifier::empty()),
            StyleRole::Strong => (inks.text, bold),
            StyleRole::Quiet => (inks.quiet, Modifier::empty()),
            StyleRole::Accent => (inks.accent, without(bold)),
            StyleRole::Good => (inks.good, Modifier::empty()),
            StyleRole::Warn => (inks.warn, Modifier::empty()),
            // Of the sixteen colours no red is bright enough by itself.
            StyleRole::Bad => (inks.bad, if inks.are_true() { Modifier::empty() } else { bold }),
            StyleRole::Heading => (inks.accent, bold),
            StyleRole::Match => (inks.accent, bold | without(underlined)),
            StyleRole::Link | StyleRole::Wording => (inks.accent, underlined),
            StyleRole::Identifier => (inks.warn, underlined | without(bold)),
            StyleRole::Rule => (inks.rule, Modifier::empty()),
        };
        let modifier = modifier | reversed;
        Style {
            fg: Some(ink),
            bg: Some(ground),
            add_modifier: modifier,
            sub_modifier: Modifier::all() - modifier,
            ..Style::new()
        }
    }

    /// Whether a cell with this style is on the band of what is chosen.
    pub(super) fn is_band(self, style: Style) -> bool {
        match &self.palette.band {
            Some((_, ground)) => style.bg == Some(*ground),
            None => style.add_modifier.contains(Modifier::REVERSED),
        }
    }
}

/// Returns the role of a piece of a page.
pub fn style_role_of(role: TextRole) -> StyleRole {
    match role {
        TextRole::Body | TextRole::Marker => StyleRole::Text,
        TextRole::Strong | TextRole::Emphasis => StyleRole::Strong,
        TextRole::Heading => StyleRole::Heading,
        TextRole::Muted | TextRole::Rail => StyleRole::Quiet,
        TextRole::Footnote | TextRole::AnswerRail => StyleRole::Accent,
        TextRole::Link => StyleRole::Link,
        TextRole::Check => StyleRole::Warn,
        TextRole::InForce => StyleRole::Good,
        TextRole::Superseded | TextRole::Urgent => StyleRole::Bad,
        TextRole::Rule => StyleRole::Rule,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unreadable_literal, reason = "a colour is read as rrggbb")]

    use super::*;

    /// Grounds of terminals in use, as the design names them.
    const DARK: [u32; 7] = [0x000000, 0x0c0c0c, 0x1e1e1e, 0x282c34, 0x300a24, 0x002b36, 0x2e3440];
    const LIGHT: [u32; 5] = [0xffffff, 0xf2f2f2, 0xeff1f5, 0xfdf6e3, 0xfbf1c7];
    /// The letters of a terminal, on its own ground.
    const OWN_LETTERS: [u32; 2] = [0xd0d0d0, 0x303030];

    fn theme(choice: ThemeChoice, colours: Colours, ground: Ground) -> Theme {
        Theme::of(choice, colours, ground, Glyphs::Unicode)
    }

    fn parts(colour: Color, own: u32) -> [f64; 3] {
        let [_, red, green, blue] = match colour {
            Color::Rgb(red, green, blue) => [0, red, green, blue],
            _ => own.to_be_bytes(),
        };
        [red, green, blue].map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        })
    }

    /// Contrast by WCAG 2, of 1 to 21.
    fn contrast(letters: [f64; 3], ground: [f64; 3]) -> f64 {
        let light = |[red, green, blue]: [f64; 3]| {
            0.2126_f64.mul_add(red, 0.7152_f64.mul_add(green, 0.0722 * blue)) + 0.05
        };
        let (one, other) = (light(letters), light(ground));
        one.max(other) / one.min(other)
    }

    /// The lowest contrast of any role that is read, on these grounds and on the band.
    fn lowest(theme: Theme, grounds: &[u32], own: u32) -> f64 {
        let read = StyleRole::EVERY.into_iter().filter(|role| *role != StyleRole::Rule);
        read.flat_map(|role| [(role, false), (role, true)])
            .flat_map(|(role, on_band)| {
                let style = theme.style(role, on_band);
                grounds.iter().map(move |ground| {
                    let letters = parts(style.fg.expect("styles are whole"), own);
                    contrast(letters, parts(style.bg.expect("styles are whole"), *ground))
                })
            })
            .fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn every_role_can_be_read_on_every_ground_and_on_the_band() {
        let [light_letters, dark_letters] = OWN_LETTERS;
        let dark = theme(ThemeChoice::Auto, Colours::True, Ground::Dark);
        let light = theme(ThemeChoice::Auto, Colours::True, Ground::Light);
        assert!(
            lowest(dark, &DARK, light_letters) >= 4.5,
            "{}",
            lowest(dark, &DARK, light_letters)
        );
        assert!(lowest(light, &LIGHT, dark_letters) >= 4.5);
        for ground in [Ground::Dark, Ground::Light, Ground::Unknown] {
            let high = theme(ThemeChoice::HighContrast, Colours::True, ground);
            assert!(lowest(high, &[0x808080], 0x808080) >= 7.0, "{ground:?}");
        }
    }

    #[test]
    fn without_colour_nothing_has_a_colour_and_roles_are_told_apart_by_weight_and_lines() {
        let plain = theme(ThemeChoice::Monochrome, Colours::True, Ground::Dark);
        for role in StyleRole::EVERY {
            for on_band in [false, true] {
                let style = plain.style(role, on_band);
                assert_eq!((style.fg, style.bg), (Some(Color::Reset), Some(Color::Reset)));
            }
        }
        assert!(plain.style(StyleRole::Chosen, false).add_modifier.contains(Modifier::REVERSED));
        let modifiers = |role| plain.style(role, false).add_modifier;
        assert_ne!(modifiers(StyleRole::Match), modifiers(StyleRole::Strong));
        assert_ne!(modifiers(StyleRole::Identifier), modifiers(StyleRole::Wording));
    }

    #[test]
    fn a_ground_that_is_not_known_gets_no_colour_unless_one_was_chosen() {
        for colours in [Colours::Sixteen, Colours::True] {
            let auto = theme(ThemeChoice::Auto, colours, Ground::Unknown);
            assert!(StyleRole::EVERY.iter().all(|role| {
                let style = auto.style(*role, false);
                (style.fg, style.bg) == (Some(Color::Reset), Some(Color::Reset))
            }));
        }
        let dark = theme(ThemeChoice::Dark, Colours::Sixteen, Ground::Unknown);
        assert_eq!(dark.style(StyleRole::Accent, false).fg, Some(Color::Cyan));
    }

    #[test]
    fn sixteen_colours_keep_to_those_that_can_be_read_on_their_side() {
        let used = |ground| {
            let theme = theme(ThemeChoice::Terminal, Colours::True, ground);
            StyleRole::EVERY.map(|role| theme.style(role, false).fg.expect("styles are whole"))
        };
        let barred = [Color::Blue, Color::Magenta, Color::Red, Color::DarkGray];
        assert!(!used(Ground::Dark).iter().any(|colour| barred.contains(colour)));
        let barred = [Color::Cyan, Color::Green, Color::Yellow];
        assert!(!used(Ground::Light).iter().any(|colour| barred.contains(colour)));
    }

    #[test]
    fn only_what_is_chosen_has_a_ground_of_its_own() {
        for ground in [Ground::Dark, Ground::Light, Ground::Unknown] {
            for colours in [Colours::None, Colours::Sixteen, Colours::True] {
                let theme = theme(ThemeChoice::Auto, colours, ground);
                for role in StyleRole::EVERY {
                    let style = theme.style(role, false);
                    assert_eq!(theme.is_band(style), role == StyleRole::Chosen, "{role:?}");
                    assert!(theme.is_band(theme.style(role, true)));
                }
            }
        }
    }
}
