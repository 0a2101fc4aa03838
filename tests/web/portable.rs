//! Values that must be equal natively and in the browser: each test runs in both, against one constant.
//!
//! A run is a function, so a link made in a browser must repeat itself on the command line.

use lightcone::base::{Cause, Chance, NodeId, Seed};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test;

/// Logarithms and powers are where the two worlds differ if they differ: the standard library's do, on 3 to
/// 10 % of inputs. So a hundred thousand shaped draws are folded into one number.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn shaped_draws_have_the_same_bits_in_both_worlds() {
    let chance = Chance::new(Seed(7), "portable");
    let fold = (0..50_000).fold(0_u64, |fold, nth| {
        let mut draw = chance.draw("test", Cause { from: NodeId(0), to: NodeId(1), nth, copy: 0, hop: 0 });
        let (light, heavy) = (draw.exponential(1 << 50), draw.pareto(1 << 30, 1_300, 1 << 60));
        (fold.rotate_left(7) ^ light).wrapping_mul(0x0100_0000_01b3).wrapping_add(heavy)
    });
    assert_eq!(fold, 10_461_565_890_430_930_315);
}
