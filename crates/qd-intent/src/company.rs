//! What the company's files say: rows of every declared table.
//!
//! The rows are generic; the views at the end give those that other crates decide by
//! (routing, pricing) under their own names.

use std::{collections::BTreeMap, ops::Range};

use arrow::{array::RecordBatch, error::ArrowError};
use jiff::civil::Date;
use qd_model::{Estimate, Money};
use qd_tables::{
    ABSENCES, COMMITMENTS, COMPANY, DECISIONS, Declaration, GOALS, PEOPLE, PROJECTS, RADAR, RELATIONS, RISKS,
    SERVICES, SOURCES, TASKS, TEAMS, VENDORS,
};

use crate::record::{self, Record, Value};

/// A number or word that the company puts in the place of a built-in assumption.
#[derive(Debug, Clone, PartialEq)]
pub struct Assumption {
    /// [`Value::Number`], [`Value::Text`] or [`Value::Boolean`].
    pub value: Value,
    /// File that says so.
    pub file: String,
    /// Bytes of that file which hold the value.
    pub span: Range<usize>,
}

/// Everything declared.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Company {
    pub(crate) tables: BTreeMap<&'static str, Vec<Record>>,
    /// `[assumptions]` of `company.toml`; keys of inner tables are joined by points.
    pub assumptions: BTreeMap<String, Assumption>,
}

impl Company {
    /// The rows of a table, in the order of files and of their text.
    #[must_use]
    pub fn records(&self, table: &Declaration) -> &[Record] {
        self.tables.get(table.name).map_or(&[], Vec::as_slice)
    }

    /// The row of a table that has this id.
    #[must_use]
    pub fn record(&self, table: &Declaration, id: &str) -> Option<&Record> {
        self.records(table).iter().find(|record| record.id == id)
    }

    /// The complete rows of a table, for SQL.
    ///
    /// # Errors
    /// Never for a declared table; Arrow's signature has one.
    pub fn batch(&self, table: &Declaration) -> Result<RecordBatch, ArrowError> {
        record::batch(table, self.records(table))
    }

    fn own(&self) -> Option<&Record> {
        self.records(&COMPANY).first()
    }

    /// The company's name, empty where it has none yet.
    #[must_use]
    pub fn name(&self) -> &str {
        self.own().and_then(|own| own.text("name")).unwrap_or_default()
    }

    /// Currency of its books, ISO 4217.
    #[must_use]
    pub fn currency(&self) -> Option<&str> {
        self.own()?.text("currency")
    }

    /// Time zone of its working day, IANA name.
    #[must_use]
    pub fn timezone(&self) -> Option<&str> {
        self.own()?.text("timezone")
    }

    /// The person whose brief this is by default.
    #[must_use]
    pub fn me(&self) -> Option<&str> {
        self.own()?.text("me")
    }

    /// Days nobody works, in order.
    #[must_use]
    pub fn holidays(&self) -> Vec<Date> {
        let texts = self.own().map(|own| own.texts("holidays")).unwrap_or_default();
        let mut days: Vec<Date> = texts.iter().filter_map(|text| crate::value::date(text)).collect();
        days.sort_unstable();
        days.dedup();
        days
    }

    /// What a day of work costs where a person declares no rate.
    #[must_use]
    pub fn day_rate(&self) -> Option<&Money> {
        self.own()?.money("day_rate")
    }

    /// Fewest and most direct reports of a manager; 3 and 8 where not declared.
    #[must_use]
    pub fn span_of_control(&self) -> (u32, u32) {
        let band = self.own().map(|own| own.texts("span_of_control")).unwrap_or_default();
        match band {
            [fewest, most] => fewest.parse().ok().zip(most.parse().ok()).unwrap_or((3, 8)),
            _ => (3, 8),
        }
    }

    /// Addresses of the feeds that tell the releases of what is on the radar.
    pub fn release_feeds(&self) -> impl Iterator<Item = &str> {
        self.technologies().filter_map(|technology| technology.feed())
    }

    /// Folders of decision records: `decisions` where not declared.
    #[must_use]
    pub fn decision_folders(&self) -> Vec<String> {
        let folders = self.own().map(|own| own.texts("decisions")).unwrap_or_default();
        if folders.is_empty() {
            return vec!["decisions".to_owned()];
        }
        let tidy = |folder: &String| folder.trim_start_matches("./").trim_end_matches('/').to_owned();
        folders.iter().map(tidy).collect()
    }
}

