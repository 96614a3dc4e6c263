//! The truth of what a person owed to a mailbox.

use anyhow::Context as _;

/// Seconds of a week.
const WEEK: i64 = 7 * 86_400;
/// Seconds by which an answer's time may be off: hours are written with two digits.
const BLUR: f64 = 36.0;

/// A message to a person, and what became of it.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    /// Its id, without `<>`.
    pub(crate) id: String,
    /// When it was sent, in seconds since 1970.
    pub(crate) at: i64,
    /// Hours after which they answered this very message.
    answered: Option<f64>,
    /// Whether they wrote in its thread within a week.
    is_met_in_a_week: bool,
}

impl Letter {
    /// Those on the lines of a truth file, whose first line names its columns.
    ///
    /// # Errors
    /// Where a column is missing, or a line is none of its kind.
    pub(crate) fn read_all(text: &str) -> anyhow::Result<Vec<Self>> {
        let mut lines = text.lines();
        let names: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
        let place = |name: &str| {
            names
                .iter()
                .position(|own| *own == name)
                .with_context(|| format!("the truth has no column `{name}`"))
        };
        let (id, at) = (place("message_id")?, place("date_unix")?);
        let (latency, met) = (place("latency_h")?, place("replied_thread_7d")?);
        lines
            .enumerate()
            .filter(|(_, line)| !line.is_empty())
            .map(|(number, line)| {
                let cells: Vec<&str> = line.split('\t').collect();
                let cell = |place: usize| cells.get(place).copied().unwrap_or_default().trim();
                let at =
                    cell(at).parse().with_context(|| format!("line {}: no time of sending", number + 2))?;
                Ok(Self {
                    id: cell(id).trim_start_matches('<').trim_end_matches('>').to_owned(),
                    at,
                    answered: cell(latency).parse().ok(),
                    is_met_in_a_week: cell(met) == "1",
                })
            })
            .collect()
    }

    /// When it was answered by itself, at the latest.
    pub(crate) fn answered_by(&self) -> Option<i64> {
        self.answered.map(|hours| self.at + (hours * 3600.0 + BLUR) as i64)
    }

    /// Whether it is owed at `instant`; none where the truth does not say so.
    pub(crate) fn is_open(&self, instant: i64) -> Option<bool> {
        let is_answered = self.answered_by().is_some_and(|answered| answered <= instant);
        match instant - self.at {
            _ if is_answered => Some(false),
            age if age < 0 => Some(false),
            0 => Some(true),
            age if age >= WEEK => self.is_met_in_a_week.then_some(false),
            _ => (!self.is_met_in_a_week).then_some(true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Letter;

    #[test]
    fn what_the_truth_does_not_say_is_not_known() {
        let head = "message_id\tdate_unix\taddressed\treplied_direct\tlatency_h\treplied_thread_7d\n";
        let read =
            |line: &str| Letter::read_all(&format!("{head}<a@b>\t1000\tto\t{line}\n")).unwrap().remove(0);
        let (day, week) = (1000 + 86_400, 1001 + 7 * 86_400);
        let seen = |letter: &Letter| [999, 1000, day, week].map(|instant| letter.is_open(instant));
        assert_eq!(seen(&read("1\t2.00\t1")), [Some(false), Some(true), Some(false), Some(false)]);
        assert_eq!(seen(&read("0\t\t1")), [Some(false), Some(true), None, Some(false)]);
        assert_eq!(seen(&read("0\t\t0")), [Some(false), Some(true), Some(true), None]);
        assert_eq!(seen(&read("1\t200.00\t0")), [Some(false), Some(true), Some(true), None]);
        assert_eq!(read("0\t\t0").id, "a@b");
        assert!(Letter::read_all("message_id\tdate_unix\n").is_err());
    }
}
