//! An estimate as text: how much, how sure, what drives it, and when.

use std::fmt::Write as _;

use qd_model::{Calendar, Column, Estimated, EstimatedLine, Spread, Table, Taken, Value};

use super::{
    style::{FAINT, HEADING, WARNING, styled},
    table,
    words::count,
};

/// Fewer finished pieces of work than this, and the published figures have more of the say than the company's own.
const FEW: usize = 10;
/// Lines whose disagreement is told: the highest `likely` this many times the lowest.
const APART: f64 = 2.0;

/// For a terminal of `width` columns.
pub(crate) fn text(told: &Estimated, width: Option<u16>) -> String {
    let mut text = String::new();
    let client = told.client.as_deref().map(|client| format!(" for {client}")).unwrap_or_default();
    let _ = writeln!(text, "{}\n", styled(HEADING, format!("{}{client}, {}", told.name, told.today)));
    text.push_str(&table::grid(&sums(std::slice::from_ref(told)), width));
    text.push('\n');
    for sentence in sentences(told) {
        let _ = writeln!(text, "{sentence}");
    }
    let _ = writeln!(text, "\n{}", styled(HEADING, "Lines"));
    text.push_str(&table::grid(&lines(told), width));
    for line in told.lines.iter().filter(|line| line.disagreement.is_some_and(|times| times >= APART)) {
        let _ = writeln!(text, "{}", styled(WARNING, apart(line)));
    }
    let _ = writeln!(text, "\n{}", styled(FAINT, against(told)));
    text
}

/// Several side by side.
pub(crate) fn beside(told: &[Estimated], width: Option<u16>) -> String {
    let mut text = table::grid(&sums(told), width);
    for one in told {
        let _ = writeln!(text, "\n{}", styled(HEADING, &one.name));
        for sentence in sentences(one) {
            let _ = writeln!(text, "{sentence}");
        }
    }
    text
}

fn table_of(names: &[&str], rows: Vec<Vec<String>>) -> Table {
    let column =
        |name: &&str| Column { name: (*name).to_owned(), unit: String::new(), comment: String::new() };
    let rows = rows.into_iter().map(|row| row.into_iter().map(Value::Text).collect()).collect();
    Table { columns: names.iter().map(column).collect(), rows, ..Table::default() }
}

/// Effort, price and cost at the usual shares.
fn sums(told: &[Estimated]) -> Table {
    let mut rows = Vec::new();
    for one in told {
        let name = if told.len() > 1 { format!("{}: ", one.id) } else { String::new() };
        let chosen = format!("{:.0}%", one.confidence * 100.0);
        let mut row = |what: &str, spread: Option<&Spread>, say: &dyn Fn(f64) -> String| {
            let Some(spread) = spread else { return };
            let values = [spread.p10, spread.p50, spread.p80, spread.p95];
            let values = values.iter().map(|value| say(*value));
            let chosen = format!("{} ({chosen})", say(spread.chosen));
            rows.push(std::iter::once(format!("{name}{what}")).chain(values).chain([chosen]).collect());
        };
        row("days of work", Some(&one.effort), &days);
        row("price by rate card", one.price.as_ref(), &|value| amount(value, one));
        row("cost", one.cost.as_ref(), &|value| amount(value, one));
    }
    table_of(&["", "1 of 10", "half", "8 of 10", "95 of 100", "chosen"], rows)
}

fn sentences(told: &Estimated) -> Vec<String> {
    let mut said = Vec::new();
    let asked = told.fixed_price.or(told.price.map(|price| price.chosen));
    if let Some((asked, loss)) = asked.zip(told.loss) {
        let what = if told.fixed_price.is_some() { "fixed price" } else { "price" };
        let mut sentence =
            format!("At a {what} of {} it loses money in {}", amount(asked, told), percent(loss));
        if let Some(margin) = told.margin {
            let _ = write!(sentence, ", and leaves {} of the price on the mean", percent(margin));
        }
        if let Some(wanted) = told.margin_wanted {
            let _ = write!(sentence, " ({} were wanted)", percent(wanted));
        }
        said.push(format!("{sentence}."));
    }
    if let Some((fixed, price)) = told.fixed_price.zip(told.price)
        && fixed < price.p50
    {
        said.push(format!(
            "The fixed price is below what half of the cases need ({}).",
            amount(price.p50, told)
        ));
    }
    said.extend(told.calendar.as_ref().map(when));
    said.extend(told.taken.as_ref().map(taken));
    let mut first: Vec<&EstimatedLine> = told.lines.iter().filter(|line| line.known_saves >= 0.5).collect();
    first.sort_by(|one, two| two.known_saves.total_cmp(&one.known_saves));
    if let Some(line) = first.first() {
        said.push(format!(
            "Look into `{}` first: it is {} of the spread, and knowing it beforehand takes {} off the chosen sum.",
            line.id,
            percent(line.share_of_spread),
            days_of(line.known_saves),
        ));
    }
    said
}

fn when(calendar: &Calendar) -> String {
    if calendar.unplanned > 0 {
        let lines = count(calendar.unplanned, "line", "lines");
        return format!("It cannot be planned: for {lines} there is nobody who could do it.");
    }
    let (Some(half), Some(most)) = (calendar.p50, calendar.p80) else {
        return "When it could be ready is not known.".to_owned();
    };
    let mut said =
        format!("Ready by {half} in half of the cases and by {most} in 8 of 10, beside all that is planned");
    if let Some((deadline, kept)) = calendar.deadline.zip(calendar.kept) {
        let _ = write!(said, "; {deadline} is kept in {}", percent(kept));
    }
    said.push('.');
    for (project, days) in &calendar.delays {
        let _ = write!(said, " {project} is ready {} later.", count(*days as usize, "day", "days"));
    }
    said
}

