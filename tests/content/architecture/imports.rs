//! Reads which source file uses which.
//!
//! A path is followed through modules and re-exports to the file that defines the item. A
//! re-export is therefore no use of its own: a module root may gather what its files offer.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A path of names, such as `["crate", "text", "wrap"]`.
type Path = Vec<String>;

/// Re-exports of re-exports that are followed before a name counts as unknown.
const MAX_STEPS: usize = 16;

/// One source file, without its tests.
#[derive(Default)]
pub(super) struct SourceFile {
    /// Below `src`, such as `app/update.rs`.
    pub(super) path: String,
    /// The whole text, tests and comments included.
    pub(super) text: String,
    words: BTreeSet<String>,
    items: BTreeSet<String>,
    uses: Vec<Use>,
    paths: BTreeSet<Path>,
    test_modules: BTreeSet<String>,
}

/// One name that a `use` brings in; `*` stands for all of a module.
struct Use {
    name: String,
    path: Path,
    is_public: bool,
}

impl SourceFile {
    fn parse(path: &str, text: &str) -> Self {
        let tokens: TokenStream =
            text.parse().unwrap_or_else(|error| panic!("{path} is not Rust: {error}"));
        let mut file = Self { path: path.to_owned(), text: text.to_owned(), ..Self::default() };
        file.read(tokens, true);
        file
    }

    /// The top-level module it belongs to, such as `app`.
    pub(super) fn module(&self) -> &str {
        let name = self.path.split('/').next().unwrap_or_default();
        name.strip_suffix(".rs").unwrap_or(name)
    }

    /// Its path as a module: `app/update.rs` is `["app", "update"]`, and `lib.rs` is empty.
    fn module_path(&self) -> Path {
        let path = self.path.strip_suffix(".rs").unwrap_or(&self.path);
        if path == "lib" { Vec::new() } else { path.split('/').map(str::to_owned).collect() }
    }

    /// Whether the code contains a word, or a path such as `std::fs`.
    pub(super) fn names(&self, name: &str) -> bool {
        let wanted: Vec<&str> = name.split("::").collect();
        if let [word] = wanted[..] {
            return self.words.contains(word);
        }
        self.paths_named().any(|path| path.windows(wanted.len()).any(|part| part == wanted))
    }

    /// Every path in the code, imports included.
    pub(super) fn paths_named(&self) -> impl Iterator<Item = &Path> {
        self.paths.iter().chain(self.uses.iter().map(|one| &one.path))
    }

    fn read(&mut self, tokens: TokenStream, is_top: bool) {
        let mut tokens: VecDeque<TokenTree> = tokens.into_iter().collect();
        let mut is_public = false;
        while let Some(token) = tokens.pop_front() {
            match &token {
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    let attribute = group(tokens.front(), Delimiter::Bracket);
                    if attribute.is_some_and(|attribute| is_for_tests(&attribute)) {
                        tokens.pop_front();
                        let item = take_item(&mut tokens);
                        self.test_modules.extend(module_declared(&item));
                    }
                }
                TokenTree::Group(inner) => self.read(inner.stream(), false),
                TokenTree::Ident(word) => {
                    let word = word.to_string();
                    self.words.insert(word.clone());
                    match word.as_str() {
                        "pub" => {
                            is_public = true;
                            // `pub(in crate::app)` is no use of anything.
                            if group(tokens.front(), Delimiter::Parenthesis).is_some() {
                                tokens.pop_front();
                            }
                            continue;
                        }
                        // `impl Trait + use<'a>` imports nothing.
                        "use" if !tokens.front().is_some_and(|next| is_punct(next, '<')) => {
                            let tree = take_until_semicolon(&mut tokens);
                            self.read_use(&[], tree, is_public);
                        }
                        "struct" | "enum" | "fn" | "trait" | "type" | "const" | "static"
                        | "union" | "macro_rules"
                            if is_top =>
                        {
                            let mut ahead = tokens.iter().filter_map(ident);
                            self.items.extend(ahead.find(|next| next != "mut" && next != "fn"));
                        }
                        _ => {
                            let path = take_path(word, &mut tokens);
                            self.words.extend(path.iter().cloned());
                            if path.len() > 1 {
                                self.paths.insert(path);
                            }
                        }
                    }
                    is_public = false;
                }
                _ => {}
            }
        }
    }

    /// Reads what stands between `use` and its semicolon, or in braces there.
    fn read_use(&mut self, before: &[String], tree: Vec<TokenTree>, is_public: bool) {
        for branch in tree.split(|token| is_punct(token, ',')) {
            let mut path = before.to_vec();
            let mut renamed = None;
            let mut tokens = branch.iter();
            while let Some(token) = tokens.next() {
                if let Some(inner) = group(Some(token), Delimiter::Brace) {
                    self.read_use(&path, inner.into_iter().collect(), is_public);
                    path.clear();
                } else if is_punct(token, '*') {
                    path.push("*".to_owned());
                } else if let Some(word) = ident(token) {
                    self.words.insert(word.clone());
                    if word == "as" {
                        renamed = tokens.next().and_then(ident);
                    } else {
                        path.push(word);
                    }
                }
            }
            // `use text::{self}` brings in `text`.
            if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
                path.pop();
            }
            if let Some(last) = path.last() {
                let name = renamed.unwrap_or_else(|| last.clone());
                self.uses.push(Use { name, path, is_public });
            }
        }
    }
}

