//! Small repositories of every shape, read and compared with what git itself says.

#![allow(clippy::unwrap_used)]

mod helper;

use helper::{Repository, Store};
use qd_sources::git;

#[test]
fn every_kind_of_change_counts_as_git_counts_it() {
    let git = Repository::new();
    git.write("a.txt", "one\ntwo\nthree\nfour\nfive\nsix\n")
        .write("empty", "")
        .write("bin", "a\0b")
        .commit("first");
    git.write("a.txt", "one\n2\nthree\nfour\nfive\nsix\nseven").commit("edit, without end of line");
    git.run(&["mv", "a.txt", "b.txt"]).commit("rename");
    git.run(&["mv", "b.txt", "c.txt"])
        .write("c.txt", "one\n2\nthree\n4\nfive\nsix\nseven\n")
        .commit("rename and edit");
    git.run(&["mv", "empty", "void"])
        .run(&["mv", "bin", "dir.bin"])
        .commit("rename what is empty and what is binary");
    git.write("dir.bin", "a\0c").commit("edit binary");
    git.run(&["update-index", "--chmod=+x", "c.txt"]).commit_index("mode only");
    git.remove("c.txt").link("c.txt", "void").commit("type change");
    git.submodule("sub", 1).commit_index("submodule");
    git.submodule("sub", 2).commit_index("submodule moves");
    git.write_bytes(b"caf\xe9 \xff.txt", b"x\n")
        .write("tab\there \"q\".txt", "y\n")
        .commit("names in any bytes");
    git.remove("void").write("void/inside", "now a folder\n").commit("file becomes folder");
    git.write("x/same.rs", &numbered(40, 0)).write("y/other.rs", &numbered(40, 500)).commit("two files");
    git.run(&["mv", "x", "z"])
        .write("z/same.rs", &numbered(40, 3))
        .run(&["mv", "y/other.rs", "y/new.rs"])
        .commit("moved folders");
    let store = git.check();
    assert_eq!(store.problems, Vec::<String>::new());
    let kinds = store.column("file_changes", "change");
    for kind in ["added", "modified", "deleted", "renamed", "type_changed"] {
        assert!(kinds.iter().any(|found| found == kind), "{kind}");
    }
}

fn numbered(lines: usize, from: usize) -> String {
    (from..from + lines).map(|line| format!("line number {line}\n")).collect()
}

#[test]
fn merges_have_no_changes_of_their_own() {
    let git = Repository::new();
    git.write("a", "1\n").commit("first");
    for branch in ["one", "two", "three"] {
        git.run(&["checkout", "-q", "-b", branch, "main"]).write(branch, "x\n").commit(branch);
    }
    git.run(&["checkout", "-q", "main"])
        .run(&["merge", "-q", "--no-ff", "-m", "octopus", "one", "two", "three"]);
    let store = git.check();
    assert_eq!(store.select("commits", &["subject", "parents", "files"])[0], "octopus|4|");
    assert_eq!(store.rows("file_changes"), 4);
}

#[test]
fn syncing_in_steps_gives_the_rows_of_one_sync() {
    let git = Repository::new();
    let mut steps = Store::default();
    for step in 0..6 {
        git.write("a", &numbered(20, step)).write(&format!("f{step}"), &numbered(step + 1, 0));
        // A clock that runs backwards must hide nothing and repeat nothing.
        git.commit_at(&format!("step {step}"), 1_700_000_000 - 1_000 * i64::try_from(step).unwrap());
        git.run(&["checkout", "-q", "-b", &format!("b{step}")])
            .write("b", &numbered(9, step))
            .commit("branch");
        git.run(&["checkout", "-q", "main"]);
        if step % 2 == 1 {
            git.run(&["merge", "-q", "--no-ff", "-m", "merge", &format!("b{step}")]);
        }
        steps.sync(&git);
        let before = steps.total();
        steps.sync(&git);
        assert_eq!(steps.total(), before, "nothing new writes nothing");
    }
    let mut once = Store::default();
    once.sync(&git);
    for table in ["commits", "file_changes", "dependency_changes", "secret_findings"] {
        assert_eq!(steps.sorted(table), once.sorted(table), "{table}");
    }
    assert_eq!(
        steps.latest("refs", &["name", "sha", "ahead", "behind"]),
        once.latest("refs", &["name", "sha", "ahead", "behind"])
    );
    assert_eq!(steps.latest("files", &["path", "blob"]), once.latest("files", &["path", "blob"]));
    git.same_as_git(&steps);
}

