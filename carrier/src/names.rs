//! The names of the files of an exchange. Nothing else in a folder or store is ever read, copied or
//! deleted.

use sha2::{Digest, Sha256};

/// What a path, with `/` between its parts, is in an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind<'a> {
    /// `exchange.toml`: which exchange it is. Never changes.
    Charter,
    /// `join/PERSON.toml`: somebody asks to be added. Never changes.
    Request,
    /// A statement or a post, whose name ends in the SHA-256 of its bytes. Never changes.
    Lasting {
        /// The hash, in hexadecimal digits.
        hash: &'a str,
    },
    /// `post/PERSON-MACHINE/head`: the list of the posts of a machine. The only file that changes.
    Head,
}

/// What a path is; none if it is not a file of an exchange.
pub fn kind(path: &str) -> Option<FileKind<'_>> {
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        ["exchange.toml"] => Some(FileKind::Charter),
        ["join", file] => {
            file.strip_suffix(".toml").filter(|name| is_name(name)).map(|_| FileKind::Request)
        }
        ["post", author, "head"] if is_name(author) => Some(FileKind::Head),
        ["people" | "post", author, file] if is_name(author) => {
            let (number, hash) = file.strip_suffix(".age")?.split_once('-')?;
            let is_number = !number.is_empty()
                && number.len() < 20
                && number.bytes().all(|c| c.is_ascii_digit());
            let is_hash = hash.len() == 64
                && hash.bytes().all(|c| c.is_ascii_digit() || (b'a'..=b'f').contains(&c));
            (is_number && is_hash).then_some(FileKind::Lasting { hash })
        }
        _ => None,
    }
}

/// The SHA-256 of some bytes, in hexadecimal digits.
pub fn hash_of(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        digits.push_str(&format!("{byte:02x}"));
    }
    digits
}

/// The head of the machine that a post belongs to.
pub fn head_of(post: &str) -> Option<String> {
    let (folder, _) = post.strip_prefix("post/")?.split_once('/')?;
    Some(format!("post/{folder}/head"))
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 128
        && text.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_an_exchange_have_a_kind() {
        let hash = "0f".repeat(32);
        let post = format!("post/ab12-cd34/17-{hash}.age");
        assert_eq!(kind(&post), Some(FileKind::Lasting { hash: &hash }));
        assert_eq!(head_of(&post), Some("post/ab12-cd34/head".to_owned()));
        assert_eq!(kind("exchange.toml"), Some(FileKind::Charter));
        assert_eq!(kind("join/ab12.toml"), Some(FileKind::Request));
        assert_eq!(kind("post/ab12-cd34/head"), Some(FileKind::Head));
        for other in [
            "",
            "notes.txt",
            "people/ab12/head",
            "post/ab12/1-abc.age",
            "post/../1-abc.age",
            "post/ab12/head.tmp",
            &format!("post/ab 12/1-{hash}.age"),
            &format!("post/ab12/1-{}.age", hash.to_uppercase()),
            &format!("post/ab12/1-{hash} (conflicted copy).age"),
            &format!("people/ab12/deeper/1-{hash}.age"),
        ] {
            assert_eq!(kind(other), None, "{other}");
        }
    }
}
