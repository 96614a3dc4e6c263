//! Which rows the subjects of CDEvents are.

use qd_tables::{BUILDS, CHANGE_REQUESTS, DEPLOYMENTS, Fact, INCIDENTS, TEST_RESULTS};

use super::Letter;
use crate::values::{Row, address, first_words, line, short_name, words};

/// Subjects of which a table holds at least some events.
pub(super) const KEPT: &[&str] = &[
    "pipelinerun",
    "taskrun",
    "build",
    "testsuiterun",
    "testsuite",
    "testcaserun",
    "testcase",
    "service",
    "incident",
    "change",
];

/// Subjects that no table holds.
pub(super) const NOT_KEPT: &[&str] =
    &["artifact", "branch", "environment", "repository", "testoutput", "ticket"];

impl Letter<'_> {
    /// The rows of this event; none where no table holds such a thing.
    pub(super) fn facts(&self, subject: &str, predicate: &str) -> Option<Fact> {
        match subject {
            "pipelinerun" => self.build("", &["pipelineName"], None, predicate),
            "taskrun" => self.build("task:", &["taskName"], Some("pipelineRun"), predicate),
            "build" => self.build("build:", &[], None, predicate),
            "testsuiterun" | "testsuite" => {
                self.build("suite:", &["testSuite/name", "testSuite/id"], Some("pipelineRun"), predicate)
            }
            "testcaserun" | "testcase" => self.test(predicate),
            "service" => self.deployment(predicate),
            "incident" => self.incident(predicate),
            "change" => self.change(predicate),
            _ => None,
        }
    }

    fn content(&self, name: &str) -> Option<String> {
        words(self.value, &format!("/subject/content/{name}"))
    }

    /// Id of the subject, with its source and, where ids of several kinds might meet, its kind.
    fn key(&self, kind: &str) -> String {
        keyed(&self.source, kind, &self.id)
    }

    /// Id of something else that the event names, which is of the same source where not said.
    fn other(&self, name: &str, kind: &str) -> Option<String> {
        let id = self.content(&format!("{name}/id")).or_else(|| self.content(name))?;
        let source = self.content(&format!("{name}/source"));
        Some(keyed(source.as_ref().unwrap_or(&self.source), kind, &id))
    }

    fn repository(&self) -> String {
        let named = ["repository/id", "repository", "change/repository/id"];
        let found = named.iter().find_map(|name| self.content(name));
        found.map_or_else(|| self.repo.to_owned(), |name| short_name(&name).to_owned())
    }

    fn row(&self, id: String) -> Row {
        let link = first_words(self.value, &["/subject/content/uri", "/subject/content/url"]);
        Row::default()
            .put("id", id)
            .at("observed_at", Some(self.at))
            .seen("url", link.and_then(|url| address(&url)))
    }

    fn build(&self, kind: &str, names: &[&str], run: Option<&str>, predicate: &str) -> Option<Fact> {
        let outcome = self.content("outcome");
        let (status, column) = match predicate {
            "queued" => ("queued", "created_at"),
            "started" => ("running", "started_at"),
            "finished" => (finished(outcome.as_deref()), "finished_at"),
            _ => return None,
        };
        let name = names.iter().find_map(|name| self.content(name));
        let row = self.row(self.key(kind)).put("repo", self.repository()).put("status", status);
        let row = row.at(column, Some(self.at)).seen("environment", self.content("environment/id"));
        let row = match run {
            Some(run) => {
                row.seen("job", name.or_else(|| Some(self.id.clone()))).seen("run", self.other(run, ""))
            }
            None => row.seen("workflow", name),
        };
        Some(row.fact(&BUILDS))
    }

    fn test(&self, predicate: &str) -> Option<Fact> {
        let outcome = match (predicate, self.content("outcome").as_deref()) {
            ("skipped", _) | ("finished", Some("cancel" | "skipped")) => "skipped",
            ("finished", Some("success" | "pass")) => "passed",
            ("finished", Some("error")) => "error",
            ("finished", Some(_)) => "failed",
            _ => return None,
        };
        let id = self.content("testCase/id");
        let name = self.content("testCase/name").or_else(|| id.clone()).unwrap_or_else(|| self.id.clone());
        let build = self.other("testSuiteRun", "suite:").unwrap_or_else(|| self.key("case:"));
        let row = Row::default()
            .put("repo", self.repository())
            .put("build", build)
            .put("suite", id.or_else(|| self.content("testCase/type")).unwrap_or_default())
            .put("name", name)
            .put("attempt", 1)
            .at("at", Some(self.at))
            .put("outcome", outcome)
            .seen("message", self.content("reason").and_then(|text| line(&text, 500)));
        Some(row.fact(&TEST_RESULTS))
    }

    fn deployment(&self, predicate: &str) -> Option<Fact> {
        if !matches!(predicate, "deployed" | "upgraded" | "rolledback") {
            return None;
        }
        // The subject is the service, which is deployed many times; the event happens once.
        let made_up = || format!("{}@{}", self.key(""), self.at);
        let id = self.event_id.clone().unwrap_or_else(made_up);
        let artifact = self.content("artifactId");
        let version = artifact.as_deref().and_then(version);
        let is_commit = |text: &String| text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let row = self
            .row(id)
            .put("repo", self.repository())
            .put("service", self.id.clone())
            .seen("environment", self.content("environment/id").or_else(|| self.content("environment")))
            .seen("sha", version.clone().filter(is_commit))
            .seen("version", version)
            .put("status", "success")
            .at("created_at", Some(self.at))
            .at("finished_at", Some(self.at))
            .put("is_rollback", predicate == "rolledback");
        Some(row.fact(&DEPLOYMENTS))
    }

    fn incident(&self, predicate: &str) -> Option<Fact> {
        let status = match predicate {
            "detected" | "reported" => "open",
            "resolved" => "resolved",
            _ => return None,
        };
        let ticket = self.content("ticketURI").and_then(|url| address(&url));
        let severity = first_words(self.value, &["/customData/severity", "/customData/priority"]);
        let row = self
            .row(self.key(""))
            .put("status", status)
            .seen("service", self.content("service/id").or_else(|| self.content("service")))
            .seen("environment", self.content("environment/id").or_else(|| self.content("environment")))
            .seen("severity", severity)
            .seen("url", ticket);
        let title = self.content("description").and_then(|text| line(&text, 300));
        Some(
            match predicate {
                "resolved" => row.at("resolved_at", Some(self.at)),
                // One that is reported may have been detected before: only that says when it began.
                "reported" => row.seen("title", title),
                _ => {
                    row.seen("title", title).at("started_at", Some(self.at)).at("detected_at", Some(self.at))
                }
            }
            .fact(&INCIDENTS),
        )
    }

    fn change(&self, predicate: &str) -> Option<Fact> {
        let row = Row::default()
            .put("repo", self.repository())
            .put("number", self.id.clone())
            .at("observed_at", Some(self.at))
            .at("updated_at", Some(self.at))
            .seen("title", self.content("description").and_then(|text| line(&text, 300)));
        let row = match predicate {
            "created" => row.put("state", "open").at("created_at", Some(self.at)),
            "merged" => {
                row.put("state", "merged").at("merged_at", Some(self.at)).at("closed_at", Some(self.at))
            }
            "abandoned" => row.put("state", "closed").at("closed_at", Some(self.at)),
            "updated" | "reviewed" => row,
            _ => return None,
        };
        Some(row.fact(&CHANGE_REQUESTS))
    }
}

