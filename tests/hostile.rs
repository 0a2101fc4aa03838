//! Random and mutated input at the doors through which strangers reach a run: arguments and links.
//!
//! Whatever comes in is read into something valid or refused in a sentence; nothing panics and nothing runs
//! away. `fuzz/` lays a longer siege to the same doors.

#![cfg(not(target_arch = "wasm32"))]

use std::sync::{Arc, LazyLock};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lightcone::app::{Link, Model, Msg, figure};
use lightcone::base::{Duration, NodeId, WallReading};
use lightcone::diagram::Theme;
use lightcone::scenes::{self, Scene};
use lightcone::sim::{Act, Action, Ended, Engine, MessageRef, Tape};
use lightcone::{cli, faults};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

/// A link of each scene at its start, and one with deeds by hand of every kind.
static LINKS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let links = |scene: &'static Scene| {
        let mut model = Model::new(scene);
        let start = model.link().write();
        deeds(&mut model);
        [start, model.link().write()]
    };
    scenes::ALL.iter().flat_map(|scene| links(scene)).collect()
});

/// Does what can be done by hand, a step apart. What cannot be done just then is only said.
fn deeds(model: &mut Model) {
    let on_messages: [fn(MessageRef) -> Act; 5] =
        [Act::Duplicate, |name| Act::Delay(name, Duration::millis(3)), Act::Deliver, Act::Choose, Act::Drop];
    for make in on_messages {
        model.update(Msg::Step);
        let act = model.engine().in_flight().first().map(|packet| make(packet.name));
        act.into_iter().for_each(|act| model.update(Msg::Act(act)));
    }
    let (a, b) = (NodeId(0), NodeId(1));
    let others = [
        Act::Assume { fault: "reliable".to_owned(), held: false },
        Act::Turn { fault: "reliable".to_owned(), dial: "loss".to_owned(), value: 300_000 },
        Act::ChooseTimer(a),
        Act::SetClock(b, WallReading(-1_000_000)),
        Act::SetSpeed(a, Duration::millis(1)),
        Act::Cut { from: a, to: b, one_way: true },
        Act::Heal { from: a, to: b },
        Act::Partition { group: vec![a], one_way: false },
        Act::Pause(b),
        Act::Resume(b),
        Act::Join { group: vec![a] },
        Act::CrashAfter(b, 1),
        Act::Crash(a),
        Act::Restart(a),
        Act::Only { fault: "reliable".to_owned(), packets: Vec::new(), deeds: vec![0] },
    ];
    for act in others {
        model.update(Msg::Step);
        model.update(Msg::Act(act));
    }
}

/// Words that mean something to the command line, so that random arguments get past its first gate.
static WORDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let fixed = "list run claims --json --seed --turns --until-idle --assume --dial --seeds --link --help 0 7 -1 \
                 18446744073709551615 0..3 3..0 .. = reliable=true reliable.loss=70000 #v1:";
    let mut words: Vec<String> = fixed.split_whitespace().map(str::to_owned).collect();
    words.extend(scenes::ALL.iter().map(|scene| scene.id.to_owned()));
    for entry in faults::ALL {
        words.push(format!("{}=false", entry.id));
        words.extend(entry.dials.iter().map(|dial| format!("{}.{}={}", entry.id, dial.id, dial.most)));
    }
    words.extend(LINKS.iter().cloned());
    words
});

/// Commands that are carried out as they stand, each in a few turns.
fn valid_command() -> impl Strategy<Value = Vec<String>> {
    let scene = (0..scenes::ALL.len()).prop_map(|place| scenes::ALL[place]);
    (scene, any::<u64>(), 0..9_u8, any::<[Index; 3]>()).prop_map(|(scene, seed, form, [one, two, value])| {
        let mut words = vec!["run".to_owned(), "--turns".to_owned(), "3".to_owned()];
        if form == 0 {
            words.extend(["--link".to_owned(), one.get(&LINKS).clone()]);
            return words;
        }
        words.extend([scene.id.to_owned(), "--seed".to_owned(), seed.to_string()]);
        let fault = one.get(faults::ALL);
        words.extend(["--assume".to_owned(), format!("{}={}", fault.id, form % 2 == 0)]);
        let dial = two.get(fault.dials);
        let span = usize::try_from(dial.most - dial.least).unwrap_or(usize::MAX).saturating_add(1);
        let value = dial.least + value.index(span) as i64;
        words.extend(["--dial".to_owned(), format!("{}.{}={value}", fault.id, dial.id)]);
        if form > 4 {
            words.push(if form > 6 { "--json" } else { "--text" }.to_owned());
        }
        words
    })
}

