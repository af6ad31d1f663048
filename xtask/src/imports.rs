//! Which file needs which other one, and where that goes round in a circle.
//!
//! A file needs another one when a name it uses is defined there. Names are followed to where they
//! are defined: through `use`, and through what a module's root hands on with `pub use`. Paths are
//! read from `use` and from the code itself, macros included.
//!
//! The root of a module holds its files together, so what it needs from below itself (`clinic.rs`
//! from `clinic/clock.rs`) closes no circle; what it needs from elsewhere, and what others need
//! from it, does.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Item, UseTree, visit::Visit};

use crate::sources::{Source, joined};

/// Steps from one `use` to the next after which a name is given up.
const MAX_STEPS: usize = 32;

/// What a name stands for in a module.
#[derive(Clone, Debug)]
enum Meaning {
    /// Defined in the file of its module.
    Here,
    /// A module, by its path.
    Module(String),
    /// Brought in by `use`.
    Used(Vec<String>),
}

#[derive(Default)]
struct Module {
    file: usize,
    names: BTreeMap<String, Meaning>,
    /// Modules of which everything is brought in.
    globs: Vec<Vec<String>>,
}

/// The groups of files that need each other, each sorted, the largest first.
pub(crate) fn cycles(sources: &[Source]) -> Vec<Vec<String>> {
    let needs = needs(sources);
    let mut groups: Vec<Vec<String>> = strongly_connected(&needs)
        .into_iter()
        .filter(|group| group.len() > 1)
        .map(|group| group.into_iter().map(|file| sources[file].path.clone()).collect())
        .collect();
    groups.iter_mut().for_each(|group| group.sort());
    groups.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    groups
}

/// For each file the files that it needs.
fn needs(sources: &[Source]) -> Vec<BTreeSet<usize>> {
    let mut modules = BTreeMap::new();
    for (file, source) in sources.iter().enumerate() {
        collect(&source.module, file, &source.code.items, &mut modules);
    }
    let modules = &modules;
    let mut needs = vec![BTreeSet::new(); sources.len()];
    for (file, source) in sources.iter().enumerate() {
        let mut paths = Vec::new();
        paths_of(&source.module, &source.code.items, &mut paths);
        for (module, path) in &paths {
            if let Some(other) = resolve(modules, module, path, 0)
                && other != file
                && !is_below(&sources[other].module, &sources[file].module)
            {
                needs[file].insert(other);
            }
        }
    }
    needs
}

/// Whether a module is inside of another one, at any depth.
fn is_below(module: &str, root: &str) -> bool {
    root.is_empty() || module.strip_prefix(root).is_some_and(|rest| rest.starts_with("::"))
}

/// Notes the names of a module and of those inside it.
fn collect(path: &str, file: usize, items: &[Item], modules: &mut BTreeMap<String, Module>) {
    let mut module = Module { file, ..Module::default() };
    for item in items {
        let name = match item {
            Item::Const(one) => &one.ident,
            Item::Enum(one) => &one.ident,
            Item::Fn(one) => &one.sig.ident,
            Item::Static(one) => &one.ident,
            Item::Struct(one) => &one.ident,
            Item::Trait(one) => &one.ident,
            Item::Type(one) => &one.ident,
            Item::Union(one) => &one.ident,
            Item::Mod(one) => {
                let name = one.ident.to_string();
                let inner = joined(path, &name);
                if let Some((_, items)) = &one.content {
                    collect(&inner, file, items, modules);
                }
                module.names.insert(name, Meaning::Module(inner));
                continue;
            }
            _ => continue,
        };
        module.names.insert(name.to_string(), Meaning::Here);
    }
    for one in uses(items) {
        match one.name {
            Some(name) => _ = module.names.entry(name).or_insert(Meaning::Used(one.path)),
            None => module.globs.push(one.path),
        }
    }
    modules.insert(path.to_owned(), module);
}

/// One name, or all names of a module, brought in by `use`.
struct Use {
    path: Vec<String>,
    /// The name it has from then on; none for `*`.
    name: Option<String>,
}

/// Every `use` of a module, those inside of functions too, but none of modules inside it.
fn uses(items: &[Item]) -> Vec<Use> {
    struct Finder(Vec<Use>);
    impl<'ast> Visit<'ast> for Finder {
        fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
            flatten(&item.tree, &mut Vec::new(), &mut self.0);
        }

        fn visit_item_mod(&mut self, _: &'ast syn::ItemMod) {}
    }
    let mut finder = Finder(Vec::new());
    items.iter().for_each(|item| finder.visit_item(item));
    finder.0
}

