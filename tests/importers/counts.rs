//! The numbers of a report against an oracle that is slow and simple: clocks compared pair by pair, and arrows kept only
//! where no other event lies between.

#![expect(clippy::disallowed_types, reason = "a bar on time needs the machine's clock")]

use std::fmt::Write;
use std::time::Instant;

use super::{only, report};

/// A generator of its own, so that a failure is repeated by its seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        // The constants are those of Knuth's MMIX.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end
    }
}

/// A run of processes that send to one another, kept as every event's clock: a host and counts.
struct Run {
    hosts: usize,
    events: Vec<(usize, Vec<u32>)>,
}

impl Run {
    fn random(seed: u64, hosts: usize, events: usize) -> Self {
        let mut dice = Dice(seed);
        let mut clocks = vec![vec![0_u32; hosts]; hosts];
        let mut run = Self { hosts, events: Vec::new() };
        for _ in 0..events {
            let host = dice.below(hosts);
            // Sometimes an event hears of one or two others, which may be recent or long past.
            for _ in 0..[0, 0, 1, 1, 2][dice.below(5)] {
                if run.events.is_empty() {
                    break;
                }
                let back = [run.events.len(), run.events.len().min(hosts)][dice.below(2)];
                let other = run.events.len() - 1 - dice.below(back);
                if run.events[other].0 != host {
                    let seen = run.events[other].1.clone();
                    clocks[host].iter_mut().zip(seen).for_each(|(own, seen)| *own = seen.max(*own));
                }
            }
            clocks[host][host] += 1;
            run.events.push((host, clocks[host].clone()));
        }
        run
    }

    fn before(&self, one: usize, other: usize) -> bool {
        let (host, clock) = &self.events[one];
        one != other && self.events[other].1[*host] >= clock[*host]
    }

    fn ordered_pairs(&self) -> u64 {
        let all = 0..self.events.len();
        all.clone().map(|one| all.clone().filter(|&other| self.before(one, other)).count() as u64).sum()
    }

    /// The arrows of the transitive reduction between different hosts, by definition.
    fn edges(&self) -> usize {
        let all = 0..self.events.len();
        let is_edge = |one: usize, other: usize| {
            self.before(one, other)
                && !all.clone().any(|mid| self.before(one, mid) && self.before(mid, other))
        };
        let mut edges = 0;
        for one in all.clone() {
            let others = all.clone().filter(|&other| self.events[other].0 != self.events[one].0);
            edges += others.filter(|&other| is_edge(one, other)).count();
        }
        edges
    }

    /// The events stand in an order of causes, so that one pass finds the longest chain.
    fn longest_chain(&self) -> u64 {
        let mut heights: Vec<u64> = Vec::new();
        for event in 0..self.events.len() {
            let causes = (0..event).filter(|&cause| self.before(cause, event));
            heights.push(causes.map(|cause| heights[cause]).max().unwrap_or(0) + 1);
        }
        heights.into_iter().max().unwrap_or(0)
    }

    /// The log, its events in a random order if asked.
    fn log(&self, shuffle: Option<u64>) -> String {
        let mut order: Vec<usize> = (0..self.events.len()).collect();
        if let Some(seed) = shuffle {
            let mut dice = Dice(seed);
            (1..order.len()).rev().for_each(|place| order.swap(place, dice.below(place + 1)));
        }
        let mut log = String::new();
        for event in order {
            let (host, clock) = &self.events[event];
            let known = clock.iter().enumerate().filter(|(_, count)| **count > 0);
            let entries: Vec<String> = known.map(|(host, count)| format!("\"h{host}\":{count}")).collect();
            writeln!(log, "h{host} {{{}}}\nevent {event}", entries.join(", ")).expect("memory");
        }
        log
    }
}

#[test]
fn counts_are_those_of_the_oracle() {
    for (seed, hosts, events) in
        [(1, 1, 5), (2, 2, 30), (3, 3, 60), (4, 5, 90), (5, 8, 120), (6, 13, 120), (7, 40, 60)]
    {
        let run = Run::random(seed, hosts, events);
        for shuffle in [None, Some(seed)] {
            let found = report(&run.log(shuffle));
            assert!(found.errors.is_empty(), "seed {seed}: {:?}", found.errors);
            let pairs = (events * (events - 1) / 2) as u64;
            assert_eq!(found.ordered_pairs, run.ordered_pairs(), "seed {seed}");
            assert_eq!(found.concurrent_pairs, pairs - run.ordered_pairs(), "seed {seed}");
            assert_eq!(found.edges, run.edges(), "seed {seed}");
            assert_eq!(found.longest_chain, run.longest_chain(), "seed {seed}");
            assert_eq!((found.events, found.unparsed_lines), (events, 0), "seed {seed}");
            assert!(found.hosts <= run.hosts);
        }
    }
}

#[test]
fn the_trace_has_the_same_happens_before_event_by_event() {
    let run = Run::random(11, 6, 150);
    let trace = only(&run.log(Some(3))).trace;
    let causality = lightcone::analysis::Causality::of(&trace);
    let number =
        |event| trace.label(event).trim_start_matches("event ").parse::<usize>().expect("its number");
    for one in trace.events() {
        for other in trace.events() {
            assert_eq!(causality.before(one, other), run.before(number(one), number(other)));
        }
        assert!(trace.causes(one).all(|cause| cause < one && trace.at(cause) < trace.at(one)));
    }
}

#[test]
fn clocks_that_are_run_over_a_log_agree_with_those_that_are_worked_out() {
    let run = Run::random(8, 8, 400);
    let trace = only(&run.log(Some(2))).trace;
    let several = trace.events().filter(|&event| trace.more_causes(event).next().is_some()).count();
    assert!(several > 10, "{several} events that hear of several others at once are what this is about");
    let causality = lightcone::analysis::Causality::of(&trace);
    let stamps = lightcone::analysis::Stamps::of(&trace);
    for (event, ran) in trace.events().zip(lightcone::analysis::fold::run_all(&trace)) {
        assert_eq!(ran, stamps.at(&trace, &causality, event), "{event}");
        let sums: u32 = ran.vector.0.iter().sum();
        assert_eq!(sums as usize, causality.past_count(event) + 1);
        let why = lightcone::analysis::Derivation::of(&trace, &causality, &stamps, event);
        assert_eq!(why.lamport_before().0 + 1, ran.lamport.0);
        for entry in why.vector.iter().filter(|entry| entry.since == event && entry.node != trace.node(event))
        {
            assert!(
                entry.told_by.is_some_and(|sent| sent == entry.last || causality.before(entry.last, sent))
            );
        }
    }
}

#[test]
fn ten_thousand_events_are_counted_at_once() {
    let run = Run::random(5, 16, 10_000);
    let log = run.log(Some(9));
    let start = Instant::now();
    let found = report(&log);
    let took = start.elapsed();
    // Every clock counts the past of its event and the event itself (Mattern 1989).
    let past = |(_, clock): &(usize, Vec<u32>)| clock.iter().map(|count| u64::from(*count)).sum::<u64>() - 1;
    assert_eq!(found.ordered_pairs, run.events.iter().map(past).sum::<u64>());
    assert!(found.errors.is_empty());
    // A build for debugging is some thirty times slower than what is shipped.
    assert!(took.as_millis() < 3_000, "{took:?}");
}
