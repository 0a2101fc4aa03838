//! The catalogue of faults. One fault must not know another, nor any program.
