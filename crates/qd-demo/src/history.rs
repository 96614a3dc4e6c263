//! The repositories: every change as a commit on the default branch, every open one as a branch.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Weekday};

use crate::{
    Files,
    changes::{Change, Work},
    code,
    course::slug,
    days::{after, at, plus, zone},
    dice::Dice,
    pack::{Id, Kind, Objects},
    plants::SPIKE,
    recording::{GITLAB, GROUP, Home},
    sha1::{hex, sha1},
    story::{ORGANISATION, Repo, Story},
};

/// What of a repository others refer to.
#[derive(Debug, Default)]
pub(crate) struct Landed {
    /// By number of the change: the commit that merged it, or the tip of its branch.
    pub(crate) commits: BTreeMap<u32, String>,
    /// What each change did.
    pub(crate) touched: BTreeMap<u32, Vec<Touched>>,
    /// The line of the default branch: when, and which commit.
    pub(crate) line: Vec<(Timestamp, String)>,
}

/// A file that was changed: the lines that came and went, in no order.
#[derive(Debug, Clone)]
pub(crate) struct Touched {
    pub(crate) path: String,
    pub(crate) added: Vec<String>,
    pub(crate) removed: Vec<String>,
}

/// Writes a repository and tells what is in it.
pub(crate) fn write(story: &Story, work: &Work, place: usize, files: &mut Files) -> Landed {
    let Some(repo) = story.repos.get(place) else { return Landed::default() };
    let mut made = Made::new(story, repo);
    made.beginning(story, place);
    let own: Vec<&Change> = work.changes.iter().filter(|change| change.repo == place).collect();
    let mut order: Vec<(Timestamp, &Change)> =
        own.iter().map(|change| (change.merged.unwrap_or(change.begun), *change)).collect();
    order.sort_by_key(|(when, change)| (*when, change.number));
    for (_, change) in order {
        made.change(story, change);
    }
    let base = format!("sources/git/{}.git", repo.name);
    for (name, bytes) in made.objects.packed() {
        files.insert(format!("{base}/{name}"), bytes);
    }
    let text = |text: &str| text.as_bytes().to_vec();
    files.insert(format!("{base}/HEAD"), text("ref: refs/heads/main\n"));
    let config = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n";
    let origin = match repo.home {
        Home::GitLab => format!("{GITLAB}/{GROUP}"),
        _ => format!("https://github.com/{ORGANISATION}"),
    };
    let remote = format!("[remote \"origin\"]\n\turl = {origin}/{}.git\n", repo.name);
    files.insert(format!("{base}/config"), text(&format!("{config}{remote}")));
    files.insert(format!("{base}/packed-refs"), tags(story, &made.landed.line).into_bytes());
    for (name, id) in &made.branches {
        files.insert(format!("{base}/refs/heads/{name}"), text(&format!("{}\n", hex(id))));
    }
    made.landed
}

/// A tag every second Thursday at four, on what the default branch then held, as git packs references.
fn tags(story: &Story, line: &[(Timestamp, String)]) -> String {
    let mut tags: Vec<(String, &str)> = Vec::new();
    let mut day = plus(story.began, 10);
    while day <= story.last_day() {
        if day.weekday() == Weekday::Thursday {
            let then = at(day, 16 * 60);
            if let Some((_, sha)) = line.iter().rev().find(|(when, _)| *when < then) {
                tags.push((format!("refs/tags/v1.{}.0", tags.len()), sha));
            }
            day = plus(day, 13);
        }
        day = plus(day, 1);
    }
    tags.sort();
    let lines: String = tags.iter().map(|(name, sha)| format!("{sha} {name}\n")).collect();
    format!("# pack-refs with: peeled fully-peeled sorted \n{lines}")
}

struct Made<'a> {
    repo: &'a Repo,
    dice: Dice,
    objects: Objects,
    /// The newest content of each file, in lines.
    texts: BTreeMap<String, Vec<String>>,
    ids: BTreeMap<String, Id>,
    tip: Option<Id>,
    branches: BTreeMap<String, Id>,
    landed: Landed,
}

