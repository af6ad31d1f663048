//! What is to be carried where: a pure function of what a folder and a store hold.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    head::Head,
    names::{FileKind, head_of, kind},
};

/// The files of one side, by path.
#[derive(Clone, Debug, Default)]
pub struct Side {
    /// Every file of the exchange.
    pub files: BTreeSet<String>,
    /// What the heads say; a head that cannot be read has nothing here.
    pub heads: BTreeMap<String, Head>,
}

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Copy a file from the folder to the store.
    Send(String),
    /// Copy a file from the store to the folder.
    Fetch(String),
    /// Delete a file from the store: this carrier sent it, and its note was erased.
    DeleteSent(String),
    /// Delete a file from the folder: this carrier fetched it, and its note was erased.
    DeleteFetched(String),
}

/// What is to be done, posts before the heads that list them.
///
/// `sent` and `fetched` are the files that this carrier put into the store and into the folder. No
/// other file is ever deleted, and of these only what is erased: the head of its machine says so, and
/// the side that had it first no longer has it.
pub fn plan(
    folder: &Side,
    store: &Side,
    sent: &BTreeSet<String>,
    fetched: &BTreeSet<String>,
) -> Vec<Step> {
    let is_erased = |path: &str| {
        let Some(head) = head_of(path) else { return false };
        let file = path.rsplit('/').next().unwrap_or(path);
        let heads = [folder.heads.get(&head), store.heads.get(&head)];
        heads.into_iter().flatten().any(|head| head.has_erased(file))
    };
    let mut steps = Vec::new();
    for path in folder.files.difference(&store.files) {
        match kind(path) {
            Some(FileKind::Head) | None => {}
            Some(FileKind::Request) if fetched.contains(path) => {
                steps.push(Step::DeleteFetched(path.clone()));
            }
            Some(FileKind::Request) if sent.contains(path) => {}
            Some(_) if !is_erased(path) => steps.push(Step::Send(path.clone())),
            Some(_) if fetched.contains(path) => steps.push(Step::DeleteFetched(path.clone())),
            Some(_) => {}
        }
    }
    for path in store.files.difference(&folder.files) {
        match kind(path) {
            Some(FileKind::Head) | None => {}
            // A request goes when it is answered. It does not come back, and the carrier that sent it deletes it.
            Some(FileKind::Request) if sent.contains(path) => {
                steps.push(Step::DeleteSent(path.clone()));
            }
            Some(FileKind::Request) if fetched.contains(path) => {}
            Some(_) if !is_erased(path) => steps.push(Step::Fetch(path.clone())),
            Some(_) if sent.contains(path) => steps.push(Step::DeleteSent(path.clone())),
            Some(_) => {}
        }
    }
    let heads: BTreeSet<&String> = folder.heads.keys().chain(store.heads.keys()).collect();
    for path in heads {
        match (folder.heads.get(path), store.heads.get(path)) {
            (Some(here), Some(there)) if there.is_newer_than(here) => {
                steps.push(Step::Fetch(path.clone()));
            }
            (Some(here), Some(there)) if !here.is_newer_than(there) => {}
            (Some(_), _) => steps.push(Step::Send(path.clone())),
            (None, _) => steps.push(Step::Fetch(path.clone())),
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(number: u64) -> String {
        format!("post/ab-cd/{}", file(number))
    }

    fn file(number: u64) -> String {
        format!("{number:06}-{}.age", "0f".repeat(32))
    }

    fn side(posts: &[u64], highest: Option<u64>, erased: &[u64]) -> Side {
        let mut side = Side::default();
        side.files.extend(posts.iter().map(|number| post(*number)));
        if let Some(highest) = highest {
            let erased: Vec<String> = erased.iter().map(|number| file(*number)).collect();
            let text =
                format!("highest = {highest}\nposts = []\nerased = {erased:?}\n# signature: x\n");
            let head = Head::read(text.as_bytes()).expect("a head");
            side.files.insert("post/ab-cd/head".to_owned());
            side.heads.insert("post/ab-cd/head".to_owned(), head);
        }
        side
    }

    fn none() -> BTreeSet<String> {
        BTreeSet::new()
    }

    #[test]
    fn what_one_side_lacks_is_carried_and_heads_come_last() {
        let steps = plan(&side(&[1, 2], Some(2), &[]), &side(&[1], Some(1), &[]), &none(), &none());
        assert_eq!(steps, [Step::Send(post(2)), Step::Send("post/ab-cd/head".to_owned())]);
        let steps = plan(&side(&[1], Some(1), &[]), &side(&[1, 2], Some(2), &[]), &none(), &none());
        assert_eq!(steps, [Step::Fetch(post(2)), Step::Fetch("post/ab-cd/head".to_owned())]);
        let same = side(&[1, 2], Some(2), &[]);
        assert!(plan(&same, &same, &none(), &none()).is_empty());
    }

    #[test]
    fn an_older_head_never_replaces_a_newer_one_and_one_that_cannot_be_read_is_replaced() {
        let (new, old) = (side(&[], Some(9), &[]), side(&[], Some(3), &[]));
        assert_eq!(plan(&new, &old, &none(), &none()), [Step::Send("post/ab-cd/head".to_owned())]);
        let mut broken = old;
        broken.heads.clear();
        assert_eq!(
            plan(&new, &broken, &none(), &none()),
            [Step::Send("post/ab-cd/head".to_owned())]
        );
        assert!(plan(&broken, &broken, &none(), &none()).is_empty());
    }

    #[test]
    fn a_request_that_was_answered_goes_everywhere_and_does_not_come_back() {
        let request = "join/ab12.toml".to_owned();
        let with = Side { files: [request.clone()].into(), ..Side::default() };
        let without = Side::default();
        let mine: BTreeSet<String> = [request.clone()].into();
        assert_eq!(plan(&with, &without, &none(), &none()), [Step::Send(request.clone())]);
        assert_eq!(plan(&without, &with, &none(), &none()), [Step::Fetch(request.clone())]);
        // The steward answered it: it is not fetched again.
        assert!(plan(&without, &with, &none(), &mine).is_empty());
        // Whoever asked was added, and their request is gone from their folder.
        assert_eq!(plan(&without, &with, &mine, &none()), [Step::DeleteSent(request.clone())]);
        // Elsewhere it goes with the store, and is never sent again.
        assert_eq!(plan(&with, &without, &none(), &mine), [Step::DeleteFetched(request)]);
        assert!(plan(&with, &without, &mine, &none()).is_empty());
    }

    #[test]
    fn only_what_was_erased_and_was_put_there_by_this_carrier_is_deleted() {
        let (gone, kept) = (side(&[], Some(2), &[1]), side(&[1], Some(1), &[]));
        let head = Step::Send("post/ab-cd/head".to_owned());
        let mine: BTreeSet<String> = [post(1)].into();
        assert_eq!(plan(&gone, &kept, &mine, &none()), [Step::DeleteSent(post(1)), head.clone()]);
        assert_eq!(plan(&gone, &kept, &none(), &mine), [head], "somebody else sent it");
        // At another home the file came from the store, which no longer has it.
        let (here, there) = (side(&[1], Some(1), &[]), side(&[], Some(2), &[1]));
        let head = Step::Fetch("post/ab-cd/head".to_owned());
        assert_eq!(
            plan(&here, &there, &none(), &mine),
            [Step::DeleteFetched(post(1)), head.clone()]
        );
        assert_eq!(plan(&here, &there, &none(), &none()), [head], "it was here before");
        // Without an erasure, what is gone on one side comes back.
        let (here, there) = (side(&[], Some(1), &[]), side(&[1], Some(1), &[]));
        assert_eq!(plan(&here, &there, &mine, &none()), [Step::Fetch(post(1))]);
    }
}
