//! Who knows a path: the degree of authorship.
//!
//! Fritz, Murphy, Murphy-Hill, Ou and Hill ("Degree-of-knowledge: modeling a developer's
//! knowledge of code", TOSEM 2014) fitted the weights; Avelino, Passos, Hora and Valente
//! ("A novel approach for estimating truck factors", ICPC 2016) set the two thresholds:
//!
//! ```text
//! authorship = 3.293 + 1.098 * first + 0.164 * own - 0.321 * ln(1 + others)
//! share      = authorship / the highest authorship of the path
//! author     = share > 0.75 and authorship >= 3.293
//! ```
//!
//! `first` is 1 for who created the file. The creation is no change in `own` and `others`,
//! nor is a deletion; a rename is. The columns `changes` and `others` do count the creation:
//! they are commits.
//!
//! What robots did is left out, except that who edits a file that a robot created is not
//! its first author. Commits of every branch count, also of those not merged yet: what
//! somebody wrote they know. A commit on two branches counts once (see `history`), and
//! renames are followed (see `paths`).

use std::collections::HashSet;

use arrow::array::RecordBatch;
use qd_tables::{OWNERSHIP, Writer};

use crate::{
    Engine, EngineError, Input, Inputs,
    columns::{count, instant},
    history::{History, Told},
    paths::Kind,
};

/// The engine.
pub(crate) const ENGINE: Engine = Engine {
    output: &OWNERSHIP,
    inputs: &[
        Input { name: "changes", query: include_str!("ownership.sql") },
        Input { name: "files", query: include_str!("files.sql") },
    ],
    run,
};

/// Where anybody who changes a file begins; also the least authorship of an author.
const BASE: f64 = 3.293;
/// Share of the highest authorship above which somebody is an author.
const AUTHOR_SHARE: f64 = 0.75;
/// Share from which somebody may know a file.
const KNOWER_SHARE: f64 = 0.5;
/// Days after which what was not touched is taken to be forgotten.
const FORGOTTEN: i64 = 730;

/// Degree of authorship: `own` and `others` are changes after the creation.
fn authorship(is_first: bool, own: usize, others: usize) -> f64 {
    let first = if is_first { 1.098 } else { 0.0 };
    BASE + first + 0.164 * real(own) - 0.321 * (1.0 + real(others)).ln()
}

/// A count as a quantity.
#[expect(clippy::cast_precision_loss, reason = "no count of commits comes near 2^52")]
fn real(number: usize) -> f64 {
    number as f64
}

/// What somebody did to a file.
#[derive(Debug, Clone, Copy)]
struct Work {
    file: u32,
    person: u32,
    changes: usize,
    last: i64,
}

/// The work on a file of everybody, and who created it.
#[derive(Debug)]
struct Works {
    /// By file and person.
    works: Vec<Work>,
    /// Where the works of a file begin and end.
    starts: Vec<usize>,
    /// For each file: not known, or known and perhaps nobody.
    creators: Vec<Option<Option<u32>>>,
}

impl Works {
    fn of(history: &History<'_>) -> Self {
        let mut creators = vec![None; history.file_count];
        let mut touches = Vec::with_capacity(history.changes.len());
        for (change, file) in history.changes.iter().zip(&history.files) {
            if change.kind == Kind::Added {
                creators[*file as usize].get_or_insert(change.person);
            }
            if let Some(person) = change.person.filter(|_| change.kind != Kind::Deleted && !change.is_copy) {
                touches.push((*file, person, change.time));
            }
        }
        touches.sort_unstable();
        let works: Vec<Work> = touches
            .chunk_by(|one, two| (one.0, one.1) == (two.0, two.1))
            .filter_map(|same| {
                let (file, person, last) = *same.last()?;
                Some(Work { file, person, changes: same.len(), last })
            })
            .collect();
        let mut starts = vec![0; history.file_count + 1];
        for work in &works {
            starts[work.file as usize + 1] += 1;
        }
        for file in 0..history.file_count {
            starts[file + 1] += starts[file];
        }
        Self { works, starts, creators }
    }

    fn file(&self, file: u32) -> &[Work] {
        &self.works[self.starts[file as usize]..self.starts[file as usize + 1]]
    }
}

/// The folder of a path.
fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn run(inputs: &Inputs) -> Result<RecordBatch, EngineError> {
    let told = Told::read(inputs)?;
    let history = History::of(&told);
    let works = Works::of(&history);
    let remembered = inputs.days_ago(FORGOTTEN);
    let mut fresh = HashSet::new();
    for present in &history.present {
        let folder = folder(history.words.thing(present.path));
        for work in works.file(present.file).iter().filter(|work| work.last >= remembered) {
            fresh.insert((present.repo, folder, work.person));
        }
    }
    let person = |work: &Work| history.words.thing(work.person);
    let mut rows = Writer::new(&OWNERSHIP);
    let mut degrees: Vec<(&Work, f64)> = Vec::new();
    for present in &history.present {
        let (source, repo) = history.repo(present.repo);
        let path = history.words.thing(present.path);
        let creator = works.creators[present.file as usize].flatten();
        let everybody = works.file(present.file);
        let total: usize = everybody.iter().map(|work| work.changes).sum();
        degrees.clear();
        degrees.extend(everybody.iter().map(|work| {
            let own_creation = usize::from(creator == Some(work.person));
            let others_creation = usize::from(creator.is_some()) - own_creation;
            let own = work.changes.saturating_sub(own_creation);
            let others = (total - work.changes).saturating_sub(others_creation);
            (work, authorship(own_creation == 1, own, others))
        }));
        // Who knows most comes first; of two who know as much, the first by id.
        degrees.sort_unstable_by(|one, two| {
            two.1.total_cmp(&one.1).then_with(|| person(one.0).cmp(person(two.0)))
        });
        let highest = degrees.first().map_or(0.0, |(_, degree)| *degree);
        for (work, degree) in &degrees {
            let share = if highest > 0.0 { (degree / highest).clamp(0.0, 1.0) } else { 0.0 };
            let is_author = share > AUTHOR_SHARE && *degree >= BASE;
            let is_fresh =
                work.last >= remembered || fresh.contains(&(present.repo, folder(path), work.person));
            rows.text(source)
                .text(repo)
                .text(path)
                .text(person(work))
                .boolean(creator == Some(work.person))
                .integer(count(work.changes))
                .integer(count(total - work.changes))
                .number(*degree)
                .number(share)
                .boolean(is_author)
                .time(instant(work.last))
                .boolean((is_author || share >= KNOWER_SHARE) && is_fresh);
        }
    }
    Ok(rows.finish()?)
}

#[cfg(test)]
mod tests;
