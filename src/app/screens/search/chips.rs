//! The filters in the rule of the search screen: each with its value, and the one in hand with all it
//! could be. Says where each is, for drawing and for clicks.

use super::state::{Filter, SearchScreen};
use crate::{
    app::effect::Effect,
    knowledge::Library,
    text::{shorten, width},
};

/// Columns that a value may take in a line that is short of room.
const MAX_VALUE_COLUMNS: usize = 16;
/// The first column of the line: before it stands the rule.
const FIRST: usize = 3;
/// From this width on every filter says that it lets everything through.
const SPELT_OUT: usize = 100;

/// A piece of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chip {
    /// Its first column.
    pub column: usize,
    /// What it says.
    pub text: String,
    /// What it is.
    pub part: ChipPart,
    filter: Filter,
    /// The value it stands for; none is any.
    value: Option<String>,
}

/// What a piece of the line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChipPart {
    /// The name of a filter.
    Name,
    /// The name of the filter in hand.
    NameInHand,
    /// A value that could be chosen.
    Value,
    /// The value that a filter has.
    Set,
    /// The value that the filter in hand has.
    InHand,
    /// What stands between two filters.
    Between,
}

impl Chip {
    /// The column behind it.
    pub fn end(&self) -> usize {
        self.column + width(&self.text)
    }
}

/// How much the overview says, from everything to the least.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Detail {
    /// Each filter says that it lets everything through.
    Everything,
    /// Only the first of those that let everything through says so.
    WithoutAny,
    /// A value that is chosen stands without the name of its filter.
    WithoutNames,
    /// Only what is chosen.
    ChosenOnly,
}

impl SearchScreen {
    /// The pieces that fit on a line of so many columns.
    pub fn chips(&self, library: &Library, columns: usize) -> Vec<Chip> {
        if let Some(filter) = self.in_hand {
            return self.values_of(filter, library, columns);
        }
        let details = [Detail::Everything, Detail::WithoutAny, Detail::WithoutNames];
        let details = details.into_iter().skip(usize::from(columns < SPELT_OUT));
        let fits = |chips: &Vec<Chip>| chips.iter().all(|chip| chip.end() < columns);
        let found = details.map(|detail| self.overview(library, detail)).find(fits);
        found.unwrap_or_else(|| {
            let mut least = self.overview(library, Detail::ChosenOnly);
            least.retain(|chip| chip.end() < columns);
            while least.last().is_some_and(|chip| chip.part == ChipPart::Between) {
                least.pop();
            }
            least
        })
    }

    fn overview(&self, library: &Library, detail: Detail) -> Vec<Chip> {
        let mut chips: Vec<Chip> = Vec::new();
        let mut says_any = true;
        for filter in Filter::all(library) {
            let value = filter.chosen(&self.filters);
            let name = filter.name();
            let (name, said) = match value {
                Some(value) if detail >= Detail::WithoutNames => {
                    (None, Some(shorten(value, MAX_VALUE_COLUMNS)))
                }
                Some(value) => (Some(name.to_owned()), Some(value.to_owned())),
                None if detail == Detail::ChosenOnly => continue,
                None if says_any => (Some(format!("any {name}")), None),
                None => (Some(name.to_owned()), None),
            };
            if value.is_none() && detail >= Detail::WithoutAny {
                says_any = false;
            }
            let between = (!chips.is_empty()).then(|| "·".to_owned());
            let texts =
                [(between, ChipPart::Between), (name, ChipPart::Name), (said, ChipPart::Set)];
            for (text, part) in texts {
                let Some(text) = text else { continue };
                let column = chips.last().map_or(FIRST, |last| last.end() + 1);
                chips.push(Chip { column, text, part, filter, value: value.map(str::to_owned) });
            }
        }
        chips
    }

    fn values_of(&self, filter: Filter, library: &Library, columns: usize) -> Vec<Chip> {
        let chosen = filter.chosen(&self.filters);
        let counts = self.counts(library);
        let values = filter.values(&counts);
        let chip = |column, text: String, value: Option<&str>| {
            let is_chosen = value == chosen;
            Chip {
                column,
                text: if is_chosen { format!("‹{text}›") } else { text },
                part: if is_chosen { ChipPart::InHand } else { ChipPart::Value },
                filter,
                value: value.map(str::to_owned),
            }
        };
        let name = format!("{}:", filter.name());
        let any = chip(FIRST + width(&name) + 1, "any".to_owned(), None);
        let part = ChipPart::NameInHand;
        let mut column = any.end() + 2;
        let mut chips = vec![Chip { column: FIRST, text: name, part, filter, value: None }, any];
        // As many as fit, from far enough on that the chosen one is among them.
        let at = values.iter().position(|(name, _)| Some(*name) == chosen).unwrap_or(0);
        let room = columns.saturating_sub(column + 8);
        let longest = room.max(MAX_VALUE_COLUMNS);
        let said = |(name, count): &(&str, usize)| format!("{} {count}", shorten(name, longest));
        let fits = |first: &usize| {
            values[*first..=at].iter().map(|value| width(&said(value)) + 2).sum::<usize>() <= room
        };
        let first = if values.is_empty() { 0 } else { (0..=at).find(fits).unwrap_or(at) };
        for value in &values[first..] {
            let chip = chip(column, said(value), Some(value.0));
            if chip.end() >= columns {
                break;
            }
            column = chip.end() + 2;
            chips.push(chip);
        }
        chips
    }

