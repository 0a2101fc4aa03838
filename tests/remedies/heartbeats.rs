//! Heartbeats, pings and synthetic transactions in front of a stuck worker, over many seeds and other faults.

use lightcone::analysis::detection::{Watchman, alarms};
use lightcone::base::{NodeId, Seed};
use lightcone::programs::watcher::{SUSPECT, TRUST};
use lightcone::scenes::RunSpec;
use lightcone::sim::{Settings, Tape};

use crate::players::finish;

const WATCHMAN: Watchman = Watchman { node: NodeId(0), suspects: SUSPECT, trusts: TRUST };
const SEEDS: u64 = 1_000;

/// In how many runs the monitor suspects the server whose worker is stuck.
fn suspected(probe: i64, dials: &[(&str, i64)]) -> u64 {
    let own = [("heartbeats.probe", probe)];
    let dials = own.iter().chain(dials).map(|(dial, value)| ((*dial).to_owned(), *value)).collect();
    let settings = Settings { dials, ..Settings::default() };
    let spec = RunSpec::new("heartbeats", None, settings, Tape::default()).expect("dials of it");
    let (mut engine, mut count) = (spec.start(), 0);
    for seed in 0..SEEDS {
        engine = engine.start_anew(Seed(seed));
        finish(&mut engine);
        count += u64::from(!alarms(engine.trace(), WATCHMAN).is_empty());
    }
    count
}

#[test]
fn a_heartbeat_never_suspects_a_stuck_worker_and_a_synthetic_transaction_always() {
    for dials in [&[][..], &[("latency.jitter", 400_000_000), ("latency.shape", 0)]] {
        assert_eq!([0, 1, 2].map(|probe| suspected(probe, dials)), [0, 0, SEEDS], "{dials:?}");
    }
}
