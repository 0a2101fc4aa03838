//! What a receive said to the program that got it: the bytes that came, whoever they were from.
//!
//! Labels tell what a sender meant. Must not know any message.

use serde::de::DeserializeOwned;

use crate::base::EventId;
use crate::sim::{Incoming, Trace};

/// The message that a receive brought, if its program could read it.
pub(super) fn said_by<M: DeserializeOwned>(trace: &Trace, event: EventId) -> Option<M> {
    let message = trace.message(event)?;
    if trace.fate(message).iter().any(|entry| entry.effect == "garbled") {
        return None;
    }
    Incoming::new(trace.received_payload(event)?, trace.codec(message)).read()
}
