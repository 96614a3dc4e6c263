//! The same simulation again, written plainly: at every moment everything is looked at anew.
//!
//! The order of tasks and people and the luck are taken from the model; what happens in a run is not.

use super::{
    estimate::work,
    model::{Block, Model, State},
};
use crate::plan::{Link, LinkKind, Matching, Task};

const FOREVER: i32 = 100_000_000;

#[derive(Debug, Clone, Default)]
struct Status {
    is_ready: bool,
    first_start: Option<f32>,
    /// While it runs: when it stops, and what is left then.
    running: Option<(f32, f32)>,
    left: Option<f32>,
    /// When it began to run, and what was left then.
    began: Option<(f32, f32)>,
    /// The evening on which those who are on what is put down for it are called.
    call: Option<f32>,
    /// When its work was first seen to be going to end (leads count from it).
    foreseen: Option<f32>,
    work_end: Option<f32>,
    end: Option<f32>,
    crew: Vec<usize>,
}

pub(super) struct Reference<'model> {
    model: &'model Model<'model>,
    block: &'model Block,
    lane: usize,
    status: Vec<Status>,
}

/// The end of each task of the model in one run.
pub(super) fn ends(model: &Model<'_>, block: &Block, lane: usize) -> Vec<f32> {
    let mut reference = Reference { model, block, lane, status: vec![Status::default(); model.tasks.len()] };
    let mut time = 0.0;
    loop {
        while reference.settle(time, true) {
            reference.dispatch(time);
        }
        reference.dispatch(time);
        if reference.settle(time, true) || reference.status.iter().any(|one| one.call == Some(time)) {
            reference.dispatch(time);
            continue;
        }
        match reference.next_moment(time) {
            Some(next) => time = next,
            None => return reference.status.iter().map(|one| one.end.unwrap_or(f32::INFINITY)).collect(),
        }
    }
}

