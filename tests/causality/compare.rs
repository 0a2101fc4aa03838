//! What two runs have in common against a look at every pair of events: the run as it was played, and the same network
//! left to itself.

use lightcone::analysis::{Comparison, Standing};
use lightcone::base::{EventId, NodeId};
use lightcone::sim::{EventKind, Recording, Trace};

use super::runs::Run;

/// So many events of either run are compared.
const EVENTS: usize = 400;

/// What an act is, in words, and how many like it its run had before.
type Act = (String, EventKind, String, Option<(String, String, u32)>, usize);

/// How many events of the cases are the same in both runs, how many alike, and how many in one alone.
pub fn hold(run: &Run) -> [usize; 3] {
    let engine = run.recording.engine();
    let played = Recording::with_tape(engine.setup().clone(), engine.tape().clone());
    let [left, right] = [played, Recording::new(engine.setup().clone())].map(step);
    let (left, right) = (left.engine().trace(), right.engine().trace());
    let comparison = Comparison::of(left, right);
    let (acts_left, acts_right) = (acts(left), acts(right));
    let mut found = [0; 3];
    let mut standings: Vec<Standing> = Vec::new();
    for event in left.events() {
        let twin = acts_right.iter().position(|act| *act == acts_left[event.index()]);
        let standing = match twin.map(|at| EventId(at as u32)) {
            None => Standing::Unique,
            Some(twin) => {
                let same = |cause: EventId| match standings[cause.index()] {
                    Standing::Same(there) => Some(there),
                    Standing::Alike(_) | Standing::Unique => None,
                };
                let mut causes: Vec<Option<EventId>> = left.causes(event).map(same).collect();
                let mut expected: Vec<Option<EventId>> = right.causes(twin).map(Some).collect();
                causes.sort_unstable();
                expected.sort_unstable();
                if causes == expected { Standing::Same(twin) } else { Standing::Alike(twin) }
            }
        };
        assert_eq!(comparison.left(event), standing, "seed {}: {event}", run.seed);
        found[match standing {
            Standing::Same(_) => 0,
            Standing::Alike(_) => 1,
            Standing::Unique => 2,
        }] += 1;
        standings.push(standing);
    }
    for event in right.events() {
        let back = |standing: &Standing| match standing {
            Standing::Same(there) | Standing::Alike(there) => *there == event,
            Standing::Unique => false,
        };
        let expected = match standings.iter().position(back) {
            None => Standing::Unique,
            Some(at) if matches!(standings[at], Standing::Same(_)) => Standing::Same(EventId(at as u32)),
            Some(at) => Standing::Alike(EventId(at as u32)),
        };
        assert_eq!(comparison.right(event), expected, "seed {}: {event} on the right", run.seed);
    }
    found
}

fn step(mut run: Recording) -> Recording {
    while run.engine().trace().len() < EVENTS {
        let done = if run.has_action_here() { run.follow_tape().map(drop) } else { run.step().map(drop) };
        if done.is_err() {
            break;
        }
    }
    run
}

fn acts(trace: &Trace) -> Vec<Act> {
    let mut acts: Vec<Act> = Vec::new();
    let name = |node: NodeId| trace.name(node).to_owned();
    for event in trace.events() {
        let message = trace.message(event);
        let message = message.map(|it| (name(trace.sender(it)), name(trace.receiver(it)), trace.nth(it)));
        let act = (name(trace.node(event)), trace.kind(event), trace.label(event), message);
        let is_like =
            |other: &&Act| (&other.0, other.1, &other.2, &other.3) == (&act.0, act.1, &act.2, &act.3);
        let before = acts.iter().filter(is_like).count();
        acts.push((act.0, act.1, act.2, act.3, before));
    }
    acts
}
