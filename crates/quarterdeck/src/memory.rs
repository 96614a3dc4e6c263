//! How a program that runs for days asks the C library for memory.
//!
//! glibc keeps a heap for each of many threads, and learns from the largest block that was given back to keep blocks of that
//! size too. A server that makes its tables anew whenever a text changes then holds more memory that is free than memory
//! that it uses. Both are settings of the environment, read when a program starts; to change them later takes a call
//! of C, which is unsafe code, and there is none here. So the program starts itself once more, as the same process.

use crate::rim;

/// glibc's settings: two heaps, and what large blocks are stays what it is at the beginning.
const SETTINGS: [(&str, &str); 2] = [("MALLOC_ARENA_MAX", "2"), ("MALLOC_MMAP_THRESHOLD_", "131072")];

/// Sees to it that the settings hold, where there is such a library.
pub(crate) fn settle() {
    if cfg!(all(target_os = "linux", target_env = "gnu")) {
        rim::begin_again_with(&SETTINGS);
    }
}
