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
///
/// In a run every task has one cause, so chains that meet go on together. What a chain waits for from a
/// task on is remembered for the run, and where another comes there it need not be gone again.
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
    run: u32,
    /// The run in which a task's start, and its end where that waited for more than its work, was passed
    /// last.
    passed: Vec<u32>,
    /// Words of 64 people, skills and resources.
    words: usize,
    /// Those that the chain waits for from there on, as bits; and those of any chain of the run.
    ahead: Vec<u64>,
    of_any: Vec<u64>,
    /// What the chain that is being followed has passed.
    path: Vec<u32>,
    found: Vec<u64>,
}

impl Chains {
    pub(super) fn new(tasks: usize, projects: usize, people: usize, skills: usize, resources: usize) -> Self {
        let width = people + skills + resources;
        let words = width.div_ceil(64);
        Self {
            tasks: vec![0; tasks],
            counts: vec![0; width * (projects + 1)],
            waits: vec![0; width],
            people,
            skills,
            projects,
            run: 0,
            passed: vec![0; 2 * tasks],
            words,
            ahead: vec![0; 2 * tasks * words],
            of_any: vec![0; words],
            path: Vec::new(),
            found: vec![0; words],
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

    /// Follows the chains of a run, back from the last tasks of projects.
    pub(super) fn follow(&mut self, last: impl Iterator<Item = (usize, u32)>, trail: &impl Trail) {
        self.run += 1;
        self.of_any.fill(0);
        for (project, task) in last {
            self.found.fill(0);
            let met = self.walk(task, trail);
            self.return_from(met);
            for word in 0..self.words {
                self.of_any[word] |= self.found[word];
            }
            count(&mut self.counts[project * self.waits.len()..], &self.found);
        }
        count(&mut self.counts[self.projects * self.waits.len()..], &self.of_any);
    }

    /// Goes along a chain until its beginning, or until a place that was passed before in this run.
    fn walk(&mut self, last: u32, trail: &impl Trail) -> Option<u32> {
        self.path.clear();
        let place = |task: u32, at_start: bool| 2 * task + u32::from(!at_start && trail.end(task).is_some());
        let mut at = place(last, false);
        loop {
            if self.passed[at as usize] == self.run {
                return Some(at);
            }
            let task = at / 2;
            self.tasks[task as usize] += u32::from(self.passed[(at ^ 1) as usize] != self.run);
            self.passed[at as usize] = self.run;
            self.path.push(at);
            let end = if at % 2 == 1 { trail.end(task) } else { None };
            let cause = end.unwrap_or_else(|| trail.start(task));
            let row = at as usize * self.words;
            self.ahead[row..row + self.words].fill(0);
            let scarce = match cause.by {
                By::Person { person, .. } => Some(person as usize),
                By::Resource(resource) => Some(self.people + self.skills + resource as usize),
                By::Nothing | By::End | By::Start => None,
            };
            if let Some(scarce) = scarce {
                let wait = (f64::from(trail.waited(task)) * PARTS) as u64;
                self.note(row, scarce, wait);
                if let By::Person { skill, .. } = cause.by
                    && (skill as usize) < self.skills
                {
                    self.note(row, self.people + skill as usize, wait);
                }
            }
            if cause.from == NONE {
                return None;
            }
            // A person is free when the work ends, which hangs on its start alone.
            at = place(cause.from, cause.by != By::End);
        }
    }

    #[inline]
    fn note(&mut self, row: usize, scarce: usize, wait: u64) {
        self.waits[scarce] += wait;
        self.ahead[row + scarce / 64] |= 1 << (scarce % 64);
    }

    /// Goes back to where the chain began, telling every place passed what lies ahead of it.
    fn return_from(&mut self, met: Option<u32>) {
        let words = self.words;
        let mut of_circle = self.path.len();
        if let Some(met) = met {
            // A task whose crew broke up has started twice and may have waited for what it held up itself:
            // from anywhere in such a circle all of it lies ahead.
            of_circle = self.path.iter().position(|&at| at == met).unwrap_or(of_circle);
            let met = [met];
            let circle = if of_circle < self.path.len() { &self.path[of_circle..] } else { &met };
            for &at in circle {
                for word in 0..words {
                    self.found[word] |= self.ahead[at as usize * words + word];
                }
            }
        }
        for (index, &at) in self.path.iter().enumerate().rev() {
            for word in 0..words {
                let ahead = &mut self.ahead[at as usize * words + word];
                self.found[word] |= if index < of_circle { *ahead } else { 0 };
                *ahead = self.found[word];
            }
        }
    }
}

/// Adds one to the count of each bit that is set.
#[inline]
fn count(counts: &mut [u32], bits: &[u64]) {
    for (word, &bits) in bits.iter().enumerate() {
        let mut bits = bits;
        while bits != 0 {
            counts[word * 64 + bits.trailing_zeros() as usize] += 1;
            bits &= bits - 1;
        }
    }
}
