//! Names of people and of the places of a child's daily life, and initials, told by their capital
//! letters.
//!
//! A capital letter in the middle of a sentence is a name unless the word is an ordinary one, as in
//! “the Head Teacher”, or one that leads to nobody, as “Polish”, “Ofsted” and “May”. So a name is
//! found that is on no list. A word at the beginning of a sentence has a capital letter anyway, and
//! some names are words too (“Will”, “Grace”): there the words beside it decide. The lists lie beside
//! this file; a word costs one look into one table.

use std::{collections::HashMap, sync::OnceLock};

use super::{FoundIdentifier, IdentifierKind, TokenisedText};
use crate::text::tokens::{Made, folded};

const GIVEN_NAMES: &str = include_str!("given_names.txt");
const ORDINARY_WORDS: &str = include_str!("ordinary_words.txt");
const PUBLIC_NAMES: &str = include_str!("public_names.txt");

/// What follows is somebody's name, or the first letter of one.
const TITLES: &str = "\
     aunt auntie aunty cllr coach dame dc dci di dr ds imam miss mr mrs ms mx pastor pc prof \
     professor rev revd reverend sgt sir uncle";
/// Titles that are followed by hardly anything but a name, even if it is an ordinary word.
const TITLES_BEFORE_WORDS: &str = "\
     mr mrs ms miss mx dr prof professor rev reverend cllr pc dc ds di sgt";
/// What ends the name of a school, club, house or street.
const PLACES: &str = "\
     academy ave avenue brownies cadets cathedral centre chapel church close club college \
     court crescent cubs drive estate farm gardens grove gurdwara hall hill home hospice \
     hospital house infants juniors lane library lodge mews mosque nursery park place pool \
     preschool primary rd rise road row school scouts square street surgery synagogue temple \
     terrace walk way";
/// What stands before such a word without naming one place: “the Primary School”, “a Family Court”.
const KINDS_OF_PLACE: &str = "\
     a academy acute adventure advice after age all an and another any appeal are art as \
     assault assessment at baby bank before best better boarding both boxing boys breakfast \
     business but by call care carer carers catholic chess child children childrens christian \
     church city civil college common community comprehensive contact control cookery core \
     coroners cottage council county cricket criminal crown current dance data day dining \
     discussion drama drop each early education english ethnic every excellence faith family \
     first focus football for form former foster free from full garden gardening general \
     girls good grammar ground guest gym gymnastics had half halfway happy has have health \
     healthcare help her high his homework housing if in independent infant infants \
     information is islamic its jewish judo junior karate last learning leisure local long \
     lunch magistrates main mainstream medical mental middle moot mother muslim my network \
     new next night no not nursery nursing of old on only open or other our own parent \
     parents parish partnership peer people play prep preparatory previous primary private \
     protection public pupil quiet reference referral reflection reflective research \
     residential resource respite retail right rights risk rugby running safe safeguarding \
     safety same school schools science scout second secondary secure service sexual shopping \
     short sixth sleep social some special sport sports staff state steering step strategy \
     such summer sunday support supported supreme swimming taking team tennis that the their \
     therapeutic therapy these this those to toddler town training user village virtual \
     visitor visitors walk-in was wellbeing welsh were what when which while whole whose with \
     work working wrong years young your youth";
/// Words after a name that is a word too, which say that somebody is meant.
const DEEDS: &str = "\
     admitted aged agreed apologised appeared appears arrived asked asks attended attends \
     became becomes called came can comes cried denied denies described did didn disagreed \
     disclosed discloses does doesn enjoyed enjoys explained feels felt gets goes got had has \
     hasn heard herself himself hit hugged is kicked knew knows laughed left liked likes \
     lived lives moved needed needs phoned played presented presents pulled pushed ran rang \
     refused reported reports returned said sat saw says seemed seems sees sent should \
     shouted showed slept spoke started stated stayed stopped struggled struggles takes \
     talked tells texted thinks thought told took touched tried visited walked wanted wants \
     was wasn went who will";
