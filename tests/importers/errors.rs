//! Every kind of error, each in a log of a few lines: on which line it is told, and that what should have stood there
//! is named.

use super::{only, report};

/// Events in short, `host entry entry …; …` where an entry is a letter and a number: each one's host, and its clock as
/// JSON.
pub(super) fn parse(short: &str) -> Vec<(String, String)> {
    let event = |event: &str| {
        let mut words = event.split_whitespace();
        let host = words.next().expect("a host");
        let entries: Vec<String> =
            words.map(|entry| format!("\"{}\":{}", &entry[..1], &entry[1..])).collect();
        (host.to_owned(), format!("{{{}}}", entries.join(", ")))
    };
    short.split(';').map(event).collect()
}

/// Such events as a log.
fn log(short: &str) -> String {
    let events = parse(short).into_iter().zip(short.split(';'));
    events.map(|((host, clock), text)| format!("{host} {clock}\n{}\n", text.trim())).collect()
}

/// The errors as `event kind`, events counted from 1; and each says something of these.
fn check(short: &str, expected: &[(u32, &str, &str)]) {
    let text = log(short);
    let found = report(&text);
    let told: Vec<(u32, &str)> =
        found.errors.iter().map(|error| (error.line.div_ceil(2), error.kind)).collect();
    let wanted: Vec<(u32, &str)> = expected.iter().map(|(event, kind, _)| (*event, *kind)).collect();
    assert_eq!(told, wanted, "{short}\n{:#?}", found.errors);
    for (error, (_, _, says)) in found.errors.iter().zip(expected) {
        assert!(error.says.contains(says), "{short}: {}", error.says);
        assert_eq!(error.line % 2, 1, "the line of the clock is told");
    }
    // Every event is still shown, and the pairs of the sound ones add up.
    let execution = only(&text);
    assert_eq!(execution.trace.len(), short.split(';').count());
    let mut lines: Vec<u32> = found.errors.iter().map(|error| error.line).collect();
    lines.dedup();
    let suspects = execution.trace.suspects();
    assert_eq!(suspects.len(), lines.len());
    assert!(
        suspects.iter().all(|&event| execution.trace.line(event).is_some_and(|line| lines.contains(&line)))
    );
    let sound = (found.events - lines.len()) as u64;
    assert_eq!(found.ordered_pairs + found.concurrent_pairs, sound * sound.saturating_sub(1) / 2);
}

#[test]
fn a_sound_log_has_no_errors() {
    check("a a1; a a2; b b1 a2; b b2 a2; a a3 b2", &[]);
    // Zeros say nothing, even of a host that is not there.
    check("a a1 b0 z0; b b1", &[]);
    // Lines out of order are sorted.
    check("b b2 a2; a a2; a a1; b b1", &[]);
    // One event may hear of two others at once, and be heard of by two.
    check("a a1; b b1; c c1 a1 b1; d d1 c1 a1 b1; e e1 c1 a1 b1", &[]);
}

#[test]
fn a_gap_is_told_where_the_count_jumps() {
    check("a a1; a a3; a a4", &[(2, "gap", "\"a\":2")]);
    check("a a2; a a3", &[(1, "gap", "\"a\":1")]);
    check("a a1; a b1; b b1", &[(2, "gap", "leaves out its own host; it should say \"a\":2")]);
    // What is known of the missing event is known of the one before it.
    check("a a1; a a3; b b1 a2", &[(2, "gap", "from 1 (line 1) to 3")]);
}

#[test]
fn counts_that_stand_still_or_fall_are_not_monotone() {
    check("a a1; a a1", &[(2, "non-monotone", "\"a\":2")]);
    check("b b1; b b2; a a1 b2; a a2 b1", &[(4, "non-monotone", "\"b\" falls from 2 (line 5) to 1")]);
    check("b b1; b b2; a a1 b2; a a2; a a3", &[(4, "non-monotone", "\"b\":2 or more")]);
    // Told once, although the last event goes on with too little.
    check("b b1; b b2; a a1 b2; a a2 b1; a a3 b1", &[(4, "non-monotone", "falls")]);
}

#[test]
fn what_a_cause_knew_must_be_known() {
    check("a a1; b b1 a1; c c1 b1", &[(3, "intransitive", "\"b\":1 (line 3), which knew more of others")]);
    check("a a1; b b1 a1; c c1 b1", &[(3, "intransitive", "\"a\":1 or more")]);
    check("a a1; a a2; b b1 a2; c c1 b1 a1", &[(4, "intransitive", "says \"a\":1")]);
    // The effects of what is told are not told again.
    check("a a1; b b1 a1; c c1 b1; c c2 b1; d d1 c2 b1", &[(3, "intransitive", "")]);
}

#[test]
fn events_cannot_follow_from_themselves() {
    check("a a1 b1; b b1 a1", &[(1, "cycle", "\"b\":1 (line 3)"), (2, "cycle", "\"a\":1 (line 1)")]);
    check("a a1 b1 c1; b b1 a1 c1; c c1 a1 b1", &[(1, "cycle", ""), (2, "cycle", ""), (3, "cycle", "")]);
    // A ring in which no two know of each other.
    check("a a1 b1; b b1 c1; c c1 a1", &[(1, "cycle", ""), (2, "cycle", ""), (3, "cycle", "")]);
    // A message from the future: a knows of b's third event before its own second, of which that knows.
    check(
        "a a1 b3; a a2 b3; b b1; b b2 a2; b b3 a2; c c1",
        &[(1, "cycle", "\"b\":3"), (4, "cycle", "\"a\":2")],
    );
}

#[test]
fn hosts_without_events_are_unknown() {
    check("a a1 z1", &[(1, "unknown-host", "\"z\", which has no event")]);
    // It is told where it comes in.
    check("a a1; a a2 z1; a a3 z1; b b1 a3 z1", &[(2, "unknown-host", "")]);
}

#[test]
fn nobody_can_know_of_more_events_than_there_are() {
    check("a a1; b b1 a5", &[(2, "too-much", "\"a\":1 or less")]);
    check("a a1; b b1 a5; b b2 a5; c c1 a5 b2", &[(2, "too-much", "5 events of \"a\", which has only 1")]);
}

#[test]
fn one_line_may_be_wrong_in_several_ways() {
    check("a a1; a a3 z1; b b1 a7", &[(2, "gap", ""), (2, "unknown-host", ""), (3, "too-much", "")]);
}

#[test]
fn the_pairs_of_what_is_sound_are_counted() {
    // c1 is suspect: a1 → b1 is ordered, d1 concurrent to both.
    let found = report(&log("a a1; b b1 a1; c c1 b1; d d1"));
    assert_eq!((found.ordered_pairs, found.concurrent_pairs, found.edges, found.events), (1, 2, 2, 4));
    assert_eq!(found.longest_chain, 3);
}
