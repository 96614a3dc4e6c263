//! The large company's own files: people in lines, teams, services, projects, and what is promised.

use std::fmt::Write as _;

use jiff::civil::Date;

use super::{
    firm::{Firm, NAME},
    plans::{self, decisions, title},
    seats::Chair,
    stories::{DOUBTED, VENDOR},
};
use crate::{
    Files, ZONE,
    clients::CLIENTS,
    company::{list, quoted},
    days::{holidays, plus, working},
    dice::Dice,
};

/// Writes all of them.
pub(super) fn write(firm: &Firm, files: &mut Files) {
    let mut put = |path: String, text: String| files.insert(path, text.into_bytes());
    put("company.toml".to_owned(), company(firm));
    put(".gitignore".to_owned(), ".quarterdeck/\n".to_owned());
    for place in 0..firm.people.len() {
        put(format!("people/{}.toml", firm.people[place].id), person(firm, place));
    }
    for place in 0..firm.teams.len() {
        put(format!("teams/{}.toml", firm.teams[place].id), team(firm, place));
    }
    for (place, project) in firm.projects.iter().enumerate() {
        put(format!("projects/{}.toml", project.id), plans::project(firm, project, place));
    }
    put("services.toml".to_owned(), services(firm));
    put("relations.toml".to_owned(), relations(firm));
    put("vendors.toml".to_owned(), vendors(firm));
    put("goals.toml".to_owned(), goals(firm));
    put("commitments.toml".to_owned(), commitments(firm));
    put("risks.toml".to_owned(), risks(firm));
    for (name, text) in decisions(firm) {
        put(format!("decisions/{name}.md"), text);
    }
}

/// The day somebody last read it all.
pub(super) fn asserted(firm: &Firm) -> Date {
    working(firm.today, -12)
}

fn company(firm: &Firm) -> String {
    let year = firm.today.year();
    let days: Vec<String> = (year - 1..=year + 1).flat_map(holidays).map(|day| day.to_string()).collect();
    let cto = firm.id(0);
    format!(
        "# {NAME}: a company that does not exist, written by `quarterdeck demo`.\n\
         # What is planted in it stands in STORIES.md. But for the CTO's calendar its facts were put into the lake as they\n\
         # are, so that it names no other source.\n\n\
         name = {}\ncurrency = \"CHF\"\ntimezone = \"{ZONE}\"\nme = {}\nday_rate = \"CHF 950\"\n\
         span_of_control = [2, 10]\ndecisions = [\"decisions\"]\nholidays = [\n  {},\n]\nasserted = {}\n\n\
         [sources.calendar]\nkind = \"calendar\"\npaths = [\"sources/calendar/{cto}.ics\"]\nperson = {}\n",
        quoted(NAME),
        quoted(cto),
        days.join(",\n  "),
        asserted(firm),
        quoted(cto)
    )
}

fn person(firm: &Firm, place: usize) -> String {
    let person = &firm.people[place];
    let skills: &[&str] = match person.chair {
        Chair::Tester => &["typescript", "testing"],
        Chair::Designer => &["design", "accessibility"],
        Chair::Product | Chair::Area | Chair::Cto => &["delivery"],
        Chair::Group | Chair::Lead => &["typescript", "delivery"],
        Chair::Developer if place.is_multiple_of(3) => &["typescript", "postgres"],
        Chair::Developer | Chair::Staff => &["typescript", "operations"],
    };
    let mut text = format!(
        "name = {}\nmails = [{}]\nlogins = [{}]\nrole = {}\n",
        quoted(&person.name),
        quoted(&person.mail()),
        quoted(&person.id),
        quoted(person.chair.title())
    );
    if let Some(manager) = person.manager {
        let _ = writeln!(text, "reports_to = {}", quoted(firm.id(manager)));
    }
    let _ = write!(
        text,
        "skills = {}\nrate = \"CHF {}\"\njoined = {}\nasserted = {}\n",
        list(skills.iter().copied()),
        person.chair.rate(),
        person.joined,
        asserted(firm)
    );
    for (from, to) in &person.absences {
        let _ = write!(text, "\n[[absences]]\nfrom = {from}\nto = {to}\nkind = \"leave\"\n");
    }
    text
}

fn team(firm: &Firm, place: usize) -> String {
    let team = &firm.teams[place];
    let kind = if team.id.starts_with("infrastructure") || team.id.starts_with("tooling") {
        "platform"
    } else {
        "stream-aligned"
    };
    format!(
        "name = {}\nlead = {}\nmembers = {}\ntype = \"{kind}\"\nmission = {}\nowns = {}\nasserted = {}\n",
        quoted(&team.id.replace('-', " ")),
        quoted(firm.id(team.lead)),
        list(team.members.iter().map(|member| firm.id(*member))),
        quoted(&format!("Nobody asks twice about {}.", team.id.split('-').next().unwrap_or_default())),
        list(team.repos.iter().map(|repo| firm.repos[*repo].name.as_str())),
        asserted(firm)
    )
}

