//! What GitHub's own scans call unsafe. Of a secret, only its kind is kept.

use qd_tables::SECURITY_ALERTS;

use super::{
    address::Kind,
    node::{Node, Pile, Row},
    place::Place,
};

/// Maps an alert of one of the three scans.
pub(super) fn alert(alert: Node<'_>, kind: Kind, place: &Place, pile: &mut Pile) {
    let Some((repo, number)) = place.numbered(alert, "a security alert", pile) else { return };
    let Some(created) = alert.time("created_at") else {
        return pile.problem(format!("security alert {number} has no `created_at` and is left out"));
    };
    let mut row = Row::about(&repo, &number);
    row.set_time("created_at", created);
    row.text("url", alert.at("html_url"));
    match kind {
        Kind::DependabotAlert => dependency(&mut row, alert),
        Kind::CodeAlert => code(&mut row, alert),
        _ => secret(&mut row, alert),
    }
    let mut first = row.clone();
    first.set("state", "open");
    let state = match alert.text("state") {
        Some("open") => "open",
        Some("fixed" | "auto_fixed") => "fixed",
        Some("dismissed" | "auto_dismissed" | "closed" | "resolved") => "dismissed",
        _ => {
            return pile
                .problem(format!("security alert {number} has no `state` that is known and is left out"));
        }
    };
    row.set("state", state);
    row.time("fixed_at", alert.at("fixed_at"));
    row.time("dismissed_at", alert.any(&["dismissed_at", "auto_dismissed_at", "resolved_at"]));
    row.login("dismissed_by", alert.any(&["dismissed_by", "resolved_by"]));
    row.text("dismissed_reason", alert.any(&["dismissed_reason", "resolution"]));
    let times = ["updated_at", "fixed_at", "dismissed_at", "resolved_at"].map(|field| alert.time(field));
    let last = times.into_iter().flatten().max();
    pile.version(&SECURITY_ALERTS, first, Some(created));
    if last > Some(created) || state != "open" {
        pile.version(&SECURITY_ALERTS, row, last.or(Some(created)));
    }
}

fn dependency(row: &mut Row, alert: Node<'_>) {
    row.set("kind", "dependency");
    row.text("title", alert.any(&["security_advisory.summary", "affected_package_name"]));
    row.text("advisory", alert.any(&["security_advisory.ghsa_id", "ghsa_id", "external_identifier"]));
    severity(row, alert.any(&["security_advisory.severity", "security_vulnerability.severity", "severity"]));
    let package =
        ["dependency.package", "security_vulnerability.package"].into_iter().find_map(|path| alert.at(path));
    row.text("package", package.and_then(|package| package.at("name")));
    row.text("ecosystem", package.and_then(|package| package.at("ecosystem")));
    row.text("path", alert.at("dependency.manifest_path"));
}

fn code(row: &mut Row, alert: Node<'_>) {
    row.set("kind", "code");
    row.text("title", alert.any(&["rule.description", "rule.name", "rule.id"]));
    severity(row, alert.any(&["rule.security_severity_level", "rule.severity"]));
    let place = "location.path";
    let newest = alert.at("most_recent_instance").or_else(|| alert.list("instances").next());
    row.text("path", newest.and_then(|instance| instance.at(place)));
}

fn secret(row: &mut Row, alert: Node<'_>) {
    row.set("kind", "secret");
    row.text("title", alert.any(&["secret_type_display_name", "secret_type"]));
}

/// GitHub's words for how bad it is, those of its linters too.
fn severity(row: &mut Row, node: Option<Node<'_>>) {
    let word = match node.and_then(|node| node.0.as_str()).map(str::to_lowercase).as_deref() {
        Some("critical") => "critical",
        Some("high" | "error") => "high",
        Some("medium" | "moderate" | "warning") => "medium",
        Some("low" | "note") => "low",
        _ => return,
    };
    row.set("severity", word);
}
