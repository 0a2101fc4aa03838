//! An attacker on some of the lines: it listens, sends again, holds back, changes and makes up.
//!
//! # What it does
//! The attacker is a node of its own and sits on `taps` directed links, drawn by the seed, or on all links of the node
//! with the number `at`. Of the packets that pass there it hears the share `eavesdrop`; of those it sends the share
//! `replay` again, `again` later. It holds back the share `delay` for `hold`. In the share `tamper` it flips a bit and
//! puts the checksum right. Every `inject` in the mean it makes up a message, out of one that it has heard, in
//! the name of that one's sender.
//!
//! # The assumption it breaks
//! *The network is secure.* What arrives was sent by whom it names, once, as it is, and nobody else has read it.
//!
//! # What to look for
//! The attacker's own lane: every message that it sends has a cause there, and its memory shows what it has learned.
//! A checksum keeps out noise and no attacker. Against forging helps a code that needs a key, against replay
//! a counter that both ends keep, against reading encryption; nothing helps against who cuts the line.
//!
//! # Sources
//! D. Dolev and A. C. Yao, *On the Security of Public Key Protocols* (1983): who carries the messages can do all this.
//! RFC 3552, section 3, for the kinds of attack by their names.

mod attacker;

use super::dials::{each, nanos, share};
use super::stays::Spread;
use crate::base::{Duration, LinkId, NodeId, Ratio};
use crate::sim::{
    Agent, Dial, Effects, Fault, FaultEntry, FaultKind, Hop, NodeSpec, Place, Role, Stage, Unit, World,
    WorldActs,
};
use attacker::{Attacker, INJECT};

/// The line of the catalogue.
pub(super) const ENTRY: FaultEntry = FaultEntry {
    id: "secure",
    assumption: "The network is secure",
    kind: FaultKind::Fallacy,
    effect: "puts an attacker on the lines, who listens, replays, tampers and forges",
    doc: crate::module_doc!("secure.rs"),
    dials: &DIALS,
    make: |values| Box::new(Secure { dials: Dials::of(values), ..Secure::default() }),
};

const MILLISECOND: i64 = 1_000_000;
const SECOND: i64 = 1_000 * MILLISECOND;
const HOUR: i64 = 3_600 * SECOND;

const DIALS: [Dial; 9] = [
    Dial::number(
        "taps",
        "Tapped links",
        "how many directed links the attacker sits on",
        Unit::Count,
        (1, 10_000),
        8,
    ),
    Dial::number(
        "at",
        "Around a node",
        "the number of the node, counted from 1, all of whose links are tapped instead; 0 for none",
        Unit::Count,
        (0, 10_000),
        0,
    ),
    Dial::share("eavesdrop", "Eavesdropping", "how many of the packets there the attacker hears", 1_000_000),
    Dial::share("replay", "Replay", "how many of those it sends again", 200_000),
    Dial::nanos("again", "Replay after", "how much later it sends them again", (0, HOUR), SECOND),
    Dial::share("delay", "Holding back", "how many of the packets there it holds back", 50_000),
    Dial::nanos("hold", "Held for", "how long it holds them", (0, HOUR), 500 * MILLISECOND),
    Dial::share("tamper", "Tampering", "in how many of the packets there it changes a bit", 50_000),
    Dial::nanos(
        "inject",
        "Time between forgeries",
        "how often it makes up a message, in the mean; 0 for never",
        (0, HOUR),
        2 * SECOND,
    ),
];

/// The dials as they stand.
#[derive(Clone, Copy, Debug, Default)]
struct Dials {
    taps: usize,
    at: Option<NodeId>,
    eavesdrop: Ratio,
    replay: Ratio,
    again: Duration,
    delay: Ratio,
    hold: Duration,
    tamper: Ratio,
    inject: Duration,
}

