//! A log in place of a run: what was read from a file, or drawn in the notation for figures, and the session that it
//! lies over.
//!
//! The log becomes a session of its own, whose run is over, so that everything which shows a run shows it. The session
//! that was there stays inside as it was, and comes back when the log is put away. Must not know how a file is read.

use std::collections::BTreeMap;

use super::FORMAT;
use super::log_figure::axis_of_log;
use super::looks::Looks;
use super::model::Model;
use super::update::Msg;
use super::view::View;
use crate::analysis::{Causality, Stamps};
use crate::base::EventId;
use crate::formats::report::Counts;
use crate::formats::trace_json::Record;
use crate::formats::{Execution, LogError, Unread};
use crate::sim::{Recording, Trace};

/// A log that was read.
#[derive(Clone, Debug)]
pub struct LogFile {
    /// What it is called: the file's name, as a rule.
    pub title: String,
    /// What its format is called.
    pub format: String,
    /// Its executions; at least one.
    pub executions: Vec<Execution>,
}

/// A log that is on screen.
pub(super) struct Opened {
    title: String,
    format: String,
    /// Each execution; the trace of the chosen one is with the run, and that of one that is compared stands beside it.
    executions: Vec<Held>,
    chosen: usize,
    /// The session that comes back.
    session: Box<Model>,
    /// Which of all logs and executions that were shown it is.
    serial: u32,
}

struct Held {
    name: String,
    trace: Option<Trace>,
    errors: Vec<LogError>,
    more_errors: u32,
    unread: Unread,
}

/// How many errors are listed, and how many lines that belong to no event.
const LISTED_MOST: usize = 200;

/// What the page says of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogView {
    /// What it is called.
    pub title: String,
    /// What its format is called.
    pub format: String,
    /// The names of its executions.
    pub executions: Vec<String>,
    /// Which of them is shown.
    pub chosen: usize,
    /// What is wrong, in the order of the file: the first errors.
    pub errors: Vec<ErrorRow>,
    /// How many errors there are.
    pub error_count: usize,
    /// The first lines that belong to no event, and what is wrong with each if it looked like one.
    pub unread: Vec<(u32, Option<String>)>,
    /// How many such lines there are.
    pub unread_count: usize,
}

/// An error in a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorRow {
    /// The line of the file.
    pub line: u32,
    /// What kind of error it is, in a word.
    pub kind: &'static str,
    /// What is wrong and what should have stood there.
    pub says: String,
    /// The event that stands on that line.
    pub event: Option<EventId>,
}

/// How a log is looked at first.
fn view_of(trace: &Trace) -> View {
    View { clock: "vector".to_owned(), axis: axis_of_log(trace), ..View::default() }
}

impl Model {
    /// Shows a log. The session stays as it is until the log is put away.
    pub fn open_log(&mut self, file: LogFile) {
        let mut executions = file.executions.into_iter().map(|execution| Held {
            name: execution.name,
            trace: Some(execution.trace),
            errors: execution.errors,
            more_errors: execution.more_errors,
            unread: execution.unread,
        });
        let Some(mut first) = executions.next() else { return };
        self.update(Msg::Pause);
        self.dialog = None;
        let serial = self.log.as_ref().map_or(0, |log| log.serial) + 1;
        self.close_log();
        let trace = first.trace.take().unwrap_or_else(|| Trace::of_log(Vec::new()));
        let view = view_of(&trace);
        let model = Self::with(self.spec.clone(), Recording::of_record(trace), view);
        let session = Box::new(std::mem::replace(self, model));
        let executions = std::iter::once(first).chain(executions).collect();
        let (title, format) = (file.title, file.format);
        self.log = Some(Opened { title, format, executions, chosen: 0, session, serial });
        self.status = self.log_says();
    }

    /// Puts the log away, if there is one: the session comes back as it was.
    pub(super) fn close_log(&mut self) {
        if let Some(log) = self.log.take() {
            *self = *log.session;
        }
    }

    /// Shows another execution of the log.
    pub(super) fn choose_execution(&mut self, place: usize) {
        let is_another = |log: &Opened| place < log.executions.len() && place != log.chosen;
        if !self.log.as_ref().is_some_and(is_another) {
            return;
        }
        // The others were compared with what is not shown any more.
        self.give_all_back();
        let Some(log) = &mut self.log else { return };
        let Some(trace) = log.executions.get_mut(place).and_then(|execution| execution.trace.take()) else {
            return;
        };
        self.causality = Causality::of(&trace);
        self.stamps = Stamps::of(&trace);
        self.view = View { clock: std::mem::take(&mut self.view.clock), ..view_of(&trace) };
        self.looks = Looks::default();
        let old = std::mem::replace(&mut self.run, Recording::of_record(trace)).into_trace();
        let before = std::mem::replace(&mut log.chosen, place);
        log.executions[before].trace = Some(old);
        log.serial += 1;
        self.moved();
        self.status = self.log_says();
    }

    /// What an execution of the log is called.
    pub(super) fn execution_name(&self, place: usize) -> Option<&str> {
        self.log.as_ref()?.executions.get(place).map(|execution| execution.name.as_str())
    }

