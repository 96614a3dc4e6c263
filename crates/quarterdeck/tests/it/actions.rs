//! What people do with rows, and what the next brief makes of it.

use crate::world::{World, ago};

fn world() -> (World, String) {
    let world = World::new();
    world.repository("api", "Ada", &ago(300));
    world.git("api", "Bo", &ago(150), &["checkout", "-q", "-b", "half-done"]);
    world.commit("api", "Bo", &ago(150), "a.rs", "fn a() {}\n", "Half of it");
    world.git("api", "Ada", &ago(60), &["checkout", "-q", "main"]);
    let id = id_of(&world).expect("the branch has a row");
    (world, id)
}

/// Id of the row about the branch, if the brief has one.
fn id_of(world: &World) -> Option<String> {
    let run = world.run(&["brief", "api", "--all", "--format", "json"]);
    let brief: serde_json::Value = serde_json::from_str(&run.out).expect("it is JSON");
    let rows = brief["rows"].as_array().expect("rows");
    let row = rows.iter().find(|row| row["signal"] == "stale-branch")?;
    row["id"].as_str().map(str::to_owned)
}

#[test]
fn done_hides_and_undo_brings_back() {
    let (world, id) = world();
    let act = |arguments: &[&str]| world.run(&[&["--company", "api"], arguments].concat());
    let run = act(&["done", &id]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.starts_with("done: "), "{}", run.out);
    assert_eq!(id_of(&world), None);
    let twice = act(&["done", &id]);
    assert_eq!(twice.code, 2);
    assert!(twice.err.contains("out of the brief already"), "{}", twice.err);
    let undo = act(&["undo", &id[..3]]);
    assert!(undo.out.starts_with("took back done"), "{}{}", undo.out, undo.err);
    assert_eq!(id_of(&world), Some(id));
}

#[test]
fn a_dismissal_needs_a_reason_and_ends_when_the_row_changes() {
    let (world, id) = world();
    let refused = world.run(&["--company", "api", "dismiss", &id, "--because", " "]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("needs a reason"), "{}", refused.err);
    let run = world.run(&["--company", "api", "dismiss", &id, "--because", "kept for reference"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(id_of(&world), None);
    let told = world.run(&["--company", "api", "explain", &id]);
    assert!(told.out.contains("kept for reference"), "{}", told.out);
}

#[test]
fn a_snooze_needs_a_day_to_come() {
    let (world, id) = world();
    for (until, says) in [("2020-01-01", "not in the future"), ("soon", "is no day")] {
        let run = world.run(&["--company", "api", "snooze", &id, "--until", until]);
        assert_eq!(run.code, 2);
        assert!(run.err.contains(says), "{}", run.err);
    }
    let run = world.run(&["--company", "api", "snooze", &id, "--until", "2w"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(id_of(&world), None);
    assert_eq!(world.ask("api", "SELECT verb FROM actions"), "snooze");
}

#[test]
fn an_unknown_row_or_person_is_told() {
    let (world, id) = world();
    let run = world.run(&["--company", "api", "done", "zzzzzz"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("no row has the id"), "{}", run.err);
    let run = world.run(&["--company", "api", "delegate", &id, "--to", "nobody"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("unknown person `nobody`"), "{}", run.err);
}

#[test]
fn a_promise_of_ones_own_is_in_the_brief_until_it_is_kept() {
    let world = World::new();
    world.write("company.toml", "name = \"Example\"\nme = \"ada\"\n[people.ada]\nname = \"Ada\"\n");
    let open = || world.ask(".", "SELECT count(*) FROM todos WHERE done IS NULL");
    let added = world.run(&["todo", "Send the \"offer\"", "--for", "acme", "--by", "1d"]);
    assert_eq!(added.code, 0, "{}{}", added.out, added.err);
    assert!(world.run(&["todo", "Think"]).out.contains("Think"));
    let row = || {
        let brief = world.run(&["brief", "--no-sync", "--format", "json"]).out;
        let brief: serde_json::Value = serde_json::from_str(&brief).expect("it is JSON");
        brief["rows"].as_array().expect("rows").iter().find(|row| row["signal"] == "promise-due").cloned()
    };
    let id = row().expect("the promise is there")["id"].as_str().expect("an id").to_owned();
    // What a person writes into the list stays as it is.
    let path = world.path(".quarterdeck/todos.toml");
    let text = std::fs::read_to_string(&path).expect("the list is a file");
    std::fs::write(&path, format!("# mine\n{text}")).expect("it can be written");
    assert_eq!(world.run(&["done", &id]).code, 0);
    assert!(row().is_none());
    assert_eq!(open(), "1", "the list says so too");
    assert!(std::fs::read_to_string(&path).expect("it is there").starts_with("# mine\n[todos."));
    assert_eq!(world.run(&["undo", &id]).code, 0);
    assert!(row().is_some());
    assert_eq!(open(), "2");
    let thought = world.ask(".", "SELECT id FROM todos WHERE title = 'Think'");
    assert_eq!(world.run(&["todo", "--done", &thought[..3]]).code, 0);
    assert_eq!(open(), "1");
    assert_eq!(world.run(&["todo", "--done", "zzzzzz"]).code, 2);
    assert_eq!(world.run(&["todo", "x", "--by", "soon"]).code, 2);
    std::fs::write(&path, "[todos.a]\ntitel = \"x\"\n").expect("it can be written");
    let check = world.run(&["check"]);
    assert!(check.out.contains("todos.toml") && check.out.contains("title"), "{}", check.out);
}
