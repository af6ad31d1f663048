//! Performs effects on threads and answers with messages.

pub mod save_queue;
