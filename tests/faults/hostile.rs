//! Text that attacks, wherever text comes in: entries, packs, templates and their file names,
//! fields, searches, names. Nothing of it steers the terminal, hides, turns the line round, or
//! becomes markup in an export.

use std::{
    ffi::{OsStr, OsString},
    fs,
    os::unix::ffi::OsStringExt,
    path::Path,
    process::{Command, Output, Stdio},
    time::Duration,
};

use pulldown_cmark::{Event, Options, Parser, Tag};
use rand::{rngs::StdRng, seq::SliceRandom};

use crate::{
    part::{Case, Part, Tally},
    support::{Home, Key, Launch, Terminal, words},
};

/// What attacks are made of.
const FRAGMENTS: [&str; 36] = [
    "\x1b]0;evil\x07",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b[2J\x1b[31m",
    SCRIPT,
    "\u{ad}\u{34f}\u{3164}\u{fe0f}\u{180e}",
    "\x1b[?1049l",
    "\x1bP+q544e\x1b\\",
    "\x1b_evil\x1b\\",
    "\x1bc",
    "\u{9b}31m",
    "\u{9d}0;evil\u{9c}",
    "\x07\x08\x08\x7f",
    "\0",
    "\r",
    "\u{202e}live\u{202c}",
    "\u{2066}live\u{2069}",
    "\u{200f}\u{200e}\u{61c}",
    "\u{200b}\u{200d}\u{2060}\u{feff}",
    "\u{e0041}\u{e007f}",
    "\u{2028}\u{2029}\u{85}",
    "e\u{301}\u{301}\u{301}\u{301}\u{301}",
    "<script>evil()</script>",
    "<img src=x onerror=evil()>",
    "<!-- evil",
    "[evil](javascript:evil)",
    "![evil](http://evil.example/x.png)",
    "<http://evil.example>",
    "[^evil]: evil",
    "\n# evil\n",
    "\n| evil | evil |\n|---|---|\n",
    "\n```evil\n",
    "\n\n    evil\n",
    "\n---\n\n+++\nid = \"evil\"\n+++\n",
    "'''\n[evil]\nevil = 1\n\"\"\"",
    "../../evil; $(evil) `evil` %s%n",
    "=cmd|' /C evil'!A0",
];
/// A look that the program never uses: superscript.
pub(crate) const SCRIPT: &str = "\x1b[73m";
/// Fragments in one attack.
const LONG: usize = 9;
/// An id that packs and entries may have.
const ID: &str = "harmless-name";

pub(crate) const PART: Part = Part {
    name: "hostile",
    promise: "no text from outside steers the terminal, hides, or becomes markup in an export",
    unit: "places checked",
    timed: "",
    short: 2,
    full: 100,
    abreast: 4,
    hindrance: || None,
    case: one,
};

fn one(case: &mut Case) -> Tally {
    let home = Home::with_vault();
    let mut tally = Tally::default();
    let attack = Attack::by_chance(&mut case.chance);
    let pack = attack.pack_in(home.path());
    let template = home.path().join("evil.toml");
    fs::write(&template, attack.template()).expect("written");
    for args in [
        vec![OsStr::new("pack"), "add".as_ref(), pack.as_os_str()],
        vec![OsStr::new("pack"), "list".as_ref()],
        vec![OsStr::new("list")],
        vec![OsStr::new("list"), "--json".as_ref()],
        vec![OsStr::new("search"), "evil".as_ref()],
        vec![OsStr::new("search"), attack.argument()],
        vec![OsStr::new("show"), ID.as_ref()],
        vec![OsStr::new("show"), attack.argument()],
        vec![OsStr::new("check"), pack.as_os_str()],
        vec![OsStr::new("check"), template.as_os_str()],
        vec![OsStr::new("check"), pack.join("not there").as_os_str()],
        vec![OsStr::new("clinic"), "export".as_ref(), attack.argument()],
    ] {
        let output = command(&home, &args);
        assert!(output.status.code().is_some_and(|code| code != 101), "{args:?}: {output:?}");
        for text in [&output.stdout, &output.stderr] {
            plain(&String::from_utf8_lossy(text), &format!("{args:?}"));
            tally.tried += 1;
        }
    }
    // Else nothing hostile was ever shown.
    let shown = command(&home, &[OsStr::new("show"), ID.as_ref()]);
    let said = String::from_utf8_lossy(&shown.stdout);
    assert!(said.contains("evil end"), "the entry is not shown: {shown:?}");

    let (key, bytes) = attack.on_screen(&home);
    own_sequences(&bytes);
    let note = home.note(&key).expect("the draft opens");
    plain(&note, "the note");
    no_markup(&note);
    let exported = home.run(&["clinic", "show", &key]);
    plain(&exported, "the note shown");
    tally.tried += 4;
    tally
}

/// One text that attacks.
pub(crate) struct Attack {
    pub(crate) text: String,
}

impl Attack {
    pub(crate) fn by_chance(chance: &mut StdRng) -> Self {
        let mut some: Vec<&str> = FRAGMENTS.choose_multiple(chance, LONG).copied().collect();
        some.push(" evil end");
        Self { text: some.concat() }
    }

    /// As a string of TOML on one line, in which what is hostile only comes out when it is read.
    fn quoted(&self) -> String {
        let escaped = |c: char| match c {
            '"' | '\\' => format!("\\{c}"),
            ' '..='~' => c.to_string(),
            _ => format!("\\U{:08x}", u32::from(c)),
        };
        format!("\"{}\"", self.text.chars().map(escaped).collect::<String>())
    }

    /// As an argument of a command: those hold no NUL, and a leading dash would be an option.
    pub(crate) fn argument(&self) -> &OsStr {
        let until = self.text.find('\0').unwrap_or(self.text.len());
        match self.text[..until].trim_start_matches(['-', '\n']) {
            "" => OsStr::new("evil"),
            text => OsStr::new(text),
        }
    }

    /// As the name of a file.
    pub(crate) fn file_name(&self, prefix: &str, end: &str) -> OsString {
        let name: Vec<u8> =
            self.text.bytes().filter(|byte| !matches!(byte, 0 | b'/')).take(90).collect();
        OsString::from_vec([prefix.as_bytes(), &name, end.as_bytes()].concat())
    }

    /// A folder to be added as a pack, with attacks in its name, its file names and its files.
    pub(crate) fn pack_in(&self, folder: &Path) -> std::path::PathBuf {
        let name = |prefix: &str, end: &str| self.file_name(prefix, end);
        let pack = folder.join(name("p", ""));
        fs::create_dir(&pack).expect("a folder");
        let quoted = self.quoted();
        // With a NUL in it a file is no text, and nothing of it would be shown.
        let body = self.text.replace('\0', "");
        let about = format!(
            "id = \"evil-pack\"\ntitle = {quoted}\npublisher = {quoted}\nversion = \"1\"\nlicence = \
             {quoted}\nnation = \"England\"\nreview_by = 2027-09-01\n"
        );
        let entry = format!(
            "+++\nid = \"{ID}\"\ntitle = {quoted}\nkind = \"guidance\"\nsummary = {quoted}\naliases = \
             [{quoted}]\nnations = [\"England\"]\nsettings = [\"any\"]\nages = [\"any\"]\ncontinuum = \
             [\"any\"]\nstatus = \"current\"\nreviewed = 2026-11-21\nreview_by = 2027-11-21\n\n\
             [[sources]]\nkey = \"evil\"\ntitle = {quoted}\npublisher = {quoted}\nyear = 2020\nurl = \
             \"https://example.org/\"\n+++\n\n## evil {body}\n\nevil {body} [^evil]\n\n[^evil]: {body}\n"
        );
        let page = format!(
            "<html><head><title>{body}</title></head><body><h1>{body}</h1><p>{body}</p></body></html>"
        );
        let files: [(OsString, String); 5] = [
            ("pack.toml".into(), about),
            ("harmless.md".into(), entry),
            (name("a", ".html"), page),
            (name("b", ".txt"), format!("evil title\n\n{}", self.text)),
            (name("c", ".exe"), self.text.clone()),
        ];
        for (file, text) in files {
            fs::write(pack.join(file), text).expect("written");
        }
        pack
    }

    /// A meeting format full of it.
    pub(crate) fn template(&self) -> String {
        let quoted = self.quoted();
        format!(
            "schema = 1\n\n[template]\nid = \"evil\"\nversion = {quoted}\nstatus = {quoted}\ntitle = \
             {quoted}\npurpose = {quoted}\nminutes = 20\naudience = {quoted}\n\n[[role]]\nid = \
             {quoted}\ntitle = {quoted}\n\n[[stage]]\nid = {quoted}\ntitle = {quoted}\nminutes = \
             3\nscript = {quoted}\n"
        )
    }

    /// Pastes it wherever something can be pasted; the case key, and all that was sent to the
    /// terminal.
    fn on_screen(&self, home: &Home) -> (String, Vec<u8>) {
        let mut terminal = Launch::new(home).args(&["clinic", "new"]).unlocked().go();
        terminal.wait_for(words::STAGES[0]);
        let key = terminal.case_key();
        terminal.choose(words::IN_DANGER, "2");
        terminal.go_to(words::QUESTION);
        terminal.paste(&self.text);
        calm(&terminal);
        // Names to avoid, the guidance of the stage, and any command by name.
        for opens in [Key::Ctrl('n'), Key::Ctrl('g'), Key::Ctrl('p')] {
            terminal.press(&[opens]);
            calm(&terminal);
            terminal.paste(&self.text);
            calm(&terminal);
            terminal.press(&[Key::Esc]);
            calm(&terminal);
        }
        terminal.wait_saved();
        terminal.press(&[Key::F(2)]);
        calm(&terminal);
        terminal.paste(&self.text);
        calm(&terminal);
        terminal.press(&[Key::Esc]);
        terminal.keys("evil");
        calm(&terminal);
        terminal.press(&[Key::Enter]);
        calm(&terminal);
        terminal.press(&[Key::PageDown, Key::Tab, Key::Tab, Key::PageUp]);
        calm(&terminal);
        terminal.quit();
        (key, terminal.bytes())
    }
}

fn calm(terminal: &Terminal) {
    terminal.settle(Duration::from_millis(60));
}

fn command(home: &Home, args: &[&OsStr]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_caseclinic"))
        .args(args)
        .env("CASECLINIC_HOME", home.path())
        .stdin(Stdio::null())
        .output()
        .expect("it runs")
}

/// Characters that steer, hide or turn round.
fn is_hostile(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{180b}'..='\u{180e}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{2069}'
                | '\u{feff}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[track_caller]
pub(crate) fn plain(text: &str, what: &str) {
    let hostile = text.char_indices().find(|(_, c)| is_hostile(*c));
    if let Some((at, c)) = hostile {
        let near: String = text[..at].chars().rev().take(60).collect();
        let near: String = near.chars().rev().collect();
        panic!("{what}: {c:?} gets through after {near:?}");
    }
}

/// Everything sent to a terminal is text and the program's own sequences: looks, places, modes, and once the
/// question for the colour of its ground.
pub(crate) fn own_sequences(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).replacen(caseclinic::tui::theme::ground::ASK, "", 1);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\x1b' {
            assert!(!is_hostile(c) || c == '\r', "{c:?} is sent to the terminal");
            continue;
        }
        assert_eq!(chars.next(), Some('['), "a sequence of another kind is sent");
        let last = chars.by_ref().find(|c| !matches!(c, '0'..='9' | ';' | ':' | '?' | ' '));
        let known = last.is_some_and(|last| "mHCJKhlq".contains(last));
        assert!(known, "the sequence that ends in {last:?} is none of ours");
    }
}

/// An export in which nothing that was typed became markup.
fn no_markup(note: &str) {
    for event in Parser::new_ext(note, Options::all()) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => panic!("{html:?} is HTML\n{note}"),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                assert!(!dest_url.contains("evil"), "{dest_url} can be followed\n{note}");
            }
            Event::Start(Tag::CodeBlock(_) | Tag::FootnoteDefinition(_)) => {
                panic!("code or a footnote begins\n{note}");
            }
            _ => {}
        }
    }
}
