//! What may be tried with a task to make a finished schedule better.

use super::{Crew, Levelling, Step};
use crate::plan::problem::{LinkKind, Time};

/// Starts of each kind that are tried for a task.
const STARTS: Time = 8;

impl Levelling<'_> {
    /// What may be tried with a task: other starts, other people, a change of hands.
    pub(super) fn steps(&self, task: usize) -> Vec<Vec<Step>> {
        let Some(start) = self.schedule.start[task].filter(|_| !self.is_fixed[task]) else {
            return Vec::new();
        };
        let crew = &self.schedule.people[task];
        let mut steps: Vec<Vec<Step>> =
            self.starts(task).into_iter().map(|start| vec![(task, start, crew.clone())]).collect();
        let starts = self.starts(task);
        let duration = self.problem.tasks[task].duration;
        for place in 0..crew.len() {
            for (person, agenda) in self.agendas.iter().enumerate() {
                let Some(other) = self.with(task, place, person) else { continue };
                let idle = [start].into_iter().chain(starts.iter().copied());
                let idle = idle.filter(|&start| agenda.is_idle(start, start + duration));
                steps.extend(idle.map(|start| vec![(task, start, other.clone())]));
                steps.extend(self.change_of_hands(task, place, person));
            }
        }
        steps
    }

    /// Starts about where the task lies: near, at the beginning of weeks, and where its links let it.
    fn starts(&self, task: usize) -> Vec<Time> {
        let Some((start, end)) = self.schedule.start[task].zip(self.schedule.end[task]) else {
            return Vec::new();
        };
        let (mut first, mut last) = (0, self.end - (end - start));
        for link in self.links[task].iter().map(|&place| &self.problem.links[place]) {
            let other = if link.before == task { link.after } else { link.before };
            let times = |times: &[Option<Time>]| times.get(other).copied().flatten();
            let Some((from, until)) = times(&self.schedule.start).zip(times(&self.schedule.end)) else {
                continue;
            };
            match (link.kind, link.before == task) {
                (LinkKind::FinishStart, true) => last = last.min(from - link.lag - (end - start)),
                (LinkKind::FinishStart, false) => first = first.max(until + link.lag),
                (LinkKind::StartStart, true) => last = last.min(from - link.lag),
                (LinkKind::StartStart, false) => first = first.max(from + link.lag),
                (LinkKind::FinishFinish, _) => {}
            }
        }
        let step = ((last - first) / STARTS).max(1);
        let mut starts: Vec<Time> = (first..=last).step_by(step as usize).collect();
        starts.extend(
            (first / self.week + 1..)
                .map(|week| week * self.week)
                .take_while(|&time| time <= last)
                .take(STARTS as usize),
        );
        starts.extend([start - 1, start + 1, last]);
        starts.retain(|&one| (first..=last).contains(&one) && one != start);
        starts.sort_unstable();
        starts.dedup();
        starts
    }

    /// The crew of a task with another person at a place, if those can do it and nobody is lost whom the
    /// task wants.
    fn with(&self, task: usize, place: usize, person: usize) -> Option<Crew> {
        let declared = &self.problem.tasks[task];
        let (old, skill) = *self.schedule.people[task].get(place)?;
        let skill = skill.filter(|&skill| self.problem.people[person].has(skill, 0))?;
        let mut crew = self.schedule.people[task].clone();
        let is_wanted = |person: usize| declared.preferred.contains(&person);
        let is_lost = declared.pinned.contains(&old) || is_wanted(old) && !is_wanted(person);
        if is_lost || crew.iter().any(|one| one.0 == person) {
            return None;
        }
        crew[place].0 = person;
        let able = |level: u32| {
            let gives = |&&(one, gives): &&(usize, Option<usize>)| {
                gives == Some(skill) && self.problem.people.get(one).is_some_and(|one| one.has(skill, level))
            };
            crew.iter().filter(gives).count() as u32
        };
        let demands = || declared.skills.iter().filter(|demand| demand.skill == skill);
        let is_met = demands().all(|demand| {
            let needed = demands().filter(|one| one.level >= demand.level).map(|one| one.people).sum();
            able(demand.level) >= needed
        });
        is_met.then_some(crew)
    }

    /// Each of two people does what the other was to do at that time.
    fn change_of_hands(&self, task: usize, place: usize, person: usize) -> Option<Vec<Step>> {
        let (start, end) = self.schedule.start[task].zip(self.schedule.end[task])?;
        let times = |task: usize| self.schedule.start[task].zip(self.schedule.end[task]);
        let is_meanwhile = |&&task: &&usize| times(task).is_some_and(|one| one.0 < end && start < one.1);
        let mut theirs = self.duties[person].iter().filter(is_meanwhile);
        let (Some(&other), None) = (theirs.next(), theirs.next()) else { return None };
        if self.is_fixed[other] {
            return None;
        }
        let begun = self.schedule.start[other]?;
        let at = self.schedule.people[other].iter().position(|one| one.0 == person)?;
        let (first, second) =
            (self.with(task, place, person)?, self.with(other, at, self.schedule.people[task][place].0)?);
        Some(vec![(task, start, first), (other, begun, second)])
    }
}
