//! Files that change together: what one commit changed, within a year.
//!
//! Zimmermann, Weißgerber, Diehl and Zeller ("Mining version histories to guide software
//! changes", ICSE 2004) took transactions of more than 30 files for no evidence: a licence
//! header, a formatter or an import touches everything and couples nothing. The same is
//! done here, and with what robots commit. Leaving them out also bounds the work: a
//! change meets at most 29 others, so the time is linear in the changes, and nothing is
//! held but two counts a file.
//!
//! The degree is the number of common commits over the mean of both files' commits; a pair
//! is kept from 5 common commits and a degree of 0.3 on. Below that, chance couples any two
//! busy files. A commit on two branches counts once (see `history`), and renames are
//! followed (see `paths`). Both files are of one repository: commits
//! of two repositories share nothing that git would tell.

use arrow::array::{Array, RecordBatch};
use qd_tables::{COUPLINGS, Writer};

use crate::{
    Engine, EngineError, Input, Inputs,
    columns::{count, instant},
    history::{History, Told},
    places::Places,
};

/// The engine.
pub(crate) const ENGINE: Engine = Engine {
    output: &COUPLINGS,
    inputs: &[
        Input { name: "changes", query: include_str!("changes_of_a_year.sql") },
        Input { name: "files", query: include_str!("files.sql") },
        Input { name: "teams", query: include_str!("couplings_teams.sql") },
    ],
    run,
};

/// Days looked at.
const WINDOW: i64 = 365;
/// Most files of a commit that says something about coupling.
const MOST_FILES: usize = 30;
/// Fewest common commits.
const LEAST_TOGETHER: usize = 5;
/// Least degree.
const LEAST_DEGREE: f64 = 0.3;

/// Which files each commit changed, and which commits each file.
#[derive(Debug, Default)]
struct Together {
    /// When, and the files as places in the list of what exists.
    commits: Vec<(i64, Vec<u32>)>,
    /// Commits of each place in that list.
    files: Vec<Vec<u32>>,
}

/// Two places of that list and what they share.
#[derive(Debug, PartialEq)]
struct Pair {
    one: u32,
    two: u32,
    together: usize,
    degree: f64,
    last: i64,
}

impl Together {
    fn of(history: &History<'_>, since: i64, until: i64) -> Self {
        // A file with two names that exist is told of under the first.
        let mut places = vec![None; history.file_count];
        for (place, present) in (0..).zip(&history.present) {
            places[present.file as usize].get_or_insert(place);
        }
        let mut all = Self { commits: Vec::new(), files: vec![Vec::new(); history.present.len()] };
        let mut start = 0;
        for commit in history.changes.chunk_by(|one, two| (one.repo, one.commit) == (two.repo, two.commit)) {
            let files = &history.files[start..start + commit.len()];
            start += commit.len();
            let Some(first) = commit.first() else { continue };
            let is_bulk = commit.len() > MOST_FILES;
            let is_copy = commit.iter().all(|change| change.is_copy);
            if is_bulk || is_copy || first.person.is_none() || first.time < since || first.time > until {
                continue;
            }
            let mut touched: Vec<u32> = files.iter().filter_map(|file| places[*file as usize]).collect();
            touched.sort_unstable();
            touched.dedup();
            all.add(first.time, touched);
        }
        all
    }

    fn add(&mut self, time: i64, touched: Vec<u32>) {
        let number = u32::try_from(self.commits.len()).unwrap_or(u32::MAX);
        for place in &touched {
            self.files[*place as usize].push(number);
        }
        self.commits.push((time, touched));
    }

    /// The pairs that are kept, by both places. One file at a time meets what its commits
    /// changed after it in the list; files too rarely changed meet nobody.
    fn pairs(&self) -> Vec<Pair> {
        let mut counts = vec![(0_usize, i64::MIN); self.files.len()];
        let mut met = Vec::new();
        let mut pairs = Vec::new();
        for (one, commits) in (0..).zip(&self.files) {
            if commits.len() < LEAST_TOGETHER {
                continue;
            }
            for commit in commits {
                let (time, touched) = &self.commits[*commit as usize];
                for two in touched.iter().copied().filter(|two| *two > one) {
                    let (together, last) = &mut counts[two as usize];
                    if *together == 0 {
                        met.push(two);
                    }
                    *together += 1;
                    *last = (*last).max(*time);
                }
            }
            met.sort_unstable();
            for two in met.drain(..) {
                let (together, last) = std::mem::replace(&mut counts[two as usize], (0, i64::MIN));
                let degree = degree(together, commits.len(), self.files[two as usize].len());
                if together >= LEAST_TOGETHER && degree >= LEAST_DEGREE {
                    pairs.push(Pair { one, two, together, degree, last });
                }
            }
        }
        pairs
    }
}

