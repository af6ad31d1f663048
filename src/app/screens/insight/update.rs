//! Counts: which days, and reading on.

use crate::app::{dialogs::open_vault::with_vault, saving::save_now};
use crate::{
    app::{AfterUnlock, Effect, KeyAction, Model, Screen, VaultStatus},
    report::insight::{Insight, csv},
    services::RequestError,
};

/// Shows the counts.
pub(crate) fn go(model: &mut Model) -> Vec<Effect> {
    let mut effects = save_now(model);
    model.screen = Screen::Insight;
    if model.vault == VaultStatus::Open {
        effects.extend(count(model));
    }
    effects
}

fn count(model: &Model) -> Vec<Effect> {
    AfterUnlock::Count(model.insight.span.period(model.today())).effects()
}

/// Takes what was counted.
pub(crate) fn counted(
    model: &mut Model,
    counted: Result<Box<Insight>, RequestError>,
) -> Vec<Effect> {
    match counted {
        Ok(insight) => model.insight.insight = Some(*insight),
        Err(why) => model.warn(why.to_string()),
    }
    Vec::new()
}

/// Does what a key of the table means here.
pub(crate) fn handle_action(model: &mut Model, action: KeyAction) -> Vec<Effect> {
    match action {
        KeyAction::Open if model.vault != VaultStatus::Open => {
            let period = model.insight.span.period(model.today());
            return with_vault(model, AfterUnlock::Count(period));
        }
        KeyAction::NextKind => {
            model.insight.next_span();
            if model.vault == VaultStatus::Open {
                return count(model);
            }
        }
        KeyAction::CopyTable => {
            if let Some(insight) = &model.insight.insight {
                return vec![Effect::Copy(csv(insight))];
            }
        }
        KeyAction::Back => model.screen = Screen::Clinics,
        action => {
            let page = model.size.insight();
            let (columns, height) = (usize::from(page.width), usize::from(page.height));
            model.insight.scroll(action, columns, height);
        }
    }
    Vec::new()
}
