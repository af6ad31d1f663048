//! A clinic completed with `--plain`, for tests about what comes after it.

use super::Home;

/// A clinic with two actions: one for a class teacher, overdue; one for a social worker, long open.
const A_CLINIC: &[&str] = &[
    "2",
    "1",
    "1 2 3",
    "How do we keep both safe?",
    ".",
    "",
    "/skip The group knows the case.",
    "/skip Described last time.",
    "/skip Placed last time.",
    "/skip See the last note.",
    "/skip Next time.",
    "2",
    "2",
    "It can be met early.",
    ".",
    "y",
    "Agree a plan for break times.",
    ".",
    "",
    "class teacher",
    "primary school",
    "1 November 2020",
    "y",
    "",
    "y",
    "See the child for an assessment.",
    ".",
    "",
    "social worker",
    "",
    "20 December 2099",
    "",
    "",
    "/next",
    "Thank you.",
    ".",
    "",
    "3",
    "",
    "1 December 2099",
    "y",
    "y",
];

impl Home {
    /// Completes a clinic with two actions through a pipe; returns its case key.
    #[track_caller]
    pub(crate) fn complete_a_clinic(&self) -> String {
        let output = self.pipe(&["clinic", "new", "--plain"], A_CLINIC);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains("Completed, and saved as revision 1."), "{said}");
        self.case_keys().pop().expect("a note")
    }
}
