//! Sixteen runs at once in which everybody keeps to a given order.
//!
//! With the order given, the times are a longest path: the same steps for every run, which processors
//! do for several runs at a time.

use super::{
    chains::{By, Cause, Chains, NONE, Trail},
    estimate::works,
    model::{Block, Model},
    normal::{LANES, Lanes, all_bits},
    order::{PartialOrder, Side},
    runs::{Rows, Runner},
};

/// Rows of times of a task: its start, the end of its work, its end.
const SIDES: usize = 3;

/// What a task waits for, as a row of times.
#[derive(Debug, Clone, Copy)]
struct Step {
    row: u32,
    lag: f32,
    holds_end: bool,
    is_link: bool,
}

/// The runs of a block.
#[derive(Debug)]
pub(super) struct Follower<'model> {
    model: &'model Model<'model>,
    order: &'model PartialOrder,
    block: Block,
    /// By the place of a wait.
    steps: Vec<Step>,
    causes: Vec<Cause>,
    has_end_waits: bool,
    /// What a unit of a crew's time costs, and how much luck each of its people brings.
    rates: Vec<f32>,
    scales: Vec<f32>,
    /// Rows of each task; the last is time 0.
    times: Vec<Lanes>,
    /// Between what all links let start, and what started.
    waited: Vec<Lanes>,
    /// What the start and the end waited for, as places among the waits.
    start_by: Vec<[u32; LANES]>,
    end_by: Vec<[u32; LANES]>,
    project_last: Vec<[u32; LANES]>,
    chains: Chains,
}

impl<'model> Follower<'model> {
    pub(super) fn new(model: &'model Model<'model>, order: &'model PartialOrder) -> Self {
        let problem = model.problem;
        let (tasks, projects) = (model.tasks.len(), problem.projects.len());
        let (people, skills, resources) = (model.people.len(), problem.skills.len(), problem.resources.len());
        let steps = order.waits.iter().map(|wait| Step {
            row: match (wait.cause.from as usize, wait.side) {
                (from, _) if from >= tasks => SIDES * tasks,
                (from, Side::Start) => SIDES * from,
                (from, Side::WorkEnd) => SIDES * from + 1,
                (from, Side::End) => SIDES * from + 2,
            } as u32,
            lag: wait.lag,
            holds_end: wait.holds_end,
            is_link: matches!(wait.cause.by, By::Start | By::End),
        });
        let rate = |crew: &Vec<u32>| {
            model.rates.iter().flat_map(|rates| crew.iter().map(|&person| rates[person as usize])).sum()
        };
        Self {
            model,
            order,
            block: Block::default(),
            steps: steps.collect(),
            causes: order.waits.iter().map(|wait| wait.cause).collect(),
            has_end_waits: order.waits.iter().any(|wait| wait.holds_end),
            rates: order.crews.iter().map(rate).collect(),
            scales: order.crews.iter().map(|crew| 1.0 / (crew.len() as f32).sqrt()).collect(),
            times: vec![[0.0; LANES]; SIDES * tasks + 1],
            waited: vec![[0.0; LANES]; tasks],
            start_by: vec![[NONE; LANES]; tasks],
            end_by: vec![[NONE; LANES]; tasks],
            project_last: vec![[NONE; LANES]; projects],
            chains: Chains::new(tasks, projects, people, skills, resources),
        }
    }

    /// The work of a task in each run.
    fn work(&self, task: usize) -> Lanes {
        let mut luck = self.block.tasks[task];
        let scale = self.scales[task];
        for &person in &self.order.crews[task] {
            let shared = &self.block.people[person as usize];
            for lane in 0..LANES {
                luck[lane] += shared[lane] * scale;
            }
        }
        works(self.model.table(task), &luck)
    }

