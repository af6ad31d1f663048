//! A clinic: title with clock and state of saving, the stages, the form, the guidance pane.

mod shared;

use std::time::Duration;

use crate::{
    app::{Area, ClinicScreen, GuidanceRow, Model, SaveStatus},
    clinic::{PlacementMethod, Session, StageNeeds, clock, summary},
    text::{counted, paragraphs, shorten, width, wrap},
    tui::{canvas::Canvas, theme::StyleRole, views::form::draw_form},
};

/// Columns left of the text in a pane beside the form.
const PANE_MARGIN: u16 = 2;
/// From this width on all stages have room in the rule.
const STAGES_IN_RULE: u16 = 80;
/// So much of the name of the open stage is shown beside the numbers of the others.
const MIN_STAGE_NAME: usize = 12;

/// Rows of the script that are shown beside the form, if any are.
const MIN_SCRIPT: usize = 3;

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model) {
    let Some(clinic) = &model.clinic else { return };
    if model.is_sharing {
        shared::draw(canvas, model, clinic);
        if clinic.placing.is_some() {
            placing(canvas, model, clinic);
        }
        return;
    }
    let parts = model.layout().clinic(clinic.guidance.open);
    place(canvas, model, clinic, parts.title);
    let rule = model.layout().rule();
    canvas.put_rule(rule);
    match parts.rail {
        Some(area) => {
            rail(canvas, clinic, area);
            right_on_rule(canvas, rule, &clinic.placed_row().unwrap_or_default());
        }
        None => stages_on_rule(canvas, clinic, rule),
    }
    draw_form(canvas, clinic, parts.form);
    if let Some(area) = parts.guidance {
        canvas.rule_before(area);
        guidance(canvas, model, clinic, area);
    }
    if clinic.placing.is_some() {
        placing(canvas, model, clinic);
    }
}

/// Where one is, how time stands, and whether all is saved. Where there is no room for everything, the name of the
/// format gives way first, and the time of the whole meeting next.
fn place(canvas: &mut Canvas<'_>, model: &Model, clinic: &ClinicScreen, area: Area) {
    let facts = summary(&clinic.session);
    let practice = if facts.practice { " · nothing is saved" } else { "" };
    let (state, state_role) = saving(model, clinic);
    let room = usize::from(area.width).saturating_sub(2);
    let state_columns = if state.is_empty() { 0 } else { width(&state) + 4 };
    let columns = |pieces: &[(String, StyleRole)]| -> usize {
        pieces.iter().map(|(text, _)| width(text)).sum()
    };
    let (in_short, in_all) = (time(model, clinic, false), time(model, clinic, true));
    let names = [format!(" {}{practice}", facts.title), practice.to_owned(), String::new()];
    let key = width(&facts.case_key);
    let fits = |name: &str, time: &[(String, StyleRole)]| {
        key + width(name) + 2 + columns(time) + state_columns <= room
    };
    let choices = [(&names[0], &in_all), (&names[0], &in_short), (&names[1], &in_short)];
    let (name, time) =
        choices.into_iter().find(|(name, time)| fits(name, time)).unwrap_or((&names[2], &in_short));
    let end = canvas.put(area, 0, 1, &facts.case_key, StyleRole::Strong);
    canvas.put(area, 0, end, name, StyleRole::Text);
    let last = usize::from(area.width).saturating_sub(1);
    canvas.put(area, 0, last.saturating_sub(width(&state)), &state, state_role);
    let mut column = last.saturating_sub(state_columns + columns(time));
    for (text, role) in time {
        column = canvas.put(area, 0, column, text, *role);
    }
}