/// The same, but a wish or a month can be these as well: “Hope was high”, “May was hard”.
const STATES: &str = "is was has had will can should needs needed appears";
/// Names whose word is something that is, and not somebody who is.
const NOT_IN_STATES: &str = "\
     hope grace faith joy charity mercy patience will may mark praise comfort favour wisdom \
     blessing april june august sunday summer autumn dawn chase grant";
/// What follows a name that is a word too where the word is meant: “Summer Term”, “Art Therapy”.
const WORD_IS_MEANT: &str = "\
     term terms holiday holidays half break camp therapy room scheme schemes teacher lesson \
     lessons leave order period of for that";
/// Whose a name with “’s” is, where the name is a month or a day too.
const KIN: &str = "\
     mum mother dad father brother sister parents carer carers family behaviour teacher \
     school room phone nan";
/// Small words inside a name.
const PARTICLES: &str = "de da di du dos van der den von bin ibn bint al el ap ab ni nic le la";
/// Two or three capital letters with full stops that are no one's initials.
const ABBREVIATIONS: &str = "\
     uk us usa eu nb pe re tv it ps ba ma id gp ta ok am pm dob ht un kc qc pa phd ict";
/// What a single letter tells apart: “Child A” is what a note should say.
const LETTERED: &str = "\
     child children adult person parent pupil student family flat plan room group class set \
     block option grade vitamin hepatitis boy girl staff school carer worker sibling year \
     part";
/// Services and tools that are called by somebody's name.
const NAMED_AFTER: [[&str; 2]; 8] = [
    ["lucy", "faithfull"],
    ["fraser", "guidelines"],
    ["fraser", "competence"],
    ["fraser", "competent"],
    ["marie", "collins"],
    ["simon", "hackett"],
    ["brook", "traffic"],
    ["brook", "tool"],
];

const GIVEN: u8 = 1;
const ORDINARY: u8 = 1 << 1;
const PUBLIC: u8 = 1 << 2;
const TITLE: u8 = 1 << 3;
const PLACE: u8 = 1 << 4;
const KIND_OF_PLACE: u8 = 1 << 5;
const DEED: u8 = 1 << 6;
const PARTICLE: u8 = 1 << 7;

/// Returns what is known of a folded word, as bits.
fn known(word: &str) -> u8 {
    static KNOWN: OnceLock<HashMap<&'static str, u8>> = OnceLock::new();
    let all = KNOWN.get_or_init(|| {
        let mut all: HashMap<&'static str, u8> = HashMap::new();
        let lists = [
            (GIVEN_NAMES, GIVEN),
            (ORDINARY_WORDS, ORDINARY),
            (PUBLIC_NAMES, PUBLIC),
            (TITLES, TITLE),
            (PLACES, PLACE | ORDINARY),
            (KINDS_OF_PLACE, KIND_OF_PLACE),
            (DEEDS, DEED),
            (PARTICLES, PARTICLE),
        ];
        for (list, bit) in lists {
            for line in list.lines().filter(|line| !line.starts_with('#')) {
                for word in line.split_ascii_whitespace() {
                    *all.entry(word).or_default() |= bit;
                }
            }
        }
        all
    });
    all.get(word).copied().unwrap_or_default()
}

/// Whether a folded word is an ordinary English one, with or without an ending, or a given name.
pub fn is_ordinary_word(word: &str) -> bool {
    known_with_ending(word) & (ORDINARY | GIVEN) != 0
}

/// Returns what is known of a word, or that it is an ordinary one with an ending.
fn known_with_ending(word: &str) -> u8 {
    let itself = known(word);
    if itself & (GIVEN | ORDINARY | PUBLIC | TITLE | PARTICLE) != 0 {
        return itself;
    }
    let ordinary = |word: &str| known(word) & ORDINARY != 0;
    let ended = |ending: &str| word.strip_suffix(ending).filter(|base| base.len() >= 3);
    let without_s = ended("s").filter(|base| !base.ends_with('s'));
    let is_ordinary = without_s.is_some_and(ordinary)
        || ended("es").is_some_and(ordinary)
        || ended("ly").is_some_and(ordinary)
        || ["ies", "ied"]
            .into_iter()
            .filter_map(|ending| word.strip_suffix(ending))
            .any(|base| ordinary(&format!("{base}y")))
        || ["ed", "ing"].into_iter().filter_map(ended).any(|base| {
            let mut letters = base.chars().rev();
            let doubled = letters.next() == letters.next();
            ordinary(base)
                || ordinary(&format!("{base}e"))
                || doubled && ordinary(&base[..base.len() - 1])
        });
    itself | if is_ordinary { ORDINARY } else { 0 }
}

