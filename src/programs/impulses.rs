//! Keeps account of everybody's burns, in the unit of its version.
//!
//! # What it does
//! Each node fires now and then and reports the impulse to all others, who note it. Version 1 of the program reckons in
//! pound-force seconds, version 2 in newton seconds. What is written down follows one of four customs: the bare number;
//! the number and the version, which another version refuses; both numbers, of which a reader takes the one that it
//! knows; or the number in the newest version that both have said they can read.
//!
//! # The assumption it breaks
//! That everybody runs the same version, because somebody installed it everywhere at once.
//!
//! # What to look for
//! A bare number is read without a complaint by either version: `noted` and `report` have different numbers beside them.
//! Nothing is lost, nothing crashes, and the orbit is wrong.
//!
//! # Sources
//! *Mars Climate Orbiter Mishap Investigation Board, Phase I Report* (NASA 1999). Tolerant readers: M. Fowler (2011);
//! Kleppmann, *Designing Data-Intensive Applications* (2017), chapter 4, "Modes of Dataflow".

use serde::{Deserialize, Serialize};

use super::ProgramEntry;
use crate::base::{Draw, Duration, NodeId};
use crate::sim::{Context, Incoming, Program, TimerId};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "impulses",
    title: "Account of impulses",
    effect: "reports burns and notes those of others, in the unit of its version",
    doc: crate::module_doc!("impulses.rs"),
};

/// What stands beside a report; the number is the true impulse, in thousandths of a newton second.
pub const REPORT: &str = "report";

/// What stands beside a note; the number is the impulse that was understood, in thousandths of a newton second.
pub const NOTED: &str = "noted";

/// What stands beside a report that is refused for its version; the number is the version.
pub const REFUSED: &str = "refused";

const FIRE: TimerId = TimerId::new("fire", 0);

/// A pound-force second in thousandths of a newton second.
const POUND: u64 = 4_448;

/// What is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Custom {
    /// The number alone.
    Bare,
    /// The number and the version; another version refuses it.
    Strict,
    /// The old number and, from version 2 on, the new one; a reader takes what it knows.
    Tolerant,
    /// In the newest version that both have said they can read.
    Negotiated,
}

/// A report as it is written down. Amounts are thousandths of a pound-force second in version 1 and of a newton second
/// in version 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Report {
    /// A number.
    Bare {
        /// How much.
        amount: u64,
    },
    /// A number in the unit of a version.
    Marked {
        /// How much.
        amount: u64,
        /// In which version's unit.
        version: u16,
        /// The newest version that the writer can read.
        reads: u16,
    },
    /// The same in both units.
    Both {
        /// In thousandths of a pound-force second.
        pounds: u64,
        /// In thousandths of a newton second.
        newtons: u64,
    },
}

/// The program and its memory.
#[derive(Clone, Debug, Serialize)]
pub struct Impulses {
    others: Vec<NodeId>,
    custom: Custom,
    every: Duration,
    fired: u32,
    /// The newest version that each of the others can read, as far as it has said so; version 1 until then.
    reads: Vec<u16>,
    /// What the others have fired, in thousandths of a newton second.
    noted: u64,
}

impl Impulses {
    /// One that tells the others, with this custom, every so often.
    pub fn new(others: Vec<NodeId>, custom: Custom, every: Duration) -> Self {
        let reads = vec![1; others.len()];
        Self { others, custom, every, fired: 0, reads, noted: 0 }
    }

    /// What this node writes for somebody who is known to read up to a version.
    fn write(&self, pounds: u64, own: u16, reads: u16) -> Report {
        let amount = |version| if version == 1 { pounds * 1_000 } else { pounds * POUND };
        let marked = |version| Report::Marked { amount: amount(version), version, reads: own };
        match self.custom {
            Custom::Bare => Report::Bare { amount: amount(own) },
            Custom::Strict => marked(own),
            Custom::Tolerant if own == 1 => marked(1),
            Custom::Tolerant => Report::Both { pounds: pounds * 1_000, newtons: pounds * POUND },
            Custom::Negotiated => marked(own.min(reads)),
        }
    }

