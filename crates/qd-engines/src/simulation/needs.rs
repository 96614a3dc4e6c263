//! Who can do which task, as bits: sixty-four people are asked at once.

use std::collections::HashMap;

use super::model::{Model, State};

/// What a task needs to run.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Need {
    /// Nothing but time.
    Nothing,
    /// One person, of those in a row of bits, rather one of those in another.
    One { able: u32, preferred: Option<u32>, skill: u32 },
    /// People, resources or both.
    Many(Box<Many>),
}

/// What a task needs that needs more than a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Many {
    pub(super) demands: Vec<(u32, i64)>,
    pinned: Vec<u32>,
    /// For each person needed: the row of those who are able, and the skill.
    places: Vec<(u32, u32)>,
    /// How many people are needed of each row.
    rows: Vec<(u32, u32)>,
    /// Whoever is able to fill one of the places, of those whom one prefers and of all.
    orders: Vec<u32>,
}

impl Many {
    /// The fewest people that it needs.
    pub(super) fn people(&self) -> usize {
        self.places.len().max(self.pinned.len())
    }
}

/// The kind of those tasks that need nothing but time.
pub(super) const NOTHING: u32 = 0;

/// No skill is asked of them: they are on a task because they are pinned to it.
pub(super) const NO_SKILL: u32 = u32::MAX;

/// The needs of all tasks of a model. Tasks that need the same are of a kind: where one of them cannot start,
/// none of them can.
#[derive(Debug)]
pub(super) struct Needs {
    /// The need of each kind; the first is [nothing](NOTHING).
    pub(super) kinds: Vec<Need>,
    /// The kind of each task.
    pub(super) kind: Vec<u32>,
    asks: Vec<Ask>,
    /// Where the crew of each task is noted, in a list for all.
    pub(super) first: Vec<u32>,
    people: usize,
    /// Words of 64 people.
    pub(super) words: usize,
    /// Rows of `words` words.
    rows: Vec<u64>,
}

/// What of a kind's need is looked at first where there are no more than 64 people: how many it needs at least, of
/// whom, and two groups in each of which somebody must be free, all as bits and in one place.
#[derive(Debug, Clone, Copy, Default)]
struct Ask {
    people: u32,
    any: u64,
    each: [u64; 2],
}

/// What is known already while needs are read: rows by skill and level and by who is in them, kinds by need.
#[derive(Debug, Default)]
struct Known {
    skills: HashMap<(usize, u32), u32>,
    rows: HashMap<Vec<u64>, u32>,
    kinds: HashMap<Need, u32>,
}

/// A place of a crew while it is put together.
type Filled = Option<u32>;

/// Room for putting a crew together.
#[derive(Debug, Default)]
pub(super) struct Room {
    filled: Vec<Filled>,
    is_seen: Vec<bool>,
    /// The people chosen and their skills.
    pub(super) crew: Vec<(u32, u32)>,
}

impl Needs {
    pub(super) fn of(model: &Model<'_>) -> Self {
        let words = model.people.len().div_ceil(64).max(1);
        let mut needs = Self {
            kinds: vec![Need::Nothing],
            kind: Vec::new(),
            asks: Vec::new(),
            first: vec![0],
            people: model.people.len(),
            words,
            rows: Vec::new(),
        };
        let mut rank = vec![0_u32; model.people.len()];
        for (place, &person) in model.people.iter().enumerate() {
            rank[person] = place as u32;
        }
        let mut known = Known { kinds: HashMap::from([(Need::Nothing, NOTHING)]), ..Known::default() };
        for place in 0..model.tasks.len() {
            let (need, most) = needs.of_task(model, place, &rank, &mut known);
            let next = needs.kinds.len() as u32;
            let kind = *known.kinds.entry(need).or_insert_with_key(|need| {
                needs.kinds.push(need.clone());
                next
            });
            needs.kind.push(kind);
            needs.first.push(needs.first[place] + most);
        }
        needs.asks = needs.kinds.iter().map(|need| needs.ask(need)).collect();
        needs
    }

