//! Acts as scripts write them: the form of `tape[]` in the exported JSON.
//!
//! Must not know what an act does.

use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::base::{Duration, NodeId, WallReading};
use crate::sim::{Act, MessageRef};

/// All acts, for the message about one that is none.
const ACTS: &str = "assume, turn, deliver, drop, duplicate, delay, choose, choose-timer, crash, crash-after, restart, \
                    pause, resume, set-clock, set-speed, cut, heal, partition, join, only";

/// Reads an act.
///
/// # Errors
/// When it is none: which field is wrong, and what should stand there.
pub fn read(value: &JsValue) -> Result<Act, String> {
    let act = Fields { value };
    let kind = act.text("act")?;
    Ok(match kind.as_str() {
        "assume" => Act::Assume { fault: act.text("fault")?, held: act.truth("held")? },
        "turn" => Act::Turn {
            fault: act.text("fault")?,
            dial: act.text("dial")?,
            value: act.number("value")? as i64,
        },
        "deliver" => Act::Deliver(act.message()?),
        "drop" => Act::Drop(act.message()?),
        "duplicate" => Act::Duplicate(act.message()?),
        "delay" => Act::Delay(act.message()?, Duration(act.natural("by_ns", u64::MAX)?)),
        "choose" => Act::Choose(act.message()?),
        "choose-timer" => Act::ChooseTimer(act.node("node")?),
        "crash" => Act::Crash(act.node("node")?),
        "crash-after" => Act::CrashAfter(act.node("node")?, act.natural("commands", u16::MAX.into())? as u16),
        "restart" => Act::Restart(act.node("node")?),
        "pause" => Act::Pause(act.node("node")?),
        "resume" => Act::Resume(act.node("node")?),
        "set-clock" => Act::SetClock(act.node("node")?, WallReading(act.number("wall_ns")? as i64)),
        "set-speed" => Act::SetSpeed(act.node("node")?, Duration(act.natural("input_ns", u64::MAX)?)),
        "cut" => {
            Act::Cut { from: act.node("from")?, to: act.node("to")?, one_way: act.truth_or_not("one_way")? }
        }
        "heal" => Act::Heal { from: act.node("from")?, to: act.node("to")? },
        "partition" => Act::Partition { group: act.group()?, one_way: act.truth_or_not("one_way")? },
        "join" => Act::Join { group: act.group()? },
        "only" => Act::Only { fault: act.text("fault")?, packets: act.messages()?, deeds: act.deeds()? },
        _ => return Err(format!("there is no act {kind:?}; choose one of {ACTS}")),
    })
}

/// The fields of an object.
struct Fields<'a> {
    value: &'a JsValue,
}

impl Fields<'_> {
    fn field(&self, name: &str) -> JsValue {
        Reflect::get(self.value, &name.into()).unwrap_or(JsValue::UNDEFINED)
    }

    fn text(&self, name: &str) -> Result<String, String> {
        self.field(name).as_string().ok_or_else(|| format!("`{name}` must be a string"))
    }

    fn truth(&self, name: &str) -> Result<bool, String> {
        self.field(name).as_bool().ok_or_else(|| format!("`{name}` must be true or false"))
    }

    fn truth_or_not(&self, name: &str) -> Result<bool, String> {
        if self.field(name).is_undefined() { Ok(false) } else { self.truth(name) }
    }

    /// A whole number that JavaScript keeps exactly.
    fn number(&self, name: &str) -> Result<f64, String> {
        let is_exact = |n: &f64| n.fract() == 0.0 && n.abs() <= 9_007_199_254_740_991.0;
        let found = self.field(name).as_f64().filter(is_exact);
        found.ok_or_else(|| format!("`{name}` must be a whole number within ±(2^53 − 1)"))
    }

    fn natural(&self, name: &str, most: u64) -> Result<u64, String> {
        let number = self.number(name)?;
        let is_within = number >= 0.0 && number <= most as f64;
        is_within.then_some(number as u64).ok_or_else(|| format!("`{name}` must be from 0 to {most}"))
    }

    fn node(&self, name: &str) -> Result<NodeId, String> {
        Ok(NodeId(self.natural(name, u16::MAX.into())? as u16))
    }

    fn message(&self) -> Result<MessageRef, String> {
        Fields { value: &self.field("message") }.message_ref()
    }

    fn messages(&self) -> Result<Vec<MessageRef>, String> {
        self.array("messages")?.iter().map(|value| Fields { value: &value }.message_ref()).collect()
    }

    fn deeds(&self) -> Result<Vec<u32>, String> {
        let deed = |deed: JsValue| {
            deed.as_f64().filter(|nth| *nth >= 0.0 && nth.fract() == 0.0).map(|nth| nth as u32)
        };
        let deeds: Option<Vec<u32>> = self.array("deeds")?.iter().map(deed).collect();
        deeds.ok_or_else(|| "`deeds` must hold whole numbers from 0 on".to_owned())
    }

    fn array(&self, name: &str) -> Result<Array, String> {
        self.field(name).dyn_into::<Array>().map_err(|_| format!("`{name}` must be an array"))
    }

    fn message_ref(&self) -> Result<MessageRef, String> {
        let message = self;
        let copy = if message.field("copy").is_undefined() {
            0
        } else {
            message.natural("copy", u16::MAX.into())?
        };
        Ok(MessageRef {
            from: message.node("from")?,
            to: message.node("to")?,
            nth: message.natural("nth", u32::MAX.into())? as u32,
            copy: copy as u16,
        })
    }

    /// Nodes in ascending order, as the tape has them.
    fn group(&self) -> Result<Vec<NodeId>, String> {
        let group = self
            .field("group")
            .dyn_into::<Array>()
            .map_err(|_| "`group` must be an array of ids".to_owned())?;
        let id = |id: JsValue| id.as_f64().filter(|id| (0.0..=65_535.0).contains(id) && id.fract() == 0.0);
        let ids: Option<std::collections::BTreeSet<u16>> =
            group.iter().map(|one| id(one).map(|id| id as u16)).collect();
        let ids = ids.ok_or("`group` must hold ids of nodes, from 0 to 65535")?;
        Ok(ids.into_iter().map(NodeId).collect())
    }
}