fn keyed(source: &str, kind: &str, id: &str) -> String {
    if source.is_empty() { format!("{kind}{id}") } else { format!("{source}#{kind}{id}") }
}

fn finished(outcome: Option<&str>) -> &'static str {
    match outcome {
        Some("success") => "success",
        Some("cancel" | "cancelled") => "cancelled",
        Some("skipped") => "skipped",
        Some("failure" | "error") => "failure",
        // It ended, and did not say how.
        _ => "neutral",
    }
}

/// Version in a package URL: its tag where it has one (`pkg:oci/app@sha256%3A0b?tag=1.2`), else what
/// stands behind the `@`.
fn version(purl: &str) -> Option<String> {
    let (path, query) = purl.split_once('?').unwrap_or((purl, ""));
    let query = query.split('#').next().unwrap_or_default();
    let tag = query.split('&').find_map(|part| part.strip_prefix("tag="));
    let behind = path.rsplit_once('@').map(|(_, version)| version);
    let text =
        tag.or(behind)?.replace("%3A", ":").replace("%3a", ":").replace("%2B", "+").replace("%2b", "+");
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn a_version_is_the_tag_or_what_stands_behind_the_sign() {
        assert_eq!(version("pkg:oci/app@sha256%3A0b?repository_url=x&tag=1.2#p").as_deref(), Some("1.2"));
        assert_eq!(version("pkg:golang/a.org/b@234fd4").as_deref(), Some("234fd4"));
        assert_eq!(version("pkg:oci/app@sha256%3A0b").as_deref(), Some("sha256:0b"));
        assert_eq!(version("app"), None);
    }
}
