//! Random histories of several homes and a carrier that delays, reorders, truncates, renames,
//! drops, doubles, alters and brings back, with clocks that are wrong by years.
//!
//! The short form runs with every test. The full one, 20 homes and 2,000 histories:
//!
//! ```text
//! cargo test --lib exchange::tests::simulation::full -- --ignored --nocapture
//! ```

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::SliceRandom};

use super::*;
use crate::exchange::{names::Author, record::Record};

/// What a history amounted to.
#[derive(Debug, Default)]
struct Tally {
    syncs: usize,
    posts: usize,
    taken_in: usize,
    corrections: usize,
    erasures: usize,
    removals: usize,
    gaps_seen: usize,
    forged: usize,
    altered: usize,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.syncs += other.syncs;
        self.posts += other.posts;
        self.taken_in += other.taken_in;
        self.corrections += other.corrections;
        self.erasures += other.erasures;
        self.removals += other.removals;
        self.gaps_seen += other.gaps_seen;
        self.forged += other.forged;
        self.altered += other.altered;
    }
}

struct World {
    seed: u64,
    homes: Vec<Home>,
    clocks: Vec<SignedDuration>,
    stranger: Vault,
    /// Where the vault of the stranger lies, for as long as it is used.
    #[expect(dead_code, reason = "dropping it removes the folder")]
    stranger_home: TempDir,
    dice: StdRng,
    /// Everything that ever lay in a folder.
    archive: Vec<(PathBuf, Vec<u8>)>,
    /// The notes of each home that are not erased, with the number of their newest revision.
    notes: Vec<BTreeMap<NoteId, u32>>,
    erased: Vec<BTreeSet<NoteId>>,
    removed: Option<usize>,
    /// What each home posted, as of its last sync.
    posted: Vec<(Author, Vec<PostRef>)>,
    next_key: usize,
    tally: Tally,
}

impl World {
    fn new(seed: u64, count: usize) -> Self {
        let mut dice = StdRng::seed_from_u64(seed);
        let homes: Vec<Home> = (0..count).map(Home::new).collect();
        let clocks = (0..count)
            .map(|_| SignedDuration::from_hours(dice.gen_range(-10 * 365 * 24..10 * 365 * 24)))
            .collect();
        homes[0].begin();
        let charter = fs::read(homes[0].place().join("exchange.toml")).expect("read");
        for home in &homes[1..] {
            write(&home.place().join("exchange.toml"), &charter);
            home.ask();
        }
        // All but two take part from the beginning, and the second is a steward too.
        copy_all(&homes.iter().collect::<Vec<_>>());
        for home in &homes[1..count - 2] {
            let is_second = home.name == homes[1].name;
            homes[0].open().add(home.name, is_second, noon()).expect("added");
        }
        copy_all(&homes.iter().collect::<Vec<_>>());
        let (stranger_home, stranger) = fixtures::vault();
        let posted = homes.iter().map(|home| (home.open().record.author(), Vec::new())).collect();
        Self {
            seed,
            notes: vec![BTreeMap::new(); count],
            erased: vec![BTreeSet::new(); count],
            homes,
            clocks,
            stranger,
            stranger_home,
            dice,
            archive: Vec::new(),
            removed: None,
            posted,
            next_key: 0,
            tally: Tally::default(),
        }
    }

    fn any(&mut self) -> usize {
        self.dice.gen_range(0..self.homes.len())
    }

    fn key(&mut self) -> String {
        self.next_key += 1;
        format!("KEY-{}", self.next_key)
    }

    fn step(&mut self) {
        match self.dice.gen_range(0..100) {
            0..14 => {
                let (at, key) = (self.any(), self.key());
                let id = self.homes[at].complete(&key);
                self.notes[at].insert(id, 1);
            }
            14..20 => {
                let (at, key) = (self.any(), self.key());
                let ids: Vec<NoteId> = self.notes[at].keys().copied().collect();
                if let Some(id) = ids.choose(&mut self.dice) {
                    self.homes[at].amend(*id, &key);
                    *self.notes[at].get_mut(id).expect("there") += 1;
                    self.tally.corrections += 1;
                }
            }
            20..24 => {
                let at = self.any();
                let ids: Vec<NoteId> = self.notes[at].keys().copied().collect();
                if let Some(id) = ids.choose(&mut self.dice) {
                    self.homes[at].erase(*id);
                    self.notes[at].remove(id);
                    self.erased[at].insert(*id);
                    self.tally.erasures += 1;
                }
            }
            24..30 => self.steward(),
            30..60 => {
                let at = self.any();
                self.sync(at);
            }
            // As many folders, as many copiers.
            60..95 => (0..self.homes.len().div_ceil(4)).for_each(|_| self.carry()),
            _ => self.forge(),
        }
    }

