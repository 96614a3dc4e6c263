//! What is known of files and people before a change, and how a change stands to it.
//!
//! The measures are those of Kamei et al. ("A large-scale empirical study of just-in-time
//! quality assurance", TSE 2013): size, diffusion, history of the files, experience of the
//! author; with one of ours, whether anybody else is there who knows the files. They are of
//! files of a program (see `words`): lock files and prose are changed without any risk.
//!
//! A value that cannot be known is none, never 0.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::words::{is_fix, is_program};
use crate::columns::{DAY, Numbers};

/// Days back in which a change of a file makes it hot.
const HOT_DAYS: i64 = 91;
/// Changes in those days that make a file hot.
const HOT_CHANGES: usize = 5;
/// Days back in which a fix of a file counts.
const FIX_DAYS: i64 = 365;
/// Days after which what was not touched is taken to be forgotten.
const FORGOTTEN: i64 = 730;
/// Days after which who was not seen is taken to be away.
const AWAY: i64 = 180;

/// A file that a change touches.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// Its path.
    pub path: &'a str,
    /// Its path before, where the change renames it.
    pub previous: Option<&'a str>,
    /// Lines added to it, where known.
    pub added: Option<u64>,
}

/// A change, made or proposed.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// When, in microseconds since 1970.
    pub time: i64,
    /// The person who wrote it; none where nobody is known, or it was a robot.
    pub author: Option<&'a str>,
    /// What it is called.
    pub title: &'a str,
    /// Lines it adds to all files together, where known.
    pub added: Option<u64>,
    /// The files; none where they are not known.
    pub files: Option<Vec<File<'a>>>,
}

/// One earlier change of a file.
#[derive(Debug, Clone, Copy)]
struct Touch {
    change: u32,
    time: i64,
    author: Option<u32>,
    is_fix: bool,
}

/// Everything learnt so far of one repository.
#[derive(Default)]
pub struct Past<'a> {
    people: Numbers<&'a str>,
    /// When each person was last seen.
    seen: HashMap<u32, i64>,
    files: HashMap<&'a str, Vec<Touch>>,
    changes: u32,
}

impl std::fmt::Debug for Past<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Past").field("changes", &self.changes).finish_non_exhaustive()
    }
}

/// How a change stands to the past: the raw values of its factors, and what to name beside them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Measures {
    /// Lines it adds to the program. Where lines are known only of all files together, the part
    /// of them that its files of the program are of its files.
    pub lines: Option<f64>,
    /// Files of the program that it touches.
    pub files: Option<usize>,
    /// Folders of those.
    pub folders: Option<usize>,
    /// Entropy of its files over their folders, in bits (Hassan 2009): 0 in one folder.
    pub spread: Option<f64>,
    /// Changes of any of the files in the last 91 days.
    pub heat: Option<usize>,
    /// Files among them that were changed five times or more in these days, the hottest first.
    pub hot_files: Vec<String>,
    /// Fixes that touched any of the files within a year.
    pub fixes: Option<usize>,
    /// Files that existed before.
    pub known_files: Option<usize>,
    /// Files that existed before and that nobody but the author knows who is there: nobody else
    /// who touched them within two years was seen in the last 180 days.
    pub lone_files: Option<usize>,
    /// Files that existed before and that the author never touched; none where the author is
    /// not known.
    pub new_files: Option<usize>,
}

impl Measures {
    /// Part of the files that existed before; 0 where there were none.
    fn share(&self, files: Option<usize>) -> Option<f64> {
        let (files, known) = (real(files?), real(self.known_files?));
        Some(if known > 0.0 { files / known } else { 0.0 })
    }

    /// Part of its files that nobody else knows.
    #[must_use]
    pub fn lone(&self) -> Option<f64> {
        self.share(self.lone_files)
    }

    /// Part of its files that the author never touched.
    #[must_use]
    pub fn unfamiliar(&self) -> Option<f64> {
        self.share(self.new_files)
    }
}

/// A count as a quantity.
#[expect(clippy::cast_precision_loss, reason = "no count of lines or commits comes near 2^52")]
pub(super) fn real(number: usize) -> f64 {
    number as f64
}

/// A count of lines as a quantity.
fn lines(number: u64) -> f64 {
    real(usize::try_from(number).unwrap_or(usize::MAX))
}

/// The folder of a path.
fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Shannon's entropy of parts of a whole, in bits.
fn entropy(parts: impl Iterator<Item = usize> + Clone) -> f64 {
    let whole = real(parts.clone().sum());
    let bits =
        parts.filter(|part| *part > 0).map(|part| real(part) / whole).map(|share| -share * share.log2());
    // No part at all, or one only, is -0 otherwise.
    bits.sum::<f64>().max(0.0)
}

