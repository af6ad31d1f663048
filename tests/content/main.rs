//! The bundled entries and templates, the search over them, and promises about the whole program
//! that need no program to run.

mod architecture;
mod bundled;
mod coverage;
mod documents;
mod guidance;
mod handed_over;
mod hostile_documents;
mod identifiers;
mod inputs;
mod network;
mod placement_privacy;
mod relevance;
mod round_trip;
mod written_names;
