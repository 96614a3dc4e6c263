//! What a system outside posts to us, and why it may be refused.

/// A declared source that posts to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// Whether what it posts is held against a secret; anybody may post to one that declares none.
    pub is_signed: bool,
}

/// A posted message, as it came.
#[derive(Debug, Clone, Copy)]
pub struct Delivery<'a> {
    /// Name of the declared source it is for.
    pub source: &'a str,
    /// Its headers, names in lower case.
    pub headers: &'a [(String, String)],
    /// Its bytes.
    pub body: &'a [u8],
}

impl Delivery<'_> {
    /// A header, by its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// Why a posted message was not kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No declared source has this name, or none of its kind is posted to.
    #[error("no source `{0}` takes what is posted")]
    Unknown(String),
    /// It is not signed as the source's secret asks.
    #[error("the signature is missing or wrong")]
    Unsigned,
    /// It cannot be understood.
    #[error("{0}")]
    Unreadable(String),
    /// It could not be kept; the sender should try again.
    #[error("{0}")]
    Unkept(String),
}