/// Whether a word that begins a sentence is made of an ordinary one: “Reopening”, “Interviewer”.
fn is_derived(word: &str) -> bool {
    let ordinary = |base: &str| base.len() >= 4 && known_with_ending(base) & ORDINARY != 0;
    let begun = ["re", "un", "over", "under", "mis", "dis", "non", "in", "im", "pre", "out"];
    let ended = [
        "er", "ers", "ness", "ment", "ments", "able", "ful", "fully", "less", "al", "ally",
        "ation", "ion", "ions",
    ];
    begun.iter().filter_map(|begin| word.strip_prefix(begin)).any(ordinary)
        || ended
            .iter()
            .filter_map(|end| word.strip_suffix(end))
            .any(|base| ordinary(base) || ordinary(&format!("{base}e")))
}

/// How a word is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Written {
    /// In small letters.
    Small,
    /// With a capital letter first.
    Capital,
    /// In capital letters only, two or more.
    Capitals,
    /// One capital letter.
    Letter,
    /// A product, `MyConcern`, or no word: with digits.
    Else,
}

#[derive(Clone, Copy)]
struct Word {
    written: Written,
    known: u8,
    /// It begins a sentence, a line, or what stands in brackets or quotation marks.
    begins: bool,
}

impl Word {
    fn is(self, bits: u8) -> bool {
        self.known & bits != 0
    }

    fn is_capital(self) -> bool {
        self.written == Written::Capital
    }

    /// A name and nothing else.
    fn is_given_name(self) -> bool {
        self.is(GIVEN) && !self.is(ORDINARY | PUBLIC)
    }

    /// On no list.
    fn is_unknown(self) -> bool {
        self.is_capital() && !self.is(GIVEN | ORDINARY | PUBLIC | TITLE | PLACE)
    }
}

/// Adds what may be a name, a place or initials.
pub(super) fn find(text: &TokenisedText<'_>, out: &mut Vec<FoundIdentifier>) {
    let names = Names::new(text);
    let mut at = 0;
    // The word after the last one that was found.
    let mut free = 0;
    while at < names.words.len() {
        let found = names.place(at).or_else(|| names.initials(at)).or_else(|| names.person(at));
        at = match found {
            Some((start, end, kind)) => {
                // An initial or a house number before it may belong to what was found before.
                out.push(text.found(start.max(free)..end, kind));
                free = end;
                end
            }
            None => at + 1,
        };
    }
}

/// The words of a text with what is known of each.
struct Names<'a, 't> {
    text: &'a TokenisedText<'t>,
    words: Vec<Word>,
}

/// The first word, the word after the last, and what it may be.
type Found = (usize, usize, IdentifierKind);

impl<'a, 't> Names<'a, 't> {
    fn new(text: &'a TokenisedText<'t>) -> Self {
        let mut words: Vec<Word> = Vec::with_capacity(text.tokens.len());
        for (at, token) in text.tokens.iter().enumerate() {
            let word = token.of(text.text);
            let written = if token.made == Made::Letters { written(word) } else { Written::Else };
            // In small letters only a given name counts, and that only if it is nothing else.
            let known = match written {
                Written::Else => 0,
                Written::Small => known(&folded(word)),
                _ => known_with_ending(&folded(word)),
            };
            let before = at.checked_sub(1).map(|before| (words[before], text.gap(before)));
            let begins = before.is_none_or(|(before, gap)| {
                let abbreviated = before.written == Written::Letter
                    && !names_a_letter(text, at - 1)
                    || before.is(TITLE)
                    || text.word(at - 1) == "St";
                if abbreviated && matches!(gap, "." | ". ") { false } else { parts(gap) }
            });
            words.push(Word { written, known, begins });
        }
        Self { text, words }
    }

