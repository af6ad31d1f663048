//! The words on screen that journeys wait for, in one place: a wording that changes is changed here.

/// On Search, once the knowledge base is read.
pub(crate) const READY: &str = "any kind";
pub(crate) const NO_VAULT: &str = "no vault yet";
pub(crate) const VAULT_LOCKED: &str = "vault locked";
pub(crate) const VAULT_OPEN: &str = "vault open";
pub(crate) const FORMATS: &str = "Which meeting format?";
pub(crate) const OFFER: &str = "Enter use these words";
pub(crate) const OWN_PASSPHRASE: &str = "At least 12 characters";
pub(crate) const ONCE_MORE: &str = "Type it again to confirm.";
pub(crate) const SHEET: &str = "Your recovery sheet";
pub(crate) const UNLOCK: &str = "Unlock the vault";
pub(crate) const WRONG: &str = "does not unlock the vault";
pub(crate) const SAVED: &str = "Saved ";
pub(crate) const NOT_SAVED: &str = "NOT SAVED";
pub(crate) const LOCKS_SOON: &str = "The vault will lock soon";
pub(crate) const DRAFT_KEPT: &str = "The draft is saved";
pub(crate) const PRACTICE: &str = "nothing is saved";
pub(crate) const PLACING: &str = "Placing privately";
pub(crate) const PRESS_A_NUMBER: &str = "Press a number";
pub(crate) const CHOSEN_HIDDEN: &str = "Chosen and hidden";
pub(crate) const COMPLETED: &str = "Saved as revision";
pub(crate) const LARGER: &str = "Make the window larger";
pub(crate) const CITED: &str = "Cited in the note";
pub(crate) const COPIED: &str = "Copied.";
pub(crate) const ACT_FIRST: &str = "Stop here and act first";

/// The stages of the peer case clinic, as the rule shows the open one.
pub(crate) const STAGES: [&str; 8] = [
    "1 Open",
    "2 The case",
    "3 Behaviour",
    "4 Placement",
    "5 Risk, need",
    "6 Reflection",
    "7 Response",
    "8 Close",
];

pub(crate) const IN_DANGER: &str = "Might any child be in danger now";
pub(crate) const KNOWN_CHILD: &str = "Was everyone asked before today";
pub(crate) const GROUND_RULES: &str = "Ground rules agreed";
pub(crate) const QUESTION: &str = "What is your one question for today?";
pub(crate) const UNDERSTAND: &str = "What would each child want us to understand?";
pub(crate) const CONFIDENT: &str = "Presenter: how confident do you feel";
pub(crate) const ADD_SOMEBODY: &str = "Add a person";
pub(crate) const WHO_IS_HERE: &str = "Their profession or role";
pub(crate) const ROLE_TODAY: &str = "What is their role today?";
pub(crate) const LIVE_ENQUIRY: &str = "Is there a live police";
pub(crate) const WHY_NOW: &str = "Why now?";
pub(crate) const TRIED: &str = "What has been tried";
pub(crate) const GOING_WELL: &str = "What is going well?";
pub(crate) const WHAT_HAPPENED: &str = "What happened, in plain words?";
pub(crate) const ADD_BEHAVIOUR: &str = "Add another behaviour";
pub(crate) const NOT_KNOWN: &str = "What do we still not know";
pub(crate) const SHOW_ALL: &str = "Reveal all placements";
pub(crate) const AGAIN: &str = "Place again (second round)";
pub(crate) const AGREED: &str = "Agreed placement";
pub(crate) const BASIS: &str = "Reasons for this placement";
pub(crate) const ADD_DISSENT: &str = "Add a differing view";
pub(crate) const COMPLETE: &str = "Complete the clinic";
