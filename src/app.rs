//! What is on screen as a pure machine. Must not know the DOM or the machine's clock.
