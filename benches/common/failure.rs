//! A long failing run that is made smaller: of the many packets that are lost in it, ten matter. And the rows of the
//! fault matrix, all of them, in all columns.

use std::collections::BTreeMap;

use lightcone::base::Seed;
use lightcone::explore::matrix::Column;
use lightcone::explore::{Row, Shrunk, Sweep, shrink};
use lightcone::scenes::{Claim, RunSpec, Scope, Verdict};
use lightcone::sim::{EventKind, Settings, Tape};

/// The catalogue of rows.
const ROWS: &str = include_str!("../../www/matrix.txt");

/// A claim that no single effect breaks.
static FEW_ARE_LOST: Claim = Claim {
    says: "Fewer than ten packets are lost.",
    scope: Scope::EveryRun,
    check: |run| match run.trace().fates().filter(|fate| fate.effect == "loss").nth(9) {
        Some(_) => Verdict::Broken(None),
        None => Verdict::Holds,
    },
};

/// Makes the run and makes it smaller; how many events it has, and what came of it.
pub fn shrink_long() -> Option<(usize, Shrunk)> {
    let assume = ["reliable", "latency", "transport-cost", "clocks"].map(|fault| (fault.to_owned(), false));
    let settings = Settings { assume: assume.into(), dials: BTreeMap::new() };
    let spec = RunSpec::new("clock-sync", None, settings, Tape::default()).ok()?;
    let mut engine = spec.start();
    while engine.step().is_ok() {}
    Some((engine.trace().len(), shrink(&spec, &FEW_ARE_LOST, None)?))
}

/// The rows of the matrix.
pub fn rows() -> Vec<Row> {
    match Row::read(ROWS) {
        Ok(rows) => rows,
        Err(bad) => panic!("www/matrix.txt: {}", bad.0),
    }
}

/// A sweep of each cell of a row.
pub fn cells(row: &Row) -> Vec<Sweep> {
    let cell = |column: &Column| {
        let spec = row.spec(&column.faults).ok()?;
        Some(Sweep::of_claim(spec, row.claim(), row.until))
    };
    Column::singles().iter().filter_map(cell).collect()
}

/// How many messages the runs with these seeds deliver together.
pub fn delivered(sweep: &mut Sweep, seeds: impl Iterator<Item = u64>) -> usize {
    let mut sum = 0;
    for seed in seeds {
        sweep.run(Seed(seed));
        if let Some(engine) = sweep.last() {
            let trace = engine.trace();
            sum += trace.events().filter(|event| trace.kind(*event) == EventKind::Receive).count();
        }
    }
    sum
}
