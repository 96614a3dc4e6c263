//! Which changes turned out bad, as far as later history tells.
//!
//! The approach of Śliwerski, Zimmermann and Zeller ("When do changes induce fixes?", MSR
//! 2005): the lines that a fix removes were brought in by the change it mends.

use std::{
    collections::{BTreeSet, HashMap},
    path::Path,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use qd_engines::review::{is_fix, is_program};

use super::line::{Line, Merged, ask};

/// Days within which a fix speaks against what it mends.
pub(crate) const DAYS: i64 = 21;
const DAY: i64 = 86_400_000_000;
/// Fewest digits of an abbreviated commit.
const ABBREVIATED: usize = 7;

/// How a change turned out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Label {
    /// A later change says that it reverts or mends this one.
    pub(crate) is_named: bool,
    /// A fix within 21 days removed lines that it brought.
    pub(crate) is_mended: bool,
}

impl Label {
    /// Bad in the wider sense.
    pub(crate) fn is_bad(self) -> bool {
        self.is_named || self.is_mended
    }
}

/// The labels of all changes.
pub(crate) fn labels(clone: &Path, line: &Line) -> anyhow::Result<Vec<Label>> {
    let mut labels = vec![Label::default(); line.changes.len()];
    for bad in named(line) {
        labels[bad].is_named = true;
    }
    for bad in mended(clone, line)? {
        labels[bad].is_mended = true;
    }
    Ok(labels)
}

/// Changes that a later one names: by `This reverts commit`, `Fixes:`, a number or a title.
fn named(line: &Line) -> BTreeSet<usize> {
    let mut titles: HashMap<&str, usize> = HashMap::new();
    let mut numbers: HashMap<u64, usize> = HashMap::new();
    let mut found = BTreeSet::new();
    for (place, change) in line.changes.iter().enumerate() {
        for message in &change.messages {
            let commits = shas(message).into_iter().filter_map(|sha| whole(line, sha));
            let pulls = pulls(message).into_iter().filter_map(|number| numbers.get(&number).copied());
            let title = reverted_title(message).and_then(|title| titles.get(title).copied());
            found.extend(commits.chain(pulls).chain(title).filter(|bad| *bad < place));
        }
        titles.insert(&change.title, place);
        numbers.extend(change.number.map(|number| (number, place)));
    }
    found
}

/// The change of an abbreviated commit.
fn whole(line: &Line, sha: &str) -> Option<usize> {
    let (full, change) = line.commits.range(sha.to_owned()..).next()?;
    full.starts_with(sha).then_some(*change)
}

/// Commits that a message says it reverts or fixes.
fn shas(message: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for line in message.lines() {
        let after = line
            .split_once("reverts commit ")
            .or_else(|| line.split_once("revert commit "))
            .map(|(_, rest)| rest)
            .or_else(|| line.strip_prefix("Fixes: "));
        let word = after.map(|rest| rest.trim_start_matches(|letter: char| !letter.is_ascii_hexdigit()));
        let sha = word
            .map(|word| word.split(|letter: char| !letter.is_ascii_hexdigit()).next().unwrap_or_default());
        found.extend(sha.filter(|sha| sha.len() >= ABBREVIATED));
    }
    found
}

/// Pull requests that a message says it reverts.
fn pulls(message: &str) -> Vec<u64> {
    let mut found = Vec::new();
    for line in message.lines() {
        let rest = ["Reverts ", "Revert "].iter().find_map(|word| line.trim().strip_prefix(word));
        let word = rest.and_then(|rest| rest.split_whitespace().next()).unwrap_or_default();
        let number =
            word.rsplit_once('#').map(|(_, number)| number.trim_end_matches(|c: char| !c.is_ascii_digit()));
        found.extend(number.and_then(|number| number.parse::<u64>().ok()));
    }
    found
}

/// The title that a message reverts: `Revert "title (#12)"`.
fn reverted_title(message: &str) -> Option<&str> {
    let rest = message.lines().find_map(|line| line.trim().strip_prefix("Revert \""))?;
    let title = rest.rsplit_once('"').map_or(rest, |(title, _)| title);
    Some(title.rsplit_once(" (#").map_or(title, |(title, _)| title))
}

/// Changes of which a fix of the next 21 days removed lines.
fn mended(clone: &Path, line: &Line) -> anyhow::Result<BTreeSet<usize>> {
    let fixes: Vec<usize> =
        (0..line.changes.len()).filter(|place| is_fix(&line.changes[*place].title)).collect();
    let touched = touched(line);
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Ok(BTreeSet::new()));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(place) = fixes.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let mended = mended_by(clone, line, *place, &touched);
                    let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
                    match (mended, found.as_mut()) {
                        (Ok(mended), Ok(found)) => found.extend(mended),
                        (Err(error), Ok(_)) => *found = Err(error),
                        _ => return,
                    }
                }
            });
        }
    });
    found.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// When each path was touched.
