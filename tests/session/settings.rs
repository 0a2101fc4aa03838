//! Assumptions and dials in a session: before the start, later, by agencies, and out of range.

use super::*;

#[test]
fn a_switch_before_the_start_is_a_setting_and_later_an_action() {
    let mut model = letters();
    model.update(Msg::Assume("latency".into(), true));
    assert!(model.engine().tape().actions().is_empty());
    assert!(screen::assumptions(&model).iter().any(|a| a.id == "latency" && a.is_held));
    model.update(Msg::Assume("latency".into(), false));
    assert_eq!(hash(&model), hash(&letters()), "back to the scene's own settings");
    model.update(Msg::Step);
    model.update(Msg::Assume("latency".into(), true));
    assert_eq!(model.engine().tape().actions().len(), 1);
    assert!(screen::assumptions(&model).iter().any(|a| a.id == "latency" && a.is_held));
}

#[test]
fn an_attacker_gets_a_lane_and_is_forgotten_where_it_has_not_come_yet() {
    let mut model = Model::new(scenes::find("telemetry").expect("a scene"));
    let nodes = model.trace().nodes();
    let eve = NodeId(nodes as u16);
    steps(&mut model, 20);
    model.update(Msg::Assume("secure".into(), false));
    assert_eq!((model.trace().nodes(), model.view.lanes.last()), (nodes + 1, Some(&eve)));
    model.update(Msg::Select(Selection::Node(eve)));
    steps(&mut model, 200);
    let Inspector::Node(seen) = screen::inspector(&model) else { panic!("the attacker was selected") };
    assert_eq!((seen.name.as_str(), seen.what.as_str()), ("attacker", "attacker"));
    assert!(seen.memory.is_some_and(|memory| memory.contains("\"learned\"")), "what it has learned is shown");
    model.update(Msg::ViewAs(ViewAs::Node(eve, Sight::Saw)));
    let heard = screen::visible_events(&model).find(|&e| model.trace().kind(e) == EventKind::Receive);
    model.update(Msg::Select(Selection::Event(heard.expect("it has overheard something"))));
    let Inspector::Event(event) = screen::inspector(&model) else { panic!("it sees its own events") };
    assert!(event.message.is_some_and(|message| message.decoded.is_some()), "and what it overheard");
    model.update(Msg::Select(Selection::Node(eve)));
    model.update(Msg::Seek(10));
    assert_eq!((model.view.view_as, model.view.selection), (ViewAs::Outside, Selection::Nothing));
    assert!(model.trace().nodes() == nodes && !model.view.lanes.contains(&eve));
}

#[test]
fn agencies_are_shown_while_there_is_more_than_one_administrator() {
    let mut model = Model::new(scenes::find("telemetry").expect("a scene"));
    assert!(screen::agencies(&model).is_empty());
    model.update(Msg::Assume("administrator".into(), false));
    let rows = screen::agencies(&model);
    assert_eq!(
        rows.iter().map(|row| (row.is_yours, row.version)).collect::<Vec<_>>(),
        [(true, 1), (false, 1)]
    );
    assert_eq!(rows[1].ahead, 18_000_000_000);
    assert_eq!(rows.iter().map(|row| row.nodes.len()).sum::<usize>(), model.trace().nodes());
    let foreign = rows[1].nodes[0];
    model.update(Msg::Step);
    model.update(Msg::Act(Act::Crash(foreign)));
    assert!(model.status.contains(rows[1].name) && model.status.contains(rows[0].name), "{}", model.status);
    model.update(Msg::Select(Selection::Node(foreign)));
    let Inspector::Node(seen) = screen::inspector(&model) else { panic!("a node was selected") };
    assert!(seen.now.iter().any(|(name, value)| *name == "agency" && value.contains(rows[1].name)));
}

#[test]
fn a_dial_out_of_range_is_refused_in_a_sentence() {
    let mut model = letters();
    model.update(Msg::Dial("reliable.loss".into(), -1));
    assert!(model.status.contains("reliable.loss") && model.status.contains("-1"), "{}", model.status);
    model.update(Msg::Dial("reliable.colour".into(), 1));
    assert!(model.status.contains("no dial"), "{}", model.status);
    model.update(Msg::Seed("seven".into()));
    assert!(model.status.contains("seven"), "{}", model.status);
    assert_eq!(hash(&model), hash(&letters()));
}
