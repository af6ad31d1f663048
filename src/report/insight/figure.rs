//! One figure: a table of counts, what is counted, with the cases behind each line, and what it can
//! and cannot say.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::Serialize;

use super::suppress::{CellCount, Count, OwnCount, suppress};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FigureUnit {
    /// Completed notes.
    Notes,
    /// Behaviours placed on the continuum.
    Behaviours,
    /// Children of a note.
    Children,
    /// Actions.
    Actions,
    /// Answers: one of each note, or of each part of it where it is asked so.
    Answers,
}

impl FigureUnit {
    /// In the plural, small letters.
    pub fn title(self) -> &'static str {
        match self {
            Self::Notes => "notes",
            Self::Behaviours => "behaviours",
            Self::Children => "children",
            Self::Actions => "actions",
            Self::Answers => "answers",
        }
    }
}

/// The title and meaning of a figure, without its numbers.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct FigureInfo {
    /// A short name that stays the same between versions.
    pub id: &'static str,
    /// Shown above it.
    pub title: &'static str,
    /// What is counted.
    #[serde(rename = "counts")]
    pub unit: FigureUnit,
    /// What it can say, in a sentence.
    pub says: &'static str,
    /// What it cannot say, in a sentence.
    pub cannot_say: &'static str,
}

/// One line of a figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FigureRow<N = Count> {
    /// A short name that stays the same between versions.
    pub code: String,
    /// Shown: from the program or a template, never typed in a meeting.
    pub label: String,
    /// How many.
    #[serde(flatten)]
    pub count: N,
}

/// A table of counts: with the small ones hidden, or for the owner of the vault with all of them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure<N = Count> {
    /// What it is about.
    #[serde(flatten)]
    pub about: &'static FigureInfo,
    /// Its lines, in an order that means something.
    pub rows: Vec<FigureRow<N>>,
    /// How many were counted. Where one note may count in several lines, less than their sum.
    pub total: N,
}

macro_rules! figures {
    ($($name:ident: $id:literal, $title:literal, $unit:ident, $says:literal, $cannot:literal;)*) => {
        $(pub(super) static $name: FigureInfo = FigureInfo {
            id: $id,
            title: $title,
            unit: FigureUnit::$unit,
            says: $says,
            cannot_say: $cannot,
        };)*
        /// Every figure there may be, in the order they are shown.
        pub static FIGURES: &[&FigureInfo] = &[$(&$name),*];
    };
}

figures! {
    QUARTERS: "quarters", "When clinics were held", Notes,
        "How many completed notes were started in each quarter of the year.",
        "Whether harmful behaviour went up or down. This counts meetings, and depends on how often people meet.";
    TEMPLATES: "templates", "Meeting formats used", Notes,
        "Which meeting formats people completed notes with.",
        "Which format helps more. People choose a format to suit the case.";
    PLACEMENT: "placement", "Agreed placement", Behaviours,
        "Where groups placed the behaviours they discussed.",
        "How common this behaviour is. People bring hard cases, and one case may include several behaviours.";
    SPREAD_FIRST: "spread-first", "How far apart views were before talking, first round", Behaviours,
        "How many stages of the continuum apart the lowest and highest private placements were, before anyone spoke.",
        "Who was right. Views may differ because people know different things. Differences are worth discussing; they are not a score to reduce.";
    SPREAD_AFTER: "spread-after", "How far apart views were after talking, second round", Behaviours,
        "How many stages of the continuum apart the placements were, when a group placed again after talking.",
        "That talking led to a better placement. People may also agree because they are tired, or because one voice is loudest.";
    AGES_DISPLAYED: "ages-displayed", "Age of children who showed the behaviour", Children,
        "The ages recorded for children who showed the behaviour, in bands.",
        "At which age this behaviour is likely. The figure depends on which children services bring to a clinic. A child discussed twice counts twice.";
    AGES_HARMED: "ages-harmed", "Age of children who were, or may have been, harmed", Children,
        "The ages recorded for children who were, or may have been, harmed, in bands.",
        "Which children are harmed most often. Children whose harm nobody has noticed are not in any note. A child discussed twice counts twice.";
    SETTINGS: "settings", "Where it happened", Answers,
        "Which kinds of place were chosen, in notes whose format asks. One note may name several.",
        "Where children are most at risk. More is noticed in places where adults are watching.";
    TECHNOLOGY: "technology", "Technology-assisted behaviour", Answers,
        "How often a group recorded that part of the behaviour was online, in notes whose format asks.",
        "How much happens online. Much of it is never reported.";
    RESPONSE: "response", "Level of response", Notes,
        "Which level of response groups agreed.",
        "Which response children then received, or whether it helped.";
    ACTIONS: "actions", "Outcomes of actions", Actions,
        "Which actions were recorded as done, and when, and which are open, overdue or dropped.",
        "Whether a child is better off. An action may be done but not recorded, or done but no help. Dropping an action can be right.";
    CONFIDENCE_BEFORE: "confidence-before", "Presenter’s confidence before (1 to 5)", Notes,
        "How confident presenters said they felt about the next step, at the start of the meeting.",
        "How capable they are. Many capable people feel unsure about hard cases.";
    CONFIDENCE_AFTER: "confidence-after", "Presenter’s confidence after (1 to 5)", Notes,
        "How confident presenters said they felt about the next step, at the end of the meeting.",
        "That the next step was right, or that the confidence lasts.";
    CONFIDENCE_CHANGE: "confidence-change", "Change in presenter’s confidence", Notes,
        "In how many notes the presenter’s confidence rose, stayed the same or fell during the meeting.",
        "That the meeting was the cause. A fall can be a good sign: somebody saw what was missing.";
    SKIPPED: "skipped", "Stages skipped", Notes,
        "Which stages were skipped, and in how many notes. One note may skip several.",
        "Why. The reasons are in the notes and are not counted. Skipping a stage can be right.";
    SUPERVISION: "supervision", "Supervision held", Notes,
        "How many supervision notes, for one worker or for a group, were started in each quarter and completed. They are counted here and nowhere else.",
        "Who had supervision and who did not, how anyone felt, or what came out of it. Nothing said in supervision is counted.";
}

