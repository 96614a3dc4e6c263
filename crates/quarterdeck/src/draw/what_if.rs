//! What would be if, as text: a column for each change, a row for each project.

use std::fmt::Write as _;

use qd_model::{Column, Outlook, Shift, Table, Value, Variant, WhatIf};

use super::{
    style::{FAINT, HEADING, WARNING, styled},
    table,
    words::count,
};

/// For a terminal of `width` columns; with what is laid over the company's files where that is to be shown.
pub(crate) fn text(told: &WhatIf, width: Option<u16>, show: bool) -> String {
    let mut text = String::new();
    for (place, variant) in told.variants.iter().enumerate() {
        let number = if told.variants.len() > 1 { format!("{}. ", place + 1) } else { String::new() };
        let _ = writeln!(text, "{}", styled(HEADING, format!("{number}What if: {}", variant.title)));
        for complaint in &variant.complaints {
            let _ = writeln!(text, "{}", styled(WARNING, complaint));
        }
        if show {
            let _ = writeln!(text, "{}", variant.diff.trim_end());
        }
    }
    text.push('\n');
    text.push_str(&table::grid(&grid(told), width));
    let _ = writeln!(
        text,
        "\n{}",
        styled(
            FAINT,
            format!(
                "Days by which a project is ready in 8 of 10 of {} with the same luck; in brackets what the change does \
                 in 8 of 10 of them, and how often the promise is kept",
                count(told.runs, "run", "runs")
            )
        )
    );
    text
}

fn grid(told: &WhatIf) -> Table {
    let column = |name: String| Column { name, unit: String::new(), comment: String::new() };
    let names = (1..=told.variants.len()).map(|place| match told.variants.len() {
        1 => "then".to_owned(),
        _ => format!("{place}."),
    });
    let columns = ["".to_owned(), "now".to_owned()].into_iter().chain(names).map(column).collect();
    let mut ids: Vec<(&str, &str)> = Vec::new();
    for project in told.variants.iter().flat_map(|variant| &variant.projects) {
        if !ids.iter().any(|(id, _)| *id == project.id) {
            ids.push((&project.id, &project.name));
        }
    }
    let mut rows: Vec<Vec<Value>> = ids.into_iter().map(|(id, name)| row(told, id, name)).collect();
    let of_all = |title: &str, cell: &dyn Fn(&Variant) -> String| -> Vec<Value> {
        [title.to_owned(), String::new()]
            .into_iter()
            .chain(told.variants.iter().map(cell))
            .map(Value::Text)
            .collect()
    };
    rows.push(of_all("cost of delay", &|variant| money(variant.delay_cost, told)));
    if told.variants.iter().any(|variant| !variant.come.is_empty() || !variant.go.is_empty()) {
        rows.push(of_all("people", &|variant| {
            let mut said: Vec<String> = variant.come.iter().map(|name| format!("+ {name}")).collect();
            said.extend(variant.go.iter().map(|name| format!("- {name}")));
            said.push(money(variant.people_cost, told));
            said.join(", ")
        }));
    }
    Table { columns, rows, ..Table::default() }
}

fn row(told: &WhatIf, id: &str, name: &str) -> Vec<Value> {
    let of_it = |variant: &Variant| variant.projects.iter().find(|project| project.id == id).cloned();
    let now = told.variants.iter().find_map(|variant| of_it(variant)?.now);
    let first = match &now {
        Some(now) => outlook(now),
        None => "not planned".to_owned(),
    };
    let then =
        told.variants.iter().map(|variant| of_it(variant).map(|shift| moved(&shift)).unwrap_or_default());
    [name.to_owned(), first].into_iter().chain(then).map(Value::Text).collect()
}

fn outlook(one: &Outlook) -> String {
    let mut said = match (one.p80, one.unplanned) {
        (_, unplanned @ 1..) => format!("{} cannot be planned", count(unplanned, "task", "tasks")),
        (Some(day), _) => day.to_string(),
        (None, _) => "nothing left".to_owned(),
    };
    if let Some(kept) = one.kept {
        let _ = write!(said, ", kept {:.0}%", kept * 100.0);
    }
    said
}

fn moved(shift: &Shift) -> String {
    let Some(then) = &shift.then else { return "gone".to_owned() };
    let Some(now) = &shift.now else { return outlook(then) };
    if now == then && shift.days.unwrap_or(0) == 0 {
        return "as now".to_owned();
    }
    let (Some(days), Some(day)) = (shift.days, then.p80) else { return outlook(then) };
    let mut said = if days == 0 { day.to_string() } else { format!("{day}, {}", signed(days)) };
    if let Some((low, high)) = shift.between.filter(|(low, high)| (*low, *high) != (days, days)) {
        let _ = write!(said, " ({low:+} to {high:+})");
    }
    if let Some(kept) = then.kept {
        let _ = write!(said, ", kept {:.0}%", kept * 100.0);
    }
    said
}

fn signed(days: i64) -> String {
    format!("{days:+} {}", if days.abs() == 1 { "day" } else { "days" })
}

fn money(amount: Option<f64>, told: &WhatIf) -> String {
    let currency = told.currency.as_deref().map(|currency| format!("{currency} ")).unwrap_or_default();
    match amount {
        None => "unknown".to_owned(),
        Some(amount) if amount.abs() < 1.0 => "as now".to_owned(),
        Some(amount) => format!("{}{currency}{:.0}", if amount > 0.0 { "+" } else { "-" }, amount.abs()),
    }
}
