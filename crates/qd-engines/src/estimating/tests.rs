//! Estimates of which the truth can be said on paper.

use super::{Estimate, Line, Opinion, Outcome, Risk};
use crate::forecast::{
    prior::TASK,
    tasks::{Finished, Piece, TaskForecaster},
};

fn piece(category: Option<u32>) -> Piece {
    Piece { estimate: 0.0, person: None, category, project: None }
}

fn line(id: &str, points: [f64; 3]) -> Line {
    let opinions = vec![Opinion { by: None, points }];
    Line { id: id.to_owned(), opinions, sold: Some(1_000.0), cost: Some(600.0), ..Line::default() }
}

fn outcome(estimate: &Estimate, past: &TaskForecaster) -> Outcome {
    Outcome::of(estimate, past, &|_| piece(None), 7)
}

fn of(lines: Vec<Line>) -> Estimate {
    Estimate { lines, confidence: 0.8, fixed_price: Some(12_000.0), ..Estimate::default() }
}

#[test]
fn without_a_past_a_narrow_range_is_as_wide_as_work_usually_is() {
    let told = outcome(&of(vec![line("a", [10.0, 10.0, 10.0])]), &TaskForecaster::new(TASK));
    // The prior: half of the tasks take what was said, one of ten more than e^(0.7 * 1.28) times as much.
    assert!((told.effort.at(0.5) / 10.0 - 1.0).abs() < 0.03, "{}", told.effort.at(0.5));
    assert!((told.effort.at(0.9) / 24.5 - 1.0).abs() < 0.05, "{}", told.effort.at(0.9));
    let (price, cost) = (told.price.expect("rates"), told.cost.expect("rates"));
    assert!((price.at(0.8) / cost.at(0.8) - 1_000.0 / 600.0).abs() < 1e-9);
    assert!((cost.above(12_000.0) - told.effort.above(20.0)).abs() < 1e-9);
}

#[test]
fn a_wide_range_stays_as_it_was_said_and_moves_with_the_past() {
    let finished = |place: i64| Finished {
        start: place,
        done: place + 1,
        piece: Piece { estimate: 8.0, ..piece(Some(1)) },
        actual: 16.0,
    };
    let past = TaskForecaster::after(TASK, &(0..400).map(finished).collect::<Vec<_>>());
    let estimate = of(vec![line("a", [0.2, 1.0, 6.0])]);
    let told = Outcome::of(&estimate, &past, &|_| piece(Some(1)), 7);
    let said = told.lines[0].said.as_ref().expect("it was said");
    let days = told.lines[0].days.as_ref().expect("it was said");
    assert!((days.median() / 3.4 - 1.0).abs() < 0.1, "twice the expected 1.7 days: {}", days.median());
    assert!((days.at(0.9) / days.median() - said.at(0.9) / said.median()).abs() < 0.01);
}

#[test]
fn who_disagrees_is_less_sure_and_lines_share_their_luck() {
    let past = TaskForecaster::new(TASK);
    let say = |points: &[[f64; 3]]| Line {
        opinions: points
            .iter()
            .map(|points| Opinion { by: Some("ada".to_owned()), points: *points })
            .collect(),
        ..line("a", [1.0; 3])
    };
    let one = say(&[[5.0, 10.0, 20.0]]);
    let two = say(&[[2.0, 4.0, 8.0], [10.0, 20.0, 40.0]]);
    assert_eq!((one.disagreement(), two.disagreement()), (None, Some(5.0)));
    let spread = |line: &Line| {
        let told = outcome(&of(vec![line.clone()]), &past);
        told.effort.at(0.95) / told.effort.at(0.1)
    };
    assert!(spread(&two) > spread(&one));
    let many = outcome(&of(vec![line("a", [5.0, 10.0, 20.0]); 20]), &past);
    let ratio = many.effort.at(0.95) / many.effort.at(0.1);
    assert!(ratio > 2.0 && ratio < spread(&one), "sums are surer than parts, and not by much: {ratio}");
    let parts: f64 = many.lines.iter().map(|driver| driver.share_of_spread).sum();
    assert!((parts - 1.0).abs() < 1e-9);
}

#[test]
fn risks_come_in_their_share_of_runs_and_options_in_none() {
    let past = TaskForecaster::new(TASK);
    let risk = Risk {
        id: "r".to_owned(),
        probability: 0.3,
        points: Some([10.0, 10.0, 10.0]),
        money: Some(500.0),
        sold: Some(1_000.0),
        cost: Some(600.0),
        ..Risk::default()
    };
    let optional = Line { is_optional: true, sold: None, ..line("b", [50.0, 60.0, 70.0]) };
    let mut estimate = of(vec![line("a", [10.0, 10.0, 10.0]), optional]);
    let without = outcome(&estimate, &past);
    estimate.risks.push(risk);
    let with = outcome(&estimate, &past);
    assert!((with.effort.mean() - without.effort.mean() - 3.0).abs() < 0.2);
    let added = with.cost.expect("rates").mean() - without.cost.expect("rates").mean();
    assert!((added - 0.3 * (6_000.0 + 500.0)).abs() < 150.0, "{added}");
    estimate.risks[0].money = None;
    let foreign = outcome(&estimate, &past);
    assert!(foreign.cost.is_none() && foreign.price.is_none(), "what is not known is not 0");
    assert!(without.lines[1].days.is_some() && without.lines[1].share_of_spread == 0.0);
    assert!(without.price.is_some(), "what is optional needs no rate");
}

#[test]
fn what_makes_no_sense_is_unknown_and_takes_nothing_with_it() {
    let past = TaskForecaster::new(TASK);
    let mut lines =
        vec![line("a", [10.0, 10.0, 10.0]), line("zero", [0.0; 3]), line("back", [3.0, 2.0, 1.0])];
    lines.push(Line { opinions: Vec::new(), ..line("none", [0.0; 3]) });
    lines.push(line("nan", [f64::NAN; 3]));
    let told = outcome(&of(lines), &past);
    let known: Vec<bool> = told.lines.iter().map(|driver| driver.days.is_some()).collect();
    assert_eq!(known, [true, false, false, false, false]);
    assert!((told.effort.at(0.5) - 10.0).abs() < 0.5 && told.price.is_some());
    let nothing = outcome(&Estimate::default(), &past);
    assert_eq!((nothing.effort.at(0.5), nothing.effort.above(0.0)), (0.0, 0.0));
    let unpriced = outcome(&of(vec![Line { sold: None, ..line("a", [1.0, 2.0, 3.0]) }]), &past);
    assert!(unpriced.price.is_none() && unpriced.cost.is_some());
}

#[test]
fn the_same_seed_gives_the_same() {
    let estimate = of(vec![line("a", [1.0, 2.0, 5.0]), line("b", [2.0, 3.0, 9.0])]);
    let past = TaskForecaster::new(TASK);
    assert_eq!(outcome(&estimate, &past), outcome(&estimate, &past));
    assert!(outcome(&estimate, &past).lines[1].known_saves > 0.0);
}
