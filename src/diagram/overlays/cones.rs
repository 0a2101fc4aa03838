//! The past and the future of the selected event, as areas on the lanes.
//!
//! # What it does
//! Shades on each lane what could have caused the selected event, and what it can have caused.
//!
//! # The assumption it breaks
//! That what happened earlier by some clock had a part in it. Only what lies in the shaded past can have.
//!
//! # What to look for
//! Events outside both areas: they are concurrent with the selected one, whatever the clocks say.
//!
//! # Sources
//! Lamport 1978, "Time, clocks, and the ordering of events in a distributed system"; Mattern 1989, "Virtual
//! time and global states of distributed systems".

use super::super::layout::Sheet;
use super::super::picture::{Band, BandKind};
use super::super::shape::Point;
use super::Overlay;
use crate::base::EventId;

pub(super) const OVERLAY: Overlay = Overlay {
    id: "cones",
    title: "Past and future",
    effect: "shades what could have caused the selected event and what it can have caused",
    is_usual: true,
    doc: crate::module_doc!("cones.rs"),
    draw,
};

fn draw(sheet: &mut Sheet<'_>) {
    let Some(reach) = sheet.reach().cloned() else { return };
    let (frame, half) = (sheet.frame, sheet.frame.half_band());
    for row in sheet.rows.clone() {
        let lane = sheet.source.index.lane(sheet.source.trace, row.node);
        let lane = &lane[..sheet.limit(row.node).min(lane.len())];
        let event = |place: usize| lane.get(place).map(|&event| EventId(event));
        let x = |event: EventId| sheet.x(event);
        let past = reach.past(sheet.source.trace, row.node).checked_sub(1).and_then(event).map(x);
        let future = reach.future(sheet.source.trace, row.node).and_then(event).map(x);
        let mut band = |kind, from: f64, to: f64| {
            let (from, to) = (from.max(frame.left), to.min(frame.right));
            if from < to {
                let at = Point::new(from, row.y - half);
                let name = String::new();
                sheet.picture.bands.push(Band { kind, at, width: to - from, height: 2.0 * half, name });
            }
        };
        if let Some(x) = past {
            band(BandKind::Past, frame.left, x);
        }
        if let Some(x) = future {
            band(BandKind::Future, x, frame.right);
        }
    }
}
