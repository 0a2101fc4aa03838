//! How a run moves by itself: playing, running until something, and going to a far place, a slice at a time.
//!
//! How long a slice may be is told to it, so that whoever looks can stop at any time. Must not know what time it is.

use super::history::BranchId;
use super::link::{Link, NO_HASH};
use super::model::Model;
use super::playback::Pace;
use super::until::{Until, is_any_broken};
use super::view::Selection;
use super::{FORMAT, Msg, screen};
use crate::base::{Duration, EventId};
use crate::scenes;
use crate::sim::{Ended, Position};

/// After how many turns the claims are looked at again while running until one is broken.
const CLAIMS_EVERY: u64 = 32;

/// How many turns that were never taken are taken at once. A place behind them is gone to in slices.
const NEAR: u64 = 2_048;

/// The way to a far place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journey {
    /// The place.
    pub to: Position,
    /// Why it is gone to.
    pub(super) why: Why,
}

/// Why a place is gone to: what is said there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// It was asked for.
    Turn,
    /// A link stands there, where the run had a hash.
    Link(String),
    /// The session stood there when it was left.
    Session,
    /// A branch had come so far.
    Branch(BranchId),
}

impl Model {
    /// Whether the model wants further ticks.
    pub fn is_moving(&self) -> bool {
        self.pace != Pace::Still || self.is_catching_up() || self.is_comparing()
    }

    /// A session on the way to where a link says: there already, unless that is far.
    ///
    /// The run is replayed. A hash that differs, or a tape that can't be followed to its end, is said in a
    /// notice: the session is still worth seeing.
    pub fn opening(link: Link) -> Self {
        let mut model = Self::of(link.spec, link.view);
        if link.format < FORMAT {
            model.notice(format!(
                "This link was made with format {} and this page has format {FORMAT}; the run may differ from what was shared.",
                link.format
            ));
        }
        model.go(link.position, Why::Link(link.hash));
        model
    }

    /// A session that stands where a link says: [`Model::opening`], however long it takes.
    pub fn open(link: Link) -> Self {
        let mut model = Self::opening(link);
        while let Pace::Towards(journey) = model.pace.clone() {
            model.tick_towards(journey, u32::MAX);
        }
        model
    }

    /// Goes to a place of the present branch: at once, or in slices if that is far beyond all that was recorded.
    pub(super) fn go(&mut self, to: Position, why: Why) {
        self.pace = Pace::Still;
        let recorded = self.trace().kept_turns().max(self.position().turn);
        if to.turn <= recorded + NEAR {
            let reached = self.run.seek(to);
            return self.arrive(&why, reached);
        }
        if self.position().turn < recorded {
            // So far the way is short.
            let _ = self.run.seek(Position { turn: recorded, actions: 0 });
            self.moved();
        }
        self.status = format!("On the way to turn {}. Pause to stay where the run has come to.", to.turn);
        self.pace = Pace::Towards(Journey { to, why });
    }

    fn tick_towards(&mut self, journey: Journey, turns_most: u32) {
        for _ in 0..turns_most {
            if self.position().turn >= journey.to.turn {
                let reached = self.run.seek(journey.to);
                return self.arrive(&journey.why, reached);
            }
            if let Err(ended) = self.run.step() {
                return self.arrive(&journey.why, Err(ended));
            }
        }
        self.moved();
        self.pace = Pace::Towards(journey);
    }

    /// A place has been reached, or the run ends before it.
    fn arrive(&mut self, why: &Why, reached: Result<(), Ended>) {
        self.pace = Pace::Still;
        self.moved();
        let happened = screen::last_turn(self);
        self.status = match why {
            Why::Turn => happened,
            Why::Link(_) => format!("The link is open. {happened}"),
            Why::Session => format!("Where you left it. {happened}"),
            Why::Branch(branch) => format!("Branch {}. {happened}", branch.0 + 1),
        };
        match (why, reached) {
            (Why::Link(_), Err(ended)) => {
                self.notice(format!("The run ends before the place that the link names. {ended}"));
            }
            (Why::Turn | Why::Session | Why::Branch(_), Err(ended)) => self.status = ended.to_string(),
            (Why::Link(hash), Ok(())) if *hash != NO_HASH && self.trace().hash().short() != *hash => self.notice(
                "This run differs from the one that was shared: its hash is another. The link was made by another version."
                    .to_owned(),
            ),
            (_, Ok(())) => {}
        }
        self.stopped();
    }

