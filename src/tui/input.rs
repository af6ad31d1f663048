//! Keys, pastes and resizes, read on a thread of their own so that a terminal that hangs up can't
//! make the main thread spin.

use std::{
    sync::mpsc::Sender,
    thread::{self, Builder},
};

use crossterm::event::{
    self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent,
    MouseEventKind,
};

use crate::app::{Code, Key, Message, Mouse};

/// Starts reading. The thread ends when the terminal is gone or nobody listens.
pub(super) fn start(messages: Sender<Message>) -> std::io::Result<thread::JoinHandle<()>> {
    Builder::new().name("input".into()).spawn(move || {
        loop {
            let message = match event::read() {
                Ok(event) => match translate(event) {
                    Some(message) => message,
                    None => continue,
                },
                Err(_) => Message::TerminalLost,
            };
            let lost = matches!(message, Message::TerminalLost);
            if messages.send(message).is_err() || lost {
                return;
            }
        }
    })
}

fn translate(event: Event) -> Option<Message> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => {
            translate_key(key).map(Message::Pressed)
        }
        Event::Paste(text) => Some(Message::Pasted(text)),
        Event::Mouse(mouse) => translate_mouse(mouse).map(Message::MouseMoved),
        Event::Resize(columns, rows) => Some(Message::Resized { columns, rows }),
        _ => None,
    }
}

fn translate_mouse(mouse: MouseEvent) -> Option<Mouse> {
    match mouse.kind {
        MouseEventKind::Down(MouseButton::Left) => {
            Some(Mouse::Clicked { column: mouse.column, row: mouse.row })
        }
        MouseEventKind::ScrollUp => Some(Mouse::WheelUp),
        MouseEventKind::ScrollDown => Some(Mouse::WheelDown),
        _ => None,
    }
}

fn translate_key(key: KeyEvent) -> Option<Key> {
    let mut shift = key.modifiers.contains(KeyModifiers::SHIFT);
    let mut ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    let code = match key.code {
        // Some terminals send Ctrl-H for Backspace.
        KeyCode::Char('h') if ctrl => {
            ctrl = false;
            Code::Backspace
        }
        KeyCode::Char(c) => {
            shift = false;
            Code::Char(if ctrl { c.to_ascii_lowercase() } else { c })
        }
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => {
            shift = true;
            Code::Tab
        }
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::F(n) => Code::F(n),
        _ => return None,
    };
    // Ctrl-J is a line feed: what some terminals send for Enter inside a paste without brackets.
    let code = if ctrl && code == Code::Char('j') {
        ctrl = false;
        Code::Enter
    } else {
        code
    };
    Some(Key { code, ctrl, alt: key.modifiers.contains(KeyModifiers::ALT), shift })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: KeyCode, modifiers: KeyModifiers) -> Option<Key> {
        translate_key(KeyEvent::new(code, modifiers))
    }

    #[test]
    fn shift_belongs_to_the_character_and_back_tab_is_shift_tab() {
        assert_eq!(key(KeyCode::Char('É'), KeyModifiers::SHIFT), Some(Key::char('É')));
        assert_eq!(key(KeyCode::BackTab, KeyModifiers::SHIFT), Some(Key::shift(Code::Tab)));
    }

    #[test]
    fn of_the_mouse_only_clicks_and_the_wheel_are_heard() {
        let heard = |kind| {
            translate_mouse(MouseEvent { kind, column: 3, row: 4, modifiers: KeyModifiers::NONE })
        };
        let click = MouseEventKind::Down(MouseButton::Left);
        assert_eq!(heard(click), Some(Mouse::Clicked { column: 3, row: 4 }));
        assert_eq!(heard(MouseEventKind::ScrollUp), Some(Mouse::WheelUp));
        assert_eq!(heard(MouseEventKind::Up(MouseButton::Left)), None);
        assert_eq!(heard(MouseEventKind::Moved), None);
    }

    #[test]
    fn backspace_and_line_feed_in_their_other_forms_are_understood() {
        assert_eq!(
            key(KeyCode::Char('h'), KeyModifiers::CONTROL),
            Some(Key::plain(Code::Backspace))
        );
        assert_eq!(key(KeyCode::Char('j'), KeyModifiers::CONTROL), Some(Key::plain(Code::Enter)));
    }
}
