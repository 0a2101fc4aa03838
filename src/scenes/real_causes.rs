//! Eight things that have happened to somebody, each let into the same small system for a minute.
//!
//! # What it does
//! Two pairs of file servers watch each other: A1 and B1, A2 and B2. Who hears nothing of the partner for seven seconds
//! takes over and tells the power supply, W, to cut it off. A visitor, V, asks the servers for a page every two seconds.
//! After 10 seconds the `cause` is let in, by the very dials of its preset, and after 70 it is taken away again. `obeys`
//! says whom the power supply obeys.
//!
//! # The assumption it breaks
//! One of the list, as somebody met it: see the preset's own story.
//!
//! # What to look for
//! What of the system notices, and what it takes it for. A few visits are late; visits are refused; a pair loses its
//! weaker half. In the last of the eight nothing is lost and nobody is ill, and in the end both of a pair are off.
//!
//! # Sources
//! M. Imbriaco, *Downtime last Saturday*, the GitHub blog (2012). P. Bailis and K. Kingsbury, *The Network is Reliable*,
//! ACM Queue 12(7) (2014).

use std::sync::Arc;

use super::{Claim, Evidence, STEADY, Scene, Scope, Stage, Verdict};
use crate::base::{Duration, EventId, NodeId, Seed, TrueTime};
use crate::faults::presets;
use crate::programs::pair::{Member, OFF, Obeys, Power, TAKES_OVER, Watch};
use crate::programs::visitor::{LATE, REFUSED, Visitor};
use crate::sim::{
    Act, Dial, EventKind, Limits, NodeSpec, Place, Program, Role, Script, SpanKind, Topology, Trace,
};

/// The line of the catalogue.
pub static SCENE: Scene = Scene {
    id: "real-causes",
    number: "1.10",
    title: "It has happened",
    effect: "eight causes that somebody met, each let into the same system for a minute",
    doc: crate::module_doc!("real_causes.rs"),
    epoch: None,
    seed: Seed(20),
    breaks: &["latency"],
    turns: STEADY,
    dials: &DIALS,
    stage,
    claims: &CLAIMS,
    clock: "wall",
    lanes: &[],
};

static DIALS: [Dial; 2] = [
    Dial::choice("cause", "Cause", "what happens from 10 s to 70 s", &CAUSES, 8),
    Dial::choice("obeys", "The power supply obeys", "whose orders to cut off are carried out", &OBEYS, 0),
];

const CAUSES: [&str; 9] = [
    "none",
    "a card that loses 7 %",
    "microbursts",
    "switch buffers that overflow",
    "a wrong route",
    "a name that moved on",
    "a rack without power",
    "certificates and clocks",
    "GitHub, December 2012",
];

/// The presets of the causes, by the places of the dial from the second on.
pub const PRESETS: [&str; 8] = [
    "lossy-card",
    "microbursts",
    "small-buffers",
    "wrong-route",
    "stale-names",
    "power-loss",
    "clocks-an-hour-off",
    "github-2012",
];

const OBEYS: [&str; 3] = ["everybody", "whom nobody shot at", "orders of the last 5 s"];

const PAIRS: [(NodeId, NodeId); 2] = [(NodeId(0), NodeId(1)), (NodeId(2), NodeId(3))];
const SERVERS: [NodeId; 4] = [NodeId(0), NodeId(1), NodeId(2), NodeId(3)];
const W: NodeId = NodeId(4);
const V: NodeId = NodeId(5);

const WAY: Duration = Duration::millis(1);
const WATCH: Watch = Watch { every: Duration::secs(2), patience: Duration::secs(7) };
const VISITS: Duration = Duration::secs(2);
const PATIENCE: Duration = Duration::millis(300);
const FRESH: Duration = Duration::secs(5);

const BREAKS: Duration = Duration::secs(10);
const MENDS: Duration = Duration::secs(70);
const END: Duration = Duration::secs(170);

fn stage(dials: &[i64]) -> Stage {
    let dial = |place: usize| dials.get(place).copied().unwrap_or(0);
    let obeys = match dial(1) {
        1 => Obeys::First,
        2 => Obeys::Fresh(FRESH),
        _ => Obeys::All,
    };
    let at = Place::at;
    let places = vec![at(0.2, 0.2), at(0.5, 0.2), at(0.2, 0.8), at(0.5, 0.8), at(0.35, 0.5), at(0.85, 0.5)];
    let mut topology = Topology::unlinked(places);
    PAIRS.into_iter().for_each(|(a, b)| topology.join(a, b, WAY));
    for server in SERVERS {
        topology.join(server, W, WAY);
        topology.join(server, V, WAY);
    }
    let spawn = move |node: NodeId| -> Box<dyn Program> {
        match node {
            W => Box::new(Power::new(obeys)),
            V => Box::new(Visitor::new(SERVERS.to_vec(), VISITS, PATIENCE)),
            server => {
                // Partners are neighbours, the even one first.
                Box::new(Member::new(NodeId(server.0 ^ 1), W, WATCH))
            }
        }
    };
    let named = |(name, role)| NodeSpec::new(name, role);
    let servers = ["A1", "B1", "A2", "B2"].map(|name| (name, Role::Server));
    Stage {
        nodes: servers.into_iter().chain([("W", Role::Station), ("V", Role::Client)]).map(named).collect(),
        topology,
        spawn: Arc::new(spawn),
        script: script(dial(0)),
        horizon: TrueTime::ZERO + END,
        stay_least: Duration::secs(1),
        limits: Limits::default(),
    }
}

