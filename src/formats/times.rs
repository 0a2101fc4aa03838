//! Readings of clocks as logs write them: whole numbers, seconds with a fraction, and dates (ISO 8601, RFC 3339).
//!
//! Must not know whose readings they are.

/// The largest year of a date.
const YEAR_LAST: i64 = 2_200;

/// A reading as a number: a whole one as it stands, in whatever unit it is; all others as nanoseconds since 1970.
pub(super) fn reading(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    seconds(text).or_else(|| date(text))
}

/// `1700000000.25`.
fn seconds(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.')?;
    let whole = whole.parse::<u32>().ok()?;
    i64::from(whole).checked_mul(1_000_000_000)?.checked_add(nanos(fraction)?)
}

/// The digits behind a decimal point, of a second.
fn nanos(fraction: &str) -> Option<i64> {
    let is_number = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(9);
    is_number.then(|| digits.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')))
}

/// `2026-03-01T12:30:00.25+01:00`, with a blank for the `T` if need be; without a zone it is taken as UTC.
fn date(text: &str) -> Option<i64> {
    let (day, time) = text.split_once(['T', 't', ' '])?;
    let [year, month, day] = numbers::<3>(day, '-')?;
    let (time, zone) = match time.find(['Z', 'z', '+', '-']) {
        Some(at) => (&time[..at], zone(&time[at..])?),
        None => (time, 0),
    };
    let (clock, fraction) = time.split_once(['.', ',']).unwrap_or((time, "0"));
    let [hour, minute, second] = numbers::<3>(clock, ':')?;
    let is_date = (1970..=YEAR_LAST).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    if !is_date || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - zone;
    seconds.checked_mul(1_000_000_000)?.checked_add(nanos(fraction)?)
}

/// `Z`, `+01:00` or `-0930`, in seconds.
fn zone(text: &str) -> Option<i64> {
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return (text.len() == 1).then_some(0),
    };
    let digits: String = text[1..].chars().filter(|letter| *letter != ':').collect();
    let number: i64 = digits.parse().ok().filter(|_| digits.len() == 4)?;
    Some(sign * (number / 100 * 3_600 + number % 100 * 60))
}

fn numbers<const N: usize>(text: &str, between: char) -> Option<[i64; N]> {
    let parts: Option<Vec<i64>> =
        text.split(between).map(|part| part.parse::<u16>().ok().map(i64::from)).collect();
    parts?.try_into().ok()
}

/// The days from 1970-01-01 to a date of the Gregorian calendar: years begin in March, so that a leap day is the last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let of_year = 365 * year + year / 4 - year / 100 + year / 400;
    // From March on, months of 31, 30, 31, 30, 31 days repeat.
    of_year + (153 * month + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_are_read_as_they_are_written() {
        assert_eq!(reading("256824314877178"), Some(256_824_314_877_178));
        assert_eq!(reading(" 1700000000.25 "), Some(1_700_000_000_250_000_000));
        assert_eq!(reading("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(reading("1970-01-02 00:00:01,5"), Some(86_401_500_000_000));
        // The numbers of `date -u -d … +%s`.
        assert_eq!(reading("2000-02-29T12:00:00Z"), Some(951_825_600_000_000_000));
        assert_eq!(reading("2026-03-01T12:30:00.000000001+01:00"), Some(1_772_364_600_000_000_001));
        assert_eq!(reading("2026-03-01T12:30:00-0930"), Some(1_772_402_400_000_000_000));
    }

    #[test]
    fn what_is_no_reading_is_none() {
        for text in [
            "",
            "soon",
            "1.",
            "1.x",
            "12:00",
            "2026-13-01T00:00:00Z",
            "2026-03-01",
            "2026-03-01T24:00:00Z",
            "2026-03-01T12:30:00+1",
            "99999999999999999999",
            "9999-01-01T00:00:00Z",
            "2026-03-01T12:30:00Zulu",
        ] {
            assert_eq!(reading(text), None, "{text}");
        }
    }
}
