//! Every subcommand with text that attacks: as argument, in the environment, in settings, packs,
//! templates, file names and notes. The subcommands are those of the command line itself, so that a
//! new one is tried too. Nothing of the attack reaches standard output, standard error or JSON.

use std::{
    any::TypeId,
    ffi::OsString,
    fs::{self, File},
    io::Write,
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use caseclinic::{cli::command_line, vault::NoteId};
use clap::{Arg, ArgAction};

use crate::{
    hostile::{Attack, SCRIPT, own_sequences, plain},
    part::{Case, Part, Tally},
    support::{Home, Launch, PASSPHRASE, PATIENCE, copy_private},
};

pub(crate) const PART: Part = Part {
    name: "printing",
    promise: "no subcommand prints a character that steers, hides or turns text round",
    unit: "outputs checked",
    timed: "",
    short: 1,
    full: 25,
    abreast: 2,
    hindrance: || None,
    case: one,
};

/// Subcommands there are at least: else the walk found nothing.
const MIN_SUBCOMMANDS: usize = 40;

fn one(case: &mut Case) -> Tally {
    let attack = Attack::by_chance(&mut case.chance);
    let trial = Trial::with(&attack);
    let mut tally = Tally::default();
    let mut whole = command_line();
    // Options of a group are those of its subcommands too.
    whole.build();
    let subcommands = leaves(&whole, &[]);
    assert!(subcommands.len() >= MIN_SUBCOMMANDS, "{} subcommands", subcommands.len());
    for (path, command) in &subcommands {
        for line in trial.lines(path, command, case.full) {
            let output = trial.run(&line);
            let said = format!("{line:?}: {output:?}");
            assert!(output.status.code().is_some_and(|code| code != 101), "{said}");
            let (out, err) = (text(&output.stdout), text(&output.stderr));
            // Cells are separated by tabs, CSV and scripts have tabs and CRLF of their own.
            plain(&out.replace("\r\n", "\n").replace('\t', " "), &format!("{line:?}, output"));
            plain(&err, &format!("{line:?}, messages"));
            tally.tried += 2;
            tally.count("came to an answer", usize::from(output.status.success()));
            if line.iter().any(|arg| arg == "--json") && !out.is_empty() {
                let json = serde_json::from_str::<serde_json::Value>(&out);
                assert!(json.is_ok(), "{said}");
            }
        }
    }
    trial.json_keeps_values();
    trial.at_a_terminal(&mut tally);
    tally
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("what is printed is UTF-8")
}

/// Every subcommand that does something by itself, with its path.
fn leaves(command: &clap::Command, path: &[String]) -> Vec<(Vec<String>, clap::Command)> {
    let mut found = Vec::new();
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        let path = [path, &[sub.get_name().to_owned()]].concat();
        found.extend(leaves(sub, &path));
        if !sub.is_subcommand_required_set() {
            found.push((path, sub.clone()));
        }
    }
    found
}

/// A home folder full of one attack.
struct Trial<'a> {
    attack: &'a Attack,
    home: Home,
    /// The vault as it was, for the next command.
    pristine: tempfile::TempDir,
    note: NoteId,
    draft: NoteId,
    pack: PathBuf,
    template: PathBuf,
    secrets: PathBuf,
}

impl<'a> Trial<'a> {
    fn with(attack: &'a Attack) -> Self {
        let home = Home::named(&attack.file_name("h", "")).and_vault();
        let root = home.path();
        let draft = home.keep_draft("HERON-42", &attack.text);
        let note = home.keep_completed("WREN-7");
        home.keep_completed(&attack.text);
        let folder = root.join("sources");
        fs::create_dir(&folder).expect("a folder");
        let pack = attack.pack_in(&folder);
        fs::create_dir(root.join("config")).expect("a folder");
        let settings = format!("{} = 1\ntheme = \"{}\"\n", attack.text, attack.text);
        fs::write(root.join("config/settings.toml"), settings).expect("written");
        for local in ["packs", "templates"] {
            fs::create_dir(root.join(local)).expect("a folder");
        }
        let installed = attack.pack_in(&root.join("packs"));
        fs::rename(installed, root.join("packs/evil-pack")).expect("renamed");
        let broken = root.join("packs").join(attack.file_name("b", ""));
        fs::create_dir(&broken).expect("a folder");
        fs::write(broken.join("pack.toml"), &attack.text).expect("written");
        let template = root.join("templates").join(attack.file_name("t", ".toml"));
        fs::write(&template, attack.template()).expect("written");
        let pristine = tempfile::tempdir().expect("a folder");
        copy_private(&home.vault_place(), pristine.path());
        // A foreign file in the vault, which `verify` and `backup` name.
        fs::write(pristine.path().join(attack.file_name("f", "")), "").expect("written");
        let secrets = home.passphrase_file().with_file_name("secrets");
        let mut file = File::create_new(&secrets).expect("a file");
        writeln!(file, "{PASSPHRASE}\nanother one altogether").expect("written");
        Self { attack, home, pristine, note, draft, pack, template, secrets }
    }

