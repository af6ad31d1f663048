//! Every text a person can see, with its place, to be read in one sitting.
//!
//! What is a text is guessed from its form and from where it stands; [`HELP`] says how.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Attribute, BinOp, Expr, Lit, LitStr, Token,
    parse::Parser,
    punctuated::Punctuated,
    visit::{self, Visit},
};

use crate::{Outcome, sources};

pub(crate) const HELP: &str = "\
Usage: cargo xtask texts [--words] [--templates] [PART-OF-A-PATH…]

Lists every text a person can see as file:line: text, one a line; line ends in it are \\n.
With parts of paths, only files that have one of them in theirs.

A string in src counts as a text when, without its {placeholders}, it has a word of two
letters and either a blank between words, or a capital letter at its beginning and small ones
after it, or an end like that of a sentence or a label (. ? ! … :). Help on the command line
(comments on what derives Parser, Args, Subcommand or ValueEnum, and strings in #[arg],
#[command] and #[value]) and messages of errors (#[error]) count too.

Left out: tests; patterns; what is compared, or looked for in other text; what stands in
expect(), assert!(), panic!(), unreachable!() and in other attributes; names in capitals;
addresses and paths. A text put together from single lower-case words can be missed.

  --words      Also single words in lower case: keys and codes come along with the labels
  --templates  Also the texts of the files in clinic_templates
";

/// Macros whose strings only a programmer sees, or that are no strings of the program.
const UNSEEN_MACROS: [&str; 16] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "env",
    "include",
    "include_bytes",
    "include_str",
    "matches",
    "option_env",
    "panic",
    "todo",
    "unimplemented",
    "unreachable",
];
/// Methods that look for their strings, or show them to a programmer only.
const UNSEEN_ARGUMENTS: [&str; 18] = [
    "contains",
    "ends_with",
    "expect",
    "expect_err",
    "find",
    "get",
    "is_ident",
    "match_indices",
    "matches",
    "rfind",
    "rsplit_once",
    "split",
    "split_once",
    "starts_with",
    "strip_prefix",
    "strip_suffix",
    "trim_end_matches",
    "trim_start_matches",
];
/// What makes the comments of a type help on the command line.
const COMMAND_LINE: [&str; 4] = ["Parser", "Args", "Subcommand", "ValueEnum"];

/// A text and where it stands.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Text {
    path: String,
    line: usize,
    words: String,
}

pub(crate) fn run(root: &Path, arguments: &[String]) -> Outcome<ExitCode> {
    let (options, parts): (Vec<&String>, Vec<&String>) =
        arguments.iter().partition(|one| one.starts_with("--"));
    if let Some(unknown) =
        options.iter().find(|one| !["--words", "--templates"].contains(&one.as_str()))
    {
        return Err(format!("texts knows no “{unknown}”.\n\n{HELP}").into());
    }
    let has = |option: &str| options.iter().any(|one| *one == option);
    let mut finder = Finder { words: has("--words"), path: String::new(), found: BTreeSet::new() };
    for source in sources::read(root)? {
        finder.path = source.path;
        finder.visit_file(&source.code);
    }
    if has("--templates") {
        for file in templates(root)? {
            finder.path = file.display().to_string();
            let text = fs::read_to_string(root.join(&file))?;
            strings_of_toml(&text, &mut |line, text| finder.hear(line, text));
        }
    }
    let wanted = |text: &&Text| {
        parts.is_empty() || parts.iter().any(|part| text.path.contains(part.as_str()))
    };
    let texts: Vec<&Text> = finder.found.iter().filter(wanted).collect();
    for Text { path, line, words } in &texts {
        println!("{path}:{line}: {words}");
    }
    eprintln!("{} texts", texts.len());
    Ok(ExitCode::SUCCESS)
}

struct Finder {
    words: bool,
    path: String,
    found: BTreeSet<Text>,
}

impl Finder {
    fn hear(&mut self, line: usize, text: &str) {
        if is_text(text, self.words) {
            let words = text.trim_end().replace('\n', "\\n");
            self.found.insert(Text { path: self.path.clone(), line, words });
        }
    }

    fn literal(&mut self, literal: &LitStr) {
        self.hear(literal.span().start().line, &literal.value());
    }

