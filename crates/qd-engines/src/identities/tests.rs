//! Who is taken to be whom, by example and by rule.

use proptest::prelude::*;

use super::{
    ENGINE,
    mailmap::Line,
    resolve::{Declared, Identity, Sighting, resolve},
};
use crate::{
    columns::instant,
    testing::{days_back, expect},
};

const NO_MAILMAP: &str = "proper_name | proper_email | commit_name | commit_email";
const NO_PEOPLE: &str = "id | name | mails | logins | is_bot";

#[test]
fn strangers_are_joined_by_address_and_by_full_name() {
    expect(
        &ENGINE,
        &[
            ("authors", "
                email                              | name         | commits | first_seen | last_seen
                ada@example.org                    | Ada L        | 90      | 500        | 3
                ada@example.org                    | ada          | 5       | 600        | 500
                ada@home.example                   | Ada L        | 2       | 90         | 90
                ben@example.org                    | Ben          | 7       | 90         | 3
                ben@home.example                   | Ben          | 7       | 80         | 3
                noreply@github.com                 | Ada L        | 1       | 9          | 9
                noreply@github.com                 | Carl Clever  | 1       | 9          | 9
                root@build                         | root         | 3       | 9          | 9
                12+dora@users.noreply.github.com   | Dora D       | 3       | 9          | 9
                dora@users.noreply.github.com      | dd           | 3       | 19         | 9
                1+dependabot[bot]@users.noreply.github.com | dependabot[bot] | 3 | 9     | 9
            "),
            ("mailmap", NO_MAILMAP),
            ("people", NO_PEOPLE),
        ],
        "
        email                            | name  | person | person_name | is_bot | why
        1+dependabot[bot]@users.noreply.github.com | dependabot[bot] | dependabot-bot | dependabot[bot] | yes | observed
        12+dora@users.noreply.github.com | Dora D | dora-d | Dora D     | no | same-address
        ada@example.org                  | Ada L | ada-l  | Ada L       | no | same-address
        ada@example.org                  | ada   | ada-l  | Ada L       | no | same-address
        ada@home.example                 | Ada L | ada-l  | Ada L       | no | same-name
        ben@example.org                  | Ben   | ben    | Ben         | no | observed
        ben@home.example                 | Ben   | ben-2  | Ben         | no | observed
        dora@users.noreply.github.com    | dd    | dora-d | Dora D      | no | same-address
        noreply@github.com               | Ada L | ada-l  | Ada L       | no | same-name
        noreply@github.com               | Carl Clever | carl-clever | Carl Clever | no | observed
        root@build                       | root  | root   | root        | no | observed
        ",
    );
}

#[test]
fn declarations_go_before_the_mailmap_and_the_mailmap_before_the_rest() {
    expect(
        &ENGINE,
        &[
            (
                "authors",
                "
                email                            | name          | commits | first_seen | last_seen
                7+adal@users.noreply.github.com  | a             | 4       | 9          | 9
                ada@example.org                  | Ada           | 4       | 9          | 9
                ada@old.example                  | al            | 4       | 9          | 9
                alan@example.org                 | Alan Turing   | 4       | 9          | 9
                alan@home.example                | Alan Turing   | 4       | 9          | 9
                eve@new.example                  | Eve E         | 4       | 9          | 9
                eve@old.example                  | e             | 4       | 9          | 9
                other@example.org                | Ada Lovelace  | 4       | 9          | 9
                sam1@example.org                 | Sam Smith     | 4       | 9          | 9
                sam2@example.org                 | Sam Smith     | 4       | 9          | 9
                sam3@example.org                 | Sam Smith     | 4       | 9          | 9
                x@ci.example                     | Builder       | 4       | 9          | 9
            ",
            ),
            (
                "mailmap",
                "
                proper_name  | proper_email     | commit_name | commit_email
                -            | Ada@example.org  | -           | ada@OLD.example
                Eve Example  | eve@new.example  | E           | eve@old.example
            ",
            ),
            (
                "people",
                "
                id   | name         | mails                             | logins | is_bot
                ada  | Ada Lovelace | ADA@example.org, ada@work.example | AdaL   | -
                alan | -            | alan@example.org                  | -      | -
                sam  | Sam Smith    | sam1@example.org                  | -      | -
                sams | Sam Smith    | sam2@example.org                  | -      | -
                ci   | Builds       | x@ci.example                      | -      | true
            ",
            ),
        ],
        "
        email                           | person    | person_name  | is_bot | is_declared | why
        7+adal@users.noreply.github.com | ada       | Ada Lovelace | no     | yes | declared
        ada@example.org                 | ada       | Ada Lovelace | no     | yes | declared
        ada@old.example                 | ada       | Ada Lovelace | no     | yes | mailmap
        alan@example.org                | alan      | alan         | no     | yes | declared
        alan@home.example               | alan      | alan         | no     | yes | same-name
        eve@new.example                 | eve-example | Eve Example | no    | no  | same-address
        eve@old.example                 | eve-example | Eve Example | no    | no  | mailmap
        other@example.org               | ada       | Ada Lovelace | no     | yes | declared
        sam1@example.org                | sam       | Sam Smith    | no     | yes | declared
        sam2@example.org                | sams      | Sam Smith    | no     | yes | declared
        sam3@example.org                | sam-smith | Sam Smith    | no     | no  | observed
        x@ci.example                    | ci        | Builds       | yes    | yes | declared
        ",
    );
}

fn any_sightings() -> impl Strategy<Value = Vec<Sighting>> {
    let email = prop::sample::select(vec![
        "a@x.example",
        "b@x.example",
        "c@x.example",
        "noreply@github.com",
        "root@localhost",
        "",
        "1+a@users.noreply.github.com",
        "a@users.noreply.github.com",
        "bot@x.example",
    ]);
    let name = prop::sample::select(vec![
        "Ada Lovelace",
        "ada",
        "Ben Bold",
        "BEN BOLD",
        "root",
        "",
        "dependabot[bot]",
        "王伟",
        "Zoë Zed",
    ]);
    prop::collection::btree_map((email, name), (1..50_i64, 0..400_i64, 0..400_i64), 0..20).prop_map(|all| {
        all.into_iter()
            .map(|((email, name), (commits, one, two))| Sighting {
                email: email.to_owned(),
                name: name.to_owned(),
                commits,
                first: instant(days_back(one.max(two))),
                last: instant(days_back(one.min(two))),
            })
            .collect()
    })
}

fn any_people() -> impl Strategy<Value = Vec<Declared>> {
    let person =
        (prop::sample::subsequence(vec!["a@x.example", "c@x.example"], 0..2), any::<bool>(), any::<bool>());
    prop::collection::vec(person, 0..3).prop_map(|people| {
        (0..)
            .zip(people)
            .map(|(number, (mails, has_name, has_login))| Declared {
                id: format!("p{number}"),
                name: has_name.then(|| ["Ada Lovelace", "Ben Bold", "Ada Lovelace"][number].to_owned()),
                mails: mails.into_iter().map(str::to_owned).collect(),
                logins: has_login.then(|| "A".to_owned()).into_iter().collect(),
                is_bot: None,
            })
            .collect()
    })
}

fn any_lines() -> impl Strategy<Value = Vec<Line>> {
    let line = (
        prop::option::of(Just("Ada Lovelace".to_owned())),
        prop::option::of(Just("c@x.example".to_owned())),
        prop::option::of(Just("ada".to_owned())),
        prop::sample::select(vec!["a@x.example", "B@x.example"]),
    );
    prop::collection::vec(line, 0..3).prop_map(|lines| {
        lines
            .into_iter()
            .map(|(proper_name, proper_email, commit_name, commit_email)| Line {
                proper_name,
                proper_email,
                commit_name,
                commit_email: commit_email.to_owned(),
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn the_order_of_rows_makes_no_difference(
        sightings in any_sightings(),
        lines in any_lines(),
        people in any_people(),
        turn in 0..20_usize,
    ) {
        let identities = resolve(&sightings, &lines, &people);
        prop_assert_eq!(identities.len(), sightings.len());
        let mut turned: Vec<(usize, Sighting)> = sightings.iter().cloned().enumerate().collect();
        let middle = turn % turned.len().max(1);
        turned.rotate_left(middle);
        turned.reverse();
        let mut reversed = people.clone();
        reversed.reverse();
        let rows: Vec<Sighting> = turned.iter().map(|(_, row)| row.clone()).collect();
        let mut again: Vec<(usize, Identity)> =
            turned.iter().map(|(index, _)| *index).zip(resolve(&rows, &lines, &reversed)).collect();
        again.sort_by_key(|(index, _)| *index);
        prop_assert_eq!(identities, again.into_iter().map(|(_, identity)| identity).collect::<Vec<_>>());
    }

    #[test]
    fn an_id_is_one_person_and_declared_addresses_are_theirs(
        sightings in any_sightings(),
        lines in any_lines(),
        people in any_people(),
    ) {
        let identities = resolve(&sightings, &lines, &people);
        for (one, seen) in identities.iter().zip(&sightings) {
            let holder = people.iter().find(|person| person.mails.contains(&seen.email));
            if let Some(holder) = holder {
                prop_assert_eq!(&one.person, &holder.id);
            }
            prop_assert!(!one.person.is_empty());
            prop_assert_eq!(one.is_declared, people.iter().any(|person| person.id == one.person));
            for other in identities.iter().filter(|other| other.person == one.person) {
                prop_assert_eq!((&one.name, one.is_bot), (&other.name, other.is_bot));
            }
        }
    }
}
