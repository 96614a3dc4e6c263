//! Who waits for whom when everybody keeps to a given order.
//!
//! Tasks of a person follow each other, and so do tasks that hand a unit of a resource on. Both are
//! known before the runs, and then nothing of the schedule is needed but its links.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{
    calendar::Calendar,
    chains::{By, Cause, NONE},
    model::{Model, State},
};
use crate::plan::{LinkKind, Problem, Schedule, Time};

/// Which time of a task another waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Start,
    WorkEnd,
    End,
}

/// What a task waits for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wait {
    pub(super) to: u32,
    pub(super) side: Side,
    pub(super) lag: f32,
    /// Whether it is the end that waits.
    pub(super) holds_end: bool,
    pub(super) cause: Cause,
}

/// A schedule without its times: who does what, and in which order.
#[derive(Debug)]
pub(super) struct PartialOrder {
    pub(super) waits: Vec<Wait>,
    pub(super) first: Vec<u32>,
    /// The tasks, each behind all that it waits for.
    pub(super) order: Vec<u32>,
    /// The people of each task, by their places in the model.
    pub(super) crews: Vec<Vec<u32>>,
    /// When someone of them is absent.
    pub(super) away: Vec<Calendar>,
}

/// The tasks that a schedule has, by its times. What it puts down comes after what it is put down for.
pub(super) fn list(schedule: &Schedule) -> Vec<usize> {
    let mut list: Vec<usize> = (0..schedule.start.len()).collect();
    let end = |task: usize| schedule.end.get(task).copied().flatten();
    let last_start = |task: usize| schedule.pauses(task).last().map(|&(_, up)| up).or(schedule.start[task]);
    list.sort_by_key(|&task| (last_start(task), end(task)));
    list
}

/// Pairs of tasks of a schedule: one, and another that is put down for it.
pub(super) fn calls(problem: &Problem, schedule: &Schedule) -> Vec<(usize, usize)> {
    let mut calls = Vec::new();
    let is_put_down = |task: &usize| !schedule.pauses(*task).is_empty();
    for held in (0..schedule.start.len()).filter(is_put_down).filter(|_| problem.interruption.is_some()) {
        let Some(&[(person, _)]) = schedule.people.get(held).map(Vec::as_slice) else { continue };
        for (other, start) in schedule.start.iter().enumerate() {
            let is_theirs = || schedule.people[other].iter().any(|&(one, _)| one == person);
            let is_in =
                |start: &Time| schedule.pauses(held).iter().any(|(down, up)| (down..up).contains(&start));
            if start.as_ref().is_some_and(is_in) && is_theirs() {
                calls.push((other, held));
            }
        }
    }
    calls
}

/// The planned tasks in the order in which they begin, but each before those that are put down for it.
pub(super) fn planned(schedule: &Schedule, calls: &[(usize, usize)]) -> Vec<usize> {
    let start = |task: usize| schedule.start.get(task).copied().flatten();
    let mut list: Vec<usize> = (0..schedule.start.len()).filter(|&task| start(task).is_some()).collect();
    list.sort_by_key(|&task| (start(task), task));
    for &(other, held) in calls {
        let place = |task: usize| list.iter().position(|&one| one == task);
        if let (Some(from), Some(to)) = (place(other), place(held))
            && from > to
        {
            list.remove(from);
            list.insert(to, other);
        }
    }
    list
}

impl PartialOrder {
    /// The order that a schedule gives the tasks of a model, or the tasks that cannot be put into one.
    pub(super) fn of(model: &Model<'_>, schedule: &Schedule) -> Result<Self, Vec<usize>> {
        let count = model.tasks.len();
        let mut waits: Vec<Wait> = model
            .arcs
            .iter()
            .map(|arc| {
                let side = if arc.kind == LinkKind::StartStart { Side::Start } else { Side::End };
                let by = if side == Side::Start { By::Start } else { By::End };
                let holds_end = arc.kind == LinkKind::FinishFinish;
                Wait { to: arc.to, side, lag: arc.lag, holds_end, cause: Cause { from: arc.from, by } }
            })
            .collect();
        // A lead counts from an end that is foreseen once the task has begun, and not before.
        for arc in model.arcs.iter().filter(|arc| arc.kind == LinkKind::FinishStart && arc.lag < 0.0) {
            let cause = Cause { from: arc.from, by: By::Start };
            waits.push(Wait { to: arc.to, side: Side::Start, lag: 0.0, holds_end: false, cause });
        }
        let skills = crews(model, schedule);
        follow_people(model, &skills, &mut waits);
        follow_resources(model, schedule, &mut waits);
        // Links come before people and resources, so that of two causes at the same time a link is named.
        waits.sort_by_key(|wait| wait.to);
        let mut first = vec![0; count + 1];
        for wait in &waits {
            first[wait.to as usize + 1] += 1;
        }
        for task in 0..count {
            first[task + 1] += first[task];
        }
        let order = sorted(count, &waits)?;
        let crews: Vec<Vec<u32>> =
            skills.iter().map(|crew| crew.iter().map(|&(person, _)| person).collect()).collect();
        let away =
            |crew: &Vec<u32>| Calendar::of_any(crew.iter().map(|&person| &model.calendars[person as usize]));
        let away = crews.iter().map(away).collect();
        Ok(Self { waits, first, order, crews, away })
    }
}

