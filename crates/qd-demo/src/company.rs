//! The company's own files, as a careful CTO would keep them.

use std::fmt::Write as _;

use jiff::civil::Date;

use crate::{
    Files,
    days::{holidays, plus, working},
    dice::Dice,
    feeds::{FEEDS, address},
    plants::{DOUBTED, VENDOR},
    recording::{GITLAB, GROUP, Home, JIRA},
    story::{NAME, ORGANISATION, Person, Role, SLIPS, Story},
};

/// Words as TOML writes them.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Words as a list of TOML.
pub(crate) fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.into_iter().map(quoted).collect();
    format!("[{}]", words.join(", "))
}

/// Writes all of them.
pub(crate) fn write(story: &Story, files: &mut Files) {
    let mut put = |path: String, text: String| files.insert(path, text.into_bytes());
    put("company.toml".to_owned(), company(story));
    put(".gitignore".to_owned(), ".quarterdeck/\n".to_owned());
    for (place, person) in story.people.iter().enumerate() {
        put(format!("people/{}.toml", person.id), self::person(story, place, person));
    }
    for place in 0..story.teams.len() {
        put(format!("teams/{}.toml", story.teams[place].id), team(story, place));
    }
    put("relations.toml".to_owned(), relations(story));
    put("services.toml".to_owned(), services(story));
    put("vendors.toml".to_owned(), vendors(story));
    put("goals.toml".to_owned(), goals(story));
    put("risks.toml".to_owned(), risks(story));
    put("commitments.toml".to_owned(), commitments(story));
    put("budget.toml".to_owned(), crate::books::budget(story));
    put("radar.toml".to_owned(), radar(story));
    put("work_kinds.toml".to_owned(), work_kinds(story));
}

/// The day somebody last read it all.
pub(crate) fn asserted(story: &Story) -> Date {
    working(story.today, -12)
}

fn company(story: &Story) -> String {
    let year = story.today.year();
    let days: Vec<String> = (year - 1..=year + 1).flat_map(holidays).map(|day| day.to_string()).collect();
    let mut text = format!(
        "# {NAME}: an agency that does not exist, written by `quarterdeck demo`.\n\
         # What is planted in it stands in STORIES.md.\n\n\
         name = {}\ncurrency = \"CHF\"\ntimezone = \"Europe/Zurich\"\nme = {}\n\
         day_rate = \"CHF 900\"                  # what a day of work costs where a person declares no rate\n\
         span_of_control = [2, 9]\ndecisions = [\"decisions\"]\nprotected_paths = [\"payments:src/settlement/\"]\n\
         holidays = [\n  {},\n]\nasserted = {}\n\n\
         [sources.code]\nkind = \"git\"\npaths = [\"sources/git/*\"]\n\n\
         [sources.forge]\nkind = \"github\"\nrepositories = [\"{ORGANISATION}/*\"]\nreplay = \"sources/forge\"\n\n\
         [sources.alerts]\nkind = \"alertmanager\"\nreplay = \"sources/alerts\"\n\n\
         [sources.oncall]\nkind = \"pagerduty\"\nreplay = \"sources/oncall\"\n\n\
         [sources.deployments]\nkind = \"cdevents\"\nreplay = \"sources/deployments\"\n\n\
         # Read only when it is asked for: `quarterdeck sync reading`, then `quarterdeck show reading`.\n\
         [sources.reading]\nkind = \"feed\"\nreplay = \"sources/feeds\"\n\n\
         [sources.tests]\nkind = \"junit\"\npaths = [\"sources/junit\"]\n\n\
         [sources.chat]\nkind = \"chat\"\npaths = [\"sources/chat\"]\n\n\
         [sources.books]\nkind = \"ledger\"\npaths = [\"sources/books/ledger.beancount\"]\n\n\
         [sources.cloud]\nkind = \"focus\"\npaths = [\"sources/books/cloud.csv\"]\n\n",
        quoted(NAME),
        quoted(story.people[0].id),
        days.join(",\n  "),
        asserted(story),
    );
    // What no connector knows comes as a table.
    for (id, table) in [("time", "time_entries"), ("invoices", "invoices"), ("seats", "seats")] {
        let _ = write!(
            text,
            "[sources.{id}]\nkind = \"table\"\ntable = \"{table}\"\npaths = [\"sources/books/{id}.csv\"]\n\n"
        );
    }
    for (client, repo) in story.clients.iter().zip(&story.repos) {
        let (kind, url, name) = match repo.home {
            Home::GitHub => continue,
            Home::GitLab => ("gitlab", GITLAB, format!("{GROUP}/{}", repo.name)),
            Home::Jira(key) => ("jira", JIRA, key.to_owned()),
        };
        let _ = write!(
            text,
            "[sources.{}]\nkind = \"{kind}\"\nurl = \"{url}\"\nrepositories = [\"{name}\"]\nreplay = \"sources/{kind}\"\n\n",
            client.id
        );
    }
    for place in crate::mail::owners(story) {
        let id = story.people[place].id;
        let _ = write!(
            text,
            "[sources.mail-{id}]\nkind = \"mail\"\npaths = [\"sources/mail/{id}\"]\nperson = {}\n\n",
            quoted(id)
        );
    }
    let cto = story.people[0].id;
    let _ = write!(
        text,
        "[sources.calendar]\nkind = \"calendar\"\npaths = [\"sources/calendar/{cto}.ics\"]\nperson = {}\n",
        quoted(cto)
    );
    text
}

