//! The cockpit with logins: who gets in, and what each sees of every route.

use crate::{
    serve::{Cockpit, FORM},
    world::World,
};

/// People of three levels, and something of each kind that not everybody sees.
fn world() -> World {
    let world = World::new();
    world.write(
        "company.toml",
        "name = \"Example\"\nme = \"cleo\"\nday_rate = \"700 EUR\"\n\
         [people.cleo]\nname = \"Cleo\"\nmails = [\"cleo@example.org\"]\n\
         [people.lee]\nname = \"Lee\"\nreports_to = \"cleo\"\nrate = \"800 EUR\"\n\
         [people.mia]\nname = \"Mia\"\nreports_to = \"lee\"\nrate = \"600 EUR\"\n\
         [people.ned]\nname = \"Ned\"\nreports_to = \"cleo\"\n\
         [teams.web]\nname = \"Web\"\nlead = \"lee\"\nmembers = [\"lee\", \"mia\"]\n\
         [projects.atlas]\nname = \"Atlas\"\nlead = \"lee\"\nteam = \"web\"\ndeadline = 2020-01-31\nvalue = \"90000 EUR\"\n\
         [[projects.atlas.tasks]]\nid = \"build\"\nestimate = \"1d 2d 4d\"\nowner = \"mia\"\n\
         [sources.post]\nkind = \"mail\"\npath = \"post.mbox\"\nperson = \"cleo\"\n",
    );
    world.write(
        "post.mbox",
        "From client@example.com Mon Nov  2 09:00:00 2020\nFrom: Client <client@example.com>\nTo: cleo@example.org\n\
         Date: Mon, 2 Nov 2020 09:00:00 +0000\nMessage-ID: <1@example.com>\nSubject: A secret question\n\nWhen will it be done?\n",
    );
    for person in ["cleo", "lee", "mia", "ned"] {
        let told = world.run_with(&["user", "add", person], &format!("a password of {person}\n"));
        assert_eq!(told.code, 0, "{}", told.err);
    }
    assert_eq!(world.run(&["sync"]).code, 0);
    world
}

/// The cookie of somebody who logged in.
fn enter(cockpit: &Cockpit, person: &str) -> String {
    let body = format!("person={person}&password=a+password+of+{person}&next=%2Fyou");
    let (status, head, page) = cockpit.ask("POST", "/login", FORM, &body);
    assert_eq!(status, 303, "{person}: {page}");
    assert!(
        head.contains("location: /you") && head.contains("httponly") && head.contains("samesite=strict"),
        "{head}"
    );
    let cookie = head.split("set-cookie: ").nth(1).and_then(|rest| rest.split(';').next()).expect("a cookie");
    format!("Cookie: {cookie}\r\n")
}

/// Every page there is; what a page is about is filled in.
fn routes(cockpit: &Cockpit, cookie: &str) -> Vec<String> {
    let (_, _, page) = cockpit.ask("GET", "/you", cookie, "");
    let bar = page.split("<nav").nth(1).and_then(|rest| rest.split("</nav>").next()).expect("a bar");
    let mut routes: Vec<String> =
        bar.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect();
    assert!(routes.len() >= 8, "{routes:?}");
    let more = [
        "/report/budget",
        "/report/time",
        "/report/week",
        "/project/atlas",
        "/team/web",
        "/api",
        "/api/v1/brief",
        "/api/v1/signals",
        "/api/v1/sources",
        "/api/v1/session",
        "/api/v1/reports/budget",
        "/sql.csv?query=SELECT+1",
        "/sql.json?query=SELECT+1",
    ];
    routes.extend(more.map(str::to_owned));
    routes
}

