//! A server of CalDAV in memory: as much of it as is asked, and what goes wrong with real ones.

use std::collections::BTreeMap;

use jiff::Timestamp;
use qd_sources::exchange::{Call, Exchange, Failure, Transport};
use serde_json::Value;

/// A server with one account, whose calendars are at `/cal/`.
pub(crate) struct Server {
    /// Entries of each calendar: name of the file, version, text.
    pub(crate) calendars: BTreeMap<String, BTreeMap<String, (u32, String)>>,
    /// Entries that were removed, with the version of all at which they were.
    pub(crate) removed: Vec<(String, String, u32)>,
    /// Counts changes; tokens are made of it.
    pub(crate) version: u32,
    /// Whether it tells what changed since a token.
    pub(crate) is_synced: bool,
    /// Whether it has a tag for a whole calendar.
    pub(crate) is_tagged: bool,
    /// Changes told at a time.
    pub(crate) page: usize,
    /// Entries given at a time; of more it gives none.
    pub(crate) most: usize,
    /// Answers that are given in place of the next ones to a question that holds a text.
    pub(crate) instead: Vec<(&'static str, Result<String, Failure>)>,
    /// Method and path of every question.
    pub(crate) asked: Vec<String>,
    /// Whole exchanges, as a recording holds them.
    pub(crate) told: Vec<Exchange>,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            calendars: BTreeMap::from([("work".to_owned(), BTreeMap::new())]),
            removed: Vec::new(),
            version: 1,
            is_synced: true,
            is_tagged: true,
            page: usize::MAX,
            most: usize::MAX,
            instead: Vec::new(),
            asked: Vec::new(),
            told: Vec::new(),
        }
    }
}

