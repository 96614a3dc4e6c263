//! What no plan can beat: the tasks of a project one behind the other, with everybody there for it alone.

use jiff::civil::Date;

use super::Portfolio;
use crate::plan::{LinkKind, Time};

impl Portfolio {
    /// The day before which a project cannot be ready at expected durations: the end of its critical path (Kelley
    /// and Walker 1959, "Critical-path planning and scheduling"). None where nothing of it is open, or its links go in a circle.
    #[must_use]
    pub fn earliest(&self, project: usize) -> Option<Date> {
        let tasks = &self.problem.tasks;
        let links = self.problem.links.iter().filter(|link| link.kind == LinkKind::FinishStart);
        let mut waits = vec![0_usize; tasks.len()];
        let mut behind: Vec<Vec<(usize, Time)>> = vec![Vec::new(); tasks.len()];
        for link in links {
            *waits.get_mut(link.after)? += 1;
            behind.get_mut(link.before)?.push((link.after, link.lag));
        }
        let first = self.problem.projects.get(project)?.earliest;
        let mut starts: Vec<Time> = tasks.iter().map(|task| task.earliest.max(first)).collect();
        let mut ready: Vec<usize> = (0..tasks.len()).filter(|task| waits[*task] == 0).collect();
        let (mut done, mut last) = (0, None);
        while let Some(task) = ready.pop() {
            done += 1;
            let end = starts.get(task)?.saturating_add(tasks.get(task)?.duration.max(0));
            if tasks.get(task)?.project == project {
                last = last.max(Some(end));
            }
            for &(after, lag) in behind.get(task)? {
                let start = starts.get_mut(after)?;
                *start = (*start).max(end.saturating_add(lag));
                let left = waits.get_mut(after)?;
                *left -= 1;
                if *left == 0 {
                    ready.push(after);
                }
            }
        }
        self.axis.day_before(last.filter(|_| done == tasks.len())?)
    }
}
