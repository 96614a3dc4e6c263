//! A plan on a terminal: its projects, below each its tasks over the weeks, then the load and the conflicts.

use std::fmt::Write as _;

use jiff::{ToSpan, civil::Date};
use qd_model::{Plan, ProjectPlan, TaskPlan};

use super::{
    days, is_critical,
    said::{self, Said, Tone},
    weeks,
};
use crate::draw::{
    style::{ERROR, FAINT, HEADING, WARNING, styled},
    words::{columns, count, cut, pad},
};

/// Narrowest and widest room for the weeks, in columns.
const ROOM: (usize, usize) = (12, 60);
/// Columns of a title and of who does it.
const TITLE: usize = 28;
const WHO: usize = 14;
/// Most conflicts of a kind.
const CONFLICTS: usize = 12;
/// Columns before the weeks.
const BEFORE: usize = TITLE + WHO + 4;

/// The plan on a screen of `width` columns.
pub(crate) fn text(plan: &Plan, width: usize) -> String {
    if plan.projects.is_empty() {
        return "No project is worked on: declare one in `projects/`, with tasks, estimates and who can do them.\n"
            .to_owned();
    }
    let room = width.saturating_sub(BEFORE).clamp(ROOM.0, ROOM.1);
    let ends = plan.projects.iter().flat_map(|project| [project.ends, project.deadline, project.p80]);
    let last = ends.flatten().max();
    let scale =
        Scale { first: plan.today, days: last.map_or(1, |last| days(plan.today, last) + 1).max(room), room };
    let mut text = format!("{}\n", styled(HEADING, format!("Plan of {}", plan.today)));
    let _ = writeln!(text, "\n{}{}", " ".repeat(BEFORE), styled(FAINT, scale.ruler()));
    for project in &plan.projects {
        let _ = writeln!(text, "{}", head(project, width));
        if let Some(line) = project_line(project, &scale) {
            let _ = writeln!(text, "{line}");
        }
        for task in &project.tasks {
            text.push_str(&task_line(task, &scale, width));
        }
        text.push('\n');
    }
    text.push_str(&weeks::text(&plan.load, width));
    let conflicts = said::conflicts(plan, CONFLICTS);
    if !conflicts.is_empty() {
        let _ = writeln!(text, "{}", styled(HEADING, "Conflicts"));
        for conflict in conflicts {
            let _ = writeln!(text, "{}", filled(&conflict.1, width, "  ", "    ", style(conflict.0)));
        }
        text.push('\n');
    }
    let is_parted =
        plan.projects.iter().flat_map(|project| &project.tasks).any(|task| !task.parts.is_empty());
    let legend = format!(
        "A column is {} from {} on. ━ critical in half of the runs, ─ other work, ┄ until it is ready in 8 of 10 runs, \
         5 and 8: the project is ready in so many of 10 runs, | day it is due, ! work goes on after it{}.",
        count(scale.days.div_ceil(room), "day", "days"),
        plan.today,
        if is_parted { ", · put down for another task" } else { "" }
    );
    for words in [said::made(plan), legend] {
        let _ = writeln!(text, "{}", filled(&words, width, "", "", Some(FAINT)));
    }
    text
}

fn style(tone: Tone) -> Option<anstyle::Style> {
    match tone {
        Tone::Plain => None,
        Tone::Warning => Some(WARNING),
        Tone::Error => Some(ERROR),
    }
}

