//! What the styles of a page hide or strike out.
//!
//! Only rules for a tag, a class or an id alone are read, and none that hold on some screens only.

use std::collections::HashMap;

/// Why the words of an element are not for reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Omission {
    Hidden,
    StruckOut,
}

#[derive(Debug, Default)]
pub(super) struct Css {
    /// By `tag`, `.class`, `tag.class` or `#id`.
    rules: HashMap<String, Omission>,
}

impl Css {
    /// Reads the rules of a style sheet.
    pub(super) fn read(&mut self, sheet: &str) {
        let mut rest = sheet;
        while let Some((selectors, behind)) = rest.split_once('{') {
            let selectors = selectors.rsplit(['}', ';']).next().unwrap_or_default();
            let selectors = selectors.rsplit("*/").next().unwrap_or_default().trim();
            if selectors.starts_with('@') {
                rest = behind_block(behind);
                continue;
            }
            let (rules, behind) = behind.split_once('}').unwrap_or((behind, ""));
            rest = behind;
            let Some(unread) = omission_by(rules) else { continue };
            for selector in selectors.split(',').map(str::trim) {
                let is_simple = |c: char| c.is_alphanumeric() || matches!(c, '.' | '#' | '-' | '_');
                if !selector.is_empty() && selector.chars().all(is_simple) {
                    self.rules.insert(selector.to_owned(), unread);
                }
            }
        }
    }

    /// Why an element is not for reading, if it is not.
    pub(super) fn omission(&self, tag: &str, id: &str, classes: &str) -> Option<Omission> {
        if self.rules.is_empty() {
            return None;
        }
        let of = |selector: String| self.rules.get(&selector).copied();
        let of_class = |class| of(format!(".{class}")).or_else(|| of(format!("{tag}.{class}")));
        of(tag.to_owned())
            .or_else(|| of(format!("#{id}")).filter(|_| !id.is_empty()))
            .or_else(|| classes.split_whitespace().find_map(of_class))
    }
}

/// What follows a block of rules in braces.
fn behind_block(text: &str) -> &str {
    let mut depth = 1_usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[at + 1..];
        }
    }
    ""
}

/// Why an element with these declarations is not for reading, if it is not.
pub(super) fn omission_by(declarations: &str) -> Option<Omission> {
    let declarations = declarations.to_ascii_lowercase();
    declarations.split(';').find_map(|declaration| {
        let (property, value) = declaration.split_once(':')?;
        match (property.trim(), value.trim().trim_end_matches("!important").trim()) {
            ("display", "none") | ("visibility", "hidden") | ("mso-hide", "all") => {
                Some(Omission::Hidden)
            }
            ("text-decoration" | "text-decoration-line", value)
                if value.split_whitespace().any(|word| word == "line-through") =>
            {
                Some(Omission::StruckOut)
            }
            _ => None,
        }
    })
}

/// The value of a declaration.
pub(super) fn value_of(declarations: &str, property: &str) -> Option<String> {
    declarations.split(';').find_map(|declaration| {
        let (name, value) = declaration.split_once(':')?;
        name.trim().eq_ignore_ascii_case(property).then(|| value.trim().to_ascii_lowercase())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_for_a_tag_class_or_id_are_read_and_those_of_some_screens_are_not() {
        let mut css = Css::default();
        css.read(
            "/* old */ .old, p.gone { color: grey; text-decoration: line-through red }\n\
             @media print { nav { display: none } .x { color: red } }\n\
             #draft{display:none !important} .js .tab { display: none } h1 { color: teal }",
        );
        assert_eq!(css.omission("span", "", "big old"), Some(Omission::StruckOut));
        assert_eq!(css.omission("p", "", "gone"), Some(Omission::StruckOut));
        assert_eq!(css.omission("div", "draft", ""), Some(Omission::Hidden));
        for (tag, id, classes) in [("nav", "", ""), ("div", "", "tab"), ("h1", "x", "gone")] {
            assert_eq!(css.omission(tag, id, classes), None, "{tag}");
        }
        for broken in ["a{", "}", "@media {", "{{}}", "a{display", "é{visibility:hidden"] {
            Css::default().read(broken);
        }
    }
}
