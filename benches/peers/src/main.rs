//! Deliveries a second of madsim on the workloads W1 and W2, beside the bare loop and this simulator.
//!
//! madsim runs programs as tasks that await, over a network that loses and delays, from one seed. It keeps no trace
//! and no clocks, and the messages here are bytes that need no codec. See `Cargo.toml` for
//! the command and `benches/README.md` for the figures.

#[cfg(madsim)]
#[path = "../../common"]
mod common {
    pub mod bare;
    pub mod turns;
    #[expect(dead_code, reason = "some workloads are those of other benchmarks")]
    pub mod workloads;
}

#[cfg(madsim)]
mod peer;

#[cfg(madsim)]
fn main() {
    compare::all();
}

#[cfg(not(madsim))]
fn main() {
    eprintln!("run it as: RUSTFLAGS=\"--cfg madsim\" cargo run --release");
    std::process::exit(2);
}

#[cfg(madsim)]
mod compare {
    use std::sync::Arc;

    use lightcone::base::EventId;
    use lightcone::sim::{Engine, EventKind, Setup};

    use crate::common::turns::{compare, keep_memory, row, time};
    use crate::common::{bare, workloads};
    use crate::peer;

    const DELIVERIES: usize = 200_000;

    pub fn all() {
        keep_memory();
        let (w1, w2) = (workloads::w1(), workloads::w2());
        let n = DELIVERIES;
        row("what", "measured", "bar");
        for (name, work) in [
            ("W1 bare loop", &(|| drop(bare::w1(n))) as &dyn Fn()),
            ("W1 madsim", &|| assert!(peer::w1(n) >= n)),
            ("W1 Lightcone", &|| drop(run(&w1, n))),
            ("W2 bare loop", &|| drop(bare::w2(n))),
            ("W2 madsim", &|| assert!(peer::w2(n) >= n)),
            ("W2 Lightcone", &|| drop(run(&w2, n))),
        ] {
            let least = (0..7).map(|_| time(work)).min().unwrap_or_default();
            let rate = n as f64 / least.as_secs_f64() / 1e6;
            row(&format!("{name}, million deliveries a second"), &format!("{rate:.2}"), "");
        }
        compare("W1, madsim's time against this", "at least 3", || run(&w1, n), || peer::w1(n));
        compare("W2, madsim's time against this", "at least 3", || run(&w2, n), || peer::w2(n));
    }

    fn run(setup: &Arc<Setup>, deliveries: usize) -> Engine {
        let mut engine = Engine::new(Arc::clone(setup));
        let mut done = 0;
        while done < deliveries {
            let first = EventId(engine.trace().len() as u32);
            if engine.step().is_err() {
                break;
            }
            done += usize::from(engine.trace().kind(first) == EventKind::Receive);
        }
        engine
    }
}
