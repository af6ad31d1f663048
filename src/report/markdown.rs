//! A note as Markdown, complete and readable on its own.

mod escape;
mod placing;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use jiff::Timestamp;

use crate::clinic::{
    Action, Column, Field, FieldKind, ItemPlace, MatrixLine, OptionView, Outcome, RatingState,
    RatingView, RoundView, Session, Status, Template, Value, form, what_changed,
};
use crate::text::show_date;

use escape::{block, inline};

/// The whole note. Who was there is told by profession and part. What someone placed or held is
/// told with `attributed` by both; without it placements are counts, and a differing view carries
/// the part only, unless its holder asked otherwise.
pub fn markdown(session: &Session, attributed: bool) -> String {
    let note = Note { session, attributed };
    let mut out = String::new();
    note.head(&mut out);
    note.people(&mut out);
    for (at, stage) in session.template().stages.iter().enumerate() {
        let title = inline(stage.title.show(session.language()));
        let _ = writeln!(out, "\n## {}. {title}\n", at + 1);
        for pass in session.passes().iter().filter(|pass| pass.stage == stage.id) {
            let what = if pass.skipped { "Skipped" } else { "Continued without all answers" };
            let _ = writeln!(out, "*{what}:* {}\n", inline(&pass.reason));
        }
        note.fields(&form(session, at), &mut out);
    }
    note.tail(&mut out);
    out
}

struct Note<'a> {
    session: &'a Session,
    attributed: bool,
}

