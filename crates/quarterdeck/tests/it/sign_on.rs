//! Logging in with a provider's word, against a small provider of the test's own.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::Stdio,
    sync::{Arc, Mutex},
};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jiff::Timestamp;
use ring::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use serde_json::{Value, json};

use crate::{serve::Cockpit, world::World};

/// What the provider is to say next.
#[derive(Default)]
struct Says {
    claims: Value,
    /// Of the question: the token is given to whoever shows what it was made of.
    challenge: String,
    /// Signs with a key that it does not publish.
    is_false: bool,
}

struct Provider {
    issuer: String,
    says: Arc<Mutex<Says>>,
}

fn pair(random: &SystemRandom) -> EcdsaKeyPair {
    let way = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let key = EcdsaKeyPair::generate_pkcs8(way, random).expect("a key");
    EcdsaKeyPair::from_pkcs8(way, key.as_ref(), random).expect("a pair")
}

impl Provider {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let says = Arc::new(Mutex::new(Says::default()));
        let (own, heard) = (issuer.clone(), says.clone());
        std::thread::spawn(move || {
            let random = SystemRandom::new();
            let keys = [pair(&random), pair(&random)];
            for stream in listener.incoming().flatten() {
                let (path, head, form) = question(&stream);
                let (status, body) =
                    answer(&own, &keys, &heard.lock().expect("it is heard"), (&path, &head, &form));
                let body = body.to_string();
                let _ = write!(
                    &stream,
                    "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
                    body.len()
                );
            }
        });
        Self { issuer, says }
    }

    /// What a good token says to `nonce`.
    fn claims(&self, nonce: &str) -> Value {
        let now = Timestamp::now().as_second();
        json!({"iss": self.issuer, "aud": "deck", "sub": "17", "nonce": nonce, "iat": now, "exp": now + 300,
               "email": "Mia@Example.org", "email_verified": true})
    }
}

/// Path, head and body.
fn question(stream: &TcpStream) -> (String, String, String) {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 || line.trim().is_empty() {
            break;
        }
        if let Some(text) = line.to_lowercase().strip_prefix("content-length:") {
            length = text.trim().parse().expect("a number");
        }
        head.push_str(&line);
    }
    let mut form = vec![0; length];
    reader.read_exact(&mut form).expect("a form");
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    (path, head, String::from_utf8(form).expect("a text"))
}

fn answer(issuer: &str, keys: &[EcdsaKeyPair; 2], says: &Says, asked: (&str, &str, &str)) -> (u16, Value) {
    let (path, head, form) = asked;
    match path {
        "/.well-known/openid-configuration" => (
            200,
            json!({"issuer": issuer, "authorization_endpoint": format!("{issuer}/door"),
                   "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/keys")}),
        ),
        "/keys" => {
            let point = keys[0].public_key().as_ref();
            let [x, y] = [&point[1..33], &point[33..]].map(|part| URL_SAFE_NO_PAD.encode(part));
            (200, json!({"keys": [{"kty": "EC", "crv": "P-256", "kid": "k", "use": "sig", "x": x, "y": y}]}))
        }
        "/token" => {
            let verifier = field(form, "code_verifier");
            let shown = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
            let is_right = shown.eq_ignore_ascii_case(&says.challenge)
                && verifier.len() >= 43
                && field(form, "code") == "c0de"
                && head.contains(&format!("Basic {}", STANDARD.encode("deck:hush%20hush")));
            if !is_right {
                return (400, json!({"error": "invalid_grant"}));
            }
            let said = [json!({"alg": "ES256", "kid": "k"}), says.claims.clone()]
                .map(|part| URL_SAFE_NO_PAD.encode(part.to_string()))
                .join(".");
            let key = &keys[usize::from(says.is_false)];
            let signature = key.sign(&SystemRandom::new(), said.as_bytes()).expect("a signature");
            let token = format!("{said}.{}", URL_SAFE_NO_PAD.encode(signature));
            (200, json!({"access_token": "a", "token_type": "Bearer", "id_token": token}))
        }
        _ => (404, json!({})),
    }
}

fn field(form: &str, name: &str) -> String {
    let value = form.split('&').filter_map(|pair| pair.split_once('=')).find(|(own, _)| *own == name);
    value.map(|(_, value)| value.to_owned()).unwrap_or_default()
}

