//! However the program ends, what was just typed is kept, the terminal is as it was before, and it
//! takes no longer than two seconds.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use rand::Rng;
use rustix::process::{Pid, Signal};

use crate::{
    disk,
    part::{Case, Part, Tally},
    support::{Home, Key, Launch, Terminal, words},
};

/// The most time that ending may take.
const SOON: Duration = Duration::from_secs(2);
/// How long it is waited for an end that is too late.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a program that stands aside is watched.
const ASIDE: Duration = Duration::from_millis(400);
/// Exit code of a program that met a fault of its own.
const FAULT: u32 = 101;
/// What is typed just before the end.
const LAST_WORDS: &str = "asked just before the end";

/// The ways to end, one case after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Quit,
    Interrupted,
    Signalled(Signal),
    AsideAndBack,
    WindowClosed,
    Panicked,
    InputEnded,
    /// It dies before it can do anything itself.
    Died(Signal),
}

const WAYS: [Way; 13] = [
    Way::Quit,
    Way::Interrupted,
    Way::Signalled(Signal::TERM),
    Way::Signalled(Signal::HUP),
    Way::Signalled(Signal::INT),
    Way::Signalled(Signal::QUIT),
    Way::AsideAndBack,
    Way::WindowClosed,
    Way::Panicked,
    Way::InputEnded,
    Way::Died(Signal::SEGV),
    Way::Died(Signal::ABORT),
    Way::Died(Signal::KILL),
];

pub(crate) const PART: Part = Part {
    name: "endings",
    promise: "however it ends, the text is kept and the terminal given back within 2 s",
    unit: "endings",
    timed: "end took",
    short: WAYS.len(),
    full: WAYS.len() * 20,
    abreast: 4,
    hindrance: || None,
    case: one,
};

fn one(case: &mut Case) -> Tally {
    let way = WAYS[case.index % WAYS.len()];
    let mut tally = Tally::of(1);
    let home = Home::with_vault();
    if way == Way::InputEnded {
        tally.took(input_ends(&home));
        return tally;
    }
    let clock = match (way == Way::Panicked).then(|| WildClock::make(&home)) {
        Some(Err(why)) => {
            tally.not_run.push(format!("a panic: {why}"));
            tally.tried = 0;
            return tally;
        }
        Some(Ok(clock)) => Some(clock),
        None => None,
    };
    let launch = Launch::new(&home).args(&["clinic", "new"]).unlocked();
    let launch = match &clock {
        Some(clock) => launch
            .environment("LD_PRELOAD", &clock.library.display().to_string())
            .environment("TEST_WILD_CLOCK", &clock.once.display().to_string()),
        None => launch,
    };
    let mut terminal = launch.go();
    terminal.wait_for(words::STAGES[0]);
    let key = terminal.case_key();
    terminal.write(words::QUESTION, LAST_WORDS);
    if let Way::Died(_) = way {
        // What was typed in the last two seconds may go with it.
        terminal.wait_saved();
    }
    thread::sleep(Duration::from_millis(case.chance.gen_range(0..300)));
    let took = end(way, &mut terminal, clock.as_ref());
    assert!(took <= SOON, "{way:?} took {took:?}");
    tally.took(took);
    assert!(home.faults().is_empty(), "{way:?}: {:?}", home.faults());
    let note = home.note(&key).expect("the draft opens");
    assert!(note.contains(LAST_WORDS), "{way:?}: {note}");
    tally
}

