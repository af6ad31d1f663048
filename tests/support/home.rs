//! A home folder for one test: its vault, made quickly and weakly, and the notes in it.

use std::{
    ffi::OsStr,
    fs,
    io::Write as _,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    thread,
    time::Duration,
};

use caseclinic::{
    clinic::{
        Event, Session, Status, Template, apply, bundled_templates, from_document, to_document,
    },
    report::markdown,
    services::{NoteError, NoteKind, find_note, head, read_note},
    text::LocalTime,
    vault::{NoteId, Strength, Vault},
};
use jiff::Timestamp;
use tempfile::TempDir;

/// The passphrase of every vault made here.
pub(crate) const PASSPHRASE: &str = "correct horse battery staple";

/// Times that a lock held for a moment is asked for.
const SHARED_LOCK: usize = 25;

/// A home folder; it goes when dropped.
pub(crate) struct Home {
    folder: TempDir,
    key: TempDir,
    passphrase: String,
}

impl Home {
    /// An empty one: no vault yet.
    pub(crate) fn new() -> Self {
        Self::at(tempfile::tempdir().expect("a temporary folder"), PASSPHRASE)
    }

    /// A private copy of a home folder, whose vault opens with this passphrase.
    pub(crate) fn copy_of(folder: &Path, passphrase: &str) -> Self {
        let home = Self::at(tempfile::tempdir().expect("a temporary folder"), passphrase);
        copy_private(folder, home.path());
        home
    }

    /// An empty one inside of this folder, on whatever disk that is.
    pub(crate) fn inside(folder: &Path) -> Self {
        Self::at(tempfile::tempdir_in(folder).expect("a temporary folder"), PASSPHRASE)
    }

    fn at(folder: TempDir, passphrase: &str) -> Self {
        let key = tempfile::tempdir().expect("a temporary folder");
        let mut options = fs::OpenOptions::new();
        let mut file = options
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(key.path().join("passphrase"))
            .expect("a new file");
        writeln!(file, "{passphrase}").expect("written");
        Self { folder, key, passphrase: passphrase.to_owned() }
    }

    /// One with a vault whose recovery sheet was confirmed. The passphrase is derived cheaply, so
    /// that tests are quick; nothing else differs.
    pub(crate) fn with_vault() -> Self {
        Self::new().and_vault()
    }

    /// An empty one in a folder whose name begins like this.
    pub(crate) fn named(prefix: &OsStr) -> Self {
        let folder = tempfile::Builder::new().prefix(prefix).tempdir();
        Self::at(folder.expect("a temporary folder"), PASSPHRASE)
    }

