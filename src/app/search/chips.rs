//! The filters at the bottom of the search screen: each with its value, and the one in hand with
//! all it could be. Says where each stands, for whoever draws it and whoever clicks on it.

use super::SearchScreen;
use crate::{
    app::effect::Effect,
    knowledge::Library,
    search::{Counts, Facet},
    text::width,
};

/// A piece of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chip {
    /// Its first column.
    pub column: usize,
    /// What it says.
    pub text: String,
    /// What it is.
    pub part: ChipPart,
    facet: Facet,
    /// The value it stands for; none is any.
    value: Option<&'static str>,
}

/// What a piece of the line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChipPart {
    /// The name of a filter.
    Name,
    /// The name of the filter in hand.
    NameInHand,
    /// A value.
    Value,
    /// The value that is chosen.
    Chosen,
}

impl SearchScreen {
    /// The pieces that fit on a line of so many columns.
    pub fn chips(&self, library: &Library, columns: usize) -> Vec<Chip> {
        match self.facet {
            Some(facet) => self.values_of(facet, library, columns),
            None => self.overview(),
        }
    }

    fn overview(&self) -> Vec<Chip> {
        let mut chips = Vec::new();
        let mut column = 1;
        for facet in Facet::ALL {
            let value = facet.chosen(&self.filters);
            let part = if value.is_some() { ChipPart::Chosen } else { ChipPart::Value };
            let said = value.unwrap_or("any").to_owned();
            for (text, part, gap) in
                [(format!("{}:", facet.name()), ChipPart::Name, 1), (said, part, 2)]
            {
                let end = column + width(&text) + gap;
                chips.push(Chip { column, text, part, facet, value });
                column = end;
            }
        }
        chips
    }

    fn values_of(&self, facet: Facet, library: &Library, columns: usize) -> Vec<Chip> {
        let chosen = facet.chosen(&self.filters);
        let counts: Counts = self.counts(library);
        let values = counts.values(facet);
        let part = |value| if value == chosen { ChipPart::Chosen } else { ChipPart::Value };
        let name = format!("‹{}›", facet.name());
        let any = 1 + width(&name) + 1;
        let mut column = any + width("any") + 2;
        let mut chips = vec![
            Chip { column: 1, text: name, part: ChipPart::NameInHand, facet, value: None },
            Chip { column: any, text: "any".to_owned(), part: part(None), facet, value: None },
        ];
        // As many as fit, from far enough on that the chosen one is among them.
        let at = values.iter().position(|(name, _)| Some(*name) == chosen).unwrap_or(0);
        let said = |(name, count): &(&str, usize)| format!("{name} {count}");
        let room = columns.saturating_sub(column + 8);
        let fits = |first: &usize| {
            values[*first..=at].iter().map(|value| width(&said(value)) + 2).sum::<usize>() <= room
        };
        let first = if values.is_empty() { 0 } else { (0..=at).find(fits).unwrap_or(at) };
        for value in &values[first..] {
            let text = said(value);
            let end = column + width(&text);
            if end > columns {
                break;
            }
            chips.push(Chip {
                column,
                text,
                part: part(Some(value.0)),
                facet,
                value: Some(value.0),
            });
            column = end + 2;
        }
        chips
    }

    /// A click on a column of the line: a filter goes on to its next value; of the one in hand a
    /// value is chosen.
    pub fn click_chips(&mut self, library: &Library, columns: usize, column: usize) -> Vec<Effect> {
        let chips = self.chips(library, columns);
        let is_there =
            |chip: &&Chip| (chip.column..chip.column + width(&chip.text)).contains(&column);
        let Some(chip) = chips.iter().find(is_there) else { return Vec::new() };
        if self.facet.is_none() || chip.part == ChipPart::NameInHand {
            return self.step(library, chip.facet, true);
        }
        chip.facet.choose(&mut self.filters, chip.value);
        self.chosen = 0;
        self.ask()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::sample_library;

    fn column_of(screen: &SearchScreen, library: &Library, text: &str) -> usize {
        let chips = screen.chips(library, 80);
        let found = chips.iter().find(|chip| chip.text.starts_with(text));
        found.unwrap_or_else(|| panic!("no {text}")).column
    }

    #[test]
    fn a_click_on_a_filter_steps_it_and_back_to_any_after_the_last_value() {
        let library = sample_library();
        let mut screen = SearchScreen::default();
        let column = column_of(&screen, &library, "kind:");
        screen.click_chips(&library, 80, column);
        assert!(screen.filters.kind.is_some());
        screen.click_chips(&library, 80, column + 1);
        assert!(screen.filters.kind.is_none(), "the sample has one kind");
        assert!(screen.facet.is_none());
        screen.click_chips(&library, 80, 79);
        assert!(screen.filters.kind.is_none());
    }

    #[test]
    fn a_click_on_a_value_of_the_filter_in_hand_chooses_it() {
        let library = sample_library();
        let mut screen = SearchScreen::default();
        screen.turn_facet(true);
        let kind = library.entries()[0].kind.name();
        let column = column_of(&screen, &library, kind);
        screen.click_chips(&library, 80, column);
        assert_eq!(Facet::Kind.chosen(&screen.filters), Some(kind));
        let column = column_of(&screen, &library, "any");
        screen.click_chips(&library, 80, column);
        assert_eq!(Facet::Kind.chosen(&screen.filters), None);
    }
}
