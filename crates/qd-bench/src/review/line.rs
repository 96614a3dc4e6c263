//! The first-parent line of a repository as changes: what was merged, when, by whom.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::Path,
};

use anyhow::{Context, ensure};

/// A path that a change touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Touched {
    /// Its path afterwards.
    pub(crate) path: String,
    /// Its path before, where renamed.
    pub(crate) previous: Option<String>,
    /// Lines added; none for binary content.
    pub(crate) added: Option<u64>,
    /// Lines removed.
    pub(crate) removed: Option<u64>,
}

/// A change of the main line: a merged branch, a squashed one, or a single commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Merged {
    /// The commit on the main line.
    pub(crate) sha: String,
    /// The commit before it on the main line.
    pub(crate) parent: Option<String>,
    /// When it came there, in microseconds; never before the change ahead of it.
    pub(crate) time: i64,
    /// Address of who wrote it: of a merge, who wrote the last commit of what was merged.
    pub(crate) author: String,
    /// What it is called; of a merged pull request, what that was called.
    pub(crate) title: String,
    /// Number of the pull request, where it says one.
    pub(crate) number: Option<u64>,
    /// Messages of its commits.
    pub(crate) messages: Vec<String>,
    /// What it touched, against the commit before it.
    pub(crate) files: Vec<Touched>,
}

impl Merged {
    /// Lines added and removed.
    pub(crate) fn lines(&self) -> u64 {
        self.files.iter().map(|file| file.added.unwrap_or(0).saturating_add(file.removed.unwrap_or(0))).sum()
    }
}

/// The changes, and which of them each commit belongs to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line {
    /// Oldest first.
    pub(crate) changes: Vec<Merged>,
    /// Change of each commit.
    pub(crate) commits: BTreeMap<String, usize>,
    /// Changes left out because the clone lacks what they touched.
    pub(crate) unread: usize,
}

/// A commit, wherever it is.
struct Commit<'a> {
    parents: Vec<&'a str>,
    author: &'a str,
    message: &'a str,
}

/// Separates commits in what git is asked to print, and their parts.
const COMMIT: char = '\u{1}';
const PART: char = '\u{2}';

/// The newest `most` changes of the line that `HEAD` is on.
pub(crate) fn read(clone: &Path, most: usize) -> anyhow::Result<Line> {
    let history = ask(clone, &["log", "HEAD", "--format=%x01%H%x02%P%x02%aE%x02%B"])?;
    let graph: HashMap<&str, Commit<'_>> = history.split(COMMIT).filter_map(commit).collect();
    let order = ask(clone, &["rev-list", "HEAD", "--first-parent", &format!("--max-count={most}")])?;
    let order: Vec<&str> = order.lines().collect();
    let (printed, unread) = diffs(clone, &order)?;
    let mut told: Vec<(&str, i64, Vec<Touched>)> =
        printed.iter().flat_map(|text| text.split(COMMIT)).filter_map(diff).collect();
    told.reverse();
    let mut seen = HashSet::new();
    let first = told.first().and_then(|(sha, ..)| graph.get(sha)).map(|commit| commit.parents.clone());
    reach(&graph, first.into_iter().flatten().take(1).collect(), &mut seen);
    let mut result = Line { unread, ..Line::default() };
    let mut time = i64::MIN;
    for (sha, at, files) in told {
        let Some(commit) = graph.get(sha) else { continue };
        time = time.max(at.saturating_mul(1_000_000));
        let number = result.changes.len();
        seen.insert(sha);
        result.commits.insert(sha.to_owned(), number);
        let inner = reach(&graph, commit.parents.iter().skip(1).copied().collect(), &mut seen);
        let mut messages = vec![commit.message.to_owned()];
        for sha in inner {
            result.commits.insert(sha.to_owned(), number);
            messages.extend(graph.get(sha).map(|commit| commit.message.to_owned()));
        }
        let writer = commit.parents.get(1).and_then(|tip| graph.get(tip)).unwrap_or(commit);
        let (title, pull) = title(commit.message);
        result.changes.push(Merged {
            sha: sha.to_owned(),
            parent: commit.parents.first().map(|sha| (*sha).to_owned()),
            time,
            author: writer.author.to_lowercase(),
            title,
            number: pull,
            messages,
            files,
        });
    }
    Ok(result)
}

