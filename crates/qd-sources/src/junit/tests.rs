//! What real and broken reports say.

use proptest::prelude::*;

use super::*;

fn context() -> Context<'static> {
    let modified = "2026-01-31T14:05:00Z".parse().expect("a time");
    Context {
        file: "r.xml",
        modified,
        zone: TimeZone::UTC,
        repo: "api",
        build: None,
        branch: None,
        sha: None,
    }
}

fn read_text(text: &[u8]) -> (Vec<Fact>, Vec<String>) {
    let (facts, problems) = read(&mut &text[..], &context());
    (facts, problems.into_iter().map(|problem| problem.message).collect())
}

/// `suite | name | attempt | outcome | seconds | message`.
fn brief(text: &str) -> Vec<String> {
    let (facts, problems) = read_text(text.as_bytes());
    assert_eq!(problems, Vec::<String>::new());
    let names = ["suite", "name", "attempt", "outcome", "seconds", "message"];
    let word = |fact: &Fact, name: &str| {
        fact.row
            .get(name)
            .map_or_else(|| "-".to_owned(), |value| value.to_string().trim_matches('"').to_owned())
    };
    facts.iter().map(|fact| names.map(|name| word(fact, name)).join(" | ")).collect()
}

#[test]
fn a_single_suite_of_surefire_with_its_reruns() {
    let text = r#"<?xml version="1.0" encoding="UTF-8"?>
        <testsuite name="org.acme.ShopTest" time="1,234.5" tests="4" flakes="1"><properties>
          <property name="env.BUILD_TAG" value="jenkins-shop-7"/><property name="git.commit" value="ABCDEF0123"/></properties>
          <testcase name="pays" classname="org.acme.ShopTest" time="1,000.25"/>
          <testcase name="flaky" classname="org.acme.ShopTest" time="0.2"><flakyFailure message="first" type="x"><stackTrace>no</stackTrace></flakyFailure></testcase>
          <testcase name="red" classname="org.acme.ShopTest" time="0.1"><failure message="one&#10;two"/><rerunFailure message="again"/><rerunError/></testcase>
          <testcase name="off" classname="org.acme.ShopTest"><skipped/><system-out><![CDATA[<failure/>]]></system-out></testcase>
        </testsuite>"#;
    assert_eq!(
        brief(text),
        [
            "org.acme.ShopTest | pays | 1 | passed | 1000.25 | -",
            "org.acme.ShopTest | flaky | 1 | failed | - | first",
            "org.acme.ShopTest | flaky | 2 | passed | 0.2 | -",
            "org.acme.ShopTest | red | 1 | failed | 0.1 | one",
            "org.acme.ShopTest | red | 2 | failed | - | again",
            "org.acme.ShopTest | red | 3 | error | - | -",
            "org.acme.ShopTest | off | 1 | skipped | - | -",
        ]
    );
    let row = &read_text(text.as_bytes()).0[0].row;
    assert_eq!((&row["build"], &row["sha"]), (&"jenkins-shop-7".into(), &"abcdef0123".into()));
}

#[test]
fn suites_inside_suites_and_times_without_a_zone() {
    let text = r#"<testsuites name="jest"><testsuite name="phpunit.xml" timestamp="2026-01-30T10:00:00.123456">
          <testsuite name="Unit" file="tests/A.php"><testcase name="a" class="A" time="0.5"/>
            <testsuite name="A::provided"><testcase name="b with data"><error type="Boom">it
 broke</error></testcase></testsuite></testsuite>
        </testsuite><testsuite name="late" timestamp="0001-01-01T00:00:00"><testcase name="c"/></testsuite></testsuites>"#;
    assert_eq!(
        brief(text),
        [
            "A | a | 1 | passed | 0.5 | -",
            "A::provided | b with data | 1 | error | - | it",
            "late | c | 1 | passed | - | -"
        ]
    );
    let rows = read_text(text.as_bytes()).0;
    let ats: Vec<_> = rows.iter().map(|fact| fact.row["at"].as_str().unwrap_or_default()).collect();
    assert_eq!(ats, ["2026-01-30T10:00:00.123456Z", "2026-01-30T10:00:00.123456Z", "2026-01-31T14:05:00Z"]);
    assert_eq!(rows[1].row["file"], "tests/A.php");
    assert_eq!(rows[0].row["build"], "r.xml@2026-01-30T10:00:00.123456Z");
}

