//! Which files nobody writes by hand.
//!
//! Vendored, generated, minified and lock files change often and mean little: they would
//! drown every count of who knows what. Their paths tell. A repository that knows better
//! says so in its `.gitattributes` (`linguist-generated`, `linguist-vendored`).

use gix::{bstr::ByteSlice, glob};

/// Folders that hold other people's work or a tool's output.
const FOLDERS: &[&str] = &[
    "node_modules",
    "bower_components",
    "vendor",
    "vendored",
    "third_party",
    "third-party",
    "thirdparty",
    "3rdparty",
    "external_deps",
    "deps",
    "Godeps",
    "Pods",
    "Carthage",
    ".yarn",
    "dist",
    "__generated__",
    "__snapshots__",
    "generated",
    "gen-src",
    ".gradle",
    "site-packages",
    ".bundle",
    "jspm_packages",
    "elm-stuff",
    "flow-typed",
    "__pycache__",
    "cassettes",
    "testdata",
];

/// Names of lock files and of files that tools write.
const NAMES: &[&str] = &[
    "Cargo.lock",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "bun.lockb",
    "deno.lock",
    "go.sum",
    "go.work.sum",
    "Gemfile.lock",
    "poetry.lock",
    "Pipfile.lock",
    "pdm.lock",
    "uv.lock",
    "composer.lock",
    "mix.lock",
    "pubspec.lock",
    "Podfile.lock",
    "Package.resolved",
    "flake.lock",
    "gradle.lockfile",
    "packages.lock.json",
    "Cartfile.resolved",
    ".terraform.lock.hcl",
    "MODULE.bazel.lock",
    "conda-lock.yml",
    "gradlew",
    "gradlew.bat",
    "mvnw",
    "mvnw.cmd",
    ".pnp.cjs",
    ".pnp.js",
    "configure",
    "aclocal.m4",
    "config.guess",
    "config.sub",
    "install-sh",
    "ltmain.sh",
    "missing",
];

/// Ends of names that tools give.
const ENDS: &[&str] = &[
    ".min.js",
    ".min.mjs",
    ".min.css",
    "-min.js",
    "-min.css",
    ".bundle.js",
    ".chunk.js",
    ".js.map",
    ".css.map",
    ".mjs.map",
    ".ts.map",
    ".pb.go",
    ".pb.gw.go",
    ".pb.cc",
    ".pb.h",
    ".pb.c",
    "_pb2.py",
    "_pb2.pyi",
    "_pb2_grpc.py",
    "_pb.js",
    "_pb.ts",
    "_pb.d.ts",
    "_grpc_pb.js",
    ".pb.swift",
    ".g.dart",
    ".freezed.dart",
    ".designer.cs",
    ".Designer.cs",
    ".g.cs",
    ".g.i.cs",
    ".generated.cs",
    ".generated.ts",
    ".generated.go",
    ".generated.rs",
    ".gen.go",
    ".gen.ts",
    "_generated.go",
    "_generated.rs",
    "_generated.ts",
    "_gen.go",
    "_string.go",
    "_mock.go",
    "bindata.go",
    ".snap",
    ".lockfile",
    ".svg.js",
    ".xcworkspacedata",
    ".pbxproj",
    ".resx.cs",
    ".ipynb_checkpoints",
    ".tsbuildinfo",
    "zz_generated.deepcopy.go",
];

/// Whether the path alone says that nobody writes this file by hand.
#[must_use]
pub fn is_generated(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    NAMES.contains(&name)
        || ENDS.iter().any(|end| name.ends_with(end))
        || folders.split('/').any(|folder| FOLDERS.contains(&folder))
}

/// What a `.gitattributes` file says about it, and the paths where it says nothing.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    rules: Vec<(glob::Pattern, bool)>,
}

impl Rules {
    /// Reads the content of a `.gitattributes` file at the root.
    pub(crate) fn read(content: &[u8]) -> Self {
        let mut rules = Vec::new();
        for line in content.lines() {
            let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
            let Some(pattern) = words.next().filter(|pattern| !pattern.starts_with(b"#")) else {
                continue;
            };
            let Some(pattern) = glob::parse(pattern) else { continue };
            for word in words {
                let says = match word {
                    b"linguist-generated"
                    | b"linguist-generated=true"
                    | b"linguist-vendored"
                    | b"linguist-vendored=true" => true,
                    b"-linguist-generated"
                    | b"linguist-generated=false"
                    | b"-linguist-vendored"
                    | b"linguist-vendored=false" => false,
                    _ => continue,
                };
                rules.push((pattern.clone(), says));
            }
        }
        Self { rules }
    }

    /// Whether nobody writes the file at `path` by hand.
    pub(crate) fn is_generated(&self, path: &[u8]) -> bool {
        let base = path.rfind_byte(b'/').map(|place| place + 1);
        let matches = |pattern: &glob::Pattern| {
            pattern.matches_repo_relative_path(
                path.as_bstr(),
                base,
                Some(false),
                glob::pattern::Case::Sensitive,
                glob::wildmatch::Mode::NO_MATCH_SLASH_LITERAL,
            )
        };
        // The last line that matches decides, as everywhere in git.
        let said = self.rules.iter().rev().find(|(pattern, _)| matches(pattern)).map(|(_, says)| *says);
        said.unwrap_or_else(|| is_generated(&String::from_utf8_lossy(path)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_tell_what_nobody_writes() {
        for path in ["Cargo.lock", "web/yarn.lock", "a/node_modules/b/c.js", "x/app.min.js", "api/v1.pb.go"] {
            assert!(is_generated(path), "{path}");
        }
        for path in ["src/main.rs", "src/generator.rs", "dist.rs", "docs/vendor.md", "locks/mod.rs"] {
            assert!(!is_generated(path), "{path}");
        }
    }

    #[test]
    fn a_repository_may_know_better() {
        let rules = Rules::read(
            b"# ours\n*.schema.json linguist-generated=true\nvendor/** -linguist-vendored text\n",
        );
        assert!(rules.is_generated(b"api/a.schema.json"));
        assert!(!rules.is_generated(b"vendor/ours/a.c"));
        assert!(rules.is_generated(b"Cargo.lock"));
    }
}
