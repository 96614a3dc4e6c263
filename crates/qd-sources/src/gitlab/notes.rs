//! Notes: what people wrote, and what GitLab wrote down about what they did.
//!
//! GitLab tells most of what happens to a merge request as a sentence of its own among the
//! comments. [`system`] reads those sentences; they are of GitLab's source, in English whatever the
//! user's language.

use std::{collections::BTreeSet, sync::LazyLock};

use jiff::Timestamp;
use qd_tables::{CHANGE_REQUESTS, COMMENTS, Fact, ISSUE_CHANGES, REVIEW_REQUESTS, REVIEW_THREADS, REVIEWS};
use regex::Regex;
use serde_json::Value;

use super::{is_bot, login, prose, with_author};
use crate::connector::row::{self, Row, at, items, text, time};

/// What a note belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Of {
    ChangeRequest,
    Issue,
}

impl Of {
    fn word(self) -> &'static str {
        match self {
            Self::ChangeRequest => "change_request",
            Self::Issue => "issue",
        }
    }
}

static LOGIN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"@([A-Za-z0-9_][A-Za-z0-9_.-]*)").ok());
static SHA: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"<li>([0-9a-f]{7,40})").ok());

fn logins(text: &str) -> Vec<String> {
    LOGIN
        .iter()
        .flat_map(|regex| regex.captures_iter(text))
        .filter_map(|found| Some(found.get(1)?.as_str().trim_end_matches('.').to_owned()))
        .collect()
}

/// A thread and its notes.
pub(super) fn discussion(
    repo: &str,
    number: &str,
    of: Of,
    item: &Value,
    facts: &mut Vec<Fact>,
) -> Option<()> {
    let notes = at(item, "notes").map(items).unwrap_or_default();
    let id = text(item, "id")?;
    let resolvable = notes.iter().any(|note| is(note, "resolvable"));
    let thread = (of == Of::ChangeRequest && resolvable).then_some(id.as_str());
    let mut answered: Option<String> = None;
    for item in notes {
        let start = facts.len();
        note(repo, number, of, item, thread, facts)?;
        for fact in facts.iter_mut().skip(start).filter(|fact| fact.table.name == COMMENTS.name) {
            if let Some(first) = &answered {
                fact.row.insert("in_reply_to".to_owned(), Value::String(first.clone()));
            }
        }
        answered = answered.or_else(|| text(item, "id"));
    }
    if let Some(thread) = thread {
        facts.push(review_thread(repo, number, thread, notes)?);
    }
    Some(())
}

fn is(item: &Value, name: &str) -> bool {
    at(item, name).and_then(Value::as_bool) == Some(true)
}

fn review_thread(repo: &str, number: &str, id: &str, notes: &[Value]) -> Option<Fact> {
    let first = notes.first()?;
    let resolvable: Vec<&Value> = notes.iter().filter(|note| is(note, "resolvable")).collect();
    let resolved = !resolvable.is_empty() && resolvable.iter().all(|note| is(note, "resolved"));
    let times = notes.iter().flat_map(|note| [time(note, "created_at"), time(note, "resolved_at")]);
    let by = resolvable.iter().rev().find_map(|note| login(note, "resolved_by")).filter(|_| resolved);
    let row = Row::of(repo, number)
        .set("id", id)
        .maybe("path", text(first, "position.new_path").or_else(|| text(first, "position.old_path")))
        .maybe(
            "line",
            at(first, "position.new_line").or_else(|| at(first, "position.old_line")).and_then(Value::as_u64),
        )
        .set("is_resolved", resolved)
        .set("resolved_by", by);
    Some(row.since(&REVIEW_THREADS, times.flatten().max()?))
}

/// When somebody last spoke in one of `list`, or settled one.
pub(super) fn last(list: &[Value]) -> Option<Timestamp> {
    let notes = list.iter().flat_map(|item| at(item, "notes").map(items).unwrap_or_default());
    notes.flat_map(|note| [time(note, "created_at"), time(note, "resolved_at")]).flatten().max()
}