    /// The command lines that a subcommand is tried with.
    fn lines(&self, path: &[String], command: &clap::Command, full: bool) -> Vec<Vec<OsString>> {
        let fits = |line: &[OsString]| {
            let line = [&["caseclinic".into()], line].concat();
            command_line().try_get_matches_from(line).is_ok()
        };
        let path: Vec<OsString> = path.iter().map(OsString::from).collect();
        let attack = self.attack.argument().to_owned();
        let (mut valid, mut hostile) = (path.clone(), path.clone());
        for arg in command.get_positionals() {
            valid.extend(self.value_of(arg).or(arg.is_required_set().then(|| attack.clone())));
            hostile.push(attack.clone());
        }
        for arg in command.get_opts().filter(|arg| arg.is_required_set()) {
            valid.extend([option(arg), self.value_of(arg).unwrap_or(attack.clone())]);
            hostile.extend([option(arg), attack.clone()]);
        }
        // Of several options one at least is asked for.
        let groups = command.get_groups().filter(|group| group.is_required_set());
        for id in groups.filter_map(|group| group.get_args().next()) {
            let arg = command.get_opts().find(|arg| arg.get_id() == id).expect("an option");
            valid.extend([option(arg), self.value_of(arg).unwrap_or(attack.clone())]);
            hostile.extend([option(arg), attack.clone()]);
        }
        // A name that is no UTF-8 fits only where a path is taken.
        let is_text = valid.iter().all(|one| one.to_str().is_some());
        assert!(fits(&valid) || !is_text, "this test has no value yet that {valid:?} takes");
        let mut least = valid.clone();
        for more in [&["--passphrase-fd".into(), "3".into()][..], &["--plain".into()]] {
            let longer = [&least, more].concat();
            if fits(&longer) {
                least = longer;
            }
        }
        let of_draft = |arg: &OsString| {
            if *arg == *self.note.to_string() { self.draft.to_string().into() } else { arg.clone() }
        };
        // Whatever else can be given, as far as it goes together.
        for arg in command.get_opts().filter(|arg| !arg.is_required_set()) {
            let more = match self.value_of(arg) {
                Some(value) => vec![option(arg), value],
                None if arg.get_id() == "plain" => vec![option(arg)],
                None => continue,
            };
            let longer = [valid.clone(), more].concat();
            if fits(&longer) {
                valid = longer;
            }
        }
        let unknown = OsString::from(format!("--{}", self.attack.text.replace('\0', "")));
        let with = |line: &[OsString], more: &[OsString]| [line, more].concat();
        let mut lines = vec![
            with(&valid, std::slice::from_ref(&unknown)),
            with(&hostile, &[attack.clone(), attack.clone()]),
            with(&path[..path.len() - 1], std::slice::from_ref(&attack)),
        ];
        // Values of every kind, one after the other.
        for arg in command.get_opts().filter(|arg| full && takes_value(arg)) {
            lines.push(with(&path, &[option(arg), attack.clone()]));
        }
        if command.get_arguments().any(|arg| arg.get_id() == "json") {
            lines.push(with(&valid, &["--json".into()]));
        }
        if fits(&hostile) {
            lines.push(hostile);
        }
        lines.push(least.iter().map(of_draft).collect());
        lines.extend([least, valid]);
        lines
    }

