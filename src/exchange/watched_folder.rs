//! The exchange folder, followed call by call: how far the work is can be shown, and it can be ended
//! when the vault is locked. What the vault keeps beside itself is not touched by that.

use std::{fs::File, io, path::Path, sync::Arc};

use super::taking_in::Exchange;
use crate::vault::{FolderEntry, Store, storage::store::Facts};

/// Says before every call whether to go on.
type GoOn = dyn Fn() -> bool + Send + Sync;

struct WatchedFolder {
    folder: Arc<dyn Store>,
    go_on: Arc<GoOn>,
}

impl Exchange<'_> {
    /// Asks before every call to the exchange folder whether to go on. Once it says no, every call
    /// fails, so what is under way ends with an error; the next sync finishes it.
    pub fn watch(&mut self, go_on: Arc<GoOn>) {
        let folder = Arc::clone(&self.store);
        self.store = Arc::new(WatchedFolder { folder, go_on });
    }
}

impl WatchedFolder {
    fn folder(&self) -> io::Result<&dyn Store> {
        if (self.go_on)() {
            Ok(self.folder.as_ref())
        } else {
            Err(io::Error::other("the vault was locked"))
        }
    }
}

macro_rules! passed_on {
    ($(fn $name:ident($($argument:ident: $of:ty),*) -> $result:ty;)*) => {
        impl Store for WatchedFolder {
            $(fn $name(&self, $($argument: $of),*) -> io::Result<$result> {
                self.folder()?.$name($($argument),*)
            })*
        }
    };
}

passed_on! {
    fn create_new(path: &Path) -> File;
    fn write_all(file: &mut File, bytes: &[u8]) -> ();
    fn sync_file(file: &File) -> ();
    fn rename(from: &Path, to: &Path) -> ();
    fn rename_new(from: &Path, to: &Path) -> ();
    fn sync_folder(folder: &Path) -> ();
    fn sync_below(folder: &Path) -> ();
    fn make_folder(folder: &Path) -> ();
    fn remove_folder(folder: &Path) -> ();
    fn remove_file(path: &Path) -> ();
    fn read(path: &Path, limit: u64) -> Vec<u8>;
    fn list(folder: &Path) -> Vec<FolderEntry>;
    fn folders(folder: &Path) -> Vec<String>;
    fn facts(path: &Path) -> Facts;
    fn link(from: &Path, to: &Path) -> ();
    fn exchange(one: &Path, other: &Path) -> ();
}
