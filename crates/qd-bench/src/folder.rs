//! A folder of small repositories, the same each time it is made.

use std::{
    fmt::Write as _,
    io::Write as _,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context, ensure};

use crate::git;

/// Commits of each repository.
pub(crate) const COMMITS: usize = 100;
/// Files of each repository.
const FILES: usize = 12;
/// Lines of a file.
const LINES: usize = 40;
/// Time of the first commit, in seconds since 1970: 2025-01-01.
const FIRST: usize = 1_735_689_600;
/// Seconds between two commits: six days.
const STEP: usize = 6 * 86_400;

/// Makes `count` repositories below `folder` and returns their paths.
pub(crate) fn make(folder: &Path, count: usize) -> anyhow::Result<Vec<PathBuf>> {
    let mut paths = Vec::with_capacity(count);
    for number in 0..count {
        let path = folder.join(format!("repo-{number:04}"));
        let made = git(folder)
            .args(["init", "--quiet", "--bare", "--initial-branch=main"])
            .arg(&path)
            .status()
            .context("`git` cannot be run (is it installed?)")?;
        ensure!(made.success(), "`git init` failed: {made}");
        let mut import = git(&path)
            .args(["fast-import", "--quiet"])
            .stdin(Stdio::piped())
            .spawn()
            .context("`git fast-import` cannot be run")?;
        import.stdin.take().context("git takes no input")?.write_all(history(number).as_bytes())?;
        let made = import.wait()?;
        ensure!(made.success(), "`git fast-import` failed: {made}");
        paths.push(path);
    }
    Ok(paths)
}

/// A history as `git fast-import` reads it: three people take turns, and each commit
/// writes one or two of the files anew with some lines changed.
fn history(repository: usize) -> String {
    let mut stream = String::new();
    for commit in 0..COMMITS {
        let time = FIRST + commit * STEP + repository;
        let person = ["ada", "bo", "cy"][(commit + repository) % 3];
        let message = format!("change {commit} of {repository}\n");
        let _ = writeln!(stream, "commit refs/heads/main");
        let _ = writeln!(stream, "committer {person} <{person}@example.org> {time} +0000");
        let _ = write!(stream, "data {}\n{message}", message.len());
        for file in (0..=commit % 2).map(|next| (commit * 5 + next) % FILES) {
            let text = (0..LINES).fold(String::new(), |mut text, line| {
                // A line changes at every seventh commit, each at its own.
                let version = (commit + line * 3) / 7;
                let _ = writeln!(text, "line {line} of {file}, version {version}");
                text
            });
            let _ = writeln!(stream, "M 100644 inline src/part{}/file{file}.rs", file % 4);
            let _ = write!(stream, "data {}\n{text}", text.len());
        }
        stream.push('\n');
    }
    stream
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn git_takes_the_repositories() {
        let folder = tempfile::tempdir().expect("a folder");
        let paths = make(folder.path(), 2).expect("they are made");
        for path in paths {
            let count = git(&path).args(["rev-list", "--count", "main"]).output().expect("git runs");
            assert_eq!(String::from_utf8_lossy(&count.stdout).trim(), COMMITS.to_string());
        }
    }
}
