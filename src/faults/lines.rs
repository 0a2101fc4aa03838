//! Lines that take one frame after the other, and the frames that wait at their near ends.
//!
//! A frame takes up its line for as long as its bits need at the line's capacity. What comes meanwhile waits, if
//! there is room, and is turned away if not. A line that is idle costs nothing: nobody is woken for it. Must not
//! know how fast which line is, or why.

use std::collections::VecDeque;

use crate::base::{Duration, LinkId, TrueTime};
use crate::sim::{Class, Effects, FateUnit, Gauge, Hop, MessageRef, Release, World, WorldActs};

/// The longest that a frame takes up a line, far beyond every scene.
const FRAME_MOST: u128 = Duration::secs(86_400).0 as u128;

/// The word under which a frame's fate says how many bytes wait, itself included.
const WAITING: &str = "queue";

/// The word under which it says how many were left when it went.
const LEFT: &str = "left in queue";

/// Which frame of those that wait goes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Discipline {
    /// The one that has waited longest. All share the room, and a frame for which there is none is lost: tail drop.
    Fifo,
    /// One that matters most; of those, the one that has waited longest. Each class has room of its own, as in a
    /// switch with a queue for each: a flood of one cannot take the others' room. A frame that is on the line is
    /// not interrupted.
    Priority,
}

/// How one line is, as far as a frame that meets it has to know.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    /// Bits a second.
    pub(super) capacity: u64,
    /// How many bytes may wait.
    pub(super) room: u64,
    /// Which goes next.
    pub(super) discipline: Discipline,
}

impl Rule {
    /// How long a frame of so many bytes takes up the line.
    pub(super) fn transmission(&self, bytes: u64) -> Duration {
        let nanos = (u128::from(bytes) * 8 * 1_000_000_000).div_ceil(u128::from(self.capacity.max(1)));
        Duration(nanos.min(FRAME_MOST) as u64)
    }
}

/// The lines of a network, by the ids of their links.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines {
    lines: Vec<Line>,
}

#[derive(Clone, Debug, Default)]
struct Line {
    /// When the frame that is on it has left.
    free_at: TrueTime,
    /// Those that wait, in the order in which they came.
    waiting: VecDeque<Waiting>,
    /// How many bytes wait, by class.
    bytes: [u64; Class::COUNT],
}

#[derive(Clone, Copy, Debug)]
struct Waiting {
    name: MessageRef,
    class: Class,
    bytes: u64,
}

impl Lines {
    /// A frame meets its line: it goes at once, waits, or is turned away. Says whether it goes sooner or later.
    pub(super) fn meet(&mut self, hop: &Hop<'_>, rule: Rule, effects: &mut Effects) -> bool {
        let place = hop.id.index();
        if place >= self.lines.len() {
            self.lines.resize_with(place + 1, Line::default);
        }
        let line = &mut self.lines[place];
        let bytes = hop.frame as u64;
        if line.waiting.is_empty() && line.free_at <= hop.at {
            let takes = rule.transmission(bytes);
            line.free_at = hop.at + takes;
            effects.delay("transmission", takes);
            return true;
        }
        let taken = match rule.discipline {
            Discipline::Fifo => line.bytes(),
            Discipline::Priority => line.bytes[hop.class as usize],
        };
        if taken + bytes > rule.room {
            effects.note(WAITING, line.bytes(), FateUnit::Bytes);
            effects.lose("queue full");
            return false;
        }
        if line.waiting.is_empty() {
            effects.wake_at(line.free_at, hop.id.0);
        }
        line.bytes[hop.class as usize] += bytes;
        line.waiting.push_back(Waiting { name: hop.name(), class: hop.class, bytes });
        effects.note(WAITING, line.bytes(), FateUnit::Bytes);
        effects.hold();
        true
    }

    /// A frame has left this line, and the next one goes.
    pub(super) fn wake(&mut self, link: LinkId, rule: Rule, world: &World<'_>, acts: &mut WorldActs) {
        let Some(line) = self.lines.get_mut(link.index()) else { return };
        while let Some(next) = line.next(rule.discipline) {
            // A hand may have taken it away.
            if !world.is_held(next.name) {
                continue;
            }
            let takes = rule.transmission(next.bytes);
            line.free_at = world.now + takes;
            let delay = Some(("transmission", takes));
            let note = Some((LEFT, line.bytes(), FateUnit::Bytes));
            acts.release_with(next.name, Release { effect: "queued", delay, note });
            if !line.waiting.is_empty() {
                acts.wake_at(line.free_at, link.0);
            }
            return;
        }
    }

    /// For how long each line is still taken and what waits at it, for [`crate::sim::Fault::remembers`].
    pub(super) fn remembers(&self, now: TrueTime) -> Vec<i64> {
        let is_taken = |line: &Line| line.free_at > now || !line.waiting.is_empty();
        let row = |(place, line): (usize, &Line)| {
            let waiting = line.waiting.iter().flat_map(|it| [it.class as i64, it.bytes as i64]);
            let head = [place as i64, line.free_at.since(now).0 as i64, line.waiting.len() as i64];
            head.into_iter().chain(waiting).collect::<Vec<i64>>()
        };
        self.lines.iter().enumerate().filter(|(_, line)| is_taken(line)).flat_map(row).collect()
    }

    /// How many bytes wait at each line where any do.
    pub(super) fn gauges(&self, world: &World<'_>) -> Vec<Gauge> {
        let gauge = |(place, line): (usize, &Line)| Gauge {
            link: Some(LinkId(place as u32)),
            node: world.topology.links[place].from,
            effect: WAITING,
            size: line.bytes(),
            unit: FateUnit::Bytes,
        };
        self.lines.iter().enumerate().map(gauge).filter(|gauge| gauge.size > 0).collect()
    }
}

impl Line {
    /// How many bytes wait.
    fn bytes(&self) -> u64 {
        self.bytes.iter().sum()
    }

    /// Takes the frame that goes next.
    fn next(&mut self, discipline: Discipline) -> Option<Waiting> {
        let first = match discipline {
            Discipline::Fifo => 0,
            Discipline::Priority => {
                let most = self.waiting.iter().map(|waiting| waiting.class).max()?;
                self.waiting.iter().position(|waiting| waiting.class == most)?
            }
        };
        let next = self.waiting.remove(first)?;
        self.bytes[next.class as usize] -= next.bytes;
        Some(next)
    }
}
