//! Notices: one sentence on what happened, and a way out. Those of the model, and those that only the page can
//! know, about the browser it is in.

use leptos::prelude::*;

use super::el::{El, button, el};
use super::page::Page;
use super::{dom, session};
use crate::app::{Dialog, Msg};

/// What the page itself has to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// The browser's storage is full.
    Full,
    /// The browser stores nothing for this page.
    Blocked,
    /// What was stored could not be read.
    SetAside {
        /// Why, in a sentence.
        why: String,
        /// What was stored.
        text: String,
    },
    /// Another tab has the page open.
    Elsewhere,
    /// A link took the place of this session.
    Replaced(String),
    /// What the run is that was looked for and opened.
    Found(String),
}

impl Remark {
    /// Whether it is about the link that is open.
    pub const fn is_of_link(&self) -> bool {
        matches!(self, Self::Replaced(_) | Self::Found(_))
    }

    fn says(&self) -> String {
        match self {
            Self::Full => {
                "Your browser's storage is full, so this session is kept only until you close the tab. \
                           Share makes a link that keeps it."
                    .to_owned()
            }
            Self::Blocked => {
                "Your browser does not let this page store anything, so this session is kept only \
                              until you close the tab."
                    .to_owned()
            }
            Self::SetAside { why, .. } => format!("{why} It is set aside, and this is a fresh start."),
            Self::Elsewhere => {
                "Lightcone is open in another tab too. Each keeps its own session; a reload of this \
                                tab brings this one back."
                    .to_owned()
            }
            Self::Replaced(_) => {
                "The link has taken the place of your session, which is still here.".to_owned()
            }
            Self::Found(says) => says.clone(),
        }
    }

    const fn warns(&self) -> bool {
        !matches!(self, Self::Elsewhere | Self::Replaced(_) | Self::Found(_))
    }

    /// A button that does something about it, if anything can be done.
    fn way_out(&self, page: Page) -> Option<El> {
        match self.clone() {
            Self::Full | Self::Blocked => Some(button("", move || page.open(Dialog::Share)).text("Share")),
            Self::SetAside { text, .. } => {
                let save = move || dom::download("lightcone-session.txt", "text/plain", &text);
                Some(button("", save).text("Download it"))
            }
            Self::Elsewhere | Self::Found(_) => None,
            Self::Replaced(text) => {
                Some(button("", move || session::bring_back(page, &text)).text("Bring it back"))
            }
        }
    }
}

/// All notices, oldest first. They are children of the page's frame, which gives them their place.
pub fn notices(page: Page) -> impl Fn() -> Vec<El> {
    let of_model =
        page.slow_part(|model| model.notices.iter().map(|notice| notice.text.clone()).collect::<Vec<_>>());
    move || {
        let remark = |(place, remark): (usize, Remark)| {
            let dismiss = move || {
                page.remarks.update(|all| {
                    if place < all.len() {
                        all.remove(place);
                    }
                });
            };
            notice(&remark.says(), remark.warns(), remark.way_out(page), dismiss)
        };
        let note = |(place, says): (usize, String)| {
            notice(&says, true, None, move || page.send(Msg::Dismiss(place)))
        };
        let remarks = page.remarks.get().into_iter().enumerate().map(remark);
        remarks.chain(of_model.get().into_iter().enumerate().map(note)).collect()
    }
}

fn notice(says: &str, warns: bool, way_out: Option<El>, dismiss: impl Fn() + 'static) -> El {
    el("div")
        .class(if warns { "notice warns" } else { "notice" })
        .attr("role", "status")
        .child(el("p").text(says))
        .maybe(way_out)
        .child(button("quiet", dismiss).text("Dismiss"))
}
