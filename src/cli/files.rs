//! What was read from a log, or drawn as a figure, as files for others: as a run of our own, for ShiViz, for Mermaid.
//!
//! Must not know what else a command does with what it read.

use std::path::PathBuf;

use super::Stop;
use super::run::write_file;
use crate::app::export;
use crate::formats::{Execution, Import, mermaid, shiviz_file};

/// The file that is wanted: one of these, as `run` writes one.
#[derive(Debug, clap::Args)]
pub(super) struct Files {
    /// Write it into this file as JSON, as `run --json` prints a run; `import` and the page read it back
    #[arg(long, group = "figure", value_name = "FILE")]
    run: Option<PathBuf>,
    /// Write the events with their vector clocks into this file, for ShiViz
    #[arg(long, group = "figure", value_name = "FILE")]
    shiviz: Option<PathBuf>,
    /// Write the messages as a sequence diagram for Mermaid into this file, without times and crossings
    #[arg(long, group = "figure", value_name = "FILE")]
    mermaid: Option<PathBuf>,
}

impl Files {
    /// Whether a file is wanted.
    pub(super) fn is_wanted(&self) -> bool {
        self.run.is_some() || self.shiviz.is_some() || self.mermaid.is_some()
    }

    /// Writes the files.
    pub(super) fn write(&self, execution: &Execution) -> Result<(), Stop> {
        let mut text = Vec::new();
        if let Some(file) = &self.run {
            export::write_log_json(execution, &mut text)?;
            write_file("--run", file, &text)?;
        }
        if let Some(file) = &self.shiviz {
            text.clear();
            shiviz_file::write(&execution.trace, &mut text)?;
            write_file("--shiviz", file, &text)?;
        }
        if let Some(file) = &self.mermaid {
            text.clear();
            mermaid::write(&execution.trace, &mut text)?;
            write_file("--mermaid", file, &text)?;
        }
        Ok(())
    }
}

/// Refuses a file with several executions, which do not go into one.
pub(super) fn check_one(name: &str, import: &Import) -> Result<(), Stop> {
    if import.executions.len() == 1 {
        return Ok(());
    }
    let names: Vec<String> = import.executions.iter().map(|it| format!("{:?}", it.name)).collect();
    let names = names.join(", ");
    Err(Stop::Refused(format!("{name} has several executions; choose --execution {names}")))
}
