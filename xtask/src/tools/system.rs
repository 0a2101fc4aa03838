//! Packages of the operating system. Only Debian is known; elsewhere a person is told what to install.

use crate::{Done, say, shell};

/// Installs packages with apt, as root or through a `sudo` that does not ask.
///
/// # Errors
/// Elsewhere than on Debian, without the right to install, and when apt fails: `otherwise` tells the
/// person what to install by hand.
pub fn install(packages: &[&str], saying: &str, otherwise: &str) -> Done {
    if !is_debian() {
        return Err(otherwise.to_owned());
    }
    let sudo: &[&str] = match privilege() {
        Privilege::Root => &[],
        Privilege::Sudo => &["sudo", "-n"],
        Privilege::No => {
            return Err(format!("{otherwise} On this machine: sudo apt-get install {}", packages.join(" ")));
        }
    };
    say::step(saying);
    let apt = |arguments: &[&str]| {
        let words: Vec<&str> = sudo
            .iter()
            .chain(&[
                "env",
                "DEBIAN_FRONTEND=noninteractive",
                "apt-get",
                "-qq",
                "-y",
                "-o",
                "Dpkg::Use-Pty=0",
            ])
            .chain(arguments)
            .copied()
            .collect();
        shell::run(shell::command(words[0]).args(&words[1..]))
    };
    apt(&["update"])
        .and_then(|()| apt(&[&["install", "--no-install-recommends"], packages].concat()))
        .map_err(|why| format!("{why}. {otherwise}"))
}

enum Privilege {
    Root,
    Sudo,
    No,
}

fn privilege() -> Privilege {
    if shell::capture(shell::command("id").arg("-u")).as_deref() == Some("0") {
        Privilege::Root
    } else if shell::capture(shell::command("sudo").args(["-n", "true"])).is_some() {
        Privilege::Sudo
    } else {
        Privilege::No
    }
}

/// Debian itself: distributions made from it package browsers in ways of their own.
fn is_debian() -> bool {
    std::fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=debian"))
}
