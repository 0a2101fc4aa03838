//! Text work on the page's HTML: hashes for what it names, and the policy that forbids the rest.
//!
//! The input is what trunk writes, not HTML at large: one tag never spans another, and attributes are
//! quoted. Pure functions of text.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256, Sha384};

/// What the page may do, besides running the scripts of its own origin and its inline ones by hash.
/// Everything not named is forbidden, requests to other hosts above all.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; \
                      connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'";

/// The content policy as a `meta` element: static hosts cannot send it as a header.
pub fn policy(html: &str) -> String {
    let hashes: String = inline_scripts(html)
        .map(|script| format!(" 'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(script))))
        .collect();
    format!(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}; script-src 'self' 'wasm-unsafe-eval'{hashes}\">"
    )
}

/// `html` with `elements` at the head's start, but after the declaration of the character set, which
/// browsers look for in the first kilobyte only. `None` if there is no head.
pub fn put_into_head(html: &str, elements: &str) -> Option<String> {
    let head = html.find("<head>")? + "<head>".len();
    let place = html[head..]
        .find("<meta charset")
        .and_then(|start| html[head + start..].find('>').map(|end| head + start + end + 1))
        .unwrap_or(head);
    let (before, after) = html.split_at(place);
    Some(format!("{before}\n{elements}{after}"))
}

/// `html` in which the element that loads `file` also says what its content must be.
pub fn with_integrity(html: &str, file: &str, content: &[u8]) -> String {
    let integrity = format!(" integrity=\"sha384-{}\"", BASE64_STANDARD.encode(Sha384::digest(content)));
    tags(html)
        .filter(|tag| loads(&html[tag.clone()], file))
        .map(|tag| tag.start + html[tag].trim_end_matches(['/', '>', ' ']).len())
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .fold(html.to_owned(), |mut text, place| {
            text.insert_str(place, &integrity);
            text
        })
}

/// Whether a tag loads `file` in a way for which browsers check integrity. They do not for `preload` of
/// what is fetched later, and complain in the console.
fn loads(tag: &str, file: &str) -> bool {
    let kinds = ["<script ", "<link rel=\"modulepreload\"", "<link rel=\"stylesheet\""];
    kinds.iter().any(|kind| tag.starts_with(kind))
        && ["href", "src"].iter().any(|name| tag.contains(&format!("{name}=\"./{file}\"")))
}

/// The places of all opening tags.
fn tags(html: &str) -> impl Iterator<Item = std::ops::Range<usize>> {
    html.match_indices('<').filter_map(|(start, _)| {
        let end = start + html[start..].find('>')? + 1;
        Some(start..end)
    })
}

/// The text of every script that stands in the page itself.
fn inline_scripts(html: &str) -> impl Iterator<Item = &str> {
    tags(html)
        .filter(|tag| {
            let tag = &html[tag.clone()];
            (tag.starts_with("<script>") || tag.starts_with("<script ")) && !tag.contains(" src=")
        })
        .filter_map(|tag| html[tag.end..].split("</script>").next())
}

#[cfg(test)]
mod tests {
    use super::{policy, put_into_head, with_integrity};

    const PAGE: &str = "<head><meta charset=\"utf-8\"><link rel=\"modulepreload\" href=\"./a.js\" crossorigin=\"anonymous\">\
        <link rel=\"preload\" href=\"./a.wasm\"></head><body><script type=\"module\">alert('Hello, world.');</script></body>";

    #[test]
    fn an_inline_script_is_allowed_by_its_hash() {
        // The example of the specification (CSP level 3, section 8.1) and of MDN's page on script-src.
        let hash = "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='";
        assert!(policy(PAGE).contains(hash), "{}", policy(PAGE));
        assert!(!policy("<head></head>").contains("sha256"));
    }

    #[test]
    fn the_policy_follows_the_character_set() {
        let page = put_into_head(PAGE, "<meta x>").unwrap();
        assert!(page.starts_with("<head><meta charset=\"utf-8\">\n<meta x><link"), "{page}");
        assert_eq!(put_into_head("<p>no head", "<meta x>"), None);
    }

    #[test]
    fn integrity_goes_only_where_browsers_check_it() {
        let page = with_integrity(PAGE, "a.js", b"");
        // SHA-384 of nothing, from FIPS 180-4's example vectors.
        let empty = "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb";
        assert!(page.contains(&format!("crossorigin=\"anonymous\" integrity=\"{empty}\">")), "{page}");
        assert_eq!(with_integrity(PAGE, "a.wasm", b""), PAGE);
        let closed = with_integrity("<link rel=\"stylesheet\" href=\"./a.css\"/>", "a.css", b"");
        assert_eq!(closed, format!("<link rel=\"stylesheet\" href=\"./a.css\" integrity=\"{empty}\"/>"));
    }
}
