//! What happens to a change after it was written: builds, tests, deployments, incidents.

use crate::{
    Column, Declaration,
    Kind::{Boolean, Choice, Integer, Number, Text, Texts, Time},
    Role::{Event, State},
    may, must,
};

const SOURCE: Column = must("source", Text, "", "Name of the source in company.toml.");
const OBSERVED_AT: Column = must(
    "observed_at",
    Time,
    "",
    "Since when it is known to be so: the system's own time of its last change.",
);
const DELETED: Column = must("deleted", Boolean, "", "True in the version that says it is gone.");
const URL: Column = may("url", Text, "", "Where a person can look at it.");

/// Runs of a pipeline and their jobs.
pub const BUILDS: Declaration = Declaration {
    name: "builds",
    role: State,
    comment: "A run of a pipeline, or a job of one.",
    key: &["source", "repo", "id"],
    columns: &[
        SOURCE,
        must("repo", Text, "", "Name of the repository."),
        must(
            "id",
            Text,
            "",
            "The system's id; a run that is tried again has one for each attempt (`812.2`).",
        ),
        OBSERVED_AT,
        DELETED,
        may("run", Text, "", "For a job: id of its run. Null for a run."),
        may("workflow", Text, "", "Name of the pipeline."),
        may("job", Text, "", "Name of the job; null for a run."),
        may("attempt", Integer, "", "Which try it is, from 1."),
        may("event", Text, "", "What started it: `push`, `pull_request`, `schedule` ..."),
        may("branch", Text, "", "Branch it ran on."),
        may("sha", Text, "", "Commit it ran on, hex."),
        may("number", Text, "", "Change request it ran for."),
        may("environment", Text, "", "Environment it deploys to, where it says so."),
        must(
            "status",
            Choice(&[
                "queued",
                "running",
                "success",
                "failure",
                "cancelled",
                "skipped",
                "timed_out",
                "neutral",
                "action_required",
            ]),
            "",
            "How it stands.",
        ),
        may("created_at", Time, "", "When it was asked for."),
        may("started_at", Time, "", "When it began."),
        may("finished_at", Time, "", "When it ended."),
        may("by", Text, "", "Login of who started it."),
        URL,
    ],
};

/// Results of tests.
pub const TEST_RESULTS: Declaration = Declaration {
    name: "test_results",
    role: Event("at"),
    comment: "One run of one test.",
    key: &["source", "repo", "build", "suite", "name", "attempt"],
    columns: &[
        SOURCE,
        must("repo", Text, "", "Name of the repository; the source's name where not known."),
        must("build", Text, "", "Build it ran in; the report's file where not known."),
        must("suite", Text, "", "Suite or class it stands in."),
        must("name", Text, "", "Its name."),
        must("attempt", Integer, "", "Which try within the build it is, from 1."),
        must("at", Time, "", "When."),
        must("outcome", Choice(&["passed", "failed", "error", "skipped"]), "", "How it ended."),
        may("seconds", Number, "seconds", "How long it took."),
        may("file", Text, "", "File it stands in."),
        may("branch", Text, "", "Branch it ran on."),
        may("sha", Text, "", "Commit it ran on, hex."),
        may("message", Text, "", "First line of what it said when it failed."),
    ],
};

/// Deployments as a system told them.
pub const DEPLOYMENTS: Declaration = Declaration {
    name: "deployments",
    role: State,
    comment: "A deployment as a forge, a pipeline or a file told it.",
    key: &["source", "repo", "id"],
    columns: &[
        SOURCE,
        must("repo", Text, "", "Name of the repository; empty where not known."),
        must("id", Text, "", "The system's id."),
        OBSERVED_AT,
        DELETED,
        may("service", Text, "", "Service that was deployed, by its id in the company's files."),
        may("environment", Text, "", "Where to: `production`, `staging` ..."),
        may("sha", Text, "", "Commit that was deployed, hex."),
        may("ref", Text, "", "Branch or tag that was deployed."),
        may("version", Text, "", "Version that was deployed."),
        must(
            "status",
            Choice(&["queued", "running", "success", "failure", "cancelled", "inactive"]),
            "",
            "How it stands; `inactive` is a success that another one replaced.",
        ),
        must("created_at", Time, "", "When it was asked for."),
        may("started_at", Time, "", "When it began."),
        may("finished_at", Time, "", "When it ended."),
        may("by", Text, "", "Login of who did it."),
        may("is_rollback", Boolean, "", "True where it puts an older version back."),
        may(
            "is_unplanned",
            Boolean,
            "",
            "True where it mends what users were hit by; null where nobody said.",
        ),
        URL,
    ],
};

/// Incidents and alerts.
pub const INCIDENTS: Declaration = Declaration {
    name: "incidents",
    role: State,
    comment: "An incident, or an alert that somebody must look at.",
    key: &["source", "id"],
    columns: &[
        SOURCE,
        must("id", Text, "", "The system's id."),
        OBSERVED_AT,
        DELETED,
        must("title", Text, "", "What is wrong."),
        may("service", Text, "", "Service that is hit, in the system's own word."),
        may("severity", Text, "", "How bad it is, in the system's own word."),
        may("environment", Text, "", "Where: `production`, `staging` ..."),
        must("status", Choice(&["open", "acknowledged", "resolved"]), "", "How it stands."),
        must("started_at", Time, "", "When it began."),
        may("detected_at", Time, "", "When it was noticed."),
        may("acknowledged_at", Time, "", "When somebody took it."),
        may("resolved_at", Time, "", "When it was over for its users."),
        may("assignee", Text, "", "Who has it, as written there."),
        may("deployment", Text, "", "Id of the deployment that caused it, where somebody said so."),
        may("reviewed_at", Time, "", "When it was talked over, where the system knows."),
        may("labels", Texts, "", "Labels, `key=value` each."),
        URL,
    ],
};
