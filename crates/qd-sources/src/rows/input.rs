//! Files to cells: CSV in its dialects, JSON Lines, a list in JSON.

use std::io::{BufRead, Read};

use serde_json::Value;

use super::Cell;

/// Bytes of a line of JSON; a longer one is passed over.
const LINE: u64 = 16 << 20;

/// What a file holds next.
pub(super) enum Item {
    /// The names of the columns; come before any row, and again where JSON brings new ones, which
    /// it may where the second is true.
    Names(Vec<String>, bool),
    /// A row and the line (for a list in JSON: the place in the list) that it begins at.
    Row(u64, Vec<Cell>),
    /// Something that is no row.
    Bad(Option<u64>, String),
}

/// Hands on what `input` holds, in order. JSON is known by its first character.
pub(super) fn rows(input: &mut dyn BufRead, take: &mut dyn FnMut(Item)) {
    let mut head = Vec::new();
    // Space before JSON and the mark of UTF-8 are passed over; everything else is put back.
    if let Err(error) = Read::take(&mut *input, 4096).read_to_end(&mut head) {
        take(Item::Bad(None, format!("the file cannot be read: {error}")));
        return;
    }
    if head.starts_with(&[0xff, 0xfe])
        || head.starts_with(&[0xfe, 0xff])
        || head.iter().take(64).any(|byte| *byte == 0)
    {
        take(Item::Bad(None, "the file is not UTF-8 text; save it as UTF-8".to_owned()));
        return;
    }
    if head.starts_with(b"\xef\xbb\xbf") {
        head.drain(..3);
    }
    let first = head.iter().find(|byte| !byte.is_ascii_whitespace()).copied();
    let delimiter = delimiter(&head);
    let mut whole =
        std::io::BufReader::with_capacity(1 << 16, Read::chain(std::io::Cursor::new(head), input));
    match first {
        None => take(Item::Bad(None, "the file is empty".to_owned())),
        Some(b'[') => list(&mut whole, take),
        Some(b'{') => lines(&mut whole, take),
        Some(_) => csv(&mut whole, delimiter, take),
    }
}

/// What stands most often between the names of the first line, outside of quotes.
fn delimiter(head: &[u8]) -> u8 {
    let mut counts = [(b',', 0_u32), (b';', 0), (b'\t', 0), (b'|', 0)];
    let mut is_quoted = false;
    for byte in head.iter().skip_while(|byte| byte.is_ascii_whitespace()) {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' | b'\r' if !is_quoted => break,
            _ if is_quoted => {}
            _ => counts.iter_mut().filter(|(sign, _)| sign == byte).for_each(|(_, count)| *count += 1),
        }
    }
    // The earlier one where two are as frequent.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(sign, _)| *sign)
}

fn csv(input: &mut dyn Read, delimiter: u8, take: &mut dyn FnMut(Item)) {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(input);
    let mut record = csv::ByteRecord::new();
    let mut width = None;
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(false) => return,
            Ok(true) => {}
            Err(error) => {
                take(Item::Bad(Some(reader.position().line()), format!("it cannot be read: {error}")));
                return;
            }
        }
        let line = record.position().map_or(0, csv::Position::line);
        let cells = record.iter().map(text);
        match width {
            None => {
                let names: Vec<String> = cells.map(|name| name.trim().to_owned()).collect();
                width = Some(names.len());
                take(Item::Names(names, false));
            }
            Some(width) if record.len() != width => {
                let message = format!("it has {} fields where the first line names {width}", record.len());
                take(Item::Bad(Some(line), message));
            }
            Some(_) => take(Item::Row(line, cells.map(|cell| Some(Value::from(cell))).collect())),
        }
    }
}

/// UTF-8, or what is most likely where it is not: Latin 1.
fn text(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes)
        .map_or_else(|_| bytes.iter().map(|byte| char::from(*byte)).collect(), str::to_owned)
}

/// Objects to cells under names that grow as objects bring new ones.
#[derive(Default)]
struct Names(Vec<String>);

impl Names {
    fn take(&mut self, place: u64, value: Value, take: &mut dyn FnMut(Item)) {
        let Value::Object(object) = value else {
            take(Item::Bad(Some(place), "it is no JSON object (`{...}`)".to_owned()));
            return;
        };
        let before = self.0.len();
        let mut cells: Vec<Cell> = vec![None; before];
        for (name, value) in object {
            match self.0.iter().position(|own| *own == name).and_then(|place| cells.get_mut(place)) {
                Some(cell) => *cell = Some(value),
                None => {
                    self.0.push(name);
                    cells.push(Some(value));
                }
            }
        }
        if self.0.len() > before {
            take(Item::Names(self.0.clone(), true));
        }
        take(Item::Row(place, cells));
    }
}

fn lines(input: &mut dyn BufRead, take: &mut dyn FnMut(Item)) {
    let mut names = Names::default();
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        match Read::take(&mut *input, LINE).read_until(b'\n', &mut line) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => return take(Item::Bad(Some(number), format!("it cannot be read: {error}"))),
        }
        if line.len() as u64 == LINE && !line.ends_with(b"\n") {
            take(Item::Bad(Some(number), "it is longer than 16 MiB".to_owned()));
            if let Err(error) = input.skip_until(b'\n') {
                return take(Item::Bad(Some(number), format!("it cannot be read: {error}")));
            }
            continue;
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match serde_json::from_slice(&line) {
            Ok(value) => names.take(number, value, take),
            Err(error) => take(Item::Bad(Some(number), format!("it is no JSON object: {error}"))),
        }
    }
}

fn list(input: &mut dyn Read, take: &mut dyn FnMut(Item)) {
    let mut names = Names::default();
    let mut place = 0;
    let mut json = serde_json::Deserializer::from_reader(input);
    let mut each = |value| {
        place += 1;
        names.take(place, value, take);
    };
    let read = serde::de::DeserializeSeed::deserialize(Each(&mut each), &mut json).and_then(|()| json.end());
    if let Err(error) = read {
        take(Item::Bad(None, format!("after {place} rows it is no JSON any more: {error}")));
    }
}

/// Takes the items of a list as they come.
struct Each<'a>(&'a mut dyn FnMut(Value));

impl<'de> serde::de::DeserializeSeed<'de> for Each<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> serde::de::Visitor<'de> for Each<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a list of objects")
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(value) = list.next_element()? {
            (self.0)(value);
        }
        Ok(())
    }
}
