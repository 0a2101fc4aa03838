//! A second event held against the selected one: before, after or concurrent, and what proves it.
//!
//! A chain of causes proves the one, the two cones disprove it. Must not know where it is shown.

use super::super::Model;
use super::super::view::Selection;
use super::inspector::Cause;
use super::sight::Eyes;
use super::words::{event_name, event_sentence};
use crate::analysis::Relation;
use crate::base::EventId;

/// Two events side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondView {
    /// The second event.
    pub event: EventId,
    /// Its name.
    pub name: String,
    /// How it stands to the selected one.
    pub relation: Relation,
    /// The same in a sentence, with what proves it.
    pub says: String,
    /// A shortest chain of causes from the earlier to the later, both included; empty if they are concurrent.
    pub chain: Vec<Cause>,
}

/// How the second event stands to the selected one; nothing unless both are there and known to whoever looks.
pub fn second(model: &Model) -> Option<SecondView> {
    let (eyes, trace, causality) = (Eyes::of(model), model.trace(), model.causality());
    let Selection::Event(selected) = model.view.selection else { return None };
    let event = model.view.second.filter(|event| eyes.see(model, *event))?;
    if !eyes.see(model, selected) {
        return None;
    }
    let relation = causality.relation(event, selected);
    let (one, other) = (event_name(model, event), event_name(model, selected));
    let chain = causality.chain(trace, event.min(selected), event.max(selected)).unwrap_or_default();
    let steps = |count: usize| format!("{count} {}", if count == 1 { "step" } else { "steps" });
    let says = match relation {
        Relation::Same => format!("{one} is held. Choose another event to see how the two stand."),
        Relation::Before => {
            format!("{one} could have caused {other}: {} lead there.", steps(chain.len() - 1))
        }
        Relation::After => {
            format!("{other} could have caused {one}: {} lead there.", steps(chain.len() - 1))
        }
        Relation::Concurrent => {
            let (past, future, _) = eyes.cones(model, selected);
            format!(
                "{one} and {other} are concurrent: {one} is none of the {past} in the past of {other}, nor of the \
                 {future} in its future."
            )
        }
    };
    let known = chain.into_iter().filter(|step| eyes.see(model, *step));
    let step = |event| Cause { event, name: event_name(model, event), how: event_sentence(model, event) };
    Some(SecondView { event, name: one, relation, says, chain: known.map(step).collect() })
}
