//! What the cockpit asks of the program around it.

use qd_model::{DeckError, SharedDeck};

/// The program around the cockpit: it opens decks, and does what reaches beyond one.
pub trait World: Send + Sync {
    /// A deck of this moment.
    ///
    /// # Errors
    /// Where the facts cannot be read at all.
    fn open(&self) -> Result<SharedDeck, DeckError>;

    /// Of what a deck would be made if it were opened now: another stamp, another deck.
    fn stamp(&self) -> String;

    /// Who sits here where nobody logs in: a person's id.
    fn reader(&self) -> String;

    /// Whether people log in here; where not, whoever sits at this machine is the reader.
    fn has_login(&self) -> bool;

    /// The person whose name and password these are, if they are anybody's.
    ///
    /// # Errors
    /// Where what is kept of people who log in cannot be read.
    fn login(&self, person: &str, password: &str) -> Result<Option<String>, DeckError>;

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
}

/// Something that a person did in the cockpit.
#[derive(Debug, Clone, Copy)]
pub struct Deed<'a> {
    /// Who: a person's id; as it was typed, where somebody who is not known tried to log in.
    pub by: &'a str,
    /// What: `login`, `login-refused`, `logout`, `act`, `edit`, `sync`, `sql`.
    pub what: &'static str,
    /// On what: a row, a file, a source, a query.
    pub subject: &'a str,
}