/// All source files, and what they use of each other.
pub(super) struct Sources {
    files: BTreeMap<Path, SourceFile>,
}

impl Sources {
    /// Reads files given as path below `src` and text. Modules for tests are left out.
    pub(super) fn parse<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let files = files.into_iter().map(|(path, text)| SourceFile::parse(path, text));
        let mut files: BTreeMap<Path, SourceFile> =
            files.map(|file| (file.module_path(), file)).collect();
        let tests: Vec<Path> = files
            .iter()
            .flat_map(|(module, file)| file.test_modules.iter().map(|name| child(module, name)))
            .collect();
        files.retain(|module, _| !tests.iter().any(|test| module.starts_with(test)));
        Self { files }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.values()
    }

    /// The top-level modules whose items a file names.
    pub(super) fn modules_used(&self, file: &SourceFile) -> BTreeSet<String> {
        let module = file.module_path();
        let paths = file.paths_named().filter_map(|path| self.absolute(&module, path));
        paths.filter_map(|path| path.into_iter().next()).collect()
    }

    /// The other files of its top-level module whose items a file uses. A root and the files
    /// below it belong together: uses between these are left out.
    pub(super) fn files_used(&self, file: &SourceFile) -> BTreeSet<String> {
        let module = file.module_path();
        let imports = file.uses.iter().filter(|one| !one.is_public).map(|one| &one.path);
        let used = imports.chain(&file.paths);
        let used = used.filter_map(|path| self.absolute(&module, path));
        used.filter_map(|path| self.defining(&path, MAX_STEPS))
            .filter(|other| other.module() == file.module())
            .filter(|other| {
                let other = other.module_path();
                !other.starts_with(&module) && !module.starts_with(&other)
            })
            .map(|other| other.path.clone())
            .collect()
    }

    /// A path in a module as a path from the crate's root; nothing for other crates.
    fn absolute(&self, module: &[String], path: &[String]) -> Option<Path> {
        let (first, rest) = path.split_first()?;
        let mut start = module.to_vec();
        match first.as_str() {
            "crate" => start.clear(),
            "self" => {}
            "super" => {
                start.pop()?;
                let above = rest.iter().take_while(|name| *name == "super").count();
                start.truncate(start.len().checked_sub(above)?);
                return Some([&start, &rest[above..]].concat());
            }
            name => {
                let file = self.files.get(module)?;
                let imported = file.uses.iter().find(|one| one.name == name && one.path != path);
                if self.files.contains_key(&child(module, name)) || file.items.contains(name) {
                    return Some([module, path].concat());
                }
                // A name that was imported; an import from another crate leads nowhere.
                let imported = imported.filter(|one| one.path[0] != name)?;
                let base = self.absolute(module, &imported.path)?;
                return Some([&base, rest].concat());
            }
        }
        Some([&start, rest].concat())
    }

    /// The file that defines what a path from the root leads to.
    fn defining(&self, path: &[String], steps: usize) -> Option<&SourceFile> {
        let depth =
            (0..=path.len()).rev().find(|depth| self.files.contains_key(&path[..*depth]))?;
        let (module, rest) = path.split_at(depth);
        let file = &self.files[module];
        let Some((name, after)) = rest.split_first() else { return Some(file) };
        if file.items.contains(name) || name == "*" {
            return Some(file);
        }
        let steps = steps.checked_sub(1)?;
        let follow = |one: &Use, rest: &[String]| {
            let base = self.absolute(module, &one.path)?;
            let base = if one.name == "*" { &base[..base.len() - 1] } else { &base[..] };
            let path = [base, rest].concat();
            (path != [module, rest].concat()).then(|| self.defining(&path, steps))?
        };
        let named = file.uses.iter().filter(|one| one.name == *name);
        let all = file.uses.iter().filter(|one| one.name == "*");
        let mut found = named
            .filter_map(|one| follow(one, after))
            .chain(all.filter_map(|one| follow(one, rest)));
        // What a file neither defines nor imports, yet writes, is defined by a macro there.
        found.next().or_else(|| file.words.contains(name).then_some(file))
    }
}

