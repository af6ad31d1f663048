//! A clinic: title with clock and state of saving, the stages, the form, the guidance pane.

use std::time::Duration;

use crate::{
    app::{Area, ClinicScreen, GuidanceRow, Model, SaveStatus},
    clinic::{PlacementMethod, clock, summary},
    text::{counted, shorten, width, wrap},
    tui::{canvas::Canvas, theme::StyleRole, views::form::draw_form},
};

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model) {
    let Some(clinic) = &model.clinic else { return };
    let parts = model.layout().clinic();
    title(canvas, model, clinic, parts.title);
    if let Some(area) = parts.rail {
        rail(canvas, model, clinic, area);
    }
    match (&parts.guidance, clinic.guidance.open) {
        (Some(area), _) => {
            draw_form(canvas, clinic, parts.form);
            canvas.rule_before(*area);
            guidance(canvas, model, clinic, *area);
        }
        (None, true) => guidance(canvas, model, clinic, parts.form),
        (None, false) => draw_form(canvas, clinic, parts.form),
    }
    if clinic.placing.is_some() {
        placing(canvas, model, clinic);
    }
}

fn title(canvas: &mut Canvas<'_>, model: &Model, clinic: &ClinicScreen, area: Area) {
    let facts = summary(&clinic.session);
    let practice = if facts.practice { " · PRACTICE, not saved" } else { "" };
    let left = format!("{} · {}{practice}", facts.title, facts.case_key);
    let view = clock(&clinic.session, model.now);
    let time = if model.reduced_motion {
        // Seconds would stand still for a minute, or jump with each key.
        whole_minutes(view.stage_elapsed, view.stage_planned)
    } else {
        format!("{} of {}", minutes(view.stage_elapsed), minutes(view.stage_planned))
    };
    let (note, role) = if view.paused {
        (" · clock paused", StyleRole::Warn)
    } else if view.stage_overrun > Duration::ZERO {
        (" · over time", StyleRole::Warn)
    } else {
        ("", StyleRole::Quiet)
    };
    let middle = format!("{}/{} {} · {time}{note}", facts.stage, facts.stages, facts.stage_title);
    let (state, state_look) = saving(model, clinic);
    let right = width(&state) + 1;
    let room = usize::from(area.width).saturating_sub(right + width(&middle) + 5);
    // On a narrow screen the name of the format gives way first: stage, time and saving stay.
    let key = &facts.case_key;
    let shorter = if facts.practice { format!("{key} · PRACTICE") } else { key.clone() };
    let fits = |text: &String| width(text) <= room;
    let left = [left, format!("{key}{practice}")].into_iter().find(fits).unwrap_or(shorter);
    let left_area = Area { width: (room + 2) as u16, ..area };
    let end = canvas.put_short(left_area, 0, 1, &left, StyleRole::Heading);
    canvas.put(area, 0, end + 2, &middle, if note.is_empty() { StyleRole::Strong } else { role });
    canvas.put_right(area, 0, end, &format!("{state} "), state_look);
}

fn saving(model: &Model, clinic: &ClinicScreen) -> (String, StyleRole) {
    if clinic.note.is_none() {
        return (String::new(), StyleRole::Quiet);
    }
    if clinic.reads_only || model.read_only.is_some() {
        return ("read-only".to_owned(), StyleRole::Warn);
    }
    match &model.saving {
        SaveStatus::NotSaved(_) => ("NOT SAVED".to_owned(), StyleRole::Bad),
        SaveStatus::Saved(at) if !clinic.is_unsaved() => {
            (format!("Saved {}", model.local.time(*at)), StyleRole::Good)
        }
        SaveStatus::Nothing if !clinic.is_unsaved() => (String::new(), StyleRole::Quiet),
        _ => ("Saving …".to_owned(), StyleRole::Quiet),
    }
}

fn minutes(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{:02}:{:02}", seconds / 60, seconds % 60)
}

fn whole_minutes(elapsed: Duration, planned: Duration) -> String {
    format!("{} of {} min", elapsed.as_secs() / 60, planned.as_secs() / 60)
}