    /// What was recorded of an execution of the log, to stand beside the one that is shown; it is to be taken back. There
    /// may be too much of it to be there twice.
    pub(super) fn lend(&mut self, place: usize) -> Option<Trace> {
        let shown = self.run.engine().trace();
        let log = self.log.as_mut()?;
        if place == log.chosen {
            return Some(shown.clone());
        }
        log.executions.get_mut(place)?.trace.take()
    }

    /// Takes back what was lent.
    pub(super) fn take_back(&mut self, place: usize, trace: Trace) {
        let Some(log) = self.log.as_mut().filter(|log| log.chosen != place) else { return };
        if let Some(execution) = log.executions.get_mut(place) {
            execution.trace = Some(trace);
        }
    }

    /// What is shown of the log, with all that there is to say about it. What has no name of its own is called as its
    /// file is.
    pub(super) fn record(&self) -> Option<Record<'_>> {
        let log = self.log.as_ref()?;
        let held = log.executions.get(log.chosen)?;
        let name = if held.name.is_empty() { &log.title } else { &held.name };
        let (trace, errors, more_errors) = (self.trace(), held.errors.as_slice(), held.more_errors);
        Some(Record { format: FORMAT, name, trace, errors, more_errors, unread: &held.unread })
    }

    /// The session that is kept when the page is left: that below the log.
    pub fn session(&self) -> &Self {
        self.log.as_ref().map_or(self, |log| &log.session)
    }

    /// Whether a log is shown and no run.
    pub fn is_log(&self) -> bool {
        self.log.is_some()
    }

    /// A number that is another for each run and each log: what was worked out for one does not hold for another.
    pub fn subject(&self) -> (usize, u32) {
        let run = std::sync::Arc::as_ptr(self.engine().setup()).addr();
        (run, self.log.as_ref().map_or(0, |log| log.serial))
    }

    /// What is shown: the log's name or the scene's.
    pub fn title(&self) -> &str {
        self.log.as_ref().map_or(self.scene().title, |log| &log.title)
    }

    /// When the scene begins, in seconds of its day, if it says so. A log says when, or counts from its first event.
    pub(super) fn epoch(&self) -> Option<u64> {
        self.scene().epoch.filter(|_| !self.is_log())
    }

    fn log_says(&self) -> String {
        let Some(log) = &self.log else { return String::new() };
        let count =
            |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
        let (held, trace) = (&log.executions[log.chosen], self.trace());
        let errors = held.errors.len() + held.more_errors as usize;
        let execution = if log.executions.len() > 1 { format!(", {}", held.name) } else { String::new() };
        format!(
            "{}{execution}: {} at {}, {}, {} left out.",
            log.title,
            count(trace.len(), "event", "events"),
            count(trace.nodes(), "host", "hosts"),
            count(errors, "error", "errors"),
            count(held.unread.count as usize, "line", "lines"),
        )
    }
}

/// What the page says of the log that is shown, if one is.
pub fn log_view(model: &Model) -> Option<LogView> {
    let log = model.log.as_ref()?;
    let held = log.executions.get(log.chosen)?;
    let trace = model.trace();
    let events: BTreeMap<u32, EventId> =
        trace.suspects().iter().rev().filter_map(|event| Some((trace.line(*event)?, *event))).collect();
    let errors = held.errors.iter().take(LISTED_MOST).map(|error| ErrorRow {
        line: error.line,
        kind: error.kind.name(),
        says: error.says.clone(),
        event: events.get(&error.line).copied(),
    });
    Some(LogView {
        title: log.title.clone(),
        format: log.format.clone(),
        executions: log.executions.iter().map(|execution| execution.name.clone()).collect(),
        chosen: log.chosen,
        errors: errors.collect(),
        error_count: held.errors.len() + held.more_errors as usize,
        unread: held.unread.lines.iter().take(LISTED_MOST).cloned().collect(),
        unread_count: held.unread.count as usize,
    })
}

/// What is shown in numbers. It takes time with the events and the hosts.
pub fn log_counts(model: &Model) -> Counts {
    Counts::of(model.trace(), model.causality())
}

impl Msg {
    /// Whether it is about a run that goes on, so that it means nothing for a log.
    pub(super) fn needs_run(&self) -> bool {
        match self {
            Self::Step
            | Self::StepBack
            | Self::StepNode(_)
            | Self::Run
            | Self::Reset
            | Self::ToEnd
            | Self::Until(_)
            | Self::Speed(_)
            | Self::Seek(_)
            | Self::Branch(..)
            | Self::Act(_)
            | Self::DeliverNow(_)
            | Self::Choose(_)
            | Self::Adversary(_)
            | Self::Assume(..)
            | Self::Dial(..)
            | Self::Seed(_)
            | Self::Preset(..) => true,
            Self::Pause
            | Self::Tick { .. }
            | Self::Scene(_)
            | Self::ViewAs(_)
            | Self::Clock(_)
            | Self::Axis(_)
            | Self::Lane(..)
            | Self::Lanes(_)
            | Self::Look(_)
            | Self::Compare(_)
            | Self::Find(_)
            | Self::Select(_)
            | Self::GoTo(_)
            | Self::Open(_)
            | Self::Execution(_)
            | Self::CloseLog
            | Self::Dialog(_)
            | Self::Close
            | Self::Dismiss(_) => false,
        }
    }
}
