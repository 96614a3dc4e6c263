//! Meetings, from files of calendars.

use crate::world::World;

/// A weekly meeting of four, the third of them moved to the next day, over a change of summer time.
const WEEKLY: &str = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:test\nBEGIN:VEVENT\nUID:weekly\n\
    DTSTAMP:20260101T000000Z\nDTSTART;TZID=Europe/Zurich:20260316T090000\n\
    DTEND;TZID=Europe/Zurich:20260316T093000\nRRULE:FREQ=WEEKLY;COUNT=4\nSUMMARY:Weekly\nEND:VEVENT\n\
    BEGIN:VEVENT\nUID:weekly\nDTSTAMP:20260101T000000Z\n\
    RECURRENCE-ID;TZID=Europe/Zurich:20260330T090000\nDTSTART;TZID=Europe/Zurich:20260331T110000\n\
    DTEND;TZID=Europe/Zurich:20260331T113000\nSUMMARY:Weekly\nEND:VEVENT\nEND:VCALENDAR\n";

#[test]
fn each_instance_of_a_series_has_its_own_time() {
    let world = World::new();
    world.write(
        "company.toml",
        "name = \"Example\"\ntimezone = \"Europe/Zurich\"\n\
         [sources.diary]\nkind = \"calendar\"\npaths = [\"diary.ics\"]\n",
    );
    world.write("diary.ics", &WEEKLY.replace('\n', "\r\n"));
    let sync = world.run(&["sync"]);
    assert_eq!(sync.code, 0, "{}{}", sync.out, sync.err);
    let query = "SELECT string_agg(to_char(starts_at, '%d %H') || CASE WHEN is_moved THEN '!' ELSE '' END, ' ' \
                 ORDER BY starts_at) FROM meetings";
    // Nine in Zurich is eight by UTC in winter and seven in summer.
    assert_eq!(world.ask(".", query), "16 08 23 08 31 09! 06 07");
    assert!(world.run(&["sync"]).out.contains("0 changed"));
    // What is gone from the file is gone from the table.
    world.write("diary.ics", &WEEKLY.replace("COUNT=4", "COUNT=2").replace('\n', "\r\n"));
    world.run(&["sync"]);
    assert_eq!(world.ask(".", "SELECT count(*) FROM meetings WHERE NOT is_moved"), "2");
}