    /// Strings anywhere in tokens that are no expressions.
    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Literal(literal) => {
                    if let Lit::Str(literal) = Lit::new(literal) {
                        self.literal(&literal);
                    }
                }
                TokenTree::Group(group) if is_comment(&group) => {}
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(_) | TokenTree::Punct(_) => {}
            }
        }
    }

    /// The comment in front of something, as one text: clap takes it as help.
    fn comment(&mut self, attributes: &[Attribute]) {
        let lines: Vec<LitStr> = attributes.iter().filter_map(comment_line).collect();
        let Some(first) = lines.first() else { return };
        let text: Vec<String> = lines.iter().map(|line| line.value().trim().to_owned()).collect();
        let paragraphs: Vec<String> =
            text.split(String::is_empty).map(|paragraph| paragraph.join(" ")).collect();
        self.hear(first.span().start().line, &paragraphs.join("\n"));
    }

    /// Comments on the parts of a type that describes the command line.
    fn fields(&mut self, fields: &syn::Fields) {
        fields.iter().for_each(|field| self.comment(&field.attrs));
    }
}

/// Whether brackets in tokens hold a comment, `[doc = "…"]`.
fn is_comment(group: &proc_macro2::Group) -> bool {
    let first = group.stream().into_iter().next();
    matches!(first, Some(TokenTree::Ident(name)) if name == "doc")
}

fn comment_line(attribute: &Attribute) -> Option<LitStr> {
    let comment = attribute.path().is_ident("doc").then_some(&attribute.meta)?;
    let Expr::Lit(value) = &comment.require_name_value().ok()?.value else { return None };
    let Lit::Str(text) = &value.lit else { return None };
    Some(text.clone())
}

/// Whether a type derives what makes it a part of the command line.
fn is_command_line(attributes: &[Attribute]) -> bool {
    attributes.iter().filter(|one| one.path().is_ident("derive")).any(|one| {
        let derived = one.parse_args_with(Punctuated::<syn::Path, Token![,]>::parse_terminated);
        derived.is_ok_and(|paths| {
            paths
                .iter()
                .filter_map(|path| path.segments.last())
                .any(|last| COMMAND_LINE.iter().any(|name| last.ident == name))
        })
    })
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_lit_str(&mut self, literal: &'ast LitStr) {
        self.literal(literal);
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        let shown = ["arg", "command", "clap", "value", "group", "error"];
        if shown.iter().any(|name| attribute.path().is_ident(name))
            && let syn::Meta::List(list) = &attribute.meta
        {
            self.tokens(list.tokens.clone());
        }
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        if is_command_line(&item.attrs) {
            self.comment(&item.attrs);
            self.fields(&item.fields);
        }
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        if is_command_line(&item.attrs) {
            self.comment(&item.attrs);
            for variant in &item.variants {
                self.comment(&variant.attrs);
                self.fields(&variant.fields);
            }
        }
        visit::visit_item_enum(self, item);
    }

    fn visit_pat(&mut self, pattern: &'ast syn::Pat) {
        if !matches!(pattern, syn::Pat::Lit(_)) {
            visit::visit_pat(self, pattern);
        }
    }

    fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
        let compares = matches!(binary.op, BinOp::Eq(_) | BinOp::Ne(_));
        for side in [&binary.left, &binary.right] {
            if !(compares && matches!(**side, Expr::Lit(_))) {
                self.visit_expr(side);
            }
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.visit_expr(&call.receiver);
        if !UNSEEN_ARGUMENTS.iter().any(|name| call.method == name) {
            call.args.iter().for_each(|argument| self.visit_expr(argument));
        }
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let name = call.path.segments.last().map(|last| last.ident.to_string());
        if name.is_some_and(|name| UNSEEN_MACROS.contains(&name.as_str())) {
            return;
        }
        let arguments = Punctuated::<Expr, Token![,]>::parse_terminated;
        match arguments.parse2(call.tokens.clone()) {
            Ok(arguments) => arguments.iter().for_each(|argument| self.visit_expr(argument)),
            Err(_) => self.tokens(call.tokens.clone()),
        }
    }
}

/// Whether a string looks like something to be read; see [`HELP`].
fn is_text(text: &str, words: bool) -> bool {
    let with_marks = without_placeholders(text, "0");
    let bare = without_placeholders(text, "");
    let (with_marks, bare) = (with_marks.trim(), bare.trim());
    let has_word = bare.split(|c: char| !c.is_alphabetic()).any(|word| word.chars().count() > 1);
    if !has_word {
        return false;
    }
    if with_marks.contains(char::is_whitespace) {
        // `key = value` of a file, and what a terminal is steered with, is not read by anybody.
        let key = with_marks.split_once(" = ").map(|(key, _)| key);
        let is_key = |key: &str| key.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        return !key.is_some_and(is_key) && !text.starts_with('\x1b');
    }
    if bare.contains("://") || bare.contains('/') || bare.contains('_') {
        return false;
    }
    let mut letters = bare.chars();
    let is_label = letters.next().is_some_and(char::is_uppercase)
        && letters.clone().any(char::is_lowercase)
        && bare.chars().all(|c| c.is_alphabetic() || "-’'.?!…:,()".contains(c));
    let ends = bare.ends_with(['.', '?', '!', '…', ':']) && bare.chars().all(|c| c != '=');
    let is_word = words && bare.chars().all(|c| c.is_alphabetic() || c == '-');
    is_label || ends || is_word
}

