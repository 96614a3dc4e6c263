//! Nothing is known before its time, and what was learned is used only where it is better.

use super::*;
use crate::ranking::DAY;

/// An item a day at noon; what `of` says of its number is known of it, and whether it was answered.
fn items(count: i64, of: impl Fn(i64) -> (Features, bool)) -> Vec<Item> {
    let item = |number: i64| {
        let (features, is_answered) = of(number);
        let is_known = number + 7 < count;
        Item { id: number.to_string(), at: number * DAY, features, answered: is_known.then_some(is_answered) }
    };
    (0..count).map(item).collect()
}

/// To the reader or a copy by turns; every third is tagged.
fn mail(number: i64) -> Features {
    Features {
        relation: if number % 2 == 0 { Relation::To } else { Relation::Cc },
        is_tagged: number % 3 == 0,
        recipients: 2,
        chars: 300,
        ..Features::default()
    }
}

#[test]
fn the_first_third_warms_up_and_the_last_week_has_no_label() {
    let evaluation = replay(&items(100, |number| (mail(number), number % 2 == 0)));
    let Evaluation { items, warm_up, scored, answered, .. } = evaluation;
    assert_eq!((items, warm_up, scored, answered), (100, 30, 63, 32));
    assert_eq!(evaluation.rule.area_under_curve, Some(1.0));
    assert_eq!(evaluation.to_before_cc.area_under_curve, Some(1.0));
    assert!(!evaluation.chooses_model, "the rule cannot be beaten");
}

#[test]
fn what_the_rule_does_not_see_is_learned() {
    let evaluation = replay(&items(400, |number| (mail(number), number % 3 == 0)));
    assert!(evaluation.rule.area_under_curve < Some(0.6));
    assert!(evaluation.model.area_under_curve > Some(0.9), "{:?}", evaluation.model);
    assert!(evaluation.chooses_model);
}

#[test]
fn nothing_is_learned_before_its_time() {
    let items = items(60, |number| (mail(number), number % 3 == 0));
    // The score of item 50 where the labels of so many items from 40 on were the other way round.
    let score = |flipped: std::ops::Range<usize>| {
        let mut items = items.clone();
        for item in &mut items[flipped] {
            item.answered = item.answered.map(|known| !known);
        }
        Learned::gone_through(&items, 50).1[0].score
    };
    assert_eq!(score(44..50), score(0..0));
    assert_ne!(score(43..50), score(0..0));
}

#[test]
fn the_same_past_gives_the_same_order_and_few_items_the_rule() {
    let items = items(400, |number| (mail(number), number % 3 == 0));
    assert_eq!(Learned::of(&items), Learned::of(&items));
    let few = Learned::of(&items[..40]);
    assert!(!few.evaluation.chooses_model);
    let tagged = Features { is_tagged: true, ..mail(1) };
    let place = few.place(&tagged, Activity::default());
    assert_eq!(place.score, rule(&tagged));
    let learned = Learned::of(&items);
    let plain = Features { is_tagged: false, ..tagged };
    let [tagged, plain] = [tagged, plain].map(|features| learned.place(&features, Activity::default()));
    assert!(tagged.score > plain.score && tagged.probability > 0.6 && plain.probability < 0.4);
}

#[test]
fn what_came_while_the_reader_was_away_is_not_worth_less() {
    let learned = Learned::of(&items(400, |number| (mail(number), number % 3 == 0)));
    let away = Activity { days_since: Some(20.0), week: Some(0) };
    let [one, two] = [mail(1), Features { activity: away, ..mail(1) }];
    assert_eq!(learned.place(&one, Activity::default()), learned.place(&two, Activity::default()));
}

#[test]
fn an_empty_mailbox_has_no_figures() {
    assert_eq!(replay(&[]), Evaluation::default());
}
