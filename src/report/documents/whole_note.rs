//! A note as data: what the note screen shows and every export format writes.
//!
//! Promises: all text is cleaned of control characters; nothing that is not revealed is in it; a
//! placement or a differing view carries the role of its holder only, unless they or the reader
//! asked for more.

use super::imported_from;
use crate::clinic::{
    ActionChange, ActionDetails, ActionStatus, Attendance, Column, EarlierPlacement, Field,
    FieldKind, ItemPlace, MatrixCell, MatrixLine, Outcome, RatingState, RatingView, RoundView,
    Session, Slot, Status, Template, Value, form, what_changed,
};
use crate::report::{
    document::{BlockList, Chart, ChartRow, ReportBlock, emphasis, line, plain, strong},
    insight::{self, ScoreCount, lowest_areas},
};
use crate::text::{LocalTime, show_date};

/// Returns the whole note: everything that was asked, answered or not. People are listed by
/// profession and role. With `attributed`, placements carry both; without it, they are counts. A
/// differing view carries the role only, unless its holder asked otherwise. Times are those of
/// `local`.
pub(super) fn blocks(session: &Session, attributed: bool, local: &LocalTime) -> BlockList {
    let mut builder = Builder { session, attributed, local, blocks: BlockList::default() };
    builder.head();
    builder.people();
    put_answers_by_area(session, &mut builder.blocks);
    builder.stages();
    builder.changes();
    builder.citations();
    builder.corrections();
    builder.blocks
}

/// Returns what the stages and the parts after them hold, without anything that is not answered and
/// without the guidance that was cited.
pub(super) fn details(session: &Session, attributed: bool, local: &LocalTime) -> BlockList {
    let mut builder = Builder { session, attributed, local, blocks: BlockList::default() };
    builder.stages();
    builder.changes();
    builder.corrections();
    builder.blocks.without_empty()
}

struct Builder<'a> {
    session: &'a Session,
    attributed: bool,
    local: &'a LocalTime,
    blocks: BlockList,
}

