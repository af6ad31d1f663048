//! Names for cases that say nothing about anyone: a bird or a tree, and a number.

const WORDS: [&str; 48] = [
    "ALDER",
    "APPLE",
    "ASH",
    "ASPEN",
    "AVOCET",
    "BEECH",
    "BIRCH",
    "CEDAR",
    "CHERRY",
    "CURLEW",
    "DIPPER",
    "DOVE",
    "DUNLIN",
    "EIDER",
    "ELDER",
    "FINCH",
    "FIR",
    "GOLDCREST",
    "HAZEL",
    "HERON",
    "HOLLY",
    "KESTREL",
    "LAPWING",
    "LARCH",
    "LARK",
    "LIME",
    "LINNET",
    "MAGPIE",
    "MAPLE",
    "MARTIN",
    "OAK",
    "OSPREY",
    "OWL",
    "PEAR",
    "PINE",
    "PLOVER",
    "POPLAR",
    "PUFFIN",
    "ROBIN",
    "ROWAN",
    "SISKIN",
    "SPRUCE",
    "SWALLOW",
    "SWIFT",
    "TEAL",
    "THRUSH",
    "WILLOW",
    "WREN",
];

/// A case key such as `HERON-42`, made from `seed` (a random number from outside) and not among
/// `taken`. Numbers run from 10 to 99, and on from there should every one be taken.
pub fn case_key(seed: u64, taken: &[&str]) -> String {
    let count = WORDS.len() as u64;
    let mut at = seed % (count * 90);
    // One more than are taken always finds a free one.
    for round in 0..=taken.len() as u64 {
        let word = WORDS[(at % count) as usize];
        let number = 10 + at / count % 90 + 90 * (round / (count * 90));
        let key = format!("{word}-{number}");
        if !taken.contains(&key.as_str()) {
            return key;
        }
        at = (at + 1) % (count * 90);
    }
    format!("{}-{seed}", WORDS[(seed % count) as usize])
}

/// Whether a text is a case key: one of the words, and a number.
pub(crate) fn is_case_key(text: &str) -> bool {
    text.split_once('-').is_some_and(|(word, number)| {
        let is_number = (2..=20).contains(&number.len());
        WORDS.contains(&word) && is_number && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_word_and_a_number() {
        for seed in [0, 1, 77, u64::MAX] {
            let key = case_key(seed, &[]);
            let (word, number) = key.split_once('-').expect("a dash");
            assert!(WORDS.contains(&word));
            assert!((10..100).contains(&number.parse::<u32>().expect("a number")));
        }
    }

    #[test]
    fn a_key_that_is_taken_is_not_given_again() {
        let mut taken: Vec<String> = Vec::new();
        for _ in 0..300 {
            let list: Vec<&str> = taken.iter().map(String::as_str).collect();
            let key = case_key(7, &list);
            assert!(!taken.contains(&key));
            taken.push(key);
        }
    }
}
