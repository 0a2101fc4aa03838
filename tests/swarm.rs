//! Random networks under random faults and random hands, held against what is true of every run.
//!
//! Each case switches some faults fully off and lets the others in at wild rates, and a hand does what it can
//! think of. A failure names the line that repeats it.

mod players;

use std::panic::catch_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use lightcone::base::{Draw, Duration, EventId, NodeId, Seed, TrueTime, WallReading};
use lightcone::faults;
use lightcone::sim::{
    Act, Action, Choice, Codec, Dial, Effects, Ended, Engine, Fault, FaultEntry, FaultSetting, Hop, Limits,
    MessageState, NodeStatus, Outcome, Position, Recording, Setup, SpanKind, StateDigest, Tape, Topology,
    TraceHash, World, WorldActs,
};

use players::cases::Cases;
use players::stand_ins::{LINE, PASS, SLOW, broken, entry};
use players::{finish, gossip, names};

const CASES: Cases = Cases { test: "swarm", variable: "LIGHTCONE_SWARM", count: 40 };

#[test]
fn whatever_happens_what_is_true_of_every_run_is_true() {
    CASES.each(|seed| case(seed, &[]));
}

#[test]
fn any_two_faults_meet_in_some_case() {
    let all: Vec<Setup> = (0..CASES.count).map(|seed| setup(seed, &mut CASES.draw(seed, "setup"))).collect();
    for (place, one) in faults::ALL.iter().enumerate() {
        for other in &faults::ALL[place + 1..] {
            let is_broken = |setup: &Setup, id: &str| {
                setup.faults.iter().any(|fault| fault.entry.id == id && !fault.is_held)
            };
            let meet = all.iter().filter(|setup| is_broken(setup, one.id) && is_broken(setup, other.id));
            assert!(meet.count() > 0, "{} and {} are never broken together", one.id, other.id);
        }
    }
}

/// Delays each packet by how many it has seen in the life of this process: what no fault may do.
#[derive(Clone, Debug)]
struct Leaky;

static SEEN: AtomicU64 = AtomicU64::new(0);