/// What the changes of `order`, newest first, touched, as git prints it. Git gives up at the first object
/// that a clone lacks; that change is left out and counted, and git asked for what comes after it.
fn diffs(clone: &Path, order: &[&str]) -> anyhow::Result<(Vec<String>, usize)> {
    let (mut printed, mut unread, mut at) = (Vec::new(), 0, 0);
    while let Some(from) = order.get(at) {
        let most = format!("--max-count={}", order.len() - at);
        let output = crate::git(clone)
            .args(["log", from, "--first-parent", "--diff-merges=first-parent", "--numstat", "-M", "-z"])
            .args([&most, "--format=%x01%H%x02%ct%x02"])
            .output()
            .context("`git` cannot be run (is it installed?)")?;
        let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            printed.push(text);
            break;
        }
        // The last one it began may be cut off: it is the one that cannot be read, or the one before.
        let mut whole = text.matches(COMMIT).count();
        if let Some(cut) = text.rfind(COMMIT).filter(|_| whole > 0) {
            text.truncate(cut);
            whole -= 1;
        }
        printed.push(text);
        unread += 1;
        at += whole + 1;
    }
    Ok((printed, unread))
}

/// What git prints; bytes that are no text are replaced.
pub(crate) fn ask(clone: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let output =
        crate::git(clone).args(arguments).output().context("`git` cannot be run (is it installed?)")?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "`git {}` failed: {}", arguments.join(" "), complaint.trim());
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn commit(told: &str) -> Option<(&str, Commit<'_>)> {
    let mut parts = told.splitn(4, PART);
    let sha = parts.next()?;
    let parents = parts.next()?.split_whitespace().collect();
    Some((sha, Commit { parents, author: parts.next()?, message: parts.next()?.trim() }))
}

/// A commit of the line with what it touched.
fn diff(told: &str) -> Option<(&str, i64, Vec<Touched>)> {
    let mut parts = told.splitn(3, PART);
    let (sha, time, rows) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?);
    let mut files = Vec::new();
    let mut fields = rows.split('\0').map(|field| field.trim_start_matches('\n'));
    while let Some(field) = fields.next() {
        let mut columns = field.splitn(3, '\t');
        let (Some(added), Some(removed), Some(path)) = (columns.next(), columns.next(), columns.next())
        else {
            continue;
        };
        let (previous, path) = if path.is_empty() { (fields.next(), fields.next()?) } else { (None, path) };
        files.push(Touched {
            path: path.to_owned(),
            previous: previous.map(str::to_owned),
            added: added.parse().ok(),
            removed: removed.parse().ok(),
        });
    }
    Some((sha, time, files))
}

/// What is reached from `from` and was not before.
fn reach<'a>(
    graph: &HashMap<&'a str, Commit<'a>>,
    from: Vec<&'a str>,
    seen: &mut HashSet<&'a str>,
) -> Vec<&'a str> {
    let mut open = from;
    let mut found = Vec::new();
    while let Some(sha) = open.pop() {
        if let Some(commit) = graph.get(sha)
            && seen.insert(sha)
        {
            found.push(sha);
            open.extend(&commit.parents);
        }
    }
    found
}

/// What a change is called, and the number of its pull request.
fn title(message: &str) -> (String, Option<u64>) {
    let mut lines = message.lines().map(str::trim).filter(|line| !line.is_empty());
    let subject = lines.next().unwrap_or_default();
    if let Some(rest) = subject.strip_prefix("Merge pull request #") {
        let number = rest.split_whitespace().next().and_then(|number| number.parse().ok());
        return (lines.next().unwrap_or(subject).to_owned(), number);
    }
    let squashed = subject.strip_suffix(')').and_then(|subject| subject.rsplit_once(" (#"));
    match squashed.and_then(|(title, number)| Some((title, number.parse().ok()?))) {
        Some((title, number)) => (title.to_owned(), Some(number)),
        None => (subject.to_owned(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_merged_pull_request_is_called_what_it_was_called() {
        let cases = [
            ("Merge pull request #5 from ada/x\n\nAdd cache", "Add cache", Some(5)),
            ("Add cache (#6)\n\nBody", "Add cache", Some(6)),
            ("Add cache (again)", "Add cache (again)", None),
            ("", "", None),
        ];
        for (message, called, number) in cases {
            assert_eq!(title(message), (called.to_owned(), number));
        }
    }

    #[test]
    fn what_git_prints_is_read_with_renames_and_binary_content() {
        let told = "abc\u{2}12\u{2}\0\n3\t1\tsrc/a.rs\0-\t-\tlogo.png\u{0}1\t0\t\0old.rs\0new.rs\0";
        let (sha, time, files) = diff(told).expect("a good example");
        assert_eq!((sha, time, files.len()), ("abc", 12, 3));
        let told: Vec<_> = files.iter().map(|file| (file.path.as_str(), file.added)).collect();
        assert_eq!(told, [("src/a.rs", Some(3)), ("logo.png", None), ("new.rs", Some(1))]);
        assert_eq!(files.last().and_then(|file| file.previous.as_deref()), Some("old.rs"));
        assert!(diff("no commit").is_none());
    }
}