fn touched(line: &Line) -> HashMap<&str, Vec<usize>> {
    let mut touched: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, change) in line.changes.iter().enumerate() {
        for file in &change.files {
            touched.entry(&file.path).or_default().push(place);
        }
    }
    touched
}

/// What the fix at `place` mends: the changes that brought the lines it removes.
fn mended_by(
    clone: &Path,
    line: &Line,
    place: usize,
    touched: &HashMap<&str, Vec<usize>>,
) -> anyhow::Result<Vec<usize>> {
    let fix = &line.changes[place];
    let Some(parent) = &fix.parent else { return Ok(Vec::new()) };
    let since = fix.time.saturating_sub(DAYS * DAY);
    let is_recent = |path: &str| {
        let places = touched.get(path).map(Vec::as_slice).unwrap_or_default();
        places
            .iter()
            .rev()
            .find(|other| **other < place)
            .is_some_and(|other| line.changes[*other].time >= since)
    };
    let mut found = Vec::new();
    for (path, ranges) in removed(clone, fix, parent)? {
        if !is_program(&path) || !is_recent(&path) {
            continue;
        }
        let limit = format!("--since={}", since / 1_000_000);
        let mut arguments = vec!["blame", "--first-parent", "-w", "-s", "-l", limit.as_str()];
        arguments.extend(ranges.iter().flat_map(|range| ["-L", range.as_str()]));
        arguments.extend([parent.as_str(), "--", path.as_str()]);
        let Ok(blame) = ask(clone, &arguments) else { continue };
        let shas =
            blame.lines().filter(|line| !line.starts_with('^')).filter_map(|line| line.split(' ').next());
        let bad = shas.filter_map(|sha| line.commits.get(sha).copied());
        found.extend(bad.filter(|bad| *bad < place && line.changes[*bad].time >= since));
    }
    Ok(found)
}

/// The lines that a change removes: path before it, and ranges as `git blame -L` takes them.
fn removed(clone: &Path, fix: &Merged, parent: &str) -> anyhow::Result<Vec<(String, Vec<String>)>> {
    let has_removed = fix.files.iter().any(|file| file.removed.unwrap_or(0) > 0 && is_program(&file.path));
    if !has_removed {
        return Ok(Vec::new());
    }
    let diff = ask(
        clone,
        &[
            "-c",
            "core.quotePath=false",
            "diff",
            "--unified=0",
            "-M",
            "--no-color",
            "--no-ext-diff",
            "--src-prefix=a/",
            parent,
            &fix.sha,
        ],
    )?;
    let mut files: Vec<(String, Vec<String>)> = Vec::new();
    for row in diff.lines() {
        if let Some(path) = row.strip_prefix("--- a/") {
            files.push((path.to_owned(), Vec::new()));
        } else if row.starts_with("--- /dev/null") {
            files.push((String::new(), Vec::new()));
        } else if let Some(range) = row.strip_prefix("@@ -").and_then(|rest| rest.split(' ').next()) {
            let (start, count) = range.split_once(',').unwrap_or((range, "1"));
            if let (Some((_, ranges)), true) = (files.last_mut(), count != "0") {
                ranges.push(format!("{start},+{count}"));
            }
        }
    }
    files.retain(|(_, ranges)| !ranges.is_empty());
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(sha: &str, title: &str, number: Option<u64>, message: &str) -> Merged {
        Merged {
            sha: sha.to_owned(),
            parent: None,
            time: 0,
            author: "ada@example.org".to_owned(),
            title: title.to_owned(),
            number,
            messages: vec![message.to_owned()],
            files: Vec::new(),
        }
    }

    #[test]
    fn a_change_is_named_by_commit_number_or_title() {
        let changes = vec![
            merged("aaaaaaaa11", "Add cache", Some(7), "Add cache (#7)"),
            merged("bbbbbbbb22", "Add log", Some(8), "Add log (#8)"),
            merged("cccccccc33", "Add page", None, "Add page"),
            merged("dddddddd44", "Add key", None, "Add key"),
            merged("eeeeeeee55", "Good", None, "Good\n\nFixes: aaaaaaaa (\"Add cache\")"),
            merged("ffffffff66", "Undo", None, "Undo\n\nReverts acme/api#8"),
            merged("9999999977", "Undo", None, "Revert \"Add page (#3)\"\n\nThis reverts commit dddddddd44."),
            merged("8888888888", "Undo", None, "This reverts commit 8888888888, or is it?"),
        ];
        let commits = changes.iter().enumerate().map(|(place, one)| (one.sha.clone(), place)).collect();
        let line = Line { changes, commits, unread: 0 };
        assert_eq!(named(&line), BTreeSet::from([0, 1, 2, 3]));
    }

    #[test]
    fn a_message_of_no_other_change_names_none() {
        assert!(shas("Fixes: the crash of yesterday").is_empty());
        assert!(shas("reverts commit abc").is_empty());
        assert!(pulls("Fixes #12").is_empty());
        assert_eq!(reverted_title("Revert to blue"), None);
    }
}
