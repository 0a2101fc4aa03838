//! The present: one line across along true time, and one stroke a lane along the nodes' own clocks.
//!
//! # What it does
//! Marks how far the run has come.
//!
//! # The assumption it breaks
//! That all nodes share one present. By their own clocks each has its own, and no node can see another's.
//!
//! # What to look for
//! Along the wall clocks: how far apart the strokes stand is how far the clocks are apart.
//!
//! # Sources
//! Lamport 1978, "Time, clocks, and the ordering of events in a distributed system".

use super::super::layout::Sheet;
use super::super::picture::NowMark;
use super::super::shape::{Anchor, Font, Point};
use super::super::theme::Tone;
use super::super::view::{Axis, ViewAs};
use super::Overlay;

pub(super) const OVERLAY: Overlay = Overlay {
    id: "now",
    title: "Now",
    effect: "marks how far the run has come",
    is_usual: true,
    doc: crate::module_doc!("now.rs"),
    draw,
};

fn draw(sheet: &mut Sheet<'_>) {
    let (Some(first), Some(last)) = (sheet.rows.first().copied(), sheet.rows.last().copied()) else { return };
    let frame = sheet.frame;
    let in_sight = frame.left..=frame.right;
    let trace = sheet.source.trace;
    let now = sheet.view.present(trace.now());
    match frame.axis {
        Axis::TrueTime => {
            // Events of the present may have made room for one another; the line stands behind them.
            let last_dot = sheet.picture.dots.iter().map(|dot| dot.at.x + 7.0).fold(f64::MIN, f64::max);
            let present = frame.x(now.0 as f64);
            let x = if last_dot >= present { last_dot.min(frame.right).max(present) } else { present };
            if in_sight.contains(&x) {
                let bottom = (last.y + 24.0).min(frame.height - 22.0);
                let top = (first.y - 24.0).max(frame.top - 20.0);
                let beside = [(x + 5.0, Anchor::Start), (x - 5.0, Anchor::End)];
                let places = beside.map(|(x, anchor)| (Point::new(x, bottom + 6.0), anchor));
                sheet.write("now", Font::Code, Tone::Ink, &places);
                sheet.picture.now.push(NowMark { x, top, bottom });
            }
        }
        Axis::Wall => {
            for row in sheet.rows.clone() {
                let is_known = match sheet.view.view_as {
                    ViewAs::Outside => true,
                    ViewAs::Node(own, _) => own == row.node,
                };
                let x = frame.x(trace.wall_at(row.node, now).0 as f64);
                if is_known && in_sight.contains(&x) {
                    let half = frame.half_band();
                    sheet.picture.now.push(NowMark { x, top: row.y - half, bottom: row.y + half });
                }
            }
        }
        // A chain of causes has no present: each lane has its own last event.
        Axis::Causal | Axis::Lamport => {}
    }
}
