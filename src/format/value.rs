//! Typed values as AEM stores them.

use super::Span;

/// The type of a property: the names of JCR (content) and of Java (OSGi configurations).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[allow(missing_docs)] // the names are the documentation
pub enum ValueType {
    #[default]
    String,
    Binary,
    BinaryRef,
    Long,
    Double,
    Date,
    Boolean,
    Name,
    Path,
    Reference,
    WeakReference,
    Uri,
    Decimal,
    Integer,
    Float,
    Byte,
    Short,
    Character,
}

impl ValueType {
    /// The name as JCR (`javax.jcr.PropertyType`) or Java spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "String",
            Self::Binary => "Binary",
            Self::BinaryRef => "BinaryRef",
            Self::Long => "Long",
            Self::Double => "Double",
            Self::Date => "Date",
            Self::Boolean => "Boolean",
            Self::Name => "Name",
            Self::Path => "Path",
            Self::Reference => "Reference",
            Self::WeakReference => "WeakReference",
            Self::Uri => "URI",
            Self::Decimal => "Decimal",
            Self::Integer => "Integer",
            Self::Float => "Float",
            Self::Byte => "Byte",
            Self::Short => "Short",
            Self::Character => "Character",
        }
    }
}

/// One value of a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// The value as AEM stores it, unescaped, as text.
    pub text: String,
    /// Where it is written, without quotes or brackets, including escapes.
    pub span: Span,
}