    fn get(&self, at: usize) -> Word {
        let none = Word { written: Written::Else, known: 0, begins: true };
        self.words.get(at).copied().unwrap_or(none)
    }

    /// Whether a word is one of a list, whatever its capitals.
    fn is_word(&self, at: usize, list: &str) -> bool {
        is_one_of(self.text.word(at), list)
    }

    /// Whether one space, or what stands inside a name, lies between a word and the next.
    fn joined(&self, at: usize) -> bool {
        matches!(self.text.gap(at), " " | "-" | "'" | "’" | "\u{a0}")
    }

    /// Whether it is part of an address, a path or a user name.
    fn in_an_address(&self, at: usize) -> bool {
        let start = self.text.tokens[at].start;
        self.text.text[..start].ends_with(['@', '#', '/', '\\', '_', '&'])
            || at > 0 && self.text.gap(at - 1) == "." && self.get(at - 1).written == Written::Small
    }

    /// A name of somebody that begins at `at`.
    fn person(&self, at: usize) -> Option<Found> {
        let word = self.get(at);
        let may_be = match word.written {
            Written::Small => word.is(GIVEN | TITLE),
            written => written != Written::Else,
        };
        // `Don’t`
        let is_contracted = matches!(self.text.gap(at), "'" | "’") && self.is_word(at + 1, "t");
        if !may_be || is_contracted || self.in_an_address(at) {
            return None;
        }
        if word.is(TITLE)
            && let Some(found) = self.after_title(at)
        {
            return Some(found);
        }
        let is_name = match word.written {
            Written::Capital if word.is_given_name() => true,
            Written::Capital if word.is(GIVEN) => self.is_somebody(at),
            Written::Capital if word.is_unknown() => {
                !(word.begins && is_derived(&folded(self.text.word(at))))
                    && self.is_in_english(at)
                    && !self.is_cited(at)
            }
            Written::Capitals => {
                word.is_given_name()
                    && self.text.word(at).len() >= 4
                    && !(self.text.gap(at) == "-" && self.text.is_number(at + 1))
            }
            Written::Small => {
                word.is_given_name()
                    && self.text.word(at).len() >= 4
                    && self.is_between_ordinary_words(at)
            }
            _ => false,
        };
        if !is_name
            || NAMED_AFTER
                .iter()
                .any(|[one, other]| self.is_word(at, one) && self.is_word(at + 1, other))
        {
            return None;
        }
        let end = self.end_of_name(at + 1);
        // `J. Smith`
        let initial = at > 0
            && self.get(at - 1).written == Written::Letter
            && !names_a_letter(self.text, at - 1)
            && matches!(self.text.gap(at - 1), ". " | " " | ".")
            && !(self.text.gap(at - 1) == " " && self.is_word(at - 1, "a i"));
        let start = if initial { at - 1 } else { at };
        Some(self.kind_of_name(start, end))
    }

    /// A place where the words beside the name say so, a person otherwise.
    fn kind_of_name(&self, start: usize, end: usize) -> Found {
        let next = self.get(end);
        if next.written == Written::Small && next.is(PLACE) && self.text.gap(end - 1) == " " {
            return (start, end + 1, IdentifierKind::PlaceName);
        }
        let is_there = start > 0
            && end == start + 1
            && !self.get(start).is(GIVEN)
            && self.is_word(start - 1, "at in near")
            && !matches!(self.text.gap(start), "'" | "’");
        let kind = if is_there { IdentifierKind::PlaceName } else { IdentifierKind::PersonName };
        (start, end, kind)
    }

