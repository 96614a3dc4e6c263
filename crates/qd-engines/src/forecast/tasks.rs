//! How long a piece of work takes that was estimated: the reference class of what like pieces took.
//!
//! Forecasting by what came of the like instead of by the case's own story is the outside view (Kahneman and Tversky 1979,
//! "Intuitive prediction"; Flyvbjerg 2006, "From Nobel prize to project management"). Which like is the question: all that
//! was done says much of little, a person's tasks of one kind little of much. Several views are asked here, each nested
//! in wider ones, and a [`Panel`] finds out whom to believe.
//!
//! Classes of persons are a means to narrow intervals; none is to be shown, listed or compared.

use std::collections::HashMap;

use super::{
    class::{Class, Recent},
    curve::Curve,
    panel::Panel,
    pools::{
        CATEGORY, CATEGORY_SIZE, CLASSES, Common, PERSON, PERSON_CATEGORY, PERSON_SIZE, PROJECT,
        PROJECT_CATEGORY, PROJECT_CATEGORY_SIZE, PROJECT_SIZE, SIZE, WHOLE, Which,
    },
    prior::{self, Prior},
    record::Record,
    scores::Scores,
};

pub use super::pools::{Finished, Piece};

/// Cases with which a class has half of the say against the wider one.
pub(super) const STRENGTH: f64 = 30.0;
/// The same for the last few tasks of a person in a category, which change sooner.
const RECENT_STRENGTH: f64 = 20.0;
/// How many of them.
const RECENT: usize = 20;

/// What things add: a running mean for each, of what those before it left unexplained (backfitting: Friedman and Stuetzle
/// 1981). Each with the cases that count as much as it does, and the share of its past that it keeps from case to case.
const EFFECTS: [(Which, f64, f64); 6] = [
    (WHOLE, 1.0, 1.0),
    (SIZE, 30.0, 1.0),
    (PERSON, 20.0, 0.99),
    (CATEGORY, 20.0, 1.0),
    (PROJECT, 20.0, 0.99),
    (PERSON_CATEGORY, 15.0, 0.98),
];

/// The views that are asked, by name.
pub const VIEWS: [&str; 8] = [
    "all that was done",
    "the size",
    "the person, within the size",
    "the size, the person and the category",
    "the person's work of the category",
    "the project's work of the category",
    "the person's last work of the category",
    "what size, person, category and project add",
];

/// A forecast that was made, kept until its truth is known.
#[derive(Debug, Clone)]
pub struct Issued {
    /// What each view said, in doublings of the estimate.
    views: Vec<Curve>,
    /// All of them together.
    blend: Curve,
    /// The middle of the additive view, and of the project.
    location: f64,
    /// The forecast, in doublings of the estimate: the blend, corrected by the record.
    pub doublings: Curve,
}

/// Learns from what is done, and forecasts what is not.
#[derive(Debug, Clone)]
pub struct TaskForecaster {
    prior: Prior,
    classes: HashMap<Common, Class>,
    recent: HashMap<Common, Recent>,
    effects: HashMap<Common, (f64, f64)>,
    left: HashMap<Common, Class>,
    panel: Panel,
    record: Record,
    scores: Scores,
}

impl TaskForecaster {
    /// One who knows nothing but a prior.
    #[must_use]
    pub fn new(prior: Prior) -> Self {
        Self {
            prior,
            classes: HashMap::new(),
            recent: HashMap::new(),
            effects: HashMap::new(),
            left: HashMap::new(),
            panel: Panel::new(VIEWS.len()),
            record: Record::default(),
            scores: Scores::default(),
        }
    }

    /// One who went through a history as it happened: each piece was forecast when it began, by what was done before.
    #[must_use]
    pub fn after(prior: Prior, history: &[Finished]) -> Self {
        replay(prior, history, |_, _, _| ())
    }

    /// The say of each view, by its name in [`VIEWS`].
    #[must_use]
    pub fn weights(&self) -> Vec<f64> {
        self.panel.weights()
    }

    /// Pieces that it has seen done.
    #[must_use]
    pub fn known(&self) -> usize {
        self.classes.get(&Common::default()).map_or(0, Class::len)
    }

    /// How good its forecasts were, as multiples of the estimate.
    #[must_use]
    pub fn scores(&self) -> &Scores {
        &self.scores
    }

    /// A class of a piece, if anything in it is done.
    pub(super) fn class(&self, piece: &Piece, which: Which) -> Option<&Class> {
        self.classes.get(&piece.class(which)?)
    }

    /// A class, shrunk towards a wider view.
    fn shrunk(&self, piece: &Piece, which: Which, wider: &Curve) -> Curve {
        self.class(piece, which).map_or(*wider, |class| class.shrunk(wider, STRENGTH))
    }

