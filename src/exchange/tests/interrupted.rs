//! A sync that is interrupted before any of its writing calls: the next one finishes it, nothing is
//! sent twice or lost, and the vault is as it was.

use std::sync::Arc;

use super::*;
use crate::vault::fixtures::fault::FaultyDisk;

/// Calls that a sync makes at most.
const MAX_CALLS: usize = 300;
/// Calls between two interruptions that are tried: every part of a sync makes more.
const STEP: usize = 5;

#[test]
fn a_sync_that_is_interrupted_anywhere_is_finished_by_the_next_one() {
    let mut homes = exchange_of(2);
    let (bryn, Home { name, vault, folder }) =
        (homes.pop().expect("Bryn"), homes.pop().expect("Asha"));
    drop(vault);
    let disk = Arc::new(FaultyDisk::default());
    let place = folder.path().join("vault");
    let vault = Vault::unlock_on(disk.clone(), &place, &passphrase()).expect("unlocks");
    let asha = Home { name, vault, folder };
    let kept = || -> Vec<(PathBuf, Vec<u8>)> {
        let is_kept = |file: &PathBuf| file.starts_with("notes") || file.ends_with("ledger.age");
        let read = |file: PathBuf| {
            let bytes = fs::read(place.join(&file)).expect("read");
            (file, bytes)
        };
        files(&place).into_iter().filter(is_kept).map(read).collect()
    };
    let mut last: Option<(NoteId, NoteId)> = None;
    for calls in (0..MAX_CALLS).step_by(STEP) {
        // Each time there is a note and an erasure to send, and a note and an erasure to take in.
        if let Some((mine, theirs)) = last {
            asha.erase(mine);
            bryn.erase(theirs);
        }
        let (mine, theirs) = (format!("MINE-{calls}"), format!("THEIRS-{calls}"));
        last = Some((asha.complete(&mine), bryn.complete(&theirs)));
        bryn.sync();
        copy_all(&[&asha, &bryn]);
        let before = kept();
        disk.cut_power_after(calls);
        let interrupted = (|| {
            let mut exchange = Exchange::open(&asha.vault, &asha.place())?;
            exchange.take_in()?;
            let outbox = exchange.outbox(false)?;
            exchange.send(outbox, noon())
        })();
        let was_reached = !disk.is_waiting();
        disk.mend();
        assert_eq!(kept(), before, "after {calls} calls");
        asha.sync();
        copy_all(&[&asha, &bryn]);
        bryn.sync();
        copy_all(&[&asha, &bryn]);
        assert_eq!((asha.received(), bryn.received()), (vec![theirs], vec![mine]));
        assert_eq!(bryn.kinds(), [], "after {calls} calls");
        let own = asha.open().record;
        let notes = own.own().filter(|facts| facts.header.kind.is_note()).count();
        assert_eq!(notes, 1, "after {calls} calls");
        if !was_reached {
            assert!(interrupted.is_ok() && calls > 20, "{calls} calls");
            return;
        }
    }
    panic!("a sync makes more than {MAX_CALLS} calls");
}

#[test]
fn work_that_is_broken_off_after_any_call_to_the_folder_is_finished_by_the_next_sync() {
    let homes = exchange_of(2);
    let [asha, bryn] = &homes[..] else { panic!("two homes") };
    for most in (0..60).step_by(4) {
        let (mine, theirs) = (format!("MINE-{most}"), format!("THEIRS-{most}"));
        asha.complete(&mine);
        bryn.complete(&theirs);
        bryn.sync();
        copy_all(&[asha, bryn]);
        let calls = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let counted = Arc::clone(&calls);
        let go_on = move || counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed) < most;
        let mut exchange = asha.open();
        exchange.watch(Arc::new(go_on));
        let done = exchange.take_in().and_then(|_| {
            let outbox = exchange.outbox(false)?;
            exchange.send(outbox, noon())
        });
        let called = calls.load(std::sync::atomic::Ordering::Relaxed);
        assert_eq!(
            done.is_ok(),
            called <= most,
            "{most}: it ends with an error once it is stopped"
        );
        drop(exchange);
        asha.sync();
        copy_all(&[asha, bryn]);
        bryn.sync();
        assert!(asha.received().contains(&theirs) && bryn.received().contains(&mine), "{most}");
        assert_eq!((asha.kinds(), bryn.kinds()), (vec![], vec![]), "{most}");
    }
}
