//! What GitHub sends by itself: webhooks.
//!
//! An event carries the whole object it is about, in REST's form, so that it gives what a look at
//! the object would, and beside that what happened.

use jiff::Timestamp;
use qd_tables::ISSUES;
use serde_json::{Map, Value};

use super::{
    address::Kind,
    builds, changes, delivery,
    happenings::happening,
    issues,
    node::{Node, Pile, Row},
    place::Place,
    repositories, reviews, security,
};
use crate::exchange::Mapped;

/// Events that concern nothing that is kept, and why.
pub(super) const NOT_KEPT: &[(&str, &[&str])] = &[
    ("what git itself tells", &["create", "delete", "commit_comment", "gollum", "fork", "page_build"]),
    (
        "settings, which are read where they matter",
        &[
            "branch_protection_rule",
            "branch_protection_configuration",
            "custom_property",
            "custom_property_values",
            "deploy_key",
            "label",
            "milestone",
            "meta",
            "ping",
            "repository_ruleset",
            "repository_import",
            "security_and_analysis",
            "cache_sync",
        ],
    ),
    (
        "who belongs to what, which the company declares",
        &["member", "membership", "organization", "org_block", "team", "team_add", "user", "enterprise"],
    ),
    (
        "apps and money",
        &[
            "github_app_authorization",
            "installation",
            "installation_repositories",
            "installation_target",
            "marketplace_purchase",
            "personal_access_token_request",
            "sponsorship",
        ],
    ),
    ("applause", &["star", "watch"]),
    (
        "boards and talk beside the work",
        &[
            "discussion",
            "discussion_comment",
            "project",
            "project_card",
            "project_column",
            "projects_v2",
            "projects_v2_item",
            "projects_v2_status_update",
            "content_reference",
        ],
    ),
    (
        "told by the runs, jobs, checks and deployments that follow",
        &[
            "check_suite",
            "deployment_review",
            "deployment_protection_rule",
            "merge_group",
            "workflow_dispatch",
            "repository_dispatch",
        ],
    ),
    (
        "told by the alerts of the repositories it concerns",
        &[
            "security_advisory",
            "repository_advisory",
            "secret_scanning_alert_location",
            "secret_scanning_scan",
            "registry_package",
            "package",
        ],
    ),
    ("told by the issues themselves", &["issue_dependencies", "sub_issues"]),
];

/// Maps an event that GitHub sent: `name` is its header `X-GitHub-Event`.
///
/// An event that concerns nothing that is kept gives nothing; one that is not known is named.
#[must_use]
pub fn map_event(name: &str, payload: &Value) -> Mapped {
    event(name, payload, None)
}

/// The same, where it is known when it came.
pub(super) fn event(name: &str, payload: &Value, at: Option<Timestamp>) -> Mapped {
    let payload = Node(payload);
    let address = payload.text("repository.html_url").map(|url| format!("{url} ({name})"));
    let mut pile = Pile::new(&address.unwrap_or_else(|| format!("event `{name}`")), at);
    let place = payload.at("repository").map(Place::in_repository).unwrap_or_default();
    let known = Event { payload, action: payload.text("action").unwrap_or_default(), place };
    if name.is_empty() {
        pile.problem("no header `X-GitHub-Event` says what it is; nothing was read from it");
    } else if !known.map(name, &mut pile) && !NOT_KEPT.iter().any(|(_, names)| names.contains(&name)) {
        pile.unknown(name);
    }
    pile.finish()
}

struct Event<'a> {
    payload: Node<'a>,
    action: &'a str,
    place: Place,
}

