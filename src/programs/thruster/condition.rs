//! A conditional write: a command is carried out only if the satellite is where its sender thought it was.
//!
//! The condition is the number of burns so far, which is what a compare-and-set calls the version. So a command that comes
//! again, or too late, finds another number and does nothing. Must not know what carrying out means.
//!
//! # Sources
//! Compare and swap: M. Herlihy, *Wait-Free Synchronization* (1991). Preconditions on a version: RFC 9110, section 13.1.1.

/// Whether the condition of the command with this key holds after so many burns: those before it were carried out, and it
/// was not.
pub(super) const fn holds(burns: u32, key: u32) -> bool {
    burns == key.saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_command_finds_its_number_once() {
        let mut burns = 0;
        let carried_out: Vec<u32> = [1, 1, 3, 2, 1, 2, 3, 3]
            .into_iter()
            .filter(|&key| {
                let is_due = holds(burns, key);
                burns += u32::from(is_due);
                is_due
            })
            .collect();
        assert_eq!(carried_out, [1, 2, 3]);
    }
}
