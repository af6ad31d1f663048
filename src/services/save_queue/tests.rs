//! What the queue promises, on a disk that can be told to fail.

use std::{
    iter,
    sync::mpsc::{Receiver, channel},
};

use crate::system::Errno;
use tempfile::TempDir;

use super::*;
use crate::vault::{
    NoteSource,
    fixtures::fault::{Call, FaultyDisk},
    fixtures::{faulty_vault, head},
};

const LONG: Duration = Duration::from_secs(20);

fn body(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

fn queue() -> (TempDir, Arc<FaultyDisk>, Arc<Vault>, SaveQueue, Receiver<SaveEvent>) {
    let (home, disk, vault) = faulty_vault();
    let vault = Arc::new(vault);
    let (send, events) = channel();
    let queue = SaveQueue::start(Arc::clone(&vault), move |event| {
        // A test that has seen enough no longer listens.
        let _ = send.send(event);
    })
    .expect("a thread");
    (home, disk, vault, queue, events)
}

#[test]
fn a_draft_is_saved_and_said_with_its_number() {
    let (_home, _disk, vault, queue, events) = queue();
    let note = NoteId::random();
    assert_eq!(queue.state(), SaveState::Saved(None));
    queue.submit(note, Work::Draft, head("A"), body("one"), 7);
    assert_eq!(queue.drain(LONG), Drained::Clean);
    assert!(matches!(events.recv_timeout(LONG), Ok(SaveEvent::Saved { seq: 7, .. })));
    assert!(matches!(queue.state(), SaveState::Saved(Some(_))));
    assert_eq!(vault.open(note).expect("opens").body.as_str(), "one");
}

#[test]
fn a_newer_draft_takes_the_place_of_one_that_waits() {
    let (_home, disk, vault, queue, events) = queue();
    let note = NoteId::random();
    disk.fail_always(Call::Write, Errno::NOSPC);
    queue.submit(note, Work::Draft, head("A"), body("first"), 1);
    assert!(matches!(events.recv_timeout(LONG), Ok(SaveEvent::Failed { seq: 1, .. })));
    for seq in 2..50 {
        queue.submit(note, Work::Draft, head("A"), body(&format!("number {seq}")), seq);
    }
    disk.mend();
    queue.retry();
    assert_eq!(queue.drain(LONG), Drained::Clean);
    assert!(matches!(events.recv_timeout(LONG), Ok(SaveEvent::Saved { seq: 49, .. })));
    assert_eq!(vault.open(note).expect("opens").body.as_str(), "number 49");
}

#[test]
fn a_full_disk_is_said_at_once_and_the_text_is_saved_by_itself_when_there_is_space() {
    let (_home, disk, vault, queue, events) = queue();
    let note = NoteId::random();
    disk.fail_always(Call::Write, Errno::NOSPC);
    queue.submit(note, Work::Draft, head("A"), body("kept"), 1);
    let Ok(SaveEvent::Failed { failure, .. }) = events.recv_timeout(LONG) else {
        panic!("the failure is said")
    };
    assert!(failure.why.contains("No space left") && failure.advice.contains("free some space"));
    assert_eq!(queue.state(), SaveState::NotSaved(failure));
    assert!(matches!(queue.drain(LONG), Drained::Unsaved(_)));
    disk.mend();
    let saved = events.iter().find(|event| !matches!(event, SaveEvent::Failed { .. }));
    assert!(matches!(saved, Some(SaveEvent::Saved { seq: 1, .. })));
    assert_eq!(vault.open(note).expect("opens").body.as_str(), "kept");
    assert!(matches!(queue.state(), SaveState::Saved(Some(_))));
}

#[test]
fn completion_keeps_its_place_after_the_draft_before_it() {
    let (_home, disk, vault, queue, events) = queue();
    let note = NoteId::random();
    disk.fail_once(Call::SyncFile, Errno::IO);
    queue.submit(note, Work::Draft, head("A"), body("draft"), 1);
    queue.submit(note, Work::Complete, head("A"), body("final"), 2);
    assert!(matches!(events.recv_timeout(LONG), Ok(SaveEvent::Failed { seq: 1, .. })));
    queue.retry();
    assert_eq!(queue.drain(LONG), Drained::Clean);
    assert!(matches!(events.recv_timeout(LONG), Ok(SaveEvent::Saved { seq: 1, .. })));
    let completed = events.recv_timeout(LONG);
    assert!(matches!(completed, Ok(SaveEvent::Completed { seq: 2, revision: 1, .. })));
    let opened = vault.open(note).expect("opens");
    assert_eq!((opened.body.as_str(), opened.source), ("final", NoteSource::Revision(1)));
}

#[test]
fn one_note_that_cannot_be_saved_does_not_hold_up_another() {
    let (_home, _disk, vault, queue, events) = queue();
    let (stuck, other) = (NoteId::random(), NoteId::random());
    vault.complete(stuck, &head("A"), "final").expect("complete");
    queue.submit(stuck, Work::Draft, head("A"), body("too late"), 1);
    queue.submit(other, Work::Draft, head("B"), body("in time"), 2);
    assert!(matches!(queue.drain(LONG), Drained::Unsaved(_)));
    // However often the other one was tried before and since.
    let mut seen = iter::from_fn(|| events.recv_timeout(LONG).ok());
    assert!(seen.any(|event| matches!(event, SaveEvent::Saved { seq: 2, .. })));
    assert!(matches!(queue.state(), SaveState::NotSaved(_)));
    queue.forget(stuck);
    assert_eq!(queue.drain(LONG), Drained::Clean);
    assert!(matches!(queue.state(), SaveState::Saved(Some(_))));
    assert_eq!(vault.open(stuck).expect("opens").body.as_str(), "final");
}

#[test]
fn what_is_not_on_the_disk_yet_can_be_read_from_the_queue_as_it_was_written_last() {
    let (_home, disk, _vault, queue, events) = queue();
    let note = NoteId::random();
    disk.fail_always(Call::Write, Errno::NOSPC);
    queue.submit(note, Work::Draft, head("A"), body("first"), 1);
    assert!(matches!(events.recv_timeout(LONG), Ok(SaveEvent::Failed { seq: 1, .. })));
    queue.submit(note, Work::Draft, head("A"), body("second"), 2);
    let (work, text) = queue.unsaved(note).expect("it waits");
    assert_eq!((work, text.1.as_str()), (Work::Draft, "second"));
    assert_eq!(queue.unsaved_drafts(), [(note, head("A"))]);
    disk.mend();
    assert_eq!(queue.drain(LONG), Drained::Clean);
    assert!(queue.unsaved(note).is_none() && queue.unsaved_drafts().is_empty());
}

#[test]
fn a_correction_that_can_not_be_locked_is_kept_and_locked_once_it_can() {
    let (_home, disk, vault, queue, events) = queue();
    let note = NoteId::random();
    vault.complete(note, &head("A"), "final").expect("complete");
    disk.fail_always(Call::Write, Errno::NOSPC);
    let work = Work::Amend(Correction::Amended);
    queue.submit(note, work, head("A"), body("put right"), 0);
    assert!(matches!(events.recv_timeout(LONG), Ok(SaveEvent::Failed { .. })));
    assert!(matches!(queue.drain(LONG), Drained::Unsaved(_)), "nobody leaves unasked");
    assert!(matches!(queue.unsaved(note), Some((Work::Amend(_), _))));
    disk.mend();
    assert_eq!(queue.drain(LONG), Drained::Clean);
    let mut seen = iter::from_fn(|| events.recv_timeout(LONG).ok());
    assert!(seen.any(|event| event == SaveEvent::Amended { note, revision: 2 }));
    assert_eq!(vault.open(note).expect("opens").body.as_str(), "put right");
}

#[test]
fn dropping_the_queue_saves_what_was_handed_over() {
    let (_home, _disk, vault, queue, _events) = queue();
    let note = NoteId::random();
    queue.submit(note, Work::Draft, head("A"), body("last words"), 1);
    drop(queue);
    assert_eq!(vault.open(note).expect("opens").body.as_str(), "last words");
}
