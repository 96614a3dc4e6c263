//! How many people a repository hangs on.
//!
//! Avelino, Passos, Hora and Valente ("A novel approach for estimating truck factors", ICPC
//! 2016): remove the author of the most files, then the next, until fewer than half of
//! the files have an author left; how many were removed is the truck factor. Authors are
//! those of `ownership`. Where two have as many files, the first by id goes first.
//!
//! The number is an estimate, so a range is given. `high` is the published algorithm over
//! all history. `low` counts only authors who are still there: who committed to the
//! repository within a year. It is the smaller of two counts over their authorships:
//! removing greedily among them, and removing in the order of `high`. Either set of people
//! would leave fewer than half of the files with such an author, so the smaller is the
//! nearer estimate; and as removing all of `high` always does, `low` is never above it. A
//! `low` of 0 says that fewer than half of the files have an author who is still there.
//!
//! When an author last touched the file is not asked: in a repository some years old few
//! files change within a year or two, and `low` would be 0 for nearly every one of them.
//! The study looked at program files only; here all that people write counts.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashSet},
};

use arrow::array::{Array, RecordBatch};
use qd_tables::{TRUCK_FACTORS, Writer};

use crate::{
    Engine, EngineError, Input, Inputs,
    columns::{Numbers, count},
};

/// The engine.
pub(crate) const ENGINE: Engine = Engine {
    output: &TRUCK_FACTORS,
    inputs: &[
        Input { name: "authors", query: include_str!("truck_factors.sql") },
        Input { name: "files", query: include_str!("truck_factors_files.sql") },
        Input { name: "active", query: include_str!("truck_factors_active.sql") },
    ],
    run,
};

/// A person is an author of a file. Persons are numbers in the order of their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Authorship {
    file: u32,
    person: u32,
    is_there: bool,
}

/// The range, and who is counted at its upper end.
#[derive(Debug, PartialEq, Eq)]
struct Range {
    low: usize,
    high: Vec<u32>,
}

/// Files that still have an author as people go, one at a time.
struct Cover {
    files: usize,
    /// Files of each person.
    of: BTreeMap<u32, Vec<u32>>,
    /// How many authors a file has left.
    left: BTreeMap<u32, usize>,
}

impl Cover {
    fn of(files: usize, authorships: impl Iterator<Item = Authorship>) -> Self {
        let mut cover = Self { files, of: BTreeMap::new(), left: BTreeMap::new() };
        let mut seen = HashSet::new();
        for one in authorships.filter(|one| seen.insert((one.file, one.person))) {
            cover.of.entry(one.person).or_default().push(one.file);
            *cover.left.entry(one.file).or_default() += 1;
        }
        cover
    }

    /// Whether at least half of the files have an author.
    fn holds(&self) -> bool {
        !self.of.is_empty() && self.left.len() * 2 >= self.files
    }

    fn remove(&mut self, person: u32) {
        for file in self.of.remove(&person).unwrap_or_default() {
            if let Some(left) = self.left.get_mut(&file) {
                *left -= 1;
                if *left == 0 {
                    self.left.remove(&file);
                }
            }
        }
    }

    /// Removes the author of the most files until the cover no longer holds.
    fn greedy(mut self) -> Vec<u32> {
        let mut order: Vec<u32> = self.of.keys().copied().collect();
        order.sort_by_key(|person| Reverse(self.of.get(person).map_or(0, Vec::len)));
        let mut removed = Vec::new();
        for person in order {
            if !self.holds() {
                break;
            }
            self.remove(person);
            removed.push(person);
        }
        removed
    }

    /// How many of `order` are removed until the cover no longer holds.
    fn prefix(mut self, order: &[u32]) -> usize {
        for (removed, person) in order.iter().enumerate() {
            if !self.holds() {
                return removed;
            }
            self.remove(*person);
        }
        order.len()
    }
}

/// The range of a repository with so many files.
fn range(files: usize, authorships: &[Authorship]) -> Range {
    let there = || Cover::of(files, authorships.iter().copied().filter(|one| one.is_there));
    let high = Cover::of(files, authorships.iter().copied()).greedy();
    let low = there().greedy().len().min(there().prefix(&high));
    Range { low, high }
}

