//! What resources allow: the timetable of what tasks must use, and pairs of tasks that exclude each other.

use super::engine::{Conflict, Engine, Literal};
use crate::plan::{network::Network, problem::Time};

/// One resource: who uses how much of how much.
#[derive(Debug)]
struct Timetable {
    capacity: i64,
    users: Vec<(u32, i64)>,
    is_due: bool,
}

#[derive(Debug)]
pub(crate) struct Resources {
    timetables: Vec<Timetable>,
    /// Of each task, the resources it uses.
    used: Vec<Vec<u32>>,
    /// Of each task, those that cannot run beside it.
    excluded: Vec<Vec<u32>>,
    height: Vec<i64>,
    reasons: Vec<Literal>,
    changed: Vec<u32>,
    is_changed: Vec<bool>,
}

impl Resources {
    pub(crate) fn new(network: &Network, demands: &[Vec<u32>], capacity: &[u32], horizon: Time) -> Self {
        let tasks = network.tasks();
        let uses = |task: usize, resource: usize| {
            if network.duration[task] > 0 { i64::from(demands[task][resource]) } else { 0 }
        };
        let timetable = |(resource, &capacity): (usize, &u32)| {
            let users =
                (0..tasks).map(|task| (task as u32, uses(task, resource))).filter(|&(_, amount)| amount > 0);
            Timetable { capacity: i64::from(capacity), users: users.collect(), is_due: true }
        };
        let timetables: Vec<Timetable> = capacity.iter().enumerate().map(timetable).collect();
        let mut used = vec![Vec::new(); tasks];
        let mut excluded = vec![Vec::new(); tasks];
        for (resource, timetable) in timetables.iter().enumerate() {
            for &(task, amount) in &timetable.users {
                used[task as usize].push(resource as u32);
                let others = timetable
                    .users
                    .iter()
                    .filter(|&&(other, of_it)| other != task && amount + of_it > timetable.capacity);
                excluded[task as usize].extend(others.map(|&(other, _)| other));
            }
        }
        for others in &mut excluded {
            others.sort_unstable();
            others.dedup();
        }
        Self {
            timetables,
            used,
            excluded,
            height: vec![0; horizon.max(0) as usize + 2],
            reasons: Vec::new(),
            changed: Vec::new(),
            is_changed: vec![false; tasks],
        }
    }

