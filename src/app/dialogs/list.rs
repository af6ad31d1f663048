//! Choosing in a list by arrows or by number.

use crate::app::{
    action::KeyAction,
    key::Key,
    keymap::{self, KeyContext},
};

/// Moves a choice among `count`; the place chosen once Enter is pressed or its number typed.
pub(crate) fn choose_by(
    context: KeyContext,
    key: Key,
    chosen: &mut usize,
    count: usize,
) -> Option<usize> {
    match keymap::own(context, key)? {
        KeyAction::Choose => return Some(*chosen).filter(|at| *at < count),
        KeyAction::Previous => *chosen = chosen.saturating_sub(1),
        KeyAction::Next => *chosen = (*chosen + 1).min(count.saturating_sub(1)),
        KeyAction::ChooseNumber => return keymap::place(key).filter(|at| *at < count),
        _ => {}
    }
    None
}