impl Builder<'_> {
    fn head(&mut self) {
        let session = self.session;
        let about = &session.template().about;
        let title = about.title.show(session.language());
        self.blocks.heading(1, format!("{title}: {}", session.case_key()));
        if session.is_practice() {
            self.blocks.paragraph([strong("Practice: everything in this note is fictional.")]);
        }
        if session.status() == Status::EnteredInError {
            self.blocks.paragraph([strong("Entered in error: do not rely on this note.")]);
        }
        let what = format!(" {}", what_it_is(session.template()));
        self.blocks.paragraph([strong("Confidential."), plain(what)]);
        let mut facts = vec![format!("Status: {}", session.status().title())];
        facts.extend(session.stop_reason().map(|reason| format!("Stopped because: {reason}")));
        facts.extend(imported_from(session, self.local));
        facts.push(format!("Started: {}", self.local.moment(session.started())));
        facts.push(format!("Last changed: {}", self.local.moment(session.updated())));
        if session.clock_jumped() {
            let jumped = "the computer’s clock jumped while this note was written";
            facts.push(format!("Times may be wrong: {jumped}"));
        }
        facts.push(format!("Meeting format: {} {}", about.id, about.version));
        facts.push(format!("Note: {}", session.id()));
        for share in session.shares() {
            let at = self.local.moment(share.at);
            facts.push(format!("Shared with: {}, {at} ({})", line(&share.with), share.reason));
        }
        for (at, what) in session.handed_over() {
            facts.push(format!("Handed over: {}, {}", self.local.moment(at), line(what)));
        }
        if let Some(earlier) = session.earlier() {
            let (title, note, revision) = (&earlier.title, earlier.note, &earlier.revision);
            let started = self.local.moment(earlier.started);
            facts.push(format!("Follows up: {title} of {started}, note {note}, {revision}"));
        }
        self.blocks.list(facts);
    }

    fn stages(&mut self) {
        let session = self.session;
        for (at, stage) in session.template().stages.iter().enumerate() {
            let title = stage.title.show(session.language());
            self.blocks.heading(2, format!("{}. {title}", at + 1));
            for pass in session.passes().iter().filter(|pass| pass.stage == stage.id) {
                let what = if pass.skipped { "Skipped:" } else { "Continued without all answers:" };
                self.blocks.paragraph([emphasis(what), plain(format!(" {}", line(&pass.reason)))]);
            }
            self.fields(&form(session, at));
        }
    }

    fn people(&mut self) {
        let session = self.session;
        if session.participants().is_empty() {
            return;
        }
        self.blocks.heading(2, "Present");
        self.blocks.list(session.participants().iter().map(|one| {
            let attendance = match one.attendance() {
                Attendance::Here => String::new(),
                other => format!(", {}", other.title()),
            };
            format!("{}{attendance}", session.name_of(one.id, true))
        }));
    }

    fn fields(&mut self, fields: &[Field]) {
        for field in fields.iter().filter(|field| field.qualifies.is_none()) {
            let certainty = fields.iter().find(|other| {
                other.qualifies.as_ref() == Some(&field.slot.item)
                    && other.slot.row == field.slot.row
            });
            let certainty =
                certainty.filter(|other| other.answered).and_then(|other| other.shown.clone());
            self.field(field, certainty);
        }
    }

    fn field(&mut self, field: &Field, certainty: Option<String>) {
        let label = &field.label;
        match &field.kind {
            FieldKind::Heading { row: Some((_, number, of)), .. } => {
                self.blocks.heading(3, format!("{label} {number} of {of}"));
            }
            FieldKind::Heading { row: None, .. } => self.blocks.heading(3, label),
            FieldKind::AddRow { .. } => {}
            FieldKind::Display => self.blocks.paragraph([emphasis(line(label))]),
            FieldKind::Rating(view) => self.rating(label, view),
            FieldKind::Matrix { lines, reason } => self.matrix(label, lines, reason),
            FieldKind::Actions(actions) => {
                let actions = actions.iter();
                self.actions(label, actions.map(|one| (&one.details, one.changes.as_slice())));
            }
            FieldKind::LastActions(actions) => {
                self.actions(label, actions.iter().map(|one| (&one.details, &[][..])));
            }
            FieldKind::LastPlacements(placements) => self.placements(label, placements),
            _ => {
                let from = field.from_request.map(|one| one.title().to_owned());
                let beside: Vec<String> =
                    certainty.map(|known| line(&known)).into_iter().chain(from).collect();
                let certainty =
                    (!beside.is_empty()).then(|| emphasis(format!("({})", beside.join("; "))));
                let text = field.shown.as_deref().filter(|_| field.answered);
                self.blocks.answer(label, certainty, text);
            }
        }
    }

    fn placements(&mut self, label: &str, placements: &[EarlierPlacement]) {
        self.blocks.heading(3, label);
        let items = placements.iter().map(|one| {
            let about = Some(line(&one.about)).filter(|about| !about.is_empty());
            let about = about.map(|about| plain(format!(": {about}")));
            [strong(line(&one.shown))].into_iter().chain(about).collect()
        });
        self.blocks.runs_list(items.collect());
        if placements.is_empty() {
            self.blocks.paragraph([plain("None.")]);
        }
    }

    fn actions<'a>(
        &mut self,
        label: &str,
        actions: impl Iterator<Item = (&'a ActionDetails, &'a [ActionChange])>,
    ) {
        self.blocks.heading(3, label);
        let before = self.blocks.0.len();
        let actions = actions.enumerate();
        let local = self.local;
        self.blocks.0.extend(
            actions.map(|(at, (details, changes))| action(at + 1, details, changes, local)),
        );
        if self.blocks.0.len() == before {
            self.blocks.paragraph([plain("None.")]);
        }
    }

    fn matrix(&mut self, label: &str, lines: &[MatrixLine], reason: &str) {
        self.blocks.heading(3, label);
        self.blocks.0.extend(matrix_grid(lines));
        for one in lines.iter().filter(|line| line.cells.iter().any(Option::is_some)) {
            self.blocks.paragraph([strong(line(&one.text))]);
            let cells = Column::ALL.into_iter().zip(&one.cells);
            let cells = cells.filter_map(|(column, cell)| {
                let cell = cell.as_ref().filter(|cell| !cell.evidence.trim().is_empty())?;
                let text = format!("{}: {}", column.title(), points(&cell.evidence));
                Some(match cell.sureness {
                    None => vec![plain(text)],
                    Some(known) => {
                        vec![plain(format!("{text} ")), emphasis(format!("({})", known.title()))]
                    }
                })
            });
            self.blocks.runs_list(cells.collect());
        }
        if !reason.trim().is_empty() {
            let why = emphasis("Why there is no evidence in a column:");
            self.blocks.paragraph([why, plain(format!(" {}", line(reason)))]);
        }
    }

    fn rating(&mut self, label: &str, view: &RatingView) {
        self.blocks.heading(3, label);
        let ready = format!("not revealed yet: {} of {} ready.", view.ready, view.asked);
        if view.state == RatingState::Collecting {
            return self.blocks.paragraph([emphasis(format!("Placements {ready}"))]);
        }
        let way = |round: &RoundView| round.way.unwrap_or(self.session.placing()).title();
        let (first, second) = (view.first.as_ref().map(way), view.second.as_ref().map(way));
        if let Some(first) = first {
            self.blocks.paragraph([plain(format!("How placements were made: {first}."))]);
        }
        self.blocks.0.extend(picture(view, &format!("How people placed it. {label}")));
        for (title, round) in [("First round", &view.first), ("Second round", &view.second)] {
            if let Some(round) = round {
                self.round(title, view, round);
            }
        }
        if let (Some(first), Some(second)) = (first, second)
            && first != second
        {
            let how = format!("How placements were made in the second round: {second}.");
            self.blocks.paragraph([plain(how)]);
        }
        if view.state == RatingState::SecondRound {
            self.blocks.paragraph([emphasis(format!("Second round, {ready}"))]);
        }
        let outcome = match &view.outcome {
            None => "not agreed yet".to_owned(),
            Some(Outcome::Placed(code)) => step(view, code),
            Some(Outcome::NoAgreement) => "no agreement".to_owned(),
            Some(Outcome::NotEnoughInformation) => "not enough information".to_owned(),
        };
        self.blocks.paragraph([strong("Agreed placement:"), plain(format!(" {outcome}"))]);
        if !view.basis.trim().is_empty() {
            self.blocks.answer("Reasons for this placement", None, Some(&view.basis));
        }
        for dissent in &view.dissent {
            // As the person wished, in every export.
            let view = format!("– {}: {}", line(&dissent.who), step(view, &dissent.placement));
            self.blocks.answer("Differing view", Some(plain(view)), Some(&dissent.reason));
        }
    }

    fn round(&mut self, title: &str, view: &RatingView, round: &RoundView) {
        let counts = round.distribution.iter().filter(|bar| bar.count > 0);
        let counts: Vec<String> =
            counts.map(|bar| format!("{} {}", line(&bar.text), bar.count)).collect();
        let mut said = format!("{title}: {}.", counts.join(", "));
        if let Some((low, high)) = &round.median {
            let (low, high) = (step(view, low), step(view, high));
            said.push_str(&match (low == high, round.spread) {
                (_, 0) => String::new(),
                (true, _) => format!(" Middle view: {low}."),
                (false, _) => format!(" Middle view: between {low} and {high}."),
            });
        }
        if let Some(spread) = round.spread_sentence() {
            said.push_str(&format!(" {}", line(&spread)));
        }
        self.blocks.paragraph([plain(said)]);
        let reasons = round.reasons.iter();
        self.blocks.list(
            reasons.map(|(code, why)| format!("Reason given for {}: {why}", step(view, code))),
        );
        if let Some(reason) = &round.early {
            let (placed, asked) = (round.placements.len(), round.asked);
            let when = format!("Revealed when {placed} of {asked} had placed it, because:");
            self.blocks.paragraph([plain(format!("{when} {}", line(reason)))]);
        }
        if self.attributed {
            let session = self.session;
            self.blocks.list(round.placements.iter().map(|(who, code)| {
                format!("{}: {}", line(&session.name_of(*who, true)), step(view, code))
            }));
        }
    }

    fn changes(&mut self) {
        let session = self.session;
        let changed = what_changed(session).map(|changed| changed.lines()).unwrap_or_default();
        if !changed.is_empty() {
            self.blocks.heading(2, "What changed since last time");
            self.blocks.list(changed);
            self.blocks.0.extend(earlier_actions(session));
        }
        if let Some(chart) = confidence(session) {
            self.blocks.heading(2, "Confidence before and after");
            self.blocks.push(chart);
        }
    }

    fn citations(&mut self) {
        let session = self.session;
        if !session.citations().is_empty() {
            self.blocks.heading(2, "Guidance cited");
            let cited = session.citations().iter();
            self.blocks
                .list(cited.map(|one| format!("{} ({}, {})", one.title, one.id, one.version)));
        }
    }

    fn corrections(&mut self) {
        let session = self.session;
        if !session.leftovers().is_empty() {
            self.blocks.heading(2, "Answers to questions no longer asked");
            for one in session.leftovers() {
                let because = plain(format!("({})", one.because.title()));
                self.blocks.answer(&one.question, Some(because), Some(&one.text));
            }
        }
        if !session.amendments().is_empty() {
            self.blocks.heading(2, "Corrections");
            for one in session.amendments() {
                let reason = plain(format!("– {}", line(&one.reason)));
                let at = self.local.moment(one.at);
                let role = line(&one.role);
                let head = if role.is_empty() { at } else { format!("{at}, {role}") };
                self.blocks.answer(&head, Some(reason), Some(&one.text));
            }
        }
    }
}

