//! Results of tests by night, as JUnit writes them and pipelines label them.

use std::fmt::Write as _;

use crate::{
    Files,
    days::{at, working},
    dice::Dice,
    history::Landed,
    recording::{GROUP, Home},
    story::{ORGANISATION, Story},
};

/// Nights of which the results are kept.
const NIGHTS: i64 = 15;

/// Writes a report for each repository and night.
pub(crate) fn tests(story: &Story, place: usize, landed: &Landed, files: &mut Files) {
    let Some(repo) = story.repos.get(place) else { return };
    let mut dice = Dice::new(story.seed, &format!("tests of {}", repo.name));
    for night in 0..NIGHTS {
        let day = working(story.last_day(), -night);
        let when = at(day, 2 * 60 + 10);
        let Some((_, sha)) = landed.line.iter().rev().find(|(at, _)| *at < when) else { continue };
        let mut cases = String::new();
        let mut count = 0;
        for (area, things) in repo.areas {
            for thing in *things {
                for what in ["is priced", "is kept", "can be cancelled"] {
                    let seconds = dice.between(4, 900) as f64 / 1000.0;
                    let _ = writeln!(
                        cases,
                        "    <testcase classname=\"{area}\" name=\"a {thing} {what}\" time=\"{seconds:.3}\" file=\"src/{area}/{}.test.ts\"/>",
                        crate::course::slug(thing)
                    );
                    count += 1;
                }
            }
        }
        let build = (when.as_second() / 60 * 10 + place as i64).to_string();
        let labels = match repo.home {
            Home::GitLab => [
                ("CI_PROJECT_PATH", format!("{GROUP}/{}", repo.name)),
                ("CI_COMMIT_SHA", sha.clone()),
                ("CI_COMMIT_REF_NAME", "main".to_owned()),
                ("CI_JOB_ID", build),
            ],
            _ => [
                ("GITHUB_REPOSITORY", format!("{ORGANISATION}/{}", repo.name)),
                ("GITHUB_SHA", sha.clone()),
                ("GITHUB_REF_NAME", "main".to_owned()),
                ("GITHUB_RUN_ID", build),
            ],
        };
        let labels: String = labels
            .iter()
            .map(|(name, value)| format!("      <property name=\"{name}\" value=\"{value}\"/>\n"))
            .collect();
        let text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"{}\" tests=\"{count}\" failures=\"0\" \
             timestamp=\"{when}\">\n    <properties>\n{labels}    </properties>\n{cases}  </testsuite>\n</testsuites>\n",
            repo.name
        );
        files.insert(format!("sources/junit/{}/{day}.xml", repo.name), text.into_bytes());
    }
}
