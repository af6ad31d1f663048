//! The exchange folder on this computer.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};

use crate::names::{FileKind, kind};

/// The exchange folder.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Opens a folder. Fails if it is not there, or is not a folder.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let facts = fs::metadata(path)
            .with_context(|| format!("The folder {} cannot be read.", path.display()))?;
        if !facts.is_dir() {
            bail!("{} is not a folder.", path.display());
        }
        let path = path.canonicalize()?;
        Ok(Self(path))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The files of the exchange with their sizes. Links and everything with another name are left
    /// alone.
    pub fn list(&self) -> io::Result<BTreeMap<String, u64>> {
        let mut found = BTreeMap::new();
        self.list_into("", &mut found)?;
        Ok(found)
    }

    fn list_into(&self, below: &str, found: &mut BTreeMap<String, u64>) -> io::Result<()> {
        for entry in fs::read_dir(self.0.join(below))? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let path = if below.is_empty() { name } else { format!("{below}/{name}") };
            let sort = entry.file_type()?;
            let is_deep = path.matches('/').count() >= 2;
            if sort.is_dir()
                && !is_deep
                && ["join", "people", "post"].contains(&path.split('/').next().unwrap_or_default())
            {
                self.list_into(&path, found)?;
            } else if sort.is_file() && kind(&path).is_some() {
                found.insert(path, entry.metadata()?.len());
            }
        }
        Ok(())
    }

    /// The bytes of a file; none if it has more than `most`.
    pub fn read(&self, path: &str, most: u64) -> io::Result<Option<Vec<u8>>> {
        let mut bytes = Vec::new();
        let file = File::open(self.0.join(path))?;
        file.take(most + 1).read_to_end(&mut bytes)?;
        Ok((bytes.len() as u64 <= most).then_some(bytes))
    }

    /// Puts a file in place, whole. A head replaces the one before, and right bytes replace broken ones;
    /// nothing else is ever replaced.
    pub fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let target = self.0.join(path);
        let folder = target.parent().unwrap_or(&self.0).to_owned();
        fs::create_dir_all(&folder)?;
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let beside = folder.join(format!(".{name}.{}.part", std::process::id()));
        let written = write_new(&beside, bytes).and_then(|()| {
            // What has the hash of these bytes in its name is these bytes, or is broken.
            if let Some(FileKind::Head | FileKind::Lasting { .. }) = kind(path) {
                return fs::rename(&beside, &target);
            }
            match fs::hard_link(&beside, &target) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
                // Some network folders and sticks know no second name for a file.
                Err(_) if !target.exists() => fs::rename(&beside, &target),
                linked => linked,
            }
        });
        let _ = fs::remove_file(&beside);
        written?;
        File::open(&folder)?.sync_all()
    }

    /// Deletes a file.
    pub fn delete(&self, path: &str) -> io::Result<()> {
        fs::remove_file(self.0.join(path))
    }
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // What a carrier that was killed left behind under this name is nothing.
    let _ = fs::remove_file(path);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
