//! A row, opened: what it looks at, its facts, its price, its route.

use std::fmt::Write;

use qd_model::Explanation;

use super::{
    style::{FAINT, HEADING, ID, styled},
    words::{figure, small_print},
};

/// The explanation as text.
pub(crate) fn text(explanation: &Explanation) -> String {
    let row = &explanation.row;
    let mut out = format!("{}  {}\n", styled(ID, &row.id), styled(HEADING, &row.title));
    let _ = writeln!(out, "{}\n→ {}\n", styled(FAINT, small_print(row)), row.asks);
    let _ = writeln!(out, "{} {}\n", styled(HEADING, "Ask first:"), explanation.first);
    let _ = writeln!(out, "{}", styled(HEADING, "Price of a day"));
    for term in &row.price.terms {
        let value = term.value.map_or_else(|| "unknown".to_owned(), figure);
        let from = term.assumption.as_ref().map_or_else(String::new, |name| format!("   assumed: ${name}"));
        let _ = writeln!(out, "  {:<22} {value:>10} {}{from}", term.name, term.unit);
    }
    let _ = writeln!(out, "  {:<22} {:>10} {}\n", "product", figure(row.cost_per_day), row.price.unit);
    let _ = writeln!(out, "{}", styled(HEADING, "Route"));
    for line in &explanation.route {
        let _ = writeln!(out, "  {line}");
    }
    if !row.folded.is_empty() {
        let _ = writeln!(out, "\n{}", styled(HEADING, "It speaks for"));
        for folded in &row.folded {
            let _ = writeln!(out, "  {}  {}", styled(ID, &folded.id), folded.title);
        }
    }
    let _ = writeln!(out, "\n{}", styled(HEADING, "Facts"));
    for (name, value) in &row.evidence.facts {
        let shown = if value.is_null() { "unknown".to_owned() } else { value.to_string() };
        let _ = writeln!(out, "  {name:<22} {shown}");
    }
    if !explanation.assumptions.is_empty() {
        let _ = writeln!(out, "\n{}", styled(HEADING, "Assumptions"));
        for (name, value, comment, source) in &explanation.assumptions {
            let _ =
                writeln!(out, "  ${name} = {}   {comment}\n      {}", figure(*value), styled(FAINT, source));
        }
    }
    if !explanation.history.is_empty() {
        let _ = writeln!(out, "\n{}", styled(HEADING, "Done before"));
        for line in &explanation.history {
            let _ = writeln!(out, "  {line}");
        }
    }
    if !explanation.about.is_empty() {
        let _ = writeln!(
            out,
            "\n{}\n  {}",
            styled(HEADING, "What is looked at"),
            explanation.about.replace('\n', "\n  ")
        );
    }
    let _ = writeln!(out, "\n{}\n{}", styled(HEADING, "Query"), row.evidence.query);
    out
}
