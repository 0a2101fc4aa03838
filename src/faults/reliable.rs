//! Packets are lost, doubled, overtaken and garbled, and links fail for a while.
//!
//! # What it does
//! On each hop, each packet may be lost by itself (`loss`), or because its link is in a burst of errors
//! (`burst`, with a mean length and a mean gap between bursts). One that gets through may arrive twice
//! (`duplicate`), may be held back so that later ones overtake it (`reorder`), and may have bits flipped
//! (`corrupt`). With the checksum on, the receiver throws a garbled packet away; with it off, the program gets
//! the garbled bytes. All this befalls packets on the share `links` of the links. A share of the lines may flap:
//! cut for a while, healed for a while, and nobody is told.
//!
//! # The assumption it breaks
//! *The network is reliable.* What was sent arrives once, in order and as it was, or at least somebody says
//! that it did not.
//!
//! # What to look for
//! The sender's view is the same whether the request was lost or the answer: silence. Repeating a request
//! mends both, and does the work twice in the second case. Losses that come in bursts take a message and all
//! its repetitions; the same share of independent loss would have let one through.
//!
//! # Sources
//! L. Peter Deutsch, *The Eight Fallacies of Distributed Computing*, the first of them. Bursts: E. N. Gilbert,
//! *Capacity of a Burst-Noise Channel* (1960), and E. O. Elliott, *Estimates of Error Rates for Codes on
//! Burst-Noise Channels* (1963). Checksum: CRC-32 of IEEE 802.3, which finds every burst of up to 32 flipped bits.

mod bursts;
mod flapping;

use bursts::Bursts;
use flapping::Flapping;

use super::dials::{each, nanos, share};
use crate::base::{Draw, Duration, Ratio};
use crate::sim::{Dial, Effects, Fault, FaultEntry, FaultKind, Hop, Stage, Unit, World, WorldActs};

/// The line of the catalogue.
pub(super) const ENTRY: FaultEntry = FaultEntry {
    id: "reliable",
    assumption: "The network is reliable",
    kind: FaultKind::Fallacy,
    effect: "loses, doubles, reorders and garbles packets",
    doc: crate::module_doc!("reliable.rs"),
    dials: &DIALS,
    make: |values| Box::new(Reliable::new(values)),
};

const MILLISECOND: i64 = 1_000_000;
const HOUR: i64 = 3_600_000 * MILLISECOND;

const DIALS: [Dial; 14] = [
    Dial::share("loss", "Loss", "loses a packet on a hop, each by itself", 50_000),
    Dial::share("burst", "Loss in a burst", "loses a packet on a link that is in a burst of errors", 0),
    Dial::nanos(
        "burst-length",
        "Length of a burst",
        "how long a burst lasts, in the mean",
        (1_000, HOUR),
        200 * MILLISECOND,
    ),
    Dial::nanos(
        "burst-gap",
        "Gap between bursts",
        "how long a link is well between two bursts, in the mean",
        (1_000, HOUR),
        2_000 * MILLISECOND,
    ),
    Dial::share("duplicate", "Duplicates", "lets a packet arrive twice", 20_000),
    Dial::share("reorder", "Reordering", "holds a packet back, so that later ones overtake it", 20_000),
    Dial::nanos(
        "lag",
        "Lag",
        "how much later a duplicate or a packet held back comes, at most",
        (1_000, HOUR),
        20 * MILLISECOND,
    ),
    Dial::share("corrupt", "Corruption", "flips bits of a packet", 10_000),
    Dial::number(
        "flips",
        "Flipped bits",
        "how many bits in a row are flipped in a garbled packet",
        Unit::Count,
        (1, 32),
        1,
    ),
    Dial::choice(
        "checksum",
        "Checksum",
        "whether the receiver throws garbled packets away or hands them to the program",
        &["on", "off"],
        0,
    ),
    Dial::share("flap", "Flapping lines", "how many of the lines fail again and again", 0),
    Dial::nanos(
        "flap-up",
        "Flapping: up",
        "how long a flapping line is well, in the mean",
        (10 * MILLISECOND, HOUR),
        2_000 * MILLISECOND,
    ),
    Dial::nanos(
        "flap-down",
        "Flapping: down",
        "how long a flapping line is cut, in the mean",
        (10 * MILLISECOND, HOUR),
        500 * MILLISECOND,
    ),
    Dial::share(
        "links",
        "Bad links",
        "on how many of the links packets are lost, doubled, held back or garbled at all",
        1_000_000,
    ),
];

