//! The catalogues as the command line lists them.

use super::{has_fields, json, lightcone, number, rows, word};

#[test]
fn the_list_has_every_catalogue_and_every_dial() {
    let list = json(&["list", "--json"]);
    let text = lightcone(&["list"]);
    assert_eq!((text.status, text.err.as_str()), (0, ""));
    for table in ["scenes", "faults", "presets", "clocks", "programs"] {
        let rows = rows(&list, table);
        assert!(!rows.is_empty(), "there are {table}");
        for row in rows {
            has_fields(row, if table == "presets" { "id title story" } else { "id effect" });
            assert!(text.out.contains(word(row, "id")), "{} is in the text as well", word(row, "id"));
        }
    }
    for owner in rows(&list, "scenes").iter().chain(rows(&list, "faults")) {
        for dial in rows(owner, "dials") {
            has_fields(dial, "id title effect unit least most default choices");
            let range = number(dial, "least")..=number(dial, "most");
            assert!(range.contains(&number(dial, "default")), "{dial}");
            assert_eq!(word(dial, "name"), format!("{}.{}", word(owner, "id"), word(dial, "id")));
            assert!(text.out.contains(word(dial, "name")));
        }
    }
    assert!(rows(&list, "faults").iter().any(|fault| word(fault, "assumption") == "The network is reliable"));
}
