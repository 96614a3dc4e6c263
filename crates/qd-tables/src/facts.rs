//! What git shows: the observed tables.

use crate::{
    Declaration,
    Kind::{Boolean, Choice, Integer, Text, Texts, Time},
    Role::{Event, State},
    may, must,
};

/// The repositories themselves.
pub const REPOSITORIES: Declaration = Declaration {
    name: "repositories",
    role: State,
    comment: "A repository as it stood at a sync.",
    key: &["source", "repo"],
    columns: &[
        must("source", Text, "", "Name of the source in company.toml."),
        must("repo", Text, "", "Name of the repository: its folder's name, without `.git`."),
        must("observed_at", Time, "", "When it was seen so."),
        must("deleted", Boolean, "", "True in the version that says it is gone."),
        must("path", Text, "", "Where it lies on this machine."),
        may("default_branch", Text, "", "Name of the default branch; null where it has none yet."),
        may("head", Text, "", "Commit the default branch points to, hex."),
        may("remote_url", Text, "", "Address of `origin`, without user and password."),
        must("is_bare", Boolean, "", "True without a work tree."),
        must("is_shallow", Boolean, "", "True where history is cut off."),
        must("commits", Integer, "commits", "Commits reachable from its refs."),
        must("unmeasured", Integer, "commits", "Commits whose changes could not be read."),
    ],
};

/// Commits.
pub const COMMITS: Declaration = Declaration {
    name: "commits",
    role: Event("commit_time"),
    comment: "A commit reachable from HEAD, a branch, a remote branch or a tag.",
    key: &["source", "repo", "sha"],
    columns: &[
        must("source", Text, "", "Name of the source in company.toml."),
        must("repo", Text, "", "Name of the repository."),
        must("sha", Text, "", "Object id, hex."),
        must("parents", Integer, "commits", "Number of parents; two or more for a merge."),
        must("author_name", Text, "", "Name as written in the commit."),
        must("author_email", Text, "", "Address as written in the commit."),
        must("author_time", Time, "", "When it was written."),
        must("committer_name", Text, "", "Name as written in the commit."),
        must("committer_email", Text, "", "Address as written in the commit."),
        must("commit_time", Time, "", "When it was committed."),
        must("subject", Text, "", "First paragraph of the message, on one line."),
        may("files", Integer, "files", "Files changed; null where unmeasured, and for merges."),
        may("added", Integer, "lines", "Lines added; null where unmeasured, and for merges."),
        may("removed", Integer, "lines", "Lines removed; null where unmeasured, and for merges."),
        must("trailers", Texts, "", "Trailers of the message, `Key: value` each."),
        may("unmeasured", Text, "", "Why its changes could not be read; null where they were."),
        may("first_parent", Text, "", "Commit it was made on, hex; null for the first of a history."),
    ],
};

/// Changes of files.
pub const FILE_CHANGES: Declaration = Declaration {
    name: "file_changes",
    role: Event("commit_time"),
    comment: "What a non-merge commit did to a path, against its first parent.",
    key: &["source", "repo", "sha", "path"],
    columns: &[
        must("source", Text, "", "Name of the source in company.toml."),
        must("repo", Text, "", "Name of the repository."),
        must("sha", Text, "", "Commit, hex."),
        must("commit_time", Time, "", "When it was committed."),
        must("author_email", Text, "", "Address as written in the commit."),
        must("path", Text, "", "Path after the change."),
        may("previous_path", Text, "", "Path before it, where renamed."),
        must(
            "change",
            Choice(&["added", "modified", "deleted", "renamed", "type_changed"]),
            "",
            "What happened.",
        ),
        may("added", Integer, "lines", "Lines added; null for binary files."),
        may("removed", Integer, "lines", "Lines removed; null for binary files."),
    ],
};

/// Branches and tags.
pub const REFS: Declaration = Declaration {
    name: "refs",
    role: State,
    comment: "A branch or tag as it stood at a sync.",
    key: &["source", "repo", "name", "kind"],
    columns: &[
        must("source", Text, "", "Name of the source in company.toml."),
        must("repo", Text, "", "Name of the repository."),
        must("name", Text, "", "Short name: `main`, `origin/main`, `v1.0`."),
        must("kind", Choice(&["branch", "remote", "tag"]), "", "What it is."),
        must("observed_at", Time, "", "When it was seen so."),
        must("deleted", Boolean, "", "True in the version that says it is gone."),
        must("sha", Text, "", "Commit it points to (a tag's is peeled), hex."),
        must("is_default", Boolean, "", "True for the default branch."),
        may("tagger_time", Time, "", "When an annotated tag was made."),
        may("subject", Text, "", "First line of an annotated tag's message."),
        may(
            "ahead",
            Integer,
            "commits",
            "Commits it has and the default branch has not; null where not computed.",
        ),
        may(
            "behind",
            Integer,
            "commits",
            "Commits the default branch has and it has not; null where not computed.",
        ),
        may("ahead_since", Time, "", "Commit time of the oldest commit ahead."),
        may("behind_since", Time, "", "Commit time of the oldest commit behind."),
    ],
};