/// How the time of the stage stands, and with `in_all` that of the meeting.
fn time(model: &Model, clinic: &ClinicScreen, in_all: bool) -> Vec<(String, StyleRole)> {
    let view = clock(&clinic.session, model.now);
    let minutes = |time: Duration| time.as_secs() / 60;
    let elapsed = if model.reduced_motion {
        // Seconds would stand still for a minute, or jump with each key.
        minutes(view.stage_elapsed).to_string()
    } else {
        format!("{:02}:{:02}", minutes(view.stage_elapsed), view.stage_elapsed.as_secs() % 60)
    };
    // Who practises is late for nothing.
    let is_over = view.stage_overrun > Duration::ZERO && !clinic.session.is_practice();
    let mut time = Vec::new();
    if view.paused {
        time.push(("! clock paused · ".to_owned(), StyleRole::Warn));
    } else if is_over {
        time.push(("! over time · ".to_owned(), StyleRole::Warn));
    }
    time.push(("stage ".to_owned(), StyleRole::Text));
    time.push((elapsed, if is_over { StyleRole::Warn } else { StyleRole::Text }));
    let planned = minutes(view.stage_planned);
    if in_all {
        time.push((format!(" of {planned} · in all "), StyleRole::Text));
        time.push((minutes(view.total_elapsed).to_string(), StyleRole::Text));
        time.push((format!(" of {} min", minutes(view.total_planned)), StyleRole::Text));
    } else {
        time.push((format!(" of {planned} min"), StyleRole::Text));
    }
    time
}

fn saving(model: &Model, clinic: &ClinicScreen) -> (String, StyleRole) {
    if clinic.note.is_none() {
        return (String::new(), StyleRole::Quiet);
    }
    if clinic.reads_only || model.read_only.is_some() {
        return ("! read-only".to_owned(), StyleRole::Warn);
    }
    match &model.saving {
        SaveStatus::NotSaved(_) => ("! NOT SAVED".to_owned(), StyleRole::Bad),
        SaveStatus::Saved(at) if !clinic.is_unsaved() => {
            (format!("✓ Saved {}", model.local.time(*at)), StyleRole::Good)
        }
        SaveStatus::Nothing if !clinic.is_unsaved() => (String::new(), StyleRole::Quiet),
        _ => ("Saving …".to_owned(), StyleRole::Quiet),
    }
}

/// How far a stage has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// It is open.
    Here,
    /// It was left out, with a reason.
    Skipped,
    /// One has been there, and all it needs is answered.
    Done,
    /// One has been there, and something is still needed.
    Partly,
    /// Nobody has been there.
    NotBegun,
}

impl Progress {
    fn of(session: &Session, stage: usize, needs: StageNeeds) -> Self {
        let id = session.template().stages.get(stage).map(|stage| stage.id.as_str());
        let is_skipped =
            session.passes().iter().any(|pass| pass.skipped && Some(pass.stage.as_str()) == id);
        match () {
            () if stage == session.stage() => Self::Here,
            () if is_skipped => Self::Skipped,
            () if stage > session.furthest() => Self::NotBegun,
            () if needs.are_met() => Self::Done,
            () => Self::Partly,
        }
    }

    fn sign(self) -> (&'static str, StyleRole) {
        match self {
            Self::Here => ("▸", StyleRole::Accent),
            Self::Done => ("✓", StyleRole::Good),
            Self::Skipped | Self::Partly => ("–", StyleRole::Quiet),
            Self::NotBegun => ("·", StyleRole::Quiet),
        }
    }
}

/// The stages and how far each has come, written over the rule: on a narrow screen only the open one.
fn stages_on_rule(canvas: &mut Canvas<'_>, clinic: &ClinicScreen, area: Area) {
    let session = &clinic.session;
    let stages = &session.template().stages;
    let here = session.stage();
    let title = |at: usize| stages[at].title.show(session.language());
    let StageNeeds { needed, answered } = clinic.needs(here);
    let right = match (clinic.placed_row(), needed) {
        (Some(row), _) => row,
        (None, 0) => String::new(),
        _ if needed == answered => format!("✓ {answered} of {needed} needed answered"),
        _ => format!("{answered} of {needed} needed answered"),
    };
    let room = usize::from(area.width).saturating_sub(width(&right) + 10);
    let mut pieces: Vec<(String, StyleRole)> = Vec::new();
    if area.width >= STAGES_IN_RULE {
        for at in 0..stages.len() {
            let number = at + 1;
            let progress = Progress::of(session, at, clinic.needs(at));
            let is_joined = |progress| matches!(progress, Progress::Here | Progress::NotBegun);
            if at > 0 {
                let before = if is_joined(progress) && at > here { " · " } else { " " };
                pieces.push((before.to_owned(), StyleRole::Quiet));
            }
            match progress {
                Progress::Here => {
                    pieces.push((format!("{number} {}", title(at)), StyleRole::Heading));
                }
                Progress::NotBegun => pieces.push((number.to_string(), StyleRole::Quiet)),
                _ => {
                    let (sign, role) = progress.sign();
                    pieces.push((sign.to_owned(), role));
                    pieces.push((number.to_string(), StyleRole::Quiet));
                }
            }
        }
    }
    let columns: usize = pieces.iter().map(|(text, _)| width(text)).sum();
    let over = columns.saturating_sub(room);
    if let Some((name, _)) = pieces.iter_mut().find(|(_, role)| *role == StyleRole::Heading)
        && over > 0
    {
        *name = shorten(name, width(name).saturating_sub(over).max(MIN_STAGE_NAME));
    }
    let columns: usize = pieces.iter().map(|(text, _)| width(text)).sum();
    if pieces.is_empty() || columns > room {
        let title = shorten(&format!("{}/{} {}", here + 1, stages.len(), title(here)), room);
        pieces = vec![(title, StyleRole::Heading)];
    }
    let mut column = canvas.put(area, 0, 2, " ", StyleRole::Text);
    for (text, role) in pieces {
        column = canvas.put(area, 0, column, &text, role);
    }
    canvas.put(area, 0, column, " ", StyleRole::Text);
    right_on_rule(canvas, area, &right);
}

