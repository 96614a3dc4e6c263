//! What a deck would keep between syncs.

use std::collections::BTreeMap;

use jiff::{Timestamp, tz::TimeZone};
use qd_sources::{
    calendar::{Account, Address, Request, sync_address, sync_server},
    connector::{Outcome, Step},
    exchange::Transport,
};
use serde_json::Value;

/// Cursors, and the newest version of each instance.
#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) cursors: BTreeMap<String, String>,
    pub(crate) rows: BTreeMap<String, serde_json::Map<String, Value>>,
    pub(crate) private: Vec<String>,
}

impl Kept {
    /// Asks a server.
    pub(crate) fn server(
        &mut self,
        transport: &mut dyn Transport,
        account: &Account<'_>,
        at: Timestamp,
    ) -> Outcome {
        self.sync(at, |request, sink| sync_server(transport, account, request, sink))
    }

    /// Asks an address.
    pub(crate) fn address(
        &mut self,
        transport: &mut dyn Transport,
        address: &Address,
        at: Timestamp,
    ) -> Outcome {
        self.sync(at, |request, sink| sync_address(transport, address, request, sink))
    }

    fn sync(
        &mut self,
        at: Timestamp,
        ask: impl FnOnce(
            &Request<'_>,
            &mut qd_sources::connector::Sink<'_>,
        ) -> Result<Outcome, qd_sources::connector::BoxError>,
    ) -> Outcome {
        let request =
            Request { cursors: &self.cursors, private: &self.private, zone: TimeZone::UTC, observed_at: at };
        let rows = &mut self.rows;
        let outcome = ask(&request, &mut |step: Step| {
            for fact in step.facts {
                let text =
                    |name: &str| fact.row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
                let key = format!("{} {} {}", text("calendar"), text("uid"), text("instance"));
                let at = |row: &serde_json::Map<String, Value>| {
                    row["observed_at"].as_str().and_then(|at| at.parse::<Timestamp>().ok())
                };
                let newer = rows.get(&key).is_none_or(|old| at(old) <= at(&fact.row));
                if newer {
                    rows.insert(key, fact.row);
                }
            }
            Ok(())
        });
        let outcome = outcome.expect("the facts are taken");
        self.cursors.extend(outcome.cursors.clone());
        outcome
    }

    /// `calendar uid instance > begin status` of what is there.
    pub(crate) fn held(&self) -> Vec<String> {
        let there = self.rows.iter().filter(|(_, row)| row.get("deleted") != Some(&Value::Bool(true)));
        there
            .map(|(key, row)| {
                let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or("-");
                format!("{key} > {} {}", text("starts_at"), text("status"))
            })
            .collect()
    }
}
