//! The company as plain values: who works there, on what, since when, and what is planted in it.

use jiff::civil::Date;

use crate::{
    Request,
    clients::{CLIENTS, Client},
    days::{plus, working},
    dice::Dice,
    names::NAMES,
    recording::Home,
};

/// What somebody does there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Cto,
    Lead,
    Developer,
    Designer,
    Tester,
    Manager,
    Platform,
    Payments,
    Office,
}

impl Role {
    /// The title on the door.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Cto => "CTO",
            Self::Lead => "team lead",
            Self::Developer => "developer",
            Self::Designer => "designer",
            Self::Tester => "quality engineer",
            Self::Manager => "project manager",
            Self::Platform => "platform engineer",
            Self::Payments => "payments engineer",
            Self::Office => "office and finance",
        }
    }

    /// Skills, with levels where they matter.
    pub(crate) fn skills(self) -> &'static [&'static str] {
        match self {
            Self::Cto => &["typescript", "architecture", "delivery"],
            Self::Lead => &["typescript", "delivery"],
            Self::Developer => &["typescript", "postgres"],
            Self::Designer => &["design", "accessibility"],
            Self::Tester => &["typescript", "testing"],
            Self::Manager => &["delivery"],
            Self::Platform => &["typescript", "operations"],
            Self::Payments => &["typescript", "payments"],
            Self::Office => &["bookkeeping"],
        }
    }

    /// How much of their week goes into changes, of a hundred; 0 for who writes none.
    pub(crate) fn coding(self) -> usize {
        match self {
            Self::Developer | Self::Platform | Self::Payments => 60,
            Self::Tester => 35,
            Self::Lead => 22,
            Self::Designer => 18,
            Self::Cto | Self::Manager | Self::Office => 0,
        }
    }
}

/// Somebody of the company.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: &'static str,
    pub(crate) given: &'static str,
    pub(crate) family: &'static str,
    pub(crate) role: Role,
    pub(crate) manager: Option<usize>,
    pub(crate) joined: Date,
    /// First and last day of each absence.
    pub(crate) absences: Vec<(Date, Date, &'static str)>,
}

impl Person {
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.given, self.family)
    }

    pub(crate) fn mail(&self) -> String {
        format!("{}@{DOMAIN}", self.id)
    }

    pub(crate) fn login(&self) -> String {
        format!("{}-ql", self.id)
    }

    /// What they are called at a client's GitLab.
    pub(crate) fn guest(&self) -> String {
        format!("ql.{}", self.id)
    }

    pub(crate) fn is_away(&self, day: Date) -> bool {
        self.absences.iter().any(|(from, to, _)| (*from..=*to).contains(&day))
    }
}

/// The company's name; it says what it is.
pub(crate) const NAME: &str = "Quill & Lantern (made up)";
/// Domain of its mail: one that nobody can have (RFC 2606).
pub(crate) const DOMAIN: &str = "quill-lantern.example";
/// Its name at the forge.
pub(crate) const ORGANISATION: &str = "quill-lantern";

/// A team, what it owns and whom it works for.
#[derive(Debug)]
pub(crate) struct Team {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) mission: &'static str,
    pub(crate) lead: usize,
    pub(crate) members: Vec<usize>,
    pub(crate) repos: Vec<usize>,
    pub(crate) is_platform: bool,
}

/// A repository: what its program is about, and who changes it.
#[derive(Debug)]
pub(crate) struct Repo {
    pub(crate) name: &'static str,
    pub(crate) actors: &'static str,
    pub(crate) areas: &'static [(&'static str, &'static [&'static str])],
    pub(crate) authors: Vec<usize>,
    pub(crate) title: &'static str,
    pub(crate) home: Home,
}

/// The whole of it.
#[derive(Debug)]
pub(crate) struct Story {
    pub(crate) seed: u64,
    pub(crate) today: Date,
    /// First day of the history.
    pub(crate) began: Date,
    pub(crate) people: Vec<Person>,
    pub(crate) teams: Vec<Team>,
    pub(crate) repos: Vec<Repo>,
    pub(crate) clients: &'static [Client],
    /// Who alone knows the payments.
    pub(crate) expert: usize,
    /// Who answers for architecture and shared services.
    pub(crate) architect: usize,
    /// First and last day of the expert's coming leave.
    pub(crate) leave: (Date, Date),
}

