//! What is at a point of the picture.
//!
//! Must not know how a pointer works; keyboards ask too.

use super::picture::Picture;
use super::shape::Point;
use crate::base::{EventId, LinkId, MessageId, NodeId};

/// Something in a picture that can be pointed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hit {
    /// An event.
    Event(EventId),
    /// A copy of a message.
    Message(MessageId, u16),
    /// Events that stand too close to be told apart: the first and the last.
    Block(EventId, EventId),
    /// A node.
    Node(NodeId),
    /// A link.
    Link(LinkId),
}

/// Half the side of the least target, in pixels (WCAG 2.2, 2.5.8).
pub(super) const REACH: f64 = 12.0;

/// How near to a message's line a point must be to mean it, in pixels.
const REACH_LINE: f64 = 7.0;

impl Picture {
    /// What is at a point, if anything is near enough: the nearest event before the nearest message, and
    /// whichever was drawn on top among equals.
    ///
    /// The point is one of the screen: see [`Frame::turned`](super::Frame::turned).
    pub fn hit(&self, at: Point) -> Option<Hit> {
        let at = self.frame.turned(at);
        let event = self.dots.iter().map(|dot| (at.distance(dot.at), Hit::Event(dot.event)));
        let event = nearest(event, REACH);
        let arrows = || self.arrows.iter();
        let tips = arrows()
            .filter(|arrow| arrow.received.is_none() && arrow.has_tip)
            .map(|arrow| (at.distance(arrow.to), Hit::Message(arrow.message, arrow.copy)));
        // A cross or a message under way is as good a target as an event, for whom nothing else is there.
        let tip = nearest(tips, REACH);
        let line = arrows().map(|arrow| {
            let distance = match arrow.via {
                None => to_segment(at, arrow.from, arrow.to),
                Some(via) => to_segment(at, arrow.from, via).min(to_segment(at, via, arrow.to)),
            };
            (distance, Hit::Message(arrow.message, arrow.copy))
        });
        let close = event.into_iter().chain(tip).min_by(|a, b| a.0.total_cmp(&b.0));
        close
            .or_else(|| nearest(line, REACH_LINE))
            .map(|(_, hit)| hit)
            .or_else(|| self.block_at(at))
            .or_else(|| self.lane_at(at))
    }

    /// The lane whose handle of the cut is at a point of the screen, if one is near enough.
    pub fn handle_at(&self, at: Point) -> Option<NodeId> {
        let at = self.frame.turned(at);
        let handles = self.cut.as_ref()?.handles.iter();
        let near = handles.map(|handle| (at.distance(handle.at), handle.node));
        let near = near.filter(|(distance, _)| *distance <= REACH);
        near.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, node)| node)
    }

    fn block_at(&self, at: Point) -> Option<Hit> {
        let inside = |start: f64, length: f64, value: f64| (start..=start + length).contains(&value);
        let block = self
            .blocks
            .iter()
            .find(|block| inside(block.at.x, block.width, at.x) && inside(block.at.y, block.height, at.y))?;
        Some(Hit::Block(block.first, block.last))
    }

    fn lane_at(&self, at: Point) -> Option<Hit> {
        if at.x >= self.frame.left {
            return None;
        }
        let lane = self.lanes.iter().min_by(|a, b| (a.y - at.y).abs().total_cmp(&(b.y - at.y).abs()))?;
        ((lane.y - at.y).abs() <= (self.frame.gap / 2.0).max(4.0)).then_some(Hit::Node(lane.node))
    }
}

fn nearest(all: impl Iterator<Item = (f64, Hit)>, reach: f64) -> Option<(f64, Hit)> {
    all.filter(|(distance, _)| *distance <= reach)
        .reduce(|best, next| if next.0 <= best.0 { next } else { best })
}

/// How far a point is from a line between two others.
pub(super) fn to_segment(at: Point, from: Point, to: Point) -> f64 {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let length = dx * dx + dy * dy;
    let share = if length == 0.0 { 0.0 } else { ((at.x - from.x) * dx + (at.y - from.y) * dy) / length };
    at.distance(from.toward(to, share.clamp(0.0, 1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_to_a_line_counts_its_ends() {
        let (a, b) = (Point::new(0.0, 0.0), Point::new(10.0, 0.0));
        assert_eq!(to_segment(Point::new(5.0, 3.0), a, b), 3.0);
        assert_eq!(to_segment(Point::new(-3.0, 4.0), a, b), 5.0);
        assert_eq!(to_segment(Point::new(3.0, 4.0), a, a), 5.0);
    }
}
