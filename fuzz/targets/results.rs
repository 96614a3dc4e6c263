//! Results of tests of any bytes are read or told.
#![no_main]

use jiff::{Timestamp, tz::TimeZone};
use libfuzzer_sys::fuzz_target;
use qd_sources::junit::{self, Context};

fuzz_target!(|bytes: &[u8]| {
    let context = Context {
        file: "results.xml",
        modified: Timestamp::UNIX_EPOCH,
        zone: TimeZone::UTC,
        repo: "api",
        build: None,
        branch: None,
        sha: None,
    };
    let _ = junit::read(&mut &bytes[..], &context);
});
