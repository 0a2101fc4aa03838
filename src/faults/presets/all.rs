//! The presets themselves, as plain data.
//!
//! `xtask` reads this file too, and writes what is in it beside the page: its module carries none of it. So it names
//! nothing of the crate.

/// A named setting of the faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// The name in commands: `lossy-card`.
    pub id: &'static str,
    /// The name in the page.
    pub title: &'static str,
    /// What happened, and what to look for. Empty in WebAssembly.
    pub story: &'static str,
    /// The assumptions that it breaks, by the ids of their faults.
    pub breaks: &'static [&'static str],
    /// The dials that it turns, such as `("reliable.loss", 70_000)`.
    pub dials: &'static [(&'static str, i64)],
}

const MILLISECOND: i64 = 1_000_000;
const SECOND: i64 = 1_000 * MILLISECOND;

/// The page asks for the stories when it shows them; its module carries none.
const fn told(story: &'static str) -> &'static str {
    if cfg!(target_arch = "wasm32") { "" } else { story }
}

/// What `reliable` lets in besides is shut off, so that one thing can be seen.
macro_rules! reliable {
    ($($dial:expr),*) => {
        &[
            $($dial,)*
            ("reliable.duplicate", 0),
            ("reliable.reorder", 0),
            ("reliable.corrupt", 0),
        ]
    };
}

/// All presets.
pub static ALL: &[Preset] = &[
    Preset {
        id: "lossy-card",
        title: "A card that loses 7 %",
        story: told(
            "A network card loses 7 % of the packets to one rack, and its health check, one small packet now and then, \
                is nearly always answered. Look for some pairs that retry all day beside others that never do.",
        ),
        breaks: &["reliable"],
        dials: reliable!(("reliable.loss", 70_000), ("reliable.links", 250_000)),
    },
    Preset {
        id: "microbursts",
        title: "Microbursts",
        story: told(
            "Many senders answer at once, and for two milliseconds a switch gets more than it can pass on. The \
                average over a second looks idle. Look for losses that come together: a message and its repetition.",
        ),
        breaks: &["reliable"],
        dials: reliable!(
            ("reliable.loss", 0),
            ("reliable.burst", 400_000),
            ("reliable.burst-length", 2 * MILLISECOND),
            ("reliable.burst-gap", 200 * MILLISECOND)
        ),
    },
    Preset {
        id: "small-buffers",
        title: "Switch buffers that overflow",
        story: told(
            "A switch with room for one long frame on each slow port. Whatever comes in a group of more loses its \
                tail. Look for the last of several messages that were sent at once.",
        ),
        breaks: &["bandwidth"],
        dials: &[("bandwidth.capacity", 256_000), ("bandwidth.queue", 1_500), ("bandwidth.discipline", 0)],
    },
    Preset {
        id: "bufferbloat",
        title: "Buffers that never overflow",
        story: told(
            "The remedy that made it worse: a megabyte of buffer before a slow line. Nothing is lost, and what \
                arrives is half a minute old. Look for timeouts, and for the retries that join the queue.",
        ),
        breaks: &["bandwidth"],
        dials: &[
            ("bandwidth.capacity", 256_000),
            ("bandwidth.queue", 1_000_000),
            ("bandwidth.discipline", 0),
        ],
    },
    Preset {
        id: "wrong-route",
        title: "A wrong route",
        story: told(
            "A route that somebody announced by mistake takes the traffic of a city around the world, over links that \
                were full before. All arrives, far too late. Look for timeouts that nobody ever saw in the city.",
        ),
        breaks: &["latency"],
        dials: &[
            ("latency.distance", 8_000),
            ("latency.extra", 150 * MILLISECOND),
            ("latency.load", 900_000),
            ("latency.load-frame", 5 * MILLISECOND),
        ],
    },
    Preset {
        id: "stale-names",
        title: "A name that moved on",
        story: told(
            "A service moves to a new address. Resolvers keep the old one for its time to live, and some clients \
                that looked it up at their start keep it for ever. Look for who still talks to nobody after minutes.",
        ),
        breaks: &["topology"],
        dials: &[("topology.ttl", 30 * SECOND), ("topology.sticky", 200_000)],
    },
    Preset {
        id: "power-loss",
        title: "A rack without power",
        story: told(
            "A third of the machines goes dark for half a minute. To the others that is a partition, and the switch \
                of the rack cannot tell them otherwise. Look for decisions that wait for those who do not answer.",
        ),
        breaks: &["crashes"],
        dials: &[("crashes.nodes", 330_000), ("crashes.every", 10 * SECOND), ("crashes.down", 30 * SECOND)],
    },
    Preset {
        id: "clocks-an-hour-off",
        title: "Certificates and clocks",
        story: told(
            "Somebody set the zone and not the clock. Certificates and tokens are not valid yet, or no longer, and \
                connections fail that have nothing to do with the network. Look for refusals by time stamp.",
        ),
        breaks: &["clocks"],
        dials: &[("clocks.offset", 3_600 * SECOND), ("clocks.drift", 0), ("clocks.sync", 0)],
    },
    Preset {
        id: "github-2012",
        title: "GitHub, December 2012",
        story: told(
            "While switches were upgraded their network froze for about 90 seconds (often told as two minutes). \
                Packets were late, not lost. In pairs of file servers each took the other for dead, and told the other's \
                power supply to cut it off. Break it in the middle of a run, hold it again, and look for who has acted \
                on the silence.",
        ),
        breaks: &["latency"],
        dials: &[("latency.extra", 90 * SECOND), ("latency.jitter", SECOND), ("latency.tail", 0)],
    },
    Preset {
        id: "hbase-pause",
        title: "A long collection",
        story: told(
            "A collector of garbage stops a process for fifteen seconds, longer than its lease of ten. It goes on \
                and writes, as HBase's region servers did. Look for two that hold the same lease.",
        ),
        breaks: &["pauses"],
        dials: &[
            ("pauses.every", 30 * SECOND),
            ("pauses.length", 15 * SECOND),
            ("pauses.shape", 0),
            ("pauses.nodes", 300_000),
        ],
    },
    Preset {
        id: "flapping-lines",
        title: "Lines that flap",
        story: told(
            "A bad plug: a third of the lines fail for half a second, are well for two, and fail again. Each time \
                somebody has just decided that all is well. Look for elections that follow one another.",
        ),
        breaks: &["reliable"],
        dials: reliable!(
            ("reliable.loss", 0),
            ("reliable.flap", 330_000),
            ("reliable.flap-up", 2 * SECOND),
            ("reliable.flap-down", 500 * MILLISECOND)
        ),
    },
    Preset {
        id: "s-band",
        title: "Everything over S-band",
        story: told(
            "The link that was there when nothing else was: 9,600 bit/s by way of a relay in a high orbit, 600 ms \
                away, in frames of 256 bytes. Look for what a page of JSON costs there.",
        ),
        breaks: &["homogeneous"],
        dials: &[("homogeneous.narrow", 1_000_000), ("homogeneous.slow", 0), ("homogeneous.codecs", 0)],
    },
    Preset {
        id: "recorded-commands",
        title: "Recorded and played back",
        story: told(
            "A box beside the door records the code of a key and sends it again at night. It breaks no cipher and \
                understands no word. Look for a command that was sent once and carried out twice, and for the second \
                one's cause in the attacker's lane.",
        ),
        breaks: &["secure"],
        dials: &[
            ("secure.taps", 10_000),
            ("secure.replay", 300_000),
            ("secure.again", 2 * SECOND),
            ("secure.delay", 0),
            ("secure.tamper", 0),
            ("secure.inject", 0),
        ],
    },
    Preset {
        id: "tightened-firewall",
        title: "A firewall that was tightened",
        story: told(
            "Somebody closed the ports that he had never heard of. Whatever he tried himself still works. Look for a kind \
                of message that always fails from one agency to another while all others pass: loss has no favourites.",
        ),
        breaks: &["administrator"],
        dials: &[
            ("administrator.filter", 300_000),
            ("administrator.rate", 1_000_000),
            ("administrator.burst", 1_000_000),
            ("administrator.maintenance", 0),
            ("administrator.gap", 0),
        ],
    },
    Preset {
        id: "gps-and-utc",
        title: "GPS time beside UTC",
        story: told(
            "One agency's clocks follow GPS, which knows no leap seconds, the other's UTC: 18 s apart since 2017, and both \
                right. Look for requests that are out of date before they set out, and never within an agency.",
        ),
        breaks: &["administrator"],
        dials: &[
            ("administrator.gap", 18 * SECOND),
            ("administrator.filter", 0),
            ("administrator.rate", 1_000_000),
            ("administrator.burst", 1_000_000),
            ("administrator.maintenance", 0),
        ],
    },
    Preset {
        id: "short-bursts",
        title: "A euro for a thousand bytes",
        story: told(
            "Short bursts of data by satellite cost about a euro for 1,000 bytes, and a few cents each, on a \
                processor a hundred times slower than yours. Look at the meters: what does a heartbeat cost in a day, and \
                what the names of the fields in JSON?",
        ),
        breaks: &["transport-cost"],
        dials: &[
            ("transport-cost.price", 1_000_000),
            ("transport-cost.frame-price", 40_000),
            ("transport-cost.slowness", 100_000),
        ],
    },
    Preset {
        id: "s3-2008",
        title: "Amazon S3, July 2008",
        story: told(
            "A bit flipped in one server's memory, and what it told the others of the system's state was well formed and \
                false. Files had checksums, this gossip had none, and a checksum made afterwards would have fitted. The \
                service was stopped for hours to forget it. Look for honest nodes that pass a lie on.",
        ),
        breaks: &["liars"],
        dials: &[("liars.liars", 1), ("liars.lies", 1_000_000), ("liars.faces", 0)],
    },
];
