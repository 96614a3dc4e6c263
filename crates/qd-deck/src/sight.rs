//! Who may see which rows and columns in SQL, where people log in.
//!
//! Whoever is at the top of the reporting lines sees everything. For everybody else each table has its rule here, and a
//! table without one is a mistake that a test finds. Views, signals and reports need no rule: they are asked of
//! tables that were narrowed before. What engines computed of all facts is narrowed like a table.

use std::collections::BTreeSet;

use qd_tables::Declaration;

/// What somebody sees of a table who is not at the top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sight {
    /// All of it: work that everybody does in the open.
    Everyone,
    /// All rows, these columns as unknown: what people cost and what things are worth.
    Without(&'static [&'static str]),
    /// Rows for which this holds; `{me}`, `{mine}` and `{sources}` stand for the viewer's names, those of the viewer
    /// and of everybody below, and the sources that are the viewer's own.
    Of(&'static str),
    /// Nothing.
    Nobody,
}

use Sight::{Everyone, Nobody, Of, Without};

/// The viewer's own and those below.
const MINE: Sight = Of("lower(person) IN ({mine})");

/// The rule of each table, by kind.
pub(crate) const SIGHTS: &[(&str, Sight)] = &[
    // Work in the open.
    ("repositories", Everyone),
    ("commits", Everyone),
    ("file_changes", Everyone),
    ("refs", Everyone),
    ("files", Everyone),
    ("mailmap", Everyone),
    ("code_owners", Everyone),
    ("pipelines", Everyone),
    ("dependency_changes", Everyone),
    ("forge_repositories", Everyone),
    ("change_requests", Everyone),
    ("reviews", Everyone),
    ("review_requests", Everyone),
    ("review_threads", Everyone),
    ("comments", Everyone),
    ("issues", Everyone),
    ("issue_changes", Everyone),
    ("builds", Everyone),
    ("test_results", Everyone),
    ("deployments", Everyone),
    ("incidents", Everyone),
    ("published_releases", Everyone),
    ("feed_entries", Everyone),
    ("syncs", Everyone),
    // Weak places are told to whom they are routed.
    ("secret_findings", Nobody),
    ("security_alerts", Nobody),
    // Letters, talks and days belong to those who have them.
    ("messages", Of("source IN ({sources})")),
    ("chat_messages", Of("channel_kind = 'public' OR source IN ({sources})")),
    ("meetings", Of("source IN ({sources})")),
    ("time_entries", MINE),
    ("todos", Of("lower(person) IN ({me})")),
    ("time_budgets", MINE),
    ("actions", Of("lower(by) IN ({mine})")),
    ("seen", Of("lower(by) IN ({me})")),
    ("audit_events", Of("lower(by) IN ({me})")),
    // Money.
    ("ledger_entries", Nobody),
    ("invoices", Nobody),
    ("cloud_costs", Nobody),
    ("seats", Nobody),
    ("budget", Nobody),
    ("rate_card", Nobody),
    ("rates", Everyone),
    ("estimates", Nobody),
    ("estimate_lines", Nobody),
    ("estimate_rates", Nobody),
    ("estimate_risks", Nobody),
    ("line_estimates", Nobody),
    ("estimate_odds", Nobody),
    ("pipeline_risk", Nobody),
    // What is declared.
    ("company", Without(&["day_rate", "day_rate_currency", "cash", "runway_months", "margin"])),
    ("people", Without(&["rate", "rate_currency"])),
    ("absences", Without(&["kind"])),
    ("teams", Everyone),
    ("interactions", Everyone),
    (
        "projects",
        Without(&[
            "value",
            "value_currency",
            "value_per_day",
            "value_per_day_currency",
            "budget",
            "budget_currency",
            "margin",
        ]),
    ),
    ("tasks", Without(&["value_per_day", "value_per_day_currency"])),
    ("services", Without(&["impact", "impact_currency"])),
    ("deployment_rules", Everyone),
    ("decisions", Everyone),
    ("radar", Everyone),
    ("goals", Everyone),
    ("risks", Nobody),
    ("commitments", Without(&["penalty_per_day", "penalty_per_day_currency"])),
    ("relations", Without(&["value_per_day", "value_per_day_currency"])),
    ("vendors", Without(&["cost_per_year", "cost_per_year_currency", "price_rise"])),
    ("work_kinds", Everyone),
    ("incident_reviews", Everyone),
    ("incident_actions", Everyone),
    ("accepted_plans", Everyone),
    ("accepted_tasks", Everyone),
    ("plan_history", Everyone),
    // Where secrets are to be had.
    ("sources", Nobody),
    // What engines computed.
    ("mainline", Everyone),
    ("identities", Everyone),
    ("ownership", Everyone),
    ("truck_factors", Everyone),
    ("hotspots", Everyone),
    ("couplings", Everyone),
    ("review_order", Everyone),
    ("conversations", Nobody),
    ("message_order", Of("lower(person) IN ({me})")),
    ("message_order_figures", Of("lower(person) IN ({me})")),
    ("confirmations", Nobody),
    ("calibration", Everyone),
    ("delivery_forecasts", Everyone),
    ("schedule", Everyone),
    ("plan_risk", Without(&["delay_cost"])),
    ("remedies", Everyone),
    ("load", MINE),
];

