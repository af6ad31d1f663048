//! How to end on time when the meeting is late: what each stage that is left could take.

use jiff::Timestamp;

use super::clock::{clock, planned_minutes};
use super::session::Session;

/// Lateness below this is not worth a word.
const WORTH_SAYING: u64 = 3;
/// No stage is made shorter than this.
const MIN_STAGE_MINUTES: u64 = 2;

/// A meeting that is late, and how it could still end on time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeRecovery {
    /// Minutes behind the plan at the start of the open stage.
    pub late: u64,
    /// For the open stage and every later one: its title and the minutes it could take. Empty when
    /// the time that is left is too short even for that.
    pub stages: Vec<(String, u64)>,
}

/// What to suggest at `now`; none while the meeting is about on time. The time that is left is
/// shared among the stages that are left as the template shares it, so that nobody's turn is lost.
pub fn time_recovery(session: &Session, now: Timestamp) -> Option<TimeRecovery> {
    let stages = &session.template().stages;
    let open = session.stage();
    let view = clock(session, now);
    let minutes = |time: std::time::Duration| time.as_secs() / 60;
    let before: u64 = (0..open).map(|stage| planned_minutes(session, stage)).sum();
    let spent_before = minutes(view.total_elapsed.saturating_sub(view.stage_elapsed));
    let late = spent_before.saturating_sub(before);
    if late < WORTH_SAYING {
        return None;
    }
    let plan: Vec<u64> =
        (open..stages.len()).map(|stage| planned_minutes(session, stage)).collect();
    let planned: u64 = plan.iter().sum();
    let left = (before + planned).saturating_sub(spent_before);
    let shared =
        plan.iter().map(|minutes| (minutes * left / planned.max(1)).max(MIN_STAGE_MINUTES));
    let shared: Vec<u64> = shared.collect();
    let fits = shared.iter().sum::<u64>() <= left;
    let title = |stage: usize| stages[stage].title.show(session.language()).to_owned();
    let named = shared.iter().enumerate().map(|(at, minutes)| (title(open + at), *minutes));
    Some(TimeRecovery { late, stages: if fits { named.collect() } else { Vec::new() } })
}

impl TimeRecovery {
    /// As a sentence for the facilitator.
    pub fn sentence(&self) -> String {
        let late = self.late;
        if self.stages.is_empty() {
            return format!(
                "{late} minutes late, too late to end on time. Agree now whether to extend the time (F7) or what to leave out."
            );
        }
        let parts: Vec<String> =
            self.stages.iter().map(|(title, minutes)| format!("{title} {minutes} min")).collect();
        format!("{late} minutes late. To end on time, allow: {}.", parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;
    use crate::clinic::{Event, apply, fixture::template};

    /// A meeting whose first stage took so many minutes more than planned.
    fn after(minutes: i64) -> (Session, Timestamp) {
        let start = Timestamp::UNIX_EPOCH;
        let mut session = Session::start(template(), uuid::Uuid::nil(), "HERON-42", false, start);
        let planned = planned_minutes(&session, 0) as i64;
        let then = start + (planned + minutes).minutes();
        let event = Event::GateOverridden { reason: "a test of the clock".to_owned() };
        apply(&mut session, event, then).expect("on to the next stage");
        (session, then)
    }

    #[test]
    fn a_meeting_that_is_about_on_time_hears_nothing() {
        let (session, now) = after(2);
        assert_eq!(time_recovery(&session, now), None);
    }

    #[test]
    fn a_late_meeting_hears_what_each_stage_could_take_to_end_on_time() {
        let (session, now) = after(4);
        let hint = time_recovery(&session, now).expect("it is late");
        assert_eq!(hint.late, 4);
        let whole: u64 = (0..session.template().stages.len())
            .map(|stage| planned_minutes(&session, stage))
            .sum();
        let spent = planned_minutes(&session, 0) + 4;
        let suggested: u64 = hint.stages.iter().map(|(_, minutes)| minutes).sum();
        assert!(hint.stages.is_empty() || spent + suggested <= whole, "{hint:?}");
        assert!(hint.sentence().starts_with("4 minutes late"), "{}", hint.sentence());
    }

    #[test]
    fn a_meeting_that_is_hopelessly_late_is_told_so_calmly() {
        let (session, now) = after(600);
        let hint = time_recovery(&session, now).expect("it is late");
        assert!(hint.stages.is_empty(), "{hint:?}");
        assert!(hint.sentence().contains("too late to end on time"), "{}", hint.sentence());
    }
}
