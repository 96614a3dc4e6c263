//! Time sheets as a table, and the books as Beancount has them.

use std::fmt::Write as _;

use jiff::civil::Date;

use crate::{
    Files,
    days::{is_working, plus},
    dice::Dice,
    story::{Role, Story},
};

/// What a month of somebody costs, before anything else.
fn salary(role: Role) -> i64 {
    match role {
        Role::Cto => 13_500,
        Role::Lead => 10_800,
        Role::Payments | Role::Platform => 9_900,
        Role::Developer | Role::Designer => 9_200,
        Role::Tester | Role::Manager => 8_700,
        Role::Office => 7_200,
    }
}

/// Writes both.
pub(crate) fn write(story: &Story, files: &mut Files) {
    files.insert("sources/books/time.csv".to_owned(), time(story).into_bytes());
    files.insert("sources/books/ledger.beancount".to_owned(), ledger(story).into_bytes());
}

/// What may be spent, for a year from the beginning of what is told or of the last half year.
pub(crate) fn budget(story: &Story) -> String {
    let from = story.began.max(plus(story.today, -200)).first_of_month();
    let to = plus(from, 364);
    let (cto, architect) = (story.people[0].id, story.people[story.architect].id);
    let wages: i64 = story.people.iter().map(|person| salary(person.role)).sum();
    let people = story.people.len() as i64;
    let line = |id: &str, owner: &str, kind: &str, amount: i64, what: &str| {
        format!(
            "[budget.{id}]\nowner = \"{owner}\"\nkind = \"{kind}\"\namount = \"CHF {amount}\"\nfrom = {from}\nto = {to}\n{what}\n\
             asserted = {}\n",
            crate::company::asserted(story)
        )
    };
    [
        line("people", cto, "payroll", wages * 12, "accounts = [\"Expenses:Salaries\"]"),
        line("rooms", cto, "other", 320 * people * 12, "accounts = [\"Expenses:Rent\"]"),
        line("cloud", architect, "cloud", 60_000, "vendors = [\"cloudshed\"]"),
        line("messages", architect, "services", 8_000, "vendors = [\"postcarrier\"]"),
    ]
    .join("\n")
}

/// A line for each person, day and project, in quarters of an hour.
fn time(story: &Story) -> String {
    let mut dice = Dice::new(story.seed, "time");
    let mut text = "day,person,project,hours,is_billable,text\n".to_owned();
    let mut day = story.began;
    while day <= story.last_day() {
        for (place, person) in story.people.iter().enumerate() {
            if !is_working(day) || person.is_away(day) || matches!(person.role, Role::Cto | Role::Office) {
                continue;
            }
            let own: Vec<usize> = (0..story.clients.len())
                .filter(|client| story.team_of(*client).is_some_and(|team| team.members.contains(&place)))
                .collect();
            let quarters = dice.between(28, 36);
            let inside = dice.between(1, 6);
            match own.get(dice.roll(own.len())) {
                Some(client) => {
                    line(
                        &mut text,
                        day,
                        person.id,
                        story.clients[*client].project.0,
                        quarters - inside,
                        "yes",
                    );
                    line(&mut text, day, person.id, "internal", inside, "no");
                }
                None => line(&mut text, day, person.id, "internal", quarters, "no"),
            }
        }
        day = plus(day, 1);
    }
    text
}

fn line(text: &mut String, day: Date, person: &str, project: &str, quarters: i64, billable: &str) {
    let (hours, rest) = (quarters / 4, quarters % 4 * 25);
    let _ = writeln!(text, "{day},{person},{project},{hours}.{rest:02},{billable},");
}

/// Salaries, rent, vendors and what clients paid, month by month.
fn ledger(story: &Story) -> String {
    let mut dice = Dice::new(story.seed, "ledger");
    let mut text = format!(
        "; The books of a company that does not exist.\noption \"operating_currency\" \"CHF\"\n\n{} open Assets:Bank CHF\n",
        story.began
    );
    for account in
        ["Expenses:Salaries", "Expenses:Rent", "Expenses:Vendors:Cloudshed", "Expenses:Vendors:PostCarrier"]
    {
        let _ = writeln!(text, "{} open {account} CHF", story.began);
    }
    for client in story.clients {
        let _ = writeln!(
            text,
            "{} open Income:Projects:{} CHF",
            story.began,
            crate::course::capital(client.project.0)
        );
    }
    let wages: i64 = story.people.iter().map(|person| salary(person.role)).sum();
    let mut day = story.began;
    while day <= story.last_day() {
        if day.day() == 25 {
            entry(&mut text, day, "Salaries of the month", "Expenses:Salaries", wages);
        }
        if day.day() == 1 {
            entry(&mut text, day, "Rent", "Expenses:Rent", 320 * story.people.len() as i64);
            entry(&mut text, day, "Cloudshed", "Expenses:Vendors:Cloudshed", 4_833);
            entry(&mut text, day, "Post Carrier", "Expenses:Vendors:PostCarrier", 600);
        }
        if day.day() == 12 {
            for client in story.clients {
                let account = format!("Income:Projects:{}", crate::course::capital(client.project.0));
                let paid = wages * 13 / 10 / story.clients.len() as i64 + 100 * dice.between(-60, 60);
                entry(&mut text, day, client.name, &account, -paid);
            }
        }
        day = plus(day, 1);
    }
    text
}

fn entry(text: &mut String, day: Date, what: &str, account: &str, amount: i64) {
    let _ = write!(text, "\n{day} * \"{what}\"\n  {account}  {amount}.00 CHF\n  Assets:Bank\n");
}
