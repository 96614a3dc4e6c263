//! What people of the large company do, and what they are called.

use jiff::civil::Date;

use super::firm::Person;
use crate::{
    days::{plus, working},
    dice::Dice,
    names::NAMES,
};

/// What somebody does there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chair {
    Cto,
    Area,
    Group,
    Lead,
    Developer,
    Tester,
    Designer,
    Product,
    Staff,
}

impl Chair {
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Cto => "CTO",
            Self::Area => "head of area",
            Self::Group => "head of group",
            Self::Lead => "team lead",
            Self::Developer => "developer",
            Self::Tester => "quality engineer",
            Self::Designer => "designer",
            Self::Product => "product manager",
            Self::Staff => "staff engineer",
        }
    }

    pub(super) fn rate(self) -> usize {
        match self {
            Self::Cto => 1600,
            Self::Area => 1400,
            Self::Group | Self::Staff => 1250,
            Self::Lead => 1100,
            Self::Developer | Self::Designer => 920,
            Self::Tester | Self::Product => 880,
        }
    }

    /// On how many of a hundred days they begin a change.
    pub(super) fn coding(self) -> usize {
        match self {
            Self::Developer => 86,
            Self::Tester => 50,
            Self::Staff | Self::Lead => 32,
            Self::Designer => 20,
            Self::Cto | Self::Area | Self::Group | Self::Product => 0,
        }
    }
}

/// Names that are given out, each once.
pub(super) struct Chairs {
    names: Vec<(usize, usize)>,
    dice: Dice,
    began: Date,
}

impl Chairs {
    pub(super) fn new(seed: u64, began: Date) -> Self {
        let mut dice = Dice::new(seed, "large people");
        let all = 0..NAMES.len();
        let mut names: Vec<(usize, usize)> =
            all.clone().flat_map(|given| all.clone().map(move |family| (given, family))).collect();
        dice.shuffle(&mut names);
        Self { names, dice, began }
    }

    pub(super) fn seat(
        &mut self,
        all: &mut Vec<Person>,
        chair: Chair,
        manager: Option<usize>,
        team: Option<usize>,
    ) -> usize {
        let number = all.len();
        let (given, family) = self.names.pop().unwrap_or((number % NAMES.len(), 0));
        let (given, family) = (NAMES[given], NAMES[family]);
        let joined = working(plus(self.began, -self.dice.between(200, 3000)), 0);
        all.push(Person {
            // The family's own id is its bearer's first name: letters of it alone would not be one's own.
            id: format!("{}-{}", given.2, plain(family.1)),
            name: format!("{} {}", given.0, family.1),
            given: given.0,
            chair,
            manager,
            team,
            joined,
            absences: Vec::new(),
        });
        number
    }
}

/// A name in plain letters.
fn plain(name: &str) -> String {
    let letter = |letter: char| match letter {
        'ı' => 'i',
        'á' => 'a',
        'ć' | 'č' => 'c',
        'ó' => 'o',
        'ń' => 'n',
        'Ş' | 'ş' | 'š' => 's',
        'ý' => 'y',
        other if other.is_ascii_alphanumeric() => other.to_ascii_lowercase(),
        _ => '-',
    };
    name.chars().map(letter).collect()
}
