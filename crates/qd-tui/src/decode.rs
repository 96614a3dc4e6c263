//! From the bytes that a terminal sends to keys.

use crate::keys::Key;

/// Turns bytes into keys, across the borders of what was read at once.
#[derive(Debug, Default)]
pub struct Decoder {
    /// The beginning of a character whose rest has not come.
    rest: Vec<u8>,
    /// True between the marks of what is pasted.
    is_pasting: bool,
}

/// What xterm sends before what is pasted, and after it, to whom asks for it (`?2004`).
const PASTE: [&[u8]; 2] = [b"\x1b[200~", b"\x1b[201~"];

/// Longest parameters of a sequence that are waited for.
const LONGEST: usize = 16;

impl Decoder {
    /// The keys in `bytes`, which were read at once.
    ///
    /// A terminal sends a sequence in one piece, so an escape that ends a piece is the key of that name.
    /// What means no key we know is left out as a whole.
    pub fn keys(&mut self, bytes: &[u8]) -> Vec<Key> {
        let mut all = std::mem::take(&mut self.rest);
        all.extend_from_slice(bytes);
        let mut left = all.as_slice();
        let mut keys = Vec::new();
        while let Some((first, after)) = left.split_first() {
            if let Some(place) = PASTE.iter().position(|mark| left.starts_with(mark)) {
                self.is_pasting = place == 0;
                left = left.get(PASTE[place].len()..).unwrap_or_default();
                continue;
            }
            if self.is_cut_off(left) {
                self.rest = left.to_vec();
                return keys;
            }
            let (key, next) = match *first {
                0x1b => escape(after),
                b'\r' | b'\n' => (Some(Key::Enter), after),
                b'\t' => (Some(Key::Tab), after),
                0x7f | 0x08 => (Some(Key::Backspace), after),
                letter @ 0x01..=0x1a => (Some(Key::Ctrl(char::from(letter + b'a' - 1))), after),
                0x00..=0x1f => (None, after),
                _ => match character(left) {
                    Some(read) => read,
                    None => {
                        self.rest = left.to_vec();
                        return keys;
                    }
                },
            };
            keys.extend(match key {
                Some(Key::Char(letter)) if self.is_pasting => Some(Key::Pasted(letter)),
                Some(Key::Enter | Key::Tab) if self.is_pasting => Some(Key::Pasted(' ')),
                _ if self.is_pasting => None,
                pressed => pressed,
            });
            left = next;
        }
        keys
    }

    /// True where `bytes` begin a sequence whose rest has not come: what is pasted may be longer than
    /// what is read at once, and its end must not be missed.
    fn is_cut_off(&self, bytes: &[u8]) -> bool {
        match bytes {
            [0x1b] => self.is_pasting,
            [0x1b, b'[', rest @ ..] => {
                rest.len() < LONGEST && !rest.iter().any(|byte| (0x40..=0x7e).contains(byte))
            }
            _ => false,
        }
    }
}

/// One character in UTF-8; none where its rest has not come. What is no character is no key.
fn character(bytes: &[u8]) -> Option<(Option<Key>, &[u8])> {
    let most = bytes.get(..4).unwrap_or(bytes);
    let valid = match std::str::from_utf8(most) {
        Ok(text) => text,
        Err(error) => match (error.valid_up_to(), error.error_len()) {
            (0, None) => return None,
            (0, Some(wrong)) => return Some((None, bytes.get(wrong..).unwrap_or_default())),
            (good, _) => std::str::from_utf8(most.get(..good)?).ok()?,
        },
    };
    let letter = valid.chars().next()?;
    Some((Some(Key::Char(letter)), bytes.get(letter.len_utf8()..).unwrap_or_default()))
}

/// What follows an escape.
fn escape(after: &[u8]) -> (Option<Key>, &[u8]) {
    match after.split_first() {
        None => (Some(Key::Esc), after),
        // Twice: the first was the key.
        Some((0x1b, _)) => (Some(Key::Esc), after),
        Some((b'O', rest)) => match rest.split_first() {
            Some((last, rest)) => (named(*last, &[]), rest),
            None => (None, rest),
        },
        Some((b'[', rest)) => {
            let length = rest.iter().take_while(|byte| !(0x40..=0x7e).contains(*byte)).count();
            let (parameters, rest) = rest.split_at(length);
            match rest.split_first() {
                Some((last, rest)) => (named(*last, parameters), rest),
                None => (None, rest),
            }
        }
        // With the alt key: no key of ours.
        Some((_, rest)) => (None, rest),
    }
}

/// The key of a sequence that ends with `last`, as xterm and those after it send them.
fn named(last: u8, parameters: &[u8]) -> Option<Key> {
    let number = parameters.split(|byte| *byte == b';').next().unwrap_or_default();
    Some(match (last, number) {
        (b'A', _) => Key::Up,
        (b'B', _) => Key::Down,
        (b'C', _) => Key::Right,
        (b'D', _) => Key::Left,
        (b'H', _) | (b'~', b"1" | b"7") => Key::Home,
        (b'F', _) | (b'~', b"4" | b"8") => Key::End,
        (b'Z', _) => Key::BackTab,
        (b'M', b"") => Key::Enter,
        (b'~', b"3") => Key::Delete,
        (b'~', b"5") => Key::PageUp,
        (b'~', b"6") => Key::PageDown,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Decoder;
    use crate::keys::Key;

    fn keys(bytes: &[u8]) -> Vec<Key> {
        Decoder::default().keys(bytes)
    }

    #[test]
    fn keys_are_known_by_their_bytes() {
        assert_eq!(keys(b"j\r\x1b"), [Key::Char('j'), Key::Enter, Key::Esc]);
        assert_eq!(keys(b"\x1b[A\x1bOB\x1b[5~\x1b[Z"), [Key::Up, Key::Down, Key::PageUp, Key::BackTab]);
        assert_eq!(keys(b"\x04\x03\x7f"), [Key::Ctrl('d'), Key::Ctrl('c'), Key::Backspace]);
        assert_eq!(keys(b"\x1b[1;5H\x1b[<0;3;4Mq"), [Key::Home, Key::Char('q')]);
    }

    #[test]
    fn what_is_pasted_is_no_command() {
        let mut decoder = Decoder::default();
        assert_eq!(decoder.keys(b"\x1b[200~d\n\x03"), [Key::Pasted('d'), Key::Pasted(' ')]);
        assert_eq!(decoder.keys(b"x\x1b[201~q"), [Key::Pasted('x'), Key::Char('q')]);
        for cut in 1..6 {
            let (begin, end) = b"\x1b[201~".split_at(cut);
            decoder.keys(b"\x1b[200~");
            decoder.keys(begin);
            decoder.keys(end);
            assert_eq!(decoder.keys(b"q"), [Key::Char('q')], "cut after {cut}");
        }
    }

    #[test]
    fn a_character_may_come_in_two_pieces() {
        let mut decoder = Decoder::default();
        assert_eq!(decoder.keys(&"語".as_bytes()[..2]), []);
        assert_eq!(decoder.keys(&"語".as_bytes()[2..]), [Key::Char('語')]);
        assert_eq!(keys(b"\xff\xfea"), [Key::Char('a')]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_taken(pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 0..10)) {
            let mut decoder = Decoder::default();
            for piece in pieces {
                decoder.keys(&piece);
            }
        }
    }
}