/// What the forms of somebody's pages carry.
fn token(cockpit: &Cockpit, cookie: &str) -> String {
    let page = cockpit.ask("GET", "/you", cookie, "").2;
    let token = page.split("name=\"token\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    token.expect("a form").to_owned()
}

fn sql(cockpit: &Cockpit, cookie: &str, query: &str) -> String {
    let query: String = query.replace('*', "%2A").replace(' ', "+");
    cockpit.ask("GET", &format!("/sql?query={query}"), cookie, "").2
}

#[test]
fn every_route_shows_each_what_they_may_see() {
    let world = world();
    let cockpit = Cockpit::new(&world);
    let cleo = enter(&cockpit, "cleo");
    let routes = routes(&cockpit, &cleo);
    for route in &routes {
        let (status, head, body) = cockpit.ask("GET", route, "", "");
        assert!(
            status == 303 && head.contains("location: /login") || status == 401,
            "{route} as nobody: {status}"
        );
        assert!(!body.contains("Atlas"), "{route} as nobody");
    }
    for open in ["/login", "/healthz", "/style.css"] {
        assert_eq!(cockpit.ask("GET", open, "", "").0, 200, "{open}");
    }
    let (lee, mia, ned) = (enter(&cockpit, "lee"), enter(&cockpit, "mia"), enter(&cockpit, "ned"));
    for (who, cookie, is_top) in
        [("cleo", &cleo, true), ("lee", &lee, false), ("mia", &mia, false), ("ned", &ned, false)]
    {
        for route in &routes {
            let (status, _, body) = cockpit.ask("GET", route, cookie, "");
            assert_eq!(status, 200, "{route} as {who}: {body}");
            let tells =
                body.contains("A secret question") || body.contains("90,000") || body.contains("day_rate");
            assert!(is_top || !tells, "{route} as {who}: {body}");
        }
        for (query, is_for_all) in [
            ("SELECT subject FROM messages", false),
            ("SELECT subject FROM versions.messages", false),
            ("SELECT title FROM obligations", false),
            ("SELECT rate FROM people WHERE id = 'mia' AND rate IS NOT NULL", false),
            ("SELECT value FROM projects WHERE value IS NOT NULL", false),
            ("SELECT day_rate FROM company WHERE day_rate IS NOT NULL", false),
            ("SELECT kind FROM sources", false),
            ("SELECT name FROM teams", true),
            ("SELECT project FROM plan_risk", true),
        ] {
            let page = sql(&cockpit, cookie, query);
            assert!(!page.contains("role=\"alert\""), "{who}: {query}: {page}");
            assert_eq!(page.contains("<td"), is_top || is_for_all, "{who}: {query}: {page}");
        }
    }
    // What only who keeps the company may ask, read and write.
    for (cookie, is_top) in [(&cleo, true), (&lee, false), (&ned, false)] {
        let status = |path: &str| cockpit.ask("GET", path, cookie, "").0;
        assert_eq!(status("/company/file?path=company.toml") == 200, is_top);
        assert_eq!(status("/metrics") == 200, is_top);
        let token = token(&cockpit, cookie);
        for (path, more) in [
            ("/company/diff", "path=company.toml&base=&text=x"),
            ("/company/save", "path=company.toml&base=&text=x"),
            ("/sql/signal", "name=mine&query=SELECT+1"),
            ("/sources/read", "source=nothing"),
        ] {
            let form = format!("token={token}&{more}");
            let (status, _, body) = cockpit.ask("POST", path, &format!("{FORM}{cookie}"), &form);
            assert!(
                is_top || status == 422 && body.contains("top of the reporting lines"),
                "{path}: {status}"
            );
        }
        let call = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"sql","arguments":{"query":"SELECT count(*) AS letters FROM messages"}}}"#;
        let json = format!("Content-Type: application/json\r\n{cookie}");
        let (_, _, told) = cockpit.ask("POST", "/mcp", &json, call);
        assert!(told.contains(if is_top { "1" } else { "0" }) && told.contains("letters"), "{told}");
    }
    // One's own brief, and those of one's people: not their post.
    for (cookie, whose, is_shown) in [
        (&lee, "mia", true),
        (&mia, "lee", false),
        (&ned, "mia", false),
        (&lee, "cleo", false),
        (&cleo, "mia", true),
    ] {
        let status = cockpit.ask("GET", &format!("/?for={whose}"), cookie, "").0;
        assert_eq!(status == 200, is_shown, "the brief of {whose}");
    }
    // The word of a login stands on every page: what is looked for is made of the answer.
    let logins =
        "SELECT concat('kept-', count(*)) AS kept FROM audit_events WHERE what = 'login' AND by = 'lee'";
    let page = sql(&cockpit, &cleo, logins);
    assert!(page.contains("kept-1<"), "logins are kept: {page}");
    // A command finds them too, without a sync between.
    let kept = world.ask(".", "SELECT count(*) FROM audit_events WHERE what = 'login' AND by = 'ned'");
    assert_eq!(kept, "1");
}

