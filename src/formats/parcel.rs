//! What goes between the page and the worker that reads files for it: a question, and the answer as bytes.
//!
//! A worker has a memory of its own, so that a file which takes long, or more memory than there is, harms nothing. The
//! side that asks holds no reader of any format: it unpacks what was read. Must not know how bytes travel.

mod trace;

use serde::{Deserialize, Serialize};

use super::notation::{self, Figure, Mistake};
use super::{ALL, BadLog, Execution, Import, LogError, Options, Unread, import};
use trace::Packed;

/// What is to be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ask {
    /// A log.
    Log(Options),
    /// A text in the notation for figures.
    Figure,
}

/// A log that was read.
#[derive(Clone, Debug)]
pub struct Read {
    /// What the format is called in menus.
    pub format: String,
    /// The executions: at least one, and each has events.
    pub executions: Vec<Execution>,
}

/// What was read, or why nothing could be.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A log, or a sentence that says why it is none.
    Log(Result<Read, String>),
    /// A figure, or its mistakes.
    Figure(Result<Box<Figure>, Vec<Mistake>>),
}

#[derive(Serialize, Deserialize)]
enum Head {
    Log { format: String, executions: Vec<ExecutionHead> },
    BadLog(String),
    Figure { title: String },
    Mistakes(Vec<Mistake>),
}

/// All of an execution but its trace, which follows.
#[derive(Serialize, Deserialize)]
struct ExecutionHead {
    name: String,
    errors: Vec<LogError>,
    more_errors: u32,
    unread: Unread,
}

/// The question as bytes.
pub fn ask(ask: &Ask) -> Vec<u8> {
    // Memory never refuses to be written to.
    postcard::to_allocvec(ask).unwrap_or_default()
}

/// Reads a file as it was asked to, and packs what came of it. This is the side of the worker.
pub fn answer(asked: &[u8], file: &[u8]) -> Vec<u8> {
    match postcard::from_bytes(asked) {
        Ok(Ask::Log(options)) => pack_log(import(file, &options)),
        Ok(Ask::Figure) => pack_figure(notation::read(&String::from_utf8_lossy(file))),
        Err(_) => pack_log(Err(BadLog("what was asked is not understood; reload the page".to_owned()))),
    }
}

/// Unpacks an answer; `None` if the bytes are none.
///
/// # Example
/// ```
/// use lightcone::formats::parcel::{Answer, Ask, answer, ask, unpack};
///
/// let bytes = answer(&ask(&Ask::Figure), b"alice -> bob: hello");
/// let Some(Answer::Figure(Ok(figure))) = unpack(&bytes) else { panic!("it is a figure") };
/// assert_eq!(figure.trace.len(), 2);
/// ```
pub fn unpack(bytes: &[u8]) -> Option<Answer> {
    let (head, mut rest) = postcard::take_from_bytes(bytes).ok()?;
    let answer = match head {
        Head::BadLog(why) => Answer::Log(Err(why)),
        Head::Mistakes(mistakes) => Answer::Figure(Err(mistakes)),
        Head::Figure { title } => {
            Answer::Figure(Ok(Box::new(Figure { title, trace: trace::unpack(&mut rest)? })))
        }
        Head::Log { format, executions } => {
            let whole = |head: ExecutionHead| {
                let ExecutionHead { name, errors, more_errors, unread } = head;
                Some(Execution { name, trace: trace::unpack(&mut rest)?, errors, more_errors, unread })
            };
            let executions = executions.into_iter().map(whole).collect::<Option<Vec<_>>>()?;
            Answer::Log(Ok(Read { format, executions }))
        }
    };
    Some(answer)
}

fn pack_log(read: Result<Import, BadLog>) -> Vec<u8> {
    let Import { format, executions } = match read {
        Ok(import) => import,
        Err(bad) => return pack(&Head::BadLog(bad.0), &[]),
    };
    let title = ALL.iter().find(|known| known.id == format).map_or(format, |known| known.title).to_owned();
    let (mut heads, mut traces) = (Vec::new(), Vec::new());
    for execution in executions {
        let Execution { name, trace, errors, more_errors, unread } = execution;
        heads.push(ExecutionHead { name, errors, more_errors, unread });
        traces.push(trace);
    }
    pack(&Head::Log { format: title, executions: heads }, &traces)
}

fn pack_figure(read: Result<Figure, Vec<Mistake>>) -> Vec<u8> {
    match read {
        Ok(Figure { title, trace }) => pack(&Head::Figure { title }, &[trace]),
        Err(mistakes) => pack(&Head::Mistakes(mistakes), &[]),
    }
}

fn pack(head: &Head, traces: &[crate::sim::Trace]) -> Vec<u8> {
    let mut packed = Packed::default();
    packed.add(head);
    traces.iter().for_each(|trace| packed.add_trace(trace));
    packed.into_bytes()
}
