//! Random runs: networks, faults, clocks that are wrong, and a hand that meddles and winds back.

use std::sync::Arc;

use lightcone::analysis::{Causality, Stamps};
use lightcone::base::{Draw, Duration, NodeId, Seed, WallReading};
use lightcone::sim::{
    Act, EventKind, Limits, NodeStatus, Position, Recording, Setup, SpanKind, Topology, Trace,
};

use crate::CASES;
use crate::players::{faults_with, gossip};

/// A run that was played, and the analyses that grew with it.
pub struct Run {
    pub seed: u64,
    pub recording: Recording,
    /// Read again and again while the run went on, back and astray.
    pub causality: Causality,
    pub stamps: Stamps,
}

impl Run {
    /// The case of this number.
    pub fn of(seed: u64) -> Self {
        let mut draw = CASES.draw(seed, "run");
        let recording = Recording::new(Arc::new(setup(seed, &mut draw)));
        let trace = recording.engine().trace();
        let (causality, stamps) = (Causality::of(trace), Stamps::of(trace));
        let mut run = Self { seed, recording, causality, stamps };
        run.play(&mut draw);
        run
    }

    pub fn trace(&self) -> &Trace {
        self.recording.engine().trace()
    }

    /// A stream of chance for checks by sample.
    pub fn draw(&self) -> Draw {
        CASES.draw(self.seed, "check")
    }

    fn play(&mut self, draw: &mut Draw) {
        let eager = draw.between(2, 30);
        for _ in 0..3_000 {
            if draw.below(eager) == 0 {
                let act = act(&self.recording, draw);
                // What can't be done changes nothing.
                let _ = self.recording.act(&act);
            }
            if draw.below(60) == 0 {
                self.read();
            }
            if draw.below(200) == 0 {
                let turn = draw.below(self.recording.position().turn + 20);
                let _ = self.recording.seek(Position { turn, actions: 0 });
                if draw.below(2) == 0 {
                    self.read();
                }
            }
            if self.recording.step().is_err() && draw.below(8) == 0 {
                break;
            }
        }
        if draw.below(3) == 0 {
            // The run ends wound back, with a future that is kept and does not count.
            self.read();
            let turn = self.recording.position().turn;
            let turn = draw.between(turn * 3 / 4, turn);
            let _ = self.recording.seek(Position { turn, actions: 0 });
        }
        self.read();
    }

    fn read(&mut self) {
        let trace = self.recording.engine().trace();
        self.causality.extend(trace);
        self.stamps.extend(trace);
    }
}

/// The cases together show what the checks are about.
pub fn assert_variety(all: &[Run]) {
    let any = |what: &str, is_it: &dyn Fn(&Run) -> bool| {
        let count = all.iter().filter(|run| is_it(run)).count();
        assert!(count > 2, "only {count} of {} runs have {what}", all.len());
    };
    let has_kind = |run: &Run, kind| run.trace().events().any(|event| run.trace().kind(event) == kind);
    any("300 events", &|run| run.trace().len() >= 300);
    any("seven nodes", &|run| run.trace().nodes() >= 7);
    any("a branch", &|run| run.trace().branch() > 0);
    any("kept events behind the mark", &|run| run.trace().kept_events() > run.trace().len());
    any("a crash and a restart", &|run| has_kind(run, EventKind::Crash) && has_kind(run, EventKind::Restart));
    any("a pause", &|run| has_kind(run, EventKind::Resume));
    any("a clock that is set", &|run| has_kind(run, EventKind::ClockStep));
    any("a partition", &|run| run.trace().spans().any(|span| span.kind == SpanKind::Partition));
    any("a message received twice", &|run| {
        run.trace().message_ids().any(|message| run.trace().arrivals(message).len() > 1)
    });
}

fn setup(seed: u64, draw: &mut Draw) -> Setup {
    let topology = topology(draw);
    let nodes = topology.places.len();
    let broken: Vec<&str> = ["reliable", "latency"].into_iter().filter(|_| draw.below(3) > 0).collect();
    let percent = |draw: &mut Draw| 10_000 * draw.below(30) as i64;
    let dials = [
        ("reliable.loss", percent(draw)),
        ("reliable.duplicate", percent(draw)),
        ("reliable.reorder", percent(draw)),
        ("reliable.corrupt", percent(draw)),
    ];
    let long = Duration::millis(draw.between(50, 400));
    let mut setup = gossip(topology, long, faults_with(&broken, &dials));
    for node in &mut setup.nodes {
        // A third of the runs have right clocks.
        if !seed.is_multiple_of(3) {
            node.clock.offset_ns = draw.below(60_000_000) as i64 - 30_000_000;
            node.clock.drift_ppb = draw.below(200_000_000) as i64 - 100_000_000;
        }
        node.clock.uptime_ns = draw.below(1 << 40);
        node.clock.resolution_ns = if draw.below(4) == 0 { 1_000_000 } else { 1 };
    }
    for nth in 0..draw.below(6) {
        let (at, node) = (Duration(draw.below(long.0)), NodeId(draw.below(nodes as u64) as u16));
        setup.script.order(at, node, "order", nth);
    }
    let limits = Limits { events: draw.between(40, 420) as usize, ..Limits::default() };
    Setup { seed: Seed(seed), stay_least: Duration(draw.below(3_000_000)), limits, ..setup }
}

fn topology(draw: &mut Draw) -> Topology {
    let n = draw.between(1, 9) as usize;
    let mut topology = match draw.below(4) {
        0 => Topology::star(n, Duration::MICROSECOND),
        1 => Topology::ring(n, Duration::MICROSECOND),
        2 => Topology::mesh(n, Duration::MICROSECOND),
        _ => Topology::grid(n, 1 + draw.below(2) as usize, Duration::MICROSECOND),
    };
    for link in &mut topology.links {
        link.delay = Duration(1_000 << draw.below(15));
    }
    topology
}

/// Something that a hand may do; it may turn out that it can't.
fn act(recording: &Recording, draw: &mut Draw) -> Act {
    let engine = recording.engine();
    let node = NodeId(draw.below(engine.setup().nodes.len() as u64) as u16);
    let in_state =
        |status| NodeId::first(engine.setup().nodes.len()).find(|node| engine.status(*node) == status);
    let packets = engine.in_flight();
    let name = packets.get(draw.below(packets.len() as u64) as usize).map(|packet| packet.name);
    match (draw.below(10), name) {
        (0, Some(name)) => Act::Drop(name),
        (1, Some(name)) => Act::Duplicate(name),
        (2, Some(name)) => Act::Delay(name, Duration(1_000 << draw.below(16))),
        (3, Some(name)) => Act::Choose(name),
        (0..5, _) => match in_state(NodeStatus::Down) {
            Some(node) => Act::Restart(node),
            None => Act::CrashAfter(node, draw.below(3) as u16),
        },
        (5, _) => match in_state(NodeStatus::Paused) {
            Some(node) => Act::Resume(node),
            None => Act::Pause(node),
        },
        (6, _) => Act::Partition { group: vec![node], one_way: draw.below(2) == 0 },
        (7, _) => Act::Join { group: vec![node] },
        (8, _) => Act::SetSpeed(node, Duration(1_000 << draw.below(12))),
        _ => Act::SetClock(node, WallReading(draw.below(1 << 28) as i64)),
    }
}
