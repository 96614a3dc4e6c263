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

/// The links of the model by the task that comes first, and who or what can open which tasks.
#[derive(Debug)]
pub(super) struct Network {
    after: Vec<After>,
    first: Vec<u32>,
    /// Whether a task has links that matter when it starts: from its start, or leads.
    pub(super) has_early: Vec<bool>,
    /// How many links each start waits for.
    pub(super) starts_wait: Vec<u32>,
    /// How many links each end waits for.
    pub(super) ends_wait: Vec<u32>,
    pub(super) has_end_links: bool,
    /// Words of 64 tasks.
    pub(super) words: usize,
    /// For each word, of each person and then each resource: the tasks that may need them.
    opens: Vec<u64>,
    openers: usize,
    /// The tasks that need anybody, and those that need several people.
    manned: Vec<u64>,
    teams: Vec<u64>,
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
            first: vec![0; count + 1],
            has_early: vec![false; count],
            starts_wait: vec![0; count],
            ends_wait: vec![0; count],
            has_end_links: arcs.iter().any(|arc| arc.kind == LinkKind::FinishFinish),
            words: count.div_ceil(64),
            opens: Vec::new(),
            openers: model.people.len() + model.problem.resources.len(),
            manned: vec![0; count.div_ceil(64)],
            teams: vec![0; count.div_ceil(64)],
            needs_people: true,
            capacity: Vec::new(),
            changes: Vec::new(),
            project_tasks: vec![0; model.problem.projects.len()],
        };
        for arc in &arcs {
            network.first[arc.from as usize + 1] += 1;
            let waits = match arc.kind {
                LinkKind::FinishFinish => &mut network.ends_wait,
                _ => &mut network.starts_wait,
            };
            waits[arc.to as usize] += 1;
            let after = After { to: arc.to, kind: arc.kind, lag: arc.lag };
            network.has_early[arc.from as usize] |= after.is_early();
        }
        for task in 0..count {
            network.first[task + 1] += network.first[task];
            network.project_tasks[model.project[task] as usize] += 1;
        }
        network.open(model, needs);
        network.know_resources(model);
        network
    }

    fn open(&mut self, model: &Model<'_>, needs: &Needs) {
        let people = model.people.len();
        self.opens = vec![0; self.openers * self.words];
        let openers = self.openers;
        for (task, need) in needs.of.iter().enumerate() {
            let mut set = |opener: usize| self.opens[task / 64 * openers + opener] |= 1 << (task % 64);
            needs.each_able(task, &mut |person| set(person as usize));
            self.manned[task / 64] |= u64::from(matches!(need, Need::One { .. })) << (task % 64);
            if let Need::Many(many) = need {
                self.manned[task / 64] |= u64::from(many.people() > 0) << (task % 64);
                self.teams[task / 64] |= u64::from(many.people() > 1) << (task % 64);
                self.needs_people &= many.people() > 0;
                many.demands.iter().for_each(|&(resource, _)| set(people + resource as usize));
            }
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
    pub(super) fn after(&self, task: usize) -> std::ops::Range<usize> {
        self.first[task] as usize..self.first[task + 1] as usize
    }

    /// A link by its place.
    #[inline]
    pub(super) fn link(&self, place: usize) -> After {
        self.after[place]
    }

    /// Of a word of tasks, those that need more people than are idle.
    #[inline]
    pub(super) fn barred(&self, idle: u32, word: usize) -> u64 {
        match idle {
            0 => self.manned[word],
            1 => self.teams[word],
            _ => 0,
        }
    }

    /// Of a word of tasks, those that may need each person and each resource.
    #[inline]
    pub(super) fn opens(&self, word: usize) -> &[u64] {
        &self.opens[word * self.openers..][..self.openers]
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
