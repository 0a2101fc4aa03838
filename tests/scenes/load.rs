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
