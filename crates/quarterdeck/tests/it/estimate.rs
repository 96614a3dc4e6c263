//! Estimates of new work, from a file to what a client reads.

use serde_json::Value;

use crate::world::World;

/// A company whose inside has figures that nothing else has.
fn world() -> World {
    let world = World::new();
    world.write(
        "company.toml",
        "name = \"Harbour\"\ncurrency = \"CHF\"\nday_rate = \"CHF 7411\"\nme = \"ada\"\n\
         [people.ada]\nname = \"Ada\"\nrole = \"engineer\"\nskills = [\"backend\"]\nrate = \"CHF 8353\"\n\
         [people.bo]\nname = \"Bo\"\nskills = [\"backend\", \"design\"]\nrate = \"CHF 6247\"\n\
         [relations.initech]\nname = \"Initech\"\nkind = \"client\"\n[rate_card.any]\nrate = \"CHF 12000\"\n",
    );
    world.write(
        "estimates/portal.toml",
        "name = \"Portal\"\nclient = \"initech\"\npeople = [\"ada\", \"bo\"]\nmargin = 0.3719\nfixed_price = \"CHF 360k\"\n\
         summary = \"Orders, <b>followed</b>.\"\nassumptions = [\"The old data can be read\"]\nexclusions = [\"Hosting\"]\n\
         [[lines]]\nid = \"import\"\ntitle = \"Import | old orders\"\nskill = \"backend\"\nestimate = \"3d 5d 12d\"\n\
         [[lines]]\nid = \"search\"\nskill = \"backend\"\nafter = [\"import\"]\nassumptions = [\"One language\"]\n\
         estimates = [{ by = \"ada\", estimate = \"2d 4d 9d\" }, { by = \"bo\", estimate = \"5d 9d 20d\" }]\n\
         [[lines]]\nid = \"app\"\noptional = true\nestimate = \"10d 15d 30d\"\n\
         [[risks]]\nid = \"api\"\ntitle = \"No such interface\"\nprobability = 0.3\nestimate = \"2d 5d 10d\"\n",
    );
    world
}

fn json(world: &World, args: &[&str]) -> Value {
    let told = world.run(args);
    serde_json::from_str(&told.out).unwrap_or_else(|_| panic!("{} {}", told.out, told.err))
}

#[test]
fn an_estimate_has_a_range_a_price_and_a_day() {
    let world = world();
    let told = json(&world, &["estimate", "run", "portal", "--as-of", "2026-03-02", "--format", "json"]);
    let effort = |share: &str| told["effort"][share].as_f64().expect("a figure");
    assert!(effort("p10") < effort("p50") && effort("p50") < effort("p80") && effort("p80") < effort("p95"));
    // A day is sold for 12,000 whoever does it; it costs what the mean of both costs.
    assert!((told["price"]["p50"].as_f64().expect("a figure") / effort("p50") - 12_000.0).abs() < 1.0);
    assert!((told["cost"]["p50"].as_f64().expect("a figure") / effort("p50") - 7_300.0).abs() < 1.0);
    let loss = told["loss"].as_f64().expect("a figure");
    assert!(loss > 0.0 && loss < 0.2, "{loss}");
    assert_eq!(told["lines"][1]["disagreement"], 2.25);
    assert_eq!(told["lines"][1]["said"].as_array().map(Vec::len), Some(2));
    assert!(told["calendar"]["p50"].as_str() <= told["calendar"]["p80"].as_str(), "{}", told["calendar"]);
    assert_eq!((&told["calendar"]["unplanned"], &told["known"]), (&0.into(), &0.into()));
    let again = json(&world, &["estimate", "run", "portal", "--as-of", "2026-03-02", "--format", "json"]);
    assert_eq!(again, told, "the same of the same");
    let surer =
        ["estimate", "run", "portal", "--confidence", "0.95", "--format", "json", "--as-of", "2026-03-02"];
    assert_eq!(json(&world, &surer)["effort"]["chosen"], told["effort"]["p95"]);
    let odds = world.run(&[
        "sql",
        "SELECT estimate, loss FROM estimate_odds",
        "--format",
        "csv",
        "--as-of",
        "2026-03-02",
    ]);
    assert_eq!(odds.out, format!("estimate,loss\r\nportal,{loss}\r\n"));
}

#[test]
fn a_client_reads_nothing_of_the_inside() {
    let world = world();
    let inside = ["7411", "8353", "6247", "7300", "7,300", "3719", "37%", "0.37", "loses", "loss", "cost "];
    let inner = json(&world, &["estimate", "run", "portal", "--as-of", "2026-03-02", "--format", "json"]);
    let figures = ["p10", "p50", "p80", "p90", "p95", "chosen"].map(|share| inner["cost"][share].as_f64());
    for format in ["markdown", "html"] {
        let told = world.run(&["proposal", "portal", "--as-of", "2026-03-02", "--format", format]);
        assert_eq!(told.code, 0, "{}", told.err);
        for word in inside {
            assert!(!told.out.to_lowercase().contains(word), "{word} in {}", told.out);
        }
        // A style sheet has margins.
        assert!(format == "html" || !told.out.contains("margin"), "{}", told.out);
        for figure in figures.iter().flatten() {
            let whole = figure.round() as i64;
            let grouped = format!("{},{:03}", whole / 1_000, whole % 1_000);
            assert!(!told.out.contains(&whole.to_string()) && !told.out.contains(&grouped), "{whole}");
        }
        for said in
            ["CHF 360,000", "CHF 12,000", "Initech", "Hosting", "search: One language", "Ada, engineer"]
        {
            assert!(told.out.contains(said), "{said} in {}", told.out);
        }
        assert!(!told.out.contains("by ada") && !told.out.contains("2.25"), "who said what stays inside");
    }
    let page = world.run(&["proposal", "portal", "--as-of", "2026-03-02", "--format", "html"]).out;
    assert!(page.contains("&lt;b&gt;followed") && page.contains("@media print") && !page.contains("<script"));
    assert!(page.contains("Import | old orders"), "a bar within a cell is text");
}

