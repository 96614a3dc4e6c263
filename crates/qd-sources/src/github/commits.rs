//! The commits of a change.

use jiff::Timestamp;
use qd_tables::CHANGE_REQUESTS;

use super::{
    changes::is_whole,
    node::{Node, Pile, Row},
    place::Place,
};

/// Trailers that say who or what took part.
const KEPT: [&str; 5] =
    ["co-authored-by", "co-developed-by", "assisted-by", "generated-by", "generated-with"];

/// Fills in what the commits that came with a change say.
pub(super) fn commits_of_change(row: &mut Row, pull: Node<'_>) {
    if let Some(commits) = pull.at("commits").and_then(|commits| commits.0.as_array())
        && is_whole(pull, "commits", commits.len())
    {
        listed(row, &commits.iter().map(Node).collect::<Vec<_>>());
    }
}

/// Maps a list of the commits of a change.
pub(super) fn commits_alone(commits: Node<'_>, place: &Place, pile: &mut Pile) {
    let (Some(repo), Some(number)) = (&place.repo, &place.number) else { return };
    let commits: Vec<Node<'_>> = commits.0.as_array().into_iter().flatten().map(Node).collect();
    let mut row = Row::about(repo, number);
    let last = listed(&mut row, &commits);
    // A page that is full may be the first of several.
    if !matches!(commits.len(), 30 | 100) {
        row.set("commits", commits.len());
    }
    let at = pile.at.or(last);
    pile.version(&CHANGE_REQUESTS, row, at);
}

/// Puts commits into a row; the time of the last one.
fn listed(row: &mut Row, commits: &[Node<'_>]) -> Option<Timestamp> {
    let shas = commits.iter().filter_map(|node| node.any(&["sha", "commit.sha"])?.as_id());
    row.set("commit_shas", shas.collect::<Vec<_>>());
    let times = |paths: &[&str]| -> Vec<Timestamp> {
        commits.iter().filter_map(|node| node.any(paths)?.as_time()).collect()
    };
    let first = times(&["commit.author.date", "commit.authored_date"]).into_iter().min();
    let last =
        times(&["commit.pushed_date", "commit.committer.date", "commit.committed_date"]).into_iter().max();
    for (column, time) in [("first_commit_at", first), ("last_commit_at", last)] {
        if let Some(time) = time {
            row.set_time(column, time);
        }
    }
    let mut found: Vec<String> = Vec::new();
    for trailer in commits.iter().filter_map(|node| node.text("commit.message")).flat_map(trailers) {
        if !found.contains(&trailer) {
            found.push(trailer);
        }
    }
    row.set("trailers", found);
    last
}

/// The trailers of a message that name co-authors or tools.
fn trailers(message: &str) -> impl Iterator<Item = String> {
    let last = message.trim_end().rsplit("\n\n").next().unwrap_or_default();
    last.lines().filter_map(|line| {
        let (key, value) = line.split_once(':')?;
        KEPT.contains(&key.trim().to_lowercase().as_str())
            .then(|| format!("{}: {}", key.trim(), value.trim()))
    })
}
