//! A plan as people look at it: load and conflicts, money, a page, a calendar.

use serde_json::Value;

use crate::world::World;

const AT: [&str; 2] = ["--as-of", "2026-03-02"];

fn world() -> World {
    let world = World::new();
    world.write(
        "company.toml",
        "name = \"Example\"\ncurrency = \"EUR\"\nday_rate = \"EUR 500\"\n\
         [people.ada]\nname = \"Ada\"\nskills = [\"rust\"]\nrate = \"EUR 813\"\n\
         [[people.ada.absences]]\nfrom = 2026-03-12\nto = 2026-03-13\nkind = \"surgery\"\n\
         [people.bo]\nname = \"Bo\"\nskills = [\"Rust\", \"paint\"]\n\
         [teams.core]\nname = \"Core\"\nlead = \"ada\"\nmembers = [\"bo\"]\n\
         [teams.gone]\nmembers = [\"bo\"]\nuntil = 2026-01-31\n\
         [sources.plans]\nkind = \"calendar\"\npaths = [\"plan.ics\"]\n",
    );
    let project = |name: &str, more: &str, tasks: &[(&str, &str, &str)]| {
        let tasks: String = tasks
            .iter()
            .map(|(id, owner, estimate)| {
                format!("[[tasks]]\nid = \"{id}\"\nowner = \"{owner}\"\nskill = \"rust\"\nestimate = \"{estimate}\"\n")
            })
            .collect();
        world.write(&format!("projects/{name}.toml"), &format!("name = \"{name}\"\n{more}{tasks}"));
    };
    project("atlas", "deadline = 2026-03-13\nbudget = \"EUR 10k\"\n", &[("build", "ada", "6d 8d 10d")]);
    project("borealis", "", &[("one", "bo", "1d")]);
    project("cassini", "", &[("two", "bo", "1d")]);
    project("delta", "", &[("three", "bo", "1d 1d 2d")]);
    world
}

fn json(world: &World, more: &[&str]) -> Value {
    let run = world.run(&[&["plan", "--format", "json"], &AT[..], more].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    serde_json::from_str(&run.out).expect("it is JSON")
}

#[test]
fn load_conflicts_and_money_are_told_without_private_things() {
    let world = world();
    let plan = json(&world, &[]);
    let rows = |part: &str| -> Vec<String> {
        let rows = plan["load"][part].as_array().expect("rows").iter();
        rows.map(|row| {
            let weeks: Vec<String> = row["weeks"]
                .as_array()
                .expect("weeks")
                .iter()
                .map(|week| format!("{}/{}", week["planned"], week["there"]))
                .collect();
            format!("{} {}", row["name"].as_str().unwrap_or_default(), weeks.join(" "))
        })
        .collect()
    };
    // Eight days of Ada's, who is away for the last two of the second week; Bo's second week is whole.
    assert_eq!(plan["load"]["weeks"], serde_json::json!(["2026-03-02", "2026-03-09"]));
    assert_eq!(rows("people"), ["Ada 40.0/40.0 24.0/24.0", "Bo 25.0/40.0 0.0/40.0"]);
    assert_eq!(rows("teams"), ["Core 65.0/80.0 24.0/64.0"]);
    assert_eq!(rows("skills"), ["rust 65.0/80.0 24.0/64.0"]);
    let conflicts = &plan["conflicts"];
    assert_eq!(
        (&conflicts[0]["kind"], &conflicts[0]["person"], &conflicts[0]["projects"]),
        (&"many-projects".into(), &"Bo".into(), &serde_json::json!(["borealis", "cassini", "delta"]))
    );
    assert_eq!((&conflicts[1]["kind"], &conflicts[1]["weeks"]), (&"full".into(), &2.into()));
    let atlas = &plan["projects"][0];
    assert_eq!(atlas["cost"]["to_come"], serde_json::json!({ "value": 6504.0, "currency": "EUR" }));
    let bare = plan["projects"].as_array().expect("projects").iter().find(|own| own["id"] == "delta");
    assert_eq!(bare.map(|own| &own["cost"]["budget"]), Some(&Value::Null), "unknown is none");
    // Neither why somebody is away nor what one person's day costs.
    for format in ["json", "text", "html", "ics", "csv"] {
        let told = world.run(&[&["plan", "--format", format], &AT[..]].concat()).out;
        assert!(!told.is_empty() && !told.contains("surgery") && !told.contains("813"), "{told}");
    }
}

#[test]
fn one_project_shows_its_own_people() {
    let world = world();
    let plan = json(&world, &["--project", "atlas"]);
    let names = |part: &str| plan["load"][part].as_array().map(Vec::len);
    assert_eq!((names("people"), names("teams"), names("skills")), (Some(1), Some(1), Some(1)));
    assert_eq!(plan["conflicts"].as_array().map(Vec::len), Some(1));
    let text = world.run(&[&["plan", "--project", "atlas"], &AT[..]].concat()).out;
    assert!(text.contains("EUR 6.5k to come, 65% of the budget of EUR 10k"), "{text}");
    assert!(
        text.contains("No hour is left of Ada (2 weeks from 2026-03-02)") && !text.contains("Bo"),
        "{text}"
    );
}

#[test]
fn a_page_is_whole_and_a_calendar_is_read_back() {
    let world = world();
    let page = world.run(&[&["plan", "--format", "html"], &AT[..]].concat()).out;
    for words in ["<!doctype html>", "<svg ", "prefers-color-scheme: dark", "@media print", "</html>"] {
        assert!(page.contains(words), "{words}");
    }
    let calendar = world.run(&[&["plan", "--format", "ics"], &AT[..]].concat()).out;
    assert_eq!(
        calendar,
        world.run(&[&["plan", "--format", "ics"], &AT[..]].concat()).out,
        "the same each time"
    );
    world.write("plan.ics", &calendar);
    let sync = world.run(&["sync"]);
    assert_eq!(sync.code, 0, "{}{}", sync.out, sync.err);
    let query =
        "SELECT day, is_all_day, busy, to_char(ends_at, '%d') FROM meetings WHERE title LIKE 'atlas: build'";
    assert_eq!(world.ask(".", query), "2026-03-02,true,false,12");
    let marks = "SELECT string_agg(title, ', ' ORDER BY title) FROM meetings WHERE title LIKE 'atlas is%'";
    assert_eq!(world.ask(".", marks), "\"atlas is promised, atlas is ready in 8 of 10 cases\"");
}
