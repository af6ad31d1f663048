//! What grows with a note, kept so that a copy of the session is cheap: every event works on one.
//!
//! Promises: a copy shares each answer and each line of the audit trail until one of the two changes it;
//! what is written and read again is a plain list, in the order in which it came about.

use std::{
    collections::HashMap,
    ops::{Deref, DerefMut},
    sync::Arc,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Answer;
use crate::clinic::template::value::{Slot, Value};

/// One of many, shared by all copies of a session in which it is the same.
#[derive(Clone, Debug)]
pub struct Shared<T>(Arc<T>);

impl<T> Shared<T> {
    /// Whether both are one in memory, so that nothing needs to be compared.
    pub(in crate::clinic) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> From<T> for Shared<T> {
    fn from(one: T) -> Self {
        Self(Arc::new(one))
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Clone> DerefMut for Shared<T> {
    fn deref_mut(&mut self) -> &mut T {
        Arc::make_mut(&mut self.0)
    }
}

impl<T: PartialEq> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        self.is_same(other) || *self.0 == *other.0
    }
}

impl<T: Serialize> Serialize for Shared<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Shared<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::from)
    }
}

/// The answers of a session, in the order in which they were given first.
#[derive(Clone, Debug, Default)]
pub(in crate::clinic) struct Answers {
    list: Vec<Shared<Answer>>,
    /// The place in the list of each slot; of a slot that is there twice, the first.
    places: Arc<HashMap<Slot, usize>>,
}

impl Answers {
    /// The place in the list of the answer in `slot`.
    pub(in crate::clinic) fn position(&self, slot: &Slot) -> Option<usize> {
        self.places.get(slot).copied()
    }

    /// The answer in `slot`.
    pub(in crate::clinic) fn get(&self, slot: &Slot) -> Option<&Value> {
        self.position(slot).map(|at| &self.list[at].value)
    }

    /// Puts a value in place of what is in `slot`, or at the end of the list; `None` removes it.
    pub(in crate::clinic) fn set(&mut self, slot: &Slot, value: Option<Value>) {
        match (self.position(slot), value) {
            (Some(at), Some(value)) => self.list[at] = Answer { slot: slot.clone(), value }.into(),
            (Some(at), None) => {
                self.list.remove(at);
                self.places = places_of(&self.list).into();
            }
            (None, Some(value)) => self.push(Answer { slot: slot.clone(), value }),
            (None, None) => {}
        }
    }

    /// Adds an answer at the end.
    pub(in crate::clinic) fn push(&mut self, answer: Answer) {
        let at = self.list.len();
        Arc::make_mut(&mut self.places).entry(answer.slot.clone()).or_insert(at);
        self.list.push(answer.into());
    }

    /// Keeps only the answers that `is_kept`.
    pub(in crate::clinic) fn retain(&mut self, is_kept: impl Fn(&Answer) -> bool) {
        self.list.retain(|one| is_kept(one));
        self.places = places_of(&self.list).into();
    }

    /// Takes all out.
    pub(in crate::clinic) fn clear(&mut self) {
        *self = Self::default();
    }
}

fn places_of(list: &[Shared<Answer>]) -> HashMap<Slot, usize> {
    let mut places = HashMap::with_capacity(list.len());
    for (at, answer) in list.iter().enumerate() {
        places.entry(answer.slot.clone()).or_insert(at);
    }
    places
}

impl Deref for Answers {
    type Target = [Shared<Answer>];

    fn deref(&self) -> &[Shared<Answer>] {
        &self.list
    }
}

impl PartialEq for Answers {
    fn eq(&self, other: &Self) -> bool {
        self.list == other.list
    }
}

impl Serialize for Answers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.list.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Answers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let list = Vec::<Shared<Answer>>::deserialize(deserializer)?;
        let places = places_of(&list).into();
        Ok(Self { list, places })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::clinic::RowId;

    proptest! {
        #[test]
        fn an_answer_is_found_where_a_plain_list_has_it(
            steps in proptest::collection::vec((0..6_u32, 0..9_i64), 0..40)
        ) {
            let (mut answers, mut plain) = (Answers::default(), Vec::<Answer>::new());
            for (row, number) in steps {
                let slot = Slot::in_row("item", RowId(row));
                let value = (number > 2).then_some(Value::Integer(number));
                answers.set(&slot, value.clone());
                match (plain.iter().position(|one| one.slot == slot), value) {
                    (Some(at), Some(value)) => plain[at].value = value,
                    (Some(at), None) => drop(plain.remove(at)),
                    (None, Some(value)) => plain.push(Answer { slot, value }),
                    (None, None) => {}
                }
                prop_assert!(answers.iter().map(|one| &**one).eq(&plain));
                for row in 0..6 {
                    let slot = Slot::in_row("item", RowId(row));
                    let there = plain.iter().find(|one| one.slot == slot).map(|one| &one.value);
                    prop_assert_eq!(answers.get(&slot), there);
                }
            }
        }
    }
}
