//! The scenes about load: what each remedy does to the claims at the scene's seed.

use super::*;

#[test]
fn a_slow_node_brings_the_others_down_and_each_remedy_but_one_keeps_them_up() {
    let with = |remedy| verdicts(&run("cascade", None, &[("cascade.remedy", remedy)]));
    let found: Vec<String> = (0..7).map(with).collect();
    // None, circuit breaker, bulkhead, backpressure, load shedding, rate limit, hedged request.
    assert_eq!(found, ["+-+++", "-++++", "-++++", "+++++", "+++++", "+++++", "+--++"]);
    let calm = [("cascade.slowness", 1), ("cascade.load", 3)];
    assert_eq!(&verdicts(&run("cascade", None, &calm))[..2], "-+", "where nobody is slow, all is well");
}

#[test]
fn a_circuit_is_constant_packets_waste_nothing_and_a_stream_loses_nothing() {
    let with = |sharing, sender, load| {
        let dials = [("circuit.sharing", sharing), ("circuit.sender", sender), ("circuit.load", load)];
        verdicts(&run("circuit", None, &dials))
    };
    // Constant, never idle in vain, nothing dropped, all delivered, nothing late.
    assert_eq!(with(0, 0, 80), "+-+++");
    assert_eq!(with(0, 0, 130), "+--++", "B and C lose; A does not notice");
    assert_eq!(with(1, 0, 80), "-++++");
    assert_eq!(with(1, 0, 110), "-+--+", "datagrams are lost");
    assert_eq!(with(1, 1, 110), "-+-+-", "what a stream keeps comes late");
}
