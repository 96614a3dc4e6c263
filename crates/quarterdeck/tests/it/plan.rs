//! Who works on what, and when it is done.

use serde_json::Value;

use crate::world::World;

fn world() -> World {
    let world = World::new();
    world.write(
        "company.toml",
        "name = \"Example\"\nholidays = [2026-03-06]\n[people.ada]\nname = \"Ada\"\nskills = [\"rust\"]\n\
         [people.bo]\nname = \"Bo\"\n[[people.bo.absences]]\nfrom = 2026-03-03\n",
    );
    world.write(
        "projects/atlas.toml",
        "name = \"Atlas\"\npeople = [\"ada\"]\ndeadline = 2026-03-05\n\
         [[tasks]]\nid = \"draw\"\ndone = true\n\
         [[tasks]]\nid = \"build\"\nskill = \"Rust\"\nestimate = \"2d 3d 4d\"\nafter = [\"draw\"]\n\
         [[tasks]]\nid = \"ship\"\nafter = [\"build\"]\n",
    );
    world.write(
        "projects/borealis.toml",
        "name = \"Borealis\"\n[[tasks]]\nid = \"paint\"\nowner = \"bo\"\nestimate = \"1d\"\n\
         [[tasks]]\nid = \"frame\"\nowner = \"bo\"\nestimate = \"3d\"\n",
    );
    world.write("projects/later.toml", "status = \"proposed\"\n[[tasks]]\nid = \"dream\"\n");
    world
}

#[test]
fn a_plan_says_who_and_when_and_what_cannot_be() {
    let world = world();
    let plan = world.run(&["plan", "--as-of", "2026-03-02", "--format", "csv"]);
    assert_eq!(plan.code, 0, "{}", plan.err);
    let lines: Vec<&str> = plan.out.lines().skip(1).collect();
    // Friday is a holiday. What nobody estimated takes three and a half days. Bo goes on Tuesday, nobody knows for how long.
    assert_eq!(lines[0], "atlas,build,build,Ada,2026-03-02,2026-03-04,3,false,,");
    assert_eq!(lines[1], "atlas,ship,ship,Ada,2026-03-05,2026-03-11,3.5,true,,");
    assert_eq!(lines[2], "borealis,paint,paint,Bo,2026-03-02,2026-03-02,1,false,,");
    assert!(
        lines[3].starts_with("borealis,frame,frame,,,,3,false,,") && lines[3].contains("no time"),
        "{}",
        lines[3]
    );
    assert_eq!(lines.len(), 4);
    let again = world.run(&["plan", "--as-of", "2026-03-02", "--format", "csv", "--threads", "1"]);
    assert_eq!(again.out, plan.out, "the same on any number of threads");

    let json = world.run(&["plan", "--as-of", "2026-03-02", "--format", "json", "--project", "atlas"]).out;
    let plan: Value = serde_json::from_str(&json).expect("it is JSON");
    assert_eq!(
        (&plan["projects"][0]["ends"], &plan["projects"][0]["days_late"]),
        (&"2026-03-11".into(), &6.into())
    );
    // Luck may bring it forward, but never by four days of work.
    let atlas = &plan["projects"][0];
    assert!(
        atlas["p50"].as_str() <= atlas["p80"].as_str() && atlas["p80"].as_str() < atlas["p95"].as_str(),
        "{atlas}"
    );
    assert!(atlas["kept"].as_f64().is_some_and(|kept| kept < 0.5), "{atlas}");
    let risk = "SELECT planned, p50 <= p80 AND p80 <= p95, kept < 0.5 FROM plan_risk ORDER BY project";
    let asked = world.run(&["sql", "--as-of", "2026-03-02", "--format", "csv", risk]).out;
    assert!(asked.contains("2026-03-11,true,true"), "{asked}");
    let text = world.run(&["plan", "--as-of", "2026-03-02"]).out;
    for words in
        ["Atlas  ready 2026-03-11 · 6 days after the promised 2026-03-05 · in 8 of 10 cases by ", "no day"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    let late = "SELECT string_agg(task || ' ' || starts, ', ' ORDER BY starts) FROM schedule WHERE project = 'atlas'";
    let asked = world.run(&["sql", "--as-of", "2026-03-02", "--format", "csv", late]).out;
    assert!(asked.contains("build 2026-03-02, ship 2026-03-05"), "{asked}");
    let full = "SELECT sum(planned) FROM load WHERE person = 'ada'";
    let asked = world.run(&["sql", "--as-of", "2026-03-02", "--format", "csv", full]).out;
    assert_eq!(asked.lines().nth(1), Some("52"), "{asked}");
}

#[test]
fn what_is_not_there_is_said() {
    let world = world();
    let wrong = world.run(&["plan", "--project", "atlass"]);
    assert!(wrong.code == 2 && wrong.err.contains("did you mean `atlas`"), "{}{}", wrong.out, wrong.err);
    let empty = World::new();
    empty.write("company.toml", "name = \"Example\"\n");
    let none = empty.run(&["plan"]);
    assert!(none.code == 0 && none.out.contains("No project is worked on"), "{}{}", none.out, none.err);
}
