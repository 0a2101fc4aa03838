//! The clocks on trial: what each says of the order of events, against what the trace's own arrows show.
//!
//! The clocks are run for real over the trace (see [`fold`]), and every order that they give is compared with
//! [`Causality`], which knows no clock. Must not know any clock but through its line of the catalogue.

mod ranks;

use super::{Causality, EventStamps, fold};
use crate::base::EventId;
use crate::clocks::{self, CausalOrder, ClockEntry, Guarantee};
use crate::sim::Trace;
use ranks::Ranks;

/// How many pairs of events are compared one by one at most: of about 3,000 events.
const PAIRS_MAX: u64 = 4_500_000;

/// How many entries of vector stamps are kept to compare pairs at all: 16 MB of them.
const ENTRIES_MAX: usize = 4_000_000;

/// How often a clock was right about the order of two events, and how it was wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Pairs of which the first event could have caused the second.
    pub causal: u64,
    /// Of these, how many the clock puts the other way round.
    pub reversed: u64,
    /// Of these, how many have the same stamp.
    pub tied: u64,
    /// Of these, of how many the clock does not tell the order.
    pub untold: u64,
    /// Pairs of which neither event could have caused the other.
    pub concurrent: u64,
    /// Of these, how many the clock puts in an order all the same.
    pub invented: u64,
}

impl Tally {
    /// How many pairs of cause and effect the clock puts in their true order.
    pub const fn right(&self) -> u64 {
        self.causal - self.reversed - self.tied - self.untold
    }

    /// How often the clock was wrong, measured by what it promises.
    ///
    /// A clock that promises nothing, or no more than its bounds, is wrong where it turns cause and effect
    /// round: that two readings are equal, or their intervals overlap, is no statement. One that puts causes
    /// first has to do so always. One that tells causes exactly must not order what is concurrent either.
    pub const fn violations(&self, guarantee: Guarantee) -> u64 {
        match guarantee {
            Guarantee::Nothing | Guarantee::WithinBounds => self.reversed,
            Guarantee::CausesComeFirst => self.reversed + self.tied + self.untold,
            Guarantee::CausesExactly => self.reversed + self.tied + self.untold + self.invented,
        }
    }

    fn count(&mut self, truth: CausalOrder, said: CausalOrder) {
        let said = match truth {
            CausalOrder::Before => said,
            CausalOrder::After => said.reverse(),
            CausalOrder::Concurrent => {
                self.concurrent += 1;
                self.invented += u64::from(matches!(said, CausalOrder::Before | CausalOrder::After));
                return;
            }
            CausalOrder::Same => return,
        };
        self.causal += 1;
        match said {
            CausalOrder::Before => {}
            CausalOrder::After => self.reversed += 1,
            CausalOrder::Same => self.tied += 1,
            CausalOrder::Concurrent => self.untold += 1,
        }
    }
}

/// What a run says of a clock.
#[derive(Clone, Copy, Debug)]
pub struct Judgement {
    /// The clock.
    pub clock: &'static ClockEntry,
    /// Its tally over the arrows of the diagram: an event and the next on its node, a send and its receive.
    pub arrows: Tally,
    /// Its tally over all pairs of events; `None` for a run too large to compare them all.
    ///
    /// For a clock that puts all events into one line that is beyond a million events at 4 nodes and 60,000
    /// at 60; for others, which have to be compared pair by pair, beyond 3,000.
    pub pairs: Option<Tally>,
    /// The first arrow, by its effect, on which it was wrong by what it promises: cause and effect.
    pub first: Option<(EventId, EventId)>,
}

impl Judgement {
    /// How often it was wrong: over all pairs if they were compared, over the arrows if not.
    pub fn violations(&self) -> u64 {
        self.pairs.unwrap_or(self.arrows).violations(self.clock.guarantee)
    }
}

/// Tries all clocks of the catalogue, in its order, on a trace that the oracle has read.
///
/// It takes time with the number of events, times nodes, and for small runs with its square: some tens of
/// milliseconds at 2,000 events. So it is for a moment at which the run stands still.
pub fn of(trace: &Trace, causality: &Causality) -> Vec<Judgement> {
    let mut all: Vec<Judgement> = clocks::ALL.iter().map(Judgement::open).collect();
    fold::each_arrow(trace, |cause, effect| {
        for judgement in &mut all {
            let before = judgement.arrows.violations(judgement.clock.guarantee);
            let said = (judgement.clock.order)(&cause.1.as_clocks(), &effect.1.as_clocks());
            judgement.arrows.count(CausalOrder::Before, said);
            if judgement.arrows.violations(judgement.clock.guarantee) > before {
                judgement.first.get_or_insert((cause.0, effect.0));
            }
        }
    });
    if trace.len() * trace.nodes() <= ENTRIES_MAX {
        let stamps: Vec<EventStamps> = fold::run_all(trace).collect();
        for judgement in &mut all {
            judgement.pairs = pairs(trace, causality, &stamps, judgement.clock.order);
        }
    }
    all
}

impl Judgement {
    fn open(clock: &'static ClockEntry) -> Self {
        Self { clock, arrows: Tally::default(), pairs: None, first: None }
    }
}

