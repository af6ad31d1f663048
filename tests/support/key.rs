//! Keys by their names, as the bytes a terminal of the xterm family sends.

/// A key that is not plain text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Enter,
    Esc,
    Tab,
    BackTab,
    Backspace,
    Delete,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    F(u8),
    Ctrl(char),
    Alt(char),
}

impl Key {
    /// Everything that can be pressed, for tests that press all of it.
    pub(crate) fn all() -> Vec<Self> {
        use Key::*;
        let mut keys = vec![Enter, Esc, Tab, BackTab, Backspace, Delete, Up, Down, Left, Right];
        keys.extend([Home, End, PageUp, PageDown]);
        keys.extend((1..=12).map(F));
        keys.extend(('a'..='z').map(Ctrl));
        keys.extend(('a'..='z').map(Alt));
        keys
    }

    /// What the terminal sends.
    pub(crate) fn bytes(self) -> Vec<u8> {
        let text = match self {
            Self::Enter => "\r",
            Self::Esc => "\x1b",
            Self::Tab => "\t",
            Self::BackTab => "\x1b[Z",
            Self::Backspace => "\x7f",
            Self::Delete => "\x1b[3~",
            Self::Up => "\x1b[A",
            Self::Down => "\x1b[B",
            Self::Right => "\x1b[C",
            Self::Left => "\x1b[D",
            Self::Home => "\x1b[H",
            Self::End => "\x1b[F",
            Self::PageUp => "\x1b[5~",
            Self::PageDown => "\x1b[6~",
            Self::F(n @ 1..=4) => return vec![0x1b, b'O', b'P' + n - 1],
            Self::F(n) => {
                let code = [15, 17, 18, 19, 20, 21, 23, 24][usize::from(n - 5)];
                return format!("\x1b[{code}~").into_bytes();
            }
            Self::Ctrl(c) => return vec![c as u8 & 0x1f],
            Self::Alt(c) => return vec![0x1b, c as u8],
        };
        text.as_bytes().to_vec()
    }
}
