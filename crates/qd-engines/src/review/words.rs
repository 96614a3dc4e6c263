//! What a title and a path tell by their words: a fix, and a file of a program.

/// Words that say that something was wrong.
const FIX_WORDS: &[&str] = &[
    "fix",
    "fixes",
    "fixed",
    "fixing",
    "bug",
    "bugs",
    "bugfix",
    "hotfix",
    "regression",
    "regressions",
    "revert",
    "reverts",
];
/// Words beside which a fix is of words, style or surroundings.
const OTHER_WORDS: &[&str] = &[
    "typo",
    "typos",
    "lint",
    "linter",
    "clippy",
    "rubocop",
    "eslint",
    "flake8",
    "format",
    "formatting",
    "whitespace",
    "spelling",
    "grammar",
    "style",
    "doc",
    "docs",
    "documentation",
    "readme",
    "changelog",
    "comment",
    "comments",
    "test",
    "tests",
    "ci",
    "warning",
    "warnings",
    "link",
    "links",
];

/// Words of a title, in lower case.
fn words(title: &str) -> impl Iterator<Item = String> {
    title.split(|letter: char| !letter.is_alphanumeric()).map(str::to_lowercase)
}

/// Whether a change of this title mended something that had been wrong in the program.
#[must_use]
pub fn is_fix(title: &str) -> bool {
    let is = |list: &[&str]| words(title).any(|word| list.contains(&word.as_str()));
    is(FIX_WORDS) && !is(OTHER_WORDS)
}

/// Endings of the files of a program.
const ENDINGS: &[&str] = &[
    "rs", "go", "zig", "nim", "c", "cc", "cpp", "cxx", "h", "hh", "hpp", "m", "mm", "swift", "java", "kt",
    "scala", "groovy", "clj", "cljs", "cs", "fs", "vb", "py", "pyx", "rb", "php", "pl", "pm", "lua", "r",
    "jl", "js", "jsx", "mjs", "ts", "tsx", "vue", "svelte", "dart", "ex", "exs", "erl", "hs", "ml", "sql",
    "sh", "bash", "ps1", "tf", "proto",
];
/// Folders of files that are no part of the program that runs.
const ASIDE: &[&str] = &[
    "test",
    "tests",
    "testing",
    "__tests__",
    "spec",
    "specs",
    "testdata",
    "fixture",
    "fixtures",
    "mock",
    "mocks",
    "bench",
    "benches",
    "benchmark",
    "benchmarks",
    "example",
    "examples",
    "sample",
    "samples",
    "demo",
    "demos",
    "doc",
    "docs",
    "documentation",
    "website",
    "third_party",
    "third-party",
    "vendor",
    "vendored",
    "deps",
    "external",
    "extern",
    "node_modules",
    "dist",
    "generated",
    "migrations",
];

/// Whether a path is one of a program: no test, no prose, no data, nothing generated. The same
/// rules by ending and folder as the view `code_files`, which knows only files that exist.
#[must_use]
pub fn is_program(path: &str) -> bool {
    let path = path.to_lowercase();
    let mut folders = path.split('/');
    let name = folders.next_back().unwrap_or_default();
    let Some((stem, ending)) = name.rsplit_once('.') else { return false };
    let is_test = stem.starts_with("test_")
        || stem == "conftest"
        || ["test", "tests", "spec"]
            .iter()
            .any(|word| stem.strip_suffix(word).is_some_and(|rest| rest.ends_with(['.', '_', '-'])));
    ENDINGS.contains(&ending) && !is_test && !folders.any(|folder| ASIDE.contains(&folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fix_mends_the_program_and_no_words() {
        for title in ["Fix crash on empty input", "server: bugfix", "Revert \"Add cache\"", "jk/diff-fix"] {
            assert!(is_fix(title), "{title}");
        }
        for title in ["Fix typo", "fix clippy", "docs: fix link", "Prefix all keys", "Add cache", ""] {
            assert!(!is_fix(title), "{title}");
        }
    }

    #[test]
    fn a_program_is_neither_its_tests_nor_its_prose() {
        for path in ["src/main.rs", "api/Pay.PY", "lib/attest.rb", "contest.c"] {
            assert!(is_program(path), "{path}");
        }
        for path in [
            "README.md",
            "tests/a.rs",
            "src/pay_test.go",
            "src/test_pay.py",
            "vendor/x/y.go",
            "Cargo.lock",
            "",
            "/",
        ] {
            assert!(!is_program(path), "{path}");
        }
    }
}
