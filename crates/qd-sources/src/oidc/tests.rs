//! Tokens that must be taken, and one of each kind that must not.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use serde_json::{Value, json};

use super::{Provider, takes_posted_secrets, token::mail};

const NOW: i64 = 1_790_000_000;

fn provider() -> Provider {
    Provider { issuer: "https://id.example".to_owned(), client: "deck".to_owned(), secret: None }
}

struct Key {
    pair: EcdsaKeyPair,
    random: SystemRandom,
}

impl Key {
    fn new() -> Self {
        let random = SystemRandom::new();
        let way = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let key = EcdsaKeyPair::generate_pkcs8(way, &random).expect("a key");
        Self { pair: EcdsaKeyPair::from_pkcs8(way, key.as_ref(), &random).expect("a pair"), random }
    }

    /// As a provider publishes it.
    fn public(&self, kid: &str) -> Value {
        let point = self.pair.public_key().as_ref();
        let [x, y] = [&point[1..33], &point[33..]].map(|part| URL_SAFE_NO_PAD.encode(part));
        json!({"kty": "EC", "crv": "P-256", "kid": kid, "use": "sig", "alg": "ES256", "x": x, "y": y})
    }

    fn token(&self, head: &Value, claims: &Value) -> String {
        let said = [head, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
        let signature = self.pair.sign(&self.random, said.as_bytes()).expect("a signature");
        format!("{said}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn head() -> Value {
    json!({"alg": "ES256", "kid": "one"})
}

fn claims() -> Value {
    json!({"iss": "https://id.example", "aud": "deck", "sub": "1", "nonce": "n", "iat": NOW - 5, "exp": NOW + 300,
           "email": "ada@example.org", "email_verified": true})
}

/// `value` where `name` is `with`.
fn but(mut value: Value, name: &str, with: Value) -> Value {
    value[name] = with;
    value
}

fn taken(token: &str, keys: &Value) -> Result<String, String> {
    let now = Timestamp::from_second(NOW).expect("a time");
    mail(token, keys, &provider(), "n", now)
}

#[test]
fn a_token_is_taken_for_what_it_was_made_for() {
    let (key, other) = (Key::new(), Key::new());
    let keys = json!({"keys": [other.public("two"), key.public("one")]});
    let ada = Ok("ada@example.org".to_owned());
    for good in [
        claims(),
        but(claims(), "aud", json!(["deck"])),
        but(but(claims(), "aud", json!(["deck", "api"])), "azp", json!("deck")),
        but(claims(), "email_verified", json!("true")),
        but(claims(), "exp", json!(NOW - 30)),
    ] {
        assert_eq!(taken(&key.token(&head(), &good), &keys), ada, "{good}");
    }
    // A provider with one key need not name it.
    assert_eq!(taken(&key.token(&json!({"alg": "ES256"}), &claims()), &keys), ada);
    for (bad, why) in [
        (but(claims(), "iss", json!("https://id.example/")), "another issuer"),
        (but(claims(), "iss", Value::Null), "another issuer"),
        (but(claims(), "aud", json!("deck2")), "another program"),
        (but(claims(), "aud", json!(["deck", "api"])), "another program"),
        (but(claims(), "aud", json!([])), "another program"),
        (but(claims(), "azp", json!("api")), "another program"),
        (but(claims(), "exp", json!(NOW - 60)), "is over"),
        (but(claims(), "exp", Value::Null), "does not say when"),
        (but(claims(), "iat", Value::Null), "does not say when"),
        (but(claims(), "iat", json!(NOW + 61)), "from later on"),
        (but(claims(), "nbf", json!(NOW + 61)), "from later on"),
        (but(claims(), "nonce", json!("m")), "another login"),
        (but(claims(), "nonce", Value::Null), "another login"),
        (but(claims(), "email_verified", json!(false)), "verified a mail address"),
        (but(claims(), "email_verified", Value::Null), "verified a mail address"),
        (but(claims(), "email", Value::Null), "no address"),
    ] {
        let told = taken(&key.token(&head(), &bad), &keys).expect_err(why);
        assert!(told.contains(why), "{bad}: {told}");
    }
}

#[test]
fn what_nobody_signed_says_nothing() {
    let (key, other) = (Key::new(), Key::new());
    let keys = json!({"keys": [key.public("one"), other.public("two")]});
    let good = key.token(&head(), &claims());
    let nobody = "signed by nobody";
    for (bad, why) in [
        // Another key of the provider's than the one it names, and no key of theirs.
        (other.token(&head(), &claims()), nobody),
        (key.token(&json!({"alg": "ES256", "kid": "three"}), &claims()), nobody),
        (Key::new().token(&head(), &claims()), nobody),
        (key.token(&json!({"alg": "none", "kid": "one"}), &claims()), "signed otherwise"),
        (key.token(&json!({"alg": "HS256", "kid": "one"}), &claims()), "signed otherwise"),
        (key.token(&json!({"alg": "RS256", "kid": "one"}), &claims()), nobody),
        (key.token(&json!({"alg": "ES256", "kid": "one", "crit": ["exp"]}), &claims()), "cannot be read"),
        (good.rsplit_once('.').map(|(said, _)| format!("{said}.")).unwrap_or_default(), nobody),
        ("a.b".to_owned(), "cannot be read"),
        ("..".to_owned(), "cannot be read"),
        (String::new(), "cannot be read"),
        (".".repeat(70_000), "cannot be read"),
    ] {
        let told = taken(&bad, &keys).expect_err(why);
        assert!(told.contains(why), "{told}");
    }
    // What was signed was changed.
    let parts: Vec<&str> = good.split('.').collect();
    let other = URL_SAFE_NO_PAD.encode(but(claims(), "email", json!("eve@example.org")).to_string());
    assert!(taken(&[parts[0], &other, parts[2]].join("."), &keys).is_err());
    for keys in
        [json!({}), json!({"keys": []}), json!({"keys": [{"kty": "EC", "crv": "P-256", "x": "", "y": "!"}]})]
    {
        assert!(taken(&good, &keys).is_err());
    }
    let for_secrecy = json!({"keys": [but(key.public("one"), "use", json!("enc"))]});
    assert!(taken(&good, &for_secrecy).is_err(), "the key is not for signatures");
}

/// Made with OpenSSL, by a key that is gone: `openssl dgst -sha256 -sign`.
#[test]
fn a_signature_by_rsa_is_known() {
    let number = "p3vgbOIdCYjPHGOVLoNJ8Rwv6tLrBudo86vNiAaVnWOFll-F-4exP76QKGojL1P9TEVRQyh-GwA_M8YQy2Xury8inRtNF79nUkJg8ZuacXz6d04E603aDwoG1APGMvxRZdo0MMSQOgzaGxRAJmQDwJ42g-77kHBS1DAgkKDjICY1I3MWcFnEzJBTlRkKFvIsN6KpRNSwFVDpTpXZT5GNp893yzkJOuOWvu1QLK38fLm2b8taEUKnH8ePWLnhLVlDbvCXT6uzA1gvTRslVsbx_4ZacK3Ho-EoBdsORn3KZdoSRe_3VlJwFgK608uRbTHYuvO2OpPmdHXvK2nTiB_tew";
    let token = concat!(
        "eyJhbGciOiJSUzI1NiIsImtpZCI6InIifQ.",
        "eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQiOiJkZWNrIiwibm9uY2UiOiJuIiwiaWF0IjoxNzg5OTk5OTk1LCJleHAiOjE3OTAwMDAzMDAsImVtYWlsIjoiYWRhQGV4YW1wbGUub3JnIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.",
        "eGCOlHUMVZtBPkkCvQCYt2gU8l5vqUTixEHZqay_sKFw50xna8vVXTE99AcBVUYZVJNER--7lEmk2jhxJvX853ytClIz3xSTFJKX_XZ2R10oRAY1EHgVfVijxJsYC9wfBv4C4ZQczo9BUG5MVsLHhM2CBMtfhdtsyT-WOBGraUT4guLlyh_yRnuf_f1xl0H4YkgYarWuNES87RSHsi1rKaSY_9NpFcyPHjhbqSsWlHIZY71VF01rKCauh-oD0caL_qRP5HetJwLFyrmTakV0Ki80dlw0wxeFQ6hHSIOYqUbjrVJeXB1-vRqn8oeC1JXa3UHSTa9eAE9D4_qxS-1HkQ"
    );
    let keys = json!({"keys": [{"kty": "RSA", "kid": "r", "n": number, "e": "AQAB"}]});
    assert_eq!(taken(token, &keys), Ok("ada@example.org".to_owned()));
    let (said, signature) = token.rsplit_once('.').expect("three parts");
    let last = if signature.ends_with('A') { "Q" } else { "A" };
    assert!(taken(&format!("{said}.{}{last}", &signature[..signature.len() - 1]), &keys).is_err());
}

#[test]
fn a_secret_goes_the_way_that_the_provider_takes() {
    let ways = |ways: &[&str]| takes_posted_secrets(&json!({"token_endpoint_auth_methods_supported": ways}));
    assert!(ways(&["client_secret_post"]));
    assert!(!ways(&["client_secret_basic", "client_secret_post"]));
    assert!(!takes_posted_secrets(&json!({})));
}
