//! Made-up packs, the same on every run. Words are drawn as often as Zipf's law has it, the
//! commonest ones those of the bundled knowledge in their own order, and rare ones made up; a
//! quarter of the text are runs of words out of bundled entries, so that phrases stand in it.

use std::{collections::HashMap, fmt::Write as _, fs, io, path::Path};

use caseclinic::knowledge::Library;

const SECTIONS_OF_AN_ENTRY: usize = 8;
const SYLLABLES: [&str; 20] = [
    "ba", "ce", "di", "fo", "gu", "har", "jel", "kin", "lom", "mur", "na", "pel", "qui", "ros",
    "sut", "ta", "ven", "wil", "yor", "zan",
];

/// A word that stands in made-up text seldom, and less often the larger its number.
pub(crate) fn rare_word(number: usize) -> String {
    let mut word = String::new();
    let mut rest = number + 400;
    while rest > 0 {
        word.push_str(SYLLABLES[rest % SYLLABLES.len()]);
        rest /= SYLLABLES.len();
    }
    word
}

struct Author {
    state: u64,
    /// By rank.
    words: Vec<String>,
    /// The sum of the shares of all words up to a rank.
    shares: Vec<f64>,
    /// Bundled text.
    runs: Vec<String>,
}

impl Author {
    fn new(sections: usize) -> Self {
        let library = Library::bundled();
        let plain = |text: &str| text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let bodies = library.entries().iter().flat_map(|entry| entry.body.split_whitespace());
        let runs: Vec<String> = bodies
            .map(plain)
            .filter(|word| !word.is_empty() && word.chars().all(char::is_alphanumeric))
            .collect();
        let mut counts: HashMap<&str, usize> = HashMap::new();
        runs.iter().for_each(|word| *counts.entry(word).or_default() += 1);
        let mut known: Vec<_> = counts.into_iter().collect();
        known.sort_by_key(|&(word, count)| (std::cmp::Reverse(count), word));
        let mut words: Vec<String> = known.into_iter().map(|(word, _)| word.to_owned()).collect();
        // The larger a library, the more words stand in it a few times only.
        words.extend((0..20_000 + sections / 5).map(rare_word));
        let mut sum = 0.0;
        let share = |rank: usize| 1.0 / (rank as f64 + 2.7);
        let shares = (0..words.len()).map(|rank| {
            sum += share(rank);
            sum
        });
        Self { state: 0x9E37_79B9_7F4A_7C15, shares: shares.collect(), words, runs }
    }

    fn random(&mut self, below: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 16) as usize % below.max(1)
    }

    fn word(&mut self) -> &str {
        let whole = self.shares.last().copied().unwrap_or(1.0);
        let drawn = self.random(1 << 40) as f64 / (1_u64 << 40) as f64 * whole;
        let rank = self.shares.partition_point(|sum| *sum < drawn).min(self.words.len() - 1);
        &self.words[rank]
    }

    fn write(&mut self, text: &mut String, words: usize) {
        let mut written = 0;
        while written < words {
            if written % 11 == 7 {
                text.pop();
                text.push_str(". ");
            }
            // A run is five words, so this makes a quarter of them.
            if self.random(16) == 0 {
                let start = self.random(self.runs.len() - 5);
                for word in &self.runs[start..start + 5] {
                    text.push_str(word);
                    text.push(' ');
                }
                written += 5;
            } else {
                let word = self.word();
                text.push_str(word);
                text.push(' ');
                written += 1;
            }
        }
        text.pop();
    }

    fn entry(&mut self, number: usize) -> String {
        const KINDS: [&str; 5] = ["practice", "guidance", "principle", "evidence", "tool"];
        const NATIONS: [&str; 5] = ["UK", "England", "Wales", "Scotland", "UK"];
        const SETTINGS: [&str; 4] = ["any", "school", "home", "any"];
        let mut phrase = |words| {
            let mut text = String::new();
            self.write(&mut text, words);
            text.replace('.', "")
        };
        let (title, summary, alias) = (phrase(5), phrase(16), phrase(3));
        let mut text = front(
            &format!("entry-{number:06}"),
            [&title, &summary, &alias],
            [KINDS[number % 5], NATIONS[number / 5 % 5], SETTINGS[number / 25 % 4]],
            if number % 20 == 3 { "withdrawn" } else { "current" },
        );
        for section in 0..SECTIONS_OF_AN_ENTRY {
            if section > 0 {
                text.push_str("\n\n## ");
                let words = 2 + self.random(4);
                let mut heading = String::new();
                self.write(&mut heading, words);
                text.push_str(&heading.replace('.', ""));
                text.push_str("\n\n");
            }
            let words = 60 + self.random(61);
            self.write(&mut text, words);
        }
        text.push('\n');
        text
    }
}

fn front(id: &str, said: [&str; 3], terms: [&str; 3], status: &str) -> String {
    let [title, summary, alias] = said;
    let [kind, nation, setting] = terms;
    let mut text = String::new();
    // Writing into a `String` cannot fail.
    let _ = write!(
        text,
        "+++\nid = \"{id}\"\ntitle = \"{title}\"\nkind = \"{kind}\"\nsummary = \"{summary}\"\n\
         aliases = [\"{alias}\"]\nnations = [\"{nation}\"]\nsettings = [\"{setting}\"]\n\
         ages = [\"any\"]\ncontinuum = [\"any\"]\nstatus = \"{status}\"\n\
         reviewed = 2026-11-21\nreview_by = 2027-11-21\n\n[[sources]]\nkey = \"a\"\n\
         title = \"Made up\"\npublisher = \"Nobody\"\nyear = 2026\n+++\n\n"
    );
    text
}

/// An entry with one word of its own.
pub(crate) fn one(id: &str, word: &str) -> String {
    let said = ["An entry that came later", "It has a word of its own", "came later"];
    let text = front(id, said, ["practice", "UK", "any"], "current");
    format!("{text}This is the {word}.\n\n## More\n\nNothing else has it.\n")
}

/// Writes a pack of about so many sections onto a shelf.
pub(crate) fn write(shelf: &Path, sections: usize) -> io::Result<()> {
    let folder = shelf.join("scale");
    fs::create_dir_all(&folder)?;
    let about = "id = \"scale\"\ntitle = \"Made up\"\nversion = \"1\"\n";
    fs::write(folder.join("pack.toml"), about)?;
    let mut author = Author::new(sections);
    for number in 0..sections.div_ceil(SECTIONS_OF_AN_ENTRY) {
        fs::write(folder.join(format!("entry-{number:06}.md")), author.entry(number))?;
    }
    Ok(())
}