/// A change to something that is given as a list: of words, of characters or of bytes.
#[derive(Clone, Debug)]
enum Change<T> {
    Remove(Index),
    Double(Index),
    Swap(Index, Index),
    Put(Index, T),
    Cut(Index),
}

fn change<T: std::fmt::Debug + Clone + 'static>(
    item: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = Change<T>> {
    prop_oneof![
        any::<Index>().prop_map(Change::Remove),
        any::<Index>().prop_map(Change::Double),
        any::<[Index; 2]>().prop_map(|[one, other]| Change::Swap(one, other)),
        (any::<Index>(), item).prop_map(|(place, item)| Change::Put(place, item)),
        any::<Index>().prop_map(Change::Cut),
    ]
}

fn apply<T: Clone>(items: &mut Vec<T>, change: &Change<T>) {
    let at = |place: &Index| place.index(items.len().max(1));
    match change {
        _ if items.is_empty() => {}
        Change::Remove(place) => drop(items.remove(at(place))),
        Change::Double(place) => items.insert(at(place), items[at(place)].clone()),
        Change::Swap(one, other) => {
            let (one, other) = (at(one), at(other));
            items.swap(one, other);
        }
        Change::Put(place, item) => {
            let place = at(place);
            items[place] = item.clone();
        }
        Change::Cut(place) => {
            let place = at(place);
            items.truncate(place);
        }
    }
}

/// An act with whatever numbers a link can hold, many of them at the edges.
fn hostile_act() -> impl Strategy<Value = Act> {
    let node = prop_oneof![(0..3_u16).boxed(), any::<u16>().boxed()].prop_map(NodeId);
    let edge = prop_oneof![
        0..5_u64,
        any::<u64>(),
        (0..64_u32).prop_map(|bit| 1 << bit),
        Just(1_000_000_000_000_000_000),
        Just(u64::MAX),
    ];
    let name = (node.clone(), node.clone(), 0..3_u32, 0..2_u16)
        .prop_map(|(from, to, nth, copy)| MessageRef { from, to, nth, copy });
    let names = vec(name.clone(), 0..4);
    let fault = any::<Index>().prop_map(|place| place.get(faults::ALL));
    let word = "[a-z-]{0,8}";
    let group = vec(node.clone(), 0..4);
    let two = (node.clone(), node.clone());
    prop_oneof![
        (fault.clone(), any::<bool>())
            .prop_map(|(fault, held)| Act::Assume { fault: fault.id.to_owned(), held }),
        (word, any::<bool>()).prop_map(|(fault, held)| Act::Assume { fault, held }),
        (fault, any::<Index>(), edge.clone()).prop_map(|(fault, dial, value)| {
            let dial = dial.get(fault.dials).id.to_owned();
            Act::Turn { fault: fault.id.to_owned(), dial, value: value.cast_signed() }
        }),
        name.clone().prop_map(Act::Deliver),
        name.clone().prop_map(Act::Drop),
        name.clone().prop_map(Act::Duplicate),
        (name.clone(), edge.clone()).prop_map(|(name, by)| Act::Delay(name, Duration(by))),
        name.clone().prop_map(Act::Choose),
        node.clone().prop_map(Act::ChooseTimer),
        node.clone().prop_map(Act::Crash),
        (node.clone(), any::<u16>()).prop_map(|(node, commands)| Act::CrashAfter(node, commands)),
        node.clone().prop_map(Act::Restart),
        node.clone().prop_map(Act::Pause),
        node.clone().prop_map(Act::Resume),
        (node.clone(), edge.clone())
            .prop_map(|(node, reading)| Act::SetClock(node, WallReading(reading.cast_signed()))),
        (node, edge).prop_map(|(node, cost)| Act::SetSpeed(node, Duration(cost))),
        (two.clone(), any::<bool>()).prop_map(|((from, to), one_way)| Act::Cut { from, to, one_way }),
        two.prop_map(|(from, to)| Act::Heal { from, to }),
        (group.clone(), any::<bool>()).prop_map(|(group, one_way)| Act::Partition { group, one_way }),
        group.prop_map(|group| Act::Join { group }),
        (any::<Index>(), names, vec(0..9_u32, 0..4)).prop_map(|(fault, packets, deeds)| {
            Act::Only { fault: fault.get(faults::ALL).id.to_owned(), packets, deeds }
        }),
    ]
}

