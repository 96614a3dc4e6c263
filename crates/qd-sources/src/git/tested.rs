//! Whether a text of commands runs tests.
//!
//! Pipelines are written in a dozen languages and all of them hold lines of a shell, so
//! lines are read and not languages. Three things are told apart: a line that runs tests
//! in a way everybody knows, a line that hands over to another file of the repository,
//! and a line that might do either. Whoever asks follows the second kind.

/// Runners of tests that need no further word.
const RUNNERS: &[&str] = &[
    "ava",
    "avocado",
    "bats",
    "behat",
    "behave",
    "busted",
    "codecept",
    "ctest",
    "cucumber",
    "cypress",
    "detox",
    "elm-test",
    "ginkgo",
    "gotestsum",
    "jasmine",
    "jest",
    "karma",
    "maestro",
    "mocha",
    "molecule",
    "newman",
    "nosetests",
    "nox",
    "paratest",
    "parallel_rspec",
    "parallel_test",
    "pest",
    "phpspec",
    "phpunit",
    "playwright",
    "prove",
    "py.test",
    "pytest",
    "rspec",
    "shellspec",
    "simple-phpunit",
    "stestr",
    "tap",
    "testem",
    "tox",
    "unittest",
    "vitest",
    "vstest.console",
    "wdio",
    "xcodebuild-test",
];

/// Tools that run tests when told to, and how they are told: a word that is one of these
/// or goes on after it with something other than a letter (`test:unit`).
const TOLD: &[(&str, &[&str])] = &[
    ("ant", &["test", "check"]),
    ("bazel", &["test", "coverage"]),
    ("bazelisk", &["test", "coverage"]),
    ("buck2", &["test"]),
    ("bun", &["test"]),
    ("cabal", &["test"]),
    ("cargo", &["test", "nextest", "llvm-cov", "tarpaulin", "t"]),
    ("composer", &["test", "tests", "phpunit", "check"]),
    ("cross", &["test"]),
    ("crystal", &["spec"]),
    ("dart", &["test"]),
    ("deno", &["test"]),
    ("dotnet", &["test"]),
    ("dune", &["test", "runtest"]),
    ("fastlane", &["test", "tests", "scan"]),
    ("flutter", &["test", "drive"]),
    ("gleam", &["test"]),
    ("go", &["test"]),
    ("gradle", &["test", "check", "build", "verify", "connectedcheck", "connectedandroidtest"]),
    ("gradlew", &["test", "check", "build", "verify", "connectedcheck", "connectedandroidtest"]),
    ("grunt", &["test", "ci"]),
    ("gulp", &["test"]),
    ("hatch", &["test", "tests", "cov"]),
    ("helm", &["unittest", "test"]),
    ("just", &["test", "tests", "check", "ci"]),
    ("kitchen", &["test", "verify"]),
    ("lein", &["test", "midje"]),
    ("lerna", &["test"]),
    ("mage", &["test"]),
    ("make", &["test", "tests", "check", "distcheck", "unittest"]),
    ("gmake", &["test", "tests", "check", "distcheck", "unittest"]),
    ("manage.py", &["test"]),
    ("meson", &["test"]),
    ("mill", &["test"]),
    ("mix", &["test"]),
    ("mvn", &["test", "verify", "package", "install", "deploy", "integration-test"]),
    ("mvnw", &["test", "verify", "package", "install", "deploy", "integration-test"]),
    ("ng", &["test", "e2e"]),
    ("ninja", &["test", "check"]),
    ("npm", &["test", "tests", "t", "tst", "install-test", "cit", "it"]),
    ("nx", &["test", "e2e"]),
    ("opa", &["test"]),
    ("pants", &["test"]),
    ("pnpm", &["test", "tests", "t"]),
    ("r", &["check"]),
    ("rails", &["test", "spec"]),
    ("rake", &["test", "tests", "spec", "cucumber", "ci"]),
    ("rebar3", &["eunit", "ct", "proper"]),
    ("sbt", &["test", "testonly", "testquick"]),
    ("scons", &["test", "check"]),
    ("setup.py", &["test"]),
    ("stack", &["test"]),
    ("swift", &["test"]),
    ("task", &["test", "tests", "check"]),
    ("terraform", &["test"]),
    ("tofu", &["test"]),
    ("turbo", &["test", "tests"]),
    ("waf", &["test", "check"]),
    ("xcodebuild", &["test", "test-without-building"]),
    ("yarn", &["test", "tests"]),
    ("zig", &["test"]),
];

