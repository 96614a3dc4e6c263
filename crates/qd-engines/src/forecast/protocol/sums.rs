//! Sums of tasks: blocks of a project's consecutive tasks, forecast when the first of them began.

use std::collections::HashMap;

use super::{
    Board, NAIVE, OURS, Report, Source,
    tasks::{History, histories, pooled},
};
use crate::forecast::{
    class::Class,
    curve::Curve,
    pools, prior,
    sums::{self, SumForecaster},
    tasks::{self, Piece, TaskForecaster},
};

/// Tasks of a block.
const SIZES: [usize; 4] = [5, 10, 20, 50];
/// Blocks that must be done before one is scored.
const KNOWN: usize = 20;

/// Runs the protocol on files.
pub(super) fn run(sources: &[Source<'_>]) -> Report {
    let mut report = Report::default();
    for history in histories(sources, &mut report.problems) {
        let mut board = Board::default();
        for size in SIZES {
            scored(&history, size, &mut board);
        }
        board.sum_up("all");
        report.lines.extend(board.lines(&history.set));
    }
    report
}

/// Consecutive tasks of a project.
#[derive(Debug)]
struct Block {
    pieces: Vec<Piece>,
    start: i64,
    done: i64,
    actual: f64,
}

/// The blocks of a history, by the place of their first task.
fn blocks(history: &History, size: usize) -> HashMap<usize, Block> {
    let mut order: Vec<usize> = (0..history.tasks.len()).collect();
    order.sort_by_key(|&place| history.tasks.get(place).map(|task| task.start));
    let mut open: HashMap<Option<u32>, Vec<usize>> = HashMap::new();
    let mut blocks = HashMap::new();
    for place in order {
        let Some(task) = history.tasks.get(place) else { continue };
        let block = open.entry(task.piece.project).or_default();
        block.push(place);
        if block.len() == size {
            let tasks = block.iter().filter_map(|&place| history.tasks.get(place));
            let whole = Block {
                pieces: tasks.clone().map(|task| task.piece).collect(),
                start: tasks.clone().map(|task| task.start).min().unwrap_or_default(),
                done: tasks.clone().map(|task| task.done).max().unwrap_or_default(),
                actual: tasks.map(|task| task.actual).sum(),
            };
            blocks.extend(block.first().map(|&first| (first, whole)));
            block.clear();
        }
    }
    blocks
}

/// What the simpler methods know of past blocks.
#[derive(Debug, Default)]
struct Baselines {
    /// Doublings of the estimate that blocks came to.
    ratios: Class,
    /// Squares of what independent draws missed, less what they said they would, summed.
    unexplained: f64,
}

/// A block whose end is not known yet.
struct Open {
    done: i64,
    actual: f64,
    estimate: f64,
    issued: sums::Issued,
    /// Middle and variance, in doublings, of independent draws by size.
    by_size: (f64, f64),
}

fn scored(history: &History, size: usize, board: &mut Board) {
    let setting = format!("N={size}");
    let blocks = blocks(history, size);
    let (mut ours, mut others) = (SumForecaster::new(prior::PROJECT), Baselines::default());
    let mut open: Vec<Open> = Vec::new();
    tasks::replay(prior::TASK, &history.tasks, |place, forecaster, _| {
        let Some(block) = blocks.get(&place) else { return };
        let (known, rest) = open.drain(..).partition::<Vec<Open>, _>(|open| open.done < block.start);
        open = rest;
        for block in known {
            ours.learn(&block.issued, block.actual);
            others.learn(&block);
        }
        let is_scored = forecaster.known() >= history.known && others.ratios.len() >= KNOWN;
        let project = block.pieces.first().and_then(|piece| piece.project);
        let estimate: f64 = block.pieces.iter().map(|piece| piece.estimate).sum();
        let marginals: Vec<Curve> =
            block.pieces.iter().map(|piece| work(piece, &forecaster.forecast(piece).doublings)).collect();
        let issued = ours.forecast(&marginals, project, place as u64);
        let by_size = drawn(forecaster, &block.pieces, pools::SIZE, place);
        if is_scored {
            let mut add = |method, curve: &Curve| board.add(&setting, method, curve, block.actual);
            add(NAIVE, &Curve::certain(estimate));
            add("independent", &drawn(forecaster, &block.pieces, pools::WHOLE, place));
            add("independent by size", &by_size);
            add("past sums", &others.ratios.sample().unwrap_or(by_size).map(|ratio| estimate * ratio.exp2()));
            add("by size with a shared factor", &others.shared(&by_size));
            add(OURS, &issued.curve);
        }
        let doublings = by_size.map(f64::log2);
        let (middle, variance) = (doublings.mean(), variance(&doublings));
        open.push(Open {
            done: block.done,
            actual: block.actual,
            estimate,
            issued,
            by_size: (middle, variance),
        });
    });
}

fn work(piece: &Piece, doublings: &Curve) -> Curve {
    doublings.map(|doublings| piece.estimate * doublings.exp2())
}

/// Independent draws from samples of a class.
fn drawn(forecaster: &TaskForecaster, pieces: &[Piece], which: pools::Which, seed: usize) -> Curve {
    let curves: Vec<Curve> =
        pieces.iter().map(|piece| work(piece, &pooled(forecaster, piece, which))).collect();
    Curve::of_sorted(&sums::independent(&curves, seed as u64)).unwrap_or_else(|| Curve::certain(0.0))
}

fn variance(curve: &Curve) -> f64 {
    let mean = curve.mean();
    curve.map(|value| (value - mean) * (value - mean)).mean()
}

impl Baselines {
    fn learn(&mut self, block: &Open) {
        let truth = block.actual.log2();
        let (middle, variance) = block.by_size;
        let missed = (truth - middle) * (truth - middle) - variance;
        self.ratios.add(truth - block.estimate.log2());
        self.unexplained += if missed.is_finite() { missed } else { 0.0 };
    }

    /// Independent draws times a log-normal factor that all of a block share.
    fn shared(&self, independent: &Curve) -> Curve {
        let shared = (self.unexplained / self.ratios.len().max(1) as f64).max(0.0);
        let doublings = independent.map(f64::log2);
        let own = variance(&doublings).max(1e-12);
        // Two spreads that do not depend on each other add up by their squares.
        let wider = ((own + shared) / own).sqrt();
        let middle = doublings.median();
        doublings.map(|value| (middle + (value - middle) * wider).exp2())
    }
}
