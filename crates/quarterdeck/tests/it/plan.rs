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
    assert_eq!(lines[0], "atlas,build,build,Ada,2026-03-02,2026-03-04,2026-03-05,1,3,false,,,");
    assert_eq!(lines[1], "atlas,ship,ship,Ada,2026-03-05,2026-03-11,2026-03-16,1,3.5,true,,,");
    assert_eq!(lines[2], "borealis,paint,paint,Bo,2026-03-02,2026-03-02,2026-03-02,0,1,false,,,");
    assert!(
        lines[3].starts_with("borealis,frame,frame,,,,,,3,false,,") && lines[3].contains("no time"),
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

/// Ana has a month of refactoring; on the fifth day something of two days that only she can do becomes possible, due on
/// the eighth.
#[test]
fn a_long_task_is_put_down_for_an_urgent_one_and_taken_up_again() {
    let world = World::new();
    world.write("company.toml", "name = \"Example\"\n[people.ana]\nname = \"Ana\"\n");
    world.write(
        "projects/core.toml",
        "name = \"Core\"\n[[tasks]]\nid = \"refactor\"\nowner = \"ana\"\nestimate = \"20d\"\n",
    );
    let urgent = |deadline: &str| {
        format!(
            "name = \"Client\"\n[[tasks]]\nid = \"fix\"\nowner = \"ana\"\nestimate = \"2d\"\n\
             begins = 2026-03-06\ndeadline = {deadline}\nvalue_per_day = \"EUR 800\"\n"
        )
    };
    world.write("projects/client.toml", &urgent("2026-03-11"));
    let on = |day: &str, args: &[&str]| world.run(&[args, &["--as-of", day]].concat());
    let csv = on("2026-03-02", &["plan", "--format", "csv"]);
    assert_eq!(csv.code, 0, "{}", csv.err);
    let fix = "client,fix,fix,Ana,2026-03-06,2026-03-09,2026-03-09,";
    assert!(csv.out.contains(fix), "{}", csv.out);
    // An hour more, and two days later.
    let refactor = csv.out.lines().find(|line| line.starts_with("core,refactor,")).expect("a line");
    assert!(
        refactor.starts_with("core,refactor,refactor,Ana,2026-03-02,2026-04-01,2026-04-01,"),
        "{refactor}"
    );
    assert!(refactor.ends_with(",2026-03-02/2026-03-05; 2026-03-10/2026-04-01"), "{refactor}");
    // The runs do as the plan does: the promise is kept.
    let query = "SELECT array_to_string(parts, ' '), (SELECT round(sum(planned)) FROM load WHERE person = 'ana') \
                 FROM schedule WHERE task = 'refactor'";
    let asked = on("2026-03-02", &["sql", "--format", "csv", query]);
    assert_eq!(
        asked.out.lines().nth(1),
        Some("2026-03-02/2026-03-05 2026-03-10/2026-04-01,177"),
        "{}{}",
        asked.out,
        asked.err
    );
    let late = "SELECT p80, is_late FROM schedule WHERE task = 'fix'";
    let asked = on("2026-03-02", &["sql", "--format", "csv", late]);
    assert_eq!(asked.out.lines().nth(1), Some("2026-03-09,false"), "{}", asked.out);

    // Accepted, and then there is time for it.
    assert_eq!(on("2026-03-02", &["plan", "--accept"]).code, 0);
    let lock = std::fs::read_to_string(world.path("plan.lock.toml")).expect("it was written");
    assert!(lock.contains("parts = [\"2026-03-02/2026-03-05\", \"2026-03-10/2026-04-01\"]"), "{lock}");
    let fmt = world.run(&["fmt", "--check"]);
    assert!(!(fmt.out + &fmt.err).contains("plan.lock.toml"), "it is laid out as `fmt` would");
    let same = on("2026-03-02", &["plan", "--diff"]);
    assert!(same.out.contains("2 tasks stand as accepted"), "{}", same.out);
    world.write("projects/client.toml", &urgent("2026-05-29"));
    let told = on("2026-03-02", &["plan", "--diff"]).out;
    assert!(told.contains("no longer put down for another task"), "{told}");
    // What getting back into it takes is the company's to say.
    world.write("projects/client.toml", &urgent("2026-03-11"));
    world.write(
        "company.toml",
        "name = \"Example\"\ninterruption_cost = \"30d\"\n[people.ana]\nname = \"Ana\"\n",
    );
    let csv = on("2026-03-02", &["plan", "--format", "csv"]).out;
    assert!(csv.contains("core,refactor,refactor,Ana,2026-03-10,2026-04-06,"), "{csv}");
}

#[test]
fn mistakes_in_the_files_of_a_company_are_told_by_the_status() {
    let world = world();
    let broken = |name: &str, text: &str| {
        world.write(name, text);
        [
            &["plan"][..],
            &["forecast"],
            &["whatif", "drop atlas/ship"],
            &["sql", "SELECT 1"],
            &["review"],
            &["show", "projects"],
            &["signals"],
            &["evening"],
        ]
        .map(|args| world.run(args).code)
    };
    assert_eq!(
        broken("projects/half.toml", "name = \"Half\"\nnobody_knows = 1\n"),
        [0; 8],
        "a word too many"
    );
    assert_eq!(broken("projects/half.toml", "name = \"Half\n"), [1; 8], "a file that cannot be read");
    assert_eq!(world.run(&["plan", "--format", "json"]).code, 1, "and what can be had is given");
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

#[test]
fn what_would_be_is_told_beside_what_is() {
    let world = world();
    let file = |name: &str| world.path("ideas").join(name).to_string_lossy().into_owned();
    world.write("ideas/later.toml", "[projects.later]\nstatus = \"active\"\nstarted = 2026-03-09\n[[projects.later.tasks]]\nid = \"dream\"\nowner = \"ada\"\nestimate = \"2d\"\n");
    let json = |changes: &[&str]| -> Value {
        let asked = world.run(&[&["whatif", "--as-of", "2026-03-02", "--format", "json"], changes].concat());
        assert_eq!(asked.code, 0, "{}{}", asked.out, asked.err);
        serde_json::from_str(&asked.out).expect("it is JSON")
    };
    let told = json(&["lose Ada on 2026-03-03", "hire rust from 2026-03-02 for atlas", "drop atlas/ship"]);
    let [lost, hired, dropped] =
        ["0", "1", "2"].map(|place| told.pointer(&format!("/variants/{place}")).expect("a variant"));
    assert_eq!(lost.pointer("/projects/0/then/unplanned"), Some(&2.into()), "{lost}");
    assert_eq!(lost["go"], serde_json::json!(["Ada"]));
    assert!(lost["diff"].as_str().is_some_and(|diff| diff.contains("+left = 2026-03-03")), "{lost}");
    assert_eq!(hired["come"], serde_json::json!(["New Rust"]));
    assert!(
        dropped.pointer("/projects/0/days").and_then(Value::as_i64).is_some_and(|days| days < -3),
        "{dropped}"
    );
    assert!(dropped.pointer("/projects/0/then/kept").and_then(Value::as_f64) > Some(0.8), "{dropped}");

    let later = json(&[&file("later.toml")]);
    assert_eq!(later.pointer("/variants/0/projects/2/now"), Some(&Value::Null), "{later}");
    assert_eq!(later.pointer("/variants/0/projects/2/then/ends"), Some(&"2026-03-13".into()), "{later}");
    let together = json(&["--together", "drop atlas/ship", "move atlas to 2026-03-31"]);
    assert_eq!(together["variants"].as_array().map(Vec::len), Some(1));
    assert_eq!(together.pointer("/variants/0/projects/0/then/deadline"), Some(&"2026-03-31".into()));

    // Nothing of it was written.
    let still = world.run(&["plan", "--as-of", "2026-03-02", "--format", "csv"]).out;
    assert!(still.contains("atlas,ship,ship,Ada,2026-03-05,2026-03-11"), "{still}");
    let best = world.run(&["whatif", "--best", "--as-of", "2026-03-02"]).out;
    assert!(best.contains("drop atlas/ship") && best.contains("move atlas to 2026-"), "{best}");
    let wrong = world.run(&["whatif", "lose adda"]);
    assert!(wrong.code == 2 && wrong.err.contains("did you mean `Ada`"), "{}{}", wrong.out, wrong.err);
}

#[test]
fn what_is_laid_over_is_read_as_strictly_as_the_rest() {
    let world = world();
    let file = |name: &str| world.path("ideas").join(name).to_string_lossy().into_owned();
    world.write("ideas/wrong.toml", "[projects.atlas]\nstatuss = \"paused\"\n");
    let asked = world.run(&["whatif", "--as-of", "2026-03-02", &file("wrong.toml")]);
    assert!(asked.code == 1 && asked.err.contains("statuss"), "{}{}", asked.out, asked.err);
    world.write("ideas/broken.toml", "[projects.atlas\n");
    let asked = world.run(&["whatif", &file("broken.toml")]);
    assert!(asked.code == 2 && asked.err.contains("line 1"), "{}{}", asked.out, asked.err);
    let gone = world.run(&["whatif", "gone.toml"]);
    assert!(gone.code == 2 && gone.err.contains("there is no file"), "{}", gone.err);
}

#[test]
fn an_accepted_plan_is_text_and_what_moved_is_told() {
    let world = world();
    let on = |day: &str, arguments: &[&str]| world.run(&[&["plan", "--as-of", day], arguments].concat());
    let none = on("2026-03-02", &["--diff"]);
    assert!(none.code == 2 && none.err.contains("--accept"), "{}{}", none.out, none.err);
    let dry = on("2026-03-02", &["--accept", "--dry-run"]);
    assert!(dry.code == 0 && dry.out.contains("+task = \"atlas/ship\""), "{}{}", dry.out, dry.err);
    assert!(!world.path("plan.lock.toml").exists());
    assert_eq!(on("2026-03-02", &["--accept"]).code, 0);
    let check = world.run(&["check"]);
    assert_eq!(check.code, 0, "{}{}", check.out, check.err);
    let same = on("2026-03-02", &["--diff"]).out;
    assert!(same.contains("Nothing moved: 4 tasks stand as accepted"), "{same}");

    // A day of more work, another task, one that is done, and a new promise.
    world.write(
        "projects/atlas.toml",
        "name = \"Atlas\"\npeople = [\"ada\"]\ndeadline = 2026-03-12\n\
         [[tasks]]\nid = \"draw\"\ndone = true\n\
         [[tasks]]\nid = \"build\"\nskill = \"Rust\"\nestimate = \"5d 6d 7d\"\nafter = [\"draw\"]\n\
         [[tasks]]\nid = \"ship\"\nafter = [\"build\"]\n[[tasks]]\nid = \"sing\"\nestimate = \"1d\"\n",
    );
    let told = on("2026-03-02", &["--diff", "--format", "json"]).out;
    let told: Value = serde_json::from_str(&told).expect("it is JSON");
    let why = |task: &str| {
        let tasks = told["tasks"].as_array().expect("tasks");
        tasks
            .iter()
            .find(|change| change["task"] == task)
            .map(|change| change["why"].as_str().unwrap_or_default().to_owned())
    };
    assert!(
        why("atlas/build").is_some_and(|why| why.contains("3.0 days were left of it then, 6.0 are now")),
        "{told}"
    );
    assert_eq!(why("atlas/sing").as_deref(), Some("new since"));
    assert_eq!(told.pointer("/projects/0/deadline"), Some(&serde_json::json!(["2026-03-05", "2026-03-12"])));

    // What an earlier plan promised stays, its tasks do not.
    assert_eq!(on("2026-03-03", &["--accept"]).code, 0);
    let asked = world
        .run(&[
            "sql",
            "--format",
            "csv",
            "SELECT plan, project, ends FROM plan_history ORDER BY plan, project",
        ])
        .out;
    assert!(asked.contains("2026-03-02,atlas,2026-03-11") && asked.lines().count() == 5, "{asked}");
    let asked = world.run(&["sql", "--format", "csv", "SELECT DISTINCT plan FROM accepted_tasks"]).out;
    assert_eq!(asked.lines().skip(1).collect::<Vec<_>>(), ["2026-03-03"]);
    let fmt = world.run(&["fmt", "--check"]);
    assert!(!(fmt.out + &fmt.err).contains("plan.lock.toml"), "it is laid out as `fmt` would");
}
