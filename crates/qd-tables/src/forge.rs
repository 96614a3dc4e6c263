//! What forges and trackers show: changes, issues, and who said what to whom about them.
//!
//! `repo` is the repository's short name, as git's tables have it, so that both join. Logins are
//! kept as observed; the view `logins` resolves them to people. Of what people wrote only the
//! beginning is kept, without quotes and code: enough to see whether it asks something of
//! somebody.

use crate::{
    Column, Declaration,
    Kind::{Boolean, Choice, Integer, Number, Text, Texts, Time},
    Role::{Event, State},
    may, must,
};

const SOURCE: Column = must("source", Text, "", "Name of the source in company.toml.");
const REPO: Column = must("repo", Text, "", "Name of the repository or, in a tracker, key of the project.");
const NUMBER: Column = must("number", Text, "", "Its number there, as written: `12`, `WEB-12`.");
const OBSERVED_AT: Column = must(
    "observed_at",
    Time,
    "",
    "Since when it is known to be so: the forge's own time of its last change.",
);
const DELETED: Column = must("deleted", Boolean, "", "True in the version that says it is gone.");
const TITLE: Column = must("title", Text, "", "Its title.");
const URL: Column = may("url", Text, "", "Where a person can look at it.");
const AUTHOR: Column = may("author", Text, "", "Login of who opened it; null where the account is gone.");
const AUTHOR_IS_BOT: Column =
    may("author_is_bot", Boolean, "", "True where the forge calls the author a robot.");
const AUTHOR_ROLE: Column = may(
    "author_role",
    Text,
    "",
    "What the author is to the repository, in the forge's word: `member`, `contributor`, `none` ...",
);
const LABELS: Column = may("labels", Texts, "", "Labels it carries.");
const ASSIGNEES: Column = may("assignees", Texts, "", "Logins it is assigned to.");
const MILESTONE: Column = may("milestone", Text, "", "Milestone it is planned for.");
const TEXT: Column = may(
    "text",
    Text,
    "",
    "Beginning of what was written, at most 1,000 characters, without quotes and code.",
);
const MENTIONS: Column =
    may("mentions", Texts, "", "Logins and teams (`acme/core`) that the text names with an @.");
const OF: Column = must("of", Choice(&["change_request", "issue"]), "", "What it belongs to.");

/// Repositories as a forge has them.
pub const FORGE_REPOSITORIES: Declaration = Declaration {
    name: "forge_repositories",
    role: State,
    comment: "A repository as its forge has it. It keeps the name under which it was first seen.",
    key: &["source", "repo"],
    columns: &[
        SOURCE,
        must("repo", Text, "", "Short name under which it was first seen."),
        OBSERVED_AT,
        DELETED,
        may("id", Text, "", "The forge's own id, which outlives a change of name."),
        must("full_name", Text, "", "Present name with its owner: `acme/api`."),
        URL,
        may("default_branch", Text, "", "Name of the default branch."),
        may("is_private", Boolean, "", "True where the public cannot see it."),
        may("is_archived", Boolean, "", "True where it is read-only."),
        may("is_fork", Boolean, "", "True for a fork."),
        may("pushed_at", Time, "", "Last push."),
    ],
};

