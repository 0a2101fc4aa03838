//! Finding events: by words in fields, and by the shape of what messages did.
//!
//! # The language
//! Words that are all to be met, `field:value` or a word alone: `kind:receive node:G2 label:ack`. A word alone is
//! looked for in the label and the names of node and other end. Values are matched without regard to case; a kind
//! and a node must be met whole, a label in part. `-label:ack` turns a word round, and `"two words"` keep together.
//!
//! | field | what it looks at |
//! |---|---|
//! | `kind:` | `send`, `receive`, `local`, `timer`, `decide`, `write`, `crash`, `restart`, `pause`, `resume`, `clock-step` |
//! | `node:` | the node's name |
//! | `label:` | what stands beside the event |
//! | `from:`, `to:` | the sender or the receiver of the event's message |
//! | `message:` | the number of the event's message |
//! | `fault:` | who signed the message's fate, such as `latency` |
//! | `shape:` | what its message was part of; see [`Shape`] |
//!
//! A search reads events one by one from where one stands, so that the first match is found without reading all.
//! Shapes are found once for a trace and then asked. Must not know how a match is shown.

use std::fmt;

use super::pattern::Matches;
use super::shapes::{Shape, Shapes};
use crate::base::{EventId, NodeId};
use crate::sim::{EventKind, Trace};

/// What is looked for.
///
/// # Example
/// ```
/// use lightcone::analysis::search::Query;
///
/// assert!(Query::parse("kind:receive node:G2 label:ack").is_ok());
/// let bad = Query::parse("knid:receive").unwrap_err();
/// assert!(bad.to_string().contains("\"knid\""));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    words: Vec<Word>,
}

/// One word of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Word {
    test: Test,
    /// Whether events are wanted that don't meet it.
    is_turned: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Test {
    Any(String),
    Kind(EventKind),
    Node(String),
    Label(String),
    From(String),
    To(String),
    Message(u32),
    Fault(String),
    Shape(Shape),
    Drawn,
}

/// Why a query makes no sense: what is wrong, and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadQuery(String);

impl fmt::Display for BadQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadQuery {}

impl Query {
    /// Reads a query. An empty one finds nothing.
    ///
    /// # Errors
    /// When a field does not exist or has a value that it cannot have.
    pub fn parse(text: &str) -> Result<Self, BadQuery> {
        let words = pieces(text).into_iter().map(|piece| word(&piece)).collect::<Result<_, _>>()?;
        Ok(Self { words })
    }

    /// Looks for the first events of what was drawn, which has to be [found](super::Pattern::find) before.
    pub fn drawn() -> Self {
        Self { words: vec![Word { test: Test::Drawn, is_turned: false }] }
    }

    /// Whether nothing is looked for.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether it asks for a shape, which has to be [found](Shapes::of) before.
    pub fn needs_shapes(&self) -> bool {
        self.words.iter().any(|word| matches!(word.test, Test::Shape(_)))
    }

    /// The same for the nodes of one trace.
    pub fn on<'a>(
        &self,
        trace: &'a Trace,
        shapes: Option<&'a Shapes>,
        drawn: Option<&'a Matches>,
    ) -> Search<'a> {
        let words = self.words.iter().map(|word| (prepare(&word.test, trace), word.is_turned));
        Search { trace, shapes, drawn, words: words.collect() }
    }
}

/// A query on a trace.
pub struct Search<'a> {
    trace: &'a Trace,
    shapes: Option<&'a Shapes>,
    drawn: Option<&'a Matches>,
    words: Vec<(Ready, bool)>,
}

/// A test with names looked up, so that an event takes a comparison and no text.
enum Ready {
    Any(Vec<bool>, String),
    Kind(EventKind),
    Node(Vec<bool>),
    Label(String),
    From(Vec<bool>),
    To(Vec<bool>),
    Message(u32),
    Fault(String),
    Shape(Shape),
    Drawn,
}

