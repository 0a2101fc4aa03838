//! The counting: a board, and the workers that empty it.
//!
//! It goes on while the page is used, and stops when nobody looks. What was counted stays for as long as the page is
//! there. Must not know how it is shown.

use std::time::Duration as Wait;

use leptos::prelude::*;

use super::super::bug;
use super::crew::{self, Hand, Said};
use crate::app::matrix::{Board, Task};
use crate::base::Duration;
use crate::explore::Matrix;

/// How often what is shown follows what was counted, and how often it is looked after the workers.
const BEAT: Wait = Wait::from_millis(200);

/// A worker that has said nothing for so long, in milliseconds, is thought to be no more; or for so many times as long
/// as the slowest task took so far, where that is longer.
const SILENCE: f64 = 10_000.0;
const SILENCE_TASKS: f64 = 20.0;

/// A counting that can be looked at and told what to do. Copies are the same.
#[derive(Clone, Copy)]
pub struct Counting {
    state: StoredValue<State, LocalStorage>,
    /// It changes when there is something new to show.
    pub beats: RwSignal<u32>,
    /// Whether workers are at it.
    pub is_running: RwSignal<bool>,
    /// What went wrong, in a sentence; empty if nothing did.
    pub remark: RwSignal<String>,
}

#[derive(Default)]
struct State {
    board: Option<Board>,
    hands: Vec<AtWork>,
    /// The number of the next worker.
    next: u32,
    /// Until when the time was counted.
    spent_until: f64,
    /// How long the slowest task took.
    slowest: f64,
    /// How many workers were lost.
    lost: u32,
}

struct AtWork {
    id: u32,
    hand: Hand,
    /// Since when nothing was heard of it.
    since: f64,
}

impl Counting {
    /// Nothing is counted yet.
    pub fn new() -> Self {
        Self {
            state: StoredValue::new_local(State::default()),
            beats: RwSignal::new(0),
            is_running: RwSignal::new(false),
            remark: RwSignal::new(String::new()),
        }
    }

    /// Takes up another matrix, of which nothing has been counted.
    pub fn take_up(self, matrix: Matrix) {
        self.stop();
        self.remark.set(String::new());
        self.state.update_value(|state| state.board = Some(Board::new(matrix)));
        self.beat();
    }

    /// Has each cell counted with so many runs.
    pub fn resize(self, runs: u64) {
        let was_running = self.is_running.get_untracked();
        self.stop();
        self.state.update_value(|state| {
            if let Some(board) = &mut state.board {
                board.resize(runs);
            }
        });
        self.beat();
        if was_running {
            self.start();
        }
    }

    /// Reads the board, if there is one.
    pub fn read<T>(self, of: impl FnOnce(&Board) -> T) -> Option<T> {
        self.state.with_value(|state| state.board.as_ref().map(of))
    }

    /// Starts the workers, if something is left to be done.
    pub fn start(self) {
        if self.is_running.get_untracked() || self.read(Board::is_done) != Some(false) {
            return;
        }
        self.is_running.set(true);
        self.state.update_value(|state| state.spent_until = crew::now());
        // Workers that start take all cores for a while; what was just put on the screen is to be painted first.
        request_animation_frame(move || set_timeout(move || self.begin(), Wait::ZERO));
    }

    fn begin(self) {
        // It may have been stopped in the meantime, or stopped and started.
        if bug::is_dead() || !self.is_running.get_untracked() || self.workers() > 0 {
            return;
        }
        (0..crew::size()).for_each(|_| self.hire());
        if self.workers() == 0 {
            self.remark.set("The browser starts no workers here, so that nothing can be counted.".to_owned());
            self.stop();
            return;
        }
        self.beat_soon();
    }

    /// Stops the workers. What they were at is done when it goes on.
    pub fn stop(self) {
        self.state.update_value(|state| {
            let hands = std::mem::take(&mut state.hands);
            if let Some(board) = &mut state.board {
                hands.iter().for_each(|hand| board.put_back(hand.id));
            }
        });
        self.spend();
        self.is_running.set(false);
        self.beat();
    }

    /// How many workers are at it.
    pub fn workers(self) -> usize {
        self.state.with_value(|state| state.hands.len())
    }

    fn hire(self) {
        let id = self.state.try_update_value(|state| {
            state.next += 1;
            state.next
        });
        let Some(id) = id else { return };
        let Some(hand) = Hand::start(move |said| self.hear(id, said)) else { return };
        self.state.update_value(|state| state.hands.push(AtWork { id, hand, since: crew::now() }));
    }

    fn hear(self, id: u32, said: Said) {
        match said {
            Said::Ready => self.feed(id),
            Said::Counted(tally) => {
                self.state.update_value(|state| {
                    let now = crew::now();
                    if let Some(hand) = state.hands.iter().find(|hand| hand.id == id) {
                        state.slowest = state.slowest.max(now - hand.since);
                    }
                    if let Some(board) = &mut state.board {
                        board.done(id, &tally);
                    }
                });
                self.feed(id);
            }
            Said::Refused(why) => {
                self.remark.set(why);
                self.stop();
            }
            Said::Gone | Said::Found(_) => self.lose(id),
        }
    }

    /// Gives a worker its next task, or sends it home where there is none.
    fn feed(self, id: u32) {
        self.state.update_value(|state| {
            let Some(board) = &mut state.board else { return };
            let Some(place) = state.hands.iter().position(|hand| hand.id == id) else { return };
            match board.take(id) {
                None => drop(state.hands.remove(place)),
                Some(chunk) => {
                    let hand = &mut state.hands[place];
                    hand.since = crew::now();
                    hand.hand.count(&Task::new(board.matrix(), chunk.cell, chunk.seeds));
                }
            }
        });
        if self.read(Board::is_done) == Some(true) {
            self.stop();
        }
    }

    /// A worker is no more: it is said, its work is done again, and another takes its place.
    fn lose(self, id: u32) {
        self.state.update_value(|state| {
            state.hands.retain(|hand| hand.id != id);
            state.lost += 1;
            if let Some(board) = &mut state.board {
                board.lost(id);
            }
        });
        let lost = self.state.with_value(|state| state.lost);
        self.remark.set(match lost {
            1 => "A worker stopped. Its runs are counted again, and nothing else is lost.".to_owned(),
            lost => {
                format!("{lost} workers stopped. Their runs are counted again, and nothing else is lost.")
            }
        });
        match self.read(Board::is_done) {
            Some(false) => self.hire(),
            Some(true) | None => self.stop(),
        }
    }

    /// Looks after the workers, and shows what was counted.
    fn beat_soon(self) {
        set_timeout(
            move || {
                if bug::is_dead() || !self.is_running.get_untracked() {
                    return;
                }
                let silent: Vec<u32> = self.state.with_value(|state| {
                    let most = SILENCE.max(SILENCE_TASKS * state.slowest);
                    let is_silent = |hand: &&AtWork| crew::now() - hand.since > most;
                    state.hands.iter().filter(is_silent).map(|hand| hand.id).collect()
                });
                silent.into_iter().for_each(|id| self.lose(id));
                self.spend();
                self.beat();
                self.beat_soon();
            },
            BEAT,
        );
    }

    fn beat(self) {
        self.beats.update(|beats| *beats = beats.wrapping_add(1));
    }

    fn spend(self) {
        if !self.is_running.get_untracked() {
            return;
        }
        self.state.update_value(|state| {
            let now = crew::now();
            let millis = (now - state.spent_until).max(0.0);
            state.spent_until = now;
            if let Some(board) = &mut state.board {
                board.spend(Duration((millis * 1e6) as u64));
            }
        });
    }
}
