//! Words of names and addresses: which say who somebody is, which do not, which are robots'.

/// Names that many people commit under without having set their own.
const GENERIC_NAMES: &[&str] = &[
    "",
    "admin",
    "administrator",
    "anonymous",
    "author",
    "author name",
    "bitbucket",
    "build",
    "ci",
    "deploy",
    "deployer",
    "dev",
    "developer",
    "ec2-user",
    "first last",
    "full name",
    "git",
    "github",
    "gitlab",
    "guest",
    "john doe",
    "localhost",
    "me",
    "my name",
    "n/a",
    "name",
    "no name",
    "no author",
    "nobody",
    "none",
    "not set",
    "null",
    "postgres",
    "root",
    "runner",
    "system",
    "test",
    "tester",
    "ubuntu",
    "undefined",
    "unknown",
    "unknown author",
    "unknown user",
    "user",
    "user name",
    "username",
    "vagrant",
    "vscode",
    "web flow",
    "www-data",
    "your full name",
    "your name",
    "yourname",
    "codespace",
    "jenkins",
    "teamcity",
    "default",
    "fixme",
];

/// Addresses, or what stands before the `@`, that belong to nobody in particular.
const GENERIC_LOCAL_PARTS: &[&str] = &[
    "",
    "admin",
    "administrator",
    "anonymous",
    "devnull",
    "dev-null",
    "do-not-reply",
    "donotreply",
    "ec2-user",
    "git",
    "no-reply",
    "nobody",
    "none",
    "noreply",
    "null",
    "postgres",
    "root",
    "runner",
    "ubuntu",
    "unknown",
    "user",
    "vagrant",
    "vscode",
    "codespace",
    "www-data",
    "you",
    "your",
    "your-email",
    "your_email",
    "your.email",
    "yourname",
    "youremail",
    "email",
    "mail",
    "test",
    "example",
    "name",
];

/// Domains that name no place.
const GENERIC_DOMAINS: &[&str] =
    &["", "localhost", "localhost.localdomain", "none", "(none)", "unknown", "invalid"];

/// Robots by the beginning of their names, words joined by `-`.
const ROBOTS: &[&str] = &[
    "allcontributors",
    "all-contributors",
    "azure-pipelines",
    "bors",
    "circleci",
    "codecov",
    "crowdin",
    "deepsource",
    "dependabot",
    "depfu",
    "github-action",
    "github-merge-queue",
    "gitlab-ci",
    "greenkeeper",
    "homu",
    "imgbot",
    "jenkins",
    "kodiakhq",
    "lgtm-com",
    "mergify",
    "netlify",
    "opencollective",
    "pre-commit-ci",
    "pyup",
    "release-please",
    "renovate",
    "restyled",
    "rust-highfive",
    "scala-steward",
    "semantic-release",
    "snyk",
    "sourcery-ai",
    "stickler-ci",
    "teamcity",
    "transifex",
    "travis-ci",
    "weblate",
    "whitesource",
    "web-flow",
];

/// A letter without its marks, lower case; nothing for what is not of Latin origin.
fn plain(letter: char) -> Option<&'static str> {
    Some(match letter {
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' | 'ǎ' | 'ạ' | 'ả' => "a",
        'ä' | 'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ế' | 'ễ' | 'ệ' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì' | 'í' | 'î' | 'ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ō' | 'ŏ' | 'ő' | 'ồ' | 'ộ' => "o",
        'ö' | 'ø' | 'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'ù' | 'ú' | 'û' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' | 'ư' => "u",
        'ü' => "ue",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'þ' => "th",
        _ => return None,
    })
}

/// A name as it is compared: lower case, without marks, first name first (`Lovelace, Ada` is
/// `ada lovelace`), words apart by one space (`ada.lovelace` too).
pub(super) fn compared(name: &str) -> String {
    let turned = match name.split_once(',') {
        Some((last, first)) if !first.contains(',') => format!("{first} {last}"),
        _ => name.to_owned(),
    };
    let mut words = String::with_capacity(turned.len());
    for letter in turned.chars().flat_map(char::to_lowercase) {
        match plain(letter) {
            Some(letters) => words.push_str(letters),
            None if letter.is_whitespace() || matches!(letter, '.' | '_' | ',') => {
                if !words.is_empty() && !words.ends_with(' ') {
                    words.push(' ');
                }
            }
            None => words.push(letter),
        }
    }
    words.truncate(words.trim_end().len());
    words
}

/// An id out of words: `Zoë O'Hara` is `zoe-o-hara`. Empty where there is no Latin letter.
pub(super) fn slug(words: &str) -> String {
    let mut id = String::new();
    for letter in words.chars().flat_map(char::to_lowercase) {
        if letter.is_ascii_alphanumeric() {
            id.push(letter);
        } else if let Some(letters) = plain(letter) {
            id.push_str(letters);
        } else if !id.is_empty() && !id.ends_with('-') {
            id.push('-');
        }
    }
    id.truncate(id.trim_end_matches('-').len());
    id
}

