//! Whether a message is signed with a secret we share.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Whether `signature` is `prefix` and the HMAC-SHA-256 (RFC 2104) of `body` under `secret`, in
/// hex. It takes as long for a wrong signature as for the right one.
#[must_use]
pub fn is_hmac(secret: &str, signature: &str, prefix: &str, body: &[u8]) -> bool {
    let Some(bytes) = signature.strip_prefix(prefix).and_then(from_hex) else { return false };
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return false };
    mac.update(body);
    mac.verify_slice(&bytes).is_ok()
}

/// Whether a token is the one we share, told in the same time for any token of its length.
#[must_use]
pub fn is_same(secret: &str, token: &str) -> bool {
    let pairs = secret.bytes().zip(token.bytes());
    let differing = pairs.fold(0, |differing, (own, other)| differing | (own ^ other));
    // An empty secret proves nothing.
    secret.len() == token.len() && differing == 0 && !secret.is_empty()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> =
        text.chars().map(|digit| digit.to_digit(16).map(|digit| digit as u8)).collect::<Option<_>>()?;
    let pairs = digits.chunks_exact(2);
    pairs.remainder().is_empty().then(|| digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::{is_hmac, is_same};

    #[test]
    fn the_example_of_githubs_documentation_holds() {
        let signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        let is_good = |secret: &str, body: &[u8]| is_hmac(secret, signature, "sha256=", body);
        assert!(is_good("It's a Secret to Everybody", b"Hello, World!"));
        assert!(!is_good("It's a Secret to Everybody", b"Hello, World"));
        assert!(!is_good("another", b"Hello, World!"));
        for broken in ["", "sha256=", "sha256=7", "sha256=zz", "757107ea"] {
            assert!(!is_hmac("secret", broken, "sha256=", b""), "{broken}");
        }
    }

    #[test]
    fn a_vector_of_rfc_4231_holds() {
        // Test case 2; PagerDuty's header has this form.
        let signature = "v1=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert!(is_hmac("Jefe", signature, "v1=", b"what do ya want for nothing?"));
        assert!(!is_hmac("Jefe", &signature[..signature.len() - 1], "v1=", b"what do ya want for nothing?"));
    }

    #[test]
    fn a_token_is_the_same_or_not() {
        assert!(is_same("abc", "abc"));
        assert!(!is_same("", ""));
        assert!(!is_same("abc", "abd") && !is_same("abc", "ab") && !is_same("abc", "abcd"));
    }
}
