//! Delta debugging: of many circumstances of a failure, few without any of which it does not occur.
//!
//! Sources: A. Zeller and R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE Transactions on
//! Software Engineering 28 (2002), for what is sought and how; R. Hodován and Á. Kiss, "Practical Improvements to the
//! Minimizing Delta Debugging Algorithm", ICSOFT-EA (2016), for leaving out the step that tries subsets: what is left is as
//! small, after fewer attempts. Must not know what the circumstances are.

/// The least of `all` that `fails` was found to say of, which must say it of all of them: without any single one of
/// what is left it does not. What is left stands in the order of `all`.
///
/// Ever smaller pieces are left out from front to back. It is not the smallest there is, which would take as many
/// attempts as there are subsets. With `n` circumstances it takes some `n²` attempts at the worst, and as a rule some
/// `2 log₂ n` for each that matters.
///
/// # Example
/// ```
/// use lightcone::explore::ddmin;
///
/// let all: Vec<u32> = (0..1_000).collect();
/// let mut attempts = 0;
/// let least = ddmin(&all, |some| {
///     attempts += 1;
///     some.contains(&7) && some.contains(&800)
/// });
/// assert_eq!(least, [7, 800]);
/// assert!(attempts < 60);
/// ```
pub fn ddmin<T: Clone>(all: &[T], mut fails: impl FnMut(&[T]) -> bool) -> Vec<T> {
    if fails(&[]) {
        return Vec::new();
    }
    let mut left = all.to_vec();
    let mut size = left.len().div_ceil(2);
    while left.len() >= 2 {
        let before = left.len();
        let mut place = 0;
        while place < left.len() {
            let end = left.len().min(place + size);
            let without = [&left[..place], &left[end..]].concat();
            // Of nothing it was found that it does not fail.
            if !without.is_empty() && fails(&without) {
                left = without;
            } else {
                place = end;
            }
        }
        // What was needed beside one that is gone may be needed no more.
        if size == 1 && left.len() == before {
            break;
        }
        size = size.min(left.len()).div_ceil(2);
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether nothing can be left out of what fails.
    fn is_minimal(left: &[u32], fails: impl Fn(&[u32]) -> bool) -> bool {
        let without = |place: usize| [&left[..place], &left[place + 1..]].concat();
        fails(left) && (0..left.len()).all(|place| !fails(&without(place)))
    }

    #[test]
    fn what_is_left_fails_and_nothing_can_be_left_out() {
        let all: Vec<u32> = (0..60).collect();
        // Failures that want everything of a set, two of three, or a certain sum, which no set decides alone.
        let conditions: [fn(&[u32]) -> bool; 5] = [
            |some| [3, 17, 18, 59].iter().all(|wanted| some.contains(wanted)),
            |some| [3, 30, 55].iter().filter(|wanted| some.contains(wanted)).count() >= 2,
            |some| some.iter().sum::<u32>() >= 500,
            |some| some.len() % 2 == 0 && some.contains(&40) || some.len() >= 60,
            |_| true,
        ];
        for (nth, fails) in conditions.into_iter().enumerate() {
            let left = ddmin(&all, fails);
            assert!(is_minimal(&left, fails), "{nth}: {left:?}");
            assert!(left.windows(2).all(|pair| pair[0] < pair[1]), "{nth}: {left:?}");
        }
        assert_eq!(ddmin(&all, |some| some.contains(&31)), [31]);
        assert_eq!(ddmin(&[5], |some| some == [5]), [5]);
        assert_eq!(ddmin(&all, |some| some.len() == 60), all);
        // One is needed until another, which stands behind it, is gone.
        let is_bound = |some: &[u32]| !some.contains(&2) || some.contains(&1);
        let fails = |some: &[u32]| some.contains(&3) && some.contains(&4) && is_bound(some);
        assert_eq!(ddmin(&[1, 3, 2, 4], fails), [3, 4]);
    }

    #[test]
    fn few_attempts_find_one_among_many() {
        let all: Vec<u32> = (0..4_096).collect();
        let mut attempts = 0;
        let left = ddmin(&all, |some| {
            attempts += 1;
            some.contains(&1_234)
        });
        assert_eq!(left, [1_234]);
        // Two a level of the twelve, and one of nothing.
        assert!(attempts <= 2 * 12 + 1, "{attempts}");
    }

    #[test]
    fn attempts_grow_with_what_matters_and_hardly_with_what_does_not() {
        let all: Vec<u32> = (0..4_096).collect();
        for matters in [2, 10, 100] {
            let needed: Vec<u32> = (0..matters).map(|nth| nth * 4_096 / matters + 7).collect();
            let mut attempts = 0;
            let left = ddmin(&all, |some| {
                attempts += 1;
                needed.iter().all(|one| some.binary_search(one).is_ok())
            });
            assert_eq!(left, needed);
            assert!(attempts <= 2 * 12 * matters + 2, "{attempts} for {matters}");
        }
    }
}
