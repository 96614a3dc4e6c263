//! The order of the open change requests, out of what forges and git show.
//!
//! A forge's repository and git's are one where their short names are one. Merged change requests
//! are measured as of the day they were opened, and open ones as of now, so both stand at the
//! same point of their lives; where a repository has too few merged ones, its newest commits take
//! their place. Commits that belong to a change request do not count as its own past, and those of
//! open ones are nobody's past yet.
//!
//! What a second pair of eyes is worth is the risk times the days waited: at least one day, since
//! also what came this morning is waiting, and at most thirty, since what has lain longer is
//! seldom forgotten for want of eyes, and would else stand above all that moves.

use std::collections::{BTreeMap, HashMap, HashSet};

use arrow::array::{Array, Int64Array, ListArray, RecordBatch, StringArray, TimestampMicrosecondArray};
use qd_tables::{REVIEW_ORDER, Writer};

use super::{Change, File, Measures, Past, Peers, Risk, past::real};
use crate::{
    Engine, EngineError, Input, Inputs,
    columns::{DAY, count, instant, text, words},
};

/// The engine.
pub(crate) const ENGINE: Engine = Engine {
    output: &REVIEW_ORDER,
    inputs: &[
        Input { name: "changes", query: include_str!("changes.sql") },
        Input { name: "commits", query: include_str!("commits.sql") },
        Input { name: "requests", query: include_str!("requests.sql") },
        Input { name: "away", query: include_str!("away.sql") },
    ],
    run,
};

/// Merged change requests from which on they are what a change is ranked among.
const ENOUGH: usize = 50;
/// Commits or change requests looked at for that, the newest.
const NEWEST: usize = 500;
/// Days of waiting that count at least, and at most.
const WAITING: (f64, f64) = (1.0, 30.0);

/// A commit with the rows of what it touched.
struct Commit<'a> {
    sha: &'a str,
    time: i64,
    change: Change<'a>,
}

/// A change request.
struct Request {
    row: usize,
    is_open: bool,
    is_draft: bool,
    created: i64,
    /// Its commits, and the one that brought it to the base branch.
    shas: Vec<String>,
    merge: Option<String>,
    paths: Option<Vec<String>>,
    added: Option<u64>,
}

/// An open change request with everything that its row says.
struct Row {
    row: usize,
    since: i64,
    days: f64,
    worth: f64,
    risk: Risk,
    measures: Measures,
    peers: usize,
}

/// The columns about change requests.
struct Requests {
    source: StringArray,
    repo: StringArray,
    number: StringArray,
    title: StringArray,
    url: StringArray,
    author: StringArray,
    person: StringArray,
    ready: TimestampMicrosecondArray,
}

/// The columns about commits and what they did.
struct History {
    repo: StringArray,
    sha: StringArray,
    time: TimestampMicrosecondArray,
    written: TimestampMicrosecondArray,
    subject: StringArray,
    person: StringArray,
    change_repo: StringArray,
    change_sha: StringArray,
    path: StringArray,
    previous: StringArray,
    added: Int64Array,
}

impl History {
    fn read(inputs: &Inputs) -> Result<Self, EngineError> {
        let (commits, changes) = (inputs.answer("commits"), inputs.answer("changes"));
        Ok(Self {
            repo: commits.texts("repo")?,
            sha: commits.texts("sha")?,
            time: commits.times("commit_time")?,
            written: commits.times("author_time")?,
            subject: commits.texts("subject")?,
            person: commits.texts("person")?,
            change_repo: changes.texts("repo")?,
            change_sha: changes.texts("sha")?,
            path: changes.texts("path")?,
            previous: changes.texts("previous_path")?,
            added: changes.integers("added")?,
        })
    }

    /// The commits of each repository by time. A commit told twice (two clones, or the same work
    /// picked onto another branch: same person, second and subject) comes once.
    fn commits(&self) -> HashMap<&str, Vec<Commit<'_>>> {
        let mut files: HashMap<(&str, &str), BTreeMap<&str, File<'_>>> = HashMap::new();
        for row in 0..self.path.len() {
            let (path, previous) = (self.path.value(row), text(&self.previous, row));
            let file = File { path, previous, added: natural(&self.added, row) };
            files
                .entry((self.change_repo.value(row), self.change_sha.value(row)))
                .or_default()
                .insert(path, file);
        }
        let mut order: Vec<usize> = (0..self.sha.len()).collect();
        order
            .sort_unstable_by_key(|row| (self.repo.value(*row), self.time.value(*row), self.sha.value(*row)));
        let (mut seen, mut written) = (HashSet::new(), HashSet::new());
        let mut commits: HashMap<&str, Vec<Commit<'_>>> = HashMap::new();
        for row in order {
            let (repo, sha, person) = (self.repo.value(row), self.sha.value(row), text(&self.person, row));
            let at = self.written.is_valid(row).then(|| self.written.value(row));
            let is_copy = at.is_some() && !written.insert((repo, at, person, self.subject.value(row)));
            if !seen.insert((repo, sha)) || is_copy {
                continue;
            }
            let files: Vec<File<'_>> = files.remove(&(repo, sha)).unwrap_or_default().into_values().collect();
            let time = self.time.value(row);
            let added = files.iter().filter_map(|file| file.added).fold(0, u64::saturating_add);
            let title = self.subject.value(row);
            let change = Change { time, author: person, title, added: Some(added), files: Some(files) };
            commits.entry(repo).or_default().push(Commit { sha, time, change });
        }
        commits
    }
}

