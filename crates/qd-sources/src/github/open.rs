//! What is open, looked at again: a change or an issue may be gone, and a change's checks and
//! conflicts do without its last change being moved.

use qd_tables::{CHANGE_REQUESTS, Declaration, Fact, ISSUES};
use serde_json::{Map, Value, json};

use super::{
    node::{Node, Row},
    pages::Asker,
    unit::Unit,
};
use crate::{
    connector::{Halt, open::PART},
    exchange::Exchange,
};

/// Open changes that are looked at again in one question.
const AGAIN: usize = 20;

impl Unit<'_> {
    /// Counts changes, each once, and remembers what is open of a page of `list`.
    pub(super) fn count(&mut self, asker: &mut Asker<'_, '_>, list: &str, page: Node<'_>) {
        for node in page.list("nodes") {
            let Some(number) = node.at("number").and_then(|number| number.0.as_u64()) else { continue };
            let is_open = node.text("state") == Some("OPEN");
            if list == "issues" {
                self.seen_issues.insert(number);
                self.cursor.open_issues.note(number, is_open);
                continue;
            }
            asker.outcome.change_requests += u64::from(self.seen.insert(number));
            if is_open {
                self.cursor.open.insert(number);
            } else {
                self.cursor.open.remove(&number);
            }
        }
    }

    /// Looks again at changes that are open and did not change by GitHub's count: their checks and
    /// conflicts do without it. One that is gone is marked so.
    pub(super) fn look_again(&mut self, asker: &mut Asker<'_, '_>) -> Result<(), Halt> {
        let left: Vec<u64> = self.cursor.open.difference(&self.seen).copied().collect();
        for numbers in left.chunks(AGAIN) {
            let part = |number: &u64| format!("pullRequest(number: {number}) {{ ...ChangeRequest }}");
            let Some((mut exchange, is_whole)) = self.ask_for(asker, numbers, part)? else { continue };
            let Some(answers) = answers(&mut exchange) else { continue };
            let mut nodes = Vec::new();
            let mut gone = Vec::new();
            for number in numbers {
                match answers.remove(&format!("n{number}")) {
                    Some(node) if node.is_object() => nodes.push(node),
                    Some(_) => gone.push(*number),
                    None => {}
                }
            }
            answers.insert("pullRequests".to_owned(), json!({"nodes": nodes}));
            let pointer = "/data/repository/pullRequests";
            asker.complete(&mut exchange.body, &format!("{pointer}/nodes"), self.full)?;
            asker.keep(&exchange)?;
            if let Some(page) = exchange.body.pointer(pointer) {
                self.count(asker, "pullRequests", Node(page));
            }
            if is_whole {
                gone.iter().for_each(|number| {
                    self.cursor.open.remove(number);
                });
                self.gone(asker, &CHANGE_REQUESTS, &gone)?;
            }
        }
        Ok(())
    }

    /// Asks whether the issues whose turn it is are still there. Whatever else happens to an issue
    /// moves its last change, and the walk meets it; one that was deleted, moved to another
    /// repository or made a discussion is met no more.
    pub(super) fn look_again_at_issues(&mut self, asker: &mut Asker<'_, '_>) -> Result<(), Halt> {
        for numbers in self.cursor.open_issues.turn(&self.seen_issues).chunks(PART) {
            let part =
                |number: &u64| format!("issue(number: {number}) {{ number repository {{ databaseId }} }}");
            let Some((mut exchange, is_whole)) = self.ask_for(asker, numbers, part)? else { continue };
            let Some(answers) = answers(&mut exchange) else { continue };
            let is_elsewhere = |node: &Value| {
                Node(node).id("repository.databaseId").is_some_and(|id| Some(id) != self.cursor.id)
            };
            let is_gone = |number: &&u64| {
                answers.get(&format!("n{number}")).is_some_and(|node| node.is_null() || is_elsewhere(node))
            };
            let gone: Vec<u64> = numbers.iter().filter(is_gone).copied().collect();
            if is_whole {
                gone.iter().for_each(|number| self.cursor.open_issues.note(*number, false));
                self.gone(asker, &ISSUES, &gone)?;
            }
            numbers.iter().for_each(|number| self.cursor.open_issues.passed(*number));
            asker.reached(self.key, self.cursor.write())?;
        }
        Ok(())
    }

    /// Asks for things by their `numbers`, each as `n12`; and whether the answer is whole: all that
    /// is not in it is not there.
    fn ask_for(
        &self,
        asker: &mut Asker<'_, '_>,
        numbers: &[u64],
        part: impl Fn(&u64) -> String,
    ) -> Result<Option<(Exchange, bool)>, Halt> {
        let parts: String =
            numbers.iter().map(|number| format!("    n{number}: {}\n", part(number))).collect();
        let query = format!(
            "query Again($owner: String!, $name: String!) {{\n  repository(owner: $owner, name: $name) {{\n    \
             nameWithOwner\n{parts}  }}\n}}\n"
        );
        let variables = json!({"owner": self.owner, "name": self.name});
        let mut exchange = asker.graph(&query, variables, self.full)?;
        let is_whole =
            Node(&exchange.body).list("errors").all(|error| error.text("type") == Some("NOT_FOUND"));
        Ok(answers(&mut exchange).is_some().then_some((exchange, is_whole)))
    }

    fn gone(
        &self,
        asker: &mut Asker<'_, '_>,
        table: &'static Declaration,
        numbers: &[u64],
    ) -> Result<(), Halt> {
        let facts = numbers.iter().map(|number| {
            let mut row = Row::about(&self.cursor.repo, &number.to_string());
            row.set_time("observed_at", asker.request.observed_at);
            row.set("deleted", true);
            Fact { table, row: row.0 }
        });
        let facts = facts.collect();
        asker.hand_on(facts)
    }
}

fn answers(exchange: &mut Exchange) -> Option<&mut Map<String, Value>> {
    exchange.body.pointer_mut("/data/repository").and_then(Value::as_object_mut)
}