fn services(firm: &Firm) -> String {
    let mut dice = Dice::new(firm.seed, "large services");
    let mut text = String::new();
    for (place, repo) in firm.repos.iter().enumerate() {
        let (criticality, impact) = [("high", 60), ("medium", 15), ("low", 3)][dice.roll(3).min(2)];
        let team = firm.team_of(place).map_or("", |team| team.id.as_str());
        // What came first stands on nothing; the rest on two of what is older.
        let after: Vec<String> = match place {
            0..6 => Vec::new(),
            _ => (0..2).map(|_| quoted(&firm.repos[dice.roll(place)].name)).collect(),
        };
        let after = if after.first() == after.get(1) { after.into_iter().take(1).collect() } else { after };
        let _ = write!(
            text,
            "[services.{0}]\nname = {1}\nowner = \"team:{team}\"\nlifecycle = \"production\"\ncriticality = \"{criticality}\"\n\
             impact = \"CHF {impact}k\"\nrepositories = [\"{0}\"]\nafter = [{2}]\nasserted = {3}\n\n",
            repo.name,
            quoted(&repo.name.replace('-', " ")),
            after.join(", "),
            asserted(firm)
        );
    }
    text
}

fn relations(firm: &Firm) -> String {
    let mut text = String::new();
    for (place, client) in CLIENTS.iter().enumerate() {
        let owner = firm.teams.get(place * 2).map_or(0, |team| team.lead);
        let _ = write!(
            text,
            "[relations.{}]\nname = {}\nkind = \"client\"\nowner = {}\nmails = [{}]\nvalue_per_day = \"CHF {}\"\n\
             patience = \"1d\"\nasserted = {}\n\n",
            client.id,
            quoted(client.name),
            quoted(firm.id(owner)),
            quoted(client.domain),
            300 + 50 * place,
            asserted(firm)
        );
    }
    let _ = write!(
        text,
        "[relations.lakebank]\nname = \"Lake Bank\"\nkind = \"investor\"\nowner = {}\nmails = [\"lakebank.example\"]\n\
         value_per_day = \"CHF 900\"\npatience = \"2d\"\nasserted = {}\n",
        quoted(firm.id(0)),
        asserted(firm)
    );
    text
}

fn vendors(firm: &Firm) -> String {
    let notice = working(plus(firm.today, 16), 0);
    let mut text = format!(
        "[vendors.pixelwharf]\nname = \"{VENDOR}\"\nowner = {}\nproduct = \"design tool, a seat for everybody\"\n\
         cost_per_year = \"CHF 210k\"\nrenews = {}\nnotice = \"30d\"\ndata = \"drafts\"\nexit = \"drafts can be exported\"\n\
         asserted = {}\n",
        quoted(firm.id(0)),
        plus(notice, 30),
        asserted(firm)
    );
    for place in 0..firm.teams.len().div_ceil(3) {
        let owner = firm.teams[place * 3].lead;
        let _ = write!(
            text,
            "\n[vendors.vendor-{place}]\nname = \"Supplier {place} (made up)\"\nowner = {}\nproduct = \"tool {place}\"\n\
             cost_per_year = \"CHF {}k\"\nrenews = {}\nnotice = \"30d\"\ndata = \"none of persons\"\nexit = \"a week of work\"\n\
             asserted = {}\n",
            quoted(firm.id(owner)),
            4 + place,
            plus(firm.today, 90 + 7 * place as i64),
            asserted(firm)
        );
    }
    text
}

fn goals(firm: &Firm) -> String {
    let mut text = String::new();
    let heads = firm.people.iter().filter(|person| person.chair == Chair::Group);
    for (place, head) in heads.enumerate() {
        let _ = write!(
            text,
            "[goals.goal-{place}]\ntitle = \"Half the waiting in what {} leads\"\nowner = {}\nmeasure = \"hours from question to answer\"\n\
             confidence = 0.7\ndue = {}\nasserted = {}\n\n",
            head.given,
            quoted(&head.id),
            plus(firm.today, 120),
            asserted(firm)
        );
    }
    let _ = write!(
        text,
        "[goals.customs]\ntitle = \"{DOUBTED}\"\nowner = {}\nmeasure = \"declarations without a clerk\"\nconfidence = 0.4\n\
         due = {}\nasserted = {}\n",
        quoted(firm.id(0)),
        plus(firm.today, 80),
        asserted(firm)
    );
    text
}

fn commitments(firm: &Firm) -> String {
    let mut text = String::new();
    for project in &firm.projects {
        let _ = write!(
            text,
            "[commitments.{0}]\ntitle = {1}\nto = \"{2}\"\nowner = {3}\nproject = \"{0}\"\ndue = {4}\nasserted = {5}\n\n",
            project.id,
            quoted(&format!("{} runs in two depots", title(project))),
            CLIENTS[project.client].id,
            quoted(firm.id(firm.teams[project.team].lead)),
            working(plus(firm.today, 75), 0),
            asserted(firm)
        );
    }
    text
}

fn risks(firm: &Firm) -> String {
    let asserted = asserted(firm);
    format!(
        "[risks.one-cloud]\ntitle = \"All depots hang on one provider\"\ncause = \"one contract\"\neffect = \"gates stay shut\"\n\
         owner = {}\nprobability_per_year = 0.05\nimpact = \"CHF 2000k\"\ntreatment = \"accept\"\naccepted_until = {}\n\
         reviewed = {asserted}\nasserted = {asserted}\n",
        quoted(firm.id(0)),
        plus(firm.today, 200)
    )
}
