//! Sixteen runs at once in which everybody keeps to a given order.
//!
//! With the order given, the times are a longest path: the same steps for every run, which processors
//! do for several runs at a time.

use super::{
    calendar::{Course, all_there, course},
    chains::{By, Cause, Chains, NONE, Trail},
    estimate::work,
    model::{Block, Model},
    normal::{LANES, Lanes},
    order::{PartialOrder, Side, Wait},
    runs::{Rows, Runner},
};

/// Times of a task in the runs of a block.
#[derive(Debug, Clone, Copy)]
struct Times {
    start: Lanes,
    work_end: Lanes,
    end: Lanes,
    /// After all links let it start.
    ready: Lanes,
    /// What the start and the end waited for, as places among the waits.
    start_by: [u32; LANES],
    end_by: [u32; LANES],
}

const UNKNOWN: Times = Times {
    start: [0.0; LANES],
    work_end: [0.0; LANES],
    end: [0.0; LANES],
    ready: [0.0; LANES],
    start_by: [NONE; LANES],
    end_by: [NONE; LANES],
};

/// The runs of a block.
#[derive(Debug)]
pub(super) struct Follower<'model> {
    model: &'model Model<'model>,
    order: &'model PartialOrder,
    block: Block,
    times: Vec<Times>,
    project_last: Vec<[u32; LANES]>,
    chains: Chains,
}

impl<'model> Follower<'model> {
    pub(super) fn new(model: &'model Model<'model>, order: &'model PartialOrder) -> Self {
        let problem = model.problem;
        let (tasks, projects) = (model.tasks.len(), problem.projects.len());
        let (people, skills, resources) = (model.people.len(), problem.skills.len(), problem.resources.len());
        Self {
            model,
            order,
            block: Block::default(),
            times: vec![UNKNOWN; tasks],
            project_last: vec![[NONE; LANES]; projects],
            chains: Chains::new(tasks, projects, people, skills, resources),
        }
    }

    /// The work of a task in each run.
    fn work(&self, task: usize) -> Lanes {
        let mut luck = self.block.tasks[task];
        let crew = &self.order.crews[task];
        let scale = 1.0 / (crew.len() as f32).sqrt();
        for &person in crew {
            for (luck, shared) in luck.iter_mut().zip(&self.block.people[person as usize]) {
                *luck += shared * scale;
            }
        }
        luck.map(|luck| work(&self.model.tables[task], luck))
    }

    /// The times of a task, those of all that it waits for being known.
    fn task(&mut self, task: usize, work: &Lanes) {
        let mut times = Times { start: [self.model.release[task]; LANES], ..UNKNOWN };
        times.ready = times.start;
        let waits = self.order.first[task]..self.order.first[task + 1];
        for place in waits.clone() {
            let wait = &self.order.waits[place as usize];
            if wait.holds_end {
                continue;
            }
            let from = self.lanes(wait);
            latest(&mut times.start, &mut times.start_by, &from, wait.lag, place);
            if matches!(wait.cause.by, By::Start | By::End) {
                times.ready = times.start;
            }
        }
        if self.order.rests[task] {
            self.rest(task, work, &mut times);
        } else {
            times.work_end = std::array::from_fn(|lane| times.start[lane] + work[lane]);
        }
        times.end = times.work_end;
        for place in waits {
            let wait = &self.order.waits[place as usize];
            if wait.holds_end {
                let from = self.lanes(wait);
                latest(&mut times.end, &mut times.end_by, &from, wait.lag, place);
            }
        }
        self.times[task] = times;
    }

    #[inline]
    fn lanes(&self, wait: &Wait) -> Lanes {
        let Some(times) = self.times.get(wait.cause.from as usize) else { return [0.0; LANES] };
        match wait.side {
            Side::Start => times.start,
            Side::WorkEnd => times.work_end,
            Side::End => times.end,
        }
    }

