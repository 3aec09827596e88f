import type {
	Document,
	Node,
	Pair,
	YAMLMap,
	YAMLSeq,
	Scalar as YamlScalar,
} from "yaml";
import { UsageError } from "../../base/errors.ts";
import { suggestion } from "../../base/nearest.ts";
import { readFileSync } from "../../host/files.ts";
import { createHash } from "../../host/hash.ts";
import { requirePackage } from "../../host/modules.ts";
import { parseOverride } from "../parameters/overrides/syntax.ts";
import { written } from "../parameters/overrides/written.ts";
import { type FailPolicy, readFailPolicy } from "./fail-policy.ts";
import { parseVary, readVary } from "./vary.ts";

/** What a file says of a multirun; what it leaves out is up to whoever names it. */
export interface MultirunConfig {
	readonly name?: string;
	readonly task?: string;
	readonly n?: number;
	readonly vary?: readonly string[];
	readonly fail?: FailPolicy;
	/** By whole names, as they are typed after `key=`, without spaces but in brackets and quotes. */
	readonly params: Readonly<Record<string, string>>;
	/** SHA-256 of the file, hexadecimal. */
	readonly digest: string;
}

const KEYS = ["name", "task", "params", "n", "vary", "fail"];

/**
 * Reads a file of a multirun (YAML 1.2): `name`, `task`, `params`, `n`, `vary`, `fail`.
 * @param path where it is
 * @param shown what the user calls it
 * @throws UsageError that names the file, and the key that is wrong or unknown
 */
export function readMultirunConfig(path: string, shown = path): MultirunConfig {
	let text: string;
	try {
		text = readFileSync(path, "utf8");
	} catch (error) {
		throw new UsageError(
			`--config ${shown}: the file cannot be read (${(error as NodeJS.ErrnoException).code ?? "?"}); give a path from the working folder, for example multirun.yaml`,
		);
	}
	return new ConfigReader(shown, text).read();
}

class ConfigReader {
	readonly #path: string;
	readonly #text: string;
	readonly #yaml = requirePackage("yaml") as typeof import("yaml");

	constructor(path: string, text: string) {
		this.#path = path;
		this.#text = text;
	}