/// Who does each task, by their places in the model, and with which skill.
fn crews(model: &Model<'_>, schedule: &Schedule) -> Vec<Vec<(u32, u32)>> {
    let mut rank = vec![0_u32; model.people.len()];
    for (place, &person) in model.people.iter().enumerate() {
        rank[person] = place as u32;
    }
    let of_task = |place: usize| {
        let mut crew: Vec<(u32, u32)> = Vec::new();
        let declared = schedule.people.get(model.tasks[place]).map_or(&[][..], |crew| crew);
        for &(person, skill) in declared.iter().filter(|_| model.state[place] != State::Done) {
            let Some(&person) = rank.get(person) else { continue };
            if crew.iter().all(|&(other, _)| other != person) {
                crew.push((person, skill.map_or(NONE, |skill| skill as u32)));
            }
        }
        crew
    };
    (0..model.tasks.len()).map(of_task).collect()
}

/// Each task of a person follows the one before.
fn follow_people(model: &Model<'_>, crews: &[Vec<(u32, u32)>], waits: &mut Vec<Wait>) {
    let mut last = vec![NONE; model.people.len()];
    for (to, crew) in crews.iter().enumerate() {
        for &(person, skill) in crew {
            let from = std::mem::replace(&mut last[person as usize], to as u32);
            if from != NONE {
                let cause = Cause { from, by: By::Person { person, skill } };
                waits.push(Wait { to: to as u32, side: Side::WorkEnd, lag: 0.0, holds_end: false, cause });
            }
        }
    }
}

/// Each task takes its units of a resource from those that were planned to have done with them first.
/// Units that come later are waited for; that units go is not minded by tasks planned before.
fn follow_resources(model: &Model<'_>, schedule: &Schedule, waits: &mut Vec<Wait>) {
    for (index, resource) in model.problem.resources.iter().enumerate() {
        // Units by the time at which they were planned to be free, and who has them then.
        let mut units: BinaryHeap<Reverse<(i32, u32, u32)>> = BinaryHeap::new();
        units.push(Reverse((i32::MIN, NONE, resource.capacity)));
        let mut most = resource.capacity;
        for &(time, capacity) in &resource.changes {
            if capacity > most {
                units.push(Reverse((time, NONE, capacity - most)));
                most = capacity;
            }
        }
        for (to, &task) in model.tasks.iter().enumerate() {
            let demands = model.problem.tasks[task].demands.iter().filter(|demand| demand.resource == index);
            let mut open = demands.fold(0_u32, |sum, demand| sum.saturating_add(demand.amount));
            let end = schedule.end.get(task).copied().flatten().unwrap_or(0);
            if open == 0 || model.state[to] == State::Done {
                continue;
            }
            let needed = open;
            while open > 0 {
                let Some(Reverse((free, from, amount))) = units.pop() else { break };
                let taken = amount.min(open);
                open -= taken;
                if taken < amount {
                    units.push(Reverse((free, from, amount - taken)));
                }
                let lag = if from == NONE { free.max(0) as f32 } else { 0.0 };
                let cause = Cause { from, by: By::Resource(index as u32) };
                if from != NONE || lag > 0.0 {
                    waits.push(Wait { to: to as u32, side: Side::WorkEnd, lag, holds_end: false, cause });
                }
            }
            units.push(Reverse((end, to as u32, needed - open)));
        }
    }
}

/// The tasks, each behind all that it waits for (Kahn 1962), or those that are in a circle or behind one.
fn sorted(count: usize, waits: &[Wait]) -> Result<Vec<u32>, Vec<usize>> {
    let mut missing = vec![0_u32; count];
    let mut after = vec![Vec::new(); count];
    for wait in waits.iter().filter(|wait| wait.cause.from != NONE) {
        missing[wait.to as usize] += 1;
        after[wait.cause.from as usize].push(wait.to);
    }
    let mut order: Vec<u32> = (0..count as u32).filter(|&task| missing[task as usize] == 0).collect();
    let mut next = 0;
    while let Some(&task) = order.get(next) {
        next += 1;
        for &to in &after[task as usize] {
            missing[to as usize] -= 1;
            if missing[to as usize] == 0 {
                order.push(to);
            }
        }
    }
    if order.len() == count { Ok(order) } else { Err((0..count).filter(|&task| missing[task] > 0).collect()) }
}
