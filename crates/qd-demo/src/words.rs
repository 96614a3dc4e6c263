//! What people write: titles of changes, remarks, and questions with their answers.

use crate::dice::Dice;

/// Titles of changes by commit type; `{thing}` and `{actors}` are filled in.
const TITLES: &[(&str, &[&str])] = &[
    (
        "feat",
        &[
            "let {actors} cancel a {thing}",
            "show the {thing} on the overview",
            "remember the last {thing}",
            "export every {thing} as CSV",
            "remind {actors} before a {thing} expires",
            "search by {thing}",
            "print a {thing} with its code",
            "ask before a {thing} is deleted",
            "filter the list by {thing}",
        ],
    ),
    (
        "fix",
        &[
            "keep the {thing} when the session ends",
            "do not round the total of a {thing} twice",
            "say what is wrong when a {thing} cannot be saved",
            "count a {thing} once after a reload",
            "sort each {thing} by date again",
            "accept umlauts in the name of a {thing}",
            "show the {thing} in the local time",
            "no empty page where there is no {thing}",
        ],
    ),
    (
        "refactor",
        &[
            "move the rules of the {thing} out of the page",
            "one place for the state of a {thing}",
            "split the {thing} form into steps",
            "name the {thing} as the client does",
        ],
    ),
    ("perf", &["load the {thing} with one query", "draw the {thing} only when it changed"]),
    ("test", &["cover the {thing} across the change of clocks", "check the {thing} with made-up data"]),
    ("docs", &["say how a {thing} is tried out", "explain the states of a {thing}"]),
];

/// How often each type comes, of a hundred.
const SHARES: [usize; 6] = [38, 30, 14, 6, 8, 4];

/// A commit type and a title.
pub(crate) fn title(dice: &mut Dice, thing: &str, actors: &str) -> (&'static str, String) {
    let mut left = dice.roll(100);
    let mut kind = 0;
    while kind + 1 < SHARES.len() && left >= SHARES[kind] {
        left -= SHARES[kind];
        kind += 1;
    }
    let (word, titles) = TITLES[kind];
    (word, filled(dice.word(titles), thing).replace("{actors}", actors))
}

/// A sentence with its thing in it, and the article that goes with the thing.
pub(crate) fn filled(sentence: &str, thing: &str) -> String {
    let an = if thing.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    sentence.replace(" a {thing}", &format!(" {an} {thing}")).replace("{thing}", thing)
}

/// What a reviewer remarks on before approving.
pub(crate) const REMARKS: &[&str] = &[
    "The empty list ends up in the second branch, is that meant? A test for it would settle it.",
    "Could the default live next to the type? I looked for it there first.",
    "This reads the same value twice. Once before the loop is enough.",
    "I would rather see the error than an empty table here.",
    "The name says count, the value is a list.",
    "On a narrow phone the label wraps over the button. Screenshot is in the channel.",
    "Please leave out the reformatting, it hides the change.",
    "What happens at midnight of the last day of the month?",
];

/// What the author answers.
pub(crate) const REPLIES: &[&str] = &[
    "Right, fixed and covered.",
    "Good catch. Changed.",
    "Done, and the name is better now.",
    "Moved it, thanks.",
    "I kept it for now and noted why in a comment.",
];

/// With which words a change is approved.
pub(crate) const APPROVALS: &[&str] = &[
    "",
    "",
    "Looks good.",
    "Tried it on the preview, works.",
    "Nice and small. Thanks.",
    "Good to go.",
    "Reads well.",
];

/// Bodies of change requests.
pub(crate) const BODIES: &[&str] = &[
    "Came up in the last call with the client.",
    "Small step, the rest follows in a second change.",
    "Tried by hand on the preview with three accounts.",
    "No visible change besides the one in the title.",
    "The old way stays until the next release.",
];

