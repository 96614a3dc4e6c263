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
            let gone = gone.compact()?;
            self.register(&name, &gone.schema, gone.batches)?;
        }
        let any = self.query(&format!("SELECT 1 FROM {name} LIMIT 1"), &Limits::default())?;
        Ok(Some(settled_view_of(table, as_of, sources, any.rows() > 0)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use qd_tables::{CODE_OWNERS, from_json};
    use serde_json::json;

    use super::*;
    use crate::Lake;

    #[test]
    fn a_settled_table_shows_what_it_showed_before() {
        let folder = tempfile::tempdir().expect("a folder");
        let day =
            |day: i8| jiff::civil::date(2026, 3, day).at(0, 0, 0, 0).in_tz("UTC").expect("a day").timestamp();
        let lake = Lake::open(folder.path(), day(1)).expect("a lake");
        let row = |line: i64, at: i8, deleted: bool, pattern: &str| {
            json!({"source": "code", "repo": "api", "line": line, "observed_at": day(at), "deleted": deleted,
                   "pattern": pattern, "owners": []})
        };
        // One that changed, one that did not, one that is gone, and one that came later.
        let rows = [
            row(1, 2, false, "old"),
            row(1, 5, false, "new"),
            row(2, 2, false, "same"),
            row(3, 2, false, "gone"),
            row(3, 5, true, "gone"),
            row(4, 6, false, "late"),
        ];
        let mut append = lake.append("code").expect("it begins");
        append
            .write(&CODE_OWNERS, &from_json(&CODE_OWNERS, &rows).expect("they fit"))
            .expect("they are written");
        append.commit(day(7)).expect("they are there");
        for (at, expected) in [(3, "old same gone"), (7, "new same late")] {
            let today = jiff::civil::date(2026, 3, at);
            let session =
                Session::new(Some(&lake), day(at), today, BTreeMap::new(), 64, None).expect("a session");
            let asked = || {
                let query = "SELECT string_agg(pattern, ' ' ORDER BY line) FROM code_owners";
                let table = session.query(query, &Limits::default()).expect("an answer").table();
                table.rows[0][0].as_text().unwrap_or_default().to_owned()
            };
            assert_eq!(asked(), expected);
            session.settle(&CODE_OWNERS).expect("it settles");
            assert_eq!(asked(), expected, "after settling");
        }
    }
}