fn taken(taken: &Taken) -> String {
    let Taken { project, tasks, done, .. } = taken;
    let of = if done == tasks {
        "all its tasks are done".to_owned()
    } else {
        format!("{done} of {} are done", count(*tasks, "task", "tasks"))
    };
    let Some((booked, more)) = taken.days.zip(taken.more) else {
        return format!("It became {project}, of which {of}; what that took nobody booked.");
    };
    format!(
        "It became {project}, which took {} so far; {of}. {} of the runs take more.",
        days_of(booked),
        percent(more)
    )
}

fn lines(told: &Estimated) -> Table {
    let row = |line: &EstimatedLine| {
        let said: Vec<String> = line.said.iter().map(|(_, points)| points.map(days).join(" ")).collect();
        let after = line.days.map_or_else(|| "unknown".to_owned(), |days| range(&days));
        let name = if line.is_optional { format!("{} (optional)", line.title) } else { line.title.clone() };
        let rate = line.rate.map_or_else(|| "unknown".to_owned(), |rate| amount(rate, told));
        let part = if line.is_optional { String::new() } else { percent(line.share_of_spread) };
        vec![name, said.join(" | "), after, rate, part]
    };
    let risk = |risk: &qd_model::EstimatedRisk| {
        let name = format!("risk: {} ({})", risk.title, percent(risk.probability));
        vec![name, String::new(), String::new(), String::new(), percent(risk.share_of_spread)]
    };
    let rows = told.lines.iter().map(row).chain(told.risks.iter().map(risk)).collect();
    table_of(&["", "said (days)", "8 of 10 lie in", "a day", "part of the spread"], rows)
}

/// The range in which eight of ten cases lie.
fn range(spread: &Spread) -> String {
    format!("{} to {}", days(spread.p10), days(spread.p90))
}

fn apart(line: &EstimatedLine) -> String {
    let said: Vec<String> = line
        .said
        .iter()
        .map(|(by, points)| format!("{} {}", by.as_deref().unwrap_or("the line"), days(points[1])))
        .collect();
    format!("`{}`: the estimators are far apart ({} days); talk before you average", line.id, said.join(", "))
}

fn against(told: &Estimated) -> String {
    let known = count(told.known, "finished piece of work", "finished pieces of work");
    if told.known == 0 {
        return format!(
            "Nothing that was estimated here is finished yet: ranges are as published ({})",
            told.prior
        );
    }
    let few =
        if told.known < FEW { format!(", and published figures ({})", told.prior) } else { String::new() };
    format!("Held against {known} of this company{few}; 10,000 runs")
}

fn days(days: f64) -> String {
    if days < 9.95 { format!("{days:.1}").trim_end_matches(".0").to_owned() } else { format!("{days:.0}") }
}

fn days_of(value: f64) -> String {
    format!("{} days", days(value))
}

fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

fn amount(value: f64, told: &Estimated) -> String {
    super::words::money(value, told.currency.as_deref())
}

/// A file to be filled in.
pub(crate) fn blank(id: &str, client: Option<&str>) -> String {
    let client = match client {
        Some(client) => format!("client = {}", qd_intent::quoted(client)),
        None => "# client = \"initech\"            # an id of relations.toml".to_owned(),
    };
    format!(
        "# An estimate of new work. `quarterdeck estimate run {id}` says what it takes; `quarterdeck proposal {id}` what its client reads.
name = {name}
{client}
# owner = \"ada\"                  # who answers for it
# begins = 2026-09-01            # not before
# deadline = 2026-12-18          # the day that was asked for
# people = [\"ada\", \"bo\"]         # who would do it; anybody who can where not given
confidence = 0.8                 # share of cases that the price is to cover
# fixed_price = \"CHF 120k\"       # what it was offered for, whatever it takes
# margin = 0.2                   # share of the price that is to be left
# valid_until = 2026-08-31
summary = \"\"
assumptions = []
exclusions = []

# What a day is sold for; `rate_card.toml` says it for all estimates.
# [[rate_card]]
# skill = \"any\"
# rate = \"CHF 1200\"

# One for each piece of the work. Low is the best case of ten, high the worst of ten, in working days of one person.
# [[lines]]
# id = \"import\"
# title = \"Import of the old orders\"
# category = \"migration\"          # kind of work, as which the past is asked
# skill = \"backend\"
# after = []
# estimate = \"3d 5d 12d\"

# Several estimators are kept apart:
# [[lines]]
# id = \"search\"
# title = \"Search over all orders\"
# skill = \"backend\"
# optional = true
# estimates = [
#   {{ by = \"ada\", estimate = \"2d 4d 9d\" }},
#   {{ by = \"bo\", estimate = \"4d 8d 20d\" }},
# ]

# [[risks]]
# id = \"api\"
# title = \"The old system's interface is not what its papers say\"
# probability = 0.3
# estimate = \"2d 5d 10d\"
# answer = \"a day of trying it before we begin\"
",
        name = qd_intent::quoted(id),
    )
}
