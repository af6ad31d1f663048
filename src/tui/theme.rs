//! Meanings to looks. Views name a meaning; only this file knows colours, and NO_COLOR turns every
//! one of them off while keeping what is bold, underlined or reversed.

use ratatui::style::{Color, Modifier, Style};

use crate::{app::Role, services::ThemeChoice};

/// What something on screen means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Ordinary text.
    Text,
    /// Less important.
    Muted,
    /// The bars at top and bottom.
    Bar,
    /// A key in the bottom bar.
    BarKey,
    /// The open tab, and the title of a screen.
    Title,
    /// A heading.
    Heading,
    /// Set apart strongly.
    Strong,
    /// Set apart lightly.
    Emphasis,
    /// A link.
    Link,
    /// The chosen row or link.
    Chosen,
    /// A place that matches what was typed.
    Match,
    /// The place found that is shown now.
    CurrentMatch,
    /// “Check the live source”, warnings, overrun.
    Caution,
    /// Saved, done, ready.
    Good,
    /// Not saved, wrong, missing.
    Bad,
    /// The marker of the focused field and the chosen row.
    Marker,
    /// A rule between panes.
    Rule,
    /// Text being typed that may identify somebody.
    Identifier,
    /// Text being typed for which there may be better words.
    Wording,
}

/// How meanings look.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    colour: bool,
}

impl Theme {
    /// The look a person chose; NO_COLOR, set to anything, turns colours off whatever it is.
    pub fn of(choice: ThemeChoice) -> Self {
        let allowed = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self { colour: allowed && choice == ThemeChoice::Terminal }
    }

    /// With or without colours.
    pub fn new(colour: bool) -> Self {
        Self { colour }
    }

    /// The look of a meaning.
    pub fn style(self, look: Look) -> Style {
        let style = Style::new();
        let plain = match look {
            Look::Text | Look::Good => style,
            Look::Muted | Look::Rule | Look::Bar => style.add_modifier(Modifier::DIM),
            Look::BarKey | Look::Strong | Look::Bad | Look::Marker => {
                style.add_modifier(Modifier::BOLD)
            }
            Look::Title => style.add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            Look::Heading => style.add_modifier(Modifier::BOLD),
            Look::Emphasis => style.add_modifier(Modifier::ITALIC),
            Look::Link => style.add_modifier(Modifier::UNDERLINED),
            Look::Chosen => style.add_modifier(Modifier::REVERSED),
            Look::Match => style.add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            Look::CurrentMatch => style.add_modifier(Modifier::BOLD | Modifier::REVERSED),
            Look::Caution => style.add_modifier(Modifier::ITALIC),
            Look::Identifier => style.add_modifier(Modifier::UNDERLINED),
            Look::Wording => style.add_modifier(Modifier::UNDERLINED | Modifier::DIM),
        };
        if !self.colour {
            return plain;
        }
        // The sixteen colours of the terminal follow its own light or dark scheme. Grey text is
        // drawn dim instead of in a fixed grey, which vanishes on some schemes.
        match look {
            Look::Heading => plain.fg(Color::Cyan),
            Look::Link => plain.fg(Color::Blue),
            Look::Match => plain.fg(Color::Magenta),
            Look::Caution => plain.fg(Color::Yellow),
            Look::Good => plain.fg(Color::Green),
            Look::Bad => plain.fg(Color::Red),
            Look::Marker => plain.fg(Color::Cyan),
            Look::Identifier => plain.fg(Color::Yellow),
            _ => plain,
        }
    }
}

/// The look of a piece of a page.
pub fn look_of(role: Role) -> Look {
    match role {
        Role::Body => Look::Text,
        Role::Strong => Look::Strong,
        Role::Emphasis => Look::Emphasis,
        Role::Heading => Look::Heading,
        Role::Muted => Look::Muted,
        Role::Link => Look::Link,
        Role::Check => Look::Caution,
        Role::Superseded => Look::Bad,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Look; 19] = [
        Look::Text,
        Look::Muted,
        Look::Bar,
        Look::BarKey,
        Look::Title,
        Look::Heading,
        Look::Strong,
        Look::Emphasis,
        Look::Link,
        Look::Chosen,
        Look::Match,
        Look::CurrentMatch,
        Look::Caution,
        Look::Good,
        Look::Bad,
        Look::Marker,
        Look::Rule,
        Look::Identifier,
        Look::Wording,
    ];

    #[test]
    fn without_colour_nothing_has_a_colour_and_the_choice_is_still_reversed() {
        let theme = Theme::new(false);
        for look in ALL {
            let style = theme.style(look);
            assert_eq!((style.fg, style.bg), (None, None), "{look:?}");
        }
        assert!(theme.style(Look::Chosen).add_modifier.contains(Modifier::REVERSED));
    }

    #[test]
    fn no_look_sets_a_background() {
        let theme = Theme::new(true);
        assert!(ALL.into_iter().all(|look| theme.style(look).bg.is_none()));
    }
}
