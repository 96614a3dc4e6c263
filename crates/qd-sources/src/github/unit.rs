//! A repository in the course of a sync: its changes and issues, itself, and what it delivered.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use qd_tables::{CODE_OWNERS, Fact};
use serde_json::{Value, json};

use super::{
    cursor::{Cursor, Walk},
    lists::ALERTS,
    map,
    node::{Node, Row},
    pages::Asker,
    question,
};
use crate::{
    connector::{Halt, ends_everything},
    exchange::{Exchange, Failure},
};

/// Changes on a page; where that is too much for GitHub's own limit of time, fewer are asked for.
const CHANGES: u64 = 50;
/// Issues on a page.
const ISSUES: u64 = 50;
/// Deployments get statuses for a while after they were made.
const LATE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A repository in the course of a sync.
pub(super) struct Unit<'n> {
    pub(super) owner: &'n str,
    pub(super) name: &'n str,
    pub(super) full: &'n str,
    /// Name of its cursor.
    pub(super) key: &'n str,
    pub(super) cursor: Cursor,
    /// Changes seen in this sync.
    pub(super) seen: BTreeSet<u64>,
    /// Issues seen in this sync.
    pub(super) seen_issues: BTreeSet<u64>,
}

/// The cursor of the page after this one.
pub(super) fn next(list: Node<'_>) -> Option<String> {
    let has_more = list.at("pageInfo")?.flag("hasNextPage")?;
    list.text("pageInfo.endCursor").filter(|_| has_more).map(str::to_owned)
}

