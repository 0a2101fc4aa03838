//! The object is read back as a stranger would read it, and its stamps are compared with a walk over its own
//! causes.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};

use super::{ClaimRow, Run, write};
use crate::base::{Duration, EventId, NodeId, Seed, TrueTime, WallReading};
use crate::sim::{
    Act, Action, Context, Engine, Incoming, Limits, MessageRef, NodeSpec, Order, Program, Role, Script,
    Settings, Setup, Tape, TimerId, Topology,
};

/// Tells both neighbours a number every millisecond, and passes on what it hears, once.
#[derive(Clone, serde::Serialize)]
struct Gossip;

impl Program for Gossip {
    fn start(&mut self, cx: &mut Context<'_>) {
        cx.set_timer(TimerId::new("tell", 0), Duration::millis(1));
    }

    fn message(&mut self, _: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        if incoming.read::<u32>() == Some(1) {
            cx.send(NodeId((cx.me().0 + 1) % 3), "pass on", &2_u32);
        }
    }

    fn timer(&mut self, _: TimerId, cx: &mut Context<'_>) {
        cx.send_nth(NodeId((cx.me().0 + 1) % 3), "tell", 1, &1_u32);
        cx.send(NodeId((cx.me().0 + 2) % 3), "tell", &0_u32);
        cx.set_timer(TimerId::new("tell", 0), Duration::millis(1));
    }

    fn order(&mut self, order: &Order, cx: &mut Context<'_>) {
        cx.local(order.what);
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<Value> {
        incoming.explain::<u32>()
    }
}

const A: NodeId = NodeId(0);
const B: NodeId = NodeId(1);
const C: NodeId = NodeId(2);

fn nth(nth: u32) -> MessageRef {
    MessageRef { from: A, to: B, nth, copy: 0 }
}

/// A run in which a hand drops, doubles and delays messages, crashes and pauses nodes and sets a clock.
fn run(acts: &[(u64, Act)]) -> Engine {
    let mut script = Script::default();
    script.order(Duration::micros(500), A, "look \"up\"", 0);
    script.act(Duration::micros(1_600), Act::Cut { from: A, to: C, one_way: true });
    let setup = Setup {
        nodes: ["a", "b", "c"].map(|name| NodeSpec::new(name, Role::Server)).to_vec(),
        topology: Topology::ring(3, Duration::millis(2)),
        spawn: Arc::new(|_| Box::new(Gossip)),
        script,
        seed: Seed(7),
        faults: Vec::new(),
        horizon: TrueTime::ZERO + Duration::millis(20),
        stay_least: Duration::micros(50),
        limits: Limits::default(),
    };
    let actions = acts.iter().map(|(after_turn, act)| Action { after_turn: *after_turn, act: act.clone() });
    let tape = Tape::new(actions.collect()).expect("the acts are in order");
    let mut engine = Engine::with_tape(Arc::new(setup), tape, false);
    let ended = loop {
        if let Err(ended) = engine.step() {
            break ended;
        }
    };
    assert_eq!(ended, crate::sim::Ended::Horizon);
    engine
}

fn acts() -> Vec<(u64, Act)> {
    // Turn 1 is the order, and turn 2 is the first timer, at which a tells b and c.
    vec![
        (1, Act::SetClock(B, WallReading(-5_000_000_000))),
        (2, Act::Duplicate(nth(0))),
        (2, Act::Delay(nth(0), Duration::millis(3))),
        (12, Act::Pause(C)),
        (16, Act::Partition { group: vec![A, B], one_way: false }),
        (18, Act::Resume(C)),
        (20, Act::Crash(A)),
    ]
}

fn export(engine: &Engine) -> Value {
    let settings = Settings {
        assume: [("reliable".to_owned(), false)].into(),
        dials: [("reliable.loss".to_owned(), 70_000)].into(),
    };
    let claims = [ClaimRow { says: "It ends.", scope: "every-run", holds: None, event: Some(EventId(3)) }];
    let run = Run {
        format: 1,
        scene: "gossip",
        seed: Seed(u64::MAX),
        settings: &settings,
        tape: engine.tape(),
        links: &engine.topology().links,
        trace: engine.trace(),
        claims: &claims,
    };
    let mut text = Vec::new();
    write(&run, &mut text).expect("a vector takes everything");
    assert_eq!(text.pop(), Some(b'\n'));
    assert!(!text.contains(&b'\n'), "one object is one line");
    serde_json::from_slice(&text).expect("it is JSON")
}

fn rows<'v>(object: &'v Value, table: &str) -> &'v [Value] {
    object[table].as_array().expect("it is a table")
}

