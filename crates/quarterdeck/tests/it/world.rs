//! Small worlds to run the program in: repositories with fixed dates, folders of facts.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use tempfile::TempDir;

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace is there")
}

/// A folder with everything a run needs: a home, a place for facts, repositories.
pub(crate) struct World {
    pub(crate) folder: TempDir,
}

/// The day so many days ago: a test that names a day by its date fails one morning.
pub(crate) fn ago(days: i64) -> String {
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let day = today.checked_sub(jiff::Span::new().days(days)).expect("a day");
    day.to_string()
}

/// What a run gave.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl World {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder for the test") }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders can be made");
        fs::write(path, text).expect("the file can be written");
    }

    /// The program, with this world for its home.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_quarterdeck"));
        command
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("XDG_DATA_HOME", self.path("data"))
            .env("GIT_CONFIG_GLOBAL", self.path(".gitconfig"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("TZ", "UTC");
        command
    }

    /// Runs the program.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        let output: Output = self.command().args(arguments).output().expect("the program starts");
        Run {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Runs the program with something to read.
    pub(crate) fn run_with(&self, arguments: &[&str], input: &str) -> Run {
        use std::io::Write as _;
        let mut command = self.command();
        let command =
            command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        // A program that ends without reading closes its end.
        let _ = child.stdin.take().expect("it is piped").write_all(input.as_bytes());
        let output = child.wait_with_output().expect("it ends");
        Run {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Runs git in a repository of this world, as `who` on `day`.
    pub(crate) fn git(&self, repo: &str, who: &str, day: &str, arguments: &[&str]) {
        let path = self.path(repo);
        fs::create_dir_all(&path).expect("folders can be made");
        let output = Command::new("git")
            .current_dir(&path)
            .env("HOME", self.folder.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", who)
            .env("GIT_AUTHOR_EMAIL", format!("{}@example.org", who.to_lowercase()))
            .env("GIT_COMMITTER_NAME", who)
            .env("GIT_COMMITTER_EMAIL", format!("{}@example.org", who.to_lowercase()))
            .env("GIT_AUTHOR_DATE", format!("{day}T09:00:00Z"))
            .env("GIT_COMMITTER_DATE", format!("{day}T09:00:00Z"))
            .args(arguments)
            .output()
            .expect("git starts");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Makes a repository with a first commit.
    pub(crate) fn repository(&self, repo: &str, who: &str, day: &str) {
        self.git(repo, who, day, &["init", "-q", "-b", "main"]);
        self.commit(repo, who, day, "README.md", "# Read me\n", "Begin");
    }

    /// Commits one file.
    pub(crate) fn commit(&self, repo: &str, who: &str, day: &str, file: &str, text: &str, subject: &str) {
        self.write(&format!("{repo}/{file}"), text);
        self.git(repo, who, day, &["add", "-A"]);
        self.git(repo, who, day, &["commit", "-q", "-m", subject]);
    }

    /// One value out of the facts.
    pub(crate) fn ask(&self, company: &str, query: &str) -> String {
        let run = self.run(&["--company", company, "-q", "sql", query, "--format", "csv"]);
        assert_eq!(run.code, 0, "{query}: {}", run.err);
        run.out.lines().nth(1).unwrap_or_default().to_owned()
    }
}