/// Files of the default branch.
pub const FILES: Declaration = Declaration {
    name: "files",
    role: State,
    comment: "A file of the default branch's newest tree.",
    key: &["source", "repo", "path"],
    columns: &[
        must("source", Text, "", "Name of the source in company.toml."),
        must("repo", Text, "", "Name of the repository."),
        must("path", Text, "", "Path from the repository's root."),
        must("observed_at", Time, "", "When it was seen so."),
        must("deleted", Boolean, "", "True in the version that says it is gone."),
        must("blob", Text, "", "Object id of its content, hex."),
        may("bytes", Integer, "bytes", "Size; null for submodules and missing objects."),
        must("is_generated", Boolean, "", "True for vendored, generated, minified and lock files."),
    ],
};

/// Owners of paths.
pub const CODE_OWNERS: Declaration = Declaration {
    name: "code_owners",
    role: State,
    comment: "A line of the default branch's CODEOWNERS file.",
    key: &["source", "repo", "line"],
    columns: &[
        must("source", Text, "", "Name of the source in company.toml."),
        must("repo", Text, "", "Name of the repository."),
        must("line", Integer, "", "Line in the file; the last one that matches a path decides."),
        must("observed_at", Time, "", "When it was seen so."),
        must("deleted", Boolean, "", "True in the version that says it is gone."),
        must("pattern", Text, "", "Paths it is about, in gitignore's way."),
        must(
            "owners",
            Texts,
            "",
            "Logins (`@ada`), teams (`@acme/core`) and addresses as written; empty: nobody.",
        ),
    ],
};

/// Names that belong together.
pub const MAILMAP: Declaration = Declaration {
    name: "mailmap",
    role: State,
    comment: "A line of the default branch's .mailmap.",
    key: &["source", "repo", "line"],
    columns: &[
        must("source", Text, "", "Name of the source in company.toml."),
        must("repo", Text, "", "Name of the repository."),
        must("line", Integer, "", "Line in the file."),
        must("observed_at", Time, "", "When it was seen so."),
        must("deleted", Boolean, "", "True in the version that says it is gone."),
        may("proper_name", Text, "", "Name to use."),
        may("proper_email", Text, "", "Address to use."),
        may("commit_name", Text, "", "Name as written in commits."),
        must("commit_email", Text, "", "Address as written in commits."),
    ],
};

/// What build systems are told to run.
pub const PIPELINES: Declaration = Declaration {
    name: "pipelines",
    role: State,
    comment: "A file of the default branch that tells a build system what to run.",
    key: &["source", "repo", "path"],
    columns: &[
        must("source", Text, "", "Name of the source in company.toml."),
        must("repo", Text, "", "Name of the repository."),
        must("path", Text, "", "Path from the repository's root."),
        must("observed_at", Time, "", "When it was seen so."),
        must("deleted", Boolean, "", "True in the version that says it is gone."),
        must("system", Text, "", "System that reads it: `github`, `gitlab`, `jenkins` ..., or `other`."),
        may(
            "runs_tests",
            Boolean,
            "",
            "True where it, or a script it calls, runs tests in a well known way; null where that cannot be told.",
        ),
    ],
};

/// Comings and goings of dependencies.
pub const DEPENDENCY_CHANGES: Declaration = Declaration {
    name: "dependency_changes",
    role: Event("commit_time"),
    comment: "A direct dependency that a commit added to or removed from a manifest.",
    key: &["source", "repo", "sha", "path", "name"],
    columns: &[
        must("source", Text, "", "Name of the source in company.toml."),
        must("repo", Text, "", "Name of the repository."),
        must("sha", Text, "", "Commit, hex."),
        must("commit_time", Time, "", "When it was committed."),
        must("author_email", Text, "", "Address as written in the commit."),
        must("path", Text, "", "The manifest: Cargo.toml, package.json, go.mod, pyproject.toml ..."),
        must(
            "ecosystem",
            Choice(&["cargo", "npm", "go", "pypi", "rubygems", "maven", "composer", "docker"]),
            "",
            "Which registry its names are of.",
        ),
        must("name", Text, "", "Name of the dependency (for docker: of the image)."),
        must("change", Choice(&["added", "removed"]), "", "What happened."),
    ],
};

/// Secrets that were committed.
pub const SECRET_FINDINGS: Declaration = Declaration {
    name: "secret_findings",
    role: Event("commit_time"),
    comment: "A line added by a commit that has the shape of a provider's secret. The secret itself is never stored.",
    key: &["source", "repo", "sha", "path", "line", "rule"],
    columns: &[
        must("source", Text, "", "Name of the source in company.toml."),
        must("repo", Text, "", "Name of the repository."),
        must("sha", Text, "", "Commit that added it, hex."),
        must("commit_time", Time, "", "When it was committed."),
        must("author_email", Text, "", "Address as written in the commit."),
        must("path", Text, "", "The file."),
        must("line", Integer, "", "Line in the file after the commit."),
        must("rule", Text, "", "Shape it has: `github-token`, `aws-access-key` ..."),
    ],
};
