//! Logs from elsewhere and figures in words: whatever is dropped on the page is read into a trace that hangs together or
//! refused in a sentence.
//!
//! The first byte picks the door: a file in whatever format it is, a file with an expression for its events and one for
//! its executions on the first two lines, or a text in the notation for figures.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lightcone::analysis::Causality;
use lightcone::formats::report::Report;
use lightcone::formats::{Options, import, mermaid, notation, shiviz_file};
use lightcone::sim::Trace;

fuzz_target!(|data: &[u8]| {
    let Some((door, data)) = data.split_first() else { return };
    match door % 3 {
        0 => read(data, &Options::default()),
        1 => expressed(data),
        _ => figure(data),
    }
});

fn expressed(data: &[u8]) {
    let mut parts = data.splitn(3, |&byte| byte == b'\n');
    let mut part = || parts.next().unwrap_or_default();
    let [parser, delimiter, log] = [part(), part(), part()];
    let text = |part| Some(String::from_utf8_lossy(part).into_owned()).filter(|text| !text.is_empty());
    read(log, &Options { parser: text(parser), delimiter: text(delimiter), ..Options::default() });
}

fn read(data: &[u8], options: &Options) {
    match import(data, options) {
        Err(bad) => assert!(!bad.0.is_empty() && !bad.0.contains('\n'), "{bad:?}"),
        Ok(import) => {
            for execution in &import.executions {
                let report = Report::of(execution);
                assert!(report.edges <= execution.trace.messages());
                hold(&execution.trace);
            }
        }
    }
}

fn figure(data: &[u8]) {
    match notation::read(&String::from_utf8_lossy(data)) {
        Ok(figure) => hold(&figure.trace),
        Err(mistakes) => assert!(mistakes.iter().all(|it| it.line > 0 && it.column > 0), "{mistakes:?}"),
    }
}

/// Causes come first, and what is written for ShiViz is read as the same order.
fn hold(trace: &Trace) {
    assert!(trace.events().all(|event| trace.causes(event).all(|cause| cause < event)));
    let mut file = Vec::new();
    shiviz_file::write(trace, &mut file).expect("memory");
    let again = import(&file, &Options::default()).expect("what was written can be read");
    let pairs = |trace: &Trace| Causality::of(trace).ordered_pairs();
    assert_eq!(pairs(&again.executions[0].trace), pairs(trace));
    mermaid::write(trace, &mut file).expect("memory");
}
