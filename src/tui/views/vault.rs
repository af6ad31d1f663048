//! The vault: its state, the check, its copies, its members.

use crate::{
    app::{Model, VaultLineSort},
    tui::{canvas::Canvas, theme::Look},
};

/// Draws the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model) {
    let area = model.size.body();
    canvas.put(area, 0, 1, "Vault", Look::Title);
    let page = model.size.insight();
    let lines = model.vault_screen.lines(usize::from(page.width));
    if lines.is_empty() {
        canvas.put(page, 0, 1, "Loading vault details …", Look::Text);
    }
    let height = usize::from(page.height);
    for (row, line) in lines.iter().skip(model.vault_screen.top).take(height).enumerate() {
        let look = match line.sort {
            VaultLineSort::Heading => Look::Heading,
            VaultLineSort::Said => Look::Text,
            VaultLineSort::Advice => Look::Muted,
            VaultLineSort::Good => Look::Good,
            VaultLineSort::Bad => Look::Bad,
        };
        canvas.put(page, row, 0, &line.text, look);
    }
    canvas.point(page, 0, 0);
}