/// Lines added to the program: exact where each file's are known, else in proportion to the files.
fn program_lines(change: &Change<'_>) -> Option<f64> {
    let Some(files) = change.files.as_ref().filter(|files| !files.is_empty()) else {
        return change.added.map(lines);
    };
    let program = files.iter().filter(|file| is_program(file.path));
    let told: u64 = files.iter().filter_map(|file| file.added).fold(0, u64::saturating_add);
    let is_told = files.iter().any(|file| file.added.is_some());
    let share = if is_told {
        let program = program.filter_map(|file| file.added).fold(0, u64::saturating_add);
        if told == 0 { 0.0 } else { lines(program) / lines(told) }
    } else {
        real(program.count()) / real(files.len())
    };
    let added = change.added.or(is_told.then_some(told))?;
    Some(share * lines(added))
}

/// What was found of one file.
#[derive(Default)]
struct Found {
    heat: usize,
    is_own: bool,
    is_known_to_others: bool,
}

impl<'a> Past<'a> {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Learns a change that was made, and returns its number. Changes come in the order of time.
    pub fn learn(&mut self, change: &Change<'a>) -> u32 {
        let number = self.changes;
        self.changes = number.saturating_add(1);
        let author = change.author.map(|author| self.people.number(author));
        self.seen.extend(author.map(|author| (author, change.time)));
        let touch = Touch { change: number, time: change.time, author, is_fix: is_fix(change.title) };
        for file in change.files.iter().flatten() {
            // The old name may live on in another branch, so it keeps what is known of it.
            let before = file.previous.and_then(|previous| self.files.get(previous)).cloned();
            let touches = self.files.entry(file.path).or_default();
            touches.extend(before.into_iter().flatten());
            touches.push(touch);
            touches.sort_by_key(|touch| (touch.time, touch.change));
        }
        number
    }

    /// How `change` stands to what was learnt. Changes numbered in `own` are parts of it and left
    /// out; people in `away` are not there.
    #[must_use]
    pub fn measure(&self, change: &Change<'_>, own: &HashSet<u32>, away: &HashSet<&str>) -> Measures {
        let lines = program_lines(change);
        let Some(all) = &change.files else { return Measures { lines, ..Measures::default() } };
        let author = change.author.map(|author| self.people.find(author));
        let program: BTreeMap<&str, &File<'_>> =
            all.iter().filter(|file| is_program(file.path)).map(|file| (file.path, file)).collect();
        let mut folders: BTreeMap<&str, usize> = BTreeMap::new();
        let (mut recent, mut fixes, mut hot) = (HashSet::new(), HashSet::new(), Vec::new());
        let (mut known, mut lone, mut new) = (0, 0, 0);
        for file in program.values() {
            *folders.entry(folder(file.path)).or_default() += 1;
            let touches = self.touches(file);
            let mut found = Found::default();
            for touch in touches.iter().rev().filter(|touch| !own.contains(&touch.change)) {
                self.look(touch, change.time, author.flatten(), away, &mut found);
                let age = change.time.saturating_sub(touch.time);
                recent.extend((age < HOT_DAYS * DAY).then_some(touch.change));
                fixes.extend((touch.is_fix && age < FIX_DAYS * DAY).then_some(touch.change));
            }
            if touches.iter().any(|touch| !own.contains(&touch.change)) {
                known += 1;
                lone += usize::from(!found.is_known_to_others);
                new += usize::from(!found.is_own);
            }
            if found.heat >= HOT_CHANGES {
                hot.push((std::cmp::Reverse(found.heat), file.path));
            }
        }
        hot.sort_unstable();
        Measures {
            lines,
            files: Some(program.len()),
            folders: Some(folders.len()),
            spread: Some(entropy(folders.values().copied())),
            heat: Some(recent.len()),
            hot_files: hot.into_iter().map(|(_, path)| path.to_owned()).collect(),
            fixes: Some(fixes.len()),
            known_files: Some(known),
            lone_files: Some(lone),
            new_files: author.map(|_| new),
        }
    }

    /// What was done to a file, under the name it has or had.
    fn touches(&self, file: &File<'_>) -> &[Touch] {
        let before = file.previous.and_then(|previous| self.files.get(previous));
        before.or_else(|| self.files.get(file.path)).map(Vec::as_slice).unwrap_or_default()
    }

    /// What one earlier change of a file tells.
    fn look(&self, touch: &Touch, now: i64, author: Option<u32>, away: &HashSet<&str>, found: &mut Found) {
        let age = now.saturating_sub(touch.time);
        found.heat += usize::from(age < HOT_DAYS * DAY);
        let Some(person) = touch.author else { return };
        if Some(person) == author {
            found.is_own = true;
        } else if age < FORGOTTEN * DAY && !found.is_known_to_others {
            let is_seen = self.seen.get(&person).is_some_and(|seen| now.saturating_sub(*seen) < AWAY * DAY);
            found.is_known_to_others = is_seen && !away.contains(self.people.thing(person));
        }
    }
}