impl Server {
    pub(crate) fn put(&mut self, calendar: &str, file: &str, inner: &str) {
        self.version += 1;
        let text =
            format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}\r\nEND:VCALENDAR\r\n", inner.replace('\n', "\r\n"));
        self.calendars.entry(calendar.to_owned()).or_default().insert(file.to_owned(), (self.version, text));
    }

    pub(crate) fn remove(&mut self, calendar: &str, file: &str) {
        self.version += 1;
        self.calendars.get_mut(calendar).expect("a calendar").remove(file);
        self.removed.push((calendar.to_owned(), file.to_owned(), self.version));
    }

    /// How often something was asked.
    pub(crate) fn count(&self, what: &str) -> usize {
        self.asked.iter().filter(|asked| asked.contains(what)).count()
    }

    fn answer(&mut self, call: &Call, path: &str, body: &str) -> Result<String, Failure> {
        let refused =
            |status| Err(Failure::Broken { url: call.url.clone(), status, reason: "no".to_owned() });
        if let Some(place) = self.instead.iter().position(|(what, _)| body.contains(what)) {
            return self.instead.remove(place).1;
        }
        let name = path.strip_prefix("/cal/").unwrap_or_default().trim_end_matches('/').to_owned();
        match path {
            _ if body.contains("sync-collection") => {
                self.changes(&name, body).map_or_else(|| refused(403), Ok)
            }
            _ if body.contains("calendar-multiget") => {
                self.entries(&name, body).map_or_else(|| refused(507), Ok)
            }
            "/.well-known/caldav" | "/" => {
                Ok(one(path, "<d:current-user-principal><d:href>/me/</d:href></d:current-user-principal>"))
            }
            "/me/" => Ok(one(path, "<c:calendar-home-set><d:href>/cal/</d:href></c:calendar-home-set>")),
            "/cal/" if self.calendars.is_empty() => Err(Failure::Missing { url: call.url.clone() }),
            "/cal/" => Ok(self.list()),
            _ if body.contains("getctag") || body.contains("home-set") => self
                .calendars
                .contains_key(&name)
                .then(|| self.listed(&name))
                .map_or_else(|| refused(404), Ok),
            _ => Ok(self.tags(&name)),
        }
    }

    fn list(&self) -> String {
        let calendars: String = self.calendars.keys().map(|name| self.listed(name)).collect();
        let home = one("/cal/", "<d:resourcetype><d:collection/></d:resourcetype>");
        let tasks = one(
            "/cal/tasks/",
            "<d:resourcetype><d:collection/><c:calendar/></d:resourcetype><c:supported-calendar-component-set>\
             <c:comp name=\"VTODO\"/></c:supported-calendar-component-set>",
        );
        home + &calendars + &tasks
    }

    fn listed(&self, name: &str) -> String {
        let tag =
            if self.is_tagged { format!("<s:getctag>{}</s:getctag>", self.version) } else { String::new() };
        let token = if self.is_synced {
            format!(
                "<d:sync-token>t{}</d:sync-token><d:supported-report-set><d:supported-report><d:report>\
                 <d:sync-collection/></d:report></d:supported-report></d:supported-report-set>",
                self.version
            )
        } else {
            String::new()
        };
        one(
            &format!("/cal/{name}/"),
            &format!(
                "<d:displayname>{}</d:displayname><d:resourcetype><d:collection/><c:calendar/></d:resourcetype>\
                 <c:supported-calendar-component-set><c:comp name=\"VEVENT\"/></c:supported-calendar-component-set>\
                 {tag}{token}",
                name.to_uppercase()
            ),
        )
    }

    fn changes(&self, name: &str, body: &str) -> Option<String> {
        let since = between(body, "<d:sync-token>", "</d:sync-token>");
        let since: u32 = if since.is_empty() { 0 } else { since.strip_prefix('t')?.parse().ok()? };
        if !self.is_synced || since > self.version {
            return None;
        }
        let entries =
            self.calendars.get(name)?.iter().map(|(file, (version, _))| (*version, file.clone(), true));
        let removed = self.removed.iter().filter(|(calendar, ..)| calendar == name && since > 0);
        let removed = removed.map(|(_, file, version)| (*version, file.clone(), false));
        let mut changes: Vec<_> = entries.chain(removed).filter(|(version, ..)| *version > since).collect();
        changes.sort();
        let is_cut = changes.len() > self.page;
        changes.truncate(self.page);
        let version = changes.last().filter(|_| is_cut).map_or(self.version, |(version, ..)| *version);
        let mut text: String = changes
            .iter()
            .map(|(version, file, is_there)| match is_there {
                true => one(&format!("/cal/{name}/{file}"), &format!("<d:getetag>\"{version}\"</d:getetag>")),
                false => format!("<d:response><d:href>/cal/{name}/{file}</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response>"),
            })
            .collect();
        if is_cut {
            text += &format!(
                "<d:response><d:href>/cal/{name}/</d:href><d:status>HTTP/1.1 507 Insufficient Storage</d:status></d:response>"
            );
        }
        Some(text + &format!("<d:sync-token>t{version}</d:sync-token>"))
    }

    fn entries(&self, name: &str, body: &str) -> Option<String> {
        let wanted: Vec<&str> = body
            .split("<d:href>")
            .skip(1)
            .map(|part| part.split("</d:href>").next().unwrap_or_default())
            .collect();
        if wanted.len() > self.most {
            return None;
        }
        let entry = |href: &str| {
            let file = href.rsplit('/').next().unwrap_or_default();
            match self.calendars.get(name).and_then(|calendar| calendar.get(file)) {
                Some((version, text)) => one(
                    // As another software would write it.
                    &format!("https://dav.example.org{}", href.replace('-', "%2D")),
                    &format!(
                        "<d:getetag>\"{version}\"</d:getetag><c:calendar-data>{}</c:calendar-data>",
                        text.replace('&', "&amp;").replace('\r', "&#13;")
                    ),
                ),
                None => format!(
                    "<d:response><d:href>{href}</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response>"
                ),
            }
        };
        Some(wanted.into_iter().map(entry).collect())
    }

    fn tags(&self, name: &str) -> String {
        let entries = self.calendars.get(name).into_iter().flatten();
        let tags = entries.map(|(file, (version, _))| {
            one(&format!("/cal/{name}/{file}"), &format!("<d:getetag>\"{version}\"</d:getetag>"))
        });
        one(&format!("/cal/{name}/"), "") + &tags.collect::<String>()
    }
}

impl Transport for Server {
    fn send(&mut self, call: &Call) -> Result<Exchange, Failure> {
        let path = call.url.strip_prefix("https://dav.example.org").expect("the server").to_owned();
        let body = call.body.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned();
        let what = ["sync-collection", "multiget", "getctag", "home-set", "getetag"]
            .into_iter()
            .find(|word| body.contains(word));
        self.asked.push(format!("{} {path} {}", call.method, what.unwrap_or_default()));
        let text = self.answer(call, &path, &body)?;
        let is_whole = text.starts_with("<d:");
        let text = if is_whole {
            format!("<?xml version=\"1.0\"?>\n<d:multistatus xmlns:d=\"DAV:\">{text}</d:multistatus>")
        } else {
            text
        };
        let exchange = Exchange {
            method: call.method.to_owned(),
            url: call.url.clone(),
            status: 207,
            headers: Vec::new(),
            request: call.body.clone(),
            body: Value::String(text),
            at: Some("2026-11-22T12:00:00Z".parse::<Timestamp>().expect("a time")),
        };
        self.told.push(exchange.clone());
        Ok(exchange)
    }
}

fn one(href: &str, properties: &str) -> String {
    format!(
        "<d:response><d:href>{href}</d:href><d:propstat><d:prop>{properties}</d:prop><d:status>HTTP/1.1 200 OK\
         </d:status></d:propstat><d:propstat><d:prop><d:owner/></d:prop><d:status>HTTP/1.1 404 Not Found</d:status>\
         </d:propstat></d:response>"
    )
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    text.split(start).nth(1).and_then(|rest| rest.split(end).next()).unwrap_or_default()
}
