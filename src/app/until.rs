//! Conditions to run until: an event, a violation, a clock, a node's state.
//!
//! Must not know how the run is driven.

use serde_json::Value;

use crate::analysis::Causality;
use crate::base::{EventId, NodeId};
use crate::scenes::Verdict;
use crate::sim::{Engine, EventKind};

/// How a value is compared with the one that is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// It is the same.
    Equal,
    /// It is another.
    Different,
    /// It is a number and at least as large.
    AtLeast,
    /// It is a number and at most as large.
    AtMost,
}

impl Compare {
    /// All of them with the sign that stands for them.
    pub const ALL: [(Self, &'static str); 4] =
        [(Self::Equal, "="), (Self::Different, "≠"), (Self::AtLeast, "≥"), (Self::AtMost, "≤")];

    fn holds(self, found: &Value, wanted: &str) -> bool {
        let text = match found {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let numbers = found.as_f64().zip(super::decimal(wanted.trim()));
        match self {
            Self::Equal => text == wanted.trim(),
            Self::Different => text != wanted.trim(),
            Self::AtLeast => numbers.is_some_and(|(found, wanted)| found >= wanted),
            Self::AtMost => numbers.is_some_and(|(found, wanted)| found <= wanted),
        }
    }
}

/// What to run until.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Until {
    /// An event of this kind or of any, at this node or at any.
    Event(Option<EventKind>, Option<NodeId>),
    /// The end of the run.
    End,
    /// A claim of the scene is broken.
    ClaimBroken,
    /// A message is received before it was sent, by the two nodes' wall clocks.
    WallViolation,
    /// Some event has a Lamport stamp of at least this.
    Lamport(u64),
    /// Some other node knows of this event: its vector stamp has come to include it.
    Known(EventId),
    /// A part of a node's memory, named by the fields that lead to it (`seen` or `log.0.value`), compares so.
    Memory {
        /// The node.
        node: NodeId,
        /// The fields that lead to the value, with dots between.
        path: String,
        /// How it is compared.
        compare: Compare,
        /// With what.
        value: String,
    },
}

impl Until {
    /// The event by which the condition came true in the turn that brought the events from `first` on, if it did:
    /// the last of the turn where no event did it alone.
    pub(super) fn met(&self, engine: &Engine, causality: &Causality, first: EventId) -> Option<EventId> {
        let trace = engine.trace();
        let mut new = trace.events().skip(first.index());
        match self {
            Self::Event(kind, node) => new.find(|&event| {
                kind.is_none_or(|kind| trace.kind(event) == kind)
                    && node.is_none_or(|node| trace.node(event) == node)
            }),
            Self::End | Self::ClaimBroken => None,
            Self::WallViolation => new.find(|&event| {
                trace.cause_elsewhere(event).is_some_and(|sent| trace.wall(event) < trace.wall(sent))
            }),
            Self::Lamport(least) => new.find(|&event| causality.lamport(event) >= *least),
            Self::Known(known) => new.find(|&event| {
                known.index() < trace.len()
                    && trace.node(event) != trace.node(*known)
                    && causality.before(*known, event)
            }),
            Self::Memory { node, path, compare, value } => {
                let memory = engine.memory(*node);
                let found = memory.as_ref().and_then(|memory| lookup(memory, path));
                found.filter(|found| compare.holds(found, value)).and_then(|_| trace.events().next_back())
            }
        }
    }

    /// Whether the condition is about claims, which are checked by the driver.
    pub(super) fn is_about_claims(&self) -> bool {
        matches!(self, Self::ClaimBroken)
    }

    /// What is being waited for, in words.
    pub fn says(&self, name: impl Fn(NodeId) -> String) -> String {
        match self {
            Self::Event(kind, node) => {
                let kind = kind.map_or("event".to_owned(), |kind| format!("{} event", kind.name()));
                let place = node.map_or(String::new(), |node| format!(" at {}", name(node)));
                format!("the next {kind}{place}")
            }
            Self::End => "the end".to_owned(),
            Self::ClaimBroken => "a claim is broken".to_owned(),
            Self::WallViolation => "a message arrives before it was sent, by the wall clocks".to_owned(),
            Self::Lamport(least) => format!("a Lamport stamp of at least {least}"),
            Self::Known(event) => format!("another node knows of event {event}"),
            Self::Memory { node, path, compare, value } => {
                let sign = Compare::ALL.iter().find(|(c, _)| c == compare).map_or("", |(_, sign)| *sign);
                format!("{} has {path} {sign} {value}", name(*node))
            }
        }
    }
}

/// Whether any of these verdicts is that a claim is broken.
pub(super) fn is_any_broken(verdicts: impl IntoIterator<Item = Verdict>) -> bool {
    verdicts.into_iter().any(|verdict| matches!(verdict, Verdict::Broken(_)))
}

/// The value that these fields lead to.
fn lookup<'v>(memory: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').map(str::trim).filter(|field| !field.is_empty()).try_fold(memory, |value, field| {
        match value {
            Value::Array(items) => items.get(field.parse::<usize>().ok()?),
            other => other.get(field),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_through_fields_and_places() {
        let memory = serde_json::json!({"log": [{"value": 7}], "name": "a"});
        assert_eq!(lookup(&memory, "log.0.value"), Some(&Value::from(7)));
        assert_eq!(lookup(&memory, "log.1"), None);
        assert!(Compare::AtLeast.holds(&memory["log"][0]["value"], "7"));
        assert!(Compare::Equal.holds(&memory["name"], "a"));
        assert!(!Compare::AtMost.holds(&memory["name"], "7"));
    }

    #[test]
    fn values_are_compared_as_their_signs_say() {
        let found = Value::from(7);
        for (compare, of) in [
            (Compare::Equal, [false, true, false]),
            (Compare::Different, [true, false, true]),
            (Compare::AtLeast, [true, true, false]),
            (Compare::AtMost, [false, true, true]),
        ] {
            assert_eq!(["6", " 7 ", "8.5"].map(|wanted| compare.holds(&found, wanted)), of, "{compare:?}");
        }
        assert!(!Compare::AtLeast.holds(&found, "") && !Compare::AtMost.holds(&Value::Null, "7"));
    }
}
