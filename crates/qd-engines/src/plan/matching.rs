//! Who of some people gives which of the skills that a task needs.

use super::problem::{Problem, Task};

/// A bipartite matching of the places that a task has with people, found by augmenting paths
/// (Kuhn 1955). People are offered in an order; whoever can be had beside those before is taken. Sets
/// that can be matched form a matroid, so this greedy choice takes the best people of the order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Matching {
    /// Of each place: the skill, the level, and who fills it.
    places: Vec<(usize, u32, Option<usize>)>,
    is_seen: Vec<bool>,
}

impl Matching {
    /// People of the order who together give all that a task needs, the pinned ones among them; none
    /// where they cannot. Pinned people must stand in the order first.
    pub(crate) fn people(
        &mut self,
        problem: &Problem,
        task: &Task,
        order: &[usize],
    ) -> Option<Vec<(usize, Option<usize>)>> {
        self.places.clear();
        for demand in &task.skills {
            self.places.extend((0..demand.people).map(|_| (demand.skill, demand.level, None)));
        }
        let mut open = self.places.len();
        let mut without: Vec<(usize, Option<usize>)> = Vec::new();
        for &person in order {
            let is_pinned = task.pinned.contains(&person);
            if open == 0 && !is_pinned {
                break;
            }
            let is_chosen = self.places.iter().any(|place| place.2 == Some(person));
            if is_chosen || without.iter().any(|&(other, _)| other == person) {
                continue;
            }
            self.is_seen.clear();
            self.is_seen.resize(self.places.len(), false);
            if self.augment(problem, person) {
                open -= 1;
            } else if is_pinned {
                without.push((person, None));
            }
        }
        if open > 0 {
            return None;
        }
        let filled = self.places.iter().filter_map(|&(skill, _, person)| Some((person?, Some(skill))));
        Some(filled.chain(without).collect())
    }

    /// Finds a place for a person, moving others from place to place.
    fn augment(&mut self, problem: &Problem, person: usize) -> bool {
        for place in 0..self.places.len() {
            let (skill, level, filled) = self.places[place];
            if self.is_seen[place] || !problem.people.get(person).is_some_and(|one| one.has(skill, level)) {
                continue;
            }
            self.is_seen[place] = true;
            if filled.is_none_or(|other| self.augment(problem, other)) {
                self.places[place].2 = Some(person);
                return true;
            }
        }
        false
    }
}
