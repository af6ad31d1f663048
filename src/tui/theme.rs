//! Roles of text and their styles. Views name a role; only this file knows colours, and `NO_COLOR` turns every
//! one of them off while keeping what is bold, underlined or reversed.

use ratatui::style::{Color, Modifier, Style};

use crate::{app::TextRole, services::ThemeChoice};

/// The role of something on screen, which decides its style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StyleRole {
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

/// The style of every role.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    colour: bool,
}

impl Theme {
    /// Returns the theme a person chose; `NO_COLOR`, set to anything, turns colours off whatever it is.
    pub fn of(choice: ThemeChoice) -> Self {
        let allowed = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self { colour: allowed && choice == ThemeChoice::Terminal }
    }

    /// With or without colours.
    pub fn new(colour: bool) -> Self {
        Self { colour }
    }

    /// Returns the style of a role.
    pub fn style(self, role: StyleRole) -> Style {
        // The sixteen colours of the terminal follow its own light or dark scheme. Grey text is
        // drawn dim instead of in a fixed grey, which vanishes on some schemes.
        let (modifier, colour) = match role {
            StyleRole::Text => (Modifier::empty(), None),
            StyleRole::Good => (Modifier::empty(), Some(Color::Green)),
            StyleRole::Muted | StyleRole::Rule | StyleRole::Bar => (Modifier::DIM, None),
            StyleRole::BarKey | StyleRole::Strong => (Modifier::BOLD, None),
            StyleRole::Bad => (Modifier::BOLD, Some(Color::Red)),
            StyleRole::Marker | StyleRole::Heading => (Modifier::BOLD, Some(Color::Cyan)),
            StyleRole::Title => (Modifier::BOLD | Modifier::UNDERLINED, None),
            StyleRole::Match => (Modifier::BOLD | Modifier::UNDERLINED, Some(Color::Magenta)),
            StyleRole::Emphasis => (Modifier::ITALIC, None),
            StyleRole::Caution => (Modifier::ITALIC, Some(Color::Yellow)),
            StyleRole::Link => (Modifier::UNDERLINED, Some(Color::Blue)),
            StyleRole::Identifier => (Modifier::UNDERLINED, Some(Color::Yellow)),
            StyleRole::Wording => (Modifier::UNDERLINED | Modifier::DIM, None),
            StyleRole::Chosen => (Modifier::REVERSED, None),
            StyleRole::CurrentMatch => (Modifier::BOLD | Modifier::REVERSED, None),
        };
        let style = Style::new().add_modifier(modifier);
        colour.filter(|_| self.colour).map_or(style, |colour| style.fg(colour))
    }
}

/// Returns the role of a piece of a page.
pub fn style_role_of(role: TextRole) -> StyleRole {
    match role {
        TextRole::Body => StyleRole::Text,
        TextRole::Strong => StyleRole::Strong,
        TextRole::Emphasis => StyleRole::Emphasis,
        TextRole::Heading => StyleRole::Heading,
        TextRole::Muted => StyleRole::Muted,
        TextRole::Link => StyleRole::Link,
        TextRole::Check => StyleRole::Caution,
        TextRole::Superseded => StyleRole::Bad,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [StyleRole; 19] = [
        StyleRole::Text,
        StyleRole::Muted,
        StyleRole::Bar,
        StyleRole::BarKey,
        StyleRole::Title,
        StyleRole::Heading,
        StyleRole::Strong,
        StyleRole::Emphasis,
        StyleRole::Link,
        StyleRole::Chosen,
        StyleRole::Match,
        StyleRole::CurrentMatch,
        StyleRole::Caution,
        StyleRole::Good,
        StyleRole::Bad,
        StyleRole::Marker,
        StyleRole::Rule,
        StyleRole::Identifier,
        StyleRole::Wording,
    ];

    #[test]
    fn without_colour_nothing_has_a_colour_and_the_choice_is_still_reversed() {
        let theme = Theme::new(false);
        for role in ALL {
            let style = theme.style(role);
            assert_eq!((style.fg, style.bg), (None, None), "{role:?}");
        }
        assert!(theme.style(StyleRole::Chosen).add_modifier.contains(Modifier::REVERSED));
    }

    #[test]
    fn no_look_sets_a_background() {
        let theme = Theme::new(true);
        assert!(ALL.into_iter().all(|role| theme.style(role).bg.is_none()));
    }
}