/// Questions in the chat, each with its answer; `{thing}` is filled in. Each is asked once.
pub(crate) const TALK: &[(&str, &str)] = &[
    (
        "Is the preview of the {thing} up for you? I get a blank page.",
        "Was the cache, it works after a reload.",
    ),
    ("Who has the German texts for the {thing}?", "They are in the shared folder since Tuesday."),
    ("Does one have to be signed in to see the {thing}?", "Yes, it is in the notes of the call."),
    ("Can somebody look at the {thing} on a small phone?", "Looks fine on mine, one line wraps."),
    ("Will we translate the {thing} before the demo?", "No, the demo is in German."),
    ("How long do we keep the old {thing} around?", "Until the release, then it goes."),
    (
        "Coffee machine is broken again, who called the technician last time?",
        "The number is on its side, he is quick.",
    ),
    ("Which colour did the client pick for the {thing}?", "The darker green. Contrast is fine, I measured."),
    ("Lunch on the terrace at noon?", "In."),
    ("Whose turn is it to write the minutes of Thursday's workshop?", "Mine. They lie in the shared folder."),
    (
        "My laptop refuses the new certificate, has anybody seen that?",
        "It takes it once the old one is gone.",
    ),
    ("Is it on purpose that the {thing} has no back button?", "No, and thanks. It has one now."),
    ("Could we pair on the {thing} for an hour?", "At two at my desk, gladly."),
    ("Where did the fixture for the {thing} move?", "Next to its test, since yesterday."),
    ("May I take Friday afternoon off?", "Sure, enjoy the snow."),
    ("What was the password hint for the demo account?", "It stands in the vault, under the client's name."),
    ("Did anybody measure how fast the {thing} loads by train?", "Four seconds in the tunnel, one outside."),
    (
        "Anyone up for reading a draft of the talk on forms?",
        "It made my train ride. The middle part is the best.",
    ),
    (
        "Has the screen reader always spoken the {thing} twice?",
        "Since the new heading. There is an issue for it.",
    ),
    ("Why is the log so full of the {thing} this morning?", "A robot. It is blocked now."),
    ("Shall the {thing} print in colour?", "Black and white, their printers know nothing else."),
    ("When does the window cleaner come?", "On Wednesday. The sills should be empty by then."),
];

/// News in the chat, each with what somebody says to it.
pub(crate) const NEWS: &[(&str, &str)] = &[
    ("The {thing} is on the preview.", "Tried it, looks right."),
    ("Client call is over: they like the {thing}.", "Good to hear."),
    ("I take the {thing} today.", "Fine, then I stay with the tests."),
    ("The build is slow this morning, the cache was emptied.", "Ah, that explains it."),
    ("Moved our stand-up to a quarter past nine, the room is taken.", "Noted."),
    ("The {thing} is green on all three phones now.", "Very nice."),
    ("Reminder: the time sheets of this week.", "Done."),
    ("There is cake in the kitchen.", "Best message of the week."),
    ("New screenshots of the {thing} are in the folder.", "The second one is lovely."),
    ("I am at the dentist until eleven.", "Good luck."),
    ("Notes of the call about the {thing} are in the document.", "Thank you."),
    ("Feature freeze for the demo is at four.", "All of mine is in."),
];

/// What clients ask by mail, and what they are answered; `{thing}` is filled in.
pub(crate) const LETTERS: &[(&str, &str, &str)] = &[
    (
        "Numbers for the steering committee",
        "could you send me the number of open points before Thursday?",
        "Eleven are open, four of them are ours. The list is attached to the minutes.",
    ),
    (
        "Wording of the {thing}",
        "our communications department would like another wording for the {thing}. Can you change it until Friday?",
        "It is on the test system now and goes live with the next release.",
    ),
    (
        "Access for a new colleague",
        "a colleague joins us next week. Can she get access to the test system?",
        "Her account is set up, she has a mail with the link.",
    ),
    (
        "Demo of the {thing}",
        "the demo of the {thing} was well received. When can the branch offices see it?",
        "From the first of the month. I send you the link the day before.",
    ),
    (
        "Date of the next workshop",
        "would the week after next suit you for the workshop?",
        "Wednesday morning suits all of us. The invitation follows.",
    ),
];
