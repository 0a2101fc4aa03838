//! Circles of arrows: found by strongly connected components, and cut.
//!
//! An order of events exists exactly when no component has more than one event. In one that has, every circle takes an
//! arrow between hosts, since a host's own events are in line; so without such arrows inside components there is no
//! circle left. Must not know what the arrows mean.

use super::NONE;

/// Removes the arrows that lie on circles, and calls `cut` with the cause and the effect of each.
///
/// `arrows` are sorted by their effects.
pub(super) fn cut(previous: &[Option<u32>], arrows: &mut Vec<(u32, u32)>, mut cut: impl FnMut(u32, u32)) {
    let left = unordered(previous, arrows);
    if left.is_empty() {
        return;
    }
    let component = components(previous, arrows, &left);
    arrows.retain(|&(cause, effect)| {
        let is_inside =
            component[cause as usize] != NONE && component[cause as usize] == component[effect as usize];
        if is_inside {
            cut(cause, effect);
        }
        !is_inside
    });
}

/// The arrows into an event.
fn into(arrows: &[(u32, u32)], event: u32) -> &[(u32, u32)] {
    let from = arrows.partition_point(|&(_, effect)| effect < event);
    let rest = &arrows[from..];
    &rest[..rest.partition_point(|&(_, effect)| effect == event)]
}

/// The events that no order reaches (Kahn 1962): those on circles and those behind them.
fn unordered(previous: &[Option<u32>], arrows: &[(u32, u32)]) -> Vec<u32> {
    let events = previous.len();
    let mut waits_for = vec![0_u32; events];
    let mut next = vec![NONE; events];
    for (event, before) in previous.iter().enumerate() {
        if let Some(before) = before {
            waits_for[event] += 1;
            next[*before as usize] = event as u32;
        }
    }
    // The arrows by their causes: where those of each begin, and their effects.
    let mut begin = vec![0_u32; events + 1];
    for &(cause, effect) in arrows {
        waits_for[effect as usize] += 1;
        begin[cause as usize + 1] += 1;
    }
    (0..events).for_each(|event| begin[event + 1] += begin[event]);
    let mut effects = vec![0; arrows.len()];
    let mut free = begin.clone();
    for &(cause, effect) in arrows {
        let place = &mut free[cause as usize];
        effects[*place as usize] = effect;
        *place += 1;
    }
    let mut ready: Vec<u32> = (0..events as u32).filter(|&event| waits_for[event as usize] == 0).collect();
    while let Some(event) = ready.pop() {
        let own = &effects[begin[event as usize] as usize..begin[event as usize + 1] as usize];
        let follower = next[event as usize];
        for &effect in own.iter().chain(Some(&follower).filter(|&&next| next != NONE)) {
            waits_for[effect as usize] -= 1;
            if waits_for[effect as usize] == 0 {
                ready.push(effect);
            }
        }
    }
    (0..events as u32).filter(|&event| waits_for[event as usize] > 0).collect()
}

/// Of each event its strongly connected component among those that are left, as the number of one of its events
/// (Tarjan 1972, backward along causes, with a stack of its own instead of recursion).
fn components(previous: &[Option<u32>], arrows: &[(u32, u32)], left: &[u32]) -> Vec<u32> {
    let events = previous.len();
    let mut is_left = vec![false; events];
    left.iter().for_each(|&event| is_left[event as usize] = true);
    let (mut order, mut low, mut component) = (vec![NONE; events], vec![NONE; events], vec![NONE; events]);
    let (mut count, mut open) = (0_u32, Vec::new());
    // An event whose causes are being visited, and how many have been.
    let mut path: Vec<(u32, usize)> = Vec::new();
    for &root in left {
        if order[root as usize] != NONE {
            continue;
        }
        path.push((root, 0));
        while let Some(&mut (event, ref mut visited)) = path.last_mut() {
            let at = event as usize;
            if *visited == 0 {
                (order[at], low[at]) = (count, count);
                count += 1;
                open.push(event);
            }
            let causes = into(arrows, event);
            let cause = match *visited {
                0 => previous[at],
                nth => causes.get(nth - 1).map(|&(cause, _)| cause),
            };
            *visited += 1;
            match cause {
                Some(cause) if is_left[cause as usize] => match order[cause as usize] {
                    NONE => path.push((cause, 0)),
                    visited_at if component[cause as usize] == NONE => low[at] = low[at].min(visited_at),
                    _ => {}
                },
                Some(_) => {}
                None if *visited <= causes.len() => {}
                None => {
                    path.pop();
                    if let Some(&(effect, _)) = path.last() {
                        low[effect as usize] = low[effect as usize].min(low[at]);
                    }
                    if low[at] == order[at] {
                        while let Some(member) = open.pop() {
                            component[member as usize] = event;
                            if member == event {
                                break;
                            }
                        }
                    }
                }
            }
        }
    }
    component
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cuts arrows between the events of lanes, which are numbered lane by lane.
    fn check(lanes: &[u32], arrows: &[(u32, u32)], expected: &[(u32, u32)]) {
        let mut previous = Vec::new();
        for &length in lanes {
            let first = previous.len() as u32;
            previous.extend((0..length).map(|nth| (nth > 0).then(|| first + nth - 1)));
        }
        let mut left = arrows.to_vec();
        left.sort_by_key(|&(cause, effect)| (effect, cause));
        let mut gone = Vec::new();
        cut(&previous, &mut left, |cause, effect| gone.push((cause, effect)));
        gone.sort_unstable();
        assert_eq!(gone, expected, "{arrows:?}");
        assert!(unordered(&previous, &left).is_empty());
        assert_eq!(left.len() + gone.len(), arrows.len());
    }

    #[test]
    fn arrows_that_close_a_circle_are_cut_and_no_others() {
        check(&[2, 2], &[(0, 3), (2, 1)], &[]);
        check(&[1, 1], &[(0, 1), (1, 0)], &[(0, 1), (1, 0)]);
        // Crossing messages that go back in time: 1 → 2 → 3 → 0 → 1.
        check(&[2, 2], &[(1, 2), (3, 0)], &[(1, 2), (3, 0)]);
        // Three lanes in a ring, and an arrow into and one out of it.
        check(
            &[2, 1, 1, 1],
            &[(1, 2), (2, 3), (3, 0), (4, 0), (3, 4)],
            &[(1, 2), (2, 3), (3, 0), (3, 4), (4, 0)],
        );
        check(&[2, 1, 1, 1, 1], &[(1, 2), (2, 3), (3, 0), (4, 0), (3, 5)], &[(1, 2), (2, 3), (3, 0)]);
        // Two circles that share nothing.
        check(&[1, 1, 1, 1], &[(0, 1), (1, 0), (2, 3), (3, 2), (0, 2)], &[(0, 1), (1, 0), (2, 3), (3, 2)]);
    }
}