/// The dials as they stand.
#[derive(Clone, Copy, Debug)]
struct Rates {
    loss: Ratio,
    burst: Ratio,
    bursts: Bursts,
    duplicate: Ratio,
    reorder: Ratio,
    lag: Duration,
    corrupt: Ratio,
    flips: u64,
    has_checksum: bool,
    links: Ratio,
}

#[derive(Clone, Debug)]
struct Reliable {
    rates: Rates,
    flapping: Flapping,
}

impl Reliable {
    fn new(values: &[i64]) -> Self {
        let [
            loss,
            burst,
            length,
            gap,
            duplicate,
            reorder,
            lag,
            corrupt,
            flips,
            checksum,
            flap,
            up,
            down,
            links,
        ] = each(values);
        let rates = Rates {
            loss: share(loss),
            burst: share(burst),
            bursts: Bursts::new(nanos(length), nanos(gap)),
            duplicate: share(duplicate),
            reorder: share(reorder),
            lag: nanos(lag),
            corrupt: share(corrupt),
            flips: flips.unsigned_abs(),
            has_checksum: checksum == 0,
            links: share(links),
        };
        Self { rates, flapping: Flapping::new(share(flap), nanos(up), nanos(down)) }
    }
}

impl Fault for Reliable {
    fn stage(&self) -> Stage {
        Stage::Harm
    }

    fn retune(&mut self, values: &[i64], world: &World<'_>, acts: &mut WorldActs) {
        let next = Self::new(values);
        self.rates = next.rates;
        // Turning another dial must not start the flapping anew.
        if !next.flapping.is_set_like(&self.flapping) {
            self.flapping.end(acts);
            self.flapping = next.flapping;
            self.flapping.begin(world, acts);
        }
    }

    fn begin(&mut self, world: &World<'_>, acts: &mut WorldActs) {
        self.flapping.begin(world, acts);
    }

    fn hop(&mut self, hop: &Hop<'_>, effects: &mut Effects) {
        let rates = &self.rates;
        // Directed links: a card may lose what it receives and send all.
        if rates.links != Ratio::ONE && !hop.draw_link("bad", 0).happens(rates.links) {
            return;
        }
        let mut draw = hop.draw("packet");
        // All are drawn, used or not and always in this order, so that turning one dial leaves the others'
        // draws alone. What only a hit needs comes from the stream behind them.
        let [loss, burst, duplicate, reorder, corrupt] = std::array::from_fn(|_| draw.bits());
        if rates.loss.covers(loss) {
            return effects.lose("loss");
        }
        if rates.burst.covers(burst) && rates.bursts.lasts(hop.at, |slot| hop.draw_link("burst", slot).bits())
        {
            return effects.lose("burst");
        }
        if rates.duplicate.covers(duplicate) {
            effects.copy(lag(&mut hop.draw("copy"), rates.lag));
        }
        if rates.reorder.covers(reorder) {
            effects.delay("held back", lag(&mut hop.draw("reorder"), rates.lag));
        }
        if rates.corrupt.covers(corrupt) {
            let bits = hop.payload.len() as u64 * 8;
            let first = hop.draw("flip").below(bits);
            for bit in first..first + rates.flips.min(bits) {
                effects.flip("flip", bit, rates.has_checksum);
            }
        }
    }

    fn wake(&mut self, token: u32, world: &World<'_>, acts: &mut WorldActs) {
        self.flapping.wake(token, world, acts);
    }

    fn end(&mut self, _: &World<'_>, acts: &mut WorldActs) {
        self.flapping.end(acts);
    }
}

/// A uniform lag of at least a microsecond, below which no scene shows that two packets are two.
fn lag(draw: &mut Draw, most: Duration) -> Duration {
    Duration(draw.between(Duration::MICROSECOND.0, most.0.max(Duration::MICROSECOND.0)))
}