    /// `Mr Banks`, `Mrs K`.
    fn after_title(&self, at: usize) -> Option<Found> {
        let gap = self.text.gap(at);
        let next = self.get(at + 1);
        let spoken = self.get(at).written != Written::Small;
        if !matches!(gap, " " | ". " | "." | "\u{a0}") || next.begins {
            return None;
        }
        let before_words = self.is_word(at, TITLES_BEFORE_WORDS);
        match next.written {
            // `Miss Monday's lesson`, `PC World`
            Written::Capital if next.is(PUBLIC) || self.is_word(at + 1, "world team") => None,
            Written::Capital if next.is(ORDINARY) && !next.is(GIVEN) && !before_words => None,
            Written::Capital => Some((at, self.end_of_name(at + 2), IdentifierKind::PersonName)),
            Written::Letter
                if spoken && !(self.is_word(at, "miss") && self.is_word(at + 1, "i")) =>
            {
                let mut end = at + 2;
                while self.get(end).written == Written::Letter
                    && matches!(self.text.gap(end - 1), "." | ". ")
                {
                    end += 1;
                }
                let named = self.get(end).is_capital()
                    && matches!(self.text.gap(end - 1), " " | ". ")
                    && !self.get(end).is(ORDINARY | PUBLIC);
                if named {
                    return Some((at, self.end_of_name(end + 1), IdentifierKind::PersonName));
                }
                Some((at, end, IdentifierKind::Initials))
            }
            // `Ms de Souza`
            Written::Small if next.is(PARTICLE) && before_words => {
                let end = self.end_of_name(at + 1);
                (end > at + 1).then_some((at, end, IdentifierKind::PersonName))
            }
            Written::Small if self.is_word(at, "mr mrs") && !spoken => {
                Some((at, at + 2, IdentifierKind::PersonName))
            }
            _ => None,
        }
    }

    /// The word after a name whose words up to `end` are known to be part of it.
    fn end_of_name(&self, mut end: usize) -> usize {
        loop {
            let next = self.get(end);
            let after_initial = self.get(end - 1).written == Written::Letter
                && matches!(self.text.gap(end - 1), ". " | ".");
            if !self.joined(end - 1) && !after_initial || end >= self.words.len() {
                return end;
            }
            let particle = next.is(PARTICLE) && self.joined(end);
            end += match next.written {
                Written::Capital if next.begins => return end,
                Written::Capital if particle && self.get(end + 1).is_capital() => 2,
                Written::Capital
                    if next.is(GIVEN)
                        || !next.is(PUBLIC | TITLE)
                            && (self.text.gap(end - 1) == "-" || !self.names_a_place(end)) =>
                {
                    1
                }
                // `Jayden SMITH`
                Written::Capitals if !next.is(PUBLIC) && self.text.word(end).len() >= 4 => 1,
                Written::Letter if self.text.gap(end - 1) == " " && !self.is_word(end, "i a") => 1,
                Written::Small if particle && self.get(end + 1).is_capital() => 2,
                // `van der Berg`
                Written::Small
                    if particle
                        && self.get(end + 1).is(PARTICLE)
                        && self.get(end + 2).is_capital() =>
                {
                    3
                }
                _ => return end,
            };
        }
    }

    fn names_a_place(&self, at: usize) -> bool {
        let word = self.get(at);
        word.is_capital() && word.is(PLACE)
    }

    /// Whether a name that is a word too is meant as a name.
    fn is_somebody(&self, at: usize) -> bool {
        let word = self.get(at);
        let next = self.get(at + 1);
        let gap = self.text.gap(at);
        // `the Bill`, `a Dean`
        let article = at > 0 && self.is_word(at - 1, "the a an this that each");
        if article || gap == " " && self.is_word(at + 1, WORD_IS_MEANT) {
            return false;
        }
        let stays = self.is_word(at, NOT_IN_STATES);
        let owns = matches!(gap, "'" | "’") && self.is_word(at + 1, "s");
        if owns {
            return !word.is(PUBLIC) || self.is_word(at + 2, KIN);
        }
        if gap == " " && next.is(DEED) && !(stays && self.is_word(at + 1, STATES)) {
            return true;
        }
        // `Rose Fairclough`, `Grace-Marie`
        if self.joined(at)
            && next.is_capital()
            && !next.begins
            && !next.is(PUBLIC | TITLE)
            && !(word.begins && next.is(ORDINARY) && stays)
            && !self.names_a_place(at + 1)
        {
            return next.is_unknown() || next.is(GIVEN) || !word.begins && !word.is(PUBLIC);
        }
        if gap == " (" && self.text.is_number(at + 1) {
            return !word.is(PUBLIC);
        }
        if gap == " " && self.is_word(at + 1, "and") && self.get(at + 2).is_capital() {
            let other = self.get(at + 2);
            return other.is_given_name() || other.is_unknown();
        }
        // `Mark and his brother`
        if gap == " " && self.is_word(at + 1, "and") && self.is_word(at + 2, "his her") {
            return true;
        }
        if gap == ", " && self.is_word(at + 1, "who aged age") {
            return true;
        }
        !word.begins && !word.is(PUBLIC)
    }

