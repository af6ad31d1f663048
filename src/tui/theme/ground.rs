//! What the terminal can show: how many colours, on what ground, which letters.
//!
//! The ground is asked for once (OSC 11); the answer comes among the keys. Until then, and from a terminal that
//! never answers, what the environment says is taken.

use std::env;

/// Asks the terminal for the colour of its ground.
pub const ASK: &str = "\x1b]11;?\x1b\\";

/// How many colours there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colours {
    /// None are wanted (`NO_COLOR`).
    None,
    /// The terminal's own sixteen.
    Sixteen,
    /// Any.
    True,
}

/// What all is drawn on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// Letters are lighter than it.
    Dark,
    /// Letters are darker than it.
    Light,
    /// Nothing says which.
    Unknown,
}

impl Colours {
    /// Returns what the environment says.
    pub fn of_environment() -> Self {
        let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
        let said = |name, words: &[&str]| {
            env::var(name).is_ok_and(|value| words.iter().any(|word| value.contains(word)))
        };
        if is_set("NO_COLOR") {
            Self::None
        } else if said("COLORTERM", &["truecolor", "24bit"]) || said("TERM", &["-direct"]) {
            Self::True
        } else {
            Self::Sixteen
        }
    }
}

impl Ground {
    /// Returns what the environment says: `COLORFGBG` names the colours of letters and ground by their numbers among
    /// the sixteen.
    pub fn of_environment() -> Self {
        env::var("COLORFGBG").map_or(Self::Unknown, |value| Self::of_numbers(&value))
    }

    fn of_numbers(value: &str) -> Self {
        match value.rsplit(';').next().and_then(|ground| ground.parse::<u8>().ok()) {
            Some(0..=6 | 8) => Self::Dark,
            Some(7 | 9..=15) => Self::Light,
            _ => Self::Unknown,
        }
    }

    /// Returns what the answer to [`ASK`] says: `11;rgb:RRRR/GGGG/BBBB`, with one to four hexadecimal digits each.
    /// `None` if it is no such answer.
    pub fn of_answer(answer: &str) -> Option<Self> {
        let colours = answer.strip_prefix("11;")?;
        let colours = colours.strip_prefix("rgb:").or_else(|| colours.strip_prefix("rgba:"))?;
        let mut parts = colours.split('/').map(|part| {
            let digits =
                u32::try_from(part.len()).ok().filter(|digits| (1..=4).contains(digits))?;
            let highest = 16_u32.pow(digits) - 1;
            Some(f64::from(u32::from_str_radix(part, 16).ok()?) / f64::from(highest))
        });
        let (red, green, blue) = (parts.next()??, parts.next()??, parts.next()??);
        // How light it looks: the eye sees green best.
        let light = 0.299_f64.mul_add(red, 0.587_f64.mul_add(green, 0.114 * blue));
        Some(if light < 0.5 { Self::Dark } else { Self::Light })
    }

    /// Whether this terminal can be asked: some write the question on the screen.
    pub fn can_be_asked() -> bool {
        env::var("TERM").is_ok_and(|term| !matches!(term.as_str(), "" | "dumb" | "linux"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_in_every_width_and_rubbish_is_none() {
        for (answer, ground) in [
            ("11;rgb:0000/0000/0000", Some(Ground::Dark)),
            ("11;rgb:ffff/ffff/ffff", Some(Ground::Light)),
            ("11;rgb:1e/1e/1e", Some(Ground::Dark)),
            ("11;rgb:f/f/f", Some(Ground::Light)),
            ("11;rgba:fdfd/f6f6/e3e3/ffff", Some(Ground::Light)),
            ("11;rgb:0000/2b2b/3636", Some(Ground::Dark)),
            ("11;rgb:00000/0/0", None),
            ("11;rgb:zz/00/00", None),
            ("11;rgb:ffff/ffff", None),
            ("11;?", None),
            ("10;rgb:ffff/ffff/ffff", None),
            ("", None),
        ] {
            assert_eq!(Ground::of_answer(answer), ground, "{answer}");
        }
    }

    #[test]
    fn the_environment_names_the_ground_by_its_last_number() {
        for (value, ground) in [
            ("15;0", Ground::Dark),
            ("0;default;15", Ground::Light),
            ("0;7", Ground::Light),
            ("7;8", Ground::Dark),
            ("15;default", Ground::Unknown),
            ("15;99", Ground::Unknown),
            ("", Ground::Unknown),
        ] {
            assert_eq!(Ground::of_numbers(value), ground, "{value}");
        }
    }
}
