//! The load by week on a terminal: teams, skills, and the people who have no hour left.

use std::fmt::Write as _;

use qd_model::{Load, LoadRow, LoadWeek};

use crate::draw::{
    style::{ERROR, FAINT, HEADING, WARNING, styled},
    words::{columns, cut, pad},
};

/// Columns of a name and of a week.
const NAME: usize = 22;
const WEEK: usize = 7;
/// Most rows of a part.
const ROWS: usize = 12;
/// Fewest and most weeks that are shown.
const WEEKS: (usize, usize) = (1, 12);
/// From which share on a week is drawn how dark.
const SHADES: [(f64, char); 4] = [(0.999, '█'), (0.75, '▓'), (0.5, '▒'), (0.0, '░')];

/// The weeks that fit on a screen of `width` columns; nothing where nothing is planned.
pub(super) fn text(load: &Load, width: usize) -> String {
    let weeks = (width.saturating_sub(NAME) / WEEK).clamp(WEEKS.0, WEEKS.1).min(load.weeks.len());
    let is_full = |row: &&LoadRow| row.weeks.iter().take(weeks).any(LoadWeek::is_full);
    let parts: [(&str, Vec<&LoadRow>); 3] = [
        ("teams", load.teams.iter().collect()),
        ("skills", load.skills.iter().collect()),
        ("people with a full week", load.people.iter().filter(is_full).collect()),
    ];
    if weeks == 0 || parts.iter().all(|(_, rows)| rows.is_empty()) {
        return String::new();
    }
    let mut text = styled(HEADING, pad("Load by week", NAME));
    for week in load.weeks.iter().take(weeks) {
        let _ = write!(text, "{}", styled(FAINT, format!("{:>WEEK$}", week.strftime("%-d %b").to_string())));
    }
    text.push('\n');
    for (name, rows) in parts.iter().filter(|(_, rows)| !rows.is_empty()) {
        let _ = writeln!(text, "{}", styled(FAINT, name));
        for row in fullest(rows, weeks) {
            let cells: String = row.weeks.iter().take(weeks).map(cell).collect();
            let _ = writeln!(text, "  {}{cells}", pad(&cut(&row.name, NAME - 3), NAME - 2));
        }
        if rows.len() > ROWS {
            let _ = writeln!(text, "  {}", styled(FAINT, format!("{} more with less", rows.len() - ROWS)));
        }
    }
    text.push('\n');
    text
}

/// The rows in which most is planned, in the order in which they stand.
fn fullest<'a>(rows: &[&'a LoadRow], weeks: usize) -> Vec<&'a LoadRow> {
    let planned = |row: &LoadRow| {
        let (planned, there) = row
            .weeks
            .iter()
            .take(weeks)
            .fold((0.0, 0.0), |(planned, there), week| (planned + week.planned, there + week.there));
        planned / f64::max(there, 1.0)
    };
    let mut places: Vec<(usize, &LoadRow)> = rows.iter().copied().enumerate().collect();
    places.sort_by(|(_, left), (_, right)| planned(right).total_cmp(&planned(left)));
    places.truncate(ROWS);
    places.sort_by_key(|(place, _)| *place);
    places.into_iter().map(|(_, row)| row).collect()
}

/// A week: how dark, and the share of hours that is planned; a dash where nobody is there.
fn cell(week: &LoadWeek) -> String {
    let words = match week.share() {
        None if week.planned > 0.0 => "█  all".to_owned(),
        None => "–".to_owned(),
        Some(share) if share <= 0.0 => "·".to_owned(),
        Some(share) => {
            let (_, shade) = SHADES.iter().find(|(from, _)| share >= *from).unwrap_or(&SHADES[3]);
            // What is almost full has room.
            let percent = if week.is_full() { (share * 100.0).round() } else { (share * 100.0).floor() };
            if percent < 1000.0 { format!("{shade}{percent:>4}%") } else { format!("{shade} >9×") }
        }
    };
    let style = match week.share() {
        Some(share) if share > 1.001 => Some(ERROR),
        _ if week.is_full() => Some(WARNING),
        Some(share) if share > 0.0 => None,
        _ => Some(FAINT),
    };
    let room = " ".repeat(WEEK.saturating_sub(columns(&words)));
    format!("{room}{}", style.map_or_else(|| words.clone(), |style| styled(style, &words)))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use qd_model::{Load, LoadRow, LoadWeek};

    use super::text;

    fn row(name: &str, weeks: &[(f64, f64)]) -> LoadRow {
        let week = |(planned, there): &(f64, f64)| LoadWeek {
            planned: *planned,
            there: *there,
            projects: Vec::new(),
        };
        LoadRow { id: name.to_owned(), name: name.to_owned(), weeks: weeks.iter().map(week).collect() }
    }

    #[test]
    fn weeks_have_shades_and_shares_and_fit() {
        let load = Load {
            weeks: [2, 9, 16, 23].map(|day| date(2026, 3, day)).into(),
            teams: vec![row("Core", &[(39.9, 40.0), (20.0, 40.0), (0.0, 40.0), (0.0, 0.0)])],
            skills: vec![row(
                "a skill with a name that is long",
                &[(60.0, 40.0), (8.0, 0.0), (1.0, 40.0), (32.0, 40.0)],
            )],
            people: vec![row("Ada", &[(40.0, 40.0); 4]), row("Bo", &[(8.0, 40.0); 4])],
        };
        let plain = anstream::adapter::strip_str(&text(&load, 80)).to_string();
        let wanted = "Load by week            2 Mar  9 Mar 16 Mar 23 Mar
teams
  Core                 ▓  99% ▒  50%      ·      –
skills
  a skill with a nam…  █ 150% █  all ░   2% ▓  80%
people with a full week
  Ada                  █ 100% █ 100% █ 100% █ 100%

";
        assert_eq!(plain, wanted);
        let narrow = anstream::adapter::strip_str(&text(&load, 40)).to_string();
        assert!(narrow.lines().all(|line| line.chars().count() <= 40), "{narrow}");
        assert_eq!(text(&Load::default(), 80), "");
        let rows = (0..20).map(|own| row(&format!("team {own:02}"), &[(f64::from(own), 40.0)]));
        let many = Load { weeks: vec![date(2026, 3, 2)], teams: rows.collect(), ..Load::default() };
        let plain = anstream::adapter::strip_str(&text(&many, 80)).to_string();
        assert!(
            !plain.contains("team 07") && plain.contains("team 08") && plain.contains("8 more with less"),
            "{plain}"
        );
    }
}
