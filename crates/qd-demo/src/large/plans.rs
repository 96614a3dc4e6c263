//! The large company's projects with their tasks, and its decisions.

use std::fmt::Write as _;

use super::{
    firm::{Firm, Project},
    stories::{SLIPS, UNWANTED, architect},
    texts::asserted,
};
use crate::{
    clients::CLIENTS,
    company::{list, quoted},
    days::{plus, working},
};

/// Work of a project, in order: id, title, skill, low, likely and high of what is left.
const TASKS: [(&str, &str, &str, &str); 6] = [
    ("survey", "What is there and who uses it", "delivery", "4d 6d 9d"),
    ("model", "The model and its store", "typescript", "8d 12d 18d"),
    ("moving", "Moving what is there", "typescript", "4d 6d 10d"),
    ("pages", "Pages for the clerks", "typescript", "5d 8d 12d"),
    ("trial", "Trial with two depots", "testing", "3d 5d 8d"),
    ("opening", "Opening to all", "delivery", "2d 3d 5d"),
];
/// Tasks at the beginning that are done.
const DONE: usize = 2;

/// The text of a project.
pub(super) fn project(firm: &Firm, project: &Project, place: usize) -> String {
    let team = &firm.teams[project.team];
    let slips = place == SLIPS;
    let deadline = working(plus(firm.today, if slips { 30 } else { 80 + 3 * (place as i64 % 30) }), 0);
    let mut text = format!(
        "name = {}\nstatus = \"active\"\nclient = {}\nlead = {}\nteam = {}\nrepositories = {}\nstarted = {}\n\
         deadline = {deadline}\nvalue = \"CHF {}k\"\nvalue_per_day = \"CHF {}\"\nbudget = \"CHF {}k\"\nasserted = {}\n",
        quoted(&title(project)),
        quoted(CLIENTS[project.client].id),
        quoted(firm.id(team.lead)),
        quoted(&team.id),
        list(project.repos.iter().map(|repo| firm.repos[*repo].name.as_str())),
        firm.began,
        240 + 10 * (place % 30),
        if slips { 2500 } else { 400 + 20 * (place % 30) },
        200 + 8 * (place % 30),
        asserted(firm)
    );
    for (turn, (id, name, skill, estimate)) in TASKS.into_iter().enumerate() {
        let wanted = if skill == "delivery" {
            0
        } else if skill == "testing" {
            2
        } else {
            4 + turn % 4
        };
        let estimate = if slips && turn >= DONE { "18d 26d 40d" } else { estimate };
        let owner = team.members.get(wanted).copied().unwrap_or(team.lead);
        let _ = write!(
            text,
            "\n[[tasks]]\nid = \"{id}\"\ntitle = \"{name}\"\nowner = {}\nskill = \"{skill}\"\nestimate = \"{estimate}\"\n",
            quoted(firm.id(owner))
        );
        if let Some((before, ..)) = turn.checked_sub(1).and_then(|before| TASKS.get(before)) {
            let _ = writeln!(text, "after = [\"{before}\"]");
        }
        if turn < DONE {
            text.push_str("done = true\n");
        }
    }
    text
}

/// What a project is called.
pub(super) fn title(project: &Project) -> String {
    format!("Anew: {}", project.id.replace('-', " "))
}

/// Records of decisions: name and text.
pub(super) fn decisions(firm: &Firm) -> Vec<(String, String)> {
    let day = |days: i64| working(plus(firm.today, days), 0);
    let owner = &firm.people[architect(firm)];
    let head = |days: i64, revisit: i64, title: &str| {
        format!(
            "---\nstatus: accepted\ndate: {}\ndecision-makers: [{}]\nowner: {}\nrevisit: {}\nasserted: {}\n---\n\n# {title}\n\n",
            day(days),
            owner.name,
            owner.id,
            day(revisit),
            asserted(firm)
        )
    };
    let mut all = vec![(
        "0001-dates-without-a-library".to_owned(),
        format!(
            "{}## Decision Outcome\n\nWhat the language brings along, because it knows zones and needs no update.\n\n\
             ### Confirmation\n\nNothing adds a library for dates.\n\n```sql\nSELECT repo, path, name\n\
             FROM dependency_changes\nWHERE ecosystem = 'npm' AND change = 'added' AND name = '{UNWANTED}'\n```\n",
            head(-300, 150, "Dates without a library")
        ),
    )];
    for place in 2..30_usize {
        let thing = &firm.repos[place * 3 % firm.repos.len()].name;
        let title = format!("{} keeps its own store", thing.replace('-', " "));
        let text = "## Decision Outcome\n\nWho needs what is in it asks its service, because tables that two write are nobody's.\n";
        all.push((
            format!("{place:04}-{thing}-keeps-its-own-store"),
            format!("{}{text}", head(-400 + 9 * place as i64, 300, &title)),
        ));
    }
    all
}
