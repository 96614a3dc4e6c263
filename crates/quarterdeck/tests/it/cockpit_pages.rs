//! The cockpit's pages: each opens where much is declared, where little is, and where nothing is.

use crate::{serve::Cockpit, world::World};

/// Every address of the bar, and some of those that lead on from there.
const PAGES: [&str; 16] = [
    "/",
    "/waiting",
    "/projects",
    "/delivery",
    "/delivery?by=service",
    "/delivery?by=nothing",
    "/code",
    "/code?repo=nothing%27",
    "/people",
    "/decisions",
    "/decisions?path=api/src/it%27s.rs",
    "/decisions?service=shop",
    "/time",
    "/reports",
    "/signals",
    "/sources",
];

/// A page without a part that could not be answered.
fn whole(cockpit: &Cockpit, path: &str) -> String {
    let page = cockpit.page(path);
    assert!(!page.contains("role=\"alert\""), "{path}: {page}");
    assert!(!page.contains(" style=") && !page.contains("<style"), "{path}: its styles would not be obeyed");
    page
}

#[test]
fn every_page_opens_where_nothing_is_declared_and_says_what_to_paste() {
    let world = World::new();
    world.write("company.toml", "name = \"Empty\"\n");
    let cockpit = Cockpit::new(&world);
    for path in PAGES {
        whole(&cockpit, path);
    }
    for (path, paste) in [
        ("/waiting", "[sources.forge]"),
        ("/projects", "deadline = 2027-03-31"),
        ("/delivery", "[[shop.deployments]]"),
        ("/code", "kind = &quot;git&quot;"),
        ("/people", "reports_to = &quot;bo&quot;"),
        ("/decisions", "status: accepted"),
        ("/time", "[[people.ada.time_budgets]]"),
    ] {
        let page = cockpit.page(path);
        assert!(page.contains("<pre><code>") && page.contains(paste), "{path}: {page}");
    }
    assert_eq!(cockpit.ask("GET", "/project/nothing", "", "").0, 422);
    assert_eq!(cockpit.ask("GET", "/team/nothing", "", "").0, 422);
}

#[test]
fn what_is_declared_is_on_its_page() {
    let world = World::new();
    world.write(
        "company.toml",
        "name = \"Example\"\nme = \"ada\"\n\
         [people.ada]\nname = \"Ada <L>\"\nrole = \"CTO\"\n\
         [people.bo]\nname = \"Bo\"\nreports_to = \"ada\"\n\
         [people.cy]\nname = \"Cy\"\nreports_to = \"di\"\n[[people.cy.absences]]\nfrom = 2026-01-01\n[people.di]\nname = \"Di\"\nreports_to = \"cy\"\n\
         [teams.web]\nname = \"Web\"\nlead = \"bo\"\nmembers = [\"bo\", \"cy\"]\nowns = [\"shop\"]\n\
         [[teams.web.interactions]]\nwith = \"core\"\nmode = \"x-as-a-service\"\n\
         [teams.core]\nlead = \"di\"\n\
         [services.shop]\nrepositories = [\"shop\"]\n\
         [projects.atlas]\nname = \"Atlas\"\nlead = \"ada\"\nteam = \"web\"\nrepositories = [\"shop\"]\ndeadline = 2020-01-31\n\
         [[projects.atlas.tasks]]\nid = \"build\"\ntitle = \"Build the <ark>\"\nestimate = \"1d 2d 4d\"\nowner = \"bo\"\n\
         [commitments.pier]\ntitle = \"Open at the pier\"\nto = \"ada\"\nowner = \"ada\"\nproject = \"atlas\"\ndue = 2027-01-01\n",
    );
    world.write(
        "decisions/0001-one-shop.md",
        "---\nstatus: accepted\ndate: 2026-01-02\nscope: [\"shop:src/\"]\n---\n\n# One shop\n",
    );
    world.write(
        "decisions/0002-tea.md",
        "---\nstatus: proposed\ndate: 2026-01-03\nscope: [\"kitchen\"]\n---\n\n# Tea\n",
    );
    let cockpit = Cockpit::new(&world);
    for path in PAGES {
        whole(&cockpit, path);
    }
    assert!(whole(&cockpit, "/projects").contains("<a href=\"/project/atlas\">Atlas</a>"));
    let project = whole(&cockpit, "/project/atlas");
    assert!(project.contains("<svg") && project.contains("Build the &lt;ark&gt;"), "{project}");
    assert!(project.contains("Open at the pier") && project.contains("/people#ada"), "{project}");
    assert!(whole(&cockpit, "/project/ATLAS").contains("Open at the pier"), "its name will do");
    let people = whole(&cockpit, "/people");
    for id in ["ada", "bo", "cy", "di"] {
        assert_eq!(
            people.matches(&format!("<li id=\"{id}\">")).count(),
            1,
            "{id} once, in a circle too: {people}"
        );
    }
    assert!(people.contains("Ada &lt;L&gt;") && people.contains("x-as-a-service"), "{people}");
    assert!(whole(&cockpit, "/team/web").contains("/people#cy"));
    let shop = whole(&cockpit, "/decisions?service=shop");
    assert!(shop.contains("One shop") && !shop.contains("Tea"), "{shop}");
    assert!(whole(&cockpit, "/decisions?path=shop/src/a.rs").contains("One shop"));
    let elsewhere = whole(&cockpit, "/decisions?path=shop:docs/a.md");
    assert!(!elsewhere.contains("One shop"), "{elsewhere}");
    assert!(whole(&cockpit, "/decisions").contains("Tea"));
}
