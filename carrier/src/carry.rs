//! One pass: what both sides lack is carried, checked against its name on the way.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, bail};
use futures::{StreamExt, stream};

use crate::{
    folder::Folder,
    head::{Head, MAX_HEAD_BYTES},
    journal::{Journal, Way},
    names::{FileKind, hash_of, kind},
    plan::{Side, Step, plan},
    store::Store,
};

/// Bytes of the largest file that is carried. A note is a few kilobytes.
const MAX_FILE_BYTES: u64 = 64 << 20;
/// Files that are on their way at the same time.
const AT_ONCE: usize = 8;

/// What a pass did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Files put into the store, and their bytes.
    pub sent: (usize, u64),
    /// Files put into the folder, and their bytes.
    pub fetched: (usize, u64),
    /// Files deleted because their note was erased.
    pub deleted: usize,
    /// What was left where it is, and why.
    pub problems: Vec<String>,
}

impl Report {
    /// Whether there was nothing to do and nothing wrong.
    pub fn is_quiet(&self) -> bool {
        *self == Self::default()
    }
}

/// How far a pass has come: files done, of how many, and their bytes.
pub type Progress<'a> = &'a mut dyn FnMut(usize, usize, u64);

/// A folder and a store, and what was carried between them.
#[derive(Debug)]
pub struct Carrier {
    folder: Folder,
    store: Store,
    journal: Journal,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({})", self.name())
    }
}

impl Carrier {
    /// A carrier between these two.
    pub fn new(folder: Folder, store: Store, journal: Journal) -> Self {
        Self { folder, store, journal }
    }

    /// Finds out what there is to do.
    pub async fn look(&self) -> anyhow::Result<(Vec<Step>, Report)> {
        let mut report = Report::default();
        let here = self.folder.list().context("The exchange folder cannot be read.")?;
        let there = self.store.list().await?;
        self.same_exchange(&here, &there).await?;
        let mut sides = [Side::default(), Side::default()];
        for (side, files) in sides.iter_mut().zip([&here, &there]) {
            side.files = files.keys().cloned().collect();
        }
        for (path, bytes) in &here {
            if kind(path) == Some(FileKind::Head) && *bytes <= MAX_HEAD_BYTES {
                let read = self.folder.read(path, MAX_HEAD_BYTES).ok().flatten();
                sides[0]
                    .heads
                    .extend(read.and_then(|bytes| Some((path.clone(), Head::read(&bytes)?))));
            }
        }
        let heads = there.iter().filter(|(path, bytes)| {
            kind(path) == Some(FileKind::Head) && **bytes <= MAX_HEAD_BYTES
        });
        let heads =
            heads.map(|(path, _)| async move { (path.clone(), self.store.read(path).await) });
        let read: Vec<_> = stream::iter(heads).buffer_unordered(AT_ONCE).collect().await;
        for (path, bytes) in read {
            sides[1].heads.extend(Head::read(&bytes?).map(|head| (path, head)));
        }
        let [folder, store] = &sides;
        for (name, side, files) in [("folder", folder, &here), ("store", store, &there)] {
            for path in files.keys().filter(|path| kind(path) == Some(FileKind::Head)) {
                if !side.heads.contains_key(path) {
                    report
                        .problems
                        .push(format!("{path} in the {name} is incomplete or was altered."));
                }
            }
        }
        let mut steps = plan(folder, store, &self.journal.sent, &self.journal.fetched);
        steps.extend(self.repairs(&here, &there)?);
        Ok((steps, report))
    }

    /// Carries once. What fails is in the report; an error means that one side cannot be reached.
    pub async fn pass(&mut self, progress: Progress<'_>) -> anyhow::Result<Report> {
        let (steps, mut report) = self.look().await?;
        let paths = |wanted: fn(&Step) -> Option<&String>| steps.iter().filter_map(wanted);
        self.journal
            .note(
                Way::Sent,
                paths(|step| if let Step::Send(path) = step { Some(path) } else { None }),
            )
            .and_then(|()| {
                let fetched =
                    paths(|step| if let Step::Fetch(path) = step { Some(path) } else { None });
                self.journal.note(Way::Fetched, fetched)
            })
            .context("The list of what was carried cannot be written.")?;
        let is_head = |step: &&Step| matches!(step, Step::Send(path) | Step::Fetch(path) if kind(path) == Some(FileKind::Head));
        let (heads, others): (Vec<&Step>, Vec<&Step>) = steps.iter().partition(is_head);
        let (mut done, mut bytes) = (0, 0);
        let this = &*self;
        // A head lists posts: those come before it.
        for part in [others, heads] {
            let mut carried = stream::iter(part)
                .map(|step| async move { (step, this.carry(step).await) })
                .buffer_unordered(AT_ONCE);
            while let Some((step, outcome)) = carried.next().await {
                done += 1;
                match outcome {
                    Ok(Outcome::Carried(size)) => {
                        bytes += size;
                        match step {
                            Step::Send(_) => {
                                report.sent = (report.sent.0 + 1, report.sent.1 + size);
                            }
                            Step::Fetch(_) => {
                                report.fetched = (report.fetched.0 + 1, report.fetched.1 + size);
                            }
                            Step::DeleteSent(_) | Step::DeleteFetched(_) => report.deleted += 1,
                        }
                    }
                    Ok(Outcome::Left(why)) => report.problems.push(why),
                    Err(error) => report.problems.push(format!("{error:#}")),
                }
                progress(done, steps.len(), bytes);
            }
        }
        report.problems.sort();
        Ok(report)
    }

