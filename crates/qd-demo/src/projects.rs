//! The projects with their tasks, and the decisions that were written down.

use std::fmt::Write as _;

use crate::{
    Files,
    company::{asserted, list, quoted},
    days::{plus, working},
    plants::UNWANTED,
    recording::Home,
    story::{Role, SLIPS, Story},
};

/// Low, likely and high of what is done, in the order of the tasks.
const DONE: [&str; 3] = ["8d 12d 20d", "10d 15d 26d", "9d 14d 24d"];
/// The same of what is left where all is well: one project is nearly there, another has just passed its middle.
const LEFT: [[&str; 3]; 3] = [
    ["14d 18d 24d", "9d 12d 17d", "5d 7d 9d"],
    ["6d 9d 14d", "4d 6d 9d", "3d 4d 6d"],
    ["10d 14d 20d", "6d 8d 12d", "4d 5d 8d"],
];
/// And where it is not.
const TOO_MUCH: [&str; 3] = ["18d 26d 40d", "5d 8d 13d", "4d 6d 9d"];

/// Writes projects and decisions.
pub(crate) fn write(story: &Story, files: &mut Files) {
    for place in 0..story.clients.len() {
        let id = story.clients[place].project.0;
        files.insert(format!("projects/{id}.toml"), project(story, place).into_bytes());
    }
    for (name, text) in decisions(story) {
        files.insert(format!("decisions/{name}.md"), text.into_bytes());
    }
}

fn project(story: &Story, place: usize) -> String {
    let client = &story.clients[place];
    let (_, repo, name) = client.project;
    let Some(team) = story.team_of(place) else { return String::new() };
    let of_role = |role: Role, turn: usize| {
        let able: Vec<usize> =
            team.members.iter().copied().filter(|member| story.people[*member].role == role).collect();
        able.get(turn % able.len().max(1)).map(|member| story.people[*member].id)
    };
    // The work of a project lands in its repository, and in its tracker where that is another system.
    let mut lands = vec![repo];
    if let Home::Jira(key) = client.home {
        lands.push(key);
    }
    let slips = place == SLIPS;
    let deadline = working(plus(story.today, if slips { 44 } else { 75 + 6 * place as i64 }), 0);
    let mut text = format!(
        "name = {}\nstatus = \"active\"\nclient = \"{}\"\nlead = \"{}\"\nteam = \"{}\"\nrepositories = {}\n\
         started = {}\ndeadline = {deadline}\nvalue = \"CHF {}k\"\nvalue_per_day = \"CHF {}\"\nbudget = \"CHF {}k\"\nasserted = {}\n",
        quoted(name),
        client.id,
        story.people[team.lead].id,
        team.id,
        list(lands),
        story.began,
        260 + 35 * place,
        if slips { 1800 } else { 600 + 100 * place },
        210 + 30 * place,
        asserted(story)
    );
    let left = if slips { TOO_MUCH } else { LEFT[place % LEFT.len()] };
    for (turn, (task, title, skill)) in client.tasks.iter().enumerate() {
        let owner = match *skill {
            "design" => of_role(Role::Designer, 0),
            "delivery" => of_role(Role::Manager, 0),
            _ => of_role(Role::Developer, turn + 2 * place),
        };
        let estimate = DONE.iter().chain(&left).nth(turn).copied().unwrap_or("3d");
        let _ = write!(text, "\n[[tasks]]\nid = \"{task}\"\ntitle = {}\n", quoted(title));
        if let Some(owner) = owner {
            let _ = writeln!(text, "owner = \"{owner}\"");
        }
        let _ = write!(text, "skill = \"{skill}\"\nestimate = \"{estimate}\"\n");
        // What is done first leads to the rest; the last waits for both before it.
        let before: Vec<String> = match turn {
            0 => Vec::new(),
            5 => vec![quoted(client.tasks[3].0), quoted(client.tasks[4].0)],
            4 => vec![quoted(client.tasks[2].0)],
            _ => vec![quoted(client.tasks[turn - 1].0)],
        };
        if !before.is_empty() {
            let _ = writeln!(text, "after = [{}]", before.join(", "));
        }
        if turn < DONE.len() {
            text.push_str("done = true\n");
        }
    }
    text
}

fn decisions(story: &Story) -> Vec<(&'static str, String)> {
    let name = |place: usize| story.people[place].name();
    let (cto, architect) = (name(0), name(story.architect));
    let day = |days: i64| working(plus(story.today, days), 0);
    let owner = story.people[story.architect].id;
    let first = format!(
        "# 1. Keep decision records\n\nDate: {}\n\n## Status\n\nAccepted\n\n## Context\n\nTeams change with every project, and \
         each new one asked again why things are as they are.\n\n## Decision\n\nWhat would be dear to undo gets a page here.\n\n\
         ## Consequences\n\nWhoever asks is sent here first, and whoever disagrees writes the next page.\n",
        day(-700)
    );
    let second = format!(
        "---\nstatus: accepted\ndate: {}\ndecision-makers: [{cto}, {architect}]\nowner: {owner}\nscope: [\"platform\"]\n\
         revisit: {}\nasserted: {}\n---\n\n# One library of components\n\n## Context and Problem Statement\n\nEvery project \
         drew its own buttons, and every audit of accessibility found the same faults anew.\n\n## Considered Options\n\n* One \
         library for all projects\n* A library bought from somebody\n* Each team its own, as before\n\n## Decision Outcome\n\n\
         Chosen option: \"One library for all projects\", because a fault is mended once and a new project begins with a week \
         less of work.\n",
        day(-330),
        day(200),
        asserted(story)
    );
    let third = format!(
        "---\nstatus: accepted\ndate: {}\ndecision-makers: [{cto}, {architect}]\nowner: {owner}\nrevisit: {}\nasserted: {}\n---\n\n\
         # Dates without a library\n\n## Context and Problem Statement\n\nTwo libraries for dates were in use, each with zones \
         of its own. A booking fell into the night in which clocks change, and was lost.\n\n## Considered Options\n\n* What the \
         language brings along\n* One library for all\n\n## Decision Outcome\n\nChosen option: \"What the language brings \
         along\", because it knows zones and needs no update.\n\n### Confirmation\n\nNothing adds a library for dates.\n\n```sql\n\
         SELECT repo, path, name\nFROM dependency_changes\nWHERE ecosystem = 'npm' AND change = 'added' AND name = '{}'\n```\n",
        day(-300),
        day(150),
        asserted(story),
        UNWANTED.0
    );
    let fourth = format!(
        "# Preview of every change\n\n- Status: accepted\n- Deciders: {architect}, {cto}\n- Date: {}\n- Tags: pipeline\n\n\
         ## Context and Problem Statement\n\nClients saw work for the first time on the day of the release. How do they see it \
         before?\n\n## Considered Options\n\n- A preview of each change\n- One test system for all\n\n## Decision Outcome\n\n\
         Chosen option: \"A preview of each change\", because remarks come while they are cheap.\n",
        day(-140)
    );
    vec![
        ("0001-keep-decision-records", first),
        ("0002-one-library-of-components", second),
        ("0003-dates-without-a-library", third),
        ("0004-preview-of-every-change", fourth),
    ]
}
