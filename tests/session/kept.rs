//! What outlives the page: links to an exact state, stored sessions, scenes that were left.

use super::*;

#[test]
fn a_link_opens_the_exact_state_and_survives_the_way() {
    let mut model = crossing();
    model.update(Msg::Act(Act::Drop(screen::in_flight(&model)[1].name)));
    steps(&mut model, 2);
    model.update(Msg::Select(Selection::Event(lightcone::base::EventId(1))));
    model.update(Msg::ViewAs(ViewAs::Node(BOB, Sight::CouldKnow)));
    let share = screen::share(&model);
    assert!(share.fragment.len() < 2_000, "{} characters", share.fragment.len());
    let opened =
        Model::open(Link::parse(&format!("https://example.org/course/{}", share.fragment)).expect("a link"));
    assert_eq!((hash(&opened), opened.position()), (hash(&model), model.position()));
    assert_eq!(opened.view, model.view);
    assert!(opened.notices.is_empty(), "{:?}", opened.notices);
}

#[test]
fn a_bad_link_opens_a_dialog_and_the_session_stays() {
    let mut model = crossing();
    let before = hash(&model);
    let good = screen::share(&model).fragment;
    for bad in [
        "#v1:",
        "#v9:AAAA",
        "nonsense",
        &good[..good.len() - 3],
        &format!("{good}A"),
        &"#v1:A".repeat(20_000),
    ] {
        model.update(Msg::Close);
        model.update(Msg::Open(bad.to_owned()));
        assert!(matches!(&model.dialog, Some(Dialog::BadLink(why)) if why.len() > 20), "{bad:.40}");
        assert_eq!(hash(&model), before);
    }
}

#[test]
fn a_session_is_kept_whole() {
    let mut model = crossing();
    let names: Vec<_> = screen::in_flight(&model).into_iter().map(|flight| flight.name).collect();
    model.update(Msg::Act(Act::Drop(names[0])));
    model.update(Msg::StepBack);
    model.update(Msg::Act(Act::Drop(names[1])));
    model.update(Msg::Step);
    let kept = app::save(&model);
    let restored = app::restore(&kept).expect("what was kept");
    assert_eq!((hash(&restored), restored.position()), (hash(&model), model.position()));
    assert_eq!(restored.history().branches().len(), 2);
    assert_eq!(app::save(&restored), kept);
    for bad in ["", "lightcone-session-1:", "lightcone-session-1:!!", &kept[..kept.len() / 2]] {
        assert!(app::restore(bad).is_err(), "{bad:.40}");
    }
}

#[test]
fn a_scene_that_was_left_is_found_as_it_was() {
    let mut model = crossing();
    let before = hash(&model);
    let other = scenes::ALL.iter().find(|scene| scene.id != "crossed-letters").expect("a second scene");
    model.update(Msg::Scene(other.id.to_owned()));
    assert_eq!(model.scene().id, other.id);
    model.update(Msg::Scene("crossed-letters".to_owned()));
    assert_eq!(hash(&model), before);
}

#[test]
fn a_link_beyond_the_end_opens_at_the_end_and_says_so() {
    let mut model = letters();
    steps(&mut model, 3);
    let mut link = model.link();
    link.position.turn += 1_000;
    let opened = Model::open(Link::parse(&link.write()).expect("a link"));
    assert!(
        opened.notices.iter().any(|notice| notice.text.contains("ends before the place")),
        "{:?}",
        opened.notices
    );
    steps(&mut model, 1_000);
    assert_eq!(hash(&opened), hash(&model), "it stands at the end");
}
