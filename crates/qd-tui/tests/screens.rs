//! What the screen shows after which keys: whole screens, as a reader would see them.

use proptest::prelude::*;
use qd_tui::{Deed, Effect, Entry, Event, Key, Kind, Label, Listing, Page, State, TextLine, draw, update};
use ratatui::{
    Terminal,
    backend::TestBackend,
    buffer::Buffer,
    style::{Color, Modifier},
    text::Span,
};

/// A screen, and what was asked for on the way.
struct Screen {
    state: State,
    terminal: Terminal<TestBackend>,
    effects: Vec<Effect>,
    buffer: Buffer,
}

impl Screen {
    fn empty(columns: u16, lines: u16, is_coloured: bool) -> Self {
        let terminal = Terminal::new(TestBackend::new(columns, lines)).expect("a terminal in memory");
        let state = State::new(columns, lines, is_coloured);
        Self { state, terminal, effects: Vec::new(), buffer: Buffer::default() }
    }

    fn new(columns: u16, lines: u16) -> Self {
        let mut screen = Self::empty(columns, lines, false);
        screen.hear(Event::Brief { listing: Box::new(listing()), after: 0 });
        screen
    }

    fn hear(&mut self, event: Event) {
        self.effects.extend(update(&mut self.state, event));
        let drawn = self.terminal.draw(|frame| draw(&self.state, frame)).expect("drawn in memory");
        self.buffer = drawn.buffer.clone();
    }

    /// Presses keys: each character by itself, and the named ones.
    fn press(&mut self, keys: &str) -> &mut Self {
        for key in keys.chars() {
            let key = match key {
                '\n' => Key::Enter,
                '\t' => Key::Tab,
                '\u{1b}' => Key::Esc,
                '\u{3}' => Key::Ctrl('c'),
                '\u{4}' => Key::Ctrl('d'),
                '\u{15}' => Key::Ctrl('u'),
                other => Key::Char(other),
            };
            self.hear(Event::Key(key));
        }
        self
    }

    /// The screen, without what is blank. A wide character's second cell is not looked at: what stands
    /// there is not seen.
    fn text(&self) -> String {
        let buffer = &self.buffer;
        let line = |y: u16| {
            let (mut text, mut x) = (String::new(), 0);
            while x < buffer.area.width {
                let symbol = buffer[(x, y)].symbol();
                text.push_str(symbol);
                x += u16::try_from(Span::raw(symbol).width().max(1)).unwrap_or(1);
            }
            text.trim_end().to_owned()
        };
        (0..buffer.area.height).map(line).collect::<Vec<_>>().join("\n").trim_end().to_owned()
    }

    /// The line with the selected row.
    fn selected(&self) -> String {
        self.text().lines().find(|line| line.starts_with('>')).unwrap_or_default().to_owned()
    }

    fn last_line(&self) -> String {
        self.text().lines().last().unwrap_or_default().to_owned()
    }

    fn explain(&mut self, id: &str, text: &str) {
        let lines = text.lines().map(|text| TextLine { text: text.to_owned(), is_heading: false });
        self.hear(Event::Explained(id.to_owned(), Ok(lines.collect())));
    }
}

fn row(rank: usize, id: &str, title: &str, person: &str) -> Entry {
    let label = |kind, name: &str| Label { kind, name: name.to_owned() };
    Entry {
        id: id.to_owned(),
        rank: Some(rank),
        is_new: rank == 2,
        title: title.to_owned(),
        asks: "say what will happen".to_owned(),
        small: format!("since 2026-03-0{rank} · ~3 h/day, assumed · 10 min"),
        age: format!("{rank}d"),
        price: "~3 h".to_owned(),
        minutes: "10".to_owned(),
        url: (rank == 1).then(|| "https://example.org/1".to_owned()),
        labels: vec![label(Kind::Person, person), label(Kind::Duty, "delivery-promises")],
    }
}

fn listing() -> Listing {
    Listing {
        heading: "Monday 2 March 2026, 08:00 · Harbour · for Ada".to_owned(),
        rows: vec![
            row(1, "aaaaa1", "branch `half-done` of api holds work that nobody touched for 3 months", "Bo"),
            row(2, "bbbbb2", "日本語のとても長い題名はどこで切れるのか、幅が正しいかを見る", "Ada"),
            row(3, "ccccc3", "evil\u{1b}[2J\u{1b}]0;own\u{7}\u{202e}title 🚢 of a ship", "Bo"),
        ],
        rest: 4,
        others: vec![Entry { rank: None, ..row(9, "ddddd4", "held elsewhere", "Bo") }],
        as_of: "2026-03-02 08:00".to_owned(),
        failed: vec!["forge".to_owned()],
        problems: Vec::new(),
        people: vec![("ada".to_owned(), "Ada Lind".to_owned()), ("bo".to_owned(), "Bo Berg".to_owned())],
    }
}

