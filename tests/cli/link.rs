//! Links on the command line: what a session shared is what comes out.

use lightcone::app::{Axis, Link, Model, Msg, Sight, ViewAs};
use lightcone::base::NodeId;
use lightcone::scenes;
use lightcone::sim::Act;

use super::{json, lightcone as run, number, refused, rows, word};

/// A session in which the first letter was dropped by hand and Bob was paused.
fn session() -> Model {
    let mut model = Model::new(scenes::find("crossed-letters").expect("the first scene"));
    while model.engine().in_flight().is_empty() {
        model.update(Msg::Step);
    }
    let letter = model.engine().in_flight()[0].name;
    model.update(Msg::Act(Act::Drop(letter)));
    model.update(Msg::Step);
    model.update(Msg::Act(Act::Pause(NodeId(1))));
    model
}

#[test]
fn a_link_gives_the_run_that_was_shared() {
    let mut model = session();
    let link = model.link().write();
    let turns = model.position().turn.to_string();
    let shared = json(&["run", "--link", &link, "--turns", &turns, "--json"]);
    assert_eq!(word(&shared, "trace_hash"), model.trace().hash().to_string());
    assert_eq!(number(&shared["tape"][0], "after_turn"), 1);
    assert_eq!(shared["tape"][0]["act"], "drop");
    assert_eq!(shared["tape"][1], serde_json::json!({"after_turn": 2, "act": "pause", "node": 1}));
    assert_eq!(rows(&shared, "messages")[0]["state"], "lost");
    // Without a number of turns it goes on to the scene's own end, as the page would.
    while model.engine().ended().is_none() {
        model.update(Msg::Step);
    }
    let whole = json(&["run", "--link", &link, "--json"]);
    assert_eq!(word(&whole, "trace_hash"), model.trace().hash().to_string());
    assert!(rows(&whole, "events").len() > rows(&shared, "events").len());
}

#[test]
fn a_text_shows_what_the_link_s_node_sees() {
    let lines = |sight: Option<Sight>, axis: Axis| -> Vec<String> {
        let mut link = session().link();
        link.view.view_as = sight.map_or(ViewAs::Outside, |sight| ViewAs::Node(NodeId(1), sight));
        link.view.axis = axis;
        let answer = run(&["run", "--link", &link.write(), "--text"]);
        assert_eq!((answer.status, answer.err.as_str()), (0, ""));
        answer.out.lines().map(str::to_owned).collect()
    };
    let outside = lines(None, Axis::TrueTime);
    assert!(outside[0].contains("true time") && outside.iter().any(|line| line.contains("dropped by hand")));
    let model = session();
    let trace = model.trace();
    for (sight, word) in [(Sight::Saw, "saw"), (Sight::CouldKnow, "could have been told")] {
        let seen = lines(Some(sight), Axis::TrueTime);
        assert!(seen[0].contains("bob") && seen[0].contains(word), "{}", seen[0]);
        assert!(seen[1].contains("wall clock") && !seen.iter().any(|line| line.contains("true time")));
        assert!(!seen.iter().any(|line| line.contains("dropped") || line.contains("under way")));
        // Nothing of alice's reached bob, so that either way his own events are all there is.
        assert!(seen[2..].iter().all(|line| line.contains("bob · ")), "{seen:?}");
        assert_eq!(seen.len() - 2, trace.events().filter(|&event| trace.node(event) == NodeId(1)).count());
    }
}

#[test]
fn a_whole_address_will_do_as_a_link() {
    let link = session().link().write();
    let address = format!("https://course.example/lightcone/{link}");
    assert_eq!(run(&["run", "--link", &address]).out, run(&["run", "--link", &link]).out);
}

#[test]
fn a_run_that_drifted_is_said_and_still_shown() {
    let model = session();
    let link = Link { hash: "0123abcd".to_owned(), ..model.link() }.write();
    let answer = run(&["run", "--link", &link]);
    assert_eq!(answer.status, 0);
    let now = model.trace().hash().short();
    assert!(answer.err.contains("0123abcd") && answer.err.contains(&now), "{}", answer.err);
    assert_eq!(answer.err.lines().count(), 1);
    // Where the link was made is not reached, so there is nothing to compare.
    assert_eq!(run(&["run", "--link", &link, "--turns", "1"]).err, "");
}

#[test]
fn an_act_whose_target_does_not_exist_is_refused() {
    let mut link = session().link();
    let mut actions = link.spec.tape.actions().to_vec();
    actions[1].act = Act::Resume(NodeId(1));
    link.spec.tape = lightcone::sim::Tape::new(actions).expect("the order is the same");
    refused(&["run", "--link", &link.write(), "--json"], &["Action 2", "after turn 2", "bob is not paused"]);
}

#[test]
fn acts_that_never_have_their_turn_are_said() {
    let mut link = session().link();
    let mut actions = link.spec.tape.actions().to_vec();
    actions[1].after_turn = 1_000;
    link.spec.tape = lightcone::sim::Tape::new(actions).expect("the order is the same");
    link.position.actions = 1;
    let answer = run(&["run", "--link", &link.write()]);
    assert_eq!(answer.status, 0);
    assert!(answer.err.contains("before 1 of the tape's actions"), "{}", answer.err);
}