/// A browser that was sent to the provider: what its address asks there, and the cookie it carries.
fn leave(cockpit: &Cockpit, provider: &Provider) -> (String, String) {
    let (status, head, body) = cockpit.ask("GET", "/login/away?next=%2Fyou", "", "");
    assert_eq!(status, 303, "{body}");
    let asked = head.split(&format!("location: {}/door?", provider.issuer)).nth(1).expect("it leads there");
    let asked = asked.lines().next().unwrap_or_default().to_owned();
    for part in ["response_type=code", "scope=openid%20email", "client_id=deck", "code_challenge_method=s256"]
    {
        assert!(asked.contains(part), "{asked}");
    }
    assert!(field(&asked, "redirect_uri").ends_with("%2flogin%2fback"), "{asked}");
    assert!(head.contains("path=/login; httponly; samesite=lax"), "{head}");
    let cookie = head.split("set-cookie: ").nth(1).and_then(|rest| rest.split(';').next()).expect("a cookie");
    (asked, format!("Cookie: {cookie}\r\n"))
}

/// A whole login; what it ends with where the provider says `claims` changed by `change`.
fn arrive(
    cockpit: &Cockpit,
    provider: &Provider,
    is_false: bool,
    change: impl FnOnce(&mut Value),
) -> (u16, String, String) {
    let (asked, cookie) = leave(cockpit, provider);
    let mut claims = provider.claims(&field(&asked, "nonce"));
    change(&mut claims);
    *provider.says.lock().expect("it listens") =
        Says { claims, challenge: field(&asked, "code_challenge"), is_false };
    let state = field(&asked, "state");
    cockpit.ask("GET", &format!("/login/back?code=c0de&state={state}"), &cookie, "")
}

fn world() -> World {
    let world = World::new();
    world.write(
        "company.toml",
        "name = \"Example\"\nme = \"cleo\"\n[people.cleo]\nname = \"Cleo\"\n\
         [people.mia]\nname = \"Mia\"\nreports_to = \"cleo\"\nmails = [\"mia@example.org\", \"team@example.org\"]\n\
         [people.ned]\nname = \"Ned\"\nreports_to = \"cleo\"\nmails = [\"team@example.org\"]\n",
    );
    world.write("secret.txt", "hush hush\n");
    world
}

/// Who did what, by the facts.
fn audited(world: &World) -> String {
    world.run(&["sync"]);
    world.run(&["sql", "--format", "csv", "SELECT \"by\", what FROM audit_events ORDER BY at"]).out
}

fn cockpit(world: &World, provider: &Provider) -> Cockpit {
    let words = ["--issuer", &provider.issuer, "--client", "deck", "--client-secret", "file:secret.txt"];
    Cockpit::of(world, &words)
}

#[test]
fn whose_address_was_verified_is_in() {
    let (world, provider) = (world(), Provider::new());
    let cockpit = cockpit(&world, &provider);
    let (status, head, _) = cockpit.ask("GET", "/", "", "");
    assert!(status == 303 && head.contains("location: /login"), "nobody is in without: {head}");
    let door = cockpit.page("/login?next=%2Fyou");
    assert!(door.contains(&provider.issuer) && !door.contains("type=\"password\""), "{door}");
    let (status, head, body) = arrive(&cockpit, &provider, false, |_| {});
    assert_eq!(status, 200, "{body}");
    assert!(head.contains("refresh: 0; url=/you") && head.contains("samesite=strict"), "{head}");
    let words = head.split("set-cookie: ").skip(1).filter_map(|rest| rest.split(';').next());
    let word = words.into_iter().find(|word| word.starts_with("quarterdeck=")).expect("a session");
    let you = cockpit.ask("GET", "/you", &format!("Cookie: {word}\r\n"), "").2;
    assert!(you.contains("Mia"), "{you}");
    let kept = audited(&world);
    assert!(kept.contains("mia,login"), "{kept}");
}