/// What takes the tests out of a build that would run them.
const SKIPS: &[&str] = &["dskiptests", "dmaven.test.skip", "dskiptests=true", "dmaven.test.skip=true"];

/// Tools whose tasks stand in a file that is not followed.
const TASK_RUNNERS: &[&str] = &[
    "ant",
    "composer",
    "dagger",
    "earthly",
    "fastlane",
    "gradle",
    "gradlew",
    "grunt",
    "gulp",
    "hatch",
    "invoke",
    "just",
    "lerna",
    "mage",
    "moon",
    "msbuild",
    "nix",
    "nix-build",
    "nuke",
    "nx",
    "pants",
    "rake",
    "sbt",
    "scons",
    "task",
    "turbo",
    "waf",
];

/// Words by which a line may speak of tests without running any.
const MENTIONS: &[&str] = &[
    "coverage",
    "e2e",
    "integration_test",
    "junit",
    "qa",
    "smoke",
    "spec",
    "specs",
    "suite",
    "test",
    "tested",
    "testing",
    "tests",
    "unittest",
    "unittests",
];

/// What a text of commands says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    /// A line runs tests.
    pub(crate) tests: bool,
    /// A line does what cannot be seen from here.
    pub(crate) unclear: bool,
    /// What it hands over to.
    pub(crate) calls: Vec<Call>,
}

/// Something of the repository that a text of commands calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Call {
    /// A file: a script, an action, a template.
    File(String),
    /// A target of the makefile; nothing for the first one.
    Make(Option<String>),
    /// A script that `package.json` names.
    Package(String),
}

/// Reads a text line by line.
#[must_use]
pub(crate) fn read(text: &str) -> Reading {
    let mut reading = Reading::default();
    let joined = text.replace("\\\r\n", " ").replace("\\\n", " ");
    for line in joined.lines() {
        reading.line(line.trim());
    }
    reading
}

impl Reading {
    fn line(&mut self, line: &str) {
        if line.starts_with('#')
            || line.starts_with("//")
            || line.starts_with('*')
            || line.starts_with("@echo")
        {
            return;
        }
        let line = line.split(" # ").next().unwrap_or(line).trim_start_matches("- ").trim();
        let (key, value) = key_and_value(line);
        match key {
            "uses" | "template" | "local" | "file" | "extends" | "pipe" => return self.used(key, value),
            "include" | "include:" if value.is_empty() => return,
            "remote" | "component" => self.unclear = true,
            // Actions of build tools take the words of their tool.
            "command" | "args" | "arguments" | "goals" | "tasks" | "task" | "target" | "targets"
                if words(value).iter().any(|word| is_told(word, &["test", "check", "verify", "nextest"])) =>
            {
                self.tests = true;
            }
            _ => {}
        }
        if !is_talk(key) && !is_talk(line.split_whitespace().next().unwrap_or_default()) {
            for part in line.replace("&&", "\n").replace("||", "\n").split(['\n', ';', '|']) {
                self.command(&words(part));
            }
        }
        // `ubuntu-latest` is one word, and not of these.
        let mut parts = line.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        if parts.any(|part| MENTIONS.contains(&part.to_ascii_lowercase().as_str())) {
            self.unclear = true;
        }
    }

    /// A workflow, action or template that is put in here.
    fn used(&mut self, key: &str, value: &str) {
        let value = value.trim_matches(['"', '\'']);
        if let Some(path) = value.strip_prefix("./").or_else(|| (key != "uses").then_some(value)) {
            let path = path.trim_start_matches('/').split('@').next().unwrap_or_default();
            if path.is_empty() || path.contains('$') {
                self.unclear = true;
            } else if !path.starts_with(".github/workflows/") || path.contains("/actions/") {
                // Workflows of this repository are pipelines themselves.
                self.calls.push(Call::File(path.to_owned()));
            }
            return;
        }
        let name = value.split('@').next().unwrap_or_default().to_ascii_lowercase();
        let mut parts = name.split(|letter: char| !letter.is_ascii_alphanumeric());
        if parts
            .any(|part| ["test", "tests", "check", "cypress", "runtest", "pytest", "testing"].contains(&part))
        {
            self.tests = true;
        } else if name.contains("/workflows/") {
            self.unclear = true;
        }
    }

