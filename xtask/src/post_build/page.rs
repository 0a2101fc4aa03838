//! The staging folder: its files, their names, and the HTML that holds them together.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use miniz_oxide::deflate::compress_to_vec;
use sha2::{Digest as _, Sha256};

use super::html;
use crate::Done;

/// A page that trunk has written.
pub struct Page {
    folder: PathBuf,
}

/// A file's content.
pub struct Bytes(Vec<u8>);

impl Bytes {
    /// The size as it is.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The size after gzip: deflate at its best level, and 18 bytes of header and trailer. This library's best level
    /// is 10, and comes within a hundredth of what `gzip -9` makes.
    pub fn gzip(&self) -> usize {
        compress_to_vec(&self.0, 10).len() + 18
    }
}

impl Page {
    /// A page in `folder`.
    ///
    /// # Errors
    /// When there is no `index.html`.
    pub fn open(folder: PathBuf) -> Done<Self> {
        let page = Self { folder };
        page.html().map(|_| page)
    }

    /// Calls `change` with each file of a kind.
    pub fn change_each(&mut self, extension: &str, change: impl Fn(&Path) -> Done) -> Done {
        for name in self.files(extension)? {
            change(&self.folder.join(name))?;
        }
        Ok(())
    }

    /// Gives the generated files of a kind the hash of their content as part of their names, wherever the
    /// names occur. Files whose names the page's sources chose are left alone: only their authors know who
    /// asks for them, and they can use the build's name (see [`Page::seal`]).
    pub fn rename_by_content(&mut self, extension: &str) -> Done {
        for old in self.files(extension)? {
            let Some(stem) = generated_stem(&old) else {
                continue;
            };
            let content = self.read(&old)?;
            let (hash, tail) = (short_hash(&content), if extension == "wasm" { "_bg" } else { "" });
            let new = format!("{stem}-{hash}{tail}.{extension}");
            fs::rename(self.folder.join(&old), self.folder.join(&new))
                .map_err(|why| format!("cannot rename {old}: {why}"))?;
            for text in [self.files("js")?, self.files("css")?, self.files("html")?].concat() {
                let content = String::from_utf8_lossy(&self.read(&text)?).into_owned();
                if content.contains(&old) {
                    self.write(&text, content.replace(&old, &new).as_bytes())?;
                }
            }
        }
        Ok(())
    }

    /// Puts into the HTML what depends on everything else: integrity hashes, a name for this build in
    /// `<meta name="lightcone-build">` (to be put behind the `?` of files whose names never change), and the
    /// content policy.
    pub fn seal(&mut self) -> Done {
        let mut html = self.html()?;
        for name in [self.files("js")?, self.files("css")?].concat() {
            html = html::with_integrity(&html, &name, &self.read(&name)?);
        }
        let head = format!(
            "{}\n<meta name=\"lightcone-build\" content=\"{}\">",
            html::policy(&html),
            self.build_name()?
        );
        let sealed = html::put_into_head(&html, &head)
            .ok_or("www/index.html has no `<head>`, which the content policy goes into.")?;
        self.write("index.html", sealed.as_bytes())
    }

    /// The module that the page itself loads.
    pub fn main_module(&self) -> Done<Bytes> {
        self.read(&self.main_module_name()?).map(Bytes)
    }

    /// Its name.
    pub fn main_module_name(&self) -> Done<String> {
        let html = self.html()?;
        let found = self.files("wasm")?.into_iter().find(|name| html.contains(name));
        found.ok_or_else(|| "index.html loads no WebAssembly module.".to_owned())
    }

    /// The name of the script that starts the module.
    pub fn main_script_name(&self) -> Done<String> {
        let html = self.html()?;
        let found = self.files("js")?.into_iter().find(|name| html.contains(name));
        found.ok_or_else(|| "index.html loads no script.".to_owned())
    }

    /// Removes a file.
    pub fn remove(&self, name: &str) -> Done {
        fs::remove_file(self.folder.join(name)).map_err(|why| format!("cannot remove {name}: {why}"))
    }

    /// A copy in `folder`, whose old content goes.
    pub fn copy_to(&self, folder: &Path) -> Done<Self> {
        let failed = |why| format!("cannot copy the page to {}: {why}", folder.display());
        if folder.exists() {
            fs::remove_dir_all(folder).map_err(failed)?;
        }
        for name in self.files("")? {
            let to = folder.join(&name);
            fs::create_dir_all(to.parent().unwrap_or(folder)).map_err(failed)?;
            fs::copy(self.folder.join(&name), to).map_err(failed)?;
        }
        Self::open(folder.to_path_buf())
    }

