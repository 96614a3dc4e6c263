//! Logging in to the cockpit with a provider's word: whose mail address it verified.

use anyhow::Result;
use qd_deck::{Opening, read_company};
use qd_model::DeckError;
use qd_sources::{
    http::{Client, Outside, Patience, Settings, Token},
    oidc::{Provider, Trip},
};
use qd_web::{Arrival, Departure};

use crate::cli::ServeArgs;

/// The provider, and where the secret stands that it knows this program by.
#[derive(Debug, Clone)]
pub(crate) struct SignOn {
    provider: Provider,
    secret: Option<String>,
}

impl SignOn {
    /// As the command line says; nothing where nobody else is to say who somebody is.
    pub(crate) fn of(args: &ServeArgs, opening: &Opening) -> Result<Option<Self>> {
        let (Some(issuer), Some(client)) = (&args.issuer, &args.client) else { return Ok(None) };
        let provider = Provider { issuer: issuer.clone(), client: client.clone(), secret: None };
        provider.check().map_err(DeckError::new)?;
        let sign_on = Self { provider, secret: args.client_secret.clone() };
        // A place where nothing stands is told now, and not to whoever wants to log in.
        sign_on.known(opening)?;
        Ok(Some(sign_on))
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.provider.issuer
    }

    /// Asks the provider whether it is there.
    pub(crate) fn look(&self, opening: &Opening) -> Result<(), DeckError> {
        asked(opening, &self.provider, |client| self.provider.look(client))
    }

    /// The provider with the secret, which is read each time and kept nowhere.
    fn known(&self, opening: &Opening) -> Result<Provider, DeckError> {
        let secret =
            self.secret.as_ref().map(|place| (opening.outside.secret)(place, opening.place.folder()));
        let secret = secret.transpose().map_err(|reason| {
            DeckError::new(format!("the secret of `--client-secret` cannot be had: {reason}"))
        })?;
        Ok(Provider { secret, ..self.provider.clone() })
    }

    /// The way to the provider; `word` gives words that nobody can guess.
    pub(crate) fn depart(
        &self,
        opening: &Opening,
        back: &str,
        word: &dyn Fn() -> Result<String, DeckError>,
    ) -> Result<Departure, DeckError> {
        // Of a verifier RFC 7636 wants 43 letters and more.
        let verifier = format!("{}{}", word()?, word()?);
        let trip = Trip { state: word()?, nonce: word()?, verifier, back: back.to_owned() };
        let url = asked(opening, &self.provider, |client| self.provider.depart(client, &trip))?;
        let Trip { state, nonce, verifier, back } = trip;
        Ok(Departure { url, state, nonce, verifier, back })
    }

    /// Who came back with `code`.
    pub(crate) fn arrive(
        &self,
        opening: &Opening,
        departure: &Departure,
        code: &str,
    ) -> Result<Arrival, DeckError> {
        let Departure { state, nonce, verifier, back, .. } = departure.clone();
        let (provider, trip) = (self.known(opening)?, Trip { state, nonce, verifier, back });
        let now = (opening.outside.clock)();
        let mail = asked(opening, &provider, |client| provider.arrive(client, &trip, code, now))?;
        let (company, ..) = read_company(opening);
        let mut owners = company
            .people()
            .filter(|person| person.mails().iter().any(|own| own.eq_ignore_ascii_case(&mail)))
            .map(|person| person.id().to_owned());
        // An address that two share says of neither who it is.
        let person = owners.next().filter(|_| owners.next().is_none());
        Ok(Arrival { mail, person })
    }
}

fn asked<T>(
    opening: &Opening,
    provider: &Provider,
    question: impl FnOnce(&Client<'_>) -> Result<T, String>,
) -> Result<T, DeckError> {
    let mut settings = Settings::new("the provider of logins", provider.issuer.as_str(), Token::None);
    settings.patience = Patience::BRIEF;
    settings.largest = 1 << 20;
    let outside = Outside { clock: &opening.outside.clock, sleep: &opening.outside.wait, notice: &|_| {} };
    let client = Client::new(settings, outside).map_err(DeckError::new)?;
    question(&client).map_err(DeckError::new)
}
