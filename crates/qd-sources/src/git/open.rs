//! Opening a repository, as it lies, without looking at anyone's settings.

use std::{collections::HashSet, path::Path, sync::Arc};

use gix::ObjectId;

use super::{SyncError, packs::Packs};

/// A repository that can be read.
pub(crate) struct Opened {
    pub(crate) shared: gix::ThreadSafeRepository,
    pub(crate) local: gix::Repository,
    pub(crate) packs: Arc<Packs>,
    /// Commits beyond which history is cut off.
    pub(crate) shallow: HashSet<ObjectId>,
}

/// Opens the repository `name` at `path`: a work tree, a bare repository or a `.git` folder.
pub(crate) fn open(name: &str, path: &Path) -> Result<Opened, SyncError> {
    let unreadable =
        |reason: String| SyncError::Unreadable { repo: name.to_owned(), path: path.to_owned(), reason };
    // Only the repository's own configuration counts: a user's settings and environment
    // would make the same history read differently on two machines.
    let options = gix::open::Options::isolated().with(gix::sec::Trust::Full);
    let shared =
        gix::ThreadSafeRepository::open_opts(path, options).map_err(|error| unreadable(reason(&error)))?;
    let local = shared.to_thread_local();
    let shallow = local.shallow_commits().map_err(|error| unreadable(reason(&error)))?;
    let shallow = shallow.map(|commits| commits.iter().copied().collect()).unwrap_or_default();
    let packs = Arc::new(Packs::open(local.objects.store_ref().path(), local.object_hash()));
    Ok(Opened { shared, local, packs, shallow })
}

/// What an error says, with its causes.
pub(crate) fn reason(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = error.source();
    }
    text
}

/// The address `url` without user and password.
pub(crate) fn without_credentials(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let host_end = rest.find('/').unwrap_or(rest.len());
    let host = rest[..host_end].rfind('@').map_or(0, |place| place + 1);
    format!("{scheme}://{}", &rest[host..])
}

#[cfg(test)]
mod tests {
    use super::without_credentials;

    #[test]
    fn credentials_are_left_out_of_addresses() {
        let check = |url, wanted: &str| assert_eq!(without_credentials(url), wanted);
        check("https://ada:secret@example.org/a/b@c.git", "https://example.org/a/b@c.git");
        check("https://token@example.org", "https://example.org");
        check("git@example.org:a/b.git", "git@example.org:a/b.git");
        check("/srv/git/api.git", "/srv/git/api.git");
    }
}