/// The project that will slip, by its place among the clients.
pub(crate) const SLIPS: usize = 1;
/// The project whose client waits for an answer.
pub(crate) const WAITS: usize = 0;

impl Story {
    pub(crate) fn new(request: &Request) -> Self {
        let mut dice = Dice::new(request.seed, "people");
        let mut names = NAMES.to_vec();
        dice.shuffle(&mut names);
        let today = request.today;
        let (began, leave) = (request.began(), request.leave());
        let mut story = Self {
            seed: request.seed,
            today,
            began,
            people: Vec::new(),
            teams: Vec::new(),
            repos: Vec::new(),
            clients: if request.people <= 12 { &CLIENTS[..2] } else { CLIENTS },
            expert: 0,
            architect: 0,
            leave,
        };
        let mut chairs = names.into_iter();
        let mut seat = |people: &mut Vec<Person>, role: Role, manager: Option<usize>| {
            let (given, family, id) = chairs.next().unwrap_or(("Robin", "Moser", "robin"));
            let years = dice.between(200, 3000);
            let joined = working(plus(began, -years), 0);
            people.push(Person { id, given, family, role, manager, joined, absences: Vec::new() });
            people.len() - 1
        };
        if request.people <= 12 {
            story.small(&mut seat);
        } else {
            story.agency(&mut seat);
        }
        story.holidays();
        story
    }

    /// One team that does everything.
    fn small(&mut self, seat: &mut impl FnMut(&mut Vec<Person>, Role, Option<usize>) -> usize) {
        let people = &mut self.people;
        let cto = seat(people, Role::Cto, None);
        let lead = seat(people, Role::Lead, Some(cto));
        let roles = [Role::Developer, Role::Developer, Role::Developer, Role::Developer, Role::Designer];
        let mut members = vec![lead];
        for role in roles.into_iter().chain([Role::Tester, Role::Manager]) {
            members.push(seat(people, role, Some(lead)));
        }
        let platform = seat(people, Role::Platform, Some(cto));
        let expert = seat(people, Role::Payments, Some(cto));
        members.extend([platform, expert]);
        seat(people, Role::Office, Some(cto));
        let coders: Vec<usize> =
            members.iter().copied().filter(|place| people[*place].role != Role::Payments).collect();
        for client in self.clients {
            self.repos.push(repo(client, coders.clone()));
        }
        self.shared(vec![platform, lead, members[1], members[2], members[6]], vec![expert]);
        self.teams.push(Team {
            id: "studio",
            name: "Studio",
            mission: "Two clients, one table, no tickets lost.",
            lead,
            members,
            repos: (0..self.repos.len()).collect(),
            is_platform: false,
        });
        (self.expert, self.architect) = (expert, lead);
    }

    /// A cross-functional team for each client, and one that serves them.
    fn agency(&mut self, seat: &mut impl FnMut(&mut Vec<Person>, Role, Option<usize>) -> usize) {
        let people = &mut self.people;
        let cto = seat(people, Role::Cto, None);
        for (place, client) in self.clients.iter().enumerate() {
            let lead = seat(people, Role::Lead, Some(cto));
            let roles = [Role::Developer, Role::Developer, Role::Developer, Role::Designer, Role::Tester];
            let mut members = vec![lead];
            for role in roles.into_iter().chain([Role::Manager]) {
                members.push(seat(people, role, Some(lead)));
            }
            self.repos.push(repo(client, members.clone()));
            self.teams.push(Team {
                id: client.team.0,
                name: client.team.1,
                mission: client.mission,
                lead,
                members,
                repos: vec![place],
                is_platform: false,
            });
        }

        let lead = seat(people, Role::Lead, Some(cto));
        let mut members = vec![lead];
        for _ in 0..4 {
            members.push(seat(people, Role::Platform, Some(lead)));
        }
        let expert = seat(people, Role::Payments, Some(lead));
        let builders = members.clone();
        members.push(expert);
        seat(people, Role::Office, Some(cto));
        self.shared(builders, vec![expert]);
        self.teams.push(Team {
            id: "harbour",
            name: "Harbour",
            mission: "No team thinks about servers, pipelines or buttons.",
            lead,
            members,
            repos: vec![self.repos.len() - 2, self.repos.len() - 1],
            is_platform: true,
        });
        (self.expert, self.architect) = (expert, lead);
    }

