//! What the class looks like to TypeScript.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** A copy of a message, named so that the name stays the same in a branch of the run. */
export interface MessageRef { from: number; to: number; nth: number; copy?: number }

/** Something done by hand, in the form of the exported JSON's `tape[]`. Nodes are ids, times nanoseconds. */
export type Act =
  | { act: "assume"; fault: string; held: boolean }
  | { act: "turn"; fault: string; dial: string; value: number }
  | { act: "deliver" | "drop" | "duplicate" | "choose"; message: MessageRef }
  | { act: "delay"; message: MessageRef; by_ns: number }
  | { act: "choose-timer" | "crash" | "restart" | "pause" | "resume"; node: number }
  | { act: "crash-after"; node: number; commands: number }
  | { act: "set-clock"; node: number; wall_ns: number }
  | { act: "set-speed"; node: number; input_ns: number }
  | { act: "cut"; from: number; to: number; one_way?: boolean }
  | { act: "heal"; from: number; to: number }
  | { act: "partition"; group: number[]; one_way?: boolean }
  | { act: "join"; group: number[] }
  | { act: "only"; fault: string; messages: MessageRef[]; deeds: number[] };

export interface SceneRow { id: string; number: string; title: string; effect: string }
export interface NodeRow { id: number; name: string }

/** An event. `causes` are ids, each smaller than its own; `vector` is keyed by names and omits zeros. */
export interface EventRow {
  id: number; node: number; kind: string;
  true_ns: number; wall_ns: number; monotonic_ns: number;
  lamport: number; vector: Record<string, number>; hlc: { wall: number; logical: number };
  causes: number[]; message: number | null; label: string;
}

/** What befell a packet on a hop. */
export interface FateRow {
  fault: string; effect: string; size: number; unit: string; at_ns: number;
  copy: number; hop: number; link: number | null; outcome: "onward" | "lost" | "copied";
}

export interface MessageRow {
  id: number; from: number; to: number; bytes: number; payload: string;
  sent: number | null; arrived: number[]; state: "in-flight" | "arrived" | "lost"; fate: FateRow[];
}

export interface ClaimRow { says: string; holds: boolean | null; event: number | null }
"#;

#[wasm_bindgen]
extern "C" {
    /// `SceneRow[]`.
    #[wasm_bindgen(typescript_type = "SceneRow[]")]
    pub type Scenes;
    /// `NodeRow[]`.
    #[wasm_bindgen(typescript_type = "NodeRow[]")]
    pub type Nodes;
    /// `EventRow[]`.
    #[wasm_bindgen(typescript_type = "EventRow[]")]
    pub type Events;
    /// `MessageRow[]`.
    #[wasm_bindgen(typescript_type = "MessageRow[]")]
    pub type Messages;
    /// `MessageRef[]`.
    #[wasm_bindgen(typescript_type = "MessageRef[]")]
    pub type Refs;
    /// `ClaimRow[]`.
    #[wasm_bindgen(typescript_type = "ClaimRow[]")]
    pub type Claims;
    /// `Act`.
    #[wasm_bindgen(typescript_type = "Act")]
    pub type Act;
}