/// Declares views of rows: the table's columns as methods of their own type.
macro_rules! views {
    ($($(#[$doc:meta])* $view:ident in $rows:ident of $table:ident {
        $($kind:ident: $($column:ident)+;)*
    })*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub struct $view<'a>(pub &'a Record);

            impl<'a> $view<'a> {
                /// Its id.
                #[must_use]
                pub fn id(&self) -> &'a str {
                    &self.0.id
                }

                $($(
                    #[doc = concat!("Column `", stringify!($column), "` of `", stringify!($rows), "`.")]
                    #[must_use]
                    pub fn $column(&self) -> views!(@type $kind) {
                        self.0.$kind(stringify!($column).trim_start_matches("r#"))
                    }
                )+)*
            }
        )*

        impl Company {
            $(
                #[doc = concat!("The rows of `", stringify!($rows), "`.")]
                pub fn $rows(&self) -> impl Iterator<Item = $view<'_>> {
                    self.records(&$table).iter().map($view)
                }
            )*
        }

        /// Table, column and accessor of every view's method, for the test below.
        #[cfg(test)]
        const VIEWED: &[(&Declaration, &str, &str)] =
            &[$($($((&$table, stringify!($column), stringify!($kind)),)+)*)*];
    };
    (@type text) => { Option<&'a str> };
    (@type texts) => { &'a [String] };
    (@type date) => { Option<Date> };
    (@type money) => { Option<&'a Money> };
    (@type number) => { Option<f64> };
    (@type days) => { Option<f64> };
    (@type boolean) => { Option<bool> };
    (@type estimate) => { Option<Estimate> };
    (@type integer) => { Option<i64> };
}

views! {
    /// A source of facts.
    Source in sources of SOURCES {
        text: kind url user token auth oauth client keep secret record replay table path of repo person;
        texts: paths urls ignore private repositories columns;
        date: since;
    }
    /// A person, or a robot.
    Person in people of PEOPLE {
        text: name role reports_to timezone;
        texts: mails logins skills;
        money: rate;
        number: capacity;
        date: joined left asserted;
        boolean: is_bot;
    }
    /// A time when a person is away.
    Absence in absences of ABSENCES {
        text: person kind;
        date: from to;
    }
    /// A team.
    Team in teams of TEAMS {
        text: name lead parent r#type mission;
        texts: members owns;
        date: until asserted;
        boolean: is_guess;
    }
    /// A project.
    Project in projects of PROJECTS {
        text: name status client lead team;
        texts: people repositories;
        date: started deadline asserted;
        money: value value_per_day budget;
    }
    /// A piece of work of a project.
    Task in tasks of TASKS {
        text: project title owner skill;
        texts: after;
        estimate: estimate;
        date: deadline;
        boolean: done;
    }
    /// A client, investor, candidate or partner.
    Relation in relations of RELATIONS {
        text: name kind owner;
        texts: mails;
        money: value_per_day;
        days: patience;
    }
    /// Something that runs, or a component.
    Service in services of SERVICES {
        text: name owner system lifecycle criticality;
        texts: repositories after;
        money: impact;
    }
    /// A decision record.
    Decision in decisions of DECISIONS {
        integer: number;
        text: title status status_text date_text owner confirm revisit dialect;
        number: confirm_min confirm_max;
        texts: deciders supersedes superseded_by scope;
        date: date asserted;
    }
    /// Somebody the company pays.
    Vendor in vendors of VENDORS {
        text: name owner product decision data exit;
        money: cost_per_year;
        date: renews;
        days: notice;
    }
    /// A technology on the radar.
    Technology in technologies of RADAR {
        text: name ring owner decision feed;
        date: reviewed;
    }
    /// A goal.
    Goal in goals of GOALS {
        text: title owner measure confirm revisit;
        number: confidence confirm_min confirm_max;
        date: due asserted;
    }
    /// Something that may happen.
    Risk in risks of RISKS {
        text: title cause effect owner treatment;
        number: probability_per_year;
        money: impact;
        date: accepted_until reviewed;
    }
    /// A promise to somebody.
    Commitment in commitments of COMMITMENTS {
        text: title to owner project confirm revisit;
        money: penalty_per_day;
        number: confirm_min confirm_max;
        date: due asserted;
        boolean: done;
    }
}

#[cfg(test)]
mod tests {
    use qd_tables::Kind;

    #[test]
    fn views_name_declared_columns_of_the_right_kind() {
        for (table, column, accessor) in super::VIEWED {
            let column = column.trim_start_matches("r#");
            let declared = table.column(column).map(|column| match column.kind {
                Kind::Text | Kind::Choice(_) | Kind::Reference(_) | Kind::Query | Kind::Secret => "text",
                Kind::Texts | Kind::Choices(_) | Kind::References(_) | Kind::Pairs => "texts",
                Kind::Integer => "integer",
                Kind::Number => "number",
                Kind::Boolean => "boolean",
                Kind::Time => "time",
                Kind::Date => "date",
                Kind::Money => "money",
                Kind::Days => "days",
                Kind::Estimate => "estimate",
            });
            assert_eq!(declared, Some(*accessor), "{}.{column}", table.name);
        }
    }
}
