//! A problem and its estimates, put in the order of a list and ready to be run many times.

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
};

use super::{
    calendar::Calendar,
    estimate::{Table, Work},
    input::{Correlation, Omission, Options},
    normal::{LANES, Lanes, NORMALS, key, mixed, normals},
};
use crate::plan::{LinkKind, Problem, Time};

/// How far a task is before the first run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Open,
    Begun,
    Done,
}

/// One task of the model waits for another; both by their places in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arc {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) kind: LinkKind,
    pub(super) lag: f32,
}

/// What is simulated. Tasks are known by their place in a list, people by how much the tasks need
/// them: the one whom they need least comes first.
#[derive(Debug)]
pub(super) struct Model<'problem> {
    pub(super) problem: &'problem Problem,
    /// The problem's tasks, in the order of the list; those left out are not among them.
    pub(super) tasks: Vec<usize>,
    pub(super) project: Vec<u32>,
    /// No start before.
    pub(super) release: Vec<f32>,
    pub(super) state: Vec<State>,
    /// How much work each is, as a place among the tables: the same estimate has the same table.
    pub(super) table: Vec<u32>,
    pub(super) tables: Vec<Table>,
    pub(super) arcs: Vec<Arc>,
    /// The problem's people, in the order of the model.
    pub(super) people: Vec<usize>,
    pub(super) calendars: Vec<Calendar>,
    /// For each task those that are put down for it, where any are.
    pub(super) calls: Vec<Vec<u32>>,
    /// What a unit of each one's time costs, if it is known of all.
    pub(super) rates: Option<Vec<f32>>,
    /// Where each task's luck comes from; none where nothing is left to it.
    luck: Vec<Option<u64>>,
    /// The share of its own in each task's luck.
    own: Vec<f32>,
    project_keys: Vec<u64>,
    people_keys: Vec<u64>,
    project_share: f32,
    person_share: f32,
}

/// The luck of a block of runs.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// Of each task, but for that of its people.
    pub(super) tasks: Vec<Lanes>,
    /// Of each person, to be added to that of the task.
    pub(super) people: Vec<Lanes>,
    projects: Vec<Lanes>,
}

/// Tables of the tasks that can be simulated, and why the others cannot be.
pub(super) fn sound(
    problem: &Problem,
    works: &[Work],
    is_missing: &dyn Fn(usize) -> bool,
) -> (Vec<Option<Table>>, Vec<Omission>) {
    let (is_sound, faults) = problem.sound_tasks();
    let mut omissions: Vec<Omission> = faults.into_iter().map(Omission::Fault).collect();
    let mut tables = Vec::with_capacity(problem.tasks.len());
    let declared = Work::default();
    let mut open = Vec::new();
    for (index, task) in problem.tasks.iter().enumerate() {
        let table = works.get(index).unwrap_or(&declared).table(f64::from(task.duration));
        let is_fine = is_sound.get(index).is_some_and(|&is_sound| is_sound);
        let omission = match table {
            _ if !is_fine => None,
            None => Some(Omission::Estimate(index)),
            Some(_) => is_missing(index).then_some(Omission::Unscheduled(index)),
        };
        open.extend(omission.is_some().then_some(index));
        tables.push(table.filter(|_| is_fine && omission.is_none()));
        omissions.extend(omission);
    }
    let mut after: HashMap<usize, Vec<usize>> = HashMap::new();
    if !open.is_empty() {
        for link in &problem.links {
            after.entry(link.before).or_default().push(link.after);
        }
    }
    while let Some(on) = open.pop() {
        for &task in after.get(&on).into_iter().flatten() {
            if tables.get_mut(task).and_then(Option::take).is_some() {
                omissions.push(Omission::Waits { task, on });
                open.push(task);
            }
        }
    }
    (tables, omissions)
}

