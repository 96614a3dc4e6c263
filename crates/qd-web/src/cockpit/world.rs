//! What the cockpit asks of the program around it.

use qd_model::{DeckError, Diagnostic, SharedDeck};

use crate::intake::Letterbox;

/// The program around the cockpit: it opens decks, and does what reaches beyond one.
pub trait World: Letterbox {
    /// A deck of this moment.
    ///
    /// # Errors
    /// Where the facts cannot be read at all.
    fn open(&self) -> Result<SharedDeck, DeckError>;

    /// Of what a deck would be made if it were opened now: another stamp, another deck. What was posted meanwhile is
    /// taken into the facts before.
    fn stamp(&self) -> String;

    /// Bytes of what was posted and is in no fact yet.
    fn waiting(&self) -> u64;

    /// Who sits here where nobody logs in: a person's id.
    fn reader(&self) -> String;

    /// Whether people log in here; where not, whoever sits at this machine is the reader.
    fn has_login(&self) -> bool;

    /// The person whose name and password these are, if they are anybody's.
    ///
    /// # Errors
    /// Where what is kept of people who log in cannot be read.
    fn login(&self, person: &str, password: &str) -> Result<Option<String>, DeckError>;

    /// Whether people have passwords here.
    fn has_passwords(&self) -> bool {
        self.has_login()
    }

    /// Who else says who somebody is: the provider's address, where there is one.
    fn provider(&self) -> Option<String> {
        None
    }

    /// The way to the provider, which sends the browser back to `back`.
    ///
    /// # Errors
    /// Where there is no provider, or it does not answer.
    fn depart(&self, back: &str) -> Result<Departure, DeckError> {
        Err(DeckError::new(format!("nobody else says who comes to {back}")))
    }

    /// Who came back with `code`.
    ///
    /// # Errors
    /// Where the provider does not vouch for it.
    fn arrive(&self, departure: &Departure, code: &str) -> Result<Arrival, DeckError> {
        let _ = (departure, code);
        Err(DeckError::new("nobody else says who somebody is"))
    }

    /// Keeps, as a fact, what somebody did here.
    ///
    /// # Errors
    /// Where it cannot be kept.
    fn audit(&self, deed: &Deed<'_>) -> Result<(), DeckError>;

    /// A word that nobody can guess.
    ///
    /// # Errors
    /// Where the system gives no random numbers.
    fn secret(&self) -> Result<String, DeckError>;

    /// What a file of the company's texts says as it lies there now; none where there is none.
    ///
    /// # Errors
    /// Where it is no text of the company.
    fn text(&self, file: &str) -> Result<Option<String>, DeckError>;

    /// All that would be wrong with the company's texts if `file` said `text`.
    ///
    /// # Errors
    /// Where it is no text of the company.
    fn check(&self, file: &str, text: &str) -> Result<Vec<Diagnostic>, DeckError>;

    /// Writes a file of the company's texts.
    ///
    /// # Errors
    /// Where it no longer says `was` (none: there was none), is no text of the company, or cannot be written.
    fn save(&self, file: &str, was: Option<&str>, text: &str) -> Result<(), DeckError>;

    /// Puts something on the list of `person`, to be done `by` a day (`2026-12-01`, `3d`) or some time; how the list
    /// shows it.
    ///
    /// # Errors
    /// Where nothing is said, the day is none, or the list cannot be written.
    fn add_todo(&self, person: &str, title: &str, by: &str) -> Result<String, DeckError>;

    /// Takes an entry off its list: it is done.
    ///
    /// # Errors
    /// Where there is no such entry, or the list cannot be written.
    fn end_todo(&self, id: &str) -> Result<(), DeckError>;

    /// Keeps an answer to a row about mail as a draft, where the reader's mail program finds it; where that is, in
    /// words. Nothing is sent.
    ///
    /// # Errors
    /// Where there is no such row, it is about no mail, or the draft cannot be kept.
    fn answer(&self, row: &str, text: &str) -> Result<String, DeckError>;

    /// Reads what is new from the sources called `names`, from all where there are none; `hear` is told how far
    /// it is. A line for each source that was read.
    ///
    /// # Errors
    /// Where a name is no source, or the facts cannot be written.
    fn sync(&self, names: &[String], hear: &(dyn Fn(&str) + Sync)) -> Result<Vec<String>, DeckError>;
}

/// Something that a person did in the cockpit.
#[derive(Debug, Clone, Copy)]
pub struct Deed<'a> {
    /// Who: a person's id; as it was typed, where somebody who is not known tried to log in.
    pub by: &'a str,
    /// What: `login`, `login-refused`, `logout`, `act`, `answer`, `edit`, `sync`, `sql`, `todo`.
    pub what: &'static str,
    /// On what: a row, a file, a source, a query.
    pub subject: &'a str,
}

/// A browser that was sent to the provider, and what tells its return apart.
#[derive(Clone)]
pub struct Departure {
    /// Where it was sent.
    pub url: String,
    /// Comes back with it.
    pub state: String,
    /// Stands in what the provider says.
    pub nonce: String,
    /// Asks the provider for it, and never leaves this program otherwise.
    pub verifier: String,
    /// Where it comes back to.
    pub back: String,
}

impl std::fmt::Debug for Departure {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Departure").field("back", &self.back).finish_non_exhaustive()
    }
}

/// Who came back from the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The mail address that the provider verified.
    pub mail: String,
    /// The person whose address it is, where it is one person's alone.
    pub person: Option<String>,
}
