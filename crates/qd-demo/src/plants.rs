//! The stories that are planted: what stands in the facts, and what the brief has to find.

use crate::{
    changes::{Change, Work, change},
    course::Issue,
    days::{after, at, plus, working},
    dice::Dice,
    story::{SLIPS, Story, WAITS},
    vendors::{OWED, paid_seats},
};

/// A story: what was planted, and whose brief shows it by which signal.
#[derive(Debug)]
pub(crate) struct Plant {
    pub(crate) title: &'static str,
    pub(crate) person: usize,
    pub(crate) signal: &'static str,
    /// Words of the row.
    pub(crate) words: String,
    /// What stands behind it, and where.
    pub(crate) told: String,
}

/// The library that a decision rules out, and the line that adds it.
pub(crate) const UNWANTED: (&str, &str) = ("moment", "    \"moment\": \"2.30.1\",");
/// What the client asks and nobody has answered.
pub(crate) const QUESTION: &str =
    "Can we open the sale of season passes on the first of the month, yes or no?";
/// What the bank asks the CTO before its call.
pub(crate) const BANK_QUESTION: &str = "Could you send me the order book before our call?";
/// The goal whose owner has come to doubt it.
pub(crate) const DOUBTED: &str = "Two clients of last year come back";
/// The contract that nobody has decided on.
pub(crate) const VENDOR: &str = "Pixelwharf";
/// Titles of the issues that wait for one another, the last first.
const CHAIN: [&str; 3] = [
    "Hand the date picker over to the shared components",
    "Shared date picker with keyboard support",
    "Choosing a date by keyboard, as the audit asks for",
];

/// The repository into which the unwanted library came.
fn offended(story: &Story) -> usize {
    story.clients.len() - 1
}

/// The repositories whose issues wait for one another, the last of the chain first.
fn links(story: &Story) -> [usize; 3] {
    if story.clients.len() > 4 { [4, story.platform(), 2] } else { [1, story.platform(), 0] }
}

/// Who holds the end of the chain: somebody who writes programs in the team of its last issue.
pub(crate) fn holder(story: &Story) -> usize {
    let repo = links(story)[0];
    let team = story.team_of(repo);
    team.and_then(|team| team.members.get(2)).copied().unwrap_or_default()
}

/// The change that contradicts a decision.
pub(crate) fn changes(story: &Story, work: &mut Work) {
    let repo = offended(story);
    let author = story.team_of(repo).and_then(|team| team.members.get(1)).copied().unwrap_or_default();
    let mut dice = Dice::new(story.seed, "unwanted");
    let day = working(story.last_day(), -9);
    let end = at(story.last_day(), 18 * 60);
    if let Some(made) = change(story, &mut dice, repo, author, day, end) {
        let thing = made.thing;
        let merged = made.merged.or(Some(after(made.opened, 500)));
        work.changes.push(Change {
            kind: "feat",
            title: format!("say how long ago the {thing} was changed"),
            adds: Some(UNWANTED.1),
            merged,
            ..made
        });
    }
}

/// The repository where a review waits and, in another, a branch was left.
fn left_alone(story: &Story) -> (usize, usize) {
    if story.clients.len() > 4 { (3, 5) } else { (0, 1) }
}

/// Somebody of the team that has a repository.
fn member(story: &Story, repo: usize, place: usize) -> usize {
    story.team_of(repo).and_then(|team| team.members.get(place)).copied().unwrap_or_default()
}

/// A change whose reviewer has not looked at it, and a branch that nobody came back to.
pub(crate) fn waiting(story: &Story, work: &mut Work) {
    let mut dice = Dice::new(story.seed, "left alone");
    let (review, branch) = left_alone(story);
    let end = at(story.last_day(), 18 * 60);
    if let Some(made) =
        change(story, &mut dice, review, member(story, review, 1), working(story.last_day(), -7), end)
    {
        let (kind, title, reviewer) =
            ("feat", format!("read the {} aloud", made.thing), member(story, review, 2));
        work.changes.push(Change {
            kind,
            title,
            reviewer,
            reviews: Vec::new(),
            reply: None,
            merged: None,
            ..made
        });
    }
    if let Some(made) =
        change(story, &mut dice, branch, member(story, branch, 3), working(plus(story.today, -76), 0), end)
    {
        let title = format!("sketch of another {}", made.thing);
        work.changes.push(Change {
            kind: SPIKE,
            title,
            reviews: Vec::new(),
            reply: None,
            merged: None,
            ..made
        });
    }
}

/// The kind of change that never became a request.
pub(crate) const SPIKE: &str = "spike";

/// With whom the CTO has not talked alone for long: whoever reports to them second.
pub(crate) fn lapsed(story: &Story) -> usize {
    let mut reports = (0..story.people.len()).filter(|place| story.people[*place].manager == Some(0));
    reports.nth(1).unwrap_or_default()
}