/// Reads arguments and wants them read or refused in one sentence.
fn check(args: &[String]) -> Result<(), TestCaseError> {
    let args = std::iter::once("lightcone".to_owned()).chain(args.iter().cloned());
    if let Err(sentence) = cli::check(args) {
        prop_assert!(!sentence.is_empty() && !sentence.contains('\n'), "{sentence:?}");
    }
    Ok(())
}

/// The bytes of the fields of a link, as they are behind base64, checksum and deflation.
fn open(link: &str) -> Vec<u8> {
    let body = link.strip_prefix("#v1:").expect("it is a link");
    let packed = URL_SAFE_NO_PAD.decode(body).expect("it is a link");
    miniz_oxide::inflate::decompress_to_vec(&packed[4..]).expect("it is a link")
}

/// The way back, with a checksum that fits, so that hostile fields get past it.
fn close(fields: &[u8]) -> String {
    let deflated = miniz_oxide::deflate::compress_to_vec(fields, 9);
    let mut packed = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC).checksum(&deflated).to_le_bytes().to_vec();
    packed.extend(deflated);
    format!("#v1:{}", URL_SAFE_NO_PAD.encode(packed))
}

/// How many turns a link that was read is followed: past all the deeds, and not to the end of every scene.
const TURNS: u64 = 40;

/// Reads a link; what is valid can be written, read again, and run.
fn follow(text: &str) -> Result<(), TestCaseError> {
    let link = match Link::parse(text) {
        Ok(link) => link,
        Err(bad) => {
            prop_assert!(bad.to_string().len() > 20);
            return Ok(());
        }
    };
    let again = Link::parse(&link.write());
    prop_assert_eq!(again.map(|link| link.write()), Ok(link.write()));
    let mut engine = link.spec.start();
    while engine.turns() < TURNS {
        match engine.step() {
            Ok(_) => {}
            Err(Ended::Refused(sentence)) => {
                prop_assert!(sentence.contains("Action"), "{sentence}");
                break;
            }
            Err(Ended::Idle | Ended::Horizon | Ended::Limit(_)) => break,
        }
    }
    drop(link.spec.findings(&engine, false));
    prop_assert!(
        figure::svg("hostile", &engine, &link.view, (figure::WIDTH, Theme::Dark)).ends_with("</svg>\n")
    );
    prop_assert!(figure::text(&engine, &link.view).contains("true time"));
    let trace = engine.trace();
    prop_assert!(trace.events().all(|event| trace.wall(event).0.unsigned_abs() <= 1 << 53));
    prop_assert!(trace.fates().all(|entry| entry.size <= 1 << 53));
    Ok(())
}