    /// The times of a task, those of all that it waits for being known.
    fn task(&mut self, task: usize, work: &Lanes) {
        let waits = self.order.first[task] as usize..self.order.first[task + 1] as usize;
        let (mut start, mut by) = ([self.model.release[task]; LANES], [NONE; LANES]);
        let mut ready = start;
        for (place, step) in waits.clone().zip(&self.steps[waits.clone()]).filter(|(_, step)| !step.holds_end)
        {
            latest(&mut start, &mut by, &self.times[step.row as usize], step.lag, place as u32);
            if step.is_link {
                ready = start;
            }
        }
        let away = &self.order.away[task];
        let work_end = if away.is_empty() {
            std::array::from_fn(|lane| start[lane] + work[lane])
        } else {
            away.courses(&mut start, &mut by, work)
        };
        for lane in 0..LANES {
            ready[lane] = start[lane] - ready[lane];
        }
        self.waited[task] = ready;
        self.start_by[task] = by;
        let mut end = work_end;
        if self.has_end_waits {
            let mut by = [NONE; LANES];
            for (place, step) in waits.clone().zip(&self.steps[waits]).filter(|(_, step)| step.holds_end) {
                latest(&mut end, &mut by, &self.times[step.row as usize], step.lag, place as u32);
            }
            self.end_by[task] = by;
        }
        let rows = &mut self.times[SIDES * task..SIDES * (task + 1)];
        (rows[0], rows[1], rows[2]) = (start, work_end, end);
    }
}

/// Puts a time off until another, and notes by what.
#[inline]
fn latest(time: &mut Lanes, by: &mut [u32; LANES], from: &Lanes, lag: f32, place: u32) {
    for lane in 0..LANES {
        let at = from[lane] + lag;
        let is_later = all_bits(at > time[lane]);
        time[lane] = if at > time[lane] { at } else { time[lane] };
        by[lane] = by[lane] & !is_later | place & is_later;
    }
}

impl Runner for Follower<'_> {
    fn block(&mut self, first: usize, lanes: usize, rows: &mut Rows<'_>) {
        self.model.draw(first, &mut self.block);
        rows.projects.fill([0.0; LANES]);
        rows.costs.fill([0.0; LANES]);
        self.project_last.fill([NONE; LANES]);
        for &task in &self.order.order {
            let task = task as usize;
            let work = self.work(task);
            self.task(task, &work);
            let end = self.times[SIDES * task + 2];
            rows.tasks[task] = end;
            let project = self.model.project[task] as usize;
            let (rate, mut cost) = (self.rates[task], rows.costs[project]);
            for lane in 0..LANES {
                cost[lane] += if end[lane] < f32::INFINITY { rate * work[lane] } else { 0.0 };
            }
            rows.costs[project] = cost;
            // Of several that end last, the one that comes last in the order.
            let (mut latest, mut last) = (rows.projects[project], self.project_last[project]);
            for lane in 0..LANES {
                let is_earlier = all_bits(end[lane] < latest[lane]);
                latest[lane] = if end[lane] < latest[lane] { latest[lane] } else { end[lane] };
                last[lane] = last[lane] & is_earlier | task as u32 & !is_earlier;
            }
            (rows.projects[project], self.project_last[project]) = (latest, last);
        }
        let mut chains = std::mem::replace(&mut self.chains, Chains::new(0, 0, 0, 0, 0));
        for lane in 0..lanes {
            let last = self.project_last.iter().map(|last| last[lane]).enumerate();
            let is_done = |&(project, last): &(usize, u32)| {
                last != NONE && rows.projects[project][lane] < f32::INFINITY
            };
            chains.follow(last.filter(is_done), &Lane { of: self, lane });
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

impl Trail for Lane<'_> {
    #[inline]
    fn start(&self, task: u32) -> Cause {
        let place = self.of.start_by[task as usize][self.lane];
        self.of.causes.get(place as usize).copied().unwrap_or(Cause::NOTHING)
    }

    #[inline]
    fn end(&self, task: u32) -> Option<Cause> {
        if !self.of.has_end_waits {
            return None;
        }
        self.of.causes.get(self.of.end_by[task as usize][self.lane] as usize).copied()
    }

    #[inline]
    fn waited(&self, task: u32) -> f32 {
        self.of.waited[task as usize][self.lane]
    }
}
