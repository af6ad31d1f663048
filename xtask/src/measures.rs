//! What is counted by looking at items and types: names, constants, results.

use std::collections::BTreeMap;

use syn::{
    GenericArgument, PathArguments,
    visit::{self, Visit},
};

use crate::sources::Source;

/// Words that a name begins with where the usual word is `MAX_` or `MIN_`.
const SUPERLATIVES: [&str; 11] = [
    "DEEPEST", "FARTHEST", "FEWEST", "GREATEST", "LARGEST", "LEAST", "LONGEST", "MOST", "SHORTEST",
    "SMALLEST", "WIDEST",
];

/// What was found in the code of the program, without tests.
#[derive(Default)]
pub(crate) struct Measures {
    /// Structs, enums, unions, traits and type aliases by name, with the files that define them.
    /// Types that belong to a trait (`type Err = …`) are none.
    pub(crate) types: BTreeMap<String, Vec<String>>,
    /// Constants and statics whose name begins with a superlative, with their file.
    pub(crate) superlatives: Vec<(String, String)>,
    /// How often the type `Result<…, String>` is written in a file.
    pub(crate) string_errors: BTreeMap<String, usize>,
}

impl Measures {
    pub(crate) fn of(sources: &[Source]) -> Self {
        let mut measures = Self::default();
        for source in sources {
            let mut looker = Looker { measures: &mut measures, path: &source.path };
            looker.visit_file(&source.code);
        }
        measures
    }

    /// Names of types that are defined more than once.
    pub(crate) fn shared_names(&self) -> impl Iterator<Item = (&str, &[String])> {
        let shared = self.types.iter().filter(|(_, files)| files.len() > 1);
        shared.map(|(name, files)| (name.as_str(), files.as_slice()))
    }
}

struct Looker<'a> {
    measures: &'a mut Measures,
    path: &'a str,
}

impl Looker<'_> {
    fn defines(&mut self, name: &syn::Ident) {
        self.measures.types.entry(name.to_string()).or_default().push(self.path.to_owned());
    }

    fn constant(&mut self, name: &syn::Ident) {
        let name = name.to_string();
        let first = name.split('_').next().unwrap_or_default();
        if SUPERLATIVES.contains(&first) {
            self.measures.superlatives.push((name, self.path.to_owned()));
        }
    }
}

impl<'ast> Visit<'ast> for Looker<'_> {
    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.defines(&item.ident);
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.defines(&item.ident);
        visit::visit_item_enum(self, item);
    }

    fn visit_item_union(&mut self, item: &'ast syn::ItemUnion) {
        self.defines(&item.ident);
        visit::visit_item_union(self, item);
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.defines(&item.ident);
        visit::visit_item_trait(self, item);
    }

    fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
        self.defines(&item.ident);
        visit::visit_item_type(self, item);
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.constant(&item.ident);
        visit::visit_item_const(self, item);
    }

    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        self.constant(&item.ident);
        visit::visit_item_static(self, item);
    }

    fn visit_impl_item_const(&mut self, item: &'ast syn::ImplItemConst) {
        self.constant(&item.ident);
        visit::visit_impl_item_const(self, item);
    }

    fn visit_type_path(&mut self, path: &'ast syn::TypePath) {
        if let Some(last) = path.path.segments.last()
            && last.ident == "Result"
            && let PathArguments::AngleBracketed(arguments) = &last.arguments
            && let Some(GenericArgument::Type(syn::Type::Path(error))) = arguments.args.get(1)
            && error.path.is_ident("String")
        {
            *self.measures.string_errors.entry(self.path.to_owned()).or_default() += 1;
        }
        visit::visit_type_path(self, path);
    }
}
