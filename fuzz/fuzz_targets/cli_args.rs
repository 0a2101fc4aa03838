//! Arguments: each line of the input is one. They are read into a command or refused in one sentence, and no
//! command is carried out.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lightcone::cli;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let args = std::iter::once("lightcone").chain(text.split('\n'));
    if let Err(sentence) = cli::check(args) {
        assert!(!sentence.is_empty() && !sentence.contains('\n'), "{sentence:?}");
    }
});