impl Dials {
    fn of(values: &[i64]) -> Self {
        let [taps, at, eavesdrop, replay, again, delay, hold, tamper, inject] = each(values);
        Self {
            taps: usize::try_from(taps).unwrap_or(1),
            at: u16::try_from(at - 1).ok().map(NodeId),
            eavesdrop: share(eavesdrop),
            replay: share(replay),
            again: nanos(again),
            delay: share(delay),
            hold: nanos(hold),
            tamper: share(tamper),
            inject: nanos(inject),
        }
    }
}

#[derive(Clone, Debug, Default)]
struct Secure {
    dials: Dials,
    /// The links that are tapped, ascending. Those that come into contact later are not among them.
    taps: Vec<LinkId>,
    /// How many forgeries have been asked for.
    forgeries: u64,
}

impl Fault for Secure {
    fn stage(&self) -> Stage {
        Stage::Harm
    }

    fn retune(&mut self, values: &[i64], world: &World<'_>, acts: &mut WorldActs) {
        let before = std::mem::replace(&mut self.dials, Dials::of(values));
        if (before.taps, before.at) != (self.dials.taps, self.dials.at) {
            self.choose(world);
        }
        if before.inject != self.dials.inject {
            acts.sleep();
            self.plan(world, acts);
        }
    }

    fn agent(&self) -> Option<Agent> {
        Some(Agent {
            spec: NodeSpec::new("attacker", Role::Attacker),
            place: Place::Fixed { x: 0.96, y: 0.06 },
            program: Box::new(Attacker::default()),
        })
    }

    fn begin(&mut self, world: &World<'_>, acts: &mut WorldActs) {
        self.choose(world);
        self.plan(world, acts);
    }

    fn hop(&mut self, hop: &Hop<'_>, effects: &mut Effects) {
        let is_tapped = match self.dials.at {
            Some(node) => hop.link.from == node || hop.link.to == node,
            None => self.taps.binary_search(&hop.id).is_ok(),
        };
        // What the attacker sends itself, it leaves alone.
        if !is_tapped || hop.is_from_agent() {
            return;
        }
        let mut draw = hop.draw("listen");
        if draw.happens(self.dials.eavesdrop) {
            let is_replayed = draw.happens(self.dials.replay);
            let again = if is_replayed { self.dials.again.0 + 1 } else { 0 };
            effects.overhear("overheard", hop.payload.len(), again);
        }
        if hop.draw("delay").happens(self.dials.delay) {
            effects.delay("held by attacker", self.dials.hold);
        }
        let mut draw = hop.draw("tamper");
        if draw.happens(self.dials.tamper) {
            let mut payload = hop.payload.to_vec();
            let bit = draw.below(payload.len() as u64 * 8);
            if let Some(byte) = payload.get_mut((bit / 8) as usize) {
                *byte ^= 1 << (bit % 8);
                effects.replace("tampered", payload);
            }
        }
    }

    fn wake(&mut self, _: u32, world: &World<'_>, acts: &mut WorldActs) {
        acts.ask(INJECT, world.draw("forgery", NodeId(0), self.forgeries).bits());
        self.plan(world, acts);
    }
}

impl Secure {
    fn choose(&mut self, world: &World<'_>) {
        let drawn = |(id, link): (LinkId, &crate::sim::Link)| {
            (world.draw_link("tap", link.from, link.to, 0).bits(), id)
        };
        let mut ranked: Vec<(u64, LinkId)> = world.topology.contacts().map(drawn).collect();
        ranked.sort_unstable();
        self.taps = ranked.into_iter().take(self.dials.taps).map(|(_, id)| id).collect();
        self.taps.sort_unstable();
    }

    /// Asks for the instant of the next forgery.
    fn plan(&mut self, world: &World<'_>, acts: &mut WorldActs) {
        if self.dials.inject > Duration::ZERO {
            self.forgeries += 1;
            let mut draw = world.draw("pause", NodeId(0), self.forgeries);
            acts.wake_at(world.now + Spread::Exponential.draw(&mut draw, self.dials.inject), 0);
        }
    }
}