impl Search<'_> {
    /// Whether an event is one that is looked for.
    pub fn matches(&self, event: EventId) -> bool {
        !self.words.is_empty()
            && self.words.iter().all(|(test, is_turned)| self.meets(test, event) != *is_turned)
    }

    /// The first match behind an event, or the first of all.
    pub fn next(&self, after: Option<EventId>) -> Option<EventId> {
        let first = after.map_or(0, |event| event.0.saturating_add(1));
        (first..self.trace.len() as u32).map(EventId).find(|event| self.matches(*event))
    }

    /// The last match before an event, or the last of all.
    pub fn previous(&self, before: Option<EventId>) -> Option<EventId> {
        let end = before.map_or(u32::MAX, |event| event.0).min(self.trace.len() as u32);
        (0..end).rev().map(EventId).find(|event| self.matches(*event))
    }

    /// The matches from one event on and below another, so that a long trace can be read in slices.
    pub fn within(&self, from: u32, to: u32) -> impl Iterator<Item = EventId> + '_ {
        (from..to.min(self.trace.len() as u32)).map(EventId).filter(|event| self.matches(*event))
    }

    /// How many there are, and how many of them are not behind an event: `3 of 17`.
    pub fn count(&self, at: Option<EventId>) -> (usize, usize) {
        let (mut before, mut all) = (0, 0);
        for event in self.within(0, u32::MAX) {
            all += 1;
            before += usize::from(at.is_some_and(|at| event <= at));
        }
        (before, all)
    }

    fn meets(&self, test: &Ready, event: EventId) -> bool {
        let trace = self.trace;
        let is_end = |end: fn(&Trace, crate::base::MessageId) -> NodeId, nodes: &[bool]| {
            trace.message(event).is_some_and(|message| nodes[end(trace, message).index()])
        };
        match test {
            Ready::Any(nodes, text) => {
                nodes[trace.node(event).index()]
                    || is_end(Trace::sender, nodes)
                    || is_end(Trace::receiver, nodes)
                    || holds(trace, event, text)
            }
            Ready::Kind(kind) => trace.kind(event) == *kind,
            Ready::Node(nodes) => nodes[trace.node(event).index()],
            Ready::Label(text) => holds(trace, event, text),
            Ready::From(nodes) => is_end(Trace::sender, nodes),
            Ready::To(nodes) => is_end(Trace::receiver, nodes),
            Ready::Message(number) => trace.message(event).is_some_and(|message| message.0 == *number),
            Ready::Fault(name) => trace.message(event).is_some_and(|message| {
                trace.fate(message).iter().any(|entry| entry.fault.eq_ignore_ascii_case(name))
            }),
            Ready::Shape(shape) => self.shapes.is_some_and(|shapes| shapes.has(*shape, event)),
            Ready::Drawn => self.drawn.is_some_and(|drawn| drawn.events(event).is_some()),
        }
    }
}

/// Whether an event's label holds a text that is in lower case.
fn holds(trace: &Trace, event: EventId, text: &str) -> bool {
    let word = trace.label_word(event);
    // Most labels are a word and a number; only where a text could lie in both is the label put together.
    if !trace.is_of_log() && !text.bytes().any(|byte| byte == b' ' || byte.is_ascii_digit()) {
        return holds_text(word, text);
    }
    holds_text(&trace.label(event), text)
}

/// Whether a text holds another that is in lower case, without regard to the case of ASCII letters.
fn holds_text(text: &str, part: &str) -> bool {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    part.is_empty() || text.windows(part.len()).any(|window| window.eq_ignore_ascii_case(part))
}

fn prepare(test: &Test, trace: &Trace) -> Ready {
    let whole = |name: &str| trace.names().iter().map(|other| other.eq_ignore_ascii_case(name)).collect();
    match test {
        Test::Any(text) => Ready::Any(whole(text), text.clone()),
        Test::Kind(kind) => Ready::Kind(*kind),
        Test::Node(name) => Ready::Node(whole(name)),
        Test::Label(text) => Ready::Label(text.clone()),
        Test::From(name) => Ready::From(whole(name)),
        Test::To(name) => Ready::To(whole(name)),
        Test::Message(number) => Ready::Message(*number),
        Test::Fault(name) => Ready::Fault(name.clone()),
        Test::Shape(shape) => Ready::Shape(*shape),
        Test::Drawn => Ready::Drawn,
    }
}

/// The words of a text; what stands in quotation marks stays together, and a mark that is not closed runs to the end.
fn pieces(text: &str) -> Vec<String> {
    let (mut all, mut piece, mut is_quoted) = (Vec::new(), String::new(), false);
    for letter in text.chars() {
        match letter {
            '"' => is_quoted = !is_quoted,
            c if c.is_whitespace() && !is_quoted => {
                if !piece.is_empty() {
                    all.push(std::mem::take(&mut piece));
                }
            }
            c => piece.push(c),
        }
    }
    if !piece.is_empty() {
        all.push(piece);
    }
    all
}

fn word(piece: &str) -> Result<Word, BadQuery> {
    let (is_turned, rest) = match piece.strip_prefix('-') {
        Some(rest) if !rest.is_empty() => (true, rest),
        _ => (false, piece),
    };
    let text = |value: &str| value.to_ascii_lowercase();
    let Some((field, value)) = rest.split_once(':').filter(|(_, value)| !value.is_empty()) else {
        return Ok(Word { test: Test::Any(text(rest)), is_turned });
    };
    let test = match field.to_ascii_lowercase().as_str() {
        "kind" => Test::Kind(EventKind::named(&text(value)).ok_or_else(|| {
            let all: Vec<&str> = EventKind::ALL.iter().map(|kind| kind.name()).collect();
            BadQuery(format!("There is no kind {value:?}; write one of {}.", all.join(", ")))
        })?),
        "node" => Test::Node(text(value)),
        "label" => Test::Label(text(value)),
        "from" => Test::From(text(value)),
        "to" => Test::To(text(value)),
        "message" => Test::Message(value.trim_start_matches('m').parse().map_err(|_| {
            BadQuery(format!("A message has a number, and {value:?} is none; write message:12."))
        })?),
        "fault" => Test::Fault(text(value)),
        "shape" => Test::Shape(Shape::named(&text(value)).ok_or_else(|| {
            let all: Vec<&str> = Shape::ALL.iter().map(|shape| shape.name()).collect();
            BadQuery(format!("There is no shape {value:?}; write one of {}.", all.join(", ")))
        })?),
        _ => {
            return Err(BadQuery(format!(
                "There is no field {field:?}; write kind, node, label, from, to, message, fault or shape, or put the words \
                 in quotation marks without a colon."
            )));
        }
    };
    Ok(Word { test, is_turned })
}
