//! Events of participants.

use jiff::Timestamp;

use super::{ApplyResult, AuditLine, one_line, record, saved};
use crate::clinic::event::Event;
use crate::clinic::refusal::Refusal;
use crate::clinic::session::{Participant, Session};
use crate::clinic::template::value::ParticipantId;

const MAX_PARTICIPANTS: usize = 40;

pub(super) fn apply(session: &mut Session, event: Event, at: Timestamp) -> ApplyResult {
    match event {
        Event::ParticipantAdded { .. } if session.template.roles.is_empty() => {
            return Err(Refusal::NotNow {
                why: "This meeting format has no roles and does not list who is present: it counts \
                      answers without names.",
            });
        }
        Event::ParticipantAdded { role, label } => {
            if session.participants.len() >= MAX_PARTICIPANTS {
                return Err(Refusal::TooMany { what: "people", limit: MAX_PARTICIPANTS });
            }
            let (role, label) = fitting(session, None, role, &label)?;
            let id = ParticipantId(session.number());
            let new = Some(shown(&role, &label, true));
            session.participants.push(Participant { id, role, label, present: true });
            record(session, at, AuditLine { item: "participant", new, ..AuditLine::default() });
        }
        Event::ParticipantChanged { id, role, label, present } => {
            let (role, label) = fitting(session, Some(id), role, &label)?;
            let one = session.participants.iter_mut().find(|one| one.id == id);
            let one = one.ok_or_else(unknown)?;
            let old = Some(shown(&one.role, &one.label, one.present));
            let new = Some(shown(&role, &label, present));
            *one = Participant { id, role, label, present };
            record(
                session,
                at,
                AuditLine { item: "participant", old, new, ..AuditLine::default() },
            );
        }
        Event::ParticipantRemoved { id } => {
            let index = session.participants.iter().position(|one| one.id == id);
            let index = index.ok_or_else(unknown)?;
            let has_taken_part =
                session.ratings.iter().any(|rating| rating.names(id)) || session.history.names(id);
            if has_taken_part {
                let label = session.participants[index].label.clone();
                return Err(Refusal::HasTakenPart { label });
            }
            let one = session.participants.remove(index);
            let old = Some(shown(&one.role, &one.label, one.present));
            record(session, at, AuditLine { item: "participant", old, ..AuditLine::default() });
        }
        other => return super::misrouted(&other),
    }
    saved()
}

fn unknown() -> Refusal {
    Refusal::Unknown { what: "participant".to_owned() }
}

fn shown(role: &str, label: &str, present: bool) -> String {
    format!("{label} ({role}{})", if present { "" } else { ", not present" })
}

/// The role must be one of the template's; a label that is taken gets a number.
fn fitting(
    session: &Session,
    own: Option<ParticipantId>,
    role: String,
    label: &str,
) -> Result<(String, String), Refusal> {
    let known = session.template.role(&role);
    if known.is_none() && !session.template.roles.is_empty() {
        return Err(Refusal::Unknown { what: role });
    }
    let mut label = one_line(label)?.trim().to_owned();
    if label.is_empty() {
        let title = known.map(|role| role.title.show(session.language).to_owned());
        label = title.unwrap_or_else(|| "participant".to_owned());
    }
    let taken = |label: &str| {
        session.participants.iter().any(|one| Some(one.id) != own && one.label == label)
    };
    if !taken(&label) {
        return Ok((role, label));
    }
    let free = (2..).map(|number| format!("{label} {number}")).find(|label| !taken(label));
    Ok((role, free.unwrap_or(label)))
}

#[cfg(test)]
mod tests {
    use crate::clinic::fixture::Play;
    use crate::clinic::{Event, Refusal, bundled_template};

    #[test]
    fn nobody_is_listed_in_a_format_without_parts_and_the_refusal_says_why() {
        let one = bundled_template("workforce-pulse").expect("the format");
        let mut play = Play::of(one.parse().expect("it is sound"));
        let (role, label) = (String::new(), "nurse".to_owned());
        let refusal = play.refused(Event::ParticipantAdded { role, label });
        assert!(matches!(refusal, Refusal::NotNow { .. }), "{refusal:?}");
        assert!(refusal.to_string().contains("without names"), "{refusal}");
    }
}