impl Note<'_> {
    fn head(&self, out: &mut String) {
        let session = self.session;
        let about = &session.template().about;
        let title = inline(about.title.show(session.language()));
        let _ = writeln!(out, "# {title}: {}\n", inline(session.case_key()));
        if session.is_practice() {
            out.push_str("**Practice: everything in this note is fictional.**\n\n");
        }
        if session.status() == Status::EnteredInError {
            out.push_str("**Entered in error: do not rely on this note.**\n\n");
        }
        let _ = writeln!(out, "**Confidential.** {}\n", what_it_is(session.template()));
        let _ = writeln!(out, "- Status: {}", session.status().title());
        if let Some(reason) = session.stop_reason() {
            let _ = writeln!(out, "- Stopped because: {}", inline(reason));
        }
        let _ = writeln!(out, "- Started: {}", moment(session.started()));
        let _ = writeln!(out, "- Last changed: {}", moment(session.updated()));
        if session.clock_jumped() {
            out.push_str(
                "- Times may be wrong: the computer’s clock jumped while this note was written\n",
            );
        }
        let _ = writeln!(out, "- Meeting format: {} {}", inline(&about.id), inline(&about.version));
        let _ = writeln!(out, "- Note: {}", session.id());
        for share in session.shares() {
            let (with, why) = (inline(&share.with), inline(&share.reason));
            let _ = writeln!(out, "- Shared with: {with}, {} ({why})", moment(share.at));
        }
        if let Some(earlier) = session.earlier() {
            let (title, note) = (inline(&earlier.title), earlier.note);
            let revision = inline(&earlier.revision);
            let started = moment(earlier.started);
            let _ = writeln!(out, "- Follows up: {title} of {started}, note {note}, {revision}");
        }
    }

    fn people(&self, out: &mut String) {
        if self.session.participants().is_empty() {
            return;
        }
        out.push_str("\n## Present\n\n");
        for one in self.session.participants() {
            let away = if one.present { "" } else { " (not present)" };
            let name = self.session.name_of(one.id, true);
            let _ = writeln!(out, "- {}{away}", inline(&name));
        }
    }

    fn fields(&self, fields: &[Field], out: &mut String) {
        for field in fields.iter().filter(|field| field.qualifies.is_none()) {
            let known = fields
                .iter()
                .find(|other| {
                    other.qualifies.as_ref() == Some(&field.slot.item)
                        && other.slot.row == field.slot.row
                })
                .and_then(|other| plain(other).filter(|_| other.answered));
            self.field(field, known, out);
        }
    }

    fn field(&self, field: &Field, known: Option<String>, out: &mut String) {
        let label = inline(&field.label);
        match &field.kind {
            FieldKind::Heading { row: Some((_, number, of)), .. } => {
                let _ = writeln!(out, "### {label} {number} of {of}\n");
            }
            FieldKind::Heading { row: None, .. } => {
                let _ = writeln!(out, "### {label}\n");
            }
            FieldKind::AddRow { .. } => {}
            FieldKind::Display => {
                let _ = writeln!(out, "*{label}*\n");
            }
            FieldKind::Rating(view) => {
                let _ = writeln!(out, "### {label}\n");
                self.rating(view, out);
            }
            FieldKind::Matrix { lines, reason } => {
                let _ = writeln!(out, "### {label}\n");
                matrix(lines, reason, out);
            }
            FieldKind::Actions(actions) => {
                let _ = writeln!(out, "### {label}\n");
                for (at, action) in actions.iter().enumerate() {
                    self::action(at + 1, action, out);
                }
                if actions.is_empty() {
                    out.push_str("None.\n\n");
                }
            }
            FieldKind::LastActions(actions) => {
                let _ = writeln!(out, "### {label}\n");
                for (at, one) in actions.iter().enumerate() {
                    let (id, details) = (one.id, one.details.clone());
                    let item = field.slot.item.clone();
                    action(at + 1, &Action { id, item, from: None, details }, out);
                }
                if actions.is_empty() {
                    out.push_str("None.\n\n");
                }
            }
            FieldKind::LastPlacements(placements) => {
                let _ = writeln!(out, "### {label}\n");
                for one in placements {
                    let about = Some(inline(&one.about)).filter(|about| !about.is_empty());
                    let about = about.map_or(String::new(), |about| format!(": {about}"));
                    let _ = writeln!(out, "- **{}**{about}", inline(&one.shown));
                }
                out.push_str(if placements.is_empty() { "None.\n\n" } else { "\n" });
            }
            _ => {
                let known = known.map(|known| format!(" *({})*", inline(&known)));
                let known = known.unwrap_or_default();
                let _ = writeln!(out, "**{label}**{known}\n");
                match plain(field).filter(|_| field.answered) {
                    Some(text) => out.push_str(&block(&text)),
                    None => out.push_str("*Not answered.*"),
                }
                out.push_str("\n\n");
            }
        }
    }

    fn rating(&self, view: &RatingView, out: &mut String) {
        if view.state == RatingState::Collecting {
            let _ = writeln!(
                out,
                "*Placed privately, not revealed yet: {} of {} ready.*\n",
                view.ready, view.asked
            );
            return;
        }
        let way = |round: &RoundView| round.way.unwrap_or(self.session.placing()).title();
        if let Some(first) = &view.first {
            let _ = writeln!(out, "How placements were made: {}.\n", way(first));
        }
        placing::table(view, out);
        for (title, round) in [("First round", &view.first), ("Second round", &view.second)] {
            if let Some(round) = round {
                self.round(title, view, round, out);
            }
        }
        if let (Some(first), Some(second)) = (&view.first, &view.second)
            && way(first) != way(second)
        {
            let _ =
                writeln!(out, "How placements were made in the second round: {}.\n", way(second));
        }
        if view.state == RatingState::SecondRound {
            let _ = writeln!(
                out,
                "*Second round, not revealed yet: {} of {} ready.*\n",
                view.ready, view.asked
            );
        }
        let outcome = match &view.outcome {
            None => "not agreed yet".to_owned(),
            Some(Outcome::Placed(code)) => step(view, code),
            Some(Outcome::NoAgreement) => "no agreement".to_owned(),
            Some(Outcome::NotEnoughInformation) => "not enough information".to_owned(),
        };
        let _ = writeln!(out, "**Agreed placement:** {outcome}\n");
        if !view.basis.trim().is_empty() {
            let _ = writeln!(out, "**Reasons for this placement**\n\n{}\n", block(&view.basis));
        }
        for dissent in &view.dissent {
            let who = if self.attributed {
                self.session.name_of(dissent.participant, true)
            } else {
                dissent.who.clone()
            };
            let _ = writeln!(
                out,
                "**Differing view** – {}: {}\n\n{}\n",
                inline(&who),
                step(view, &dissent.placement),
                block(&dissent.reason)
            );
        }
    }

    fn round(&self, title: &str, view: &RatingView, round: &RoundView, out: &mut String) {
        let counts: Vec<String> = round
            .distribution
            .iter()
            .filter(|bar| bar.count > 0)
            .map(|bar| format!("{} {}", inline(&bar.text), bar.count))
            .collect();
        let _ = write!(out, "{title}: {}.", counts.join(", "));
        if let Some((low, high)) = &round.median {
            let (low, high) = (step(view, low), step(view, high));
            let _ = match (low == high, round.spread) {
                (_, 0) => write!(out, " Everyone chose the same stage."),
                (true, _) => write!(out, " Middle view: {low}."),
                (false, _) => write!(out, " Middle view: between {low} and {high}."),
            };
            if round.spread > 0 {
                let _ = write!(out, " Views cover {} stages.", round.spread + 1);
            }
        }
        if round.across_line {
            out.push_str(" The group was split between problematic and abusive.");
        }
        if round.flagged {
            out.push_str(" The people furthest from the middle were asked to explain first.");
        }
        out.push_str("\n\n");
        if let Some(reason) = &round.early {
            let placed = round.placements.len();
            let _ = writeln!(
                out,
                "Revealed when {placed} of {} had placed it, because: {}\n",
                round.asked,
                inline(reason)
            );
        }
        if self.attributed {
            for (who, code) in &round.placements {
                let who = inline(&self.session.name_of(*who, true));
                let _ = writeln!(out, "- {who}: {}", step(view, code));
            }
            out.push('\n');
        }
    }

    fn tail(&self, out: &mut String) {
        let session = self.session;
        let changed = what_changed(session).map(|changed| changed.lines()).unwrap_or_default();
        if !changed.is_empty() {
            out.push_str("\n## What changed since last time\n\n");
            for line in changed {
                let _ = writeln!(out, "- {}", inline(&line));
            }
        }
        if !session.citations().is_empty() {
            out.push_str("\n## Guidance cited\n\n");
            for one in session.citations() {
                let (title, id) = (inline(&one.title), inline(&one.id));
                let _ = writeln!(out, "- {title} ({id}, {})", inline(&one.version));
            }
        }
        if !session.leftovers().is_empty() {
            out.push_str("\n## Answers to questions no longer asked\n\n");
            for one in session.leftovers() {
                let (question, because) = (inline(&one.question), one.because.title());
                let _ = writeln!(out, "**{question}** ({because})\n\n{}\n", block(&one.text));
            }
        }
        if !session.amendments().is_empty() {
            out.push_str("\n## Corrections\n\n");
            for one in session.amendments() {
                let (at, reason) = (moment(one.at), inline(&one.reason));
                let _ = writeln!(out, "**{at}** – {reason}\n\n{}\n", block(&one.text));
            }
        }
    }
}