    /// The same where someone of the crew may be absent.
    fn rest(&self, task: usize, work: &Lanes, times: &mut Times) {
        let (calendars, crew) = (&self.model.calendars, &self.order.crews[task]);
        for (lane, &work) in work.iter().enumerate() {
            let at = times.start[lane];
            let start = if at < f32::INFINITY { all_there(calendars, crew, at) } else { None };
            if start != Some(at) {
                times.start_by[lane] = NONE;
            }
            times.start[lane] = start.unwrap_or(f32::INFINITY);
            times.work_end[lane] = match start.map(|start| course(calendars, crew, start, work)) {
                Some(Course::Done(end)) => end,
                _ => f32::INFINITY,
            };
        }
    }

    fn pay(&self, task: usize, work: &Lanes, end: &Lanes, cost: &mut Lanes) {
        let Some(rates) = &self.model.rates else { return };
        let rate: f32 = self.order.crews[task].iter().map(|&person| rates[person as usize]).sum();
        for ((cost, end), work) in cost.iter_mut().zip(end).zip(work) {
            *cost += if *end < f32::INFINITY { rate * work } else { 0.0 };
        }
    }
}

/// Puts a time off until another, and notes by what.
#[inline]
fn latest(time: &mut Lanes, by: &mut [u32; LANES], from: &Lanes, lag: f32, place: u32) {
    for lane in 0..LANES {
        let at = from[lane] + lag;
        let is_later = at > time[lane];
        time[lane] = if is_later { at } else { time[lane] };
        by[lane] = if is_later { place } else { by[lane] };
    }
}

impl Runner for Follower<'_> {
    fn block(&mut self, first: usize, lanes: usize, rows: &mut Rows<'_>) {
        let mut block = std::mem::take(&mut self.block);
        self.model.draw(first, &mut block);
        self.block = block;
        rows.projects.fill([0.0; LANES]);
        rows.costs.fill([0.0; LANES]);
        self.project_last.fill([NONE; LANES]);
        for index in 0..self.order.order.len() {
            let task = self.order.order[index] as usize;
            let work = self.work(task);
            self.task(task, &work);
            let end = self.times[task].end;
            rows.tasks[task] = end;
            let project = self.model.project[task] as usize;
            self.pay(task, &work, &end, &mut rows.costs[project]);
            let (latest, last) = (&mut rows.projects[project], &mut self.project_last[project]);
            for lane in 0..LANES {
                let is_later = end[lane] >= latest[lane];
                latest[lane] = if is_later { end[lane] } else { latest[lane] };
                last[lane] = if is_later { task as u32 } else { last[lane] };
            }
        }
        let mut chains = std::mem::replace(&mut self.chains, Chains::new(0, 0, 0, 0, 0));
        for lane in 0..lanes {
            chains.begin();
            for (project, last) in self.project_last.iter().enumerate() {
                if last[lane] != NONE && rows.projects[project][lane] < f32::INFINITY {
                    chains.follow(project, last[lane], &Lane { of: self, lane });
                }
            }
        }
        self.chains = chains;
    }

    fn into_chains(self: Box<Self>) -> Chains {
        self.chains
    }
}

/// One run of the block.
struct Lane<'run> {
    of: &'run Follower<'run>,
    lane: usize,
}

impl Lane<'_> {
    fn cause(&self, place: u32) -> Option<Cause> {
        self.of.order.waits.get(place as usize).map(|wait| wait.cause)
    }
}

impl Trail for Lane<'_> {
    fn start(&self, task: u32) -> Cause {
        self.cause(self.of.times[task as usize].start_by[self.lane]).unwrap_or(Cause::NOTHING)
    }

    fn end(&self, task: u32) -> Option<Cause> {
        self.cause(self.of.times[task as usize].end_by[self.lane])
    }

    fn waited(&self, task: u32) -> f32 {
        let times = &self.of.times[task as usize];
        times.start[self.lane] - times.ready[self.lane]
    }
}