/// What the threads of a merge request say together: how many are open, and when it was made ready.
pub(super) fn threads(repo: &str, number: &str, list: &[Value], since: Timestamp) -> Option<Fact> {
    let notes = |item: &Value| at(item, "notes").map(items).unwrap_or_default().to_vec();
    let open = list
        .iter()
        .filter(|item| notes(item).iter().any(|note| is(note, "resolvable") && !is(note, "resolved")))
        .count();
    let ready = list
        .iter()
        .flat_map(notes)
        .filter(|note| is(note, "system") && draft(&text(note, "body").unwrap_or_default()) == Some(false))
        .filter_map(|note| time(&note, "created_at"))
        .max();
    let row = Row::of(repo, number)
        .set("unresolved_threads", open)
        .maybe("ready_at", ready.map(|at| at.to_string()));
    Some(row.since(&CHANGE_REQUESTS, since))
}

/// A note, by a person or by GitLab.
pub(super) fn note(
    repo: &str,
    number: &str,
    of: Of,
    item: &Value,
    thread: Option<&str>,
    facts: &mut Vec<Fact>,
) -> Option<()> {
    let body = text(item, "body").unwrap_or_default();
    let id = text(item, "id")?;
    let when = time(item, "created_at")?;
    if is(item, "system") {
        let by = login(item, "author");
        system(&System { repo, number, of, id: &id, at: when, by, body: &body }, facts);
        return Some(());
    }
    let row = with_author(Row::of(repo, number), item)
        .set("of", of.word())
        .set("id", id)
        .set_time("created_at", Some(when))
        .maybe("thread", thread)
        .maybe("path", text(item, "position.new_path").or_else(|| text(item, "position.old_path")));
    facts.push(row::prose(row, prose::excerpt(&body), prose::mentions(&body)).into_fact(&COMMENTS));
    Some(())
}

/// Reviews of which GitLab says no word: remarks to be resolved, by others than the author. All
/// that a person remarks between two pushes is one.
pub(super) fn remarks(repo: &str, number: &str, list: &[Value], author: &str) -> Vec<Fact> {
    let of_thread = |item: &Value| at(item, "notes").map(items).map(<[Value]>::to_vec);
    let mut notes: Vec<Value> =
        list.iter().flat_map(|item| of_thread(item).unwrap_or_else(|| vec![item.clone()])).collect();
    notes.sort_by_key(|note| (time(note, "created_at"), at(note, "id").and_then(Value::as_u64)));
    let mut spoken: BTreeSet<String> = BTreeSet::new();
    let mut facts = Vec::new();
    for note in &notes {
        let body = text(note, "body").unwrap_or_default();
        if is(note, "system") && body.starts_with("added ") && body.contains("commit") {
            spoken.clear();
        }
        let by = login(note, "author").filter(|by| is(note, "resolvable") && by != author);
        if let (false, Some(by), Some(when)) = (is(note, "system"), by, time(note, "created_at"))
            && spoken.insert(by.clone())
        {
            facts.push(review(repo, number, "commented", Some(by), when));
        }
    }
    facts
}

/// A sentence of GitLab.
struct System<'a> {
    repo: &'a str,
    number: &'a str,
    of: Of,
    id: &'a str,
    at: Timestamp,
    by: Option<String>,
    body: &'a str,
}

impl System<'_> {
    fn change(&self, field: &str, from: Option<String>, to: Option<String>) -> Fact {
        // Several changes of one sentence are told apart by field and value.
        let value = to.as_deref().or(from.as_deref()).unwrap_or_default();
        Row::of(self.repo, self.number)
            .set("of", self.of.word())
            .set("id", format!("{}-{field}-{value}", self.id))
            .set_time("at", Some(self.at))
            .set("by", self.by.clone())
            .set("field", field)
            .set("from", from)
            .set("to", to)
            .into_fact(&ISSUE_CHANGES)
    }

    fn request(&self, change: &str, reviewer: String) -> Fact {
        Row::of(self.repo, self.number)
            .set_time("at", Some(self.at))
            .set("change", change)
            .set("reviewer", reviewer)
            .set("team", Value::Null)
            .set("by", self.by.clone())
            .into_fact(&REVIEW_REQUESTS)
    }
}

