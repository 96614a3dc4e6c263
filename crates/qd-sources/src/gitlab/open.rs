//! What is open, looked at again: a merge request or an issue may be gone, and what GitLab says of
//! a merge request moves without its own time.

use std::collections::{BTreeMap, BTreeSet};

use qd_tables::{CHANGE_REQUESTS, Declaration, ISSUES};
use serde_json::Value;

use super::sync::{MERGE_REQUEST, PAGE, Unit};
use crate::{
    connector::{
        Halt, Pump, ends_everything,
        open::PART,
        row::{Row, items, text},
    },
    exchange::{Call, Failure, LIST},
};

impl Unit<'_> {
    /// What was open and did not change by its own time may have: conflicts, checks, or it is gone.
    pub(super) fn look_again(
        &mut self,
        pump: &mut Pump<'_, '_>,
        before: &BTreeMap<String, String>,
    ) -> Result<(), Halt> {
        let mut missing: BTreeSet<String> =
            before.keys().filter(|number| !self.read.contains(*number)).cloned().collect();
        if missing.is_empty() {
            self.state.stale.clear();
            return Ok(());
        }
        let mut again = BTreeMap::new();
        for page in 1.. {
            let url = format!(
                "{}/merge_requests?state=opened&scope=all&order_by=created_at&sort=desc&per_page={PAGE}&page={page}",
                self.project
            );
            let exchange = pump.ask(&Call::get(url), LIST)?;
            let list = items(&exchange.body);
            for item in list {
                let Some(number) = text(item, "iid").filter(|number| missing.remove(number)) else {
                    continue;
                };
                let moved = before.get(&number) != Some(&look(item));
                let rebuilt = text(item, "sha").is_some_and(|sha| self.state.stale.contains(&sha));
                if moved || rebuilt {
                    again.insert(number, look(item));
                }
            }
            if list.len() < PAGE || missing.is_empty() {
                break;
            }
        }
        again.extend(missing.into_iter().map(|number| (number, String::new())));
        for (number, look) in again {
            let call = Call::get(format!("{}/merge_requests/{number}", self.project));
            match pump.ask(&call, MERGE_REQUEST) {
                Ok(mut exchange) => {
                    self.leave(&mut exchange, &[]);
                    pump.keep(&exchange)?;
                }
                Err(Failure::Missing { .. }) => {
                    pump.problem(&self.state.repo, format!("merge request !{number} is no longer there"));
                    self.gone(pump, &CHANGE_REQUESTS, &number)?;
                }
                Err(failure) if ends_everything(&failure) => return Err(Halt::Failed(failure)),
                // What could not be asked for is not gone: it is looked at another time.
                Err(failure) => {
                    pump.problem(&self.state.repo, &failure);
                    continue;
                }
            }
            if look.is_empty() {
                self.state.open.remove(&number);
            } else {
                self.state.open.insert(number, look);
            }
        }
        self.state.stale.clear();
        Ok(())
    }

    /// Asks whether the issues whose turn it is are still there. Whatever else happens to an issue
    /// moves its time, and the list of changes tells it; a deleted one is in no list.
    pub(super) fn look_again_at_issues(&mut self, pump: &mut Pump<'_, '_>) -> Result<(), Halt> {
        for numbers in self.state.open_issues.turn(&self.read_issues).chunks(PART) {
            let wanted: String = numbers.iter().map(|number| format!("&iids[]={number}")).collect();
            let url = format!("{}/issues?scope=all&per_page={PAGE}{wanted}", self.project);
            let Some(exchange) = self.tolerant(pump, "issues", &Call::get(url), LIST)? else { return Ok(()) };
            let there: BTreeSet<u64> = items(&exchange.body)
                .iter()
                .filter_map(|item| text(item, "iid").and_then(|number| number.parse().ok()))
                .collect();
            if there.iter().any(|number| !numbers.contains(number)) {
                let message = "issues were asked for by number and others came; whether open ones are still there \
                               is not known";
                pump.problem(&self.state.repo, message);
                return Ok(());
            }
            for number in numbers {
                if !there.contains(number) {
                    self.state.open_issues.note(*number, false);
                    self.gone(pump, &ISSUES, &number.to_string())?;
                }
                self.state.open_issues.passed(*number);
            }
            self.reached(pump)?;
        }
        Ok(())
    }

    fn gone(&self, pump: &mut Pump<'_, '_>, table: &'static Declaration, number: &str) -> Result<(), Halt> {
        let row = Row::of(&self.state.repo, number).set("deleted", true);
        pump.hand_on(vec![row.since(table, pump.now())])
    }
}

/// What of an open merge request changes without its own time.
pub(super) fn look(item: &Value) -> String {
    ["sha", "detailed_merge_status", "has_conflicts"]
        .map(|name| item.get(name).map(Value::to_string).unwrap_or_default())
        .join(" ")
}
