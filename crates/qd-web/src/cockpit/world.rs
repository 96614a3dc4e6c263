//! What the cockpit asks of the program around it.

use std::sync::Arc;

use qd_model::{Deck, DeckError};

/// A deck that many pages ask at once.
pub type SharedDeck = Arc<dyn Deck + Send + Sync>;

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

    /// A word that nobody can guess.
    ///
    /// # Errors
    /// Where the system gives no random numbers.
    fn secret(&self) -> Result<String, DeckError>;
}