fn child(module: &[String], name: &str) -> Path {
    let mut path = module.to_vec();
    path.push(name.to_owned());
    path
}

fn ident(token: &TokenTree) -> Option<String> {
    match token {
        TokenTree::Ident(word) => Some(word.to_string()),
        _ => None,
    }
}

fn is_punct(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted)
}

fn group(token: Option<&TokenTree>, delimiter: Delimiter) -> Option<TokenStream> {
    match token {
        Some(TokenTree::Group(group)) if group.delimiter() == delimiter => Some(group.stream()),
        _ => None,
    }
}

/// Whether an attribute is a `cfg` that asks for tests.
fn is_for_tests(attribute: &TokenStream) -> bool {
    let words: Vec<String> = words(attribute.clone()).collect();
    let has = |word: &str| words.iter().any(|one| one == word);
    words.first().is_some_and(|first| first == "cfg") && has("test") && !has("not")
}

fn words(tokens: TokenStream) -> Box<dyn Iterator<Item = String>> {
    Box::new(tokens.into_iter().flat_map(|token| match token {
        TokenTree::Group(group) => words(group.stream()),
        other => Box::new(ident(&other).into_iter()) as Box<dyn Iterator<Item = String>>,
    }))
}

/// Takes one item: up to its semicolon, or to the end of its braces.
fn take_item(tokens: &mut VecDeque<TokenTree>) -> Vec<TokenTree> {
    let mut item = Vec::new();
    while let Some(token) = tokens.pop_front() {
        let is_use = item.iter().any(|token| ident(token).is_some_and(|word| word == "use"));
        let ends =
            is_punct(&token, ';') || (!is_use && group(Some(&token), Delimiter::Brace).is_some());
        item.push(token);
        if ends {
            break;
        }
    }
    item
}

/// The module that an item declares as a file of its own: `mod name;`.
fn module_declared(item: &[TokenTree]) -> Option<String> {
    let at = item.iter().position(|token| ident(token).is_some_and(|word| word == "mod"))?;
    let is_file = item.last().is_some_and(|token| is_punct(token, ';'));
    item.get(at + 1).and_then(ident).filter(|_| is_file)
}

fn take_until_semicolon(tokens: &mut VecDeque<TokenTree>) -> Vec<TokenTree> {
    let end = tokens.iter().position(|token| is_punct(token, ';')).unwrap_or(tokens.len());
    tokens.drain(..end).collect()
}

/// Takes the rest of a path of which the first word was taken.
fn take_path(first: String, tokens: &mut VecDeque<TokenTree>) -> Path {
    let mut path = vec![first];
    while let (Some(one), Some(two), Some(name)) =
        (tokens.front(), tokens.get(1), tokens.get(2).and_then(ident))
    {
        if !is_punct(one, ':') || !is_punct(two, ':') {
            break;
        }
        path.push(name);
        tokens.drain(..3);
    }
    path
}

/// The circles among these uses, each as the shortest way from a file back to itself; every file
/// that is in a circle is in one of them.
pub(super) fn circles(uses: &BTreeMap<String, BTreeSet<String>>) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = Vec::new();
    for start in uses.keys() {
        if !found.iter().flatten().any(|file| file == start) {
            found.extend(way_back(uses, start));
        }
    }
    found
}

fn way_back(uses: &BTreeMap<String, BTreeSet<String>>, start: &str) -> Option<Vec<String>> {
    let mut waiting = VecDeque::from([vec![start.to_owned()]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = waiting.pop_front() {
        for next in way.last().and_then(|last| uses.get(last)).into_iter().flatten() {
            if next == start {
                return Some(way);
            }
            if seen.insert(next.clone()) {
                waiting.push_back([&way[..], std::slice::from_ref(next)].concat());
            }
        }
    }
    None
}