    /// One command of a shell, or anything else that stands in a line.
    fn command(&mut self, words: &[&str]) {
        let bare: Vec<String> = words.iter().map(|word| program(word)).collect();
        if is_installing(&bare) {
            return;
        }
        let skips = words.iter().any(|word| {
            let word = word.trim_start_matches('-').to_ascii_lowercase();
            SKIPS.contains(&word.as_str())
        });
        for (place, word) in bare.iter().enumerate() {
            if RUNNERS.contains(&word.as_str()) {
                self.tests = true;
            }
            let rest = words.get(place + 1..).unwrap_or_default();
            if let Some((_, told)) = TOLD.iter().find(|(tool, _)| tool == word)
                && !skips
                && !is_excluded(rest)
                && rest.iter().any(|word| is_told(word, told))
            {
                self.tests = true;
            }
        }
        self.handed_over(words, &bare);
    }

    fn handed_over(&mut self, words: &[&str], bare: &[String]) {
        let place = bare.iter().position(|word| {
            ["make", "gmake", "npm", "yarn", "pnpm", "bun"].contains(&word.as_str())
                || TASK_RUNNERS.contains(&word.as_str())
        });
        if let Some(place) = place {
            let tool = bare.get(place).map(String::as_str).unwrap_or_default();
            let rest = words.get(place + 1..).unwrap_or_default();
            let mut plain =
                rest.iter().filter(|word| !word.starts_with(['-', '+']) && !word.contains('=')).copied();
            match tool {
                "make" | "gmake" if rest.contains(&"-C") => self.unclear = true,
                "make" | "gmake" => self.calls.push(Call::Make(plain.next().map(ToOwned::to_owned))),
                "npm" | "yarn" | "pnpm" | "bun" => {
                    let first = plain.next();
                    let named = match first {
                        Some("run" | "run-script") => plain.next(),
                        Some(_) if tool != "npm" => first,
                        _ => None,
                    };
                    self.calls.extend(named.map(|name| Call::Package(name.to_owned())));
                }
                _ => self.unclear = true,
            }
        }
        for word in words {
            let path = word.trim_start_matches("./");
            let is_script =
                [".sh", ".bash", ".py", ".rb", ".pl", ".js", ".mjs", ".ts", ".ps1", ".bat", ".cmd"]
                    .iter()
                    .any(|ending| path.to_ascii_lowercase().ends_with(ending));
            let is_called = word.starts_with("./") || is_script || words.first() == Some(word);
            if is_called && path.contains('$') && path.contains('/') {
                self.unclear = true;
            } else if is_called
                && (path.contains('/') || is_script || word.starts_with("./"))
                && !path.starts_with("...")
                && !path.contains("://")
            {
                self.calls.push(Call::File(path.to_owned()));
            }
        }
    }
}

/// The key of a line of YAML or TOML and what follows it; no key for other lines.
fn key_and_value(line: &str) -> (&str, &str) {
    match line.split_once(':') {
        Some((key, value))
            if !key.contains([' ', '/', '$', '(']) && (value.is_empty() || value.starts_with(' ')) =>
        {
            (key.trim_matches(['"', '\'']), value.trim())
        }
        _ => ("", line),
    }
}

/// Whether a line with this key or first word speaks to people and runs nothing.
fn is_talk(key: &str) -> bool {
    ["name", "description", "displayName", "title", "echo", "printf", "stage", "if", "key", "label", "image"]
        .contains(&key)
}

/// The words of a command, without quotes and brackets.
fn words(text: &str) -> Vec<&str> {
    text.split(|letter: char| letter.is_whitespace() || "\"'`()[]{},".contains(letter))
        .filter(|word| !word.is_empty())
        .collect()
}

/// A word as the name of a program: without folder and ending, in lower case.
fn program(word: &str) -> String {
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word).to_ascii_lowercase();
    let name = name.strip_suffix(".exe").or_else(|| name.strip_suffix(".cmd")).unwrap_or(&name);
    let name = name.strip_suffix(".bat").unwrap_or(name);
    // `$CARGO`, `${{ env.CARGO }}`
    name.trim_start_matches("env.").trim_start_matches('$').to_owned()
}