    /// A click on a column of the line: a filter goes on to its next value; of the one in hand a
    /// value is chosen.
    pub fn click_chips(&mut self, library: &Library, columns: usize, column: usize) -> Vec<Effect> {
        let chips = self.chips(library, columns);
        let is_there = |chip: &&Chip| (chip.column..chip.end()).contains(&column);
        let Some(chip) = chips.iter().find(is_there) else { return Vec::new() };
        if chip.part == ChipPart::Between {
            return Vec::new();
        }
        if self.in_hand.is_none() || chip.part == ChipPart::NameInHand {
            return self.step(library, chip.filter, true);
        }
        chip.filter.choose(&mut self.filters, chip.value.as_deref());
        self.chosen = 0;
        self.ask()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        knowledge::{Kind, SAMPLE, sample_library},
        search::Facet,
    };

    fn column_of(screen: &SearchScreen, library: &Library, text: &str) -> usize {
        let chips = screen.chips(library, 80);
        let found = chips.iter().find(|chip| chip.text.trim_start_matches('‹').starts_with(text));
        found.unwrap_or_else(|| panic!("no {text}")).column
    }

    #[test]
    fn a_click_on_a_filter_steps_it_and_back_to_any_after_the_last_value() {
        let library = sample_library();
        let mut screen = SearchScreen::default();
        let column = column_of(&screen, &library, "any kind");
        screen.click_chips(&library, 80, column);
        assert!(screen.filters.kind.is_some());
        screen.click_chips(&library, 80, column + 1);
        assert!(screen.filters.kind.is_none(), "the sample has one kind");
        assert!(screen.in_hand.is_none());
        screen.click_chips(&library, 80, 79);
        assert!(screen.filters.kind.is_none());
    }

    #[test]
    fn a_click_on_a_value_of_the_filter_in_hand_chooses_it() {
        let library = sample_library();
        let mut screen = SearchScreen::default();
        screen.turn_filter(&library, true);
        let kind = library.entries()[0].kind.name();
        let column = column_of(&screen, &library, kind);
        screen.click_chips(&library, 80, column);
        assert_eq!(screen.filters.kind.map(Kind::name), Some(kind));
        let column = column_of(&screen, &library, "any");
        screen.click_chips(&library, 80, column);
        assert_eq!(screen.filters.kind, None);
    }

    #[test]
    fn filters_say_that_they_let_everything_through_once_or_each_by_the_width() {
        let (library, mut screen) = (Library::bundled(), SearchScreen::default());
        let line = |screen: &SearchScreen, columns| {
            let chips = screen.chips(&library, columns).into_iter().map(|chip| chip.text);
            chips.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(line(&screen, 80), "any kind · nation · setting · age · status");
        assert_eq!(line(&screen, 60), line(&screen, 80));
        let wide = "any kind · any nation · any setting · any age · any status";
        assert_eq!(line(&screen, 100), wide);
        Filter::Facet(Facet::Kind).choose(&mut screen.filters, Some("guidance"));
        assert_eq!(line(&screen, 80), "kind guidance · any nation · setting · age · status");
    }

    fn with_a_pack() -> Library {
        let shelf = tempfile::tempdir().expect("a temporary folder");
        let place = shelf.path().join("northmoor-and-the-dales");
        std::fs::create_dir(&place).expect("made");
        let about = "id = \"northmoor-and-the-dales\"\ntitle = \"N\"\nversion = \"1\"\n";
        for (name, text) in [("pack.toml", about), ("one.md", SAMPLE)] {
            std::fs::write(place.join(name), text).expect("written");
        }
        Library::with_packs(shelf.path())
    }

    #[test]
    fn packs_are_a_filter_only_where_there_is_more_than_one() {
        let mut screen = SearchScreen::default();
        let bundled = Library::bundled();
        assert!(screen.chips(&bundled, 80).iter().all(|chip| !chip.text.starts_with("pack")));
        let library = with_a_pack();
        screen.turn_filter(&library, false);
        assert_eq!(screen.in_hand, Some(Filter::Pack));
        let bundled_ones = format!("caseclinic {}", bundled.entries().len());
        let texts: Vec<String> =
            screen.chips(&library, 80).into_iter().map(|chip| chip.text).collect();
        assert_eq!(texts, ["pack:", "‹any›", &bundled_ones, "northmoor-and-the-dales 1"]);
        screen.step(&library, Filter::Pack, false);
        assert_eq!(screen.filters.pack.as_deref(), Some("northmoor-and-the-dales"));
        let column = column_of(&screen, &library, "caseclinic");
        screen.click_chips(&library, 80, column);
        assert_eq!(screen.filters.pack.as_deref(), Some("caseclinic"));
    }

    #[test]
    fn no_choice_makes_the_chips_leave_the_line_and_what_is_chosen_shows() {
        let library = with_a_pack();
        let mut screen = SearchScreen::default();
        let everything = [
            (Filter::Pack, "northmoor-and-the-dales"),
            (Filter::Facet(Facet::Setting), "youth-justice"),
            (Filter::Facet(Facet::Nation), "Northern Ireland"),
            (Filter::Facet(Facet::Status), "superseded"),
            (Filter::Facet(Facet::Kind), "principle"),
            (Filter::Facet(Facet::Age), "13-17"),
        ];
        for (filter, value) in everything {
            filter.choose(&mut screen.filters, Some(value));
            for columns in [60, 80, 120] {
                let chips = screen.chips(&library, columns);
                assert!(chips.iter().all(|chip| chip.end() < columns), "{columns}: {chips:?}");
                let apart = chips.windows(2).all(|two| two[0].end() < two[1].column);
                assert!(apart, "{columns}: {chips:?}");
                if columns >= 80 {
                    let begins: String = value.chars().take(8).collect();
                    let shown = chips.iter().any(|chip| chip.text.starts_with(&begins));
                    assert!(shown, "{columns}: {chips:?}");
                }
            }
        }
    }
}
