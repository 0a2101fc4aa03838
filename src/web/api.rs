//! The class `Lightcone`, by which another page's script drives a run: open a scene or a link, step, go back, act,
//! and read events and messages as plain objects.
//!
//! It has a run of its own and knows nothing of the page; loading the module into a document without the page's
//! `boot` element draws nothing. Rows have the fields of the exported JSON (see
//! [`trace_json`](crate::formats::trace_json)). What cannot be done throws an `Error` whose message says place, value
//! and way out, and changes nothing.
//!
//! ```js
//! import init, { Lightcone } from "./lightcone.js";
//! await init();
//! const run = new Lightcone("crossed-letters");
//! run.step(4);
//! for (const event of run.events()) console.log(event.label, event.lamport);
//! ```

mod acts;
mod types;

use std::sync::Arc;

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use crate::app::{FORMAT, Link, View};
use crate::formats::trace_json;
use crate::scenes::{self, RunSpec, Verdict};
use crate::sim::{Ended, Position, Recording, Settings, Tape};

/// A run that a script drives.
#[wasm_bindgen]
pub struct Lightcone {
    spec: RunSpec,
    view: View,
    run: Recording,
}

#[wasm_bindgen]
impl Lightcone {
    /// Opens a scene by its id, or a shared link at its turn. A scene stands at its start; its seed is its own
    /// unless one is given, as a decimal string.
    #[wasm_bindgen(constructor)]
    pub fn new(scene_or_link: &str, seed: Option<String>) -> Result<Lightcone, JsError> {
        if scene_or_link.contains('#') {
            return Self::of_link(scene_or_link);
        }
        let seed = seed.map(|text| text.trim().parse().map(crate::base::Seed).map_err(|_| text));
        let seed = seed.transpose().map_err(|text| {
            JsError::new(&format!("the seed {text:?} is no whole number; give one from 0 to {}", u64::MAX))
        })?;
        let spec = RunSpec::new(scene_or_link, seed, Settings::default(), Tape::default())?;
        let view = View { clock: spec.scene.clock.to_owned(), ..View::default() };
        Ok(Self { run: Recording::new(Arc::new(spec.setup())), spec, view })
    }

    fn of_link(link: &str) -> Result<Lightcone, JsError> {
        let link = Link::parse(link)?;
        let mut run = Recording::with_tape(Arc::new(link.spec.setup()), link.spec.tape.clone());
        run.seek(link.position).map_err(refused)?;
        Ok(Self { run, spec: link.spec, view: link.view })
    }