impl Reference<'_> {
    fn task(&self, place: usize) -> &Task {
        &self.model.problem.tasks[self.model.tasks[place]]
    }

    fn needs_nothing(&self, place: usize) -> bool {
        let task = self.task(place);
        self.model.state[place] == State::Done
            || task.pinned.is_empty()
                && task.skills.iter().all(|demand| demand.people == 0)
                && task.demands.iter().all(|demand| demand.amount == 0)
    }

    fn links_into(&self, place: usize) -> impl Iterator<Item = (&Link, usize)> {
        let model = self.model;
        model.problem.links.iter().filter(move |link| link.after == model.tasks[place]).filter_map(
            move |link| {
                let from = model.tasks.iter().position(|&task| task == link.before)?;
                let holds = match model.state[place] {
                    State::Open => true,
                    State::Begun => link.kind == LinkKind::FinishFinish,
                    State::Done => false,
                };
                holds.then_some((link, from))
            },
        )
    }

    /// When the links and the date let a task start; none while that is not known.
    fn may_start(&self, place: usize) -> Option<f32> {
        let mut at = self.model.release[place];
        for (link, from) in self.links_into(place).filter(|(link, _)| link.kind != LinkKind::FinishFinish) {
            let before = &self.status[from];
            let lag = link.lag as f32;
            at = at.max(match link.kind {
                LinkKind::StartStart => before.first_start? + lag,
                _ if lag < 0.0 => before.foreseen? + lag,
                _ => before.end? + lag,
            });
        }
        Some(at)
    }

    /// The same of its end.
    fn may_end(&self, place: usize) -> Option<f32> {
        let mut at = 0.0_f32;
        for (link, from) in self.links_into(place).filter(|(link, _)| link.kind == LinkKind::FinishFinish) {
            at = at.max(self.status[from].end? + link.lag as f32);
        }
        Some(at)
    }

    /// Lets happen what happens at a moment; with `all` what takes people or waits for other ends too.
    fn settle(&mut self, time: f32, all: bool) -> bool {
        let mut has_changed = false;
        loop {
            let before = has_changed;
            has_changed = false;
            for place in 0..self.status.len() {
                has_changed |= self.settle_task(place, time, all);
            }
            if !has_changed {
                return before;
            }
        }
    }

    fn settle_task(&mut self, place: usize, time: f32, all: bool) -> bool {
        let nothing = self.needs_nothing(place);
        let status = self.status[place].clone();
        if let Some((at, left)) = status.running {
            let is_instant = nothing && status.first_start == Some(time);
            if at <= time && (all || is_instant) {
                let status = &mut self.status[place];
                status.running = None;
                status.crew.clear();
                if left > 0.0 {
                    status.left = Some(left);
                    self.get_ready(place, time);
                } else {
                    status.work_end = Some(at);
                    if !all && self.may_end(place).is_some_and(|end| end <= time) {
                        self.status[place].end = Some(time);
                    }
                }
                return true;
            }
            return false;
        }
        if status.work_end.is_some() {
            let may_end = status.end.is_none() && self.may_end(place).is_some_and(|end| end <= time);
            if may_end && all {
                self.status[place].end = Some(time);
            }
            return may_end && all;
        }
        if status.is_ready {
            return false;
        }
        if self.may_start(place).is_some_and(|at| at <= time) {
            self.get_ready(place, time);
            if nothing {
                self.start(place, Vec::new(), time);
            }
            return true;
        }
        false
    }

    fn get_ready(&mut self, place: usize, time: f32) {
        let is_called = self.model.calls.get(place).is_some_and(|held| !held.is_empty());
        let status = &mut self.status[place];
        status.is_ready = true;
        status.call = if is_called { Some(self.model.evening(time)) } else { status.call };
    }

    /// In the evening, whoever is on something that is put down for a task that waits is called off it.
    fn call(&mut self, time: f32) {
        for place in 0..self.status.len() {
            if self.status[place].call != Some(time) {
                continue;
            }
            self.status[place].call = None;
            if !self.status[place].is_ready || self.crew(place, time).is_some() {
                continue;
            }
            let rule = self.model.problem.interruption.unwrap();
            let (mut held, mut back) = (Vec::new(), None::<i32>);
            for &other in &self.model.calls[place] {
                let status = &self.status[other as usize];
                let (Some((until, rest)), Some((began, mut left))) = (status.running, status.began) else {
                    continue;
                };
                if until <= time || until == f32::MAX || rest > 0.0 {
                    continue;
                }
                let person = status.crew[0];
                let absences = &self.model.problem.people[person].absences;
                if !self.is_there(person, time) {
                    let mut returns = absences.iter().map(|one| one.1).filter(|&one| one as f32 > time);
                    let returns = returns.by_ref().filter(|&one| self.is_there(person, one as f32)).min();
                    back = [back, returns].into_iter().flatten().min();
                    continue;
                }
                let mut edges: Vec<i32> = absences.iter().flat_map(|&(from, until)| [from, until]).collect();
                edges.retain(|&edge| began < edge as f32 && (edge as f32) < time);
                edges.sort_unstable();
                let mut from = began;
                for until in edges.into_iter().map(|edge| edge as f32).chain([time]) {
                    left -= if self.is_there(person, from) { until - from } else { 0.0 };
                    from = until;
                }
                if left >= rule.day as f32 {
                    held.push((other as usize, left));
                }
            }
            let before = self.status.clone();
            for &(other, left) in &held {
                self.status[other].running = None;
                self.status[other].crew.clear();
                let is_new = self.status[other].began.is_some_and(|(_, work)| work == left);
                self.status[other].left = Some(left + if is_new { 0.0 } else { rule.cost as f32 });
            }
            if held.is_empty() || self.crew(place, time).is_none() {
                self.status = before;
                self.status[place].call = back.map(|back| self.model.evening(back as f32));
                continue;
            }
            held.into_iter().for_each(|(other, _)| self.get_ready(other, time));
        }
    }

    fn dispatch(&mut self, time: f32) {
        self.call(time);
        'again: loop {
            for place in 0..self.status.len() {
                if !self.status[place].is_ready {
                    continue;
                }
                if let Some(crew) = self.crew(place, time) {
                    self.start(place, crew, time);
                    self.settle(time, false);
                    continue 'again;
                }
            }
            return;
        }
    }

    fn is_there(&self, person: usize, time: f32) -> bool {
        let absences = &self.model.problem.people[person].absences;
        !absences
            .iter()
            .any(|&(from, until)| from as f32 <= time && (time < until as f32 || until >= FOREVER))
    }

    fn crew(&self, place: usize, time: f32) -> Option<Vec<usize>> {
        let task = self.task(place);
        for demand in &task.demands {
            let resource = &self.model.problem.resources[demand.resource];
            let last = resource
                .changes
                .iter()
                .filter(|change| change.0 as f32 <= time)
                .max_by_key(|change| change.0);
            let capacity = i64::from(last.map_or(resource.capacity, |change| change.1));
            let of = |place: usize| {
                let demands = self.task(place).demands.iter().filter(|one| one.resource == demand.resource);
                demands.map(|one| i64::from(one.amount)).sum::<i64>()
            };
            let used: i64 =
                (0..self.status.len()).filter(|&other| self.status[other].running.is_some()).map(of).sum();
            if of(place) > 0 && capacity - used < of(place) {
                return None;
            }
        }
        let is_free = |person: &usize| {
            self.is_there(*person, time) && self.status.iter().all(|status| !status.crew.contains(person))
        };
        if !task.pinned.iter().all(is_free) {
            return None;
        }
        let preferred = self.model.people.iter().filter(|person| task.preferred.contains(person));
        let order: Vec<usize> =
            task.pinned.iter().chain(preferred).chain(&self.model.people).copied().filter(is_free).collect();
        let found = Matching::default().people(self.model.problem, task, &order)?;
        Some(found.into_iter().map(|(person, _)| person).collect())
    }

    fn start(&mut self, place: usize, crew: Vec<usize>, time: f32) {
        let luck_of = |person: &usize| {
            let rank = self.model.people.iter().position(|other| other == person).unwrap();
            self.block.people[rank][self.lane]
        };
        let own = self.block.tasks[place][self.lane];
        let luck = match &*crew {
            [] => own,
            [one] => own + luck_of(one),
            crew => own + crew.iter().map(luck_of).sum::<f32>() / (crew.len() as f32).sqrt(),
        };
        let left = self.status[place].left.unwrap_or_else(|| work(self.model.table(place), luck));
        let (stops, rest) = self.course(&crew, time, left);
        let status = &mut self.status[place];
        status.is_ready = false;
        status.crew = crew;
        status.began = Some((time, left));
        status.running = (stops < f32::INFINITY).then_some((stops, rest));
        if stops == f32::INFINITY {
            status.running = Some((f32::MAX, 0.0));
        }
        status.first_start.get_or_insert(time);
        if rest == 0.0 {
            status.foreseen.get_or_insert(stops);
        }
    }

    /// When work stops, and what is left then because someone has left.
    fn course(&self, crew: &[usize], start: f32, mut left: f32) -> (f32, f32) {
        let mut edges: Vec<i32> = Vec::new();
        for &person in crew {
            for &(from, until) in &self.model.problem.people[person].absences {
                edges.extend([from, until]);
            }
        }
        edges.sort_unstable();
        let mut time = start;
        for edge in edges.into_iter().filter(|&edge| edge as f32 > start) {
            if crew.iter().all(|&person| self.is_there(person, time)) {
                if left <= edge as f32 - time {
                    return (time + left, 0.0);
                }
                left -= edge as f32 - time;
            }
            time = edge as f32;
            let has_left = |&person: &usize| {
                let absences = &self.model.problem.people[person].absences;
                let later = absences.iter().flat_map(|&(from, until)| [from, until]).chain([edge]);
                later.filter(|&at| at >= edge).all(|at| !self.is_there(person, at as f32))
            };
            if crew.iter().any(has_left) {
                return (time, left);
            }
        }
        (time + left, 0.0)
    }

    /// The next moment at which anything may happen.
    fn next_moment(&self, time: f32) -> Option<f32> {
        let problem = self.model.problem;
        let mut moments: Vec<f32> = Vec::new();
        for (place, status) in self.status.iter().enumerate() {
            moments.extend(status.running.map(|(at, _)| at).filter(|&at| at < f32::MAX));
            moments.extend(if status.is_ready || status.first_start.is_some() {
                None
            } else {
                self.may_start(place)
            });
            moments.extend(if status.work_end.is_some() && status.end.is_none() {
                self.may_end(place)
            } else {
                None
            });
        }
        moments.extend(self.status.iter().filter_map(|status| status.call));
        let absences = problem.people.iter().flat_map(|person| &person.absences);
        moments.extend(
            absences.map(|&(_, until)| until).filter(|&until| until < FOREVER).map(|time| time as f32),
        );
        moments.extend(problem.resources.iter().flat_map(|one| &one.changes).map(|&(time, _)| time as f32));
        moments.into_iter().filter(|&at| at > time).min_by(f32::total_cmp)
    }
}
