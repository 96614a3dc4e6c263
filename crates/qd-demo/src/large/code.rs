//! What git would show of the large company: commits and what they changed, branches, files.

use jiff::{SignedDuration, Timestamp};
use qd_tables::{
    CODE_OWNERS, COMMITS, DEPENDENCY_CHANGES, FILE_CHANGES, FILES, PIPELINES, REFS, REPOSITORIES,
};
use serde_json::json;

use super::{
    Sink,
    firm::{Firm, ORGANISATION},
    put,
    work::{Change, Work},
};
use crate::{days::at, dice::Dice};

/// Parts of a program.
const PARTS: [&str; 8] = ["api", "model", "store", "jobs", "web", "events", "rules", "import"];
/// Files of each part.
const FILES_OF_PART: usize = 14;
/// Files at the top, which no change of ours touches.
const TOP: [&str; 5] = ["README.md", "LICENSE", "CODEOWNERS", ".github/workflows/build.yml", "package.json"];

/// The last commit of a change, by its place among the changes.
pub(super) fn head(change: &Change) -> String {
    sha(change, change.commits.saturating_sub(1))
}

/// The id of a commit: nobody could tell it from a real one.
fn sha(change: &Change, turn: usize) -> String {
    let mut dice =
        Dice::new(u64::from(change.number) << 8 | turn as u64, &format!("commit of {}", change.repo));
    (0..5).fold(String::new(), |id, _| id + &format!("{:08x}", dice.roll(1 << 32)))
}

/// Paths that a commit of a change touches: most of the work is in few files.
pub(super) fn paths(firm: &Firm, change: &Change, turn: usize) -> Vec<String> {
    let mut dice = Dice::new(firm.seed ^ u64::from(change.number), &format!("paths {} {turn}", change.repo));
    let part = dice.roll(PARTS.len()).min(dice.roll(PARTS.len()));
    let mut paths: Vec<String> = (0..1 + dice.roll(4))
        .map(|_| {
            let file = dice.roll(FILES_OF_PART).min(dice.roll(FILES_OF_PART)).min(dice.roll(FILES_OF_PART));
            path(firm, change.repo, part, file)
        })
        .collect();
    paths.sort();
    paths.dedup();
    paths
}

fn path(firm: &Firm, repo: usize, part: usize, file: usize) -> String {
    format!("src/{}/{}-{file}.ts", PARTS[part % PARTS.len()], firm.repos[repo].thing)
}

/// Tells all of it.
pub(super) fn tell<Error>(firm: &Firm, work: &Work, sink: &mut Sink<'_, Error>) -> Result<(), Error> {
    let mut of_repo: Vec<Vec<&Change>> = firm.repos.iter().map(|_| Vec::new()).collect();
    for change in &work.changes {
        of_repo[change.repo].push(change);
    }
    for (repo, changes) in of_repo.iter_mut().enumerate() {
        // What was merged makes the default branch, in that order.
        changes.sort_by_key(|change| (change.merged.unwrap_or(Timestamp::MAX), change.number));
        let (mut head, mut count) = (None, 0);
        for change in changes.iter() {
            let tip = commits(firm, change, head.clone(), sink)?;
            count += change.commits;
            match change.merged {
                Some(_) => head = Some(tip),
                None if change.closed.is_none() => branch(firm, change, &tip, sink)?,
                None => {}
            }
        }
        tree(firm, repo, (head, count), sink)?;
    }
    Ok(())
}

