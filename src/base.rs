//! Kinds of time, ids, exact ratios, seeds and streams of chance. Knows nothing above.
