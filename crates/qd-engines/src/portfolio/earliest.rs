//! What no plan can beat: the tasks of a project one behind the other, with everybody there for it alone.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::Portfolio;
use crate::plan::{LinkKind, Time};

/// What each task of a portfolio waits for.
#[derive(Debug)]
pub struct Paths<'portfolio> {
    portfolio: &'portfolio Portfolio,
    /// Of each task those before it and the lags, and its place in an order in which it comes behind them.
    before: Vec<Vec<(usize, Time)>>,
    place: Vec<usize>,
}

impl Portfolio {
    /// The paths through its tasks; none where its links go in a circle.
    #[must_use]
    pub fn paths(&self) -> Option<Paths<'_>> {
        let count = self.problem.tasks.len();
        let mut before = vec![Vec::new(); count];
        let mut behind = vec![Vec::new(); count];
        for link in self.problem.links.iter().filter(|link| link.kind == LinkKind::FinishStart) {
            before.get_mut(link.after)?.push((link.before, link.lag));
            behind.get_mut(link.before)?.push(link.after);
        }
        let mut waits: Vec<usize> = before.iter().map(Vec::len).collect();
        let mut ready: Vec<usize> = (0..count).filter(|task| waits[*task] == 0).collect();
        let (mut place, mut done) = (vec![0; count], 0);
        while let Some(task) = ready.pop() {
            place[task] = done;
            done += 1;
            for &after in &behind[task] {
                waits[after] -= 1;
                if waits[after] == 0 {
                    ready.push(after);
                }
            }
        }
        (done == count).then_some(Paths { portfolio: self, before, place })
    }
}

impl Paths<'_> {
    /// The day before which a project cannot be ready at expected durations: the end of its critical path (Kelley
    /// and Walker 1959, "Critical-path planning and scheduling"). None where nothing of it is open.
    #[must_use]
    pub fn earliest(&self, project: usize) -> Option<Date> {
        let problem = &self.portfolio.problem;
        let first = problem.projects.get(project)?.earliest;
        let of_it = (0..problem.tasks.len()).filter(|task| problem.tasks[*task].project == project);
        // Its tasks and all that they wait for, whosoever they are, in order.
        let mut open: Vec<usize> = of_it.collect();
        let mut wanted = BTreeSet::new();
        while let Some(task) = open.pop() {
            if wanted.insert((self.place[task], task)) {
                open.extend(self.before[task].iter().map(|(before, _)| *before));
            }
        }
        let (mut ends, mut last) = (BTreeMap::new(), None);
        for (_, task) in wanted {
            let declared = &problem.tasks[task];
            let waits = self.before[task].iter();
            let waits =
                waits.filter_map(|(before, lag)| Some(Time::saturating_add(*ends.get(before)?, *lag)));
            let start = waits.fold(declared.earliest.max(first), Time::max);
            let end = start.saturating_add(declared.duration.max(0));
            ends.insert(task, end);
            last = if declared.project == project { last.max(Some(end)) } else { last };
        }
        self.portfolio.axis.day_before(last?)
    }
}
