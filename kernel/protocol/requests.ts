import type { SessionOptions } from "../../experiment/session.ts";
import type { TypePolicy } from "../../magics/type-policy.ts";
import type { Launcher } from "./launch.ts";

/**
 * What the engine's owner (kernel server, `deepdiva execute`, replay) and the
 * engine process say to each other. The owner talks to `Engine` in owner/owner.ts
 * and sees only these values.
 */

export interface MimeBundle {
	readonly [mime: string]: unknown;
}

/** What a cell shows, in the order it was shown. Field names are Jupyter's. */
export type Output =
	| { type: "stream"; name: "stdout" | "stderr"; text: string }
	| {
			type: "display_data" | "update_display_data";
			data: MimeBundle;
			metadata: Record<string, unknown>;
			transient: { display_id?: string };
	  }
	| {
			type: "execute_result";
			data: MimeBundle;
			metadata: Record<string, unknown>;
			transient: { display_id?: string };
	  }
	| { type: "clear_output"; wait: boolean }
	| { type: "error"; ename: string; evalue: string; traceback: string[] };

export interface ExecuteRequest {
	readonly code: string;
	/** Shown in tracebacks as `In [n]`. */
	readonly executionCount: number;
	/** Of the document's cell, where the front end tells it: what no result depends on. */
	readonly cellId?: string;
	/** Cells of the document that were deleted since the last request. */
	readonly deletedCells?: readonly string[];
	/** No result is displayed. */
	readonly silent?: boolean;
	/** Nobody watches: the client reads what comes before the reply, and no later output. */
	readonly unattended?: boolean;
	/** Cells of other shells may come while it runs, and settle what it waits for. */
	readonly concurrent?: boolean;
	/** What `%types` has set, for the cell that asks; `Engine` adds it. */
	readonly typePolicy?: TypePolicy;
	/** Expressions evaluated after the cell, by key. */
	readonly userExpressions?: Readonly<Record<string, string>>;
}

export type ExpressionReply =
	| {
			status: "ok";
			data: MimeBundle;
			metadata: Record<string, unknown>;
	  }
	| { status: "error"; ename: string; evalue: string; traceback: string[] };

export type ExecuteReply =
	| {
			status: "ok";
			userExpressions: Record<string, ExpressionReply>;
			/** Code to put in place of the cell. */
			nextInput?: string;
	  }
	| {
			status: "error";
			ename: string;
			evalue: string;
			traceback: string[];
	  };

interface CommFields {
	readonly comm_id: string;
	readonly data: Readonly<Record<string, unknown>>;
	readonly metadata: Readonly<Record<string, unknown>>;
	/** Binary values that belong to the data. */
	readonly buffers: readonly Uint8Array[];
}

/** What a comm carries, in either direction. Field names are Jupyter's. */
export type CommMessage =
	| ({ readonly type: "comm_open"; readonly target_name: string } & CommFields)
	| ({ readonly type: "comm_msg" | "comm_close" } & CommFields);

/** A cell asks its reader for a line of text. */
export interface InputRequest {
	/** The cell, by what `execute` was given. */
	readonly parent: string;
	readonly prompt: string;
	/** What is typed is not to be shown. */
	readonly password: boolean;
	/** Aborted when nobody waits for the answer any more. */
	readonly signal: AbortSignal;
}

/** Nobody can be asked. The message says why, to whoever wrote the cell. */
export class InputRefused extends Error {
	override readonly name = "InputRefused";
}

export interface CompleteReply {
	readonly matches: string[];
	/** UTF-16 offsets into the code. The server turns them into code points. */
	readonly start: number;
	readonly end: number;
	/** One per match, e.g. "function", "property", "magic". */
	readonly types: string[];
}

export interface InspectReply {
	readonly found: boolean;
	readonly data: MimeBundle;
}

export interface TypeOptions {
	/** Holds until a cell says otherwise. */
	readonly policy: TypePolicy;
	/**
	 * The outputs of every cell wait for its type errors, which come above them.
	 * Else they wait only as long as it seems no time, and those of the first
	 * cell not at all.
	 */
	readonly patient?: boolean;
	/** Told when the compiler has given its first answer: what its start took is garbage now. */
	readonly started?: () => void;
}

/** How the engine's session begins. `member` is a script's. */
export interface EngineSessionOptions extends Omit<SessionOptions, "member"> {
	/** False where nobody can see a picture: of runs none is drawn, and all come as text alone. */
	readonly charts?: boolean;
}

export interface EngineOptions extends EngineSessionOptions {
	/** Folder of the notebook: relative paths and imports start here. */
	readonly cwd: string;
	/** Extra environment variables. */
	readonly env?: Readonly<Record<string, string>>;
	/**
	 * Asks the reader what a cell wants to know; may reject with InputRefused.
	 * Without it every question is refused.
	 */
	readonly input?: (request: InputRequest) => Promise<string>;
	/** Cells are checked before, or while, they run. Absent: never, whatever they say. */
	readonly types?: TypeOptions;
	/** What starts the process. */
	readonly launcher?: Launcher;
}
