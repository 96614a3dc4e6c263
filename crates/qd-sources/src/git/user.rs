//! Who uses this machine, as git is configured.

use std::path::Path;

/// Name and mail address that git would write into a commit made in `folder`.
///
/// The repository's own configuration counts first, then the user's; nothing where
/// neither names an address.
#[must_use]
pub fn configured_user(folder: &Path) -> Option<(String, String)> {
    let of = |config: &gix::config::File| {
        let mail = config.string("user.email")?.to_string();
        let name = config.string("user.name").map(|name| name.to_string()).unwrap_or_default();
        Some((name, mail))
    };
    if let Ok(repository) = gix::discover(folder) {
        return of(repository.config_snapshot().plumbing());
    }
    of(&gix::config::File::from_globals().ok()?)
}
