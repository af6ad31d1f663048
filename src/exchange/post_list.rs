//! `head`: the list of everything that a machine posted, signed. It is the only file of an exchange
//! that changes. Only its machine writes it, and the one with the greater number is the newer one.
//! Through it everybody knows what is missing, also of what is not for them.

use std::collections::{BTreeMap, BTreeSet};

use ed25519_dalek::VerifyingKey;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{
    charter::{FORMAT, Unusable, check_format},
    names::{Author, FileName},
};
use crate::vault::{
    Vault, VaultError,
    keys::signed_text::{Kind, verified},
};

/// The name of the file.
pub(crate) const HEAD: &str = "head";
/// Bytes it may have: room for more than a hundred thousand posts.
pub(crate) const MAX_HEAD_BYTES: u64 = 16 << 20;

/// Everything that a machine posted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PostList {
    format: u32,
    pub(crate) exchange: String,
    pub(crate) author: Author,
    /// The highest number.
    pub(crate) highest: u64,
    /// The names of the files, those of erased notes too.
    posts: Vec<String>,
    /// The names of those whose note was erased.
    #[serde(default)]
    erased: Vec<String>,
}

impl PostList {
    pub(crate) fn new(
        exchange: &str,
        author: &Author,
        posts: &BTreeSet<FileName>,
        erased: &BTreeSet<FileName>,
    ) -> Self {
        Self {
            format: FORMAT,
            exchange: exchange.to_owned(),
            author: author.clone(),
            highest: posts.last().map_or(0, |last| last.number),
            posts: posts.iter().map(ToString::to_string).collect(),
            erased: erased.iter().map(ToString::to_string).collect(),
        }
    }

    pub(crate) fn sign(&self, vault: &Vault) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let text = toml::to_string(self).map_err(VaultError::unwritable)?;
        vault.sign_text(Kind::ExchangeHead, &text)
    }

    /// The list of this machine in a file that this key signed.
    pub(crate) fn read(
        bytes: &[u8],
        exchange: &str,
        author: &Author,
        key: &VerifyingKey,
    ) -> Result<Self, Unusable> {
        let text = std::str::from_utf8(bytes).map_err(|_| Unusable::Unreadable)?;
        check_format(text)?;
        let text = verified(Kind::ExchangeHead, bytes, key).ok_or(Unusable::Unreadable)?;
        let list: Self = toml::from_str(text).map_err(|_| Unusable::Unreadable)?;
        let is_it = list.exchange == exchange && list.author == *author;
        if is_it { Ok(list) } else { Err(Unusable::Unreadable) }
    }

    /// The names of its files by number: more than one where the machine was doubled.
    pub(crate) fn names(&self) -> BTreeMap<u64, BTreeSet<FileName>> {
        let mut names: BTreeMap<u64, BTreeSet<FileName>> = BTreeMap::new();
        for name in self.posts.iter().filter_map(|name| name.parse::<FileName>().ok()) {
            names.entry(name.number).or_default().insert(name);
        }
        names
    }

    pub(crate) fn erased(&self) -> impl Iterator<Item = FileName> {
        self.erased.iter().filter_map(|name| name.parse().ok())
    }

    /// Whether it says no less than another.
    pub(crate) fn is_as_new_as(&self, other: &Self) -> bool {
        (self.highest, self.erased.len(), self.posts.len())
            >= (other.highest, other.erased.len(), other.posts.len())
    }
}