#[test]
fn a_brief_at_80_by_24() {
    insta::assert_snapshot!(Screen::new(80, 24).text());
}

#[test]
fn a_brief_at_40_by_12() {
    insta::assert_snapshot!(Screen::new(40, 12).press("jj").text());
}

#[test]
fn an_explanation_is_asked_for_when_it_is_opened_and_not_before() {
    let mut screen = Screen::new(80, 24);
    assert_eq!(screen.press("j").effects, []);
    screen.press("\n");
    assert_eq!(screen.effects, [Effect::Explain("bbbbb2".to_owned())]);
    let text: Vec<String> = (1..=40).map(|line| format!("line {line} of the explanation")).collect();
    screen.explain("bbbbb2", &text.join("\n"));
    screen.press("jj");
    insta::assert_snapshot!(screen.text());
    screen.press("G");
    assert!(
        screen.text().contains("line 40 of") && !screen.text().contains("line 20 of"),
        "{}",
        screen.text()
    );
    screen.press("/line 7 \n");
    assert!(screen.text().contains("line 7 of"), "{}", screen.text());
    screen.press("q");
    assert!(!screen.text().contains("line 7 of"));
    assert!(!screen.effects.contains(&Effect::Quit));
    screen.press("q");
    assert!(screen.effects.contains(&Effect::Quit));
}

#[test]
fn help_tells_every_key() {
    let mut screen = Screen::new(80, 60);
    screen.press("?");
    insta::assert_snapshot!(screen.text());
}

#[test]
fn what_is_done_goes_away_at_once_and_comes_back_where_it_failed() {
    let mut screen = Screen::new(80, 24);
    screen.press("jd");
    let act = Effect::Act { number: 1, on: "bbbbb2".to_owned(), deed: Deed::Done };
    assert_eq!(screen.effects, [act]);
    assert!(!screen.text().contains("bbbbb2"), "{}", screen.text());
    assert!(screen.selected().contains("ccccc3"), "{}", screen.selected());
    screen.hear(Event::Acted(1, Err("the disk is full".to_owned())));
    assert!(screen.text().contains("bbbbb2") && screen.last_line().contains("the disk is full"));
}

#[test]
fn a_brief_that_was_made_before_the_action_does_not_bring_the_row_back() {
    let mut screen = Screen::new(80, 24);
    screen.press("d");
    screen.hear(Event::Acted(1, Ok("done: it".to_owned())));
    screen.hear(Event::Brief { listing: Box::new(listing()), after: 0 });
    assert!(!screen.text().contains("aaaaa1"), "{}", screen.text());
    screen.hear(Event::Brief { listing: Box::new(listing()), after: 1 });
    assert!(screen.text().contains("aaaaa1"), "what the deck says in the end holds");
}

#[test]
fn undo_takes_back_the_last_action_of_this_sitting() {
    let mut screen = Screen::new(80, 24);
    screen.press("d");
    screen.hear(Event::Acted(1, Ok("done: it".to_owned())));
    assert!(screen.last_line().ends_with("(u takes it back)"), "{}", screen.last_line());
    screen.press("u");
    let undo = Effect::Act { number: 2, on: "aaaaa1".to_owned(), deed: Deed::Undo };
    assert_eq!(screen.effects.last(), Some(&undo));
}

#[test]
fn actions_ask_what_they_need_to_know() {
    let mut screen = Screen::new(80, 24);
    screen.press("Db\t\n").press("s\n").press("x\n");
    assert!(screen.last_line().contains("nothing was done"), "a dismissal without a reason is none");
    screen.press("xkept for the archive\n").press("tAsk Bo\n3d\n");
    let deeds: Vec<&Deed> = screen
        .effects
        .iter()
        .filter_map(|effect| if let Effect::Act { deed, .. } = effect { Some(deed) } else { None })
        .collect();
    let expected = [
        Deed::Delegate("bo".to_owned()),
        Deed::Snooze("1d".to_owned()),
        Deed::Dismiss("kept for the archive".to_owned()),
        Deed::Todo(Some("3d".to_owned())),
    ];
    assert_eq!(deeds, expected.iter().collect::<Vec<_>>());
}

