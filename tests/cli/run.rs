//! One run: how far it goes, with which settings, and in which forms it is told.

use std::collections::BTreeSet;

use lightcone::diagram::{Theme, Tone};
use serde_json::Value;

use super::{json, lightcone, number, rows, scenes, word};

#[test]
fn the_same_run_is_printed_the_same_and_a_longer_one_begins_with_it() {
    let scene = &scenes()[0];
    let args = |turns| ["run", scene, "--seed", "5", "--turns", turns, "--json"];
    assert_eq!(lightcone(&args("4")).out, lightcone(&args("4")).out);
    let (short, long) = (json(&args("2")), json(&args("4")));
    let (short, long) = (rows(&short, "events"), rows(&long, "events"));
    assert!(short.len() < long.len() && short == &long[..short.len()]);
}

#[test]
fn a_seed_keeps_all_its_digits() {
    let seed = "18446744073709551615";
    let run = json(&["run", &scenes()[0], "--seed", seed, "--json"]);
    assert_eq!(run["seed"], seed);
}

#[test]
fn settings_are_those_that_were_asked_for() {
    let list = json(&["list", "--json"]);
    let scene = &rows(&list, "scenes")[0];
    let (id, mut names) = (word(scene, "id"), Vec::new());
    for fault in rows(&list, "faults") {
        let fault_id = word(fault, "id");
        for held in [true, false] {
            let assume = format!("{fault_id}={held}");
            let run = json(&["run", id, "--assume", &assume, "--turns", "3", "--json"]);
            assert_eq!(run["settings"]["assume"][fault_id], held);
        }
        names.extend(rows(fault, "dials").iter().map(|dial| (word(dial, "name"), number(dial, "least"))));
    }
    names.extend(rows(scene, "dials").iter().map(|dial| (word(dial, "name"), number(dial, "most"))));
    for (name, value) in names {
        let run = json(&["run", id, "--dial", &format!("{name}={value}"), "--turns", "3", "--json"]);
        assert_eq!(run["settings"]["dials"][name], value);
    }
}

#[test]
fn a_preset_is_its_dials_and_gives_way_to_what_is_asked_for() {
    let list = json(&["list", "--json"]);
    for preset in rows(&list, "presets") {
        let hash = |args: &[&str]| {
            let all = [&["run", "crossed-letters", "--json"], args].concat();
            json(&all)["trace_hash"].clone()
        };
        let mut args: Vec<String> = Vec::new();
        for id in rows(preset, "breaks") {
            args.extend(["--assume".to_owned(), format!("{}=false", id.as_str().expect("an id"))]);
        }
        for (name, value) in preset["dials"].as_object().expect("dials by name") {
            args.extend(["--dial".to_owned(), format!("{name}={value}")]);
        }
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        assert_eq!(hash(&["--preset", word(preset, "id")]), hash(&args), "{preset}");
    }
    let mended = ["run", "crossed-letters", "--preset", "lossy-card", "--assume", "reliable=true", "--json"];
    assert_eq!(json(&mended)["settings"]["assume"]["reliable"], true);
    let refused = lightcone(&["run", "crossed-letters", "--preset", "monday"]);
    assert_eq!((refused.status, refused.out.as_str()), (2, ""));
    assert!(
        refused.err.contains("--preset")
            && refused.err.contains("\"monday\"")
            && refused.err.contains("github-2012")
    );
}

#[test]
fn breaking_an_assumption_shows_in_the_fates() {
    let run = |held: &str| {
        let assume = format!("reliable={held}");
        json(&["run", "crossed-letters", "--assume", &assume, "--dial", "reliable.loss=1000000", "--json"])
    };
    let lost =
        |run: &Value| rows(run, "messages").iter().filter(|message| message["state"] == "lost").count();
    assert_eq!(lost(&run("true")), 0);
    let broken = run("false");
    assert_eq!(lost(&broken), rows(&broken, "messages").len());
    assert!(rows(&broken["messages"][0], "fate").iter().any(|entry| entry["fault"] == "reliable"));
}

#[test]
fn without_a_form_a_run_is_told_in_a_few_lines() {
    let answer = lightcone(&["run", "crossed-letters"]);
    assert_eq!((answer.status, answer.err.as_str()), (0, ""));
    let run = json(&["run", "crossed-letters", "--json"]);
    assert!(answer.out.contains(word(&run, "trace_hash")), "{}", answer.out);
    assert!(rows(&run, "claims").iter().all(|claim| answer.out.contains(word(claim, "says"))));
}