/// A count that cannot be less than nothing.
fn natural(array: &Int64Array, row: usize) -> Option<u64> {
    array.is_valid(row).then(|| u64::try_from(array.value(row)).unwrap_or(0))
}

/// Several words of a row, or none where they are unknown.
fn known_words(array: &ListArray, row: usize) -> Option<Vec<String>> {
    array.is_valid(row).then(|| words(array, row))
}

/// The change requests of each repository, and the columns beside them.
fn requests(inputs: &Inputs) -> Result<(Requests, BTreeMap<String, Vec<Request>>), EngineError> {
    let answer = inputs.answer("requests");
    let columns = Requests {
        source: answer.texts("source")?,
        repo: answer.texts("repo")?,
        number: answer.texts("number")?,
        title: answer.texts("title")?,
        url: answer.texts("url")?,
        author: answer.texts("author")?,
        person: answer.texts("person")?,
        ready: answer.times("ready_at")?,
    };
    let (state, draft, created) =
        (answer.texts("state")?, answer.booleans("is_draft")?, answer.times("created_at")?);
    let (merge, shas) = (answer.texts("merge_sha")?, answer.lists("commit_shas")?);
    let (added, paths) = (answer.integers("added")?, answer.lists("paths")?);
    let mut requests: BTreeMap<String, Vec<Request>> = BTreeMap::new();
    for row in 0..answer.rows() {
        requests.entry(columns.repo.value(row).to_owned()).or_default().push(Request {
            row,
            is_open: state.value(row) == "open",
            is_draft: draft.is_valid(row) && draft.value(row),
            created: created.value(row),
            shas: words(&shas, row),
            merge: text(&merge, row).map(str::to_owned),
            paths: known_words(&paths, row),
            added: natural(&added, row),
        });
    }
    for requests in requests.values_mut() {
        requests.sort_by_key(|one| {
            (one.created, columns.source.value(one.row).to_owned(), columns.number.value(one.row).to_owned())
        });
    }
    Ok((columns, requests))
}

/// One repository while its past is told.
struct Repository<'a> {
    columns: &'a Requests,
    commits: &'a [Commit<'a>],
    by_sha: HashMap<&'a str, &'a Commit<'a>>,
    away: &'a HashSet<&'a str>,
    past: Past<'a>,
    numbers: HashMap<&'a str, u32>,
}

impl<'a> Repository<'a> {
    fn of(columns: &'a Requests, commits: &'a [Commit<'a>], away: &'a HashSet<&'a str>) -> Self {
        let by_sha = commits.iter().map(|commit| (commit.sha, commit)).collect();
        Self { columns, commits, by_sha, away, past: Past::new(), numbers: HashMap::new() }
    }

    /// What a change request is, as of `now`. Lines of single files are known where its commits are.
    fn measure(&self, request: &Request, now: i64) -> Measures {
        let squashed = request.merge.as_deref().and_then(|sha| self.by_sha.get(sha));
        let parts: Vec<&Commit<'_>> = match squashed {
            Some(commit) => vec![commit],
            None => request.shas.iter().filter_map(|sha| self.by_sha.get(sha.as_str()).copied()).collect(),
        };
        let mut files: BTreeMap<&str, File<'_>> = BTreeMap::new();
        for path in request.paths.iter().flatten() {
            files.insert(path, File { path, previous: None, added: None });
        }
        let is_listed = !files.is_empty();
        for file in parts.iter().flat_map(|commit| commit.change.files.iter().flatten()) {
            if is_listed && !files.contains_key(file.path) {
                continue;
            }
            let known = files.entry(file.path).or_insert(File { added: None, ..*file });
            known.previous = known.previous.or(file.previous);
            known.added = match (known.added, file.added) {
                (Some(one), Some(other)) => Some(one.saturating_add(other)),
                (one, other) => one.or(other),
            };
        }
        let is_known = request.paths.is_some() || !parts.is_empty();
        let author = text(&self.columns.person, request.row);
        let title = self.columns.title.value(request.row);
        let files = is_known.then(|| files.into_values().collect());
        let change = Change { time: now, author, title, added: request.added, files };
        let shas = request.shas.iter().map(String::as_str).chain(request.merge.as_deref());
        let own = shas.filter_map(|sha| self.numbers.get(sha).copied()).collect();
        self.past.measure(&change, &own, self.away)
    }

