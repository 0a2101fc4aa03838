//! Traces for tests, written as text: who does what, and when.
//!
//! Nodes are letters, and a message takes 10 ms. `1 a>b, 2 b, 15 b>a 30` says: at 1 ms a sends to b, at 2 ms b
//! does something of its own, at 15 ms b sends to a what takes 30 ms. `3 a>b lost` loses the message, and
//! `3 a>b twice` delivers it twice; `4 a begin 1` and `9 a end 1` have a word and a number. Must not know what is tested.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::base::{Duration, NodeId, Seed, TrueTime};
use crate::clocks::ClockSpec;
use crate::sim::{
    Act, Context, Engine, Incoming, Limits, MessageRef, NodeSpec, Order, Program, Role, Script, Setup,
    Topology, Trace,
};

/// Does what the script says and nothing else.
#[derive(Clone, Serialize)]
struct Puppet;

impl Program for Puppet {
    fn message(&mut self, _: NodeId, _: &Incoming<'_>, _: &mut Context<'_>) {}

    fn order(&mut self, order: &Order, cx: &mut Context<'_>) {
        match order.what {
            "send" => cx.send(NodeId(order.number as u16), "letter", &()),
            what if order.number > 0 => cx.local_nth(what, order.number as u32),
            what => cx.local(what),
        }
    }

    fn explain(&self, _: &Incoming<'_>) -> Option<serde_json::Value> {
        None
    }
}

/// The run of `nodes` nodes that the text tells, at its start. The wall clock of node `n` is ahead by
/// `ahead_ms[n]`; those without a number are right.
pub(super) fn engine(nodes: usize, ahead_ms: &[i64], text: &str) -> Engine {
    let mut script = Script::default();
    let mut sent = BTreeMap::new();
    for step in text.split(',').map(str::trim).filter(|step| !step.is_empty()) {
        let mut words = step.split(' ');
        let mut word = || words.next().unwrap_or_default();
        let at = Duration::millis(word().parse().expect("a time in ms"));
        let node = |name: &str| NodeId(u16::from(name.as_bytes()[0] - b'a'));
        let who = word();
        let Some((from, to)) = who.split_once('>').map(|(from, to)| (node(from), node(to))) else {
            let (what, number) = (word(), word().parse().unwrap_or(0));
            script.order(
                at,
                node(who),
                ["begin", "end"].into_iter().find(|it| *it == what).unwrap_or("local"),
                number,
            );
            continue;
        };
        let nth = sent.entry((from, to)).or_insert(0);
        let letter = MessageRef { from, to, nth: *nth, copy: 0 };
        *nth += 1;
        // What happens at the same instant happens in the order of the script, and then the letter moves.
        script.order(at, from, "send", to.0.into());
        let mut delay = 10_000;
        match word() {
            "" => {}
            "lost" => drop(script.act(at, Act::Drop(letter))),
            "twice" => drop(script.act(at, Act::Duplicate(letter))),
            ms => delay = 1_000 * ms.parse::<u64>().expect("a delay in ms"),
        }
        script.act(at, Act::Delay(letter, Duration::micros(delay - 1)));
    }
    let spec = |node: NodeId| {
        let mut spec = NodeSpec::new(char::from(b'a' + node.0 as u8).to_string(), Role::Server);
        let ahead = ahead_ms.get(node.index()).copied().unwrap_or(0);
        spec.clock = ClockSpec { offset_ns: ahead * 1_000_000, ..ClockSpec::default() };
        spec
    };
    Engine::new(Arc::new(Setup {
        nodes: NodeId::first(nodes).map(spec).collect(),
        topology: Topology::mesh(nodes, Duration::millis(10)),
        spawn: Arc::new(|_| Box::new(Puppet)),
        script,
        seed: Seed(1),
        faults: Vec::new(),
        horizon: TrueTime::ZERO + Duration::secs(3_600),
        stay_least: Duration::ZERO,
        limits: Limits::default(),
    }))
}

/// The whole trace of such a run.
pub(super) fn trace(nodes: usize, ahead_ms: &[i64], text: &str) -> Trace {
    let mut engine = engine(nodes, ahead_ms, text);
    while engine.step().is_ok() {}
    engine.trace().clone()
}