#[test]
fn mail_is_answered_in_an_editor_and_all_else_where_it_was_asked() {
    let mut screen = Screen::new(80, 24);
    screen.press("a").press("ja");
    assert_eq!(screen.effects, []);
    assert!(screen.last_line().contains("answer where it was asked"), "{}", screen.last_line());
    let mut mail = listing();
    mail.rows[0].url = Some("mid:a@acme".to_owned());
    screen.hear(Event::Brief { listing: Box::new(mail), after: 0 });
    screen.press("ka");
    assert_eq!(screen.effects, [Effect::Answer("aaaaa1".to_owned())]);
    screen.hear(Event::Said("draft to Cy in Drafts of `mail`: Re: Shop".to_owned()));
    assert!(screen.last_line().contains("draft to Cy"), "{}", screen.last_line());
}

#[test]
fn what_is_pasted_is_typed_where_something_is_asked_and_nothing_else() {
    let mut screen = Screen::new(80, 24);
    screen.hear(Event::Key(Key::Pasted('d')));
    assert_eq!(screen.effects, []);
    screen.press("x").hear(Event::Key(Key::Pasted('d')));
    assert_eq!(screen.last_line(), "dismiss because: d");
}

#[test]
fn a_question_can_be_left() {
    let mut screen = Screen::new(80, 24);
    screen.press("xno\u{1b}");
    assert_eq!(screen.effects, []);
    assert!(screen.selected().contains("aaaaa1"));
}

#[test]
fn search_goes_from_match_to_match() {
    let mut screen = Screen::new(80, 24);
    screen.press("/BO\n");
    assert!(screen.selected().contains("aaaaa1"), "names count too: {}", screen.text());
    screen.press("n");
    assert!(screen.selected().contains("ccccc3"), "{}", screen.text());
    screen.press("n");
    assert!(screen.selected().contains("aaaaa1"));
    screen.press("N");
    assert!(screen.selected().contains("ccccc3"));
    screen.press("/nowhere\n");
    assert!(screen.last_line().contains("nowhere") || screen.text().contains("/nowhere"));
}

#[test]
fn a_filter_is_chosen_by_typing() {
    let mut screen = Screen::new(80, 24);
    screen.press("fbo");
    insta::assert_snapshot!(screen.text());
    screen.press("\n");
    assert!(
        !screen.text().contains("bbbbb2") && screen.text().contains("only person Bo"),
        "{}",
        screen.text()
    );
    screen.press("\u{1b}");
    assert!(screen.text().contains("bbbbb2"));
}

#[test]
fn other_lists_are_made_when_they_are_looked_at() {
    let mut screen = Screen::new(80, 24);
    screen.press("2");
    assert!(screen.selected().contains("held elsewhere"), "{}", screen.text());
    screen.press("34");
    assert_eq!(screen.effects, [Effect::Load(Page::Unanswered), Effect::Load(Page::Todos)]);
    let todo = Entry { id: "t1".to_owned(), title: "Ask Bo".to_owned(), ..Entry::default() };
    screen.hear(Event::List(Page::Todos, Ok(vec![todo])));
    screen.press("d");
    let kept = Effect::Act { number: 1, on: "t1".to_owned(), deed: Deed::Kept };
    assert_eq!(screen.effects.last(), Some(&kept));
}

#[test]
fn only_addresses_of_the_web_are_opened() {
    let mut screen = Screen::new(80, 24);
    screen.press("oj").press("o");
    assert_eq!(screen.effects, [Effect::Browse("https://example.org/1".to_owned())]);
    let mut hostile = listing();
    hostile.rows[1].url = Some("file:///etc/passwd".to_owned());
    screen.hear(Event::Brief { listing: Box::new(hostile), after: 0 });
    screen.press("o");
    assert_eq!(screen.effects.len(), 1);
    assert!(screen.last_line().contains("no address on the web"));
}

#[test]
fn what_others_wrote_cannot_steer_the_terminal() {
    let mut screen = Screen::new(80, 24);
    screen.press("jj\n");
    screen.explain("ccccc3", "a\u{1b}[31mb\u{7}\u{9b}2Jc\u{202e}d");
    screen.hear(Event::Failed("\u{1b}]0;x\u{7}failed".to_owned()));
    for cell in screen.buffer.content() {
        assert!(!cell.symbol().chars().any(char::is_control), "{:?}", cell.symbol());
        assert!(!cell.symbol().contains('\u{202e}'));
    }
    assert!(screen.text().contains("abcd"), "{}", screen.text());
}