    /// Fails if the two sides belong to different exchanges.
    async fn same_exchange(
        &self,
        here: &BTreeMap<String, u64>,
        there: &BTreeMap<String, u64>,
    ) -> anyhow::Result<()> {
        let path = "exchange.toml";
        if !here.contains_key(path) && !there.contains_key(path) {
            bail!(
                "There is no exchange in {} yet, nor in the store. Begin one with `caseclinic exchange \
                 init`, or check both names.",
                self.folder.path().display()
            );
        }
        if here.contains_key(path) && there.contains_key(path) {
            let here =
                self.folder.read(path, MAX_FILE_BYTES).context("exchange.toml cannot be read.")?;
            if here != Some(self.store.read(path).await?) {
                bail!(
                    "The folder {} and the store {} belong to different exchanges. Nothing was carried.",
                    self.folder.path().display(),
                    self.store.name()
                );
            }
        }
        Ok(())
    }

    /// Files that are on both sides with different sizes: the one whose bytes match its name goes over the
    /// other.
    fn repairs(
        &self,
        here: &BTreeMap<String, u64>,
        there: &BTreeMap<String, u64>,
    ) -> anyhow::Result<BTreeSet<Step>> {
        let mut repairs = BTreeSet::new();
        for (path, size) in here {
            if let Some(FileKind::Lasting { hash }) = kind(path)
                && there.get(path).is_some_and(|other| other != size)
            {
                let bytes = self.folder.read(path, MAX_FILE_BYTES)?;
                let is_right = bytes.is_some_and(|bytes| hash_of(&bytes) == hash);
                repairs.insert(if is_right {
                    Step::Send(path.clone())
                } else {
                    Step::Fetch(path.clone())
                });
            }
        }
        Ok(repairs)
    }

    async fn carry(&self, step: &Step) -> anyhow::Result<Outcome> {
        match step {
            Step::Send(path) => {
                let read = self.folder.read(path, MAX_FILE_BYTES);
                let Some(bytes) = read.with_context(|| format!("{path} cannot be read."))? else {
                    return Ok(Outcome::Left(too_large(path)));
                };
                if let Some(why) = wrong(path, &bytes, "folder") {
                    return Ok(Outcome::Left(why));
                }
                let size = bytes.len() as u64;
                self.store.put(path, bytes).await?;
                Ok(Outcome::Carried(size))
            }
            Step::Fetch(path) => {
                let bytes = self.store.read(path).await?;
                if bytes.len() as u64 > MAX_FILE_BYTES {
                    return Ok(Outcome::Left(too_large(path)));
                }
                if let Some(why) = wrong(path, &bytes, "store") {
                    return Ok(Outcome::Left(why));
                }
                let put = self.folder.put(path, &bytes);
                put.with_context(|| format!("{path} cannot be written to the folder."))?;
                Ok(Outcome::Carried(bytes.len() as u64))
            }
            Step::DeleteSent(path) => {
                self.store.delete(path).await?;
                Ok(Outcome::Carried(0))
            }
            Step::DeleteFetched(path) => {
                let deleted = self.folder.delete(path);
                deleted.with_context(|| format!("{path} cannot be deleted."))?;
                Ok(Outcome::Carried(0))
            }
        }
    }
}

enum Outcome {
    Carried(u64),
    Left(String),
}

fn too_large(path: &str) -> String {
    format!("{path} is larger than any file of an exchange, and was not carried.")
}

/// What is wrong with the bytes of a file, if anything.
fn wrong(path: &str, bytes: &[u8], place: &str) -> Option<String> {
    let is_right = match kind(path) {
        Some(FileKind::Lasting { hash }) => hash_of(bytes) == hash,
        Some(FileKind::Head) => Head::read(bytes).is_some(),
        Some(FileKind::Charter | FileKind::Request) => !bytes.is_empty(),
        None => false,
    };
    (!is_right).then(|| {
        format!("{path} in the {place} is incomplete or was altered, and was not carried.")
    })
}
