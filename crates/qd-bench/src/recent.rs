//! A clone that can be set back to where it stood some commits ago, without touching the original.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, ensure};

use crate::git;

/// Commits that are new when it is set forth again, at least.
const NEW: usize = 100;

/// The copy: one branch, and the objects of the original.
pub(crate) struct Copy {
    /// A bare repository.
    pub(crate) path: PathBuf,
    /// Commits that are new.
    pub(crate) new: usize,
    tip: String,
    earlier: String,
    _folder: tempfile::TempDir,
}

impl Copy {
    /// Copies the repository at `clone`; nothing where its first parents do not lead far enough.
    pub(crate) fn of(clone: &Path) -> anyhow::Result<Option<Self>> {
        let firsts =
            output(clone, &["rev-list", "--first-parent", &format!("--max-count={}", NEW + 1), "HEAD"])?;
        let firsts: Vec<&str> = firsts.lines().collect();
        let Some(tip) = firsts.first() else { return Ok(None) };
        let mut found = None;
        for earlier in &firsts {
            let count = output(clone, &["rev-list", "--count", &format!("{earlier}..{tip}")])?;
            let new: usize = count.trim().parse().context("git counts in numbers")?;
            if new >= NEW {
                found = Some(((*earlier).to_owned(), new));
                break;
            }
        }
        let Some((earlier, new)) = found else { return Ok(None) };
        let place = output(clone, &["rev-parse", "--git-common-dir"])?;
        let objects = clone.join(place.trim()).join("objects");
        let folder = tempfile::tempdir().context("no folder for a copy can be made")?;
        let path = folder.path().join("copy");
        let made = git(folder.path())
            .args(["init", "--quiet", "--bare", "--initial-branch=main"])
            .arg(&path)
            .status()?;
        ensure!(made.success(), "`git init` failed: {made}");
        link(&objects, &path.join("objects"))?;
        Ok(Some(Self { path, new, tip: (*tip).to_owned(), earlier, _folder: folder }))
    }

    /// Sets it back to before the new commits.
    pub(crate) fn back(&self) -> anyhow::Result<()> {
        self.stand_at(&self.earlier)
    }

    /// Sets it to where the original stands.
    pub(crate) fn forth(&self) -> anyhow::Result<()> {
        self.stand_at(&self.tip)
    }

    fn stand_at(&self, commit: &str) -> anyhow::Result<()> {
        Ok(fs::write(self.path.join("refs/heads/main"), format!("{commit}\n"))?)
    }
}

fn output(clone: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let output = git(clone).args(arguments).output().context("`git` cannot be run (is it installed?)")?;
    ensure!(output.status.success(), "`git` failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Links all files below `from` into `to`, or copies those that cannot be linked.
fn link(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("`{}` cannot be read", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            link(&entry.path(), &target)?;
        } else if fs::hard_link(entry.path(), &target).is_err() {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_goes_back_and_forth() {
        let folder = tempfile::tempdir().expect("a folder");
        let paths = crate::folder::make(folder.path(), 1).expect("it is made");
        let head = |path: &Path| output(path, &["rev-parse", "HEAD"]).expect("it stands somewhere");
        assert!(Copy::of(&paths[0]).expect("git runs").is_none(), "it has no commit before its hundredth");
        let add = ["commit-tree", "-p", "HEAD", "-m", "one more", "HEAD^{tree}"];
        let identity = ["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"];
        let made =
            git(&paths[0]).envs(identity.map(|name| (name, "ada"))).args(add).output().expect("git runs");
        let more = String::from_utf8_lossy(&made.stdout).trim().to_owned();
        output(&paths[0], &["update-ref", "HEAD", &more]).expect("it moves");
        let copy = Copy::of(&paths[0]).expect("git runs").expect("it is long enough");
        assert_eq!(copy.new, 100);
        copy.back().expect("it is written");
        assert_eq!(output(&copy.path, &["rev-list", "--count", "HEAD"]).expect("git runs").trim(), "1");
        copy.forth().expect("it is written");
        assert_eq!(head(&copy.path), head(&paths[0]));
    }
}