/// The issues that wait for one another.
pub(crate) fn chain(story: &Story, work: &mut Work) {
    let mut before = None;
    for (place, (repo, title)) in links(story).into_iter().zip(CHAIN).enumerate() {
        let opened = at(working(story.last_day(), -22 + place as i64), 10 * 60 + 20);
        let members = story.team_of(repo).map_or(&[][..], |team| team.members.as_slice());
        let assignee = match place {
            0 => Some(holder(story)),
            1 if repo == story.platform() => story.repos[repo].authors.get(1).copied(),
            _ => members.get(3).copied(),
        };
        let author = members.first().copied().unwrap_or_default();
        let said = after(opened, 90);
        work.issues.push(Issue {
            repo,
            number: 0,
            title: title.to_owned(),
            body: "Agreed in the round of the team leads.".to_owned(),
            label: "enhancement",
            author,
            assignee,
            opened,
            closed: None,
            behind: before.map(|first| (first, said)),
        });
        before = Some(work.issues.len() - 1);
    }
}

/// All of them, for the list and the tests.
pub(crate) fn plants(story: &Story) -> Vec<Plant> {
    let project = |place: usize| story.clients[place].project;
    let client = &story.clients[WAITS];
    let chain = links(story).map(|repo| story.repos[repo].name);
    let expert = story.people[story.expert].name();
    let of_payments = story.team_of(story.payments()).map_or(0, |team| team.lead);
    vec![
        Plant {
            title: "A client waits for an answer",
            person: story.lead_of(WAITS),
            signal: "relation-waits",
            words: QUESTION.to_owned(),
            told: format!(
                "{} of {} wrote three working days ago (`sources/mail/{}/inbox.mbox`).",
                client.contact.0,
                client.name,
                story.people[story.lead_of(WAITS)].id
            ),
        },
        Plant {
            title: "A lone expert is about to go on leave",
            person: of_payments,
            signal: "uncovered-absence",
            words: expert.clone(),
            told: format!(
                "Nobody but {expert} changed `sources/git/payments.git`, and is away from {} to {}.",
                story.leave.0, story.leave.1
            ),
        },
        Plant {
            title: "A project that will slip",
            person: story.lead_of(SLIPS),
            signal: "promise-in-doubt",
            words: project(SLIPS).2.to_owned(),
            told: format!(
                "`projects/{}.toml` promises more than the people in it can do until its day.",
                project(SLIPS).0
            ),
        },
        Plant {
            title: "A decision is violated",
            person: story.architect,
            signal: "decision-violated",
            words: "Dates without a library".to_owned(),
            told: format!(
                "`decisions/0003-dates-without-a-library.md`; a change of two weeks ago put `{}` into `{}`.",
                UNWANTED.0,
                story.repos[offended(story)].name
            ),
        },
        Plant {
            title: "A vendor renews by itself",
            person: 0,
            signal: "vendor-notice",
            words: VENDOR.to_owned(),
            told: "`vendors.toml`: notice is due soon, and nothing is decided.".to_owned(),
        },
        Plant {
            title: if story.teams.len() > 2 {
                "A blocked chain across three teams"
            } else {
                "A blocked chain across three repositories"
            },
            person: holder(story),
            signal: "issue-blocked",
            words: CHAIN[2].to_owned(),
            told: format!(
                "The issue of `{}` waits for one of `{}`, and that one for `{}`, where {} has it.",
                chain[2],
                chain[1],
                chain[0],
                story.people[holder(story)].name()
            ),
        },
        Plant {
            title: "The bank waits for figures",
            person: 0,
            signal: "relation-waits",
            words: BANK_QUESTION.to_owned(),
            told: "The last letter in the CTO's mailbox.".to_owned(),
        },
        Plant {
            title: "Seats that nobody uses",
            person: 0,
            signal: "seats-unused",
            words: VENDOR.to_owned(),
            told: format!(
                "`vendors.toml` pays {} seats; `sources/books/seats.csv` tells who has one, and when it was last used.",
                paid_seats(story)
            ),
        },
        Plant {
            title: "An invoice lies about",
            person: story.architect,
            signal: "invoice-due",
            words: OWED.0.to_owned(),
            told: format!("Number {} in `sources/books/invoices.csv` was to be paid three days ago.", OWED.1),
        },
        Plant {
            title: "Talks in pairs have lapsed",
            person: 0,
            signal: "one-to-one-overdue",
            words: story.people[lapsed(story)].name(),
            told: "The series ends two months ago in the CTO's calendar, and no other begins.".to_owned(),
        },
        Plant {
            title: "A goal in doubt",
            person: 0,
            signal: "goal-in-doubt",
            words: DOUBTED.to_owned(),
            told: "`goals.toml`: its owner gives it less than an even chance.".to_owned(),
        },
        Plant {
            title: "A review that nobody gives",
            person: member(story, left_alone(story).0, 2),
            signal: "review-waits",
            words: "aloud".to_owned(),
            told: format!(
                "A change of `{}`, open for more than a week.",
                story.repos[left_alone(story).0].name
            ),
        },
        Plant {
            title: "A branch that nobody came back to",
            person: member(story, left_alone(story).1, 3),
            signal: "stale-branch",
            words: "spike/sketch-of-another".to_owned(),
            told: format!(
                "In `sources/git/{}.git`, two and a half months old.",
                story.repos[left_alone(story).1].name
            ),
        },
    ]
}
