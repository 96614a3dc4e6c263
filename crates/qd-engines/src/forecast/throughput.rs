//! When so many items are done, by the pace of the last weeks and by how far such forecasts were off.
//!
//! Weeks to come are not like the last ones: pace changes, people leave, projects pause. So the same question is asked of every
//! past moment of all streams of work, and what came of it, as a multiple of what was foreseen, is the reference class of the
//! question that is asked now.

use super::{
    bootstrap::{Bootstrap, LONGEST, weeks_with_growth},
    class::{Case, Class, survival},
    curve::Curve,
    prior,
    record::Record,
    scores::Scores,
};

/// The work of one project or team, week by week.
#[derive(Debug, Clone, PartialEq)]
pub struct Stream {
    /// Day on which its first week begins, in days of any calendar that all streams share.
    pub first_day: i64,
    /// Items that were done in each week.
    pub weeks: Vec<u32>,
}

/// What is asked: weeks until the next `items` are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// Items.
    pub items: u32,
    /// Weeks whose pace is looked at.
    pub history: usize,
    /// Weeks from one time of asking to the next.
    pub step: usize,
}

/// Weeks before a stream is asked of for the first time.
const BURN_IN: usize = 26;
/// A pace needs so many weeks in which something was done.
const BUSY: usize = 4;
/// Weeks without anything done after which a stream is taken to have stopped: its open questions say no more how long such
/// things take.
const PAUSE: i64 = 8;

/// A question asked at some moment of a stream.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asked {
    /// Which stream.
    pub stream: usize,
    /// Its week, whose first day is the moment.
    pub week: usize,
    /// The day.
    pub day: i64,
    /// What the pace of the last weeks says.
    pub plain: Curve,
    /// Weeks at that pace's median, and at a pace between it and that of all the stream's past (their geometric mean).
    centres: [f64; 2],
    /// Weeks that it took, if that is known in the stream.
    pub took: Option<u32>,
}

impl Asked {
    /// Asks of a stream what its weeks before `week` say. None where too little was done in them.
    #[must_use]
    pub fn new(stream: usize, work: &Stream, week: usize, question: Question) -> Option<Self> {
        let before = work.weeks.get(..week)?;
        let last = before.get(week.saturating_sub(question.history)..)?;
        if last.iter().filter(|&&done| done > 0).count() < BUSY {
            return None;
        }
        let plain = Bootstrap::new(last)?.weeks(question.items);
        let all = before.iter().map(|&done| f64::from(done)).sum::<f64>() / week as f64;
        let long = f64::from(question.items) / all;
        let centres = [plain.median(), (plain.median() * long).sqrt()];
        let mut done = 0_u64;
        let ended = work.weeks.iter().skip(week).position(|&more| {
            done += u64::from(more);
            done >= u64::from(question.items)
        });
        let took = ended.and_then(|weeks| u32::try_from(weeks + 1).ok());
        Some(Self { stream, week, day: work.first_day + 7 * week as i64, plain, centres, took })
    }

    /// Asks what the weeks before `week` say if items are added as they were in them: `added` has those of each week.
    ///
    /// Weeks to come are like those before in both, what was done and what was added. None where too little was done.
    #[must_use]
    pub fn with_growth(
        stream: usize,
        work: &Stream,
        week: usize,
        question: Question,
        added: &[u32],
    ) -> Option<Self> {
        let asked = Self::new(stream, work, week, question)?;
        let both = work.weeks.iter().zip(added.iter().copied().chain(std::iter::repeat(0)));
        let before: Vec<(u32, u32)> = both.take(week).map(|(&done, added)| (done, added)).collect();
        let last = before.get(week.saturating_sub(question.history)..)?;
        let plain = weeks_with_growth(last, question.items, 1)?;
        let net: f64 = before.iter().map(|&(done, added)| f64::from(done) - f64::from(added)).sum();
        let longest = f64::from(LONGEST);
        let long = (f64::from(question.items) * week as f64 / net.max(f64::MIN_POSITIVE)).min(longest);
        let centres = [plain.median(), (plain.median() * long).sqrt()];
        Some(Self { plain, centres, took: None, ..asked })
    }

