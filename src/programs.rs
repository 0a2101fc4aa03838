//! The programs that nodes run. Must not know faults or true time.