/// The day in universal time: a figure is the same wherever it is made.
pub(super) fn day_of(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// A case, by a number given while counting; its key is never kept.
pub(super) type Case = u32;

#[derive(Debug)]
pub(super) struct FigureTally {
    about: &'static FigureInfo,
    lines: Vec<TallyLine>,
    /// Lines count the same thing several times; the total is counted by itself.
    several: Option<TallyLine>,
}

#[derive(Debug, Default)]
struct TallyLine {
    code: String,
    label: String,
    count: u64,
    cases: BTreeSet<Case>,
}

impl TallyLine {
    fn cell(&self) -> CellCount {
        CellCount { count: self.count, cases: self.cases.len() as u64 }
    }

    fn add(&mut self, case: Case) {
        self.count += 1;
        self.cases.insert(case);
    }
}

impl FigureTally {
    /// A table with these lines in this order; others are added behind them.
    pub(super) fn new(about: &'static FigureInfo, lines: &[(&str, &str)]) -> Self {
        let mut tally = Self { about, lines: Vec::new(), several: None };
        for (code, label) in lines {
            tally.line(code, label);
        }
        tally
    }

    /// A table in which one thing may count in several lines.
    pub(super) fn of_several(about: &'static FigureInfo, lines: &[(&str, &str)]) -> Self {
        Self { several: Some(TallyLine::default()), ..Self::new(about, lines) }
    }

    fn line(&mut self, code: &str, label: &str) -> &mut TallyLine {
        let at = self.lines.iter().position(|line| line.code == code).unwrap_or_else(|| {
            let (code, label) = (code.to_owned(), label.to_owned());
            self.lines.push(TallyLine { code, label, ..TallyLine::default() });
            self.lines.len() - 1
        });
        &mut self.lines[at]
    }

    /// Adds an empty line if there is none, to show a choice that nobody made.
    pub(super) fn expect(&mut self, code: &str, label: &str) {
        self.line(code, label);
    }

    pub(super) fn add(&mut self, code: &str, label: &str, case: Case) {
        self.line(code, label).add(case);
    }

    /// Counts one more in the total of things that count in several lines.
    pub(super) fn add_whole(&mut self, case: Case) {
        if let Some(whole) = &mut self.several {
            whole.add(case);
        }
    }

    /// Sorts the lines by their codes.
    pub(super) fn sorted(mut self) -> Self {
        self.lines.sort_by(|one, other| one.code.cmp(&other.code));
        self
    }

    /// Moves these lines behind all others.
    pub(super) fn with_last(mut self, codes: &[&str]) -> Self {
        self.lines
            .sort_by_key(|line| codes.iter().position(|code| *code == line.code).map(|at| at + 1));
        self
    }

    /// The table as others may see it.
    pub(super) fn figure(&self) -> Figure {
        let cells: Vec<CellCount> = self.lines.iter().map(TallyLine::cell).collect();
        let (counts, sum) = suppress(&cells);
        let total = match &self.several {
            None => sum,
            Some(whole) => suppress(&[whole.cell()]).0[0],
        };
        // A total that is hidden hides the lines as well.
        let hide = total == Count::Hidden;
        let shown = |count: &Count| if hide { Count::Hidden } else { *count };
        self.with(counts.iter().map(shown), total)
    }

    /// The table with every number, for the owner of the vault alone.
    pub(super) fn own_figure(&self) -> Figure<OwnCount> {
        let total = self.several.as_ref().map_or_else(
            || CellCount {
                count: self.lines.iter().map(|line| line.count).sum(),
                cases: self.lines.iter().flat_map(|line| &line.cases).collect::<BTreeSet<_>>().len()
                    as u64,
            },
            TallyLine::cell,
        );
        let counts = self.lines.iter().map(|line| OwnCount::of(line.cell()));
        self.with(counts, OwnCount::of(total))
    }

    fn with<N>(&self, counts: impl Iterator<Item = N>, total: N) -> Figure<N> {
        let rows = self.lines.iter().zip(counts).map(|(line, count)| FigureRow {
            code: line.code.clone(),
            label: line.label.clone(),
            count,
        });
        Figure { about: self.about, rows: rows.collect(), total }
    }
}