#[test]
fn a_template_of_the_company_is_taken_and_its_mistakes_are_named() {
    let world = world();
    world.write(
        "estimates/proposal.md",
        "Offer of {{ name }} to {{ client }}\n{% for line in lines %}- {{ line.title }}\n{% endfor %}",
    );
    let told = world.run(&["proposal", "portal", "--as-of", "2026-03-02"]);
    assert_eq!(told.out, "Offer of Portal to Initech\n- Import | old orders\n- search\n", "{}", told.err);
    world.write("estimates/proposal.md", "{{ name }}\n{{ margin.of }}\n");
    let told = world.run(&["proposal", "portal", "--as-of", "2026-03-02"]);
    assert_eq!((told.code, told.out.as_str()), (2, ""));
    assert!(told.err.contains("proposal.md:2"), "{}", told.err);
}

#[test]
fn a_new_file_is_written_once_and_is_sound() {
    let world = world();
    let told = world.run(&["estimate", "new", "shop", "--client", "initech"]);
    assert_eq!(told.code, 0, "{}", told.err);
    let check = world.run(&["check"]);
    assert_eq!(check.code, 0, "{}", check.out);
    let told = world.run(&["estimate", "new", "shop"]);
    assert!(told.code != 0 && told.err.contains("nothing was written"), "{}", told.err);
    let told = world.run(&["estimate", "new", "../out"]);
    assert!(told.code != 0 && told.err.contains("no id"), "{}", told.err);
    let told = world.run(&["estimate", "run", "shop", "--as-of", "2026-03-02"]);
    assert!(told.code == 1 && told.err.contains("there is no line yet"), "{} {}", told.out, told.err);
    let told = world.run(&["estimate", "run", "prtal"]);
    assert!(told.err.contains("did you mean `portal`?"), "{}", told.err);
    let told = world.run(&["estimate", "compare", "portal", "shop", "--as-of", "2026-03-02"]);
    assert!(told.code == 0 && told.out.contains("portal: days of work"), "{} {}", told.out, told.err);
}

#[test]
fn what_became_a_project_is_held_against_what_it_took() {
    let world = world();
    let line = "[[lines]]\nid = \"build\"\nestimate = \"3d 5d 12d\"\n[[lines]]\nid = \"move\"\nestimate = \"3d 5d 12d\"\n";
    let tasks = "[[tasks]]\nid = \"build\"\nowner = \"ada\"\n[[tasks]]\nid = \"move\"\nowner = \"bo\"\n";
    for (name, more) in [("shop", ""), ("mill", "done = true\n")] {
        world.write(&format!("estimates/{name}.toml"), &format!("project = \"{name}\"\n{line}"));
        world.write(&format!("projects/{name}.toml"), &format!("name = \"The {name}\"\n{tasks}{more}"));
    }
    let told = world.run(&["estimate", "run", "mill", "--as-of", "2026-03-02"]);
    assert!(
        told.out
            .contains("It became The mill, of which 1 of 2 tasks are done; what that took nobody booked."),
        "{} {}",
        told.out,
        told.err
    );
    world.write(
        "hours.csv",
        "date,person,hours,project,task\n2026-02-02,ada,200,mill,build\n2026-02-03,bo,8,mill,move\n",
    );
    let company = std::fs::read_to_string(world.path("company.toml")).expect("a company");
    let source = "[sources.hours]\nkind = \"table\"\ntable = \"time_entries\"\npath = \"hours.csv\"\n";
    world.write("company.toml", &format!("{company}{source}"));
    let told = world.run(&["sync", "--as-of", "2026-03-02"]);
    assert_eq!(told.code, 0, "{} {}", told.out, told.err);
    let told =
        json(&world, &["estimate", "compare", "mill", "shop", "--as-of", "2026-03-02", "--format", "json"]);
    let taken = &told[0]["taken"];
    assert_eq!((&taken["days"], &taken["tasks"], &taken["done"]), (&26.0.into(), &2.into(), &1.into()));
    assert!(taken["more"].as_f64().is_some_and(|share| share < 0.2), "{taken}");
    assert_eq!((&told[1]["taken"]["days"], &told[1]["taken"]["more"]), (&Value::Null, &Value::Null));
    let told = world.run(&["estimate", "compare", "mill", "shop", "--as-of", "2026-03-02"]);
    assert!(
        told.out.contains("It became The mill, which took 26 days so far; 1 of 2 tasks are done."),
        "{}",
        told.out
    );
}
