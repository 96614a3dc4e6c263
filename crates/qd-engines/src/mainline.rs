//! The default branch as a line: what was put on it, one after the other.
//!
//! The first parent of a merge is the branch that was merged into, so first parents lead
//! from the head back along the branch itself. The line is walked anew from the head that
//! stands now: after history was rewritten it is the new one. It ends at a year, or where a
//! commit is not stored (history that is cut off).

use std::collections::HashMap;

use arrow::array::RecordBatch;
use qd_tables::{MAINLINE, Writer};

use crate::{
    Engine, EngineError, Input, Inputs,
    columns::{instant, text},
};

/// The engine.
pub(crate) const ENGINE: Engine = Engine {
    output: &MAINLINE,
    inputs: &[Input { name: "commits", query: include_str!("mainline.sql") }],
    run,
};

fn run(inputs: &Inputs) -> Result<RecordBatch, EngineError> {
    let commits = inputs.answer("commits");
    let (source, repo) = (commits.texts("source")?, commits.texts("repo")?);
    let (sha, parent) = (commits.texts("sha")?, commits.texts("first_parent")?);
    let (time, head) = (commits.times("commit_time")?, commits.texts("head")?);
    let mut places: HashMap<(&str, &str, &str), usize> = HashMap::new();
    let mut heads = Vec::new();
    for row in 0..commits.rows() {
        places.insert((source.value(row), repo.value(row), sha.value(row)), row);
        if text(&head, row) == Some(sha.value(row)) {
            heads.push(row);
        }
    }
    heads.sort_by_key(|row| (source.value(*row), repo.value(*row)));
    let mut rows = Writer::new(&MAINLINE);
    for head in heads {
        let (source, repo) = (source.value(head), repo.value(head));
        let mut next = Some(head);
        while let Some(row) = next {
            let sha = sha.value(row);
            rows.text(source).text(repo).text(sha).time(instant(time.value(row)));
            // Taken out, so that no damage to the facts could make a circle endless.
            places.remove(&(source, repo, sha));
            next = text(&parent, row).and_then(|parent| places.get(&(source, repo, parent)).copied());
        }
    }
    Ok(rows.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::expect;

    #[test]
    fn what_came_by_a_merge_is_not_on_the_line() {
        expect(
            &ENGINE,
            &[(
                "commits",
                "
                source | repo | sha | first_parent | commit_time | head
                code   | api  | m2  | m1           | 1           | m2
                code   | api  | b1  | m1           | 2           | m2
                code   | api  | m1  | m0           | 3           | m2
                code   | api  | old | m0           | 2           | m2
                code   | web  | w1  | -            | 4           | w1
                code   | lab  | l1  | l1           | 5           | l1
                code   | new  | n1  | -            | 5           | -
            ",
            )],
            "
            repo | sha
            api  | m2
            api  | m1
            lab  | l1
            web  | w1
            ",
        );
    }
}
