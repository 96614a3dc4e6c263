//! What the agency worked on: changes with their reviews, and the issues behind them, over working time.

use jiff::{Timestamp, civil::Date};

use crate::{
    course::{Course, Issue, capital, opened, slug},
    days::{at, is_working, local, plus, working},
    dice::Dice,
    plants,
    recording::Home,
    story::{Role, Story},
    words::{APPROVALS, BODIES, REMARKS, REPLIES, filled, title},
};

/// A review of a change.
#[derive(Debug, Clone)]
pub(crate) struct Review {
    pub(crate) by: usize,
    pub(crate) at: Timestamp,
    /// As the forge calls it: `APPROVED`, `CHANGES_REQUESTED`.
    pub(crate) state: &'static str,
    pub(crate) text: &'static str,
}

/// A change request.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub(crate) repo: usize,
    pub(crate) number: u32,
    pub(crate) kind: &'static str,
    pub(crate) title: String,
    pub(crate) body: &'static str,
    pub(crate) area: usize,
    pub(crate) thing: &'static str,
    pub(crate) author: usize,
    pub(crate) reviewer: usize,
    /// First commit, last commit, and when it was opened.
    pub(crate) begun: Timestamp,
    pub(crate) committed: Timestamp,
    pub(crate) opened: Timestamp,
    pub(crate) reviews: Vec<Review>,
    /// What the author answered, and when.
    pub(crate) reply: Option<(Timestamp, &'static str)>,
    pub(crate) merged: Option<Timestamp>,
    /// The issue that it closes.
    pub(crate) closes: Option<u32>,
    /// A line that it adds to the list of what the program stands on.
    pub(crate) adds: Option<&'static str>,
}

impl Change {
    pub(crate) fn branch(&self) -> String {
        let words: Vec<String> =
            self.title.split(' ').take(5).map(slug).filter(|word| !word.is_empty()).collect();
        format!("{}/{}", self.kind, words.join("-"))
    }

    /// Title as the forge shows it and the merge keeps it.
    pub(crate) fn subject(&self) -> String {
        format!("{}: {}", self.kind, self.title)
    }

    pub(crate) fn last(&self) -> Timestamp {
        let said = self.reviews.iter().map(|review| review.at).chain(self.reply.map(|(at, _)| at));
        said.chain(self.merged).fold(self.opened, Timestamp::max)
    }
}

/// Everything that was worked on.
#[derive(Debug, Default)]
pub(crate) struct Work {
    pub(crate) changes: Vec<Change>,
    pub(crate) issues: Vec<Issue>,
}

impl Work {
    pub(crate) fn new(story: &Story) -> Self {
        let mut work = Self::default();
        for person in 0..story.people.len() {
            work.of(story, person);
        }
        plants::changes(story, &mut work);
        plants::waiting(story, &mut work);
        work.behind(story);
        plants::chain(story, &mut work);
        work.number(story);
        work
    }

    /// What one person changed.
    fn of(&mut self, story: &Story, person: usize) {
        let Some(own) = story.people.get(person) else { return };
        let repos: Vec<usize> =
            (0..story.repos.len()).filter(|repo| story.repos[*repo].authors.contains(&person)).collect();
        let coding = own.role.coding();
        if repos.is_empty() || coding == 0 {
            return;
        }
        let mut dice = Dice::new(story.seed, &format!("work of {}", own.id));
        let end = at(story.last_day(), 18 * 60);
        let mut day = working(plus(story.began, 3), dice.between(0, 3));
        while day <= story.last_day() {
            if !is_working(day) || own.is_away(day) || !dice.percent(coding) {
                day = plus(day, 1);
                continue;
            }
            let repo = repos[dice.roll(repos.len())];
            let Some(change) = change(story, &mut dice, repo, person, day, end) else {
                day = plus(day, 1);
                continue;
            };
            day = plus(local(change.opened).0, 1);
            self.changes.push(change);
        }
    }

    /// The issues: of a third of the changes, and what nobody has begun.
    fn behind(&mut self, story: &Story) {
        let mut dice = Dice::new(story.seed, "issues");
        let mut made = Vec::new();
        for (place, change) in self.changes.iter().enumerate() {
            if !dice.percent(35) || !matches!(change.kind, "feat" | "fix") {
                continue;
            }
            let day = working(local(change.begun).0, -dice.between(2, 12));
            made.push((place, issue_of(story, &mut dice, change, day)));
        }
        for (place, issue) in made {
            // Numbers come later; until then the issue's place stands for it.
            self.changes[place].closes = Some(self.issues.len() as u32);
            self.issues.push(issue);
        }
        for repo in 0..story.repos.len() {
            for _ in 0..dice.between(3, 6) {
                let day = working(story.today, -dice.between(3, 40));
                self.issues.extend(wish(story, &mut dice, repo, day));
            }
        }
    }

