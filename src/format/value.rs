//! Typed values as AEM stores them.

use super::Span;

/// The type of a property: the names of JCR (content) and of Java (OSGi configurations).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Default, strum::EnumString, strum::IntoStaticStr, strum::VariantArray,
)]
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
    #[strum(serialize = "URI")]
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
        self.into()
    }

    /// Whether it is a type of content, not only of OSGi configurations.
    pub fn is_jcr(self) -> bool {
        !matches!(self, Self::Integer | Self::Float | Self::Byte | Self::Short | Self::Character)
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
