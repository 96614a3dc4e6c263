//! Mailboxes of those who speak with clients: what came and what was answered, as mbox files.

use jiff::{Timestamp, tz::TimeZone};

use crate::{
    Files,
    days::{after, at, working, zone},
    dice::Dice,
    plants::{BANK_QUESTION, QUESTION},
    story::{Person, Story, WAITS},
    words::LETTERS,
};

/// Whose mailboxes are there: the CTO's and those of who leads a project.
pub(crate) fn owners(story: &Story) -> Vec<usize> {
    let mut owners = vec![0];
    for place in 0..story.clients.len() {
        let lead = story.lead_of(place);
        if !owners.contains(&lead) {
            owners.push(lead);
        }
    }
    owners
}

/// A letter.
struct Letter<'a> {
    id: String,
    from: (&'a str, &'a str),
    to: (&'a str, &'a str),
    at: Timestamp,
    subject: &'a str,
    answers: Option<&'a str>,
    text: String,
}

/// Writes the mailboxes.
pub(crate) fn write(story: &Story, files: &mut Files) {
    for owner in owners(story) {
        let Some(person) = story.people.get(owner) else { continue };
        let (mut came, mut went) = (Vec::new(), Vec::new());
        for place in (0..story.clients.len()).filter(|place| story.lead_of(*place) == owner) {
            correspondence(story, place, person, &mut came, &mut went);
        }
        if owner == 0 {
            newsletters(story, person, &mut came);
            bank(story, person, &mut came, &mut went);
        }
        for (name, mut letters) in [("inbox", came), ("sent", went)] {
            letters.sort();
            let text: String = letters.into_iter().map(|(_, text)| text).collect();
            files.insert(format!("sources/mail/{}/{name}.mbox", person.id), text.into_bytes());
        }
    }
}

type Box_ = Vec<(Timestamp, String)>;

/// What a client asks of who leads its project, and what it is answered.
fn correspondence(story: &Story, place: usize, person: &Person, came: &mut Box_, went: &mut Box_) {
    let client = &story.clients[place];
    let mut dice = Dice::new(story.seed, &format!("mail of {}", client.id));
    let address = format!("{}@{}", client.contact.1, client.domain);
    let own = (person.name(), person.mail());
    let mut day = working(story.began, dice.between(1, 6));
    let mut count = 0;
    // The last days are kept free, so that what was asked then is what is planted.
    while day < working(story.last_day(), -5) {
        let (subject, question, answer) = LETTERS[dice.roll(LETTERS.len())];
        let area = client.areas[dice.roll(client.areas.len())];
        let thing = dice.word(area.1);
        let subject = subject.replace("{thing}", thing);
        let asked = at(day, dice.between(8 * 60, 17 * 60));
        let id = format!("{}.{count}@{}", day, client.domain);
        let text = format!(
            "Hello {}\n\n{}\n\nKind regards\n{}\n{}\n",
            person.given,
            crate::course::capital(&question.replace("{thing}", thing)),
            client.contact.0,
            client.name
        );
        let (contact, mail) = (client.contact.0, address.as_str());
        came.push(letter(&Letter {
            id: id.clone(),
            from: (contact, mail),
            to: (&own.0, &own.1),
            at: asked,
            subject: &subject,
            answers: None,
            text,
        }));
        let answered = after(asked, dice.between(30, 700));
        went.push(letter(&Letter {
            id: format!("{}.{count}.{}@{}", day, client.id, crate::story::DOMAIN),
            from: (&own.0, &own.1),
            to: (contact, mail),
            at: answered,
            subject: &format!("Re: {subject}"),
            answers: Some(&id),
            text: format!(
                "Hello {}\n\n{answer}\n\nBest\n{}\n",
                contact.rsplit(' ').next().unwrap_or(contact),
                person.given
            ),
        }));
        count += 1;
        day = working(day, dice.between(5, 12));
    }
    if place == WAITS {
        let day = working(story.last_day(), -2);
        came.push(letter(&Letter {
            id: format!("season-passes.{day}@{}", client.domain),
            from: (client.contact.0, &address),
            to: (&own.0, &own.1),
            at: at(day, 10 * 60 + 12),
            subject: "Season passes",
            answers: None,
            text: format!(
                "Hello {}\n\nOur printer needs an answer, and the board meets this week.\n\n{QUESTION}\n\nKind regards\n{}\n{}\n",
                person.given, client.contact.0, client.name
            ),
        }));
    }
}

