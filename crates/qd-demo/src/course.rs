//! How work goes in either company: a change in working time, an issue, and the numbers that a forge gives to both.

use jiff::{Timestamp, civil::Date};

use crate::{
    days::{after, at},
    dice::Dice,
};

/// What happened to a change and when: nothing after the end of what is told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Course {
    pub(crate) begun: Timestamp,
    /// The last commit before it was opened, or after the remarks.
    pub(crate) committed: Timestamp,
    pub(crate) opened: Timestamp,
    /// When the reviewer asked for another look, where they did, and when the author had mended it.
    pub(crate) remarked: Option<Timestamp>,
    pub(crate) mended: Option<Timestamp>,
    pub(crate) approved: Option<Timestamp>,
    pub(crate) merged: Option<Timestamp>,
}

impl Course {
    /// The course of a change that somebody begins on `day`; none that would be opened after `end`.
    pub(crate) fn new(dice: &mut Dice, kind: &str, day: Date, end: Timestamp) -> Option<Self> {
        let begun = at(day, dice.between(9 * 60 + 5, 15 * 60));
        let committed = after(begun, dice.between(60, if kind == "feat" { 720 } else { 320 }));
        let opened = after(committed, dice.between(4, 25));
        if opened >= end {
            return None;
        }
        let (remarked, mended, approved, merged) = (None, None, None, None);
        let mut course = Self { begun, committed, opened, remarked, mended, approved, merged };
        let until = |time: Timestamp| (time < end).then_some(time);
        let mut next = after(opened, dice.between(25, 420));
        if dice.percent(25) {
            course.remarked = until(next);
            next = after(next, dice.between(20, 300));
            course.mended = until(next);
            course.committed = course.mended.unwrap_or(committed);
            next = after(next, dice.between(15, 240));
        }
        course.approved = until(next);
        course.merged = until(after(next, dice.between(3, 110)));
        Some(course)
    }
}

/// An issue.
#[derive(Debug, Clone)]
pub(crate) struct Issue {
    pub(crate) repo: usize,
    pub(crate) number: u32,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) label: &'static str,
    pub(crate) author: usize,
    pub(crate) assignee: Option<usize>,
    pub(crate) opened: Timestamp,
    pub(crate) closed: Option<Timestamp>,
    /// Which issue must come first, by its place among all, and since when that is said.
    pub(crate) behind: Option<(usize, Timestamp)>,
}

/// Changes and issues in the order in which they were opened: when, whether it is a change, and its place.
pub(crate) fn opened(
    changes: impl Iterator<Item = Timestamp>,
    issues: &[Issue],
) -> Vec<(Timestamp, bool, usize)> {
    let changes = changes.enumerate().map(|(place, opened)| (opened, true, place));
    let issues = issues.iter().enumerate().map(|(place, issue)| (issue.opened, false, place));
    let mut all: Vec<_> = changes.chain(issues).collect();
    all.sort_unstable();
    all
}

/// The words with a capital at the beginning.
pub(crate) fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A word in plain letters, for names of branches and files.
pub(crate) fn slug(words: &str) -> String {
    let kept = words
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' });
    kept.collect::<String>().trim_matches('-').to_owned()
}
