//! Names in a bundle's initial content, which are URL-encoded (`BundleContentLoader#getName` of
//! apache/sling-org-apache-sling-jcr-contentloader).

/// `java.net.URLDecoder` with UTF-8; a name without `%`, or with an invalid encoding, stays unchanged.
pub fn decoded(name: &str) -> String {
    if !name.contains('%') {
        return name.to_owned();
    }
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'+' => bytes.push(b' '),
            b'%' => {
                let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
                let hex = hex.filter(|hex| hex.bytes().all(|digit| digit.is_ascii_hexdigit()));
                let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) else { return name.to_owned() };
                bytes.push(byte);
                rest = &after[2..];
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The same for each segment of a path.
pub fn decoded_path(path: &str) -> String {
    path.split('/').map(decoded).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_decoded_when_they_are_encoded_correctly() {
        assert_eq!(decoded("a%20b+c"), "a b c");
        for name in ["a+b", "100%", "%zz+", "%+1"] {
            assert_eq!(decoded(name), name);
        }
        assert_eq!(decoded_path("a+b/c%20d+e/100%"), "a+b/c d e/100%");
    }
}
