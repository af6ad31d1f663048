//! The screens there are.

/// Which screen is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// Search.
    Search,
    /// One entry.
    Reader,
    /// The list of clinics.
    Clinics,
    /// A clinic.
    Clinic,
    /// A completed note.
    Note,
    /// The list of actions.
    Actions,
    /// Counts.
    Insight,
    /// The vault itself.
    Vault,
    /// Nothing of a note: the vault is locked.
    Locked,
}
