//! Whether a statement has no row for certain, since a table that it rests on has none.
//!
//! Planning a query over many views takes milliseconds even where nothing is there, and a company that connects little
//! has nothing for most of them. What is not certain is not empty: then the statement is asked.

use std::{collections::BTreeMap, ops::ControlFlow};

use datafusion::sql::sqlparser::ast::{
    Expr, GroupByExpr, JoinOperator, Query, Select, SetExpr, SetOperator, Statement, TableFactor,
    TableWithJoins, Visit, Visitor,
};

use crate::{Session, rewrite::parse};

impl Session {
    /// True where `sql` has no row for certain; `is_empty` says the same of a table by its name.
    #[must_use]
    pub fn surely_empty(&self, sql: &str, is_empty: &dyn Fn(&str) -> bool) -> bool {
        let look = Look { is_empty, is_aggregate: &|name| self.is_aggregate(name) };
        match parse(sql) {
            Ok(Statement::Query(query)) => look.query(&query, &BTreeMap::new()),
            _ => false,
        }
    }
}

struct Look<'a> {
    is_empty: &'a dyn Fn(&str) -> bool,
    is_aggregate: &'a dyn Fn(&str) -> bool,
}

/// What is known of the tables that a statement names for itself.
type Named = BTreeMap<String, bool>;

