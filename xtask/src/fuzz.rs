//! `fuzz`: a siege of the doors through which strangers reach a run, for as long as one likes.
//!
//! It builds the targets of `fuzz/` as cargo-fuzz does, with the coverage counters that libFuzzer goes by, yet
//! needs neither that program nor a nightly compiler: only the address sanitiser would, and the code has no `unsafe`
//! of its own. Must not know what a target does.

use std::path::{Path, PathBuf};

use crate::{Done, say, shell};

/// What there is to besiege, as in `fuzz/Cargo.toml`.
const TARGETS: [&str; 3] = ["link", "cli_args", "import"];

/// How long each is besieged if nobody says otherwise, in seconds.
const SECONDS: u32 = 60;

/// Counters at the edges of the program, the places that they belong to, and what is compared.
const COUNTED: &str = "-Cpasses=sancov-module -Ccodegen-units=1 \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares \
    --cfg fuzzing";

/// Besieges one target or all of them, each for so many seconds.
///
/// # Errors
/// When an argument makes no sense, a target cannot be built, or something was found: then the input lies in
/// `fuzz/artifacts`.
pub fn run(arguments: &[&str]) -> Done {
    let (targets, seconds) = asked(arguments)?;
    let triple = host()?;
    say::step("Building the fuzz targets (two minutes when nothing is built yet; needs a C++ compiler)");
    shell::run(
        shell::cargo()
            .args(["build", "--release", "--manifest-path", "fuzz/Cargo.toml", "--target", &triple])
            .env("CARGO_TARGET_DIR", folder("target"))
            .env("RUSTFLAGS", COUNTED),
    )?;
    for target in targets {
        say::step(&format!("Besieging {target} for {seconds} s"));
        let [corpus, artifacts] = ["corpus", "artifacts"].map(|name| folder(name).join(target));
        for folder in [&corpus, &artifacts] {
            std::fs::create_dir_all(folder)
                .map_err(|why| format!("cannot make {}: {why}", folder.display()))?;
        }
        if target == "import" {
            sow(&corpus)?;
        }
        let program = folder("target").join(&triple).join("release").join(target);
        shell::run(
            shell::command(program)
                .arg(format!("-max_total_time={seconds}"))
                .arg(format!("-artifact_prefix={}/", artifacts.display()))
                .args(["-timeout=10", "-rss_limit_mb=4096", "-print_final_stats=1"])
                .arg(corpus),
        )
        .map_err(|why| format!("{why}; what it found lies in {}", artifacts.display()))?;
    }
    Ok(())
}

/// Where the hand-made logs of every format lie.
const LOGS: &str = "tests/importers/logs";

/// Puts a log of every format where the siege begins: to find by chance what a log looks like would take it for ever. The
/// first byte is the door for logs.
fn sow(corpus: &Path) -> Done {
    let logs = shell::root().join(LOGS);
    let cannot =
        |why: std::io::Error| format!("cannot copy {} to {}: {why}", logs.display(), corpus.display());
    for log in std::fs::read_dir(&logs).map_err(cannot)? {
        let log = log.map_err(cannot)?;
        let text = std::fs::read(log.path()).map_err(cannot)?;
        std::fs::write(corpus.join(log.file_name()), [b"0", text.as_slice()].concat()).map_err(cannot)?;
    }
    Ok(())
}

/// The targets and the seconds that were asked for: `[TARGET] [SECONDS]`.
fn asked<'a>(arguments: &[&'a str]) -> Done<(Vec<&'a str>, u32)> {
    let number = |word: &str| word.parse::<u32>().ok().filter(|seconds| *seconds > 0);
    let (named, seconds) = match *arguments {
        [] => (None, SECONDS),
        [word] => match number(word) {
            Some(seconds) => (None, seconds),
            None => (Some(word), SECONDS),
        },
        [target, word] => {
            let bad = || format!("{word:?} is no number of seconds; write one from 1 on, such as 600");
            (Some(target), number(word).ok_or_else(bad)?)
        }
        _ => return Err("write `cargo xtask fuzz [TARGET] [SECONDS]`".to_owned()),
    };
    match named {
        None => Ok((TARGETS.to_vec(), seconds)),
        Some(target) if TARGETS.contains(&target) => Ok((vec![target], seconds)),
        Some(target) => {
            Err(format!("there is no fuzz target {target:?}; choose one of {}", TARGETS.join(", ")))
        }
    }
}

fn folder(name: &str) -> PathBuf {
    shell::root().join("fuzz").join(name)
}

/// The platform that the compiler makes programs for. It is named, so that build scripts are built without counters.
fn host() -> Done<String> {
    shell::capture(shell::command("rustc").arg("-vV"))
        .and_then(|said| said.lines().find_map(|line| line.strip_prefix("host: ").map(str::to_owned)))
        .ok_or_else(|| "rustc does not say which platform this is".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_a_time_both_or_neither_may_be_given() {
        assert_eq!(asked(&[]), Ok((TARGETS.to_vec(), SECONDS)));
        assert_eq!(asked(&["5"]), Ok((TARGETS.to_vec(), 5)));
        assert_eq!(asked(&["link"]), Ok((vec!["link"], SECONDS)));
        assert_eq!(asked(&["cli_args", "600"]), Ok((vec!["cli_args"], 600)));
        for wrong in [&["gate"][..], &["link", "0"], &["link", "soon"], &["link", "1", "2"]] {
            assert!(asked(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_siege_of_importers_begins_with_a_log_of_every_format() {
        let corpus = std::env::temp_dir().join(format!("lightcone-corpus-{}", std::process::id()));
        std::fs::create_dir_all(&corpus).expect("a folder");
        sow(&corpus).expect("the logs are there");
        let tlc = std::fs::read(corpus.join("tlc.log")).expect("it was sown");
        let own = std::fs::read(shell::root().join(LOGS).join("tlc.log")).expect("it is there");
        assert_eq!((tlc[0] % 3, &tlc[1..]), (0, own.as_slice()));
        std::fs::remove_dir_all(&corpus).expect("it is there");
    }

    #[test]
    fn the_targets_are_those_of_the_manifest() {
        let manifest = std::fs::read_to_string(folder("Cargo.toml")).expect("the manifest is there");
        let named = manifest.lines().filter_map(|line| line.strip_prefix("path = \"fuzz_targets/"));
        let named: Vec<&str> = named.filter_map(|rest| rest.strip_suffix(".rs\"")).collect();
        assert_eq!(named, TARGETS);
    }
}
