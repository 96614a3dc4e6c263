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
    /// Asks of a stream what its weeks before `week` say. None where too little was done in them, or nothing is asked.
    #[must_use]
    pub fn new(stream: usize, work: &Stream, week: usize, question: Question) -> Option<Self> {
        let before = work.weeks.get(..week)?;
        let last = before.get(week.saturating_sub(question.history)..)?;
        if last.iter().filter(|&&done| done > 0).count() < BUSY || question.items == 0 {
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

    /// Whole weeks are counted, and none is less than one.
    fn learn(&mut self, weeks: &Weeks, truth: f64) {
        self.record.add_counted(&weeks.blend, truth);
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
            Curve::weighted(&[now.plain.map(f64::log2), like, steadied], &[1.0 / 3.0; 3]).map(at_least_one);
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

/// Weeks of doublings of a week: weeks are counted, and nothing is done before the first one ends.
fn at_least_one(doublings: f64) -> f64 {
    doublings.exp2().max(1.0)
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
mod tests;