impl Look<'_> {
    fn query(&self, query: &Query, named: &Named) -> bool {
        let mut named = named.clone();
        if let Some(with) = &query.with {
            for table in &with.cte_tables {
                let is_empty = !with.recursive && self.query(&table.query, &named);
                named.insert(table.alias.name.value.to_lowercase(), is_empty);
            }
        }
        self.body(&query.body, &named)
    }

    fn body(&self, body: &SetExpr, named: &Named) -> bool {
        match body {
            SetExpr::Select(select) => self.select(select, named),
            SetExpr::Query(query) => self.query(query, named),
            SetExpr::SetOperation { op: SetOperator::Union, left, right, .. } => {
                self.body(left, named) && self.body(right, named)
            }
            SetExpr::SetOperation { op: SetOperator::Intersect, left, right, .. } => {
                self.body(left, named) || self.body(right, named)
            }
            SetExpr::SetOperation { op: SetOperator::Except | SetOperator::Minus, left, .. } => {
                self.body(left, named)
            }
            _ => false,
        }
    }

    fn select(&self, select: &Select, named: &Named) -> bool {
        let is_one_row = match &select.group_by {
            // Of no rows a sum over all is one row.
            GroupByExpr::Expressions(by, _) if by.is_empty() => {
                select.having.is_some() || self.has_aggregate(select)
            }
            GroupByExpr::Expressions(by, modifiers) => {
                let is_plain =
                    |by: &Expr| !matches!(by, Expr::Rollup(_) | Expr::Cube(_) | Expr::GroupingSets(_));
                !modifiers.is_empty() || !by.iter().all(is_plain)
            }
            GroupByExpr::All(_) => true,
        };
        !is_one_row && select.from.iter().any(|from| self.joined(from, named))
    }

    fn joined(&self, from: &TableWithJoins, named: &Named) -> bool {
        from.joins.iter().fold(self.factor(&from.relation, named), |left, join| {
            let right = || self.factor(&join.relation, named);
            match join.join_operator {
                JoinOperator::Join(_)
                | JoinOperator::Inner(_)
                | JoinOperator::CrossJoin(_)
                | JoinOperator::Semi(_)
                | JoinOperator::LeftSemi(_) => left || right(),
                JoinOperator::Left(_)
                | JoinOperator::LeftOuter(_)
                | JoinOperator::Anti(_)
                | JoinOperator::LeftAnti(_) => left,
                JoinOperator::FullOuter(_) => left && right(),
                _ => false,
            }
        })
    }

    fn factor(&self, factor: &TableFactor, named: &Named) -> bool {
        match factor {
            TableFactor::Table { name, args: None, .. } => {
                let name = name.to_string().replace('"', "").to_lowercase();
                named.get(&name).copied().unwrap_or_else(|| (self.is_empty)(&name))
            }
            TableFactor::Derived { subquery, .. } => self.query(subquery, named),
            TableFactor::NestedJoin { table_with_joins, .. } => self.joined(table_with_joins, named),
            _ => false,
        }
    }

    /// Whether anything is summed up in what is selected; also below, where it need not matter.
    fn has_aggregate(&self, select: &Select) -> bool {
        struct Finder<'a>(&'a dyn Fn(&str) -> bool);
        impl Visitor for Finder<'_> {
            type Break = ();
            fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
                match expr {
                    Expr::Function(function)
                        if function.over.is_none() && (self.0)(&function.name.to_string().to_lowercase()) =>
                    {
                        ControlFlow::Break(())
                    }
                    _ => ControlFlow::Continue(()),
                }
            }
        }
        select.projection.visit(&mut Finder(self.is_aggregate)).is_break()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn empty(sql: &str) -> bool {
        let look = Look {
            is_empty: &|name| name == "nothing" || name == "versions.nothing",
            is_aggregate: &|name| ["count", "max", "bool_or"].contains(&name),
        };
        match parse(sql) {
            Ok(Statement::Query(query)) => look.query(&query, &BTreeMap::new()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn only_what_is_certain_is_empty() {
        for (sql, is_empty) in [
            ("SELECT 1 FROM nothing LIMIT 1", true),
            ("SELECT 1 FROM \"Nothing\"", true),
            ("SELECT 1 FROM versions.nothing", true),
            ("SELECT 1 FROM things", false),
            ("SELECT 1", false),
            ("SELECT count(*) FROM nothing", false),
            ("SELECT 1 FROM nothing HAVING count(*) > 0", false),
            ("SELECT a, count(*) FROM nothing GROUP BY a", true),
            ("SELECT count(*) FROM nothing GROUP BY ROLLUP (a)", false),
            ("SELECT a, max(b) OVER (PARTITION BY a) FROM nothing", true),
            ("SELECT coalesce(a, 0) FROM nothing", true),
            ("SELECT (SELECT count(*) FROM things) FROM nothing", false),
            ("SELECT 1 FROM things JOIN nothing ON true", true),
            ("SELECT 1 FROM things CROSS JOIN nothing", true),
            ("SELECT 1 FROM things, nothing", true),
            ("SELECT 1 FROM things LEFT JOIN nothing ON true", false),
            ("SELECT 1 FROM nothing LEFT JOIN things ON true", true),
            ("SELECT 1 FROM nothing RIGHT JOIN things ON true", false),
            ("SELECT 1 FROM nothing FULL JOIN things ON true", false),
            ("SELECT 1 FROM nothing FULL JOIN nothing AS other ON true", true),
            ("SELECT 1 FROM things LEFT JOIN things AS more ON true JOIN nothing ON true", true),
            ("SELECT 1 FROM things UNION ALL SELECT 1 FROM nothing", false),
            ("SELECT 1 FROM nothing UNION SELECT 2 FROM nothing", true),
            ("SELECT 1 FROM things EXCEPT SELECT 1 FROM nothing", false),
            ("SELECT 1 FROM things INTERSECT SELECT 1 FROM nothing", true),
            ("WITH few AS (SELECT a FROM nothing) SELECT 1 FROM things JOIN few ON true", true),
            ("WITH few AS (SELECT count(*) AS a FROM nothing) SELECT 1 FROM few", false),
            ("WITH nothing AS (SELECT 1 AS a) SELECT a FROM nothing", false),
            ("WITH RECURSIVE few AS (SELECT a FROM nothing) SELECT 1 FROM few", false),
            ("SELECT 1 FROM (SELECT a FROM nothing) AS few", true),
            ("SELECT 1 FROM things WHERE a IN (SELECT a FROM nothing)", false),
            ("SELECT 1 FROM unnest([1, 2])", false),
            ("VALUES (1)", false),
        ] {
            assert_eq!(empty(sql), is_empty, "{sql}");
        }
    }
}
