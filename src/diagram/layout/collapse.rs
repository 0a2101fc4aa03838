//! Runs of events that concern no other node, drawn as one block each where the view asks for it.
//!
//! A run ends at every send and receive, at what is rare (crashes, pauses, clock steps), at decisions, and at what
//! is selected, so that none of these is ever hidden. Must not know messages.

use super::Sheet;
use super::events::Stretch;
use crate::base::EventId;
use crate::sim::EventKind;

/// How far a block reaches beyond its first and its last event, in pixels.
const BESIDE: f64 = 5.0;

impl Sheet<'_> {
    /// Lays out the blocks of a stretch of a lane, and gives the places of the events that are drawn by
    /// themselves: all, unless the view asks for blocks.
    pub(super) fn lay_collapsed(&mut self, stretch: &Stretch) -> Vec<usize> {
        if !self.view.look.collapses_local {
            return (stretch.first..stretch.last).collect();
        }
        let (trace, index, node) = (self.source.trace, self.source.index, stretch.row.node);
        let lane = index.lane(trace, node);
        let chosen: Vec<usize> = self.chosen(node).collect();
        let is_quiet = |place: &usize| {
            let is_quiet = matches!(
                trace.kind(EventId(lane[*place])),
                EventKind::Local | EventKind::Timer | EventKind::Write
            );
            is_quiet && !chosen.contains(place)
        };
        let mut alone = Vec::new();
        let mut first = stretch.first;
        while first < stretch.last {
            let last = (first..stretch.last).find(|place| !is_quiet(place)).unwrap_or(stretch.last);
            if last - first < 2 {
                let end = last.max(first + 1);
                alone.extend(first..end);
                first = end;
                continue;
            }
            let x = |place: usize| self.x(EventId(lane[place]));
            let ends = (self.frame.value(x(first) - BESIDE), self.frame.value(x(last - 1) + BESIDE));
            self.lay_block(stretch.row, (first, last), 0, ends);
            let count = last - first;
            let name =
                self.speak(|| format!("{}: {count} events that concern no other node", trace.name(node)));
            if let Some(block) = self.picture.blocks.last_mut() {
                block.name = name;
            }
            first = last;
        }
        alone
    }
}