/// A review that is only a word.
pub(super) fn review(repo: &str, number: &str, state: &str, by: Option<String>, at: Timestamp) -> Fact {
    // Approvals have no id that notes and webhooks share; a minute is the finest that all agree on.
    let id = format!("{state}-{}-{}", by.as_deref().unwrap_or_default(), at.strftime("%Y%m%d%H%M"));
    let robot = by.as_deref().map(is_bot).filter(|robot| *robot);
    Row::of(repo, number)
        .set("id", id)
        .set_time("submitted_at", Some(at))
        .set("reviewer", by)
        .maybe("reviewer_is_bot", robot)
        .set("state", state)
        .into_fact(&REVIEWS)
}

/// Whether a sentence says that it became a draft, or stopped being one.
fn draft(body: &str) -> Option<bool> {
    let body = body.to_lowercase();
    if body.starts_with("marked this merge request as **draft**")
        || body.starts_with("marked as a **work in progress**")
    {
        Some(true)
    } else if body.starts_with("marked this merge request as **ready**")
        || body.starts_with("unmarked as a **work in progress**")
        || body.starts_with("unmarked this merge request as a work in progress")
    {
        Some(false)
    } else {
        None
    }
}

fn system(note: &System<'_>, facts: &mut Vec<Fact>) {
    let body = note.body.trim();
    let change = |field: &str, from: Option<&str>, to: Option<&str>| {
        note.change(field, from.map(str::to_owned), to.map(str::to_owned))
    };
    let given = |state: &str| review(note.repo, note.number, state, note.by.clone(), note.at);
    if let Some(now) = draft(body) {
        facts.push(change(
            "draft",
            Some(if now { "false" } else { "true" }),
            Some(if now { "true" } else { "false" }),
        ));
    } else if body.starts_with("approved this merge request") {
        facts.push(given("approved"));
    } else if body.starts_with("unapproved this merge request") {
        facts.push(given("dismissed"));
    } else if body.starts_with("requested changes") {
        facts.push(given("changes_requested"));
    } else if body.contains("requested review from") || body.contains("removed review request for") {
        let (asked, taken) = halves(body, "requested review from", "removed review request for");
        facts.extend(logins(asked).into_iter().map(|login| note.request("requested", login)));
        facts.extend(logins(taken).into_iter().map(|login| note.request("removed", login)));
    } else if body.starts_with("assigned to")
        || body.starts_with("unassigned")
        || body.starts_with("removed assignee")
    {
        let (given, taken) = halves(body, "assigned to", "unassigned");
        facts.extend(logins(given).into_iter().map(|login| note.change("assignee", None, Some(login))));
        facts.extend(logins(taken).into_iter().map(|login| note.change("assignee", Some(login), None)));
    } else if let Some(state) = ended(body) {
        facts.push(change("state", None, Some(state)));
    } else {
        facts.extend(field(body, &change));
    }
}

/// State that a sentence says; of late GitLab tells these as events of their own.
fn ended(body: &str) -> Option<&'static str> {
    let word = body.split([' ', '\n']).next().unwrap_or_default();
    match word {
        "merged" => Some("merged"),
        "closed" => Some("closed"),
        "reopened" => Some("open"),
        _ => None,
    }
}

