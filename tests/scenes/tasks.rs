//! The lessons' tasks: what a task asks to be set is there under that name, and the run then shows that it was done.

use super::*;
use lightcone::app::screen;
use lightcone::app::{Model, Msg};

/// The message that sets what a task names: a switch to `on` or `off`, or a dial to a value as it is shown.
fn msg(scene: &'static Scene, set: &str) -> Msg {
    let (name, value) = set.rsplit_once(": ").expect("a name and a value");
    if let Some(fault) = faults::ALL.iter().find(|fault| fault.assumption == name) {
        assert!(value == "on" || value == "off", "{}: {name:?} is on or off, not {value:?}", scene.id);
        return Msg::Assume(fault.id.to_owned(), value == "on");
    }
    let named = scene.dials.iter().find(|dial| dial.title == name);
    let dial = named.unwrap_or_else(|| panic!("{}: no dial is named {name:?}", scene.id));
    let digits: String = value.chars().take_while(char::is_ascii_digit).collect();
    let number = digits.parse::<i64>().unwrap_or(0);
    let scales = [1, 1_000, 1_000_000, 1_000_000_000].map(|scale| number * scale);
    let values = scales.into_iter().chain(0..dial.choices.len() as i64);
    let found = values.into_iter().find(|&n| (dial.least..=dial.most).contains(&n) && dial.show(n) == value);
    let found = found.unwrap_or_else(|| panic!("{}: {name:?} never shows {value:?}", scene.id));
    Msg::Dial(format!("{}.{}", scene.id, dial.id), found)
}

fn run_to_end(model: &mut Model) {
    model.update(Msg::ToEnd);
    while model.is_moving() {
        model.update(Msg::Tick { passed: Duration::secs(1), turns_most: 1_000 });
    }
}

fn is_reached(model: &Model, goal: &Goal) -> bool {
    match screen::claims(model)[goal.claim].verdict {
        Verdict::Holds => goal.holds && screen::is_set(model, &goal.with),
        Verdict::Broken(_) => !goal.holds && screen::is_set(model, &goal.with),
        Verdict::Undecided => false,
    }
}

#[test]
fn a_task_is_done_by_setting_what_it_names_and_running_to_the_end() {
    let mut tried = 0;
    for scene in scenes::ALL {
        for goal in lesson(scene).goals().filter(|goal| !goal.with.is_empty()) {
            let mut model = Model::new(scene);
            // Where nothing has to be set but kept, something else is to be done.
            if screen::is_set(&model, &goal.with) {
                continue;
            }
            for set in &goal.with {
                model.update(msg(scene, set));
            }
            assert!(screen::is_set(&model, &goal.with), "{}: {:?} can't be set", scene.id, goal.with);
            run_to_end(&mut model);
            // Messengers are captured by hand.
            assert_eq!(is_reached(&model, goal), scene.id != "two-generals", "{}: {:?}", scene.id, goal);
            tried += 1;
        }
    }
    assert!(tried > 20, "{tried}");
}

#[test]
fn a_task_that_asks_for_a_dial_is_not_done_by_the_run_of_the_start() {
    for scene in scenes::ALL {
        let mut model = Model::new(scene);
        run_to_end(&mut model);
        for goal in lesson(scene).goals().filter(|goal| !goal.with.is_empty()) {
            assert!(!is_reached(&model, goal), "{}: {:?}", scene.id, goal);
        }
    }
}
