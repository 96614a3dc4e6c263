//! Throughput that wanders, and what is told of it.

use super::*;
use crate::plan::random::Random;

const QUESTION: Question = Question { items: 20, history: 12, step: 4 };

/// Streams whose pace wanders: far more than the last weeks tell.
fn wandering(streams: u64, weeks: usize) -> Vec<Stream> {
    let stream = |number: u64| {
        let mut random = Random::new(11, number);
        let mut pace = 3.0_f64;
        let mut week = || {
            pace = (pace * Curve::normal(0.0, 0.25).at(random.unit()).exp()).clamp(0.8, 12.0);
            (0..24).filter(|_| random.chance(pace / 24.0)).count() as u32
        };
        Stream { first_day: 14 * number as i64, weeks: (0..weeks).map(|_| week()).collect() }
    };
    (0..streams).map(stream).collect()
}

#[test]
fn a_steady_stream_is_foreseen_exactly_after_a_while() {
    let streams = [Stream { first_day: 0, weeks: vec![5; 400] }];
    let mut last = None;
    ThroughputForecaster::replay(&streams, QUESTION, |_, weeks| last = Some(weeks.curve));
    let last = last.unwrap();
    assert!((last.median() - 4.0).abs() < 0.1 && last.at(0.9) < 5.0, "{last:?}");
}

#[test]
fn what_the_last_weeks_are_too_sure_of_is_held_as_often_as_told() {
    let streams = wandering(8, 500);
    let (mut plain, mut ours, mut all) = (0, 0, 0);
    let is_within =
        |curve: &Curve, took: u32| usize::from((curve.at(0.1)..=curve.at(0.9)).contains(&f64::from(took)));
    ThroughputForecaster::replay(&streams, QUESTION, |asked, weeks| {
        if let Some(took) = asked.took.filter(|_| asked.week > 100) {
            all += 1;
            plain += is_within(&asked.plain, took);
            ours += is_within(&weeks.curve, took);
        }
    });
    let share = |within: usize| within as f64 / f64::from(all);
    assert!(share(plain) < 0.75 && (0.76..0.86).contains(&share(ours)), "{} {}", share(plain), share(ours));
}

#[test]
fn nothing_is_known_before_its_day() {
    // What comes after a moment does not change what was foreseen at it.
    let (whole, mut short) = (wandering(3, 200), wandering(3, 200));
    short.iter_mut().for_each(|stream| stream.weeks.truncate(120));
    let forecasts = |streams: &[Stream]| {
        let mut curves = Vec::new();
        ThroughputForecaster::replay(streams, QUESTION, |asked, weeks| {
            if asked.week < 110 {
                curves.push((asked.stream, asked.week, weeks.curve));
            }
        });
        curves
    };
    assert_eq!(forecasts(&whole), forecasts(&short));
}

#[test]
fn what_is_added_delays_by_as_much_as_it_did() {
    let work = Stream { first_day: 0, weeks: vec![6; 60] };
    let still = Asked::new(0, &work, 60, QUESTION).unwrap();
    let growing = Asked::with_growth(0, &work, 60, QUESTION, &[3; 60]).unwrap();
    assert_eq!((still.plain.median(), growing.plain.median()), (4.0, 6.0));
    assert_eq!(Asked::with_growth(0, &work, 60, QUESTION, &[]).unwrap().centres[0], still.centres[0]);
    let never = Asked::with_growth(0, &work, 60, QUESTION, &[9; 60]).unwrap();
    assert_eq!(never.plain.median(), f64::from(LONGEST));
}

#[test]
fn how_much_is_done_by_a_day_is_held_as_often_as_told() {
    let streams = wandering(8, 420);
    let (mut within, mut all) = (0, 0);
    for week in (150..400).step_by(25) {
        for stream in 0..streams.len() {
            let day = streams[stream].first_day + 7 * week as i64;
            let mut known = streams.clone();
            known.iter_mut().for_each(|one| one.weeks.truncate(((day - one.first_day) / 7) as usize));
            let Some(Items { curve, .. }) = items_by(&known, stream, 12, 8) else { continue };
            let came: u32 = streams[stream].weeks[week..week + 8].iter().sum();
            within += usize::from((curve.at(0.1)..=curve.at(0.9)).contains(&f64::from(came)));
            all += 1;
        }
    }
    assert!((0.72..0.88).contains(&(within as f64 / all as f64)), "{within} of {all}");
    assert_eq!(items_by(&streams, 99, 12, 8), None);
}

#[test]
fn no_pace_no_forecast() {
    let still = Stream { first_day: 0, weeks: vec![0; 60] };
    assert_eq!(Asked::new(0, &still, 40, QUESTION), None);
    assert_eq!(Asked::new(0, &still, 90, QUESTION), None);
    let forecaster = ThroughputForecaster::replay(&[], QUESTION, |_, _| ());
    let young = Stream { first_day: 0, weeks: vec![2; 6] };
    let asked = Asked::new(0, &young, 6, QUESTION).unwrap();
    let weeks = forecaster.forecast(&asked);
    assert!(weeks.cases == 0.0 && weeks.curve.at(0.9) > weeks.curve.at(0.1) + 2.0);
}
