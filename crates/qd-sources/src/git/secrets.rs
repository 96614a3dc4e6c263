//! Lines that have the shape of a provider's secret.
//!
//! Only shapes that their provider documents, never entropy alone: a finding has to be
//! worth getting up for. What is plainly an example, or stands among tests, is left out.
//! The secret itself leaves this module in no form.

use std::sync::LazyLock;

use regex::bytes::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};

/// Shapes, by the name of their rule.
const RULES: &[(&str, &str)] = &[
    ("age-secret-key", r"\bAGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}\b"),
    ("anthropic-key", r"\bsk-ant-(?:api|admin)\d{2}-[A-Za-z0-9_-]{80,}"),
    ("aws-access-key", r"\bAKIA[A-Z2-7]{16}\b"),
    ("azure-storage-key", r"\bAccountKey=[A-Za-z0-9+/]{86}=="),
    ("crates-io-token", r"\bcio[A-Za-z0-9]{32}\b"),
    ("databricks-token", r"\bdapi[0-9a-f]{32}\b"),
    ("digitalocean-token", r"\bdo[opr]_v1_[a-f0-9]{64}\b"),
    ("docker-token", r"\bdckr_pat_[A-Za-z0-9_-]{27}"),
    ("github-token", r"\bgh[pousr]_[A-Za-z0-9]{36}\b"),
    ("github-token", r"\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b"),
    ("gitlab-token", r"\bglpat-[A-Za-z0-9_-]{20}"),
    ("google-api-key", r"\bAIza[A-Za-z0-9_-]{35}"),
    ("google-client-secret", r"\bGOCSPX-[A-Za-z0-9_-]{28}"),
    ("huggingface-token", r"\bhf_[A-Za-z]{34}\b"),
    ("linear-key", r"\blin_api_[A-Za-z0-9]{40}\b"),
    ("mailgun-key", r"\bkey-[0-9a-f]{32}\b"),
    ("new-relic-key", r"\bNRAK-[A-Z0-9]{27}\b"),
    ("npm-token", r"\bnpm_[A-Za-z0-9]{36}\b"),
    ("openai-key", r"\bsk-(?:[a-z]+-)?[A-Za-z0-9_-]{20,}T3BlbkFJ[A-Za-z0-9_-]{20,}"),
    // The marker alone stands in every program that reads keys; a key follows it.
    (
        "private-key",
        r#"-----BEGIN (?:RSA |DSA |EC |OPENSSH |PGP )?PRIVATE KEY(?: BLOCK)?-----(?:\\r|\\n|[\s"'+,]){1,16}[A-Za-z0-9+/]{40}"#,
    ),
    ("pypi-token", r"\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}"),
    ("sendgrid-key", r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    ("shopify-token", r"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b"),
    ("slack-token", r"\bxox[abeoprs]-[0-9]{10,13}-[A-Za-z0-9-]{16,}"),
    ("slack-webhook", r"\bhooks\.slack\.com/services/T[A-Z0-9]{8,}/B[A-Z0-9]{8,}/[A-Za-z0-9]{24}\b"),
    ("stripe-key", r"\b[sr]k_live_[A-Za-z0-9]{24,}\b"),
    ("telegram-token", r"\b\d{8,10}:AA[A-Za-z0-9_-]{33}\b"),
    ("terraform-token", r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,}"),
    ("twilio-key", r"\bSK[0-9a-f]{32}\b"),
    ("vault-token", r"\bhvs\.[A-Za-z0-9_-]{90,}"),
];

/// Parts of paths under which secrets are made up.
const FIXTURES: &[&str] = &[
    "test",
    "tests",
    "testing",
    "testdata",
    "test-data",
    "test_data",
    "testutil",
    "testutils",
    "__tests__",
    "fixture",
    "fixtures",
    "__fixtures__",
    "spec",
    "specs",
    "mock",
    "mocks",
    "__mocks__",
    "snapshots",
    "e2e",
    "cypress",
];

/// What a made-up secret holds.
const MADE_UP: &[&str] = &[
    "example",
    "xxxx",
    "0000000",
    "1234567",
    "abcdefg",
    "deadbeef",
    "placeholder",
    "dummy",
    "fake",
    "sample",
    "redacted",
    "your",
    "changeme",
];

/// A line of the shape of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// Line in the file, from 1.
    pub(crate) line: u32,
    /// Shape it has.
    pub(crate) rule: &'static str,
}

/// The rules, ready to use: compiled when first asked for, since most syncs find nothing
/// to look at.
static READY: LazyLock<Rules> = LazyLock::new(Rules::new);

