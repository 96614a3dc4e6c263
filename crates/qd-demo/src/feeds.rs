//! What the makers of the technologies on the radar publish: recordings of feeds (Atom).

use std::fmt::Write as _;

use serde_json::Value;

use crate::{
    Files,
    days::{at, plus, working},
    dice::Dice,
    recording::Recording,
    story::Story,
};

/// Technologies that have a feed: id on the radar, name, and the version that the history begins with.
pub(crate) const FEEDS: [(&str, &str, [u32; 2]); 2] =
    [("typescript", "TypeScript", [5, 6]), ("preact", "Preact", [10, 24])];

/// The address of the feed of a technology: one where nobody answers (RFC 2606).
pub(crate) fn address(id: &str) -> String {
    format!("https://releases.example/{id}.atom")
}

/// Writes the feeds as they stood on the last evening.
pub(crate) fn write(story: &Story, files: &mut Files) {
    let evening = at(story.last_day(), 18 * 60);
    let mut told = Recording::default();
    for (id, name, [major, minor]) in FEEDS {
        let mut dice = Dice::new(story.seed, &format!("releases of {id}"));
        let mut entries = String::new();
        let (mut day, mut version) = (plus(story.began, dice.between(3, 20)), (minor, 0));
        while day <= story.last_day() {
            let when = at(working(day, 0), 15 * 60);
            let what = if version.1 == 0 { "new features" } else { "mends what the last one broke" };
            let (minor, patch) = version;
            let _ = write!(
                entries,
                "<entry><id>{id}-{minor}-{patch}</id><title>{name} {major}.{minor}.{patch}</title><published>{when}</published>\
                 <link href=\"https://releases.example/{id}/{major}.{minor}.{patch}\"/><summary>A made-up release: {what}.</summary></entry>",
            );
            version = if dice.percent(60) { (minor, patch + 1) } else { (minor + 1, 0) };
            day = plus(day, dice.between(9, 30));
        }
        let feed = format!(
            "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Releases of {name}</title>{entries}</feed>"
        );
        told.tell(&address(id), evening, &Value::String(feed));
    }
    told.put("feeds/releases", files);
}