    /// What a task needs, and the most people it can have.
    fn of_task(&mut self, model: &Model<'_>, place: usize, rank: &[u32], known: &mut Known) -> (Need, u32) {
        let task = &model.problem.tasks[model.tasks[place]];
        if model.state[place] == State::Done {
            return (Need::Nothing, 0);
        }
        let mut many = Many::default();
        for demand in task.demands.iter().filter(|demand| demand.amount > 0) {
            many.demands.push((demand.resource as u32, i64::from(demand.amount)));
        }
        for &person in &task.pinned {
            if !many.pinned.contains(&rank[person]) {
                many.pinned.push(rank[person]);
            }
        }
        for demand in task.skills.iter().filter(|demand| demand.people > 0) {
            let row = match known.skills.get(&(demand.skill, demand.level)) {
                Some(&row) => row,
                None => self.row(known, &mut |person| {
                    model.problem.people[model.people[person]].has(demand.skill, demand.level)
                }),
            };
            known.skills.insert((demand.skill, demand.level), row);
            many.places.extend((0..demand.people).map(|_| (row, demand.skill as u32)));
            many.rows.push((row, demand.people));
        }
        if many.demands.is_empty() && many.pinned.is_empty() && many.places.is_empty() {
            return (Need::Nothing, 0);
        }
        let any = match &*many.rows {
            [(row, _)] => *row,
            rows => {
                let rows: Vec<Vec<u64>> = rows.iter().map(|&(row, _)| self.bits(row).to_vec()).collect();
                self.row(known, &mut |person| {
                    rows.iter().any(|row| row[person / 64] >> (person % 64) & 1 == 1)
                })
            }
        };
        let preferred: Vec<u32> = task.preferred.iter().map(|&person| rank[person]).collect();
        let preferred = (!preferred.is_empty()).then(|| {
            let able = self.bits(any).to_vec();
            self.row(known, &mut |person| {
                able[person / 64] >> (person % 64) & 1 == 1 && preferred.contains(&(person as u32))
            })
        });
        if let ([(able, skill)], [], []) = (&*many.places, &*many.demands, &*many.pinned) {
            return (Need::One { able: *able, preferred, skill: *skill }, 1);
        }
        many.orders.extend(preferred.into_iter().chain([any]));
        let most = (many.places.len() + many.pinned.len()) as u32;
        (Need::Many(Box::new(many)), most)
    }

    /// The row of the people for whom something holds.
    fn row(&mut self, known: &mut Known, holds: &mut dyn FnMut(usize) -> bool) -> u32 {
        let mut row = vec![0; self.words];
        for person in 0..self.people {
            row[person / 64] |= u64::from(holds(person)) << (person % 64);
        }
        let next = (self.rows.len() / self.words) as u32;
        *known.rows.entry(row).or_insert_with_key(|row| {
            self.rows.extend_from_slice(row);
            next
        })
    }

    #[inline]
    fn bits(&self, row: u32) -> &[u64] {
        let first = row as usize * self.words;
        &self.rows[first..first + self.words]
    }

    /// Calls back with every person who may be on a task that needs this.
    pub(super) fn each_able(&self, need: &Need, then: &mut dyn FnMut(u32)) {
        let (pinned, row): (&[u32], u32) = match need {
            Need::Nothing => return,
            Need::One { able, .. } => (&[], *able),
            Need::Many(many) => match many.orders.last() {
                Some(&any) => (&many.pinned, any),
                None => return,
            },
        };
        pinned.iter().for_each(|&person| then(person));
        each(self.bits(row).iter().copied(), &mut |person| {
            then(person);
            false
        });
    }

    /// The first of those who are free and in a row.
    #[inline]
    pub(super) fn first_of(&self, row: u32, free: &[u64]) -> Option<u32> {
        if let ([able, ..], [free], 1) = (&self.rows[row as usize * self.words..], free, self.words) {
            let both = able & free;
            return (both != 0).then(|| both.trailing_zeros());
        }
        for (word, (able, free)) in self.bits(row).iter().zip(free).enumerate() {
            let both = able & free;
            if both != 0 {
                return Some(word as u32 * 64 + both.trailing_zeros());
            }
        }
        None
    }

    fn ask(&self, need: &Need) -> Ask {
        let row = |row: u32| self.bits(row)[0];
        match need {
            _ if self.words > 1 => Ask::default(),
            Need::Nothing => Ask::default(),
            Need::One { able, .. } => Ask { people: 1, any: row(*able), each: [row(*able); 2] },
            Need::Many(many) => match (&*many.rows, many.orders.last()) {
                ([one, ..], Some(&any)) => {
                    let two = many.rows.get(1).unwrap_or(one);
                    Ask { people: many.places.len() as u32, any: row(any), each: [row(one.0), row(two.0)] }
                }
                _ => Ask::default(),
            },
        }
    }

    /// False if no task of a kind can start now, which a glance shows of most that cannot.
    #[inline]
    pub(super) fn may_start(&self, kind: usize, free: &[u64]) -> bool {
        let (Ask { people, any, each: [one, two] }, &[free, ..]) = (self.asks[kind], free) else {
            return true;
        };
        let any = any & free;
        let are_some = (one & free != 0) & (two & free != 0);
        (people == 0) | are_some & ((people == 1) | (any & any.wrapping_sub(1) != 0))
    }