    /// Adds such a vault.
    pub(crate) fn and_vault(self) -> Self {
        let home = self;
        let made = Vault::create(&home.vault_place(), &PASSPHRASE.into(), Strength::WEAK_FOR_TESTS);
        let (vault, _) = made.expect("a new vault");
        vault.confirm_recovery().expect("confirmed");
        home
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn vault_place(&self) -> PathBuf {
        self.path().join("vault")
    }

    /// The file that holds the passphrase.
    pub(crate) fn passphrase_file(&self) -> PathBuf {
        self.key.path().join("passphrase")
    }

    /// Opens the vault in this process. While a program has it open, it is read-only here.
    pub(crate) fn vault(&self) -> Vault {
        unlock_with(&self.vault_place(), &self.passphrase)
    }

    /// Saves a short draft with the presenter's question; returns its id.
    pub(crate) fn keep_draft(&self, case_key: &str, question: &str) -> NoteId {
        let bundled = bundled_templates().first().expect("a template");
        let template = Template::parse(bundled.file, bundled.text).expect("it parses");
        let now = Timestamp::now();
        let mut session = Session::start(template, uuid::Uuid::new_v4(), case_key, false, now);
        let slot = caseclinic::clinic::Slot::once("key_question");
        let value = Some(caseclinic::clinic::Value::Text(question.to_owned()));
        apply(&mut session, Event::Answered { slot, value }, now).expect("answered");
        let id = NoteId::random();
        let receipt = self.vault().save_draft(id, &head(&session), &to_document(&session));
        receipt.expect("saved");
        id
    }

    /// Saves a note that is complete as far as the vault and the commands can tell; returns its id.
    /// Going through a whole meeting is another test's work.
    pub(crate) fn keep_completed(&self, case_key: &str) -> NoteId {
        const END: &str = "\n[end]\nbytes = ";
        let bundled = bundled_templates().first().expect("a template");
        let template = Template::parse(bundled.file, bundled.text).expect("it parses");
        let now = Timestamp::now();
        let session = Session::start(template, uuid::Uuid::new_v4(), case_key, false, now);
        let document = to_document(&session);
        let (body, _) = document.rsplit_once(END).expect("a whole document");
        let body = body.replacen("status = \"in-progress\"", "status = \"completed\"", 1);
        let document = format!("{body}{END}{}\n", body.len());
        let session = from_document(&document).expect("a whole document");
        assert_eq!(session.status(), Status::Completed);
        let id = NoteId::random();
        let receipt = self.vault().complete(id, &head(&session), &document);
        receipt.expect("locked");
        id
    }

    /// The newest note with this case key as Markdown, or why it does not open.
    pub(crate) fn note(&self, case_key: &str) -> Result<String, String> {
        let vault = self.vault();
        let found = match find_note(&vault, case_key, NoteKind::Any) {
            Err(NoteError::Several { notes, .. }) => Ok(notes[0].id),
            found => found.map(|found| found.id),
        };
        let opened =
            found.and_then(|id| read_note(&vault, id)).map_err(|error| error.to_string())?;
        match opened.doubt {
            Some(doubt) => Err(doubt.to_string()),
            None => Ok(markdown(&opened.session, false, &LocalTime::default())),
        }
    }

    /// Runs a command with the passphrase; returns what it prints. It must succeed.
    #[track_caller]
    pub(crate) fn run(&self, args: &[&str]) -> String {
        let output = self.try_run(args, &self.passphrase_file());
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }

    /// Runs a command with the passphrase in this file.
    pub(crate) fn try_run(&self, args: &[&str], passphrase: &Path) -> Output {
        Command::new("/bin/sh")
            .args(["-c", "exec \"$0\" \"$@\" --passphrase-fd 3 3<\"$TEST_PASSPHRASE_FILE\""])
            .arg(env!("CARGO_BIN_EXE_caseclinic"))
            .args(args)
            .env("CASECLINIC_HOME", self.path())
            .env("TEST_PASSPHRASE_FILE", passphrase)
            .stdin(Stdio::null())
            .output()
            .expect("it runs")
    }

    /// Builds the search index and keeps it in the cache.
    pub(crate) fn prepare_search(&self) {
        let searched = Command::new(env!("CARGO_BIN_EXE_caseclinic"))
            .args(["search", "consent"])
            .env("CASECLINIC_HOME", self.path())
            .output()
            .expect("it runs");
        assert!(searched.status.success(), "{}", String::from_utf8_lossy(&searched.stderr));
    }

    /// Runs a command with the passphrase and these lines on standard input.
    pub(crate) fn pipe(&self, args: &[&str], lines: &[&str]) -> Output {
        let mut child = Command::new("/bin/sh")
            .args(["-c", "exec \"$0\" \"$@\" --passphrase-fd 3 3<\"$TEST_PASSPHRASE_FILE\""])
            .arg(env!("CARGO_BIN_EXE_caseclinic"))
            .args(args)
            .env("CASECLINIC_HOME", self.path())
            .env("TEST_PASSPHRASE_FILE", self.passphrase_file())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        let mut stdin = child.stdin.take().expect("a pipe");
        for line in lines {
            // The program may have ended; its output says why.
            let _ = writeln!(stdin, "{line}");
        }
        drop(stdin);
        child.wait_with_output().expect("it ends")
    }

    /// What is wrong with the vault: damaged notes, and a damaged ledger.
    pub(crate) fn faults(&self) -> Vec<String> {
        let vault = self.vault();
        let rows = vault.list().expect("the notes are listed");
        let damaged = rows.into_iter().filter_map(|row| row.head.err().map(|damage| damage.why));
        damaged.chain(vault.ledger_fault()).collect()
    }

    /// The case keys of all notes.
    pub(crate) fn case_keys(&self) -> Vec<String> {
        let rows = self.vault().list().expect("the notes are listed");
        rows.into_iter().filter_map(|row| row.head.ok()).map(|head| head.case_key).collect()
    }
}

/// Copies a folder so that only this account may read the copy; Git keeps no such rights.
pub(crate) fn copy_private(from: &Path, to: &Path) {
    fs::set_permissions(to, fs::Permissions::from_mode(0o700)).expect("its rights are set");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let copy = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir(&copy).expect("a new folder");
            copy_private(&entry.path(), &copy);
        } else {
            fs::copy(entry.path(), &copy).expect("copied");
            fs::set_permissions(&copy, fs::Permissions::from_mode(0o600)).expect("set");
        }
    }
}

/// Opens a vault that nobody else writes to.
pub(crate) fn unlock_to_write(place: &Path) -> Vault {
    unlock_with(place, PASSPHRASE)
}

fn unlock_with(place: &Path, passphrase: &str) -> Vault {
    let unlock = || Vault::unlock(place, &passphrase.into()).expect("the vault opens");
    let mut vault = unlock();
    // A program that another thread of the test starts at this moment holds what was open here,
    // the lock too, until it has become that program.
    for _ in 0..SHARED_LOCK {
        if vault.read_only().is_none() {
            break;
        }
        drop(vault);
        thread::sleep(Duration::from_millis(20));
        vault = unlock();
    }
    vault
}
