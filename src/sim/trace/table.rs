//! Tables whose columns grow together: one row an event, one row a message.
//!
//! A chunk holds the same rows of every column, one array after the other. So a column is still read in one
//! stretch, and a new row finds the place of all its values at once. Must not know what the values mean.

use super::EventKind;
use crate::sim::codec::Codec;
use crate::sim::column::BytesAt;
use crate::sim::packet::{Outcome, Unit};

/// How many rows a chunk has: a power of two, so that finding one takes a shift and a mask.
pub(super) const ROWS: usize = 1 << 10;

macro_rules! table {
    ($(#[$doc:meta])* $table:ident, $chunk:ident, $row:ident { $($field:ident: $type:ty = $blank:expr,)* }) => {
        /// The values of a new row.
        #[derive(Clone, Copy, Debug)]
        pub(super) struct $row {
            $(pub(super) $field: $type,)*
        }

        /// The same rows of every column.
        #[derive(Clone, Debug)]
        pub(super) struct $chunk {
            $(pub(super) $field: [$type; ROWS],)*
        }

        $(#[$doc])*
        #[derive(Clone, Debug, Default)]
        pub(super) struct $table {
            chunks: Vec<Box<$chunk>>,
            length: usize,
        }

        impl $table {
            /// How many rows there are.
            #[inline]
            pub(super) fn len(&self) -> usize {
                self.length
            }

            /// Adds a row at the end.
            #[inline]
            pub(super) fn push(&mut self, row: $row) {
                let (chunk, place) = (self.length / ROWS, self.length % ROWS);
                if chunk == self.chunks.len() {
                    self.grow();
                }
                let chunk = &mut *self.chunks[chunk];
                $(chunk.$field[place] = row.$field;)*
                self.length += 1;
            }

            #[cold]
            fn grow(&mut self) {
                self.chunks.push(Box::new($chunk { $($field: [$blank; ROWS],)* }));
            }

            /// Forgets all rows from `length` on. Their memory is kept for those to come, since what is
            /// forgotten was another future or another run of about the same size.
            pub(super) fn truncate(&mut self, length: usize) {
                self.length = self.length.min(length);
            }

            /// How many bytes of memory the rows take, room to grow in the last chunk included.
            pub(super) fn memory(&self) -> usize {
                self.length.div_ceil(ROWS) * size_of::<$chunk>()
            }

            $(
                /// The value of this column in a row, which must be below the length.
                #[inline]
                pub(super) fn $field(&self, row: usize) -> $type {
                    debug_assert!(row < self.length, "row {row} is behind the end, {}", self.length);
                    self.chunks[row / ROWS].$field[row % ROWS]
                }
            )*
        }
    };
}

table! {
    /// One row an event.
    EventTable, EventChunk, EventRow {
        at: u64 = 0,
        message: u32 = 0,
        label: u32 = 0,
        number: u32 = 0,
        previous: u32 = 0,
        own: u32 = 0,
        node: u16 = 0,
        kind: EventKind = EventKind::Local,
    }
}

table! {
    /// One row a message.
    MessageTable, MessageChunk, MessageRow {
        nth: u32 = 0,
        sent: u32 = 0,
        payload: BytesAt = BytesAt::START,
        length: u32 = 0,
        received: u32 = 0,
        last_fate: u32 = 0,
        from: u16 = 0,
        to: u16 = 0,
        codec: Codec = Codec::Compact,
        is_retry: bool = false,
    }
}

table! {
    /// One row a turn: when it was, and the first event of it or after it.
    TurnTable, TurnChunk, TurnRow {
        at: u64 = 0,
        first: u32 = 0,
    }
}

table! {
    /// One row a line of fate; `before` is the place of the line of the same message before it.
    FateTable, FateChunk, FateRow {
        at: u64 = 0,
        size: u64 = 0,
        message: u32 = 0,
        before: u32 = 0,
        fault: u32 = 0,
        effect: u32 = 0,
        link: u32 = 0,
        copy: u16 = 0,
        hop: u16 = 0,
        unit: Unit = Unit::None,
        outcome: Outcome = Outcome::Onward,
    }
}

impl MessageTable {
    /// Notes the first receive of a message.
    #[inline]
    pub(super) fn set_received(&mut self, row: usize, event: u32) {
        self.chunks[row / ROWS].received[row % ROWS] = event;
    }

    /// Notes that a message is a retry.
    #[inline]
    pub(super) fn set_retry(&mut self, row: usize) {
        self.chunks[row / ROWS].is_retry[row % ROWS] = true;
    }

    /// Notes the last line of a message's fate, and gives the one that was the last before.
    #[inline]
    pub(super) fn add_fate(&mut self, row: usize, fate: u32) -> u32 {
        std::mem::replace(&mut self.chunks[row / ROWS].last_fate[row % ROWS], fate)
    }

    /// Takes the last line of a message's fate back to an earlier one.
    #[inline]
    pub(super) fn set_last_fate(&mut self, row: usize, fate: u32) {
        self.chunks[row / ROWS].last_fate[row % ROWS] = fate;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_they_were_pushed() {
        let row = |n: u32| TurnRow { at: n.into(), first: n + 1 };
        let mut table = TurnTable::default();
        (0..3 * ROWS as u32 + 7).for_each(|n| table.push(row(n)));
        let last = 2 * ROWS + 1;
        table.truncate(last);
        table.push(row(9));
        assert_eq!((table.len(), table.at(last), table.first(last)), (last + 1, 9, 10));
        assert!((0..last).all(|n| (table.at(n), table.first(n)) == (n as u64, n as u32 + 1)));
    }
}
