//! Logging in where a code has to be confirmed: what comes of it is kept where the user keeps secrets.
//!
//! Quarterdeck has no place for secrets and needs none: a command of the user's keeps what a login
//! gives, another prints it again, and access tokens live as long as a sync.

use qd_intent::Company;
use qd_model::DeckError;
use qd_sources::{
    http::{Client, Outside, Patience, Settings, Token},
    oauth::{self, App},
};

use crate::opening::{Opening, SourceSpec};

/// Logs in for the source `name`: `show` is given the address and the code that the user confirms.
///
/// # Errors
/// Where the source needs no login, and where it fails, in words without any secret.
pub fn login(
    opening: &Opening,
    company: &Company,
    name: &str,
    show: &dyn Fn(&str, &str),
) -> Result<(), DeckError> {
    let sources = opening.sources(company);
    let Some(source) = sources.iter().find(|source| source.name == name) else {
        let near = qd_model::nearest(name, sources.iter().map(|source| source.name.as_str()));
        let error = DeckError::new(format!("unknown source `{name}`"));
        return Err(match near {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error,
        });
    };
    let (app, secret) = app(opening, source)?;
    // Before anybody confirms anything: there has to be a place for what comes of it.
    if source.keep.is_none() {
        return Err(no_place(name));
    }
    let client = client(opening, &app, Patience::SYNC)?;
    let code = oauth::begin(&client, &app).map_err(DeckError::new)?;
    show(&code.url, &code.code);
    let (clock, sleep) = (opening.outside.clock, opening.outside.wait);
    let tokens =
        oauth::wait(&client, &app, secret.as_deref(), &code, &clock, &sleep).map_err(DeckError::new)?;
    match tokens.refresh {
        Some(refresh) => keep(opening, source, &refresh),
        None => Err(DeckError::new(
            "a token was given that cannot be renewed; does the app ask for `offline_access`?",
        )),
    }
}

/// The app that asks for tokens of `source`, and its secret where it has one.
pub(crate) fn app(opening: &Opening, source: &SourceSpec) -> Result<(App, Option<String>), DeckError> {
    let (Some(oauth), Some(id)) = (&source.oauth, &source.client) else {
        return Err(DeckError::new(format!("the source `{}` needs no login", source.name)).hint(
            "mail of Microsoft's and Google's does: `auth = \"oauth\"`, `oauth = \"microsoft\"`, and \
             `client`, the id of the app",
        ));
    };
    let app = App::of(oauth, id).ok_or_else(|| DeckError::new(format!("nobody knows `{oauth}`")))?;
    let secret = source.secret.as_ref().map(|place| (opening.outside.secret)(place, opening.place.folder()));
    let secret = secret
        .transpose()
        .map_err(|reason| DeckError::new(format!("the app's secret cannot be had: {reason}")))?;
    Ok((app, secret))
}

/// Who asks for tokens; nothing of it is recorded.
pub(crate) fn client<'o>(
    opening: &'o Opening,
    app: &App,
    patience: Patience,
) -> Result<Client<'o>, DeckError> {
    let mut settings = Settings::new("oauth", app.address(), Token::None);
    settings.patience = patience;
    let outside = Outside { clock: &opening.outside.clock, sleep: &opening.outside.wait, notice: &|_| {} };
    Client::new(settings, outside).map_err(DeckError::new)
}

/// Keeps `refresh` where the source says.
pub(crate) fn keep(opening: &Opening, source: &SourceSpec, refresh: &str) -> Result<(), DeckError> {
    let Some(place) = &source.keep else { return Err(no_place(&source.name)) };
    (opening.outside.keep)(place, opening.place.folder(), refresh)
        .map_err(|reason| DeckError::new(format!("what the login gave is not kept: {reason}")))
}

fn no_place(name: &str) -> DeckError {
    DeckError::new(format!("the source `{name}` needs `keep`, a command that keeps what the login gives"))
        .hint(
            "`keep = \"command:pass insert -m -f mail\"` with `token = \"command:pass show mail\"`; on macOS \
         `security`, elsewhere `secret-tool store` and `lookup`",
        )
}
