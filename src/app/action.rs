//! What a key can mean. Names are imperatives; the table in `keymap` says which key and where.

/// Something a person asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is described once, for people, in the key table")]
pub enum KeyAction {
    Previous,
    Next,
    PageBack,
    PageOn,
    Open,
    Back,
    NextFilter,
    PreviousFilter,
    CopyCitation,
    Bookmark,
    RecentSearches,
    NewClinic,
    PracticeClinic,
    ScrollUp,
    ScrollDown,
    Top,
    Bottom,
    NextHeading,
    PreviousHeading,
    NextLink,
    PreviousLink,
    NextNote,
    PreviousNote,
    Find,
    NextMatch,
    PreviousMatch,
    Outline,
    Cite,
    BackOneEntry,
    ForwardOneEntry,
    Sources,
    CopySection,
    CopyParagraph,
    CopyAddress,
    NextField,
    PreviousField,
    FinishStage,
    ReturnStage,
    SkipStage,
    PauseClock,
    ExtendStage,
    Guidance,
    ShowStages,
    ShowScript,
    NextCertainty,
    Undo,
    Redo,
    RestoreRemoved,
    RemovePart,
    BetterWords,
    NamesToAvoid,
    MoveToNewer,
    Help,
    OpenGuide,
    Palette,
    GoSearch,
    GoClinics,
    GoActions,
    GoInsight,
    GoVault,
    CopyTable,
    NextKind,
    FilterActions,
    Correct,
    EnteredInError,
    FollowUp,
    KeepHow,
    ListDue,
    ListTrash,
    Discard,
    Erase,
    LockVault,
    Redraw,
    Quit,
    PreviousValue,
    NextValue,
    PreviousOption,
    NextOption,
    Choose,
    ChooseNumber,
    ClearChoice,
    NewLine,
    PreviousWord,
    NextWord,
    LineStart,
    LineEnd,
    DeleteBack,
    DeleteWord,
    DeleteToStart,
    DeleteToEnd,
    OtherWords,
    OwnPassphrase,
}

impl KeyAction {
    /// The chosen row after this action, of a list of so many rows of which `page` are one page.
    pub(super) fn chosen(self, at: usize, page: usize, rows: usize) -> usize {
        let to = match self {
            Self::Previous => at.saturating_sub(1),
            Self::Next => at + 1,
            Self::PageBack => at.saturating_sub(page),
            Self::PageOn => at + page,
            _ => at,
        };
        to.min(rows.saturating_sub(1))
    }

    /// The first line in view after this action, of a page of so many lines of which `height` are
    /// in view.
    pub(super) fn scrolled(self, top: usize, lines: usize, height: usize) -> usize {
        let page = height.saturating_sub(2).max(1);
        let to = match self {
            Self::ScrollUp => top.saturating_sub(1),
            Self::ScrollDown => top + 1,
            Self::PageBack => top.saturating_sub(page),
            Self::PageOn => top + page,
            Self::Top => 0,
            Self::Bottom => usize::MAX,
            _ => top,
        };
        to.min(lines.saturating_sub(height))
    }
}
