//! Links: whatever is pasted into the address bar is read into a valid run or refused.
//!
//! The first byte picks the door: the text of a link as it stands, or the fields behind a checksum that fits,
//! which a fuzzer would never guess. What is valid must be written as it was read, and run without a panic.

#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use libfuzzer_sys::fuzz_target;
use lightcone::app::Link;

/// Past the deeds of a tape, and not to the end of every scene.
const TURNS: u64 = 40;

fuzz_target!(|data: &[u8]| {
    let Some((door, data)) = data.split_first() else { return };
    let text = if door % 2 == 0 { String::from_utf8_lossy(data).into_owned() } else { close(data) };
    let Ok(link) = Link::parse(&text) else { return };
    let written = link.write();
    assert_eq!(Link::parse(&written).map(|link| link.write()), Ok(written));
    let mut engine = link.spec.start();
    while engine.turns() < TURNS && engine.step().is_ok() {}
    drop(link.spec.findings(&engine, false));
});

fn close(fields: &[u8]) -> String {
    let deflated = miniz_oxide::deflate::compress_to_vec(fields, 1);
    let mut packed = crc32fast::hash(&deflated).to_le_bytes().to_vec();
    packed.extend(deflated);
    format!("#v1:{}", URL_SAFE_NO_PAD.encode(packed))
}
