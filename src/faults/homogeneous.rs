//! Links, processors and codecs differ: fibre beside a narrow radio link, a new machine beside an old one.
//!
//! # What it does
//! The line between a satellite and the ground is a narrow one, S-band by way of a relay far up; of the other lines
//! the share `narrow` is. It carries few bits a second, takes `narrow-delay` longer, and takes short frames only
//! (`narrow-mtu`): a longer message is split, and arrives when all its parts have. The rest is fibre. Satellites and
//! the share `slow` of the other nodes have slow processors. The share `codecs` of the nodes runs another version,
//! which writes in the other codec; each reads both, or (`readers`) its own only.
//!
//! # The assumption it breaks
//! *The network is homogeneous.* What was measured on one link or one machine holds for all, and everyone talks
//! alike.
//!
//! # What to look for
//! A timeout that suits the fibre suspects everyone behind a narrow line. Of a message in k parts, each lost with
//! probability p, the share 1 − (1 − p)^k is lost: long messages are far less reliable than short ones, and only
//! where a narrow line lies on their way. The slowest node of those that are asked decides how long asking all
//! takes.
//!
//! # Sources
//! J. Gosling's eighth of the *Fallacies of Distributed Computing*. Fragments: RFC 791, section 3.2, and C. Kent and
//! J. Mogul, *Fragmentation Considered Harmful* (1987). Frames of 256 bytes at 9,600 bit/s: AX.25, version 2.2.

use super::dials::{each, nanos, share};
use super::lines::{Discipline, Lines, Rule};
use crate::base::{Duration, LinkId, NodeId, Ratio, TrueTime};
use crate::sim::{
    Codec, Dial, Effects, Fault, FaultEntry, FaultKind, Gauge, Hop, Link, Role, Stage, Unit, Work, World,
    WorldActs,
};

/// The line of the catalogue.
pub(super) const ENTRY: FaultEntry = FaultEntry {
    id: "homogeneous",
    assumption: "The network is homogeneous",
    kind: FaultKind::Fallacy,
    effect: "lets links, processors, frame sizes and codecs differ",
    doc: crate::module_doc!("homogeneous.rs"),
    dials: &DIALS,
    make: |values| Box::new(Homogeneous { dials: Dials::of(values), ..Homogeneous::default() }),
};

const MICROSECOND: i64 = 1_000;
const MILLISECOND: i64 = 1_000 * MICROSECOND;
const MINUTE: i64 = 60_000 * MILLISECOND;

const DIALS: [Dial; 12] = [
    Dial::share(
        "narrow",
        "Narrow lines",
        "how many of the lines that stay on the ground or in orbit are narrow",
        300_000,
    ),
    Dial::number(
        "narrow-capacity",
        "Narrow: capacity",
        "how many bits a second a narrow line carries",
        Unit::BitsPerSecond,
        (100, 100_000_000_000),
        9_600,
    ),
    Dial::nanos(
        "narrow-delay",
        "Narrow: delay",
        "how much longer a narrow line takes",
        (0, MINUTE),
        600 * MILLISECOND,
    ),
    Dial::number(
        "narrow-mtu",
        "Narrow: longest frame",
        "how long a frame on a narrow line may be",
        Unit::Bytes,
        (32, 65_535),
        256,
    ),
    Dial::number(
        "wide-capacity",
        "Wide: capacity",
        "how many bits a second every other line carries",
        Unit::BitsPerSecond,
        (100, 100_000_000_000),
        10_000_000_000,
    ),
    Dial::number(
        "wide-mtu",
        "Wide: longest frame",
        "how long a frame on every other line may be",
        Unit::Bytes,
        (32, 65_535),
        9_000,
    ),
    Dial::number(
        "queue",
        "Queue",
        "how many bytes may wait for a line",
        Unit::Bytes,
        (0, 100_000_000),
        64_000,
    ),
    Dial::share(
        "slow",
        "Slow nodes",
        "how many of the nodes on the ground are slow, beside all satellites",
        300_000,
    ),
    Dial::nanos(
        "slow-work",
        "Slow: time",
        "how long a slow processor takes for each input",
        (0, MINUTE),
        5 * MILLISECOND,
    ),
    Dial::nanos(
        "fast-work",
        "Fast: time",
        "how long a fast processor takes for each input",
        (0, MINUTE),
        50 * MICROSECOND,
    ),
    Dial::share("codecs", "Other version", "how many of the nodes write in the other codec", 300_000),
    Dial::choice(
        "readers",
        "Who reads what",
        "whether each version reads both codecs, or its own only",
        &["both", "own only"],
        0,
    ),
];

/// One kind of line.
#[derive(Clone, Copy, Debug, Default)]
struct Kind {
    capacity: u64,
    delay: Duration,
    mtu: usize,
}

/// The dials as they stand.
#[derive(Clone, Copy, Debug, Default)]
struct Dials {
    narrow_share: Ratio,
    narrow: Kind,
    wide: Kind,
    room: u64,
    slow_share: Ratio,
    slow_work: Duration,
    fast_work: Duration,
    codecs: Ratio,
    reads_own_only: bool,
}

