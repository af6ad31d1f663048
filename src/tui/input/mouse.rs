//! Reports of the mouse: clicks of the first button and the wheel; whatever else it does says
//! nothing.

use crate::app::Mouse;

/// Bit of a report: the button was let go of or the mouse moved.
const MOVED: u16 = 0b10_0000;
/// Bit of a report: the wheel.
const WHEEL: u16 = 0b100_0000;
/// Bits of a report that say which keys were held.
const HELD: u16 = 0b1_1100;

/// What a report says: its first number, and the place counted from one.
pub(super) fn mouse(what: u16, column: u16, row: u16, is_release: bool) -> Option<Mouse> {
    if what & MOVED != 0 || is_release {
        return None;
    }
    match (what & !HELD, what & WHEEL != 0) {
        (0, false) => {
            Some(Mouse::Clicked { column: column.saturating_sub(1), row: row.saturating_sub(1) })
        }
        (0b100_0000, true) => Some(Mouse::WheelUp),
        (0b100_0001, true) => Some(Mouse::WheelDown),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_mouse_only_clicks_and_the_wheel_are_heard() {
        assert_eq!(mouse(0, 4, 5, false), Some(Mouse::Clicked { column: 3, row: 4 }));
        assert_eq!(mouse(64, 4, 5, false), Some(Mouse::WheelUp));
        assert_eq!(mouse(65, 4, 5, false), Some(Mouse::WheelDown));
        assert_eq!(mouse(0, 4, 5, true), None, "let go of");
        assert_eq!(mouse(35, 4, 5, false), None, "moved");
        assert_eq!(mouse(2, 4, 5, false), None, "another button");
    }
}