/// What of the shape of a secret stands in `content` and is not in `old`, which is asked
/// for only then.
pub(crate) fn find(content: &[u8], old: impl FnOnce() -> Vec<u8>) -> Vec<Finding> {
    READY.find(content, old)
}

#[derive(Debug)]
struct Rules {
    any: RegexSet,
    each: Vec<(&'static str, Regex)>,
}

impl Rules {
    fn new() -> Self {
        // A rule that does not compile would be found by the tests below.
        let each: Vec<(&'static str, Regex)> = RULES
            .iter()
            .filter_map(|(rule, shape)| Some((*rule, RegexBuilder::new(shape).unicode(false).build().ok()?)))
            .collect();
        let shapes = each.iter().map(|(_, shape)| shape.as_str());
        let any = RegexSetBuilder::new(shapes).unicode(false).build();
        let any = any.unwrap_or_else(|_| RegexSet::empty());
        Self { any, each }
    }

    fn find(&self, content: &[u8], old: impl FnOnce() -> Vec<u8>) -> Vec<Finding> {
        let matching = self.any.matches(content);
        if !matching.matched_any() {
            return Vec::new();
        }
        let old = old();
        let mut findings = Vec::new();
        for place in &matching {
            let (rule, shape) = &self.each[place];
            for found in shape.find_iter(content) {
                if is_made_up(found.as_bytes()) || memchr::memmem::find(&old, found.as_bytes()).is_some() {
                    continue;
                }
                let ends = memchr::memchr_iter(b'\n', &content[..found.start()]).count();
                let line = u32::try_from(ends + 1).unwrap_or(u32::MAX);
                findings.push(Finding { line, rule });
            }
        }
        findings.sort_unstable();
        findings.dedup();
        findings
    }
}

/// Whether a secret under `path` would be one made up for a test, or somebody else's.
pub(crate) fn is_fixture(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let (folders, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let stem = name.split('.').next().unwrap_or(name);
    folders.split('/').any(|folder| FIXTURES.contains(&folder))
        || name.contains(".test.")
        || name.contains(".spec.")
        || stem.ends_with("_test")
        || stem.ends_with("_tests")
        || stem.starts_with("test_")
        || stem == "test"
        || stem == "tests"
        || super::generated::is_generated(path)
}

/// Whether a match is plainly no secret: it says so, or hardly varies.
fn is_made_up(secret: &[u8]) -> bool {
    let text = String::from_utf8_lossy(secret).to_ascii_lowercase();
    let mut seen = [false; 256];
    secret.iter().for_each(|byte| seen[usize::from(*byte)] = true);
    let distinct = seen.iter().filter(|seen| **seen).count();
    distinct < 10 || MADE_UP.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A token put together here, so that this file holds none.
    fn token(start: &str, length: usize) -> String {
        let letters = "q7Rk2Zp9Wd4Lm8Tx3Vn6Bs5Hj1Gf0Cy";
        format!("{start}{}", letters.chars().cycle().take(length).collect::<String>())
    }

    fn check(content: &str, old: &str, wanted: &[(u32, &str)]) {
        let found = Rules::new().find(content.as_bytes(), || old.as_bytes().to_vec());
        let found: Vec<_> = found.iter().map(|finding| (finding.line, finding.rule)).collect();
        assert_eq!(found, wanted, "{content}");
    }

    #[test]
    fn all_rules_compile() {
        assert_eq!(Rules::new().each.len(), RULES.len());
    }

    #[test]
    fn shapes_are_found_where_they_were_added() {
        let github = token("ghp_", 36);
        check(&format!("a\nkey = \"{github}\"\n"), "", &[(2, "github-token")]);
        check(&format!("a\nkey = \"{github}\"\n"), &format!("b {github}"), &[]);
        check(&token("glpat-", 20), "", &[(1, "gitlab-token")]);
        check(&token("sk_live_", 24), "", &[(1, "stripe-key")]);
        check(&format!("k: {}", token("npm_", 36)), "", &[(1, "npm-token")]);
        let begin = "-----BEGIN RSA PRIVATE ";
        check(&format!("{begin}KEY-----\n{}\n", token("", 64)), "", &[(1, "private-key")]);
    }

    #[test]
    fn examples_and_markers_are_no_secrets() {
        check(concat!("AKIAIOSFODNN7", "EXAMPLE"), "", &[]);
        check(&format!("ghp_{}", "x".repeat(36)), "", &[]);
        check(concat!("if line == \"-----BEGIN RSA PRIVATE ", "KEY-----\" {"), "", &[]);
        assert!(is_fixture("a/tests/key.pem") && is_fixture("src/a_test.go") && is_fixture("vendor/x.js"));
        assert!(!is_fixture("deploy/prod.env") && !is_fixture("src/contest.rs"));
    }
}