impl<'problem> Model<'problem> {
    /// The model of the tasks that have tables, in the order of a list; who is not on it comes after.
    pub(super) fn new(
        problem: &'problem Problem,
        works: &[Work],
        list: &[usize],
        mut tables: Vec<Option<Table>>,
        options: &Options,
    ) -> Self {
        let state = |task: usize| match works.get(task).map_or(0.0, |work| work.done) {
            done if done >= 1.0 => State::Done,
            done if done > 0.0 => State::Begun,
            _ => State::Open,
        };
        let mut seen = HashSet::new();
        let mut tasks: Vec<usize> = list
            .iter()
            .copied()
            .filter(|&task| tables.get(task).is_some_and(Option::is_some) && seen.insert(task))
            .collect();
        tasks.sort_by_key(|&task| state(task) == State::Open);
        let mut shared = Shared::default();
        let table: Vec<u32> = tasks
            .iter()
            .filter_map(|&task| tables.get_mut(task).and_then(Option::take))
            .map(|table| shared.place(table))
            .collect();
        let people = in_order_of_need(problem, &tasks);
        let mut model = Self {
            problem,
            project: tasks.iter().map(|&task| problem.tasks[task].project as u32).collect(),
            release: Vec::new(),
            state: tasks.iter().map(|&task| state(task)).collect(),
            table,
            tables: shared.tables,
            arcs: Vec::new(),
            calls: Vec::new(),
            calendars: people.iter().map(|&person| Calendar::of(&problem.people[person])).collect(),
            rates: people.iter().map(|&person| options.rates.get(person).map(|&rate| rate as f32)).collect(),
            people,
            tasks,
            luck: Vec::new(),
            own: Vec::new(),
            project_keys: Vec::new(),
            people_keys: Vec::new(),
            project_share: 0.0,
            person_share: 0.0,
        };
        model.release = (0..model.tasks.len()).map(|place| model.release_of(place)).collect();
        model.link();
        model.share_luck(options);
        model
    }

    /// The model with tasks that are put down for others: pairs of the problem's tasks, of which the second is
    /// put down for the first.
    pub(super) fn with_calls(mut self, calls: &[(usize, usize)]) -> Self {
        let Self { problem, tasks, state, .. } = &self;
        let is_of_one = |place: &usize| {
            let task = &problem.tasks[tasks[*place]];
            let people =
                task.pinned.len() as u32 + task.skills.iter().map(|demand| demand.people).sum::<u32>();
            people == 1
                && task.demands.iter().all(|demand| demand.amount == 0)
                && state[*place] != State::Done
        };
        let place = |task: usize| tasks.iter().position(|&known| known == task);
        let mut of = vec![Vec::new(); if problem.interruption.is_some() { tasks.len() } else { 0 }];
        for &(other, held) in calls {
            if let (Some(other), Some(held)) = (place(other), place(held).filter(is_of_one))
                && let Some(of) = of.get_mut(other)
                && other != held
            {
                of.push(held as u32);
            }
        }
        self.calls = if of.iter().all(Vec::is_empty) { Vec::new() } else { of };
        self
    }

    /// How much work a task is.
    #[inline]
    pub(super) fn table(&self, task: usize) -> &Table {
        &self.tables[self.table[task] as usize]
    }

    /// The first evening from a time on.
    pub(super) fn evening(&self, time: f32) -> f32 {
        let day = self.problem.interruption.map_or(1, |rule| rule.day.max(1)) as f32;
        (time / day).ceil() * day
    }

    /// The tables of all its tasks but some, by the problem's tasks.
    pub(super) fn tables_without(&self, places: &[usize]) -> Vec<Option<Table>> {
        let mut tables = vec![None; self.problem.tasks.len()];
        for (&task, &table) in self.tasks.iter().zip(&self.table) {
            tables[task] = Some(self.tables[table as usize]);
        }
        places.iter().for_each(|&place| tables[self.tasks[place]] = None);
        tables
    }

    fn release_of(&self, place: usize) -> f32 {
        let task = &self.problem.tasks[self.tasks[place]];
        let earliest = task.earliest.max(self.problem.projects[task.project].earliest);
        if self.state[place] == State::Open { earliest.max(0) as f32 } else { 0.0 }
    }

