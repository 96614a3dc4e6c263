//! Bars over days, with how sure their ends are: all projects, and the tasks of one (H. L. Gantt 1919, "Organizing for Work").

use std::fmt::Write as _;

use jiff::civil::Date;
use qd_model::{Plan, ProjectPlan, TaskPlan};

use super::{
    chart::{Axis, LETTER, NAMES, WIDTH},
    days, is_critical, said,
};
use crate::draw::{html::escape, words::cut};

/// Units of the head and of a row.
const HEAD: f64 = 26.0;
const PROJECT: f64 = 34.0;
const TASK: f64 = 24.0;
/// Letters of a name.
const LETTERS: usize = 34;

/// All projects, one a row.
pub(super) fn projects(plan: &Plan) -> String {
    let ends = plan.projects.iter().flat_map(|project| [project.ends, project.deadline, project.p80]);
    let unlikely = plan.projects.iter().filter_map(|project| project.p95).max();
    let axis = axis(plan.today, ends.flatten().max().unwrap_or(plan.today), unlikely);
    let height = HEAD + PROJECT * plan.projects.len() as f64 + 6.0;
    let mut svg = opened(
        height,
        "All projects: planned days, how sure their ends are, and promises. The table below tells the same.",
    );
    svg.push_str(&grid(&axis, height));
    for (row, project) in plan.projects.iter().enumerate() {
        let top = HEAD + PROJECT * row as f64;
        let _ = writeln!(svg, "<g class=\"project\">");
        name(&mut svg, top + 22.0, &project.name, "strong");
        summary(&mut svg, &axis, project, top);
        if let Some(day) = project.deadline {
            let words = format!("{} is promised for {day}", project.name);
            line(&mut svg, "promise", axis.after(day), (top + 4.0, top + PROJECT - 4.0), &words);
        }
        svg.push_str("</g>\n");
    }
    svg.push_str("</svg>\n");
    svg
}

/// One project and its tasks; nothing where none of them is planned.
pub(super) fn tasks(project: &ProjectPlan, today: Date) -> Option<String> {
    let planned: Vec<&TaskPlan> = project.tasks.iter().filter(|task| task.ends.is_some()).collect();
    let of_tasks = planned.iter().flat_map(|task| [task.ends, task.p80, task.deadline]);
    let last = of_tasks.chain([project.p80, project.deadline]).flatten().max()?;
    planned.first()?;
    let axis = axis(today, last, project.p95);
    let height = HEAD + PROJECT + TASK * planned.len() as f64 + 6.0;
    let label = format!("Tasks of {} over the days. The table below tells the same.", project.name);
    let mut svg = opened(height, &label);
    svg.push_str(&grid(&axis, height));
    let _ = writeln!(svg, "<g class=\"project\">");
    name(&mut svg, HEAD + 22.0, &project.name, "strong");
    summary(&mut svg, &axis, project, HEAD);
    for (row, task) in planned.iter().enumerate() {
        bar(&mut svg, &axis, project, task, HEAD + PROJECT + TASK * row as f64);
    }
    if let Some(day) = project.deadline {
        let words = format!("{} is promised for {day}", project.name);
        line(&mut svg, "promise", axis.after(day), (HEAD, height), &words);
    }
    svg.push_str("</g>\n</svg>\n");
    Some(svg)
}

/// Days to the last that is likely; to an unlikely one where that takes no more than a third of the room from the rest.
fn axis(first: Date, last: Date, unlikely: Option<Date>) -> Axis {
    let is_near = |day: &Date| days(first, *day) <= days(first, last) * 3 / 2;
    Axis::new(first, unlikely.filter(is_near).map_or(last, |day| last.max(day)))
}

fn opened(height: f64, label: &str) -> String {
    format!("<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{}\">\n", escape(label))
}

fn grid(axis: &Axis, height: f64) -> String {
    let mut svg = String::new();
    for (place, name) in axis.ticks() {
        let _ = writeln!(
            svg,
            "<line class=\"grid\" x1=\"{place:.1}\" x2=\"{place:.1}\" y1=\"{HEAD}\" y2=\"{height}\"/>\
             <text class=\"tick\" x=\"{:.1}\" y=\"16\">{}</text>",
            place + 2.0,
            escape(&name)
        );
    }
    svg
}

fn name(svg: &mut String, y: f64, words: &str, class: &str) {
    let _ = writeln!(
        svg,
        "<text class=\"{class}\" x=\"0\" y=\"{y:.1}\">{}<title>{}</title></text>",
        escape(&cut(words, LETTERS)),
        escape(words)
    );
}

fn rectangle(svg: &mut String, class: &str, x: (f64, f64), y: (f64, f64), words: &str) {
    let _ = writeln!(
        svg,
        "<rect class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"2\"><title>{}</title></rect>",
        x.0,
        y.0,
        (x.1 - x.0).max(1.5),
        y.1 - y.0,
        escape(words)
    );
}

fn line(svg: &mut String, class: &str, x: f64, y: (f64, f64), words: &str) {
    let _ = writeln!(
        svg,
        "<line class=\"{class}\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{:.1}\" y2=\"{:.1}\"><title>{}</title></line>",
        y.0,
        y.1,
        escape(words)
    );
}

