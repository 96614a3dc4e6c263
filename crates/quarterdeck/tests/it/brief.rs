//! Whole runs of `brief` and its kin, as a user sees them.

use crate::world::{World, ago, root};

/// A repository with a branch that was left behind.
fn with_stale_branch() -> World {
    let world = World::new();
    world.repository("api", "Ada", &ago(300));
    world.git("api", "Bo", &ago(150), &["checkout", "-q", "-b", "half-done"]);
    world.commit("api", "Bo", &ago(150), "a.rs", "fn a() {}\n", "Half of it");
    world.git("api", "Ada", &ago(60), &["checkout", "-q", "main"]);
    for days in [60, 30, 10] {
        world.commit("api", "Ada", &ago(days), "main.rs", &format!("// {days}\n"), "Work");
    }
    world
}

#[test]
fn a_repository_alone_gives_a_brief_and_is_left_as_it_was() {
    let world = with_stale_branch();
    let before = std::fs::read_dir(world.path("api")).expect("it is there").count();
    let run = world.run(&["brief", "api"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("half-done of api holds 1 commit"), "{}", run.out);
    assert!(run.out.contains("finish it, hand it over, or delete it"), "{}", run.out);
    assert!(!run.out.contains('\u{1b}'), "no colour where there is no terminal");
    assert_eq!(std::fs::read_dir(world.path("api")).expect("it is there").count(), before);
}

#[test]
fn the_json_holds_the_promised_keys() {
    let world = with_stale_branch();
    let run = world.run(&["brief", "api", "--format", "json", "--minutes", "30"]);
    let brief: serde_json::Value = serde_json::from_str(&run.out).expect("it is JSON");
    for key in [
        "as_of",
        "for",
        "company",
        "currency",
        "rows",
        "rest",
        "held_by_others",
        "projects",
        "checked",
        "sources",
    ] {
        assert!(brief.get(key).is_some(), "no `{key}`");
    }
    let row = &brief["rows"][0];
    for key in [
        "id",
        "signal",
        "duty",
        "title",
        "asks",
        "subject",
        "owner",
        "holder",
        "chain",
        "since",
        "first_seen",
        "patience",
        "price",
        "cost_per_day",
        "minutes",
        "deadline",
        "rank",
        "url",
        "new",
        "folded",
        "evidence",
    ] {
        assert!(row.get(key).is_some(), "no `{key}` in a row");
    }
    for key in ["class", "terms", "assumed"] {
        assert!(row["price"].get(key).is_some(), "no `{key}` in a price");
    }
    assert!(brief["currency"].is_null(), "prices are hours where no rates are declared");
    assert_eq!(brief["sources"][0]["kind"], "git");
}

#[test]
fn every_format_tells_the_same_rows() {
    let world = with_stale_branch();
    world.run(&["sync", "--company", "api"]);
    for format in ["text", "markdown", "html", "json"] {
        let run = world.run(&["brief", "api", "--no-sync", "--format", format]);
        assert_eq!(run.code, 0, "{format}: {}", run.err);
        assert!(run.out.contains("half-done"), "{format}: {}", run.out);
    }
    let page = world.run(&["brief", "api", "--no-sync", "--format", "html"]).out;
    assert!(page.starts_with("<!doctype html>") && !page.contains("<script") && !page.contains("src="));
}

const COMPANY: &str = r#"
name = "Example"
currency = "CHF"
timezone = "UTC"
me = "cleo"
day_rate = "CHF 800"

[sources.code]
kind = "git"
paths = ["../api"]

[people.cleo]
name = "Cleo"
mails = ["cleo@example.org"]

[people.ada]
name = "Ada"
mails = ["ada@example.org"]
reports_to = "cleo"

[people.bo]
name = "Bo"
mails = ["bo@example.org"]
reports_to = "ada"

[teams.core]
lead = "ada"
members = ["ada", "bo"]
owns = ["api"]
"#;

#[test]
fn a_row_goes_to_who_owns_it_and_rises_when_it_waited_too_long() {
    let world = with_stale_branch();
    world.write("company/company.toml", COMPANY);
    let first = world.run(&["brief", "company", "--for", "ada"]);
    assert_eq!(first.code, 0, "{}{}", first.out, first.err);
    assert!(first.out.contains("half-done"), "{}", first.out);
    let boss = world.run(&["brief", "company", "--no-sync"]);
    let words: Vec<&str> = boss.out.split_whitespace().collect();
    assert!(words.join(" ").contains("rises to cleo on"), "{}", boss.out);
    // Prices are money once a day of work has one.
    assert!(first.out.contains("CHF"), "{}", first.out);
}

#[test]
fn a_past_morning_knows_nothing_that_was_not_observed_yet() {
    let world = with_stale_branch();
    world.run(&["sync", "--company", "api"]);
    let run = world.run(&["brief", "api", "--no-sync", "--as-of", &ago(50)]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(!run.out.contains("half-done"), "branches were first seen today: {}", run.out);
    assert_eq!(world.ask("api", "SELECT count(*) FROM commits"), "5");
    let then = world.run(&[
        "--company",
        "api",
        "--as-of",
        &ago(50),
        "sql",
        "SELECT count(*) AS n, max(now()) AS t FROM commits",
        "--format",
        "csv",
    ]);
    assert!(then.out.contains(&format!("3,{}", ago(50))), "{}", then.out);
}

#[test]
fn mistakes_are_told_and_the_rest_of_the_brief_comes() {
    let world = with_stale_branch();
    world.write("company/company.toml", COMPANY);
    world.write("company/people/dan.toml", "name = \"Dan\"\nreports_to = \"claudia\"\nsize = \n");
    world.write("company/signals/own/broken.sql", "-- signal: broken\nSELECT");
    world.write(
        "company/signals/own/wrong.sql",
        "-- signal: wrong\n-- duty: x\n-- asks: x\n-- says: {subject}\n-- price: waits\n-- patience: 1d\n-- minutes: 1\nSELECT nothing FROM nowhere",
    );
    world.write("company/vendors.toml", "[vendors.x]\nname = \"\u{0}\"\n");
    let run = world.run(&["brief", "company", "--for", "ada"]);
    assert_eq!(run.code, 1, "given, with errors: {}{}", run.out, run.err);
    assert!(run.out.contains("half-done"), "{}", run.out);
    assert!(run.out.contains("`wrong`") && run.out.contains("nowhere"), "{}", run.out);
    let check = world.run(&["check", "company"]);
    assert_eq!(check.code, 1);
    assert!(check.out.contains("people/dan.toml:3"), "{}", check.out);
    assert!(check.out.contains("signals/own/broken.sql"), "{}", check.out);
}

#[test]
fn what_is_not_there_gives_one_clear_message() {
    let world = World::new();
    let run = world.run(&["brief", "nowhere"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("there is no `nowhere`"), "{}", run.err);
    let run = world.run(&["check"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("no `company.toml`") && run.err.contains("quarterdeck init"), "{}", run.err);
    world.write("empty/x", "");
    let run = world.run(&["brief", "empty"]);
    assert_eq!(run.code, 2, "{}{}", run.out, run.err);
    assert!(run.err.contains("no git repository"), "{}", run.err);
}

#[test]
fn sql_only_reads_and_says_what_is_wrong() {
    let world = with_stale_branch();
    world.run(&["sync", "--company", "api"]);
    let sql = |query: &str| world.run(&["--company", "api", "sql", query]);
    for query in [
        "DROP TABLE commits",
        "INSERT INTO commits (sha) VALUES ('x')",
        "CREATE TABLE t AS SELECT 1",
        "COPY commits TO 'x.csv'",
    ] {
        let run = sql(query);
        assert_eq!(run.code, 2, "{query}: {}", run.out);
        assert!(run.err.contains("only reading is allowed"), "{query}: {}", run.err);
    }
    assert!(sql("SELECT nme FROM commits").err.contains("nme"));
    assert!(sql("SELECT $stale_brnch_days").err.contains("did you mean `$stale_branch_days`"));
    assert!(sql("DESCRIBE file_changes").out.contains("Lines added; null for binary files"));
    let slow = world.run(&[
        "--company",
        "api",
        "sql",
        "--timeout",
        "0.2",
        "SELECT count(*) FROM generate_series(1, 100000000) a, generate_series(1, 100000000) b",
    ]);
    assert_eq!(slow.code, 2);
    assert!(slow.err.contains("no answer within 0.2 s"), "{}", slow.err);
}

#[test]
fn init_writes_a_company_that_checks_and_never_overwrites() {
    let world = with_stale_branch();
    for day in [ago(21), ago(20), ago(19)] {
        world.commit("api", "Bo", &day, "b.rs", &day, "More");
    }
    let run = world.run(&["init", "company", "--repos", "api"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let check = world.run(&["check", "company"]);
    assert_eq!(check.code, 0, "{}{}", check.out, check.err);
    let again = world.run(&["init", "company", "--repos", "api"]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("never overwrites"), "{}", again.err);
    let fmt = world.run(&["fmt", "company", "--check"]);
    assert_eq!(fmt.code, 0, "{}", fmt.out);
}

#[test]
fn complaints_about_assumptions_and_signals_are_told_with_their_place() {
    let update = std::env::var_os("UPDATE").is_some();
    for code in ["assumption", "signal"] {
        let folder = root().join("tests/check").join(code);
        let world = World::new();
        let input = folder.join("input").display().to_string();
        let run = world.run(&["-q", "check", &input]);
        let expected = folder.join("expected.txt");
        if update {
            std::fs::write(&expected, &run.out).expect("it can be written");
        }
        assert!(run.out.contains(&format!("[{code}]")), "{}", run.out);
        assert_eq!(run.out, std::fs::read_to_string(&expected).unwrap_or_default(), "{code}");
    }
}

#[test]
fn reconcile_proposes_who_and_what_was_seen_and_writes_only_when_told() {
    let world = with_stale_branch();
    for days in [9, 8, 7] {
        world.commit("api", "Dan", &ago(days), "d.rs", &format!("// {days}\n"), "More");
    }
    world.write("company/company.toml", &COMPANY.replace("owns = [\"api\"]\n", ""));
    let run = world.run(&["--company", "company", "reconcile"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("+++ b/people/dan.toml"), "{}", run.out);
    assert!(run.out.contains("+[services.api]"), "{}", run.out);
    assert!(!world.path("company/people").exists(), "nothing is changed in silence");
    let past = world.run(&["--company", "company", "reconcile", "--write", "--as-of", &ago(5)]);
    assert_eq!(past.code, 2, "{}", past.out);
    assert_eq!(world.run(&["--company", "company", "reconcile", "--write"]).code, 0);
    assert_eq!(world.run(&["check", "company"]).code, 0);
    let again = world.run(&["--company", "company", "reconcile"]);
    assert!(again.out.is_empty() && again.err.contains("agree"), "{}{}", again.out, again.err);
}

#[test]
fn a_confirmation_holds_within_its_bounds() {
    let world = World::new();
    world.repository("api", "Ada", &ago(30));
    world.write(
        "firm/company.toml",
        "name = \"Firm\"\n[sources.code]\nkind = \"git\"\npaths = [\"../api\"]\n",
    );
    world.write(
        "firm/goals.toml",
        "[goals.high]\nconfirm = \"SELECT 12.5 AS days\"\nconfirm_max = 10\n\
         [goals.low]\nconfirm = \"SELECT 1 AS share\"\nconfirm_min = 2\n\
         [goals.within]\nconfirm = \"SELECT 5 AS days\"\nconfirm_min = 5\nconfirm_max = 5\n\
         [goals.nothing]\nconfirm = \"SELECT NULL AS days\"\nconfirm_max = 10\n\
         [goals.rows]\nconfirm = \"SELECT 1 WHERE false\"\n",
    );
    world.write(
        "firm/decisions/0001-few.md",
        "---\nstatus: accepted\ndate: 2025-01-01\nconfirm: SELECT 7 AS teams\nconfirm_max: 6\n---\n# Few teams\n",
    );
    let query = "SELECT id, state, detail FROM confirmations ORDER BY id";
    let run = world.run(&["--company", "firm", "sql", query, "--format", "csv"]);
    assert_eq!(
        run.out.lines().skip(1).collect::<Vec<_>>(),
        [
            "0001-few,violated,\"teams 7, at most 6\"",
            "high,violated,\"days 12.5, at most 10\"",
            "low,violated,\"share 1, at least 2\"",
            "nothing,unconfirmable,its query did not return one number",
            "rows,holding,",
            "within,holding,",
        ],
        "{}",
        run.err
    );
}