    /// Gives each its number, in the order of opening within its repository: in one row at GitHub, in one
    /// each where changes and issues are two things.
    fn number(&mut self, story: &Story) {
        self.changes.sort_by_key(|change| (change.repo, change.opened, change.author));
        let mut next = vec![[0_u32; 2]; story.repos.len()];
        for (_, is_change, place) in opened(self.changes.iter().map(|change| change.opened), &self.issues) {
            let repo = if is_change { self.changes[place].repo } else { self.issues[place].repo };
            let row = usize::from(is_change && story.repos[repo].home != Home::GitHub);
            next[repo][row] += 1;
            let number =
                if is_change { &mut self.changes[place].number } else { &mut self.issues[place].number };
            *number = next[repo][row];
        }
        for change in &mut self.changes {
            change.closes = change.closes.and_then(|place| Some(self.issues.get(place as usize)?.number));
        }
    }
}

/// A change that somebody begins on `day`; none that would be opened after `end`.
pub(crate) fn change(
    story: &Story,
    dice: &mut Dice,
    repo: usize,
    author: usize,
    day: Date,
    end: Timestamp,
) -> Option<Change> {
    let own = story.repos.get(repo)?;
    // Most days people go on where they know their way.
    let area = if dice.percent(45) { author % own.areas.len() } else { dice.roll(own.areas.len()) };
    let thing = dice.word(own.areas.get(area)?.1);
    let (kind, title) = title(dice, thing, own.actors);
    let course = Course::new(dice, kind, day, end)?;
    let Course { begun, committed, opened, merged, .. } = course;
    let by = reviewer(story, dice, repo, author, local(opened).0);
    let mut review = |at: Option<Timestamp>, state: &'static str, words: &[&'static str]| {
        at.map(|at| Review { by, at, state, text: dice.word(words) })
    };
    let reviews = [
        review(course.remarked, "CHANGES_REQUESTED", REMARKS),
        review(course.approved, "APPROVED", APPROVALS),
    ];
    Some(Change {
        repo,
        number: 0,
        kind,
        title,
        body: dice.word(BODIES),
        area,
        thing,
        author,
        reviewer: by,
        begun,
        committed,
        opened,
        reviews: reviews.into_iter().flatten().collect(),
        reply: course.mended.map(|at| (at, dice.word(REPLIES))),
        merged,
        closes: None,
        adds: None,
    })
}

/// Who is asked to review: somebody else of the repository who is there.
fn reviewer(story: &Story, dice: &mut Dice, repo: usize, author: usize, day: Date) -> usize {
    let team = story.team_of(repo);
    let able = |place: &usize| {
        *place != author
            && story.people.get(*place).is_some_and(|person| {
                !person.is_away(day) && !person.is_away(plus(day, 1)) && person.role != Role::Designer
            })
    };
    let mut asked: Vec<usize> = story.repos[repo].authors.iter().copied().filter(able).collect();
    if asked.is_empty() {
        asked.extend(team.iter().flat_map(|team| &team.members).copied().filter(able).take(3));
    }
    dice.pick(&asked).copied().unwrap_or(story.architect)
}

/// The issue that a change closes.
fn issue_of(story: &Story, dice: &mut Dice, change: &Change, day: Date) -> Issue {
    let authors: Vec<usize> = story.team_of(change.repo).map_or_else(Vec::new, |team| team.members.clone());
    let opened = at(day.max(story.began), dice.between(9 * 60, 17 * 60));
    let (title, label) = if change.kind == "fix" {
        (format!("{} behaves oddly: {}", capital(change.thing), symptom(dice)), "bug")
    } else {
        (capital(&change.title), "enhancement")
    };
    Issue {
        repo: change.repo,
        number: 0,
        title,
        body: filled("Seen with a {thing} on the test system.", change.thing),
        label,
        author: dice.pick(&authors).copied().unwrap_or(change.author),
        assignee: Some(change.author),
        opened: opened.min(change.begun),
        closed: change.merged,
        behind: None,
    }
}

/// Something that nobody has begun.
fn wish(story: &Story, dice: &mut Dice, repo: usize, day: Date) -> Option<Issue> {
    let own = story.repos.get(repo)?;
    let area = own.areas.get(dice.roll(own.areas.len()))?;
    let thing = dice.word(area.1);
    let (_, title) = title(dice, thing, own.actors);
    let authors: Vec<usize> = story.team_of(repo).map_or_else(Vec::new, |team| team.members.clone());
    Some(Issue {
        repo,
        number: 0,
        title: capital(&title),
        body: "For later; nobody waits for it.".to_owned(),
        label: "someday",
        author: dice.pick(&authors).copied().unwrap_or_default(),
        assignee: None,
        opened: at(day, dice.between(9 * 60, 17 * 60)),
        closed: None,
        behind: None,
    })
}

fn symptom(dice: &mut Dice) -> &'static str {
    dice.word(&[
        "gone after a reload",
        "shown twice",
        "the total is off by a cent",
        "umlauts are lost",
        "spins for ever on a slow line",
        "sorted as text",
        "yesterday's date",
    ])
}