#[test]
fn rewritten_and_deleted_branches_leave_their_facts() {
    let git = Repository::new();
    git.write("a", "1\n").commit("first").write("a", "2\n").commit("second");
    git.run(&["checkout", "-q", "-b", "topic"])
        .write("t", "t\n")
        .commit("topic")
        .run(&["checkout", "-q", "main"]);
    let mut store = Store::default();
    store.sync(&git);
    git.run(&["commit", "-q", "--amend", "-m", "second, amended"]).run(&["branch", "-q", "-D", "topic"]);
    store.sync(&git);
    assert_eq!(store.rows("commits"), 4);
    assert_eq!(store.latest("refs", &["name", "deleted"]), ["main|false", "topic|true"]);
    // Sweeping away what nothing points to must not bring old commits a second time.
    git.run(&["commit", "-q", "--amend", "-m", "third"]);
    git.run(&["reflog", "expire", "--expire=now", "--all"]).run(&["gc", "-q", "--prune=now"]);
    store.sync(&git);
    assert_eq!(store.rows("commits"), 5);
    assert_eq!(store.latest("files", &["path", "deleted"]), ["a|false"]);
}

#[test]
fn a_shallow_clone_says_where_it_ends() {
    let git = Repository::new();
    for step in 0..5 {
        git.write("a", &numbered(5, step)).commit(&format!("step {step}"));
    }
    let shallow = git.clone_with(&["--depth", "2"]);
    let mut store = Store::default();
    store.sync(&shallow);
    assert_eq!(
        store.select("commits", &["subject", "files", "unmeasured"]),
        ["step 4|1|", "step 3||shallow boundary"]
    );
    assert_eq!(store.select("repositories", &["is_shallow", "commits", "unmeasured"]), ["true|2|1"]);
    shallow.run(&["fetch", "-q", "--unshallow"]);
    store.sync(&shallow);
    assert_eq!(store.rows("commits"), 5);
}

#[test]
fn missing_objects_cost_one_commit_each() {
    let git = Repository::new();
    git.write("a", &numbered(30, 0)).commit("first").write("a", &numbered(30, 1)).commit("second");
    git.write("a", &numbered(30, 2)).commit("third");
    let blob = git.output(&["rev-parse", "HEAD~1:a"]);
    git.remove(&format!(".git/objects/{}/{}", &blob[..2], &blob[2..]));
    let mut store = Store::default();
    store.sync(&git);
    let rows = store.select("commits", &["subject", "files", "unmeasured"]);
    assert_eq!(rows[2], "first|1|");
    for row in &rows[..2] {
        assert!(row.contains("is missing (fetch it"), "{row}");
    }
    // A damaged object is told apart, and reported.
    let git = Repository::new();
    git.write("a", "1\n").commit("first").write("b", "2\n").commit("second");
    let blob = git.output(&["rev-parse", "HEAD:b"]);
    git.spoil(&format!(".git/objects/{}/{}", &blob[..2], &blob[2..]));
    let mut store = Store::default();
    store.sync(&git);
    assert!(store.select("commits", &["subject", "unmeasured"])[0].contains("unreadable"));
    assert_eq!(store.problems.len(), 1);
}

#[test]
fn odd_repositories_are_read_or_named() {
    let empty = Repository::new();
    let mut store = Store::default();
    store.sync(&empty);
    assert_eq!(store.select("repositories", &["default_branch", "head", "commits"]), ["||0"]);
    let git = Repository::new();
    git.write("a", "1\n")
        .commit("first")
        .write("a", "2\n")
        .commit("second")
        .run(&["tag", "-a", "v1", "-m", "One"]);
    git.run(&["checkout", "-q", "--detach", "HEAD~1"]).write("c", "3\n").commit("nowhere");
    let store = git.check();
    assert_eq!(store.rows("commits"), 3);
    assert_eq!(
        store.select("refs", &["name", "kind", "is_default", "subject"]),
        ["main|branch|true|", "v1|tag|false|One"]
    );
    let bare = git.clone_with(&["--bare", "--shared"]);
    assert_eq!(bare.check().select("repositories", &["is_bare"]), ["true"]);
    let mut worktree = Repository::new();
    git.run(&["worktree", "add", "-q", &worktree.path.join("tree").display().to_string(), "main"]);
    worktree.path.push("tree");
    assert_eq!(worktree.check().rows("commits"), 2);
    let error = Store::default().try_sync(&std::env::temp_dir().join("no such repository")).unwrap_err();
    assert!(error.contains("repository `repo` at"), "{error}");
}

#[test]
fn longer_ids_are_read_too() {
    let git = Repository::with(&["--object-format=sha256"]);
    git.write("a", "1\n").commit("first").run(&["mv", "a", "b"]).commit("rename");
    git.submodule("sub", 3).commit_index("submodule");
    git.check();
}

