//! A log in place of a run: it is looked at like a run, nothing can be done to it, and the session comes back.

use lightcone::analysis::{Causality, Comparison};
use lightcone::app::screen::{self, Inspector};
use lightcone::app::{
    Against, Comparing, Find, LogFile, Looking, Model, Msg, Selection, Sight, Until, ViewAs, export, found,
    log_view, save,
};
use lightcone::base::{Duration, EventId, NodeId};
use lightcone::formats::{Options, import, notation};
use lightcone::scenes;
use lightcone::sim::Act;

use super::settle;

/// Two executions: a letter and its answer, and one with an error and junk.
const LOG: &str = "--- good ---\na {\"a\":1}\nasks\nb {\"b\":1, \"a\":1}\nanswers\na {\"a\":2, \"b\":1}\nhears\n\
    --- bad ---\nnonsense\nc {\"c\":1}\nbegins\nc {\"c\":3}\ngoes on\nd {\"d\":1}\nelsewhere\n";

fn file(log: &str) -> LogFile {
    let options = Options { delimiter: Some("^--- (?<trace>\\S*) ---$".to_owned()), ..Options::default() };
    let read = import(log.as_bytes(), &options).unwrap_or_else(|bad| panic!("{bad}"));
    LogFile { title: "two.log".to_owned(), format: "ShiViz".to_owned(), executions: read.executions }
}

fn session() -> Model {
    let mut model = Model::new(scenes::find("crossed-letters").expect("a scene"));
    (0..4).for_each(|_| model.update(Msg::Step));
    model.update(Msg::Look(Looking::Vertical(true)));
    model
}

#[test]
fn a_log_is_looked_at_like_a_run() {
    let mut model = session();
    model.open_log(file(LOG));
    assert_eq!(model.status, "two.log, good: 3 events at 2 hosts, 0 errors, 0 lines left out.");
    assert_eq!((model.title(), model.trace().names()), ("two.log", &["a".to_owned(), "b".to_owned()][..]));
    assert_eq!(screen::header(&model).scenes.chosen, "log");
    model.update(Msg::Find(Find::Text("label:hears".to_owned())));
    model.update(Msg::Find(Find::Next));
    assert_eq!((found(&model).count, model.view.selection), (1, Selection::Event(EventId(2))));
    assert!(model.status.contains("2 in its past"), "{}", model.status);
    let Inspector::Event(event) = screen::inspector(&model) else { panic!("an event is selected") };
    assert_eq!(event.name, "a · 2");
    model.update(Msg::Select(Selection::Node(NodeId(1))));
    let Inspector::Node(node) = screen::inspector(&model) else { panic!("a host is selected") };
    assert!(node.what.contains("host of the log"), "{}", node.what);
    model.update(Msg::ViewAs(ViewAs::Node(NodeId(1), Sight::CouldKnow)));
    assert_eq!(screen::visible_count(&model), 2);
    model.update(Msg::ViewAs(ViewAs::Outside));
    model.update(Msg::Look(Looking::CutAt(EventId(1))));
    assert!(screen::cut(&model).is_some_and(|cut| cut.is_consistent));
    assert_eq!(screen::events(&model, 0, 10).all, 3);
    // The scene has its own time of day; the log counts from its start.
    assert_eq!(screen::reading(&model, 0), "0.000000 s");
}

#[test]
fn errors_are_listed_with_their_lines_and_lead_to_their_events() {
    let mut model = session();
    model.open_log(file(LOG));
    assert_eq!(log_view(&model).map(|log| (log.error_count, log.chosen)), Some((0, 0)));
    let before = model.subject();
    model.update(Msg::Execution(1));
    assert_ne!(before, model.subject());
    let log = log_view(&model).expect("a log");
    assert_eq!((log.executions.as_slice(), log.chosen), (&["good".to_owned(), "bad".to_owned()][..], 1));
    assert_eq!((log.error_count, log.unread_count), (1, 1));
    let error = &log.errors[0];
    assert_eq!((error.line, error.kind), (12, "gap"));
    let event = error.event.expect("the line has an event");
    assert_eq!((model.trace().line(event), model.trace().label(event).as_str()), (Some(12), "goes on"));
    assert_eq!(log.unread[0].0, 9);
    model.update(Msg::GoTo(event));
    assert_eq!(model.view.selection, Selection::Event(event));
    // Back to the first, and to a place that is not there.
    model.update(Msg::Execution(0));
    model.update(Msg::Execution(7));
    assert_eq!((model.trace().len(), log_view(&model).map(|log| log.chosen)), (3, Some(0)));
}

