//! What a server is asked: two questions of WebDAV (RFC 4918, RFC 6578) and one of CalDAV (RFC 4791).

use quick_xml::escape::escape;
use serde_json::Value;

use crate::exchange::Call;

/// Who asks and where their calendars are, or whether this is one.
pub(super) const WHO: &str = "<d:current-user-principal/><c:calendar-home-set/><d:resourcetype/>";
/// Where somebody's calendars are.
pub(super) const HOMES: &str = "<c:calendar-home-set/>";
/// What calendars there are, and how they stand.
pub(super) const CALENDARS: &str = "<d:displayname/><d:resourcetype/><d:sync-token/><s:getctag/>\
    <d:supported-report-set/><c:supported-calendar-component-set/>";
/// How entries stand.
pub(super) const TAGS: &str = "<d:getetag/>";

const SPACES: &str =
    r#"xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:s="http://calendarserver.org/ns/""#;

/// Asks for `properties` of what is at `url` and, with a depth of 1, of what is in it.
pub(super) fn properties(url: String, depth: u8, properties: &str) -> Call {
    let body = format!("<d:propfind {SPACES}><d:prop>{properties}</d:prop></d:propfind>");
    call("PROPFIND", url, depth, &body)
}

/// Asks what changed in a calendar since `token`; for all there is where there is none.
pub(super) fn changes(url: String, token: Option<&str>) -> Call {
    let token = escape(token.unwrap_or_default());
    let body = format!(
        "<d:sync-collection {SPACES}><d:sync-token>{token}</d:sync-token><d:sync-level>1</d:sync-level>\
         <d:prop>{TAGS}</d:prop></d:sync-collection>"
    );
    call("REPORT", url, 0, &body)
}

/// Asks for entries of a calendar.
pub(super) fn entries<'a>(url: String, hrefs: impl Iterator<Item = &'a str>) -> Call {
    let hrefs: String = hrefs.map(|href| format!("<d:href>{}</d:href>", escape(href))).collect();
    let body = format!(
        "<c:calendar-multiget {SPACES}><d:prop>{TAGS}<c:calendar-data/></d:prop>{hrefs}</c:calendar-multiget>"
    );
    call("REPORT", url, 1, &body)
}

fn call(method: &'static str, url: String, depth: u8, body: &str) -> Call {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let headers = vec![
        header("accept", "application/xml, text/xml"),
        header("content-type", "application/xml; charset=utf-8"),
        header("depth", &depth.to_string()),
    ];
    let body = format!(r#"<?xml version="1.0" encoding="utf-8"?>{body}"#);
    Call { method, url, headers, body: Some(Value::String(body)) }
}
