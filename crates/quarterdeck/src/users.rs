//! Who may log in to the cockpit: names and what their passwords hash to, in the user's own data and never in the
//! company's folder, which others read.

use std::{
    collections::BTreeMap,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::PathBuf,
};

use anyhow::{Context, Result, bail};
use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};
use qd_deck::Opening;

use crate::rim;

/// Letters that a password has at least, as NIST SP 800-63B asks of one that stands alone.
pub(crate) const SHORTEST: usize = 15;
/// A hash of nobody's password: who is not known takes as long as who is.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5$V2Q9c3VZd3ZsZ0x6aG5pbXg0b2tYd0h4YlZ0N2ZhY2E";

/// The people who may log in to one company's cockpit.
#[derive(Debug, Default)]
pub(crate) struct Users {
    path: PathBuf,
    hashes: BTreeMap<String, String>,
}

impl Users {
    /// Those of the company of `opening`.
    pub(crate) fn of(opening: &Opening) -> Result<Self> {
        let folder = opening.place.folder();
        let mut hasher = DefaultHasher::new();
        folder.hash(&mut hasher);
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let path = rim::user_data(opening.home.as_deref())?
            .join("users")
            .join(format!("{name}-{:016x}.json", hasher.finish()));
        let hashes = match fs::read_to_string(&path) {
            Ok(text) => serde_json::from_str(&text)
                .with_context(|| format!("`{}` is not as `quarterdeck user` writes it", path.display()))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(error).with_context(|| format!("`{}` cannot be read", path.display())),
        };
        Ok(Self { path, hashes })
    }

    /// Their names.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.hashes.keys().map(String::as_str)
    }

    /// True where nobody logs in.
    pub(crate) fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// Whether `password` is that of `person`; of somebody unknown it takes as long to say no.
    pub(crate) fn knows(&self, person: &str, password: &str) -> bool {
        let known = self.hashes.get(person);
        let Ok(hash) = PasswordHash::new(known.map_or(NOBODY, String::as_str)) else { return false };
        let is_right = Argon2::default().verify_password(password.as_bytes(), &hash).is_ok();
        is_right && known.is_some()
    }

    /// Gives `person` a password, in place of any before.
    pub(crate) fn set(&mut self, person: &str, password: &str) -> Result<()> {
        if password.chars().count() < SHORTEST {
            bail!("a password has at least {SHORTEST} letters: a few words do");
        }
        let hash = Argon2::default()
            .hash_password(password.as_bytes())
            .map_err(|error| anyhow::anyhow!("the password cannot be hashed: {error}"))?;
        self.hashes.insert(person.to_owned(), hash.to_string());
        self.write()
    }

    /// Takes `person` out; whether they were there.
    pub(crate) fn remove(&mut self, person: &str) -> Result<bool> {
        let was_there = self.hashes.remove(person).is_some();
        self.write()?;
        Ok(was_there)
    }

    fn write(&self) -> Result<()> {
        let failed = || format!("`{}` cannot be written", self.path.display());
        let text = serde_json::to_string_pretty(&self.hashes).with_context(failed)?;
        qd_deck::write_private_atomically(&self.path, text.as_bytes()).with_context(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_nobody_is_one() {
        assert!(PasswordHash::new(NOBODY).is_ok());
        assert!(!Users::default().knows("ada", "correct horse battery staple"));
    }
}