impl Unit<'_> {
    /// Reads all parts of it; one that is refused stops none of the others.
    pub(super) fn read(&mut self, asker: &mut Asker<'_, '_>, itself: &Exchange) -> Result<(), Halt> {
        self.itself(asker, itself)?;
        let is_first = self.cursor.changes.until.is_none();
        let changes = self.walk(asker, question::CHANGES, "pullRequests", CHANGES);
        self.part(asker, "pull requests", "Pull requests: read", changes)?;
        if !is_first {
            let again = self.look_again(asker);
            self.part(asker, "open pull requests", "Pull requests: read", again)?;
        }
        let is_first = self.cursor.issues.until.is_none();
        let issues = self.walk(asker, question::ISSUES, "issues", ISSUES);
        self.part(asker, "issues", "Issues: read", issues)?;
        if !is_first {
            let again = self.look_again_at_issues(asker);
            self.part(asker, "open issues", "Issues: read", again)?;
        }
        for (list, query) in [("deployments", question::DEPLOYMENTS), ("releases", question::RELEASES)] {
            let older = self.older(asker, list, query, itself);
            self.part(
                asker,
                list,
                if list == "releases" { "Contents: read" } else { "Deployments: read" },
                older,
            )?;
        }
        let runs = self.runs(asker);
        self.part(asker, "workflow runs", "Actions: read", runs)?;
        for (path, what, right) in ALERTS {
            let alerts = self.alerts(asker, path);
            self.part(asker, what, right, alerts)?;
        }
        Ok(())
    }

    /// What became of one part: where it was refused, which right it needs.
    fn part(
        &self,
        asker: &mut Asker<'_, '_>,
        what: &str,
        right: &str,
        result: Result<(), Halt>,
    ) -> Result<(), Halt> {
        match result {
            Err(Halt::Failed(failure)) if !ends_everything(&failure) => {
                match &failure {
                    Failure::Forbidden { .. } => asker.problem(
                        self.full,
                        format!("{what} are left out: {failure}; the token needs `{right}`"),
                    ),
                    // A scan that is switched off is not there.
                    Failure::Missing { .. } => {}
                    _ => asker.problem(self.full, format!("{what} are left out: {failure}")),
                }
                Ok(())
            }
            other => other,
        }
    }

    /// The repository itself, its newest deployments and releases, and who owns its paths.
    fn itself(&mut self, asker: &mut Asker<'_, '_>, exchange: &Exchange) -> Result<(), Halt> {
        let mapped = map(exchange);
        let (owners, facts): (Vec<Fact>, Vec<Fact>) =
            mapped.facts.into_iter().partition(|fact| fact.table.name == CODE_OWNERS.name);
        asker.hand_on(facts)?;
        if Node(&exchange.body).at("errors").is_some() {
            // What was not answered is not gone.
            return Ok(());
        }
        let facts = self.owners(owners, asker.request.observed_at);
        asker.hand_on(facts)
    }

    /// Lines of `CODEOWNERS` that changed, and those that are gone.
    fn owners(&mut self, lines: Vec<Fact>, now: Timestamp) -> Vec<Fact> {
        let mut present = BTreeMap::new();
        let mut changed = Vec::new();
        for fact in lines {
            let Some(line) = fact.row.get("line").and_then(Value::as_i64) else { continue };
            let text = format!("{:?} {:?}", fact.row.get("pattern"), fact.row.get("owners"));
            if self.cursor.owners.get(&line) != Some(&text) {
                changed.push(fact);
            }
            present.insert(line, text);
        }
        for line in self.cursor.owners.keys().filter(|line| !present.contains_key(line)) {
            let mut row = Row::of(&self.cursor.repo);
            row.set("line", *line);
            row.set_time("observed_at", now);
            row.set("deleted", true);
            row.set("pattern", "");
            row.set("owners", Vec::<String>::new());
            changed.push(Fact { table: &CODE_OWNERS, row: row.0 });
        }
        self.cursor.owners = present;
        changed
    }

    fn progress(&mut self, list: &str) -> &mut Walk {
        if list == "issues" { &mut self.cursor.issues } else { &mut self.cursor.changes }
    }

    /// Walks a list from what changed last to what is known. A walk that was broken off is first
    /// brought to its end; then what changed since it began is read.
    fn walk(&mut self, asker: &mut Asker<'_, '_>, query: &str, list: &str, first: u64) -> Result<(), Halt> {
        let is_resumed = self.progress(list).after.is_some();
        self.walk_once(asker, query, list, first)?;
        if is_resumed { self.walk_once(asker, query, list, first) } else { Ok(()) }
    }

    fn walk_once(
        &mut self,
        asker: &mut Asker<'_, '_>,
        query: &str,
        list: &str,
        first: u64,
    ) -> Result<(), Halt> {
        let pointer = format!("/data/repository/{list}");
        loop {
            let walk = self.progress(list).clone();
            let variables = json!({"owner": self.owner, "name": self.name, "after": walk.after});
            let mut exchange = asker.page(query, variables, first, self.full)?;
            // A page whose things are null was not answered, which is not the end of the list.
            let is_page = |page: &&Value| page.get("nodes").is_some_and(Value::is_array);
            let Some(page) = exchange.body.pointer(&pointer).filter(is_page).map(Node) else {
                asker.problem(self.full, format!("`{list}` were not answered and are left out"));
                return Ok(());
            };
            let times: Vec<Timestamp> =
                page.list("nodes").filter_map(|node| node.time("updatedAt")).collect();
            let floor = walk.until.max(asker.request.since);
            let is_known = floor.is_some_and(|floor| times.iter().any(|time| *time < floor));
            let head = walk.head.or(times.first().copied());
            let next = next(page).filter(|_| !is_known);
            let nodes = format!("{pointer}/nodes");
            if let (Some(floor), Some(Value::Array(nodes))) = (floor, exchange.body.pointer_mut(&nodes)) {
                nodes.retain(|node| Node(node).time("updatedAt").is_none_or(|time| time >= floor));
            }
            asker.complete(&mut exchange.body, &nodes, self.full)?;
            asker.keep(&exchange)?;
            if let Some(page) = exchange.body.pointer(&pointer) {
                self.count(asker, list, Node(page));
            }
            let is_over = next.is_none();
            let walk = self.progress(list);
            walk.head = head.filter(|_| !is_over);
            walk.after = next;
            if is_over {
                walk.until = head.max(walk.until).or(Some(asker.request.observed_at));
            }
            asker.reached(self.key, self.cursor.write())?;
            if is_over {
                return Ok(());
            }
        }
    }

    /// The pages of a list after the one that came with the repository itself, down to what is known.
    fn older(
        &mut self,
        asker: &mut Asker<'_, '_>,
        list: &str,
        query: &str,
        itself: &Exchange,
    ) -> Result<(), Halt> {
        let pointer = format!("/data/repository/{list}");
        let known = self.cursor.newest.get(list).copied();
        let floor = known.and_then(|known| known.checked_sub(LATE).ok()).max(asker.request.since);
        let mut newest = known;
        let mut body = itself.body.clone();
        while let Some(page) = body.pointer(&pointer).filter(|page| page.is_object()).map(Node) {
            let times: Vec<Timestamp> =
                page.list("nodes").filter_map(|node| node.time("createdAt")).collect();
            newest = newest.max(times.iter().copied().max());
            let is_known = floor.is_some_and(|floor| times.iter().any(|time| *time < floor));
            let Some(after) = next(page).filter(|_| !is_known) else { break };
            let variables = json!({"owner": self.owner, "name": self.name, "after": after});
            let exchange = asker.page(query, variables, 50, self.full)?;
            asker.keep(&exchange)?;
            body = exchange.body;
        }
        if let Some(newest) = newest {
            self.cursor.newest.insert(list.to_owned(), newest);
        }
        Ok(())
    }
}
