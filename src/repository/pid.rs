//! PIDs and factory PIDs.

use std::fmt;

/// The persistent identity of an OSGi configuration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pid {
    /// The factory PID, when this is a factory configuration.
    pub factory: Option<String>,
    /// The factory configuration's sub-name, or the whole PID of a singleton.
    pub name: String,
}

impl Pid {
    /// A singleton configuration.
    pub fn singleton(pid: impl Into<String>) -> Self {
        Self { factory: None, name: pid.into() }
    }

    /// A factory configuration.
    pub fn factory(factory: impl Into<String>, name: impl Into<String>) -> Self {
        Self { factory: Some(factory.into()), name: name.into() }
    }

    /// The factory PID of a factory configuration, else the PID: what names the component.
    pub fn component(&self) -> &str {
        self.factory.as_deref().unwrap_or(&self.name)
    }
}

impl fmt::Display for Pid {
    /// `factory~name`, or the PID.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.factory {
            Some(factory) => write!(f, "{factory}~{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}