    /// The day on which the answer was known.
    fn end(&self) -> Option<i64> {
        Some(self.day + 7 * i64::from(self.took?))
    }
}

/// Answers a question by all that was known before.
#[derive(Debug, Clone)]
pub struct ThroughputForecaster<'a> {
    streams: &'a [Stream],
    asked: Vec<Asked>,
    record: Record,
    scores: Scores,
}

/// A forecast, in weeks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weeks {
    /// The views together.
    blend: Curve,
    /// The forecast: the same, corrected by the record.
    pub curve: Curve,
    /// Past cases of the same question that are its reference class.
    pub cases: f64,
}

impl Weeks {
    /// How likely all is done within so many weeks.
    #[must_use]
    pub fn chance_within(&self, weeks: f64) -> f64 {
        self.curve.share_within(weeks)
    }
}

impl<'a> ThroughputForecaster<'a> {
    /// Asks the question of all moments of all streams, in the order of time.
    ///
    /// `each` is told each moment and the forecast that was made by what was known on that day.
    pub fn replay(streams: &'a [Stream], question: Question, mut each: impl FnMut(&Asked, &Weeks)) -> Self {
        let moments = |stream: usize, work: &'a Stream| {
            let weeks = (BURN_IN..work.weeks.len()).step_by(question.step.max(1));
            weeks.filter_map(move |week| Asked::new(stream, work, week, question))
        };
        let mut asked: Vec<Asked> =
            streams.iter().enumerate().flat_map(|(stream, work)| moments(stream, work)).collect();
        asked.sort_by_key(|asked| (asked.day, asked.stream));
        let mut forecaster = Self { streams, asked, record: Record::default(), scores: Scores::default() };
        let mut open: Vec<(i64, f64, Weeks)> = Vec::new();
        for place in 0..forecaster.asked.len() {
            let Some(&now) = forecaster.asked.get(place) else { continue };
            open.sort_by_key(|&(end, ..)| end);
            let known = open.partition_point(|&(end, ..)| end <= now.day);
            for (_, truth, weeks) in open.drain(..known) {
                forecaster.learn(&weeks, truth);
            }
            let weeks = forecaster.forecast(&now);
            each(&now, &weeks);
            if let (Some(end), Some(took)) = (now.end(), now.took) {
                open.push((end, f64::from(took), weeks));
            }
        }
        for (_, truth, weeks) in open {
            forecaster.learn(&weeks, truth);
        }
        forecaster
    }

    /// Whole weeks are counted: what took 3 took more than 2.
    fn learn(&mut self, weeks: &Weeks, truth: f64) {
        self.record.add(&weeks.blend, truth, 0.5);
        self.scores.add(&weeks.curve, truth);
    }

    /// How good past forecasts of the same question were, of all streams.
    #[must_use]
    pub fn scores(&self) -> &Scores {
        &self.scores
    }

    /// Answers a question by what was known on its day.
    #[must_use]
    pub fn forecast(&self, now: &Asked) -> Weeks {
        let known = self.asked.partition_point(|asked| asked.day < now.day);
        let before = self.asked.get(..known).unwrap_or_default();
        let runs: Vec<bool> = self.streams.iter().map(|stream| is_running(stream, now.day)).collect();
        let views = [0, 1].map(|view| {
            let mut cases: Vec<Case> =
                before.iter().filter_map(|asked| case(asked, view, now.day, &runs)).collect();
            let prior = prior::PACE.curve();
            let (class, count) =
                survival(&mut cases).map_or((prior, 0.0), |(class, count)| (class.map(f64::log2), count));
            let share = count / (count + prior::STRENGTH);
            let centre = now.centres.get(view).copied().unwrap_or(1.0).log2();
            (class.blend(&prior, share).map(|doublings| doublings + centre), count)
        });
        let [(like, cases), (steadied, _)] = views;
        let blend =
            Curve::weighted(&[now.plain.map(f64::log2), like, steadied], &[1.0 / 3.0; 3]).map(f64::exp2);
        let curve = self.record.corrected(&blend);
        Weeks { blend, curve, cases }
    }
}