/// Turns the dials of a cause's preset and breaks its assumptions, and holds them again a minute later.
fn script(cause: i64) -> Script {
    let mut script = Script::default();
    let id = usize::try_from(cause - 1).ok().and_then(|place| PRESETS.get(place));
    let Some(preset) = id.and_then(|id| presets::find(id)) else { return script };
    let owned = |id: &str| id.to_owned();
    for (name, value) in preset.dials {
        if let Some((fault, dial)) = name.split_once('.') {
            let value = *value;
            script.act(BREAKS, Act::Turn { fault: owned(fault), dial: owned(dial), value });
        }
    }
    for fault in preset.breaks {
        script.act(BREAKS, Act::Assume { fault: owned(fault), held: false });
    }
    match preset.breaks.contains(&"latency") {
        // Light takes its time in any case; what came on top of that goes.
        true => {
            for (dial, value) in [("extra", 0), ("jitter", 0), ("tail", 0), ("distance", 1_000), ("load", 0)]
            {
                script.act(MENDS, Act::Turn { fault: owned("latency"), dial: owned(dial), value });
            }
        }
        false => {
            for fault in preset.breaks {
                script.act(MENDS, Act::Assume { fault: owned(fault), held: true });
            }
        }
    }
    script
}

static CLAIMS: [Claim; 5] = [
    Claim {
        says: "Every visit is served in time.",
        scope: Scope::ThisRun,
        check: |run| at_last(run, first(run.trace(), |event| is_decision(run.trace(), event, LATE))),
    },
    Claim {
        says: "No visit is refused for its date.",
        scope: Scope::ThisRun,
        check: |run| at_last(run, first(run.trace(), |event| is_decision(run.trace(), event, REFUSED))),
    },
    Claim {
        says: "Nobody takes over from a partner that is alive.",
        scope: Scope::ThisRun,
        check: |run| {
            let trace = run.trace();
            let wrong = |event| is_decision(trace, event, TAKES_OVER) && is_partner_alive(trace, event);
            at_last(run, first(trace, wrong))
        },
    },
    Claim {
        says: "Of no pair are both off.",
        scope: Scope::ThisRun,
        check: |run| at_last(run, both_off(run.trace())),
    },
    Claim {
        says: "Where W obeys only those whom nobody shot at, both of a pair are never off.",
        scope: Scope::EveryRun,
        check: |run| {
            let is_first = run.spec.own_dial(1) == 1;
            let forged = run.first_forged();
            let is_honest = |event: &EventId| forged.is_none_or(|forged| *event < forged);
            Verdict::unless(both_off(run.trace()).filter(|_| is_first).filter(is_honest))
        },
    },
];

/// Holds if it is over and there was no offender.
fn at_last(run: &Evidence<'_>, offender: Option<EventId>) -> Verdict {
    Verdict::in_the_end(run.is_over, offender)
}

fn first(trace: &Trace, is_it: impl Fn(EventId) -> bool) -> Option<EventId> {
    trace.events().find(|&event| is_it(event))
}

fn is_decision(trace: &Trace, event: EventId, word: &str) -> bool {
    trace.kind(event) == EventKind::Decide && trace.label_word(event) == word
}

/// Whether the partner of this event's node runs at that instant: neither crashed nor paused nor cut off.
fn is_partner_alive(trace: &Trace, event: EventId) -> bool {
    let (partner, at) = (NodeId(trace.node(event).0 ^ 1), trace.at(event));
    let is_off =
        trace.events().take_while(|&e| e < event).any(|e| trace.node(e) == partner && cuts_off(trace, e));
    let is_down = trace.spans().any(|span| {
        matches!(span.kind, SpanKind::Pause | SpanKind::Outage)
            && span.nodes.contains(&partner)
            && span.from <= at
            && span.to.is_none_or(|to| at <= to)
    });
    !is_off && !is_down
}

/// Whether at this event a server is cut off.
fn cuts_off(trace: &Trace, event: EventId) -> bool {
    trace.kind(event) == EventKind::Write && trace.label_word(event) == OFF && trace.node(event) != W
}

/// Where the second of a pair is cut off.
fn both_off(trace: &Trace) -> Option<EventId> {
    let off = |server: NodeId| first(trace, |event| trace.node(event) == server && cuts_off(trace, event));
    PAIRS.into_iter().filter_map(|(a, b)| Some(off(a)?.max(off(b)?))).min()
}
