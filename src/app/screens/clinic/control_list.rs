//! The controls of a form, each with a number that changes when anything about it does, so that what was made
//! of a control can be kept for as long as it is the same.

use std::ops::Deref;

use super::control::Control;

/// The controls of a stage, top to bottom.
#[derive(Default)]
pub(crate) struct ControlList {
    list: Vec<Control>,
    /// For each control: no other control of this form, then or now, has the number.
    versions: Vec<u64>,
    newest: u64,
}

impl ControlList {
    /// Shows these controls from now on. Those that are as they were keep their version.
    pub(crate) fn show(&mut self, controls: Vec<Control>) {
        let mut versions = Vec::with_capacity(controls.len());
        let mut from = 0;
        for control in &controls {
            let old = self.list[from..].iter().position(|old| old.id == control.id);
            let is_same = old.is_some_and(|old| self.list[from + old] == *control);
            let version = match old {
                Some(old) if is_same => self.versions[from + old],
                _ => self.new_version(),
            };
            versions.push(version);
            from += old.map_or(0, |old| old + 1);
        }
        (self.list, self.versions) = (controls, versions);
    }

    /// Shows a control in place of the one at `at`.
    pub(crate) fn replace(&mut self, at: usize, control: Control) {
        if self.list[at] != control {
            self.list[at] = control;
            self.versions[at] = self.new_version();
        }
    }

    /// The version of the control at `at`; 0 if there is none.
    pub(crate) fn version(&self, at: usize) -> u64 {
        self.versions.get(at).copied().unwrap_or(0)
    }

    /// The versions of all.
    pub(crate) fn versions(&self) -> &[u64] {
        &self.versions
    }

    fn new_version(&mut self) -> u64 {
        self.newest += 1;
        self.newest
    }
}

impl Deref for ControlList {
    type Target = [Control];

    fn deref(&self) -> &[Control] {
        &self.list
    }
}

#[cfg(test)]
mod tests {
    use super::super::control::ControlId;
    use super::*;

    fn listed(names: &[&str]) -> Vec<Control> {
        let control = |name: &&str| {
            let (id, label) = name.split_once(' ').unwrap_or((name, ""));
            Control::heading(id.to_owned(), label)
        };
        names.iter().map(control).collect()
    }

    #[test]
    fn a_control_keeps_its_version_until_something_about_it_changes() {
        let mut controls = ControlList::default();
        controls.show(listed(&["a", "b", "c", "d"]));
        assert_eq!(controls.versions(), [1, 2, 3, 4]);
        controls.show(listed(&["a", "new", "b changed", "d"]));
        assert_eq!(controls.versions(), [1, 5, 6, 4]);
        controls.replace(3, controls[3].clone());
        controls.replace(0, Control::heading("a".to_owned(), "other"));
        assert_eq!(controls.versions(), [7, 5, 6, 4]);
        controls.show(listed(&["d", "a other"]));
        assert_eq!(controls.versions(), [4, 8], "what moved up gets a new version");
        assert_eq!(controls[0].id, ControlId::Heading("d".to_owned()));
        assert_eq!(controls.version(2), 0);
    }
}
