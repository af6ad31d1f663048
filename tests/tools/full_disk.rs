//! A full disk while somebody types: the person is told, the text stays and is saved later.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use crate::support::{Home, Key, Launch, PASSPHRASE, Terminal, words};

pub(crate) fn text_typed_on_a_full_disk_is_kept_and_saved_when_there_is_room() {
    let mut full = FullDisk::with_a_clinic_on_it();
    let terminal = &mut full.terminal;
    terminal.write(words::QUESTION, "typed while the disk was full");
    let shot = terminal.wait_for(words::NOT_SAVED);
    assert!(shot.shows("typed while the disk was full"), "the text left the screen\n{shot}");
    leaving_asks_first(terminal);
    full.make_room();
    full.terminal.wait_gone(words::NOT_SAVED);
    full.terminal.wait_saved();
    let note = full.note_after_a_kill();
    assert!(note.contains("typed while the disk was full"), "{note}");
}

pub(crate) fn locking_on_a_full_disk_hides_unsaved_text_and_gives_it_back() {
    const TYPED: &str = "typed before the lock";
    let mut full = FullDisk::with_a_clinic_on_it();
    full.terminal.write(words::QUESTION, TYPED);
    full.terminal.press(&[Key::F(8)]);
    let shot = full.terminal.wait_for("kept out of sight");
    assert!(!shot.shows(TYPED), "the note is still in view\n{shot}");
    leaving_asks_first(&mut full.terminal);
    unlock(&mut full.terminal);
    full.terminal.wait_for(TYPED);
    full.terminal.wait_for(words::NOT_SAVED);
    full.terminal.keys(", and after");
    full.terminal.press(&[Key::F(8)]);
    full.terminal.wait_for("kept out of sight");
    full.make_room();
    let shot = full.terminal.wait_for("Nothing is lost");
    assert!(!shot.shows(TYPED) && !shot.shows(words::NOT_SAVED), "{shot}");
    unlock(&mut full.terminal);
    full.terminal.wait_for("typed before the lock, and after");
    let note = full.note_after_a_kill();
    assert!(note.contains("typed before the lock, and after"), "{note}");
}

pub(crate) fn clinics_left_on_a_full_disk_are_listed_and_resume_with_their_text() {
    let mut full = FullDisk::with_a_clinic_on_it();
    let terminal = &mut full.terminal;
    terminal.write(words::QUESTION, "not on the disk");
    terminal.wait_for(words::NOT_SAVED);
    terminal.leave();
    terminal.wait_for("Enter: continue the clinic");
    terminal.press(&[Key::Ctrl('n')]);
    terminal.wait_for(words::FORMATS);
    terminal.press(&[Key::Enter]);
    terminal.wait_for(words::STAGES[0]);
    terminal.write(words::QUESTION, "never on the disk");
    terminal.wait_for(words::NOT_SAVED);
    terminal.leave();
    terminal.wait_for("Enter: continue the clinic");
    terminal.wait_for("· never on the disk");
    // The list has the newest first.
    terminal.press(&[Key::Up, Key::Up, Key::Enter]);
    terminal.wait_for(words::STAGES[0]);
    terminal.go_to(words::QUESTION);
    terminal.wait_for("never on the disk");
    terminal.leave();
    terminal.wait_for("Enter: continue the clinic");
    terminal.wait_for("· never on the disk");
    terminal.press(&[Key::Down, Key::Down, Key::Enter]);
    terminal.wait_for(words::STAGES[0]);
    terminal.go_to(words::QUESTION);
    terminal.wait_for("not on the disk");
    full.make_room();
    full.terminal.wait_gone(words::NOT_SAVED);
    full.terminal.write(words::QUESTION, ", and now it is");
    full.terminal.wait_saved();
    let note = full.note_after_a_kill();
    assert!(note.contains("not on the disk, and now it is"), "{note}");
}

pub(crate) fn a_document_on_a_full_disk_leaves_nothing_behind() {
    let home = Home::new();
    let script = "set -e; mount -t tmpfs -o size=64k tmpfs \"$CASECLINIC_HOME\"; cd \"$CASECLINIC_HOME\"; \
         mkdir out; printf kept > out/there.pdf; set +e; \
         \"$0\" show helplines --output out/new.pdf; \
         \"$0\" show helplines --output out/there.pdf --replace; \
         ls -A out; cat out/there.pdf";
    let output = Command::new("unshare")
        .args(["-m", "/bin/sh", "-c", script])
        .arg(env!("CARGO_BIN_EXE_caseclinic"))
        .env("CASECLINIC_HOME", home.path())
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(said.matches("There is no space left").count(), 2, "{said}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "there.pdf\nkept", "{said}");
}

fn unlock(terminal: &mut Terminal) {
    terminal.press(&[Key::Enter]);
    terminal.wait_for(words::UNLOCK);
    terminal.keys(&format!("{PASSPHRASE}\r"));
}

/// A clinic whose vault lies on a disk of its own without room.
struct FullDisk {
    home: Home,
    terminal: Terminal,
    /// The disk as the program sees it.
    disk: PathBuf,
}

impl FullDisk {
    fn with_a_clinic_on_it() -> Self {
        let home = Home::with_vault();
        home.keep_draft("HERON-42", "kept before the disk was full");
        // The index of the search takes and gives back room while it is built: it is there before.
        home.prepare_search();
        let args = ["clinic", "resume", "HERON-42"];
        let terminal = Launch::new(&home).args(&args).unlocked().on_disk_of("24m").go();
        terminal.wait_for(words::STAGES[0]);
        terminal.wait_for("kept before the disk was full");
        let seen = PathBuf::from(format!("/proc/{}/root", terminal.pid().as_raw_nonzero()));
        let disk = seen.join(home.path().strip_prefix("/").expect("an absolute path"));
        fill(&disk.join("filler"));
        Self { home, terminal, disk }
    }

    fn make_room(&self) {
        fs::remove_file(self.disk.join("filler")).expect("room again");
    }

    /// What is on the disk if the program goes now.
    fn note_after_a_kill(mut self) -> String {
        let copy = self.home.passphrase_file().with_file_name("after");
        fs::create_dir(&copy).expect("a folder");
        copy_folder(&self.disk.join("vault"), &self.home.vault_place());
        self.terminal.kill_9();
        self.home.note("HERON-42").expect("the draft opens")
    }
}

/// Leaving while something is not saved says why and needs a decision.
fn leaving_asks_first(terminal: &mut Terminal) {
    terminal.press(&[Key::Ctrl('q')]);
    let shot = terminal.wait_for("Quit and lose what is not saved");
    assert!(shot.shows("full") || shot.shows("space"), "it does not say why\n{shot}");
    terminal.press(&[Key::Esc]);
    terminal.wait_gone("Quit and lose what is not saved");
    assert!(terminal.runs());
}

/// Whether a disk of one's own can be mounted: this needs root and mount namespaces.
pub(crate) fn can_mount() -> bool {
    let tried =
        Command::new("unshare").args(["-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).output();
    tried.is_ok_and(|output| output.status.success())
}

fn fill(filler: &Path) {
    let mut file = fs::File::create(filler).expect("a file");
    for block in [vec![0_u8; 64 << 10], vec![0; 4 << 10], vec![0; 1]] {
        while file.write_all(&block).is_ok() {}
    }
}

fn copy_folder(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-aT").args([from, to]).status();
    assert!(copied.expect("cp runs").success(), "{} is copied", from.display());
}
