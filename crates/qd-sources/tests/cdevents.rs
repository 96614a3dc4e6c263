//! Holds the reader of events against every example of the `CDEvents` specification.

use std::{collections::BTreeMap, path::Path};

use qd_sources::{cloudevents, exchange::Exchange, values};

/// Where a clone of cdevents/spec lies at `CDEVENTS_SPEC`.
#[test]
#[ignore = "needs a clone of cdevents/spec"]
fn the_examples_of_the_specification_are_read() {
    let folder = std::env::var("CDEVENTS_SPEC").expect("CDEVENTS_SPEC names a clone");
    let files: Vec<_> =
        Path::new(&folder).join("conformance").read_dir().expect("a folder").flatten().collect();
    let (mut read, mut rows) = (0, BTreeMap::new());
    for file in files.iter().filter(|file| file.path().extension().is_some_and(|kind| kind == "json")) {
        let text = std::fs::read_to_string(file.path()).expect("text");
        let event = Exchange {
            method: "EVENT".to_owned(),
            url: "webhook".to_owned(),
            status: 200,
            headers: Vec::new(),
            request: None,
            body: serde_json::from_str(&text).expect("JSON"),
            at: None,
        };
        let mapped = cloudevents::map(&event, "api");
        assert_eq!(mapped.problems, [], "{}", file.path().display());
        read += 1;
        for mut fact in mapped.facts {
            values::complete(&mut fact);
            let missing = fact.table.columns.iter().find(|column| {
                !column.optional
                    && !matches!(column.name, "source" | "deleted")
                    && !fact.row.contains_key(column.name)
            });
            assert_eq!(missing, None);
            *rows.entry(fact.table.name).or_insert(0) += 1;
        }
    }
    assert!(read >= 40, "{read}");
    #[expect(clippy::print_stderr, reason = "the figures are what the test is run for")]
    {
        eprintln!("{read} examples, rows: {rows:?}");
    }
}