    /// The scenes that can be opened: `id`, `number`, `title` and `effect` of each.
    pub fn scenes() -> Result<types::Scenes, JsError> {
        #[derive(Serialize)]
        struct Row {
            id: &'static str,
            number: &'static str,
            title: &'static str,
            effect: &'static str,
        }
        let row = |scene: &&'static scenes::Scene| Row {
            id: scene.id,
            number: scene.number,
            title: scene.title,
            effect: scene.effect,
        };
        plain(&scenes::ALL.iter().map(row).collect::<Vec<_>>())
    }

    /// Takes one turn, or as many as asked for, with the actions of the tape in between. Returns how many were
    /// taken: fewer than asked for where the run ends, and `ended` then says why.
    pub fn step(&mut self, turns: Option<u32>) -> u32 {
        let turns = turns.unwrap_or(1);
        for taken in 0..turns {
            if self.run.step().is_err() {
                return taken;
            }
        }
        turns
    }

    /// Goes back one turn, or as many as asked for; to the start at most.
    #[wasm_bindgen(js_name = stepBack)]
    pub fn step_back(&mut self, turns: Option<u32>) -> Result<(), JsError> {
        let turn = self.run.position().turn.saturating_sub(turns.unwrap_or(1).into());
        self.go(turn)
    }

    /// Goes to a turn, back or forth. Actions before it are carried out.
    pub fn seek(&mut self, turn: u32) -> Result<(), JsError> {
        self.go(turn.into())
    }

    fn go(&mut self, turn: u64) -> Result<(), JsError> {
        let actions = self.run.engine().tape().actions();
        let actions = actions.partition_point(|action| action.after_turn < turn);
        self.run.seek(Position { turn, actions }).map_err(refused)
    }

    /// Does something by hand, where the run stands, and puts it on the tape. What was recorded behind here is
    /// forgotten.
    pub fn act(&mut self, act: types::Act) -> Result<(), JsError> {
        let act = acts::read(&act.into()).map_err(|why| JsError::new(&why))?;
        self.run.act(&act).map_err(|why| JsError::new(&why))
    }

    /// How many turns were taken.
    #[wasm_bindgen(getter)]
    pub fn turn(&self) -> f64 {
        self.run.position().turn as f64
    }

    /// The true time in nanoseconds since the scene's epoch.
    #[wasm_bindgen(getter, js_name = trueNs)]
    pub fn true_ns(&self) -> f64 {
        self.run.engine().now().0 as f64
    }

    /// Why there is no further turn, in a sentence; `undefined` while there may be one.
    #[wasm_bindgen(getter)]
    pub fn ended(&self) -> Option<String> {
        self.run.engine().ended().map(ToString::to_string)
    }

    /// SHA-256 of all that was recorded, as 64 hexadecimal digits. Equal runs have equal hashes.
    #[wasm_bindgen(getter, js_name = traceHash)]
    pub fn trace_hash(&self) -> String {
        self.run.engine().trace().hash().to_string()
    }

    /// The part of a link behind the page's address, `#` included, that opens this run at this turn.
    #[wasm_bindgen(getter)]
    pub fn link(&self) -> String {
        let mut spec = self.spec.clone();
        spec.tape = self.run.engine().tape().clone();
        let hash = self.run.engine().trace().hash().short();
        Link { spec, position: self.run.position(), view: self.view.clone(), format: FORMAT, hash }.write()
    }

    /// The nodes: `id` and `name` of each.
    pub fn nodes(&self) -> Result<types::Nodes, JsError> {
        plain(&trace_json::nodes(self.run.engine().trace()))
    }

    /// The events so far, from the one at place `first` on.
    pub fn events(&self, first: Option<u32>) -> Result<types::Events, JsError> {
        plain(&trace_json::events(self.run.engine().trace(), first.unwrap_or(0) as usize))
    }

    /// The messages so far, from the one at place `first` on, each with its fate.
    pub fn messages(&self, first: Option<u32>) -> Result<types::Messages, JsError> {
        plain(&trace_json::messages(self.run.engine().trace(), first.unwrap_or(0) as usize))
    }

    /// The copies of messages that are in flight, by the names that `act` takes.
    #[wasm_bindgen(js_name = inFlight)]
    pub fn in_flight(&self) -> Result<types::Refs, JsError> {
        let packets = self.run.engine().in_flight();
        plain(&packets.iter().map(|packet| packet.name).collect::<Vec<_>>())
    }

    /// What the run says of the scene's claims.
    pub fn claims(&self) -> Result<types::Claims, JsError> {
        #[derive(Serialize)]
        struct Row {
            says: &'static str,
            holds: Option<bool>,
            event: Option<crate::base::EventId>,
        }
        let is_over = matches!(self.run.engine().ended(), Some(Ended::Idle | Ended::Horizon));
        let findings = self.spec.findings(self.run.engine(), is_over).into_iter();
        let rows = findings.map(|finding| {
            let (holds, event) = match finding.verdict {
                Verdict::Holds => (Some(true), None),
                Verdict::Broken(event) => (Some(false), event),
                Verdict::Undecided => (None, None),
            };
            Row { says: finding.claim.says, holds, event }
        });
        plain(&rows.collect::<Vec<_>>())
    }
}

/// A value as a plain object: no maps, no big integers, `null` where there is nothing.
fn plain<T: JsCast>(value: &impl Serialize) -> Result<T, JsError> {
    let made = value.serialize(&Serializer::json_compatible())?;
    Ok(made.unchecked_into())
}

#[expect(clippy::needless_pass_by_value, reason = "it is mapped over results")]
fn refused(ended: Ended) -> JsError {
    JsError::new(&ended.to_string())
}
