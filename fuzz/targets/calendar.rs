//! A calendar of any bytes ends, and gives no more instances than are allowed.
#![no_main]

use jiff::{Timestamp, tz::TimeZone};
use libfuzzer_sys::fuzz_target;
use qd_sources::calendar::{self, Context};

/// The first second of 2026.
const NOW: Timestamp = Timestamp::constant(1_767_225_600, 0);

fuzz_target!(|bytes: &[u8]| {
    let context = Context {
        file: "file.ics",
        calendar: None,
        modified: NOW,
        observed_at: NOW,
        zone: TimeZone::UTC,
    };
    let (facts, _) = calendar::read(bytes, &context);
    assert!(facts.len() <= 400_000, "{} rows", facts.len());
});