/// What nobody needs to answer.
fn newsletters(story: &Story, person: &Person, came: &mut Box_) {
    let mut day = working(story.began, 2);
    while day < story.last_day() {
        let mut item = letter(&Letter {
            id: format!("weekly.{day}@digest.example"),
            from: ("Frontend Digest", "news@digest.example"),
            to: (&person.name(), &person.mail()),
            at: at(day, 6 * 60 + 30),
            subject: "Five things of this week",
            answers: None,
            text: "New releases, an interview, and a puzzle. Read on in the browser.\n".to_owned(),
        });
        item.1 = item.1.replacen(
            "Subject:",
            "List-Unsubscribe: <https://digest.example/leave>\nPrecedence: bulk\nSubject:",
            1,
        );
        came.push(item);
        day = crate::days::plus(day, 7);
    }
}

/// The bank asks each quarter, and is answered.
fn bank(story: &Story, person: &Person, came: &mut Box_, went: &mut Box_) {
    let day = working(story.last_day(), -1);
    came.push(letter(&Letter {
        id: format!("order-book.{day}@lakebank.example"),
        from: ("Philippe Dutoit", "p.dutoit@lakebank.example"),
        to: (&person.name(), &person.mail()),
        at: at(day, 9 * 60 + 41),
        subject: "Our call",
        answers: None,
        text: format!(
            "Dear {}\n\nI look forward to our call. {BANK_QUESTION}\n\nPhilippe Dutoit\n",
            person.name()
        ),
    }));
    for (turn, days) in [-150, -90, -30].into_iter().enumerate() {
        let day = working(story.today, days * 5 / 7);
        if day < story.began {
            continue;
        }
        let id = format!("figures.{turn}@lakebank.example");
        let own = (person.name(), person.mail());
        let bank = ("Philippe Dutoit", "p.dutoit@lakebank.example");
        came.push(letter(&Letter {
            id: id.clone(),
            from: bank,
            to: (&own.0, &own.1),
            at: at(day, 11 * 60),
            subject: "Figures of the quarter",
            answers: None,
            text: format!(
                "Dear {}\n\nmay we have the figures of the quarter as usual?\n\nPhilippe Dutoit\n",
                person.name()
            ),
        }));
        went.push(letter(&Letter {
            id: format!("figures.{turn}.re@{}", crate::story::DOMAIN),
            from: (&own.0, &own.1),
            to: bank,
            at: after(at(day, 11 * 60), 320),
            subject: "Re: Figures of the quarter",
            answers: Some(&id),
            text: format!("Dear Philippe\n\nThey are attached.\n\n{}\n", person.given),
        }));
    }
}

/// A letter as an mbox has it, with its time.
fn letter(letter: &Letter<'_>) -> (Timestamp, String) {
    let line = letter.at.to_zoned(TimeZone::UTC).strftime("%a %b %e %H:%M:%S %Y").to_string();
    let date = letter.at.to_zoned(zone()).strftime("%a, %d %b %Y %H:%M:%S %z").to_string();
    let whom = |(name, mail): (&str, &str)| format!("{} <{mail}>", word(name));
    let answers =
        letter.answers.map(|id| format!("In-Reply-To: <{id}>\nReferences: <{id}>\n")).unwrap_or_default();
    let text = format!(
        "From {} {line}\nMessage-ID: <{}>\nFrom: {}\nTo: {}\nDate: {date}\nSubject: {}\n{answers}MIME-Version: 1.0\n\
         Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{}\n",
        letter.from.1,
        letter.id,
        whom(letter.from),
        whom(letter.to),
        word(letter.subject),
        letter.text
    );
    (letter.at, text)
}

/// Words of a header; those beyond ASCII encoded (RFC 2047).
fn word(text: &str) -> String {
    if text.is_ascii() {
        return if text.contains('.') {
            format!("\"{text}\"").replace("\"Re: ", "Re: \"")
        } else {
            text.to_owned()
        };
    }
    let encoded: String =
        text.bytes()
            .map(|byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("={byte:02X}")
                }
            })
            .collect();
    format!("=?utf-8?Q?{encoded}?=")
}
