//! `import`: a log from elsewhere, what it holds and what is wrong with it.
//!
//! Must not know any format.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::files::{self, Files};
use super::{Status, Stop, say};
use crate::formats::{self, BadLog, Execution, Fields, Import, Options, report};

/// How many unread lines are told one by one; the others are counted.
const TOLD_MOST: usize = 20;

/// A log that is to be read.
#[derive(Debug, clap::Args)]
pub(super) struct Order {
    /// The log, as text
    #[arg(value_name = "LOG")]
    file: PathBuf,
    /// An expression for events with the groups host, clock and event, such as "(?<event>.*)\n(?<host>\S*) (?<clock>{.*})"
    #[arg(long, value_name = "RE", allow_hyphen_values = true)]
    parser: Option<String>,
    /// An expression for what separates executions; its group trace names them
    #[arg(long, value_name = "RE", allow_hyphen_values = true)]
    delimiter: Option<String>,
    /// Which fields of JSON objects hold the host, the clock, the event, the time and the execution
    #[arg(long, value_name = "host=FIELD,…", value_delimiter = ',')]
    fields: Vec<String>,
    /// Only the execution of this name
    #[arg(long, value_name = "NAME")]
    execution: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    files: Files,
}

impl From<BadLog> for Stop {
    fn from(bad: BadLog) -> Self {
        Self::Refused(bad.0)
    }
}

impl Order {
    pub(super) fn carry_out(self, out: &mut dyn Write, err: &mut dyn Write) -> Result<Status, Stop> {
        let Self { file, parser, delimiter, fields, execution, json, files } = self;
        let fields = fields_of(&fields)?;
        let bytes = read_file(&file)?;
        let options = Options { parser, delimiter, fields, execution };
        let import = formats::import(&bytes, &options)
            .map_err(|bad| Stop::Refused(format!("{}: {bad}", file.display())))?;
        if files.is_wanted() {
            files::check_one(&file.display().to_string(), &import)?;
            import.executions.iter().try_for_each(|execution| files.write(execution))?;
        }
        for execution in &import.executions {
            tell_unread(execution, err);
        }
        if json {
            report::write(&import, out)?;
        } else {
            summary(&import, out)?;
        }
        let is_sound = import.executions.iter().all(|execution| execution.errors.is_empty());
        Ok(if is_sound { Status::Done } else { Status::Failed })
    }
}

/// Reads `host=node` and the like.
fn fields_of(written: &[String]) -> Result<Fields, Stop> {
    let mut fields = Fields::default();
    for text in written {
        let refused = || {
            Stop::Refused(format!(
                "--fields: {text:?} is not understood; write host=FIELD, clock=FIELD, event=FIELD, time=FIELD or \
                 execution=FIELD, with commas between"
            ))
        };
        let (role, field) = text.split_once('=').ok_or_else(refused)?;
        let place = match role.trim() {
            "host" => &mut fields.host,
            "clock" => &mut fields.clock,
            "event" => &mut fields.event,
            "time" => &mut fields.time,
            "execution" => &mut fields.execution,
            _ => return Err(refused()),
        };
        if field.is_empty() || place.replace(field.trim().to_owned()).is_some() {
            return Err(refused());
        }
    }
    Ok(fields)
}

pub(super) fn read_file(file: &Path) -> Result<Vec<u8>, Stop> {
    std::fs::read(file).map_err(|error| {
        Stop::Refused(format!(
            "{} cannot be read ({error}); name a file that is there and may be read",
            file.display()
        ))
    })
}

/// Names the lines that belong to no event: nothing is left out in silence.
fn tell_unread(execution: &Execution, err: &mut dyn Write) {
    let unread = &execution.unread;
    for (line, why) in unread.lines.iter().take(TOLD_MOST) {
        let why = why.as_deref().unwrap_or("belongs to no event");
        say(err, &format!("line {line} is left out: {why}"));
    }
    let rest = unread.count as usize - unread.lines.len().min(TOLD_MOST);
    if rest > 0 {
        say(err, &format!("and {rest} more lines are left out"));
    }
    if execution.more_errors > 0 {
        say(err, &format!("and {} more errors are not told", execution.more_errors));
    }
}

/// The reports in a few lines for a person.
fn summary(import: &Import, out: &mut dyn Write) -> io::Result<()> {
    for execution in &import.executions {
        let report = report::Report::of(execution);
        if !report.name.is_empty() {
            writeln!(out, "{}", report.name)?;
        }
        writeln!(
            out,
            "{} events at {} hosts, {} edges between them; the longest chain has {} events",
            report.events, report.hosts, report.edges, report.longest_chain
        )?;
        writeln!(out, "{} pairs are ordered, {} concurrent", report.ordered_pairs, report.concurrent_pairs)?;
        for error in &report.errors {
            writeln!(out, "line {}: {}: {}", error.line, error.kind, error.says)?;
        }
    }
    Ok(())
}
