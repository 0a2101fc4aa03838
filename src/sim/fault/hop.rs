//! A packet on a hop as a fault sees it, and what the fault may do to it.
//!
//! Must not know which faults exist.

use super::super::Codec;
use super::super::packet::{Class, Outcome, Unit};
use super::super::program::{Incoming, Program};
use super::super::tape::MessageRef;
use super::super::topology::Link;
use super::super::trace::Trace;
use crate::base::{Cause, Chance, Draw, Duration, LinkId, MessageId, NodeId, TrueTime};

/// A packet that sets out on a hop.
#[derive(Clone, Copy)]
pub struct Hop<'a> {
    /// When, in true time.
    pub at: TrueTime,
    /// The message's sender and receiver, wherever the packet is now.
    pub from: NodeId,
    /// The receiver.
    pub to: NodeId,
    /// Which message of that pair it is, counted from 0.
    pub nth: u32,
    /// Which copy of it.
    pub copy: u16,
    /// Which hop of its way, counted from 0.
    pub hop: u16,
    /// The link.
    pub link: &'a Link,
    /// The link's id, for a fault that keeps something for each.
    pub id: LinkId,
    /// How much the message matters to its sender.
    pub class: Class,
    /// The payload as it sets out.
    pub payload: &'a [u8],
    /// The length of the whole frame in bytes.
    pub frame: usize,
    /// How the payload is written down.
    pub codec: Codec,
    pub(crate) message: MessageId,
    pub(crate) trace: &'a Trace,
    pub(crate) sender: Option<&'a dyn Program>,
    pub(crate) is_from_agent: bool,
    pub(crate) chance: Chance,
}

impl Hop<'_> {
    /// The packet's name, by which a fault that holds it lets it go.
    pub fn name(&self) -> MessageRef {
        MessageRef { from: self.from, to: self.to, nth: self.nth, copy: self.copy }
    }

    /// The word that its sender put on the message; `None` when nobody in the trace has sent it.
    pub fn label(&self) -> Option<&'static str> {
        self.trace.sent(self.message).map(|sent| self.trace.label_word(sent))
    }

    /// What its sender would have written as a lie that is drawn from `lie`; see [`Program::forge`].
    pub fn forged(&self, lie: &mut Draw) -> Option<Vec<u8>> {
        self.sender?.forge(&Incoming::new(self.payload, self.codec), lie)
    }

    /// Whether an agent sent it, in someone's name.
    pub fn is_from_agent(&self) -> bool {
        self.is_from_agent
    }

    /// The stream of chance for an effect on this packet on this hop.
    #[inline]
    pub fn draw(&self, effect: &'static str) -> Draw {
        let cause =
            Cause { from: self.from, to: self.to, nth: self.nth.into(), copy: self.copy, hop: self.hop };
        self.chance.draw(effect, cause)
    }

    /// The stream of chance for a word, such as a message's label, and a number that goes with it.
    pub fn draw_word(&self, word: &str, nth: u64) -> Draw {
        self.chance.draw(word, Cause { from: NodeId(0), to: NodeId(0), nth, copy: 0, hop: 0 })
    }

    /// The stream of chance for the packet's sender and receiver, for what outlasts a message.
    pub fn draw_pair(&self, effect: &'static str) -> Draw {
        self.chance.draw(effect, Cause { from: self.from, to: self.to, nth: 0, copy: 0, hop: 0 })
    }

    /// The stream of chance for the packet's sender alone, for what outlasts a message.
    pub fn draw_sender(&self, effect: &'static str) -> Draw {
        self.chance.draw(effect, Cause { from: self.from, to: self.from, nth: 0, copy: 0, hop: 0 })
    }

    /// The stream of chance for the line that this link is one direction of.
    pub fn draw_line(&self, effect: &'static str) -> Draw {
        let Link { from, to, .. } = *self.link;
        let cause = Cause { from: from.min(to), to: from.max(to), nth: 0, copy: 0, hop: 0 };
        self.chance.draw(effect, cause)
    }

    /// The stream of chance for the state of this link in its `nth` interval of time.
    pub fn draw_link(&self, effect: &'static str, nth: u64) -> Draw {
        self.chance.draw(effect, Cause { from: self.link.from, to: self.link.to, nth, copy: 0, hop: 0 })
    }
}

