//! The lake under ill treatment: killed, raced, piled up, read by others.

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::world::World;

/// A company over one repository of `commits` commits.
fn company(commits: usize) -> World {
    let world = World::new();
    world.repository("api", "Ada", "2026-01-05");
    for number in 0..commits {
        world.commit(
            "api",
            "Ada",
            "2026-01-06",
            "count.txt",
            &format!("{number}\n"),
            &format!("Count {number}"),
        );
    }
    world.write(
        "company/company.toml",
        "name = \"Example\"\n[sources.code]\nkind = \"git\"\npaths = [\"../api\"]\n",
    );
    world
}

/// Rows, and distinct rows, of commits and changes.
fn tally(world: &World) -> String {
    let query = "SELECT (SELECT count(*) FROM commits) AS a, (SELECT count(DISTINCT sha) FROM commits) AS b, \
                 (SELECT count(*) FROM file_changes) AS c, (SELECT count(*) FROM refs) AS d";
    world.ask("company", query)
}

#[test]
fn a_sync_killed_at_any_instant_loses_nothing_and_doubles_nothing() {
    let world = company(30);
    // How long a sync takes here and now, so that the instants spread over all of it.
    let start = Instant::now();
    assert_eq!(world.run(&["--company", "company", "sync"]).code, 0);
    let whole = start.elapsed();
    std::fs::remove_dir_all(world.path("company/.quarterdeck")).expect("facts can be removed");
    // Instants from a fixed generator (Knuth's MMIX), so that a failure can be repeated.
    let mut seed: u64 = 20_260_302;
    let mut killed = 0;
    for round in 0..50 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let share = (seed >> 33) as f64 / f64::from(u32::MAX >> 1);
        let mut child = world
            .command()
            .args(["--company", "company", "sync"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        std::thread::sleep(Duration::from_secs_f64(whole.as_secs_f64() * 1.2 * share));
        killed += usize::from(child.try_wait().expect("it can be asked").is_none());
        let _ = child.kill();
        let _ = child.wait();
        // Each round something new comes, so that there is something to lose.
        world.commit("api", "Bo", "2026-01-07", "more.txt", &format!("{round}\n"), "More");
    }
    assert!(killed >= 10, "only {killed} of 50 syncs were killed before they ended");
    let run = world.run(&["--company", "company", "sync"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(tally(&world), "81,81,81,1");
}

#[test]
fn two_syncs_at_once_do_no_harm() {
    let world = company(20);
    let spawn = || {
        let mut command: Command = world.command();
        command.args(["--company", "company", "sync"]).stdout(Stdio::null()).spawn().expect("it starts")
    };
    let mut both = [spawn(), spawn()];
    for child in &mut both {
        assert!(child.wait().expect("it ends").success());
    }
    assert_eq!(tally(&world), "21,21,21,1");
}

#[test]
fn a_lake_of_an_older_program_gains_the_columns_that_came_since() {
    let world = company(1);
    assert_eq!(world.run(&["--company", "company", "sync", "-q"]).code, 0);
    let catalog =
        rusqlite::Connection::open(world.path("company/.quarterdeck/catalog.sqlite")).expect("a catalog");
    let columns = "FROM ducklake_column WHERE table_id = (SELECT table_id FROM ducklake_table WHERE table_name = 'commits')";
    let count = || -> i64 {
        catalog.query_row(&format!("SELECT count(*) {columns}"), [], |row| row.get(0)).expect("an answer")
    };
    let now = count();
    let last = format!("DELETE {columns} AND column_order = (SELECT max(column_order) {columns})");
    assert_eq!(catalog.execute(&last, []).expect("it is there"), 1);
    assert_eq!(world.run(&["--company", "company", "sync", "-q"]).code, 0);
    assert_eq!(count(), now);
}

#[test]
fn many_small_syncs_become_few_files() {
    let world = company(0);
    for number in 0..40 {
        world.commit(
            "api",
            "Ada",
            "2026-01-06",
            "count.txt",
            &format!("{number}\n"),
            &format!("Count {number}"),
        );
        assert_eq!(world.run(&["--company", "company", "sync", "-q"]).code, 0);
    }
    let files =
        std::fs::read_dir(world.path("company/.quarterdeck/data/main/commits")).expect("files").count();
    // Merged files stay readable for an hour; the catalog shows a few.
    let query = "SELECT count(*) FROM ducklake_data_file f JOIN ducklake_table t USING (table_id) WHERE t.table_name = 'commits' AND f.end_snapshot IS NULL";
    let catalog =
        rusqlite::Connection::open(world.path("company/.quarterdeck/catalog.sqlite")).expect("a catalog");
    let visible: i64 = catalog.query_row(query, [], |row| row.get(0)).expect("an answer");
    assert!(visible < 16, "{visible} of {files} files are visible");
    assert_eq!(tally(&world), "41,41,41,1");
}
