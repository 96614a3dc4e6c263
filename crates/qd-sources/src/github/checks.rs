//! What the checks of a change say together, and since when.

use jiff::Timestamp;

use super::node::{Node, Row};

/// Fills in `checks` and `checks_at` from the roll-up of the newest commit.
pub(super) fn checks(row: &mut Row, pull: Node<'_>) {
    let of_last =
        |list: &str| pull.list(list).filter_map(|node| node.at("commit.status_check_rollup")).last();
    // Ours is the first; most people's questions ask for `commits(last: 1)`.
    let newest = of_last("last_commit").or_else(|| of_last("commits"));
    let Some(rollup) = newest.or_else(|| pull.at("status_check_rollup")) else { return };
    let word = match rollup.text("state") {
        Some("SUCCESS") => Some("passing"),
        Some("FAILURE" | "ERROR") => Some("failing"),
        Some("PENDING" | "EXPECTED") => Some("running"),
        Some(_) => None,
        None => rollup.is_null().then_some("none"),
    };
    row.set("checks", word);
    let since = word.and_then(|word| since(rollup, word));
    row.set("checks_at", since.map(|time| time.to_string()));
}

/// Since when the checks say so: failing since the first failure, passing since the last end,
/// running since the first of those that still run began.
fn since(rollup: Node<'_>, word: &str) -> Option<Timestamp> {
    let ended = |node: Node<'_>| node.any(&["completed_at", "created_at"])?.as_time();
    let result = |node: Node<'_>| node.any(&["conclusion", "state"])?.as_id();
    let contexts = || rollup.list("contexts");
    match word {
        "failing" => {
            let bad = ["FAILURE", "ERROR", "TIMED_OUT", "STARTUP_FAILURE", "CANCELLED", "ACTION_REQUIRED"];
            let failed = contexts().filter(|node| result(*node).is_some_and(|word| bad.contains(&&*word)));
            failed.filter_map(ended).min()
        }
        "passing" => contexts().filter_map(ended).max(),
        "running" => {
            let going = contexts().filter(|node| {
                node.at("conclusion").is_some_and(Node::is_null) || node.text("state") == Some("PENDING")
            });
            going.filter_map(|node| node.any(&["started_at", "created_at"])?.as_time()).min()
        }
        _ => None,
    }
}
