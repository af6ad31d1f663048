//! Events of participants.

use super::{AuditLine, Edit, one_line};
use crate::clinic::refusal::Refusal;
use crate::clinic::session::{Attendance, Participant, Session};
use crate::clinic::template::value::ParticipantId;

const MAX_PARTICIPANTS: usize = 40;

impl Edit<'_> {
    pub(super) fn add_participant(&mut self, role: String, label: &str) -> Result<(), Refusal> {
        if self.session.template.roles.is_empty() {
            let why = "This meeting format has no roles and does not list who is present: it counts \
                       answers without names.";
            return Err(Refusal::NotNow { why });
        }
        if self.session.participants.len() >= MAX_PARTICIPANTS {
            return Err(Refusal::TooMany { what: "people", limit: MAX_PARTICIPANTS });
        }
        let (role, label) = fitting(self.session, None, role, label)?;
        if !label.chars().any(char::is_alphabetic) {
            let why = "A number is not a profession or role. Type one, such as social worker.";
            return Err(Refusal::NotNow { why });
        }
        let id = ParticipantId(self.session.number());
        let one = Participant { id, role, label, present: true, late: false };
        let new = Some(shown(&one));
        self.session.participants.push(one);
        self.record(AuditLine::new("participant", None, new));
        Ok(())
    }

    pub(super) fn change_participant(
        &mut self,
        id: ParticipantId,
        (role, label): (String, &str),
        attendance: Attendance,
    ) -> Result<(), Refusal> {
        let (role, label) = fitting(self.session, Some(id), role, label)?;
        let one =
            self.session.participants.iter_mut().find(|one| one.id == id).ok_or_else(unknown)?;
        let old = Some(shown(one));
        let (present, late) = (attendance != Attendance::Apologies, attendance == Attendance::Late);
        *one = Participant { id, role, label, present, late };
        let new = Some(shown(one));
        self.record(AuditLine::new("participant", old, new));
        Ok(())
    }

    pub(super) fn remove_participant(&mut self, id: ParticipantId) -> Result<(), Refusal> {
        let index =
            self.session.participants.iter().position(|one| one.id == id).ok_or_else(unknown)?;
        if self.session.ratings.iter().any(|rating| rating.names(id))
            || self.session.history.names(id)
        {
            let label = self.session.participants[index].label.clone();
            return Err(Refusal::HasTakenPart { label });
        }
        let old = Some(shown(&self.session.participants.remove(index)));
        self.record(AuditLine::new("participant", old, None));
        Ok(())
    }
}

pub(super) fn unknown() -> Refusal {
    Refusal::Unknown { what: "participant".to_owned() }
}

fn shown(one: &Participant) -> String {
    let attendance = match one.attendance() {
        Attendance::Here => String::new(),
        other => format!(", {}", other.title()),
    };
    format!("{} ({}{attendance})", one.label, one.role)
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
    fn a_number_is_not_listed_as_a_person() {
        let mut play = Play::start();
        let role = play.session.template().roles[0].id.clone();
        let refusal = play.refused(Event::ParticipantAdded { role, label: "5".to_owned() });
        assert!(refusal.to_string().contains("not a profession"), "{refusal}");
    }

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