/// What a note of this template is, and what it is not: not every format has a case in it.
fn what_it_is(template: &Template) -> &'static str {
    let scored = |place: &ItemPlace<'_>| place.item.options.iter().any(|one| one.score.is_some());
    if template.items().iter().any(scored) {
        "A record of a self-audit: what the people present see in their own services. It is not an \
         inspection and is not about any one child."
    } else if template.roles.is_empty() {
        "A pulse survey: the answers of a group, counted without names. It is not an assessment of anybody."
    } else {
        "A record of professional discussion, not a referral and not an assessment. \
         Responsibility for the case has not changed."
    }
}

fn matrix(lines: &[MatrixLine], reason: &str, out: &mut String) {
    for line in lines.iter().filter(|line| line.cells.iter().any(Option::is_some)) {
        let _ = writeln!(out, "**{}**\n", inline(&line.text));
        for (column, cell) in Column::ALL.into_iter().zip(&line.cells) {
            let Some(cell) = cell.as_ref().filter(|cell| !cell.evidence.trim().is_empty()) else {
                continue;
            };
            let known = cell.sureness.map_or(String::new(), |s| format!(" *({})*", s.title()));
            let _ = writeln!(out, "- {}: {}{known}", column.title(), inline(&cell.evidence));
        }
        out.push('\n');
    }
    if !reason.trim().is_empty() {
        let _ = writeln!(out, "*Why there is no evidence in a column:* {}\n", inline(reason));
    }
}

fn action(number: usize, action: &Action, out: &mut String) {
    let details = &action.details;
    let _ = writeln!(out, "{number}. {}", inline(&details.what));
    let by = details.by.map(show_date).unwrap_or_default();
    let lines = [
        ("Why", details.why.as_str()),
        ("Owner", details.owner.as_str()),
        ("Agency", details.agency.as_str()),
        ("Due", by.as_str()),
        ("How we will know", details.measure.as_str()),
        ("Status", details.status.title()),
        ("Outcome", details.outcome.as_str()),
    ];
    for (name, text) in lines.iter().filter(|(_, text)| !text.trim().is_empty()) {
        let _ = writeln!(out, "   - {name}: {}", inline(text));
    }
    out.push('\n');
}

fn step(view: &RatingView, code: &str) -> String {
    let found = view.steps.iter().find(|bar| bar.code == code);
    inline(found.map_or(code, |bar| bar.text.as_str()))
}

/// The answer as a person reads it.
fn plain(field: &Field) -> Option<String> {
    let text = |options: &[OptionView], code: &str| {
        options
            .iter()
            .find(|option| option.code == code)
            .map_or_else(|| code.to_owned(), |option| option.text.clone())
    };
    Some(match (&field.kind, field.value.as_ref()?) {
        (FieldKind::Choice(options), Value::Choice(code)) => text(options, code),
        (FieldKind::MultiChoice(options), Value::Choices(codes)) => {
            codes.iter().map(|code| text(options, code)).collect::<Vec<_>>().join("; ")
        }
        (FieldKind::Scale { max, points, .. }, Value::Integer(number)) => {
            let named = points.iter().find(|point| point.code == number.to_string());
            let named = named.map_or(String::new(), |point| format!(" ({})", point.text));
            format!("{number} of {max}{named}")
        }
        (_, Value::Date(date)) => show_date(*date),
        (_, Value::Boolean(yes)) => if *yes { "Yes" } else { "No" }.to_owned(),
        (_, value) => value.plain(),
    })
}

fn moment(at: Timestamp) -> String {
    at.strftime("%-d %b %Y, %H:%M UTC").to_string()
}
