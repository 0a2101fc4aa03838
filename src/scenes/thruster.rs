//! The ground commands three burns, hears nothing of the first, and commands it again.
//!
//! # What it does
//! Ground station G commands satellite S to burn three times, a second apart, and sends again whatever is not
//! answered. For a while the way from S to G is cut, so that the answer to the first command is lost. The dial `remedy`
//! says what keeps S from burning twice; `window` says how many keys it keeps, and `crash` lets it crash with the
//! second command in hand, after the first step of its work.
//!
//! # The assumption it breaks
//! The network is reliable, and with it: what was not answered was not done.
//!
//! # What to look for
//! The satellite's burns, not the ground's list, are the truth. To G the first command looks like one that never
//! arrived. With keys the repetition is answered and not done. Then break the remedy: let the satellite crash between
//! two steps, or make the window so small that the repetition comes too late for it.
//!
//! # Sources
//! `enqueue_command`, three attempts with a pause between: a bug if the command is "fire thruster for 3 s". P.
//! Helland, *Idempotence Is Not a Medical Condition* (2012).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::said::said_by;
use super::{Claim, Evidence, STEADY, Scene, Scope, Stage, Verdict};
use crate::base::{Duration, EventId, NodeId, Seed, TrueTime};
use crate::programs::commander::{BURN, Commander, Retry};
use crate::programs::thruster::{BURNED, Command, Form, Remedy, SET, STEP, Thruster};
use crate::sim::{Act, Dial, EventKind, Limits, NodeSpec, Outcome, Place, Program, Role, Script, Topology};
use crate::sim::{Trace, Unit};

/// The line of the catalogue.
pub static SCENE: Scene = Scene {
    id: "thruster",
    number: "1.7",
    title: "One command, two burns",
    effect: "an answer is lost, the command is sent again, and the thruster fires twice",
    doc: crate::module_doc!("thruster.rs"),
    epoch: None,
    seed: Seed(7),
    breaks: &["latency"],
    turns: STEADY,
    dials: &[
        Dial::choice("remedy", "Remedy", "what keeps a command from being done twice", &REMEDIES, 0),
        Dial::number("window", "Window", "how many keys the satellite keeps", Unit::Count, (1, 64), 16),
        Dial::choice("crash", "Crash", "whether the satellite crashes with the second command", &CRASHES, 0),
        Dial::choice("lost", "Lost by script", "what is lost whatever the network is like", &LOST, 0),
    ],
    stage,
    claims: &CLAIMS,
    clock: "vector",
    lanes: &[],
};

const REMEDIES: [&str; 6] = [
    "none",
    "keys, in one step",
    "burn, then record",
    "record, then burn",
    "conditional write",
    "set, not add",
];

const CRASHES: [&str; 2] = ["none", "after its first step"];

const LOST: [&str; 2] = ["the answer to command 1", "nothing"];

const G: NodeId = NodeId(0);
const S: NodeId = NodeId(1);

/// One way between them, over relays in a low orbit.
const WAY: Duration = Duration::millis(100);

/// How many commands there are, a second apart.
const COMMANDS: u32 = 3;

const RETRY: Retry = Retry {
    patience: Duration::secs(2),
    base: Duration::millis(500),
    cap: Duration::secs(8),
    attempts: 6,
    has_jitter: true,
};

fn remedy_at(value: i64) -> Remedy {
    match value {
        1 => Remedy::KeysInOneStep,
        2 => Remedy::BurnThenRecord,
        3 => Remedy::RecordThenBurn,
        4 => Remedy::Condition,
        5 => Remedy::Level,
        _ => Remedy::None,
    }
}

fn stage(dials: &[i64]) -> Stage {
    let dial = |place: usize| dials.get(place).copied().unwrap_or(0);
    let (remedy, window) = (remedy_at(dial(0)), usize::try_from(dial(1)).unwrap_or(1));
    let form = match remedy {
        Remedy::Condition => Form::AddIf,
        Remedy::Level => Form::Set,
        Remedy::None | Remedy::KeysInOneStep | Remedy::BurnThenRecord | Remedy::RecordThenBurn => Form::Add,
    };
    let at = Place::at;
    let mut topology = Topology::unlinked(vec![at(0.2, 0.8), at(0.8, 0.2)]);
    topology.join(G, S, WAY);
    let spawn = move |node: NodeId| -> Box<dyn Program> {
        match node {
            G => Box::new(Commander::new(S, form, RETRY)),
            _ => Box::new(Thruster::new(remedy, window)),
        }
    };
    Stage {
        nodes: vec![NodeSpec::new("G", Role::Station), NodeSpec::new("S", Role::Satellite)],
        topology,
        spawn: Arc::new(spawn),
        script: script(dial(2) == 1, dial(3) == 0),
        horizon: TrueTime::ZERO + Duration::secs(90),
        stay_least: Duration::millis(200),
        limits: Limits::default(),
    }
}

fn script(crashes: bool, is_cut: bool) -> Script {
    let mut script = Script::default();
    if is_cut {
        // The answer to the first command would set out at 1.1 s.
        script.act(Duration::millis(500), Act::Cut { from: S, to: G, one_way: true });
        script.act(Duration::millis(1_800), Act::Heal { from: S, to: G });
    }
    for key in 1..=COMMANDS {
        script.order(Duration::secs(key.into()), G, BURN, key.into());
    }
    if crashes {
        script.act(Duration::millis(1_950), Act::CrashAfter(S, 1));
        script.act(Duration::millis(2_600), Act::Restart(S));
    }
    script
}

