//! Two people whose exchange is carried by two real Syncthing, each killed again and again while they
//! write: in the end both have every note, and both vaults are clean. Both listen and call on the
//! loopback address only.

use std::{
    collections::BTreeSet,
    fs,
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use caseclinic::{
    clinic::{Session, bundled_template, to_document},
    exchange::{Exchange, ExchangeError, Finding, FindingKind, Received, init, join},
    vault::{NoteHead, NoteId, Strength, Vault},
};
use jiff::Timestamp;
use tempfile::TempDir;

use crate::{note_head::head, support::PASSPHRASE};

/// Notes that both write together.
const NOTES: usize = 200;
/// Notes between two kills.
const BETWEEN_KILLS: usize = 25;
/// The longest wait for the copying.
const PATIENCE: Duration = Duration::from_secs(180);
const A_MOMENT: Duration = Duration::from_millis(200);

pub(crate) fn carries_two_hundred_notes_through_kills() {
    let mut people = [Person::new("Asha"), Person::new("Bryn")];
    let (asha_id, bryn_id) = (people[0].id.clone(), people[1].id.clone());
    let ports = [people[0].port, people[1].port];
    for person in &mut people {
        person.configure(&[(&asha_id, ports[0]), (&bryn_id, ports[1])]);
        person.start();
    }
    let [asha, bryn] = &people;
    init(&asha.vault, &asha.shared(), ("Asha", "Northmoor", "lead"), now()).expect("begins");
    wait("the exchange to arrive", || bryn.shared().join("exchange.toml").exists());
    join(&bryn.vault, &bryn.shared(), ("Bryn", "Southmoor", "nurse")).expect("asks");
    wait("the request to arrive", || {
        let mut exchange = asha.open();
        match exchange.add("Bryn", false, now()) {
            Ok(_) => true,
            Err(ExchangeError::NoSuchPerson(_)) => false,
            Err(error) => panic!("{error}"),
        }
    });
    wait("the statement to arrive", || {
        bryn.sync();
        bryn.open().overview().is_listed == Some(true)
    });
    for number in 0..NOTES {
        let writer = number % 2;
        people[writer].complete(&format!("KEY-{number}"));
        people[writer].sync();
        if number % BETWEEN_KILLS == BETWEEN_KILLS - 1 {
            // One is killed, and comes back when the other is.
            let at = number / BETWEEN_KILLS;
            people[at % 2].kill();
            people[(at + 1) % 2].start();
        }
    }
    people.iter_mut().for_each(Person::start);
    let keys = |writer: usize| -> BTreeSet<String> {
        (writer..NOTES).step_by(2).map(|number| format!("KEY-{number}")).collect()
    };
    wait("every note to arrive", || {
        let found: Vec<Finding> = people.iter().flat_map(Person::sync).collect();
        let is_there = |reader: usize| people[reader].received() == keys(1 - reader);
        found.is_empty() && is_there(0) && is_there(1)
    });
    for person in &people {
        let verified = person.vault.verify();
        assert!(verified.is_clean(), "{:?}", verified.findings);
    }
}

/// Somebody with a vault, a folder, and a Syncthing.
struct Person {
    vault: Vault,
    home: TempDir,
    id: String,
    port: u16,
    running: Option<Child>,
}

impl Person {
    fn new(name: &str) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let place = home.path().join(name);
        let made = Vault::create(&place, &PASSPHRASE.into(), Strength::WEAK_FOR_TESTS);
        let (vault, _) = made.expect("a vault");
        vault.confirm_recovery().expect("confirmed");
        // Syncthing takes a folder for lost unless this is in it.
        fs::create_dir_all(home.path().join("shared/.stfolder")).expect("made");
        let syncthing = |first: &[&str]| {
            let own = home.path().join("syncthing");
            let output = Command::new("syncthing").args(first).arg("--home").arg(own).output();
            let output = output.expect("it runs");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8_lossy(&output.stdout).trim().to_owned()
        };
        syncthing(&["generate", "--no-default-folder", "--skip-port-probing"]);
        let id = syncthing(&["serve", "--device-id"]);
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = free.local_addr().expect("its address").port();
        Self { vault, home, id, port, running: None }
    }

    fn shared(&self) -> PathBuf {
        self.home.path().join("shared")
    }

    /// Both devices share one folder; nobody else is called or told anything.
    fn configure(&self, devices: &[(&str, u16)]) {
        let in_folder = devices.iter().map(|(id, _)| format!("<device id=\"{id}\"/>"));
        let known = devices.iter().map(|(id, port)| {
            format!("<device id=\"{id}\"><address>tcp://127.0.0.1:{port}</address></device>")
        });
        let off = [
            "globalAnnounceEnabled",
            "localAnnounceEnabled",
            "relaysEnabled",
            "natEnabled",
            "startBrowser",
            "crashReportingEnabled",
            "announceLANAddresses",
        ];
        let off = off.map(|name| format!("<{name}>false</{name}>")).concat();
        let text = format!(
            "<configuration version=\"36\"><folder id=\"exchange\" path=\"{}\" type=\"sendreceive\" \
             rescanIntervalS=\"1\" fsWatcherEnabled=\"true\" fsWatcherDelayS=\"1\">{}\
             <minDiskFree unit=\"%\">0</minDiskFree></folder>{}<gui enabled=\"false\"/><options>\
             <listenAddress>tcp://127.0.0.1:{}</listenAddress>\
             <reconnectionIntervalS>1</reconnectionIntervalS><urAccepted>-1</urAccepted>\
             <autoUpgradeIntervalH>0</autoUpgradeIntervalH>{off}</options></configuration>",
            self.shared().display(),
            in_folder.collect::<String>(),
            known.collect::<String>(),
            self.port,
        );
        fs::write(self.home.path().join("syncthing/config.xml"), text).expect("written");
    }

    fn start(&mut self) {
        if self.running.is_some() {
            return;
        }
        let mut command = Command::new("syncthing");
        command.args(["serve", "--no-browser", "--no-restart", "--no-upgrade", "--home"]);
        command.arg(self.home.path().join("syncthing"));
        // Without the second process that watches over it.
        command
            .env("STMONITORED", "yes")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        self.running = Some(command.spawn().expect("it starts"));
    }

    fn kill(&mut self) {
        if let Some(mut running) = self.running.take() {
            running.kill().expect("killed");
            running.wait().expect("it ends");
        }
    }

    fn open(&self) -> Exchange<'_> {
        Exchange::open(&self.vault, &self.shared()).expect("opens")
    }

    /// What was found. On the way a file may be late, and nothing else.
    fn sync(&self) -> Vec<Finding> {
        let mut exchange = self.open();
        let found = exchange.take_in().expect("takes in").findings;
        let is_late = |one: &Finding| {
            let late = [FindingKind::Gap, FindingKind::Unlisted, FindingKind::NotListed];
            late.contains(&one.kind)
        };
        assert!(found.iter().all(is_late), "{found:?}");
        let outbox = exchange.outbox(false).expect("an outbox");
        exchange.send(outbox, now()).expect("sends");
        found
    }

    fn complete(&self, key: &str) {
        let template = bundled_template("peer-case-clinic").expect("bundled");
        let template = template.parse().expect("sound");
        let session = Session::start(template, uuid::Uuid::nil(), key, false, now());
        let head = NoteHead { case_key: key.to_owned(), status: "completed".to_owned(), ..head() };
        self.vault.complete(NoteId::random(), &head, &to_document(&session)).expect("completes");
    }

    /// The case keys of what the other wrote, each opened.
    fn received(&self) -> BTreeSet<String> {
        let received = Received::load(&self.vault).expect("loads").expect("an exchange");
        let keys = received.notes().iter().map(|note| {
            let session = received.session(&self.vault, note.newest()).expect("opens");
            session.case_key().to_owned()
        });
        keys.collect()
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        self.kill();
    }
}

fn now() -> Timestamp {
    Timestamp::UNIX_EPOCH
}

fn wait(what: &str, mut is_there: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_there() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain for {what}");
        thread::sleep(A_MOMENT);
    }
}
