//! What a trace means: happens-before, concurrency, anomalies. Must not know where a trace came from.