fn run(inputs: &Inputs) -> Result<RecordBatch, EngineError> {
    let authors = inputs.answer("authors");
    let (source, repo) = (authors.texts("source")?, authors.texts("repo")?);
    let (path, person) = (authors.texts("path")?, authors.texts("person")?);
    let active = inputs.answer("active");
    let (active_source, active_repo) = (active.texts("source")?, active.texts("repo")?);
    let active_person = active.texts("person")?;
    let active: HashSet<_> = (0..active_person.len())
        .map(|row| (active_source.value(row), active_repo.value(row), active_person.value(row)))
        .collect();
    let mut ids: Vec<&str> = (0..person.len()).map(|row| person.value(row)).collect();
    ids.sort_unstable();
    let mut people = Numbers::new();
    for id in ids {
        people.number(id);
    }
    let mut paths = Numbers::new();
    let mut authorships: BTreeMap<(&str, &str), Vec<Authorship>> = BTreeMap::new();
    for row in 0..person.len() {
        let place = (source.value(row), repo.value(row));
        authorships.entry(place).or_default().push(Authorship {
            file: paths.number(path.value(row)),
            person: people.number(person.value(row)),
            is_there: active.contains(&(place.0, place.1, person.value(row))),
        });
    }
    let files = inputs.answer("files");
    let (source, repo, number) = (files.texts("source")?, files.texts("repo")?, files.integers("files")?);
    let mut places: Vec<_> =
        (0..files.rows()).map(|row| (source.value(row), repo.value(row), number.value(row))).collect();
    places.sort_unstable();
    let mut rows = Writer::new(&TRUCK_FACTORS);
    for (source, repo, files) in places {
        let none = Vec::new();
        let known = authorships.get(&(source, repo)).unwrap_or(&none);
        let range = range(usize::try_from(files).unwrap_or(0), known);
        rows.text(source)
            .text(repo)
            .integer(count(range.low))
            .integer(count(range.high.len()))
            .texts(range.high.iter().map(|person| people.thing(*person)))
            .integer(files);
    }
    Ok(rows.finish()?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::expect;

    #[test]
    fn a_repository_hangs_on_whom_most_files_hang_on() {
        expect(
            &ENGINE,
            &[
                (
                    "authors",
                    "
                    source | repo | path | person
                    code   | api  | a    | ada
                    code   | api  | b    | ada
                    code   | api  | b    | ben
                    code   | api  | c    | ben
                    code   | api  | d    | eve
                    code   | web  | a    | eve
                ",
                ),
                (
                    "files",
                    "
                    source | repo | files
                    code   | api  | 4
                    code   | web  | 1
                    code   | lab  | 3
                ",
                ),
                (
                    "active",
                    "
                    source | repo | person
                    code   | api  | ada
                    code   | api  | eve
                    code   | web  | ben
                ",
                ),
            ],
            "
            repo | low | high | people   | files
            api  | 1   | 2    | ada, ben | 4
            lab  | 0   | 0    |          | 3
            web  | 0   | 1    | eve      | 1
            ",
        );
    }

    proptest! {
        #[test]
        fn low_is_never_above_high(
            files in 1..12_usize,
            authorships in prop::collection::vec((0..12_u32, 0..6_u32, any::<bool>()), 0..40),
        ) {
            let mut known: Vec<Authorship> = authorships
                .into_iter()
                .filter(|(file, ..)| (*file as usize) < files)
                .map(|(file, person, is_there)| Authorship { file, person, is_there })
                .collect();
            known.sort_unstable();
            known.dedup_by_key(|one| (one.file, one.person));
            let range = range(files, &known);
            prop_assert!(range.low <= range.high.len());
            // Removing all but the last still leaves half of the files, removing all does not,
            // unless there is nobody left.
            let left = |removed: &[u32]| {
                let mut left: Vec<u32> =
                    known.iter().filter(|one| !removed.contains(&one.person)).map(|one| one.file).collect();
                left.dedup();
                left.len() * 2
            };
            prop_assert!(left(&range.high) < files);
            if let Some((_, before)) = range.high.split_last() {
                prop_assert!(left(before) >= files);
            }
        }
    }
}
