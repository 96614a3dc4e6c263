//! A company of nothing but what one inserts: what the example beside each signal runs in.

use jiff::{Timestamp, tz::TimeZone};
use qd_intent::Company;
use qd_lake::{Answer, QueryError, Session};
use qd_tables::ALL;

use crate::{assumptions::Assumptions, built_in, shelf::Shelf, signal::Signal};

/// Empty declared tables that take rows, and the built-in views and signals over them.
#[derive(Debug)]
pub struct Example {
    session: Session,
    shelf: Shelf,
}

impl Example {
    /// An empty company as of `as_of`, in UTC.
    ///
    /// # Errors
    /// Where the engine refuses a declared table.
    pub fn new(as_of: Timestamp) -> Result<Self, QueryError> {
        let (assumptions, _) = Assumptions::of(&Company::default());
        let today = as_of.to_zoned(TimeZone::UTC).date();
        let session = Session::new(None, as_of, today, assumptions.numbers(), 512, None)?;
        for table in ALL {
            // Where a view takes a table's plain name, one inserts into what it reads.
            if built_in::VIEWS.iter().any(|(name, _)| *name == table.name) {
                session.register_empty_as(&format!("observed.{}", table.name), table)?;
            } else {
                session.register_empty(table)?;
            }
        }
        let signals = built_in::SIGNALS.iter().filter_map(|(name, text)| {
            let part = name.rsplit_once('/').map_or("", |(part, _)| part);
            Signal::parse(part, text, "built in").ok()
        });
        let views = built_in::VIEWS
            .iter()
            .map(|(name, query)| ((*name).to_owned(), (*query).to_owned()))
            .chain(signals.map(|signal| (signal.view(), signal.query.clone())))
            .collect();
        Ok(Self { session, shelf: Shelf::of_views(views) })
    }

    /// Carries out a statement; inserts are what examples are made of.
    ///
    /// # Errors
    /// Where it does not parse or fails.
    pub fn execute(&self, sql: &str) -> Result<Answer, QueryError> {
        self.shelf.prepare(&self.session, sql)?;
        let answer = self.session.execute(sql)?;
        if sql.trim_start().get(..6).is_some_and(|verb| verb.eq_ignore_ascii_case("insert")) {
            self.shelf.forget();
        }
        Ok(answer)
    }
}
