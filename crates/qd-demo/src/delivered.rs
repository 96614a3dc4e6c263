//! What pipelines ran and what was put into production, before anybody tells of it.

use jiff::{SignedDuration, Timestamp, civil::Weekday};

use crate::{
    changes::Work,
    days::{at, is_working, plus},
    dice::Dice,
    history::{Landed, gone},
    plants::SPIKE,
    story::Story,
};

/// Days of which runs are told.
const RUNS: i64 = 60;

/// A run of the pipeline.
#[derive(Debug)]
pub(crate) struct Run {
    /// One of its own in its repository.
    pub(crate) id: u64,
    pub(crate) begun: Timestamp,
    pub(crate) over: Timestamp,
    pub(crate) sha: String,
    pub(crate) branch: String,
    pub(crate) is_good: bool,
    /// Whose push it was; none of a merge.
    pub(crate) by: Option<usize>,
}

/// A deployment to production.
#[derive(Debug)]
pub(crate) struct Deployment {
    /// One of its own in the company.
    pub(crate) id: u64,
    pub(crate) at: Timestamp,
    pub(crate) over: Timestamp,
    pub(crate) sha: String,
    pub(crate) by: usize,
    pub(crate) is_good: bool,
}

/// Both, of one repository.
#[derive(Debug)]
pub(crate) struct Delivered {
    pub(crate) runs: Vec<Run>,
    pub(crate) deployments: Vec<Deployment>,
}

impl Delivered {
    pub(crate) fn new(story: &Story, work: &Work, place: usize, landed: &Landed) -> Self {
        let name = story.repos.get(place).map_or("", |repo| repo.name);
        let mut dice = Dice::new(story.seed, name);
        let runs = runs(story, work, (place, name), landed, &mut dice);
        Self { runs, deployments: deployments(story, place, landed, &mut dice) }
    }
}

/// A run for each change and for each commit of the default branch of late.
fn runs(
    story: &Story,
    work: &Work,
    (place, name): (usize, &str),
    landed: &Landed,
    dice: &mut Dice,
) -> Vec<Run> {
    let since = at(plus(story.today, -RUNS), 0);
    let mut runs = Vec::new();
    let is_told = |change: &&crate::changes::Change| {
        change.repo == place && change.kind != SPIKE && change.opened >= since
    };
    for change in work.changes.iter().filter(is_told) {
        let sha = match change.merged {
            Some(_) => gone(name, change.number),
            None => landed.commits.get(&change.number).cloned().unwrap_or_default(),
        };
        let id = u64::from(change.number) * 4 + 1;
        let pushed = |id, at, sha, is_good, dice: &mut Dice| Run {
            branch: change.branch(),
            by: Some(change.author),
            ..run(dice, id, at, sha, is_good)
        };
        // One in twelve fails at first, and the push that mends it is what is reviewed.
        if dice.percent(8) {
            let early = change.committed - SignedDuration::from_mins(25);
            runs.push(pushed(id, early, gone(name, 100_000 + change.number), false, dice));
        }
        runs.push(pushed(id + 1, change.committed, sha, true, dice));
    }
    let line: Vec<_> = landed.line.iter().filter(|(at, _)| *at >= since).cloned().collect();
    let count = line.len();
    for (turn, (at, sha)) in line.into_iter().enumerate() {
        // The newest is green: what is red there is told apart.
        let failed = turn + 1 < count && dice.percent(3);
        runs.push(run(dice, 1_000_000 + turn as u64, at, sha, !failed));
    }
    runs
}

fn run(dice: &mut Dice, id: u64, at: Timestamp, sha: String, is_good: bool) -> Run {
    let begun = at + SignedDuration::from_secs(20);
    let over = begun + SignedDuration::from_secs(dice.between(150, 420));
    Run { id, begun, over, sha, branch: "main".to_owned(), is_good, by: None }
}

/// On most Tuesdays and Thursdays, what the default branch then held; what fails is tried again.
fn deployments(story: &Story, place: usize, landed: &Landed, dice: &mut Dice) -> Vec<Deployment> {
    let by = story.team_of(place).map_or(0, |team| team.lead);
    let mut deployments = Vec::new();
    let mut id = 5000 + place as u64 * 100_000;
    let mut day = plus(story.began, 7);
    while day <= story.last_day() {
        let is_day = matches!(day.weekday(), Weekday::Tuesday | Weekday::Thursday) && is_working(day);
        let noon = at(day, 13 * 60 + dice.between(0, 90));
        let newest = landed.line.iter().rev().find(|(at, _)| *at < noon).cloned();
        if let (true, true, Some((_, sha))) = (is_day, dice.percent(85), newest) {
            let failed = dice.percent(4);
            let mut tries = vec![(noon, !failed)];
            tries.extend(failed.then(|| (noon + SignedDuration::from_mins(40), true)));
            for (at, is_good) in tries {
                id += 1;
                let over = at + SignedDuration::from_mins(dice.between(4, 11));
                deployments.push(Deployment { id, at, over, sha: sha.clone(), by, is_good });
            }
        }
        day = plus(day, 1);
    }
    deployments
}
