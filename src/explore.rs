//! Many runs. Must not know the screen.