/// What one fault does to one packet on one hop.
#[derive(Clone, Debug, Default)]
pub struct Effects {
    pub(crate) delay: u64,
    pub(crate) is_lost: bool,
    pub(crate) copies: Vec<Duration>,
    pub(crate) flips: Vec<(u64, bool)>,
    pub(crate) payload: Option<Vec<u8>>,
    pub(crate) overheard: Vec<u64>,
    pub(crate) signed: Vec<(&'static str, u64, Unit, Outcome)>,
    pub(crate) is_held: bool,
    pub(crate) wakes: Vec<(TrueTime, u32)>,
    pub(crate) split: Option<usize>,
}

impl Effects {
    /// Makes the hop take this much longer.
    pub fn delay(&mut self, effect: &'static str, by: Duration) {
        if by > Duration::ZERO {
            self.delay = self.delay.saturating_add(by.0);
            self.signed.push((effect, by.0, Unit::Nanos, Outcome::Onward));
        }
    }

    /// Loses the packet on this link.
    pub fn lose(&mut self, effect: &'static str) {
        if !self.is_lost {
            self.is_lost = true;
            self.signed.push((effect, 0, Unit::None, Outcome::Lost));
        }
    }

    /// Makes a further copy, which sets out this much later and is offered only the faults that come after
    /// this one.
    pub fn copy(&mut self, later: Duration) {
        self.copies.push(later);
    }

    /// Holds the packet here until [`WorldActs::release`](super::WorldActs::release) or [`WorldActs::lose`](super::WorldActs::lose) names it. It has passed the
    /// faults before this one, and will be offered those that come after it when it goes on.
    pub fn hold(&mut self) {
        self.is_held = true;
    }

    /// Asks for [`Fault::wake`](super::Fault::wake) at an instant that has not passed.
    pub fn wake_at(&mut self, at: TrueTime, token: u32) {
        self.wakes.push((at, token));
    }

    /// Splits a packet whose frame is longer than so many bytes into parts whose frames are not. Each is offered to
    /// this fault again and then goes its own way; the receiver waits for all of them, and gets nothing if one is
    /// lost. It is all that the fault does to the packet for now.
    pub fn split(&mut self, mtu: usize) {
        self.split = Some(mtu);
    }

    /// Flips a bit of the frame's payload, counted modulo its length. If the frame is `checked`, the
    /// receiver's link layer compares the checksum and throws a garbled packet away; if not, the program
    /// gets it.
    pub fn flip(&mut self, effect: &'static str, bit: u64, checked: bool) {
        self.flips.push((bit, checked));
        self.signed.push((effect, bit, Unit::Bit, Outcome::Onward));
    }

    /// Puts another payload into the frame, with the checksum that fits it. What was there goes unless it is
    /// part of it.
    pub fn replace(&mut self, effect: &'static str, payload: Vec<u8>) {
        self.signed.push((effect, payload.len() as u64, Unit::Bytes, Outcome::Onward));
        self.payload = Some(payload);
    }

    /// Lets the fault's agent hear the packet too, as it is now, with a number for what it should do about it:
    /// see [`Program::overhear`].
    pub fn overhear(&mut self, effect: &'static str, bytes: usize, number: u64) {
        self.note(effect, bytes as u64, Unit::Bytes);
        self.overheard.push(number);
    }

    /// Notes something that changed nothing yet, such as a queue's depth in bytes.
    pub fn note(&mut self, effect: &'static str, size: u64, unit: Unit) {
        self.signed.push((effect, size, unit, Outcome::Onward));
    }

    /// How much was done so far: more, if the last fault did anything.
    #[inline]
    pub(crate) fn count(&self) -> usize {
        // All else is signed.
        let is_other = self.is_held || self.split.is_some();
        self.signed.len() + self.copies.len() + self.wakes.len() + usize::from(is_other)
    }

    /// Whether something was done that the next fault must find done, or after which there is no next.
    #[inline]
    pub(crate) fn must_be_applied(&self) -> bool {
        let is_changed = !self.flips.is_empty() || self.payload.is_some() || self.split.is_some();
        let is_copied = !self.copies.is_empty() || !self.overheard.is_empty();
        self.is_lost || self.is_held || is_changed || is_copied
    }

    pub(crate) fn clear(&mut self) {
        self.delay = 0;
        self.is_lost = false;
        self.copies.clear();
        self.flips.clear();
        self.payload = None;
        self.overheard.clear();
        self.signed.clear();
        self.is_held = false;
        self.wakes.clear();
        self.split = None;
    }
}