fn person(story: &Story, place: usize, person: &Person) -> String {
    let rate = match person.role {
        Role::Cto => 1300,
        Role::Lead => 1100,
        Role::Payments | Role::Platform => 1000,
        Role::Developer | Role::Designer => 920,
        Role::Tester | Role::Manager => 880,
        Role::Office => 760,
    };
    let mut logins = vec![person.login()];
    logins.extend(story.works_at(place, Home::GitLab).then(|| person.guest()));
    let mut text = format!(
        "name = {}\nmails = {}\nlogins = {}\nrole = {}\n",
        quoted(&person.name()),
        list([person.mail().as_str()]),
        list(logins.iter().map(String::as_str)),
        quoted(person.role.title())
    );
    if let Some(manager) = person.manager.and_then(|place| story.people.get(place)) {
        let _ = writeln!(text, "reports_to = {}", quoted(manager.id));
    }
    let _ = writeln!(text, "skills = {}", list(person.role.skills().iter().copied()));
    let _ =
        writeln!(text, "rate = \"CHF {rate}\"\njoined = {}\nasserted = {}", person.joined, asserted(story));
    if person.role == Role::Cto {
        text.push_str("\n[[time_budgets]]\nkind = \"one-to-one\"\nhours = 6\n\n[[time_budgets]]\nkind = \"outward\"\nhours = 6\n");
    }
    for (from, to, kind) in &person.absences {
        let _ = write!(text, "\n[[absences]]\nfrom = {from}\nto = {to}\nkind = {}\n", quoted(kind));
    }
    text
}

fn team(story: &Story, place: usize) -> String {
    let team = &story.teams[place];
    let id = |person: usize| story.people[person].id;
    let mut text = format!(
        "name = {}\nlead = {}\nmembers = {}\ntype = {}\nmission = {}\nowns = {}\nasserted = {}\n",
        quoted(team.name),
        quoted(id(team.lead)),
        list(team.members.iter().map(|member| id(*member))),
        quoted(if team.is_platform { "platform" } else { "stream-aligned" }),
        quoted(team.mission),
        list(team.repos.iter().map(|repo| story.repos[*repo].name)),
        asserted(story),
    );
    if !team.is_platform && story.teams.iter().any(|other| other.is_platform) {
        text.push_str("\n[[interactions]]\nwith = \"harbour\"\nmode = \"x-as-a-service\"\npurpose = \"components, previews and payments\"\n");
    }
    text
}

fn relations(story: &Story) -> String {
    let mut text = String::new();
    for (place, client) in story.clients.iter().enumerate() {
        let _ = write!(
            text,
            "[relations.{}]\nname = {}\nkind = \"client\"\nowner = {}\nmails = {}\nvalue_per_day = \"CHF {}\"\npatience = \"1d\"\nasserted = {}\n\n",
            client.id,
            quoted(client.name),
            quoted(story.people[story.lead_of(place)].id),
            list([client.domain]),
            200 + 50 * place,
            asserted(story)
        );
    }
    let cto = quoted(story.people[0].id);
    let _ = write!(
        text,
        "[relations.lakebank]\nname = \"Lake Bank\"\nkind = \"investor\"\nowner = {cto}\nmails = [\"lakebank.example\"]\n\
         value_per_day = \"CHF 300\"\npatience = \"2d\"\nasserted = {}\n",
        asserted(story)
    );
    text
}

