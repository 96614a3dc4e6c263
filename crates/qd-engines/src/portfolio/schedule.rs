//! When each task is worked on, and by whom.

use arrow::array::RecordBatch;
use qd_tables::{SCHEDULE, Writer};

use super::{INPUTS, Portfolio};
use crate::{Engine, EngineError, Inputs};

/// The engine.
pub(crate) const ENGINE: Engine = Engine { output: &SCHEDULE, inputs: INPUTS, run };

fn run(inputs: &Inputs) -> Result<RecordBatch, EngineError> {
    let portfolio = Portfolio::read(inputs)?;
    let plan = portfolio.plan();
    Ok(portfolio.table(&plan)?)
}

impl Portfolio {
    /// A plan of it as rows of `schedule`.
    ///
    /// # Errors
    /// Never for a declared table; Arrow's signature has one.
    pub fn table(&self, plan: &crate::plan::Plan) -> Result<RecordBatch, arrow::error::ArrowError> {
        let mut writer = Writer::new(&SCHEDULE);
        for (place, (work, task)) in self.tasks.iter().zip(&self.problem.tasks).enumerate() {
            let start = plan.schedule.start.get(place).copied().flatten();
            let end = plan.schedule.end.get(place).copied().flatten();
            let people = plan.schedule.people.get(place).map(Vec::as_slice).unwrap_or_default();
            let fault = plan.faults.iter().find(|fault| fault.tasks().contains(&place));
            let project = self.projects.get(task.project);
            writer
                .text(project.map(|(id, _)| id.as_str()))
                .text(work.id.as_str())
                .text(work.title.as_str())
                .texts(people.iter().filter_map(|(person, _)| self.people.get(*person)))
                .date(start.and_then(|start| self.axis.day(start)))
                .date(end.and_then(|end| self.axis.day_before(end)))
                .number(work.days())
                .boolean(work.is_assumed)
                .date(work.deadline)
                .boolean(end.zip(task.due).map(|(end, due)| end > due))
                .text(fault.map(|fault| fault.message(&self.problem)).as_deref());
        }
        writer.finish()
    }
}