/// How many questions of each area have each answer, where answers carry scores.
pub(super) fn put_answers_by_area(session: &Session, blocks: &mut BlockList) {
    let Some(profile) = insight::profile(session) else { return };
    let mut answers: Vec<(f64, &str)> = Vec::new();
    for one in profile.domains.iter().flat_map(|domain| &domain.scores) {
        if !answers.contains(&(one.score, one.label.as_str())) {
            answers.push((one.score, &one.label));
        }
    }
    answers.sort_by(|one, other| one.0.total_cmp(&other.0));
    let rows = profile.domains.iter().map(|domain| {
        let counts = answers.iter().map(|(score, label)| {
            let same = |one: &&ScoreCount| one.score == *score && one.label == *label;
            domain.scores.iter().find(same).map_or(0, |one| one.count)
        });
        let counts = counts.chain([domain.asked - domain.answered]);
        [domain.title.clone()].into_iter().chain(counts.map(|count| count.to_string()))
    });
    let rows = rows.map(Iterator::collect).collect();
    let names = answers.iter().map(|(_, label)| *label);
    let head = ["Area"].into_iter().chain(names).chain(["No answer"]);
    let head = head.map(str::to_owned).collect();
    blocks.heading(2, "Answers by area");
    blocks.push(ReportBlock::Table { head, rows });
    blocks.0.extend(audit_then_and_now(session));
    blocks.paragraph([plain(lowest_areas(&profile.domains))]);
}

