//! What a plan is to be good at, and how good a schedule is at it.

use std::collections::HashMap;

use super::{
    agenda::{Agenda, stretches},
    decoder::Aim,
    faults::LONGEST,
    problem::{Problem, Schedule, Time},
};

/// What a plan is to be good at; of each, less is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objective {
    /// All is done early.
    Makespan,
    /// Little is paid for what is late (weighted tardiness).
    DelayCost,
    /// The weeks of each person are about as full as each other: [`Schedule::levelled_load`].
    LevelledLoad,
    /// People stay with a project: [`Schedule::switches`].
    TeamStability,
}

impl Objective {
    /// All of them, with the names by which files and commands ask for them.
    pub const NAMES: [(&'static str, Self); 4] = [
        ("delay-cost", Self::DelayCost),
        ("makespan", Self::Makespan),
        ("team-stability", Self::TeamStability),
        ("levelled-load", Self::LevelledLoad),
    ];

    /// The one of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, objective)| *objective)
    }
}

/// Objectives in their order: what comes first counts first, and what is not among them does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Objectives {
    list: [Objective; 4],
    count: usize,
}

impl Objectives {
    /// The objectives of a list; one that comes again counts where it came first.
    pub fn new(wanted: &[Objective]) -> Self {
        let mut objectives = Self { list: [Objective::Makespan; 4], count: 0 };
        for &one in wanted {
            if !objectives.as_slice().contains(&one)
                && let Some(place) = objectives.list.get_mut(objectives.count)
            {
                *place = one;
                objectives.count += 1;
            }
        }
        objectives
    }

    /// The objectives, the first first.
    pub fn as_slice(&self) -> &[Objective] {
        self.list.get(..self.count).unwrap_or_default()
    }

    /// What the search over lists aims at: the ends alone. What else is asked for is seen to afterwards,
    /// on the finished schedule.
    pub(crate) fn aims(&self) -> [Aim; 2] {
        let aims = self.as_slice().iter().filter_map(|objective| match objective {
            Objective::Makespan => Some(Aim::Makespan),
            Objective::DelayCost => Some(Aim::DelayCost),
            Objective::LevelledLoad | Objective::TeamStability => None,
        });
        let mut aims = aims.chain([Aim::Makespan; 2]);
        [aims.next(), aims.next()].map(|aim| aim.unwrap_or(Aim::Makespan))
    }

    /// Whether something is asked for that only a finished schedule tells.
    pub(crate) fn are_of_weeks(&self) -> bool {
        self.as_slice().iter().any(|one| matches!(one, Objective::LevelledLoad | Objective::TeamStability))
    }
}

impl<const N: usize> From<[Objective; N]> for Objectives {
    fn from(wanted: [Objective; N]) -> Self {
        Self::new(&wanted)
    }
}

/// A week's load is a fraction; it is summed in thousandths of a unit of time.
const PARTS: u64 = 1000;

/// What people do in each week of a schedule, of so many units each from time 0 on.
#[derive(Debug)]
pub(crate) struct Weeks {
    length: Time,
    /// By person and week, where there is work.
    cells: HashMap<(usize, Time), Week>,
    pub(crate) load: u64,
    pub(crate) switches: u64,
}

/// A week of somebody: the units they are there, those they work, and on how many tasks of which projects.
#[derive(Debug)]
struct Week {
    there: u64,
    worked: u64,
    projects: Vec<(usize, u32)>,
}

impl Week {
    fn of(agenda: &Agenda, first: Time, last: Time) -> Self {
        let (mut time, mut there) = (first, 0);
        while time < last {
            let (from, back) = agenda.absence(time);
            there += u64::from(from.clamp(time, last).abs_diff(time));
            time = back.min(last);
        }
        Self { there, worked: 0, projects: Vec::new() }
    }

    /// What it adds to the two sums.
    fn sums(&self) -> (u64, u64) {
        let load = (self.worked * self.worked * PARTS).checked_div(self.there).unwrap_or(0);
        (load, (self.projects.len() as u64).saturating_sub(1))
    }

