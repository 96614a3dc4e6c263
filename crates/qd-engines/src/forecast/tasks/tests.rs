//! Two people whose estimates mean different things.

use super::*;
use crate::plan::random::Random;

/// Tasks of two people: what one says takes twice as long, what the other says half of it.
fn history(count: usize) -> Vec<Finished> {
    let mut random = Random::new(7, 0);
    let one = |place: usize| {
        let person = random.below(2) as u32;
        let estimate = 1.0 + random.below(8) as f64;
        let doublings = Curve::normal(if person == 0 { 1.0 } else { -1.0 }, 0.5).at(random.unit());
        let piece = Piece { estimate, person: Some(person), category: Some(0), project: None };
        let start = place as i64 * 10;
        Finished { start, done: start + 25, piece, actual: estimate * doublings.exp2() }
    };
    (0..count).map(one).collect()
}

#[test]
fn without_a_history_the_prior_speaks() {
    let forecaster = TaskForecaster::after(prior::TASK, &[]);
    let piece = Piece { estimate: 8.0, person: Some(3), category: None, project: None };
    let said = forecaster.forecast(&piece).doublings;
    let believed = prior::TASK.curve();
    assert!(
        forecaster.known() == 0 && said.0.iter().zip(believed.0).all(|(one, two)| (one - two).abs() < 0.03)
    );
}

#[test]
fn who_forecasts_learns_whose_estimates_mean_what() {
    let forecaster = TaskForecaster::after(prior::TASK, &history(2_000));
    let of = |person: Option<u32>| {
        let piece = Piece { estimate: 4.0, person, category: Some(0), project: None };
        forecaster.forecast(&piece).doublings
    };
    assert!((of(Some(0)).median() - 1.0).abs() < 0.15, "{}", of(Some(0)).median());
    assert!((of(Some(1)).median() + 1.0).abs() < 0.15, "{}", of(Some(1)).median());
    // Of somebody new nobody knows which of the two kinds they are.
    assert!(of(None).at(0.9) > 1.0 && of(None).at(0.1) < -1.0);
}

#[test]
fn intervals_hold_as_often_as_they_say() {
    let history = history(3_000);
    let (mut within, mut all) = (0, 0);
    replay(prior::TASK, &history, |place, _, issued| {
        let truth = history[place].doublings();
        all += usize::from(place >= 500);
        within += usize::from(
            place >= 500 && issued.doublings.at(0.1) <= truth && truth <= issued.doublings.at(0.9),
        );
    });
    assert!((1_950..2_050).contains(&within), "{within} of {all}");
}

#[test]
fn nothing_is_known_before_it_is_done() {
    let history = history(40);
    replay(prior::TASK, &history, |place, forecaster, _| {
        let done = history.iter().filter(|one| one.done < history[place].start).count();
        assert_eq!(forecaster.known(), done);
    });
}

#[test]
fn numbers_without_sense_are_left_out() {
    let mut history = history(10);
    history[3].actual = 0.0;
    history[4].actual = f64::NAN;
    history[5].piece.estimate = 0.0;
    assert_eq!(TaskForecaster::after(prior::TASK, &history).known(), 7);
}