    pub(super) fn go_to_end(&mut self) {
        self.pace = Pace::Still;
        let (kept, here) = (self.trace().kept_turns(), self.position().turn);
        if here < kept {
            self.seek(Position { turn: kept, actions: self.engine().tape().actions().len() });
            self.status = screen::last_turn(self);
            self.stopped();
        } else {
            self.run_until(Until::End);
        }
    }

    pub(super) fn run_until(&mut self, until: Until) {
        let says = until.says(|node| self.name(node).to_owned());
        self.pace = Pace::Until(until);
        self.status = format!("Running until {says}.");
    }

    pub(super) fn tick(&mut self, passed: Duration, turns_most: u32) {
        match self.pace.clone() {
            Pace::Still => self.catch_up(),
            Pace::Playing(shown) => {
                let until = Pace::after(shown, passed, self.speed);
                self.pace = Pace::Playing(until);
                for _ in 0..turns_most {
                    if !self.run.has_action_here() && self.engine().next_at().is_none_or(|at| at > until) {
                        // Nothing is due yet. Where nothing is left, the next attempt says so.
                        if self.engine().next_at().is_some() {
                            return;
                        }
                    }
                    if let Err(ended) = self.advance() {
                        return self.end(&ended);
                    }
                }
                // There was more to do than may be done at once: what is shown waits for the run.
                self.pace = Pace::Playing(self.engine().now().max(shown));
            }
            Pace::Until(until) => self.tick_until(&until, turns_most),
            Pace::Towards(journey) => self.tick_towards(journey, turns_most),
        }
    }

    fn tick_until(&mut self, until: &Until, turns_most: u32) {
        for _ in 0..turns_most {
            let first = EventId(self.trace().len() as u32);
            if let Err(ended) = self.advance() {
                if until.is_about_claims() && self.is_claim_broken() {
                    return self.find_broken();
                }
                if *until != Until::End {
                    let says = until.says(|node| self.name(node).to_owned());
                    self.pace = Pace::Still;
                    self.status = format!("{ended} It did not come to this: {says}.");
                    return self.stopped();
                }
                return self.end(&ended);
            }
            if until.is_about_claims() {
                if self.position().turn.is_multiple_of(CLAIMS_EVERY) && self.is_claim_broken() {
                    return self.find_broken();
                }
            } else if let Some(event) = until.met(self.engine(), &self.causality, first) {
                self.pace = Pace::Still;
                self.status = screen::last_turn(self);
                self.view.selection = Selection::Event(event);
                return self.stopped();
            }
        }
    }

    fn is_claim_broken(&self) -> bool {
        is_any_broken(self.findings().iter().map(|finding| finding.verdict))
    }

    /// A claim was broken in one of the last turns: goes back and finds in which.
    fn find_broken(&mut self) {
        self.pace = Pace::Still;
        let end = self.position().turn;
        self.update(Msg::Seek(end.saturating_sub(CLAIMS_EVERY + 1)));
        while !self.is_claim_broken() && self.position().turn < end && self.advance().is_ok() {}
        let broken = self.findings().iter().find_map(|finding| match finding.verdict {
            scenes::Verdict::Broken(event) => Some((finding.claim.says, event)),
            scenes::Verdict::Holds | scenes::Verdict::Undecided => None,
        });
        if let Some((says, event)) = broken {
            self.status = format!("Broken: {says}");
            self.view.selection = event.map_or(Selection::Nothing, Selection::Event);
        }
        self.stopped();
    }

    fn end(&mut self, ended: &Ended) {
        self.pace = Pace::Still;
        self.status = ended.to_string();
        self.stopped();
    }
}
