//! A message of any bytes is read or told, and what is kept of it is bounded.
#![no_main]

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use qd_sources::mail::{self, Context};

/// Bytes that a row of a message may take: its lists and texts are cut.
const LARGEST: usize = 1 << 20;

fuzz_target!(|bytes: &[u8]| {
    let context = Context {
        file: "box",
        position: 0,
        folder: "INBOX",
        labels: &[],
        is_answered: None,
        received: None,
        observed_at: Timestamp::UNIX_EPOCH,
        private: &[],
    };
    if let Ok(Some(fact)) = mail::read(bytes, &context) {
        let size: usize = fact.row.values().map(|value| value.to_string().len()).sum();
        assert!(size <= LARGEST, "{size} bytes are kept of a message of {}", bytes.len());
    }
});
