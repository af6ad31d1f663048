//! The stock `age` tool at a terminal of its own.

use std::{
    io::{Read as _, Write as _},
    path::Path,
    time::Duration,
};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

/// `age -d` asks for the passphrase at a terminal, and only there.
pub(crate) fn open_with_passphrase(sealed: &Path, opened: &Path, passphrase: &str) {
    let pty = native_pty_system().openpty(PtySize::default()).expect("a pty");
    let mut command = CommandBuilder::new("age");
    command.args(["-d", "-o"]);
    command.arg(opened);
    command.arg(sealed);
    let mut child = pty.slave.spawn_command(command).expect("age starts");
    drop(pty.slave);
    let mut screen = pty.master.try_clone_reader().expect("a reader");
    let mut keyboard = pty.master.take_writer().expect("a writer");
    // Until it has asked, what is typed would be thrown away.
    let (mut shown, mut some) = (Vec::new(), [0; 256]);
    while !String::from_utf8_lossy(&shown).contains("passphrase") {
        let count = screen.read(&mut some).expect("age asks");
        assert!(count > 0, "age ended: {}", String::from_utf8_lossy(&shown));
        shown.extend_from_slice(&some[..count]);
    }
    std::thread::sleep(Duration::from_millis(100));
    writeln!(keyboard, "{passphrase}").expect("typed");
    std::thread::spawn(move || std::io::copy(&mut screen, &mut std::io::sink()));
    assert!(child.wait().expect("age ends").success(), "age opens the file");
}