fn right_on_rule(canvas: &mut Canvas<'_>, area: Area, right: &str) {
    if right.is_empty() {
        return;
    }
    let start = usize::from(area.width).saturating_sub(width(right) + 3);
    canvas.put(area, 0, start, &format!(" {right} "), StyleRole::Text);
    if right.starts_with('✓') {
        canvas.put(area, 0, start + 1, "✓", StyleRole::Good);
    }
}

/// The stages down the left side, with how many needed answers there are where one has been, and who is here.
fn rail(canvas: &mut Canvas<'_>, clinic: &ClinicScreen, area: Area) {
    let session = &clinic.session;
    let columns = usize::from(area.width);
    let mut row = 1;
    for (at, stage) in session.template().stages.iter().enumerate() {
        let needs = clinic.needs(at);
        let progress = Progress::of(session, at, needs);
        let (sign, sign_role) = progress.sign();
        canvas.put(area, row, 0, sign, sign_role);
        let (count, role) = match (progress, needs.needed) {
            (Progress::Here, 0) => (String::new(), StyleRole::Heading),
            (Progress::Here, needed) => {
                (format!("{}/{needed}", needs.answered), StyleRole::Heading)
            }
            (Progress::Partly, needed) => (format!("{}/{needed}", needs.answered), StyleRole::Text),
            (Progress::Done, _) => (String::new(), StyleRole::Text),
            (Progress::Skipped | Progress::NotBegun, _) => (String::new(), StyleRole::Quiet),
        };
        let title = format!("{} {}", at + 1, stage.title.show(session.language()));
        let lines = wrap(&title, columns.saturating_sub(2));
        let mut end = 0;
        for (line, range) in lines.into_iter().enumerate() {
            let indent = if line == 0 { 2 } else { 4 };
            end = canvas.put(area, row, indent, &title[range], role);
            row += 1;
        }
        // Where the name leaves no room, below it.
        if !count.is_empty() && end + 1 + width(&count) > columns {
            row += 1;
        }
        canvas.put_right(area, row - 1, 0, &count, StyleRole::Quiet);
    }
    if !session.template().roles.is_empty() {
        let here = session.participants().iter().filter(|one| one.present).count();
        let people = counted(here, "person", "people");
        canvas.put(area, row + 1, 0, &format!("{people} here"), StyleRole::Quiet);
    }
    // One free column at each side of the rule.
    canvas.rule_before(Area { x: area.x + area.width + 3, ..area });
}

