//! One figure: a table of counts, what is counted, and what it can and cannot say.

use super::suppress::Count;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
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

impl Unit {
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

/// What a figure is about, whatever its numbers.
#[derive(Debug, PartialEq, Eq)]
pub struct About {
    /// A short name that stays the same between versions.
    pub id: &'static str,
    /// Shown above it.
    pub title: &'static str,
    /// What is counted.
    pub unit: Unit,
    /// What it can say, in a sentence.
    pub says: &'static str,
    /// What it cannot say, in a sentence.
    pub cannot_say: &'static str,
}

/// One line of a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// A short name that stays the same between versions.
    pub code: String,
    /// Shown: from the program or a template, never typed in a meeting.
    pub label: String,
    /// How many.
    pub count: Count,
}

/// A table of counts with the small ones hidden.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// What it is about.
    pub about: &'static About,
    /// Its lines, in an order that means something.
    pub rows: Vec<Row>,
    /// How many were counted. Where one note may count in several lines, less than their sum.
    pub total: Count,
    /// The mean, to one decimal, where lines are numbers and none is hidden.
    pub mean: Option<f64>,
}

macro_rules! figures {
    ($($name:ident: $id:literal, $title:literal, $unit:ident, $says:literal, $cannot:literal;)*) => {
        $(pub(super) static $name: About = About {
            id: $id,
            title: $title,
            unit: Unit::$unit,
            says: $says,
            cannot_say: $cannot,
        };)*
        /// Every figure there may be, in the order they are shown.
        pub static FIGURES: &[&About] = &[$(&$name),*];
    };
}

figures! {
    QUARTERS: "quarters", "When clinics were held", Notes,
        "How many completed notes began in each quarter of the year.",
        "Whether there was more or less harmful behaviour: it counts meetings, and follows how often people meet.";
    TEMPLATES: "templates", "Formats used", Notes,
        "Which meeting formats people completed notes with.",
        "Which format helps more: people choose a format for the case they have.";
    PLACEMENT: "placement", "Agreed placement", Behaviours,
        "Where groups placed the behaviours they talked about.",
        "How common such behaviour is: cases are brought because they are hard, and one case may hold several behaviours.";
    SPREAD_FIRST: "spread-first", "Spread of private placements, first round", Behaviours,
        "How many steps lay between the lowest and the highest private placement before anyone spoke.",
        "Who was right. A wide spread may mean different knowledge, and is worth talking about, not reducing.";
    SPREAD_AFTER: "spread-after", "Spread after talking, second round", Behaviours,
        "How many steps lay between placements when a group placed once more after talking.",
        "That talking made it better: agreement may also come from tiredness or from whoever speaks loudest.";
    AGES_DISPLAYED: "ages-displayed", "Age of children who showed the behaviour", Children,
        "The ages recorded for children who showed the behaviour, in bands.",
        "At which age such behaviour is likely: it shows whom services bring to a clinic. A child talked about twice counts twice.";
    AGES_HARMED: "ages-harmed", "Age of children who were, or may have been, harmed", Children,
        "The ages recorded for children who were, or may have been, harmed, in bands.",
        "Who is harmed most: children nobody has noticed are in no note. A child talked about twice counts twice.";
    SETTINGS: "settings", "Where it happened", Answers,
        "Which kinds of place were chosen in notes whose format asks for them; one note may name several.",
        "Where children are in danger: places where adults look see more.";
    TECHNOLOGY: "technology", "Technology-assisted", Answers,
        "How often a group recorded that part of it was online, where the format asks.",
        "How much happens online: much of it is never told.";
    RESPONSE: "response", "Level of response", Notes,
        "Which level of response groups agreed.",
        "Which level children then received, or whether it helped.";
    ACTIONS: "actions", "What became of actions", Actions,
        "Whether actions were recorded as done, when, and which are open, overdue or dropped.",
        "Whether a child is better off: an action nobody recorded may be done, and one that is done may not have helped. Dropping one can be right.";
    CONFIDENCE_BEFORE: "confidence-before", "Presenter’s confidence before (1 to 5)", Notes,
        "How confident presenters said they were about the next step at the start.",
        "How able they are: many able people are unsure in hard cases.";
    CONFIDENCE_AFTER: "confidence-after", "Presenter’s confidence after (1 to 5)", Notes,
        "How confident presenters said they were about the next step at the end.",
        "That the next step was right, or that confidence lasts.";
    CONFIDENCE_CHANGE: "confidence-change", "Change of confidence", Notes,
        "In how many notes the presenter’s confidence rose, stayed or fell in the meeting.",
        "That the meeting was the cause. Falling can be a good sign: somebody saw what was missing.";
    SKIPPED: "skipped", "Stages skipped", Notes,
        "Which stages were skipped, and in how many notes; one note may skip several.",
        "Why: the reasons are in the notes, and are not counted. Skipping can be right.";
    SUPERVISION: "supervision", "Supervision held", Notes,
        "How many supervision notes, of one worker or of a group, began in each quarter and were completed. They are counted here and nowhere else.",
        "Who had supervision and who had none, how anyone felt, or what came of it: nothing that was said there is counted.";
}
