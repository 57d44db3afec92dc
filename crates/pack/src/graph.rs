//! A procedure as a graph of its states. Names that do not exist lead nowhere: they are faults of their own.

use std::collections::BTreeSet;

use crate::Name;
use crate::procedure::{Action, Procedure};

impl Procedure {
    /// Is the action possible in the state? `"*"`, before it is expanded, is every state that is not an end.
    fn is_from(&self, action: &Action, state: &Name) -> bool {
        action.from.iter().any(|from| from == state || (&**from == "*" && !self.is_end(state)))
    }

    /// States in which a case can be once one of these actions was done.
    pub(crate) fn after<'s>(&'s self, actions: &[Name]) -> Vec<&'s Name> {
        let mut states: Vec<&Name> = Vec::new();
        for action in actions.iter().filter_map(|name| self.actions.get(name)) {
            match &action.to {
                Some(to) => states.push(to),
                None => states.extend(self.states.keys().filter(|state| self.is_from(action, state))),
            }
        }
        states
    }

    /// States that can be reached from some states without these actions, those states included.
    pub(crate) fn reach<'s>(
        &'s self,
        from: impl IntoIterator<Item = &'s Name>,
        without: &[Name],
    ) -> BTreeSet<&'s Name> {
        let mut reached: BTreeSet<&Name> = from.into_iter().collect();
        let mut open: Vec<&Name> = reached.iter().copied().collect();
        while let Some(state) = open.pop() {
            let actions = self.actions.iter().filter(|(name, a)| self.is_from(a, state) && !without.contains(name));
            for (_, action) in actions {
                if let Some(to) = action.to.as_ref().filter(|to| !reached.contains(to)) {
                    reached.insert(to);
                    open.push(to);
                }
            }
        }
        reached
    }

    /// Can the action be done in any of these states?
    pub(crate) fn possible_in(&self, action: &str, states: &BTreeSet<&Name>) -> bool {
        self.actions.get(action).is_some_and(|action| states.iter().any(|state| self.is_from(action, state)))
    }
}
