//! The queue that others' traffic makes at a link: the busier the link, the longer a packet waits.
//!
//! Frames of others come at random (Poisson) and each takes up the link for the same time, so that what a packet finds
//! before it is the unfinished work of an M/D/1 queue. Time falls into blocks. A block's frames follow from its number
//! alone, and the work at an instant from the frames of its block and of the one before: nothing depends on which
//! packets ask, and since work falls no faster than time passes, none overtakes another. Must not know packets.

use crate::base::{Draw, Duration, TrueTime};

/// How many frame times a block has. By then a queue has been empty, unless the link is next to full.
const BLOCK_FRAMES: u64 = 1_024;

/// The traffic of others on every link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Load {
    /// The mean time between two frames.
    gap: u64,
    /// How long a frame takes up the link.
    frame: u64,
}

/// What is known of one link: the work that was left at an instant, and when the next frame comes.
#[derive(Clone, Debug)]
pub(super) struct Backlog {
    block: u64,
    at: u64,
    work: u64,
    next: u64,
    draw: Draw,
}

impl Load {
    /// Others take so many millionths of each link's time, in frames of this length; `None` if they take nothing.
    pub(super) fn new(share_ppm: u64, frame: Duration) -> Option<Self> {
        let gap = u128::from(frame.0) * 1_000_000 / u128::from(share_ppm.max(1));
        (share_ppm > 0 && frame > Duration::ZERO)
            .then(|| Self { gap: u64::try_from(gap).unwrap_or(u64::MAX), frame: frame.0 })
    }

    /// How long a packet that comes now waits. `draws` gives the stream of a block; `known` is what was found out
    /// about the link before.
    pub(super) fn wait(
        &self,
        now: TrueTime,
        known: &mut Option<Backlog>,
        draws: impl Fn(u64) -> Draw,
    ) -> Duration {
        let block = now.0 / self.block();
        let is_here = |known: &Backlog| known.block == block && known.at <= now.0;
        let mut backlog = known.take().filter(is_here).unwrap_or_else(|| self.enter(block, &draws));
        self.pass(&mut backlog, now.0);
        let wait = Duration(backlog.work);
        *known = Some(backlog);
        wait
    }

    fn block(&self) -> u64 {
        self.frame.saturating_mul(BLOCK_FRAMES)
    }

    /// The backlog at the beginning of a block: what the block before it leaves, if that began with none.
    fn enter(&self, block: u64, draws: &impl Fn(u64) -> Draw) -> Backlog {
        let begin = |block: u64, work| {
            let at = block.saturating_mul(self.block());
            let mut draw = draws(block);
            let next = at.saturating_add(draw.exponential(self.gap));
            Backlog { block, at, work, next, draw }
        };
        let Some(before) = block.checked_sub(1) else { return begin(0, 0) };
        let mut backlog = begin(before, 0);
        self.pass(&mut backlog, block.saturating_mul(self.block()));
        begin(block, backlog.work)
    }

    /// Lets time pass until `until`.
    fn pass(&self, backlog: &mut Backlog, until: u64) {
        while backlog.next <= until {
            let passed = backlog.next - backlog.at;
            backlog.work = backlog.work.saturating_sub(passed).saturating_add(self.frame);
            backlog.at = backlog.next;
            backlog.next = backlog.next.saturating_add(backlog.draw.exponential(self.gap).max(1));
        }
        backlog.work = backlog.work.saturating_sub(until - backlog.at);
        backlog.at = until;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Cause, Chance, NodeId, Seed};

    const FRAME: Duration = Duration::micros(100);

    fn draws(seed: u64) -> impl Fn(u64) -> Draw {
        let chance = Chance::new(Seed(seed), "load");
        move |nth| chance.draw("load", Cause { from: NodeId(0), to: NodeId(1), nth, copy: 0, hop: 0 })
    }

    #[test]
    fn waits_are_those_of_pollaczek_and_khinchine() {
        for load in [300_000, 600_000, 800_000] {
            let queue = Load::new(load, FRAME).expect("there is traffic");
            // Looked at so seldom that what was found last time does not matter any more.
            let means: Vec<f64> = (0..20)
                .map(|seed| {
                    let (draws, mut known) = (draws(seed), None);
                    let at = |nth: u64| TrueTime(nth * 5_000_000 + 17);
                    let waits = (0..400).map(|nth| queue.wait(at(nth), &mut known, &draws).0 as f64);
                    waits.sum::<f64>() / 400.0
                })
                .collect();
            let n = means.len() as f64;
            let mean = means.iter().sum::<f64>() / n;
            let variance = means.iter().map(|m| (m - mean) * (m - mean)).sum::<f64>() / (n - 1.0);
            let load = load as f64 / 1e6;
            let expected = FRAME.0 as f64 * load / (2.0 * (1.0 - load));
            let tolerance = 5.0 * (variance / n).sqrt();
            assert!(tolerance < expected / 2.0, "±{tolerance} shows nothing");
            assert!(
                (mean - expected).abs() < tolerance,
                "at {load}: {mean} ns, expected {expected} ± {tolerance}"
            );
        }
    }

    #[test]
    fn nobody_overtakes_and_it_does_not_matter_who_asks() {
        let queue = Load::new(900_000, FRAME).expect("there is traffic");
        let draws = draws(4);
        let (mut known, mut last) = (None, 0);
        for nth in 0..60_000_u64 {
            let at = nth * 7_001;
            let done = at + queue.wait(TrueTime(at), &mut known, &draws).0;
            assert!(done >= last, "at {at}");
            last = done;
            if nth % 97 == 0 {
                assert_eq!(at + queue.wait(TrueTime(at), &mut None, &draws).0, done, "asked out of the blue");
            }
        }
    }

    #[test]
    fn an_idle_link_makes_nobody_wait() {
        assert_eq!(Load::new(0, FRAME), None);
        assert_eq!(Load::new(500_000, Duration::ZERO), None);
    }
}