    /// Draws conclusions once; true if a bound has changed.
    pub(crate) fn propagate(&mut self, network: &Network, engine: &mut Engine) -> Result<bool, Conflict> {
        let (changed, is_changed) = (&mut self.changed, &mut self.is_changed);
        engine.take_changes(|task| {
            if !std::mem::replace(&mut is_changed[task as usize], true) {
                changed.push(task);
            }
        });
        for &task in &*changed {
            is_changed[task as usize] = false;
            for &resource in &self.used[task as usize] {
                self.timetables[resource as usize].is_due = true;
            }
        }
        let changed = std::mem::take(&mut self.changed);
        let mut found = Ok(false);
        for &task in &changed {
            for index in 0..self.excluded[task as usize].len() {
                let other = self.excluded[task as usize][index];
                for (one, two) in [(task, other), (other, task)] {
                    match order(network, engine, one, two) {
                        Ok(is_new) => found = found.map(|found| found || is_new),
                        Err(conflict) => found = Err(conflict),
                    }
                    if found.is_err() {
                        break;
                    }
                }
            }
            if found.is_err() {
                break;
            }
        }
        self.changed = changed;
        self.changed.clear();
        if found? {
            return Ok(true);
        }
        for resource in 0..self.timetables.len() {
            if std::mem::take(&mut self.timetables[resource].is_due)
                && self.timetable(resource, network, engine)?
            {
                self.timetables[resource].is_due = true;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Timetable: where tasks run whatever is decided, others must leave them room. Reasons are those
    /// of one point in time, which are the most general (Schutt and others 2011).
    fn timetable(
        &mut self,
        resource: usize,
        network: &Network,
        engine: &mut Engine,
    ) -> Result<bool, Conflict> {
        let Self { timetables, height, reasons, .. } = self;
        let Timetable { capacity, users, .. } = &timetables[resource];
        height.fill(0);
        let sure = |engine: &Engine, task: u32| {
            (engine.upper(task), engine.lower(task) + network.duration[task as usize])
        };
        for &(task, amount) in users {
            let (from, until) = sure(engine, task);
            if from < until {
                height[from as usize] += amount;
                height[until as usize] -= amount;
            }
        }
        let (mut sum, mut most) = (0, 0);
        for (time, height) in height.iter_mut().enumerate() {
            sum += *height;
            *height = sum;
            most = most.max(sum);
            if sum > *capacity {
                explain(users, network, engine, time as Time, None, *capacity, reasons);
                return Err(engine.contradict(reasons));
            }
        }
        let mut is_new = false;
        for &(task, amount) in users {
            if most + amount <= *capacity || !engine.is_open(task) {
                continue;
            }
            let duration = network.duration[task as usize];
            let own = sure(engine, task);
            let is_full = |time: Time| {
                !(own.0..own.1).contains(&time)
                    && height.get(time as usize).is_some_and(|height| height + amount > *capacity)
            };
            loop {
                let start = engine.lower(task);
                let Some(full) = (start..start + duration).rev().find(|&time| is_full(time)) else { break };
                explain(users, network, engine, full, Some(task), *capacity - amount, reasons);
                reasons.push(Literal::at_least(task, full - duration + 1));
                engine.imply(Literal::at_least(task, full + 1), reasons)?;
                is_new = true;
            }
            loop {
                let start = engine.upper(task);
                let Some(full) = (start..start + duration).find(|&time| is_full(time)) else { break };
                explain(users, network, engine, full, Some(task), *capacity - amount, reasons);
                reasons.push(Literal::at_most(task, full));
                engine.imply(Literal::at_most(task, full - duration), reasons)?;
                is_new = true;
            }
        }
        Ok(is_new)
    }
}

/// Why more than so much is used at a time by others than a task.
fn explain(
    users: &[(u32, i64)],
    network: &Network,
    engine: &Engine,
    time: Time,
    except: Option<u32>,
    capacity: i64,
    reasons: &mut Vec<Literal>,
) {
    reasons.clear();
    let mut sum = 0;
    for &(task, amount) in users {
        let duration = network.duration[task as usize];
        let is_sure = engine.upper(task) <= time && time < engine.lower(task) + duration;
        if is_sure && Some(task) != except && sum <= capacity {
            sum += amount;
            reasons.push(Literal::at_least(task, time - duration + 1));
            reasons.push(Literal::at_most(task, time));
        }
    }
}

/// Of two tasks that exclude each other, where `two` cannot come before `one`, it comes after.
fn order(network: &Network, engine: &mut Engine, one: u32, two: u32) -> Result<bool, Conflict> {
    let (first, second) = (network.duration[one as usize], network.duration[two as usize]);
    let latest = engine.upper(one);
    if engine.lower(two) + second <= latest {
        return Ok(false);
    }
    // Not before: `two` starts too late to be done when `one` must start.
    let not_before = [Literal::at_least(two, latest - second + 1), Literal::at_most(one, latest)];
    let (earliest, last) = (engine.lower(one), engine.upper(two));
    let mut is_new = false;
    if engine.lower(two) < earliest + first {
        let reasons = [not_before[0], not_before[1], Literal::at_least(one, earliest)];
        engine.imply(Literal::at_least(two, earliest + first), &reasons)?;
        is_new = true;
    }
    if engine.upper(one) > last - first {
        let reasons = [not_before[0], not_before[1], Literal::at_most(two, last)];
        engine.imply(Literal::at_most(one, last - first), &reasons)?;
        is_new = true;
    }
    Ok(is_new)
}
