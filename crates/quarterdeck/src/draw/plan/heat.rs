//! The load as a table of weeks: the fuller, the darker; each cell says its hours.

use std::fmt::Write as _;

use qd_model::{Load, LoadRow, LoadWeek};

use crate::draw::{html::escape, words::figure};

/// Weeks that are shown.
const WEEKS: usize = 26;

/// The table; nothing where nothing is planned.
pub(super) fn table(load: &Load) -> Option<String> {
    let weeks = load.weeks.get(..WEEKS.min(load.weeks.len())).filter(|weeks| !weeks.is_empty())?;
    let mut html =
        "<div class=\"wide\"><table class=\"heat\">\n<thead><tr><th scope=\"col\">week of</th>".to_owned();
    for week in weeks {
        let _ = write!(
            html,
            "<th scope=\"col\"><time datetime=\"{week}\">{}</time></th>",
            week.strftime("%-d<br>%b")
        );
    }
    html.push_str("</tr></thead>\n");
    for (name, rows) in [("Teams", &load.teams), ("Skills", &load.skills), ("People", &load.people)] {
        if rows.is_empty() {
            continue;
        }
        let _ = writeln!(
            html,
            "<tbody><tr><th class=\"part\" scope=\"rowgroup\" colspan=\"{}\">{name}</th></tr>",
            weeks.len() + 1
        );
        for row in rows {
            let _ = write!(html, "<tr><th scope=\"row\">{}</th>", escape(&row.name));
            for (week, monday) in row.weeks.iter().zip(weeks) {
                html.push_str(&cell(row, week, &monday.to_string()));
            }
            html.push_str("</tr>\n");
        }
        html.push_str("</tbody>\n");
    }
    html.push_str("</table></div>\n");
    let left_out = load.weeks.len() - weeks.len();
    if left_out > 0 {
        let _ = writeln!(html, "<p><small>{left_out} more weeks in the table <code>load</code>.</small></p>");
    }
    Some(html)
}

fn cell(row: &LoadRow, week: &LoadWeek, monday: &str) -> String {
    let mut words =
        format!("{}, week of {monday}: {} of {} h", row.name, figure(week.planned), figure(week.there));
    if !week.projects.is_empty() {
        let _ = write!(words, " ({})", week.projects.join(", "));
    }
    let share = week.share();
    let shown = match share {
        None if week.planned > 0.0 => "all".to_owned(),
        None => "–".to_owned(),
        Some(share) if share <= 0.0 => "·".to_owned(),
        // What is almost full has room.
        Some(share) if week.is_full() => format!("{:.0}", share * 100.0),
        Some(share) => format!("{:.0}", (share * 100.0).floor()),
    };
    let class = match share {
        Some(share) if share > 1.001 => " class=\"over\"",
        _ if week.is_full() => " class=\"full\"",
        _ => "",
    };
    let dark = share.unwrap_or(if week.planned > 0.0 { 1.0 } else { 0.0 }).clamp(0.0, 1.0) * 70.0;
    format!("<td{class} style=\"--dark:{dark:.0}%\" title=\"{}\">{shown}</td>", escape(&words))
}

#[cfg(test)]
mod tests {
    use qd_model::{LoadRow, LoadWeek};

    use super::cell;

    #[test]
    fn a_cell_says_its_hours_and_never_hides_that_nobody_is_there() {
        let row = LoadRow { id: "ada".to_owned(), name: "A & B".to_owned(), weeks: Vec::new() };
        let of =
            |planned, there| cell(&row, &LoadWeek { planned, there, projects: Vec::new() }, "2026-03-02");
        let words = "A &amp; B, week of 2026-03-02";
        assert_eq!(of(20.0, 40.0), format!("<td style=\"--dark:35%\" title=\"{words}: 20 of 40 h\">50</td>"));
        assert_eq!(
            of(60.0, 40.0),
            format!("<td class=\"over\" style=\"--dark:70%\" title=\"{words}: 60 of 40 h\">150</td>")
        );
        assert!(of(39.9, 40.0).contains(">99<") && of(40.0, 40.0).contains("class=\"full\""));
        assert!(
            of(0.0, 0.0).contains(">–<") && of(8.0, 0.0).contains(">all<") && of(0.0, 40.0).contains(">·<")
        );
    }
}
