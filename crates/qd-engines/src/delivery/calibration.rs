//! The report card: of all that was said of the future here, how often the truth fell inside.

use arrow::array::{Array, RecordBatch};
use qd_tables::{CALIBRATION, Writer};

use super::{Deliveries, HISTORY, STEP, day_of};
use crate::{
    Engine, EngineError, Input, Inputs,
    columns::text,
    estimating::history,
    forecast::{
        prior::TASK,
        scores::Scores,
        tasks::replay,
        throughput::{Question, ThroughputForecaster},
    },
};

/// The engine.
pub(crate) const ENGINE: Engine = Engine {
    output: &CALIBRATION,
    inputs: &[
        Input { name: "items", query: include_str!("items.sql") },
        Input { name: "promises", query: include_str!("promises.sql") },
        Input { name: "estimate_history", query: include_str!("estimates.sql") },
        Input { name: "plans", query: include_str!("plans.sql") },
    ],
    run,
};

/// Items of the questions by which a pace is scored.
const ITEMS: u32 = 20;

/// How often something held.
#[derive(Debug, Default)]
struct Held {
    said: i64,
    inside: Option<f64>,
    half: Option<f64>,
    eight: Option<f64>,
    most: Option<f64>,
}

impl Held {
    fn of(scores: &Scores) -> Self {
        let [half, most, _] = scores.kept();
        Self {
            said: scores.forecasts as i64,
            inside: Some(scores.coverage80()),
            half: Some(half),
            eight: None,
            most: Some(most),
        }
    }
}

fn run(inputs: &Inputs) -> Result<RecordBatch, EngineError> {
    let mut writer = Writer::new(&CALIBRATION);
    let rows = [
        ("ranges of estimates, as people said them", ranges(inputs)?),
        ("tasks, by what the like took", tasks(inputs)?),
        ("deliveries, by their pace", pace(inputs)?),
        ("plans that were accepted", plans(inputs)?),
    ];
    for (kind, held) in rows {
        let shown = |share: Option<f64>| share.filter(|_| held.said > 0);
        writer
            .text(kind)
            .integer(held.said)
            .number(shown(held.inside))
            .number(shown(held.half))
            .number(shown(held.eight))
            .number(shown(held.most));
    }
    Ok(writer.finish()?)
}

/// Each finished piece forecast when it began, by what was done before.
fn tasks(inputs: &Inputs) -> Result<Held, EngineError> {
    let history = history(inputs)?;
    let mut scores = Scores::default();
    replay(TASK, &history, |place, _, issued| {
        if let Some(finished) = history.get(place) {
            let work = issued.doublings.map(|doublings| finished.piece.estimate * doublings.exp2());
            scores.add(&work, finished.actual);
        }
    });
    Ok(Held::of(&scores))
}

/// Low to high as eight cases of ten.
fn ranges(inputs: &Inputs) -> Result<Held, EngineError> {
    let answer = inputs.answer("estimate_history");
    let (low, high) = (answer.numbers("low_days")?, answer.numbers("high_days")?);
    let (likely, took) = (answer.numbers("estimate_days")?, answer.numbers("actual_days")?);
    let rows =
        (0..answer.rows()).filter(|row| low.is_valid(*row) && high.is_valid(*row) && took.is_valid(*row));
    let rows: Vec<usize> = rows.collect();
    let share = |holds: &dyn Fn(usize) -> bool| {
        let held = rows.iter().filter(|row| holds(**row)).count();
        Some(held as f64 / rows.len().max(1) as f64)
    };
    Ok(Held {
        said: rows.len() as i64,
        inside: share(&|row| (low.value(row)..=high.value(row)).contains(&took.value(row))),
        half: share(&|row| took.value(row) <= likely.value(row)),
        eight: None,
        most: None,
    })
}

/// Twenty items at every fourth week of the past.
fn pace(inputs: &Inputs) -> Result<Held, EngineError> {
    let deliveries = Deliveries::read(inputs)?;
    let question = Question { items: ITEMS, history: HISTORY, step: STEP };
    let forecaster = ThroughputForecaster::replay(&deliveries.streams, question, |_, _| ());
    Ok(Held::of(forecaster.scores()))
}

/// The days that accepted plans told, against the day on which all was done.
fn plans(inputs: &Inputs) -> Result<Held, EngineError> {
    let answer = inputs.answer("plans");
    let projects = answer.texts("project")?;
    let (half, eight, done) = (answer.dates("p50")?, answer.dates("p80")?, answer.dates("done")?);
    let mut counts = (0, 0, 0);
    for row in 0..answer.rows() {
        let days = (text(&projects, row), day_of(&half, row), day_of(&eight, row), day_of(&done, row));
        if let (Some(_), Some(half), Some(eight), Some(done)) = days {
            counts.0 += 1;
            counts.1 += i64::from(done <= half);
            counts.2 += i64::from(done <= eight);
        }
    }
    let share = |held: i64| Some(held as f64 / counts.0.max(1) as f64);
    Ok(Held { said: counts.0, inside: None, half: share(counts.1), eight: share(counts.2), most: None })
}
