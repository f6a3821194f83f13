//! What Java's standard library does with text and numbers, where the result differs from Rust's.

/// `Character.isWhitespace`.
pub(crate) fn is_whitespace(c: char) -> bool {
    match c {
        '\t'..='\r' | '\u{1c}'..='\u{1f}' | ' ' => true,
        // The no-break spaces are not white space.
        '\u{a0}' | '\u{2007}' | '\u{202f}' => false,
        '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{205f}' | '\u{3000}' => true,
        _ => false,
    }
}

/// `String#trim`: cuts off everything up to and including U+0020.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(|c| c <= ' ')
}

/// A character of Java, one UTF-16 unit: a Rust string cannot hold half a surrogate pair.
pub(crate) fn one_unit(c: char) -> char {
    if c.len_utf16() == 1 { c } else { char::REPLACEMENT_CHARACTER }
}

/// The character that `c` stands for after a backslash.
pub(crate) fn escaped(c: char) -> char {
    match c {
        'b' => '\u{8}',
        't' => '\t',
        'n' => '\n',
        'f' => '\u{c}',
        'r' => '\r',
        c => c,
    }
}

/// `Double.toString`.
pub(crate) fn double_text(value: f64) -> String {
    let two_digits = format!("{value:.1e}");
    let shortest = if two_digits.parse() == Ok(value) { two_digits } else { format!("{value:e}") };
    floating_text(value, &shortest)
}

/// `Float.toString`.
pub(crate) fn float_text(value: f32) -> String {
    let two_digits = format!("{value:.1e}");
    let shortest = if two_digits.parse() == Ok(value) { two_digits } else { format!("{value:e}") };
    floating_text(f64::from(value), &shortest)
}

/// The text of a floating-point number for Rust's parser, from one that `Double.valueOf(String)` accepts: white space
/// around it and a type suffix are allowed, Rust's short names are not. Hexadecimal numbers are not supported.
pub(crate) fn parse_floating(text: &str) -> Option<&str> {
    let text = trim(text);
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, "NaN" | "Infinity") {
        return Some(text);
    }
    let plain = text.strip_suffix(['d', 'D', 'f', 'F']).unwrap_or(text);
    let allowed = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-');
    plain.chars().all(allowed).then_some(plain)
}

/// Java writes numbers from 10^-3 to 10^7 plainly and others as `1.5E10`, always with a digit after the point. Of the
/// shortest texts that give the number, it prefers one of two digits if that is closer than one of a single digit.
fn floating_text(value: f64, scientific: &str) -> String {
    let sign = if value.is_sign_negative() { "-" } else { "" };
    if value.is_nan() {
        return "NaN".to_owned();
    } else if value.is_infinite() {
        return format!("{sign}Infinity");
    } else if value == 0.0 {
        return format!("{sign}0.0");
    }
    let scientific = scientific.trim_start_matches('-');
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let digits = mantissa.replace('.', "");
    let digits = match digits.trim_end_matches('0') {
        "" => "0",
        digits => digits,
    };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let (whole, fraction) = match exponent {
        -3..0 => ("0".to_owned(), "0".repeat((-exponent - 1) as usize) + digits),
        0..7 => {
            let whole = exponent as usize + 1;
            let padded = format!("{digits:0<whole$}");
            (padded[..whole].to_owned(), padded[whole..].to_owned())
        }
        _ => (digits[..1].to_owned(), digits[1..].to_owned()),
    };
    let fraction = if fraction.is_empty() { "0" } else { &fraction };
    let suffix = if (-3..7).contains(&exponent) { String::new() } else { format!("E{exponent}") };
    format!("{sign}{whole}.{fraction}{suffix}")
}

/// Collects text as a Java `StringBuilder` does, from characters and UTF-16 units. Halves of surrogate pairs wait for
/// each other; a lone half becomes U+FFFD, because Rust strings cannot hold it.
#[derive(Debug, Default)]
pub(crate) struct Units {
    text: String,
    high: Option<u16>,
}

impl Units {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), high: None }
    }

    pub(crate) fn str(&mut self, text: &str) {
        if !text.is_empty() {
            self.flush();
            self.text.push_str(text);
        }
    }

    pub(crate) fn char(&mut self, c: char) {
        self.flush();
        self.text.push(c);
    }

    pub(crate) fn unit(&mut self, unit: u16) {
        if let Some(high) = self.high
            && let Some(Ok(c)) = char::decode_utf16([high, unit]).next()
        {
            self.high = None;
            self.text.push(c);
            return;
        }
        self.flush();
        if (0xD800..0xDC00).contains(&unit) {
            self.high = Some(unit);
        } else {
            self.text.push(char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
    }

    fn flush(&mut self) {
        if self.high.take().is_some() {
            self.text.push(char::REPLACEMENT_CHARACTER);
        }
    }

    pub(crate) fn finish(mut self) -> String {
        self.flush();
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_java_writes_them() {
        let doubles = [
            (1000.0, "1000.0"),
            (0.001, "0.001"),
            (0.000_123, "1.23E-4"),
            (1e7, "1.0E7"),
            (1_234_567.5, "1234567.5"),
            (-0.0, "-0.0"),
            (f64::from_bits(1), "4.9E-324"),
            (1e10, "1.0E10"),
            (3.6, "3.6"),
            (f64::NEG_INFINITY, "-Infinity"),
            (f64::NAN, "NaN"),
        ];
        for (value, text) in doubles {
            assert_eq!(double_text(value), text);
        }
        assert_eq!(float_text(3.6), "3.6");
    }

    #[test]
    fn numbers_of_more_digits_are_written_in_full() {
        assert_eq!(float_text(1.25), "1.25");
        assert_eq!(float_text(f32::from_bits(1)), "1.4E-45");
        assert_eq!(double_text(1.25), "1.25");
    }

    #[test]
    fn spaces_that_keep_words_together_are_no_white_space() {
        for c in ['\t', '\r', '\u{1c}', ' ', '\u{1680}', '\u{2000}', '\u{200a}', '\u{2028}', '\u{3000}'] {
            assert!(is_whitespace(c), "{c:?}");
        }
        for c in ['\u{a0}', '\u{2007}', '\u{202f}', '\u{200b}', '\u{1b}', 'x'] {
            assert!(!is_whitespace(c), "{c:?}");
        }
    }
}
