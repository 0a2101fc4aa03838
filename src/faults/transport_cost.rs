//! Messages cost processor time, energy and money, at both ends and on the way.
//!
//! # What it does
//! A node's processor takes a while to write a message down and send it, and to take it in and read it: a fixed time
//! (`message`) and so much for each byte, by codec and direction. All of it is `slowness` times what it was on the
//! machine where it was measured. Meanwhile the node takes no other input: what comes waits in its run queue. The
//! processor draws `power` while it is at that, each byte on a hop costs energy (`radio`) and money (`price`), and
//! each frame something more (`frame-price`).
//!
//! # The assumption it breaks
//! *Transport cost is zero.* Turning a structure into bytes and back takes no time, and the line is paid for anyway.
//!
//! # What to look for
//! JSON is quick to write and four times as long as the compact codec; on the line, and for whoever has to read it,
//! that is what counts. A hundred small messages cost more than one with the same content, since each pays the fixed
//! part. A node that gets more than it can read falls behind, and looks from outside like a slow network.
//!
//! # Sources
//! L. Peter Deutsch and J. Gosling, *The Eight Fallacies*, the seventh. Times: `cargo bench --bench codecs`, with the
//! codecs that the simulator uses (postcard 1, serde_json 1) on lists of 100 readings, 2.5 kB and 10.6 kB long, on a
//! core of an AMD EPYC; the fixed part is half of a datagram to oneself. A computer that stands the radiation in
//! orbit is about a hundred times slower, and draws 5 W (BAE Systems, *RAD750*).

use super::dials::each;
use crate::base::Duration;
use crate::sim::{
    Codec, Dial, Effects, FateUnit, Fault, FaultEntry, FaultKind, Gauge, Hop, Stage, Unit, Work, WorkKind,
    World, WorldActs,
};

/// The line of the catalogue.
pub(super) const ENTRY: FaultEntry = FaultEntry {
    id: "transport-cost",
    assumption: "Transport cost is zero",
    kind: FaultKind::Fallacy,
    effect: "lets messages cost processor time, energy and money",
    doc: crate::module_doc!("transport_cost.rs"),
    dials: &DIALS,
    make: |values| Box::new(TransportCost { rates: Rates::of(values) }),
};

const SECOND: i64 = 1_000_000_000;

/// The longest that one message takes a processor, far beyond every scene.
const WORK_MOST: u128 = Duration::secs(86_400).0 as u128;

const DIALS: [Dial; 10] = [
    Dial::nanos(
        "message",
        "Time for a message",
        "how long a processor takes to send or take in any message",
        (0, SECOND),
        1_600,
    ),
    Dial::nanos(
        "compact-write",
        "Compact: writing",
        "how long writing 1,000 bytes in the compact codec takes",
        (0, SECOND),
        1_600,
    ),
    Dial::nanos(
        "compact-read",
        "Compact: reading",
        "how long reading 1,000 bytes in the compact codec takes",
        (0, SECOND),
        1_850,
    ),
    Dial::nanos(
        "json-write",
        "JSON: writing",
        "how long writing 1,000 bytes of JSON takes",
        (0, SECOND),
        800,
    ),
    Dial::nanos(
        "json-read",
        "JSON: reading",
        "how long reading 1,000 bytes of JSON takes",
        (0, SECOND),
        2_100,
    ),
    Dial::number(
        "slowness",
        "Slowness",
        "how many times slower all processors are than the one that was measured",
        Unit::Thousandths,
        (1, 100_000_000),
        100_000,
    ),
    Dial::number(
        "power",
        "Power",
        "what a processor draws while it is busy with messages",
        Unit::Milliwatts,
        (0, 1_000_000),
        5_000,
    ),
    Dial::number(
        "radio",
        "Energy for a byte",
        "what it takes to send a byte over a link",
        Unit::Nanojoules,
        (0, 1_000_000_000),
        8_000,
    ),
    Dial::number(
        "price",
        "Price of 1,000 bytes",
        "what it costs to send 1,000 bytes over a link",
        Unit::MicroEuros,
        (0, 1_000_000_000),
        1_000,
    ),
    Dial::number(
        "frame-price",
        "Price of a frame",
        "what it costs to send any frame over a link",
        Unit::MicroEuros,
        (0, 1_000_000_000),
        10,
    ),
];