#[test]
fn a_row_is_only_for_whom_it_is_shown_to() {
    let world = world();
    let cockpit = Cockpit::new(&world);
    let (cleo, lee, ned) = (enter(&cockpit, "cleo"), enter(&cockpit, "lee"), enter(&cockpit, "ned"));
    let brief = cockpit.ask("GET", "/?all=1", &lee, "").2;
    let value = |page: &str, name: &str| {
        let from = page.find(&format!("name=\"{name}\" value=\"")).expect("a form") + name.len() + 15;
        page[from..].split('"').next().expect("a value").to_owned()
    };
    let id = value(&brief, "id");
    for above in [&lee, &cleo] {
        assert_eq!(cockpit.ask("GET", &format!("/row/{id}"), above, "").0, 200);
    }
    assert_eq!(cockpit.ask("GET", &format!("/row/{id}"), &ned, "").0, 422);
    let yours = value(&cockpit.ask("GET", "/you", &ned, "").2, "token");
    let form = format!("{FORM}{ned}");
    assert_eq!(cockpit.ask("POST", "/act", &form, &format!("token={yours}&id={id}&verb=done")).0, 422);
    let theirs = value(&cockpit.ask("GET", "/you", &lee, "").2, "token");
    assert_eq!(cockpit.ask("POST", "/act", &form, &format!("token={theirs}&id={id}&verb=done")).0, 403);
    assert_eq!(
        cockpit.ask("POST", "/act", FORM, &format!("token={yours}&id={id}&verb=done")).0,
        303,
        "to the login"
    );
    assert!(cockpit.ask("GET", "/", &lee, "").2.contains(&id), "nothing was done");
    // One's own list is nobody else's, and nobody who logs in writes into a mailbox of who started this.
    let put = |cookie: &str, form: &str| {
        let token = value(&cockpit.ask("GET", "/you", cookie, "").2, "token");
        cockpit.ask("POST", "/todo", &format!("{FORM}{cookie}"), &format!("token={token}&{form}")).0
    };
    assert_eq!(put(&lee, "title=Ask+Bo+about+the+index&by=2"), 422, "that is no day");
    assert_eq!(put(&lee, "title=Ask+Bo+about+the+index"), 303);
    let list = cockpit.ask("GET", "/", &lee, "").2;
    assert!(list.contains("Ask Bo about the index"), "{list}");
    for other in [&cleo, &ned] {
        assert!(!cockpit.ask("GET", "/", other, "").2.contains("Ask Bo"), "the list of lee");
    }
    let entry = value(&list[list.find("action=\"/todo\"").expect("a form")..], "id");
    assert_eq!(put(&ned, &format!("id={entry}")), 422);
    assert_eq!(put(&lee, &format!("id={entry}")), 303);
    assert!(!cockpit.ask("GET", "/", &lee, "").2.contains("Ask Bo"));
    assert_eq!(cockpit.ask("POST", "/todo", FORM, "title=x").0, 303, "to the login");
    let answer = cockpit.ask("POST", "/answer", &form, &format!("token={yours}&id={id}&text=x"));
    assert!(answer.0 == 422 && answer.2.contains("where people log in"), "{}", answer.2);
    // Out is out.
    assert_eq!(cockpit.ask("POST", "/logout", &form, &format!("token={yours}")).0, 303);
    assert_eq!(cockpit.ask("GET", "/", &ned, "").0, 303);
}

