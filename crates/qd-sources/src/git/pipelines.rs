//! Which files tell a build system what to run, and whether that runs tests.

use gix::ObjectId;

use super::{
    objects::{Objects, ReadError},
    tested::{self, Call},
    trees::{self, Difference, Mode},
};

/// Longer files are no pipelines written by people, in bytes.
const LARGEST: u64 = 512 << 10;
/// Files that are read on behalf of one pipeline.
const READS: usize = 40;
/// How many calls are followed one after the other: pipeline, script, makefile, script.
const DEPTH: usize = 4;
/// Pipelines of one repository.
const PIPELINES: usize = 500;

/// A pipeline as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pipeline {
    pub(crate) path: String,
    pub(crate) system: &'static str,
    /// Nothing where it cannot be told.
    pub(crate) runs_tests: Option<bool>,
}

/// Folders whose files are pipelines, and the system that reads them. The last two are a
/// habit and no system: what stands there may also be a helper.
const FOLDERS: &[(&str, &str)] = &[
    (".github/workflows/", "github"),
    (".gitea/workflows/", "gitea"),
    (".forgejo/workflows/", "forgejo"),
    (".circleci/", "circleci"),
    (".buildkite/", "buildkite"),
    (".semaphore/", "semaphore"),
    (".teamcity/", "teamcity"),
    (".tekton/", "tekton"),
    (".woodpecker/", "woodpecker"),
    (".gitlab/ci/", "gitlab"),
    (".builds/", "sourcehut"),
    (".evergreen/", "evergreen"),
    (".azure-pipelines/", "azure"),
    (".azuredevops/", "azure"),
    (".ci/", "other"),
    ("ci/", "other"),
];

/// Beginnings of the names of pipelines at the top, without a dot before them.
const NAMES: &[(&str, &str)] = &[
    ("gitlab-ci.", "gitlab"),
    ("travis.", "travis"),
    ("appveyor.", "appveyor"),
    ("cirrus.", "cirrus"),
    ("drone.", "drone"),
    ("woodpecker.", "woodpecker"),
    ("build.y", "sourcehut"),
    ("zuul.", "zuul"),
    ("evergreen.y", "evergreen"),
    ("wercker.", "wercker"),
    ("azure-pipelines", "azure"),
    ("bitbucket-pipelines", "bitbucket"),
    ("cloudbuild", "cloudbuild"),
    ("buildspec", "codebuild"),
    ("codemagic.", "codemagic"),
    ("jenkinsfile", "jenkins"),
];

/// The system that reads the file at `path`; nothing where it is no pipeline.
fn system(path: &str, mode: Mode) -> Option<&'static str> {
    let lower = path.to_ascii_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
    let is_data = ends(&[".yml", ".yaml", ".star", ".kts", ".json", ".jsonnet"]);
    if !lower.contains('/') {
        let name = lower.strip_prefix('.').unwrap_or(&lower);
        let (_, system) = NAMES.iter().find(|(start, _)| name.starts_with(start))?;
        return (is_data || *system == "jenkins").then_some(system);
    }
    let (folder, system) = FOLDERS.iter().find(|(folder, _)| lower.starts_with(folder))?;
    let name = lower.get(folder.len()..)?;
    let is_script = mode == Mode::Executable || ends(&[".sh", ".bash", ".ps1", ".bat", ".cmd", ".groovy"]);
    let fits = match *system {
        "circleci" => name == "config.yml" || name == "config.yaml",
        "other" | "buildkite" => {
            (is_data && !ends(&[".json"])) || is_script || name.starts_with("jenkinsfile")
        }
        _ => is_data && !ends(&[".json"]),
    };
    (!name.contains('/') && fits).then_some(system)
}

/// The pipelines of the tree `root`, by path.
pub(crate) fn find(objects: &Objects, root: ObjectId) -> Result<Vec<Pipeline>, ReadError> {
    let enters = |path: &[u8]| {
        let path = path.to_ascii_lowercase();
        FOLDERS.iter().any(|(folder, _)| folder.as_bytes().starts_with(&path))
    };
    let files = trees::compare_within(objects, None, Some(root), &enters)?;
    let mut found = Vec::new();
    for Difference { path, new, .. } in files {
        let (Ok(path), Some(side)) = (String::from_utf8(path.into()), new) else { continue };
        let Some(system) = system(&path, side.mode).filter(|_| side.mode.is_file()) else { continue };
        if found.len() < PIPELINES {
            let runs_tests = Search { objects, root, left: READS }.pipeline(&path, system);
            found.push(Pipeline { path, system, runs_tests });
        }
    }
    Ok(found)
}

/// Files read on behalf of one pipeline.
struct Search<'a> {
    objects: &'a Objects,
    root: ObjectId,
    left: usize,
}

