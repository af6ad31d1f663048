//! The object store: a folder, S3, Azure Blob or WebDAV, through the `object_store` crate.

use std::{collections::BTreeMap, fs, os::unix::fs::MetadataExt, path::Path, sync::Arc};

use anyhow::{Context, anyhow, bail};
use futures::TryStreamExt;
use object_store::{ObjectStore, ObjectStoreExt, parse_url_opts, path::Path as StorePath};
use url::Url;

use crate::names::kind;

/// Words in the names of settings whose values are never shown.
const SECRET: [&str; 6] = ["key", "secret", "token", "sas", "password", "credential"];
/// Prefixes of environment variables that are settings of a store.
const FROM_ENVIRONMENT: [&str; 2] = ["AWS_", "AZURE_"];

/// Settings of a store: from the environment, then from a file.
#[derive(Clone, Default)]
pub struct Settings(BTreeMap<String, String>);

impl Settings {
    /// Takes `AWS_…` and `AZURE_…` from the environment.
    pub fn from_environment() -> Self {
        let own = |name: &str| FROM_ENVIRONMENT.iter().any(|prefix| name.starts_with(prefix));
        let all = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        Self(
            all.filter(|(name, _)| own(name))
                .map(|(name, value)| (name.to_lowercase(), value))
                .collect(),
        )
    }

    /// Adds those in a file of lines such as `aws_secret_access_key = "…"`. Fails if anybody else can
    /// read the file.
    pub fn and_file(mut self, path: &Path) -> anyhow::Result<Self> {
        let name = path.display();
        let facts = fs::metadata(path).with_context(|| format!("{name} cannot be read."))?;
        if facts.uid() != rustix::process::getuid().as_raw() || facts.mode() & 0o077 != 0 {
            bail!("Other people can read {name}. Make it yours alone first: chmod 600 {name}");
        }
        let text = fs::read_to_string(path).with_context(|| format!("{name} cannot be read."))?;
        // An error of the reader quotes the line, which may hold a secret.
        let table: BTreeMap<String, String> = toml::from_str(&text)
            .map_err(|_| anyhow!("{name} is not a list of lines such as: aws_region = \"…\""))?;
        self.0.extend(table.into_iter().map(|(key, value)| (key.to_lowercase(), value)));
        Ok(self)
    }

    /// A text without the values of secret settings.
    pub fn redact(&self, text: &str) -> String {
        let secret = |key: &str| SECRET.iter().any(|word| key.contains(word));
        let values = self.0.iter().filter(|(key, value)| secret(key) && value.len() > 3);
        values.fold(text.to_owned(), |text, (_, value)| text.replace(value.as_str(), "[secret]"))
    }
}

/// An object store, and where in it the exchange is.
#[derive(Clone)]
pub struct Store {
    inner: Arc<dyn ObjectStore>,
    prefix: StorePath,
    settings: Settings,
    name: String,
}

impl Store {
    /// Opens a store: a folder, or an address such as `s3://bucket/path`, `az://container/path` or
    /// `https://server/path`.
    pub fn open(to: &str, settings: Settings) -> anyhow::Result<Self> {
        let url = if to.contains("://") {
            Url::parse(to).map_err(|_| anyhow!("{to} is not an address. Examples: /mnt/share, s3://bucket/path, az://container/path, https://server/path"))?
        } else {
            let folder = Path::new(to);
            if !folder.is_dir() {
                bail!(
                    "{to} is not a folder. Make it first, or give an address such as s3://bucket/path."
                );
            }
            let folder = folder.canonicalize().with_context(|| format!("{to} cannot be read."))?;
            Url::from_directory_path(&folder).map_err(|()| anyhow!("{to} is not a folder."))?
        };
        if !url.username().is_empty() || url.password().is_some() {
            bail!(
                "The address has a user name or password in it, where other people can read it. Put them into the file named by --credentials."
            );
        }
        let (inner, prefix) = parse_url_opts(&url, settings.0.clone())
            .map_err(|error| anyhow!(settings.redact(&error.to_string())))
            .with_context(|| format!("The store {url} cannot be opened."))?;
        Ok(Self { inner: Arc::from(inner), prefix, settings, name: url.to_string() })
    }

