//! A commander and a thruster that talk over a channel with a guard of the scene's choice.
//!
//! # What it does
//! The commander sends `burns` commands, one each period, to burn for so many milliseconds; each is another number.
//! The thruster burns for every command that its channel lets through, counts the milliseconds on its disk, and
//! confirms over the same channel. The guard is nothing, a tag, a tag and a window, or encryption and a window.
//! Counters are on the disk before a message goes out, and before one that came is acted on.
//!
//! # The assumption it breaks
//! The network is secure: what arrives was sent by whom it names, once, as it is.
//!
//! # What to look for
//! How long the thruster has burnt in the end, beside how long it was told to. With a tag alone it burns again for a
//! command that was sent again. With any guard at all, what the attacker changes is refused.
//!
//! # Sources
//! RFC 4303 for the guards in this order. NASA, *Space Security: Best Practices Guide* (2023), for commands that are
//! authenticated and accepted once.

use serde::{Deserialize, Serialize};

use super::ProgramEntry;
use super::seal::{Channel, Counters, Frame, Guard, Refused};
use crate::base::{Duration, NodeId};
use crate::sim::{Codec, Context, Incoming, Program, TimerId};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "channel",
    title: "Commander and thruster",
    effect: "sends commands and carries them out, over a channel that is guarded or not",
    doc: crate::module_doc!("channel.rs"),
};

/// What stands beside a command, and beside the burn that it brings about.
pub const BURN: &str = "burn";

/// What stands beside a confirmation.
pub const BURNT: &str = "burnt";

/// What stands beside the refusal of a message that bears no tag that fits it.
pub const FORGED: &str = "refused as forged";

/// What stands beside the refusal of a message that was seen before.
pub const REPLAYED: &str = "refused as replayed";

const NEXT: TimerId = TimerId::new("next", 0);

/// What the two say to each other, inside the guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Order {
    /// Burn for so long.
    Burn {
        /// Which command it is, counted from 1.
        nth: u32,
        /// For how long, in milliseconds.
        millis: u32,
    },
    /// It is done.
    Burnt {
        /// The command's number.
        nth: u32,
    },
}

/// How a commander goes about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// How many commands it sends.
    pub burns: u32,
    /// How often.
    pub period: Duration,
    /// For how long each tells to burn, in milliseconds.
    pub millis: u32,
}

/// One end of the conversation.
#[derive(Clone, Debug, Serialize)]
struct End {
    other: NodeId,
    channel: Channel,
    /// How many messages were refused since the last start, as forged and as replayed.
    refused: (u32, u32),
}

impl End {
    fn new(guard: Guard, secret: &[u8; 32], own: NodeId, other: NodeId) -> Self {
        Self { other, channel: Channel::new(guard, secret, own, other), refused: (0, 0) }
    }

    fn start(&mut self, cx: &Context<'_>) {
        self.channel.state = cx.disk::<Counters>("counters").unwrap_or_default();
    }

    fn send(&mut self, label: &'static str, nth: u32, order: &Order, cx: &mut Context<'_>) {
        let frame = self.channel.wrap(&written(order));
        cx.persist("counters", &self.channel.state);
        cx.send_nth(self.other, label, nth, &frame);
    }

    /// What a message says, if it is let through.
    fn receive(&mut self, incoming: &Incoming<'_>, cx: &mut Context<'_>) -> Option<Order> {
        let before = self.channel.state;
        let opened = self.channel.open(&incoming.read::<Frame>()?);
        if self.channel.state != before {
            cx.persist("counters", &self.channel.state);
        }
        match opened {
            Ok(bytes) => Codec::Compact.decode(&bytes),
            Err(Refused::Forged) => {
                self.refused.0 += 1;
                cx.local(FORGED);
                None
            }
            Err(Refused::Replayed) => {
                self.refused.1 += 1;
                cx.local(REPLAYED);
                None
            }
        }
    }
}

/// Who gives the commands.
#[derive(Clone, Debug, Serialize)]
pub struct Commander {
    plan: Plan,
    end: End,
    /// How many commands it has given; also on the disk.
    given: u32,
    /// How many confirmations came.
    confirmed: u32,
}

impl Commander {
    /// A commander of the thruster `other`.
    pub fn new(plan: Plan, guard: Guard, secret: &[u8; 32], own: NodeId, other: NodeId) -> Self {
        Self { plan, end: End::new(guard, secret, own, other), given: 0, confirmed: 0 }
    }
}

impl Program for Commander {
    fn start(&mut self, cx: &mut Context<'_>) {
        self.end.start(cx);
        self.given = cx.disk("given").unwrap_or(0);
        if self.given < self.plan.burns {
            cx.set_timer(NEXT, self.plan.period);
        }
    }

    fn message(&mut self, _: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        if let Some(Order::Burnt { .. }) = self.end.receive(incoming, cx) {
            self.confirmed += 1;
        }
    }

    fn timer(&mut self, _: TimerId, cx: &mut Context<'_>) {
        self.given += 1;
        cx.persist("given", &self.given);
        let order = Order::Burn { nth: self.given, millis: self.plan.millis };
        self.end.send(BURN, self.given, &order, cx);
        if self.given < self.plan.burns {
            cx.set_timer(NEXT, self.plan.period);
        }
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        explain(incoming)
    }
}

/// Who carries them out.
#[derive(Clone, Debug, Serialize)]
pub struct Thruster {
    end: End,
    /// For how long it has burnt in all, in milliseconds; also on the disk.
    burnt_millis: u64,
}

impl Thruster {
    /// A thruster that obeys `other`.
    pub fn new(guard: Guard, secret: &[u8; 32], own: NodeId, other: NodeId) -> Self {
        Self { end: End::new(guard, secret, own, other), burnt_millis: 0 }
    }
}

impl Program for Thruster {
    fn start(&mut self, cx: &mut Context<'_>) {
        self.end.start(cx);
        self.burnt_millis = cx.disk("burnt").unwrap_or(0);
    }

    fn message(&mut self, _: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        if let Some(Order::Burn { nth, millis }) = self.end.receive(incoming, cx) {
            self.burnt_millis = self.burnt_millis.saturating_add(millis.into());
            cx.persist("burnt", &self.burnt_millis);
            cx.local_nth(BURN, nth);
            self.end.send(BURNT, nth, &Order::Burnt { nth }, cx);
        }
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        explain(incoming)
    }
}

fn written(order: &Order) -> Vec<u8> {
    let mut bytes = Vec::new();
    Codec::Compact.encode(order, &mut bytes);
    bytes
}

/// What a stranger can read: everything, unless it is encrypted.
fn explain(incoming: &Incoming<'_>) -> Option<serde_json::Value> {
    let read = |body: &[u8]| Codec::Compact.decode::<Order>(body);
    Some(match incoming.read::<Frame>()? {
        Frame::Plain(body) => serde_json::json!({ "plain": read(&body) }),
        Frame::Tagged { counter, body, .. } => {
            serde_json::json!({ "counter": counter, "tagged": read(&body) })
        }
        Frame::Sealed { counter, body } => {
            serde_json::json!({ "counter": counter, "sealed": format!("{} bytes", body.len()) })
        }
    })
}