impl Dials {
    fn of(values: &[i64]) -> Self {
        let [
            narrow,
            capacity,
            delay,
            mtu,
            wide,
            wide_mtu,
            queue,
            slow,
            slow_work,
            fast_work,
            codecs,
            readers,
        ] = each(values);
        let kind = |capacity: i64, delay, mtu| Kind {
            capacity: capacity.unsigned_abs(),
            delay,
            mtu: usize::try_from(mtu).unwrap_or(usize::MAX),
        };
        Self {
            narrow_share: share(narrow),
            narrow: kind(capacity, nanos(delay), mtu),
            wide: kind(wide, Duration::ZERO, wide_mtu),
            room: queue.unsigned_abs(),
            slow_share: share(slow),
            slow_work: nanos(slow_work),
            fast_work: nanos(fast_work),
            codecs: share(codecs),
            reads_own_only: readers == 1,
        }
    }

    fn rule(&self, kind: Kind) -> Rule {
        Rule { capacity: kind.capacity, room: self.room, discipline: Discipline::Fifo }
    }
}

#[derive(Clone, Debug, Default)]
struct Homogeneous {
    dials: Dials,
    lines: Lines,
    /// What each node is.
    roles: Vec<Role>,
    /// Whether each node's processor is slow.
    slow: Vec<bool>,
}

impl Fault for Homogeneous {
    fn stage(&self) -> Stage {
        Stage::Queue
    }

    fn retune(&mut self, values: &[i64], world: &World<'_>, acts: &mut WorldActs) {
        self.dials = Dials::of(values);
        self.equip(world, acts);
    }

    fn begin(&mut self, world: &World<'_>, acts: &mut WorldActs) {
        self.roles = world.nodes().map(|node| world.spec(node).role).collect();
        self.equip(world, acts);
    }

    fn hop(&mut self, hop: &Hop<'_>, effects: &mut Effects) {
        let is_drawn = hop.draw_line("narrow").happens(self.dials.narrow_share);
        let kind = self.kind(hop.link, is_drawn);
        if hop.frame > kind.mtu {
            return effects.split(kind.mtu);
        }
        if self.lines.meet(hop, self.dials.rule(kind), effects) {
            effects.delay("far", kind.delay);
        }
    }

    fn wake(&mut self, token: u32, world: &World<'_>, acts: &mut WorldActs) {
        let id = LinkId(token);
        let link = &world.topology.links[id.index()];
        let (a, b) = (link.from.min(link.to), link.from.max(link.to));
        let is_drawn = world.draw_link("narrow", a, b, 0).happens(self.dials.narrow_share);
        let kind = self.kind(link, is_drawn);
        self.lines.wake(id, self.dials.rule(kind), world, acts);
    }

    fn end(&mut self, world: &World<'_>, acts: &mut WorldActs) {
        for node in world.nodes() {
            acts.set_codec(node, world.spec(node).codec, None);
        }
    }

    fn slows_processors(&self) -> bool {
        true
    }

    fn service(&self, work: &Work) -> Duration {
        // What is sent was reckoned with the input that it answers.
        match (work.kind, self.slow.get(work.node.index())) {
            (crate::sim::WorkKind::Send, _) => Duration::ZERO,
            (_, Some(true)) => self.dials.slow_work,
            _ => self.dials.fast_work,
        }
    }

    fn remembers(&self, now: TrueTime) -> Vec<i64> {
        self.lines.remembers(now)
    }

    fn gauges(&self, world: &World<'_>) -> Vec<Gauge> {
        self.lines.gauges(world)
    }
}

impl Homogeneous {
    /// Gives each node its processor and its codec. Turning a share up adds nodes and takes none away.
    fn equip(&mut self, world: &World<'_>, acts: &mut WorldActs) {
        let dials = &self.dials;
        let is_slow = |node| {
            self.role(node) == Some(Role::Satellite) || world.draw("slow", node, 0).happens(dials.slow_share)
        };
        let slow = world.nodes().map(is_slow).collect();
        for node in world.nodes() {
            let spec = world.spec(node).codec;
            let codec = match (world.draw("codec", node, 0).happens(dials.codecs), spec) {
                (true, Codec::Compact) | (false, Codec::Json) => Codec::Json,
                (true, Codec::Json) | (false, Codec::Compact) => Codec::Compact,
            };
            acts.set_codec(node, codec, dials.reads_own_only.then_some(codec));
        }
        self.slow = slow;
    }

    fn role(&self, node: NodeId) -> Option<Role> {
        self.roles.get(node.index()).copied()
    }

    /// What kind of line a link is one direction of.
    fn kind(&self, link: &Link, is_drawn: bool) -> Kind {
        let is_up = |node| self.role(node) == Some(Role::Satellite);
        let is_narrow = is_up(link.from) != is_up(link.to) || is_drawn;
        if is_narrow { self.dials.narrow } else { self.dials.wide }
    }
}