/// A project's whole: dark until the day by which half of the runs are ready, paler to eight of ten, palest to 95 of a hundred.
fn summary(svg: &mut String, axis: &Axis, project: &ProjectPlan, top: f64) {
    let Some((from, to)) = project.starts.zip(project.ends) else {
        let why =
            if project.tasks.is_empty() { "no task is open" } else { "no day: a part cannot be planned" };
        let _ = writeln!(
            svg,
            "<text class=\"faint\" x=\"{:.1}\" y=\"{:.1}\">{why}</text>",
            NAMES + 4.0,
            top + 22.0
        );
        return;
    };
    let (above, below) = (top + 15.0, top + 25.0);
    let mut start = axis.at(from);
    let mut shares =
        [("p50", "5 of 10", project.p50), ("p80", "8 of 10", project.p80), ("p95", "95 of 100", project.p95)]
            .into_iter()
            .filter_map(|(class, runs, day)| Some((class, runs, day?)))
            .peekable();
    if shares.peek().is_none() {
        let words = format!("{}: planned from {from} to {to}", project.name);
        rectangle(svg, "p50", (start, axis.after(to)), (above, below), &words);
    }
    let mut labelled = 0.0;
    for (class, runs, day) in shares {
        let until = axis.after(day);
        let words = format!("{} is ready by {day} in {runs} runs", project.name);
        rectangle(svg, class, (start, until), (above, below), &words);
        line(svg, "mark", until, (above - 3.0, below + 3.0), &words);
        // A name that would touch the one before is left to the mark's own words.
        if until - labelled > 30.0 {
            let _ = writeln!(
                svg,
                "<text class=\"tiny\" text-anchor=\"middle\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                until.min(WIDTH - 10.0),
                above - 5.0,
                class.to_uppercase()
            );
            labelled = until;
        }
        start = until;
    }
    let (x, y) = (axis.after(to), (above + below) / 2.0);
    let _ = writeln!(
        svg,
        "<path class=\"planned\" d=\"M{x:.1} {:.1}l5 5l-5 5l-5 -5z\"><title>{} is planned to be ready on {to}</title></path>",
        y - 5.0,
        escape(&project.name)
    );
}

/// A task: a bar, heavier where it is critical, a paler tail to the day that eight of ten runs keep, and who does it.
fn bar(svg: &mut String, axis: &Axis, project: &ProjectPlan, task: &TaskPlan, top: f64) {
    let Some((from, to)) = task.starts.zip(task.ends) else { return };
    let who = task.people.join(", ");
    name(svg, top + 16.0, &task.title, "name");
    let (class, inset) = if is_critical(task) { ("bar critical", 4.0) } else { ("bar", 7.0) };
    let mut words = format!("{} ({}): {who}, {from} to {to}", task.title, project.name);
    if let Some(parts) = said::parts(task) {
        let _ = write!(words, ", {parts}");
    }
    if let Some(share) = task.critical {
        let _ = write!(words, ", critical in {} of the runs", said::percent(share));
    }
    if task.is_assumed {
        words.push_str(", estimate assumed");
    }
    let (start, end) = (axis.at(from), axis.after(to));
    let mut last = end;
    if let Some(day) = task.p80.filter(|day| *day > to) {
        last = axis.after(day);
        let words = format!("{}: ready by {day} in 8 of 10 runs", task.title);
        rectangle(svg, "tail", (end, last), (top + 9.0, top + TASK - 9.0), &words);
    }
    for pair in task.parts.windows(2) {
        let middle = (top + TASK / 2.0 - 0.5, top + TASK / 2.0 + 0.5);
        rectangle(svg, "pause", (axis.after(pair[0].1), axis.at(pair[1].0)), middle, &words);
    }
    for (from, to) in task.stretches() {
        rectangle(svg, class, (axis.at(from), axis.after(to)), (top + inset, top + TASK - inset), &words);
    }
    if let Some(day) = task.deadline {
        let class = if day < to { "due late" } else { "due" };
        let words = format!("{} is due on {day}", task.title);
        let (x, y) = (axis.after(day), (top + 2.0, top + TASK - 2.0));
        if day < to {
            let _ = writeln!(
                svg,
                "<line class=\"halo\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{}\" y2=\"{}\"/>",
                y.0, y.1
            );
        }
        line(svg, class, x, y, &words);
    }
    let room = who.chars().count() as f64 * LETTER + 8.0;
    // A name does not stand on the line of the day it is due.
    if let Some(due) =
        task.deadline.map(|day| axis.after(day)).filter(|due| (last..last + room).contains(due))
    {
        last = due;
    }
    let place = match (WIDTH - last >= room, start - NAMES >= room) {
        (true, _) => Some((last + 6.0, "start")),
        (false, true) => Some((start - 6.0, "end")),
        _ => None,
    };
    if let Some((x, anchor)) = place {
        let _ = writeln!(
            svg,
            "<text class=\"who\" text-anchor=\"{anchor}\" x=\"{x:.1}\" y=\"{:.1}\">{}</text>",
            top + 16.0,
            escape(&who)
        );
    }
}
