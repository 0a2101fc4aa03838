//! What it costs a processor to write a message down, to read it, and to hand it to the system and back: where
//! the first values of the dials of `transport-cost` come from.
//!
//! Run with `cargo bench --bench codecs`. What the figures were is in `benches/README.md`.

use std::hint::black_box;
use std::net::UdpSocket;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use lightcone::sim::Codec;
use serde::{Deserialize, Serialize};

/// A reading such as satellites send.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Reading {
    sensor: u32,
    taken_ns: u64,
    microkelvin: i64,
    state: String,
    is_valid: bool,
}

fn readings(count: u32) -> Vec<Reading> {
    let reading = |n: u32| Reading {
        sensor: n * 17,
        taken_ns: 1_700_000_000_000_000_000 + u64::from(n) * 1_000_003,
        microkelvin: i64::from(n) * 7_919 - 150_000_000,
        state: "nominal".to_owned(),
        is_valid: !n.is_multiple_of(7),
    };
    (0..count).map(reading).collect()
}

/// A message of one reading tells what each message costs, one of a hundred what each byte does.
fn codecs(c: &mut Criterion) {
    for codec in [Codec::Compact, Codec::Json] {
        let mut group = c.benchmark_group(codec.name());
        for count in [1, 100] {
            let message = readings(count);
            let mut bytes = Vec::new();
            codec.encode(&message, &mut bytes);
            let size = format!("{} bytes", bytes.len());
            group.bench_function(BenchmarkId::new("write", &size), |b| {
                let mut out = Vec::with_capacity(bytes.len());
                b.iter(|| {
                    out.clear();
                    codec.encode(black_box(&message), &mut out);
                    black_box(out.len())
                });
            });
            group.bench_function(BenchmarkId::new("read", &size), |b| {
                b.iter(|| codec.decode::<Vec<Reading>>(black_box(&bytes)));
            });
        }
        group.finish();
    }
}

/// A datagram to oneself over the loopback interface: a system call and the network stack, there and back.
fn system(c: &mut Criterion) {
    let Ok(socket) = UdpSocket::bind("127.0.0.1:0") else { return };
    let Ok(()) = socket.local_addr().and_then(|address| socket.connect(address)) else { return };
    let mut buffer = [0; 2_048];
    for size in [64, 1_400] {
        c.bench_function(&format!("datagram to oneself, {size} bytes"), |b| {
            b.iter(|| {
                let sent = socket.send(black_box(&buffer[..size]));
                (sent.is_ok(), socket.recv(&mut buffer).is_ok())
            });
        });
    }
}

criterion_group!(benches, codecs, system);
criterion_main!(benches);