/// A forecast of how many items are done within some weeks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Items {
    /// Items; to be sure to so many of a hundred that at least so many are done, look at the level that is left of it.
    pub curve: Curve,
    /// Past cases that are its reference class.
    pub cases: usize,
}

/// How many items a stream gets done within some weeks from its end on.
///
/// The pace of the last `history` weeks, times what such a pace came to at every fourth past week of all streams. None where
/// too little was done in these weeks.
#[must_use]
pub fn items_by(streams: &[Stream], stream: usize, history: usize, within: u32) -> Option<Items> {
    let now = streams.get(stream)?;
    let today = now.first_day + 7 * now.weeks.len() as i64;
    let mut class = Class::default();
    for work in streams {
        for week in (BURN_IN..work.weeks.len()).step_by(4) {
            let end = week.saturating_add(within as usize);
            let Some(came) = work.weeks.get(week..end).filter(|_| work.first_day + 7 * end as i64 <= today)
            else {
                break;
            };
            let Some(pace) = work.weeks.get(..week).and_then(|before| pace(before, history)) else {
                continue;
            };
            let came: f64 = came.iter().map(|&done| f64::from(done)).sum();
            class.add(((came + 0.5) / (pace * f64::from(within) + 0.5)).log2());
        }
    }
    let foreseen = pace(&now.weeks, history)? * f64::from(within) + 0.5;
    let like = class.shrunk(&prior::PACE.curve(), prior::STRENGTH);
    // Half an item keeps nothing at all from being infinitely less than one.
    let like = like.map(|doublings| (foreseen * doublings.exp2() - 0.5).max(0.0));
    Some(Items { curve: like, cases: class.len() })
}

/// Items of a week, on the mean of the last ones.
fn pace(before: &[u32], history: usize) -> Option<f64> {
    let last = before.get(before.len().saturating_sub(history)..)?;
    let is_busy = last.iter().filter(|&&done| done > 0).count() >= BUSY;
    is_busy.then(|| last.iter().map(|&done| f64::from(done)).sum::<f64>() / last.len() as f64)
}

/// Whether anything was done in the last weeks before a day.
fn is_running(stream: &Stream, day: i64) -> bool {
    let until = usize::try_from((day - stream.first_day) / 7).unwrap_or(0).min(stream.weeks.len());
    let week = (day - stream.first_day) / 7;
    let from = usize::try_from(week - PAUSE).unwrap_or(0);
    stream.weeks.get(from..until).is_some_and(|weeks| weeks.iter().any(|&done| done > 0))
}

/// What a question asked before has come to by a day, as a multiple of what was foreseen.
fn case(asked: &Asked, view: usize, day: i64, runs: &[bool]) -> Option<Case> {
    let centre = asked.centres.get(view)?;
    let took = asked.took.filter(|_| asked.end().is_some_and(|end| end <= day));
    let is_open = runs.get(asked.stream).copied().unwrap_or(false);
    match took {
        Some(weeks) => Some(Case { value: f64::from(weeks) / centre, has_ended: true, weight: 1.0 }),
        None if is_open => {
            let waited = (day - asked.day) as f64 / 7.0;
            Some(Case { value: waited / centre, has_ended: false, weight: 1.0 })
        }
        None => None,
    }
}

#[cfg(test)]
mod tests {
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
        let is_within = |curve: &Curve, took: u32| {
            usize::from((curve.at(0.1)..=curve.at(0.9)).contains(&f64::from(took)))
        };
        ThroughputForecaster::replay(&streams, QUESTION, |asked, weeks| {
            if let Some(took) = asked.took.filter(|_| asked.week > 100) {
                all += 1;
                plain += is_within(&asked.plain, took);
                ours += is_within(&weeks.curve, took);
            }
        });
        let share = |within: usize| within as f64 / f64::from(all);
        assert!(
            share(plain) < 0.75 && (0.76..0.86).contains(&share(ours)),
            "{} {}",
            share(plain),
            share(ours)
        );
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
}
