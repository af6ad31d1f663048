//! The session a meeting begins with.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use super::rows;
use crate::clinic::rating::PlacementMethod;
use crate::clinic::session::{ClockState, History, SCHEMA, Session, Status};
use crate::clinic::template::Template;
use crate::clinic::template::translated::Language;

impl Session {
    /// A new session at its first stage, with its clock running. `id` and `case_key` come from
    /// outside ([`case_key`](crate::clinic::case_key)), because this module has no random numbers.
    pub fn start(
        template: Template,
        id: Uuid,
        case_key: &str,
        practice: bool,
        at: Timestamp,
    ) -> Self {
        let mut session = Self {
            schema: SCHEMA,
            id,
            case_key: crate::text::clean_line(case_key),
            practice,
            language: Language::En,
            status: Status::InProgress,
            started: at,
            updated: at,
            stage: 0,
            furthest: 0,
            placing: PlacementMethod::default(),
            next_number: 1,
            passes: Vec::new(),
            stop_reason: None,
            matrix_reasons: Vec::new(),
            clock: ClockState::start(template.stages.len(), at),
            rows: BTreeMap::new(),
            within: Vec::new(),
            participants: Vec::new(),
            answers: Vec::new(),
            calculated: Vec::new(),
            leftovers: Vec::new(),
            ratings: Vec::new(),
            matrix: Vec::new(),
            actions: Vec::new(),
            citations: Vec::new(),
            amendments: Vec::new(),
            shares: Vec::new(),
            audit: Vec::new(),
            earlier: None,
            template: Arc::new(template),
            history: History::default(),
        };
        rows::prepare(&mut session, at);
        session
    }
}
