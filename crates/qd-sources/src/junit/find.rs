//! Which reports the paths of a source mean.

use std::path::{Path, PathBuf};

use crate::{
    Problem,
    files::{self, Found},
};

/// Bytes of a file that are looked at to see whether it is a report.
const HEAD: usize = 4096;

/// Finds the reports that `paths` mean; in folders only those `.xml` files count that begin like a report.
#[must_use]
pub fn find(paths: &[PathBuf], ignore: &[String]) -> (Vec<Found>, Vec<Problem>) {
    files::find(paths, ignore, &is_report, "JUnit report")
}

fn is_report(path: &Path) -> bool {
    use std::io::Read as _;
    if !path.extension().is_some_and(|end| end.eq_ignore_ascii_case("xml")) {
        return false;
    }
    let mut head = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(HEAD as u64).read_to_end(&mut head));
    read.is_ok() && memchr::memmem::find(&head, b"<testsuite").is_some()
}
