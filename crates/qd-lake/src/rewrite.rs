//! What a statement means at one moment: `now()` is `as_of`, `$name` is an assumption.
//!
//! Both become literals before planning, so that a past morning can be replayed and a
//! plan that travels to another machine still means the same.

use std::{collections::BTreeMap, ops::ControlFlow};

use datafusion::sql::sqlparser::{
    ast::{
        Expr, FunctionArguments, ObjectName, Statement, Value, ValueWithSpan, VisitMut, VisitorMut,
        visit_relations,
    },
    dialect::GenericDialect,
    parser::Parser,
};

use crate::QueryError;

/// Named figures that statements may use as `$name`.
pub type Assumptions = BTreeMap<String, f64>;

/// The one statement of `sql`.
pub(crate) fn parse(sql: &str) -> Result<Statement, QueryError> {
    let mut statements = Parser::parse_sql(&GenericDialect {}, sql)
        .map_err(|error| QueryError::Sql(error.to_string().replace("sql parser error: ", "")))?;
    match (statements.pop(), statements.is_empty()) {
        (Some(statement), true) => Ok(statement),
        (None, _) => Err(QueryError::Sql("there is no statement to answer".to_owned())),
        (Some(_), false) => Err(QueryError::Sql("one statement at a time, please: found several".to_owned())),
    }
}

/// Names of the tables `statement` reads, as written.
pub(crate) fn relations(statement: &Statement) -> Vec<String> {
    let mut names = Vec::new();
    let _ = visit_relations(statement, |name: &ObjectName| {
        names.push(name.to_string().replace('"', "").to_lowercase());
        ControlFlow::<()>::Continue(())
    });
    names.sort();
    names.dedup();
    names
}

/// Replaces the present moment and the assumptions by literals.
pub(crate) fn fix(
    statement: &mut Statement,
    as_of: jiff::Timestamp,
    today: jiff::civil::Date,
    assumptions: &Assumptions,
) -> Result<(), QueryError> {
    let mut fixer = Fixer { as_of: instant(as_of)?, today: day(today)?, assumptions };
    match statement.visit(&mut fixer) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(name) => {
            let known = assumptions.keys().map(String::as_str);
            let hint = qd_model::nearest(&name, known)
                .map_or_else(String::new, |near| format!("; did you mean `${near}`?"));
            Err(QueryError::Sql(format!("unknown assumption `${name}`{hint}")))
        }
    }
}

/// The SQL of an instant that needs no cast at run time.
pub(crate) fn instant_sql(time: jiff::Timestamp) -> String {
    format!("arrow_cast({}, 'Timestamp(Microsecond, Some(\"UTC\"))')", time.as_microsecond())
}

fn instant(time: jiff::Timestamp) -> Result<Expr, QueryError> {
    expression(&instant_sql(time))
}

fn day(date: jiff::civil::Date) -> Result<Expr, QueryError> {
    expression(&format!("CAST('{date}' AS DATE)"))
}

fn expression(sql: &str) -> Result<Expr, QueryError> {
    Parser::new(&GenericDialect {})
        .try_with_sql(sql)
        .and_then(|mut parser| parser.parse_expr())
        .map_err(|error| QueryError::Sql(error.to_string()))
}

struct Fixer<'a> {
    as_of: Expr,
    today: Expr,
    assumptions: &'a Assumptions,
}

impl VisitorMut for Fixer<'_> {
    type Break = String;

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<String> {
        match expr {
            Expr::Function(function) => {
                let no_arguments = match &function.args {
                    FunctionArguments::None => true,
                    FunctionArguments::List(list) => list.args.is_empty(),
                    FunctionArguments::Subquery(_) => false,
                };
                if no_arguments {
                    match function.name.to_string().to_lowercase().as_str() {
                        "now" | "current_timestamp" => *expr = self.as_of.clone(),
                        "current_date" | "today" => *expr = self.today.clone(),
                        _ => {}
                    }
                }
            }
            Expr::Value(ValueWithSpan { value: Value::Placeholder(name), .. }) => {
                let name = name.trim_start_matches('$').to_owned();
                let Some(value) = self.assumptions.get(&name) else {
                    return ControlFlow::Break(name);
                };
                // Whole numbers stay whole, so that they compare with counts exactly.
                let text = if value.fract() == 0.0 && value.abs() < 1e15 {
                    format!("{value:.0}")
                } else {
                    format!("{value:?}")
                };
                *expr = Expr::Value(Value::Number(text, false).into());
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}
