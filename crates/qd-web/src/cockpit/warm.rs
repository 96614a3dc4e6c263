//! Draws the pages of the bar as soon as a moment has come, so that whoever opens one does not wait for it.
//!
//! Where people log in nobody knows who comes next: there a page is drawn when it is first asked for.

use std::{sync::Arc, thread, time::Duration};

use super::{Cockpit, Held, answered, ask::Fields, drawn, places::PLACES};

/// How often is looked whether a moment has come.
const LOOK: Duration = Duration::from_millis(200);

/// Keeps the pages of the bar warm on a thread of its own, as long as the cockpit lives.
pub(super) fn keep(held: &Held) {
    if held.world.has_login() {
        return;
    }
    let (mut heard, cockpit) = (held.keeper.hear(), Arc::downgrade(held));
    thread::spawn(move || {
        while let Some(held) = cockpit.upgrade() {
            heard.mark_unchanged();
            draw(&held);
            drop(held);
            while !heard.has_changed().unwrap_or(true) {
                thread::sleep(LOOK);
            }
        }
    });
}

fn draw(held: &Cockpit) {
    let moment = held.keeper.present();
    for place in PLACES.iter().filter(|place| !place.name.is_empty()) {
        // What is drawn of a moment that is over, nobody sees.
        if held.keeper.present().number != moment.number {
            return;
        }
        let key = held.key(&held.reader, place.path);
        if moment.drawn(&key).is_none() {
            let named = (String::new(), Fields::default());
            // What cannot be drawn says so to whoever asks for it.
            let _ = answered(held, &moment, &held.reader, &named, |ask, moment| {
                drawn(ask, moment, key, place.draw)
            });
        }
    }
}