#[test]
fn without_colour_the_selected_row_is_told_by_a_mark_and_turned_round() {
    let colours = |is_coloured: bool| {
        let mut screen = Screen::empty(80, 24, is_coloured);
        screen.hear(Event::Brief { listing: Box::new(listing()), after: 0 });
        screen.hear(Event::Failed("no".to_owned()));
        let cells = screen.buffer.content().to_vec();
        let turned =
            cells.iter().any(|cell| cell.symbol() == ">" && cell.modifier.contains(Modifier::REVERSED));
        (turned, cells.iter().any(|cell| cell.fg != Color::Reset || cell.bg != Color::Reset))
    };
    assert_eq!(colours(false), (true, false));
    assert_eq!(colours(true), (true, true));
}

#[test]
fn a_long_message_is_told_whole() {
    let mut screen = Screen::new(40, 12);
    screen.hear(Event::Failed("one two three four five six seven eight nine ten eleven".to_owned()));
    assert!(
        screen.text().ends_with("one two three four five six seven eight\nnine ten eleven"),
        "{}",
        screen.text()
    );
    screen.press("j");
    assert!(!screen.text().contains("eleven"));
}

#[test]
fn a_terminal_that_is_too_small_says_so() {
    let screen = Screen::new(20, 5);
    assert_eq!(screen.text(), "too small\nneeds 30×8");
}

#[test]
fn the_reader_stays_on_their_row_and_new_stays_new() {
    let mut screen = Screen::new(80, 24);
    screen.press("j");
    let mut later = listing();
    later.rows.remove(0);
    later.rows[0].is_new = false;
    screen.hear(Event::Brief { listing: Box::new(later), after: 0 });
    assert!(screen.selected().contains("* bbbbb2"), "{}", screen.selected());
}

fn any_key() -> impl Strategy<Value = Key> {
    let named = prop::sample::select(vec![
        Key::Enter,
        Key::Esc,
        Key::Tab,
        Key::BackTab,
        Key::Backspace,
        Key::Delete,
        Key::Up,
        Key::Down,
        Key::Left,
        Key::Right,
        Key::Home,
        Key::End,
        Key::PageUp,
        Key::PageDown,
    ]);
    let bound = prop::sample::select("jkgGlhJKdasxutof/nNA1234r?q".chars().collect::<Vec<_>>());
    prop_oneof![
        3 => bound.prop_map(Key::Char),
        2 => named,
        1 => any::<char>().prop_map(Key::Char),
        1 => prop::char::range('a', 'z').prop_map(Key::Ctrl),
    ]
}

#[derive(Debug, Clone)]
enum Step {
    Press(Key),
    Size(u16, u16),
    Brief(usize, u64),
    Explained,
    Acted(u64, bool),
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => any_key().prop_map(Step::Press),
        1 => (0u16..120, 0u16..60).prop_map(|(columns, lines)| Step::Size(columns, lines)),
        1 => (0usize..4, 0u64..5).prop_map(|(rows, after)| Step::Brief(rows, after)),
        1 => Just(Step::Explained),
        1 => (0u64..6, any::<bool>()).prop_map(|(number, is_done)| Step::Acted(number, is_done)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_keys_at_any_size_are_too_much(
        columns in 0u16..100,
        lines in 0u16..50,
        steps in prop::collection::vec(any_step(), 0..80),
        title in any::<String>(),
    ) {
        let mut screen = Screen::empty(columns, lines, true);
        for step in steps {
            match step {
                Step::Press(key) => screen.hear(Event::Key(key)),
                Step::Size(columns, lines) => {
                    screen.terminal.backend_mut().resize(columns, lines);
                    screen.hear(Event::Size(columns, lines));
                }
                Step::Brief(rows, after) => {
                    let mut listing = listing();
                    listing.rows.truncate(rows);
                    listing.heading.clone_from(&title);
                    listing.rows.iter_mut().for_each(|row| row.title.clone_from(&title));
                    screen.hear(Event::Brief { listing: Box::new(listing), after });
                }
                Step::Explained => screen.explain("aaaaa1", &title),
                Step::Acted(number, true) => screen.hear(Event::Acted(number, Ok(title.clone()))),
                Step::Acted(number, false) => screen.hear(Event::Acted(number, Err(title.clone()))),
            }
        }
    }
}
