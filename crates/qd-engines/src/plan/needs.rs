//! What each task needs of people and resources, ready for use.

use super::{
    packed::load,
    plain::demand,
    problem::{LinkKind, Problem, Time},
};

/// What a task needs, ready for use.
#[derive(Debug, Clone, Default)]
pub(crate) struct Need {
    /// Place of the task among the problem's.
    pub(crate) task: usize,
    pub(crate) demands: Vec<(usize, u32)>,
    /// For each skill asked for: how many people, and who has it.
    pub(crate) skills: Vec<(u32, Vec<u64>)>,
    pub(crate) pinned: Vec<usize>,
    /// Everyone who could take part, the first to be asked first.
    pub(crate) order: Vec<usize>,
    /// The skill, where one person is all it needs of people.
    pub(crate) one: Option<usize>,
    /// What it waits for, with the kind of the link and its lag.
    pub(crate) links: Vec<(usize, LinkKind, Time)>,
}

impl Need {
    pub(crate) fn has_people(&self) -> bool {
        !self.skills.is_empty() || !self.pinned.is_empty()
    }

    /// Whether enough of those people have each skill alone.
    pub(crate) fn may_be_met(&self, people: &[u64]) -> bool {
        self.pinned.iter().all(|&person| people[person / 64] >> (person % 64) & 1 == 1)
            && self.skills.iter().all(|(count, who)| {
                who.iter().zip(people).map(|(one, two)| (one & two).count_ones()).sum::<u32>() >= *count
            })
    }
}

/// How much work each person could be asked to do: of every task they could take part in, their part.
fn weights(problem: &Problem, tasks: &[usize]) -> Vec<f64> {
    let mut weights = vec![0.0; problem.people.len()];
    for &task in tasks {
        let task = &problem.tasks[task];
        for demand in &task.skills {
            let able: Vec<usize> = (0..problem.people.len())
                .filter(|&person| problem.people[person].has(demand.skill, demand.level))
                .collect();
            let part = f64::from(task.duration) * f64::from(demand.people) / able.len().max(1) as f64;
            for person in able {
                weights[person] += part;
            }
        }
    }
    weights
}

/// What the tasks of a list need, which must be sorted.
pub(crate) fn needs(problem: &Problem, tasks: &[usize]) -> Vec<Need> {
    let weights = weights(problem, tasks);
    let mut needs: Vec<Need> = tasks.iter().map(|&task| need(problem, task, &weights)).collect();
    for link in &problem.links {
        let ends = (tasks.binary_search(&link.before), tasks.binary_search(&link.after));
        if let (Ok(before), Ok(after)) = ends {
            needs[after].links.push((before, link.kind, link.lag));
        }
    }
    needs
}

fn need(problem: &Problem, task: usize, weights: &[f64]) -> Need {
    let declared = &problem.tasks[task];
    let skills = declared.skills.iter().filter(|demand| demand.people > 0).map(|demand| {
        let mut who = vec![0; problem.people.len().div_ceil(64)];
        for (index, _) in
            problem.people.iter().enumerate().filter(|(_, one)| one.has(demand.skill, demand.level))
        {
            who[index / 64] |= 1 << (index % 64);
        }
        (demand.people, who)
    });
    let skills: Vec<(u32, Vec<u64>)> = skills.collect();
    let mut pinned = declared.pinned.clone();
    pinned.dedup();
    let mut others: Vec<usize> = (0..problem.people.len())
        .filter(|person| !pinned.contains(person))
        .filter(|&person| skills.iter().any(|(_, who)| who[person / 64] >> (person % 64) & 1 == 1))
        .collect();
    others.sort_by(|&one, &two| {
        let is_second_choice = |person: usize| !declared.preferred.contains(&person);
        is_second_choice(one).cmp(&is_second_choice(two)).then(weights[one].total_cmp(&weights[two]))
    });
    Need {
        task,
        demands: (0..problem.resources.len())
            .map(|resource| (resource, demand(problem, task, resource)))
            .filter(|&(_, amount)| amount > 0)
            .collect(),
        order: pinned.iter().copied().chain(others).collect(),
        links: Vec::new(),
        one: match &*skills {
            [(1, _)] if pinned.is_empty() => {
                declared.skills.iter().find(|demand| demand.people > 0).map(|demand| demand.skill)
            }
            _ => None,
        },
        skills,
        pinned,
    }
}

/// The part of what is there that each task uses; all people together count as one resource.
pub(crate) fn loads(problem: &Problem, tasks: &[usize]) -> Vec<u32> {
    let mut capacity: Vec<u32> = problem.resources.iter().map(|resource| resource.capacity).collect();
    capacity.push(problem.people.len() as u32);
    let of_task = |&task: &usize| {
        let mut amounts = vec![0_u32; capacity.len()];
        for demand in &problem.tasks[task].demands {
            amounts[demand.resource] = amounts[demand.resource].saturating_add(demand.amount);
        }
        let people: u32 = problem.tasks[task].skills.iter().map(|demand| demand.people).sum();
        amounts[capacity.len() - 1] = people.max(problem.tasks[task].pinned.len() as u32);
        load(&amounts, &capacity)
    };
    tasks.iter().map(of_task).collect()
}
