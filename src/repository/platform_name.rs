//! The names of nodes that file names stand for: FileVault `PlatformNameFormat`.
//!
//! A node called `cq:dialog` is stored as `_cq_dialog`, and characters that file systems reject as `%xx`. The rules are
//! those of `org.apache.jackrabbit.vault.util.PlatformNameFormat`, including its quirks: `%xx` is one UTF-16 code unit,
//! not a byte of UTF-8, and invalid digits count as -1.

/// The node name that a file or directory name stands for (`PlatformNameFormat#getRepositoryName`).
pub fn repository_name(platform_name: &str) -> String {
    if !platform_name.contains('%') && !platform_name.starts_with('_') {
        return platform_name.to_owned();
    }
    let units: Vec<u16> = platform_name.encode_utf16().collect();
    let mut decoded = Vec::with_capacity(units.len() + 1);
    decoded.push(u16::from(b'_'));
    // A leading underscore is held back: it opens a namespace prefix if a second underscore closes that.
    let mut pending = false;
    let mut i = 0;
    while i < units.len() {
        let mut unit = units[i];
        if unit == u16::from(b'%') {
            if units.len() > i + 2 {
                unit = (hex_digit(units[i + 1]) * 16 + hex_digit(units[i + 2])) as u16;
                i += 2;
            }
        } else if unit == u16::from(b'_') {
            if i == 0 {
                pending = true;
                if let Some(&second) = units.get(1) {
                    i += 1;
                    decoded.push(second);
                    pending = second != u16::from(b'_');
                }
                i += 1;
                continue;
            } else if pending {
                unit = u16::from(b':');
                pending = false;
            }
        }
        decoded.push(unit);
        i += 1;
    }
    String::from_utf16_lossy(if pending { &decoded } else { &decoded[1..] })
}

/// First digits of the decimal digit ranges outside ASCII that `java.lang.Character#digit` knows (Basic Multilingual
/// Plane, JDK 17); each range contains ten digits.
#[rustfmt::skip]
const DIGIT_ZEROS: &[u16] = &[
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6, 0x0E50,
    0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50,
    0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
];

/// `java.lang.Character#digit(char, 16)`: the value of a hexadecimal digit of any script, -1 for everything else.
pub fn hex_digit(unit: u16) -> i32 {
    let letter = |first: u16| i32::from(unit - first) + 10;
    match unit {
        0x30..=0x39 => i32::from(unit - 0x30),
        0x41..=0x46 => letter(0x41),
        0x61..=0x66 => letter(0x61),
        0xFF21..=0xFF26 => letter(0xFF21),
        0xFF41..=0xFF46 => letter(0xFF41),
        _ if unit < 0x80 => -1,
        _ => match DIGIT_ZEROS.partition_point(|&zero| zero <= unit) {
            0 => -1,
            after if unit - DIGIT_ZEROS[after - 1] < 10 => i32::from(unit - DIGIT_ZEROS[after - 1]),
            _ => -1,
        },
    }
}

/// The repository path of a file's path (`PlatformNameFormat#getRepositoryPath(String, boolean)`): every segment
/// decoded, and with `strip_dot_dir` without the `.dir` that marks the folder of a file's extra properties.
pub fn repository_path(platform_path: &str, strip_dot_dir: bool) -> String {
    let segments: Vec<String> = platform_path
        .split('/')
        .map(|segment| match segment.strip_suffix(".dir") {
            Some(stem) if strip_dot_dir => repository_name(stem),
            _ => repository_name(segment),
        })
        .collect();
    segments.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_and_underscores() {
        for (file, node) in [
            ("_cq_dialog", "cq:dialog"),
            ("__cq_dialog", "_cq_dialog"),
            ("_test", "_test"),
            ("_a_b_c", "a:b_c"),
            ("_a_", "a:"),
            ("_", "_"),
            ("", ""),
            ("cq%3adialog", "cq:dialog"),
            ("%5fcq_x", "_cq_x"),
            ("%c3%a9", "Ã©"),
            ("%zz", "\u{FFEF}"),
            ("50%", "50%"),
            ("%2", "%2"),
            ("_x0020_a", "x0020:a"),
        ] {
            assert_eq!(repository_name(file), node, "{file}");
        }
    }

    #[test]
    fn dot_dir_is_stripped_before_decoding() {
        assert_eq!(repository_path("apps/a.dir/_cq_b.dir", true), "apps/a/cq:b");
        assert_eq!(repository_path("apps/a.dir/x%2edir", true), "apps/a/x.dir");
        assert_eq!(repository_path("apps/a.dir", false), "apps/a.dir");
    }

    #[test]
    fn digits_of_every_script_are_hexadecimal() {
        for (unit, value) in [(0x30, 0), (0x46, 15), (0x61, 10), (0xFF19, 9), (0xFF21, 10), (0xFF46, 15), (0x669, 9)] {
            assert_eq!(hex_digit(unit), value, "{unit:x}");
        }
        for unit in [0x2F, 0x3A, 0x47, 0x67, 0x7F, 0x80, 0x65F, 0x66A, 0xFF1A, 0xFF27, 0xFF47] {
            assert_eq!(hex_digit(unit), -1, "{unit:x}");
        }
    }
}