/// The lines of a text as points of one line.
fn points(text: &str) -> String {
    let lines = text.lines().map(line).filter(|one| !one.is_empty());
    lines
        .reduce(|all, next| {
            let between = if all.ends_with(['.', ';', '!', '?']) { " " } else { "; " };
            format!("{all}{between}{next}")
        })
        .unwrap_or_default()
}

/// What a note of this template is, and what it is not: not every format has a case in it.
pub(super) fn what_it_is(template: &Template) -> &'static str {
    let scored = |place: &ItemPlace<'_>| place.item.options.iter().any(|one| one.score.is_some());
    if template.items().iter().any(scored) {
        "A record of a self-review: what the people present see in their own services. It is not an \
         inspection and is not about any one child."
    } else if template.roles.is_empty() {
        "A pulse survey: the answers of a group, counted without names. It is not an assessment of anybody."
    } else {
        "A record of professional discussion, not a referral and not an assessment. \
         Responsibility for the case has not changed."
    }
}

fn action(
    number: usize,
    details: &ActionDetails,
    changes: &[ActionChange],
    local: &LocalTime,
) -> ReportBlock {
    let by = details.by.map(show_date).unwrap_or_default();
    let parts = [
        ("Why", details.why.as_str()),
        ("Owner", details.owner.as_str()),
        ("Agency", details.agency.as_str()),
        ("Due", by.as_str()),
        ("How we will know", details.measure.as_str()),
        ("Status", details.status.title()),
        ("Outcome", details.outcome.as_str()),
    ];
    let parts = parts.iter().filter(|(_, text)| !text.trim().is_empty());
    let parts = parts.map(|(name, text)| format!("{name}: {}", line(text)));
    let changes = changes.iter().map(|change| {
        let by = change.by.map_or_else(|| "no date".to_owned(), show_date);
        let until = [line(&change.owner), line(&change.agency), format!("due {by}")];
        let until: Vec<String> = until.into_iter().filter(|part| !part.is_empty()).collect();
        let day = show_date(local.day(change.at));
        format!("Changed on {day}. Until then: {}", until.join(", "))
    });
    ReportBlock::Action {
        number,
        what: line(&details.what),
        details: parts.chain(changes).collect(),
    }
}