    /// What this node understands, in thousandths of a newton second, or the version that it does not know.
    fn read(&self, report: Report, own: u16) -> Result<u64, u16> {
        let understood = |amount: u64, version| match version {
            1 => amount.saturating_mul(POUND) / 1_000,
            _ => amount,
        };
        match report {
            // A number is a number.
            Report::Bare { amount } => Ok(understood(amount, own)),
            Report::Marked { version, .. } if self.custom == Custom::Strict && version != own => Err(version),
            Report::Marked { version, .. } if version > own => Err(version),
            Report::Marked { amount, version, .. } => Ok(understood(amount, version)),
            Report::Both { pounds, .. } if own == 1 => Ok(understood(pounds, 1)),
            Report::Both { newtons, .. } => Ok(newtons),
        }
    }
}

impl Program for Impulses {
    fn start(&mut self, cx: &mut Context<'_>) {
        // Not all at once.
        let first = cx.chance("first").between(1, self.every.0);
        cx.set_timer(FIRE, Duration(first));
    }

    fn message(&mut self, from: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        let Some(report) = incoming.read::<Report>() else { return };
        let sender = self.others.iter().position(|&other| other == from);
        if let (Some(sender), Report::Marked { reads, .. }) = (sender, report) {
            self.reads[sender] = reads;
        }
        match self.read(report, cx.version()) {
            Ok(milli) => {
                self.noted = self.noted.saturating_add(milli);
                cx.decide_nth(NOTED, u32::try_from(milli).unwrap_or(u32::MAX));
            }
            Err(version) => cx.local_nth(REFUSED, version.into()),
        }
    }

    fn timer(&mut self, timer: TimerId, cx: &mut Context<'_>) {
        self.fired += 1;
        let pounds = u64::from(10 + self.fired % 7);
        for (place, &other) in self.others.iter().enumerate() {
            let report = self.write(pounds, cx.version(), self.reads[place]);
            cx.send_nth(other, REPORT, (pounds * POUND) as u32, &report);
        }
        cx.set_timer(timer, self.every);
    }

    /// Lies about how much it was.
    fn forge(&self, sent: &Incoming<'_>, lie: &mut Draw) -> Option<Vec<u8>> {
        sent.altered(|report: &mut Report| {
            let (Report::Bare { amount }
            | Report::Marked { amount, .. }
            | Report::Both { newtons: amount, .. }) = report;
            *amount = amount.saturating_add(lie.between(1, 100_000));
            Some(())
        })
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Report>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is understood of ten pound-force seconds by a reader whose version the writer takes to be `known`.
    fn understood(custom: Custom, writer: u16, reader: u16, known: u16) -> Result<u64, u16> {
        let node = Impulses::new(Vec::new(), custom, Duration::secs(1));
        node.read(node.write(10, writer, known), reader)
    }

    #[test]
    fn a_bare_number_is_wrong_by_the_factor_of_the_units_and_every_other_custom_is_right_or_silent() {
        let of = |custom, known| {
            [(1, 1), (1, 2), (2, 1), (2, 2)].map(|(writer, reader)| understood(custom, writer, reader, known))
        };
        assert_eq!(of(Custom::Bare, 1), [Ok(44_480), Ok(10_000), Ok(197_847), Ok(44_480)]);
        assert_eq!(of(Custom::Strict, 1), [Ok(44_480), Err(1), Err(2), Ok(44_480)]);
        assert_eq!(of(Custom::Tolerant, 1), [Ok(44_480); 4]);
        assert_eq!(of(Custom::Negotiated, 1), [Ok(44_480); 4]);
        assert_eq!(
            of(Custom::Negotiated, 2),
            [Ok(44_480), Ok(44_480), Err(2), Ok(44_480)],
            "not read as wrong"
        );
    }
}