    /// The stewards add who asks, and now and then remove somebody.
    fn steward(&mut self) {
        let second = self.homes.len() > 3 && self.dice.gen_bool(0.3);
        let at = usize::from(second);
        let mut exchange = self.homes[at].open();
        exchange.take_in().expect("takes in");
        if !exchange.myself().is_some_and(|person| person.steward) {
            return;
        }
        let now = noon() + self.clocks[at];
        for card in exchange.requests().expect("lists") {
            // The second home is a steward too.
            let is_second = card.name == self.homes[1].name;
            match exchange.add(&card.id().to_string(), is_second, now) {
                Ok(_) | Err(ExchangeError::AlreadyListed(_)) => {}
                Err(error) => panic!("seed {}: {error}", self.seed),
            }
        }
        if self.removed.is_none() && self.homes.len() > 3 && self.dice.gen_bool(0.2) {
            let who = self.dice.gen_range(2..self.homes.len());
            let name = self.homes[who].name;
            if exchange.find_person(name).is_ok() {
                exchange.remove(name, "left", now).expect("removed");
                self.removed = Some(who);
                self.tally.removals += 1;
            }
        }
    }

    fn sync(&mut self, at: usize) {
        let now = noon() + self.clocks[at];
        let home = &self.homes[at];
        let mut exchange = home.open();
        let before: BTreeSet<PathBuf> = files(&home.kept().join("sent")).into_iter().collect();
        let intake = exchange.take_in().unwrap_or_else(|why| panic!("seed {}: {why}", self.seed));
        assert_gaps_are_named(self.seed, (&self.homes, &self.posted), &exchange, &intake);
        let outbox = exchange.outbox(false).expect("an outbox");
        exchange.send(outbox, now).unwrap_or_else(|why| panic!("seed {}: {why}", self.seed));
        self.posted[at].1 = exchange.record.own().map(post::PostFacts::reference).collect();
        // Whoever is removed, as this home knows, opens nothing of what it sealed since.
        if let Some(gone) = self.removed {
            let (gone, name) = (&self.homes[gone], self.homes[gone].name);
            let knows = exchange
                .record
                .people
                .all()
                .any(|person| person.card.name == name && person.removed.is_some());
            for file in files(&home.kept().join("sent")) {
                if knows
                    && gone.name != home.name
                    && !before.contains(&file)
                    && !file.ends_with("head")
                {
                    let sealed = fs::read(home.kept().join("sent").join(&file)).expect("read");
                    let opened = gone.vault.open_sealed(&sealed);
                    assert!(opened.is_err(), "seed {}: {}", self.seed, file.display());
                }
            }
        }
        self.tally.syncs += 1;
        self.tally.taken_in += intake.notes;
        self.tally.gaps_seen +=
            intake.findings.iter().filter(|one| one.kind == FindingKind::Gap).count();
    }

    /// Some files go from one folder to another, in whatever state.
    fn carry(&mut self) {
        let (from, to) = (self.any(), self.any());
        if from == to {
            return;
        }
        let (from, to) = (self.homes[from].place(), self.homes[to].place());
        for file in files(&from) {
            if file == Path::new("exchange.toml") || self.dice.gen_bool(0.3) {
                continue;
            }
            let bytes = fs::read(from.join(&file)).expect("read");
            if self.dice.gen_bool(0.2) {
                self.archive.push((file.clone(), bytes.clone()));
            }
            let target = to.join(&file);
            match self.dice.gen_range(0..40) {
                0 | 1 => {
                    let end = self.dice.gen_range(0..=bytes.len());
                    write(&target, &bytes[..end]);
                    self.tally.altered += 1;
                }
                2 => {
                    let name = file.to_string_lossy().replace(".age", " (1).age");
                    write(&to.join(name), &bytes);
                    self.tally.altered += 1;
                }
                3 if !bytes.is_empty() => {
                    let mut changed = bytes.clone();
                    let at = self.dice.gen_range(0..changed.len());
                    changed[at] ^= 1 << self.dice.gen_range(0..8);
                    write(&target, &changed);
                    self.tally.altered += 1;
                }
                4 => {
                    // Into the folder of somebody else.
                    let posts = to.join("post");
                    let others = fs::read_dir(&posts).into_iter().flatten().flatten();
                    let others: Vec<PathBuf> = others.map(|entry| entry.path()).collect();
                    if let (Some(other), true) =
                        (others.choose(&mut self.dice), file.starts_with("post"))
                    {
                        write(&other.join(file.file_name().expect("a name")), &bytes);
                        self.tally.altered += 1;
                    }
                }
                5 => {
                    let _ = fs::remove_file(&target);
                }
                6 => {
                    if let Some((file, bytes)) = self.archive.choose(&mut self.dice) {
                        write(&to.join(file), bytes);
                        self.tally.altered += 1;
                    }
                }
                _ => write(&target, &bytes),
            }
        }
    }

