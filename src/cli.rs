//! The native edge: arguments in, stdout, stderr and an exit status out.
//!
//! What was asked for goes to stdout, and whatever else there is to say to stderr, one sentence a line. The
//! status is 0 if it did what was asked, 1 where a check failed, 2 for bad input or a file that cannot be read
//! or written, 130 if it was cancelled by Ctrl-C. A closed pipe ends it quietly. The library does the work; nothing here knows how a run goes.

mod args;
mod batch;
mod cancel;
mod claims;
mod draw;
mod files;
mod import;
mod list;
mod matrix;
mod run;
mod sweep;
mod values;
mod waiting;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    // Standard output breaks lines into writes of their own; a run of a million events is one line.
    let mut out = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
    ExitCode::from(answer(std::env::args_os(), &mut out, &mut io::stderr().lock()))
}

/// Does what `args` ask, the program's name first, and gives the exit status.
///
/// ```
/// let (mut out, mut err) = (Vec::new(), Vec::new());
/// assert_eq!(lightcone::cli::answer(["lightcone", "list", "--json"], &mut out, &mut err), 0);
/// assert!(out.starts_with(b"{\"scenes\":[") && err.is_empty());
/// assert_eq!(lightcone::cli::answer(["lightcone", "run", "nowhere"], &mut out, &mut err), 2);
/// ```
pub fn answer<A: Into<OsString> + Clone>(
    args: impl IntoIterator<Item = A>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    let command = args::parse(args);
    let done = command.and_then(|command| command.carry_out(out, err));
    let done = done.and_then(|status| out.flush().map(|()| status).map_err(Stop::from));
    match done {
        Ok(Status::Done) | Err(Stop::Closed) => 0,
        Ok(Status::Failed) => 1,
        Ok(Status::Cancelled) => cancel::STATUS,
        Err(Stop::Refused(sentence)) => {
            say(err, &sentence);
            2
        }
    }
}

/// Reads arguments as [`answer`] does, and does nothing of what they ask.
///
/// # Errors
/// The sentence with which they are refused.
pub fn check<A: Into<OsString> + Clone>(args: impl IntoIterator<Item = A>) -> Result<(), String> {
    match args::parse(args) {
        Ok(_) => Ok(()),
        Err(Stop::Refused(sentence)) => Err(sentence),
        Err(Stop::Closed) => Err("the pipe is closed".to_owned()),
    }
}

/// Whether a command that was carried out found what it checks to be right, and came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Done,
    Failed,
    Cancelled,
}

/// Why a command was not carried out to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stop {
    /// What was asked for cannot be done; the sentence names place, value and way out.
    Refused(String),
    /// Nobody reads on.
    Closed,
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Refused(format!("stdout cannot be written ({error}); send it somewhere else")),
        }
    }
}

impl From<crate::sim::BadSetting> for Stop {
    fn from(bad: crate::sim::BadSetting) -> Self {
        Self::Refused(bad.0)
    }
}

/// A sentence for whoever sits at the terminal. If stderr is closed there is nobody to tell, and no reason to
/// stop.
fn say(err: &mut dyn Write, sentence: &str) {
    let _nobody_listens = writeln!(err, "lightcone: {sentence}");
}