/// The commits of a change, on `base`; gives the last one.
fn commits<Error>(
    firm: &Firm,
    change: &Change,
    base: Option<String>,
    sink: &mut Sink<'_, Error>,
) -> Result<String, Error> {
    let mut dice = Dice::new(firm.seed ^ u64::from(change.number), &format!("lines {}", change.repo));
    let author = &firm.people[change.author];
    let (repo, mail) = (&firm.repos[change.repo].name, author.mail());
    let mut parent = base;
    for turn in 0..change.commits {
        let id = sha(change, turn);
        let written = step(change, turn);
        // A change that is merged is put on top of what came before it.
        let landed = change
            .merged
            .map_or(written, |merged| merged.max(written) + SignedDuration::from_secs(turn as i64));
        let (mut added, mut removed) = (0, 0);
        let paths = paths(firm, change, turn);
        for path in &paths {
            let (more, less) = (1 + dice.roll(60), dice.roll(30));
            (added, removed) = (added + more, removed + less);
            put(
                sink,
                &FILE_CHANGES,
                json!({
                    "repo": repo, "sha": id, "commit_time": landed, "author_email": mail, "path": path,
                    "change": "modified", "added": more, "removed": less,
                }),
            )?;
        }
        put(
            sink,
            &COMMITS,
            json!({
                "repo": repo, "sha": id, "parents": usize::from(parent.is_some()), "author_name": author.name,
                "author_email": mail, "author_time": written, "committer_name": author.name,
                "committer_email": mail, "commit_time": landed, "subject": change.subject(),
                "files": paths.len(), "added": added, "removed": removed, "trailers": [], "first_parent": parent,
            }),
        )?;
        if let (0, Some(name)) = (turn, change.adds) {
            put(
                sink,
                &DEPENDENCY_CHANGES,
                json!({
                    "repo": repo, "sha": id, "commit_time": landed, "author_email": mail, "path": "package.json",
                    "ecosystem": "npm", "name": name, "change": "added",
                }),
            )?;
        }
        parent = Some(id);
    }
    Ok(parent.unwrap_or_default())
}

/// When a commit of a change was written: evenly between its beginning and the request.
pub(super) fn step(change: &Change, turn: usize) -> Timestamp {
    let span = change.opened.duration_since(change.begun).as_secs() / 4;
    change.begun + SignedDuration::from_secs(span * turn.min(4) as i64)
}

/// A branch that is not merged.
fn branch<Error>(firm: &Firm, change: &Change, tip: &str, sink: &mut Sink<'_, Error>) -> Result<(), Error> {
    put(
        sink,
        &REFS,
        json!({
            "repo": firm.repos[change.repo].name, "name": change.branch(), "kind": "branch",
            "observed_at": step(change, change.commits), "sha": tip, "is_default": false, "ahead": change.commits,
            "behind": 0, "ahead_since": change.begun,
        }),
    )
}

/// A repository, its default branch, and the files that are there.
fn tree<Error>(
    firm: &Firm,
    repo: usize,
    (head, commits): (Option<String>, usize),
    sink: &mut Sink<'_, Error>,
) -> Result<(), Error> {
    let own = &firm.repos[repo];
    let (name, seen) = (&own.name, at(firm.last_day(), 19 * 60));
    let team = firm.team_of(repo).map_or("", |team| team.id.as_str());
    put(
        sink,
        &REPOSITORIES,
        json!({
            "repo": name, "observed_at": seen, "path": format!("/srv/git/{name}.git"), "default_branch": "main",
            "head": head, "remote_url": format!("https://github.example/{ORGANISATION}/{name}.git"),
            "is_bare": true, "is_shallow": false, "commits": commits, "unmeasured": 0,
        }),
    )?;
    if let Some(head) = head {
        put(
            sink,
            &REFS,
            json!({
                "repo": name, "name": "main", "kind": "branch", "observed_at": seen, "sha": head, "is_default": true,
            }),
        )?;
    }
    put(
        sink,
        &PIPELINES,
        json!({
            "repo": name, "path": TOP[3], "observed_at": seen, "system": "github", "runs_tests": true,
        }),
    )?;
    put(
        sink,
        &CODE_OWNERS,
        json!({
            "repo": name, "line": 1, "observed_at": seen, "pattern": "*", "owners": [format!("@{ORGANISATION}/{team}")],
        }),
    )?;
    let mut dice = Dice::new(firm.seed, &format!("tree {name}"));
    let parts = (0..PARTS.len()).flat_map(|part| (0..FILES_OF_PART).map(move |file| (part, file)));
    let code = parts.map(|(part, file)| path(firm, repo, part, file));
    for path in code.chain(TOP.iter().map(|path| (*path).to_owned())) {
        put(
            sink,
            &FILES,
            json!({
                "repo": name, "path": path, "observed_at": seen,
                "blob": format!("{:032x}{:08x}", dice.roll(1 << 60), dice.roll(1 << 32)),
                "bytes": 400 + dice.roll(9000), "is_generated": false,
            }),
        )?;
    }
    Ok(())
}
