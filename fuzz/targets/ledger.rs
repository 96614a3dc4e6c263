//! Books and bills of any bytes end, and what does not balance is told.
//!
//! The first byte chooses the kind, so that one corpus holds journals of both programs, statements and bills.
#![no_main]

use std::fs;

use jiff::tz::TimeZone;
use libfuzzer_sys::fuzz_target;
use qd_sources::ledger::{self, Bill, Context};

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, bytes)) = bytes.split_first() else { return };
    let name = match kind % 4 {
        0 => "books.beancount",
        1 => "books.journal",
        2 => "statement.xml",
        _ => "bill.csv",
    };
    let context = Context { file: name, zone: TimeZone::UTC };
    if name == "bill.csv" {
        let mut bill = Bill::default();
        ledger::read_bill(&mut &bytes[..], &context, &mut bill);
        bill.facts();
        return;
    }
    // A folder of its own, so that nothing but the file itself can be included.
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    fs::write(&path, bytes).expect("the file");
    ledger::read(&path, &context).expect("the file is there");
});
