//! Text that may carry a Welsh translation beside the English.

use std::fmt;

use serde::de::{self, MapAccess, Visitor};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text::clean;

/// The language a form is shown in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English, the language every template has.
    #[default]
    En,
    /// Welsh, shown where the template has it.
    Cy,
}

/// A label: written as a plain string, or as `{ en = "…", cy = "…" }`. Cleaned as it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocalText {
    /// The English text.
    pub en: String,
    /// The Welsh text, if there is one.
    pub cy: Option<String>,
}

impl LocalText {
    /// The text in `language`, or in English where that is all there is.
    pub fn show(&self, language: Language) -> &str {
        match (language, &self.cy) {
            (Language::Cy, Some(cy)) => cy,
            _ => &self.en,
        }
    }
}

impl From<&str> for LocalText {
    fn from(en: &str) -> Self {
        Self { en: en.to_owned(), cy: None }
    }
}

impl Serialize for LocalText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.cy {
            None => serializer.serialize_str(&self.en),
            Some(cy) => {
                let mut both = serializer.serialize_struct("Words", 2)?;
                both.serialize_field("en", &self.en)?;
                both.serialize_field("cy", cy)?;
                both.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for LocalText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LocalTextVisitor)
    }
}

struct LocalTextVisitor;

impl<'de> Visitor<'de> for LocalTextVisitor {
    type Value = LocalText;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("text in quotes, or { en = \"…\", cy = \"…\" }")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<LocalText, E> {
        Ok(clean(text).as_ref().into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<LocalText, A::Error> {
        let (mut en, mut cy) = (None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "en" => en = Some(clean(&map.next_value::<String>()?).into_owned()),
                "cy" => cy = Some(clean(&map.next_value::<String>()?).into_owned()),
                other => return Err(de::Error::unknown_field(other, &["en", "cy"])),
            }
        }
        Ok(LocalText { en: en.ok_or_else(|| de::Error::missing_field("en"))?, cy })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Label {
        text: LocalText,
    }

    #[test]
    fn a_label_is_a_string_or_a_pair_and_comes_back_equal() {
        for source in ["text = \"Help\"\n", "[text]\nen = \"Help\"\ncy = \"Cymorth\"\n"] {
            let label: Label = toml::from_str(source).unwrap();
            assert_eq!(toml::from_str::<Label>(&toml::to_string(&label).unwrap()).unwrap(), label);
        }
        let both: Label = toml::from_str("text = { en = \"Help\", cy = \"Cymorth\" }").unwrap();
        assert_eq!(both.text.show(Language::Cy), "Cymorth");
        assert_eq!(LocalText::from("Help").show(Language::Cy), "Help");
    }

    #[test]
    fn a_label_can_not_steer_a_terminal() {
        let label: Label = toml::from_str("text = \"a\\u001b[2Jb\"").unwrap();
        assert_eq!(label.text.en, "a[2Jb");
    }

    #[test]
    fn a_language_that_does_not_exist_is_refused() {
        assert!(toml::from_str::<Label>("text = { en = \"Help\", fr = \"Aide\" }").is_err());
        assert!(toml::from_str::<Label>("text = { cy = \"Cymorth\" }").is_err());
    }
}
