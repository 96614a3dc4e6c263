//! What the large company worked on: changes and issues over working time, before anything is told of them.

use jiff::{Timestamp, civil::Date};

use super::{firm::Firm, seats::Chair};
use crate::{
    course::{Course, Issue, capital, opened, slug},
    days::{after, at, plus, working},
    dice::Dice,
    words::title,
};

/// Whom changes are for, in their titles.
const ACTORS: [&str; 6] = ["planners", "drivers", "clerks", "carriers", "shippers", "customers"];

/// A change request.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) repo: usize,
    pub(super) number: u32,
    pub(super) kind: &'static str,
    pub(super) title: String,
    pub(super) author: usize,
    pub(super) reviewer: usize,
    pub(super) begun: Timestamp,
    pub(super) opened: Timestamp,
    pub(super) commits: usize,
    /// When somebody asked for another look, where they did.
    pub(super) remarked: Option<Timestamp>,
    pub(super) approved: Option<Timestamp>,
    pub(super) merged: Option<Timestamp>,
    /// When it was given up.
    pub(super) closed: Option<Timestamp>,
    /// The issue that it closes, by its place.
    pub(super) closes: Option<usize>,
    /// A library that it adds.
    pub(super) adds: Option<&'static str>,
}

impl Change {
    pub(super) fn branch(&self) -> String {
        let words: Vec<String> = self.title.split(' ').take(4).map(slug).collect();
        format!("{}/{}-{}", self.kind, words.join("-"), self.number)
    }

    pub(super) fn subject(&self) -> String {
        format!("{}: {}", self.kind, self.title)
    }

    pub(super) fn last(&self) -> Timestamp {
        let times = [self.remarked, self.approved, self.merged, self.closed];
        times.into_iter().flatten().fold(self.opened, Timestamp::max)
    }
}

/// All of it.
#[derive(Debug, Default)]
pub(super) struct Work {
    pub(super) changes: Vec<Change>,
    pub(super) issues: Vec<Issue>,
}

impl Work {
    pub(super) fn new(firm: &Firm) -> Self {
        let mut work = Self::default();
        let mut dice = Dice::new(firm.seed, "large work");
        let end = at(firm.last_day(), 18 * 60);
        for day in firm.days() {
            for (place, person) in firm.people.iter().enumerate() {
                if person.is_away(day) || !dice.percent(person.chair.coding()) {
                    continue;
                }
                if let Some(repo) = repo_of(firm, &mut dice, place) {
                    work.begin(firm, &mut dice, (repo, place), day, end);
                }
            }
            for repo in 0..firm.repos.len() {
                if dice.percent(18) {
                    work.wish(firm, &mut dice, repo, day);
                }
            }
        }
        super::stories::plant(firm, &mut work);
        work.number(firm);
        work
    }

    /// A change that somebody begins, and half of the time the issue behind it.
    fn begin(
        &mut self,
        firm: &Firm,
        dice: &mut Dice,
        (repo, author): (usize, usize),
        day: Date,
        end: Timestamp,
    ) {
        let Some(mut made) = change(firm, dice, repo, author, day, end) else { return };
        if dice.percent(45) {
            let opened = at(working(day, -dice.between(1, 20)).max(firm.began), dice.between(540, 1000));
            made.closes = Some(self.issues.len());
            self.issues.push(Issue {
                repo,
                number: 0,
                title: capital(&made.title),
                body: String::new(),
                label: if made.kind == "fix" { "bug" } else { "enhancement" },
                author: member(firm, dice, repo).unwrap_or(author),
                assignee: Some(author),
                opened: opened.min(made.begun),
                closed: made.merged,
                behind: None,
            });
        }
        self.changes.push(made);
    }

    /// Something that nobody has begun.
    fn wish(&mut self, firm: &Firm, dice: &mut Dice, repo: usize, day: Date) {
        let (_, title) = title(dice, firm.repos[repo].thing, ACTORS[repo % ACTORS.len()]);
        let opened = at(day, dice.between(540, 1000));
        let closed = (dice.percent(40)).then(|| after(opened, dice.between(500, 20_000)));
        let closed = closed.filter(|closed| *closed < at(firm.last_day(), 18 * 60));
        self.issues.push(Issue {
            repo,
            number: 0,
            title: capital(&title),
            body: String::new(),
            label: "someday",
            author: member(firm, dice, repo).unwrap_or_default(),
            assignee: None,
            opened,
            closed,
            behind: None,
        });
    }

    /// Numbers them as a forge does: changes and issues in one row for each repository.
    fn number(&mut self, firm: &Firm) {
        let mut next = vec![0_u32; firm.repos.len()];
        for (_, is_change, place) in opened(self.changes.iter().map(|change| change.opened), &self.issues) {
            let repo = if is_change { self.changes[place].repo } else { self.issues[place].repo };
            next[repo] += 1;
            if is_change {
                self.changes[place].number = next[repo];
            } else {
                self.issues[place].number = next[repo];
            }
        }
    }
}

/// Where somebody works today: mostly in their team's repositories, now and then in those of a neighbour.
fn repo_of(firm: &Firm, dice: &mut Dice, person: usize) -> Option<usize> {
    let home = firm.people.get(person)?.team;
    let team = if dice.percent(6) { None } else { home };
    let repos = match team {
        Some(team) => firm.teams.get(team)?.repos.clone(),
        None => vec![dice.roll(firm.repos.len())],
    };
    // What the lone expert alone knows is changed by nobody else.
    let open = |repo: &usize| (*repo == firm.lonely()) == (person == firm.expert);
    let repos: Vec<usize> = repos.into_iter().filter(open).collect();
    dice.pick(&repos).copied()
}

/// Somebody of the team that has a repository.
pub(super) fn member(firm: &Firm, dice: &mut Dice, repo: usize) -> Option<usize> {
    dice.pick(&firm.team_of(repo)?.members).copied()
}

/// A change that somebody begins on `day`; none that would be opened after `end`.
pub(super) fn change(
    firm: &Firm,
    dice: &mut Dice,
    repo: usize,
    author: usize,
    day: Date,
    end: Timestamp,
) -> Option<Change> {
    let (kind, title) = title(dice, firm.repos.get(repo)?.thing, ACTORS[repo % ACTORS.len()]);
    let Course { begun, opened, remarked, approved, merged, .. } = Course::new(dice, kind, day, end)?;
    let mut made = Change {
        repo,
        number: 0,
        kind,
        title,
        author,
        reviewer: reviewer(firm, dice, repo, author, day).unwrap_or(author),
        begun,
        opened,
        commits: 1 + dice.roll(4) + dice.roll(2),
        remarked,
        approved,
        merged,
        closed: None,
        closes: None,
        adds: None,
    };
    // One of a hundred is given up, and one of three hundred forgotten.
    let fate = dice.roll(300);
    if fate < 4 {
        (made.remarked, made.approved, made.merged) = (None, None, None);
        let given_up = after(opened, dice.between(900, 6000));
        made.closed = Some(given_up).filter(|time| fate > 0 && *time < end);
    }
    Some(made)
}

/// Who is asked to review: somebody else of the team who is there.
fn reviewer(firm: &Firm, dice: &mut Dice, repo: usize, author: usize, day: Date) -> Option<usize> {
    let able = |place: &usize| {
        let person = &firm.people[*place];
        *place != author
            && person.chair != Chair::Product
            && !person.is_away(day)
            && !person.is_away(plus(day, 1))
    };
    let asked: Vec<usize> = firm.team_of(repo)?.members.iter().copied().filter(able).collect();
    dice.pick(&asked).copied()
}
