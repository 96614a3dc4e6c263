//! The large company as plain values: lines of five levels, teams, what they own and work on.

use jiff::civil::Date;

use super::seats::{Chair, Chairs};
use crate::{
    Request,
    days::{plus, working},
    dice::Dice,
};

/// The company's name; it says what it is.
pub(super) const NAME: &str = "Halyard Freight (made up)";
/// Domain of its mail: one that nobody can have (RFC 2606).
pub(super) const DOMAIN: &str = "halyard-freight.example";
/// Its name at the forge.
pub(super) const ORGANISATION: &str = "halyard-freight";

/// What the groups are for, and what the services of each are about.
const GROUPS: [(&str, [&str; 8]); 20] = [
    (
        "booking",
        ["quotes", "slots", "orders", "cancellations", "contracts", "templates", "allotments", "limits"],
    ),
    ("pricing", ["tariffs", "surcharges", "discounts", "currency", "margins", "bids", "indexes", "rebates"]),
    ("routing", ["legs", "transfers", "timetables", "detours", "capacity", "maps", "borders", "ferries"]),
    ("tracking", ["positions", "arrivals", "sensors", "alerts", "seals", "delays", "replay", "geofences"]),
    ("customs", ["declarations", "codes", "licences", "bonds", "sanctions", "origins", "duties", "audits"]),
    ("warehouse", ["bins", "picking", "inventory", "labels", "docks", "pallets", "returns", "counting"]),
    ("fleet", ["trucks", "drivers", "tachographs", "fuel", "repairs", "tyres", "leases", "inspections"]),
    ("depot", ["gates", "cranes", "yards", "shifts", "queues", "weighing", "parking", "handover"]),
    ("billing", ["invoices", "credits", "dunning", "statements", "taxes", "ledgers", "splits", "archives"]),
    ("claims", ["damages", "photos", "experts", "payouts", "recourse", "letters", "reserves", "fraud"]),
    ("partners", ["carriers", "onboarding", "ratings", "feeds", "portals", "quotas", "agents", "terms"]),
    ("portal", ["accounts", "dashboards", "search", "exports", "notices", "support", "tours", "widgets"]),
    ("mobile", ["scanner", "signatures", "offline", "routes", "chat", "badges", "cameras", "updates"]),
    ("documents", ["waybills", "scans", "forms", "translation", "stamps", "storage", "retention", "print"]),
    (
        "payments",
        ["cards", "transfers", "settlement", "refunds", "mandates", "wallets", "fees", "chargebacks"],
    ),
    ("identity", ["login", "roles", "tokens", "consent", "tenants", "devices", "audit", "keys"]),
    ("data", ["events", "lake", "reports", "metrics", "models", "catalogue", "quality", "streams"]),
    ("planning", ["forecasts", "rosters", "scenarios", "targets", "seasons", "loads", "stock", "holidays"]),
    ("infrastructure", ["clusters", "networks", "databases", "backups", "secrets", "dns", "cache", "queues"]),
    ("tooling", ["pipelines", "previews", "libraries", "flags", "errors", "linting", "runners", "docs"]),
];
/// What teams of a group are called by.
const BIRDS: [&str; 6] = ["heron", "swift", "plover", "curlew", "wren", "osprey"];
/// People of a team, its lead among them.
const TEAM: usize = 8;
/// Teams that report to one head of a group, and groups to one head of an area.
const TEAMS_OF_GROUP: usize = 6;
const GROUPS_OF_AREA: usize = 5;

/// Somebody of the company.
#[derive(Debug)]
pub(super) struct Person {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) given: &'static str,
    pub(super) chair: Chair,
    pub(super) manager: Option<usize>,
    pub(super) team: Option<usize>,
    pub(super) joined: Date,
    pub(super) absences: Vec<(Date, Date)>,
}

impl Person {
    pub(super) fn mail(&self) -> String {
        format!("{}@{DOMAIN}", self.id)
    }

    pub(super) fn is_away(&self, day: Date) -> bool {
        self.absences.iter().any(|(from, to)| (*from..=*to).contains(&day))
    }
}

/// A team.
#[derive(Debug)]
pub(super) struct Team {
    pub(super) id: String,
    pub(super) group: usize,
    pub(super) lead: usize,
    pub(super) members: Vec<usize>,
    pub(super) repos: Vec<usize>,
}

/// A repository, and the service that is made of it.
#[derive(Debug)]
pub(super) struct Repo {
    pub(super) name: String,
    pub(super) team: usize,
    /// What it is about.
    pub(super) thing: &'static str,
}

/// A project: its team, and the repositories it changes.
#[derive(Debug)]
pub(super) struct Project {
    pub(super) id: String,
    pub(super) team: usize,
    pub(super) repos: Vec<usize>,
    pub(super) client: usize,
}

/// The whole of it.
#[derive(Debug)]
pub(super) struct Firm {
    pub(super) seed: u64,
    pub(super) today: Date,
    pub(super) began: Date,
    pub(super) people: Vec<Person>,
    pub(super) teams: Vec<Team>,
    pub(super) repos: Vec<Repo>,
    pub(super) projects: Vec<Project>,
    /// Who alone knows the last repository, and their coming leave.
    pub(super) expert: usize,
    pub(super) leave: (Date, Date),
}

impl Firm {
    pub(super) fn new(request: &Request) -> Self {
        let today = request.today;
        let (began, leave) = (request.began(), request.leave());
        let mut firm = Self {
            seed: request.seed,
            today,
            began,
            people: Vec::new(),
            teams: Vec::new(),
            repos: Vec::new(),
            projects: Vec::new(),
            expert: 0,
            leave,
        };
        firm.seats(request.people.max(crate::LARGE));
        firm.property(request.people);
        firm.absences();
        firm
    }