    /// Somebody who is in no list puts a post of their own among those of a home.
    fn forge(&mut self) {
        let (victim, reader) = (self.any(), self.any());
        let author = self.posted[victim].0.clone();
        let reader = &self.homes[reader];
        let number = self.dice.gen_range(1..9);
        let exchange = reader.open().record.exchange();
        let mut header = post::header(
            &exchange,
            &author,
            (number, None),
            PostKind::Revision,
            NoteId::random(),
            noon(),
        );
        header.revision = 1;
        header.readers = vec![reader.open().record.me.clone()];
        let (head, body) = (head("FORGED-1"), body("FORGED-1"));
        let plain =
            post::Post::sign(&self.stranger, &header, Some((&head, &body))).expect("signed");
        let key = reader.vault.recipient().parse().expect("a key");
        let sealed = self.stranger.seal_for(&[key], &plain).expect("sealed");
        let folder = reader.place().join("post").join(author.to_string());
        write(&folder.join(FileName::of(number, &sealed).to_string()), &sealed);
        self.tally.forged += 1;
    }

    /// In the end the carrier does what it should, and everybody syncs.
    fn end(&mut self) {
        for _ in 0..3 {
            let homes: Vec<&Home> = self.homes.iter().collect();
            copy_all(&homes);
            let mut exchange = self.homes[0].open();
            exchange.take_in().expect("takes in");
            for card in exchange.requests().expect("lists") {
                let _ = exchange.add(&card.id().to_string(), false, noon());
            }
            drop(exchange);
            for at in 0..self.homes.len() {
                self.sync(at);
            }
        }
        let homes: Vec<&Home> = self.homes.iter().collect();
        copy_all(&homes);
        for at in 0..self.homes.len() {
            self.sync(at);
        }
    }

    fn check(&mut self) {
        let seed = self.seed;
        let records: Vec<Record> = self
            .homes
            .iter()
            .map(|home| Record::load(&home.vault).expect("loads").expect("there"))
            .collect();
        let is_gone = |at: usize| self.removed == Some(at);
        for (at, writer) in records.iter().enumerate() {
            let own: Vec<_> = writer.own().collect();
            self.tally.posts += own.len();
            // Nothing is lost: every completed revision was posted once, and no erased one is left.
            if !is_gone(at) {
                let mut posted: Vec<(NoteId, u32)> = own
                    .iter()
                    .filter(|facts| facts.header.kind.is_note())
                    .map(|facts| (facts.header.note, facts.header.revision))
                    .collect();
                posted.sort();
                let completed: Vec<(NoteId, u32)> = self.notes[at]
                    .iter()
                    .flat_map(|(id, newest)| (1..=*newest).map(|number| (*id, number)))
                    .collect();
                assert_eq!(posted, completed, "seed {seed}: posts of {}", self.homes[at].name);
            }
        }
        for (at, reader) in records.iter().enumerate().filter(|(at, _)| !is_gone(*at)) {
            let name = self.homes[at].name;
            let expected: BTreeSet<PostRef> = records
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != at)
                .flat_map(|(_, writer)| writer.own())
                .filter(|facts| facts.header.kind.is_note())
                .filter(|facts| facts.header.readers.contains(&reader.me))
                .filter(|facts| reader.people.counts(&facts.reference()))
                .map(post::PostFacts::reference)
                .collect();
            let there: BTreeSet<PostRef> = reader
                .posts
                .values()
                .filter(|facts| {
                    facts.header.kind.is_note() && facts.header.author.person != reader.me
                })
                .filter(|facts| reader.counts(facts))
                .map(post::PostFacts::reference)
                .collect();
            let missing: Vec<&PostRef> = expected.difference(&there).collect();
            let more: Vec<&PostRef> = there.difference(&expected).collect();
            // A removed writer may not have heard of everything that happened: what they erased
            // since counts no longer.
            let more: Vec<&&PostRef> = more
                .iter()
                .filter(|one| self.removed.is_none_or(|gone| records[gone].me != one.author.person))
                .collect();
            assert!(missing.is_empty(), "seed {seed}: {name} lacks {missing:?}");
            assert!(more.is_empty(), "seed {seed}: {name} has too many: {more:?}");
            for (other, erased) in
                self.erased.iter().enumerate().filter(|(other, _)| !is_gone(*other))
            {
                let came_back = reader.posts.values().find(|facts| {
                    facts.header.kind.is_note()
                        && facts.header.author.person == records[other].me
                        && erased.contains(&facts.header.note)
                });
                assert!(came_back.is_none(), "seed {seed}: {name}: an erased note is there");
            }
            // All are of one mind about the people.
            let titles = |record: &Record| -> Vec<(String, bool, bool)> {
                let people = record.people.all();
                people.map(|one| (one.card.title(), one.steward, one.removed.is_some())).collect()
            };
            assert_eq!(titles(reader), titles(&records[0]), "seed {seed}: {name}");
            // What lists and searches read opens, every text of it.
            let received = self.homes[at].received();
            assert!(
                received.iter().all(|key| key.starts_with("KEY-")),
                "seed {seed}: {received:?}"
            );
        }
    }
}