#[test]
fn what_is_exported_of_a_log_is_read_as_the_same_log() {
    let mut model = session();
    let run = export::json(&model);
    model.open_log(file(LOG));
    model.update(Msg::Execution(1));
    let read = import(export::json(&model).as_bytes(), &Options::default()).expect("our own");
    let again = &read.executions[0];
    assert_eq!(
        (read.format, again.name.as_str(), again.trace.hash()),
        ("lightcone", "bad", model.trace().hash())
    );
    let log = log_view(&model).expect("a log");
    assert_eq!((again.errors[0].line, again.errors.len()), (log.errors[0].line, log.error_count));
    assert_eq!(again.unread.lines, log.unread);
    // What has no name of its own is called as its file is.
    model.open_log(file("x {\"x\":1}\nalone\n"));
    let read = import(export::json(&model).as_bytes(), &Options::default()).expect("our own");
    assert_eq!(read.executions[0].name, "two.log");
    model.update(Msg::CloseLog);
    assert_eq!(export::json(&model), run, "the run is what it was");
}

#[test]
fn what_means_nothing_for_a_log_is_refused_with_a_reason() {
    let mut model = session();
    model.open_log(file(LOG));
    let (trace, view) = (model.trace().hash(), model.view.clone());
    let refused = [
        Msg::Step,
        Msg::StepBack,
        Msg::Run,
        Msg::Reset,
        Msg::ToEnd,
        Msg::Seek(0),
        Msg::Until(Until::End),
        Msg::Act(Act::Crash(NodeId(0))),
        Msg::Assume("latency".to_owned(), false),
        Msg::Seed("5".to_owned()),
        Msg::Adversary(true),
    ];
    for msg in refused {
        model.status.clear();
        model.update(msg.clone());
        assert!(model.status.contains("nothing to run"), "{msg:?}: {}", model.status);
        assert_eq!((model.trace().hash(), &model.view), (trace, &view), "{msg:?}");
        assert!(!model.is_moving() && !model.is_adversary);
    }
    assert!(model.engine().check(&Act::Crash(NodeId(0))).is_err());
    assert!(screen::in_flight(&model).is_empty() && screen::next_choices(&model).is_empty());
    assert!(screen::claims(&model).is_empty());
}

#[test]
fn the_session_below_is_kept_and_comes_back() {
    let mut model = session();
    let (saved, link, position) = (save(&model), model.link().write(), model.position());
    model.update(Msg::Run);
    model.update(Msg::Pause);
    model.open_log(file(LOG));
    model.update(Msg::Select(Selection::Event(EventId(1))));
    assert_eq!(
        (save(&model), model.link().write()),
        (saved.clone(), link.clone()),
        "what is kept is the session"
    );
    // A log over a log lies over the same session.
    model.open_log(file("x {\"x\":1}\nalone\n"));
    assert_eq!(model.trace().names(), ["x".to_owned()]);
    model.update(Msg::CloseLog);
    assert!(!model.is_log());
    assert_eq!((save(&model), model.link().write(), model.position()), (saved, link, position));
    model.update(Msg::Step);
    assert_eq!(model.position().turn, position.turn + 1);
}

#[test]
fn scenes_and_links_take_the_place_of_a_log() {
    let mut model = session();
    let position = model.position();
    model.open_log(file(LOG));
    model.update(Msg::Scene("crossed-letters".to_owned()));
    assert_eq!((model.is_log(), model.position()), (false, position), "the log lay over this one");
    model.open_log(file(LOG));
    model.update(Msg::Scene("calls".to_owned()));
    assert_eq!((model.is_log(), model.scene().id), (false, "calls"));
    model.update(Msg::Scene("crossed-letters".to_owned()));
    assert_eq!(model.position(), position, "what was left before is still there");
    let link = model.link().write();
    model.open_log(file(LOG));
    model.update(Msg::Open("#nonsense".to_owned()));
    assert!(model.is_log() && model.dialog.is_some(), "a bad link leaves what is on screen");
    model.update(Msg::Open(link));
    assert_eq!((model.is_log(), model.position()), (false, position));
}