    fn change(&mut self, project: usize, units: u64, is_more: bool) {
        self.worked = if is_more { self.worked + units } else { self.worked.saturating_sub(units) };
        match self.projects.iter_mut().find(|one| one.0 == project) {
            Some(one) => one.1 = if is_more { one.1 + 1 } else { one.1.saturating_sub(1) },
            None => self.projects.push((project, u32::from(is_more))),
        }
        self.projects.retain(|one| one.1 > 0);
    }
}

impl Weeks {
    /// Weeks of so many units, nobody working.
    pub(crate) fn of(length: Time) -> Self {
        Self { length: length.clamp(1, LONGEST), cells: HashMap::new(), load: 0, switches: 0 }
    }

    /// Somebody works for a project in some stretches of time, or does so no longer.
    pub(crate) fn work(
        &mut self,
        (person, agenda): (usize, &Agenda),
        project: usize,
        stretches: &[(Time, Time)],
        is_more: bool,
    ) {
        for &(from, until) in stretches.iter().filter(|(from, until)| from < until) {
            for week in from / self.length..=(until - 1) / self.length {
                let first = week * self.length;
                let last = first.saturating_add(self.length);
                let cell = self.cells.entry((person, week));
                let cell = cell.or_insert_with(|| Week::of(agenda, first, last));
                let before = cell.sums();
                cell.change(project, u64::from(until.min(last).abs_diff(from.max(first))), is_more);
                let after = cell.sums();
                self.load = self.load + after.0 - before.0;
                self.switches = self.switches + after.1 - before.1;
            }
        }
    }
}

impl Schedule {
    /// How unevenly people are loaded: of each person and week the squared units of planned work over the
    /// units they are there, summed up, in thousandths. Of schedules with the same work, the one with
    /// even weeks has the least (resource levelling: Burgess and Killebrew 1962, "Variation in activity
    /// level on a cyclical arrow diagram"; Neumann, Schwindt, Zimmermann 2003, "Project Scheduling with
    /// Time Windows and Scarce Resources"). `week` is its length in the problem's units.
    pub fn levelled_load(&self, problem: &Problem, week: Time) -> u64 {
        self.weeks(problem, week).load
    }

    /// How often people must change between projects within a week: of each person and week the projects
    /// worked on beyond the first. Who is on several at once loses time at each change (Rubinstein,
    /// Meyer, Evans 2001, "Executive control of cognitive processes in task switching"), and a team that is
    /// scattered works less (Hendriks, Voeten, Kroep 1999, "Human resource allocation in a
    /// multi-project R&D environment"). `week` is its length in the problem's units.
    pub fn switches(&self, problem: &Problem, week: Time) -> u64 {
        self.weeks(problem, week).switches
    }

    /// How good it is at each of some objectives, in their order; 0 beyond them.
    pub(crate) fn values(&self, problem: &Problem, objectives: Objectives, week: Time) -> [u64; 4] {
        let mut values = [0; 4];
        for (value, objective) in values.iter_mut().zip(objectives.as_slice()) {
            *value = match objective {
                Objective::Makespan => u64::from(self.makespan().unsigned_abs()),
                Objective::DelayCost => self.delay_cost(problem),
                Objective::LevelledLoad => self.levelled_load(problem, week),
                Objective::TeamStability => self.switches(problem, week),
            };
        }
        values
    }

    fn weeks(&self, problem: &Problem, week: Time) -> Weeks {
        let agendas: Vec<Agenda> = problem.people.iter().map(Agenda::of).collect();
        let mut weeks = Weeks::of(week);
        for ((index, task), crew) in problem.tasks.iter().enumerate().zip(&self.people) {
            let parts = self.parts(index).into_iter();
            let worked: Vec<(Time, Time)> =
                parts.flat_map(|part| stretches(&agendas, crew, part, Time::MAX)).collect();
            for &(person, _) in crew {
                let Some(agenda) = agendas.get(person) else { continue };
                weeks.work((person, agenda), task.project, &worked, true);
            }
        }
        weeks
    }
}
