//! Journeys through the program as it is shipped, on a terminal: what a person does and must see.

#[path = "journeys/after_the_clinic.rs"]
mod after_the_clinic;
#[path = "journeys/ending.rs"]
mod ending;
#[path = "journeys/follow_up.rs"]
mod follow_up;
#[path = "journeys/formats.rs"]
mod formats;
#[path = "journeys/hostile.rs"]
mod hostile;
#[path = "journeys/looking_up.rs"]
mod looking_up;
#[path = "journeys/losing_nothing.rs"]
mod losing_nothing;
#[path = "journeys/mistakes.rs"]
mod mistakes;
#[path = "journeys/placing.rs"]
mod placing;
#[path = "journeys/plain.rs"]
mod plain;
#[path = "journeys/supervision.rs"]
mod supervision;
mod support;
#[path = "journeys/whole_clinic.rs"]
mod whole_clinic;
