//! The page: Leptos components, storage, addresses and the JavaScript interface. The only layer that knows the browser.
//!
//! # The map
//!
//! | module | duty |
//! |---|---|
//! | `page`, `part` | the way to the machine: messages in, parts of the view-model out |
//! | `frames` | the loop that moves a run that plays |
//! | `bug` | the card that a bug leaves, and the flag that nothing is called any more |
//! | `storage`, `locks`, `session`, `address` | what outlives a visit, and links |
//! | `logs`, `log_panel` | opening a log, and what is said of it while it is shown |
//! | `reading`, `worker` | both ends of the worker that reads logs and figures |
//! | `texts` | the files beside the page that hold its long texts |
//! | `root` | the shell: layout, tabs, keys |
//! | `header`, `lesson`, `switches` (`dial`), `drawer` (`history`, `next`), `transport` (`strip`, `until`) | the parts, one file each |
//! | `network`, `diagram`, `painter`, `table` | the pictures, and the text twin of the second |
//! | `measures` | what was counted, beside the pictures |
//! | `inspector`, `menus` | what is selected, and what a hand can do |
//! | `matrix` | the fault matrix and its workers |
//! | `dialogs`, `notices`, `menu` | what lies over the page or pushes it down |
//! | `el`, `dom`, `keys`, `icons`, `theme`, `export` | tools and tables |
//! | `api` | the class `Lightcone` for other pages' scripts |
//!
//! Parts are functions of the [`page::Page`], which is `Copy`. They read the session through
//! [`page::Page::part`] and change it by [`page::Page::send`]; nothing else is shared. Nothing here panics on input.

mod address;
mod api;
mod bug;
mod diagram;
mod dial;
mod dialogs;
pub mod dom;
mod drawer;
pub mod el;
mod export;
mod frames;
mod header;
mod history;
mod icons;
mod inspector;
pub mod keys;
mod lesson;
mod locks;
mod log_panel;
mod logs;
mod matrix;
mod measures;
pub mod menu;
mod menus;
mod network;
mod next;
mod notices;
pub mod page;
pub mod painter;
pub mod part;
mod reading;
mod root;
mod session;
mod storage;
mod strip;
mod switches;
mod table;
mod texts;
mod theme;
mod transport;
mod until;
mod worker;

/// Puts the page into the document's body, if the document is the page's own: one with an element `boot`. Where
/// another page loads the module for its class, nothing is drawn. In a worker of the page it becomes that.
pub fn start() {
    if let Some(scope) = matrix::hand::scope() {
        return matrix::hand::serve(&scope);
    }
    if dom::by_id("boot").is_some() {
        bug::watch();
        wasm_bindgen_futures::spawn_local(root::mount());
    }
}

/// Serves the page as the worker that reads files.
pub fn serve_reader() {
    worker::serve();
}