fn rail(canvas: &mut Canvas<'_>, model: &Model, clinic: &ClinicScreen, area: Area) {
    let session = &clinic.session;
    let mut row = 0;
    for (at, stage) in session.template().stages.iter().enumerate() {
        let skipped = session.passes().iter().any(|pass| pass.stage == stage.id && pass.skipped);
        let (mark, role) = match () {
            () if at == session.stage() => ("▸", StyleRole::Strong),
            () if skipped => ("–", StyleRole::Quiet),
            () if at < session.furthest() && session.is_worked_on(at) => ("✓", StyleRole::Text),
            // Gone past, with nothing answered.
            () if at < session.furthest() => (" ", StyleRole::Text),
            () => (" ", StyleRole::Quiet),
        };
        canvas.put(area, row, 1, mark, StyleRole::Accent);
        let title = format!("{} {}", at + 1, stage.title.show(session.language()));
        let lines = wrap(&title, usize::from(area.width).saturating_sub(6));
        for (line, range) in lines.into_iter().enumerate() {
            let indent = if line == 0 { 2 } else { 4 };
            canvas.put(area, row, indent, &title[range], role);
            row += 1;
        }
    }
    row += 1;
    if !session.template().roles.is_empty() {
        let here = session.participants().iter().filter(|one| one.present).count();
        let people = counted(here, "person", "people");
        canvas.put(area, row, 1, &format!("{people} here"), StyleRole::Quiet);
        row += 1;
    }
    let view = clock(session, model.now);
    let all = whole_minutes(view.total_elapsed, view.total_planned);
    canvas.put(area, row, 1, &format!("Total {all}"), StyleRole::Quiet);
    canvas.rule_before(Area { x: area.x + area.width, ..area });
}

