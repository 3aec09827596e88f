import type { DefinitionNote } from "../../experiment/definitions/registry.ts";
import type { MagicDefinition } from "../../magics/user.ts";
import type { LiveKeys } from "./live-keys.ts";
import type { PackedComm } from "./packed-comm.ts";
import type {
	EngineSessionOptions,
	ExecuteReply,
	ExecuteRequest,
	Output,
} from "./requests.ts";

/** What the engine process is started with, in the environment. */
export const BOOT_VARIABLE = "DEEPDIVA_ENGINE_BOOT";

export interface Boot extends EngineSessionOptions {
	readonly token: string;
}

/**
 * Owner → engine: numbers of cells to interrupt, a line each, or `END_LINE`.
 * Closed, it ends the engine and what its cells have started.
 */
export const CONTROL_DESCRIPTOR = 4;

/** Ends an engine that can be told nothing else, since its user's code has disconnected it. */
export const END_LINE = "end";

/**
 * Engine → owner: all messages, a line each. Owner → engine: answers to
 * questions that block the engine.
 *
 * Node's own channel writes what the pipe does not take at once in a later turn
 * of the event loop: a cell that displays much and then blocks in `prompt()`
 * would wait for ever.
 */
export const CHANNEL_DESCRIPTOR = 5;

/** A question on its way to the engine's owner. */
export interface Question {
	readonly id: number;
	readonly prompt: string;
	readonly password: boolean;
	/** The whole process waits for the answer. */
	readonly blocking: boolean;
}

/** What was typed, or why nothing was. */
export type InputAnswer =
	| { readonly id: number; readonly value: string }
	| {
			readonly id: number;
			readonly error: { readonly name: string; readonly message: string };
	  };

/** Owner → engine. */
export type ToEngine =
	| { type: "execute"; cell: number; request: ExecuteRequest }
	/** `cell` is what outputs of the message's handlers carry. */
	| { type: "comm"; cell: number; message: PackedComm }
	| { type: "answer"; answer: InputAnswer }
	| { type: "unused-overrides" }
	/** What are the keys of this live value? */
	| { type: "keys"; id: number; path: readonly string[] }
	| { type: "shutdown" };

/** Engine → owner. Those with a sequence number have their place marked in the streams. */
export type FromEngine =
	| { type: "ready" }
	| { type: "output"; sequence: number; cell: number; output: Output }
	| { type: "comm"; sequence: number; cell: number; message: PackedComm }
	| { type: "input"; sequence: number; cell: number; question: Question }
	/** Of a cell, or of a message of a comm; `last` is what it shows at its end. */
	| {
			type: "executed";
			sequence: number;
			cell: number;
			reply: ExecuteReply;
			last?: Output;
	  }
	/** Nothing can come from this cell or message of a comm any more. */
	| { type: "forgotten"; sequence: number; cell: number }
	/** What the language service has to know: packages came or went, the names of cells were forgotten. */
	| { type: "changed"; what: "packages" | "names" }
	/** The working folder is another one from now on. */
	| { type: "moved"; folder: string }
	/** The magics that the user's code has defined: the owner completes and explains them. */
	| { type: "magics"; definitions: readonly MagicDefinition[] }
	/** The same of tasks, models, data sets and pictures. */
	| { type: "definitions"; notes: readonly DefinitionNote[] }
	| { type: "unused-overrides"; message: string | undefined }
	| { type: "keys"; id: number; found: LiveKeys }
	/** The engine was told to end, and seals the records of runs first. */
	| { type: "sealing" }
	/** Node's channel is closed, by user code if anyone reads this; answered by `END_LINE`. */
	| { type: "disconnected" };