    /// The links between the tasks of the model. What has begun no longer waits to begin.
    fn link(&mut self) {
        let mut place = vec![u32::MAX; self.problem.tasks.len()];
        for (index, &task) in self.tasks.iter().enumerate() {
            place[task] = index as u32;
        }
        let at = |task: usize| place.get(task).copied().filter(|&place| place != u32::MAX);
        for link in &self.problem.links {
            let (Some(from), Some(to)) = (at(link.before), at(link.after)) else { continue };
            let holds = match self.state[to as usize] {
                State::Open => true,
                State::Begun => link.kind == LinkKind::FinishFinish,
                State::Done => false,
            };
            if holds {
                self.arcs.push(Arc { from, to, kind: link.kind, lag: link.lag as f32 });
            }
        }
    }

    fn share_luck(&mut self, options: &Options) {
        let Correlation { project, person } = options.correlation;
        // Not a number is not above 0 either.
        let share = |value: f64, most: f64| if value > 0.0 { value.min(most) } else { 0.0 };
        let project = share(project, 1.0);
        let person = share(person, 1.0 - project);
        self.project_share = project.sqrt() as f32;
        self.person_share = person.sqrt() as f32;
        let problem = self.problem;
        let mut names = Names::default();
        let seed = mixed(options.seed);
        self.project_keys = problem.projects.iter().map(|one| names.key(seed ^ 1, &one.name)).collect();
        let of_people: Vec<u64> = problem.people.iter().map(|one| names.key(seed ^ 2, &one.name)).collect();
        self.people_keys = self.people.iter().map(|&person| of_people[person]).collect();
        let within = |project: usize| mixed(self.project_keys.get(project).copied().unwrap_or(seed));
        let of_tasks: Vec<u64> =
            problem.tasks.iter().map(|task| names.key(within(task.project), &task.name)).collect();
        for (&task, &table) in self.tasks.iter().zip(&self.table) {
            let table = &self.tables[table as usize];
            let is_certain = table.first() == table.last();
            self.luck.push((!is_certain).then(|| of_tasks[task]));
            let of_people = if self.needs_people(task) { person } else { 0.0 };
            self.own.push((1.0 - project - of_people).max(0.0).sqrt() as f32);
        }
    }

    pub(super) fn needs_people(&self, task: usize) -> bool {
        let task = &self.problem.tasks[task];
        !task.pinned.is_empty() || task.skills.iter().any(|demand| demand.people > 0)
    }

    /// Draws the luck of the runs from `first` on, a multiple of [`LANES`].
    pub(super) fn draw(&self, first: usize, block: &mut Block) {
        let Block { tasks, people, projects } = block;
        let table = &*NORMALS;
        projects.resize(self.project_keys.len(), [0.0; LANES]);
        for (lanes, &key) in projects.iter_mut().zip(&self.project_keys) {
            normals(table, key, first, lanes);
            lanes.iter_mut().for_each(|luck| *luck *= self.project_share);
        }
        people.resize(self.people_keys.len(), [0.0; LANES]);
        for (lanes, &key) in people.iter_mut().zip(&self.people_keys) {
            normals(table, key, first, lanes);
            lanes.iter_mut().for_each(|luck| *luck *= self.person_share);
        }
        tasks.resize(self.tasks.len(), [0.0; LANES]);
        for (place, lanes) in tasks.iter_mut().enumerate() {
            let Some(key) = self.luck[place] else { continue };
            normals(table, key, first, lanes);
            let (own, shared) = (self.own[place], &projects[self.project[place] as usize]);
            for lane in 0..LANES {
                lanes[lane] = own * lanes[lane] + shared[lane];
            }
        }
    }
}

/// Tables, each once: few different estimates are made, and those that are looked into all the time stay near
/// the processor.
#[derive(Debug, Default)]
struct Shared {
    tables: Vec<Table>,
    places: HashMap<Vec<u32>, u32>,
}