impl Event<'_> {
    /// Maps it; false where it is none of those that are kept.
    fn map(&self, name: &str, pile: &mut Pile) -> bool {
        match name {
            "pull_request" | "pull_request_target" => self.change(pile),
            "pull_request_review" => self.review(pile),
            "pull_request_review_comment" => self.part("comment", true, pile, reviews::review_comment),
            "pull_request_review_thread" => self.thread(pile),
            "issue_comment" => self.part("comment", false, pile, issues::comment),
            "issues" => self.issue(pile),
            "check_run" => self.object("check_run", pile, builds::check_run),
            "status" => builds::commit_status(self.payload, None, &self.place, pile),
            "workflow_run" => self.object("workflow_run", pile, builds::run),
            "workflow_job" => self.job(pile),
            "deployment" => self.object("deployment", pile, delivery::deployment),
            "deployment_status" => self.object("deployment_status", pile, |status, place, pile| {
                delivery::deployment_status(status, self.payload.at("deployment"), None, place, pile);
            }),
            "release" => self.object("release", pile, |release, place, pile| {
                delivery::release(release, place, self.action == "deleted", pile);
            }),
            "dependabot_alert" | "repository_vulnerability_alert" => self.alert(Kind::DependabotAlert, pile),
            "code_scanning_alert" => self.alert(Kind::CodeAlert, pile),
            "secret_scanning_alert" => self.alert(Kind::SecretAlert, pile),
            "repository" | "public" | "push" => self.object("repository", pile, |repository, _, pile| {
                repositories::repository(repository, None, self.action == "deleted", pile);
            }),
            _ => return false,
        }
        true
    }

    fn object(&self, name: &str, pile: &mut Pile, map: impl Fn(Node<'_>, &Place, &mut Pile)) {
        match self.payload.at(name).filter(|object| object.0.is_object()) {
            Some(object) => map(object, &self.place, pile),
            None => pile.problem(format!("the event has no `{name}`; nothing was read from it")),
        }
    }

    /// What belongs to a change or issue, and that one itself.
    fn part(
        &self,
        name: &str,
        is_of_change: bool,
        pile: &mut Pile,
        map: impl Fn(Node<'_>, &Place, &mut Pile),
    ) {
        let whole = if is_of_change { "pull_request" } else { "issue" };
        let thing = self.payload.at(whole).filter(|thing| thing.0.is_object());
        let is_change = is_of_change || thing.is_some_and(issues::is_change);
        let place = thing.map_or_else(|| self.place.clone(), |thing| self.place.inside(thing, is_change));
        self.object(name, pile, |part, _, pile| map(part, &place, pile));
        if let Some(thing) = thing {
            match is_of_change {
                true => changes::change_request(thing, &self.place, None, pile),
                false => issues::issue(thing, &self.place, None, pile),
            }
        }
    }

    fn change(&self, pile: &mut Pile) {
        self.object("pull_request", pile, |pull, place, pile| {
            changes::change_request(Node(&self.closed(pull)), place, None, pile);
            self.happened(&place.inside(pull, true), pull.time("updated_at"), pile);
        });
    }

    fn issue(&self, pile: &mut Pile) {
        self.object("issue", pile, |issue, place, pile| {
            issues::issue(Node(&self.closed(issue)), place, None, pile);
            let own = place.inside(issue, issues::is_change(issue));
            let at = issue.time("updated_at");
            if matches!(self.action, "deleted" | "transferred")
                && let (Some(repo), Some(number)) = (&own.repo, &own.number)
            {
                let mut row = Row::about(repo, number);
                row.set("deleted", true);
                pile.version(&ISSUES, row, at.or(pile.at));
            }
            self.happened(&own, at, pile);
        });
    }

    /// The thing, with who closed it, which only the event says.
    fn closed(&self, thing: Node<'_>) -> Value {
        let mut thing = thing.0.clone();
        if let (Value::Object(fields), "closed", Some(by)) =
            (&mut thing, self.action, self.payload.at("sender"))
        {
            fields.insert("closed_by".to_owned(), by.0.clone());
        }
        thing
    }

    /// What the action says that happened. Opening and closing are told by the object itself.
    fn happened(&self, place: &Place, at: Option<Timestamp>, pile: &mut Pile) {
        let is_known = matches!(self.action, "opened" | "closed");
        if is_known {
            return;
        }
        let mut item = Map::new();
        for field in ["label", "assignee", "milestone", "requested_reviewer", "requested_team", "sender"] {
            if let Some(value) = self.payload.at(field) {
                item.insert(field.to_owned(), value.0.clone());
            }
        }
        let mut put = |event: &str, values: [(&str, &str); 2]| {
            item.insert("event".to_owned(), event.into());
            for (name, path) in values {
                let value = self.payload.at(path).map_or(Value::Null, |node| node.0.clone());
                item.insert(name.to_owned(), value);
            }
            happening(Node(&Value::Object(item.clone())), place, at, pile);
        };
        match self.action {
            "synchronize" => put("head_ref_force_pushed", [("before", "before"), ("commit_id", "after")]),
            "edited" => {
                for whole in ["pull_request", "issue"] {
                    if self.payload.at("changes.title").is_some() && self.payload.at(whole).is_some() {
                        let now = format!("{whole}.title");
                        put("renamed", [("previous_title", "changes.title.from"), ("current_title", &now)]);
                    }
                }
                if self.payload.at("changes.base").is_some() {
                    let now = "pull_request.base.ref";
                    put(
                        "base_ref_changed",
                        [("previous_ref_name", "changes.base.ref.from"), ("current_ref_name", now)],
                    );
                }
            }
            action => put(action, [("type", "type"), ("issue_type", "type")]),
        }
    }

    fn review(&self, pile: &mut Pile) {
        let seen = self.payload.at("pull_request.updated_at").map_or(Value::Null, |node| node.0.clone());
        let is_dismissed = self.action == "dismissed";
        self.part("review", true, pile, |review, place, pile| {
            let mut review = review.0.clone();
            if let (Value::Object(fields), true) = (&mut review, is_dismissed) {
                fields.insert("dismissed_at".to_owned(), seen.clone());
            }
            reviews::review(Node(&review), place, pile);
        });
    }

    fn thread(&self, pile: &mut Pile) {
        self.part("thread", true, pile, |thread, place, pile| {
            let mut thread = thread.0.clone();
            if let Value::Object(fields) = &mut thread {
                let is_resolved = self.action == "resolved";
                fields.insert("is_resolved".to_owned(), is_resolved.into());
                let by = self.payload.at("sender").filter(|_| is_resolved);
                fields.insert("resolved_by".to_owned(), by.map_or(Value::Null, |by| by.0.clone()));
            }
            let when = self.payload.any(&["updated_at", "pull_request.updated_at"]).and_then(Node::as_time);
            reviews::thread(Node(&thread), place, when, pile);
        });
    }

    /// A job and the environment it deploys to, where the event says so.
    fn job(&self, pile: &mut Pile) {
        self.object("workflow_job", pile, |job, place, pile| {
            let mut job = job.0.clone();
            let environment = self.payload.text("deployment.environment");
            if let (Value::Object(fields), Some(environment)) = (&mut job, environment) {
                fields.insert("environment".to_owned(), environment.into());
            }
            builds::job(Node(&job), place, pile);
        });
    }

    fn alert(&self, kind: Kind, pile: &mut Pile) {
        self.object("alert", pile, |alert, place, pile| {
            let mut alert = alert.0.clone();
            if let Value::Object(fields) = &mut alert {
                // The oldest form of the event says neither, but for the action.
                let state = match self.action {
                    "create" => "open",
                    "dismiss" => "dismissed",
                    "resolve" => "fixed",
                    _ => "open",
                };
                fields.entry("state").or_insert_with(|| state.into());
                for field in ["number", "created_at"] {
                    let other = if field == "number" { "id" } else { "dismissed_at" };
                    if let (None, Some(value)) = (fields.get(field), fields.get(other).cloned()) {
                        fields.insert(field.to_owned(), value);
                    }
                }
            }
            security::alert(Node(&alert), kind, place, pile);
        });
    }
}