	#fail(problem: string): never {
		throw new UsageError(`--config ${this.#path}: ${problem}`);
	}

	read(): MultirunConfig {
		const document: Document = this.#yaml.parseDocument(this.#text);
		const [wrong] = document.errors;
		if (wrong) this.#fail(`it is no YAML: ${wrong.message.trim()}`);
		const root = document.contents;
		if (!this.#yaml.isMap(root))
			return this.#fail(
				"it has no keys; write for example\n  params:\n    lr: [0.1, 0.01]",
			);
		const found = new Map(this.#entries(root, ""));
		for (const key of found.keys())
			if (!KEYS.includes(key))
				this.#fail(
					`there is no key "${key}"${suggestion(key, KEYS)}${found.has("params") ? "" : "; parameters stand under params:"}`,
				);
		const [name, task] = ["name", "task"].map((key) =>
			this.#word(key, found.get(key)),
		);
		const n = this.#repeats(found.get("n"));
		const vary = this.#streams(found.get("vary"));
		const fail = this.#word("fail", found.get("fail"));
		const params = found.get("params");
		return {
			...(name === undefined ? {} : { name }),
			...(task === undefined ? {} : { task }),
			...(n === undefined ? {} : { n }),
			...(vary === undefined ? {} : { vary }),
			...(fail === undefined
				? {}
				: { fail: this.#naming("", () => readFailPolicy(fail)) }),
			params:
				params === undefined
					? {}
					: Object.fromEntries(this.#params(params, "")),
			digest: createHash("sha256").update(this.#text).digest("hex"),
		};
	}

	/** Members of a map; their names are texts. */
	#entries(map: YAMLMap, path: string): [string, Node][] {
		return map.items.map(({ key, value }: Pair): [string, Node] => {
			const name = this.#yaml.isScalar(key) ? (key.source ?? "") : "";
			const shown = `${path}${name}`;
			if (name === "") this.#fail(`a key under "${path}" is no name`);
			if (this.#yaml.isAlias(value))
				this.#fail(`${shown} is an alias; write its value`);
			if (!this.#yaml.isNode(value)) this.#fail(`${shown} has no value`);
			this.#untagged(shown, value as Node);
			return [name, value as Node];
		});
	}

	/** What a tag says of a value, its spelling has to say. */
	#untagged(key: string, { tag }: { readonly tag?: string }): void {
		if (tag !== undefined)
			this.#fail(
				`${key} has a tag, ${tag}; write the value alone (in a list, quotes make a text)`,
			);
	}

	/** What goes wrong in `read` is told as wrong in the file. */
	#naming<T>(place: string, read: () => T): T {
		try {
			return read();
		} catch (error) {
			if (!(error instanceof UsageError)) throw error;
			return this.#fail(place + error.message);
		}
	}

	#word(key: string, node: Node | undefined): string | undefined {
		if (!node) return undefined;
		const text = this.#yaml.isScalar(node) ? node.source : undefined;
		return text === undefined || text === "" || /\s/.test(text)
			? this.#fail(`${key} is one word`)
			: text;
	}

	#repeats(node: Node | undefined): number | undefined {
		const text = this.#word("n", node);
		if (text === undefined) return undefined;
		return /^\d{1,9}$/.test(text) && Number(text) > 0
			? Number(text)
			: this.#fail(`n is a whole number of at least 1, not ${text}`);
	}

	/** A list, or what would be typed. */
	#streams(node: Node | undefined): readonly string[] | undefined {
		if (!node) return undefined;
		if (this.#yaml.isSeq(node))
			return this.#naming("", () =>
				readVary(
					node.items.map((item) =>
						this.#yaml.isScalar(item) ? item.source : item,
					),
				),
			);
		const text = this.#yaml.isScalar(node) ? node.source : "";
		return this.#naming("", () => parseVary(text ?? ""));
	}

	#params(node: Node, path: string): [string, string][] {
		if (!this.#yaml.isMap(node))
			return this.#fail("params has parameters by their names, as in lr: 0.1");
		return this.#entries(node, path).flatMap(([name, value]) => {
			const key = `${path}${name}`;
			if (this.#yaml.isMap(value)) return this.#params(value, `${key}.`);
			return [[key, this.#values(key, value)] as [string, string]];
		});
	}

	/** A scalar has the grammar's text, a list the values of several runs. */
	#values(key: string, node: Node): string {
		if (this.#yaml.isSeq(node)) {
			const items = this.#items(key, node, true);
			return items.length === 0
				? this.#fail(`${key} is an empty list; give at least one value`)
				: items.join(",");
		}
		const text = this.#yaml.isScalar(node) ? (node.source ?? "") : "";
		if (text === "" || text === "~")
			this.#fail(`${key} has no value; leave it out if it has none`);
		if (/[\r\n]/.test(text)) this.#fail(`${key} has several lines`);
		return this.#naming(`${key}: `, () => compact(text));
	}

	#items(key: string, { items }: YAMLSeq, lists: boolean): string[] {
		return items.map((item) => {
			if (this.#yaml.isNode(item)) this.#untagged(key, item);
			if (lists && this.#yaml.isSeq(item))
				return `[${this.#items(key, item, false).join(",")}]`;
			return this.#yaml.isScalar(item)
				? this.#item(key, item)
				: this.#fail(
						`${key} has a value that is neither a number, a text, true or false nor a list of such`,
					);
		});
	}

	/** In a list a text is a text; what has no quotes and looks like a number is one. */
	#item(key: string, { source = "", type }: YamlScalar): string {
		if (/[\r\n]/.test(source)) this.#fail(`${key} has several lines`);
		const isPlain = type === "PLAIN" && /^[^\s,()[\]{}"'\\]+$/.test(source);
		return isPlain ? source : written(source);
	}
}

/** The text without spaces between values, in which a line would end a word; a word with spaces in quotes. */
function compact(text: string): string {
	const nodes = parseOverride(text);
	return nodes
		.map((node, i) => {
			const end = nodes[i + 1]?.at ?? text.length + 1;
			if (node.kind !== "text")
				return text.slice(node.at, end).replace(/(?<![\s,])[\s,]+$/, "");
			return /\s/.test(node.typed) && !node.isText
				? written(node.text)
				: node.typed;
		})
		.join(",");
}
