//! The screens: for each its state and what its keys do.

pub(crate) mod actions;
pub(crate) mod clinic;
pub(crate) mod clinics;
pub(crate) mod completed;
pub(crate) mod hand_over;
pub(crate) mod insight;
pub(crate) mod locked;
pub(crate) mod note;
pub(crate) mod reader;
pub(crate) mod search;
pub(crate) mod settings;
pub(crate) mod vault;

/// Which screen is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Screen {
    /// Search.
    #[default]
    Search,
    /// One entry.
    Reader,
    /// The list of clinics.
    Clinics,
    /// A clinic.
    Clinic,
    /// What a clinic that was just completed agreed.
    Completed,
    /// Handing a note over as a document.
    HandOver,
    /// A completed note.
    Note,
    /// The list of actions.
    Actions,
    /// Counts.
    Insight,
    /// The vault itself.
    Vault,
    /// The settings.
    Settings,
    /// Nothing of a note: the vault is locked.
    Locked,
}