static CLAIMS: [Claim; 6] = [
    Claim {
        says: "The answer to command 1 is lost, and G sends the command again.",
        scope: Scope::ThisRun,
        check: |run| {
            let trace = run.trace();
            let lost = sends(trace, S, 1).find(|&event| {
                let message = trace.message(event);
                message.is_some_and(|m| trace.fate(m).iter().any(|entry| entry.outcome == Outcome::Lost))
            });
            Verdict::once(lost.is_some_and(|lost| sends(trace, G, 1).any(|again| again > lost)))
        },
    },
    Claim {
        says: "No command burns twice.",
        scope: Scope::ThisRun,
        check: |run| Verdict::in_the_end(run.is_over, second_burn(run.trace(), |_| true, |_| true)),
    },
    Claim {
        says: "Every command is done in the end.",
        scope: Scope::ThisRun,
        check: |run| {
            let keys: BTreeSet<u32> = effects(run.trace()).map(|effect| effect.key).collect();
            match ((1..=COMMANDS).all(|key| keys.contains(&key)), run.is_over) {
                (false, true) => Verdict::Broken(None),
                (is_done, _) => Verdict::once(is_done),
            }
        },
    },
    Claim { says: "In the end S has done what G believes.", scope: Scope::ThisRun, check: agrees },
    Claim {
        says: "With key and burn in one step, no command that is still in the window burns twice, crash or not.",
        scope: Scope::EveryRun,
        check: |run| match remedy_at(dial(run, 0)) {
            Remedy::KeysInOneStep => {
                let window = usize::try_from(dial(run, 1)).unwrap_or(1);
                Verdict::unless(second_burn(run.trace(), |_| true, |between| between < window))
            }
            _ => Verdict::Holds,
        },
    },
    Claim {
        says: "By conditional writes, no command that bears its condition burns twice, crash or not.",
        scope: Scope::EveryRun,
        check: |run| match remedy_at(dial(run, 0)) {
            Remedy::Condition => {
                Verdict::unless(second_burn(run.trace(), |burn| burn.has_condition, |_| true))
            }
            _ => Verdict::Holds,
        },
    },
];

/// Where the scene's dial at this place stands in a run.
fn dial(run: &Evidence<'_>, place: usize) -> i64 {
    run.spec.own_dial(place)
}

/// The sends of a node that bear a command's key.
fn sends(trace: &Trace, node: NodeId, key: u32) -> impl Iterator<Item = EventId> {
    let is_it = move |event: &EventId| {
        trace.node(*event) == node
            && trace.kind(*event) == EventKind::Send
            && trace.label_number(*event) == Some(key)
    };
    trace.events().filter(is_it)
}

/// What the satellite did.
struct Effect {
    key: u32,
    is_burn: bool,
    /// Whether the command said under which condition; a forged one may have left it out.
    has_condition: bool,
    at: EventId,
}

/// What the satellite did, in order. A write that is a burn bears no number; the command is the one that was received
/// right before it, by what its bytes said.
fn effects(trace: &Trace) -> impl Iterator<Item = Effect> {
    trace.events().filter(|&event| trace.node(event) == S).filter_map(|at| {
        let is_burn = trace.label_word(at) == BURNED;
        if !is_burn && trace.label_word(at) != SET {
            return None;
        }
        let said = trace.previous(at).and_then(|received| said_by::<Command>(trace, received));
        match (trace.kind(at), said) {
            (EventKind::Write, Some(Command::Burn { key, form })) => {
                Some(Effect { key, is_burn, has_condition: form == Form::AddIf, at })
            }
            (EventKind::Write, _) => None,
            _ => Some(Effect { key: trace.label_number(at)?, is_burn, has_condition: false, at }),
        }
    })
}

/// The first burn of a command that had burned before, among those that `concerns` picks, with so many burns between that it
/// `counts`.
fn second_burn(
    trace: &Trace,
    concerns: impl Fn(&Effect) -> bool,
    counts: impl Fn(usize) -> bool,
) -> Option<EventId> {
    let mut last: BTreeMap<u32, usize> = BTreeMap::new();
    let burns = effects(trace).filter(|effect| effect.is_burn).enumerate();
    for (place, effect) in burns.filter(|(_, effect)| concerns(effect)) {
        if let Some(before) = last.insert(effect.key, place)
            && counts(place - before - 1)
        {
            return Some(effect.at);
        }
    }
    None
}

/// Whether the satellite has burned as often as the ground counts commands done, or holds the level of the last one.
fn agrees(run: &Evidence<'_>) -> Verdict {
    let trace = run.trace();
    let number = |node: NodeId, name: &str| run.memory(node)?.pointer(name)?.as_u64();
    let is_same = match remedy_at(dial(run, 0)) {
        Remedy::Level => number(S, "/log/level") == Some(u64::from(COMMANDS * STEP)),
        _ => {
            let burns = effects(trace).filter(|effect| effect.is_burn).count() as u64;
            number(G, "/done") == Some(burns)
        }
    };
    match (run.is_over, is_same) {
        (false, _) => Verdict::Undecided,
        (true, true) => Verdict::Holds,
        (true, false) => Verdict::Broken(effects(trace).last().map(|effect| effect.at)),
    }
}