#[test]
fn what_the_provider_does_not_vouch_for_is_refused() {
    let (world, provider) = (world(), Provider::new());
    let cockpit = cockpit(&world, &provider);
    let refused = |is_false: bool, change: &dyn Fn(&mut Value)| {
        let (status, head, body) = arrive(&cockpit, &provider, is_false, change);
        assert!(!head.contains("quarterdeck=") || head.contains("quarterdeck=;"), "{head}");
        (status, body)
    };
    let now = Timestamp::now().as_second();
    for (name, value, why) in [
        ("iss", json!("https://evil.example"), "another issuer"),
        ("aud", json!("another"), "another program"),
        ("nonce", json!("guess"), "another login"),
        ("exp", json!(now - 120), "is over"),
        ("email_verified", json!(false), "verified"),
    ] {
        let (status, body) = refused(false, &|claims| claims[name] = value.clone());
        assert!(status == 401 && body.contains(why), "{name}: {status} {body}");
    }
    let (status, body) = refused(true, &|_| {});
    assert!(status == 401 && body.contains("signed by nobody"), "{body}");
    // Nobody's address, and one of two: no person is made, and none is chosen.
    for mail in ["eve@example.org", "team@example.org"] {
        let (status, body) = refused(false, &|claims| claims["email"] = json!(mail));
        assert!(status == 403 && body.contains("no person"), "{mail}: {body}");
    }
    let kept = audited(&world);
    assert!(kept.contains("eve@example.org,login-refused"), "{kept}");
}

#[test]
fn a_return_is_that_of_a_login_that_began_here() {
    let (world, provider) = (world(), Provider::new());
    let cockpit = cockpit(&world, &provider);
    let back = |state: &str, more: &str, cookie: &str| {
        cockpit.ask("GET", &format!("/login/back?state={state}{more}"), cookie, "")
    };
    let ((asked, cookie), (other, _)) = (leave(&cockpit, &provider), leave(&cockpit, &provider));
    let (state, code) = (field(&asked, "state"), "&code=c0de");
    assert_eq!(back("guess", code, &cookie).0, 403);
    assert_eq!(back(&state, code, "").0, 403, "who carries nothing did not begin it");
    assert_eq!(back(&field(&other, "state"), code, &cookie).0, 403, "it is another browser's");
    assert_eq!(back(&state, "&code=c0de&iss=https%3A%2F%2Fevil.example", &cookie).0, 401);
    assert_eq!(back(&state, code, &cookie).0, 403, "it has ended");
    let (asked, cookie) = leave(&cockpit, &provider);
    assert_eq!(back(&field(&asked, "state"), "&error=access_denied", &cookie).0, 401);
    // Whose code it is, the provider finds out by what the question was made of.
    let (asked, cookie) = leave(&cockpit, &provider);
    *provider.says.lock().expect("it listens") =
        Says { claims: provider.claims(&field(&asked, "nonce")), ..Says::default() };
    let (status, _, body) = back(&field(&asked, "state"), code, &cookie);
    assert!(status == 401 && body.contains("invalid_grant"), "{body}");
}

#[test]
fn a_provider_that_could_be_changed_on_the_way_is_none() {
    let world = world();
    let asked = ["serve", "--no-sync", "--port", "0", "--client", "deck", "--issuer"];
    for (issuer, more, why) in [
        ("http://id.example", [].as_slice(), "begins with https://"),
        ("https://id.example", &["--client-secret", "file:nothing.txt"], "cannot be had"),
    ] {
        let told = world.run(&[asked.as_slice(), &[issuer], more].concat());
        assert!(told.code != 0 && told.err.contains(why), "{}", told.err);
    }
}

#[test]
fn a_provider_that_does_not_answer_is_told_at_the_start_and_refuses_nothing() {
    let world = world();
    // A port that was free a moment ago: nobody listens there.
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let issuer = format!("http://{free}");
    let mut command = world.command();
    let words = ["serve", "--no-sync", "--port", "0", "--client", "deck", "--issuer", &issuer];
    let mut child =
        command.args(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().expect("it is piped")).read_line(&mut line).expect("it listens");
    child.kill().expect("it runs");
    let mut said = String::new();
    child.stderr.take().expect("it is piped").read_to_string(&mut said).expect("it is text");
    child.wait().expect("it ends");
    assert!(line.starts_with("http://127.0.0.1:"), "{line}");
    assert!(said.contains("provider of logins cannot be asked now"), "{said}");
}