/// The dials as they stand.
#[derive(Clone, Copy, Debug)]
struct Rates {
    message: u64,
    /// For 1,000 bytes, by codec: writing and reading.
    compact: [u64; 2],
    json: [u64; 2],
    slowness_thousandths: u64,
    power_milliwatts: u64,
    radio_nanojoules: u64,
    price: u64,
    frame_price: u64,
}

impl Rates {
    fn of(values: &[i64]) -> Self {
        let [
            message,
            compact_write,
            compact_read,
            json_write,
            json_read,
            slowness,
            power,
            radio,
            price,
            frame,
        ] = each(values).map(i64::unsigned_abs);
        Self {
            message,
            compact: [compact_write, compact_read],
            json: [json_write, json_read],
            slowness_thousandths: slowness,
            power_milliwatts: power,
            radio_nanojoules: radio,
            price,
            frame_price: frame,
        }
    }
}

#[derive(Clone, Debug)]
struct TransportCost {
    rates: Rates,
}

impl Fault for TransportCost {
    fn stage(&self) -> Stage {
        Stage::Queue
    }

    fn retune(&mut self, values: &[i64], _: &World<'_>, _: &mut WorldActs) {
        self.rates = Rates::of(values);
    }

    fn hop(&mut self, hop: &Hop<'_>, effects: &mut Effects) {
        let bytes = hop.frame as u64;
        let rates = &self.rates;
        // The price of a thousand bytes is rounded up frame by frame, as those do who send the bill.
        let charge = (bytes * rates.price).div_ceil(1_000) + rates.frame_price;
        let counted = [
            ("carried", bytes, FateUnit::Bytes),
            ("energy", bytes * rates.radio_nanojoules, FateUnit::Nanojoules),
            ("charge", charge, FateUnit::MicroEuros),
        ];
        for (effect, size, unit) in counted.into_iter().filter(|(_, size, _)| *size > 0) {
            effects.note(effect, size, unit);
        }
    }

    fn slows_processors(&self) -> bool {
        true
    }

    fn service(&self, work: &Work) -> Duration {
        let rates = &self.rates;
        let [write, read] = match work.codec {
            Codec::Compact => rates.compact,
            Codec::Json => rates.json,
        };
        let for_a_thousand = match work.kind {
            WorkKind::Send => write,
            WorkKind::Receive => read,
            // What a program does besides is not transport.
            WorkKind::Timer | WorkKind::Order => return Duration::ZERO,
        };
        let measured = u128::from(rates.message) * 1_000 + u128::from(for_a_thousand) * work.bytes as u128;
        let nanos = measured * u128::from(rates.slowness_thousandths) / 1_000_000;
        Duration(nanos.min(WORK_MOST) as u64)
    }

    fn bill(&self, _: &Work, took: Duration) -> Option<(&'static str, u64, FateUnit)> {
        // Milliwatts times nanoseconds are thousandths of nanojoules.
        let nanojoules = u128::from(self.rates.power_milliwatts) * u128::from(took.0) / 1_000;
        Some(("energy", u64::try_from(nanojoules).unwrap_or(u64::MAX), FateUnit::Nanojoules))
            .filter(|(_, size, _)| *size > 0)
    }

    fn gauges(&self, world: &World<'_>) -> Vec<Gauge> {
        let gauge = |node| Gauge {
            link: None,
            node,
            effect: "run queue",
            size: world.waiting(node) as u64,
            unit: FateUnit::Inputs,
        };
        world.nodes().map(gauge).filter(|gauge| gauge.size > 0).collect()
    }
}
