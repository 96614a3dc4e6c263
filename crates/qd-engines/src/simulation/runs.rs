//! Many runs, shared among threads in blocks.
//!
//! A run depends on its number alone and every result has its place, so how many threads there are
//! changes nothing.

use super::{
    chains::Chains,
    normal::{LANES, Lanes},
};

/// Ends of tasks that are kept, at most; with more tasks fewer of the runs are looked at for them.
const MOST_KEPT: usize = 1 << 27;

/// Tasks that are run between two looks at whether time is over, about.
const ROUND: usize = 1 << 21;

/// What the runs of a block write: a row for each task and project, a lane for each run.
#[derive(Debug)]
pub(super) struct Rows<'rows> {
    pub(super) tasks: &'rows mut [Lanes],
    pub(super) projects: &'rows mut [Lanes],
    pub(super) costs: &'rows mut [Lanes],
}

/// What can do the runs of a block.
pub(super) trait Runner {
    /// Does `lanes` runs, from the number `first` on (a multiple of [`LANES`]).
    fn block(&mut self, first: usize, lanes: usize, rows: &mut Rows<'_>);
    /// What the chains of all its runs went through.
    fn into_chains(self: Box<Self>) -> Chains;
}

/// All that came of the runs: rows of blocks, one after the other.
#[derive(Debug)]
pub(super) struct Runs {
    /// How many were done.
    pub(super) made: usize,
    tasks: Vec<Lanes>,
    projects: Vec<Lanes>,
    costs: Vec<Lanes>,
    task_rows: usize,
    project_rows: usize,
    pub(super) chains: Chains,
}

/// How much there is to do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    pub(super) runs: usize,
    pub(super) threads: usize,
    pub(super) tasks: usize,
    pub(super) projects: usize,
}

impl Runs {
    /// Does the runs, or as many as there is time for.
    pub(super) fn of<'model>(
        size: Size,
        runner: &(dyn Fn() -> Box<dyn Runner + 'model> + Sync),
        is_over: &(dyn Fn() -> bool + Sync),
    ) -> Self {
        let threads = size.threads.max(1);
        let runs = size.runs.min(MOST_KEPT / size.projects.max(1));
        let blocks = runs.div_ceil(LANES);
        let kept = blocks.min((MOST_KEPT / LANES / size.tasks.max(1)).max(1));
        let (task_rows, project_rows) = (size.tasks, size.projects);
        let mut all = Self {
            made: 0,
            tasks: vec![[0.0; LANES]; kept * task_rows],
            projects: vec![[0.0; LANES]; blocks * project_rows],
            costs: vec![[0.0; LANES]; blocks * project_rows],
            task_rows,
            project_rows,
            chains: runner().into_chains(),
        };
        let round = (ROUND / LANES / size.tasks.max(1)).max(1).next_multiple_of(threads);
        let mut done = 0;
        while done < blocks && !is_over() {
            let now = round.min(blocks - done);
            let share = now.div_ceil(threads);
            let chains = std::thread::scope(|scope| {
                let mut shares = Vec::new();
                let from = (done.min(kept) * task_rows, done * project_rows);
                let mut tasks = &mut all.tasks[from.0..];
                let mut projects = &mut all.projects[from.1..];
                let mut costs = &mut all.costs[from.1..];
                for first in (done..done + now).step_by(share) {
                    let count = share.min(done + now - first);
                    let kept = kept.saturating_sub(first).min(count);
                    let part = Part {
                        blocks: first..first + count,
                        runs,
                        tasks: tasks.split_off_mut(..kept * task_rows).unwrap_or_default(),
                        projects: projects.split_off_mut(..count * project_rows).unwrap_or_default(),
                        costs: costs.split_off_mut(..count * project_rows).unwrap_or_default(),
                        task_rows,
                        project_rows,
                    };
                    if threads == 1 {
                        return vec![part.run(runner())];
                    }
                    shares.push(scope.spawn(move || part.run(runner())));
                }
                shares.into_iter().filter_map(|share| share.join().ok()).collect()
            });
            chains.iter().for_each(|chains| all.chains.add(chains));
            done += now;
        }
        all.made = runs.min(done * LANES);
        all
    }

    /// Ends of a task, by run, as bits that sort like the times.
    pub(super) fn task_ends(&self, task: usize, ends: &mut Vec<u32>) {
        column(&self.tasks, task, self.task_rows, self.made, f32::to_bits, ends);
    }

    /// Ends of a project, by run.
    pub(super) fn project_ends(&self, project: usize) -> Vec<f32> {
        let mut ends = Vec::new();
        column(&self.projects, project, self.project_rows, self.made, |end| end, &mut ends);
        ends
    }

    /// What the people of a project cost, by run.
    pub(super) fn costs(&self, project: usize) -> Vec<f64> {
        let mut costs = Vec::new();
        column(&self.costs, project, self.project_rows, self.made, f64::from, &mut costs);
        costs
    }
}

fn column<Value: Copy + Default>(
    rows: &[Lanes],
    at: usize,
    width: usize,
    count: usize,
    as_value: impl Fn(f32) -> Value,
    values: &mut Vec<Value>,
) {
    let count = count.min(rows.len() / width.max(1) * LANES);
    values.resize(count.next_multiple_of(LANES), Value::default());
    for (row, values) in rows.iter().skip(at).step_by(width.max(1)).zip(values.chunks_exact_mut(LANES)) {
        for lane in 0..LANES {
            values[lane] = as_value(row[lane]);
        }
    }
    values.truncate(count);
}

/// The blocks of one thread.
struct Part<'rows> {
    blocks: std::ops::Range<usize>,
    runs: usize,
    tasks: &'rows mut [Lanes],
    projects: &'rows mut [Lanes],
    costs: &'rows mut [Lanes],
    task_rows: usize,
    project_rows: usize,
}

impl Part<'_> {
    fn run(mut self, mut runner: Box<dyn Runner + '_>) -> Chains {
        let mut spare = Vec::new();
        for block in self.blocks {
            let tasks = match self.tasks.split_off_mut(..self.task_rows) {
                Some(tasks) => tasks,
                None => {
                    spare.resize(self.task_rows, [0.0; LANES]);
                    &mut spare
                }
            };
            let mut rows = Rows {
                tasks,
                projects: self.projects.split_off_mut(..self.project_rows).unwrap_or_default(),
                costs: self.costs.split_off_mut(..self.project_rows).unwrap_or_default(),
            };
            let first = block * LANES;
            runner.block(first, LANES.min(self.runs - first), &mut rows);
        }
        runner.into_chains()
    }
}