    /// Tells the past of the repository, and returns what its open change requests are ranked among.
    fn learn(&mut self, requests: &[Request]) -> Peers {
        let unmerged: HashSet<&str> = requests
            .iter()
            .filter(|one| one.is_open)
            .flat_map(|one| one.shas.iter().map(String::as_str))
            .collect();
        let merged: Vec<&Request> = requests.iter().filter(|one| !one.is_open).collect();
        let has_merged = merged.len() >= ENOUGH;
        let mut merged =
            merged.get(merged.len().saturating_sub(NEWEST)..).unwrap_or_default().iter().peekable();
        let first = self.commits.len().saturating_sub(NEWEST);
        let (mut peers, nothing) = (Peers::new(), HashSet::new());
        for (place, commit) in self.commits.iter().enumerate() {
            while let Some(request) = merged.next_if(|one| has_merged && one.created <= commit.time) {
                peers.remember(&self.measure(request, request.created));
            }
            if unmerged.contains(commit.sha) {
                continue;
            }
            if !has_merged && place >= first {
                peers.remember(&self.past.measure(&commit.change, &nothing, self.away));
            }
            let number = self.past.learn(&commit.change);
            self.numbers.insert(commit.sha, number);
        }
        for request in merged.filter(|_| has_merged) {
            peers.remember(&self.measure(request, request.created));
        }
        peers
    }
}

/// Days as the price of waiting counts them.
fn days(since: i64, now: i64) -> f64 {
    let micros = usize::try_from(now.saturating_sub(since)).unwrap_or(0);
    real(micros) / real(usize::try_from(DAY).unwrap_or(1))
}

fn run(inputs: &Inputs) -> Result<RecordBatch, EngineError> {
    let (columns, requests) = requests(inputs)?;
    let history = History::read(inputs)?;
    let commits = history.commits();
    let gone = inputs.answer("away").texts("person")?;
    let away: HashSet<&str> = gone.iter().flatten().collect();
    let now = inputs.as_of.as_microsecond();
    let mut rows = Vec::new();
    for (repo, requests) in &requests {
        let commits = commits.get(repo.as_str()).map(Vec::as_slice).unwrap_or_default();
        let mut repository = Repository::of(&columns, commits, &away);
        let peers = repository.learn(requests);
        for request in requests.iter().filter(|one| one.is_open && !one.is_draft) {
            let ready = columns.ready.is_valid(request.row).then(|| columns.ready.value(request.row));
            let since = ready.unwrap_or(request.created);
            let days = days(since, now);
            let measures = repository.measure(request, now);
            let risk = peers.risk(&measures);
            let worth = risk.probability * days.clamp(WAITING.0, WAITING.1);
            rows.push(Row { row: request.row, since, days, worth, risk, measures, peers: peers.len() });
        }
    }
    let key = |row: &Row| {
        (columns.source.value(row.row), columns.repo.value(row.row), columns.number.value(row.row))
    };
    rows.sort_by(|one, two| two.worth.total_cmp(&one.worth).then_with(|| key(one).cmp(&key(two))));
    let mut writer = Writer::new(&REVIEW_ORDER);
    for (place, row) in rows.iter().enumerate() {
        write(&mut writer, &columns, row, place + 1);
    }
    Ok(writer.finish()?)
}

fn write(writer: &mut Writer, columns: &Requests, row: &Row, rank: usize) {
    let measures = &row.measures;
    let [size, spread, heat, fixes, lone, new] = row.risk.times;
    let number = |value: Option<usize>| value.map(count);
    writer
        .text(columns.source.value(row.row))
        .text(columns.repo.value(row.row))
        .text(columns.number.value(row.row))
        .text(text(&columns.title, row.row))
        .text(text(&columns.url, row.row))
        .text(text(&columns.author, row.row))
        .text(text(&columns.person, row.row))
        .integer(count(rank))
        .number(row.worth)
        .number(row.risk.probability)
        .time(instant(row.since))
        .number(row.days)
        .integer(count(row.peers))
        .number(measures.lines)
        .number(size)
        .integer(number(measures.files))
        .integer(number(measures.folders))
        .number(measures.spread)
        .number(spread)
        .integer(number(measures.heat))
        .texts(&measures.hot_files)
        .number(heat)
        .integer(number(measures.fixes))
        .number(fixes)
        .integer(number(measures.known_files))
        .integer(number(measures.lone_files))
        .number(lone)
        .integer(number(measures.new_files))
        .number(new);
}
