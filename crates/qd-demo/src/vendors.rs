//! What vendors send: invoices and seats as tables that nobody has a connector for, and a cloud's bill (FOCUS).

use std::fmt::Write as _;

use crate::{
    Files,
    days::{plus, working},
    dice::Dice,
    story::Story,
};

/// The vendor whose seats are too many, and how many are paid beside those that somebody has.
pub(crate) const SPARE: usize = 4;
/// Who waits for money, and its number.
pub(crate) const OWED: (&str, &str) = ("Post Carrier", "PC-2207");

/// Writes all three.
pub(crate) fn write(story: &Story, files: &mut Files) {
    files.insert("sources/books/invoices.csv".to_owned(), invoices(story).into_bytes());
    files.insert("sources/books/seats.csv".to_owned(), seats(story).into_bytes());
    files.insert("sources/books/cloud.csv".to_owned(), bill(story).into_bytes());
}

/// Seats that are paid.
pub(crate) fn paid_seats(story: &Story) -> usize {
    story.people.len() + SPARE
}

/// One invoice a month of who is paid by the month, and one that lies about.
fn invoices(story: &Story) -> String {
    let mut text = "payee,number,issued,due,amount,currency,paid,text\n".to_owned();
    let (mut day, mut number) = (story.began, 1000);
    while day < plus(story.last_day(), -40) {
        if day.day() == 1 {
            for (payee, amount) in [("Cloudshed", "4833.00"), ("Post Carrier", "600.00")] {
                number += 1;
                let (due, paid) = (plus(day, 30), working(plus(day, 12), 0));
                let _ = writeln!(text, "{payee},{number},{day},{due},{amount},CHF,{paid},of the month");
            }
        }
        day = plus(day, 1);
    }
    let (payee, number) = OWED;
    let (issued, due) = (working(plus(story.today, -33), 0), plus(story.today, -3));
    let _ = writeln!(text, "{payee},{number},{issued},{due},1180.00,CHF,,messages beyond the quota");
    text
}

/// Everybody has a seat of the design tool, and some have not opened it for long.
fn seats(story: &Story) -> String {
    let mut dice = Dice::new(story.seed, "seats");
    let mut text = "product,person,last_used_at,level\n".to_owned();
    for person in &story.people {
        let back = if dice.percent(15) { dice.between(70, 85) } else { dice.between(0, 20) };
        let level = if person.role == crate::story::Role::Designer { "full" } else { "viewer" };
        let used = working(plus(story.last_day(), -back), 0).min(story.last_day());
        let _ = writeln!(text, "pixelwharf,{},{used} 16:30,{level}", person.mail());
    }
    text
}

/// A line for each day and service; what serves everybody carries no project.
fn bill(story: &Story) -> String {
    let mut dice = Dice::new(story.seed, "cloud");
    let mut text =
        "BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,ProviderName,SubAccountId,ServiceName,\
                    ServiceCategory,RegionId,Tags\n"
            .to_owned();
    let mut day = story.began;
    while day <= story.last_day() {
        for place in 0..story.repos.len() {
            let tag = if story.is_shared(place) { "service" } else { "project" };
            let tags = format!("\"{{\"\"{tag}\"\": \"\"{}\"\"}}\"", story.service_of(place));
            for (service, category, francs) in [("Containers", "Compute", 9), ("Database", "Databases", 7)] {
                let cost = format!("{francs}.{:02}", dice.between(0, 99));
                let _ = writeln!(
                    text,
                    "{cost},{cost},CHF,{day}T00:00:00Z,Cloudshed,quill-lantern,{service},{category},zrh-1,{tags}"
                );
            }
        }
        let _ = writeln!(
            text,
            "6.{:02},6.00,CHF,{day}T00:00:00Z,Cloudshed,quill-lantern,Backups,Storage,zrh-1,{{}}",
            dice.between(0, 99)
        );
        day = plus(day, 1);
    }
    text
}
