//! Feeds, those of the radar among them: read when they are named, and never before.

use jiff::Timestamp;

use crate::{calendar::server, world::World};

#[test]
fn a_feed_is_read_when_somebody_names_it() {
    let at = Timestamp::now();
    let feed = format!(
        "<feed><title>Releases</title><entry><id>v1</id><updated>{at}</updated><title>v1</title>\
         <link href='https://example.org/v1'/><summary>Faster</summary></entry></feed>"
    );
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/atom+xml\r\nconnection: close\r\n";
    let answer = |body: &str| format!("{head}content-length: {}\r\n\r\n{body}", body.len());
    let base = server(vec![answer("<html>moved</html>"), answer(&feed)]);
    let world = World::new();
    world.write(
        "company.toml",
        &format!(
            "name = \"Example\"\n[sources.reading]\nkind = \"feed\"\n[radar.a]\nring = \"hold\"\nfeed = \"{base}/a\"\n\
             [radar.b]\nname = \"B\"\nring = \"adopt\"\nfeed = \"{base}/b\"\n[radar.c]\nring = \"assess\"\n"
        ),
    );
    let all = world.run(&["sync"]);
    assert!(all.code == 0 && all.err.contains("sync reading"), "{}{}", all.out, all.err);
    let named = world.run(&["sync", "reading"]);
    assert_eq!(named.code, 1, "one of them is no feed: {}{}", named.out, named.err);
    assert!(named.err.contains("no feed") && named.out.contains("1 feed"), "{}{}", named.out, named.err);
    let shown = world.run(&["show", "reading", "--format", "csv"]).out;
    assert!(shown.contains(",Releases,B,adopt,v1,https://example.org/v1,Faster"), "{shown}");
}
