//! Feeds of each form, and broken ones.

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{map, sync};
use crate::exchange::{Call, Exchange, Failure, Transport};

const URL: &str = "https://example.org/feed?token=abc";

fn now() -> Timestamp {
    "2026-03-03T00:00:00Z".parse().expect("a time")
}

fn exchange(status: u16, body: &str) -> Exchange {
    Exchange {
        method: "GET".to_owned(),
        url: URL.to_owned(),
        status,
        headers: vec![("etag".to_owned(), "\"1\"".to_owned())],
        request: None,
        body: Value::from(body),
        at: Some(now()),
    }
}

fn rows(body: &str) -> Vec<Value> {
    map(&exchange(200, body)).facts.into_iter().map(|fact| Value::Object(fact.row)).collect()
}

const RSS: &str = r#"<?xml version="1.0"?><rss version="2.0" xmlns:content="x"><channel><title>A &amp; B</title>
<item><title><![CDATA[One <b>two</b>]]></title><link>https://example.org/1?utm=2&amp;token=s</link>
<guid isPermaLink="false">g-1</guid><pubDate>Mon, 02 Mar 2026 09:00:00 GMT</pubDate>
<content:encoded><![CDATA[<p>All of it</p>]]></content:encoded><description>&lt;p&gt;Less&amp;nbsp;of it&lt;/p&gt;</description></item>
<item><title>No date</title></item></channel></rss>"#;

const ATOM: &str = r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>Releases</title>
<entry><id>tag:1</id><updated>2026-03-02T10:00:00Z</updated><link rel="self" href="https://example.org/self"/>
<link rel="alternate" href="https://example.org/v1"/><title>v1</title>
<content type="xhtml"><div>Faster <b>joins</b></div></content></entry></feed>"#;

#[test]
fn feeds_of_each_form_are_read() {
    let feed = "https://example.org/feed";
    assert_eq!(
        rows(RSS),
        [
            json!({"feed": feed, "feed_title": "A & B", "id": "g-1", "at": "2026-03-02T09:00:00Z", "title": "One two",
                   "url": "https://example.org/1?utm=2", "text": "Less of it"}),
            json!({"feed": feed, "feed_title": "A & B", "at": "2026-03-03T00:00:00Z", "title": "No date",
                   "id": rows(RSS)[1]["id"]}),
        ]
    );
    assert_eq!(
        rows(ATOM),
        [
            json!({"feed": feed, "feed_title": "Releases", "id": "tag:1", "at": "2026-03-02T10:00:00Z", "title": "v1",
                "url": "https://example.org/v1", "text": "Faster joins"})
        ]
    );
    let rdf = r#"<rdf:RDF xmlns:rdf="r" xmlns:dc="d"><channel><title>Old</title></channel>
        <item rdf:about="x"><title>One</title><link>https://example.org/1</link><dc:date>2026-03-01</dc:date></item></rdf:RDF>"#;
    let found = rows(rdf);
    assert_eq!(
        (&found[0]["at"], &found[0]["id"]),
        (&json!("2026-03-01T00:00:00Z"), &json!("https://example.org/1"))
    );
}

#[test]
fn what_is_broken_costs_no_more_than_itself() {
    let cut = RSS.split("<item><title>No").next().expect("a part");
    let mapped = map(&exchange(200, cut));
    assert_eq!((mapped.facts.len(), mapped.problems.len()), (1, 1));
    for none in ["<html><body>Log in</body></html>", "", "{}", "<a/>"] {
        let mapped = map(&exchange(200, none));
        assert!(mapped.facts.is_empty() && mapped.problems[0].message.contains("no feed"), "{none}");
        assert_eq!(
            mapped.problems[0].subject, "https://example.org/feed",
            "no secret of the address is told"
        );
    }
    let bomb = format!(
        "<!DOCTYPE x [<!ENTITY a \"{}\">]><rss><channel><title>&a;&a;</title></channel></rss>",
        "b".repeat(999)
    );
    assert_eq!(map(&exchange(200, &bomb)).facts, []);
}

struct Server(Vec<Result<Exchange, Failure>>, Vec<Call>);

impl Transport for Server {
    fn send(&mut self, call: &Call) -> Result<Exchange, Failure> {
        self.1.push(call.clone());
        self.0.remove(0)
    }
}

#[test]
fn a_feed_is_read_again_only_where_it_changed() {
    let missing = Failure::Missing { url: URL.to_owned() };
    let answers = vec![Ok(exchange(200, ATOM)), Ok(exchange(304, "")), Ok(exchange(200, ATOM)), Err(missing)];
    let mut server = Server(answers, Vec::new());
    let first = sync(&mut server, URL, None, now());
    assert_eq!(first.facts.len(), 1);
    let second = sync(&mut server, URL, first.cursor.as_deref(), now());
    assert_eq!((second.facts.len(), &second.cursor), (0, &first.cursor));
    assert!(server.1[1].headers.contains(&("if-none-match".to_owned(), "\"1\"".to_owned())));
    let third = sync(&mut server, URL, first.cursor.as_deref(), now());
    assert_eq!((third.facts.len(), third.problems.len()), (0, 0));
    let gone = sync(&mut server, URL, first.cursor.as_deref(), now());
    assert!(gone.cursor.is_none() && gone.problems[0].message.contains("nothing is there"));
}

proptest! {
    #[test]
    fn any_text_is_read_without_end_or_panic(parts in prop::collection::vec(prop_oneof![
        Just("<rss><channel>".to_owned()), Just("<item>".to_owned()), Just("</item>".to_owned()),
        Just("<title>".to_owned()), Just("</title>".to_owned()), Just("<link href='".to_owned()),
        Just("<![CDATA[".to_owned()), Just("]]>".to_owned()), Just("&#x110000;".to_owned()), Just("&a;".to_owned()),
        Just("<pubDate>Mon, 99 Mar".to_owned()), Just("<id/>".to_owned()), any::<String>(),
    ], 0..40)) {
        for fact in map(&exchange(200, &parts.concat())).facts {
            for name in ["feed", "id", "at"] {
                prop_assert!(fact.row.contains_key(name));
            }
            prop_assert!(fact.row.keys().all(|name| fact.table.column(name).is_some()));
        }
    }
}