    /// CTO, heads of areas, heads of groups, leads, and everybody else.
    fn seats(&mut self, people: usize) {
        let mut chairs = Chairs::new(self.seed, self.began);
        let mut seat = |all: &mut Vec<Person>, chair, manager, team| chairs.seat(all, chair, manager, team);
        let all = &mut self.people;
        let cto = seat(all, Chair::Cto, None, None);
        // Three of a hundred lead leads; the rest sit in teams.
        let teams = ((people - 1) * 97 / 100 / TEAM).max(2);
        let groups = teams.div_ceil(TEAMS_OF_GROUP).min(GROUPS.len());
        let heads: Vec<usize> =
            (0..groups.div_ceil(GROUPS_OF_AREA)).map(|_| seat(all, Chair::Area, Some(cto), None)).collect();
        let groups: Vec<usize> = (0..groups)
            .map(|group| {
                seat(all, Chair::Group, heads.get(group / GROUPS_OF_AREA).copied().or(Some(cto)), None)
            })
            .collect();
        for place in 0..teams {
            let (group, bird) = (place % groups.len(), place / groups.len());
            let lead = seat(all, Chair::Lead, groups.get(group).copied(), Some(place));
            let mut members = vec![lead];
            for turn in 1..TEAM {
                let chair = match turn {
                    1 => Chair::Product,
                    2 => Chair::Tester,
                    3 if place % 3 == 0 => Chair::Designer,
                    _ => Chair::Developer,
                };
                members.push(seat(all, chair, Some(lead), Some(place)));
            }
            let bird = match BIRDS.get(bird) {
                Some(bird) => (*bird).to_owned(),
                None => format!("{}-{}", BIRDS[bird % BIRDS.len()], bird / BIRDS.len() + 1),
            };
            let id = format!("{}-{bird}", GROUPS[group].0);
            self.teams.push(Team { id, group, lead, members, repos: Vec::new() });
        }
        let mut turn = 0;
        while all.len() < people {
            let manager = if turn < 3 { Some(cto) } else { heads.get(turn % heads.len().max(1)).copied() };
            seat(all, Chair::Staff, manager, None);
            turn += 1;
        }
    }

    /// Repositories and projects, shared out among the teams.
    fn property(&mut self, people: usize) {
        let teams = self.teams.len();
        for place in 0..(people * 15 / 100).max(teams) {
            let team = place % teams;
            let (group, things) = GROUPS[self.teams[team].group];
            let bird =
                self.teams[..team].iter().filter(|other| other.group == self.teams[team].group).count();
            let thing = things[(bird + BIRDS.len() * (place / teams)) % things.len()];
            let taken = self.repos.iter().filter(|repo| repo.thing == thing && repo.name.starts_with(group));
            let name = match taken.count() {
                0 => format!("{group}-{thing}"),
                more => format!("{group}-{thing}-{}", more + 1),
            };
            self.teams[team].repos.push(place);
            self.repos.push(Repo { name, team, thing });
        }
        // The last repository has one author: a developer of its team.
        if let Some(repo) = self.repos.last() {
            self.expert = self.teams[repo.team].members.last().copied().unwrap_or_default();
        }
        for place in 0..people * 6 / 100 {
            let team = (place * 2) % teams;
            let repos = self.teams[team].repos.clone();
            let thing = repos.first().map_or("", |repo| self.repos[*repo].thing);
            let id = format!("{}-{}-{}", GROUPS[self.teams[team].group].0, thing, place + 1);
            self.projects.push(Project { id, team, repos, client: place % crate::clients::CLIENTS.len() });
        }
    }

    fn absences(&mut self) {
        let mut dice = Dice::new(self.seed, "large absences");
        let span = (self.today - self.began).get_days() as i64;
        let (began, today, leave, expert) = (self.began, self.today, self.leave, self.expert);
        for (place, person) in self.people.iter_mut().enumerate() {
            // Who reports to the CTO was there of late, so that a talk that lapsed has no such reason.
            let is_near = person.manager.is_none_or(|manager| manager == 0);
            let (times, latest) = if is_near { (1, 8) } else { (1 + dice.roll(2), span - 20) };
            for _ in 0..times {
                let from = working(plus(began, dice.between(2, latest)), 0);
                person.absences.push((from, plus(from, 4 + 7 * dice.between(0, 1))));
            }
            if place == expert {
                person.absences.push(leave);
            } else if dice.percent(8) && person.chair != Chair::Cto {
                let from = working(plus(today, dice.between(3, 50)), 0);
                person.absences.push((from, plus(from, 4 + 7 * dice.between(0, 1))));
            }
            person.absences.sort_unstable();
            person.absences.dedup_by(|later, first| later.0 <= first.1);
        }
    }

    pub(super) fn last_day(&self) -> Date {
        working(self.today, -1)
    }

    pub(super) fn id(&self, person: usize) -> &str {
        self.people.get(person).map_or("", |person| person.id.as_str())
    }

    pub(super) fn team_of(&self, repo: usize) -> Option<&Team> {
        self.teams.get(self.repos.get(repo)?.team)
    }

    /// The repository that one person alone knows.
    pub(super) fn lonely(&self) -> usize {
        self.repos.len().saturating_sub(1)
    }

    /// Working days of the history.
    pub(super) fn days(&self) -> Vec<Date> {
        let mut days = vec![working(self.began, 0)];
        while let Some(last) = days.last().copied().filter(|last| *last < self.last_day()) {
            days.push(working(last, 1));
        }
        days
    }
}