#[test]
fn a_figure_goes_into_a_file_and_stands_alone() {
    let folder = std::env::temp_dir().join(format!("lightcone-figures-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the folder for temporary files can be written to");
    for scene in scenes() {
        let file = folder.join(format!("{scene}.svg"));
        let path = file.to_str().expect("the path is text");
        let answer = lightcone(&["run", &scene, "--svg", path]);
        assert_eq!((answer.status, answer.out.as_str(), answer.err.as_str()), (0, "", ""));
        let svg = std::fs::read_to_string(&file).expect("it was written");
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
        assert!(svg.contains("role=\"graphics-document document\""), "it says what it is");
        assert!(!svg.contains("<script") && !svg.contains("href="), "it needs nothing else");
        let lanes = lightcone::scenes::find(&scene).expect("it is listed").lanes;
        assert!(lanes.iter().all(|lane| svg.contains(&format!(">{lane}<"))), "its lanes are named");
        assert_eq!(lightcone(&["run", &scene, "--svg", path]).status, 0, "it may be written again");
        assert_eq!(std::fs::read_to_string(&file).expect("it was written"), svg, "and is the same again");
    }
    std::fs::remove_dir_all(&folder).expect("nobody else uses it");
}

#[test]
fn a_terminal_gets_one_event_a_line() {
    let answer = lightcone(&["run", "crossed-letters", "--text"]);
    assert_eq!((answer.status, answer.err.as_str()), (0, ""));
    let run = json(&["run", "crossed-letters", "--json"]);
    let lines: Vec<&str> = answer.out.lines().collect();
    assert_eq!(lines.len(), rows(&run, "events").len() + 1, "a line an event below the names of the lanes");
    assert!(["alice", "bob"].iter().all(|name| lines[0].contains(name)), "{}", lines[0]);
    for (event, line) in rows(&run, "events").iter().zip(&lines[1..]) {
        assert!(line.contains(word(event, "label")) && line.ends_with(&format!("[{}]", event["lamport"])));
    }
}

#[test]
fn a_figure_is_as_wide_and_as_dark_as_was_asked() {
    let folder = std::env::temp_dir().join(format!("lightcone-forms-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the folder for temporary files can be written to");
    let file = folder.join("letters.svg");
    let path = file.to_str().expect("the path is text");
    let draw = |options: &[&str]| {
        let answer = lightcone(&[&["run", "crossed-letters", "--svg", path], options].concat());
        assert_eq!((answer.status, answer.err.as_str()), (0, ""));
        std::fs::read_to_string(&file).expect("it was written")
    };
    let usual = draw(&[]);
    assert_eq!(usual, draw(&["--width", "1200", "--theme", "light"]));
    let dark = draw(&["--width", "640", "--theme", "dark"]);
    assert!(usual.contains("width=\"1200\"") && dark.contains("width=\"640\""));
    let ink = |theme: Theme| theme.colour(Tone::Ink);
    assert!(usual.contains(ink(Theme::Light)) && !usual.contains(ink(Theme::Dark)));
    assert!(dark.contains(ink(Theme::Dark)) && !dark.contains(ink(Theme::Light)));
    std::fs::remove_dir_all(&folder).expect("nobody else uses it");
}

#[test]
fn a_run_until_idle_fails_where_the_scene_ends_first() {
    let mut statuses = BTreeSet::new();
    for scene in scenes() {
        // What the library says of the same run decides which status is right.
        let spec = lightcone::scenes::RunSpec::of(lightcone::scenes::find(&scene).expect("it is listed"));
        let mut engine = spec.start();
        let ended = loop {
            if let Err(ended) = engine.step() {
                break ended;
            }
        };
        let is_idle = ended == lightcone::sim::Ended::Idle;
        let answer = lightcone(&["run", &scene, "--until-idle"]);
        assert_eq!((answer.status, answer.err.is_empty()), (i32::from(!is_idle), is_idle), "{scene}");
        assert!(answer.out.contains(&engine.trace().hash().to_string()), "the run is told in any case");
        statuses.insert(answer.status);
    }
    assert!(statuses.contains(&0));
}

#[test]
fn more_turns_than_there_are_is_said_and_is_no_failure() {
    let answer = lightcone(&["run", "crossed-letters", "--turns", "1000000", "--json"]);
    assert_eq!(answer.status, 0);
    assert_eq!(answer.err.lines().count(), 1, "{}", answer.err);
}
