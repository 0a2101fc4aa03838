//! Links: whatever is pasted into the address bar is read into a valid run or refused.
//!
//! The first byte picks the door: the text of a link as it stands, the fields behind a checksum that fits, which a
//! fuzzer would never guess, or changes to the fields of a link that is valid. What is valid must be written as
//! it was read, and run without a panic.

#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use libfuzzer_sys::fuzz_target;
use lightcone::app::{Link, Model, Msg, figure};
use lightcone::base::{Duration, NodeId};
use lightcone::diagram::Theme;
use lightcone::scenes;
use lightcone::sim::Act;

/// Past the deeds of a tape, and not to the end of every scene.
const TURNS: u64 = 40;

fuzz_target!(|data: &[u8]| {
    let Some((door, data)) = data.split_first() else { return };
    let text = match door % 3 {
        0 => String::from_utf8_lossy(data).into_owned(),
        1 => close(data),
        _ => close(&changed(data)),
    };
    let Ok(link) = Link::parse(&text) else { return };
    let written = link.write();
    assert_eq!(Link::parse(&written).map(|link| link.write()), Ok(written));
    let mut engine = link.spec.start();
    while engine.turns() < TURNS && engine.step().is_ok() {}
    drop(link.spec.findings(&engine, false));
    assert!(figure::svg("fuzzed", &engine, &link.view, (figure::WIDTH, Theme::Dark)).ends_with("</svg>\n"));
    drop(figure::text(&engine, &link.view));
});

/// The fields of a link of the smallest scene, with bytes put in: each three bytes of `data` are a place, a length that
/// is taken out there, and a byte that is put in instead.
fn changed(data: &[u8]) -> Vec<u8> {
    let mut model = Model::new(scenes::find("crossed-letters").expect("the smallest scene"));
    model.update(Msg::Step);
    for node in [0, 1] {
        model.update(Msg::Act(Act::SetSpeed(NodeId(node), Duration::millis(1))));
        model.update(Msg::Step);
        model.update(Msg::Act(Act::Crash(NodeId(node))));
    }
    let written = model.link().write();
    let packed = written.strip_prefix("#v1:").map(|body| URL_SAFE_NO_PAD.decode(body));
    let packed = packed.expect("a link has its prefix").expect("and is base64");
    let mut fields = miniz_oxide::inflate::decompress_to_vec(&packed[4..]).expect("and deflated");
    for edit in data.chunks_exact(3) {
        let at = usize::from(edit[0]) % (fields.len() + 1);
        let end = (at + usize::from(edit[1] % 4)).min(fields.len());
        fields.splice(at..end, [edit[2]]);
    }
    fields
}

fn close(fields: &[u8]) -> String {
    let deflated = miniz_oxide::deflate::compress_to_vec(fields, 1);
    let mut packed = crc32fast::hash(&deflated).to_le_bytes().to_vec();
    packed.extend(deflated);
    format!("#v1:{}", URL_SAFE_NO_PAD.encode(packed))
}