    /// Puts together a crew of those who are free, of which there [may be one](Self::may_be_met); false where there is none. The pinned ones come
    /// first, then the preferred, then the others, each in the order of the model; whoever can be had
    /// beside those before is taken. As sets of people who can fill places form a matroid, no later
    /// choice would make a better crew (Edmonds 1971, "Matroids and the greedy algorithm").
    pub(super) fn crew(&self, many: &Many, free: &[u64], room: &mut Room) -> bool {
        let Room { filled, is_seen, crew } = room;
        crew.clear();
        if let ([first, second], [], [_], &[free]) = (&*many.places, &*many.pinned, &*many.orders, free) {
            let Some(pair) = self.pair([first.0, second.0], free) else { return false };
            crew.extend([(pair[0], first.1), (pair[1], second.1)]);
            return true;
        }
        filled.clear();
        filled.resize(many.places.len(), None);
        let mut open = filled.len();
        let mut add = |person: u32, filled: &mut Vec<Filled>| {
            if open == 0 || filled.contains(&Some(person)) {
                return false;
            }
            is_seen.clear();
            is_seen.resize(filled.len(), false);
            let is_added = self.augment(many, person, filled, is_seen);
            open -= usize::from(is_added);
            is_added
        };
        for &person in &many.pinned {
            if !add(person, filled) {
                crew.push((person, NO_SKILL));
            }
        }
        for &row in &many.orders {
            let able = self.bits(row).iter().zip(free).map(|(able, free)| able & free);
            each(able, &mut |person| {
                if !many.pinned.contains(&person) {
                    add(person, filled);
                }
                filled.iter().all(Option::is_some)
            });
        }
        for (place, person) in many.places.iter().zip(filled.iter()) {
            let Some(person) = *person else { return false };
            crew.push((person, place.1));
        }
        true
    }

    /// The same for two places and at most 64 people.
    #[inline]
    fn pair(&self, rows: [u32; 2], free: u64) -> Option<[u32; 2]> {
        let [one, two] = rows.map(|row| self.rows[row as usize] & free);
        let first = (one | two) & (one | two).wrapping_neg();
        // The first has the first place, and leaves it to whoever cannot have the second.
        let is_first = one & first != 0;
        let yields = if is_first && two & first != 0 { one } else { 0 };
        let others = (if is_first { two | yields } else { one }) & !first;
        let second = others & others.wrapping_neg();
        let is_turned = !is_first || two & second == 0;
        let pair = [first.trailing_zeros(), second.trailing_zeros()];
        (others != 0).then_some(if is_turned { [pair[1], pair[0]] } else { pair })
    }

    /// Whether the pinned ones are free, and enough people with each skill alone and with any of them. (For
    /// two places that is all there is to it: Hall 1935, "On representatives of subsets".)
    #[inline]
    pub(super) fn may_be_met(&self, many: &Many, free: &[u64]) -> bool {
        let is_free = |&person: &u32| free[person as usize / 64] >> (person % 64) & 1 == 1;
        let has = |row: u32, mut count: u32| {
            for (able, free) in self.bits(row).iter().zip(free) {
                let mut both = able & free;
                while both != 0 && count > 0 {
                    both &= both - 1;
                    count -= 1;
                }
            }
            count == 0
        };
        many.orders.last().is_none_or(|&any| has(any, many.places.len() as u32))
            && many.rows.iter().all(|&(row, count)| has(row, count))
            && many.pinned.iter().all(is_free)
    }

    /// Finds a place for a person, moving others from place to place (Kuhn 1955).
    fn augment(&self, many: &Many, person: u32, filled: &mut [Filled], is_seen: &mut [bool]) -> bool {
        let is_able =
            |place: usize| self.bits(many.places[place].0)[person as usize / 64] >> (person % 64) & 1 == 1;
        if let Some(place) = (0..filled.len()).find(|&place| filled[place].is_none() && is_able(place)) {
            filled[place] = Some(person);
            return true;
        }
        for place in 0..filled.len() {
            if is_seen[place] || !is_able(place) {
                continue;
            }
            is_seen[place] = true;
            if filled[place].is_some_and(|other| self.augment(many, other, filled, is_seen)) {
                filled[place] = Some(person);
                return true;
            }
        }
        false
    }
}

/// Calls back with the number of each bit that is set, until told that it is enough.
fn each(words: impl Iterator<Item = u64>, is_enough: &mut dyn FnMut(u32) -> bool) {
    for (word, mut bits) in words.enumerate() {
        while bits != 0 {
            if is_enough(word as u32 * 64 + bits.trailing_zeros()) {
                return;
            }
            bits &= bits - 1;
        }
    }
}
