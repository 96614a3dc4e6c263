//! What is planted in the large company, and the texts that say so.

use std::fmt::Write as _;

use super::{
    firm::{Firm, NAME},
    plans::title,
    seats::Chair,
    work::{Change, Work, change},
};
use crate::{
    Files, LABEL, Request,
    course::Issue,
    days::{after, at, working},
    dice::Dice,
    guide::{MADE_BY, Story, table},
};

/// The library that a decision rules out.
pub(super) const UNWANTED: &str = "moment";
/// What the bank asks the CTO.
pub(super) const BANK_QUESTION: &str = "Could you send me the order book before our call?";
/// The goal whose owner has come to doubt it.
pub(super) const DOUBTED: &str = "Half of all declarations need no clerk";
/// The contract that nobody has decided on.
pub(super) const VENDOR: &str = "Pixelwharf";
/// The project that will slip, by its place.
pub(super) const SLIPS: usize = 1;
/// Titles of the issues that wait for one another, the last first.
const CHAIN: [&str; 3] =
    ["Hand the list of ports over", "Shared list of ports with their codes", "Choosing a port by its code"];

/// Who answers for architecture: the first head of an area.
pub(super) fn architect(firm: &Firm) -> usize {
    firm.people.iter().position(|person| person.chair == Chair::Area).unwrap_or_default()
}

/// With whom the CTO has not talked alone for long: the head of the last area.
pub(super) fn lapsed(firm: &Firm) -> usize {
    firm.people.iter().rposition(|person| person.chair == Chair::Area).unwrap_or_default()
}

/// Somebody of the team that has a repository, by their place in it.
fn of_team(firm: &Firm, repo: usize, place: usize) -> usize {
    firm.team_of(repo).and_then(|team| team.members.get(place)).copied().unwrap_or_default()
}

/// Puts into the work what chance would not.
pub(super) fn plant(firm: &Firm, work: &mut Work) {
    let mut dice = Dice::new(firm.seed, "large stories");
    let end = at(firm.last_day(), 18 * 60);
    let made = |dice: &mut Dice, repo: usize, place: usize, day| {
        change(firm, dice, repo, of_team(firm, repo, place), day, end)
    };
    // A change that contradicts a decision.
    if let Some(made) = made(&mut dice, 3, 5, working(firm.last_day(), -9)) {
        let merged = Some(after(made.opened, 500));
        let title = "say how long ago it was changed".to_owned();
        work.changes.push(Change {
            kind: "feat",
            title,
            adds: Some(UNWANTED),
            approved: merged,
            merged,
            closed: None,
            ..made
        });
    }
    // One whose reviewer has not looked at it.
    if let Some(made) = made(&mut dice, 2, 5, working(firm.last_day(), -7)) {
        let (title, reviewer) = ("read the labels aloud".to_owned(), of_team(firm, 2, 4));
        work.changes.push(Change {
            kind: "feat",
            title,
            reviewer,
            remarked: None,
            approved: None,
            merged: None,
            closed: None,
            ..made
        });
    }
    // Issues of three teams that wait for one another.
    let mut behind = None;
    for (place, (repo, title)) in [4, 1, 0].into_iter().zip(CHAIN).enumerate() {
        let opened = at(working(firm.last_day(), -22 + place as i64), 10 * 60);
        work.issues.push(Issue {
            repo,
            number: 0,
            title: title.to_owned(),
            body: String::new(),
            label: "enhancement",
            author: of_team(firm, repo, 0),
            assignee: Some(of_team(firm, repo, 4)),
            opened,
            closed: None,
            behind: behind.map(|first| (first, opened)),
        });
        behind = Some(work.issues.len() - 1);
    }
}

fn stories(firm: &Firm) -> Vec<Story> {
    let expert = &firm.people[firm.expert];
    let lonely = &firm.repos[firm.lonely()];
    let story = |title: &'static str, person: usize, signal: &'static str, words: &str, told: String| Story {
        title,
        person: firm.id(person).to_owned(),
        signal,
        words: words.to_owned(),
        told,
    };
    let mut all = vec![
        story(
            "The bank waits for figures",
            0,
            "relation-waits",
            BANK_QUESTION,
            "The last letter to the CTO.".to_owned(),
        ),
        story(
            "A lone expert is about to go on leave",
            firm.team_of(firm.lonely()).map_or(0, |team| team.lead),
            "uncovered-absence",
            &expert.name,
            format!(
                "Nobody but {} changed `{}`, and is away from {} to {}.",
                expert.name, lonely.name, firm.leave.0, firm.leave.1
            ),
        ),
        story(
            "A decision is violated",
            architect(firm),
            "decision-violated",
            "Dates without a library",
            format!("A change of two weeks ago put `{UNWANTED}` into `{}`.", firm.repos[3].name),
        ),
        story(
            "A vendor renews by itself",
            0,
            "vendor-notice",
            VENDOR,
            "`vendors.toml`: notice is due soon, and nothing is decided.".to_owned(),
        ),
        story(
            "A blocked chain across three teams",
            of_team(firm, 4, 4),
            "issue-blocked",
            CHAIN[2],
            format!(
                "The issue of `{}` waits for one of `{}`, and that one for `{}`.",
                firm.repos[0].name, firm.repos[1].name, firm.repos[4].name
            ),
        ),
        story(
            "Talks in pairs have lapsed",
            0,
            "one-to-one-overdue",
            &firm.people[lapsed(firm)].name,
            "The last one in the CTO's calendar was seven weeks ago.".to_owned(),
        ),
        story(
            "A goal in doubt",
            0,
            "goal-in-doubt",
            DOUBTED,
            "`goals.toml`: its owner gives it less than an even chance.".to_owned(),
        ),
        story(
            "A review that nobody gives",
            of_team(firm, 2, 4),
            "review-waits",
            "aloud",
            format!("A change of `{}`, open for more than a week.", firm.repos[2].name),
        ),
    ];
    if let Some(project) = firm.projects.get(SLIPS) {
        all.push(story(
            "A project that will slip",
            firm.teams[project.team].lead,
            "promise-in-doubt",
            &title(project),
            format!(
                "`projects/{}.toml` promises more than the people in it can do until its day.",
                project.id
            ),
        ));
    }
    all
}

/// Writes the two texts at the top of the folder.
pub(super) fn write(request: &Request, firm: &Firm, files: &mut Files) {
    files.insert(LABEL.to_owned(), readme(request, firm).into_bytes());
    files.insert("STORIES.md".to_owned(), table(NAME, &stories(firm)).into_bytes());
}

/// What the folder is.
pub(super) fn readme(request: &Request, firm: &Firm) -> String {
    let mut text = format!(
        "# {NAME}\n\nA company of {} people that does not exist. {MADE_BY} {} days of it until {}, with the seed {}: all of it is \
         invented, and every address ends in `.example`, where nobody can be reached.\n\n",
        firm.people.len(),
        request.days,
        firm.today,
        firm.seed
    );
    let _ = write!(
        text,
        "The files of the company lie here; what is observed of its {} teams, but for the CTO's calendar, was put into the lake below `.quarterdeck/` as it is, \
         for measurements at scale: files of sources would take up gigabytes, and reading them an hour.\n\n\
         [STORIES.md](STORIES.md) says what is planted, and on whose page it is found. The first page is that of {}; \
         `quarterdeck brief --for {}` is that of a lead.\n",
        firm.teams.len(),
        firm.id(0),
        firm.teams.first().map_or("", |team| firm.id(team.lead))
    );
    text
}
