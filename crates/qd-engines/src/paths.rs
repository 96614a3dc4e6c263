//! Files through their names: which file a change was of, when names come and go.
//!
//! Changes are told in the order of commit time over all branches, since which branch a
//! commit was made on is not kept by git. So a name may be renamed on one branch and go on
//! being changed on another; the rules below lose no history of it:
//!
//! - a rename gives the file a further name; the old one still leads to it;
//! - an addition under a name that was renamed away starts another file, since the former
//!   one lives on elsewhere;
//! - an addition under a name that was deleted continues the file: what was known of it
//!   still helps;
//! - a rename to a name that is in use (the same change on two branches, told in two ways,
//!   or a commit told before the one it builds on) makes both one file.
//!
//! Where a repository was merged into another one with its history, both used the same names
//! until one of them moved; such files may be taken for one. What git knew of the branches
//! would tell them apart, their names alone do not.

use crate::groups::Groups;

/// What happened to a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It came to be.
    Added,
    /// Its content, type or mode changed.
    Modified,
    /// It went.
    Deleted,
    /// It was another name before.
    Renamed,
}

/// What a commit did to a name. Names are numbers, one for a path in a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Change {
    /// The repository.
    pub repo: u32,
    /// The commit.
    pub commit: u32,
    /// When, in microseconds.
    pub time: i64,
    /// The name after it.
    pub name: u32,
    /// The name before it, of a rename.
    pub previous: Option<u32>,
    /// What happened.
    pub kind: Kind,
    /// Who did it; nobody where it was a robot.
    pub person: Option<u32>,
    /// Whether the same change was told before, of another commit.
    pub is_copy: bool,
    /// The row it was told in.
    pub row: u32,
}

/// How a name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// It can be changed.
    There,
    /// A commit deleted it.
    Deleted,
    /// A commit renamed it, then.
    Renamed { commit: u32, time: i64 },
}

/// Which file a name and a change belong to.
#[derive(Debug, Default)]
pub(crate) struct Traced {
    /// The file of each change, in the order given.
    pub changes: Vec<u32>,
    /// The file a name leads to in the end; none for a name never told of.
    pub names: Vec<Option<u32>>,
    /// Whether the last that was told of a name leaves it there.
    pub is_there: Vec<bool>,
    /// How many files there are, or fewer: files have numbers below this.
    pub files: usize,
}

/// Names and their files so far.
struct Trace {
    files: Groups,
    names: Vec<Option<(u32, State)>>,
}

impl Trace {
    /// The file under a name, a new one where nothing was told of it.
    fn file(&mut self, name: u32) -> u32 {
        let known = self.names[name as usize].map(|(file, _)| file);
        known.unwrap_or_else(|| self.files.add())
    }

    fn set(&mut self, name: u32, file: u32, state: State) {
        self.names[name as usize] = Some((file, state));
    }

    /// What a commit renamed, all at once: names may be swapped.
    fn rename(&mut self, changes: &[Change]) -> Vec<(usize, u32)> {
        let mut moved = Vec::new();
        for (index, change) in changes.iter().enumerate() {
            if let Some(previous) = change.previous.filter(|_| change.kind == Kind::Renamed) {
                let file = self.file(previous);
                self.set(previous, file, State::Renamed { commit: change.commit, time: change.time });
                moved.push((index, file));
            }
        }
        for (index, file) in &mut moved {
            let name = changes[*index].name;
            if let Some((other, State::There)) = self.names[name as usize] {
                *file = self.files.join(other, *file);
            }
            self.set(name, *file, State::There);
        }
        moved
    }

    /// Anything else that a commit did to a name.
    fn touch(&mut self, change: &Change) -> u32 {
        let file = match (change.kind, self.names[change.name as usize]) {
            // Commits of one moment may be told in the wrong order: added and renamed in
            // the same second is one file, unless one commit did both.
            (Kind::Added, Some((_, State::Renamed { commit, time })))
                if commit == change.commit || time != change.time =>
            {
                self.files.add()
            }
            (Kind::Added, Some((file, State::Renamed { .. }))) => return file,
            _ => self.file(change.name),
        };
        let state = if change.kind == Kind::Deleted { State::Deleted } else { State::There };
        // A name renamed on one branch and changed on another stays renamed: the newest
        // tree decides where it is known, and here the rename is what came last of the two.
        match (change.kind, self.names[change.name as usize]) {
            (Kind::Modified | Kind::Deleted, Some((_, State::Renamed { .. }))) => {}
            _ => self.set(change.name, file, state),
        }
        file
    }
}

