//! What a run is a function of: scene, seed, settings and tape. A `RunSpec` that exists can be run.
//!
//! Must not know where it was written down.

use std::sync::Arc;

use super::{Evidence, Finding, Scene, Stage};
use crate::base::Seed;
use crate::clocks::ClockSpec;
use crate::faults;
use crate::sim::{BadSetting, Dial, Engine, FaultSetting, Settings, Setup, Tape};

/// A run that can be repeated.
#[derive(Clone, Debug)]
pub struct RunSpec {
    /// The scene.
    pub scene: &'static Scene,
    /// What chance grows from.
    pub seed: Seed,
    /// What was set differently from the scene's own settings. Every value has been checked.
    settings: Settings,
    /// What a hand does and when.
    pub tape: Tape,
}

impl RunSpec {
    /// The scene's own run.
    pub fn of(scene: &'static Scene) -> Self {
        Self { scene, seed: scene.seed, settings: Settings::default(), tape: Tape::default() }
    }

    /// A run of the scene of this id.
    ///
    /// # Errors
    /// When there is no such scene, or a setting does not fit it; the message names place, value and way out.
    pub fn new(scene: &str, seed: Option<Seed>, settings: Settings, tape: Tape) -> Result<Self, BadSetting> {
        let found = super::find(scene).ok_or_else(|| {
            let ids: Vec<&str> = super::ALL.iter().map(|scene| scene.id).collect();
            BadSetting(format!("there is no scene {scene:?}; choose one of {}", ids.join(", ")))
        })?;
        let mut spec = Self { tape, seed: seed.unwrap_or(found.seed), ..Self::of(found) };
        spec.set(settings)?;
        Ok(spec)
    }

    /// What was set differently from the scene's own settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The settings in force: the scene's own and what was set differently.
    pub fn all_settings(&self) -> Settings {
        let mut all = Settings::default();
        for entry in faults::ALL {
            all.assume.insert(entry.id.to_owned(), !self.scene.breaks.contains(&entry.id));
            for dial in entry.dials {
                all.dials.insert(format!("{}.{}", entry.id, dial.id), dial.default);
            }
        }
        for dial in self.scene.dials {
            all.dials.insert(format!("{}.{}", self.scene.id, dial.id), dial.default);
        }
        for (dial, value) in self.scene.turns {
            all.dials.insert((*dial).to_owned(), *value);
        }
        all.overlaid(&self.settings)
    }

    /// Where the scene's own dial at this place stands. Unlike [`Self::all_settings`], it gathers nothing else: claims
    /// ask for it in each of many runs.
    pub fn own_dial(&self, place: usize) -> i64 {
        self.dial(self.scene.id, &self.scene.dials[place])
    }

    /// Where a dial stands: where it was set, where the scene turns it, or where it stands at first.
    fn dial(&self, owner: &str, dial: &Dial) -> i64 {
        let name = [owner, ".", dial.id].concat();
        let turned = || self.scene.turns.iter().find(|(turned, _)| *turned == name).map(|(_, value)| *value);
        self.settings.dials.get(&name).copied().or_else(turned).unwrap_or(dial.default)
    }

    /// Whether an assumption is held at the start.
    fn is_held(&self, fault: &str) -> bool {
        let own = !self.scene.breaks.contains(&fault);
        self.settings.assume.get(fault).copied().unwrap_or(own)
    }

    /// Replaces the settings.
    ///
    /// # Errors
    /// When one does not fit; then nothing has changed.
    pub fn set(&mut self, settings: Settings) -> Result<(), BadSetting> {
        for id in settings.assume.keys() {
            if faults::find(id).is_none() {
                let ids: Vec<&str> = faults::ALL.iter().map(|entry| entry.id).collect();
                let ids = ids.join(", ");
                return Err(BadSetting(format!("there is no assumption {id:?}; choose one of {ids}")));
            }
        }
        for (name, value) in &settings.dials {
            let (owner, dial) = self.find_dial(name)?;
            dial.parse(owner, &value.to_string())?;
        }
        self.settings = settings;
        Ok(())
    }

    /// The dial of this name, `owner.dial`, and its owner.
    ///
    /// # Errors
    /// When there is none; the message lists what there is.
    pub fn find_dial<'n>(&self, name: &'n str) -> Result<(&'n str, &'static Dial), BadSetting> {
        let unknown = || {
            let of_faults =
                faults::ALL.iter().flat_map(|e| e.dials.iter().map(move |d| format!("{}.{}", e.id, d.id)));
            let own = self.scene.dials.iter().map(|d| format!("{}.{}", self.scene.id, d.id));
            let names: Vec<String> = own.chain(of_faults).collect();
            BadSetting(format!("there is no dial {name:?}; choose one of {}", names.join(", ")))
        };
        let (owner, id) = name.split_once('.').ok_or_else(unknown)?;
        let dials = if owner == self.scene.id {
            self.scene.dials
        } else {
            faults::find(owner).ok_or_else(unknown)?.dials
        };
        let dial = dials.iter().find(|dial| dial.id == id).ok_or_else(unknown)?;
        Ok((owner, dial))
    }

    /// What the engine starts from.
    pub fn setup(&self) -> Setup {
        let own: Vec<i64> = (0..self.scene.dials.len()).map(|place| self.own_dial(place)).collect();
        let Stage { mut nodes, topology, spawn, script, horizon, stay_least, limits } =
            (self.scene.stage)(&own);
        // A scene may have clocks that are off; where clocks are assumed to be accurate, they are.
        if self.is_held("clocks") {
            nodes.iter_mut().for_each(|node| node.clock = ClockSpec::default());
        }
        let fault = |entry: &'static crate::sim::FaultEntry| FaultSetting {
            entry,
            is_held: self.is_held(entry.id),
            dials: entry.dials.iter().map(|dial| self.dial(entry.id, dial)).collect(),
        };
        Setup {
            nodes,
            topology,
            spawn,
            script,
            seed: self.seed,
            faults: faults::ALL.iter().map(fault).collect(),
            horizon,
            stay_least,
            limits,
        }
    }

    /// The run at its start, with its tape ahead.
    pub fn start(&self) -> Engine {
        Engine::with_tape(Arc::new(self.setup()), self.tape.clone(), false)
    }

    /// What a run of this says of the scene's claims.
    pub fn findings(&self, engine: &Engine, is_over: bool) -> Vec<Finding> {
        let evidence = Evidence::new(engine, self, is_over);
        let find = |claim: &'static super::Claim| Finding { claim, verdict: (claim.check)(&evidence) };
        self.scene.claims.iter().map(find).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenes::ALL;

    #[test]
    fn a_run_starts_where_all_settings_say() {
        let mut over = Settings::default();
        over.assume.insert("reliable".to_owned(), false);
        over.dials.insert("latency.tail".to_owned(), 123_456);
        for scene in ALL {
            for settings in [Settings::default(), over.clone()] {
                let spec =
                    RunSpec::new(scene.id, None, settings, Tape::default()).expect("settings that fit");
                let (all, setup) = (spec.all_settings(), spec.setup());
                for fault in &setup.faults {
                    assert_eq!(fault.is_held, all.assume[fault.entry.id], "{}", fault.entry.id);
                    let dials = fault.entry.dials.iter().map(|dial| all.dial(fault.entry.id, dial));
                    assert_eq!(fault.dials, dials.collect::<Vec<_>>(), "{} {}", scene.id, fault.entry.id);
                }
                for (place, dial) in scene.dials.iter().enumerate() {
                    assert_eq!(spec.own_dial(place), all.dial(scene.id, dial), "{} {}", scene.id, dial.id);
                }
            }
        }
    }
}
