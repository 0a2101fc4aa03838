//! Logs from elsewhere: every format, every kind of error, and what a stranger may drop on the page.

mod counts;
mod errors;
mod errors_in_formats;
mod expressions;
mod formats;
mod hostile;
mod notation;
mod parcel;
mod records;
mod round_trip;

use lightcone::formats::report::Report;
use lightcone::formats::{Execution, Import, Options, import};

/// Reads a log that must be readable.
fn read(log: &str) -> Import {
    import(log.as_bytes(), &Options::default()).unwrap_or_else(|bad| panic!("{bad}\n{log}"))
}

/// Reads a log with one execution.
fn only(log: &str) -> Execution {
    let mut import = read(log);
    assert_eq!(import.executions.len(), 1, "{log}");
    import.executions.remove(0)
}

fn report(log: &str) -> Report {
    Report::of(&only(log))
}

/// With one place of a log changed it is refused, with a sentence that says this.
fn assert_refused(log: &str, (from, to): (&str, &str), expected: &str) {
    let changed = log.replacen(from, to, 1);
    assert_ne!(changed, log, "{from}");
    let bad = import(changed.as_bytes(), &Options::default()).expect_err(expected).0;
    assert!(bad.contains(expected), "{bad}");
}
