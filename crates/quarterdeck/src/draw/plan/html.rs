//! A plan as one printable page: drawings, and beside each what it tells as a table; no script, no link to anything outside.

use std::fmt::Write as _;

use jiff::civil::Date;
use qd_model::{Plan, ProjectPlan, TaskPlan};

use super::{
    gantt, heat,
    said::{self, Said, Tone},
};
use crate::draw::{
    html::escape,
    words::{count, figure},
};

/// Most conflicts of a kind.
const CONFLICTS: usize = 50;

/// The page.
pub(crate) fn page(plan: &Plan) -> String {
    let title = format!("Plan of {}", plan.company);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{0}, {1}</title>\n<style>\n{2}</style>\n</head>\n<body>\n<main>\n<h1>{0} <small>{1}</small></h1>\n",
        escape(&title),
        plan.today,
        include_str!("plan.css"),
    );
    if plan.projects.is_empty() {
        out.push_str("<p>No project is worked on.</p>\n");
    } else {
        all(&mut out, plan);
        list(&mut out, "Conflicts", &said::conflicts(plan, CONFLICTS));
        load(&mut out, plan);
        for project in &plan.projects {
            section(&mut out, project, plan);
        }
        let _ = writeln!(
            out,
            "<footer><p>As of {}. {}</p></footer>",
            plan.as_of.strftime("%Y-%m-%d %H:%M UTC"),
            escape(&said::made(plan))
        );
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

/// What a figure is of.
fn of(plan: &Plan) -> String {
    format!(
        "Plan of {}: the best of {}, and {} of it.",
        plan.today,
        count(usize::try_from(plan.schedules).unwrap_or(usize::MAX), "schedule", "schedules"),
        count(plan.runs, "run", "runs")
    )
}

fn figure_of(out: &mut String, drawing: &str, caption: &str) {
    let _ = writeln!(
        out,
        "<figure><div class=\"wide\">\n{drawing}</div><figcaption>{}</figcaption></figure>",
        escape(caption)
    );
}

/// All projects: the drawing, and the same as a table.
fn all(out: &mut String, plan: &Plan) {
    let caption = format!(
        "{} Full: by then 5 of 10 runs are ready; paler: 8 of 10; palest: 95 of 100. ◆ planned, at expected durations. \
         Red line: promised.",
        of(plan)
    );
    figure_of(out, &gantt::projects(plan), &caption);
    let heads = ["ready", "promised", "P50", "P80", "P95", "promise kept", "to come", "budget"];
    out.push_str("<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">project</th>");
    for head in heads {
        let _ = write!(out, "<th scope=\"col\">{head}</th>");
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for project in &plan.projects {
        let late = if project.days_late.is_some_and(|days| days > 0) { " class=\"warning\"" } else { "" };
        let _ = write!(
            out,
            "<tr><th scope=\"row\"><a href=\"#{}\">{}</a></th><td{late}>{}</td>",
            anchor(plan, project),
            escape(&project.name),
            day(project.ends)
        );
        for known in [project.deadline, project.p50, project.p80, project.p95] {
            let _ = write!(out, "<td>{}</td>", day(known));
        }
        let cost = &project.cost;
        let words = [
            project.kept.map(said::percent),
            cost.to_come.as_ref().map(said::money),
            cost.budget.as_ref().map(said::money),
        ];
        for known in words {
            let _ = write!(out, "<td>{}</td>", known.map_or_else(unknown, |known| escape(&known)));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table></div>\n");
}

fn anchor(plan: &Plan, project: &ProjectPlan) -> String {
    let place = plan.projects.iter().position(|known| known.id == project.id).unwrap_or_default();
    format!("project-{}", place + 1)
}

fn day(day: Option<Date>) -> String {
    day.map_or_else(unknown, |day| format!("<time datetime=\"{day}\">{day}</time>"))
}

fn unknown() -> String {
    "<span class=\"faint\">unknown</span>".to_owned()
}

fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "",
        Tone::Warning => " class=\"warning\"",
        Tone::Error => " class=\"error\"",
    }
}

fn list(out: &mut String, heading: &str, lines: &[Said]) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(out, "<section>\n<h2>{heading}</h2>\n<ul>");
    for (tone, words) in lines {
        let _ = writeln!(out, "<li{}>{}</li>", class(*tone), escape(words));
    }
    out.push_str("</ul>\n</section>\n");
}

fn load(out: &mut String, plan: &Plan) {
    if let Some(table) = heat::table(&plan.load) {
        let _ = writeln!(
            out,
            "<section>\n<h2>Load by week</h2>\n<figure>{table}<figcaption>{} Planned hours as a percentage of those in \
             which people are there; of a skill, the hours of tasks that ask for it, against those of who has it. \
             Framed: no hour is left. –: nobody is there.</figcaption></figure>\n</section>",
            escape(&of(plan))
        );
    }
}

/// A project: what is told of it, its tasks over the days, the same as a table, and what could not be planned.
fn section(out: &mut String, project: &ProjectPlan, plan: &Plan) {
    let _ = writeln!(
        out,
        "<section class=\"one\" id=\"{}\">\n<h2>{}</h2>\n<p>",
        anchor(plan, project),
        escape(&project.name)
    );
    let head = said::head(project);
    let head: Vec<String> =
        head.iter().map(|(tone, words)| format!("<span{}>{}</span>", class(*tone), escape(words))).collect();
    let _ = writeln!(out, "{}</p>", head.join(" · "));
    let doubts = said::doubts(project);
    if !doubts.is_empty() {
        let lines = doubts.iter().map(|(tone, words)| format!("<li{}>{}</li>", class(*tone), escape(words)));
        let _ = writeln!(out, "<ul>{}</ul>", lines.collect::<String>());
    }
    if let Some(drawing) = gantt::tasks(project, plan.today) {
        let caption = format!(
            "{} Heavy: critical in half of the runs or more. Pale tail: until it is ready in 8 of 10 runs. \
             Short line: due. Long red line: promised.",
            of(plan)
        );
        figure_of(out, &drawing, &caption);
    }
    let unplanned: Vec<&TaskPlan> = project.unplanned().collect();
    if !unplanned.is_empty() {
        out.push_str("<h3>Not planned</h3>\n<ul>\n");
        for task in unplanned {
            let why = task.why_not.as_deref().unwrap_or("no reason is known");
            let _ = writeln!(
                out,
                "<li>{}: <span class=\"error\">{}</span></li>",
                escape(&task.title),
                escape(why)
            );
        }
        out.push_str("</ul>\n");
    }
    tasks(out, project);
    out.push_str("</section>\n");
}

fn tasks(out: &mut String, project: &ProjectPlan) {
    if project.tasks.is_empty() {
        return;
    }
    let _ = writeln!(
        out,
        "<details><summary>{} as a table</summary>\n<div class=\"wide\"><table>\n<thead><tr>",
        count(project.tasks.len(), "task", "tasks")
    );
    for head in ["task", "people", "begins", "ready", "P80", "due", "days", "critical"] {
        let _ = write!(out, "<th scope=\"col\">{head}</th>");
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for task in &project.tasks {
        let people = if task.people.is_empty() { unknown() } else { escape(&task.people.join(", ")) };
        let assumed = if task.is_assumed { " (assumed)" } else { "" };
        let parts =
            said::parts(task).map_or_else(String::new, |words| format!(" <small>{}</small>", escape(&words)));
        let due = task.deadline.map_or_else(String::new, |due| day(Some(due)));
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{}{parts}</th><td>{people}</td><td>{}</td><td>{}</td><td>{}</td><td>{due}</td>\
             <td>{}{assumed}</td><td>{}</td></tr>",
            escape(&task.title),
            day(task.starts),
            day(task.ends),
            day(task.p80),
            figure(task.days),
            task.critical.map_or_else(unknown, said::percent)
        );
    }
    out.push_str("</tbody>\n</table></div></details>\n");
}