fn causes(event: &Value) -> Vec<usize> {
    rows(event, "causes").iter().map(|cause| cause.as_u64().expect("an id") as usize).collect()
}

#[test]
fn the_head_says_what_the_run_is_a_function_of() {
    let engine = run(&acts());
    let object = export(&engine);
    assert_eq!(object["format"], 1);
    assert_eq!(object["scene"], "gossip");
    assert_eq!(object["seed"], "18446744073709551615", "a number would lose digits in JavaScript");
    assert_eq!(
        object["settings"],
        json!({"assume": {"reliable": false}, "dials": {"reliable.loss": 70_000}})
    );
    assert_eq!(object["trace_hash"], engine.trace().hash().to_string());
    assert_eq!(object["nodes"][2], json!({"id": 2, "name": "c"}));
    assert_eq!(object["links"][0], json!({"id": 0, "from": 0, "to": 1}));
    assert_eq!(
        object["claims"],
        json!([{"says": "It ends.", "scope": "every-run", "holds": null, "event": 3}])
    );
    let message = json!({"from": 0, "to": 1, "nth": 0, "copy": 0});
    assert_eq!(
        object["tape"][2],
        json!({"after_turn": 2, "act": "delay", "message": message, "by_ns": 3_000_000})
    );
    assert_eq!(
        object["tape"][4],
        json!({"after_turn": 16, "act": "partition", "group": [0, 1], "one_way": false})
    );
}

#[test]
fn stamps_agree_with_a_walk_over_the_causes() {
    let object = export(&run(&acts()));
    let events = rows(&object, "events");
    assert!(events.len() > 50, "{} events", events.len());
    let mut pasts: Vec<BTreeSet<usize>> = Vec::new();
    let mut depths: Vec<u64> = Vec::new();
    for (id, event) in events.iter().enumerate() {
        let mut past = BTreeSet::from([id]);
        for cause in causes(event) {
            past.extend(&pasts[cause]);
        }
        let depth = 1 + causes(event).into_iter().map(|cause| depths[cause]).max().unwrap_or(0);
        assert_eq!(event["lamport"], depth, "a Lamport stamp is the length of the longest chain to it");
        let mut counts = serde_json::Map::new();
        for &one in &past {
            let name =
                object["nodes"][events[one]["node"].as_u64().expect("an id") as usize]["name"].as_str();
            let count = counts.entry(name.expect("a name")).or_insert(json!(0));
            *count = json!(count.as_u64().expect("a count") + 1);
        }
        assert_eq!(event["vector"], Value::Object(counts), "a vector stamp counts the causal past");
        let hybrid = |id: usize| {
            let hlc = &events[id]["hlc"];
            (hlc["wall"].as_i64().expect("a reading"), hlc["logical"].as_u64().expect("a count"))
        };
        let wall_max = past.iter().map(|&one| events[one]["wall_ns"].as_i64().expect("a reading")).max();
        assert_eq!(Some(hybrid(id).0), wall_max, "the wall part is the largest reading in the past");
        assert!(causes(event).into_iter().all(|cause| hybrid(cause) < hybrid(id)), "causes are smaller");
        assert!(hybrid(id).1 < past.len() as u64, "the logical part is bounded by the past");
        pasts.push(past);
        depths.push(depth);
    }
}