/// Guidance for the stage, in a pane beside the form.
fn guidance(canvas: &mut Canvas<'_>, model: &Model, clinic: &ClinicScreen, area: Area) {
    let open = clinic.guidance.open;
    let text =
        Area { x: area.x + PANE_MARGIN, width: area.width.saturating_sub(PANE_MARGIN), ..area };
    let columns = usize::from(text.width);
    let library = model.library.as_ref();
    let rows = library.map(|library| clinic.guidance.rows(&clinic.session, library));
    let rows = rows.unwrap_or_default();
    let title = match (&clinic.guidance.results, rows.first().is_some_and(|row| row.follows)) {
        (Some(_), _) => "Guidance found",
        (None, true) => "For what you wrote",
        (None, false) => "For this stage",
    };
    let hints = if open {
        "Enter: read. F6: cite in the note. Esc: back to the form."
    } else {
        "Ctrl-G: search guidance and cite it."
    };
    let hint_rows = wrap(hints, columns);
    let height = usize::from(text.height).saturating_sub(hint_rows.len() + 1);
    let mut row = 1;
    if open || !rows.is_empty() {
        canvas.put(text, row, 0, title, StyleRole::Heading);
        row += 1;
    }
    if open {
        canvas.put(text, row, 0, "›", StyleRole::Accent);
        let query = &clinic.guidance.query;
        let mut caret = 2;
        if query.text().is_empty() {
            canvas.put(text, row, 2, "type to search", StyleRole::Quiet);
        } else {
            caret = canvas.put_typed(text, row, 2, query, columns.saturating_sub(3));
        }
        if model.dialog.is_none() {
            canvas.point(text, row, caret);
        }
        row += 1;
    }
    // Each with the empty row above it, the first of the pinned ones with its heading.
    let lines: Vec<GuidanceLines> = rows
        .iter()
        .enumerate()
        .map(|(at, entry)| {
            let parted = at > 0 && rows[at - 1].follows && !entry.follows;
            GuidanceLines::of(entry, parted, columns)
        })
        .collect();
    let height_of = |lines: &[GuidanceLines]| -> usize {
        lines
            .iter()
            .map(|one| 1 + usize::from(one.heading) + one.title.len() + one.answer.len())
            .sum()
    };
    // What is chosen stays in view.
    let room = height.saturating_sub(row);
    let chosen = clinic.guidance.chosen.min(lines.len().saturating_sub(1));
    let first = if open && !lines.is_empty() {
        (0..=chosen).find(|first| height_of(&lines[*first..=chosen]) <= room).unwrap_or(chosen)
    } else {
        0
    };
    let mut shown = first;
    for (at, entry) in lines.iter().enumerate().skip(first) {
        if row + height_of(std::slice::from_ref(entry)) > height {
            break;
        }
        shown = at + 1;
        row += 1;
        if entry.heading {
            canvas.put(text, row, 0, "For this stage", StyleRole::Heading);
            row += 1;
        }
        if open && at == chosen {
            canvas.choose_rows(area, row, entry.title.len());
        }
        row = canvas.put_lines(text, row, &entry.title, StyleRole::Text);
        row = canvas.put_lines(text, row, &entry.answer, StyleRole::Quiet);
    }
    if open && shown < lines.len() {
        let below = format!("{} more below ↓", lines.len() - shown);
        canvas.put(text, height, 0, &below, StyleRole::Quiet);
    }
    if let Some(script) = stage_script(clinic).filter(|_| !open && row + MIN_SCRIPT < height) {
        row += 1;
        let end = canvas.put(text, row, 0, "To read aloud ", StyleRole::Heading);
        canvas.put(text, row, end + 1, "F9", StyleRole::Heading);
        for range in wrap(script, columns) {
            row += 1;
            if row < height {
                canvas.put(text, row, 0, &script[range], StyleRole::Text);
            }
        }
    }
    for (at, range) in hint_rows.into_iter().enumerate() {
        canvas.put(text, height + 1 + at, 0, &hints[range], StyleRole::Quiet);
    }
}

/// An entry of the guidance pane, broken to its columns.
struct GuidanceLines {
    /// Whether a heading parts it from those that follow the writing.
    heading: bool,
    title: Vec<String>,
    answer: Vec<String>,
}

impl GuidanceLines {
    fn of(entry: &GuidanceRow, heading: bool, columns: usize) -> Self {
        let cited = if entry.cited { " (cited)" } else { "" };
        let columns = columns as u16;
        Self {
            heading,
            title: paragraphs(&format!("{}{cited}", entry.title), columns),
            answer: paragraphs(&entry.answer, columns),
        }
    }
}

fn stage_script(clinic: &ClinicScreen) -> Option<&str> {
    let session = &clinic.session;
    let stage = session.template().stages.get(session.stage())?;
    Some(stage.script.as_ref()?.show(session.language()).trim())
}