#[test]
fn links_with_deeds_are_valid_as_they_stand() {
    for link in LINKS.iter() {
        assert_eq!(close(&open(link)), *link, "the tests know how a link is packed");
        let read = Link::parse(link).expect("the model wrote it");
        assert_eq!(read.write(), *link);
    }
    let longest =
        LINKS.iter().map(|link| Link::parse(link).expect("it is valid").spec.tape.actions().len()).max();
    assert!(longest > Some(10), "the tapes hold most kinds of deeds: {longest:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_text_is_no_argument_that_harms(args in vec("\\PC{0,12}", 0..6)) {
        check(&args)?;
    }

    #[test]
    fn shuffled_words_are_read_or_refused(places in vec(any::<Index>(), 0..9)) {
        check(&places.iter().map(|place| place.get(&WORDS).clone()).collect::<Vec<_>>())?;
    }

    #[test]
    fn valid_commands_are_carried_out(args in valid_command()) {
        let args = std::iter::once("lightcone".to_owned()).chain(args);
        let (mut out, mut err) = (Vec::new(), Vec::new());
        prop_assert_eq!(cli::answer(args, &mut out, &mut err), 0, "{}", String::from_utf8_lossy(&err));
        prop_assert!(!out.is_empty());
    }

    #[test]
    fn commands_with_a_word_amiss_are_read_or_refused(
        args in valid_command(),
        changes in vec(change(any::<Index>()), 1..4),
    ) {
        let mut args = args;
        for change in changes {
            let change = match change {
                Change::Put(place, word) => Change::Put(place, word.get(&WORDS).clone()),
                Change::Remove(place) => Change::Remove(place),
                Change::Double(place) => Change::Double(place),
                Change::Swap(one, other) => Change::Swap(one, other),
                Change::Cut(place) => Change::Cut(place),
            };
            apply(&mut args, &change);
        }
        check(&args)?;
    }

    #[test]
    fn words_with_a_letter_amiss_are_read_or_refused(
        args in valid_command(),
        word in any::<Index>(),
        changes in vec(change(any::<char>()), 1..4),
    ) {
        let mut args = args;
        let word = word.index(args.len());
        let mut letters: Vec<char> = args[word].chars().collect();
        changes.iter().for_each(|change| apply(&mut letters, change));
        args[word] = letters.into_iter().collect();
        check(&args)?;
    }

    #[test]
    fn random_text_is_no_link(text in "\\PC{0,40}", bytes in vec(any::<u8>(), 0..200)) {
        follow(&text)?;
        follow(&format!("#v1:{text}"))?;
        follow(&format!("#v1:{}", URL_SAFE_NO_PAD.encode(&bytes)))?;
    }

    #[test]
    fn hostile_tapes_are_refused_or_run(
        scene in any::<Index>(),
        acts in vec((0..3_u64, hostile_act()), 1..12),
    ) {
        let scene = *scene.get::<&Scene>(scenes::ALL);
        let mut turn = 0;
        let place = |(turns, act)| {
            turn += turns;
            Action { after_turn: turn, act }
        };
        let tape = Tape::new(acts.into_iter().map(place).collect()).expect("turns never go back");
        let mut link = Model::new(scene).link();
        link.spec.tape = tape;
        follow(&link.write())?;
        // A refused action ends a link's run; an action that comes after it must be tried as well.
        let mut engine = Engine::with_tape(Arc::new(link.spec.setup()), link.spec.tape, true);
        while engine.turns() < TURNS && engine.step().is_ok() {}
    }

    #[test]
    fn random_fields_are_no_link(fields in vec(any::<u8>(), 0..200)) {
        follow(&close(&fields))?;
    }

    #[test]
    fn links_with_a_letter_amiss_are_refused_or_run(link in any::<Index>(), changes in vec(change(any::<char>()), 1..4)) {
        let mut letters: Vec<char> = link.get(&LINKS).chars().collect();
        changes.iter().for_each(|change| apply(&mut letters, change));
        follow(&letters.into_iter().collect::<String>())?;
    }

    #[test]
    fn links_with_a_field_amiss_are_refused_or_run(link in any::<Index>(), changes in vec(change(any::<u8>()), 1..4)) {
        let mut fields = open(link.get::<String>(&LINKS));
        changes.iter().for_each(|change| apply(&mut fields, change));
        follow(&close(&fields))?;
    }
}

#[test]
fn what_a_hand_does_stays_within_what_is_exported() {
    let most = Duration::secs(50 * 24 * 60 * 60);
    let mut model = Model::new(scenes::find("crossed-letters").expect("the smallest scene"));
    while model.engine().in_flight().is_empty() {
        model.update(Msg::Step);
    }
    let name = model.engine().in_flight()[0].name;
    let refused = |model: &Model, act: &Act| model.engine().check(act).expect_err("it is too much");
    for (most, more) in [
        (Act::Delay(name, most), Act::Delay(name, Duration(most.0 + 1))),
        (
            Act::SetClock(NodeId(0), WallReading(-most.0.cast_signed())),
            Act::SetClock(NodeId(0), WallReading(-most.0.cast_signed() - 1)),
        ),
    ] {
        assert!(refused(&model, &more).contains("4320000 s"), "the way out is named");
        model.update(Msg::Act(most));
    }
    while model.engine().ended().is_none() {
        model.update(Msg::Step);
    }
    assert_eq!(model.engine().actions_done(), 2);
    let link = model.link().write();
    assert!(follow(&link).is_ok(), "{link}");
}

#[test]
fn a_link_that_inflates_without_end_is_refused() {
    let fields = vec![0; 64 << 20];
    let link = close(&fields);
    assert!(link.len() < 100_000, "64 MiB in {} characters", link.len());
    let short = link.len() <= 64 << 10;
    let refused = Link::parse(&link).expect_err("it is far too large").to_string();
    assert!(refused.contains(if short { "damaged" } else { "characters" }), "{refused}");
}
