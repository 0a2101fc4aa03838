//! Which runs stand beside the present one: branches, seeds, links, the values of a dial, or executions of a log.
//!
//! A rival is a value, settings, seed and tape, so that it is kept in a link as the present run is, and stays the same
//! however its branch goes on. Must not know how far it has been run.

use std::sync::Arc;

use super::super::history::{Branch, BranchId};
use super::super::link::Link;
use super::super::model::Model;
use super::super::view::Axis;
use crate::base::Seed;
use crate::scenes::RunSpec;
use crate::sim::{Settings, Tape, Unit};

/// How many runs can stand beside the present one: six worlds are shown at most.
pub const BESIDE_MOST: usize = 5;

/// The runs that stand beside the present one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// Each of them, in the order in which they were chosen; at most [`BESIDE_MOST`].
    pub rivals: Vec<Arc<Rival>>,
    /// The axis that was looked along before, and is again when one run is shown.
    pub axis: Axis,
}

/// A run that stands beside the present one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rival {
    /// What it is called: `branch 2`. No two that stand beside one another have the same name.
    pub name: String,
    /// Which run it is.
    pub of: RivalRun,
}

/// Which run it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RivalRun {
    /// A run of the present scene.
    Scene {
        /// What chance grows from.
        seed: Seed,
        /// What was set differently from the scene's own settings.
        settings: Settings,
        /// What a hand does.
        tape: Tape,
    },
    /// An execution of the log that is shown, by its place.
    Execution(usize),
}

/// What the present run is to be compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Against {
    /// A branch of the history.
    Branch(BranchId),
    /// The run of another seed, as the learner wrote it, or of a link of the same scene.
    Written(String),
    /// The next seeds, as many as there is room for.
    Seeds,
    /// The other choices of one of the scene's own dials, `scene.dial`, as many as there is room for.
    Dial(String),
    /// Another execution of the log, by its place.
    Execution(usize),
}

impl Rival {
    /// Whether it is the run of a branch, as far as that has come.
    pub fn is_branch(&self, model: &Model, branch: &Branch) -> bool {
        match &self.of {
            RivalRun::Scene { seed, settings, tape } => {
                (*seed, settings, tape) == (model.spec.seed, &branch.settings, &branch.tape)
            }
            RivalRun::Execution(_) => false,
        }
    }
}

impl RivalRun {
    fn of_spec(spec: &RunSpec) -> Self {
        Self::Scene { seed: spec.seed, settings: spec.settings().clone(), tape: spec.tape.clone() }
    }
}

impl Model {
    /// The runs that are meant, by what they are called; at least one.
    pub(super) fn rivals(&self, against: &Against) -> Result<Vec<(String, RivalRun)>, String> {
        match against {
            Against::Execution(place) => {
                let name = self.execution_name(*place).ok_or("there is no such execution.")?;
                Ok(vec![(name.to_owned(), RivalRun::Execution(*place))])
            }
            _ if self.is_log() => {
                Err("this is a log, and only another execution of it can stand beside it.".to_owned())
            }
            Against::Branch(id) => {
                let branch = self.history().branch(*id).ok_or("there is no such branch.")?;
                let mut spec = self.spec.clone();
                spec.set(branch.settings.clone()).map_err(|bad| bad.to_string())?;
                spec.tape = branch.tape.clone();
                Ok(vec![(format!("branch {}", id.0 + 1), RivalRun::of_spec(&spec))])
            }
            Against::Written(text) => self.written(text).map(|rival| vec![rival]),
            Against::Seeds => {
                let own = self.spec.seed.0;
                let seeds = (1..=BESIDE_MOST as u64).map(|on| own.wrapping_add(on));
                Ok(seeds.map(|seed| self.of_seed(seed)).collect())
            }
            Against::Dial(name) => self.choices(name),
        }
    }

    fn written(&self, text: &str) -> Result<(String, RivalRun), String> {
        if let Ok(seed) = text.trim().parse::<u64>() {
            return Ok(self.of_seed(seed));
        }
        let link = Link::parse(text).map_err(|bad| {
            format!("a seed is a whole number, and this is no link of Lightcone either. {bad}")
        })?;
        if link.spec.scene.id != self.scene().id {
            let (there, here) = (link.spec.scene.title, self.scene().title);
            return Err(format!(
                "the link is of “{there}”, and this is “{here}”. Two runs of one scene can be compared."
            ));
        }
        Ok(("the link's run".to_owned(), RivalRun::of_spec(&link.spec)))
    }

    /// The run of another seed with the present settings, and without a tape: what a hand did belongs to one seed.
    fn of_seed(&self, seed: u64) -> (String, RivalRun) {
        let settings = self.spec.settings().clone();
        let run = RivalRun::Scene { seed: Seed(seed), settings, tape: Tape::default() };
        (format!("seed {seed}"), run)
    }

    /// The present run with each other choice of a dial, from the start and without a tape.
    fn choices(&self, name: &str) -> Result<Vec<(String, RivalRun)>, String> {
        let (owner, dial) = self.spec.find_dial(name).map_err(|bad| format!("{bad}."))?;
        if owner != self.scene().id || dial.unit != Unit::Choice {
            return Err(format!("{} is no choice of this scene.", dial.title));
        }
        let present = self.settings().dial(owner, dial);
        let run = |value: i64| {
            let mut settings = self.spec.settings().clone();
            settings.dials.insert(name.to_owned(), value);
            let run = RivalRun::Scene { seed: self.spec.seed, settings, tape: Tape::default() };
            (dial.show(value), run)
        };
        let others = (dial.least..=dial.most).filter(|value| *value != present);
        Ok(others.take(BESIDE_MOST).map(run).collect())
    }
}

impl Beside {
    /// They came in a link: what was a branch is one of the session where it was made.
    pub(in super::super) fn of_elsewhere(&mut self) {
        for rival in &mut self.rivals {
            if rival.name.starts_with("branch ") {
                Arc::make_mut(rival).name.insert_str(0, "the link's ");
            }
        }
    }

    /// Adds a run under a name that no other has. Says whether there was room, and it did not stand there already.
    pub(super) fn add(&mut self, name: String, of: RivalRun) -> bool {
        if self.rivals.len() >= BESIDE_MOST || self.rivals.iter().any(|rival| rival.of == of) {
            return false;
        }
        let is_taken = |name: &str| self.rivals.iter().any(|rival| rival.name == name);
        let free = (2..).map(|nth| format!("{name} ({nth})")).find(|name| !is_taken(name));
        let name = if is_taken(&name) { free.unwrap_or(name) } else { name };
        self.rivals.push(Arc::new(Rival { name, of }));
        true
    }
}