    /// The two repositories that all projects stand on; they come last.
    fn shared(&mut self, builders: Vec<usize>, experts: Vec<usize>) {
        use crate::clients::{PAYMENTS, PLATFORM};
        let home = Home::GitHub;
        let (actors, title) = ("teams", "Shared components and pipelines");
        self.repos.push(Repo { name: "platform", actors, areas: PLATFORM, authors: builders, title, home });
        let (actors, title) = ("clients", "Payments of all shops");
        self.repos.push(Repo { name: "payments", actors, areas: PAYMENTS, authors: experts, title, home });
    }

    /// Who is away when: leave in summer, a day here and there, and what is to come.
    fn holidays(&mut self) {
        let mut dice = Dice::new(self.seed, "absences");
        let (began, today, leave, expert) = (self.began, self.today, self.leave, self.expert);
        for (place, person) in self.people.iter_mut().enumerate() {
            let span = (today - began).get_days() as i64;
            // Who reports to the CTO was there of late, so that a talk that lapsed has no such reason.
            let latest =
                if person.manager.is_none_or(|manager| manager == 0) { span - 62 } else { span - 18 };
            let from = working(plus(began, dice.between(span / 8, latest.max(span / 8))), 0);
            person.absences.push((from, plus(from, 4 + 7 * dice.between(0, 1)), "leave"));
            if place == expert {
                person.absences.push((leave.0, leave.1, "leave"));
            } else if dice.percent(12) && person.role != Role::Cto {
                let from = working(plus(today, dice.between(40, 60)), 0);
                person.absences.push((from, plus(from, 4), "leave"));
            }
        }
    }

    /// The lead of the team that does a client's project.
    pub(crate) fn lead_of(&self, client: usize) -> usize {
        self.team_of(client).map_or(0, |team| team.lead)
    }

    pub(crate) fn team_of(&self, repo: usize) -> Option<&Team> {
        self.teams.iter().find(|team| team.repos.contains(&repo))
    }

    /// Place of the shared components among the repositories.
    pub(crate) fn platform(&self) -> usize {
        self.repos.len() - 2
    }

    /// Place of the payments among the repositories.
    pub(crate) fn payments(&self) -> usize {
        self.repos.len() - 1
    }

    /// Whether all projects stand on a repository.
    pub(crate) fn is_shared(&self, repo: usize) -> bool {
        repo >= self.platform()
    }

    /// The service that is made of a repository.
    pub(crate) fn service_of(&self, repo: usize) -> &'static str {
        if repo == self.platform() {
            "preview"
        } else if repo == self.payments() {
            "payments"
        } else {
            self.clients[repo].project.0
        }
    }

    /// Whether somebody works where the work of `home` is told.
    pub(crate) fn works_at(&self, person: usize, home: Home) -> bool {
        self.repos.iter().any(|repo| repo.home == home && (repo.authors.contains(&person)))
    }

    /// The last working day before today: nothing that was observed is newer.
    pub(crate) fn last_day(&self) -> Date {
        working(self.today, -1)
    }
}

fn repo(client: &Client, authors: Vec<usize>) -> Repo {
    let (_, name, title) = client.project;
    // Areas of a client's program are static, and so is everything of a client here.
    let known = CLIENTS.iter().find(|known| known.id == client.id);
    let areas = known.map_or(&[][..], |known| known.areas);
    let actors = known.map_or("people", |known| known.actors);
    Repo { name, actors, areas, authors, title, home: client.home }
}
