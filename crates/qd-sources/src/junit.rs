//! JUnit XML: results of tests, in whichever of its dialects.
//!
//! There is no standard, only what runners write and servers bear, so the reader takes elements and
//! attributes where it finds them and asks for none but a test's name. It reads as a stream: what
//! tests printed is passed over, and no entity is ever expanded. (The crate `quick-junit` was tried:
//! it refuses a whole file for a time without an offset, as pytest and jest write it, and leaves out
//! suites inside suites.)

mod find;
mod lossy;
mod parse;
mod sync;

use std::collections::BTreeMap;

use jiff::{Timestamp, tz::TimeZone};
use qd_tables::{Fact, TEST_RESULTS};

pub use crate::files::Found;
use crate::{
    Problem,
    values::{Row, short_name},
};
pub use find::find;
use parse::{Report, Test};
pub use sync::{Synced, sync};

/// What is known of a report beside what it says.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    /// What to call the file: its path as a person would write it.
    pub file: &'a str,
    /// When the file was last changed; stands in for times that it does not tell.
    pub modified: Timestamp,
    /// Zone of times without an offset.
    pub zone: TimeZone,
    /// Repository that was tested; the report's own word goes first.
    pub repo: &'a str,
    /// Build that it ran in, where the caller knows.
    pub build: Option<&'a str>,
    /// Branch that was tested, where the caller knows.
    pub branch: Option<&'a str>,
    /// Commit that was tested, where the caller knows.
    pub sha: Option<&'a str>,
}

/// Properties that name a build, the most exact first: of two jobs of a run that test the same, each
/// keeps its own results.
const BUILDS: &[&str] = &[
    "ci_job_id",
    "buildkite_job_id",
    "circle_workflow_job_id",
    "github_run_id",
    "ci_pipeline_id",
    "buildkite_build_id",
    "build_tag",
    "build_id",
    "build_buildid",
    "build_number",
    "build",
];
const BRANCHES: &[&str] = &[
    "branch",
    "git_branch",
    "github_head_ref",
    "github_ref_name",
    "ci_commit_ref_name",
    "ci_commit_branch",
    "buildkite_branch",
    "circle_branch",
    "build_sourcebranchname",
];
const COMMITS: &[&str] = &[
    "sha",
    "commit",
    "commit_sha",
    "git_commit",
    "git_sha",
    "github_sha",
    "ci_commit_sha",
    "buildkite_commit",
    "circle_sha1",
    "build_sourceversion",
    "revision",
];
const REPOSITORIES: &[&str] = &["repository", "github_repository", "ci_project_path", "git_url"];

/// The results in a report, and what of it could not be read. What was read before a file breaks
/// off is kept.
#[must_use]
pub fn read(input: &mut dyn std::io::BufRead, context: &Context<'_>) -> (Vec<Fact>, Vec<Problem>) {
    let Report { tests, properties, times, problems } = parse::parse(input, &context.zone);
    let about = About::new(context, &properties, times.into_iter().min());
    let mut tries: BTreeMap<(String, String), i64> = BTreeMap::new();
    let mut facts = Vec::new();
    for test in tests {
        let suite = test.suite.clone();
        // The same name again is another try: runners that repeat a test write it once more.
        let tried = tries.entry((suite, test.name.clone())).or_default();
        for attempt in &test.attempts {
            *tried += 1;
            facts.push(about.fact(&test, attempt, *tried));
        }
    }
    let problems =
        problems.into_iter().map(|message| Problem { subject: context.file.to_owned(), message }).collect();
    (facts, problems)
}

/// What holds for every test of a report.
struct About<'a> {
    repo: String,
    build: String,
    branch: Option<String>,
    sha: Option<String>,
    context: &'a Context<'a>,
}

impl<'a> About<'a> {
    fn new(
        context: &'a Context<'a>,
        properties: &BTreeMap<String, String>,
        first: Option<Timestamp>,
    ) -> Self {
        let find = |names: &[&str]| names.iter().find_map(|name| properties.get(*name)).cloned();
        let given = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
        let sha =
            find(COMMITS).filter(|sha| sha.len() >= 7 && sha.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let build =
            find(BUILDS).map(|build| match properties.get("github_run_attempt").map(String::as_str) {
                None | Some("1" | "") => build,
                Some(_) if properties.get("github_run_id") != Some(&build) => build,
                Some(attempt) => format!("{build}.{attempt}"),
            });
        let made_up = || format!("{}@{}", context.file, first.unwrap_or(context.modified));
        Self {
            repo: find(REPOSITORIES)
                .map_or_else(|| context.repo.to_owned(), |name| short_name(&name).to_owned()),
            build: build.or_else(|| given(context.build)).unwrap_or_else(made_up),
            branch: find(BRANCHES).or_else(|| given(context.branch)),
            sha: sha.map(|sha| sha.to_lowercase()).or_else(|| given(context.sha)),
            context,
        }
    }

    fn fact(&self, test: &Test, attempt: &parse::Attempt, number: i64) -> Fact {
        Row::default()
            .put("repo", self.repo.clone())
            .put("build", self.build.clone())
            .put("suite", test.suite.clone())
            .put("name", test.name.clone())
            .put("attempt", number)
            .at("at", Some(attempt.at.or(test.at).unwrap_or(self.context.modified)))
            .put("outcome", attempt.outcome.word())
            .seen("seconds", attempt.seconds)
            .seen("file", test.file.clone())
            .seen("branch", self.branch.clone())
            .seen("sha", self.sha.clone())
            .seen("message", attempt.message.clone())
            .fact(&TEST_RESULTS)
    }
}

#[cfg(test)]
mod tests;