#[test]
fn a_log_is_exported_as_a_file_that_can_be_read_back() {
    let mut model = session();
    model.open_log(file(LOG));
    let text = export::shiviz(&model);
    let back = import(text.as_bytes(), &Options::default()).unwrap_or_else(|bad| panic!("{bad}"));
    let (one, other) = (model.trace(), &back.executions[0].trace);
    assert_eq!((one.names(), one.len(), one.messages()), (other.names(), other.len(), other.messages()));
    let same = |event| one.causes(event).eq(other.causes(event)) && one.label(event) == other.label(event);
    assert!(one.events().all(same));
    assert!(export::mermaid(&model).contains("sequenceDiagram"));
}

#[test]
fn a_drawn_shape_is_searched_like_words() {
    let mut model = session();
    model.open_log(file(LOG));
    let shape = |text: &str| notation::read(text).unwrap_or_else(|mistakes| panic!("{}", mistakes[0])).trace;
    model.find_drawn(&shape("x -> y: asks\ny -> x"));
    assert_eq!(found(&model).says, "1 event matches.");
    model.update(Msg::Find(Find::Next));
    assert_eq!(model.view.selection, Selection::Event(EventId(0)));
    assert!(model.status.starts_with("Match 1 of 1. The shape: a · 1, b · 1, a · 2. "), "{}", model.status);
    // Another execution has other matches, and words take the shape's place.
    model.update(Msg::Execution(1));
    assert_eq!(found(&model).says, "No event matches.");
    model.update(Msg::Find(Find::Text("label:begins".to_owned())));
    assert_eq!(found(&model).says, "1 event matches.");
    model.find_drawn(&shape(&"a -> b\n".repeat(20)));
    assert!(found(&model).problem.is_some_and(|why| why.contains("16")), "{}", model.status);
}

/// Two executions of one protocol: in the second, b answers something else and c is never told.
const TWICE: &str = "--- good ---\na {\"a\":1}\nasks\nb {\"b\":1, \"a\":1}\nanswers yes\na {\"a\":2, \"b\":1}\nhears\n\
    c {\"c\":1, \"a\":2, \"b\":1}\nis told\n\
    --- bad ---\na {\"a\":1}\nasks\nb {\"b\":1, \"a\":1}\nanswers no\na {\"a\":2, \"b\":1}\nhears\n";

#[test]
fn two_executions_of_a_log_are_compared_as_two_runs_are() {
    let mut model = session();
    model.open_log(file(TWICE));
    let axis = model.view.axis;
    model.update(Msg::Compare(Comparing::With(Against::Execution(1))));
    let view = screen::comparison(&model, 0).expect("they stand side by side");
    assert_eq!((view.name.as_str(), model.status.as_str()), ("bad", view.says.as_str()));
    // Only here: b's yes and what c was told. Only there: b's no. The hearing is in both, with another past.
    assert_eq!(view.counts, [2, 1, 1], "{}", view.says);
    assert_eq!(view.first, [Some(EventId(1)), Some(EventId(1))]);
    assert!(view.says.starts_with("Equal at first; then here b · 1"), "{}", view.says);
    assert_eq!(model.others()[0].trace().len(), 3);
    model.update(Msg::Compare(Comparing::Select(0, EventId(1))));
    assert!(model.status.ends_with("only in bad."), "{}", model.status);
    // What b and c saw differs; a heard the same in both.
    model.update(Msg::ViewAs(ViewAs::Node(NodeId(0), Sight::Saw)));
    assert!(screen::comparison(&model, 0).expect("still").says.contains("cannot tell this run from bad"));
    model.update(Msg::ViewAs(ViewAs::Outside));
    model.update(Msg::Look(Looking::Undo));
    model.update(Msg::Look(Looking::Undo));
    model.update(Msg::Look(Looking::Undo));
    assert!(model.others().is_empty() && model.view.axis == axis, "taken back");
    model.update(Msg::Look(Looking::Redo));
    assert_eq!(model.others().len(), 1);
    for (against, why) in [
        (Against::Execution(7), "no such execution"),
        (Against::Written("8".to_owned()), "only another execution"),
        (Against::Seeds, "only another execution"),
    ] {
        model.update(Msg::Compare(Comparing::With(against)));
        assert!(model.status.contains(why), "{}", model.status);
    }
    // The other execution beside it is the whole of it, after either is chosen.
    model.update(Msg::Execution(1));
    assert!(model.others().is_empty() && model.trace().len() == 3);
    model.update(Msg::Compare(Comparing::With(Against::Execution(0))));
    assert_eq!(screen::comparison(&model, 0).expect("the other way round").counts, [1, 2, 1]);
    assert!(!save(&model).is_empty());
    model.update(Msg::CloseLog);
    assert!(model.others().is_empty(), "the session has none");
}