/// Of everybody, every post that a home knows to have been sent is here, is not for it, was erased,
/// or is named as missing.
fn assert_gaps_are_named(
    seed: u64,
    (homes, posted): (&[Home], &[(Author, Vec<PostRef>)]),
    exchange: &Exchange<'_>,
    intake: &Intake,
) {
    let record = &exchange.record;
    let mut highest: BTreeMap<Author, u64> = BTreeMap::new();
    for (author, list) in &record.lists {
        highest.insert(author.clone(), list.highest);
    }
    for post in record.posts.keys() {
        let known = highest.entry(post.author.clone()).or_default();
        *known = post.name.number.max(*known);
    }
    let mut named: BTreeSet<(String, u64)> = BTreeSet::new();
    for finding in intake.findings.iter().filter(|one| one.kind == FindingKind::Gap) {
        let words: Vec<&str> = finding.text.split(' ').collect();
        let number = |at: usize| words[at].parse::<u64>().expect("a number");
        let (first, last, name) =
            if words[0] == "Post" { (number(1), number(1), 3) } else { (number(1), number(3), 5) };
        named.extend((first..=last).map(|at| (words[name].to_owned(), at)));
    }
    for (home, (author, posts)) in homes.iter().zip(posted) {
        if author.person == record.me {
            continue;
        }
        let top = highest.get(author).copied().unwrap_or(0);
        for post in posts {
            let is_here = record.posts.contains_key(post) || record.closed.contains(post);
            if post.name.number > top || is_here || !record.people.counts(post) {
                continue;
            }
            // Past the list, what cannot be opened is named as a whole.
            let is_past =
                record.lists.get(author).is_none_or(|list| post.name.number > list.highest);
            let title = record.people.title(&author.person);
            let has_unlisted = intake
                .findings
                .iter()
                .any(|one| one.kind == FindingKind::Unlisted && one.text.contains(&title));
            if is_past && has_unlisted {
                continue;
            }
            let is_named = named.contains(&(home.name.to_owned(), post.name.number));
            let known = record.posts.keys().filter(|one| one.author == *author);
            let closed = record.closed.iter().filter(|one| one.author == *author);
            assert!(
                is_named,
                "seed {seed}: post {} of {} is not named; listed to {:?}, here {:?}, closed {:?}",
                post.name.number,
                home.name,
                record.lists.get(author).map(|list| list.highest),
                known.map(|one| one.name.number).collect::<Vec<_>>(),
                closed.map(|one| one.name.number).collect::<Vec<_>>(),
            );
        }
    }
}

fn history(seed: u64, homes: usize, steps: usize) -> Tally {
    let mut world = World::new(seed, homes);
    for _ in 0..steps {
        world.step();
    }
    world.end();
    world.check();
    world.tally
}

#[test]
fn in_the_end_everybody_has_the_same_whatever_the_carrier_did() {
    let mut tally = Tally::default();
    // Keys are drawn anew each time, so a seed does not fix who acts: go on until something of each
    // kind happened, or the histories show nothing.
    let happened = |tally: &Tally| {
        let Tally { taken_in, corrections, erasures, removals, gaps_seen, forged, altered, .. } =
            tally;
        let all = [taken_in, corrections, erasures, removals, gaps_seen, forged, altered];
        all.iter().all(|count| **count > 0)
    };
    for seed in 0..60 {
        tally.add(&history(seed, 4, 60));
        if seed >= 5 && happened(&tally) {
            return;
        }
    }
    panic!("something never happened: {tally:?}");
}

#[test]
#[ignore = "takes hours; SECURITY.md names its command, and the suite plays a short form"]
fn full() {
    let mut tally = Tally::default();
    let number = |name: &str, usual| {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
    };
    let (homes, from, histories) =
        (number("HOMES", 20), number("FROM", 1000), number("HISTORIES", 2000));
    for seed in from..from + histories {
        tally.add(&history(seed as u64, homes, homes * 12));
        let done = seed - from + 1;
        if done % 20 == 0 || done == histories {
            // The report of this command.
            use std::io::Write as _;
            let _ = writeln!(std::io::stderr(), "{done} histories of {homes} homes: {tally:?}");
        }
    }
}