/// Pull requests, merge requests.
pub const CHANGE_REQUESTS: Declaration = Declaration {
    name: "change_requests",
    role: State,
    comment: "A pull request or merge request.",
    key: &["source", "repo", "number"],
    columns: &[
        SOURCE,
        REPO,
        NUMBER,
        OBSERVED_AT,
        DELETED,
        TITLE,
        URL,
        AUTHOR,
        AUTHOR_IS_BOT,
        AUTHOR_ROLE,
        must(
            "state",
            Choice(&["open", "merged", "closed"]),
            "",
            "How it stands; `closed` is without a merge.",
        ),
        may("is_draft", Boolean, "", "True while its author says it is not ready."),
        must("created_at", Time, "", "When it was opened."),
        may("updated_at", Time, "", "When anything about it last changed."),
        may("ready_at", Time, "", "When it last stopped being a draft; null where it never was one."),
        may("merged_at", Time, "", "When it was merged."),
        may("closed_at", Time, "", "When it was closed or merged."),
        may("merged_by", Text, "", "Login of who merged it."),
        may("merge_sha", Text, "", "Commit that brought it to the base branch, hex."),
        may("head_sha", Text, "", "Newest commit of it, hex."),
        may("head_branch", Text, "", "Branch it comes from."),
        may("base_branch", Text, "", "Branch it goes to."),
        may("is_fork", Boolean, "", "True where it comes from another repository."),
        LABELS,
        ASSIGNEES,
        may("requested_reviewers", Texts, "", "Logins whose review is asked for and not yet given."),
        may("requested_teams", Texts, "", "Teams whose review is asked for and not yet given."),
        may(
            "review_decision",
            Choice(&["approved", "changes_requested", "review_required"]),
            "",
            "What the forge's own rules say of its reviews; null where there is no rule.",
        ),
        may("approvals_required", Integer, "reviews", "Approvals that the forge's rules ask for."),
        may(
            "mergeable",
            Choice(&["mergeable", "conflicting"]),
            "",
            "Whether it can be merged; null: unknown.",
        ),
        may(
            "checks",
            Choice(&["passing", "failing", "running", "none"]),
            "",
            "What the checks of its newest commit say; null: unknown.",
        ),
        may("checks_at", Time, "", "When they came to say so."),
        may("commits", Integer, "commits", "Commits in it."),
        may("commit_shas", Texts, "", "Those commits, hex."),
        may("first_commit_at", Time, "", "When the first of them was written."),
        may("last_commit_at", Time, "", "When the last of them was committed or pushed."),
        may("files", Integer, "files", "Files it changes."),
        may("added", Integer, "lines", "Lines it adds."),
        may("removed", Integer, "lines", "Lines it removes."),
        may("paths", Texts, "", "Paths it changes; where there are very many, the first of them."),
        may("closes", Texts, "", "Issues that it closes: `12`, `acme/api#12`, `WEB-12`."),
        may("unresolved_threads", Integer, "threads", "Review threads in it that are open."),
        may(
            "trailers",
            Texts,
            "",
            "Trailers of its commits that name co-authors or tools, `Key: value` each.",
        ),
        MILESTONE,
        TEXT,
        MENTIONS,
    ],
};

/// Reviews given.
pub const REVIEWS: Declaration = Declaration {
    name: "reviews",
    role: Event("submitted_at"),
    comment: "A review of a change request. One that is dismissed later has a second row that says so.",
    key: &["source", "repo", "number", "id"],
    columns: &[
        SOURCE,
        REPO,
        NUMBER,
        must("id", Text, "", "The forge's id."),
        must("submitted_at", Time, "", "When it was given."),
        may("reviewer", Text, "", "Login of who gave it; null where the account is gone."),
        may("reviewer_is_bot", Boolean, "", "True where the forge calls the reviewer a robot."),
        may("reviewer_role", Text, "", "What the reviewer is to the repository, in the forge's word."),
        must(
            "state",
            Choice(&["approved", "changes_requested", "commented", "dismissed"]),
            "",
            "What it says.",
        ),
        may("sha", Text, "", "Commit it was given on, hex."),
        may("comments", Integer, "comments", "Comments on lines that came with it."),
        TEXT,
        MENTIONS,
        URL,
        may("state_before", Text, "", "Of a dismissal: what the review had said, where that was told."),
    ],
};

/// Reviews asked for.
pub const REVIEW_REQUESTS: Declaration = Declaration {
    name: "review_requests",
    role: Event("at"),
    comment: "A review that was asked for, or no longer is.",
    key: &["source", "repo", "number", "at", "change", "reviewer", "team"],
    columns: &[
        SOURCE,
        REPO,
        NUMBER,
        must("at", Time, "", "When."),
        must("change", Choice(&["requested", "removed"]), "", "What happened."),
        may("reviewer", Text, "", "Login that was asked; null where a team was."),
        may("team", Text, "", "Team that was asked: `acme/core`."),
        may("by", Text, "", "Login of who asked."),
    ],
};

/// Threads of a review.
pub const REVIEW_THREADS: Declaration = Declaration {
    name: "review_threads",
    role: State,
    comment: "A thread of comments on lines of a change request.",
    key: &["source", "repo", "number", "id"],
    columns: &[
        SOURCE,
        REPO,
        NUMBER,
        must("id", Text, "", "The forge's id; comments name it as `thread`."),
        OBSERVED_AT,
        DELETED,
        may("path", Text, "", "The file."),
        may("line", Integer, "", "The line."),
        may("is_resolved", Boolean, "", "True when somebody closed it."),
        may("is_outdated", Boolean, "", "True where the lines changed since."),
        may("resolved_by", Text, "", "Login of who closed it."),
    ],
};

/// Comments.
pub const COMMENTS: Declaration = Declaration {
    name: "comments",
    role: Event("created_at"),
    comment: "A comment on a change request, on lines of it, or on an issue.",
    key: &["source", "repo", "number", "id"],
    columns: &[
        SOURCE,
        REPO,
        NUMBER,
        OF,
        must("id", Text, "", "The forge's id."),
        must("created_at", Time, "", "When it was written."),
        AUTHOR,
        AUTHOR_IS_BOT,
        AUTHOR_ROLE,
        may("thread", Text, "", "Review thread it stands in; null outside of one."),
        may("in_reply_to", Text, "", "Comment it answers."),
        may("review", Text, "", "Review it came with."),
        may("path", Text, "", "File it is about."),
        TEXT,
        MENTIONS,
        URL,
    ],
};

