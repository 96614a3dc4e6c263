//! What the end of a project hung on in each run, traced back from its last task.
//!
//! A task's start waited for a link, or for someone or something to be freed by another task; its end
//! can wait for a link too. Followed back to the beginning this gives the critical chain of the run
//! (critical sequence: Wiest 1964, "Some properties of schedules for large projects with limited
//! resources"); the share of runs in which a task is on it is its criticality index (Van Slyke 1963,
//! "Monte Carlo methods and the PERT problem").

/// No task.
pub(super) const NONE: u32 = u32::MAX;

/// What a start or an end waited for last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cause {
    /// The task before; [`NONE`] where it waited for a date or for someone's return.
    pub(super) from: u32,
    pub(super) by: By,
}

/// How one task comes to wait for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// A date.
    Nothing,
    /// A link from the other's end.
    End,
    /// A link from the other's start.
    Start,
    /// The other had this person, wanted for this skill.
    Person { person: u32, skill: u32 },
    /// The other had this resource.
    Resource(u32),
}

impl Cause {
    /// Nothing but a date.
    pub(super) const NOTHING: Self = Self { from: NONE, by: By::Nothing };
}

/// What a run remembers for the chains.
pub(super) trait Trail {
    /// What the start of a task waited for.
    fn start(&self, task: u32) -> Cause;
    /// What the end of a task waited for beyond its work.
    fn end(&self, task: u32) -> Option<Cause>;
    /// How long the task waited for people or resources after all links let it start.
    fn waited(&self, task: u32) -> f32;
}

/// Parts of a unit in which waiting is summed; whole numbers, so that the order does not matter.
pub(super) const PARTS: f64 = 1024.0;

/// Counts of what chains went through.
#[derive(Debug, Clone)]
pub(super) struct Chains {
    /// Runs in which a task was on a chain.
    pub(super) tasks: Vec<u32>,
    /// Runs in which a chain waited for someone or something: of each project, then of any; people,
    /// then skills, then resources.
    counts: Vec<u32>,
    /// Parts of units that chains waited for them.
    pub(super) waits: Vec<u64>,
    people: usize,
    skills: usize,
    pub(super) projects: usize,
    /// The run in which a task, and a person, skill or resource, was seen last.
    task_seen: Vec<u32>,
    seen: Vec<u32>,
    /// The chain in which they were, and in which a task's start was followed.
    seen_on: Vec<u32>,
    started_on: Vec<u32>,
    run: u32,
    chain: u32,
}

impl Chains {
    pub(super) fn new(tasks: usize, projects: usize, people: usize, skills: usize, resources: usize) -> Self {
        let width = people + skills + resources;
        Self {
            tasks: vec![0; tasks],
            counts: vec![0; width * (projects + 1)],
            waits: vec![0; width],
            people,
            skills,
            projects,
            task_seen: vec![0; tasks],
            seen: vec![0; width],
            seen_on: vec![0; width],
            started_on: vec![0; tasks],
            run: 0,
            chain: 0,
        }
    }

    /// Runs of a project (of any, for the number of projects) in which its chain waited for someone or
    /// something.
    pub(super) fn count(&self, project: usize, scarce: usize) -> u32 {
        self.counts.get(project * self.waits.len() + scarce).copied().unwrap_or(0)
    }

    /// Adds the counts of other runs.
    pub(super) fn add(&mut self, other: &Self) {
        let add =
            |sums: &mut Vec<u32>, more: &[u32]| sums.iter_mut().zip(more).for_each(|(sum, one)| *sum += one);
        add(&mut self.tasks, &other.tasks);
        add(&mut self.counts, &other.counts);
        self.waits.iter_mut().zip(&other.waits).for_each(|(sum, one)| *sum += one);
    }

    /// Begins a run.
    pub(super) fn begin(&mut self) {
        self.run += 1;
    }

    /// Follows the chain of a project back from its last task.
    pub(super) fn follow(&mut self, project: usize, last: u32, trail: &impl Trail) {
        self.chain += 1;
        let (mut task, mut at_start) = (last, false);
        loop {
            let is_first = self.task_seen[task as usize] != self.run;
            if is_first {
                self.task_seen[task as usize] = self.run;
                self.tasks[task as usize] += 1;
            }
            let end = if at_start { None } else { trail.end(task) };
            let cause = end.unwrap_or_else(|| trail.start(task));
            // A task whose crew broke up has started twice and may have waited for what it held up itself.
            if end.is_none()
                && std::mem::replace(&mut self.started_on[task as usize], self.chain) == self.chain
            {
                return;
            }
            let wait = || if is_first { (f64::from(trail.waited(task)) * PARTS) as u64 } else { 0 };
            match cause.by {
                By::Person { person, skill } => {
                    self.note(project, person as usize, wait());
                    if (skill as usize) < self.skills {
                        self.note(project, self.people + skill as usize, wait());
                    }
                }
                By::Resource(resource) => {
                    self.note(project, self.people + self.skills + resource as usize, wait());
                }
                By::Nothing | By::End | By::Start => {}
            }
            if cause.from == NONE {
                return;
            }
            // A person is free when the work ends, which hangs on its start alone.
            (task, at_start) = (cause.from, cause.by != By::End);
        }
    }

    fn note(&mut self, project: usize, scarce: usize, wait: u64) {
        let width = self.waits.len();
        self.waits[scarce] += wait;
        if self.seen_on[scarce] != self.chain {
            self.seen_on[scarce] = self.chain;
            self.counts[project * width + scarce] += 1;
        }
        if self.seen[scarce] != self.run {
            self.seen[scarce] = self.run;
            self.counts[self.projects * width + scarce] += 1;
        }
    }
}
