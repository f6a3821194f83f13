//! JSON numbers as `jakarta.json.JsonNumber` and `java.math.BigDecimal` see them.

/// A JSON number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    /// `isIntegral()`; its lowest 64 bits, as `longValue()` returns them.
    Integral(i64),
    /// Any other number.
    Floating(f64),
}

/// The digits of a number and the position of its point.
struct Decimal {
    negative: bool,
    /// Without leading zeros; empty for zero.
    digits: String,
    /// `BigDecimal#scale`.
    scale: i64,
}

impl Decimal {
    /// `None` where `BigDecimal` throws because the exponent is out of range.
    fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (negative, mantissa) = mantissa.strip_prefix('-').map_or((false, mantissa), |rest| (true, rest));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = [whole, fraction].concat();
        let scale = i64::try_from(fraction.len()).ok()? - i64::from(exponent);
        i32::try_from(scale).ok()?;
        Some(Self { negative, digits: digits.trim_start_matches('0').to_owned(), scale })
    }
}

impl Number {
    /// `None` where the reference throws.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let decimal = Decimal::parse(text)?;
        if decimal.scale != 0 {
            return text.parse().ok().map(Self::Floating);
        }
        let digit = |d: u8| i64::from(d - b'0');
        let wrap = |sum: i64, d: u8| sum.wrapping_mul(10).wrapping_add(digit(d));
        let value = decimal.digits.bytes().fold(0i64, wrap);
        Some(Self::Integral(if decimal.negative { value.wrapping_neg() } else { value }))
    }
}

/// `BigDecimal#toString`: plain unless the number has a positive exponent or many zeros after the point.
pub(super) fn decimal_text(text: &str) -> String {
    let Some(decimal) = Decimal::parse(text) else { return text.to_owned() };
    let digits = if decimal.digits.is_empty() { "0" } else { &decimal.digits };
    let sign = if decimal.negative && !decimal.digits.is_empty() { "-" } else { "" };
    let length = digits.len() as i64;
    let adjusted = length - 1 - decimal.scale;
    if decimal.scale == 0 {
        return format!("{sign}{digits}");
    } else if decimal.scale > 0 && adjusted >= -6 {
        let padded = format!("{digits:0>width$}", width = decimal.scale as usize + 1);
        let (whole, fraction) = padded.split_at(padded.len() - decimal.scale as usize);
        return format!("{sign}{whole}.{fraction}");
    }
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    let exponent = if adjusted == 0 { String::new() } else { format!("E{adjusted:+}") };
    format!("{sign}{first}{point}{rest}{exponent}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_plain_unless_far_from_the_point() {
        for (text, plain) in [("12.5", "12.5"), ("1.250", "1.250"), ("-0.05", "-0.05"), ("1e2", "1E+2"), ("123", "123")]
        {
            assert_eq!(decimal_text(text), plain, "{text}");
        }
    }

    #[test]
    fn integral_is_what_has_no_scale() {
        assert_eq!(Number::parse("-5"), Some(Number::Integral(-5)));
        assert_eq!(Number::parse("1e3"), Some(Number::Floating(1000.0)));
        assert_eq!(Number::parse("1.5e1"), Some(Number::Integral(15)));
        assert_eq!(Number::parse("1.0"), Some(Number::Floating(1.0)));
        assert_eq!(Number::parse("18446744073709551617"), Some(Number::Integral(1)));
        assert_eq!(Number::parse("1e99999999999"), None);
    }

    #[test]
    fn texts_of_big_decimal() {
        for (text, expected) in [
            ("1e3", "1E+3"),
            ("12.30", "12.30"),
            ("-0", "0"),
            ("0.000001", "0.000001"),
            ("0.0000001", "1E-7"),
            ("1.25e10", "1.25E+10"),
            ("0e5", "0E+5"),
            ("100", "100"),
        ] {
            assert_eq!(decimal_text(text), expected, "{text}");
        }
    }
}
