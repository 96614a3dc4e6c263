//! Forecasts as text, and as a fan.

use std::fmt::Write as _;

use jiff::civil::Date;
use qd_model::{Column, Forecasted, Table, Value};

use super::{
    html::escape,
    style::{FAINT, styled},
    table,
    words::{count, figure},
};

/// Past cases below which published figures have more of the say.
const FEW: f64 = 10.0;

/// For a terminal of `width` columns.
pub(crate) fn text(told: &[Forecasted], explain: bool, width: Option<u16>) -> String {
    let day = |day: Option<Date>| day.map_or_else(|| "beyond plans".to_owned(), |day| day.to_string());
    let row = |one: &Forecasted| {
        let days = |place: usize| match &one.days {
            Some(days) => day(days.get(place).copied().flatten()),
            None if one.left == 0 => "done".to_owned(),
            None => "unknown".to_owned(),
        };
        let pace = format!("{} (+{})", figure(one.done_a_week), figure(one.added_a_week));
        let promise = match (one.deadline, one.kept) {
            (Some(deadline), Some(kept)) => format!("{deadline}, kept {:.0}%", kept * 100.0),
            (Some(deadline), None) => deadline.to_string(),
            (None, _) => String::new(),
        };
        let cells = [one.name.clone(), one.left.to_string(), pace, days(1), days(3), days(4), promise];
        cells.into_iter().map(Value::Text).collect()
    };
    let names = ["", "left", "done (added) a week", "half", "85 of 100", "95 of 100", "promised"];
    let mut text = table::grid(&table_of(&names, told.iter().map(row).collect()), width);
    for one in told {
        if one.days.is_none() && one.left > 0 {
            let _ = writeln!(
                text,
                "{}: too little was done to say: a pace needs four of the last twelve weeks in which something was",
                one.name
            );
        }
        if let Some([half, most]) = one.as_it_is.filter(|_| one.added_a_week > 0.0) {
            let kept =
                one.kept_as_it_is.map(|kept| format!("; the promise is then kept in {:.0}%", kept * 100.0));
            let _ = writeln!(
                text,
                "{}: what is open today alone by {} in half of the cases, by {} in 85 of 100{}.",
                one.name,
                day(half),
                day(most),
                kept.unwrap_or_default()
            );
        }
        if let Some((day, [half, most, nearly])) = one.by {
            let _ = writeln!(
                text,
                "{}: by {day} at least {} are done in half of the cases, {most} in 85 of 100, {nearly} in 95.",
                one.name,
                count(half as usize, "item", "items"),
            );
        }
        if explain {
            let _ = writeln!(text, "{}", styled(FAINT, against(one)));
        }
    }
    text
}

/// What a forecast is held against.
fn against(one: &Forecasted) -> String {
    let mut said = format!(
        "{}: the pace of the last twelve weeks, drawn again week by week, times what the same question came to in {} at past \
         moments of all streams of work that are read here",
        one.name,
        count(one.cases.round() as usize, "case", "cases"),
    );
    if one.cases < FEW {
        said.push_str("; these are few, so that published figures have more of the say");
    }
    said.push_str(". `quarterdeck calibration` says how often such forecasts held.");
    said
}

fn table_of(names: &[&str], rows: Vec<Vec<Value>>) -> Table {
    let column =
        |name: &&str| Column { name: (*name).to_owned(), unit: String::new(), comment: String::new() };
    Table { columns: names.iter().map(column).collect(), rows, ..Table::default() }
}

/// The report card.
pub(crate) fn calibration(told: &Table, width: Option<u16>) -> String {
    let percent = |value: &Value| match value {
        Value::Number(share) => Value::Text(format!("{:.0}%", share * 100.0)),
        Value::Null => Value::Text("unknown".to_owned()),
        other => other.clone(),
    };
    let row = |row: &Vec<Value>| {
        let mut cells: Vec<Value> = row.iter().take(2).cloned().collect();
        cells.extend(row.iter().skip(2).map(percent));
        cells
    };
    let names = ["", "said", "inside, of 80%", "kept, of 50%", "kept, of 80%", "kept, of 85%"];
    let mut text = table::grid(&table_of(&names, told.rows.iter().map(row).collect()), width);
    let _ = writeln!(
        text,
        "{}",
        styled(
            FAINT,
            "Each was made with what was known on its day, and its truth is known. Fewer than thirty say little."
        )
    );
    text
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 360.0;
const EDGE: f64 = 48.0;

/// What is left, from today on: where it lies in half of the cases, from one of ten to 8 of 10, and to 95 of 100.
pub(crate) fn fan(one: &Forecasted) -> String {
    let last = one.way.iter().filter_map(|(_, days)| days.iter().flatten().max()).max().copied();
    let last = last.into_iter().chain(one.deadline).max().unwrap_or(one.today);
    let span = f64::from((last - one.today).get_days()).max(7.0);
    let x = |day: Date| EDGE + f64::from((day - one.today).get_days()) / span * (WIDTH - 2.0 * EDGE);
    let y = |done: u32| EDGE + f64::from(done) / f64::from(one.left.max(1)) * (HEIGHT - 2.0 * EDGE);
    let line = |level: usize| {
        let mut points = vec![(x(one.today), y(0))];
        for (items, days) in &one.way {
            if let Some(day) = days.get(level).copied().flatten() {
                points.push((x(day), y(*items)));
            }
        }
        points
    };
    let path = |points: &[(f64, f64)]| {
        points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect::<Vec<_>>().join(" ")
    };
    let band = |from: usize, to: usize, shade: &str| {
        let mut points = line(from);
        points.extend(line(to).into_iter().rev());
        format!("<polygon points=\"{}\" fill=\"{shade}\"/>\n", path(&points))
    };
    let title = format!("{}: {} left on {}", one.name, count(one.left as usize, "item", "items"), one.today);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"system-ui, sans-serif\" \
         font-size=\"12\" role=\"img\">\n<title>{0}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
         <text x=\"{EDGE}\" y=\"24\" font-size=\"15\">{0}</text>\n",
        escape(&title)
    );
    svg.push_str(&band(0, 3, "#dbe7f3"));
    svg.push_str(&band(0, 2, "#aecbe6"));
    let _ = writeln!(
        svg,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"#1f5f99\" stroke-width=\"2\"/>",
        path(&line(1))
    );
    let floor = HEIGHT - EDGE;
    let _ = writeln!(
        svg,
        "<line x1=\"{EDGE}\" y1=\"{floor}\" x2=\"{}\" y2=\"{floor}\" stroke=\"#555\"/>",
        WIDTH - EDGE
    );
    let days = one.days.unwrap_or_default();
    for (place, name) in [(1, "half"), (2, "8 of 10"), (4, "95 of 100")] {
        if let Some(day) = days.get(place).copied().flatten() {
            let drop = 16.0 + 14.0 * if place == 2 { 1.0 } else { 0.0 };
            let _ = writeln!(
                svg,
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{name}: {day}</text>",
                x(day).clamp(EDGE + 40.0, WIDTH - 80.0),
                floor + drop
            );
        }
    }
    if let Some(day) = one.deadline {
        let at = x(day);
        let _ = writeln!(
            svg,
            "<line x1=\"{at:.1}\" y1=\"{EDGE}\" x2=\"{at:.1}\" y2=\"{floor}\" stroke=\"#b3261e\" stroke-dasharray=\"4 3\"/>\n\
             <text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"#b3261e\">promised {day}</text>",
            EDGE - 6.0
        );
    }
    svg.push_str("</svg>\n");
    svg
}