impl Search<'_> {
    fn text(&mut self, path: &str) -> Option<String> {
        self.left = self.left.checked_sub(1)?;
        let side = trees::at(self.objects, self.root, path).ok().flatten()?;
        let is_small = self.objects.size(side.id).is_ok_and(|size| size <= LARGEST);
        if !side.mode.is_file() || !is_small {
            return None;
        }
        let mut content = Vec::new();
        self.objects.read(side.id, &mut content).ok()?;
        Some(String::from_utf8_lossy(&content).into_owned())
    }

    fn pipeline(&mut self, path: &str, system: &str) -> Option<bool> {
        let text = self.text(path)?;
        let lines = || text.lines().map(|line| line.trim_start_matches([' ', '-']));
        // Without a script of its own Travis runs what is usual for the language, Ruby where none
        // is named; these have nothing that is usual.
        let is_bare = |line: &str| {
            let language = line.strip_prefix("language:").map(str::trim);
            matches!(language, Some("generic" | "minimal" | "shell" | "bash" | "sh"))
        };
        let is_usual = system == "travis"
            && !lines()
                .any(|line| line.starts_with("script:") || line.starts_with("import:") || is_bare(line));
        let told = if is_usual { Some(true) } else { self.text_tests(&text, DEPTH) };
        // A helper that runs no tests says nothing of what calls it, and so with systems that
        // look for tests by themselves or mostly name what stands elsewhere.
        let says_no = !matches!(system, "other" | "appveyor" | "teamcity" | "tekton" | "zuul");
        told.filter(|tests| *tests || says_no)
    }

    /// Whether `text`, or what it calls, runs tests.
    fn text_tests(&mut self, text: &str, depth: usize) -> Option<bool> {
        let reading = tested::read(text);
        if reading.tests {
            return Some(true);
        }
        let mut told = (!reading.unclear).then_some(false);
        for call in reading.calls {
            match depth.checked_sub(1).and_then(|depth| self.call_tests(&call, depth)) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => told = None,
            }
        }
        told
    }

    fn call_tests(&mut self, call: &Call, depth: usize) -> Option<bool> {
        match call {
            Call::File(path) => {
                let action =
                    ["action.yml", "action.yaml"].map(|name| format!("{}/{name}", path.trim_matches('/')));
                let text = self.text(path).or_else(|| action.iter().find_map(|path| self.text(path)))?;
                if is_test_script(path) { Some(true) } else { self.text_tests(&text, depth) }
            }
            Call::Make(target) => {
                let text = ["Makefile", "makefile", "GNUmakefile"].iter().find_map(|path| self.text(path))?;
                self.text_tests(&recipe(&text, target.as_deref())?, depth)
            }
            Call::Package(name) => {
                // Programs of packages are called in the same way as scripts, so what is not
                // named there is unknown.
                let manifest: serde_json::Value = serde_json::from_str(&self.text("package.json")?).ok()?;
                let script = manifest.get("scripts")?.get(name)?.as_str()?.to_owned();
                self.text_tests(&script, depth)
            }
        }
    }
}

/// Whether the name of a script says that it runs tests: `test.sh`, `run-all-tests`.
fn is_test_script(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let stem = name.split('.').next().unwrap_or(&name);
    let mut words = stem.split(['-', '_']);
    let (first, last) = (words.next().unwrap_or_default(), words.next_back());
    let tests = ["test", "tests", "runtest", "runtests", "spec"];
    tests.contains(&first) || last.is_some_and(|last| tests.contains(&last))
}

/// The commands of a makefile's target, with those it needs first; nothing where it has
/// no such target.
fn recipe(makefile: &str, target: Option<&str>) -> Option<String> {
    let mut text = String::new();
    let mut is_in = false;
    let mut is_found = false;
    for line in makefile.lines() {
        if line.starts_with('\t') {
            if is_in {
                text.push_str(line.trim_start_matches(['\t', '@', '-', '+']));
                text.push('\n');
            }
            continue;
        }
        let rule = line.split_once(':').filter(|(names, needs)| {
            !names.starts_with(['#', ' ', '.']) && !names.contains('=') && !needs.starts_with('=')
        });
        let Some((names, needs)) = rule else {
            is_in &= line.trim().is_empty() || line.starts_with('#');
            continue;
        };
        is_in = match target {
            Some(target) => names.split_whitespace().any(|name| name == target),
            None => !is_found,
        };
        if is_in {
            is_found = true;
            let needs = needs.trim_start_matches(':').split(['#', ';', '|']).next().unwrap_or_default();
            for need in needs.split_whitespace().filter(|need| !need.contains(['/', '.', '$', '%'])) {
                text.push_str(&format!("make {need}\n"));
            }
        }
    }
    is_found.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pipelines_are_known_by_their_places() {
        let file = |path| system(path, Mode::File);
        assert_eq!(file(".github/workflows/ci.yml"), Some("github"));
        assert_eq!(file(".github/workflows/actions/x/action.yml"), None);
        assert_eq!(file(".gitlab-ci.yml"), Some("gitlab"));
        assert_eq!(file("Jenkinsfile"), Some("jenkins"));
        assert_eq!(file(".circleci/config.yml"), Some("circleci"));
        assert_eq!(file("azure-pipelines-nightly.yml"), Some("azure"));
        assert_eq!(file(".travis.yml"), Some("travis"));
        assert_eq!(file("build.rs"), None);
        assert_eq!(file("ci/notes.txt"), None);
        assert_eq!(system(".ci/run", Mode::Executable), Some("other"));
    }

    #[test]
    fn targets_give_their_commands_and_what_they_need() {
        let makefile = "X := 1\nall: build\n\nbuild:\n\tcargo build\nci: build lint\n\t@cargo test\n# end\n";
        assert_eq!(recipe(makefile, Some("ci")).as_deref(), Some("make build\nmake lint\ncargo test\n"));
        assert_eq!(recipe(makefile, None).as_deref(), Some("make build\n"));
        assert_eq!(recipe(makefile, Some("none")), None);
    }

    #[test]
    fn scripts_say_by_their_names_that_they_test() {
        for path in ["scripts/test.sh", "run-all-tests", "ci/run_tests.py", "./test-unit"] {
            assert!(is_test_script(path), "{path}");
        }
        for path in ["ci/latest.sh", "setup-test-env.sh", "build"] {
            assert!(!is_test_script(path), "{path}");
        }
    }
}
