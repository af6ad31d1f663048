//! A disk whose calls fail when told to, for tests: once, from then on, or after so many calls.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use rustix::io::Errno;

use crate::vault::{Disk, Facts, FolderEntry, Store};

/// The calls that can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    Create,
    Write,
    SyncFile,
    Rename,
    SyncFolder,
    MakeFolder,
    Remove,
    Link,
    Exchange,
    Read,
}

/// Every call that saving makes and that changes something.
pub(crate) const WRITING: [Call; 7] = [
    Call::Create,
    Call::Write,
    Call::SyncFile,
    Call::Rename,
    Call::SyncFolder,
    Call::MakeFolder,
    Call::Remove,
];

#[derive(Debug, Default)]
struct Plan {
    once: Option<(Call, Errno)>,
    always: Option<(Call, Errno)>,
    /// Writing calls left before the power goes.
    left: Option<usize>,
    synced: usize,
}

/// What somebody else does between two calls.
type Meanwhile = Box<dyn FnOnce() + Send>;

/// What somebody else does as soon as a file was read.
type OnceRead = (&'static str, Meanwhile);

/// The real disk, until told otherwise.
#[derive(Default)]
pub(crate) struct FaultyDisk {
    plan: Mutex<Plan>,
    once_read: Mutex<Option<OnceRead>>,
    /// The end of the name of a file or folder that cannot be read, and what the system answers.
    unreadable: Mutex<Option<(PathBuf, Errno)>>,
    /// After so many more writing calls.
    meanwhile: Mutex<Option<(usize, Meanwhile)>>,
}

impl FaultyDisk {
    /// The next such call fails, the ones after it work.
    pub(crate) fn fail_once(&self, call: Call, error: Errno) {
        self.plan().once = Some((call, error));
    }

    /// Every such call fails until [`FaultyDisk::mend`].
    pub(crate) fn fail_always(&self, call: Call, error: Errno) {
        self.plan().always = Some((call, error));
    }

    /// After `calls` more writing calls nothing reaches the disk any more.
    pub(crate) fn cut_power_after(&self, calls: usize) {
        self.plan().left = Some(calls);
    }

    /// Neither this file nor anything in this folder can be read; a path from the vault's folder on.
    pub(crate) fn make_unreadable(&self, file: impl Into<PathBuf>, error: Errno) {
        *self.unreadable.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((file.into(), error));
    }

    fn may_read(&self, path: &Path) -> io::Result<()> {
        match &*self.unreadable.lock().unwrap_or_else(PoisonError::into_inner) {
            Some((file, error)) if path.ancestors().any(|above| above.ends_with(file)) => {
                Err((*error).into())
            }
            _ => Ok(()),
        }
    }

    /// As soon as this file was read once, somebody else does something.
    pub(crate) fn once_read(&self, file: &'static str, work: impl FnOnce() + Send + 'static) {
        let mut waiting = self.once_read.lock().unwrap_or_else(PoisonError::into_inner);
        *waiting = Some((file, Box::new(work)));
    }

    /// After `calls` more writing calls, and before the next one, somebody else does something.
    pub(crate) fn meanwhile(&self, calls: usize, work: impl FnOnce() + Send + 'static) {
        let mut meanwhile = self.meanwhile.lock().unwrap_or_else(PoisonError::into_inner);
        *meanwhile = Some((calls, Box::new(work)));
    }

    /// Whether what somebody else does has not happened yet.
    pub(crate) fn is_still_to_come(&self) -> bool {
        self.meanwhile.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    fn let_others_work(&self) {
        let mut meanwhile = self.meanwhile.lock().unwrap_or_else(PoisonError::into_inner);
        let is_time = match &mut *meanwhile {
            Some((left, _)) if *left > 0 => {
                *left -= 1;
                false
            }
            waiting => waiting.is_some(),
        };
        let work = meanwhile.take_if(|_| is_time);
        drop(meanwhile);
        if let Some((_, work)) = work {
            work();
        }
    }

    /// Everything works again.
    pub(crate) fn mend(&self) {
        *self.plan() = Plan::default();
        *self.unreadable.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Whether a fault that was asked for has not come up.
    pub(crate) fn is_waiting(&self) -> bool {
        let plan = self.plan();
        plan.once.is_some() || plan.left.is_some_and(|left| left > 0)
    }

    /// Files made durable since the last [`FaultyDisk::mend`].
    pub(crate) fn synced_files(&self) -> usize {
        self.plan().synced
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask(&self, call: Call) -> io::Result<()> {
        if call != Call::Read {
            self.let_others_work();
        }
        let mut plan = self.plan();
        if plan.once.is_some_and(|(planned, _)| planned == call)
            && let Some((_, error)) = plan.once.take()
        {
            return Err(error.into());
        }
        if let Some((planned, error)) = plan.always
            && planned == call
        {
            return Err(error.into());
        }
        if call != Call::Read
            && let Some(left) = &mut plan.left
        {
            *left = left.checked_sub(1).ok_or(Errno::IO)?;
        }
        plan.synced += usize::from(call == Call::SyncFile);
        Ok(())
    }
}

impl Store for FaultyDisk {
    fn create_new(&self, path: &Path) -> io::Result<File> {
        self.ask(Call::Create)?;
        Disk.create_new(path)
    }

    fn write_all(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        let (first, second) = bytes.split_at(bytes.len() / 2);
        // A full disk takes a part before it says so.
        Disk.write_all(file, first)?;
        self.ask(Call::Write)?;
        Disk.write_all(file, second)
    }

    fn sync_file(&self, file: &File) -> io::Result<()> {
        self.ask(Call::SyncFile)?;
        Disk.sync_file(file)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.ask(Call::Rename)?;
        Disk.rename(from, to)
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.ask(Call::Rename)?;
        Disk.rename_new(from, to)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.ask(Call::SyncFolder)?;
        Disk.sync_folder(folder)
    }

    fn sync_below(&self, folder: &Path) -> io::Result<()> {
        self.ask(Call::SyncFolder)?;
        Disk.sync_below(folder)
    }

    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        self.ask(Call::MakeFolder)?;
        Disk.make_folder(folder)
    }

    fn remove_folder(&self, folder: &Path) -> io::Result<()> {
        self.ask(Call::Remove)?;
        Disk.remove_folder(folder)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.ask(Call::Remove)?;
        Disk.remove_file(path)
    }

    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        self.ask(Call::Read)?;
        self.may_read(path)?;
        let bytes = Disk.read(path, limit);
        let mut waiting = self.once_read.lock().unwrap_or_else(PoisonError::into_inner);
        let work = waiting.take_if(|(file, _)| path.ends_with(file));
        drop(waiting);
        if let Some((_, work)) = work {
            work();
        }
        bytes
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<FolderEntry>> {
        self.may_read(folder)?;
        Disk.list(folder)
    }

    fn folders(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.may_read(folder)?;
        Disk.folders(folder)
    }

    fn facts(&self, path: &Path) -> io::Result<Facts> {
        // What the system says of the unreadable itself can be asked.
        path.parent().map_or(Ok(()), |above| self.may_read(above))?;
        Disk.facts(path)
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.ask(Call::Link)?;
        Disk.link(from, to)
    }

    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()> {
        self.ask(Call::Exchange)?;
        Disk.exchange(one, other)
    }
}