/// A sentence about a field that has a value before and after.
fn field(body: &str, change: &dyn Fn(&str, Option<&str>, Option<&str>) -> Fact) -> Option<Fact> {
    if let Some(rest) = body.strip_prefix("changed title from ") {
        let (from, to) = rest.split_once("** to **")?;
        let (from, to) = (unmarked(from, '-', '+'), unmarked(to, '+', '-'));
        return Some(change("title", Some(&from), Some(&to)));
    }
    if let Some(rest) = body.strip_prefix("changed target branch from ") {
        let (from, to) = rest.split_once("` to `")?;
        return Some(change("base", Some(from.trim_matches('`')), Some(to.trim_matches('`'))));
    }
    if body.starts_with("added ") && body.contains("commit") {
        let head = SHA.iter().flat_map(|regex| regex.captures_iter(body)).last()?.get(1)?.as_str();
        return Some(change("head", None, Some(head)));
    }
    if let Some(rest) = body.strip_prefix("changed milestone to ") {
        return Some(change("milestone", None, Some(rest.trim_start_matches('%').trim_matches('"'))));
    }
    if let Some(rest) = body.strip_prefix("removed milestone ") {
        return Some(change("milestone", Some(rest.trim_start_matches('%').trim_matches('"')), None));
    }
    let blocked = ["marked this issue as blocked by ", "marked this issue as is blocked by "];
    if let Some(rest) = blocked.iter().find_map(|start| body.strip_prefix(start)) {
        return Some(change("blocked_by", None, Some(rest.trim().trim_start_matches('#'))));
    }
    let weight = body.strip_prefix("changed weight to ")?;
    Some(change("points", None, Some(weight.trim_matches('*'))))
}

/// The parts of a sentence after two phrases, in whatever order they stand.
fn halves<'b>(body: &'b str, first: &str, second: &str) -> (&'b str, &'b str) {
    // "unassigned" must not be taken for "assigned to".
    let one = body
        .match_indices(first)
        .map(|(at, _)| at)
        .find(|at| !body.get(..*at).unwrap_or_default().ends_with("un"));
    let two = body.find(second);
    let part = |from: Option<usize>, until: Option<usize>| {
        from.and_then(|from| body.get(from..until.filter(|until| *until > from).unwrap_or(body.len())))
            .unwrap_or_default()
    };
    (part(one, two), part(two, one))
}

/// A title without the marks of what came (`{+ +}`) and went (`{- -}`), and without what is not its own.
fn unmarked(title: &str, keep: char, drop: char) -> String {
    let mut text = title.trim_matches('*').to_owned();
    for mark in [format!("{{{keep}"), format!("{keep}}}")] {
        text = text.replace(&mark, "");
    }
    let (open, close) = (format!("{{{drop}"), format!("{drop}}}"));
    while let Some((before, rest)) = text.split_once(&open).map(|(a, b)| (a.to_owned(), b.to_owned())) {
        text = before + rest.split_once(&close).map_or("", |(_, after)| after);
    }
    text
}

/// A change of state as an event of its own.
pub(super) fn state_event(repo: &str, number: &str, of: Of, item: &Value) -> Option<Fact> {
    let state = match text(item, "state")?.as_str() {
        "reopened" | "opened" => "open".to_owned(),
        other => other.to_owned(),
    };
    event(repo, number, of, item, "state", None, Some(state))
}

/// A label that came or went.
pub(super) fn label_event(repo: &str, number: &str, of: Of, item: &Value) -> Option<Fact> {
    let name = text(item, "label.name");
    let added = text(item, "action")? == "add";
    let (from, to) = if added { (None, name) } else { (name, None) };
    event(repo, number, of, item, "label", from, to)
}

fn event(
    repo: &str,
    number: &str,
    of: Of,
    item: &Value,
    field: &str,
    from: Option<String>,
    to: Option<String>,
) -> Option<Fact> {
    let row = Row::of(repo, number)
        .set("of", of.word())
        .set("id", format!("{field}-{}", text(item, "id")?))
        .set_time("at", Some(time(item, "created_at")?))
        .set("by", login(item, "user"))
        .set("field", field)
        .set("from", from)
        .set("to", to);
    Some(row.into_fact(&ISSUE_CHANGES))
}