#[test]
fn other_dialects() {
    let ctest = r#"<testsuite name="Linux-c++" timestamp="2026-01-31T14:05:00"><testcase name="t1" classname="t1" time="0.01" status="run"/>
        <testcase name="t2" classname="t2" status="fail"><failure message=""/><system-out>x</system-out></testcase>
        <testcase name="t3" classname="t3" status="disabled"/></testsuite>"#;
    assert_eq!(
        brief(ctest),
        ["t1 | t1 | 1 | passed | 0.01 | -", "t2 | t2 | 1 | failed | - | -", "t3 | t3 | 1 | skipped | - | -"]
    );
    let pytest = "<testsuites><testsuite name=\"pytest\"><testcase classname=\"t\" name=\"a\" time=\"0.1\"/>\
        <testcase classname=\"t\" name=\"a\" time=\"0.1\"><error message=\"failed on teardown\">\u{1b}[31mred</error></testcase></testsuite></testsuites>";
    assert_eq!(
        brief(pytest),
        ["t | a | 1 | passed | 0.1 | -", "t | a | 2 | error | 0.1 | failed on teardown"]
    );
    let gotestsum = r#"<testsuites><testsuite name="acme.org/shop"><properties><property name="go.version" value="go1.25"/></properties>
        <testcase classname="acme.org/shop" name="TestPay/eur" time="0.000"><failure message="Failed" type="">=== RUN</failure></testcase></testsuite></testsuites>"#;
    assert_eq!(brief(gotestsum), ["acme.org/shop | TestPay/eur | 1 | failed | 0.0 | Failed"]);
}

#[test]
fn a_job_tells_its_build() {
    let text = |properties: &[(&str, &str)]| {
        let properties: String = properties
            .iter()
            .map(|(name, value)| format!("<property name='{name}' value='{value}'/>"))
            .collect();
        format!("<testsuite name='s'><testcase name='t'/><properties>{properties}</properties></testsuite>")
    };
    let build =
        |properties: &[(&str, &str)]| read_text(text(properties).as_bytes()).0[0].row["build"].clone();
    assert_eq!(build(&[("GITHUB_RUN_ID", "812"), ("GITHUB_RUN_ATTEMPT", "2")]), "812.2");
    assert_eq!(build(&[("GITHUB_RUN_ID", "812"), ("GITHUB_RUN_ATTEMPT", "1")]), "812");
    assert_eq!(build(&[("CI_PIPELINE_ID", "5"), ("CI_JOB_ID", "50")]), "50");
    assert_eq!(build(&[]), "r.xml@2026-01-31T14:05:00Z");
}

#[test]
fn what_breaks_off_keeps_what_was_before() {
    let whole = r#"<testsuite name="s"><testcase name="a"/><testcase name="b"><failure>"#;
    let (facts, problems) = read_text(whole.as_bytes());
    assert_eq!(facts.len(), 1);
    assert!(
        problems[0].starts_with("the file breaks off")
            && problems[0].ends_with("1 tests before it were read"),
        "{problems:?}"
    );
    let strange = [
        ("<html></html>", "it is no JUnit report: it begins with `html`"),
        ("", "it is no JUnit report: it has no element"),
        ("<testsuite><testcase/></testsuite>", "1 tests have no name"),
    ];
    for (text, wanted) in strange {
        let (facts, problems) = read_text(text.as_bytes());
        assert!(facts.is_empty() && problems[0].starts_with(wanted), "{problems:?}");
    }
    let deep = "<testsuite>".repeat(100_000);
    assert!(read_text(deep.as_bytes()).1[0].starts_with("elements stand inside each other"));
}