/// Tries a way to order stamps on all pairs of events; `stamps` are those of all events, in order. `None`
/// where that would take too long.
pub fn pairs(
    trace: &Trace,
    causality: &Causality,
    stamps: &[EventStamps],
    order: fn(&clocks::Stamps<'_>, &clocks::Stamps<'_>) -> CausalOrder,
) -> Option<Tally> {
    let stamps: Vec<clocks::Stamps<'_>> = stamps.iter().map(EventStamps::as_clocks).collect();
    let said = |one: u32, other: u32| order(&stamps[one as usize], &stamps[other as usize]);
    if let Some(ranks) = Ranks::of(stamps.len(), said) {
        return Some(ranks.tally(trace, causality));
    }
    let n = stamps.len() as u64;
    (n * n / 2 <= PAIRS_MAX).then(|| one_by_one(trace, causality, said))
}

fn one_by_one(trace: &Trace, causality: &Causality, said: impl Fn(u32, u32) -> CausalOrder) -> Tally {
    let mut tally = Tally::default();
    let mut counts = vec![0; trace.nodes()];
    let places: Vec<(usize, u32)> =
        trace.events().map(|event| (trace.node(event).index(), trace.own_count(event))).collect();
    for other in trace.events() {
        causality.vector_into(other, &mut counts);
        // Every cause has the smaller id.
        for (one, &(node, own)) in (0..other.0).zip(&places) {
            let truth = if own <= counts[node] { CausalOrder::Before } else { CausalOrder::Concurrent };
            tally.count(truth, said(one, other.0));
        }
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::puppets;

    fn judge(nodes: usize, ahead_ms: &[i64], text: &str) -> (Trace, Vec<Judgement>) {
        let trace = puppets::trace(nodes, ahead_ms, text);
        let judgements = of(&trace, &Causality::of(&trace));
        (trace, judgements)
    }

    fn find<'a>(all: &'a [Judgement], id: &str) -> &'a Judgement {
        all.iter().find(|it| it.clock.id == id).expect("a clock of the catalogue")
    }

    #[test]
    fn a_clock_ahead_by_more_than_the_delay_turns_an_arrow_round() {
        // a's clock is 25 ms ahead and the letter takes 10; b's own event comes 20 ms after the send.
        let (_, all) = judge(2, &[25], "0 a>b, 20 b, 40 a");
        let wall = find(&all, "wall");
        assert_eq!((wall.arrows.causal, wall.arrows.reversed), (3, 1));
        assert_eq!(wall.first, Some((EventId(0), EventId(1))));
        // Pairs: a1→b1, a1→b2, a1→a2, b1→b2; a1 reads 25, b1 10, b2 20, a2 65.
        let pairs = wall.pairs.expect("a small run");
        assert_eq!((pairs.causal, pairs.reversed, pairs.concurrent, pairs.invented), (4, 2, 2, 2));
        assert_eq!(wall.violations(), 2);
        for id in ["lamport", "vector", "hybrid"] {
            assert_eq!(find(&all, id).violations(), 0, "{id}");
        }
        assert_eq!(find(&all, "vector").pairs.map(|it| it.invented), Some(0));
        // Lamport: a1 1, b1 2, b2 3, a2 2. Of the two concurrent pairs both get an order.
        assert_eq!(find(&all, "lamport").pairs.map(|it| it.invented), Some(2));
        // The intervals are 2 ms wide, and just as wrong.
        assert_eq!(find(&all, "interval").violations(), 2);
        assert_eq!(find(&all, "monotonic").pairs.map(|it| (it.reversed, it.untold)), Some((0, 2)));
    }

    #[test]
    fn right_clocks_are_right() {
        let (_, all) = judge(3, &[], "0 a>b, 1 b>c, 15 b>c, 16 c>a, 40 a, 41 a>b twice");
        assert!(all.iter().all(|it| it.violations() == 0 && it.first.is_none()));
    }

    #[test]
    fn equal_readings_are_no_violation_of_a_wall_clock() {
        // Both of a's events happen at one instant.
        let (_, all) = judge(2, &[], "5 a, 5 a");
        let wall = find(&all, "wall");
        assert_eq!((wall.arrows.causal, wall.arrows.tied, wall.violations()), (1, 1, 0));
        assert_eq!(wall.arrows.right(), 0);
    }

    #[test]
    fn in_one_line_or_one_by_one_the_count_is_the_same() {
        let text = "0 a>b, 2 b>c, 3 c>a, 13 a>c, 14 b>a 30, 20 c>b twice, 31 a>b, 32 b, 33 c, 34 c>a";
        let (trace, all) = judge(3, &[40, -7, 3], text);
        let (causality, stamps) = (Causality::of(&trace), fold::run_all(&trace).collect::<Vec<_>>());
        for judgement in &all {
            let said = |one: u32, other: u32| {
                (judgement.clock.order)(
                    &stamps[one as usize].as_clocks(),
                    &stamps[other as usize].as_clocks(),
                )
            };
            let slow = one_by_one(&trace, &causality, said);
            assert_eq!(judgement.pairs, Some(slow), "{}", judgement.clock.id);
            let is_in_line = Ranks::of(stamps.len(), said).is_some();
            assert_eq!(is_in_line, ["lamport", "hybrid", "wall"].contains(&judgement.clock.id));
        }
        assert!(find(&all, "wall").violations() > 0);
    }
}