    /// Whether the first small word that follows an unknown word is English: at the beginning of a
    /// sentence in another language every word is unknown.
    fn is_in_english(&self, at: usize) -> bool {
        if !self.get(at).begins {
            return true;
        }
        for next in at + 1..at + 5 {
            if self.text.gap(next - 1).contains(['\n', '.', '!', '?']) || next >= self.words.len() {
                break;
            }
            let word = self.text.word(next);
            if self.get(next).written == Written::Small && word.len() > 1 {
                return known_with_ending(&folded(word)) & ORDINARY != 0;
            }
        }
        true
    }

    fn is_between_ordinary_words(&self, at: usize) -> bool {
        let ordinary = |at: usize| {
            let word = self.text.word(at);
            word.len() > 1 && self.get(at).written == Written::Small && {
                known_with_ending(&folded(word)) & ORDINARY != 0
            }
        };
        // `ellie.jones`, `the-jayden-file`
        let alone = |gap: &str| gap.is_empty() || gap.contains([' ', '\n', '\'', '’']);
        alone(self.text.gap(at))
            && (at == 0 || alone(self.text.gap(at - 1)))
            && (ordinary(at + 1) || at > 0 && ordinary(at - 1))
    }

    /// `Finkelhor (1979)`, `Smith et al`: a book, not a child.
    fn is_cited(&self, at: usize) -> bool {
        let mut end = self.end_of_name(at + 1);
        if self.is_word(end, "and") && self.get(end + 1).is_capital() {
            end = self.end_of_name(end + 2);
        }
        let year = self.text.word(end);
        let is_year = year.len() == 4
            && (year.starts_with("19") || year.starts_with("20"))
            && self.text.is_number(end);
        is_year && matches!(self.text.gap(end - 1), " (" | ", " | " ")
            || self.is_word(end, "et") && self.is_word(end + 1, "al")
            || self.is_word(end, "and") && self.is_word(end + 1, "others colleagues")
    }

    /// `J.B.`, `A.K.` and the names that follow them.
    fn initials(&self, at: usize) -> Option<Found> {
        let mut end = at;
        let mut letters = String::new();
        while self.get(end).written == Written::Letter
            && (end == at || matches!(self.text.gap(end - 1), "." | ". "))
        {
            letters.push_str(self.text.word(end));
            end += 1;
        }
        if !(2..=4).contains(&letters.len()) {
            return None;
        }
        // Child A. B was there.
        if names_a_letter(self.text, at) || self.text.gap(at) != "." || self.in_an_address(at) {
            return None;
        }
        if is_one_of(&letters, ABBREVIATIONS) {
            return None;
        }
        let next = self.get(end);
        let goes_on = matches!(self.text.gap(end - 1), " " | ". ")
            && next.is_capital()
            && (next.is_unknown() || next.is_given_name());
        if goes_on {
            return Some((at, self.end_of_name(end + 1), IdentifierKind::PersonName));
        }
        Some((at, end, IdentifierKind::Initials))
    }