    /// A value that an argument takes and that does as much as possible; none for what is better
    /// left out.
    fn value_of(&self, arg: &Arg) -> Option<OsString> {
        if !takes_value(arg) {
            return None;
        }
        let own = match arg.get_id().as_str() {
            "passphrase_fd" | "new_passphrase_fd" => Some("3".into()),
            "note" => Some(self.note.to_string().into()),
            "old" | "new" => Some(self.template.clone().into()),
            "path" | "paths" => Some(self.pack.clone().into()),
            "template" | "to" => Some(self.template.clone().into()),
            "shell" => Some("fish".into()),
            _ => None,
        };
        let is_a = |kind: TypeId| arg.get_value_parser().type_id() == kind;
        let free = || {
            if is_a(TypeId::of::<String>()) {
                Some(self.attack.argument().to_owned())
            } else if is_a(TypeId::of::<PathBuf>()) {
                Some(self.home.path().join(self.attack.file_name("n", "")).into())
            } else {
                None
            }
        };
        own.or_else(free)
    }

    /// Runs a command in a fresh copy of the vault.
    fn run(&self, args: &[OsString]) -> Output {
        let vault = self.home.vault_place();
        for old in [&vault, &self.home.path().join("state"), &self.home.path().join("vault-copies")]
        {
            if old.exists() {
                fs::remove_dir_all(old).expect("removed");
            }
        }
        fs::create_dir(&vault).expect("a folder");
        copy_private(self.pristine.path(), &vault);
        let attack = self.attack.argument();
        let mut child = Command::new("/bin/sh")
            .args(["-c", "exec \"$0\" \"$@\" 3<\"$TEST_SECRETS\""])
            .arg(env!("CARGO_BIN_EXE_caseclinic"))
            .args(args)
            .current_dir(self.home.path())
            .env("CASECLINIC_HOME", self.home.path())
            .env("TEST_SECRETS", &self.secrets)
            .envs(["TERM", "LANG", "LC_ALL", "RUST_BACKTRACE"].map(|name| (name, attack)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        // A command that reads nothing may be gone already.
        let _ = child.stdin.take().expect("its input").write_all(self.attack.text.as_bytes());
        child.wait_with_output().expect("it ends")
    }

    /// A value in JSON is what was asked, though no character of it is dangerous to print.
    fn json_keeps_values(&self) {
        let folder = tempfile::Builder::new().prefix(&self.attack.file_name("h", "")).tempdir();
        let folder = folder.expect("a folder");
        let status = Command::new(env!("CARGO_BIN_EXE_caseclinic"))
            .args(["vault", "status", "--json"])
            .env("CASECLINIC_HOME", folder.path())
            .output()
            .expect("it runs");
        let status: serde_json::Value = serde_json::from_slice(&status.stdout).expect("JSON");
        let place = folder.path().join("vault");
        assert_eq!(status["place"].as_str(), Some(&*place.to_string_lossy()));
        // A path that is refused, and a name the program was started by.
        for args in [&["--nonsense"][..], &["doctor"], &["vault", "status", "--json"]] {
            let output = Command::new(env!("CARGO_BIN_EXE_caseclinic"))
                .arg0(self.attack.argument())
                .args(args)
                .env("CASECLINIC_HOME", self.attack.argument())
                .output()
                .expect("it runs");
            plain(&text(&output.stdout), "a relative home, output");
            plain(&text(&output.stderr), "a relative home, messages");
        }
    }

    /// At a terminal, looks are the program's own.
    fn at_a_terminal(&self, tally: &mut Tally) {
        let attack = self.attack.argument().to_string_lossy().into_owned();
        let pack = self.pack.to_string_lossy().into_owned();
        for args in [
            vec!["search", "evil"],
            vec!["search", &attack],
            vec!["show", "harmless-name"],
            vec!["check", &pack],
            vec!["check", &attack],
            vec!["vault", &attack],
            vec!["clinic", "list"],
        ] {
            let mut terminal =
                Launch::new(&self.home).args(&args).environment("LANG", &attack).go();
            // The passphrase, where it is asked for.
            if args[0] == "clinic" {
                terminal.wait_for("Passphrase:");
                terminal.keys(&format!("{PASSPHRASE}\r"));
            }
            terminal.ended_within(PATIENCE);
            let bytes = terminal.bytes();
            own_sequences(&String::from_utf8_lossy(&bytes).replace('\t', " ").into_bytes());
            assert!(!String::from_utf8_lossy(&bytes).contains(SCRIPT), "{args:?}");
            tally.tried += 1;
        }
    }
}

fn takes_value(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::Set | ArgAction::Append)
}

/// The long form of an option.
fn option(arg: &Arg) -> OsString {
    format!("--{}", arg.get_long().expect("every option has a long form")).into()
}
