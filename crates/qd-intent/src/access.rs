//! Whether what a mailbox, a calendar or a chat says of where it is, and of who asks, fits together.

use std::ops::Range;

use qd_model::Diagnostic;
use qd_tables::SOURCES;

use crate::{
    codes::{Helped, error},
    company::Company,
    record::Record,
};

/// Kinds that are files or on a server.
const KINDS: &[&str] = &["mail", "calendar", "chat"];
/// What stands in a calendar's address in place of its secret part.
const SECRET: &str = "{token}";

/// Complains of sources whose keys exclude each other, or lack one another.
pub(crate) fn check(company: &Company, diagnostics: &mut Vec<Diagnostic>) {
    for source in company.records(&SOURCES) {
        let kind = source.text("kind").unwrap_or_default();
        // What was refused in a file is not there, and not missing either.
        let is_refused = diagnostics
            .iter()
            .any(|other| other.file == source.file && matches!(other.code, "secret-in-file" | "wrong-type"));
        let has_feeds = || source.field("urls").is_some() || company.release_feeds().next().is_some();
        if kind == "feed" && source.field("replay").is_none() && !has_feeds() {
            let span = source.field("kind").map(|field| field.span.clone()).unwrap_or_default();
            let message =
                "a source of kind `feed` lacks `urls`, and nothing on the radar has a `feed`".to_owned();
            diagnostics.push(
                error("missing-key", &source.file, span, message)
                    .help("`urls`: the addresses of its feeds; or `feed` in `radar.toml`, of what is on it"),
            );
        }
        if KINDS.contains(&kind) && !is_refused && source.field("replay").is_none() {
            diagnostics.extend(match kind {
                "chat" => of_chat(source),
                "mail" => complaint(source, kind).or_else(|| of_login(source)),
                _ => complaint(source, kind),
            });
        }
    }
}

/// Where a login gives access tokens: by whom, and for which app.
fn of_login(source: &Record) -> Option<Diagnostic> {
    let span = |key: &str| source.field(key).map(|field| field.span.clone());
    let lacks = |span: Range<usize>, message: &str, help: &str| {
        Some(error("missing-key", &source.file, span, message.to_owned()).help(help))
    };
    let Some(oauth) = span("oauth") else {
        let (key, span) = ["client", "keep"].into_iter().find_map(|key| Some((key, span(key)?)))?;
        let message = format!("`{key}` without an `oauth` that it is for");
        return lacks(span, &message, "add `oauth`, who gives access tokens: `microsoft`, `google`");
    };
    if source.text("auth") != Some("oauth") {
        return lacks(
            oauth,
            "`oauth` without `auth = \"oauth\"`",
            "add it: the mailbox is shown a token, no password",
        );
    }
    if span("client").is_none() {
        return lacks(
            oauth,
            "`oauth` without a `client` that asks",
            "add `client`, the id of the app as its provider shows it",
        );
    }
    None
}

/// A chat is exports, or Slack itself, whose address and whose user the token tells.
fn of_chat(source: &Record) -> Option<Diagnostic> {
    let span = |key: &str| source.field(key).map(|field| field.span.clone());
    let told = |code, span: Range<usize>, message: &str, help: &str| {
        Some(error(code, &source.file, span, message.to_owned()).help(help))
    };
    let paths = span("paths").or_else(|| span("path"));
    match (paths, span("token"), span("url")) {
        (Some(_), Some(token), _) => {
            told("excluding-keys", token, "`token` and `paths` exclude each other", "make it two sources")
        }
        (Some(_), None, Some(url)) => {
            told("excluding-keys", url, "`url` and `paths` exclude each other", "make it two sources")
        }
        (None, None, Some(url)) => told(
            "missing-key",
            url,
            "`url` without a `token` that proves who asks",
            "add `token`, where that of an app in Slack is to be had: `env:SLACK_TOKEN`",
        ),
        (None, None, None) => told(
            "missing-key",
            span("kind")?,
            "a source of kind `chat` lacks `paths` or `token`",
            "`paths`: its exports; `token`: where that of an app in Slack is to be had",
        ),
        (None, Some(_), _) => {
            let (key, surplus) = ["user", "auth"].into_iter().find_map(|key| Some((key, span(key)?)))?;
            let message = format!("`{key}` and a `token` of Slack's exclude each other");
            told("excluding-keys", surplus, &message, "leave it out: the token says who asks")
        }
        (Some(_), None, None) => None,
    }
}

fn complaint(source: &Record, kind: &str) -> Option<Diagnostic> {
    let span = |key: &str| source.field(key).map(|field| field.span.clone());
    let lacks =
        |span: Range<usize>, message: &str| error("missing-key", &source.file, span, message.to_owned());
    let excludes =
        |span: Range<usize>, message: &str| error("excluding-keys", &source.file, span, message.to_owned());
    let paths = span("paths").or_else(|| span("path"));
    let (Some(url), Some(address)) = (span("url"), source.text("url")) else {
        let of_server = ["user", "token", "auth"].into_iter().find_map(|key| Some((key, span(key)?)));
        return match (of_server, paths) {
            (Some((key, span)), _) => Some(
                lacks(span, &format!("`{key}` without a `url` to ask"))
                    .help("add `url`, where its server answers"),
            ),
            (None, None) => {
                let message = format!("a source of kind `{kind}` lacks `paths` or `url`");
                Some(
                    lacks(span("kind")?, &message)
                        .help("`paths`: its files; `url`: where its server answers"),
                )
            }
            (None, Some(_)) => None,
        };
    };
    if paths.is_some() {
        return Some(excludes(url, "`url` and `paths` exclude each other").help("make it two sources"));
    }
    let is_secret = kind == "calendar" && address.contains(SECRET);
    match (span("user"), span("token")) {
        (Some(user), _) if is_secret => Some(
            excludes(user, "`user` and an address with `{token}` exclude each other")
                .help("a server is asked by `user` and `token`; a private address proves itself who asks"),
        ),
        (Some(user), None) => {
            let help =
                "add `token`, where the password is to be had: `env:NAME`, `file:PATH`, `command:LINE`";
            Some(lacks(user, "`user` without a `token` that proves it").help(help))
        }
        (None, None) if is_secret => Some(
            lacks(url, "`url` says `{token}`, and there is none")
                .help("add `token`, where that part is to be had"),
        ),
        (None, Some(token)) if !is_secret => {
            let help = match kind {
                "calendar" => "add `user`, who asks; or write `{token}` in `url` in place of its secret part",
                _ => "add `user`, who asks",
            };
            Some(lacks(token, "`token` without a `user` whose it is").help(help))
        }
        (None, None) if kind == "mail" => {
            Some(lacks(url, "`url` without a `user` who asks").help("add `user` and `token`"))
        }
        _ => None,
    }
}
