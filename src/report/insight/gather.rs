//! Counts over completed notes about cases and of supervision. Text that people typed is never read: choices, numbers,
//! placements and states are.
//!
//! Items are known by id, the same in every template: `placement` and other ratings, `children`
//! with `child_role` and `child_age`, `setting` or `settings`, `technology_assisted`,
//! `response_level`, `confidence_before` and `confidence_after`. A note whose template does not
//! ask counts as not asked, which gives every table of notes the same total.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use uuid::Uuid;

use crate::clinic::{
    ActionId, ActionState, ActionStatus, ActionStatusIndex, ItemPlace, ItemType, LocalText,
    Outcome, RatingState, RatingView, RoundView, Session, Slot, Value, rating_view,
};
use crate::text::clean_line;

use super::figure::{
    ACTIONS, AGES_DISPLAYED, AGES_HARMED, CONFIDENCE_AFTER, CONFIDENCE_BEFORE, CONFIDENCE_CHANGE,
    Case, FigureTally, PLACEMENT, QUARTERS, RESPONSE, SETTINGS, SKIPPED, SPREAD_AFTER,
    SPREAD_FIRST, SUPERVISION, TECHNOLOGY, TEMPLATES, day_of,
};

const NOT_RECORDED: (&str, &str) = ("not-recorded", "not recorded");
const NOT_ASKED: (&str, &str) = ("not-asked", "not asked in this format");
const LAST: [&str; 2] = [NOT_RECORDED.0, NOT_ASKED.0];
const BANDS: [(i64, &str, &str); 5] = [
    (4, "0-4", "0 to 4"),
    (9, "5-9", "5 to 9"),
    (12, "10-12", "10 to 12"),
    (17, "13-17", "13 to 17"),
    (i64::MAX, "18+", "18 and over"),
];
const PLACEMENTS: [(&str, &str); 9] = [
    ("typical", "Typical"),
    ("inappropriate", "Inappropriate"),
    ("problematic", "Problematic"),
    ("abusive", "Abusive"),
    ("violent", "Violent"),
    ("other", "Another stage"),
    ("no_agreement", "No agreement"),
    ("not_enough_information", "Not enough information"),
    NOT_RECORDED,
];
const SPREADS: [(&str, &str); 5] = [
    ("0", "same stage"),
    ("1", "1 stage apart"),
    ("2", "2 stages apart"),
    ("3", "3 stages apart"),
    ("4", "4 or more apart"),
];
const ACTION_OUTCOMES: [(&str, &str); 6] = [
    ("in-time", "done by the due date"),
    ("late", "done after the due date"),
    ("done", "done, no due date"),
    ("open", "open"),
    ("overdue", "open and overdue"),
    ("dropped", "dropped"),
];
const RATINGS: [(&str, &str); 5] = [("1", "1"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5")];

/// Every table, being counted.
pub(super) struct Gathering {
    case_keys: BTreeMap<String, Case>,
    notes: u64,
    quarters: FigureTally,
    templates: FigureTally,
    placement: FigureTally,
    spread_first: FigureTally,
    spread_after: FigureTally,
    ages_displayed: FigureTally,
    ages_harmed: FigureTally,
    settings: FigureTally,
    technology: FigureTally,
    response: FigureTally,
    actions: FigureTally,
    agreed: Vec<CountedAction>,
    before: FigureTally,
    after: FigureTally,
    change: FigureTally,
    skipped: FigureTally,
}

impl Gathering {
    pub(super) fn new() -> Self {
        let bands: Vec<(&str, &str)> =
            BANDS.iter().map(|(_, code, label)| (*code, *label)).collect();
        let spread =
            |about, last: &[(&str, &str)]| FigureTally::new(about, &[&SPREADS[..], last].concat());
        let confidence = |about| FigureTally::new(about, &[&RATINGS[..], &[NOT_RECORDED]].concat());
        Self {
            case_keys: BTreeMap::new(),
            notes: 0,
            quarters: FigureTally::new(&QUARTERS, &[]),
            templates: FigureTally::new(&TEMPLATES, &[]),
            placement: FigureTally::new(&PLACEMENT, &PLACEMENTS),
            spread_first: spread(&SPREAD_FIRST, &[NOT_RECORDED]),
            spread_after: spread(&SPREAD_AFTER, &[("none", "no second round"), NOT_RECORDED]),
            ages_displayed: FigureTally::new(
                &AGES_DISPLAYED,
                &[&bands[..], &[NOT_RECORDED]].concat(),
            ),
            ages_harmed: FigureTally::new(&AGES_HARMED, &[&bands[..], &[NOT_RECORDED]].concat()),
            settings: FigureTally::of_several(&SETTINGS, &[]),
            technology: FigureTally::new(&TECHNOLOGY, &[]),
            response: FigureTally::new(&RESPONSE, &[]),
            actions: FigureTally::new(&ACTIONS, &ACTION_OUTCOMES),
            agreed: Vec::new(),
            before: confidence(&CONFIDENCE_BEFORE),
            after: confidence(&CONFIDENCE_AFTER),
            change: FigureTally::new(
                &CONFIDENCE_CHANGE,
                &[("up", "rose"), ("same", "stayed the same"), ("down", "fell"), NOT_RECORDED],
            ),
            skipped: FigureTally::of_several(&SKIPPED, &[("none", "no stage skipped")]),
        }
    }

    pub(super) fn add(&mut self, session: &Session) {
        let next = self.case_keys.len() as Case;
        let case = *self.case_keys.entry(session.case_key().to_owned()).or_insert(next);
        self.notes += 1;
        let (code, label) = quarter(session);
        self.quarters.add(&code, &label, case);
        let about = &session.template().about;
        self.templates.add(&about.id, &clean_line(about.title.show(session.language())), case);
        let items = session.template().items();
        for place in &items {
            let slots = slots(session, place);
            match (place.item.kind, place.item.id.as_str()) {
                (ItemType::Rating, _) => {
                    for view in slots.iter().filter_map(|slot| rating_view(session, slot)) {
                        self.rating(&view, case);
                    }
                }
                (_, "child_age") => slots.iter().for_each(|slot| self.child(session, slot, case)),
                _ => {}
            }
        }
        let coded_items: [(&mut FigureTally, &[&str]); 3] = [
            (&mut self.settings, &["setting", "settings"]),
            (&mut self.technology, &["technology_assisted"]),
            (&mut self.response, &["response_level"]),
        ];
        for (tally, ids) in coded_items {
            let asks = |place: &&ItemPlace<'_>| {
                place.item.kind != ItemType::Rating && ids.contains(&place.item.id.as_str())
            };
            let mut asked = items.iter().filter(asks).peekable();
            if asked.peek().is_none() {
                tally.add(NOT_ASKED.0, NOT_ASKED.1, case);
                tally.add_whole(case);
            }
            asked.for_each(|place| coded(tally, session, place, case));
        }
        self.confidence(session, case);
        self.actions(session, case);
        self.stages(session, case);
    }

    fn rating(&mut self, view: &RatingView, case: Case) {
        let code = view.outcome.as_ref().map_or(NOT_RECORDED.0, |outcome| match outcome {
            Outcome::Placed(code) => {
                PLACEMENTS[..5].iter().find(|(known, _)| known == code).map_or("other", |one| one.0)
            }
            other => other.code(),
        });
        self.placement.add(code, code, case);
        let steps = |round: &RoundView| SPREADS[round.spread.min(SPREADS.len() - 1)].0;
        let placed = |round: &&RoundView| !round.placements.is_empty();
        let first = view.first.as_ref().filter(placed).map_or(NOT_RECORDED.0, steps);
        let after = match (&view.second, view.state) {
            (Some(round), _) => Some(round).filter(placed).map_or(NOT_RECORDED.0, steps),
            (None, RatingState::Collecting | RatingState::SecondRound) => NOT_RECORDED.0,
            (None, _) => "none",
        };
        self.spread_first.add(first, first, case);
        self.spread_after.add(after, after, case);
    }

    fn child(&mut self, session: &Session, slot: &Slot, case: Case) {
        let band = match session.answer(slot) {
            Some(Value::Integer(age)) => BANDS.iter().find(|(oldest, ..)| age <= oldest),
            _ => None,
        };
        let band = band.map_or(NOT_RECORDED.0, |(_, code, _)| code);
        let role = Slot { item: "child_role".to_owned(), row: slot.row };
        let Some(Value::Choice(role)) = session.answer(&role) else { return };
        if matches!(role.as_str(), "displayed" | "both") {
            self.ages_displayed.add(band, band, case);
        }
        if matches!(role.as_str(), "harmed" | "both") {
            self.ages_harmed.add(band, band, case);
        }
    }

    fn confidence(&mut self, session: &Session, case: Case) {
        let told = |item: &str| match session.answer(&Slot::once(item)) {
            Some(Value::Integer(number)) if (1..=5).contains(number) => Some(*number as usize),
            _ => None,
        };
        let code =
            |told: Option<usize>| told.map_or(NOT_RECORDED.0, |number| RATINGS[number - 1].0);
        let (before, after) = (told("confidence_before"), told("confidence_after"));
        self.before.add(code(before), code(before), case);
        self.after.add(code(after), code(after), case);
        let change = match before.zip(after) {
            Some((before, after)) if after > before => "up",
            Some((before, after)) if after < before => "down",
            Some(_) => "same",
            None => NOT_RECORDED.0,
        };
        self.change.add(change, change, case);
    }

    fn stages(&mut self, session: &Session, case: Case) {
        self.skipped.add_whole(case);
        let skipped: BTreeSet<&str> = session
            .passes()
            .iter()
            .filter(|pass| pass.skipped)
            .map(|pass| pass.stage.as_str())
            .collect();
        if skipped.is_empty() {
            self.skipped.add("none", "none", case);
        }
        for stage in session.template().stages.iter().filter(|one| skipped.contains(&*one.id)) {
            let title = clean_line(stage.title.show(session.language()));
            self.skipped.add(&stage.id, &title, case);
        }
    }

    /// Keeps the actions of one note; an action without a text is not counted.
    fn actions(&mut self, session: &Session, case: Case) {
        let actions = session.actions().iter();
        for action in actions.filter(|action| !action.details.what.trim().is_empty()) {
            // What people typed is not kept.
            let own = ActionState { outcome: String::new(), ..ActionState::of(session, action) };
            let (note, by) = (session.id(), action.details.by);
            self.agreed.push(CountedAction { case, note, id: action.id, by, own });
        }
    }

    /// How many notes, in how many cases.
    pub(super) fn size(&self) -> (u64, u64) {
        (self.notes, self.case_keys.len() as u64)
    }

    /// Returns every table. `told` holds the status of actions from all notes; `today` tells which
    /// are overdue.
    pub(super) fn tallies(mut self, told: &ActionStatusIndex, today: Date) -> Vec<FigureTally> {
        for CountedAction { case, note, id, by, own } in self.agreed {
            let code = outcome_code(&told.newest(note, id, own), by, today);
            self.actions.add(code, code, case);
        }
        [
            self.quarters.sorted(),
            self.templates.sorted(),
            self.placement,
            self.spread_first,
            self.spread_after,
            self.ages_displayed,
            self.ages_harmed,
            self.settings.with_last(&LAST),
            self.technology.with_last(&LAST),
            self.response.with_last(&LAST),
            self.actions,
            self.before,
            self.after,
            self.change,
            self.skipped,
        ]
        .into()
    }
}

/// The quarter of the year in which a meeting began: code and words.
fn quarter(session: &Session) -> (String, String) {
    let date = day_of(session.started());
    let (year, quarter) = (date.year(), (date.month() - 1) / 3 + 1);
    (format!("{year}-Q{quarter}"), format!("{year}, quarter {quarter}"))
}

/// Every slot of an item: one, or one per row.
pub(super) fn slots(session: &Session, place: &ItemPlace<'_>) -> Vec<Slot> {
    let id = &place.item.id;
    match place.rows_of {
        None => vec![Slot::once(id)],
        Some(group) => session.rows(group).iter().map(|row| Slot::in_row(id, *row)).collect(),
    }
}

/// Choices of an item, by the words of its template.
fn coded(tally: &mut FigureTally, session: &Session, place: &ItemPlace<'_>, case: Case) {
    let (item, is_boolean) = (place.item, place.item.kind == ItemType::Boolean);
    let label = |text: &LocalText| clean_line(text.show(session.language()));
    if is_boolean {
        tally.expect("yes", "yes");
        tally.expect("no", "no");
    }
    item.options.iter().for_each(|one| tally.expect(&one.code, &label(&one.text)));
    for slot in &slots(session, place) {
        tally.add_whole(case);
        let codes: Vec<&str> = match session.answer(slot) {
            Some(Value::Choice(code)) => vec![code],
            Some(Value::Choices(codes)) => codes.iter().map(String::as_str).collect(),
            Some(Value::Boolean(true)) => vec!["yes"],
            Some(Value::Boolean(false)) => vec!["no"],
            _ => Vec::new(),
        };
        if codes.is_empty() {
            tally.add(NOT_RECORDED.0, NOT_RECORDED.1, case);
        }
        for code in codes {
            let known = is_boolean || item.options.iter().any(|one| one.code == code);
            let code = if known { code } else { "other" };
            tally.add(code, code, case);
        }
    }
}

/// An action of a note that counts. Each is counted once with its newest status in any note, as in
/// the list of actions, and at the end, because a follow-up that is read later, or was held after
/// the period, may change it.
struct CountedAction {
    case: Case,
    note: Uuid,
    id: ActionId,
    by: Option<Date>,
    own: ActionState,
}

/// The line an action counts in.
fn outcome_code(newest: &ActionState, by: Option<Date>, today: Date) -> &'static str {
    match (newest.status, by) {
        (ActionStatus::Dropped, _) => "dropped",
        (ActionStatus::Open, Some(by)) if by < today => "overdue",
        (ActionStatus::Open, _) => "open",
        (ActionStatus::Done, by) => match by.zip(newest.done.map(day_of)) {
            Some((by, on)) if on <= by => "in-time",
            Some(_) => "late",
            None => "done",
        },
    }
}

/// Completed supervision notes: how often it was held, and nothing else. Nothing a worker said,
/// including their confidence, is in a figure.
pub(super) struct Supervision {
    /// By the case key, which is the same for sessions that follow each other.
    threads: BTreeMap<String, Case>,
    held: FigureTally,
}

impl Supervision {
    pub(super) fn new() -> Self {
        Self { threads: BTreeMap::new(), held: FigureTally::new(&SUPERVISION, &[]) }
    }

    pub(super) fn add(&mut self, session: &Session) {
        let next = self.threads.len() as Case;
        let case = *self.threads.entry(session.case_key().to_owned()).or_insert(next);
        let (code, label) = quarter(session);
        self.held.add(&code, &label, case);
    }

    /// How many series of supervision.
    pub(super) fn size(&self) -> u64 {
        self.threads.len() as u64
    }

    pub(super) fn tally(self) -> FigureTally {
        self.held.sorted()
    }
}
