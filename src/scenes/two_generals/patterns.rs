//! The complete search: every pattern of captured messengers, each played out.
//!
//! A pattern says of each messenger whether it is captured if it is ever sent. With so few of them all patterns
//! can be tried, and "there is one" or "there is none" is no guess. Must not know the generals' rule.

use super::{FIRST, SECOND, stage};
use crate::base::Seed;
use crate::programs::general::{ATTACK, Rule};
use crate::scenes::Stage;
use crate::sim::{Act, Engine, EventKind, Setup};
use std::sync::Arc;

/// The patterns with which one general attacks and the other does not, each as the numbers of the messengers that
/// are captured. No assumption is broken but the one about losses.
pub(super) fn parting(acknowledgements: u32, rule: Rule) -> Vec<u32> {
    let all = (acknowledgements + 1).min(20);
    let Stage { nodes, topology, spawn, script, horizon, stay_least, limits } =
        stage(&[acknowledgements.into(), i64::from(rule == Rule::One)]);
    let (seed, faults) = (Seed(0), Vec::new());
    let setup = Arc::new(Setup { nodes, topology, spawn, script, seed, faults, horizon, stay_least, limits });
    let parts = |pattern: &u32| {
        let mut engine = Engine::new(Arc::clone(&setup));
        play(&mut engine, *pattern);
        attackers(&engine) == 1
    };
    (0..1_u32 << all).filter(parts).collect()
}

/// Plays a run to its end in which the messengers of a pattern are captured: that with number n for bit n - 1.
fn play(engine: &mut Engine, pattern: u32) {
    loop {
        let trace = engine.trace();
        let number = |message| trace.sent(message).and_then(|sent| trace.label_number(sent)).unwrap_or(0);
        let is_captured = |nth: u32| nth > 0 && pattern >> (nth - 1) & 1 == 1;
        let under_way = engine.in_flight();
        let captured = under_way.iter().find(|packet| is_captured(number(packet.message)));
        match captured.map(|packet| Act::Drop(packet.name)) {
            // What is in flight can be dropped.
            Some(act) => drop(engine.act(&act)),
            None => {
                if engine.step().is_err() {
                    return;
                }
            }
        }
    }
}

fn attackers(engine: &Engine) -> usize {
    let trace = engine.trace();
    let attacks = |general| {
        trace.events().any(|event| {
            trace.node(event) == general
                && trace.kind(event) == EventKind::Decide
                && trace.label_word(event) == ATTACK
        })
    };
    [FIRST, SECOND].into_iter().filter(|&general| attacks(general)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn for_every_number_of_acknowledgements_there_is_a_pattern_that_parts_them() {
        for acknowledgements in 0..=9 {
            let all = acknowledgements + 1;
            // Worked out by hand: whoever waits for all is parted from the other only by the loss of the last.
            assert_eq!(parting(acknowledgements, Rule::All), [1 << (all - 1)], "{acknowledgements}");
            // Who is content with one is parted when the first came and the second did not, whatever would have
            // followed; where there is no second, when the first did not.
            let one = parting(acknowledgements, Rule::One);
            let expected: Vec<u32> = (0..1_u32 << all)
                .filter(|pattern| if all == 1 { *pattern == 1 } else { pattern & 0b11 == 0b10 })
                .collect();
            assert_eq!(one, expected, "{acknowledgements}");
        }
    }

    #[test]
    fn with_nothing_captured_both_attack() {
        for acknowledgements in 0..=5 {
            assert!(!parting(acknowledgements, Rule::All).contains(&0));
            assert!(!parting(acknowledgements, Rule::One).contains(&0));
        }
    }
}