#[test]
fn branches_know_their_distance() {
    let git = Repository::new();
    git.write("a", "1\n").commit("first");
    git.run(&["checkout", "-q", "-b", "topic"]).write("t", "1\n").commit("t1").write("t", "2\n").commit("t2");
    git.run(&["checkout", "-q", "main"]).write("a", "2\n").commit("second");
    let mut store = Store::default();
    store.sync(&git);
    assert_eq!(store.latest("refs", &["name", "ahead", "behind"]), ["main|0|0", "topic|2|1"]);
    git.run(&["merge", "-q", "--no-ff", "-m", "merge", "topic"]);
    store.sync(&git);
    assert_eq!(store.latest("refs", &["name", "ahead", "behind"]), ["main|0|0", "topic|0|2"]);
}

#[test]
fn a_clone_takes_the_default_branch_of_its_origin() {
    let git = Repository::new();
    git.write("a", "1\n").commit("first");
    let clone = git.clone_with(&[]);
    clone.run(&["checkout", "-q", "-b", "mine"]).write("b", "1\n").commit("mine");
    clone.run(&["remote", "set-url", "origin", "https://ada:secret@example.org/a.git"]);
    let mut store = Store::default();
    store.sync(&clone);
    assert_eq!(
        store.latest("refs", &["name", "kind", "is_default"]),
        ["main|branch|true", "mine|branch|false", "origin/main|remote|true"]
    );
    assert_eq!(
        store.select("repositories", &["default_branch", "remote_url"]),
        ["main|https://example.org/a.git"]
    );
}

#[test]
fn files_owners_and_aliases_follow_the_default_branch() {
    let git = Repository::new();
    git.write("src/a.rs", "1\n").write("Cargo.lock", "x").write(".mailmap", "A <a@x> <b@x>\nB <b@y>\n");
    git.write(".github/CODEOWNERS", "* @all\n/src/ @core\n").commit("first");
    let mut store = Store::default();
    store.sync(&git);
    assert_eq!(
        store.latest("files", &["path", "bytes", "is_generated"]),
        [".github/CODEOWNERS|19|false", ".mailmap|22|false", "Cargo.lock|1|true", "src/a.rs|2|false"]
    );
    git.run(&["mv", "src/a.rs", "src/b.rs"])
        .write(".github/CODEOWNERS", "* @other\n")
        .remove(".mailmap")
        .commit("second");
    store.sync(&git);
    assert_eq!(
        store.latest("files", &["path", "deleted"]),
        [".github/CODEOWNERS|false", ".mailmap|true", "Cargo.lock|false", "src/a.rs|true", "src/b.rs|false"]
    );
    assert_eq!(
        store.latest("code_owners", &["line", "deleted", "pattern", "owners"]),
        ["1|false|*|[@other]", "2|true||[]"]
    );
    assert_eq!(store.latest("mailmap", &["line", "deleted"]), ["1|true", "2|true"]);
}

#[test]
fn pipelines_say_whether_they_or_what_they_call_run_tests() {
    let git = Repository::new();
    git.write(".github/workflows/lint.yml", "jobs:\n  lint:\n    steps:\n      - run: cargo clippy\n");
    git.write(".github/workflows/ci.yml", "    - run: make ci\n")
        .write("Makefile", "ci: lint\n\tsh ci/all.sh\n");
    git.write("ci/all.sh", "cargo build\n").write(".travis.yml", "script: ./elsewhere\n").commit("first");
    let mut store = Store::default();
    store.sync(&git);
    let read = |store: &Store| store.latest("pipelines", &["path", "deleted", "system", "runs_tests"]);
    assert_eq!(
        read(&store),
        [
            ".github/workflows/ci.yml|false|github|",
            ".github/workflows/lint.yml|false|github|false",
            ".travis.yml|false|travis|",
            "ci/all.sh|false|other|",
        ]
    );
    git.write("ci/all.sh", "cargo build\ncargo test\n").remove(".travis.yml").commit("second");
    store.sync(&git);
    assert_eq!(
        read(&store),
        [
            ".github/workflows/ci.yml|false|github|true",
            ".github/workflows/lint.yml|false|github|false",
            ".travis.yml|true|travis|",
            "ci/all.sh|false|other|true",
        ]
    );
}

#[test]
fn manifests_and_secrets_are_read_as_they_are_committed() {
    let git = Repository::new();
    let secret = format!("ghp_{}", "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zC2eF4");
    git.write("Cargo.toml", "[dependencies]\na = \"1\"\n")
        .write("env", &format!("\nTOKEN={secret}\n"))
        .commit("first");
    git.write("Cargo.toml", "[dependencies]\nb = \"1\"\n").run(&["mv", "env", "env2"]).commit("second");
    let mut store = Store::default();
    store.sync(&git);
    let mut changes = store.select("dependency_changes", &["ecosystem", "name", "change"]);
    changes.sort();
    assert_eq!(changes, ["cargo|a|added", "cargo|a|removed", "cargo|b|added"]);
    assert_eq!(store.select("secret_findings", &["path", "line", "rule"]), ["env|2|github-token"]);
    assert!(!store.everything().contains(&secret));
}