/// The picture of a placement; none before the first reveal.
pub(super) fn picture(view: &RatingView, about: &str) -> Option<ReportBlock> {
    let picture = view.picture()?;
    let rows = picture.lines.iter().map(|one| ChartRow {
        name: line(&one.step),
        counts: one.counts.clone(),
        marked: one.agreed,
    });
    Some(ReportBlock::Chart(Chart {
        about: line(about),
        rows_name: "Stage".to_owned(),
        series: picture.rounds.iter().map(|name| (*name).to_owned()).collect(),
        rows: rows.collect(),
        mark: "agreed".to_owned(),
        is_brief: false,
    }))
}

/// What a matrix holds at a glance: for each line and column, how the evidence is known. None without
/// evidence.
fn matrix_grid(lines: &[MatrixLine]) -> Option<ReportBlock> {
    let mark = |cell: &Option<MatrixCell>| {
        let cell = cell.as_ref().filter(|cell| !cell.evidence.trim().is_empty());
        match cell.map(|cell| cell.sureness) {
            None => "–".to_owned(),
            Some(None) => "●".to_owned(),
            Some(Some(known)) => format!("● {}", known.title()),
        }
    };
    let rows = lines.iter().filter(|line| line.cells.iter().any(Option::is_some));
    let rows = rows.map(|one| {
        [line(&one.text)].into_iter().chain(one.cells.iter().map(mark)).collect::<Vec<_>>()
    });
    let rows: Vec<_> = rows.filter(|row| row.iter().any(|cell| cell.starts_with('●'))).collect();
    let columns = Column::ALL.iter().map(|column| column.title().to_owned());
    let head = ["Area".to_owned()].into_iter().chain(columns).collect();
    (!rows.is_empty()).then_some(ReportBlock::Table { head, rows })
}

/// How confident the presenter was before and after, where both were asked and answered; after the last
/// meeting too, if the note follows one up.
fn confidence(session: &Session) -> Option<ReportBlock> {
    let answer = |item: &str| match session.answer(&Slot::once(item)) {
        Some(Value::Integer(value)) => usize::try_from(*value).ok(),
        _ => None,
    };
    let (before, after) = (answer("confidence_before")?, answer("confidence_after")?);
    let item = session.template().item("confidence_after")?.item;
    let scales = session.earlier().into_iter().flat_map(|earlier| &earlier.scales);
    let last = scales.filter(|scale| scale.item == "confidence_after");
    let last = last.filter_map(|scale| usize::try_from(scale.value).ok()).next_back();
    let row =
        |name: &str, value| ChartRow { name: name.to_owned(), counts: vec![value], marked: false };
    let rows = last.map(|last| row("After the last meeting", last));
    let rows = rows.into_iter().chain([row("Before", before), row("After", after)]);
    let most = item.max.map_or(String::new(), |most| format!(" of {most}"));
    Some(ReportBlock::Chart(Chart {
        about: format!(
            "How confident the presenter felt about the next step: {before}{most} before, {after}{most} after."
        ),
        rows_name: "When".to_owned(),
        series: vec!["Answer".to_owned()],
        rows: rows.collect(),
        mark: String::new(),
        is_brief: false,
    }))
}

/// What became of the actions that were open when the note began; none without any.
fn earlier_actions(session: &Session) -> Option<ReportBlock> {
    let open = session.earlier()?.actions.iter().filter(|one| one.before == ActionStatus::Open);
    let open: Vec<_> = open.collect();
    let row = |status: ActionStatus| {
        let count = open.iter().filter(|one| one.details.status == status).count();
        ChartRow { name: status.title().to_owned(), counts: vec![count], marked: false }
    };
    let rows = [ActionStatus::Done, ActionStatus::Open, ActionStatus::Dropped].map(row);
    let about = "What became of the actions that were open after the last meeting.".to_owned();
    (!open.is_empty()).then_some(ReportBlock::Chart(Chart {
        about,
        rows_name: "Actions".to_owned(),
        series: vec!["Number".to_owned()],
        rows: rows.into(),
        mark: String::new(),
        is_brief: false,
    }))
}

