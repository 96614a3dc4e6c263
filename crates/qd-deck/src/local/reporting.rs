//! Reports: pages of figures, each one query.

use qd_model::{DeckError, Report, ReportRequest, Table};

use super::LocalDeck;
use crate::{built_in, report};

/// Most rows of a report.
const ROWS: usize = 1000;

impl LocalDeck {
    /// A report for `reader`, whose query `sql` answers.
    pub(super) fn report_over(
        &self,
        name: &str,
        request: &ReportRequest,
        reader: Option<&str>,
        sql: &dyn Fn(&str, usize) -> Result<Table, DeckError>,
    ) -> Result<Report, DeckError> {
        let found = built_in::REPORTS.iter().find(|(report, _)| *report == name);
        let Some((_, text)) = found else {
            let names = built_in::REPORTS.iter().map(|(report, _)| *report);
            let error = DeckError::new(format!("there is no report `{name}`"));
            return Err(match qd_model::nearest(name, names.clone()) {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error.hint(format!("there are: {}", names.collect::<Vec<_>>().join(", "))),
            });
        };
        let report = report::parse(name, text);
        for (table, id) in report::picks(request) {
            self.declared(table, id)?;
        }
        let query = report.query(request, self.session.today(), reader)?;
        let table = report.narrowed(sql(&query, ROWS)?, request);
        Ok(Report {
            name: name.to_owned(),
            title: report.title,
            about: report.about,
            empty: report.empty,
            table,
            query,
        })
    }
}
