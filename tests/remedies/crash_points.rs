//! Every place at which a node can crash once: any of its turns, after any of the commands that it gives there.

use lightcone::base::{Duration, NodeId};
use lightcone::scenes::RunSpec;
use lightcone::sim::{Act, Engine, NodeStatus};

use crate::players::finish;

/// More commands than any of the programs gives in a turn.
const COMMANDS: u16 = 6;

/// For how long a crashed node is down.
const DOWN: Duration = Duration::millis(800);

/// Runs this once for each crash point of each of these nodes, looks at each run's end, and says how many there were.
/// Without the crash the run is always the same, so that its turns are all there are.
pub fn each(spec: &RunSpec, nodes: &[NodeId], mut look: impl FnMut(&Engine)) -> u32 {
    let mut whole = spec.start();
    finish(&mut whole);
    let mut runs = 0;
    for turn in 0..whole.trace().turns() {
        for (node, commands) in nodes.iter().flat_map(|&node| (0..COMMANDS).map(move |c| (node, c))) {
            let mut engine = spec.start();
            while engine.turns() < turn {
                engine.step().expect("it went on without the crash");
            }
            // A scene's own script may have crashed it.
            if engine.act(&Act::CrashAfter(node, commands)).is_err() {
                continue;
            }
            // It is the turn of another, or gives fewer commands: then this is no crash point.
            if engine.step().is_err() || engine.status(node) != NodeStatus::Down {
                continue;
            }
            runs += 1;
            let back = engine.now() + DOWN;
            while engine.next_at().is_some_and(|at| at < back) && engine.step().is_ok() {}
            if engine.status(node) == NodeStatus::Down {
                engine.act(&Act::Restart(node)).expect("it is down");
            }
            finish(&mut engine);
            look(&engine);
        }
    }
    runs
}
