//! A cut: a line through all lanes that divides what is inside from what is not.
//!
//! # What it does
//! Draws the frontier from lane to lane, a handle on each. Where a message was received inside and sent outside,
//! that message is drawn thick with a bar across and the words “breaks the cut”.
//!
//! # The assumption it breaks
//! That what one gathers from several nodes was ever there at one time.
//!
//! # What to look for
//! Arrows that cross the line from inside to outside are messages under way, and do no harm. One that crosses it
//! from outside to inside has an effect without its cause.
//!
//! # Sources
//! Chandy and Lamport 1985, "Distributed snapshots"; Mattern 1989, "Virtual time and global states of distributed
//! systems".

use super::super::layout::{Sheet, plural};
use super::super::picture::{Breaking, CutLine, Handle};
use super::super::shape::{Anchor, Font, Point};
use super::super::theme::Tone;
use super::super::words;
use super::Overlay;
use crate::analysis::{Breach, Frontier};
use crate::base::{EventId, NodeId};

pub(super) const OVERLAY: Overlay = Overlay {
    id: "cut",
    title: "Cut",
    effect: "draws the cut through the lanes, and the messages that break it",
    is_usual: true,
    doc: crate::module_doc!("cut.rs"),
    draw,
};

/// How far behind the last event inside the line stands at most, in pixels.
const BEHIND: f64 = 14.0;
/// So many messages that break a cut are drawn; how many there are is said all the same.
const BREACHES_MAX: usize = 24;

fn draw(sheet: &mut Sheet<'_>) {
    let Some(cut) = sheet.view.cut.as_ref().filter(|_| sheet.is_outside()) else { return };
    let (trace, causality) = (sheet.source.trace, sheet.source.causality);
    let cut = Frontier::new(causality, cut.counts());
    let breaches: Vec<Breach> = cut.breaches(trace, causality).collect();
    let handle = |row: &super::super::layout::Row| Handle {
        node: row.node,
        at: Point::new(place(sheet, &cut, row.node), row.y),
        inside: cut.count(row.node),
    };
    let handles: Vec<Handle> = sheet.rows.iter().map(handle).collect();
    let drawn = breaches.iter().take(BREACHES_MAX).filter_map(|breach| {
        let ends = (sheet.point(breach.sent)?, sheet.point(breach.received)?);
        let name = sheet.speak(|| {
            let message = words::message(trace, breach.message);
            format!("{message} breaks the cut: it is received inside and sent outside")
        });
        Some(Breaking { message: breach.message, from: ends.0, to: ends.1, name })
    });
    let breaking: Vec<Breaking> = drawn.collect();
    for breaking in &breaking {
        let middle = breaking.from.toward(breaking.to, 0.5);
        let places = [
            (Point::new(middle.x + 10.0, middle.y + 4.0), Anchor::Start),
            (Point::new(middle.x - 10.0, middle.y + 4.0), Anchor::End),
        ];
        sheet.write("breaks the cut", Font::Words, Tone::Lost, &places);
    }
    let says = says(sheet, &cut, breaches.len());
    if let Some(first) = handles.first() {
        let above = Point::new(first.at.x, first.at.y - 13.0);
        let tone = if breaches.is_empty() { Tone::Accent } else { Tone::Lost };
        let places = [
            (Point::new(above.x + 6.0, above.y), Anchor::Start),
            (Point::new(above.x - 6.0, above.y), Anchor::End),
        ];
        sheet.write(&says, Font::Words, tone, &places);
    }
    sheet.picture.cut =
        Some(CutLine { handles, breaking, breaches: breaches.len(), name: sheet.speak(|| says) });
}

/// Where the line crosses a lane: between the last event inside and the first outside, not far from the first.
fn place(sheet: &Sheet<'_>, cut: &Frontier, node: NodeId) -> f64 {
    let lane = sheet.source.index.lane(sheet.source.trace, node);
    let inside = cut.count(node) as usize;
    let x = |place: usize| lane.get(place).map(|&event| sheet.x(EventId(event)));
    let (left, right) = (sheet.frame.left, sheet.frame.right);
    let x = match (inside.checked_sub(1).and_then(x), x(inside)) {
        // A clock that was set back puts the next event to the left of the last.
        (Some(last), Some(next)) if next > last => last + ((next - last) / 2.0).min(BEHIND),
        (Some(last), _) => last + BEHIND,
        (None, Some(next)) => next - BEHIND,
        (None, None) => left,
    };
    x.clamp(left - 4.0, right + 4.0)
}

/// `consistent cut, 3 messages under way` or `no consistent cut: 2 messages break it`.
fn says(sheet: &Sheet<'_>, cut: &Frontier, breaches: usize) -> String {
    if breaches > 0 {
        let messages = plural(breaches, "message breaks", "messages break");
        return format!("no consistent cut: {breaches} {messages} it");
    }
    let under_way = cut.in_flight(sheet.source.trace).count();
    format!("consistent cut, {under_way} {} under way", plural(under_way, "message", "messages"))
}