/// Views of which somebody who is not at the top sees the rows for which this holds, asked of all facts: what they are
/// made of is nobody's else. Any other view is asked of tables that were narrowed.
pub(crate) const VIEWS: &[(&str, &str)] = &[
    ("budget_status", OWN_LINE),
    ("budget_months", OWN_LINE),
    // What fell to a line; of salaries the sum alone.
    (
        "line_costs",
        "line IN (SELECT line FROM budget_status WHERE kind <> 'payroll' AND (lower(owner) IN ({mine}) \
         OR owner IN (SELECT id FROM teams WHERE lower(lead) IN ({mine}))))",
    ),
];

/// Lines of the budget that the viewer, somebody below or a team led by one of them owns.
const OWN_LINE: &str =
    "lower(owner) IN ({mine}) OR owner IN (SELECT id FROM teams WHERE lower(lead) IN ({mine}))";

/// Who looks: every spelling under which facts name them, in lower case.
#[derive(Debug, Clone, Default)]
pub(crate) struct Eyes {
    /// The viewer's own names, addresses and logins.
    pub me: BTreeSet<String>,
    /// Theirs and those of everybody below.
    pub mine: BTreeSet<String>,
    /// Sources that are the viewer's own.
    pub sources: BTreeSet<String>,
}

impl Eyes {
    /// The query, of all facts, that shows of a view what these eyes may see; nothing where it is asked of narrowed tables.
    #[must_use]
    pub(crate) fn view(&self, name: &str) -> Option<String> {
        let (name, rule) = VIEWS.iter().find(|(known, _)| *known == name)?;
        Some(format!("SELECT * FROM {name} WHERE {}", self.filled(rule)))
    }

    /// A rule with the names of who looks.
    fn filled(&self, rule: &str) -> String {
        let rule = rule.replace("{me}", &listed(&self.me)).replace("{mine}", &listed(&self.mine));
        rule.replace("{sources}", &listed(&self.sources))
    }

    /// The query that shows of `table`, read from `from`, what these eyes may see; nothing where that is everything.
    /// A table without a rule shows nothing.
    #[must_use]
    pub(crate) fn query(&self, table: &Declaration, from: &str) -> Option<String> {
        let rule = SIGHTS.iter().find(|(name, _)| *name == table.name).map_or(Nobody, |(_, rule)| *rule);
        match rule {
            Everyone => None,
            Nobody => Some(format!("SELECT * FROM {from} WHERE false")),
            Of(rule) => Some(format!("SELECT * FROM {from} WHERE {}", self.filled(rule))),
            Without(hidden) => {
                let schema = table.schema();
                let columns: Vec<String> = schema
                    .fields()
                    .iter()
                    .map(|field| match field.name() {
                        // Unknown, and of the same type.
                        name if hidden.contains(&name.as_str()) => {
                            format!("nullif(\"{name}\", \"{name}\") AS \"{name}\"")
                        }
                        name => format!("\"{name}\""),
                    })
                    .collect();
                Some(format!("SELECT {} FROM {from}", columns.join(", ")))
            }
        }
    }
}

/// A list in SQL; of nothing one that nothing is in.
fn listed(names: &BTreeSet<String>) -> String {
    if names.is_empty() {
        return "NULL".to_owned();
    }
    let quoted: Vec<String> = names.iter().map(|name| format!("'{}'", name.replace('\'', "''"))).collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_has_one_rule_whose_columns_are_there() {
        let known: BTreeSet<&str> = qd_tables::ALL.iter().map(|table| table.name).collect();
        let ruled: Vec<&str> = SIGHTS.iter().map(|(name, _)| *name).collect();
        let once: BTreeSet<&str> = ruled.iter().copied().collect();
        assert_eq!(ruled.len(), once.len(), "a table has two rules");
        let without: Vec<&&str> = known.difference(&once).collect();
        assert!(without.is_empty(), "tables without a rule: {without:?}");
        let unknown: Vec<&&str> = once.difference(&known).collect();
        assert!(unknown.is_empty(), "rules without a table: {unknown:?}");
        for (name, rule) in SIGHTS {
            let schema = qd_tables::declaration(name).expect("it is declared").schema();
            if let Without(hidden) = rule {
                for column in *hidden {
                    assert!(schema.field_with_name(column).is_ok(), "`{name}` has no `{column}`");
                }
            }
        }
    }

    #[test]
    fn names_are_quoted() {
        let eyes = Eyes { me: ["o'neill".to_owned()].into(), ..Eyes::default() };
        let todos = eyes.query(&qd_tables::TODOS, "todos").expect("it is narrowed");
        assert_eq!(todos, "SELECT * FROM todos WHERE lower(person) IN ('o''neill')");
        assert!(eyes.query(&qd_tables::TIME_ENTRIES, "x").expect("it is narrowed").ends_with("IN (NULL)"));
        assert!(eyes.query(&qd_tables::COMMITS, "commits").is_none());
    }
}
