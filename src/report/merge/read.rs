//! Reads a JSON report item by item, so that only what the merged report keeps is in memory.

use std::fmt;
use std::io::Read;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::invalid::InvalidReport;
use super::part::Part;
use crate::report::json::SCHEMA;

/// Reads a report from `input`.
///
/// # Errors
/// What is wrong with it, as a clause.
pub(super) fn read(input: impl Read, part: &mut Part<'_>) -> Result<(), InvalidReport> {
    let mut reader = serde_json::Deserializer::from_reader(input);
    reader.deserialize_map(part).and_then(|()| reader.end()).map_err(|error| InvalidReport::Json(error.to_string()))
}

impl<'de> Visitor<'de> for &mut Part<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a report of `aem-ims-lint check --format json`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut known = false;
        while let Some(key) = map.next_key::<String>()? {
            if key == "schema" {
                schema(&map.next_value::<String>()?).map_err(Error::custom)?;
                known = true;
                continue;
            }
            // The schema is the first member of every report; a file without it is rejected.
            if !known {
                return Err(Error::custom(InvalidReport::Foreign));
            }
            match key.as_str() {
                "summary" => self.summary(map.next_value()?),
                "target" => self.target(map.next_value()?).map_err(Error::custom)?,
                "configuration" => {
                    if let Some(configuration) = map.next_value()? {
                        self.configuration(configuration).map_err(Error::custom)?;
                    }
                }
                "comments" => {
                    for (rule, count) in map.next_value::<std::collections::BTreeMap<String, u64>>()? {
                        self.comment(rule, count).map_err(Error::custom)?;
                    }
                }
                "systems" => map.next_value_seed(items(|one| self.system(one)))?,
                "findings" => map.next_value_seed(items(|one| self.finding(one)))?,
                "integrations" => map.next_value_seed(items(|one| self.integration(one)))?,
                "incidents" => map.next_value_seed(items(|one| self.incident(one)))?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if known { Ok(()) } else { Err(Error::custom(InvalidReport::Foreign)) }
    }
}

/// Whether a file of this schema can be merged.
fn schema(schema: &str) -> Result<(), InvalidReport> {
    match schema.strip_prefix("aem-ims-lint/") {
        Some(_) if schema == SCHEMA => Ok(()),
        Some(other) if other.starts_with("report/") => Err(InvalidReport::OtherVersion(schema.to_owned())),
        Some(other) if !other.is_empty() => {
            Err(InvalidReport::OtherFile(other.split('/').next().unwrap_or(other).to_owned()))
        }
        _ => Err(InvalidReport::Foreign),
    }
}

/// A list whose items are passed on one by one.
struct Items<T, F> {
    take: F,
    item: PhantomData<fn(T)>,
}

fn items<T, F: FnMut(T) -> Result<(), InvalidReport>>(take: F) -> Items<T, F> {
    Items { take, item: PhantomData }
}

impl<'de, T: Deserialize<'de>, F: FnMut(T) -> Result<(), InvalidReport>> DeserializeSeed<'de> for Items<T, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, T: Deserialize<'de>, F: FnMut(T) -> Result<(), InvalidReport>> Visitor<'de> for Items<T, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        while let Some(item) = list.next_element::<T>()? {
            (self.take)(item).map_err(Error::custom)?;
        }
        Ok(())
    }
}