fn flatten(tree: &UseTree, before: &mut Vec<String>, found: &mut Vec<Use>) {
    let mut whole = |name: &syn::Ident, shown: Option<&syn::Ident>| {
        let mut path = before.clone();
        if name != "self" || path.is_empty() {
            path.push(name.to_string());
        }
        let name = shown.map(ToString::to_string).or_else(|| path.last().cloned());
        found.push(Use { path, name });
    };
    match tree {
        UseTree::Path(one) => {
            before.push(one.ident.to_string());
            flatten(&one.tree, before, found);
            before.pop();
        }
        UseTree::Group(group) => {
            group.items.iter().for_each(|tree| flatten(tree, before, found));
        }
        UseTree::Name(one) => whole(&one.ident, None),
        UseTree::Rename(one) => whole(&one.ident, Some(&one.rename)),
        UseTree::Glob(_) => found.push(Use { path: before.clone(), name: None }),
    }
}

/// Every path that a module and those inside it use, with the module in which it stands.
fn paths_of(module: &str, items: &[Item], found: &mut Vec<(String, Vec<String>)>) {
    for item in items {
        match item {
            Item::Use(_) => {}
            Item::Mod(one) => {
                if let Some((_, inner)) = &one.content {
                    paths_of(&joined(module, &one.ident.to_string()), inner, found);
                }
            }
            item => in_tokens(item.to_token_stream(), &mut |path| {
                found.push((module.to_owned(), path));
            }),
        }
    }
    found.extend(uses(items).into_iter().map(|one| (module.to_owned(), one.path)));
}

/// Tells of every path in the code: `a`, or `a::b::c`.
fn in_tokens(tokens: TokenStream, tell: &mut dyn FnMut(Vec<String>)) {
    let mut path: Vec<String> = Vec::new();
    // Colons and dots since the last name; one dot before a name makes it a field or a method.
    let (mut colons, mut dots) = (0, 0);
    for token in tokens {
        match token {
            TokenTree::Ident(name) => {
                if colons != 2 && !path.is_empty() {
                    tell(std::mem::take(&mut path));
                }
                if dots != 1 {
                    path.push(name.to_string());
                }
                (colons, dots) = (0, 0);
            }
            TokenTree::Punct(sign) if sign.as_char() == ':' => colons += 1,
            other => {
                if !path.is_empty() {
                    tell(std::mem::take(&mut path));
                }
                colons = 0;
                let is_dot = matches!(&other, TokenTree::Punct(sign) if sign.as_char() == '.');
                dots = if is_dot { dots + 1 } else { 0 };
                if let TokenTree::Group(group) = other {
                    in_tokens(group.stream(), tell);
                }
            }
        }
    }
    if !path.is_empty() {
        tell(path);
    }
}

/// The file that defines what a path names, as seen from a module; none for other crates.
fn resolve(
    modules: &BTreeMap<String, Module>,
    from: &str,
    path: &[String],
    steps: usize,
) -> Option<usize> {
    place(modules, from, path, steps).map(|(_, file)| file)
}

/// What a path names: the module, if it is one, and the file.
fn place(
    modules: &BTreeMap<String, Module>,
    from: &str,
    path: &[String],
    steps: usize,
) -> Option<(Option<String>, usize)> {
    if steps > MAX_STEPS {
        return None;
    }
    let mut at = from.to_owned();
    let mut rest = path;
    // The way to where names are looked up.
    let mut is_anchored = false;
    while let Some((first, after)) = rest.split_first() {
        match first.as_str() {
            "crate" => at = String::new(),
            "caseclinic" if from == "main" && !is_anchored => at = String::new(),
            "self" => {}
            "super" => at = at.rsplit_once("::").map_or(String::new(), |(up, _)| up.to_owned()),
            _ => break,
        }
        (rest, is_anchored) = (after, true);
    }
    for (index, name) in rest.iter().enumerate() {
        let module = modules.get(&at)?;
        match lookup(modules, &at, name, steps + 1) {
            Some((Some(inner), _)) => at = inner,
            Some((None, file)) => return Some((None, file)),
            None if index > 0 || is_anchored => return Some((None, module.file)),
            None => return None,
        }
    }
    (is_anchored || !rest.is_empty())
        .then(|| modules.get(&at).map(|module| (Some(at.clone()), module.file)))?
}