    /// Where the page is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The sizes of all files of a kind, as they are and after gzip.
    pub fn weigh(&self, extension: &str) -> Done<(usize, usize)> {
        let mut sum = (0, 0);
        for name in self.files(extension)? {
            let bytes = Bytes(self.read(&name)?);
            sum = (sum.0 + bytes.len(), sum.1 + bytes.gzip());
        }
        Ok(sum)
    }

    fn html(&self) -> Done<String> {
        String::from_utf8(self.read("index.html")?).map_err(|why| format!("index.html is not UTF-8: {why}"))
    }

    /// A hash over the names and contents of all files.
    fn build_name(&self) -> Done<String> {
        let mut all = BTreeMap::new();
        for name in self.files("")? {
            all.insert(name.clone(), short_hash(&self.read(&name)?));
        }
        Ok(short_hash(format!("{all:?}").as_bytes()))
    }

    /// The names of all files with this extension (any, if it is empty), relative to the folder, sorted.
    fn files(&self, extension: &str) -> Done<Vec<String>> {
        let mut found = Vec::new();
        let mut folders = vec![self.folder.clone()];
        while let Some(folder) = folders.pop() {
            let entries =
                fs::read_dir(&folder).map_err(|why| format!("cannot read {}: {why}", folder.display()))?;
            for path in entries.flatten().map(|entry| entry.path()) {
                if path.is_dir() {
                    folders.push(path);
                } else if extension.is_empty() || path.extension().is_some_and(|it| it == extension) {
                    let name = path.strip_prefix(&self.folder).unwrap_or(&path);
                    found.push(name.to_string_lossy().replace('\\', "/"));
                }
            }
        }
        found.sort();
        Ok(found)
    }

    /// A file's content.
    pub fn read(&self, name: &str) -> Done<Vec<u8>> {
        fs::read(self.folder.join(name)).map_err(|why| format!("cannot read {name}: {why}"))
    }

    /// Makes or replaces a file.
    pub fn write(&self, name: &str, content: &[u8]) -> Done {
        fs::write(self.folder.join(name), content).map_err(|why| format!("cannot write {name}: {why}"))
    }
}

/// The `lightcone` of `lightcone-0123456789abcdef.js` and of `lightcone-0123456789abcdef_bg.wasm`: names
/// that trunk made from a name and a hash. `None` for other names.
fn generated_stem(name: &str) -> Option<&str> {
    let bare = name.split('.').next()?;
    let (stem, hash) = bare.strip_suffix("_bg").unwrap_or(bare).rsplit_once('-')?;
    // The hash is a number in hex, without its leading zeros.
    let made_by_trunk = (10..=16).contains(&hash.len()) && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    (made_by_trunk && !name.contains('/')).then_some(stem)
}

/// The `lightcone-rest-0123456789abcdef_bg.wasm` beside `lightcone-0123456789abcdef_bg.wasm`.
pub fn beside(name: &str, what: &str) -> Option<String> {
    let stem = generated_stem(name)?;
    Some(format!("{stem}-{what}{}", name.strip_prefix(stem)?))
}

/// 64 bits of SHA-256 in hex: enough to tell the versions of one file apart.
fn short_hash(content: &[u8]) -> String {
    Sha256::digest(content)[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{beside, generated_stem, short_hash};

    #[test]
    fn only_generated_names_are_changed() {
        assert_eq!(generated_stem("lightcone-0123456789abcdef.js"), Some("lightcone"));
        assert_eq!(generated_stem("lightcone-0123456789abcdef_bg.wasm"), Some("lightcone"));
        assert_eq!(generated_stem("base-7c81abae26f0ea6.css"), Some("base"));
        assert_eq!(generated_stem("last-write-wins.js"), None);
        assert_eq!(generated_stem("snippets/x-0123456789abcdef.js"), None);
    }

    #[test]
    fn a_half_is_named_after_the_whole() {
        let rest = beside("lightcone-0123456789abcdef_bg.wasm", "rest");
        assert_eq!(rest.as_deref(), Some("lightcone-rest-0123456789abcdef_bg.wasm"));
        assert_eq!(rest.as_deref().and_then(generated_stem), Some("lightcone-rest"));
        assert_eq!(beside("lightcone.wasm", "rest"), None);
    }

    #[test]
    fn names_follow_content() {
        // The first bytes of SHA-256("abc"), from FIPS 180-4's example.
        assert_eq!(short_hash(b"abc"), "ba7816bf8f01cfea");
    }
}
