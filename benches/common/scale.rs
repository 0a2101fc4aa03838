//! A diagram of a million events: opened, moved, asked and searched, natively and in a browser.
//!
//! What is timed is everything that the page's own code does for it, from the run to the drawing. Whoever has a canvas
//! paints the drawing. Must not know how time is taken.

use std::hint::black_box;
use std::sync::Arc;

use lightcone::analysis::search::Query;
use lightcone::analysis::{Causality, Comparison};
use lightcone::app::{LogFile, Model};
use lightcone::base::EventId;
use lightcone::diagram::shape::Drawing;
use lightcone::diagram::{Axis, Index, Selection, Source, View, Window, space_time};
use lightcone::formats::{self, Options, parcel, shiviz_file};
use lightcone::scenes;
use lightcone::sim::{Act, Engine, Setup, Trace};

use super::workloads::{self, scramble};

/// How many events there are.
pub const EVENTS: usize = 1_000_000;

/// How large the picture is, in pixels.
pub const SIZE: (f64, f64) = (1_000.0, 480.0);

/// Makes a run.
type Make = fn() -> Arc<Setup>;

/// The kinds of trace, by their names.
pub const KINDS: [(&str, Make); 3] = [
    ("gossip", workloads::lanes_gossip),
    ("requests", workloads::lanes_requests),
    ("few lanes", workloads::lanes_few),
];

/// The stretches that are looked at, as shares of the run: from all of it down to a handful of events.
const ZOOMS: [f64; 7] = [1.0, 0.3, 0.1, 0.01, 1e-3, 1e-4, 1e-5];

/// How many frames a stretch is moved for before the next.
const FRAMES: u64 = 12;

/// A large run on screen.
pub struct Large {
    engine: Engine,
    /// Another run of the same kind, once there is to be a comparison.
    other: Option<Engine>,
    index: Index,
    causality: Causality,
    view: View,
    chance: u64,
    frames: u64,
}

impl Large {
    /// Makes the run and everything that its first picture needs.
    pub fn open(kind: usize) -> Self {
        let mut engine = Engine::new(KINDS[kind].1());
        while engine.trace().len() < EVENTS && engine.step().is_ok() {}
        let mut index = Index::new();
        index.follow(engine.trace(), Axis::TrueTime);
        let causality = Causality::of(engine.trace());
        let view = View::new(SIZE.0, SIZE.1);
        Self { engine, other: None, index, causality, view, chance: 1, frames: 0 }
    }

    fn trace(&self) -> &Trace {
        self.engine.trace()
    }

    /// The picture as the run is looked at now.
    pub fn draw(&self) -> Drawing {
        let flights = self.engine.in_flight();
        let source = Source {
            in_flight: &flights,
            faults: &self.engine.setup().faults,
            topology: Some(self.engine.topology()),
            ..Source::new(self.trace(), &self.index, &self.causality)
        };
        space_time(&source, &self.view).draw()
    }

    /// Moves on by a frame of panning, and now and then to another place and zoom.
    pub fn move_on(&mut self) {
        let all = self.index.extent(self.trace());
        let turn = self.frames / FRAMES;
        self.view.speaks = false;
        self.view.window = Some(match (self.view.window, self.frames % FRAMES) {
            (Some(window), 1..) => window.moved(window.length() * 0.02),
            _ => {
                let length = all.length() * ZOOMS[turn as usize % ZOOMS.len()];
                let room = (all.length() - length).max(0.0);
                let from = all.from + room * (scramble(&mut self.chance) % 1_000) as f64 / 1_000.0;
                Window::new(from, from + length)
            }
        });
        self.frames += 1;
    }

    /// Selects an event anywhere, and counts what is before, behind and beside it.
    pub fn select(&mut self) {
        let event = EventId((scramble(&mut self.chance) % self.trace().len() as u64) as u32);
        self.view.selection = Selection::Event(event);
        self.view.speaks = true;
        let causality = &self.causality;
        let counts =
            (causality.past_count(event), causality.future(event).count(), causality.concurrent_count(event));
        black_box(counts);
    }

    /// Makes another run of the same setup that goes apart early: the first message under way is dropped.
    pub fn rival(&mut self) {
        let mut other = Engine::new(self.engine.setup().clone());
        while other.in_flight().is_empty() && other.step().is_ok() {}
        if let Some(name) = other.in_flight().first().map(|flight| flight.name) {
            let _ = other.act(&Act::Drop(name));
        }
        while other.trace().len() < EVENTS && other.step().is_ok() {}
        self.other = Some(other);
    }

    /// Compares the two, and says how many events are in this one alone.
    pub fn compare(&self) -> usize {
        let Some(other) = &self.other else { return 0 };
        Comparison::of(self.trace(), other.trace()).only_left().count()
    }

    /// Looks for what occurs nowhere, which reads the whole run, and says how many events were found.
    pub fn search(&self) -> usize {
        let Ok(query) = Query::parse("nowhere") else { return 0 };
        let search = query.on(self.trace(), None, None);
        search.next(None).map_or(0, |first| first.index() + 1)
    }
}

/// A file as ShiViz reads it, of the first so many events of a run that gossips.
pub fn log(hosts: usize, events: usize) -> String {
    let mut engine = Engine::new(workloads::gossip_among(hosts));
    while engine.trace().len() < events && engine.step().is_ok() {}
    let mut file = Vec::new();
    // Nothing fails that writes to memory.
    let _ = shiviz_file::write(engine.trace(), &mut file);
    String::from_utf8_lossy(&file).into_owned()
}

/// What a worker does with such a file: reads it, and packs what it says.
pub fn pack_log(file: &str) -> Vec<u8> {
    parcel::answer(&parcel::ask(&parcel::Ask::Log(Options::default())), file.as_bytes())
}

/// What the page does with a worker's answer up to the first picture: what that shows, and how many events it has.
pub fn unpack_log(answer: &[u8]) -> Option<(Drawing, usize)> {
    let Some(parcel::Answer::Log(Ok(read))) = parcel::unpack(answer) else { return None };
    let mut model = Model::new(scenes::ALL.first()?);
    model.open_log(LogFile { title: String::new(), format: read.format, executions: read.executions });
    let (trace, mut index) = (model.trace(), Index::new());
    index.follow(trace, Axis::Causal);
    let view = View { axis: Axis::Causal, ..View::new(SIZE.0, SIZE.1) };
    Some((space_time(&Source::new(trace, &index, model.causality()), &view).draw(), trace.len()))
}

/// What the first picture of such a file shows, and how many events it has.
pub fn read_log(file: &str) -> Option<(Drawing, usize)> {
    let import = formats::import(file.as_bytes(), &Options::default()).ok()?;
    let trace = &import.executions.first()?.trace;
    let mut index = Index::new();
    index.follow(trace, Axis::Causal);
    let causality = Causality::of(trace);
    let source = Source::new(trace, &index, &causality);
    let view = View { axis: Axis::Causal, ..View::new(SIZE.0, SIZE.1) };
    Some((space_time(&source, &view).draw(), trace.len()))
}
