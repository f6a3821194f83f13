//! Names in XML: Jackrabbit `org.apache.jackrabbit.util.ISO9075`.
//!
//! Characters that XML does not allow in a name are written `_xHHHH_`, one UTF-16 code unit each.

use std::borrow::Cow;

use super::xml::names;

/// Decodes every `_xHHHH_` from left to right (`ISO9075#decode`). Two escapes that are the halves of a surrogate pair
/// become one character; a lone half becomes U+FFFD.
pub fn decode(name: &str) -> Cow<'_, str> {
    if !name.contains("_x") {
        return Cow::Borrowed(name);
    }
    let mut units: Vec<u16> = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some(found) = rest.find("_x") {
        units.extend(rest[..found].encode_utf16());
        rest = &rest[found..];
        let taken = match escaped_unit(rest.as_bytes()) {
            Some(unit) if rest.as_bytes().get(6) == Some(&b'_') => {
                units.push(unit);
                7
            }
            _ => {
                units.push(u16::from(b'_'));
                1
            }
        };
        rest = &rest[taken..];
    }
    units.extend(rest.encode_utf16());
    Cow::Owned(String::from_utf16_lossy(&units))
}

/// The code unit of `_xHHHH` at the start of `bytes`.
fn escaped_unit(bytes: &[u8]) -> Option<u16> {
    let digits = bytes.get(2..6)?;
    if !bytes.starts_with(b"_x") || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Encodes a name so that XML accepts it (`ISO9075#encode`): characters that an XML 1.0 name cannot contain become
/// `_xhhhh_`, and so does the underscore of a literal `_xHHHH`.
pub fn encode(name: &str) -> String {
    let mut encoded = String::with_capacity(name.len());
    for (i, c) in name.char_indices() {
        let allowed = if i == 0 { names::is_name_start(c) } else { names::is_name_char(c) };
        if !allowed || c == '_' && escaped_unit(&name.as_bytes()[i..]).is_some() {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                encoded.push_str(&format!("_x{unit:04x}_"));
            }
        } else {
            encoded.push(c);
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_from_left_to_right() {
        for (name, decoded) in [
            ("My_x0020_Documents", "My Documents"),
            ("My_x005f_x0020_", "My_x0020_"),
            ("_x20_", "_x20_"),
            ("_X0020_", "_X0020_"),
            ("_xd83d__xde00_", "😀"),
            ("__x0020_", "_ "),
            ("_x_x0041_", "_xA"),
            ("_x0041", "_x0041"),
            ("_x00é_", "_x00é_"),
            ("_x", "_x"),
        ] {
            assert_eq!(decode(name), decoded, "{name}");
        }
    }

    #[test]
    fn names_survive_the_way_through_xml() {
        for name in ["My Documents", "_x0020_", "😀", "1st", "a[2]", "a_xZ", "", "é", "-a"] {
            assert_eq!(decode(&encode(name)), name);
        }
        assert_eq!(encode("1st"), "_x0031_st");
    }
}
