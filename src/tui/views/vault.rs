//! The vault: its state, the check, its copies, its members.

use crate::{
    app::{Model, VaultLineSort},
    tui::{canvas::Canvas, theme::StyleRole},
};

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model) {
    let layout = model.layout();
    canvas.put_rule(layout.rule());
    canvas.put(layout.place(), 0, 1, "Vault", StyleRole::Heading);
    let page = layout.body().text();
    let lines = model.vault_screen.lines(usize::from(page.width), &model.local);
    if lines.is_empty() {
        canvas.put(page, 0, 0, "Loading vault details …", StyleRole::Text);
    }
    let height = usize::from(page.height);
    for (row, line) in lines.iter().skip(model.vault_screen.top).take(height).enumerate() {
        let role = match line.sort {
            VaultLineSort::Heading => StyleRole::Heading,
            VaultLineSort::Said => StyleRole::Text,
            VaultLineSort::Command => StyleRole::Accent,
            VaultLineSort::Good => StyleRole::Good,
            VaultLineSort::Bad => StyleRole::Bad,
        };
        canvas.put(page, row, 0, &line.text, role);
    }
    canvas.point(page, 0, 0);
}