/// The points of each area of a self-review, last time and now. Only questions that were answered both
/// times count, so that the bars compare; none without any.
fn audit_then_and_now(session: &Session) -> Option<ReportBlock> {
    let earlier = session.earlier()?;
    insight::profile(session)?;
    let mut rows: Vec<(usize, ChartRow)> = Vec::new();
    for place in session.template().items() {
        let item = place.item;
        let then = earlier.scales.iter().find(|scale| scale.item == item.id);
        let now = session.answer(&Slot::once(&item.id));
        let (Some(then), Some(Value::Integer(now))) = (then, now) else { continue };
        let score = |value: i64| {
            let code = value.to_string();
            let option = item.options.iter().find(|option| option.code == code)?;
            option
                .score
                .filter(|score| score.fract() == 0.0 && *score >= 0.0)
                .map(|score| score as usize)
        };
        let (Some(then), Some(now)) = (score(then.value), score(*now)) else { continue };
        if rows.last().is_none_or(|(stage, _)| *stage != place.stage) {
            let stage = &session.template().stages[place.stage];
            let name = line(stage.title.show(session.language()));
            rows.push((place.stage, ChartRow { name, counts: vec![0, 0], marked: false }));
        }
        if let Some((_, row)) = rows.last_mut() {
            row.counts[0] += then;
            row.counts[1] += now;
        }
    }
    let rows: Vec<ChartRow> = rows.into_iter().map(|(_, row)| row).collect();
    let about = "Points of each area, last time and now. Only questions that were answered both times count.";
    (!rows.is_empty()).then_some(ReportBlock::Chart(Chart {
        about: about.to_owned(),
        rows_name: "Area".to_owned(),
        series: vec!["Last time".to_owned(), "Now".to_owned()],
        rows,
        mark: String::new(),
        is_brief: false,
    }))
}

fn step(view: &RatingView, code: &str) -> String {
    let found = view.steps.iter().find(|bar| bar.code == code);
    line(found.map_or(code, |bar| bar.text.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::{bundled_template, bundled_templates, practice_session};
    use crate::report::whole_note;

    #[test]
    fn times_are_those_of_the_reader_and_the_session_keeps_its_own() {
        let template = bundled_template("peer-case-clinic").expect("bundled");
        let template = template.parse().expect("it is sound");
        let at = "2026-06-22T23:30:00Z".parse().expect("a time");
        let session = Session::start(template, uuid::Uuid::nil(), "HERON-42", false, at);
        let zone = jiff::tz::TimeZone::posix("GMT0BST,M3.5.0/1,M10.5.0").expect("London");
        for (local, started) in [
            (LocalTime::default(), "Started: 22 Jun 2026, 23:30"),
            (LocalTime::in_zone(zone), "Started: 23 Jun 2026, 00:30"),
        ] {
            let note = whole_note(&session, false, &local);
            let says = |block: &ReportBlock| match block {
                ReportBlock::List(items) => items.iter().flatten().any(|run| run.text == started),
                _ => false,
            };
            assert!(note.blocks.iter().any(says), "{started}: {:?}", note.blocks);
        }
        assert_eq!(session.started(), at);
    }

    #[test]
    fn a_self_review_begins_with_how_many_questions_have_each_answer() {
        let bundled = bundled_template("framework-audit").expect("bundled");
        let template = bundled.parse().expect("it is sound");
        let now = jiff::Timestamp::UNIX_EPOCH;
        let session = practice_session(&template, "example", bundled.example, now);
        let session = session.unwrap_or_else(|problem| panic!("{problem}"));
        let note = whole_note(&session, false, &LocalTime::default());
        let table = note.blocks.iter().find_map(|block| match block {
            ReportBlock::Table { head, rows } => Some((head, rows)),
            _ => None,
        });
        let (head, rows) = table.expect("a table");
        assert_eq!(head.join(" "), "Area Not yet Started Mostly In place No answer");
        assert_eq!(rows[3].join(" "), "Interventions 0 1 2 0 1");
        assert_eq!(rows[5].join(" "), "Working together 2 2 0 0 0");
    }

    #[test]
    fn the_head_says_a_case_is_discussed_only_where_one_is() {
        for one in bundled_templates() {
            let template = Template::parse(one.file, one.text).expect("a template");
            let said = what_it_is(&template);
            let wanted = match template.about.id.as_str() {
                "framework-audit" | "ng55-baseline" => "A record of a self-review",
                "workforce-pulse" => "A pulse",
                _ => "A record of professional discussion",
            };
            assert!(said.starts_with(wanted), "{}: {said}", template.about.id);
        }
    }
}
