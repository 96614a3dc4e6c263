#!/bin/sh
# Lets a real mail server be read over IMAP: what is appended, answered, moved, deleted and numbered
# anew, what is private, a wrong password, encryption, a connection that drops, a draft that is put there,
# and waiting for what comes. Only loopback;
# done within three minutes, and nothing is left running. Needs Debian's dovecot-imapd, which it
# installs where it may; runs it as an ordinary user (nobody) where it is root itself.
set -eu
cd "$(dirname "$0")/.."
PATH="$PATH:/usr/sbin"
if ! command -v dovecot >/dev/null; then
    if ! apt-get install -y --no-install-recommends dovecot-imapd >/dev/null; then
        echo "skipped: dovecot-imapd cannot be installed here" >&2
        exit 0
    fi
fi
folder=$(mktemp -d)
port=${IMAP_PORT:-19143}
secure=${IMAPS_PORT:-19993}
user=$(id -un) group=$(id -gn)
if [ "$(id -u)" = 0 ]; then
    user=nobody group=$(id -gn nobody)
fi
# The password of each mailbox stands in the test.
cat >"$folder/users" <<END
ada@example.org:{PLAIN}correct horse::::::
many@example.org:{PLAIN}correct horse::::::
bo@example.org:{PLAIN}correct horse::::::
END
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -addext basicConstraints=critical,CA:FALSE -keyout "$folder/key.pem" -out "$folder/certificate.pem" 2>/dev/null
mkdir "$folder/run" "$folder/mail"
cat >"$folder/dovecot.conf" <<END
base_dir = $folder/run
state_dir = $folder/run
log_path = $folder/log
protocols = imap
listen = 127.0.0.1
default_internal_user = $user
default_internal_group = $group
default_login_user = $user
mail_uid = $user
mail_gid = $group
first_valid_uid = 1
mail_home = $folder/mail/%u
mail_location = maildir:~/Maildir
ssl = yes
ssl_cert = <$folder/certificate.pem
ssl_key = <$folder/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_fsync = never
mail_max_userip_connections = 50
passdb {
  driver = passwd-file
  args = $folder/users
}
userdb {
  driver = static
  args = uid=$user gid=$group home=$folder/mail/%u
}
service imap-login {
  chroot =
  inet_listener imap {
    port = $port
  }
  inet_listener imaps {
    port = $secure
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
namespace inbox {
  inbox = yes
  separator = .
  mailbox Sent {
    special_use = \Sent
    auto = create
  }
  mailbox Bin {
    special_use = \Trash
    auto = create
  }
  mailbox Drafts {
    special_use = \Drafts
    auto = create
  }
}
END
chmod 755 "$folder"
chmod 644 "$folder/key.pem" "$folder/users"
if [ "$(id -u)" = 0 ]; then
    chown -R "$user:$group" "$folder"
fi
cargo test --release --workspace --test imap --no-run
if [ "$(id -u)" = 0 ]; then
    setpriv --reuid="$user" --regid="$group" --clear-groups dovecot -F -c "$folder/dovecot.conf" &
else
    dovecot -F -c "$folder/dovecot.conf" &
fi
started=$!
trap 'kill "$started" 2>/dev/null || true; wait "$started" 2>/dev/null || true; rm -rf "$folder"' EXIT
sleep 2
if ! kill -0 "$started" 2>/dev/null; then
    cat "$folder/log" >&2
    exit 1
fi
IMAP="127.0.0.1:$port" IMAPS="localhost:$secure" IMAP_CERTIFICATE="$folder/certificate.pem" timeout 180 \
    cargo test --release --workspace --test imap -- --ignored --nocapture
