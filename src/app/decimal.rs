//! Reads decimal numbers that a person writes.
//!
//! The standard library's reader brings ten kilobytes of tables for numbers that nobody writes by hand. Must not know
//! what is counted.

/// More digits than this cannot all be kept.
const DIGITS_MOST: usize = 15;

/// A number such as `12`, `-0.5` or `2.75`, of at most 15 digits.
///
/// Both whole number and power of ten are exact, so that one division gives the nearest value: W. D. Clinger, How to
/// read floating point numbers accurately (1990).
pub fn decimal(text: &str) -> Option<f64> {
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let count = whole.len() + part.len();
    let all = || whole.bytes().chain(part.bytes());
    if count == 0 || count > DIGITS_MOST || !all().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = all().fold(0_u64, |number, byte| number * 10 + u64::from(byte - b'0'));
    let scale = 10_u64.pow(u32::try_from(part.len()).ok()?);
    let value = number as f64 / scale as f64;
    Some(if is_negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn it_reads_what_the_standard_library_reads() {
        for text in [
            "0",
            "-0",
            "7",
            "+7",
            "0.1",
            "-2.75",
            ".5",
            "5.",
            "123456.789012345",
            "999999999999999",
            "0.00000000000001",
        ] {
            assert_eq!(decimal(text).map(f64::to_bits), text.parse::<f64>().ok().map(f64::to_bits), "{text}");
        }
        let mut number = 1_u64;
        for places in 0..4_000_u64 {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(places);
            let text = format!("{}.{:02}", number >> 28, places % 100);
            assert_eq!(decimal(&text), text.parse().ok(), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", ".", "-", "1e9", "inf", "NaN", "1,5", " 1", "--1", "1.2.3", "1234567890123456", "−1"]
        {
            assert_eq!(decimal(text), None, "{text}");
        }
    }
}
