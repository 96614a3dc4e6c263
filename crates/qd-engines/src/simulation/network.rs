//! What does not change from run to run when work is dispatched.

use super::{
    model::Model,
    needs::{Need, Needs},
};
use crate::plan::LinkKind;

/// A link to a later task.
#[derive(Debug, Clone, Copy)]
pub(super) struct After {
    pub(super) to: u32,
    pub(super) kind: LinkKind,
    pub(super) lag: f32,
}

/// What a run asks of a task, side by side: it is asked together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Job {
    /// The kind of its need.
    pub(super) kind: u32,
    /// Where its crew is noted.
    pub(super) crew: u32,
    pub(super) project: u32,
    /// How much work it is, among the tables of the model.
    pub(super) table: u32,
    /// The links from it, from one place to before the other.
    after: (u32, u32),
    /// Whether it has links that matter when it starts: from its start, or leads.
    pub(super) has_early: bool,
}

/// Kinds of tasks, as bits.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Kinds {
    /// They need anybody.
    manned: u64,
    /// They need one person and nothing else.
    pub(super) alone: u64,
    /// They need several people.
    teams: u64,
}

/// The links of the model by the task that comes first, and who or what can open which tasks.
#[derive(Debug)]
pub(super) struct Network {
    after: Vec<After>,
    pub(super) jobs: Vec<Job>,
    /// How many links each start waits for.
    pub(super) starts_wait: Vec<u32>,
    /// How many links each end waits for.
    pub(super) ends_wait: Vec<u32>,
    pub(super) has_end_links: bool,
    /// By words of 64 kinds of tasks.
    pub(super) kinds: Vec<Kinds>,
    /// Of each person and then each resource: the kinds that may need them.
    opens: Vec<u64>,
    /// Whether every task that waits for anything needs somebody.
    pub(super) needs_people: bool,
    pub(super) capacity: Vec<i64>,
    /// When a resource becomes more or less: time, resource, by how much.
    pub(super) changes: Vec<(f32, u32, i64)>,
    /// Tasks of each project.
    pub(super) project_tasks: Vec<u32>,
}

impl Network {
    pub(super) fn of(model: &Model<'_>, needs: &Needs) -> Self {
        let count = model.tasks.len();
        let mut arcs = model.arcs.clone();
        arcs.sort_by_key(|arc| arc.from);
        let mut network = Self {
            after: arcs.iter().map(|arc| After { to: arc.to, kind: arc.kind, lag: arc.lag }).collect(),
            jobs: Vec::with_capacity(count),
            starts_wait: vec![0; count],
            ends_wait: vec![0; count],
            has_end_links: arcs.iter().any(|arc| arc.kind == LinkKind::FinishFinish),
            kinds: vec![Kinds::default(); needs.kinds.len().div_ceil(64)],
            opens: Vec::new(),
            needs_people: true,
            capacity: Vec::new(),
            changes: Vec::new(),
            project_tasks: vec![0; model.problem.projects.len()],
        };
        for arc in &arcs {
            let waits = match arc.kind {
                LinkKind::FinishFinish => &mut network.ends_wait,
                _ => &mut network.starts_wait,
            };
            waits[arc.to as usize] += 1;
        }
        let mut first = 0;
        for task in 0..count {
            let links = arcs[first..].iter().take_while(|arc| arc.from as usize == task).count();
            let end = first + links;
            network.jobs.push(Job {
                kind: needs.kind[task],
                crew: needs.first[task],
                project: model.project[task],
                table: model.table[task],
                after: (first as u32, end as u32),
                has_early: network.after[first..end].iter().any(|after| after.is_early()),
            });
            network.project_tasks[model.project[task] as usize] += 1;
            first = end;
        }
        network.open(model, needs);
        network.know_resources(model);
        network
    }

    fn open(&mut self, model: &Model<'_>, needs: &Needs) {
        let (people, words) = (model.people.len(), self.kinds.len());
        self.opens = vec![0; (people + model.problem.resources.len()) * words];
        for (kind, need) in needs.kinds.iter().enumerate() {
            let mut set = |opener: usize| self.opens[opener * words + kind / 64] |= 1 << (kind % 64);
            needs.each_able(need, &mut |person| set(person as usize));
            let crew = match need {
                Need::Nothing => 0,
                Need::One { .. } => 1,
                Need::Many(many) => {
                    many.demands.iter().for_each(|&(resource, _)| set(people + resource as usize));
                    self.needs_people &= many.people() > 0;
                    many.people()
                }
            };
            let bit = |holds: bool| u64::from(holds) << (kind % 64);
            let word = &mut self.kinds[kind / 64];
            word.manned |= bit(crew > 0);
            word.alone |= bit(matches!(need, Need::One { .. }));
            word.teams |= bit(crew > 1);
        }
    }

    fn know_resources(&mut self, model: &Model<'_>) {
        for (index, resource) in model.problem.resources.iter().enumerate() {
            let mut changes = resource.changes.clone();
            changes.sort_by_key(|change| change.0);
            let mut now = i64::from(resource.capacity);
            for &(_, then) in changes.iter().filter(|change| change.0 <= 0) {
                now = i64::from(then);
            }
            self.capacity.push(now);
            for &(time, then) in changes.iter().filter(|change| change.0 > 0) {
                self.changes.push((time as f32, index as u32, i64::from(then) - now));
                now = i64::from(then);
            }
        }
    }

    /// The links from a task.
    #[inline]
    pub(super) fn after(&self, job: &Job) -> &[After] {
        &self.after[job.after.0 as usize..job.after.1 as usize]
    }

    /// The kinds that may need a person or a resource, as words.
    #[inline]
    pub(super) fn opens(&self, opener: u32) -> &[u64] {
        let words = self.kinds.len();
        &self.opens[opener as usize * words..][..words]
    }
}

impl Kinds {
    /// Those that need more people than are idle.
    #[inline]
    pub(super) fn barred(&self, idle: u32) -> u64 {
        match idle {
            0 => self.manned,
            1 => self.teams,
            _ => 0,
        }
    }
}

impl After {
    /// Whether it matters when the first task starts: a link from its start, or a lead, which must be
    /// acted on before the end.
    #[inline]
    pub(super) fn is_early(self) -> bool {
        self.kind == LinkKind::StartStart || self.kind == LinkKind::FinishStart && self.lag < 0.0
    }
}
