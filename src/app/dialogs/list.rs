//! Choosing in a list by arrows or by number.

use crate::app::key::{Code, Key};

/// Moves a choice among `count`; the place chosen once Enter is pressed or its number typed.
pub(crate) fn choose_by(key: Key, chosen: &mut usize, count: usize) -> Option<usize> {
    match (key.code, key.typed()) {
        (Code::Enter, _) => return Some(*chosen).filter(|at| *at < count),
        (Code::Up, _) => *chosen = chosen.saturating_sub(1),
        (Code::Down | Code::Tab, _) => *chosen = (*chosen + 1).min(count.saturating_sub(1)),
        (_, Some(digit)) => {
            let at = digit.to_digit(10).and_then(|digit| (digit as usize).checked_sub(1));
            return at.filter(|at| *at < count);
        }
        _ => {}
    }
    None
}