/// Whether `word` is one of `told`, alone or with more after it: `test`, `test:unit`,
/// `app:test`, `testDebug`.
fn is_told(word: &str, told: &[&str]) -> bool {
    let word = word.trim_end_matches([':', ';']);
    word.split(':').any(|part| {
        let lower = part.to_ascii_lowercase();
        told.iter().any(|told| {
            lower == *told
                || lower.strip_prefix(told).is_some_and(|rest| {
                    rest.starts_with(['-', '_', '.'])
                        || (told.len() > 3
                            && part
                                .get(told.len()..)
                                .is_some_and(|rest| rest.starts_with(char::is_uppercase)))
                })
        })
    })
}

/// Gradle's `-x test` and `--exclude-task test`.
fn is_excluded(words: &[&str]) -> bool {
    words
        .windows(2)
        .any(|pair| matches!(pair, ["-x" | "--exclude-task", task] if is_told(task, &["test", "check"])))
}

/// Whether a command brings tools in: naming a runner of tests there runs nothing.
fn is_installing(words: &[String]) -> bool {
    const MANAGERS: [&str; 20] = [
        "apk", "apt", "apt-get", "brew", "cargo", "choco", "conda", "dnf", "gem", "go", "luarocks", "npm",
        "pacman", "pip", "pip3", "pipx", "pkg", "pnpm", "yarn", "yum",
    ];
    let manager = words.iter().position(|word| MANAGERS.contains(&word.as_str()));
    manager.is_some_and(|place| {
        let next = words.iter().skip(place + 1).find(|word| !word.starts_with(['-', '+']));
        matches!(
            next.map(String::as_str),
            Some("install" | "add" | "i" | "ci" | "get" | "update" | "upgrade")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_ways_run_tests() {
        for line in [
            "- run: cargo test --workspace",
            "run: cargo +nightly nextest run",
            "      cross test --target x && echo done",
            "- npm test",
            "  run: yarn test:unit --ci",
            "pnpm -r test",
            "python -m pytest -q",
            "uv run pytest",
            "tox -e py312",
            "go test ./...",
            "./mvnw -B verify",
            "./gradlew :app:testDebug",
            "gradle build",
            "make -j4 check",
            "ctest --output-on-failure",
            "dotnet test -c Release",
            "bundle exec rspec",
            "vendor/bin/phpunit",
            "bundle exec rake spec",
            "sh 'mvn -B test'",
            "docker compose run app bin/rails test",
            "uses: julia-actions/julia-runtest@v1",
            "command: test",
            "${{ env.CARGO }} test --verbose",
            "$(MAKE) check",
            "subprocess.run([\"cargo\", \"test\"])",
        ] {
            assert!(read(line).tests, "{line}");
        }
    }

    #[test]
    fn others_do_not() {
        for line in [
            "# cargo test",
            "name: cargo test",
            "echo cargo test",
            "pip install pytest tox",
            "run: npm ci",
            "cargo build --tests",
            "cargo install cargo-nextest",
            "mvn -DskipTests package",
            "./gradlew build -x test",
            "runs-on: ubuntu-latest",
            "uses: actions/checkout@v4",
            "go build ./test",
        ] {
            assert!(!read(line).tests, "{line}");
        }
    }

    #[test]
    fn calls_and_doubts_are_told() {
        let calls = |line| read(line).calls;
        assert_eq!(calls("run: sh scripts/test.sh"), [Call::File("scripts/test.sh".into())]);
        assert_eq!(calls("- ./ci/build"), [Call::File("ci/build".into())]);
        assert_eq!(calls("run: make -s lint"), [Call::Make(Some("lint".into()))]);
        assert_eq!(calls("npm run build -- --x"), [Call::Package("build".into())]);
        assert_eq!(calls("uses: ./.github/actions/x"), [Call::File(".github/actions/x".into())]);
        for line in
            ["name: Run tests", "uses: a/b/.github/workflows/c.yml@v1", "./gradlew assemble", "just x"]
        {
            assert!(read(line).unclear, "{line}");
        }
        for line in ["runs-on: ubuntu-latest", "run: cargo clippy", "- uses: actions/checkout@v4"] {
            assert_eq!(read(line), Reading::default(), "{line}");
        }
    }

    #[test]
    fn no_text_makes_it_panic() {
        use proptest::prelude::*;
        proptest!(|(text in "(make|npm|run|test|é|[-+:=;|&$./\\\\\"'#\n ]){0,30}")| {
            let _ = read(&text);
        });
    }
}
