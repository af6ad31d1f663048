//! Placing from other places: the code of a round, and the chat in which placements come back.

use jiff::Timestamp;
use zeroize::Zeroizing;

use super::Conversation;
use crate::{
    app::{ChatRound, ControlId, slot_of},
    clinic::rating_view,
    vault::has_block,
};

/// The command that ends a chat.
const END: &str = "/end";

impl Conversation<'_> {
    /// Makes a code for the placement that has the focus, or says the one there is again.
    pub(super) fn code(&mut self) {
        let session = &self.screen.session;
        let slot = slot_of(&self.screen.focus)
            .filter(|slot| rating_view(session, slot).is_some_and(|view| view.asked > 0));
        let Some(slot) = slot.cloned() else {
            return self
                .say("A code is made where people place a behaviour. Go to that question first.");
        };
        if self.round.is_none() {
            let round = ChatRound::of(session, &slot).and_then(|round| {
                let sealed = self.guide.begin_placing(&round.steps(session))?;
                Ok((round, sealed))
            });
            match round {
                Ok(round) => self.round = Some(round),
                Err(why) => return self.say(format!("No code could be made: {why}")),
            }
        }
        let Some((round, sealed)) = &self.round else { return };
        let (code, people) = (sealed.code().to_string(), round.numbered(&self.screen.session));
        self.say("Paste this code into the chat of the call:");
        self.say(code);
        self.say(format!("The numbers of the people: {}.", people.join("; ")));
        self.say(
            "Say: “Run caseclinic place, then the code. Type your number, choose alone, and paste \
             what it prints into the chat.” Then type /chat and paste the whole chat.",
        );
    }

    /// Takes a chat from the next line on.
    pub(super) fn begin_chat(&mut self) {
        if self.round.is_none() {
            return self.say("No code is open. To make one, type /code.");
        }
        self.chat = Some(Zeroizing::default());
        self.say(format!("Paste the whole chat now. Then type {END} on a line of its own."));
    }

    pub(super) fn add_to_chat(&mut self, line: &str, now: Timestamp) {
        let Some(chat) = &mut self.chat else { return };
        if line.trim() != END {
            chat.push_str(line);
            chat.push('\n');
            return;
        }
        let chat = self.chat.take().unwrap_or_default();
        self.read_chat(&chat, now);
        if let Some((round, _)) = &self.round {
            self.screen.focus_on(ControlId::Reveal(round.slot().clone()));
            // Whoever is still to place is asked for before.
            self.first_waiting();
        }
        self.end_round();
        self.ask();
    }

    fn read_chat(&mut self, chat: &str, now: Timestamp) {
        let Some((mut round, sealed)) = self.round.take() else { return };
        round.let_in(&self.screen.session);
        if !has_block(chat) {
            self.say(
                "There is no sealed placement in it. Copy the whole chat, then type /chat again.",
            );
        } else if let Ok(blocks) = sealed.read_chat(chat) {
            let before = round.ready(&self.screen.session);
            let report = round.report(&blocks, &self.screen.session);
            for event in round.events(&report, &self.screen.session) {
                self.apply_event(event, now);
            }
            for sentence in round.sentences(&report, &self.screen.session, before) {
                self.say(sentence);
            }
        } else {
            return self.say("The key of this round is gone. Type /code for a new code, and have everyone place again.");
        }
        self.round = Some((round, sealed));
    }

    /// Ends the round, and its key with it, once nobody places in it any more.
    pub(super) fn end_round(&mut self) {
        let session = &self.screen.session;
        self.round.take_if(|(round, _)| !round.is_open(session));
    }
}
