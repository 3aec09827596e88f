import { UsageError } from "../../base/errors.ts";
import { suggestion } from "../../base/nearest.ts";
import { unquoted } from "../arguments/words.ts";
import { defineMagic } from "../definition.ts";

/**
 * Names that look secret. Outputs are saved and shared with the notebook, so
 * the value of such a variable is shown only when asked for by its name.
 */
const SECRET = /key|token|secret|passw|credential|auth/i;

const ASSIGNMENT = /^([A-Za-z_]\w*)\s*=\s*(.*)$/s;

interface Request {
	readonly name?: string;
	readonly value?: string;
}

/** @throws UsageError when it is neither a name nor NAME=value */
function readRequest(text = ""): Request {
	const [, name, value] = ASSIGNMENT.exec(text) ?? [];
	if (name !== undefined && value !== undefined)
		return { name, value: unquoted(value) };
	if (text === "") return {};
	if (/\s/.test(text))
		throw new UsageError(
			`%env takes one name, or NAME=value, not "${text}"; write %env ${text.replace(/\s+/, "=")} to set it`,
		);
	return { name: text };
}

const property = (name: string) =>
	/^[A-Za-z_$][\w$]*$/.test(name)
		? `process.env.${name}`
		: `process.env[${JSON.stringify(name)}]`;

export const envMagic = defineMagic({
	name: "env",
	mark: "%",
	summary: "Lists the environment variables, shows one, or sets it.",
	positionals: [
		{
			name: "request",
			placeholder: "NAME[=VALUE]",
			description:
				"One to show, or to set for this notebook and what it starts. Without it all are listed, secrets hidden.",
		},
	],
	options: [],
	line: "text",
	wraps: false,
	examples: ["%env HOME", "%env CUDA_VISIBLE_DEVICES=0"],
	complete: (words) => (words.length === 1 ? Object.keys(process.env) : []),
	check: ({ values: { request } }) => {
		readRequest(request);
	},
	async run({ values: { request } }, { print }) {
		const { name, value } = readRequest(request);
		if (name === undefined) {
			for (const [key, held] of Object.entries(process.env).sort())
				print(`${key}=${SECRET.test(key) ? "(hidden)" : held}`);
			return;
		}
		if (value !== undefined) {
			process.env[name] = value;
			print(`${name}=${SECRET.test(name) ? "(hidden)" : value}`);
			return;
		}
		const held = process.env[name];
		if (held === undefined)
			throw new UsageError(
				`%env: there is no environment variable ${name}${suggestion(name, Object.keys(process.env)).replace(/; there is: .*/s, "")}`,
			);
		print(held);
	},
	toCode({ values: { request } }) {
		const { name, value } = readRequest(request);
		if (name === undefined) return undefined;
		return value === undefined
			? `console.log(${property(name)});`
			: `${property(name)} = ${JSON.stringify(value)};`;
	},
});
