//! The program: the page where it is compiled to WebAssembly, the command line elsewhere.

#[cfg(target_arch = "wasm32")]
fn main() {
    lightcone::web::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    lightcone::cli::main()
}