/// The text with something else for every `{placeholder}`.
fn without_placeholders(text: &str, instead: &str) -> String {
    let mut out = String::new();
    let mut depth = 0_usize;
    for c in text.chars() {
        match c {
            '{' => depth += 1,
            '}' => {
                depth = depth.saturating_sub(1);
                out.push_str(instead);
            }
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

/// The templates and their examples, sorted.
fn templates(root: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    for folder in ["clinic_templates", "clinic_templates/examples"] {
        let Ok(listing) = fs::read_dir(root.join(folder)) else { continue };
        for entry in listing {
            let name = entry?.file_name();
            let file = Path::new(folder).join(name);
            if file.extension().is_some_and(|ending| ending == "toml") {
                found.push(file);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Tells of every string in a TOML file, with the line it begins in. Enough for templates: escapes
/// other than those of quotes and line ends are left as they are written.
fn strings_of_toml(text: &str, tell: &mut dyn FnMut(usize, &str)) {
    let (mut rest, mut line) = (text, 1);
    while let Some(at) = rest.find(['"', '\'', '#', '\n']) {
        let found = &rest[at..];
        let mark = &found[..1];
        if mark == "\n" {
            line += 1;
            rest = &found[1..];
            continue;
        }
        if mark == "#" {
            rest = found.find('\n').map_or("", |end| &found[end..]);
            continue;
        }
        let whole = mark.repeat(3);
        let mark = if found.starts_with(&whole) { whole.as_str() } else { mark };
        let inside = &found[mark.len()..];
        let escapes = mark.starts_with('"');
        let mut end = inside.len();
        let mut from = 0;
        while let Some(next) = inside[from..].find(mark).map(|next| from + next) {
            let slashes = inside[..next].chars().rev().take_while(|c| *c == '\\').count();
            if !(escapes && slashes % 2 == 1) {
                end = next;
                break;
            }
            from = next + 1;
        }
        let value = &inside[..end];
        let shown = value.trim_start_matches('\n').replace("\\\n", "").replace("\\\"", "\"");
        tell(line, &shown);
        line += value.matches('\n').count();
        rest = inside.get(end + mark.len()..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_and_labels_are_texts_and_keys_are_not() {
        for text in ["Nothing to undo.", "Search", "no vault yet", "{n} entries", "Name:"] {
            assert!(is_text(text, false), "{text}");
        }
        for text in ["unknown-key", "{}: {}", "HOME", "a/b.md", "id = {}", "x", "https://a.example"]
        {
            assert!(!is_text(text, false), "{text}");
        }
        assert!(is_text("unknown-key", true));
    }

    #[test]
    fn only_what_is_shown_is_found() {
        let code = r#"
            /// A comment for programmers.
            fn shown(line: &str) -> String {
                match line { "a pattern here" => {} _ => panic!("never seen at all") }
                if line.starts_with("looked for") || line == "compared with" { return say!("Undo"); }
                format!("{} to go", line.len())
            }
            #[derive(clap::Args)]
            struct Args { /** Help for people. */ path: String }
        "#;
        let mut finder = Finder { words: false, path: String::new(), found: BTreeSet::new() };
        finder.visit_file(&syn::parse_file(code).expect("Rust"));
        let found: Vec<&str> = finder.found.iter().map(|one| one.words.as_str()).collect();
        assert_eq!(found, ["Undo", "{} to go", "Help for people."]);
    }

    #[test]
    fn strings_of_templates_are_told_with_their_line() {
        let toml = "# \"no\"\na = \"one \\\" two\"\nb = \"\"\"\nthree\nfour\"\"\"\nc = 'five'\n";
        let mut found = Vec::new();
        strings_of_toml(toml, &mut |line, text| found.push((line, text.to_owned())));
        let found: Vec<(usize, &str)> =
            found.iter().map(|(at, text)| (*at, text.as_str())).collect();
        assert_eq!(found, [(2, "one \" two"), (3, "three\nfour"), (6, "five")]);
    }
}
