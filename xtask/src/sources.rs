//! The files of `src`, read as Rust, by module and without tests.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Attribute, File, ImplItem, Item, Stmt, TraitItem,
    spanned::Spanned,
    visit_mut::{self, VisitMut},
};

use crate::Outcome;

/// A file of the program that is compiled outside of tests.
pub(crate) struct Source {
    /// As a person would type it: `src/text/clean.rs`.
    pub(crate) path: String,
    /// Its module, from the root of the crate: `text::clean`; empty for the root itself.
    pub(crate) module: String,
    /// Lines, without those of tests.
    pub(crate) lines: usize,
    /// What it holds, without tests.
    pub(crate) code: File,
}

/// Every file of the library and of the program that is reached by `mod` from `src/lib.rs` and
/// `src/main.rs`, except what is behind `#[cfg(test)]`: whole files, and items inside files.
pub(crate) fn read(root: &Path) -> Outcome<Vec<Source>> {
    let mut found = BTreeMap::new();
    // The program's own root is no module that the library could name.
    follow(root, Path::new("src/main.rs"), "main", &mut found)?;
    follow(root, Path::new("src/lib.rs"), "", &mut found)?;
    Ok(found.into_values().collect())
}

fn follow(
    root: &Path,
    path: &Path,
    module: &str,
    found: &mut BTreeMap<PathBuf, Source>,
) -> Outcome {
    let text = fs::read_to_string(root.join(path))
        .map_err(|error| format!("{} can’t be read: {error}", path.display()))?;
    let mut code =
        syn::parse_file(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut pruner = Pruner::default();
    pruner.visit_file_mut(&mut code);
    let children = children(path, &code.items);
    let source = Source {
        path: path.display().to_string(),
        module: module.to_owned(),
        lines: text.lines().count().saturating_sub(pruner.lines),
        code,
    };
    found.insert(path.to_path_buf(), source);
    for (name, candidates) in children {
        let Some(file) = candidates.iter().find(|file| root.join(file).is_file()) else {
            return Err(format!("{}: no file for `mod {name}`", path.display()).into());
        };
        follow(root, file, &joined(module, &name), found)?;
    }
    Ok(())
}

/// The modules that a file declares and leaves to other files, with where those may be.
fn children(path: &Path, items: &[Item]) -> Vec<(String, Vec<PathBuf>)> {
    let beside = path.parent().unwrap_or(path).to_path_buf();
    let stem = path.file_stem().unwrap_or_default();
    let below = match stem.to_str() {
        Some("lib" | "main" | "mod") => beside.clone(),
        _ => beside.join(stem),
    };
    let mut found = Vec::new();
    for item in items {
        let Item::Mod(module) = item else { continue };
        if module.content.is_some() {
            continue;
        }
        let name = module.ident.to_string();
        let candidates = match path_attribute(&module.attrs) {
            Some(named) => vec![beside.join(named)],
            None => vec![below.join(format!("{name}.rs")), below.join(&name).join("mod.rs")],
        };
        found.push((name, candidates));
    }
    found
}

fn path_attribute(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().find(|one| one.path().is_ident("path")).and_then(|one| {
        let syn::Expr::Lit(value) = &one.meta.require_name_value().ok()?.value else { return None };
        let syn::Lit::Str(text) = &value.lit else { return None };
        Some(text.value())
    })
}

/// A path of modules and one more name.
pub(crate) fn joined(module: &str, name: &str) -> String {
    if module.is_empty() { name.to_owned() } else { format!("{module}::{name}") }
}

/// Whether something is compiled for tests only.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|one| {
        let is_condition = one.path().is_ident("cfg");
        one.path().is_ident("test")
            || is_condition && one.meta.require_list().is_ok_and(|list| wants_test(&list.tokens))
    })
}

/// Whether a condition names `test` and not within `not(…)`.
fn wants_test(tokens: &TokenStream) -> bool {
    let mut is_negated = false;
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(name) => {
            is_negated = name == "not";
            name == "test"
        }
        TokenTree::Group(group) => !is_negated && wants_test(&group.stream()),
        _ => false,
    })
}

/// Takes out what is compiled for tests only, and counts its lines.
#[derive(Default)]
struct Pruner {
    lines: usize,
}

impl Pruner {
    fn keeps(&mut self, attributes: &[Attribute], whole: &impl Spanned) -> bool {
        let goes = is_test(attributes);
        if goes {
            let span = whole.span();
            self.lines += span.end().line + 1 - span.start().line;
        }
        !goes
    }
}

impl VisitMut for Pruner {
    fn visit_file_mut(&mut self, file: &mut File) {
        file.items.retain(|item| self.keeps(item_attributes(item), item));
        visit_mut::visit_file_mut(self, file);
    }

    fn visit_item_mod_mut(&mut self, module: &mut syn::ItemMod) {
        if let Some((_, items)) = &mut module.content {
            items.retain(|item| self.keeps(item_attributes(item), item));
        }
        visit_mut::visit_item_mod_mut(self, module);
    }

    fn visit_item_impl_mut(&mut self, block: &mut syn::ItemImpl) {
        block.items.retain(|item| {
            let attributes = match item {
                ImplItem::Const(one) => &one.attrs,
                ImplItem::Fn(one) => &one.attrs,
                ImplItem::Type(one) => &one.attrs,
                _ => return true,
            };
            self.keeps(attributes, item)
        });
        visit_mut::visit_item_impl_mut(self, block);
    }

    fn visit_item_trait_mut(&mut self, block: &mut syn::ItemTrait) {
        block.items.retain(|item| {
            let attributes = match item {
                TraitItem::Const(one) => &one.attrs,
                TraitItem::Fn(one) => &one.attrs,
                TraitItem::Type(one) => &one.attrs,
                _ => return true,
            };
            self.keeps(attributes, item)
        });
        visit_mut::visit_item_trait_mut(self, block);
    }

    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        block.stmts.retain(|statement| {
            let attributes = match statement {
                Stmt::Local(one) => &one.attrs,
                Stmt::Item(one) => item_attributes(one),
                Stmt::Macro(one) => &one.attrs,
                Stmt::Expr(..) => return true,
            };
            self.keeps(attributes, statement)
        });
        visit_mut::visit_block_mut(self, block);
    }
}

fn item_attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(one) => &one.attrs,
        Item::Enum(one) => &one.attrs,
        Item::ExternCrate(one) => &one.attrs,
        Item::Fn(one) => &one.attrs,
        Item::Impl(one) => &one.attrs,
        Item::Macro(one) => &one.attrs,
        Item::Mod(one) => &one.attrs,
        Item::Static(one) => &one.attrs,
        Item::Struct(one) => &one.attrs,
        Item::Trait(one) => &one.attrs,
        Item::Type(one) => &one.attrs,
        Item::Union(one) => &one.attrs,
        Item::Use(one) => &one.attrs,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_for_tests_goes_with_its_lines() {
        let code = "fn kept() {}\n\n#[cfg(test)]\nmod tests {\n    fn gone() {}\n}\n\
                    #[cfg(not(test))]\nfn stays() {}\n#[cfg(all(unix, test))]\nuse gone::too;\n";
        let mut file = syn::parse_file(code).expect("Rust");
        let mut pruner = Pruner::default();
        pruner.visit_file_mut(&mut file);
        assert_eq!((file.items.len(), pruner.lines), (2, 6));
    }
}
