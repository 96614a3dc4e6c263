//! What a task asks of people, and what they can do, as the files say it.

/// So many people with a skill at a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skill<'t> {
    /// What it is called.
    pub name: &'t str,
    /// How well: at least, of what is asked for; 1 where levels are not told apart.
    pub level: u32,
    /// How many people with it are asked for; 1 where not said.
    pub people: u32,
}

impl<'t> Skill<'t> {
    /// Reads `sql`, `sql:3`, `2 sql`, `2 sql:3`. What is no number is part of the name.
    #[must_use]
    pub fn parse(text: &'t str) -> Self {
        let text = text.trim();
        let count = text.split_once(' ').and_then(|(count, rest)| Some((number(count)?, rest.trim())));
        let (people, text) = count.unwrap_or((1, text));
        let level =
            text.rsplit_once(':').and_then(|(name, level)| Some((name.trim(), number(level.trim())?)));
        let (name, level) = level.unwrap_or((text, 1));
        Self { name, level, people }
    }

    /// Whether it is the same skill, at whatever level.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// A number from 1 to 99: no team is larger, and nobody tells more levels apart.
fn number(text: &str) -> Option<u32> {
    let is_short = text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_short.then(|| text.parse().ok()).flatten().filter(|number| *number > 0)
}

#[cfg(test)]
mod tests {
    use super::Skill;

    #[test]
    fn counts_and_levels_are_read() {
        for (text, people, name, level) in [
            ("sql", 1, "sql", 1),
            (" sql:3 ", 1, "sql", 3),
            ("2 sql", 2, "sql", 1),
            ("12 design review : 2", 12, "design review", 2),
            ("0 sql", 1, "0 sql", 1),
            ("3D modelling", 1, "3D modelling", 1),
            ("python 3", 1, "python 3", 1),
            ("sql:0", 1, "sql:0", 1),
            ("100 sql", 1, "100 sql", 1),
            ("std::fmt", 1, "std::fmt", 1),
            ("", 1, "", 1),
        ] {
            assert_eq!(Skill::parse(text), Skill { name, level, people }, "{text}");
        }
    }
}
