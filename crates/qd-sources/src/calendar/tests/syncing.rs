//! Files that change, and what is gone from them.

use super::*;

fn run(files: &[Found], cursor: Option<&str>, at: Timestamp) -> (Synced, Vec<String>) {
    let mut gone = Vec::new();
    let mut sink = |facts: Vec<Fact>| {
        let deleted = facts.iter().filter(|fact| fact.row.contains_key("deleted"));
        gone.extend(deleted.map(|fact| fact.row["instance"].as_str().unwrap_or_default().to_owned()));
        Ok(())
    };
    let synced = sync(files, cursor, &Context { observed_at: at, ..context() }, &mut sink).expect("kept");
    (synced, gone)
}

#[test]
fn what_is_gone_is_told_once_and_what_was_left_behind_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("team.ics");
    let other = folder.path().join("other.ics");
    let write = |inner: &str| std::fs::write(&path, calendar(&event(inner))).expect("written");
    std::fs::write(&other, calendar(&event("DTSTART:20261201T100000Z").replace("UID:a", "UID:b")))
        .expect("written");
    let at = context().observed_at;
    write("DTSTART:20261123T090000Z\nRRULE:FREQ=DAILY;COUNT=4");
    let (files, problems) = find(&[path.clone(), other.clone()]);
    assert_eq!((files.len(), problems.len()), (2, 0));
    let (first, gone) = run(&files, None, at);
    assert_eq!((first.read, first.rows, gone.len()), (2, 5, 0));
    assert_eq!(run(&files, Some(&first.cursor), at).0.read, 0);

    // One is taken out; the first is before everything that is still held.
    write("DTSTART:20261124T090000Z\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20261125T090000Z");
    let (second, gone) = run(&files, Some(&first.cursor), at);
    assert_eq!((second.read, gone), (1, vec!["2026-11-25T09:00:00Z".to_owned()]));
    assert_eq!(run(&files, Some(&second.cursor), at).1.len(), 0);

    // A file that breaks off says nothing of what it no longer holds.
    std::fs::write(&path, "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a@").expect("written");
    let (third, gone) = run(&files, Some(&second.cursor), at);
    assert_eq!((third.problems.len(), gone.len()), (1, 0));

    // A file that is no more takes its entries with it, those that another holds excepted.
    std::fs::remove_file(&path).expect("removed");
    let (fourth, gone) = run(&files[..1], Some(&third.cursor), at);
    assert_eq!(files[0].path, other);
    assert_eq!(gone, ["2026-11-24T09:00:00Z", "2026-11-26T09:00:00Z"]);
    assert_eq!((fourth.read, fourth.rows), (0, 2));

    // The window moves on.
    let later = at + jiff::SignedDuration::from_hours(24 * 8);
    assert_eq!(run(&files[..1], Some(&fourth.cursor), later).0.read, 1);
}

#[test]
fn an_entry_in_a_file_of_its_own_that_moves_is_not_left_where_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let team = folder.path().join("team");
    std::fs::create_dir(&team).expect("made");
    let write = |start: &str| {
        std::fs::write(team.join("a.ics"), calendar(&event(&format!("DTSTART:{start}")))).expect("written");
    };
    let at = context().observed_at;
    write("20261201T100000Z");
    let (files, _) = find(&[folder.path().to_owned()]);
    let (first, _) = run(&files, None, at);
    write("20261203T1100Z");
    assert_eq!(run(&files, Some(&first.cursor), at).1, ["2026-12-01T10:00:00Z"]);
}