impl Fault for Leaky {
    fn retune(&mut self, _: &[i64], _: &World<'_>, _: &mut WorldActs) {}

    fn hop(&mut self, _: &Hop<'_>, effects: &mut Effects) {
        effects.delay("leak", Duration(SEEN.fetch_add(1, Ordering::Relaxed) + 1));
    }
}

static LEAKY: FaultEntry = entry("leaky", |_| Box::new(Leaky));

#[test]
fn a_canary_is_caught() {
    // In a world in which no packet gets as far as this fault, there is nothing to be caught.
    let caught = (0..12).filter(|&seed| catch_unwind(|| case(seed, &[broken(&LEAKY)])).is_err()).count();
    assert!(
        caught >= 6,
        "a fault that remembers other runs must not pass, and was caught in {caught} of 12 cases"
    );
}

/// A place that the run passed, and what it was like there.
struct Passed {
    at: Position,
    hash: TraceHash,
    digest: StateDigest,
}

fn case(seed: u64, more: &[FaultSetting]) {
    let mut draw = CASES.draw(seed, "setup");
    let mut setup = setup(seed, &mut draw);
    setup.faults.extend_from_slice(more);
    let setup = Arc::new(setup);
    let (played, passed) = play(&setup, &mut draw);
    assert_causes(&played);
    assert_spans(&played);
    assert_accounts(&played);
    assert_repeats(&setup, &played, &passed);
    assert_winds(&setup, &played, &passed, &mut draw);
    assert_shrinks(&setup, &played, &mut draw);
}

/// One of several, which are not none.
fn one<T: Clone>(draw: &mut Draw, all: &[T]) -> T {
    all[draw.below(all.len() as u64) as usize].clone()
}

/// A length of time of any magnitude below 2^`bits` nanoseconds.
fn length(draw: &mut Draw, bits: u64) -> Duration {
    let magnitude = draw.between(0, bits);
    Duration(draw.below(1 << magnitude))
}

fn setup(seed: u64, draw: &mut Draw) -> Setup {
    let topology = topology(draw);
    let nodes = topology.places.len();
    let long = Duration::millis(draw.between(20, 2_500));
    let all = faults::ALL.iter().chain([&LINE, &SLOW, &PASS]);
    let faults = all.map(|entry| FaultSetting {
        entry,
        is_held: draw.below(2) == 0,
        dials: entry.dials.iter().map(|dial| value(dial, draw)).collect(),
    });
    let faults = faults.collect();
    let mut setup = gossip(topology, long, faults);
    setup.nodes = names(nodes, one(draw, &[Codec::Compact, Codec::Json]));
    for node in &mut setup.nodes {
        node.clock.offset_ns = draw.below(2_000_000) as i64 - 1_000_000;
        node.clock.drift_ppb = draw.below(200_000) as i64 - 100_000;
        node.cost = Duration(one(draw, &[0, 0, 0, 1, 1_000, 300_000]));
    }
    for nth in 0..draw.below(4) {
        let (at, node) = (Duration(draw.below(long.0)), NodeId(draw.below(nodes as u64) as u16));
        setup.script.order(at, node, "order", nth);
        setup.script.act(Duration(draw.below(long.0)), Act::Restart(node));
        setup.script.act(Duration(draw.below(long.0)), Act::Crash(node));
    }
    let limits =
        Limits { events: one(draw, &[300, 9_000, 30_000]), turns_at_once: 2_000, ..Limits::default() };
    Setup { seed: Seed(seed), stay_least: Duration(one(draw, &[0, 1, 100_000, 20_000_000])), limits, ..setup }
}

fn topology(draw: &mut Draw) -> Topology {
    let (n, hop) = (draw.between(2, 9) as usize, Duration::millis(1));
    let mut topology = match draw.below(4) {
        0 => Topology::star(n, hop),
        1 => Topology::ring(n, hop),
        2 => Topology::mesh(n, hop),
        _ => Topology::grid(n, draw.between(1, 3) as usize, hop),
    };
    for link in &mut topology.links {
        link.delay = length(draw, 26);
    }
    for link in topology.links.clone() {
        if draw.below(20) == 0 {
            topology.disconnect(link.from, link.to);
        }
    }
    topology
}

/// A value of a dial: an end of its range, its default, or anything between, small or large.
fn value(dial: &Dial, draw: &mut Draw) -> i64 {
    let width = dial.least.abs_diff(dial.most);
    match draw.below(6) {
        0 => dial.least,
        1 => dial.most,
        2 => dial.default,
        _ => {
            let below = 1 << draw.between(1, width.max(2).ilog2().into());
            dial.least + draw.below(below).min(width) as i64
        }
    }
}

/// Lets the run happen while a hand plays with it, and notes some of the places that it passes.
fn play(setup: &Arc<Setup>, draw: &mut Draw) -> (Engine, Vec<Passed>) {
    let mut engine = Engine::new(Arc::clone(setup));
    let mut passed = Vec::new();
    let (eager, patient) = (draw.between(2, 80), draw.between(100, 4_000));
    for _ in 0..patient {
        while draw.below(eager) == 0 {
            let act = act(&engine, draw);
            let before = (engine.trace().mark(), engine.actions_done());
            if let Err(why) = engine.act(&act) {
                assert!(why.ends_with('.') && why.len() > 15, "a refusal is a sentence: {why:?}");
                assert_eq!((engine.trace().mark(), engine.actions_done()), before, "{act:?} was refused");
            }
        }
        if draw.below(40) == 0 {
            let at = Position { turn: engine.turns(), actions: engine.actions_done() };
            passed.push(Passed { at, hash: engine.trace().hash(), digest: engine.state_digest() });
        }
        // A hand may still act where nothing is left to happen.
        if engine.step().is_err() && draw.below(8) == 0 {
            break;
        }
    }
    (engine, passed)
}

/// Something that a hand may do here, most often something that it can.
fn act(engine: &Engine, draw: &mut Draw) -> Act {
    let nodes: Vec<NodeId> = NodeId::first(engine.setup().nodes.len()).collect();
    let node = one(draw, &nodes);
    let links = &engine.topology().links;
    let link = (!links.is_empty()).then(|| one(draw, links)).map(|link| (link.from, link.to));
    let (from, to) = link.unwrap_or((node, node));
    match draw.below(12) {
        0..4 => on_packet(engine, draw).unwrap_or(Act::Pause(node)),
        4 => match engine.choices() {
            all if all.is_empty() => Act::ChooseTimer(node),
            all => match one(draw, &all) {
                Choice::Message(name) => Act::Choose(name),
                Choice::Timer(node) => Act::ChooseTimer(node),
            },
        },
        5 => match engine.status(node) {
            NodeStatus::Up if draw.below(2) == 0 => Act::CrashAfter(node, draw.below(4) as u16),
            NodeStatus::Up | NodeStatus::Paused => Act::Crash(node),
            NodeStatus::Down => Act::Restart(node),
        },
        6 => match engine.status(node) {
            NodeStatus::Up | NodeStatus::Down => Act::Pause(node),
            NodeStatus::Paused => Act::Resume(node),
        },
        7 => Act::SetClock(node, WallReading(draw.below(1 << 40) as i64 - (1 << 39))),
        8 => Act::SetSpeed(node, length(draw, 22)),
        9 if draw.below(2) == 0 => Act::Cut { from, to, one_way: draw.below(2) == 0 },
        9 => Act::Heal { from, to },
        10 => {
            let mut group = nodes;
            let kept = group.len() as u64;
            group.retain(|_| draw.below(kept) > 0);
            let one_way = draw.below(2) == 0;
            if draw.below(2) == 0 { Act::Partition { group, one_way } } else { Act::Join { group } }
        }
        _ => {
            let entry = one(draw, &engine.setup().faults).entry;
            let dial = entry.dials.get(draw.below(entry.dials.len() as u64) as usize);
            match dial.filter(|_| draw.below(2) == 0) {
                None => Act::Assume { fault: entry.id.to_owned(), held: draw.below(2) == 0 },
                Some(dial) => {
                    let (dial, value) = (dial.id.to_owned(), value(dial, draw));
                    Act::Turn { fault: entry.id.to_owned(), dial, value }
                }
            }
        }
    }
}

fn on_packet(engine: &Engine, draw: &mut Draw) -> Option<Act> {
    let packets = engine.in_flight();
    if packets.is_empty() {
        return None;
    }
    let mut name = one(draw, &packets).name;
    // Now and then one that does not exist, which is refused.
    name.nth += u32::from(draw.below(50) == 0) * 1_000_000;
    Some(match draw.below(5) {
        0 => Act::Deliver(name),
        1 => Act::Drop(name),
        2 => Act::Duplicate(name),
        3 => Act::Delay(name, length(draw, 27)),
        _ => Act::Choose(name),
    })
}

/// Every cause comes before its effect, in the trace and in time.
fn assert_causes(engine: &Engine) {
    let trace = engine.trace();
    let mut last = TrueTime::ZERO;
    for event in trace.events() {
        assert!(trace.at(event) >= last, "{event} goes back in time");
        last = trace.at(event);
        for cause in trace.causes(event) {
            assert!(cause < event && trace.at(cause) <= last, "{cause} is no cause of {event}");
        }
        assert_eq!(trace.previous(event).map_or(0, |own| trace.own_count(own)) + 1, trace.own_count(event));
        assert!(trace.previous(event).is_none_or(|own| trace.node(own) == trace.node(event)));
        if let Some(sent) = trace.cause_elsewhere(event) {
            let message = trace.message(event).expect("a receive has a message");
            assert_eq!(trace.node(sent), trace.sender(message));
            // Only an agent receives what was meant for somebody else.
            let is_overheard = engine.is_agent(trace.node(event));
            assert!(is_overheard || trace.node(event) == trace.receiver(message));
            assert_eq!(!is_overheard, trace.arrivals(message).contains(&event));
            assert_eq!((trace.sent(message), trace.message(sent)), (Some(sent), Some(message)));
        }
    }
    assert!(trace.events().all(|event| trace.turn_of(event) <= trace.turns() && event < EventId(u32::MAX)));
}

/// What held for a while ended after it began, and stayed as long as it had to.
fn assert_spans(engine: &Engine) {
    for span in engine.trace().spans() {
        let Some(to) = span.to else { continue };
        assert!(to >= span.from && to <= engine.now(), "{span:?}");
        let has_least = span.kind != SpanKind::Pause;
        let least = if has_least { engine.setup().stay_least } else { Duration::ZERO };
        assert!(to.since(span.from) >= least, "{span:?} ended before {least}");
    }
}

/// Each copy of each message is in flight, has arrived, waits at its receiver's door, or was lost: one of them.
fn assert_accounts(engine: &Engine) {
    let trace = engine.trace();
    let mut in_flight = vec![0_i64; trace.messages()];
    for packet in engine.in_flight() {
        in_flight[packet.message.index()] += 1;
    }
    let mut at_the_door = 0;
    for message in trace.message_ids() {
        let fate = trace.fate(message);
        let count = |outcome| fate.iter().filter(|entry| entry.outcome == outcome).count() as i64;
        let (copied, lost) = (count(Outcome::Copied), count(Outcome::Lost) + count(Outcome::Joined));
        let (flying, arrived) = (in_flight[message.index()], trace.arrivals(message).len() as i64);
        let waits = 1 + copied - lost - flying - arrived;
        assert!(
            waits >= 0,
            "{message}: 1 + {copied} copies, {lost} lost, {flying} under way, {arrived} arrived"
        );
        at_the_door += waits;
        let state = match (arrived, flying + waits) {
            (1.., _) => MessageState::Arrived,
            (_, 1..) => MessageState::InFlight,
            _ => MessageState::Lost,
        };
        assert_eq!(trace.state(message), state, "{message}");
    }
    let waits = |node| engine.waiting(node) + engine.gathering(node);
    let waiting: usize = NodeId::first(trace.nodes()).map(waits).sum();
    assert!(
        at_the_door <= waiting as i64,
        "{at_the_door} messages of {waiting} inputs wait at their receivers"
    );
}

/// The tape repeats the run.
fn assert_repeats(setup: &Arc<Setup>, played: &Engine, passed: &[Passed]) {
    let mut again = Engine::with_tape(Arc::clone(setup), played.tape().clone(), false);
    let mut places = passed.iter().peekable();
    while again.turns() < played.turns() || again.actions_done() < played.actions_done() {
        while let Some(place) = places.next_if(|place| place.at == position(&again)) {
            assert_eq!((again.trace().hash(), again.state_digest()), (place.hash, place.digest));
        }
        match again.follow_tape() {
            Ok(true) => {}
            Ok(false) => drop(again.step().expect("the run got as far")),
            Err(ended) => panic!("the tape repeats what was done: {ended}"),
        }
    }
    assert_eq!(again.trace().hash(), played.trace().hash());
    assert_eq!(again.state_digest(), played.state_digest());
}

fn position(engine: &Engine) -> Position {
    Position { turn: engine.turns(), actions: engine.actions_done() }
}

/// Going back and forth, from kept states or from the start, comes by the same places.
fn assert_winds(setup: &Arc<Setup>, played: &Engine, passed: &[Passed], draw: &mut Draw) {
    let mut recording = Recording::with_tape(Arc::clone(setup), played.tape().clone());
    let whole = position(played);
    for _ in 0..passed.len().min(12) {
        let place = &passed[draw.below(passed.len() as u64) as usize];
        if draw.below(4) == 0 {
            recording.seek(whole).expect("the run got as far");
        }
        recording.seek(place.at).expect("the run got as far");
        assert_eq!(recording.position(), place.at);
        assert_eq!(recording.engine().trace().hash(), place.hash, "the trace at {:?}", place.at);
        assert_eq!(recording.engine().state_digest(), place.digest, "the state at {:?}", place.at);
    }
    recording.seek(whole).expect("the run got as far");
    assert_eq!(recording.engine().trace().hash(), played.trace().hash());
    assert_accounts(recording.engine());
}

/// A part of the tape is a run too: what it cannot do there does nothing.
fn assert_shrinks(setup: &Arc<Setup>, played: &Engine, draw: &mut Draw) {
    let kept: Vec<Action> = played.tape().actions().iter().filter(|_| draw.below(2) == 0).cloned().collect();
    let tape = Tape::new(kept).expect("a part of a tape is in order");
    let limits = Limits { events: 2_000, ..setup.limits };
    let part = Arc::new(Setup { limits, ..(**setup).clone() });
    let mut lenient = Engine::with_tape(part, tape, true);
    let ended = finish(&mut lenient);
    assert!(!matches!(ended, Ended::Refused(_)), "{ended}");
    assert_causes(&lenient);
    assert_accounts(&lenient);
}