    /// A school, club, building or street whose name begins at `at`.
    fn place(&self, at: usize) -> Option<Found> {
        let first = self.get(at);
        if !first.is_capital() || self.in_an_address(at) {
            return None;
        }
        // Its words with a capital letter, and where the last says what it is.
        let (mut end, mut last) = (at + 1, None);
        loop {
            if self.names_a_place(end) && self.is_next_in_place(end) {
                last = Some(end + 1);
            }
            if end >= self.words.len() || end > at + 10 || !self.is_next_in_place(end) {
                break;
            }
            end += 1;
        }
        let end = last?;
        // What only says the kind of place is not its name.
        let is_specific = |at: usize| {
            let word = self.get(at);
            let kind = word.is(KIND_OF_PLACE) || word.is(PUBLIC) && !word.is(GIVEN);
            word.is_capital() && !kind && !self.is_word(at, "st ysgol")
        };
        let lady = self.is_word(at, "our holy");
        if !lady && !is_specific(at) && !self.is_word(at, "st") {
            return None;
        }
        // The last word only says that it is a place.
        let mut names = (at..end - 1).filter(|at| is_specific(*at) && !self.names_a_place(*at));
        let name = names
            .next()
            .or_else(|| (at..end - 1).find(|at| self.names_a_place(*at) && is_specific(*at)))?;
        let sure =
            names.next().is_some() || !self.get(name).is(ORDINARY) || self.get(name).is(GIVEN);
        // `Excluding School staff`: the capital letter means nothing there.
        if first.begins && name == at && !sure && self.is_verb_like(at) {
            return None;
        }
        let number = at > 0 && self.text.is_number(at - 1) && self.text.gap(at - 1) == " ";
        Some((if number { at - 1 } else { at }, end, IdentifierKind::PlaceName))
    }

    /// Whether the word goes on with a place's name.
    fn is_next_in_place(&self, at: usize) -> bool {
        let word = self.get(at);
        let gap = self.text.gap(at - 1);
        if self.text.tokens.get(at).is_none() {
            return false;
        }
        let after_saint = matches!(gap, ". ") && self.is_word(at - 1, "st");
        let joined = matches!(gap, " " | "-" | "'" | "’" | "\u{a0}" | "' " | "’ ") || after_saint;
        if !joined {
            return false;
        }
        match word.written {
            Written::Capital => !word.begins,
            // `St Mary’s C of E Primary`
            Written::Letter => self.is_word(at, "c e"),
            Written::Capitals => self.is_word(at, "ce rc"),
            // `St Mary’s Primary`
            Written::Small if matches!(gap, "'" | "’") => self.text.word(at) == "s",
            Written::Small => {
                (self.is_word(at, "of the") || word.is(PARTICLE))
                    && (self.get(at + 1).is_capital() || self.is_word(at + 1, "the e"))
            }
            Written::Else => false,
        }
    }

    fn is_verb_like(&self, at: usize) -> bool {
        let word = self.text.word(at);
        word.ends_with("ing") || word.ends_with("ed") || known(&folded(word)) & ORDINARY == 0
    }
}

/// Whether a letter tells children, rooms or plans apart: “Child A”.
fn names_a_letter(text: &TokenisedText<'_>, at: usize) -> bool {
    at > 0 && text.gap(at - 1) == " " && is_one_of(text.word(at - 1), LETTERED)
}

/// Whether a word is one of a list, whatever its capitals.
fn is_one_of(word: &str, list: &str) -> bool {
    list.split_ascii_whitespace().any(|one| one.eq_ignore_ascii_case(word))
}

/// Whether what stands between two words ends a sentence or opens something.
fn parts(gap: &str) -> bool {
    gap.chars().any(|c| !matches!(c, ' ' | '\u{a0}' | ',' | '\'' | '’' | '-' | ')' | ']' | '&'))
        || gap.contains(" '")
        || gap.contains(" - ")
}

fn written(word: &str) -> Written {
    let mut letters = word.chars();
    let Some(first) = letters.next() else { return Written::Else };
    if !first.is_uppercase() {
        return Written::Small;
    }
    let rest = letters.as_str();
    if rest.is_empty() {
        return Written::Letter;
    }
    if !rest.contains(char::is_lowercase) {
        return Written::Capitals;
    }
    let inner = rest.find(char::is_uppercase).map(|at| &word[..first.len_utf8() + at]);
    let is_name = |before: &str| {
        ["Mc", "Mac", "De", "Di", "La", "Le", "Van", "Fitz", "Ni", "Al", "El"].contains(&before)
    };
    if inner.is_some_and(|before| !is_name(before)) { Written::Else } else { Written::Capital }
}