fn services(story: &Story) -> String {
    let mut text = String::new();
    for (place, repo) in story.repos.iter().enumerate() {
        let id = story.service_of(place);
        let (impact, criticality) = match id {
            "preview" => (4, "medium"),
            "payments" => (60, "high"),
            _ => (20, "high"),
        };
        let needs = match id {
            "payments" | "preview" => String::new(),
            "tickets" | "shop" | "forms" | "claims" => "after = [\"payments\"]\n".to_owned(),
            _ => "after = [\"preview\"]\n".to_owned(),
        };
        let owner = story.team_of(place).map_or("", |team| team.id);
        let _ = write!(
            text,
            "[services.{id}]\nname = {}\nowner = \"team:{owner}\"\nlifecycle = \"production\"\ncriticality = \"{criticality}\"\n\
             impact = \"CHF {impact}k\"\nrepositories = [{}]\n{needs}asserted = {}\n\n",
            quoted(repo.title),
            quoted(repo.name),
            asserted(story)
        );
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn vendors(story: &Story) -> String {
    let (cto, architect) = (quoted(story.people[0].id), quoted(story.people[story.architect].id));
    let notice = working(plus(story.today, 16), 0);
    format!(
        "[vendors.pixelwharf]\nname = \"{VENDOR}\"\nowner = {cto}\nproduct = \"design tool, a seat for everybody\"\n\
         cost_per_year = \"CHF 21'600\"\nseats = {seats}\nrenews = {}\nnotice = \"30d\"\ndata = \"drafts of clients\"\n\
         exit = \"drafts can be exported; two weeks of work\"\nasserted = {asserted}\n\n\
         [vendors.cloudshed]\nname = \"Cloudshed\"\nowner = {architect}\nproduct = \"servers and databases\"\n\
         cost_per_year = \"CHF 58k\"\nrenews = {}\nnotice = \"90d\"\ndata = \"personal data of clients' users\"\n\
         exit = \"containers and dumps run anywhere; a month of work\"\nasserted = {asserted}\n\n\
         [vendors.postcarrier]\nname = \"Post Carrier\"\nowner = {architect}\nproduct = \"mail and messages\"\n\
         cost_per_year = \"CHF 7'200\"\nrenews = {}\nnotice = \"30d\"\ndecision = \"renew\"\ndata = \"mail addresses\"\n\
         exit = \"another provider is wired\"\nasserted = {asserted}\n",
        plus(notice, 30),
        plus(story.today, 290),
        plus(story.today, 75),
        seats = crate::vendors::paid_seats(story),
        asserted = asserted(story),
    )
}

fn goals(story: &Story) -> String {
    let asserted = asserted(story);
    format!(
        "[goals.reviewed]\ntitle = \"Every change is seen by a second pair of eyes\"\nowner = {}\n\
         measure = \"approvals of merged changes\"\nconfidence = 0.9\ndue = {}\nasserted = {asserted}\n\n\
         [goals.two-clients]\ntitle = \"{DOUBTED}\"\nowner = {}\nmeasure = \"signed offers\"\n\
         confidence = 0.4\ndue = {}\nasserted = {asserted}\n",
        quoted(story.people[story.architect].id),
        plus(story.today, 120),
        quoted(story.people[0].id),
        plus(story.today, 80),
    )
}

fn risks(story: &Story) -> String {
    let asserted = asserted(story);
    format!(
        "[risks.one-cloud]\ntitle = \"All servers stand at one provider\"\ncause = \"one contract\"\n\
         effect = \"all clients are down with it\"\nowner = {}\nprobability_per_year = 0.05\nimpact = \"CHF 120k\"\n\
         treatment = \"accept\"\naccepted_until = {}\nreviewed = {asserted}\nasserted = {asserted}\n\n\
         [risks.fixed-prices]\ntitle = \"Fixed prices eat the margin\"\ncause = \"late wishes\"\n\
         effect = \"two months without profit\"\nowner = {}\nprobability_per_year = 0.3\nimpact = \"CHF 80k\"\n\
         treatment = \"reduce\"\nreviewed = {asserted}\nasserted = {asserted}\n",
        quoted(story.people[story.architect].id),
        plus(story.today, 200),
        quoted(story.people[0].id),
    )
}

fn commitments(story: &Story) -> String {
    let mut dice = Dice::new(story.seed, "commitments");
    let mut text = String::new();
    for (place, client) in story.clients.iter().enumerate() {
        let lead = quoted(story.people[story.lead_of(place)].id);
        let due = working(plus(story.today, if place == SLIPS { 40 } else { 50 + dice.between(0, 40) }), 0);
        let _ = write!(
            text,
            "[commitments.{}]\ntitle = {}\nto = {}\nowner = {lead}\nproject = {}\ndue = {due}\nasserted = {}\n\n",
            client.project.0,
            quoted(client.promise),
            quoted(client.id),
            quoted(client.project.0),
            asserted(story)
        );
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn radar(story: &Story) -> String {
    let owner = quoted(story.people[story.architect].id);
    let asserted = asserted(story);
    let entry = |id: &str, name: &str, ring: &str| {
        format!(
            "[radar.{id}]\nname = \"{name}\"\nring = \"{ring}\"\nowner = {owner}\nreviewed = {asserted}\n{}",
            FEEDS
                .iter()
                .find(|feed| feed.0 == id)
                .map_or_else(String::new, |feed| format!("feed = \"{}\"\n", address(feed.0)))
        )
    };
    [
        entry("typescript", "TypeScript", "adopt"),
        entry("preact", "Preact", "adopt"),
        entry("passkeys", "Passkeys", "trial"),
        entry("moment", "Moment.js", "hold"),
    ]
    .join("\n")
}

fn work_kinds(story: &Story) -> String {
    let kind = |id: &str, target: &str, types: &[&str]| {
        let types = list(types.iter().copied());
        format!("[work_kinds.{id}]\ntarget = {target}\ntypes = {types}\nasserted = {}\n", asserted(story))
    };
    [
        kind("wishes", "0.4", &["feat"]),
        kind("faults", "0.3", &["fix"]),
        kind("upkeep", "0.3", &["refactor", "perf", "test", "docs"]),
    ]
    .join("\n")
}
