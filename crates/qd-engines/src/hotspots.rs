//! Files that are changed often and are large, a quarter at a time.
//!
//! Change frequency and size are the two axes of Tornhill ("Your Code as a Crime Scene",
//! 2015): effort goes where changes are, and large files are the harder ones to change.
//! Their product orders the files of a repository within each quarter of 91 days. A file
//! whose size is not known comes last; where no size is known in a repository (a moment
//! before its tree was first observed), the lines changed stand in for it.
//!
//! What robots change is left out: nobody's effort went there. A commit on two branches
//! counts once (see `history`), and renames are followed (see `paths`). A binary file has
//! no lines, so its churn is 0.

use std::{cmp::Reverse, collections::HashSet};

use arrow::array::{Array, Int64Array, RecordBatch};
use qd_tables::{HOTSPOTS, Writer};

use crate::{
    Engine, EngineError, Input, Inputs,
    columns::{DAY, count},
    history::{History, Present, Told},
};

/// The engine.
pub(crate) const ENGINE: Engine = Engine {
    output: &HOTSPOTS,
    inputs: &[
        Input { name: "changes", query: include_str!("changes_of_a_year.sql") },
        Input { name: "files", query: include_str!("files.sql") },
    ],
    run,
};

/// Days of a quarter.
const QUARTER: i64 = 91;
/// Quarters looked at.
const QUARTERS: usize = 4;
/// One in so many files of a quarter is hot.
const HOT_ONE_IN: usize = 20;
/// Fewest changes of a hot file.
const HOT_CHANGES: usize = 5;

/// What happened to a file in a quarter.
#[derive(Debug, Clone, Copy, Default)]
struct Heat {
    changes: usize,
    churn: i64,
    people: usize,
}

/// A file in a quarter.
#[derive(Debug, Clone, Copy)]
struct Row {
    present: Present,
    quarter: usize,
    heat: Heat,
}

/// The heat of each file in each quarter.
fn heats(history: &History<'_>, as_of: i64, lines: impl Fn(u32) -> i64) -> Vec<[Heat; QUARTERS]> {
    let mut touches = Vec::with_capacity(history.changes.len());
    for (change, file) in history.changes.iter().zip(&history.files) {
        let age = as_of.saturating_sub(change.time);
        let quarter = usize::try_from(age.div_euclid(QUARTER * DAY)).unwrap_or(QUARTERS);
        if let Some(person) = change.person
            && !change.is_copy
            && quarter < QUARTERS
        {
            touches.push((*file, quarter, person, change.commit, change.row));
        }
    }
    touches.sort_unstable();
    let mut heats = vec![[Heat::default(); QUARTERS]; history.file_count];
    for same in touches.chunk_by(|one, two| (one.0, one.1) == (two.0, two.1)) {
        let Some((file, quarter, ..)) = same.first().copied() else { continue };
        heats[file as usize][quarter] = Heat {
            changes: same.chunk_by(|one, two| one.3 == two.3).count(),
            churn: same.iter().map(|touch| lines(touch.4)).fold(0, i64::saturating_add),
            people: same.chunk_by(|one, two| one.2 == two.2).count(),
        };
    }
    heats
}

/// What orders the files of a repository: changes times size.
fn score(row: &Row, has_sizes: bool) -> u128 {
    let size = if has_sizes { row.present.bytes.unwrap_or(0) } else { row.heat.churn };
    row.heat.changes as u128 * u128::from(size.unsigned_abs())
}