/// Common commits over the mean of both counts.
#[expect(clippy::cast_precision_loss, reason = "no count of commits comes near 2^52")]
fn degree(together: usize, one: usize, two: usize) -> f64 {
    2.0 * together as f64 / (one + two) as f64
}

fn run(inputs: &Inputs) -> Result<RecordBatch, EngineError> {
    let told = Told::read(inputs)?;
    let history = History::of(&told);
    let together = Together::of(&history, inputs.days_ago(WINDOW), inputs.as_of.as_microsecond());
    let teams = inputs.answer("teams");
    let (team, place) = (teams.texts("team")?, teams.texts("place")?);
    let owners = Places::of(
        (0..teams.rows())
            .filter(|row| team.is_valid(*row) && place.is_valid(*row))
            .map(|row| (team.value(row), place.value(row))),
    );
    let mut rows = Writer::new(&COUPLINGS);
    for pair in together.pairs() {
        let (one, two) = (history.present[pair.one as usize], history.present[pair.two as usize]);
        let (source, repo) = history.repo(one.repo);
        let (path, other) = (history.words.thing(one.path), history.words.thing(two.path));
        rows.text(source)
            .text(repo)
            .text(path)
            .text(repo)
            .text(other)
            .integer(count(pair.together))
            .integer(count(together.files[pair.one as usize].len()))
            .integer(count(together.files[pair.two as usize].len()))
            .number(pair.degree)
            .text(owners.owner(repo, path))
            .text(owners.owner(repo, other))
            .time(instant(pair.last));
    }
    Ok(rows.finish()?)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::testing::expect;

    #[test]
    fn files_that_change_together_are_told_with_their_teams() {
        let mut changes =
            "source | repo | sha | commit_time | path | previous_path | change | person | is_bot".to_owned();
        let mut add = |sha: &str, day: usize, path: &str, previous: &str, change: &str, is_bot: bool| {
            changes +=
                &format!("\ncode | api | {sha} | {day} | {path} | {previous} | {change} | ada | {is_bot}");
        };
        for day in 10..16 {
            let sha = format!("pair{day}");
            let old = if day > 12 { "old.rs" } else { "web/b.rs" };
            add(&sha, day, "api/a.rs", "-", "modified", false);
            let (previous, change) = if day == 12 { ("old.rs", "renamed") } else { ("-", "modified") };
            add(&sha, day, old, previous, change, false);
            if day < 14 {
                add(&sha, day, "c.rs", "-", "modified", false);
            }
            add(&format!("alone{day}"), day, "api/a.rs", "-", "modified", false);
            add(&format!("robot{day}"), day, "api/a.rs", "-", "modified", true);
            add(&format!("robot{day}"), day, "c.rs", "-", "modified", true);
            for file in 0..31 {
                add(&format!("bulk{day}"), day, &format!("f{file}"), "-", "modified", false);
            }
            add(&format!("early{day}"), 360 + day, "api/a.rs", "-", "modified", false);
            add(&format!("early{day}"), 360 + day, "c.rs", "-", "modified", false);
        }
        expect(
            &ENGINE,
            &[
                ("changes", &changes),
                (
                    "files",
                    "
                    source | repo | path     | bytes | is_generated
                    code   | api  | api/a.rs | 1     | false
                    code   | api  | web/b.rs | 1     | false
                    code   | api  | c.rs     | 1     | false
                    code   | api  | f1       | 1     | false
                    code   | api  | f2       | 1     | false
                ",
                ),
                (
                    "teams",
                    "
                    team | place
                    core | api:api/
                    shop | api:web/
                ",
                ),
            ],
            "
            path     | other_path | together | changes | other_changes | degree | team | other_team
            api/a.rs | web/b.rs   | 6        | 12      | 6             | 0.667  | core | shop
            ",
        );
    }

    proptest! {
        #[test]
        fn pairs_are_those_of_counting_each(
            commits in prop::collection::vec(prop::collection::btree_set(0..6_u32, 0..5), 0..60),
        ) {
            let mut together = Together { commits: Vec::new(), files: vec![Vec::new(); 6] };
            let mut counts: BTreeMap<(u32, u32), (usize, i64)> = BTreeMap::new();
            let mut single = [0_usize; 6];
            for (time, commit) in (0..).zip(&commits) {
                together.add(time, commit.iter().copied().collect());
                for one in commit {
                    single[*one as usize] += 1;
                    for two in commit.iter().filter(|two| *two > one) {
                        let count = counts.entry((*one, *two)).or_default();
                        *count = (count.0 + 1, time);
                    }
                }
            }
            let wanted: Vec<Pair> = counts
                .into_iter()
                .map(|((one, two), (together, last))| Pair {
                    one,
                    two,
                    together,
                    degree: degree(together, single[one as usize], single[two as usize]),
                    last,
                })
                .filter(|pair| pair.together >= LEAST_TOGETHER && pair.degree >= LEAST_DEGREE)
                .collect();
            prop_assert_eq!(together.pairs(), wanted);
        }
    }
}
