//! Scenes in teaching order. Must not know diagrams or the screen.