fn run(inputs: &Inputs) -> Result<RecordBatch, EngineError> {
    let told = Told::read(inputs)?;
    let changes = inputs.answer("changes");
    let (added, removed) = (changes.integers("added")?, changes.integers("removed")?);
    let history = History::of(&told);
    let value = |array: &Int64Array, row: usize| if array.is_valid(row) { array.value(row) } else { 0 };
    let lines = |row: u32| value(&added, row as usize).saturating_add(value(&removed, row as usize));
    let heats = heats(&history, inputs.as_of.as_microsecond(), lines);
    let sized: HashSet<u32> =
        history.present.iter().filter(|one| one.bytes.is_some()).map(|one| one.repo).collect();
    let mut rows = Writer::new(&HOTSPOTS);
    for repo in history.present.chunk_by(|one, two| one.repo == two.repo) {
        let mut quarters: [Vec<Row>; QUARTERS] = Default::default();
        for present in repo {
            for (quarter, heat) in
                heats[present.file as usize].iter().enumerate().filter(|(_, heat)| heat.changes > 0)
            {
                quarters[quarter].push(Row { present: *present, quarter, heat: *heat });
            }
        }
        for mut ranked in quarters {
            // Files come by path, and the sort is stable: equal ones stay so.
            ranked.sort_by_key(|row| Reverse(score(row, sized.contains(&row.present.repo))));
            let hot = (ranked.len() / HOT_ONE_IN).max(1);
            for (place, row) in ranked.iter().enumerate() {
                write(&mut rows, &history, row, place, place < hot);
            }
        }
    }
    Ok(rows.finish()?)
}

fn write(rows: &mut Writer, history: &History<'_>, row: &Row, place: usize, is_top: bool) {
    let (source, repo) = history.repo(row.present.repo);
    rows.text(source)
        .text(repo)
        .text(history.words.thing(row.present.path))
        .integer(count(row.quarter))
        .integer(count(row.heat.changes))
        .integer(row.heat.churn)
        .integer(count(row.heat.people))
        .integer(row.present.bytes)
        .integer(count(place + 1))
        .boolean(is_top && row.heat.changes >= HOT_CHANGES);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::expect;

    const HEAD: &str = "source | repo | sha | commit_time | path | previous_path | change | added | removed | person | is_bot";

    #[test]
    fn often_changed_and_large_is_hot() {
        let changes = format!(
            "{HEAD}
             code | api | 1 | 1   | a | - | modified | 5 | 1 | ada | false
             code | api | 2 | 2   | a | - | modified | 5 | 1 | ben | false
             code | api | 3 | 3   | a | - | modified | - | - | ada | false
             code | api | 4 | 4   | a | - | modified | 5 | 1 | ada | false
             code | api | 5 | 90  | a | o | renamed  | 0 | 0 | ada | false
             code | api | 6 | 92  | o | - | modified | 2 | 2 | ada | false
             code | api | 6 | 92  | b | - | modified | 2 | 2 | ada | false
             code | api | 7 | 1   | b | - | modified | 2 | 2 | bot | true
             code | api | 8 | 1   | c | - | modified | 9 | 9 | ben | false
             code | api | 8 | 1   | l | - | modified | 9 | 9 | ben | false
             code | api | 9 | 365 | c | - | modified | 9 | 9 | ben | false
             code | web | 1 | 1   | x | - | modified | 1 | 1 | ben | false
             code | web | 1 | 1   | y | - | modified | 2 | 1 | ben | false
             code | web | 1 | 1   | z | - | deleted  | 2 | 1 | ben | false"
        );
        expect(
            &ENGINE,
            &[
                ("changes", changes.as_str()),
                (
                    "files",
                    "
                    source | repo | path | bytes | is_generated
                    code   | api  | a    | 100   | false
                    code   | api  | b    | 300   | false
                    code   | api  | c    | -     | false
                    code   | api  | l    | 900   | true
                ",
                ),
            ],
            "
            repo | path | quarter | changes | churn | people | bytes | rank | is_hot
            api  | a    | 0       | 5       | 18    | 2      | 100   | 1    | yes
            api  | c    | 0       | 1       | 18    | 1      | -     | 2    | no
            api  | b    | 1       | 1       | 4     | 1      | 300   | 1    | no
            api  | a    | 1       | 1       | 4     | 1      | 100   | 2    | no
            web  | y    | 0       | 1       | 3     | 1      | -     | 1    | no
            web  | x    | 0       | 1       | 2     | 1      | -     | 2    | no
            ",
        );
    }
}