/// What a name means in a module.
fn lookup(
    modules: &BTreeMap<String, Module>,
    at: &str,
    name: &str,
    steps: usize,
) -> Option<(Option<String>, usize)> {
    let module = modules.get(at)?;
    match module.names.get(name) {
        Some(Meaning::Here) => Some((None, module.file)),
        Some(Meaning::Module(path)) => {
            modules.get(path).map(|inner| (Some(path.clone()), inner.file))
        }
        // A crate of that name is meant when a `use` leads to itself.
        Some(Meaning::Used(path)) if path.first().is_some_and(|first| first == name) => None,
        Some(Meaning::Used(path)) => place(modules, at, path, steps + 1),
        None => module.globs.iter().find_map(|glob| {
            let (inner, _) = place(modules, at, glob, steps + 1)?;
            let inner = inner?;
            (inner != at && steps < MAX_STEPS).then(|| lookup(modules, &inner, name, steps + 1))?
        }),
    }
}

/// Tarjan's algorithm: groups of nodes that can all be reached from each other.
fn strongly_connected(edges: &[BTreeSet<usize>]) -> Vec<Vec<usize>> {
    #[derive(Clone, Copy, Default)]
    struct Node {
        index: Option<usize>,
        low: usize,
        is_open: bool,
    }
    struct Walk<'a> {
        edges: &'a [BTreeSet<usize>],
        nodes: Vec<Node>,
        open: Vec<usize>,
        seen: usize,
        groups: Vec<Vec<usize>>,
    }
    impl Walk<'_> {
        fn visit(&mut self, at: usize) {
            self.nodes[at] = Node { index: Some(self.seen), low: self.seen, is_open: true };
            self.seen += 1;
            self.open.push(at);
            for &next in &self.edges[at] {
                if self.nodes[next].index.is_none() {
                    self.visit(next);
                    self.nodes[at].low = self.nodes[at].low.min(self.nodes[next].low);
                } else if self.nodes[next].is_open {
                    let index = self.nodes[next].index.unwrap_or_default();
                    self.nodes[at].low = self.nodes[at].low.min(index);
                }
            }
            if self.nodes[at].index == Some(self.nodes[at].low) {
                let start = self.open.iter().rposition(|&one| one == at).unwrap_or_default();
                let group = self.open.split_off(start);
                group.iter().for_each(|&one| self.nodes[one].is_open = false);
                self.groups.push(group);
            }
        }
    }
    let nodes = vec![Node::default(); edges.len()];
    let mut walk = Walk { edges, nodes, open: Vec::new(), seen: 0, groups: Vec::new() };
    for at in 0..edges.len() {
        if walk.nodes[at].index.is_none() {
            walk.visit(at);
        }
    }
    walk.groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, module: &str, code: &str) -> Source {
        let code = syn::parse_file(code).expect("Rust");
        Source { path: path.to_owned(), module: module.to_owned(), lines: 0, code }
    }

    #[test]
    fn a_circle_is_found_through_what_a_root_hands_on() {
        let root = source("lib.rs", "", "pub mod a; mod b; pub use b::Thing;");
        let first = source("a.rs", "a", "use crate::Thing; pub fn call() {}");
        let second = source("b.rs", "b", "pub struct Thing; fn f() { crate::a::call() }");
        assert_eq!(cycles(&[root, first, second]), [["a.rs", "b.rs"]]);
    }

    #[test]
    fn a_root_may_need_its_own_files_and_they_may_need_it() {
        let root = source("lib.rs", "", "mod a; pub struct Thing(a::Part);");
        let inner = source("a.rs", "a", "use super::Thing; pub struct Part;");
        assert!(cycles(&[root, inner]).is_empty());
    }

    #[test]
    fn names_in_macros_count_and_members_and_other_crates_do_not() {
        let first = source("a.rs", "a", "fn f() { say!(\"{}\", crate::b::X) }");
        let second = source("b.rs", "b", "use std::fmt; pub const X: u8 = y.a.call();");
        let third = source("c.rs", "c", "use crate::a; fn g() { a::f() }");
        let root = source("lib.rs", "", "mod a; mod b; mod c;");
        let needs = needs(&[root, first, second, third]);
        assert_eq!(needs[1], BTreeSet::from([2]));
        assert_eq!(needs[2], BTreeSet::new());
        assert_eq!(needs[3], BTreeSet::from([1]));
    }
}
