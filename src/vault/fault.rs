//! A disk whose calls fail when told to, for tests.
