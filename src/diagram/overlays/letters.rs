//! What messages say, along their arrows.
//!
//! # What it does
//! Writes beside the middle of each arrow what its message is called, where there is room.
//!
//! # The assumption it breaks
//! That what is said is what is heard: the words stand with the arrow, and lost ones have words too.
//!
//! # What to look for
//! Two arrows that cross: each reply may answer the question before.
//!
//! # Sources
//! Lamport 1978, whose figures name the messages.

use super::super::layout::Sheet;
use super::super::picture::{Arrow, ArrowKind};
use super::super::shape::{Anchor, Font, Point};
use super::super::theme::Tone;
use super::Overlay;
use crate::base::{EventId, MessageId};

pub(super) const OVERLAY: Overlay = Overlay {
    id: "letters",
    title: "Messages' words",
    effect: "writes beside each arrow what its message is called",
    is_usual: false,
    doc: crate::module_doc!("letters.rs"),
    draw,
};

/// Where along an arrow its words may stand: the middle first.
const PLACES: [f64; 7] = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8];

/// How far words keep to the side of their arrow, in pixels.
const CLEAR: f64 = 5.0;

/// How far the line of words stands above an arrow and below it, in pixels: letters reach up and hardly down.
const ABOVE: f64 = 3.0;
const BELOW: f64 = 10.0;

/// How far words keep from other arrows to the side, in pixels, and half as far up and down.
const AWAY: f64 = 9.0;

/// With more arrows than this, words are no longer kept off others: there is no room anyway.
const ARROWS_MOST: usize = 80;

/// At how many points an arrow is looked at to keep words off it.
const POINTS: u32 = 24;

fn draw(sheet: &mut Sheet<'_>) {
    for place in 0..sheet.picture.arrows.len() {
        let arrow = &sheet.picture.arrows[place];
        if arrow.kind == ArrowKind::Stub || arrow.copy > 0 {
            continue;
        }
        let text = words_of(sheet, arrow.message);
        if text.is_empty() {
            continue;
        }
        let tone = if arrow.kind == ArrowKind::Lost { Tone::Lost } else { Tone::Dim };
        let mut places: Vec<(Point, Anchor)> =
            PLACES.into_iter().flat_map(|along| beside(arrow, along)).collect();
        places.retain(|(at, anchor)| is_free(sheet, place, &text, *at, *anchor));
        sheet.write(&text, Font::Words, tone, &places);
    }
}

/// What a message is called. In a log its two ends may have words of their own, which stand there.
fn words_of(sheet: &Sheet<'_>, message: MessageId) -> String {
    let trace = sheet.source.trace;
    let label = |event: EventId| trace.label(event);
    match (trace.sent(message), trace.first_arrival(message)) {
        (Some(sent), Some(received)) if label(sent) != label(received) => String::new(),
        (Some(end), _) | (None, Some(end)) => label(end),
        (None, None) => String::new(),
    }
}

/// The two places beside a point of an arrow, on its free sides: above to the right of what goes down, and so on.
fn beside(arrow: &Arrow, along: f64) -> [(Point, Anchor); 2] {
    let (from, to) = (arrow.from, arrow.to);
    let at = arrow.via.unwrap_or_else(|| from.toward(to, along));
    let goes_down = (to.y - from.y) * (to.x - from.x) >= 0.0;
    let (right, left) = if goes_down { (-ABOVE, BELOW) } else { (BELOW, -ABOVE) };
    [
        (Point::new(at.x + CLEAR, at.y + right), Anchor::Start),
        (Point::new(at.x - CLEAR, at.y + left), Anchor::End),
    ]
}

/// Whether words there stand clear of lanes, of their names and of other arrows.
fn is_free(sheet: &Sheet<'_>, place: usize, text: &str, at: Point, anchor: Anchor) -> bool {
    let width = Font::Words.width(text);
    let left = anchor.start(at.x, width);
    let (right, top, bottom) = (left + width, at.y - 9.0, at.y + 3.0);
    let on_a_lane = sheet.rows.iter().any(|row| row.y > top - 2.0 && row.y < bottom + 2.0);
    if left < sheet.frame.left || on_a_lane {
        return false;
    }
    let arrows = &sheet.picture.arrows;
    let is_inside = |point: Point| {
        let (x, y) = (left - AWAY..right + AWAY, top - AWAY / 2.0..bottom + AWAY / 2.0);
        x.contains(&point.x) && y.contains(&point.y)
    };
    let is_hit = |arrow: &Arrow| {
        (0..=POINTS).any(|nth| is_inside(arrow.from.toward(arrow.to, f64::from(nth) / f64::from(POINTS))))
    };
    arrows.len() > ARROWS_MOST
        || !arrows.iter().enumerate().any(|(other, arrow)| other != place && is_hit(arrow))
}