    /// Forecasts a piece.
    #[must_use]
    pub fn forecast(&self, piece: &Piece) -> Issued {
        let prior = self.prior.curve();
        let whole = self.class(piece, WHOLE).map_or(prior, |class| class.shrunk(&prior, prior::STRENGTH));
        let size = self.shrunk(piece, SIZE, &whole);
        let person = self.shrunk(piece, PERSON_SIZE, &size);
        let category = self.shrunk(piece, CATEGORY_SIZE, &size);
        let project = self.shrunk(piece, PROJECT_SIZE, &size);
        let both = person.blend(&category, 0.5);
        let three = Curve::weighted(&[person, category, project], &[1.0 / 3.0; 3]);
        let within = self.shrunk(piece, PROJECT_CATEGORY, &category.blend(&project, 0.5));
        let last = piece.class(PERSON_CATEGORY).and_then(|class| self.recent.get(&class));
        let location = self.location(piece);
        let views = vec![
            whole,
            size,
            person,
            both,
            self.shrunk(piece, PERSON_CATEGORY, &three),
            self.shrunk(piece, PROJECT_CATEGORY_SIZE, &within),
            last.map_or(both, |last| last.class().shrunk(&both, RECENT_STRENGTH)),
            self.additive(piece, location, &both),
        ];
        let blend = Curve::weighted(&views, &self.panel.weights());
        let doublings = self.record.corrected(&blend).map(as_estimated);
        Issued { views, blend, location, doublings }
    }

    /// The middle that the effects give.
    fn location(&self, piece: &Piece) -> f64 {
        let effect = |(which, strength, _): (Which, f64, f64)| {
            let (count, sum) = self.effects.get(&piece.class(which)?)?;
            Some(sum / (count + strength))
        };
        EFFECTS.into_iter().filter_map(effect).sum()
    }

    /// What the effects leave unexplained lies around the middle; without a record of it, another view.
    fn additive(&self, piece: &Piece, location: f64, otherwise: &Curve) -> Curve {
        let left = |which| self.left.get(&piece.class(which)?);
        let Some(whole) = left(WHOLE).filter(|class| class.len() > LEAST).and_then(Class::next) else {
            return *otherwise;
        };
        let shrunk =
            |which, wider: &Curve| left(which).map_or(*wider, |class: &Class| class.shrunk(wider, STRENGTH));
        let size = shrunk(SIZE, &whole);
        shrunk(PERSON, &size).blend(&shrunk(CATEGORY, &size), 0.5).map(|rest| location + rest)
    }

    /// Learns what came of a piece, and of the forecast that was made of it when it began. Numbers that make no sense are
    /// left out.
    pub fn learn(&mut self, finished: &Finished, issued: &Issued) {
        let truth = finished.doublings();
        if !truth.is_finite() {
            return;
        }
        let piece = &finished.piece;
        for class in CLASSES.iter().filter_map(|&which| piece.class(which)) {
            self.classes.entry(class).or_default().add(truth);
        }
        if let Some(class) = piece.class(PERSON_CATEGORY) {
            self.recent.entry(class).or_default().add(truth, RECENT);
        }
        for class in [WHOLE, SIZE, PERSON, CATEGORY].iter().filter_map(|&which| piece.class(which)) {
            self.left.entry(class).or_default().add(truth - issued.location);
        }
        let mut rest = truth;
        for (which, strength, kept) in EFFECTS {
            let Some(class) = piece.class(which) else { continue };
            let (count, sum) = self.effects.entry(class).or_default();
            let effect = *sum / (*count + strength);
            (*count, *sum) = (*count * kept + 1.0, *sum * kept + rest);
            rest -= effect;
        }
        self.panel.learn(&issued.views, &issued.blend, truth);
        self.record.add(&issued.blend, truth, GRAIN);
        self.scores.add(&issued.doublings.map(f64::exp2), truth.exp2());
    }
}

/// Cases without which the additive view has no say.
const LEAST: usize = 200;
/// Doublings to which an actual is known: people write round numbers.
const GRAIN: f64 = 0.05;

/// Where a forecast lies next to the estimate it is the estimate: nobody tells the two apart, and many pieces take exactly
/// what was said.
fn as_estimated(doublings: f64) -> f64 {
    if doublings.abs() < GRAIN { 0.0 } else { doublings }
}

/// Goes through a history as it happened. `each` is told the place of a piece in the history when it begins, who forecasts it,
/// and the forecast; what was done before the piece began is known, and nothing else. Returns who has seen it all.
pub fn replay(
    prior: Prior,
    history: &[Finished],
    mut each: impl FnMut(usize, &TaskForecaster, &Issued),
) -> TaskForecaster {
    let mut forecaster = TaskForecaster::new(prior);
    let mut begun: Vec<usize> = (0..history.len()).collect();
    begun.retain(|&place| history.get(place).is_some_and(|one| one.doublings().is_finite()));
    let mut ended = begun.clone();
    begun.sort_by_key(|&place| history.get(place).map(|one| one.start));
    ended.sort_by_key(|&place| history.get(place).map(|one| one.done));
    let mut ended = ended.into_iter().peekable();
    let mut open: HashMap<usize, Issued> = HashMap::new();
    for place in begun {
        let Some(one) = history.get(place) else { continue };
        while let Some(finished) =
            ended.next_if(|&before| history.get(before).is_some_and(|before| before.done < one.start))
        {
            if let (Some(before), Some(issued)) = (history.get(finished), open.remove(&finished)) {
                forecaster.learn(before, &issued);
            }
        }
        let issued = forecaster.forecast(&one.piece);
        each(place, &forecaster, &issued);
        open.insert(place, issued);
    }
    for finished in ended {
        if let (Some(before), Some(issued)) = (history.get(finished), open.remove(&finished)) {
            forecaster.learn(before, &issued);
        }
    }
    forecaster
}

#[cfg(test)]
mod tests;
