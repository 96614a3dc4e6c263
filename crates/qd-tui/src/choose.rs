//! Choosing what to narrow the rows by, from what they have in common.

use std::collections::BTreeMap;

use crate::{
    keys::Key,
    listing::{Entry, Label},
    prompt::Line,
};

/// A choice that is being made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chooser {
    /// Labels, and how many rows have each; first of a kind the most frequent.
    choices: Vec<(Label, usize)>,
    pub(crate) typed: Line,
    at: usize,
}

impl Chooser {
    pub(crate) fn of<'a>(entries: impl Iterator<Item = &'a Entry>) -> Self {
        let mut counts: BTreeMap<&Label, usize> = BTreeMap::new();
        for label in entries.flat_map(|entry| &entry.labels) {
            *counts.entry(label).or_default() += 1;
        }
        let mut choices: Vec<(Label, usize)> =
            counts.into_iter().map(|(label, count)| (label.clone(), count)).collect();
        choices.sort_by(|left, right| (left.0.kind, right.1).cmp(&(right.0.kind, left.1)));
        Self { choices, typed: Line::default(), at: 0 }
    }

    /// What fits what was typed; first of all, nothing to narrow by.
    pub(crate) fn fitting(&self) -> Vec<Option<&(Label, usize)>> {
        let typed = self.typed.text().trim().to_lowercase();
        let fits = |choice: &&(Label, usize)| {
            let words = format!("{} {}", choice.0.kind.name(), choice.0.name).to_lowercase();
            typed.split(' ').all(|part| words.contains(part))
        };
        let everything = typed.is_empty().then_some(None);
        everything.into_iter().chain(self.choices.iter().filter(fits).map(Some)).collect()
    }

    /// Which of the fitting is chosen.
    pub(crate) fn at(&self) -> usize {
        self.at.min(self.fitting().len().saturating_sub(1))
    }

    /// What is chosen: nothing where nothing fits, no label for every row.
    pub(crate) fn chosen(&self) -> Option<Option<Label>> {
        let fitting = self.fitting();
        fitting.get(self.at()).map(|choice| choice.map(|(label, _)| label.clone()))
    }

    /// Takes a key that is neither enter nor escape.
    pub(crate) fn take(&mut self, key: Key) {
        let last = self.fitting().len().saturating_sub(1);
        match key {
            Key::Down | Key::Tab | Key::Ctrl('n') => self.at = (self.at() + 1).min(last),
            Key::Up | Key::BackTab | Key::Ctrl('p') => self.at = self.at().saturating_sub(1),
            Key::PageDown => self.at = (self.at() + 10).min(last),
            Key::PageUp => self.at = self.at().saturating_sub(10),
            other => {
                if self.typed.take(other) {
                    self.at = 0;
                }
            }
        }
    }
}