/// Words in lines of at most `width` columns.
fn filled(text: &str, width: usize, indent: &str, hanging: &str, style: Option<anstyle::Style>) -> String {
    let mut lines: Vec<String> = vec![indent.to_owned()];
    for word in text.split_whitespace() {
        let is_first = lines.last().is_some_and(|line| line.trim().is_empty());
        let used = lines.last().map_or(0, |line| columns(line));
        if !is_first && used + 1 + columns(word) > width {
            lines.push(format!("{hanging}{word}"));
        } else if let Some(line) = lines.last_mut() {
            if !is_first {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    let styled_line = |line: String| style.map_or_else(|| line.clone(), |style| styled(style, &line));
    lines.into_iter().map(styled_line).collect::<Vec<_>>().join("\n")
}

/// A project's name and what is told of it, in lines of at most `width` columns.
fn head(project: &ProjectPlan, width: usize) -> String {
    let name = cut(&project.name, width);
    let mut used = columns(&name);
    let mut text = styled(HEADING, name);
    let mut between = "  ";
    for (tone, words) in said::head(project) as Vec<Said> {
        if used + between.chars().count() + columns(&words) > width {
            text.push_str("\n  ");
            used = 2;
        } else {
            text.push_str(between);
            used += between.chars().count();
        }
        used += columns(&words);
        text.push_str(&style(tone).map_or_else(|| words.clone(), |style| styled(style, &words)));
        between = " · ";
    }
    for (tone, words) in said::doubts(project) {
        for line in wrapped(&words, width.saturating_sub(2)) {
            text.push_str("\n  ");
            text.push_str(&style(tone).map_or_else(|| line.clone(), |style| styled(style, &line)));
        }
    }
    text
}

/// Words in lines of at most `width` columns.
fn wrapped(words: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words.split(' ') {
        match lines.last_mut().filter(|line| columns(line) + 1 + columns(word) <= width) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A project's weeks, with the days by which it is ready in 5 and in 8 of 10 runs.
fn project_line(project: &ProjectPlan, scale: &Scale) -> Option<String> {
    let (from, to) = project.starts.zip(project.ends)?;
    let marks: Vec<String> = [("P50", project.p50), ("P80", project.p80)]
        .iter()
        .filter_map(|(name, day)| Some(format!("{name} {}", (*day)?)))
        .collect();
    let said = format!("  {}", marks.join(" · "));
    let mut cells = scale.cells(from, to, None, '─', project.deadline);
    for (mark, day) in [('8', project.p80), ('5', project.p50)] {
        if let Some(cell) = day.and_then(|day| cells.get_mut(scale.column(day))) {
            *cell = mark;
        }
    }
    Some(format!("{}{}", styled(FAINT, pad(&said, BEFORE)), trimmed(&cells)))
}

fn task_line(task: &TaskPlan, scale: &Scale, width: usize) -> String {
    let who = if task.people.is_empty() { "nobody".to_owned() } else { task.people.join(", ") };
    let begin = format!("  {} {} ", pad(&cut(&task.title, TITLE), TITLE), pad(&cut(&who, WHO), WHO));
    match (task.starts.zip(task.ends), &task.why_not) {
        (Some((from, to)), _) => {
            let bar = if is_critical(task) { '━' } else { '─' };
            let mut cells = scale.cells(from, to, task.p80, bar, task.deadline);
            for pair in task.parts.windows(2) {
                scale.lie(&mut cells, (pair[0].1, pair[1].0), bar);
            }
            format!("{begin}{}\n", trimmed(&cells))
        }
        (None, why) => {
            let why = why.as_deref().unwrap_or("not planned");
            if columns(&begin) + columns(why) <= width {
                format!("{begin}{}\n", styled(ERROR, why))
            } else {
                format!("{}\n{}\n", begin.trim_end(), filled(why, width, "    ", "    ", Some(ERROR)))
            }
        }
    }
}

fn trimmed(cells: &[char]) -> String {
    let line: String = cells.iter().collect();
    line.trim_end().to_owned()
}

/// The days from the first on, in columns.
struct Scale {
    first: Date,
    days: usize,
    room: usize,
}

impl Scale {
    fn column(&self, day: Date) -> usize {
        (days(self.first, day) * self.room / self.days.max(1)).min(self.room.saturating_sub(1))
    }

    /// A bar from one day to another, a paler one behind it until `tail`, and a mark on the day it is due.
    fn cells(&self, from: Date, to: Date, tail: Option<Date>, bar: char, due: Option<Date>) -> Vec<char> {
        let (from, to) = (self.column(from), self.column(to));
        let tail = tail.map_or(to, |day| self.column(day));
        let due = due.map(|day| self.column(day));
        let cell = |place: usize| match place {
            _ if due == Some(place) && place < to => '!',
            place if (from..=to).contains(&place) => bar,
            _ if due == Some(place) => '|',
            place if (to..=tail).contains(&place) => '┄',
            _ => ' ',
        };
        (0..self.room).map(cell).collect()
    }

    /// Marks the columns between the last day of a part and the first of the next; nothing where they leave none.
    fn lie(&self, cells: &mut [char], (last, next): (Date, Date), bar: char) {
        let between = self.column(last) + 1..self.column(next);
        for cell in cells.get_mut(between).into_iter().flatten().filter(|cell| **cell == bar) {
            *cell = '·';
        }
    }

    /// Names of months over the columns in which they begin; days of Mondays where a column is a day or less.
    fn ruler(&self) -> String {
        let last = self.first.checked_add(i64::try_from(self.days).unwrap_or(i64::MAX).days());
        let last = last.unwrap_or(Date::MAX);
        let is_short = self.days <= self.room + self.room / 2;
        let is_named = |day: &Date| {
            if is_short { day.weekday() == jiff::civil::Weekday::Monday } else { day.day() == 1 }
        };
        let mut ruler = String::new();
        for day in self.first.series(1.day()).take_while(|day| *day <= last).filter(is_named) {
            let name = match (is_short, day.month()) {
                (true, _) => day.strftime("%-d %b").to_string(),
                (false, 1) => day.strftime("%Y").to_string(),
                (false, _) => day.strftime("%b").to_string(),
            };
            let (place, used) = (self.column(day), columns(&ruler));
            if (used == 0 || used < place) && place + columns(&name) <= self.room {
                ruler.push_str(&" ".repeat(place - used));
                ruler.push_str(&name);
            }
        }
        ruler
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{Scale, filled, trimmed};

    #[test]
    fn a_bar_shows_when_it_is_due_and_how_far_it_may_run() {
        let scale = Scale { first: date(2026, 3, 2), days: 20, room: 20 };
        let day = |day: i8| date(2026, 3, day);
        let bar = |from, to, tail, due| trimmed(&scale.cells(from, to, tail, '━', due));
        assert_eq!(bar(day(2), day(4), None, None), "━━━");
        assert_eq!(bar(day(4), day(6), None, Some(day(8))), "  ━━━ |");
        assert_eq!(bar(day(4), day(8), None, Some(day(6))), "  ━━!━━");
        assert_eq!(bar(day(2), day(3), Some(day(6)), Some(day(5))), "━━┄|┄");
        assert_eq!(bar(day(2), day(5), Some(day(3)), None), "━━━━", "luck may be better than the plan");
        assert_eq!(bar(day(2), date(2027, 1, 1), None, None).chars().count(), 20);
    }

    #[test]
    fn a_ruler_names_months_or_mondays() {
        let short = Scale { first: date(2026, 3, 4), days: 20, room: 20 };
        assert_eq!(short.ruler(), "     9 Mar  16 Mar");
        let long = Scale { first: date(2026, 11, 23), days: 200, room: 40 };
        assert_eq!(long.ruler(), " Dec   2027   Feb  Mar   Apr   May");
        let decades = Scale { first: date(2026, 11, 23), days: 7_000, room: 12 };
        assert!(decades.ruler().chars().count() <= 12);
    }

    #[test]
    fn words_fill_lines_and_no_more() {
        assert_eq!(filled("one two three", 9, "  ", "    ", None), "  one two\n    three");
        assert_eq!(filled("incomprehensible", 5, "", " ", None), "incomprehensible");
    }
}
