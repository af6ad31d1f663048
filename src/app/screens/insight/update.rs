//! Counts: which days, and reading on.

use crate::{
    app::{
        AfterUnlock, Effect, HandOverSource, KeyAction, Model, Screen, VaultRequest, VaultStatus,
        screens::{hand_over, locked::update::with_vault},
    },
    report::{insight::csv, insight_document},
};

pub(crate) fn go(model: &mut Model) {
    model.save_now();
    model.screen = Screen::Insight;
    count(model);
}

/// Counts the notes of the chosen days, if the vault is open.
fn count(model: &mut Model) {
    if model.vault == VaultStatus::Open {
        model.request(VaultRequest::Count(model.insight.span.period(model.today())));
    }
}

pub(crate) fn handle_action(model: &mut Model, action: KeyAction) {
    match action {
        KeyAction::Open if model.vault != VaultStatus::Open => {
            let period = model.insight.span.period(model.today());
            with_vault(model, AfterUnlock::Count(period));
        }
        KeyAction::NextKind => {
            model.insight.next_span();
            count(model);
        }
        KeyAction::CopyTable => {
            // Whoever gets the copy may not read the notes.
            let counted = model.insight.counted.as_ref();
            model.effects.extend(counted.map(|counted| Effect::Copy(csv(&counted.shared))));
        }
        KeyAction::OpenHandOver => {
            if let Some(counted) = &model.insight.counted {
                let document = insight_document(&counted.shared);
                hand_over::update::open(model, HandOverSource::Insight(document));
            }
        }
        KeyAction::Back => model.screen = Screen::Clinics,
        action => {
            let page = model.layout().body().text();
            let (columns, height) = (usize::from(page.width), usize::from(page.height));
            model.insight.scroll(action, columns, height, model.is_sharing);
        }
    }
}