#[test]
fn a_wrong_password_does_not_say_what_is_wrong() {
    let world = world();
    let cockpit = Cockpit::new(&world);
    let tried = |body: &str| cockpit.ask("POST", "/login", FORM, body);
    let (known, unknown) = (tried("person=mia&password=guess"), tried("person=nobody&password=guess"));
    assert_eq!((known.0, unknown.0), (401, 401));
    assert_eq!(known.2, unknown.2);
    for _ in 0..4 {
        tried("person=mia&password=guess");
    }
    assert_eq!(tried("person=mia&password=a+password+of+mia").0, 429, "who guesses has to wait");
    assert_eq!(tried("person=&password=").0, 422);
    let told = world.run_with(&["user", "add", "nobody"], "a long enough password\n");
    assert!(told.code != 0 && told.err.contains("unknown person"), "{}", told.err);
    let told = world.run_with(&["user", "add", "mia"], "short\n");
    assert!(told.code != 0 && told.err.contains("at least 15"), "{}", told.err);
    let users = world.run(&["user", "list"]).out;
    assert_eq!(users, "cleo\nlee\nmia\nned\n");
    for file in std::fs::read_dir(world.path("data/quarterdeck/users")).expect("they are kept").flatten() {
        let text = std::fs::read_to_string(file.path()).expect("a text");
        assert!(text.contains("$argon2id$") && !text.contains("password of"), "{text}");
    }
}

#[test]
fn who_owns_a_line_of_the_budget_sees_how_it_stands_and_nothing_else_of_the_books() {
    let world = world();
    let company = std::fs::read_to_string(world.path("company.toml")).expect("it is written");
    let year = &crate::world::ago(0)[..4];
    let line = |id: &str, owner: &str, kind: &str, account: &str| {
        format!(
            "[budget.{id}]\nowner = \"{owner}\"\nkind = \"{kind}\"\namount = \"12000 EUR\"\nfrom = {year}-01-01\nto = {year}-12-31\n\
             accounts = [\"{account}\"]\n"
        )
    };
    let lines = [
        line("tools", "mia", "software", "Expenses:Tools"),
        line("wages", "lee", "payroll", "Expenses:Wages"),
        line("rooms", "cleo", "other", "Expenses:Rooms"),
    ];
    let books = "[sources.books]\nkind = \"ledger\"\npaths = [\"books.beancount\"]\n";
    world.write("company.toml", &format!("currency = \"EUR\"\n{company}{books}{}", lines.concat()));
    world.write(
        "books.beancount",
        &format!(
            "{year}-01-01 * \"Suite\"\n  Expenses:Tools  71.00 EUR\n  Assets:Bank\n\
             {year}-01-01 * \"Pay\"\n  Expenses:Wages  72.00 EUR\n  Assets:Bank\n\
             {year}-01-01 * \"Rent\"\n  Expenses:Rooms  73.00 EUR\n  Assets:Bank\n"
        ),
    );
    assert_eq!(world.run(&["sync"]).code, 0);
    let cockpit = Cockpit::new(&world);
    // An owner, who leads them and owns one more, and somebody beside both.
    for (who, seen, costs) in [
        ("mia", &["71"][..], "1"),
        ("lee", &["71", "72"], "1"),
        ("ned", &[], "0"),
        ("cleo", &["71", "72", "73"], "3"),
    ] {
        let cookie = enter(&cockpit, who);
        let page = cockpit.ask("GET", "/report/budget", &cookie, "").2;
        for spent in ["71", "72", "73"] {
            assert_eq!(
                page.contains(&format!(">{spent}<")),
                seen.contains(&spent),
                "{spent} as {who}: {page}"
            );
        }
        // What fell to a line, but of salaries the sum alone; of what lies below nothing.
        let counted = |query: &str| {
            let page = sql(&cockpit, &cookie, query);
            let cell = page.split("<td class=\"figure\">").nth(1).and_then(|rest| rest.split('<').next());
            cell.unwrap_or_else(|| panic!("{who}: {query}: {page}")).to_owned()
        };
        assert_eq!(counted("SELECT count(*) AS n FROM line_costs"), costs, "{who}");
        for table in ["ledger_entries", "budget", "spending"] {
            let is_there = counted(&format!("SELECT count(*) AS n FROM {table}")) != "0";
            assert_eq!(is_there, who == "cleo", "{table} as {who}");
        }
    }
}
