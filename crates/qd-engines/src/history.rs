//! The changes of all repositories as numbers, with the files that exist.
//!
//! What `ownership`, `hotspots` and `couplings` have in common: they ask for changes and
//! for the files of the default branch, and count over files, not names.
//!
//! A commit that was rebased or picked onto another branch is the same work told again: it
//! keeps its author and the second in which it was written. Of changes of one name by one
//! person written in the same instant all but the first by commit time are copies, and
//! copies are not counted. Whole branches squashed into one commit cannot be told so.

use std::collections::HashSet;

use arrow::array::{Array, BooleanArray, Int64Array, StringArray, TimestampMicrosecondArray};

use crate::{
    EngineError, Inputs,
    columns::{Numbers, text},
    paths::{Change, Kind, Traced, trace},
};

/// The columns of the answers that tell what changed.
pub(crate) struct Told {
    source: StringArray,
    repo: StringArray,
    sha: StringArray,
    time: TimestampMicrosecondArray,
    written: TimestampMicrosecondArray,
    path: StringArray,
    previous: StringArray,
    change: StringArray,
    person: StringArray,
    is_bot: BooleanArray,
    file_source: StringArray,
    file_repo: StringArray,
    file_path: StringArray,
    file_bytes: Int64Array,
    file_generated: BooleanArray,
}

impl Told {
    /// Reads the inputs `changes` and `files`.
    pub(crate) fn read(inputs: &Inputs) -> Result<Self, EngineError> {
        let changes = inputs.answer("changes");
        let files = inputs.answer("files");
        Ok(Self {
            source: changes.texts("source")?,
            repo: changes.texts("repo")?,
            sha: changes.texts("sha")?,
            time: changes.times("commit_time")?,
            written: changes.times("author_time")?,
            path: changes.texts("path")?,
            previous: changes.texts("previous_path")?,
            change: changes.texts("change")?,
            person: changes.texts("person")?,
            is_bot: changes.booleans("is_bot")?,
            file_source: files.texts("source")?,
            file_repo: files.texts("repo")?,
            file_path: files.texts("path")?,
            file_bytes: files.integers("bytes")?,
            file_generated: files.booleans("is_generated")?,
        })
    }
}

/// A path that exists, with the file it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Present {
    /// The repository.
    pub repo: u32,
    /// The path, a number of `words`.
    pub path: u32,
    /// The file.
    pub file: u32,
    /// Its size, where known.
    pub bytes: Option<i64>,
}

/// Everything as numbers.
pub(crate) struct History<'a> {
    /// Words: sources, repositories, paths, persons.
    pub words: Numbers<&'a str>,
    /// Repositories: source and name.
    pub repos: Numbers<(u32, u32)>,
    /// Changes by repository, time and commit.
    pub changes: Vec<Change>,
    /// File of each change.
    pub files: Vec<u32>,
    /// How many files there are: their numbers are below this.
    pub file_count: usize,
    /// Paths that exist and are not generated, in the order of source, repository and path.
    pub present: Vec<Present>,
}

impl<'a> History<'a> {
    /// The history that was told. The order of the rows does not matter.
    pub(crate) fn of(told: &'a Told) -> Self {
        let mut words = Numbers::new();
        let mut repos = Numbers::new();
        let mut names = Numbers::new();
        let mut commits = Numbers::new();
        let mut changes = Vec::with_capacity(told.path.len());
        let mut last = ("", "", 0);
        for row in 0..told.path.len() {
            let (source, repo) = (told.source.value(row), told.repo.value(row));
            if (source, repo) != (last.0, last.1) || row == 0 {
                last = (source, repo, repos.number((words.number(source), words.number(repo))));
            }
            let repo = last.2;
            let previous = text(&told.previous, row).map(|path| names.number((repo, words.number(path))));
            let person = text(&told.person, row)
                .filter(|_| told.is_bot.is_null(row) || !told.is_bot.value(row))
                .map(|person| words.number(person));
            changes.push(Change {
                repo,
                commit: commits.number(told.sha.value(row)),
                time: told.time.value(row),
                name: names.number((repo, words.number(told.path.value(row)))),
                previous,
                kind: match told.change.value(row) {
                    "added" => Kind::Added,
                    "deleted" => Kind::Deleted,
                    "renamed" => Kind::Renamed,
                    _ => Kind::Modified,
                },
                person,
                is_copy: false,
                row: u32::try_from(row).unwrap_or(u32::MAX),
            });
        }
        changes.sort_unstable_by(|one, two| {
            (one.repo, one.time)
                .cmp(&(two.repo, two.time))
                .then_with(|| commits.thing(one.commit).cmp(commits.thing(two.commit)))
                .then_with(|| words.thing(names.thing(one.name).1).cmp(words.thing(names.thing(two.name).1)))
        });
        mark_copies(&mut changes, &told.written);
        let traced = trace(&changes, names.len());
        let present = present(told, &mut words, &repos, &names, &traced);
        Self { words, repos, changes, files: traced.changes, file_count: traced.files, present }
    }

    /// The source and the name of a repository.
    pub(crate) fn repo(&self, repo: u32) -> (&'a str, &'a str) {
        let (source, repo) = self.repos.thing(repo);
        (self.words.thing(source), self.words.thing(repo))
    }
}

/// Marks what was told of an earlier commit already.
fn mark_copies(changes: &mut [Change], written: &TimestampMicrosecondArray) {
    let mut seen = HashSet::with_capacity(changes.len());
    for change in changes {
        let row = change.row as usize;
        if let Some(person) = change.person.filter(|_| written.is_valid(row)) {
            change.is_copy = !seen.insert((written.value(row), person, change.name));
        }
    }
}

/// What exists: the files of the newest tree, or, where none was observed for a repository,
/// the names whose last change left them there. Files nobody was seen changing are left out.
fn present<'a>(
    told: &'a Told,
    words: &mut Numbers<&'a str>,
    repos: &Numbers<(u32, u32)>,
    names: &Numbers<(u32, u32)>,
    traced: &Traced,
) -> Vec<Present> {
    let mut present = Vec::new();
    let mut observed = HashSet::new();
    let mut last = ("", "", None);
    for row in 0..told.file_path.len() {
        let (source, repo) = (told.file_source.value(row), told.file_repo.value(row));
        if (source, repo) != (last.0, last.1) || row == 0 {
            let number = words.find(source).zip(words.find(repo)).and_then(|pair| repos.find(pair));
            last = (source, repo, number);
            observed.extend(number);
        }
        let path = words.find(told.file_path.value(row));
        let name = last.2.zip(path).and_then(|name| names.find(name));
        let file = name.and_then(|name| traced.names[name as usize]);
        let is_generated = told.file_generated.is_valid(row) && told.file_generated.value(row);
        if let (Some(repo), Some(path), Some(file), false) = (last.2, path, file, is_generated) {
            let bytes = told.file_bytes.is_valid(row).then(|| told.file_bytes.value(row));
            present.push(Present { repo, path, file, bytes });
        }
    }
    for number in 0..names.len() {
        let (repo, path) = names.thing(u32::try_from(number).unwrap_or(u32::MAX));
        if let Some(file) = traced.names[number]
            && traced.is_there[number]
            && !observed.contains(&repo)
        {
            present.push(Present { repo, path, file, bytes: None });
        }
    }
    let place = |one: &Present| {
        let (source, repo) = repos.thing(one.repo);
        (words.thing(source), words.thing(repo), words.thing(one.path))
    };
    present.sort_unstable_by(|one, two| place(one).cmp(&place(two)));
    present.dedup_by(|one, two| (one.repo, one.path) == (two.repo, two.path));
    present
}
