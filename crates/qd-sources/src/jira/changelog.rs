//! What was done to an issue: one row for each field that was changed.

use jiff::Timestamp;
use qd_tables::{Fact, ISSUE_CHANGES, ISSUES};
use serde_json::Value;

use super::{Context, login, project};
use crate::connector::row::{Row, at, items, text, time};

/// Longest value that is kept, in characters.
const LONGEST: usize = 300;

/// Changes of one moment, of the issue `key`.
pub(super) fn map(context: &Context, key: &str, history: &Value, facts: &mut Vec<Fact>) -> Option<()> {
    let moment = Moment {
        context,
        key,
        repo: project(key)?,
        id: text(history, "id")?,
        at: time(history, "created")?,
        by: at(history, "author").and_then(login),
    };
    for (place, item) in at(history, "items").map(items).unwrap_or_default().iter().enumerate() {
        moment.item(place, item, facts);
    }
    Some(())
}

struct Moment<'a> {
    context: &'a Context,
    key: &'a str,
    repo: &'a str,
    id: String,
    at: Timestamp,
    by: Option<String>,
}

impl Moment<'_> {
    fn row(&self, id: &str, field: &str, from: Option<String>, to: Option<String>) -> Fact {
        let short =
            |value: Option<String>| value.map(|value| value.chars().take(LONGEST).collect::<String>());
        Row::of(self.repo, self.key)
            .set("of", "issue")
            .set("id", format!("{}-{id}", self.id))
            .set_time("at", Some(self.at))
            .set("by", self.by.clone())
            .set("field", field)
            .set("from", short(from))
            .set("to", short(to))
            .into_fact(&ISSUE_CHANGES)
    }

    fn item(&self, place: usize, item: &Value, facts: &mut Vec<Fact>) {
        let Some(field) = text(item, "field") else { return };
        let (from, to) = (text(item, "fromString"), text(item, "toString"));
        let id = place.to_string();
        match field.to_lowercase().as_str() {
            "assignee" => {
                // The ids tell accounts apart; the strings are names to show.
                let who = |name| text(item, name).and_then(|id| self.context.login(&id));
                facts.push(self.row(&id, "assignee", who("from"), who("to")));
            }
            "labels" => self.labels(&id, from, to, facts),
            "link" => facts.extend(self.link(&id, item)),
            "resolution" => {
                let state = |closed: bool| Some(if closed { "closed" } else { "open" }.to_owned());
                if from.is_some() != to.is_some() {
                    facts.push(self.row(
                        &format!("{id}-state"),
                        "state",
                        state(from.is_some()),
                        state(to.is_some()),
                    ));
                }
                facts.push(self.row(&id, "reason", from, to));
            }
            "key" => facts.extend(self.moved(from)),
            // Of a text only that it was changed.
            "description" | "environment" => facts.push(self.row(&id, "text", None, None)),
            // Bookkeeping that people do not do.
            "worklogid" | "rank" | "workflow" | "timeestimate" | "remoteissuelink" => {}
            other => facts.push(self.row(&id, named(other), from, to)),
        }
    }

    /// Labels stand in one text, with blanks between.
    fn labels(&self, id: &str, from: Option<String>, to: Option<String>, facts: &mut Vec<Fact>) {
        let (from, to) = (from.unwrap_or_default(), to.unwrap_or_default());
        let (old, new): (Vec<&str>, Vec<&str>) =
            (from.split_whitespace().collect(), to.split_whitespace().collect());
        for label in old.iter().filter(|label| !new.contains(label)) {
            facts.push(self.row(&format!("{id}-{label}"), "label", Some((*label).to_owned()), None));
        }
        for label in new.iter().filter(|label| !old.contains(label)) {
            facts.push(self.row(&format!("{id}-{label}"), "label", None, Some((*label).to_owned())));
        }
    }

    /// A link's sentence says which way it goes: `This issue is blocked by WEB-3`.
    fn link(&self, id: &str, item: &Value) -> Option<Fact> {
        let sentence = text(item, "toString").or_else(|| text(item, "fromString"))?;
        let field = if is_blocked(&sentence) { "blocked_by" } else { "link" };
        let value =
            |key: &str, words: &str| if field == "link" { text(item, words) } else { text(item, key) };
        Some(self.row(id, field, value("from", "fromString"), value("to", "toString")))
    }

    /// An issue that moved to another project is gone under its old key.
    fn moved(&self, old: Option<String>) -> Option<Fact> {
        let old = old.filter(|old| old != self.key)?;
        let row = Row::of(project(&old)?, &old).set("deleted", true);
        Some(row.since(&ISSUES, self.at))
    }
}

/// Whether a link says that the issue waits for the other one.
pub(super) fn is_blocked(sentence: &str) -> bool {
    let sentence = sentence.to_lowercase();
    ["blocked by", "depends on", "is dependent on", "has to be done after"]
        .iter()
        .any(|words| sentence.contains(words))
}

/// Jira's name of a field, in the words that all trackers share.
fn named(field: &str) -> &str {
    match field {
        "summary" => "title",
        "issuetype" => "type",
        "fix version" | "fixversions" => "milestone",
        "duedate" => "due",
        "timeoriginalestimate" => "estimate",
        "timespent" => "spent",
        "issueparentassociation" | "epic link" => "parent",
        other if super::is_points(other) => "points",
        other => other,
    }
}
