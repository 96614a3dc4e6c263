//! Which versions of states a session looks past, found out once and not by each query that names the table.
//!
//! A state's plain name shows the latest version of each thing. To ask for it is to group all versions, and a
//! brief asks for the same tables a hundred times. What is not the latest is little, and often nothing.

use qd_tables::{Declaration, Role};

use crate::{
    Limits, QueryError, Session,
    views::{GONE, gone_of, settled_view_of},
};

/// Versions that are remembered as looked past; where there are more, each query finds them by itself.
const MOST: usize = 500_000;

impl Session {
    /// Finds out once what the plain name of `table` does not show. Nothing where it is no state, or nothing is
    /// stored of it.
    ///
    /// # Errors
    /// Where its files cannot be read.
    pub fn settle(&self, table: &Declaration) -> Result<(), QueryError> {
        match self.settled(table)? {
            Some(query) => self.view(table.name, &query),
            None => Ok(()),
        }
    }

    /// The query behind the plain name of `table` once it was found out what it does not show.
    pub(crate) fn settled(&self, table: &Declaration) -> Result<Option<String>, QueryError> {
        if table.role != Role::State || !self.has_files(table.name) {
            return Ok(None);
        }
        let name = format!("{GONE}.{}", table.name);
        let (as_of, sources) = (self.as_of(), self.sources());
        if !self.knows(&name) {
            let limits = Limits { rows: MOST, ..Limits::default() };
            let gone = self.query(&gone_of(table, as_of, sources), &limits)?;
            if gone.cut_from.is_some() {
                return Ok(None);
            }
            self.register(&name, &gone.schema, gone.batches)?;
        }
        let any = self.query(&format!("SELECT 1 FROM {name} LIMIT 1"), &Limits::default())?;
        Ok(Some(settled_view_of(table, as_of, sources, any.rows() > 0)))
    }
}
