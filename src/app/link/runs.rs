//! What a link says of the runs that stand beside its own: each as a value, with what it is called.
//!
//! They are runs of the same scene, and each is checked as the link's own is. Must not know where they are run.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::super::comparing::{BESIDE_MOST, Beside, Rival, RivalRun};
use super::super::view::View;
use super::{ActField, BadLink, TURN_MOST, axis_number, read_axis, read_tape, tape_fields};
use crate::base::Seed;
use crate::scenes::RunSpec;
use crate::sim::Settings;

/// How long the name of a run may be, in characters.
const NAME_MOST: usize = 80;

/// The runs, and the axis that comes back when one run is shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Runs {
    runs: Vec<Run>,
    axis: u8,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Run {
    name: String,
    seed: u64,
    assume: Vec<(String, bool)>,
    dials: Vec<(String, i64)>,
    tape: Vec<(u64, ActField)>,
}

impl Runs {
    /// What a link says of them. Executions of a log are in no link, as the log is not.
    pub(super) fn of(beside: &Beside) -> Self {
        let run = |rival: &Arc<Rival>| match &rival.of {
            RivalRun::Scene { seed, settings, tape } => Some(Run {
                name: rival.name.clone(),
                seed: seed.0,
                assume: settings.assume.clone().into_iter().collect(),
                dials: settings.dials.clone().into_iter().collect(),
                tape: tape_fields(tape),
            }),
            RivalRun::Execution(_) => None,
        };
        Self { runs: beside.rivals.iter().filter_map(run).collect(), axis: axis_number(beside.axis) }
    }

    /// Adds them to a view of a run, or tells why they cannot be.
    pub(super) fn check(self, view: &mut View, spec: &RunSpec) -> Result<(), BadLink> {
        if self.runs.len() > BESIDE_MOST {
            let runs = self.runs.len();
            return Err(BadLink::Impossible(format!(
                "it shows {runs} runs beside its own, and {BESIDE_MOST} is the most."
            )));
        }
        let rivals = self.runs.into_iter().map(|run| run.check(spec)).collect::<Result<Vec<_>, _>>()?;
        view.beside =
            Beside { rivals: rivals.into_iter().map(Arc::new).collect(), axis: read_axis(self.axis)? };
        Ok(())
    }
}

impl Run {
    fn check(self, own: &RunSpec) -> Result<Rival, BadLink> {
        let impossible = |what: String| BadLink::Impossible(format!("of the run beside its own: {what}"));
        let tape = read_tape(self.tape)?;
        let last = tape.actions().last().map_or(0, |action| action.after_turn);
        if last > TURN_MOST {
            return Err(impossible(format!(
                "its tape has turn {last}, and no run has more than {TURN_MOST}."
            )));
        }
        if self.name.is_empty() || self.name.chars().count() > NAME_MOST {
            return Err(impossible(format!("its name is empty or longer than {NAME_MOST} characters.")));
        }
        let settings =
            Settings { assume: self.assume.into_iter().collect(), dials: self.dials.into_iter().collect() };
        let seed = Seed(self.seed);
        let spec = RunSpec::new(own.scene.id, Some(seed), settings, tape)
            .map_err(|bad| impossible(format!("{bad}.")))?;
        let of = RivalRun::Scene { seed, settings: spec.settings().clone(), tape: spec.tape };
        Ok(Rival { name: self.name, of })
    }
}
