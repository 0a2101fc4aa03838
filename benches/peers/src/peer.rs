//! W1 and W2 as madsim's users would write them: a task a node that receives, and one that sends at times.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use madsim::Config;
use madsim::net::Endpoint;
use madsim::runtime::Runtime;
use madsim::time;

use crate::common::workloads::{W1_NODES, W2_FANOUT, W2_LOSS_PPM, W2_NODES, W2_PERIOD, other, scramble};

/// What all messages are tagged with.
const TAG: u64 = 1;

/// W1 until there were `deliveries`; how many there were.
pub fn w1(deliveries: usize) -> usize {
    run(W1_NODES, 0.0, deliveries, |me, done| async move {
        let endpoint = bind(me).await;
        let (mut state, mut seen) = (me as u64, 0_u64);
        say(&endpoint, other(&mut state, W1_NODES, me), 0).await;
        loop {
            seen = seen.wrapping_add(hear(&endpoint).await);
            done.fetch_add(1, Ordering::Relaxed);
            say(&endpoint, other(&mut state, W1_NODES, me), seen & 0xff).await;
        }
    })
}

/// W2 until there were `deliveries`; how many there were.
pub fn w2(deliveries: usize) -> usize {
    run(W2_NODES, W2_LOSS_PPM as f64 / 1e6, deliveries, |me, done| async move {
        let endpoint = Arc::new(bind(me).await);
        let seen = Arc::new(AtomicUsize::new(0));
        madsim::task::spawn(gossip(Arc::clone(&endpoint), Arc::clone(&seen), me));
        loop {
            seen.fetch_max(hear(&endpoint).await as usize, Ordering::Relaxed);
            done.fetch_add(1, Ordering::Relaxed);
        }
    })
}

async fn gossip(endpoint: Arc<Endpoint>, seen: Arc<AtomicUsize>, me: usize) {
    let mut state = me as u64;
    time::sleep(Duration::from_nanos(scramble(&mut state) % W2_PERIOD.0)).await;
    loop {
        let number = seen.fetch_add(1, Ordering::Relaxed) as u64 + 1;
        for _ in 0..W2_FANOUT {
            say(&endpoint, other(&mut state, W2_NODES, me), number).await;
        }
        time::sleep(Duration::from_nanos(W2_PERIOD.0)).await;
    }
}

/// Runs a program on so many nodes until there were so many deliveries.
fn run<F: Future<Output = ()> + Send + 'static>(
    nodes: usize,
    loss: f64,
    deliveries: usize,
    program: impl Fn(usize, Arc<AtomicUsize>) -> F,
) -> usize {
    let mut config = Config::default();
    config.net.packet_loss_rate = loss;
    config.net.send_latency = Duration::from_micros(1_000)..Duration::from_micros(1_001);
    let runtime = Runtime::with_seed_and_config(7, config);
    let done = Arc::new(AtomicUsize::new(0));
    for me in 0..nodes {
        let node = runtime.create_node().ip(address(me).ip()).build();
        node.spawn(program(me, Arc::clone(&done)));
    }
    let seen = Arc::clone(&done);
    runtime.block_on(async move {
        while seen.load(Ordering::Relaxed) < deliveries {
            time::sleep(Duration::from_millis(1)).await;
        }
    });
    done.load(Ordering::Relaxed)
}

fn address(me: usize) -> SocketAddr {
    (IpAddr::from([10, 0, 0, me as u8 + 1]), 1).into()
}

async fn bind(me: usize) -> Endpoint {
    Endpoint::bind(address(me)).await.expect("the address is the node's own")
}

async fn say(endpoint: &Endpoint, to: usize, number: u64) {
    let mut said = [7; 16];
    said[..8].copy_from_slice(&number.to_le_bytes());
    // Whoever is not there yet hears nothing.
    let _ = endpoint.send_to(address(to), TAG, &said).await;
}

async fn hear(endpoint: &Endpoint) -> u64 {
    let mut said = [0; 16];
    endpoint.recv_from(TAG, &mut said).await.expect("the endpoint is open");
    u64::from_le_bytes([said[0], said[1], said[2], said[3], said[4], said[5], said[6], said[7]])
}
