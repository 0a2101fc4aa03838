//! The simulator: nodes that run programs, a network of links that carries their packets, and the trace
//! of what happened.
//!
//! A run is a function of its set-up, seed and tape. Must not know which faults, programs or scenes exist.

mod agencies;
mod agent;
mod codec;
mod column;
mod dial;
mod engine;
mod fault;
mod network;
mod node;
pub mod orbit;
mod packet;
mod program;
mod queue;
mod recording;
mod script;
mod tape;
mod topology;
mod trace;

pub use agencies::Agencies;
pub use agent::{Agent, Disguise, Overheard, Posing};
pub use codec::{Codec, FRAME_BYTES};
pub use column::Column;
pub use dial::{BadSetting, Dial, Settings, Unit};
pub use engine::{Ended, Engine, FaultSetting, Limits, Setup, StateDigest, Turn};
pub use fault::{
    Effects, Fault, FaultEntry, FaultKind, FaultObject, Gauge, Hop, Release, Stage, Work, WorkKind, World,
    WorldActs,
};
pub use network::{Choice, InFlight};
pub use node::{NodeSpec, NodeStatus, Role};
pub use packet::{Class, Fate, FateEntry, Outcome, Unit as FateUnit};
pub use program::{Context, Incoming, Order, Program, ProgramObject, Spawn, TimerId};
pub use queue::Queue;
pub use recording::{Position, Recording};
pub use script::{Script, ScriptStep};
pub use tape::{Act, Action, MessageRef, Tape};
pub use topology::{Link, Place, Topology};
pub use trace::{
    EventKind, ForeignEvent, ForeignMessage, LogLine, Mark, MessageState, Span, SpanKind, Trace, TraceHash,
};