impl<'a> Made<'a> {
    fn new(story: &Story, repo: &'a Repo) -> Self {
        Self {
            repo,
            dice: Dice::new(story.seed, &format!("repository {}", repo.name)),
            objects: Objects::default(),
            texts: BTreeMap::new(),
            ids: BTreeMap::new(),
            tip: None,
            branches: BTreeMap::new(),
            landed: Landed::default(),
        }
    }

    /// What was there when the history begins: each part by another one of the team.
    fn beginning(&mut self, story: &Story, place: usize) {
        let owner = story.team_of(place).map_or(0, |team| team.lead);
        let login = |person: usize| {
            story.people.get(person).map_or_else(String::new, |person| format!("@{}", person.login()))
        };
        let owners = format!("* {}\n", login(if place == story.payments() { story.expert } else { owner }));
        let is_gitlab = self.repo.home == Home::GitLab;
        for (path, text) in code::basics(self.repo.name, self.repo.title, &owners, is_gitlab) {
            self.set(&path, text.lines().map(str::to_owned).collect());
        }
        let begun = at(story.began, 9 * 60 + 10);
        let first = self.repo.authors.first().copied().unwrap_or(owner);
        self.commit(story, (first, begun), (first, begun), &format!("{}: begin", self.repo.name));
        let mut when = begun;
        for (turn, (area, things)) in self.repo.areas.iter().enumerate() {
            for thing in *things {
                let lines = code::begin(&mut self.dice, thing);
                self.set(&code::path(area, thing), lines);
                let mut lines = Vec::new();
                (0..3).for_each(|_| code::test(&mut lines, &mut self.dice, thing));
                self.set(&code::test_path(area, thing), lines);
                let author = self.repo.authors[(turn + thing.len()) % self.repo.authors.len()];
                when = after(when, self.dice.between(20, 50));
                self.commit(story, (author, when), (author, when), &format!("feat: a first {thing}"));
            }
        }
        self.branches.insert("main".to_owned(), self.tip.unwrap_or_default());
    }

    fn set(&mut self, path: &str, lines: Vec<String>) {
        let mut text = lines.join("\n");
        text.push('\n');
        self.ids.insert(path.to_owned(), self.objects.put(Kind::Blob, text.as_bytes()));
        self.texts.insert(path.to_owned(), lines);
    }

    /// Puts a change on the default branch, or on a branch of its own.
    fn change(&mut self, story: &Story, change: &Change) {
        let before = change.merged.is_none().then(|| (self.texts.clone(), self.ids.clone(), self.tip));
        let touched = self.edit(change);
        let author = (change.author, change.committed);
        if let Some(merged) = change.merged {
            // GitHub merges by itself and adds the number; at GitLab whoever says so is the committer.
            let (merger, subject) = match self.repo.home {
                Home::GitLab => (change.reviewer, change.subject()),
                _ => (story.people.len(), format!("{} (#{})", change.subject(), change.number)),
            };
            let merger = (merger, merged);
            let id = self.commit(story, author, merger, &subject);
            self.branches.insert("main".to_owned(), id);
            self.landed.commits.insert(change.number, hex(&id));
        } else if let Some((texts, ids, tip)) = before {
            let id = self.commit(story, author, author, &change.subject());
            self.branches.insert(change.branch(), id);
            self.landed.commits.insert(change.number, hex(&id));
            self.landed.line.pop();
            (self.texts, self.ids, self.tip) = (texts, ids, tip);
        }
        self.landed.touched.insert(change.number, touched);
    }

