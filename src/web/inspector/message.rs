//! A message in full: its bytes, and its journey.
//!
//! Must not know what a payload means.

use std::fmt::Write;

use super::super::el::{El, el};
use super::super::part::Part;
use super::{event_of, section};
use crate::app::screen::{Inspector, Journey, MessageView};
use crate::base::Duration;
use crate::sim::{MessageState, Outcome};

/// How many bytes stand on a line.
const LINE: usize = 8;

/// The message that was selected.
pub(super) fn of_message(part: Part<Inspector>) -> Vec<El> {
    let message = Part::new(move || {
        part.with(|part| match part {
            Inspector::Message(message) => Some((**message).clone()),
            Inspector::Empty(_) | Inspector::Event(_) | Inspector::Node(_) => None,
        })
    });
    let Some(first) = message.get_untracked() else { return Vec::new() };
    let state = move || {
        message.with(|message| message.as_ref().map_or("", |message| state(message.state)).to_owned())
    };
    let name = |name: &str| el("dt").text(name);
    let ends = el("dl")
        .class("values")
        .children([name("from"), el("dd").class("mono").text(&first.from)])
        .children([name("to"), el("dd").class("mono").text(&first.to)])
        .children([name("state"), el("dd").text_by(state)]);
    vec![el("h2").class("inspector-title").text(&first.name), ends, parts(message)]
}

/// The message that the selected event sent or received, if it did.
pub(super) fn of_event(part: Part<Inspector>) -> El {
    parts(Part::new(move || part.with(|part| event_of(part).and_then(|event| event.message.clone()))))
}

const fn state(state: Option<MessageState>) -> &'static str {
    match state {
        None => "sent; what became of it is not known here",
        Some(MessageState::InFlight) => "on its way",
        Some(MessageState::Arrived) => "arrived",
        Some(MessageState::Lost) => "lost",
    }
}

fn parts(message: Part<Option<MessageView>>) -> El {
    let bytes = Part::new(move || message.with(|message| message.as_ref().map(Bytes::of)));
    let journey = Part::new(move || {
        message.with(|message| message.as_ref().map(|message| message.journey.clone()).unwrap_or_default())
    });
    let journey = section("Its journey".to_owned(), move || journey.get(), |steps| travelled(&steps));
    let time = Part::new(move || {
        message.with(|message| message.as_ref().map(|message| message.time.clone()).unwrap_or_default())
    });
    let time = section("Where its time went".to_owned(), move || time.get(), |rows| spent(&rows));
    el("div").shows(move || bytes.get().as_ref().map(payload).unwrap_or_default()).child(time).child(journey)
}

fn spent(rows: &[(String, Duration)]) -> El {
    let row = |(name, time): &(String, Duration)| {
        [el("dt").text(name), el("dd").class("mono").text(&time.to_string())]
    };
    el("dl").class("values").children(rows.iter().flat_map(row))
}

/// What there is to say of the bytes of a message. It stays the same while the message travels.
#[derive(Clone, Debug, PartialEq)]
struct Bytes {
    codec: &'static str,
    decoded: Option<String>,
    bytes: Vec<u8>,
    flipped: Vec<usize>,
}

impl Bytes {
    fn of(message: &MessageView) -> Self {
        Self {
            codec: message.codec,
            decoded: message.decoded.clone(),
            bytes: message.bytes.clone(),
            flipped: message.flipped.clone(),
        }
    }
}

fn payload(message: &Bytes) -> Vec<El> {
    let heading = match message.bytes.len() {
        1 => format!("Message: 1 byte, {}", message.codec),
        length => format!("Message: {length} bytes, {}", message.codec),
    };
    let decoded = match &message.decoded {
        Some(text) => el("pre").class("decoded").text(text),
        None => el("p").class("muted small").text("No program at its ends can read it."),
    };
    let flipped = match message.flipped.len() {
        0 => None,
        1 => Some("One byte is not as it was sent.".to_owned()),
        count => Some(format!("{count} bytes are not as they were sent.")),
    };
    let hex = el("pre").class("hex").attrs(&[("tabindex", "0"), ("aria-label", "Payload in hexadecimal")]);
    let part = el("div")
        .child(el("h3").text(&heading))
        .child(decoded)
        .maybe(flipped.map(|says| el("p").class("small").text(&says)))
        .child(lines(hex, &message.bytes, &message.flipped));
    vec![part]
}

/// Offsets, bytes and letters, with the flipped bytes marked.
fn lines(mut hex: El, bytes: &[u8], flipped: &[usize]) -> El {
    for (number, line) in bytes.chunks(LINE).enumerate() {
        let start = number * LINE;
        hex = hex.child(el("span").class("at").text(&format!("{start:02x}")));
        let mut plain = String::from("  ");
        for (place, byte) in (start..).zip(line) {
            if flipped.binary_search(&place).is_ok() {
                hex = hex.text(&std::mem::take(&mut plain)).child(el("mark").text(&format!("{byte:02x}")));
                plain.push(' ');
            } else {
                let _ = write!(plain, "{byte:02x} ");
            }
        }
        let _ = writeln!(plain, "{:width$} {}", "", letters(line), width = (LINE - line.len()) * 3);
        hex = hex.text(&plain);
    }
    hex
}

/// Bytes as the letters that they stand for in ASCII, and a dot for those that stand for none.
fn letters(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| if matches!(byte, 0x20..0x7f) { char::from(*byte) } else { '·' }).collect()
}

fn travelled(steps: &[Journey]) -> El {
    let row = |(place, step): (usize, &Journey)| {
        let class = match (step.outcome, place) {
            (Outcome::Lost, _) => "lost",
            (Outcome::Onward | Outcome::Copied | Outcome::Joined, 0) => "sent",
            (Outcome::Onward | Outcome::Copied | Outcome::Joined, _) => "",
        };
        let place = el("span")
            .class("where")
            .child(el("span").text(&step.place))
            .child(el("span").class("mono").text(&step.time));
        let did = el("span").class("did").child(el("b").text(&step.who)).text(&format!(" {}", step.what));
        el("li").class(class).child(place).child(did)
    };
    el("ol").class("journey").children(steps.iter().enumerate().map(row))
}
