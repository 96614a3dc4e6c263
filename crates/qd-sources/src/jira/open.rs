//! What is open, looked at again: an issue that was deleted is in no list of what changed, and one
//! that moved to a project that is not read is met no more.

use std::collections::BTreeSet;

use qd_tables::ISSUES as TABLE;
use serde_json::Value;

use super::{
    cursor::Cursor,
    issues::is_open,
    project,
    sync::{ISSUE, ISSUES, Site, encoded},
};
use crate::{
    connector::{
        Halt, Pump, ends_everything,
        row::{Row, at, items, text},
    },
    exchange::{Call, Failure},
};

/// Keys of a page; Jira's most where nothing but the key is asked for.
const KEYS: usize = 5000;

/// Most issues that are asked for by themselves in one sync; the others stay for the next.
const MOST: usize = 100;

impl Site {
    /// Asks for each issue that was open and is not among the open ones now.
    ///
    /// Jira refuses a question that names a key which is no more, so that it is asked for all that
    /// is open, by its key alone.
    pub(super) fn look_again(
        &self,
        pump: &mut Pump<'_, '_>,
        project: &str,
        cursor: &mut Cursor,
    ) -> Result<(), Halt> {
        if cursor.open.is_empty() {
            return Ok(());
        }
        let listed = self.open_keys(pump, project)?;
        let missing: Vec<String> = cursor.open.difference(&listed).take(MOST).cloned().collect();
        for key in missing {
            let url = self.address(&format!("issue/{key}?fields={}&expand=names,changelog", self.fields()));
            match pump.ask(&Call::get(url), ISSUE) {
                // An issue that moved is found under its old key, and answers with its new one.
                Ok(exchange) if text(&exchange.body, "key").as_deref() == Some(&key) => {
                    pump.keep(&exchange)?;
                    if !self.parts(pump, &exchange.body, &key)? {
                        cursor.again.insert(key.clone());
                    }
                    if !is_open(&exchange.body) {
                        cursor.open.remove(&key);
                    }
                }
                Ok(_) | Err(Failure::Missing { .. }) => {
                    cursor.open.remove(&key);
                    gone(pump, &key)?;
                }
                Err(failure) if ends_everything(&failure) => return Err(Halt::Failed(failure)),
                Err(failure) => pump.problem(key, &failure),
            }
        }
        Ok(())
    }

    /// Keys of all that is open in `project`.
    fn open_keys(&self, pump: &mut Pump<'_, '_>, project: &str) -> Result<BTreeSet<String>, Halt> {
        let name = project.replace(['"', '\\'], "");
        let question = encoded(&format!("project = \"{name}\" AND statusCategory != Done ORDER BY key ASC"));
        let search = if self.version == 3 { "search/jql" } else { "search" };
        let base = self.address(&format!("{search}?jql={question}&maxResults={KEYS}&fields=key"));
        let (mut keys, mut token, mut start) = (BTreeSet::new(), None::<String>, 0);
        loop {
            let url = match &token {
                Some(token) => format!("{base}&nextPageToken={}", encoded(token)),
                None if start > 0 => format!("{base}&startAt={start}"),
                None => base.clone(),
            };
            let exchange = pump.ask(&Call::get(url), ISSUES)?;
            let list = at(&exchange.body, "issues").map(items).unwrap_or_default();
            keys.extend(list.iter().filter_map(|issue| text(issue, "key")));
            start += list.len();
            let total = at(&exchange.body, "total").and_then(Value::as_u64).unwrap_or_default();
            token = text(&exchange.body, "nextPageToken").filter(|_| self.version == 3);
            if list.is_empty() || (token.is_none() && start as u64 >= total) {
                return Ok(keys);
            }
        }
    }
}

fn gone(pump: &mut Pump<'_, '_>, key: &str) -> Result<(), Halt> {
    let Some(repo) = project(key) else { return Ok(()) };
    pump.hand_on(vec![Row::of(repo, key).set("deleted", true).since(&TABLE, pump.now())])
}
