//! What holds of routes and ranks whatever the company and the rows.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, ToSpan, tz::TimeZone};
use proptest::prelude::*;
use qd_model::{Evidence, Price, PriceClass, Row, Value, row_id};

use crate::{
    calendar::Calendar,
    finding::Finding,
    rank::{ROWS, ROWS_OF_A_SIGNAL, arrange, stands_for},
    route::{Lines, Member, Owner, route},
    signal::{Audience, Signal},
};

fn calendar() -> Calendar {
    Calendar { zone: TimeZone::UTC, holidays: BTreeSet::new() }
}

fn now() -> Timestamp {
    "2026-03-02T08:00:00Z".parse().expect("a moment")
}

fn days_ago(days: i64) -> Timestamp {
    now().checked_sub((days * 24).hours()).expect("a moment")
}

fn finding(since: i64, patience: f64, audience: Audience, starts_at_company: bool) -> Finding {
    Finding {
        id: "abc".to_owned(),
        signal: "s".to_owned(),
        subject: "x".to_owned(),
        title: "x".to_owned(),
        owner: None,
        since: Some(days_ago(since)),
        deadline: None,
        url: None,
        audience,
        starts_at_company,
        patience,
        minutes: 10,
        facts: BTreeMap::new(),
        fingerprint: String::new(),
    }
}

/// Companies of eight people with any reporting lines, circles and strangers among them.
fn lines() -> impl Strategy<Value = Lines> {
    let member = (proptest::option::of(0..10_u8), any::<bool>(), any::<bool>());
    (proptest::collection::vec(member, 8), 0..8_u8).prop_map(|(members, top)| Lines {
        people: members
            .into_iter()
            .enumerate()
            .map(|(number, (manager, has_left, is_away))| {
                let reports_to = manager.map(|manager| format!("p{manager}"));
                let name = format!("P{number}");
                (format!("p{number}"), Member { name, reports_to, has_left, is_away: is_away && !has_left })
            })
            .collect(),
        top: format!("p{top}"),
        is_inferred: false,
    })
}

fn audience() -> impl Strategy<Value = Audience> {
    prop_oneof![Just(Audience::Person), Just(Audience::Line), Just(Audience::Company)]
}

proptest! {
    #[test]
    fn a_route_goes_up_line_by_line_and_asks_nobody_twice(
        lines in lines(), owner in 0..9_u8, is_guess: bool, since in 0..400_i64, seen in 0..400_i64,
        patience in 0.5..30.0_f64, audience in audience(), at_company: bool,
    ) {
        let finding = finding(since, patience, audience, at_company);
        let owner = Owner { person: format!("p{owner}"), is_guess, why: String::new() };
        let route = route(&finding, Some(&owner), &lines, &calendar(), days_ago(seen), now());
        let unique: BTreeSet<&String> = route.chain.iter().collect();
        prop_assert_eq!(unique.len(), route.chain.len(), "somebody is asked twice");
        prop_assert_eq!(route.chain.last(), Some(&route.holder));
        // Each step is the reporting line, or the fall to the top where the line ends.
        for pair in route.chain.windows(2) {
            let above = lines.line(&pair[0]);
            prop_assert!(above.first() == Some(&pair[1].as_str()) || pair[1] == lines.top, "a level is skipped");
        }
        if let Some((_, to)) = &route.rises {
            prop_assert!(!is_guess, "nothing rises on a guess");
            prop_assert!(lines.line(&route.holder).contains(&to.as_str()));
        }
        if audience == Audience::Person && lines.people.contains_key(&owner.person) && !at_company {
            prop_assert_eq!(&route.holder, &owner.person, "it left its audience");
        }
        prop_assert!(lines.may_see(&route.holder, &route.holder, audience));
    }

    #[test]
    fn who_waits_longer_never_sinks(
        lines in lines(), owner in 0..8_u8, since in 0..300_i64, more in 1..100_i64, patience in 0.5..30.0_f64,
    ) {
        let owner = Owner { person: format!("p{owner}"), is_guess: false, why: String::new() };
        let at = |days: i64| {
            let finding = finding(days, patience, Audience::Line, false);
            route(&finding, Some(&owner), &lines, &calendar(), days_ago(days), now())
        };
        let (early, late) = (at(since), at(since + more));
        prop_assert!(late.chain.starts_with(&early.chain) || early.chain.starts_with(&late.chain));
        prop_assert!(late.chain.len() >= early.chain.len());
    }

    #[test]
    fn the_order_of_a_brief_depends_on_the_rows_alone(
        rows in proptest::collection::vec(
            (0..4_u8, 0..12_u8, 0.0..100.0_f64, 1..90_u32, proptest::option::of(0..200_i64), any::<bool>()), 0..30),
        shift in 0..30_usize,
    ) {
        let mut seen = BTreeSet::new();
        let rows: Vec<Row> = rows
            .into_iter()
            .filter(|(signal, subject, ..)| seen.insert((*signal, *subject)))
            .map(|(signal, subject, cost, minutes, since, is_near)| row(signal, subject, cost, minutes, since, is_near))
            .collect();
        let mut turned = rows.clone();
        turned.rotate_left(shift.min(rows.len()));
        turned.reverse();
        let signals = BTreeMap::from([("s0".to_owned(), folding())]);
        let all = rows.len();
        let (shown, rest) = arrange(rows, &signals, &calendar(), now(), false);
        prop_assert_eq!((&shown, rest), (&arrange(turned, &signals, &calendar(), now(), false).0, rest));
        prop_assert!(shown.len() <= ROWS);
        for signal in shown.iter().map(|row| &row.signal) {
            prop_assert!(shown.iter().filter(|row| row.signal == *signal).count() <= ROWS_OF_A_SIGNAL);
        }
        let told: usize = shown.iter().map(stands_for).sum();
        prop_assert_eq!(told + rest, all, "a row is lost or told twice");
        let subjects: BTreeSet<&String> = shown.iter().map(|row| &row.subject).collect();
        prop_assert_eq!(subjects.len(), shown.len(), "a subject has two rows");
    }
}

/// A signal whose rows of one repository fold.
fn folding() -> Signal {
    let file = "-- signal: s0\n-- duty: d\n-- asks: a\n-- says: {subject}\n-- folds: {count} in {repo}\n\
                -- price: waits\n-- patience: 1d\n-- minutes: 1\nSELECT 1";
    Signal::parse("p", file, "built in").expect("a head")
}

fn row(signal: u8, subject: u8, cost: f64, minutes: u32, since: Option<i64>, is_near: bool) -> Row {
    let (signal, subject) = (format!("s{signal}"), format!("subject {subject}"));
    let repo = if cost > 50.0 { "api" } else { "web" };
    Row {
        id: row_id(&signal, &subject),
        duty: String::new(),
        title: subject.clone(),
        asks: String::new(),
        owner: None,
        is_owner_guessed: false,
        holder: "p0".to_owned(),
        chain: vec!["p0".to_owned()],
        since: since.map(days_ago),
        first_seen: now(),
        patience: 1.0,
        price: Price { class: PriceClass::Waits, terms: Vec::new(), assumed: true, unit: "h/day".to_owned() },
        cost_per_day: cost,
        minutes,
        deadline: is_near.then(|| calendar().date(now())),
        rank: 0,
        url: None,
        new: false,
        folded: Vec::new(),
        evidence: Evidence {
            query: String::new(),
            facts: BTreeMap::from([("repo".to_owned(), Value::Text(repo.to_owned()))]),
        },
        signal,
        subject,
    }
}
