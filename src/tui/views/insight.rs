//! Counts without names, as a page of numbers, words and bars.

use crate::{
    app::{Area, MARGIN, Model, Timespan, VaultStatus},
    report::insight::NO_FIGURES,
    tui::{canvas::Canvas, theme::StyleRole},
};

/// Where no note was counted.
const NOTHING: &str = "No clinics were completed in this time. Once one is, it is counted here: without names, with small numbers marked, and with what each number can and cannot tell you.";

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model) {
    let layout = model.layout();
    let place = layout.place();
    canvas.put_rule(layout.rule());
    canvas.put(place, 0, 1, "Insight", StyleRole::Heading);
    let tabs = Timespan::EVERY.map(|span| (span.title().to_owned(), model.insight.span == span));
    canvas.put_tabs(place, 0, tabs);
    let body = layout.body().below(1);
    let text: &str = match (&model.vault, &model.insight.counted) {
        (VaultStatus::Open, Some(counted)) if counted.own.is_empty() => NOTHING,
        (VaultStatus::Open, Some(_)) => return lines(canvas, model, layout.body().text()),
        (VaultStatus::Open, None) => "Counting …",
        (VaultStatus::Locked, _) => {
            return canvas.explain_keys(
                body,
                "The vault is locked.",
                &[(
                    "Enter",
                    "Unlock it and count the completed notes, without names and with small numbers marked",
                )],
            );
        }
        (VaultStatus::Missing, _) => {
            let text = "There is no vault for confidential notes yet. Once clinics are completed, they are counted here: without names, with small numbers marked, and with what each number can and cannot tell you.";
            let keys = [("F3", "Go to Clinics to start one, or to practise")];
            return canvas.explain_keys(body, text, &keys);
        }
        (VaultStatus::Unusable(why), _) => why,
        (VaultStatus::Unknown, _) => return,
    };
    canvas.explain(body, MARGIN.into(), text);
}

fn lines(canvas: &mut Canvas<'_>, model: &Model, area: Area) {
    let lines = model.insight.lines(usize::from(area.width), model.is_sharing);
    let height = usize::from(area.height);
    for (at, line) in lines.iter().enumerate().skip(model.insight.top).take(height) {
        let row = at - model.insight.top;
        // A figure begins below an empty line.
        let begins = at > 0 && lines[at - 1].is_empty() && !line.starts_with(NO_FIGURES);
        let role = if begins { StyleRole::Heading } else { StyleRole::Text };
        let bar = line.find('■').unwrap_or(line.len());
        let end = canvas.put(area, row, 0, &line[..bar], role);
        canvas.put(area, row, end, &line[bar..], StyleRole::Accent);
    }
    canvas.point(area, 0, 0);
}