#[test]
fn no_damage_to_a_pack_ends_more_than_the_commits_it_hits() {
    let git = Repository::new();
    for step in 0..12 {
        git.write("a", &numbered(60, step)).write(&format!("f{step}"), &numbered(30, step));
        git.commit(&format!("step {step}"));
    }
    git.run(&["gc", "-q"]);
    let packs = std::fs::read_dir(git.path.join(".git/objects/pack")).unwrap();
    let mut packs = packs.map(|file| file.unwrap().path());
    let pack = packs.find(|path| path.extension().is_some_and(|end| end == "pack")).unwrap();
    let whole = std::fs::read(&pack).unwrap();
    std::fs::remove_file(&pack).unwrap();
    let mut clean = 0;
    for step in 0..120 {
        let mut damaged = whole.clone();
        let place = 12 + (step * 7_919) % (damaged.len() - 32);
        damaged[place] ^= 1 << (step % 8);
        if step % 10 == 0 {
            damaged.truncate(place);
        }
        std::fs::write(&pack, &damaged).unwrap();
        let mut store = Store::default();
        match store.try_sync(&git.path) {
            Ok(()) => clean += usize::from(store.rows("commits") == 12),
            Err(error) => assert!(error.starts_with("repository `repo` at"), "{error}"),
        }
    }
    assert!(clean > 60, "{clean} of 120 lost no commit");
}

#[test]
fn folders_of_repositories_are_found_and_read_together() {
    let git = Repository::new();
    git.write("a", "1\n").commit("first");
    let folder = tempfile::tempdir().unwrap();
    for place in ["one/api", "two/api.git", "web.git", "deep/er/lost/x", ".hidden"] {
        let to = folder.path().join(place).display().to_string();
        let kind = if place.ends_with(".git") { "--bare" } else { "--no-bare" };
        git.run(&["clone", "-q", kind, &git.path.display().to_string(), &to]);
    }
    let names = |paths: &[&str], ignore: &[&str]| {
        let paths: Vec<_> = paths.iter().map(|path| folder.path().join(path)).collect();
        let ignore: Vec<_> = ignore.iter().map(|pattern| (*pattern).to_owned()).collect();
        let (found, problems) = git::find(&paths, &ignore);
        let names: Vec<_> = found.iter().map(|found| found.name.clone()).collect();
        (names, problems.len(), found)
    };
    assert_eq!(names(&["."], &[]).0, ["one/api", "two/api", "web"]);
    assert_eq!(names(&["*/api*"], &["a*.gi"]).0, ["one/api", "two/api"]);
    assert_eq!(names(&["one/api/.git", "one"], &[]).0, ["api"]);
    assert_eq!(names(&["nowhere", "deep/er"], &["x"]).1, 2);
    let (_, _, found) = names(&["."], &["web*"]);
    let requests: Vec<_> = found.iter().map(|found| git::Request { found, cursor: None }).collect();
    let mut commits = 0;
    let outcomes = git::sync(
        &requests,
        "code",
        jiff::Timestamp::from_second(1_800_000_000).unwrap(),
        &git::Options { threads: 2, ..git::Options::default() },
        git::Caller {
            sink: &mut |table, batch| {
                commits += if table == "commits" { batch.num_rows() } else { 0 };
                Ok(())
            },
            progress: &|_| {},
            stored: &|_| Ok(Vec::new()),
        },
    );
    assert!(outcomes.unwrap().iter().all(Result::is_ok));
    assert_eq!(commits, 2);
    let full = git::sync(
        &requests,
        "code",
        jiff::Timestamp::from_second(1_800_000_000).unwrap(),
        &git::Options::default(),
        git::Caller {
            sink: &mut |_, _| Err("disk full".into()),
            progress: &|_| {},
            stored: &|_| Ok(Vec::new()),
        },
    );
    assert_eq!(full.unwrap_err().to_string(), "disk full");
}

#[test]
fn differences_that_git_cuts_short_are_cut_at_the_same_place() {
    let git = Repository::new();
    // A small generator of its own: the same files on every run.
    let mut state = 7_u32;
    let mut next = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below
    };
    let mut lines: Vec<u32> = (0..9_000).map(|_| next(3_000)).collect();
    for _ in 0..6 {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        git.write("large", &text).commit("large");
        for _ in 0..3 {
            let (from, to) = (next(4_000) as usize, next(4_000) as usize);
            let moved: Vec<u32> = lines.splice(from..from + 900, []).collect();
            lines.splice(to..to, moved);
        }
        for _ in 0..900 {
            let place = next(8_000) as usize;
            match next(3) {
                0 => drop(lines.remove(place)),
                1 => lines.insert(place, next(3_000)),
                _ => lines[place] = next(40),
            }
        }
    }
    git.check();
}
