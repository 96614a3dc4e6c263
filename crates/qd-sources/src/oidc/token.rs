//! The token in which a provider says who somebody is: a JSON Web Token, signed with one of its keys.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde_json::Value;

use super::Provider;

/// How far the provider's clock may be from ours.
const APART: SignedDuration = SignedDuration::from_secs(60);
/// Longest token that is looked at.
const LONGEST: usize = 64 << 10;

/// The verified mail address in `token`, if it is one of `provider`'s, signed with one of its `keys`, made for this
/// client and the question of `nonce`, and not over by `now`.
pub(super) fn mail(
    token: &str,
    keys: &Value,
    provider: &Provider,
    nonce: &str,
    now: Timestamp,
) -> Result<String, String> {
    let claims = signed(token, keys)?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("iss") != Some(&provider.issuer) {
        return Err("the token is of another issuer".to_owned());
    }
    let is_ours = match claims.get("aud") {
        Some(Value::String(one)) => *one == provider.client,
        // Of a token for several, only the one it was given to may make use of it.
        Some(Value::Array(all)) => {
            all.iter().any(|one| *one == provider.client.as_str())
                && (all.len() == 1 || claims.get("azp").is_some())
        }
        _ => false,
    };
    if !is_ours || claims.get("azp").is_some_and(|azp| *azp != provider.client.as_str()) {
        return Err("the token is for another program".to_owned());
    }
    let time = |name: &str| Timestamp::from_second(claims.get(name)?.as_f64()? as i64).ok();
    let (Some(end), Some(begin)) = (time("exp"), time("iat")) else {
        return Err("the token does not say when it was made and until when it holds".to_owned());
    };
    if now.duration_since(end) >= APART {
        return Err("the token is over".to_owned());
    }
    if [Some(begin), time("nbf")].into_iter().flatten().any(|begin| begin.duration_since(now) > APART) {
        return Err("the token holds from later on; is a clock wrong?".to_owned());
    }
    if text("nonce") != Some(nonce) {
        return Err("the token is for another login".to_owned());
    }
    // Some write it as a word.
    if !claims.get("email_verified").is_some_and(|is| *is == true || *is == "true") {
        return Err("the provider does not say that it verified a mail address".to_owned());
    }
    text("email")
        .filter(|mail| mail.contains('@'))
        .map(str::to_owned)
        .ok_or("the token holds no address".to_owned())
}

/// What a token says that one of `keys` signed.
fn signed(token: &str, keys: &Value) -> Result<Value, String> {
    let broken = || "the provider's token cannot be read".to_owned();
    let (said, signature) = token.rsplit_once('.').filter(|_| token.len() <= LONGEST).ok_or_else(broken)?;
    let (head, claims) = said.split_once('.').ok_or_else(broken)?;
    let json = |part: &str| serde_json::from_slice::<Value>(&bytes(part)?).ok();
    let head = json(head).ok_or_else(broken)?;
    let signature = bytes(signature).ok_or_else(broken)?;
    let (alg, kid) = (head.get("alg").and_then(Value::as_str), head.get("kid"));
    // What has to be understood and is not, is refused.
    if head.get("crit").is_some() {
        return Err(broken());
    }
    let Some(alg @ ("RS256" | "ES256")) = alg else {
        return Err("the token is signed otherwise than with RS256 or ES256".to_owned());
    };
    let is_meant = |key: &&Value| {
        let fits = |name: &str, value: &str| key.get(name).is_none_or(|own| own == value);
        kid.is_none_or(|kid| key.get("kid") == Some(kid)) && fits("use", "sig") && fits("alg", alg)
    };
    let keys = keys.get("keys").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if keys.iter().filter(is_meant).any(|key| has_signed(key, alg, said.as_bytes(), &signature).is_some()) {
        return json(claims).ok_or_else(broken);
    }
    Err("the token is signed by nobody whom the provider names".to_owned())
}

/// Something where `key` made `signature` over `said`.
fn has_signed(key: &Value, alg: &str, said: &[u8], signature: &[u8]) -> Option<()> {
    let text = |name: &str| key.get(name)?.as_str();
    let number = |name: &str| bytes(text(name)?);
    match (text("kty")?, alg) {
        ("RSA", "RS256") => RsaPublicKeyComponents { n: number("n")?, e: number("e")? }
            .verify(&RSA_PKCS1_2048_8192_SHA256, said, signature)
            .ok(),
        ("EC", "ES256") if text("crv") == Some("P-256") => {
            let point = [vec![4], number("x")?, number("y")?].concat();
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(said, signature).ok()
        }
        _ => None,
    }
}

fn bytes(part: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(part).ok()
}