#[test]
fn messages_tell_their_whole_story() {
    let engine = run(&acts());
    let object = export(&engine);
    let events = rows(&object, "events");
    let messages = rows(&object, "messages");
    let mut states = BTreeSet::new();
    for (id, message) in messages.iter().enumerate() {
        states.insert(message["state"].as_str().expect("a word"));
        assert_eq!(
            message["bytes"].as_u64().map(|n| n * 2),
            message["payload"].as_str().map(|p| p.len() as u64)
        );
        let sent = message["sent"].as_u64().expect("every message here was sent") as usize;
        assert_eq!((&events[sent]["kind"], &events[sent]["message"]), (&json!("send"), &json!(id)));
        let receives: Vec<&Value> = events
            .iter()
            .filter(|e| e["kind"] == "receive" && e["message"] == id)
            .map(|e| &e["id"])
            .collect();
        assert_eq!(rows(message, "arrived").iter().collect::<Vec<_>>(), receives);
        assert_eq!(message["state"] == "arrived", !receives.is_empty());
    }
    assert_eq!(states, BTreeSet::from(["arrived", "in-flight", "lost"]), "the run shows all three");
    let doubled =
        messages.iter().find(|message| rows(message, "arrived").len() == 2).expect("one was doubled");
    let fate = rows(doubled, "fate");
    assert_eq!(
        (&fate[0]["fault"], &fate[0]["unit"], &fate[0]["outcome"]),
        (&json!("hand"), &json!("copy"), &json!("copied"))
    );
    let by_cut =
        messages.iter().flat_map(|message| rows(message, "fate")).find(|entry| entry["fault"] == "cut");
    let by_cut = by_cut.expect("the cut loses what passes it");
    assert_eq!(by_cut["outcome"], "lost");
    let link = by_cut["link"].as_u64().expect("it happened on a link") as usize;
    assert_eq!((&object["links"][link]["from"], &object["links"][link]["to"]), (&json!(0), &json!(2)));
    assert!(by_cut["at_ns"].as_u64() >= Some(1_600_000));
}

#[test]
fn spans_say_what_held_and_for_how_long() {
    let object = export(&run(&acts()));
    let spans: Vec<(&str, &str, bool)> = rows(&object, "spans")
        .iter()
        .map(|span| {
            let word = |field: &str| span[field].as_str().expect("a word");
            (word("kind"), word("what"), span["to_ns"].is_null())
        })
        .collect();
    assert_eq!(
        spans,
        [
            ("pause", "c", false),
            ("cut", "a to c", true),
            ("partition", "a, b and all others", true),
            ("outage", "a", true)
        ]
    );
}

#[test]
fn numbers_keep_every_digit_in_javascript() {
    fn check(value: &Value) {
        match value {
            Value::Number(number) => {
                let number = number.as_i64().expect("an integer");
                assert!(number.unsigned_abs() <= 1 << 53, "{number}");
            }
            Value::Array(values) => values.iter().for_each(check),
            Value::Object(map) => map.values().for_each(check),
            Value::Null | Value::Bool(_) | Value::String(_) => {}
        }
    }
    let object = export(&run(&acts()));
    check(&object);
    let set_back = rows(&object, "events").iter().find(|event| event["wall_ns"].as_i64() < Some(0));
    assert!(set_back.is_some(), "a clock that was set back shows a time before the epoch");
}

#[test]
fn what_the_pipe_says_is_passed_on() {
    struct Closed;
    impl std::io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let (engine, settings) = (run(&[]), Settings::default());
    let (tape, trace) = (engine.tape(), engine.trace());
    let run = Run {
        format: 1,
        scene: "",
        seed: Seed(0),
        settings: &settings,
        tape,
        links: &[],
        trace,
        claims: &[],
    };
    assert_eq!(write(&run, Closed).map_err(|error| error.kind()), Err(std::io::ErrorKind::BrokenPipe));
}