/// Traces names through changes sorted by repository, time and commit. `names` is how many
/// names there are.
pub(crate) fn trace(changes: &[Change], names: usize) -> Traced {
    let mut trace = Trace { files: Groups::default(), names: vec![None; names] };
    let mut files = vec![0; changes.len()];
    let mut start = 0;
    for commit in changes.chunk_by(|one, two| one.repo == two.repo && one.commit == two.commit) {
        if commit.iter().any(|change| change.kind == Kind::Renamed) {
            for (index, file) in trace.rename(commit) {
                files[start + index] = file;
            }
        }
        for (index, change) in commit.iter().enumerate() {
            if change.kind != Kind::Renamed || change.previous.is_none() {
                files[start + index] = trace.touch(change);
            }
        }
        start += commit.len();
    }
    let Trace { files: mut groups, names } = trace;
    for file in &mut files {
        *file = groups.find(*file);
    }
    Traced {
        changes: files,
        is_there: names.iter().map(|name| matches!(name, Some((_, State::There)))).collect(),
        names: names.iter().map(|name| name.map(|(file, _)| groups.find(file))).collect(),
        files: groups.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Changes out of lines `commit time kind name previous`, and the file of each name.
    fn files(lines: &[&str]) -> Vec<(char, u32, bool)> {
        let name = |word: &str| word.bytes().next().map_or(0, |letter| u32::from(letter - b'a'));
        let changes: Vec<Change> = lines
            .iter()
            .map(|line| {
                let words: Vec<&str> = line.split(' ').collect();
                Change {
                    repo: 0,
                    commit: words[0].parse().expect("a good example"),
                    time: words[1].parse().expect("a good example"),
                    name: name(words[3]),
                    previous: words.get(4).map(|word| name(word)),
                    kind: match words[2] {
                        "add" => Kind::Added,
                        "delete" => Kind::Deleted,
                        "rename" => Kind::Renamed,
                        _ => Kind::Modified,
                    },
                    person: None,
                    is_copy: false,
                    row: 0,
                }
            })
            .collect();
        let traced = trace(&changes, 4);
        let known =
            |(letter, name): (char, usize)| Some((letter, traced.names[name]?, traced.is_there[name]));
        ('a'..='d').zip(0..).filter_map(known).collect()
    }

    #[test]
    fn a_renamed_file_keeps_its_history_and_its_old_name_leads_to_it() {
        assert_eq!(
            files(&["1 1 add a", "2 2 rename b a", "3 3 change a"]),
            [('a', 0, false), ('b', 0, true)]
        );
    }

    #[test]
    fn what_is_added_under_a_name_renamed_away_is_another_file() {
        assert_eq!(files(&["1 1 add a", "2 2 rename b a", "3 3 add a"]), [('a', 1, true), ('b', 0, true)]);
        assert_eq!(files(&["1 1 add a", "2 2 rename b a", "2 2 add a"]), [('a', 1, true), ('b', 0, true)]);
    }

    #[test]
    fn commits_of_one_second_may_be_told_in_the_wrong_order() {
        assert_eq!(files(&["1 1 rename b a", "2 1 add a"]), [('a', 0, false), ('b', 0, true)]);
        assert_eq!(
            files(&["1 1 change b", "2 1 add a", "3 1 rename b a"]),
            [('a', 0, false), ('b', 0, true)]
        );
    }

    #[test]
    fn a_deleted_name_goes_on_when_it_is_added_again() {
        assert_eq!(files(&["1 1 add a", "2 2 delete a"]), [('a', 0, false)]);
        assert_eq!(files(&["1 1 add a", "2 2 delete a", "3 3 add a"]), [('a', 0, true)]);
    }

    #[test]
    fn a_name_that_was_free_takes_the_history_of_what_is_renamed_to_it() {
        let told = ["1 1 add a", "1 1 add b", "2 2 delete b", "3 3 rename b a"];
        assert_eq!(files(&told), [('a', 0, false), ('b', 0, true)]);
        let swapped = ["1 1 add a", "1 1 add b", "2 2 rename a b", "2 2 rename b a"];
        assert_eq!(files(&swapped), [('a', 1, true), ('b', 0, true)]);
    }
}