/// Whether a name, as compared, says nothing about who somebody is: a default, initials, or
/// a single short word, which many people share.
pub(super) fn is_generic_name(name: &str) -> bool {
    let is_single = !name.contains(' ');
    let is_handle = name.contains(|letter: char| letter.is_ascii_digit() || "-[".contains(letter));
    let least = if is_single && !is_handle { 8 } else { 4 };
    GENERIC_NAMES.contains(&name) || name.chars().filter(|letter| *letter != ' ').count() < least
}

/// Whether an address says nothing about who somebody is.
pub(super) fn is_generic_address(address: &str) -> bool {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    GENERIC_LOCAL_PARTS.contains(&local) || GENERIC_DOMAINS.contains(&domain)
}

/// The address as it is compared: that of GitHub and GitLab without the account's number,
/// which older ones lack.
pub(super) fn address(address: &str) -> String {
    match login(address) {
        Some(login) => address
            .rsplit_once('@')
            .map_or_else(|| login.to_owned(), |(_, domain)| format!("{login}@{domain}")),
        None => address.to_owned(),
    }
}

/// The login in an address that GitHub or GitLab gives out to hide the true one.
pub(super) fn login(address: &str) -> Option<&str> {
    let (local, domain) = address.rsplit_once('@')?;
    let separator = match domain {
        "users.noreply.github.com" => '+',
        "users.noreply.gitlab.com" => '-',
        _ => return None,
    };
    match local.split_once(separator) {
        Some((number, login)) if number.bytes().all(|byte| byte.is_ascii_digit()) => Some(login),
        _ => Some(local),
    }
}

/// Whether a name or an address is a robot's.
pub(super) fn is_robot(name: &str, address: &str) -> bool {
    let local =
        login(address).or_else(|| address.rsplit_once('@').map(|(local, _)| local)).unwrap_or(address);
    [name, local].into_iter().any(|words| {
        let words = words.to_lowercase();
        let slug = slug(&words);
        words.contains("[bot]")
            || slug.split('-').any(|word| matches!(word, "bot" | "robot"))
            || ROBOTS.iter().any(|robot| {
                slug.strip_prefix(robot).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', 's']))
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_plain_letters() {
        let ids = [
            ("Ada Lovelace", "ada-lovelace"),
            ("Zoë O'Hara", "zoe-o-hara"),
            ("Jürgen  Groß ", "juergen-gross"),
            ("dependabot[bot]", "dependabot-bot"),
            ("王伟", ""),
        ];
        for (name, id) in ids {
            assert_eq!(slug(name), id);
        }
    }

    #[test]
    fn names_are_compared_as_they_are_meant() {
        for (one, two) in [
            ("Ada  Lovelace", "ada lovelace"),
            ("Lovelace, Ada", "Ada Lovelace"),
            ("ada.lovelace", "Ada Lovelace"),
            ("Sébastien Valois", "sebastien_valois"),
            ("王伟", "王伟 "),
        ] {
            assert_eq!(compared(one), compared(two), "{one} and {two}");
        }
        assert_ne!(compared("Ada Lovelace"), compared("Ada B Lovelace"));
    }

    #[test]
    fn robots_are_told_from_people() {
        for name in [
            "dependabot[bot]",
            "Renovate Bot",
            "renovate",
            "github-actions",
            "GitHub Action",
            "pre-commit-ci[bot]",
            "k8s-ci-robot",
            "bors",
            "greenkeeperio-bot",
            "Travis CI",
            "Jenkins",
        ] {
            assert!(is_robot(name, ""), "{name}");
        }
        assert!(is_robot("GitHub", "49699333+dependabot[bot]@users.noreply.github.com"));
        for name in [
            "Ada",
            "Travis Smith",
            "Adam Jenkins",
            "Talbot",
            "Abbott",
            "Robin",
            "Bothe",
            "Ciara",
            "Snykowski",
        ] {
            assert!(!is_robot(name, "someone@example.org"), "{name}");
        }
    }

    #[test]
    fn what_says_nothing_joins_nobody() {
        for name in ["root", "unknown", "ada", "your name", "", "john doe", "a b", "x1"] {
            assert!(is_generic_name(name), "{name}");
        }
        for name in ["ada lovelace", "alexcrichton", "ada-l", "ada99"] {
            assert!(!is_generic_name(name), "{name}");
        }
        for address in
            ["noreply@github.com", "ada@localhost", "", "root@build.example", "you@example.com", "ada"]
        {
            assert!(is_generic_address(address), "{address}");
        }
        assert!(!is_generic_address("ada@example.org"));
    }

    #[test]
    fn hidden_addresses_hold_the_login() {
        assert_eq!(login("12345+ada@users.noreply.github.com"), Some("ada"));
        assert_eq!(login("ada@users.noreply.github.com"), Some("ada"));
        assert_eq!(login("12-ada-l@users.noreply.gitlab.com"), Some("ada-l"));
        assert_eq!(login("ada-l@users.noreply.gitlab.com"), Some("ada-l"));
        assert_eq!(login("ada@example.org"), None);
        assert_eq!(address("1+ada@users.noreply.github.com"), address("ada@users.noreply.github.com"));
    }
}