impl Shared {
    fn place(&mut self, table: Table) -> u32 {
        *self.places.entry(table.iter().map(|value| value.to_bits()).collect()).or_insert_with(|| {
            self.tables.push(table);
            self.tables.len() as u32 - 1
        })
    }
}

/// Keys of names; one that comes again gets another key.
#[derive(Debug, Default)]
struct Names(HashMap<u64, u64>);

impl Names {
    fn key(&mut self, within: u64, name: &str) -> u64 {
        let first = key(within, name);
        let times = self.0.entry(first).or_default();
        *times += 1;
        if *times == 1 { first } else { mixed(first.wrapping_add(*times)) }
    }
}

/// The people by how much work they could be asked to do: of every task that they could take part in,
/// their part. Who can do little is asked first, so that who can do much stays free for it.
fn in_order_of_need(problem: &Problem, tasks: &[usize]) -> Vec<usize> {
    let mut needed: HashMap<(usize, u32), f64> = HashMap::new();
    for demand in
        tasks.iter().flat_map(|&task| problem.tasks[task].skills.iter().map(move |demand| (task, demand)))
    {
        let (task, demand) = demand;
        *needed.entry((demand.skill, demand.level)).or_default() +=
            f64::from(problem.tasks[task].duration) * f64::from(demand.people);
    }
    let mut needed: Vec<((usize, u32), f64)> = needed.into_iter().collect();
    needed.sort_by_key(|one| one.0);
    let mut weights = vec![0.0; problem.people.len()];
    for ((skill, level), work) in needed {
        let able: Vec<usize> =
            (0..weights.len()).filter(|&person| problem.people[person].has(skill, level)).collect();
        for &person in &able {
            weights[person] += work / able.len() as f64;
        }
    }
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by(|&one, &two| weights[one].total_cmp(&weights[two]));
    order
}

/// The tasks by priority, and among equals by the latest start at which nothing comes too late (the
/// rule LST of Kolisch 1996), with declared durations and as if there was enough of everything. What is
/// not due is taken to be due when the longest chain of tasks ends.
pub fn default_order(problem: &Problem) -> Vec<usize> {
    let count = problem.tasks.len();
    let known = |task: usize| task < count;
    let mut after = vec![Vec::new(); count];
    let mut before = vec![0_u32; count];
    for link in problem.links.iter().filter(|link| known(link.before) && known(link.after)) {
        let (first, second) = (problem.tasks[link.before].duration, problem.tasks[link.after].duration);
        let apart = match link.kind {
            LinkKind::FinishStart => i64::from(first) + i64::from(link.lag),
            LinkKind::StartStart => i64::from(link.lag),
            LinkKind::FinishFinish => i64::from(first) + i64::from(link.lag) - i64::from(second),
        };
        after[link.before].push((link.after, apart));
        before[link.after] += 1;
    }
    let mut sorted: Vec<usize> = (0..count).filter(|&task| before[task] == 0).collect();
    let mut start = vec![0_i64; count];
    let mut next = 0;
    while let Some(&task) = sorted.get(next) {
        next += 1;
        for &(to, apart) in &after[task] {
            start[to] = start[to].max(start[task] + apart);
            before[to] -= 1;
            if before[to] == 0 {
                sorted.push(to);
            }
        }
    }
    let duration = |task: usize| i64::from(problem.tasks[task].duration);
    let last = (0..count).map(|task| start[task] + duration(task)).max().unwrap_or(0);
    let mut latest = vec![last; count];
    for &task in sorted.iter().rev() {
        let declared = &problem.tasks[task];
        let of_project = problem.projects.get(declared.project).and_then(|project| project.due);
        let due = |due: Option<Time>| due.map_or(last, i64::from);
        latest[task] = due(declared.due).min(due(of_project)) - duration(task);
        for &(to, apart) in &after[task] {
            latest[task] = latest[task].min(latest[to] - apart);
        }
    }
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by_key(|&task| (Reverse(problem.tasks[task].priority), latest[task]));
    order
}
