//! `exchange.toml`: which exchange a folder is. Everything in it is public, and its fingerprint,
//! which is the name of the exchange, covers all of it: whoever compared the fingerprint with a
//! steward knows the keys of the person who founded the exchange, and through their statements
//! everybody else.

use rand::{RngCore, rngs::OsRng};
use serde::{Deserialize, Serialize};

use super::names::{PersonId, fingerprint_of, spoken};
use crate::vault::{
    Vault,
    keys::{member::canonical, sha256::sha256},
    notes::check::read_key,
};

/// The format that is written, and the newest that is read.
pub(crate) const FORMAT: u32 = 1;
/// The file.
pub(crate) const CHARTER: &str = "exchange.toml";
/// Bytes it may have.
pub(crate) const MAX_CHARTER_BYTES: u64 = 64 << 10;

/// Which exchange it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Charter {
    pub(crate) format: u32,
    /// The key that the founder signs with.
    pub(crate) founder: String,
    /// The key that the founder opens files with.
    pub(crate) recipient: String,
    /// Tells two exchanges of one founder apart.
    pub(crate) mark: String,
}

/// Why a file cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unusable {
    Unreadable,
    Newer(u32),
}

#[derive(Deserialize)]
struct FormatOnly {
    format: u32,
}

/// The format first: what is newer may have a shape that is not known here.
pub(crate) fn check_format(text: &str) -> Result<(), Unusable> {
    let FormatOnly { format } = toml::from_str(text).map_err(|_| Unusable::Unreadable)?;
    match format {
        FORMAT => Ok(()),
        0 => Err(Unusable::Unreadable),
        newer => Err(Unusable::Newer(newer)),
    }
}

impl Charter {
    /// A new exchange, founded by the owner of this vault.
    pub(crate) fn new(vault: &Vault) -> Self {
        let mut mark = [0; 16];
        OsRng.fill_bytes(&mut mark);
        let mark = sha256(&mark)[..32].to_owned();
        let (founder, recipient) = (vault.public_key(), vault.recipient());
        Self { format: FORMAT, founder, recipient, mark }
    }

    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Unusable> {
        let text = std::str::from_utf8(bytes).map_err(|_| Unusable::Unreadable)?;
        check_format(text)?;
        let charter: Self = toml::from_str(text).map_err(|_| Unusable::Unreadable)?;
        let is_one = read_key(&charter.founder).is_some()
            && canonical(&charter.recipient).as_ref() == Some(&charter.recipient);
        if is_one { Ok(charter) } else { Err(Unusable::Unreadable) }
    }

    pub(crate) fn write(&self) -> Result<String, toml::ser::Error> {
        Ok(format!(
            "# A caseclinic exchange: notes on their way between people, encrypted.\n# Any program \
             may copy this folder. Change, rename or remove nothing in it.\n{}",
            toml::to_string(self)?
        ))
    }

    /// The name of the exchange: the fingerprint of all it says.
    pub(crate) fn id(&self) -> String {
        let Self { format, founder, recipient, mark } = self;
        fingerprint_of(&format!("caseclinic:exchange\n{format}\n{founder}\n{recipient}\n{mark}\n"))
    }

    /// The same, as people read it aloud.
    pub(crate) fn spoken(&self) -> String {
        spoken(&self.id())
    }

    /// The person who founded it.
    pub(crate) fn founder(&self) -> PersonId {
        PersonId::of_keys(&self.founder, &self.recipient)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::vault::fixtures::vault;

    #[test]
    fn the_fingerprint_covers_everything_it_says() {
        let (_home, vault) = vault();
        let charter = Charter::new(&vault);
        let text = charter.write().unwrap();
        assert_eq!(Charter::read(text.as_bytes()), Ok(charter.clone()));
        assert_ne!(Charter::new(&vault).id(), charter.id(), "two of one founder");
        for change in [
            |one: &mut Charter| one.mark.push('x'),
            |one: &mut Charter| one.recipient = "age1other".to_owned(),
            |one: &mut Charter| one.founder = "ed25519:other".to_owned(),
        ] {
            let mut other = charter.clone();
            change(&mut other);
            assert_ne!(other.id(), charter.id());
        }
    }

    #[test]
    fn a_later_format_is_named_whatever_its_shape() {
        assert_eq!(Charter::read(b"format = 7\nshape = 'new'"), Err(Unusable::Newer(7)));
        for broken in [&b"format = 0"[..], b"", b"format = 1\nfounder = 'x'", &[0xff]] {
            assert_eq!(Charter::read(broken), Err(Unusable::Unreadable));
        }
    }
}