/// Lines of the behaviour that is being placed.
const MAX_BEHAVIOUR_LINES: usize = 3;

/// Somebody places privately: the whole body is covered, and nothing says what is chosen, unless they
/// check it themselves.
fn placing(canvas: &mut Canvas<'_>, model: &Model, clinic: &ClinicScreen) {
    let Some(placing) = &clinic.placing else { return };
    // A number that somebody types for others is not a secret at the table.
    let title = match placing.way {
        PlacementMethod::PassTheKeyboard => "Placing privately",
        _ => "Placing: nothing is shown",
    };
    let inner = canvas.frame(model.layout().body(), title);
    let columns = usize::from(inner.width);
    let round = if placing.again { "Second round. " } else { "" };
    let (what, how) = match placing.way {
        PlacementMethod::PassTheKeyboard => (
            "Pass the keyboard to",
            "Only this person looks at the screen. Your choice is not shown.",
        ),
        PlacementMethod::Cards => {
            ("Card or fingers", "Type the number they showed. It is not shown until all are in.")
        }
        PlacementMethod::VideoCall => (
            "From the video call",
            "Type the number they sent or showed. It is not shown until all are in.",
        ),
        PlacementMethod::RoundTheTable => {
            ("Now ask", "Type the number this person says. It is not shown until all have spoken.")
        }
    };
    let end = canvas.put(inner, 0, 0, &format!("{round}{what}: "), StyleRole::Text);
    let is_shared = model.is_sharing;
    let seen = |text: &str| if is_shared { shared::masked(clinic, text) } else { text.to_owned() };
    canvas.put_short(inner, 0, end, &format!(" {} ", seen(&placing.who)), StyleRole::Chosen);
    canvas.put_short(inner, 1, 0, how, StyleRole::Text);
    // On a small screen the stages come before empty rows, and before the end of the behaviour.
    let spare = usize::from(inner.height).saturating_sub(placing.steps.len() + 7);
    let empty = usize::from(spare > 0);
    let mut row = 2 + empty;
    let most = spare.clamp(1, MAX_BEHAVIOUR_LINES);
    let behaviour = seen(&placing.behaviour);
    for line in wrap(&behaviour, columns).into_iter().take(most) {
        canvas.put_short(inner, row, 0, &behaviour[line], StyleRole::Text);
        row += 1;
    }
    if !placing.behaviour.is_empty() {
        row += empty;
    }
    // Not even the person who chose looks at it on a screen that others see.
    let checked = placing.checked(model.now).filter(|_| !model.is_sharing);
    let (state, role) = match checked {
        Some((number, step)) => (
            format!("● Your choice: {number}  {}. It is hidden again in a moment.", step.text),
            StyleRole::Good,
        ),
        None if placing.is_chosen() && model.is_sharing => (
            "● Chosen and hidden. Enter: confirm. Another number: change it.".to_owned(),
            StyleRole::Good,
        ),
        None if placing.is_chosen() => (
            "● Chosen and hidden. Enter: confirm. Space: check it. Another number: change it."
                .to_owned(),
            StyleRole::Good,
        ),
        None => ("○ Press a number. Esc: back without placing.".to_owned(), StyleRole::Text),
    };
    for line in wrap(&state, columns) {
        canvas.put(inner, row, 0, &state[line], role);
        row += 1;
    }
    canvas.point(inner, row - 1, 0);
    row += empty;
    let definitions: Vec<_> = placing
        .steps
        .iter()
        .map(|step| wrap(&step.definition, columns.saturating_sub(3)))
        .collect();
    let needed: usize = row + placing.steps.len() + definitions.iter().map(Vec::len).sum::<usize>();
    // On a small screen the names of the steps come before what they mean.
    let with_definitions = needed <= usize::from(inner.height);
    for (at, step) in placing.steps.iter().enumerate() {
        let end =
            canvas.put(inner, row, 0, &format!("{}  {}", at + 1, step.text), StyleRole::Strong);
        if with_definitions {
            for range in &definitions[at] {
                row += 1;
                canvas.put(inner, row, 3, &step.definition[range.clone()], StyleRole::Text);
            }
        } else {
            canvas.put_short(inner, row, end + 2, &step.definition, StyleRole::Text);
        }
        row += 1;
    }
}
