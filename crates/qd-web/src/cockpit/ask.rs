//! One question: who asks, of which moment, and what the address or the form says.

use std::collections::BTreeMap;

use jiff::civil::Date;
use qd_model::{BriefRequest, Deck, DeckError, Verb};

use super::{live::Progress, world::World};

/// Who looks at a page.
#[derive(Clone)]
pub(super) struct Viewer {
    /// A person's id.
    pub(super) person: String,
    /// What nobody else can guess: forms carry it, so that no other page can send one.
    pub(super) token: String,
}

/// What a page is drawn of.
pub(super) struct Ask<'a> {
    /// The moment; it shows what the viewer may see and nothing else.
    pub(super) deck: &'a dyn Deck,
    pub(super) viewer: &'a Viewer,
    /// What the path names (`/row/ID`); empty where it names nothing.
    pub(super) id: &'a str,
    pub(super) fields: &'a Fields,
    /// What was done with rows since the moment: words by the row's id.
    pub(super) acted: &'a BTreeMap<String, String>,
    /// How far the reading of sources is.
    pub(super) reading: &'a Progress,
    /// What reaches beyond the moment; [`Ask::world`] says for whom.
    pub(super) world: &'a dyn World,
}

impl Ask<'_> {
    /// The program around the cockpit, with the company's texts and sources: for who sees everything.
    ///
    /// # Errors
    /// Where the viewer does not, in words.
    pub(super) fn world(&self) -> Result<&dyn World, DeckError> {
        if self.deck.is_whole() {
            return Ok(self.world);
        }
        Err(DeckError::new(
            "the company's texts and sources are kept by who is at the top of the reporting lines",
        ))
    }
}

/// What a form or an address says, by name; of what is said twice the last counts.
#[derive(Debug, Default)]
pub(super) struct Fields(BTreeMap<String, String>);

impl Fields {
    /// The fields of a form, or of what stands behind `?`.
    pub(super) fn of(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    /// The fields of an object in JSON: words as they are, figures as they are written.
    ///
    /// # Errors
    /// Where it is no object, or holds more than words and figures.
    pub(super) fn of_json(text: &[u8]) -> Result<Self, DeckError> {
        let wrong = || DeckError::new("the body is no JSON object of words and figures");
        let Ok(serde_json::Value::Object(fields)) = serde_json::from_slice(text) else { return Err(wrong()) };
        let mut said = BTreeMap::new();
        for (name, value) in fields {
            match value {
                serde_json::Value::Null => None,
                serde_json::Value::String(text) => said.insert(name, text),
                serde_json::Value::Number(figure) => said.insert(name, figure.to_string()),
                _ => return Err(wrong()),
            };
        }
        Ok(Self(said))
    }

    /// A field without the blanks around it; empty where it is not said.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |text| text.trim())
    }

    /// A field as it was written.
    pub(super) fn whole(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// Which brief.
    pub(super) fn brief(&self, viewer: &Viewer) -> BriefRequest {
        let person = match self.get("for") {
            "" => viewer.person.as_str(),
            person => person,
        };
        BriefRequest {
            for_person: Some(person.to_owned()),
            all: !self.get("all").is_empty(),
            ..BriefRequest::default()
        }
    }

    /// What is to be done with a row.
    ///
    /// # Errors
    /// Where that is nothing, or lacks what it needs.
    pub(super) fn verb(&self) -> Result<Verb, DeckError> {
        let given = |name: &str, what: &str| match self.get(name) {
            "" => Err(DeckError::new(what.to_owned())),
            text => Ok(text.to_owned()),
        };
        Ok(match self.get("verb") {
            "done" => Verb::Done,
            "undo" => Verb::Undo,
            "dismiss" => Verb::Dismiss { reason: given("reason", "a dismissal needs a reason")? },
            "delegate" => Verb::Delegate { to: given("to", "say to whom: a person's id")? },
            "snooze" => {
                let until: Result<Date, _> = self.get("until").parse();
                let until = until.map_err(|_| DeckError::new("say until which day, as 2026-12-31"))?;
                Verb::Snooze { until, awaits: None }
            }
            other => return Err(DeckError::new(format!("`{other}` is nothing that can be done with a row"))),
        })
    }
}