#[test]
fn long_executions_are_compared_in_slices_and_the_page_says_so() {
    // Two hosts of ten thousand events each; in the second execution b sleeps once, in the middle.
    let long = |name: &str, asleep: Option<u32>| {
        let line = |nth: u32| {
            let what = if asleep == Some(nth) { "sleeps" } else { "works" };
            format!("a {{\"a\":{nth}}}\nworks\nb {{\"b\":{nth}}}\n{what}\n")
        };
        format!("--- {name} ---\n{}", (1..=10_000).map(line).collect::<String>())
    };
    let log = long("one", None) + &long("two", Some(5_000)) + &long("three", Some(6_000));
    let mut model = session();
    model.open_log(file(&log));
    model.update(Msg::Compare(Comparing::With(Against::Execution(1))));
    let says = "Comparing this run with two. With so many events that takes a moment.";
    assert_eq!((model.status.as_str(), model.is_moving()), (says, true));
    assert!(model.comparison(0).is_none() && screen::comparison(&model, 0).is_none());
    assert!(model.other_view(0).is_none());
    let mut ticks = 0;
    while model.is_moving() {
        assert_eq!(model.status, says, "after {ticks} ticks");
        tick(&mut model);
        ticks += 1;
    }
    assert!(ticks > 10, "{ticks}");
    let compared = screen::comparison(&model, 0).expect("they are compared");
    assert_eq!((&model.status, compared.counts), (&compared.says, [1, 1, 10_000 - 5_000]));
    let other = model.others()[0].trace();
    let direct = Comparison::of(model.trace(), other);
    assert_eq!((direct.counts(), compared.rows.len(), compared.more), (compared.counts, 200, 5_002 - 200));
    assert!(
        model
            .trace()
            .events()
            .all(|event| { direct.left(event) == model.comparison(0).expect("two").left(event) })
    );
    let [here, there] = compared.first.map(|event| event.expect("they go apart"));
    assert_eq!((model.trace().label(here), other.label(there)), ("works".to_owned(), "sleeps".to_owned()));
    assert_eq!(model.others()[0].causality().ordered_pairs(), Causality::of(other).ordered_pairs());
    assert_eq!(model.others()[0].stamp("lamport", EventId(19_999)), "10000");
    // What is done meanwhile is said, and not taken back when they are compared.
    model.update(Msg::Compare(Comparing::With(Against::Execution(2))));
    assert!(model.status.starts_with("Comparing this run with two, three."), "{}", model.status);
    tick(&mut model);
    model.update(Msg::Select(Selection::Event(EventId(3))));
    let selected = model.status.clone();
    settle(&mut model);
    assert_eq!(model.status, selected);
    assert_eq!(screen::comparison(&model, 1).map(|view| view.counts), Some([1, 1, 4_000]));
    // What stood beside it is there to be shown, and what was shown can stand beside that.
    model.update(Msg::Execution(1));
    assert_eq!((model.trace().label(there), model.others().len()), ("sleeps".to_owned(), 0));
    model.update(Msg::Compare(Comparing::With(Against::Execution(0))));
    settle(&mut model);
    assert_eq!(screen::comparison(&model, 0).map(|view| view.counts), Some([1, 1, 5_000]));
    model.update(Msg::Compare(Comparing::Stop));
    assert!(!model.is_moving());
    model.update(Msg::Execution(0));
    assert_eq!(model.trace().label(here), "works");
}

fn tick(model: &mut Model) {
    model.update(Msg::Tick { passed: Duration::millis(16), turns_most: 64 });
}
