//! Backpressure: clients are told how much they may have open, so that what has no place waits with them.
//!
//! Must not know who the clients are.
//!
//! # Sources
//! M. Nygard, *Release It!* (2nd edition 2018), chapter 5, "Create Back Pressure".

/// How many requests may be open in a crowd while there is room.
const ROOM_MOST: u32 = 8;

/// How many may be open in a crowd when so many requests wait for a place and so many places are free.
pub(super) const fn room(waiting: usize, free: usize) -> u32 {
    match (waiting, free) {
        (0, 1..) => ROOM_MOST,
        (0, 0) => 2,
        // Never none: nobody would hear that there is room again.
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_less_there_is_the_less_may_be_open() {
        assert_eq!([room(0, 3), room(0, 0), room(1, 0), room(50, 0)], [8, 2, 1, 1]);
    }
}
