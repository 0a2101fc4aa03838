//! Some nodes lie: what they send is well formed, bears a checksum that fits, and is not true.
//!
//! # What it does
//! So many of the nodes (`liars`), drawn by the seed, put something else into what they send, as the program on
//! them offers it: another reading, another version, another count. They lie in the share `lies` of their
//! messages. With the same face to all a liar tells everyone one lie; with another face to each it tells every
//! receiver its own, and sticks to it. Programs that offer no lie stay honest.
//!
//! # The assumption it breaks
//! *Nodes don't lie.* What a node says it also holds for true, and it says the same to all.
//!
//! # What to look for
//! No checksum and no signature helps, as the liar makes them itself. Two who were told different things can
//! both be sure. With more than a third of liars no protocol without signatures makes the honest agree.
//!
//! # Sources
//! L. Lamport, R. Shostak and M. Pease, *The Byzantine Generals Problem* (1982).
//! K. Driscoll and others, *Byzantine Fault Tolerance, from Theory to Reality* (2003), for such nodes in flight.

use super::dials::{each, share};
use crate::base::{NodeId, Ratio};
use crate::sim::{Dial, Effects, Fault, FaultEntry, FaultKind, Hop, Stage, Unit, World, WorldActs};

/// The line of the catalogue.
pub(super) const ENTRY: FaultEntry = FaultEntry {
    id: "liars",
    assumption: "Nodes don't lie",
    kind: FaultKind::Hazard,
    effect: "makes nodes send what is not true",
    doc: crate::module_doc!("liars.rs"),
    dials: &DIALS,
    make: |values| Box::new(Liars { dials: Dials::of(values), liars: Vec::new() }),
};

const DIALS: [Dial; 3] = [
    Dial::number("liars", "Liars", "how many of the nodes lie", Unit::Count, (1, 64), 1),
    Dial::share("lies", "Lies", "how many of their messages are lies", 1_000_000),
    Dial::choice(
        "faces",
        "Faces",
        "whether a liar says the same to all",
        &["the same to all", "another to each"],
        1,
    ),
];

/// The dials as they stand.
#[derive(Clone, Copy, Debug)]
struct Dials {
    liars: usize,
    lies: Ratio,
    has_two_faces: bool,
}

impl Dials {
    fn of(values: &[i64]) -> Self {
        let [liars, lies, faces] = each(values);
        Self { liars: usize::try_from(liars).unwrap_or(1), lies: share(lies), has_two_faces: faces != 0 }
    }
}

#[derive(Clone, Debug)]
struct Liars {
    dials: Dials,
    /// Who lies, ascending.
    liars: Vec<NodeId>,
}

impl Fault for Liars {
    fn stage(&self) -> Stage {
        Stage::Gate
    }

    fn retune(&mut self, values: &[i64], world: &World<'_>, _: &mut WorldActs) {
        self.dials = Dials::of(values);
        self.liars = chosen(self.dials.liars, world);
    }

    fn begin(&mut self, world: &World<'_>, _: &mut WorldActs) {
        self.liars = chosen(self.dials.liars, world);
    }

    fn hop(&mut self, hop: &Hop<'_>, effects: &mut Effects) {
        // A lie is told where the message is written, and then goes its way like a true word.
        let is_told =
            hop.hop == 0 && hop.link.from == hop.from && self.liars.binary_search(&hop.from).is_ok();
        if !is_told || !hop.draw("lies").happens(self.dials.lies) {
            return;
        }
        let mut lie = if self.dials.has_two_faces { hop.draw_pair("lie") } else { hop.draw_sender("lie") };
        if let Some(payload) = hop.forged(&mut lie).filter(|forged| *forged != hop.payload) {
            effects.replace("lie", payload);
        }
    }
}

/// So many nodes, drawn: with one more, those that there are stay liars.
fn chosen(liars: usize, world: &World<'_>) -> Vec<NodeId> {
    let mut ranked: Vec<(u64, NodeId)> =
        world.nodes().map(|node| (world.draw("liar", node, 0).bits(), node)).collect();
    ranked.sort_unstable();
    let mut liars: Vec<NodeId> = ranked.into_iter().take(liars).map(|(_, node)| node).collect();
    liars.sort_unstable();
    liars
}
