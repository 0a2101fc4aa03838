//! Two things that take turns, so that whatever else the machine does meets both alike.

use std::time::Duration;

/// How often each has its turn.
const ROUNDS: usize = 60;

/// Has the allocator keep what is given back, so that nobody pays for fresh pages from the system: they cost more
/// than what is measured, and whether they are needed depends on the sizes of what is allocated. (glibc returns
/// memory beyond a threshold, which is twice the largest block that was ever given back.)
pub fn keep_memory() {
    drop(std::hint::black_box(vec![1_u8; 31 << 20]));
}

/// How long a thing takes.
#[expect(clippy::disallowed_types, reason = "to measure time is what a benchmark is for")]
pub fn time<T>(work: impl FnOnce() -> T) -> Duration {
    let start = std::time::Instant::now();
    std::hint::black_box(work());
    start.elapsed()
}

/// Prints by how much `it` takes longer than `base`: a row of the table in `benches/README.md`.
///
/// Of each the fastest turn counts. On a machine that others use as well, the mean and even the median say more
/// about them than about what is measured; a turn that nobody disturbed is the same every time.
pub fn compare<A, B>(what: &str, bar: &str, mut base: impl FnMut() -> A, mut it: impl FnMut() -> B) {
    let (mut base_least, mut it_least) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        base_least = base_least.min(time(&mut base));
        it_least = it_least.min(time(&mut it));
    }
    row(what, &format!("{:.2}", it_least.as_secs_f64() / base_least.as_secs_f64()), bar);
}

/// Prints a row of the table in `benches/README.md`.
#[expect(clippy::print_stdout, reason = "it is what a benchmark is for")]
pub fn row(what: &str, measured: &str, bar: &str) {
    println!("| {what} | {measured} | {bar} |");
}
