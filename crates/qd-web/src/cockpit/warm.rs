//! Draws the pages of the bar as soon as a moment has come, and then, while nobody asks for anything, what they lead to:
//! projects, teams, reports. Whoever opens one does not wait for it.
//!
//! Where people log in nobody knows who comes next: there a page is drawn when it is first asked for.

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use percent_encoding::percent_decode_str;

use super::{
    AT_ONCE, Cockpit, Held, answered,
    ask::Fields,
    drawn,
    keeper::Moment,
    places::{PLACES, Place},
};

/// How often is looked whether a moment has come.
const LOOK: Duration = Duration::from_millis(200);
/// How often is looked whether nobody waits any more.
const PAUSE: Duration = Duration::from_millis(20);
/// How long pages that others lead to are drawn of one moment: of a company of fifty that is all of them.
const AHEAD: Duration = Duration::from_secs(5);

/// Keeps pages warm on a thread of its own, as long as the cockpit lives.
pub(super) fn keep(held: &Held) {
    if held.world.has_login() {
        return;
    }
    let (mut heard, cockpit) = (held.keeper.hear(), Arc::downgrade(held));
    thread::spawn(move || {
        while let Some(held) = cockpit.upgrade() {
            heard.mark_unchanged();
            let _ = draw(&held);
            drop(held);
            while !heard.has_changed().unwrap_or(true) {
                thread::sleep(LOOK);
            }
        }
    });
}

/// Draws all of it; nothing where another moment has come, since what is drawn of one that is over, nobody sees.
fn draw(held: &Cockpit) -> Option<()> {
    let moment = held.keeper.present();
    for place in PLACES.iter().filter(|place| !place.name.is_empty()) {
        one(held, &moment, place, place.path)?;
    }
    let inner: Vec<(&Place, Vec<String>)> =
        PLACES.iter().filter_map(|place| Some((place, led_to(held, &moment, place.path)?))).collect();
    let (mut taken, most) = (Duration::ZERO, inner.iter().map(|(_, paths)| paths.len()).max().unwrap_or(0));
    // The first of each kind before the second: what the others of its kind rest on is there then.
    for turn in 0..most {
        for (place, path) in inner.iter().filter_map(|(place, paths)| Some((place, paths.get(turn)?))) {
            taken += one(held, &moment, place, path)?;
            if taken > AHEAD {
                return Some(());
            }
        }
    }
    Some(())
}

/// Draws the page at `path` when nobody waits for another one; how long that took.
fn one(held: &Cockpit, moment: &Moment, place: &Place, path: &str) -> Option<Duration> {
    while held.places.available_permits() < AT_ONCE {
        thread::sleep(PAUSE);
    }
    if held.keeper.present().number != moment.number {
        return None;
    }
    let (key, begun) = (held.key(&held.reader, path), Instant::now());
    if moment.drawn(&key).is_none() {
        let id = path.strip_prefix(kind(place.path)).filter(|_| place.name.is_empty()).unwrap_or_default();
        let named = (percent_decode_str(id).decode_utf8_lossy().into_owned(), Fields::default());
        // What cannot be drawn says so to whoever asks for it.
        let _ =
            answered(held, moment, &held.reader, &named, |ask, moment| drawn(ask, moment, key, place.draw));
    }
    Some(begun.elapsed())
}

/// What comes before the id in the address of a page that others lead to.
fn kind(path: &str) -> &str {
    path.strip_suffix("{id}").unwrap_or(path)
}

/// The pages of a kind that the pages of the bar lead to, in their order; none of rows, which are quick and many.
fn led_to(held: &Cockpit, moment: &Moment, path: &str) -> Option<Vec<String>> {
    let begins = path.strip_suffix("{id}").filter(|kind| *kind != "/row/")?;
    let mut found: Vec<String> = Vec::new();
    for place in PLACES.iter().filter(|place| !place.name.is_empty()) {
        let Some(page) = moment.drawn(&held.key(&held.reader, place.path)) else { continue };
        for link in links(&page).filter(|link| link.starts_with(begins) && !link.contains(['?', '#', '&'])) {
            if !found.iter().any(|known| known == link) {
                found.push(link.to_owned());
            }
        }
    }
    Some(found)
}

fn links(page: &str) -> impl Iterator<Item = &str> {
    page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next())
}