/// Issues.
pub const ISSUES: Declaration = Declaration {
    name: "issues",
    role: State,
    comment: "An issue, ticket or story.",
    key: &["source", "repo", "number"],
    columns: &[
        SOURCE,
        REPO,
        NUMBER,
        OBSERVED_AT,
        DELETED,
        TITLE,
        URL,
        AUTHOR,
        AUTHOR_IS_BOT,
        AUTHOR_ROLE,
        must("state", Choice(&["open", "closed"]), "", "Whether it is over."),
        may("status", Text, "", "Status in the tracker's own word: `In Review`."),
        may("status_kind", Choice(&["to_do", "in_progress", "done"]), "", "What kind of status that is."),
        may("reason", Text, "", "Why it was closed: `completed`, `not_planned`, a tracker's resolution."),
        may("type", Text, "", "Its type: `bug`, `story`, `epic` ..."),
        may("priority", Text, "", "Its priority, in the tracker's own word."),
        LABELS,
        ASSIGNEES,
        MILESTONE,
        may("parent", Text, "", "Issue it is part of."),
        may("blocked_by", Texts, "", "Issues that must come first: `12`, `acme/api#12`, `WEB-12`."),
        may("estimate_days", Number, "days", "Estimate, in working days of one person."),
        may("spent_days", Number, "days", "Time booked on it, in working days of one person."),
        may("points", Number, "points", "Story points."),
        may("due", Time, "", "When it is due."),
        must("created_at", Time, "", "When it was opened."),
        may("updated_at", Time, "", "When anything about it last changed."),
        may("closed_at", Time, "", "When it was closed."),
        TEXT,
        MENTIONS,
    ],
};

/// What happened to issues and change requests.
pub const ISSUE_CHANGES: Declaration = Declaration {
    name: "issue_changes",
    role: Event("at"),
    comment: "A change of a field of an issue or change request.",
    key: &["source", "repo", "number", "id"],
    columns: &[
        SOURCE,
        REPO,
        NUMBER,
        OF,
        must("id", Text, "", "The tracker's id, or one made of time, field and value."),
        must("at", Time, "", "When."),
        may("by", Text, "", "Login of who did it."),
        must(
            "field",
            Text,
            "",
            "What changed: `state` (open, closed, merged), `draft` (true, false), `assignee`, `label`, \
             `milestone`, `title`, `status`, `priority`, `type`, `blocked_by`, `head`, `base` ...",
        ),
        may("from", Text, "", "Value before; null where one was added."),
        may("to", Text, "", "Value after; null where one was taken away."),
    ],
};

/// What a forge published.
pub const PUBLISHED_RELEASES: Declaration = Declaration {
    name: "published_releases",
    role: State,
    comment: "A release as a forge publishes it.",
    key: &["source", "repo", "tag"],
    columns: &[
        SOURCE,
        REPO,
        must("tag", Text, "", "Its tag."),
        OBSERVED_AT,
        DELETED,
        may("name", Text, "", "Its name."),
        may("author", Text, "", "Login of who made it."),
        may("created_at", Time, "", "When it was made."),
        may("published_at", Time, "", "When it was published."),
        may("is_draft", Boolean, "", "True while nobody else sees it."),
        may("is_prerelease", Boolean, "", "True where it is not for everybody."),
        URL,
    ],
};

/// What a forge found to be unsafe.
pub const SECURITY_ALERTS: Declaration = Declaration {
    name: "security_alerts",
    role: State,
    comment: "A dependency, a piece of code or a secret that the forge's own scan calls unsafe.",
    key: &["source", "repo", "kind", "number"],
    columns: &[
        SOURCE,
        REPO,
        must("kind", Choice(&["dependency", "code", "secret"]), "", "What was scanned."),
        NUMBER,
        OBSERVED_AT,
        DELETED,
        must("state", Choice(&["open", "fixed", "dismissed"]), "", "How it stands."),
        may("severity", Choice(&["low", "medium", "high", "critical"]), "", "How bad it is."),
        may("title", Text, "", "What it is."),
        may("advisory", Text, "", "Id of the advisory: `GHSA-...`, `CVE-...`."),
        may("package", Text, "", "Dependency it is about."),
        may("ecosystem", Text, "", "Registry of the dependency."),
        may("path", Text, "", "File it was found in."),
        must("created_at", Time, "", "When it was found."),
        may("fixed_at", Time, "", "When it was gone."),
        may("dismissed_at", Time, "", "When somebody put it aside."),
        may("dismissed_by", Text, "", "Login of who did."),
        may("dismissed_reason", Text, "", "Why."),
        URL,
    ],
};
