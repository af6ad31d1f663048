//! Tests that need another program or a right that not every machine gives. Where one is missing,
//! its tests are reported as ignored, with what they need.
//!
//! The usual test runner decides what to ignore when it is compiled; this one when it runs.

use std::process::{Command, ExitCode};

use libtest_mimic::{Arguments, Trial};

mod full_disk;
mod idle_lock;
mod killed;
#[path = "../support/note_head.rs"]
mod note_head;
mod stock_age;
mod stock_docx;
mod stock_pdf;
#[path = "../support/stock_tool.rs"]
mod stock_tool;
#[path = "../support/mod.rs"]
mod support;
mod syncthing;

/// Tests of a module that need the same thing.
macro_rules! tests {
    ($need:literal, $is_met:expr, $module:ident: $($test:ident),* $(,)?) => {{
        let is_met = $is_met;
        [$((concat!(stringify!($module), "::", stringify!($test)), $module::$test as fn())),*]
            .map(|(name, test)| {
                let test = Trial::test(name, move || {
                    test();
                    Ok(())
                });
                test.with_kind(concat!("needs ", $need)).with_ignored_flag(!is_met)
            })
    }};
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut tests = Vec::new();
    tests.extend(tests!(
        "age", is_installed("age"), stock_age:
        opens_the_key_with_the_passphrase_and_then_every_file,
        opens_a_backup_with_the_recovery_sheet,
    ));
    tests.extend(tests!(
        "age and age-keygen", is_installed("age") && is_installed("age-keygen"), stock_age:
        opens_a_completed_note_with_the_key_of_a_member,
    ));
    tests.extend(tests!(
        "pdfinfo and pdftotext", is_installed("pdfinfo") && is_installed("pdftotext"), stock_pdf:
        reads_a_document_with_its_tags_and_its_text_in_order,
        a_safety_plan_is_two_pages_and_a_summary_is_one,
    ));
    tests.extend(tests!(
        "lxml, and the schemas of ECMA-376 in CASECLINIC_OOXML", stock_docx::schemas().is_some(), stock_docx:
        every_document_is_what_the_schemas_ask_for,
    ));
    tests.extend(tests!(
        "cc, to move the clock", support::Clock::new().is_some(), idle_lock:
        an_idle_clinic_locks_after_a_warning_and_resumes_at_the_same_field,
        a_computer_that_slept_wakes_up_locked,
        the_list_of_clinics_locks_too,
    ));
    tests.extend(tests!(
        "root and unshare -m", full_disk::can_mount(), full_disk:
        text_typed_on_a_full_disk_is_kept_and_saved_when_there_is_room,
        locking_on_a_full_disk_hides_unsaved_text_and_gives_it_back,
        clinics_left_on_a_full_disk_are_listed_and_resume_with_their_text,
        a_document_on_a_full_disk_leaves_nothing_behind,
    ));
    tests.extend(tests!(
        "strace", killed::can_follow(), killed:
        a_document_is_whole_or_not_there,
    ));
    tests.extend(tests!(
        "syncthing", is_installed("syncthing"), syncthing:
        carries_two_hundred_notes_through_kills,
    ));
    libtest_mimic::run(&arguments, tests).exit_code()
}

fn is_installed(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}
