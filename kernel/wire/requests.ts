import type {
	CommContent,
	CommInfoContent,
	CommOpenContent,
	CompleteContent,
	DeleteSubshellContent,
	ExecuteContent,
	HistoryContent,
	InputReplyContent,
	InspectContent,
	IsCompleteContent,
	Json,
	ShutdownContent,
} from "./messages.ts";
import { shortened } from "./shortened.ts";

/** A request whose content is not what the protocol says. The message names the field. */
export class BadRequest extends Error {
	override readonly name = "BadRequest";
}

/** Content of an `execute_request`; a silent one never stores history. */
export function executeContent(content: Json): ExecuteContent {
	const silent = boolean(content, "silent", false);
	return {
		code: string(content, "code"),
		silent,
		store_history: !silent && boolean(content, "store_history", true),
		user_expressions: expressions(content),
		stop_on_error: boolean(content, "stop_on_error", true),
		allow_stdin: boolean(content, "allow_stdin", false),
	};
}

/**
 * Which cell of the document an `execute_request` comes from, and which were
 * deleted: JupyterLab says so in the request's metadata.
 */
export function documentCell({ cellId, deletedCells }: Json): {
	readonly cellId?: string;
	readonly deletedCells?: readonly string[];
} {
	const deleted = Array.isArray(deletedCells)
		? deletedCells.filter((id) => typeof id === "string")
		: [];
	return {
		...(typeof cellId === "string" ? { cellId } : {}),
		...(deleted.length > 0 ? { deletedCells: deleted } : {}),
	};
}

/** Content of a `complete_request`. Without a position the cursor is at the end. */
export function completeContent(content: Json): CompleteContent {
	const code = string(content, "code");
	return { code, cursor_pos: integer(content, "cursor_pos", code.length) };
}

/** Content of an `inspect_request`. */
export function inspectContent(content: Json): InspectContent {
	return {
		...completeContent(content),
		detail_level: integer(content, "detail_level", 0) === 1 ? 1 : 0,
	};
}

/** Content of an `is_complete_request`. */
export function isCompleteContent(content: Json): IsCompleteContent {
	return { code: string(content, "code") };
}

/** Content of a `history_request`. */
export function historyContent(content: Json): HistoryContent {
	const access = string(content, "hist_access_type", "tail");
	const output = boolean(content, "output", false);
	switch (access) {
		case "tail":
			return { access, output, n: integer(content, "n", 10) };
		case "range":
			return {
				access,
				output,
				session: integer(content, "session", 0),
				start: integer(content, "start", 1),
				stop: optionalInteger(content, "stop"),
			};
		case "search":
			return {
				access,
				output,
				n: optionalInteger(content, "n"),
				pattern: string(content, "pattern", "*"),
				unique: boolean(content, "unique", false),
			};
		default:
			throw new BadRequest(
				`hist_access_type is "${shortened(access)}"; use "tail", "range" or "search".`,
			);
	}
}

/** Content of a `comm_open`. */
export function commOpenContent(content: Json): CommOpenContent {
	return {
		...commContent(content),
		target_name: string(content, "target_name"),
	};
}

/** Content of a `comm_msg` or `comm_close`. */
export function commContent(content: Json): CommContent {
	return {
		comm_id: string(content, "comm_id"),
		data: object(content, "data"),
	};
}

/** Content of a `comm_info_request`. */
export function commInfoContent(content: Json): CommInfoContent {
	const target = content.target_name ?? undefined;
	return target === undefined
		? {}
		: { target_name: string(content, "target_name") };
}

/** Content of an `input_reply`. */
export function inputReplyContent(content: Json): InputReplyContent {
	return { value: string(content, "value") };
}

/** Content of a `delete_subshell_request`. */
export function deleteSubshellContent(content: Json): DeleteSubshellContent {
	return { subshell_id: string(content, "subshell_id") };
}

/** Content of a `shutdown_request`. */
export function shutdownContent(content: Json): ShutdownContent {
	return { restart: boolean(content, "restart", false) };
}

// A null counts as absent: Python clients send None for what they leave out.

function string(content: Json, name: string, fallback?: string): string {
	const value = content[name] ?? fallback;
	if (typeof value !== "string") throw wrongType(name, "a string", value);
	return value;
}

function boolean(content: Json, name: string, fallback: boolean): boolean {
	const value = content[name] ?? fallback;
	if (typeof value !== "boolean") throw wrongType(name, "true or false", value);
	return value;
}

function object(content: Json, name: string): Json {
	const value = content[name] ?? {};
	if (typeof value !== "object" || Array.isArray(value))
		throw wrongType(name, "an object", value);
	return value as Json;
}

function optionalInteger(content: Json, name: string): number | undefined {
	const value = content[name] ?? undefined;
	if (value !== undefined && !Number.isSafeInteger(value))
		throw wrongType(name, "a whole number", value);
	return value as number | undefined;
}

function integer(content: Json, name: string, fallback: number): number {
	return optionalInteger(content, name) ?? fallback;
}

function expressions(content: Json): Record<string, string> {
	const value = content.user_expressions ?? {};
	const entries =
		typeof value === "object" && !Array.isArray(value)
			? Object.entries(value)
			: undefined;
	if (!entries?.every(([, code]) => typeof code === "string"))
		throw wrongType("user_expressions", "an object of strings", value);
	return Object.fromEntries(entries);
}

function wrongType(name: string, expected: string, value: unknown): BadRequest {
	return new BadRequest(
		value === undefined
			? `${name} is missing; it must be ${expected}.`
			: `${name} must be ${expected}, not ${shortened(JSON.stringify(value))}.`,
	);
}