#[test]
fn a_billion_laughs_are_not_heard() {
    let mut text = "<?xml version=\"1.0\"?><!DOCTYPE testsuite [<!ENTITY a0 \"ha\">".to_owned();
    for n in 1..40 {
        text += &format!("<!ENTITY a{n} \"&a{0};&a{0};&a{0};&a{0};\">", n - 1);
    }
    text += "]><testsuite name='&a39;'><testcase name='&a39; x'><failure>&a39; y</failure></testcase></testsuite>";
    let (facts, problems) = read_text(text.as_bytes());
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!((&facts[0].row["name"], &facts[0].row["message"]), (&"&a39; x".into(), &"y".into()));
}

#[test]
fn a_hundred_megabytes_of_output_are_passed_over() {
    use std::io::{BufReader, Read as _};
    let head = b"<testsuite name='s'><testcase name='a'><system-out>".as_slice();
    let tail = b"</system-out></testcase><testcase name='b'/></testsuite>".as_slice();
    let mut input = BufReader::new(head.chain(std::io::repeat(b'x').take(100 << 20)).chain(tail));
    let (facts, problems) = read(&mut input, &context());
    assert_eq!((facts.len(), problems), (2, Vec::new()));
}

#[test]
fn only_what_changed_is_read_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    std::fs::create_dir_all(path("a/node_modules")).expect("folders");
    let report = |name: &str| format!("<testsuite name='s'><testcase name='{name}'/></testsuite>");
    for name in ["a/TEST-1.xml", "a/TEST-2.xml", "a/node_modules/TEST-3.xml"] {
        std::fs::write(path(name), report("one")).expect("written");
    }
    std::fs::write(path("a/pom.xml"), "<project/>").expect("written");
    let (found, problems) = find(&[folder.path().to_owned(), path("nothing-*.xml")], &[]);
    assert_eq!(
        found.iter().map(|found| &found.name[..]).collect::<Vec<_>>(),
        ["a/TEST-1.xml", "a/TEST-2.xml"]
    );
    assert_eq!(problems.len(), 1);
    let mut facts = Vec::new();
    let mut run = |cursor: Option<&str>| {
        let mut sink = |more: Vec<Fact>| {
            facts.extend(more);
            Ok(())
        };
        sync(&found, cursor, &context(), &mut sink).expect("facts are kept")
    };
    let first = run(None);
    assert_eq!((first.read, first.rows), (2, 2));
    assert_eq!(run(Some(&first.cursor)).read, 0);
    std::fs::write(path("a/TEST-2.xml"), report("other")).expect("written");
    // The same content at another time is the same report.
    std::fs::write(path("a/TEST-1.xml"), report("one")).expect("written");
    let second = run(Some(&first.cursor));
    assert_eq!((second.read, second.rows), (1, 1));
    std::fs::remove_file(path("a/TEST-1.xml")).expect("removed");
    assert_eq!(run(Some(&second.cursor)).problems.len(), 1);
    assert_eq!(facts.len(), 3);
}

const SAMPLE: &str = "<testsuites><testsuite name='s' timestamp='2026-01-31T14:05:00'><testcase name='a' time='1'>\
    <failure message='&lt;m'>x</failure></testcase><testcase name='b'><flakyError/></testcase></testsuite></testsuites>";

proptest! {
    #[test]
    fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..300), at in 0..200_usize, with in any::<u8>(),
        cut in 0..200_usize) {
        let _ = read_text(&bytes);
        let mut changed = SAMPLE.as_bytes().to_vec();
        if let Some(byte) = changed.get_mut(at) {
            *byte = with;
        }
        prop_assert_eq!(read_text(&changed), read_text(&changed));
        changed.truncate(cut);
        let _ = read_text(&changed);
    }

    #[test]
    fn order_does_not_matter(order in Just((0..8).collect::<Vec<i32>>()).prop_shuffle()) {
        let file = |order: &[i32]| {
            let cases: String = order.iter().map(|n| format!("<testcase name='t{n}' classname='c'><flakyFailure/></testcase>")).collect();
            let mut rows = read_text(format!("<testsuite>{cases}</testsuite>").as_bytes()).0;
            rows.sort_by_key(|fact| (fact.row["name"].to_string(), fact.row["attempt"].to_string()));
            rows
        };
        prop_assert_eq!(file(&order), file(&[0, 1, 2, 3, 4, 5, 6, 7]));
    }
}
