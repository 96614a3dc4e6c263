//! Books on their way from files to a budget: read twice, corrected, taken away.

use crate::world::World;

const COMPANY: &str = "name = \"Example\"\ncurrency = \"CHF\"\nme = \"mira\"\ncash = [\"Assets:Bank\"]\n\
    [people.mira]\n[people.tomas]\nreports_to = \"mira\"\n[people.ines]\nreports_to = \"mira\"\n\
    [rates.EUR]\nvalue = 0.95\n\
    [sources.books]\nkind = \"ledger\"\npaths = [\"books\"]\n\
    [sources.cloud]\nkind = \"focus\"\npaths = [\"focus.csv\"]\n\
    [sources.other]\nkind = \"table\"\ntable = \"ledger_entries\"\npaths = [\"other.csv\"]\n\
    [budget.tools]\nowner = \"tomas\"\nkind = \"software\"\namount = \"CHF 12k\"\nfrom = 2026-01-01\nto = 2026-12-31\n\
    accounts = [\"Expenses:Tools\", \"expenses:tools\", \"65*\"]\n\
    [budget.cloud]\nkind = \"cloud\"\namount = \"CHF 100\"\nperiod = \"month\"\nfrom = 2026-01-01\nto = 2026-12-31\n";

const BOOKS: &str = "include \"part.beancount\"\n2026-01-10 * \"Suite\" \"Seats\"\n  Expenses:Tools  99999999999999.99 CHF\n  Assets:Bank\n\
    2026-02-10 * \"Suite\" \"Seats\"\n  Expenses:Tools  10.00 EUR\n  Assets:Bank\n\
    2026-02-11 * \"Train\" \"London\"\n  Expenses:Travel  10.00 GBP\n  Assets:Bank\n\
    2026-02-12 * \"Off\"\n  Expenses:Tools  10.00 CHF\n  Assets:Bank  -9.00 CHF\n";

fn world() -> World {
    let world = World::new();
    world.write("c/company.toml", COMPANY);
    world.write("c/books/main.beancount", BOOKS);
    // Read with the journal that includes it, and not once more by itself.
    world.write("c/books/part.beancount", "2026-03-02 balance Assets:Bank  -100000000000008.99 CHF\n");
    world.write("c/books/side.journal", "2026-03-01 Shop\n  expenses:tools   EUR 20\n  assets:bank\n");
    world.write(
        "c/focus.csv",
        "BilledCost,BillingCurrency,ChargePeriodStart,ProviderName,ServiceName,Tags\n30.00,EUR,2026-03-01,Cumulus,Compute,{}\n",
    );
    world.write(
        "c/other.csv",
        "date;account;amount;vendor\n01/03/2026;6510;1.234,50 CHF;Desk\n15/03/2026;6510;-12,5 CHF;Desk\n",
    );
    world
}

#[test]
fn books_are_read_once_and_corrections_replace_what_was_read() {
    let world = world();
    let ask = |query: &str| world.ask("c", query);
    let first = world.run(&["--company", "c", "sync"]);
    assert!(
        first.err.contains("line 11: it does not balance: 1.00 CHF is left over"),
        "{}{}",
        first.out,
        first.err
    );
    assert!(!first.err.contains("part.beancount"), "{}", first.err);
    let all = "SELECT count(*), sum(CASE WHEN amount_currency = 'CHF' THEN amount END) FROM ledger_entries";
    assert_eq!(ask(all), "10,1222.00");
    // To the last digit: no amount passes through a float.
    assert_eq!(ask("SELECT max(amount) FROM spending"), "99999999999999.99");
    assert_eq!(ask("SELECT amount FROM spending WHERE payee = 'Shop'"), "19.00");
    assert_eq!(ask("SELECT amount, line FROM spending WHERE origin = 'cloud'"), "28.50,cloud");
    assert_eq!(ask("SELECT count(*) FROM spending WHERE amount IS NULL"), "1", "pounds have no rate");
    let again = world.run(&["--company", "c", "sync"]);
    assert!(again.out.contains("books: 3 files, 3 changed, 0 rows"), "{}", again.out);
    assert!(again.out.contains("other: 1 file, 0 changed, 0 rows"), "{}", again.out);

    world.write(
        "c/books/main.beancount",
        &BOOKS.replace("10.00 EUR", "11.00 EUR").replace("99999999999999.99", "50.00"),
    );
    world.write(
        "c/other.csv",
        "date;account;amount;vendor\n01/03/2026;6510;1.200,00 CHF;Desk\n15/03/2026;6510;-12,5 CHF;Desk\n",
    );
    world.run(&["--company", "c", "sync"]);
    assert_eq!(ask(all), "10,1187.50");
    assert_eq!(ask("SELECT count(*) FROM versions.ledger_entries WHERE deleted"), "5");
    // What a past morning knew stays as it was.
    let past = world.run(&["--company", "c", "-q", "sql", all, "--format", "csv", "--as-of", "2026-03-20"]);
    assert!(past.out.contains("10,1222.00"), "{}{}", past.out, past.err);

    // A file that cannot be read takes nothing with it; one that is there and empty does.
    std::fs::remove_file(world.path("c/other.csv")).expect("it was there");
    world.run(&["--company", "c", "sync"]);
    assert_eq!(ask("SELECT count(*) FROM ledger_entries WHERE source = 'other'"), "2");
    std::fs::remove_file(world.path("c/books/side.journal")).expect("it was there");
    world.run(&["--company", "c", "sync"]);
    assert_eq!(ask("SELECT count(*) FROM ledger_entries WHERE file = 'side.journal'"), "0");
}

#[test]
fn a_line_of_the_budget_is_shown_to_those_it_concerns() {
    let world = world();
    let shown = |person: &str| {
        let people = COMPANY.replace("me = \"mira\"\n", "").replace(
            &format!("[people.{person}]\n"),
            &format!("[people.{person}]\nmails = [\"reader@example.org\"]\n"),
        );
        world.write("c/company.toml", &people);
        world.write(".gitconfig", "[user]\nname = Reader\nemail = reader@example.org\n");
        let run = world.run(&["--company", "c", "show", "budget", "--format", "json"]);
        assert_eq!(run.code, 0, "{}{}", run.out, run.err);
        let has = |line: &str| run.out.contains(&format!("\"line\": \"{line}\""));
        ["tools", "cloud", "no line", "cash"].map(has)
    };
    world.run(&["--company", "c", "sync"]);
    assert_eq!(shown("mira"), [true, true, true, true], "who is at the top sees all");
    assert_eq!(shown("tomas"), [true, false, false, false], "an owner sees what is theirs");
    assert_eq!(shown("ines"), [false, false, false, false], "others see nothing of it");
}