/// Ends it this way, and looks at the terminal afterwards; how long the end took.
fn end(way: Way, terminal: &mut Terminal, clock: Option<&WildClock>) -> Duration {
    match way {
        Way::Quit => terminal.press(&[Key::Ctrl('q')]),
        Way::Interrupted => terminal.press(&[Key::Ctrl('c')]),
        Way::Signalled(signal) => terminal.signal(signal),
        Way::Died(signal) => {
            terminal.signal(signal);
            // The first one only ends the handler that looks for an overflow of the stack.
            if signal == Signal::SEGV {
                thread::sleep(ASIDE);
                terminal.signal(signal);
            }
        }
        Way::AsideAndBack => {
            stand_aside_and_come_back(terminal);
            terminal.press(&[Key::Ctrl('q')]);
        }
        Way::WindowClosed => {
            terminal.close_window();
            return terminal.ended_within(PATIENCE).after;
        }
        Way::Panicked => {
            let clock = clock.expect("the clock is there");
            fs::write(&clock.once, "").expect("written");
            terminal.press(&[Key::Tab]);
        }
        Way::InputEnded => unreachable!("it has no terminal"),
    }
    let ended = terminal.ended_within(PATIENCE);
    if let Way::Died(_) = way {
        assert!(ended.signal.is_some(), "{way:?}: {ended:?}");
        let shown = terminal.screen();
        assert!(!shown.shows(LAST_WORDS), "the note is still in view\n{shown}");
        terminal.assert_modes_given_back();
    } else if way == Way::Panicked {
        assert_eq!(ended.code, FAULT, "{ended:?}");
        terminal.assert_modes_given_back();
    } else {
        assert_eq!(ended.signal, None, "{way:?} ended it before it could end itself");
        terminal.assert_given_back();
    }
    ended.after
}

fn stand_aside_and_come_back(terminal: &mut Terminal) {
    terminal.signal(Signal::TSTP);
    terminal.wait_for_bytes(b"\x1b[?1049l");
    thread::sleep(ASIDE);
    let shown = terminal.screen();
    assert!(!shown.shows(LAST_WORDS), "the note is in view of the shell\n{shown}");
    terminal.assert_modes_given_back();
    let before = ticks(terminal.pid());
    thread::sleep(ASIDE);
    assert!(ticks(terminal.pid()) <= before + 2, "it spins while it stands aside");
    terminal.signal(Signal::CONT);
    terminal.wait_for(LAST_WORDS);
}

/// Hundredths of a second that a process has used.
fn ticks(pid: Pid) -> u64 {
    let path = format!("/proc/{}/stat", pid.as_raw_nonzero());
    let Ok(text) = fs::read_to_string(path) else { return 0 };
    let after_name = text.rsplit(')').next().unwrap_or_default();
    after_name.split_whitespace().skip(11).take(2).filter_map(|n| n.parse::<u64>().ok()).sum()
}

/// A clinic in plain lines whose input ends in the middle.
fn input_ends(home: &Home) -> Duration {
    let begun = Instant::now();
    let output = home.pipe(&["clinic", "new", "--plain"], &["2", "1", "1 2 3", LAST_WORDS, "."]);
    let took = begun.elapsed();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let key = home.case_keys().pop().expect("a draft");
    let note = home.note(&key).expect("the draft opens");
    assert!(note.contains(LAST_WORDS), "{note}");
    // Starting is part of this time, so it is more than the end alone took.
    assert!(took <= SOON, "{took:?}");
    took
}

/// A clock that is wrong once by a million years when it is told to: the only way found to make the
/// program meet a fault of its own without building one into it.
struct WildClock {
    library: PathBuf,
    once: PathBuf,
}

impl WildClock {
    const SOURCE: &str = r#"
        #define _GNU_SOURCE
        #include <stdlib.h>
        #include <sys/syscall.h>
        #include <time.h>
        #include <unistd.h>
        int clock_gettime(clockid_t id, struct timespec *now) {
            long answer = syscall(SYS_clock_gettime, id, now);
            const char *once = getenv("TEST_WILD_CLOCK");
            if (once && id == CLOCK_REALTIME && syscall(SYS_gettid) == getpid()
                && unlink(once) == 0)
                now->tv_sec = 1L << 45;
            return (int)answer;
        }
    "#;

    fn make(home: &Home) -> Result<Self, String> {
        if !cfg!(target_os = "linux") {
            return Err("needs Linux".to_owned());
        }
        if let Some(why) = disk::without("cc") {
            return Err(why);
        }
        let folder: &Path = home.path();
        let (source, library) = (folder.join("clock.c"), folder.join("clock.so"));
        fs::write(&source, Self::SOURCE).expect("written");
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-o"])
            .args([&library, &source])
            .stdin(Stdio::null())
            .output()
            .expect("cc runs");
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        Ok(Self { library, once: folder.join("once") })
    }
}
