//! A hedged request: what takes long is given to a second backend as well, and whoever answers first has answered it.
//!
//! It lowers the slowest percent where there is little to do, and adds work where there is too much already. Must not
//! know what is asked.
//!
//! # Sources
//! J. Dean and L. A. Barroso, *The Tail at Scale* (2013), "Hedged requests".

use super::super::backend::Task;
use super::Front;
use crate::sim::Context;

/// What stands beside the second sending of a piece of work, to another backend.
pub const HEDGE: &str = "hedge";

impl Front {
    /// A ticket has been under way for long: another backend gets it too, if one may have more.
    pub(super) fn hedge(&mut self, ticket: u32, cx: &mut Context<'_>) {
        let first = self.under_way.iter().find(|it| it.ticket == ticket).map(|it| it.backend);
        let Some(first) = first else { return };
        if let Some(second) = self.choose(Some(first), cx) {
            cx.send_nth(self.plan.backends[second], HEDGE, ticket, &Task::Work { ticket });
            self.under_way
                .iter_mut()
                .filter(|it| it.ticket == ticket)
                .for_each(|it| it.second = Some(second));
        }
    }
}
