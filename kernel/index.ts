/**
 * The kernel as a library: `import { createSession } from "deepdiva/kernel"`.
 * @module
 */

import { statSync } from "node:fs";
import { resolve } from "node:path";
import { UsageError } from "../base/errors.ts";
import { isObject } from "../base/json-object.ts";
import { suggestion } from "../base/nearest.ts";
import { written } from "../experiment/parameters/overrides/written.ts";
import { checkSeed } from "../experiment/session.ts";
import {
	isTypePolicy,
	TYPE_POLICIES,
	type TypePolicy,
} from "../magics/type-policy.ts";
import { NotebookSession } from "./notebook-session.ts";
import { InputRefused, type InputRequest } from "./protocol/requests.ts";

export type { TypePolicy } from "../magics/type-policy.ts";
export type { Completeness } from "./language/is-complete.ts";
export type { CellDiagnostic } from "./language/service.ts";
export {
	type ExecuteOptions,
	type Execution,
	type NotebookSession,
	SessionClosed,
	type SessionEvents,
} from "./notebook-session.ts";
export {
	type CommMessage,
	type CompleteReply,
	type ExpressionReply,
	InputRefused,
	type InputRequest,
	type InspectReply,
	type MimeBundle,
	type Output,
} from "./protocol/requests.ts";

/** What a session is made with. */
export interface CreateSessionOptions {
	/** Folder of the notebook: relative paths, imports and `runs` start there. By default the working folder. */
	readonly cwd?: string;
	/** Root seed until a cell sets another one with `%dd seed`; by default from the system's entropy. */
	readonly seed?: string | number;
	/** Values in place of those that runs declare, as `-p` gives them on the command line. */
	readonly params?: Readonly<Record<string, string | number | boolean>>;
	/** Environment variables beside those of this process. */
	readonly env?: Readonly<Record<string, string>>;
	/** What happens to cells with type errors: "report" (the default), "strict" or "off". */
	readonly types?: TypePolicy;
	/**
	 * Answers `input()`, `password()` and `prompt()` of cells. It is a function and
	 * no event, since a question has one answer. Without it every question is
	 * refused with an error that says so; reject with InputRefused to refuse one.
	 */
	readonly input?: (request: InputRequest) => Promise<string> | string;
}

const OPTIONS = {
	cwd: (value) =>
		(typeof value === "string" && value !== "") || "the path of a folder",
	seed: (value) =>
		typeof value === "string" || Number.isFinite(value) || "a text or a number",
	params: (value) =>
		(isObject(value) &&
			Object.values(value).every((one) =>
				["string", "number", "boolean"].includes(typeof one),
			)) ||
		"an object of texts, numbers and booleans",
	env: (value) =>
		(isObject(value) &&
			Object.values(value).every((one) => typeof one === "string")) ||
		"an object of texts",
	types: (value) =>
		(typeof value === "string" && isTypePolicy(value)) ||
		TYPE_POLICIES.map((policy) => `"${policy}"`).join(" or "),
	input: (value) =>
		typeof value === "function" || "a function that resolves to a text",
} satisfies Record<
	keyof CreateSessionOptions,
	(value: unknown) => true | string
>;

const isOption = (name: string): name is keyof CreateSessionOptions =>
	Object.hasOwn(OPTIONS, name);

const shown = (value: unknown) =>
	typeof value === "string" ? `"${value}"` : String(value);

/** @throws InputRefused for an answer that is no text */
function text(answer: unknown): string {
	if (typeof answer === "string") return answer;
	throw new InputRefused(
		`createSession's option input resolves to a text, not ${shown(answer)}; reject with InputRefused where there is no answer`,
	);
}

/** @throws UsageError that names the option and what it may be */
function check(options: CreateSessionOptions): void {
	const given: unknown = options;
	if (!isObject(given))
		throw new UsageError(
			'createSession takes an object of options, for example { cwd: ".", seed: 42 }',
		);
	for (const [name, value] of Object.entries(given)) {
		if (!isOption(name))
			throw new UsageError(
				`createSession has no option "${name}"${suggestion(name, Object.keys(OPTIONS))}`,
			);
		const expected = value === undefined || OPTIONS[name](value);
		if (expected !== true)
			throw new UsageError(
				`createSession's option ${name} is ${expected}, not ${shown(value)}`,
			);
	}
	const { cwd, seed } = options;
	if (seed !== undefined) checkSeed(seed);
	if (
		cwd !== undefined &&
		!statSync(cwd, { throwIfNoEntry: false })?.isDirectory()
	)
		throw new UsageError(
			`createSession's cwd ${resolve(cwd)} is no folder; make it first, or give the notebook's folder`,
		);
}

/**
 * Starts a kernel for the cells of one notebook, in a process of its own.
 * Jupyter, `deepdiva execute`, `deepdiva repl` and replays run their cells with
 * this same session.
 *
 * Outputs come as events, since they have many kinds, come in an order across
 * all of them, and go on after their cell has ended: a listener misses none and
 * nothing is kept for one that does not read. An open session keeps its process
 * alive; `close()` ends it.
 *
 * @example
 * import { createSession } from "deepdiva/kernel";
 *
 * const session = await createSession({ seed: 42 });
 * session.on("output", ({ output }) => {
 *   if (output.type === "stream") process.stdout.write(output.text);
 * });
 * await session.execute('const words = ["deep", "diva"]; console.log("hello")');
 * const { status, result } = await session.execute("words.length");
 * console.log(status, result?.["text/plain"]);
 * const { matches } = await session.complete("words.len");
 * console.log(matches.join());
 * await session.close();
 * // prints: hello, ok 2, length
 *
 * @throws UsageError for an option that is wrong or unknown
 * @throws Error where the engine cannot be started; the message says why
 */
export async function createSession(
	options: CreateSessionOptions = {},
): Promise<NotebookSession> {
	check(options);
	const { cwd = ".", seed, params, env, types = "report", input } = options;
	const session = new NotebookSession({
		cwd: resolve(cwd),
		types: { policy: types, patient: true },
		...(seed === undefined ? {} : { rootSeed: String(seed) }),
		...(params === undefined
			? {}
			: {
					overrides: Object.fromEntries(
						Object.entries(params).map(([key, value]) => [key, written(value)]),
					),
				}),
		...(env === undefined ? {} : { env }),
		...(input === undefined
			? {}
			: { input: async (request: InputRequest) => text(await input(request)) }),
	});
	await session.ready();
	return session;
}
