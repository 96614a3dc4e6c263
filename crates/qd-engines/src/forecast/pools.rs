//! Pieces of work and what they have in common.

/// What is known of a piece of work before it begins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Piece {
    /// Estimated work, above 0, in hours where there is a choice.
    pub estimate: f64,
    /// Who does or estimated it.
    pub person: Option<u32>,
    /// Its kind: a phase, a skill, a type.
    pub category: Option<u32>,
    /// The project.
    pub project: Option<u32>,
}

/// A piece that is done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finished {
    /// When it began; any unit, it is only compared.
    pub start: i64,
    /// When it was done.
    pub done: i64,
    /// What was known before.
    pub piece: Piece,
    /// What it took, above 0, in the unit of the estimate.
    pub actual: f64,
}

impl Finished {
    /// Doublings of the estimate that it took.
    #[must_use]
    pub fn doublings(&self) -> f64 {
        (self.actual / self.piece.estimate).log2()
    }
}

/// Estimates up to each of these are a size of their own.
const SIZES: [f64; 7] = [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 40.0];

/// What the members of a class have in common; all things, where nothing is named.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Common {
    pub(super) size: Option<u8>,
    pub(super) person: Option<u32>,
    pub(super) category: Option<u32>,
    pub(super) project: Option<u32>,
}

/// Which of the four things are common: size, person, category, project.
pub(super) type Which = [bool; 4];
pub(super) const WHOLE: Which = [false; 4];
pub(super) const SIZE: Which = [true, false, false, false];
pub(super) const PERSON: Which = [false, true, false, false];
pub(super) const CATEGORY: Which = [false, false, true, false];
pub(super) const PROJECT: Which = [false, false, false, true];
pub(super) const PERSON_SIZE: Which = [true, true, false, false];
pub(super) const CATEGORY_SIZE: Which = [true, false, true, false];
pub(super) const PROJECT_SIZE: Which = [true, false, false, true];
pub(super) const PERSON_CATEGORY: Which = [false, true, true, false];
pub(super) const PROJECT_CATEGORY: Which = [false, false, true, true];
pub(super) const PROJECT_CATEGORY_SIZE: Which = [true, false, true, true];
/// All the classes that are kept.
pub(super) const CLASSES: [Which; 11] = [
    WHOLE,
    SIZE,
    PERSON,
    CATEGORY,
    PROJECT,
    PERSON_SIZE,
    CATEGORY_SIZE,
    PROJECT_SIZE,
    PERSON_CATEGORY,
    PROJECT_CATEGORY,
    PROJECT_CATEGORY_SIZE,
];

impl Piece {
    /// The class of this piece in which these things are common; none where one of them is unknown.
    pub(super) fn class(&self, which: Which) -> Option<Common> {
        let [size, person, category, project] = which;
        let is_known = (!person || self.person.is_some())
            && (!category || self.category.is_some())
            && (!project || self.project.is_some());
        is_known.then(|| Common {
            size: size.then(|| SIZES.iter().filter(|&&edge| edge < self.estimate).count() as u8),
            person: self.person.filter(|_| person),
            category: self.category.filter(|_| category),
            project: self.project.filter(|_| project),
        })
    }
}
