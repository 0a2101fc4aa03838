//! Golden links: each was made once and must open the same run for ever, natively and in the browser.
//!
//! A line of `tests/golden/links.txt` is the trace hash and the link. Lines are only ever added: a link that
//! was shared cannot be taken back. When a line no longer repeats its hash, the format has changed and
//! `app::FORMAT` must rise; the line then moves below the heading of its format, with the new hash.

use lightcone::app::{Link, Model};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test;

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn golden_links_repeat_their_hash() {
    let lines: Vec<&str> =
        include_str!("../golden/links.txt").lines().filter(|line| !line.starts_with('#')).collect();
    let scenes: std::collections::BTreeSet<&str> = lines.iter().map(|line| check(line)).collect();
    let all = lightcone::scenes::ALL.iter().map(|scene| scene.id).collect();
    assert_eq!(scenes, all, "every scene has a golden link");
}

/// Opens the link of a line, compares the hash, and gives the scene's id.
fn check(line: &str) -> &'static str {
    let (hash, link) = line.split_once(' ').expect("a hash and a link");
    let link = Link::parse(link).unwrap_or_else(|bad| panic!("{line}: {bad}"));
    let model = Model::open(link);
    assert_eq!(model.trace().hash().to_string(), hash, "{line}");
    assert!(model.notices.is_empty(), "{line}: {:?}", model.notices);
    model.scene().id
}