    /// Changes the files that a change is about.
    fn edit(&mut self, change: &Change) -> Vec<Touched> {
        let Some((area, things)) = self.repo.areas.get(change.area) else { return Vec::new() };
        let mut touched = Vec::new();
        let main = code::path(area, change.thing);
        let other = code::path(area, self.dice.word(things));
        let mut paths = vec![(main.clone(), change.thing)];
        if other != main && self.dice.percent(35) {
            let thing = things.iter().find(|thing| code::path(area, thing) == other);
            paths.push((other, thing.copied().unwrap_or(change.thing)));
        }
        if change.kind == "docs" {
            paths = vec![(format!("docs/{}.md", slug(change.thing)), change.thing)];
        }
        for (path, thing) in paths {
            let was = self.texts.get(&path).cloned().unwrap_or_default();
            let mut lines = was.clone();
            match change.kind {
                "docs" => lines.push(format!("- {}.", crate::course::capital(&change.title))),
                "feat" | SPIKE => {
                    (0..self.dice.between(1, 3)).for_each(|_| code::grow(&mut lines, &mut self.dice, thing));
                }
                "refactor" => {
                    code::shorten(&mut lines);
                    code::tweak(&mut lines, &mut self.dice);
                }
                _ => code::tweak(&mut lines, &mut self.dice),
            }
            if lines == was {
                code::grow(&mut lines, &mut self.dice, thing);
            }
            code::shorten(&mut lines);
            touched.extend(difference(&path, &was, &lines));
            self.set(&path, lines);
        }
        if matches!(change.kind, "feat" | "test" | "fix") {
            let path = code::test_path(area, change.thing);
            let was = self.texts.get(&path).cloned().unwrap_or_default();
            let mut lines = was.clone();
            code::test(&mut lines, &mut self.dice, change.thing);
            touched.extend(difference(&path, &was, &lines));
            self.set(&path, lines);
        }
        if let Some(line) = change.adds {
            let was = self.texts.get("package.json").cloned().unwrap_or_default();
            let mut lines = was.clone();
            let place = lines.iter().position(|known| known.contains("\"preact\"")).unwrap_or(0);
            lines.insert(place, line.to_owned());
            touched.extend(difference("package.json", &was, &lines));
            self.set("package.json", lines);
        }
        touched
    }

    fn commit(
        &mut self,
        story: &Story,
        author: (usize, Timestamp),
        committer: (usize, Timestamp),
        subject: &str,
    ) -> Id {
        let tree = self.objects.tree(&self.ids);
        let parent = self.tip.map(|tip| format!("parent {}\n", hex(&tip))).unwrap_or_default();
        let text = format!(
            "tree {}\n{parent}author {}\ncommitter {}\n\n{subject}\n",
            hex(&tree),
            signature(story, author),
            signature(story, committer)
        );
        let id = self.objects.put(Kind::Commit, text.as_bytes());
        self.tip = Some(id);
        self.landed.line.push((committer.1, hex(&id)));
        id
    }
}

/// Who and when, as commits have it. Who is nobody of the company is the forge.
fn signature(story: &Story, (person, when): (usize, Timestamp)) -> String {
    let offset = when.to_zoned(zone()).strftime("%z").to_string();
    match story.people.get(person) {
        Some(person) => format!("{} <{}> {} {offset}", person.name(), person.mail(), when.as_second()),
        None => format!("GitHub <noreply@github.com> {} {offset}", when.as_second()),
    }
}

/// Lines that came and went, compared as sets of lines: near enough for a forge's summary.
fn difference(path: &str, was: &[String], is: &[String]) -> Option<Touched> {
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    was.iter().for_each(|line| *counts.entry(line).or_default() -= 1);
    is.iter().for_each(|line| *counts.entry(line).or_default() += 1);
    let lines = |sign: i64| {
        let some = counts.iter().filter(|(_, count)| **count * sign > 0);
        some.flat_map(|(line, count)| vec![(*line).to_owned(); count.unsigned_abs() as usize]).collect()
    };
    (was != is).then(|| Touched { path: path.to_owned(), added: lines(1), removed: lines(-1) })
}

/// A commit that is told of and kept nowhere, as the tip of a branch that was deleted after its merge.
pub(crate) fn gone(repo: &str, number: u32) -> String {
    hex(&sha1(format!("{repo} {number}").as_bytes()))
}
