//! The inspector on running scenes: where a message's time went, its fragments, and what an attacker has learned.

use lightcone::app::screen::{self, Inspector, MessageView, NodeView};
use lightcone::app::{Model, Msg, Selection, Sight, ViewAs};
use lightcone::base::{MessageId, NodeId};
use lightcone::scenes;
use lightcone::sim::{Outcome, Role};

fn run(scene: &str, broken: &[&str], turns: usize) -> Model {
    let mut model = Model::new(scenes::find(scene).expect("a scene"));
    for fault in broken {
        model.update(Msg::Assume((*fault).to_owned(), false));
    }
    (0..turns).for_each(|_| model.update(Msg::Step));
    model
}

fn message(model: &mut Model, message: MessageId) -> Option<Box<MessageView>> {
    model.update(Msg::Select(Selection::Message(message)));
    match screen::inspector(model) {
        Inspector::Message(view) => Some(view),
        Inspector::Empty(_) | Inspector::Event(_) | Inspector::Node(_) => None,
    }
}

#[test]
fn the_parts_of_a_message_s_time_add_up_to_all_of_it() {
    let mut told = 0;
    for (scene, broken) in [
        ("clock-sync", vec!["latency", "bandwidth", "transport-cost"]),
        ("telemetry", vec!["latency", "homogeneous", "transport-cost"]),
        ("last-write-wins", vec!["secure", "latency"]),
    ] {
        let mut model = run(scene, &broken, 160);
        for id in model.trace().message_ids() {
            let Some(view) = message(&mut model, id) else { continue };
            let Some(((what, all), parts)) = view.time.split_last() else { continue };
            assert_eq!(what, "from send to receive");
            let sum: u64 = parts.iter().map(|(_, part)| part.0).sum();
            assert_eq!(sum, all.0, "{scene}, {}: {:?}", view.name, view.time);
            let trace = model.trace();
            let sent = trace.sent(id).map(|event| trace.at(event)).expect("it was sent");
            let came = trace.first_arrival(id).map(|event| trace.at(event)).expect("it came");
            assert_eq!(came.since(sent), *all);
            told += 1;
        }
    }
    assert!(told > 100, "{told}");
}

#[test]
fn a_message_in_fragments_has_every_one_of_them_in_its_journey() {
    let mut model = run("real-causes", &["homogeneous"], 0);
    model.update(Msg::Dial("homogeneous.narrow".to_owned(), 1_000_000));
    let mut in_fragments = 0;
    (0..400).for_each(|_| model.update(Msg::Step));
    for id in model.trace().message_ids() {
        let fate = model.trace().fate(id);
        let joined = fate.iter().filter(|entry| entry.outcome == Outcome::Joined).count();
        let split = fate.iter().filter(|entry| entry.effect == "fragment").count();
        let Some(view) = message(&mut model, id) else { continue };
        let told = |what: &str| view.journey.iter().filter(|step| step.what.starts_with(what)).count();
        assert_eq!((told("fragment"), told("joined")), (split, joined), "{}", view.name);
        in_fragments += usize::from(joined > 0);
        assert!(joined == 0 || view.time.is_empty(), "side by side, times do not add up");
    }
    assert!(in_fragments > 5, "{in_fragments}");
}

#[test]
fn what_an_attacker_has_learned_is_told_to_who_stands_outside() {
    let mut model = run("last-write-wins", &["secure"], 120);
    let attacker = NodeId::first(model.trace().nodes())
        .find(|node| model.engine().spec(*node).role == Role::Attacker)
        .expect("the switch brings one along");
    model.update(Msg::Select(Selection::Node(attacker)));
    let learned = |model: &Model| match screen::inspector(model) {
        Inspector::Node(view) => view.learned,
        Inspector::Empty(_) | Inspector::Event(_) | Inspector::Message(_) => Vec::new(),
    };
    let says = learned(&model);
    let heard = model.trace().fates().filter(|entry| entry.effect == "overheard").count();
    assert!(heard > 3);
    assert!(says[0].starts_with(&format!("It has overheard {heard} packets")), "{says:?} of {heard}");
    assert!(says.iter().any(|line| line.contains("has said") && line.contains("to ")), "{says:?}");
    assert!(
        says.iter().any(|line| line.starts_with("It has read") || line.starts_with("It could read")),
        "{says:?}"
    );
    model.update(Msg::ViewAs(ViewAs::Node(NodeId(0), Sight::Saw)));
    assert!(learned(&model).is_empty(), "nobody inside knows");
    model.update(Msg::ViewAs(ViewAs::Outside));
    model.update(Msg::Select(Selection::Node(NodeId(0))));
    let Inspector::Node(view) = screen::inspector(&model) else { panic!("a node is selected") };
    let NodeView { learned, .. } = *view;
    assert!(learned.is_empty(), "an honest node learns nothing in secret");
}
