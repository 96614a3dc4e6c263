//! A signal's file, read: the head that says what it is, and the query beneath.

use std::collections::BTreeMap;

use qd_model::{PriceClass, Span};

/// Who may ever see a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Only the person it is about or who owns it.
    Person,
    /// That person's reporting line.
    Line,
    /// Everybody in the company.
    Company,
}

/// One signal.
#[derive(Debug, Clone, PartialEq)]
pub struct Signal {
    /// Its name, as its file's.
    pub name: String,
    /// Part of the duties: the folder it lies in.
    pub part: String,
    /// The duty it serves, by its slug.
    pub duty: String,
    /// What to do.
    pub asks: String,
    /// The sentence, with `{column}` for values.
    pub says: String,
    /// The sentence of many like rows, with `{count}` and `{oldest}`.
    pub folds: Option<String>,
    /// How its rows are priced.
    pub price: PriceClass,
    /// Working days a row may wait at one level.
    pub patience: f64,
    /// What dealing with a row takes.
    pub minutes: u32,
    /// Who may see its rows.
    pub audience: Audience,
    /// True where its rows are about the company as a whole and start at the CTO.
    pub starts_at_company: bool,
    /// Query that returns a row where the signal can speak.
    pub needs: Option<String>,
    /// What to declare so that it can.
    pub declare: String,
    /// The first question to ask.
    pub first: String,
    /// What it looks at and why its thresholds are so.
    pub about: String,
    /// The query.
    pub query: String,
    /// Where it comes from: `built in`, or the company's file.
    pub origin: String,
}

/// Names in braces of a sentence, in order.
pub(crate) fn names_in(sentence: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = sentence;
    while let Some((_, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        names.push(name);
        rest = after;
    }
    names
}

impl Signal {
    /// Reads the file of a signal in the folder `part`.
    ///
    /// # Errors
    /// In words, what its head lacks or says wrongly.
    pub fn parse(part: &str, text: &str, origin: &str) -> Result<Self, String> {
        let (head, about) = comments(text);
        let need =
            |key: &str| head.get(key).cloned().ok_or_else(|| format!("its head lacks `-- {key}: ...`"));
        let class = need("price")?;
        let price = match class.as_str() {
            "waits" => PriceClass::Waits,
            "slips" => PriceClass::Slips,
            "breaks" => PriceClass::Breaks,
            "leaks" => PriceClass::Leaks,
            "forgets" => PriceClass::Forgets,
            "promise" => PriceClass::Promise,
            other => {
                return Err(format!(
                    "`{other}` is no class of price: expected waits, slips, breaks, leaks, forgets or promise"
                ));
            }
        };
        let audience = match head.get("audience").map_or("line", String::as_str) {
            "person" => Audience::Person,
            "line" => Audience::Line,
            "company" => Audience::Company,
            other => {
                return Err(format!("`{other}` is no audience: expected person, line or company"));
            }
        };
        let patience = need("patience")?;
        let minutes = need("minutes")?;
        Ok(Self {
            name: need("signal")?,
            part: part.to_owned(),
            duty: need("duty")?,
            asks: need("asks")?,
            says: need("says")?,
            folds: head.get("folds").cloned(),
            price,
            patience: Span::parse(&patience).map_err(|error| format!("patience `{patience}`: {error}"))?.days,
            minutes: minutes.parse().map_err(|_| format!("minutes `{minutes}` is not a whole number"))?,
            audience,
            starts_at_company: head.get("starts").is_some_and(|starts| starts == "company"),
            needs: head.get("needs").cloned(),
            declare: head.get("declare").cloned().unwrap_or_default(),
            first: head.get("first").cloned().unwrap_or_default(),
            about,
            query: text.trim().to_owned(),
            origin: origin.to_owned(),
        })
    }

    /// Its name as SQL writes it: `signal.stale_branch`.
    #[must_use]
    pub fn view(&self) -> String {
        format!("signal.{}", self.name.replace('-', "_"))
    }
}

/// The `-- key: value` lines at the head of a file, and the comment after them.
pub(crate) fn comments(text: &str) -> (BTreeMap<String, String>, String) {
    let mut head = BTreeMap::new();
    let mut about: Vec<String> = Vec::new();
    let mut in_head = true;
    for line in text.lines() {
        let Some(comment) = line.strip_prefix("--") else { break };
        let comment = comment.trim();
        let pair = comment.split_once(": ").filter(|(key, _)| {
            in_head && !key.is_empty() && key.chars().all(|letter| letter.is_ascii_lowercase())
        });
        match pair {
            Some((key, value)) => {
                head.insert(key.to_owned(), value.trim().to_owned());
            }
            None => {
                in_head = false;
                about.push(comment.to_owned());
            }
        }
    }
    let about = about.join("\n").trim().replace("\n\n", "\u{0}").replace('\n', " ");
    (head, about.replace('\u{0}', "\n\n"))
}

#[cfg(test)]
mod tests {
    use super::{Signal, names_in};

    const FILE: &str = "\
-- signal: stale-branch
-- duty: delivery-promises
-- asks: finish it
-- says: {branch} of {repo} waits
-- price: waits
-- patience: 7d
-- minutes: 10
--
-- Looked at: branches. Two months
-- is twice what it takes.
SELECT 1";

    #[test]
    fn a_head_is_read_and_the_comment_after_it_is_prose() {
        let signal = Signal::parse("delivery", FILE, "built in").expect("it is complete");
        assert_eq!(signal.name, "stale-branch");
        assert_eq!(signal.view(), "signal.stale_branch");
        assert!((signal.patience - 7.0).abs() < 1e-9);
        assert_eq!(signal.about, "Looked at: branches. Two months is twice what it takes.");
        assert_eq!(names_in(&signal.says), ["branch", "repo"]);
    }

    #[test]
    fn what_is_missing_or_wrong_is_said() {
        let complaint = |from: &str, to: &str| {
            Signal::parse("x", &FILE.replace(from, to), "x").expect_err("it is broken")
        };
        assert_eq!(complaint("-- asks: finish it\n", ""), "its head lacks `-- asks: ...`");
        assert!(complaint("price: waits", "price: hopes").starts_with("`hopes` is no class"));
        assert!(complaint("minutes: 10", "minutes: ten").contains("not a whole number"));
    }
}