    /// Its address.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn place(&self, path: &str) -> StorePath {
        path.split('/').fold(self.prefix.clone(), StorePath::join)
    }

    fn say(&self, what: &str, error: &object_store::Error) -> anyhow::Error {
        let why = match error {
            object_store::Error::NotFound { .. } => "it is not there".to_owned(),
            object_store::Error::PermissionDenied { .. } => {
                "the store does not allow it".to_owned()
            }
            object_store::Error::Unauthenticated { .. } => {
                "the store does not accept the credentials".to_owned()
            }
            other => self.settings.redact(&other.to_string()),
        };
        anyhow!("{what}: {why}.")
    }

    /// The files of the exchange with their sizes.
    pub async fn list(&self) -> anyhow::Result<BTreeMap<String, u64>> {
        let prefix = Some(&self.prefix).filter(|prefix| !prefix.as_ref().is_empty());
        let mut found = BTreeMap::new();
        let mut listed = self.inner.list(prefix);
        loop {
            let next = listed.try_next().await;
            let Some(object) =
                next.map_err(|error| self.say("The store cannot be listed", &error))?
            else {
                break;
            };
            let Some(parts) = object.location.prefix_match(&self.prefix) else { continue };
            let path = parts.map(|part| part.as_ref().to_owned()).collect::<Vec<_>>().join("/");
            if kind(&path).is_some() {
                found.insert(path, object.size);
            }
        }
        Ok(found)
    }

    /// The bytes of a file.
    pub async fn read(&self, path: &str) -> anyhow::Result<Vec<u8>> {
        let what = || format!("{path} cannot be read from the store");
        let got =
            self.inner.get(&self.place(path)).await.map_err(|error| self.say(&what(), &error))?;
        let bytes = got.bytes().await.map_err(|error| self.say(&what(), &error))?;
        Ok(bytes.to_vec())
    }

    /// Puts a file in place.
    pub async fn put(&self, path: &str, bytes: Vec<u8>) -> anyhow::Result<()> {
        let put = self.inner.put(&self.place(path), bytes.into()).await;
        put.map(drop)
            .map_err(|error| self.say(&format!("{path} cannot be written to the store"), &error))
    }

    /// Deletes a file. If it is not there, nothing needs to be done.
    pub async fn delete(&self, path: &str) -> anyhow::Result<()> {
        match self.inner.delete(&self.place(path)).await {
            Err(object_store::Error::NotFound { .. }) | Ok(()) => Ok(()),
            Err(error) => {
                Err(self.say(&format!("{path} cannot be deleted from the store"), &error))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn credentials_that_others_can_read_are_refused_and_secrets_are_never_shown() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("credentials");
        fs::write(&path, "AWS_SECRET_ACCESS_KEY = \"topsecret\"\naws_region = \"garage\"\n")
            .expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("readable");
        let Err(refused) = Settings::default().and_file(&path) else {
            panic!("others can read it")
        };
        assert!(refused.to_string().contains("chmod 600"), "{refused}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("private");
        let settings = Settings::default().and_file(&path).expect("it is read");
        assert_eq!(settings.redact("GET garage topsecret failed"), "GET garage [secret] failed");
        fs::write(&path, "aws_secret_access_key = topsecret").expect("written");
        let Err(refused) = Settings::default().and_file(&path) else { panic!("no settings") };
        assert!(!format!("{refused:#}").contains("topsecret"), "{refused:#}");
        let Err(refused) = Store::open("https://me:topsecret@example.org/x", Settings::default())
        else {
            panic!("a password in an address")
        };
        assert!(!format!("{refused:#}").contains("topsecret"), "{refused:#}");
    }

    #[test]
    fn what_is_no_store_is_a_sentence() {
        for wrong in ["/nowhere/at/all", "ftp://example.org/x", "s3://"] {
            let Err(refused) = Store::open(wrong, Settings::default()) else {
                panic!("{wrong} opens")
            };
            assert!(!refused.to_string().is_empty());
        }
    }
}