fn guidance(canvas: &mut Canvas<'_>, model: &Model, clinic: &ClinicScreen, area: Area) {
    let open = clinic.guidance.open;
    let inner = Area { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
    let library = model.library.as_ref();
    let rows = library.map(|library| clinic.guidance.rows(&clinic.session, library));
    let rows = rows.unwrap_or_default();
    let is_heard = |row: &GuidanceRow| !row.why.is_empty() && clinic.guidance.results.is_none();
    let title = match (&clinic.guidance.results, rows.first().is_some_and(is_heard)) {
        (Some(_), _) => "Guidance found",
        (None, true) => "Guidance for your notes",
        (None, false) => "Guidance for this stage",
    };
    canvas.put(inner, 0, 0, title, StyleRole::Heading);
    let mut row = 1;
    if open {
        let layout = clinic.guidance.query.layout(usize::from(u16::MAX));
        canvas.put(inner, row, 0, "›", StyleRole::Accent);
        if layout.text.is_empty() {
            canvas.put(inner, row, 2, "type to search", StyleRole::Quiet);
        } else {
            canvas.put(inner, row, 2, &layout.text, StyleRole::Strong);
        }
        if model.dialog.is_none() {
            canvas.point(inner, row, 2 + layout.caret.1);
        }
        row += 1;
    }
    let height = usize::from(inner.height).saturating_sub(5);
    let mut was_heard = false;
    for (at, entry) in rows.iter().enumerate() {
        let chosen = open && at == clinic.guidance.chosen;
        let mark = if chosen { "▌" } else { "▸" };
        let cited = if entry.cited { " (cited)" } else { "" };
        let text = format!("{}{cited}", entry.title);
        let columns = usize::from(inner.width).saturating_sub(3);
        let lines = wrap(&text, columns);
        let heard = is_heard(entry);
        if row + lines.len() + usize::from(heard) > height {
            break;
        }
        if at > 0 && !heard && was_heard {
            canvas.put(inner, row, 0, "For this stage", StyleRole::Heading);
            row += 1;
        }
        was_heard = heard;
        canvas.put(inner, row, 0, mark, StyleRole::Accent);
        for range in lines {
            let role = if chosen { StyleRole::Chosen } else { StyleRole::Text };
            canvas.put(inner, row, 2, &text[range], role);
            row += 1;
        }
        if heard {
            let why = shorten(&format!("matches: {}", entry.why), columns);
            canvas.put(inner, row, 2, &why, StyleRole::Quiet);
            row += 1;
        }
    }
    if let Some(script) = stage_script(clinic).filter(|_| !open) {
        row += 1;
        canvas.put(inner, row, 0, "To read aloud (F9)", StyleRole::Heading);
        for range in wrap(script, usize::from(inner.width).saturating_sub(1)) {
            row += 1;
            if row < height + 2 {
                canvas.put(inner, row, 0, &script[range], StyleRole::Text);
            }
        }
    }
    let bottom = usize::from(inner.height).saturating_sub(2);
    let hints: &[&str] = if open {
        &["Enter: read. F6: cite in the note", "Esc: back to the form"]
    } else {
        &["Ctrl-G: open, search and cite"]
    };
    for (at, hint) in hints.iter().enumerate() {
        canvas.put_short(inner, bottom + at, 0, hint, StyleRole::Quiet);
    }
}

fn stage_script(clinic: &ClinicScreen) -> Option<&str> {
    let session = &clinic.session;
    let stage = session.template().stages.get(session.stage())?;
    Some(stage.script.as_ref()?.show(session.language()).trim())
}

/// Somebody places privately: the whole body is covered, and nothing says what is chosen.
fn placing(canvas: &mut Canvas<'_>, model: &Model, clinic: &ClinicScreen) {
    let Some(placing) = &clinic.placing else { return };
    // Who says it aloud at the table, or lays down a card, does not place in private.
    let title = match placing.way {
        PlacementMethod::PassTheKeyboard => "Placing privately",
        PlacementMethod::Cards | PlacementMethod::RoundTheTable => "Placing: nothing is shown",
    };
    let inner = canvas.frame(model.layout().body(), title);
    let round = if placing.again { "Second round. " } else { "" };
    let (what, how) = match placing.way {
        PlacementMethod::PassTheKeyboard => (
            "Pass the keyboard to",
            "Only this person looks at the screen. Your choice is not shown.",
        ),
        PlacementMethod::Cards => {
            ("Card", "Type the number on the card. It is not shown until all cards are in.")
        }
        PlacementMethod::RoundTheTable => (
            "Now ask",
            "Type the number this person says. It is not shown until everyone has spoken.",
        ),
    };
    let who = format!("{round}{what}: {}", placing.who);
    canvas.put_short(inner, 0, 0, &who, StyleRole::Heading);
    canvas.put_short(inner, 1, 0, how, StyleRole::Text);
    let (state, role) = if placing.is_chosen() {
        ("● Chosen and hidden. Enter: confirm. Another number: change it.", StyleRole::Good)
    } else {
        ("○ Press a number. Esc: back without placing.", StyleRole::Strong)
    };
    canvas.put(inner, 2, 0, state, role);
    canvas.point(inner, 2, 0);
    let columns = usize::from(inner.width);
    let definitions: Vec<_> = placing
        .steps
        .iter()
        .map(|step| wrap(&step.definition, columns.saturating_sub(3)))
        .collect();
    let needed: usize = 4 + placing.steps.len() + definitions.iter().map(Vec::len).sum::<usize>();
    // On a small screen the names of the steps come before what they mean.
    let with_definitions = needed <= usize::from(inner.height);
    let mut row = 4;
    for (at, step) in placing.steps.iter().enumerate() {
        let end =
            canvas.put(inner, row, 0, &format!("{}  {}", at + 1, step.text), StyleRole::Strong);
        if with_definitions {
            for range in &definitions[at] {
                row += 1;
                canvas.put(inner, row, 3, &step.definition[range.clone()], StyleRole::Quiet);
            }
        } else {
            canvas.put_short(inner, row, end + 2, &step.definition, StyleRole::Quiet);
        }
        row += 1;
    }
}
