//! What a worker has read is on the page what it would be without a worker.

use lightcone::formats::parcel::{Answer, Ask, answer, ask, unpack};
use lightcone::formats::{Execution, Fields, Options, import, notation};
use lightcone::sim::Trace;

use super::formats::{STORY, options_for};

/// A log with every kind of error, two executions, junk, several messages into one event and stated readings.
pub(super) const TROUBLES: &str = "junk\na {\"a\":1}\nx\nb {\"b\":1}\ny\nc {\"c\":1, \"a\":1, \"b\":1}\nboth\nc {\"c\":4, \"z\":1}\n\
    gap\na {\"a\":1}\nagain\na {\"a\":2, \"b\":9}\ntoo much\n";

fn through(log: &str, options: &Options) -> Option<Answer> {
    unpack(&answer(&ask(&Ask::Log(options.clone())), log.as_bytes()))
}

pub(super) fn assert_same(one: &Trace, other: &Trace, what: &str) {
    assert_eq!(one.hash(), other.hash(), "{what}");
    assert_eq!((one.names(), one.suspects()), (other.names(), other.suspects()), "{what}");
    assert_eq!(one.states_walls(), other.states_walls(), "{what}");
    assert!(one.fates().eq(other.fates()) && one.spans().eq(other.spans()), "{what}");
    assert_eq!(one.now(), other.now(), "{what}");
    for event in one.events() {
        assert_eq!(one.label(event), other.label(event), "{what}");
        assert_eq!((one.line(event), one.wall(event)), (other.line(event), other.wall(event)), "{what}");
        assert!(one.more_received(event).eq(other.more_received(event)), "{what}");
        assert!(one.fields(event).eq(other.fields(event)), "{what}");
    }
}

#[test]
fn logs_of_every_format_come_through_unchanged() {
    let several = "--- one ---\na {\"a\":1}\nx\n--- two ---\nb {\"b\":1}\ny\n";
    let delimited = Options { delimiter: Some("^--- (?<trace>\\S*) ---$".to_owned()), ..Options::default() };
    let story =
        STORY.into_iter().filter(|(_, log)| !log.is_empty()).map(|(format, log)| (log, options_for(format)));
    let run = (include_str!("logs/run.json"), Options::default());
    let plain = story.chain([run, (TROUBLES, Options::default())]);
    for (log, options) in plain.chain([(several, delimited)]) {
        let direct = import(log.as_bytes(), &options).unwrap_or_else(|bad| panic!("{bad}\n{log}"));
        let Some(Answer::Log(Ok(read))) = through(log, &options) else { panic!("{log}") };
        assert_eq!(read.executions.len(), direct.executions.len());
        for (one, other) in direct.executions.iter().zip(&read.executions) {
            assert_same(&one.trace, &other.trace, log);
            let rest =
                |it: &Execution| (it.name.clone(), it.errors.clone(), it.more_errors, it.unread.clone());
            assert_eq!(rest(one), rest(other));
        }
    }
}

#[test]
fn what_cannot_be_read_is_refused_in_the_same_words() {
    let fields = Fields { host: Some("node".to_owned()), ..Fields::default() };
    let options = Options { parser: Some("(?<host>a)(?=b)".to_owned()), fields, ..Options::default() };
    let Some(Answer::Log(Err(why))) = through("a", &options) else { panic!("look-ahead") };
    assert_eq!(Err(why), import(b"a", &options).map(|_| ()).map_err(|bad| bad.0));
}

#[test]
fn figures_and_their_mistakes_come_through() {
    let text = "title T\na -> b +1 +4: twice & b -> a: x\na -x b by storm: gone\nwait 3\nb pauses\nwait\nb resumes\nb crashes";
    let direct = notation::read(text).expect("a figure");
    let asked = ask(&Ask::Figure);
    let Some(Answer::Figure(Ok(figure))) = unpack(&answer(&asked, text.as_bytes())) else { panic!() };
    assert_eq!(figure.title, "T");
    assert!(direct.trace.fates().count() > 0 && direct.trace.spans().count() > 0);
    assert_same(&direct.trace, &figure.trace, text);
    let Some(Answer::Figure(Err(mistakes))) = unpack(&answer(&asked, b"lanes a\na -> c: x")) else {
        panic!()
    };
    assert_eq!((mistakes[0].line, mistakes[0].column), (2, 6));
}

#[test]
fn bytes_that_were_cut_off_are_no_answer() {
    let bytes = answer(&ask(&Ask::Log(Options::default())), TROUBLES.as_bytes());
    assert!(unpack(&bytes).is_some());
    assert!((0..bytes.len()).all(|length| unpack(&bytes[..length]).is_none()));
    let Some(Answer::Log(Err(why))) = unpack(&answer(b"\xff", b"")) else { panic!() };
    assert!(why.contains("reload"), "{why}");
}
