//! A ground station that pulls telemetry from its satellites and gives up on a pull after a while.
//!
//! # What it does
//! Each satellite of its plan is asked once a period, each at its own moment. What is not answered within the
//! patience counts as unanswered; two such pulls in a row raise an alarm. An order `open session` makes it ask
//! for a command session, again and again until the satellite is ready. An answer that comes after it gave up
//! is counted and otherwise ignored.
//!
//! # The assumption it breaks
//! That no answer means no satellite. A timeout tells that the station has stopped waiting, and nothing else.
//!
//! # What to look for
//! All that the station has to judge by is in its memory: what it asked, what it heard and when it gave up.
//!
//! # Sources
//! Kleppmann, *Designing Data-Intensive Applications* (2017), chapter 8, "Timeouts and unbounded delays".

use std::collections::BTreeMap;

use serde::Serialize;

use super::ProgramEntry;
use super::satellite::Telemetry;
use crate::base::{Duration, NodeId};
use crate::sim::{Context, Incoming, Order, Program, TimerId};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "station",
    title: "Ground station",
    effect: "pulls telemetry in turn, waits a while, and raises an alarm after two pulls without answer",
    doc: crate::module_doc!("station.rs"),
};

/// The order to ask for a command session; its number is the satellite's.
pub const OPEN_SESSION: &str = "open session";

/// What stands beside the sending and the receiving of a pull, and beside the timer for it.
pub const PULL: &str = "pull";

/// What stands beside a station's giving up on a pull; the number is the satellite's, counted from 1.
pub const NO_ANSWER: &str = "no answer";

/// What stands beside an alarm; the number is the satellite's, counted from 1.
pub const ALARM: &str = "alarm";

const ALARM_AFTER: u32 = 2;

/// How a station does its work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The satellites that it pulls from, in the order in which it begins.
    pub satellites: Vec<NodeId>,
    /// When the first pull is due after the start.
    pub first: Duration,
    /// How much later each next satellite's pull is due.
    pub apart: Duration,
    /// How often each satellite is asked.
    pub period: Duration,
    /// How long it waits for an answer.
    pub patience: Duration,
}

/// The program and its memory.
#[derive(Clone, Debug, Serialize)]
pub struct Station {
    plan: Plan,
    /// What it knows of each satellite, by the satellite's number, counted from 1.
    contacts: BTreeMap<u32, Contact>,
    /// The satellite that a session is asked for, and how often it was asked.
    session: Option<(NodeId, u32)>,
    /// How many answers came after it had given up.
    late: u32,
}

/// What a station knows of a satellite.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Contact {
    /// How often it was asked.
    asked: u32,
    /// Whether the last pull is still waited for.
    waits: bool,
    /// How many pulls in a row went unanswered.
    missed: u32,
    /// What was heard last.
    heard: Option<Heard>,
}

/// What a frame said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Heard {
    /// Which pull it answered.
    nth: u32,
    /// The battery's voltage in millivolts.
    battery_mv: u16,
    /// When it was measured, by the satellite's wall clock, in nanoseconds.
    taken: i64,
}

impl Station {
    /// A station that has not begun.
    pub fn new(plan: Plan) -> Self {
        Self { plan, contacts: BTreeMap::new(), session: None, late: 0 }
    }

    fn contact(&mut self, satellite: NodeId) -> &mut Contact {
        self.contacts.entry(number(satellite)).or_default()
    }

    /// Up to when what is asked now is valid.
    fn until(&self, cx: &Context<'_>) -> i64 {
        cx.wall().0.saturating_add_unsigned(self.plan.patience.0)
    }

    fn pull(&mut self, satellite: NodeId, cx: &mut Context<'_>) {
        let until = self.until(cx);
        let contact = self.contact(satellite);
        contact.asked += 1;
        contact.waits = true;
        let nth = contact.asked;
        cx.send_nth(satellite, PULL, nth, &Telemetry::Pull { nth, until });
        cx.set_timer(TimerId::new("timeout", number(satellite)), self.plan.patience);
        cx.set_timer(TimerId::new(PULL, number(satellite)), self.plan.period);
    }

    fn give_up(&mut self, satellite: NodeId, cx: &mut Context<'_>) {
        let contact = self.contact(satellite);
        contact.waits = false;
        contact.missed += 1;
        let (missed, asked) = (contact.missed, contact.asked);
        cx.local_nth(NO_ANSWER, number(satellite));
        if missed == ALARM_AFTER {
            cx.decide_nth(ALARM, number(satellite));
            let satellite = number(satellite);
            cx.log(&format!("satellite {satellite} answered neither pull {} nor {asked}", asked - 1));
        }
    }

    fn heard(&mut self, from: NodeId, heard: Heard, cx: &mut Context<'_>) {
        let contact = self.contact(from);
        if !contact.waits || contact.asked != heard.nth {
            self.late += 1;
            return;
        }
        contact.waits = false;
        contact.heard = Some(heard);
        let missed = std::mem::take(&mut contact.missed);
        cx.cancel_timer(TimerId::new("timeout", number(from)));
        if missed >= ALARM_AFTER {
            cx.decide_nth("all clear", number(from));
            cx.log(&format!("satellite {} answers again after {missed} pulls without answer", number(from)));
        }
    }

    fn ask_for_session(&mut self, cx: &mut Context<'_>) {
        let until = self.until(cx);
        let Some((satellite, asked)) = &mut self.session else { return };
        *asked += 1;
        cx.again(*asked > 1).send_nth(*satellite, "open", *asked, &Telemetry::Open { nth: *asked, until });
        cx.set_timer(TimerId::new("session", number(*satellite)), self.plan.period);
    }
}

impl Program for Station {
    fn start(&mut self, cx: &mut Context<'_>) {
        let mut after = self.plan.first;
        for satellite in &self.plan.satellites {
            cx.set_timer(TimerId::new(PULL, number(*satellite)), after);
            after = after + self.plan.apart;
        }
    }

    fn message(&mut self, from: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        match incoming.read::<Telemetry>() {
            Some(Telemetry::Frame { nth, battery_mv, taken }) => {
                self.heard(from, Heard { nth, battery_mv, taken }, cx);
            }
            Some(Telemetry::Opened { .. })
                if self.session.is_some_and(|(satellite, _)| satellite == from) =>
            {
                self.session = None;
                cx.cancel_timer(TimerId::new("session", number(from)));
                cx.decide_nth("session open", number(from));
            }
            Some(Telemetry::Opened { .. }) => self.late += 1,
            Some(Telemetry::Pull { .. } | Telemetry::Open { .. }) | None => {}
        }
    }

    fn timer(&mut self, timer: TimerId, cx: &mut Context<'_>) {
        let satellite = NodeId(timer.nth.saturating_sub(1) as u16);
        match timer.name {
            PULL => self.pull(satellite, cx),
            "timeout" => self.give_up(satellite, cx),
            _ => self.ask_for_session(cx),
        }
    }

    fn order(&mut self, order: &Order, cx: &mut Context<'_>) {
        let Ok(satellite) = u16::try_from(order.number) else { return };
        if order.what == OPEN_SESSION {
            self.session = Some((NodeId(satellite), 0));
            self.ask_for_session(cx);
        }
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Telemetry>()
    }
}

/// A satellite's number as people say it: satellites come first among the nodes and are counted from 1.
fn number(satellite: NodeId) -> u32 {
    u32::from(satellite.0) + 1
}
