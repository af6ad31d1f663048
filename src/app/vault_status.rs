//! What is known of the vault and of saving, for every screen.

use zeroize::Zeroizing;

/// The vault as seen without a passphrase.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum VaultStatus {
    /// Nobody looked yet.
    #[default]
    Unknown,
    /// There is none.
    Missing,
    /// There is one, locked.
    Locked,
    /// It is open.
    Open,
    /// It can't be used: a sentence with what to do.
    Unusable(String),
}

/// How a vault was found when it was opened.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct VaultOpening {
    /// Why nothing can be saved from this window, if so.
    pub read_only: Option<String>,
    /// How the vault is older than what this computer saw of it, with advice.
    pub rollback: Option<String>,
    /// Nobody ever confirmed to have the recovery sheet.
    pub is_sheet_unconfirmed: bool,
}

/// A recovery sheet, to be shown once.
pub struct RecoveryShown {
    /// The sheet as text.
    pub sheet: Zeroizing<String>,
    /// It takes the place of another one as soon as it is confirmed.
    pub renewed: bool,
    /// The question for the part to be typed again.
    pub question: String,
    /// Whether what was typed is that part.
    pub confirms: Box<dyn Fn(&str) -> bool + Send>,
}

/// The one visible state of saving.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum SaveStatus {
    /// Nothing to save yet.
    #[default]
    Nothing,
    /// Being written.
    Saving,
    /// On the disk since then.
    Saved(jiff::Timestamp),
    /// Not on the disk: a sentence with the reason.
    NotSaved(String),
}
