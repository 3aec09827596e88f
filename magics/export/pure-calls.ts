import { importedName } from "../../cell/compile/imports.ts";
import type { ImportDeclarationSpecifier, Node } from "../../cell/tree.ts";
import type { ImportText } from "./imports.ts";
import { rootOf } from "./root.ts";

/** Globals whose functions change nothing; they only return a value. */
const GLOBALS = new Set(
	`console Math JSON Number String Boolean BigInt Symbol parseInt parseFloat isNaN isFinite
	structuredClone display clearOutput performance Date Promise Map Set Error TypeError RangeError
	RegExp URL Array ArrayBuffer Float32Array Float64Array Int8Array Int16Array Int32Array Uint8Array
	Uint8ClampedArray Uint16Array Uint32Array TextEncoder TextDecoder`.split(
		/\s+/,
	),
);
const OBJECT_READERS = /^(keys|values|entries|fromEntries|is|hasOwn)$/;

/**
 * Functions of the library that only record something in a run; nothing of that
 * remains in the notebook.
 */
const LIBRARY = new Set(
	"log artifact callbacks confusion boundary embedding show rng pointSet".split(
		" ",
	),
);
/**
 * TensorFlow.js returns new tensors and leaves its arguments alone, except in
 * these functions.
 */
const TENSORFLOW_STATE =
	/^(set|enable|disable|register|deregister|dispose|remove|env$|engine$|ready$|keep$|util$|io$|data$)/;
const PURE_MODULES = /^(node:)?(path|util|assert|assert\/strict|url|os)$/;
const KNOWN_MODULES = /^(node:|@tensorflow\/|deepdiva$)/;

/** Methods of the language's own types that only read. */
const READERS = new Set(
	`map filter slice concat join indexOf lastIndexOf includes find findIndex findLast some every
	reduce reduceRight flat flatMap at keys values entries forEach toString toFixed toPrecision
	toLocaleString charAt charCodeAt split trim replace replaceAll match matchAll padStart padEnd
	startsWith endsWith toUpperCase toLowerCase repeat has toSorted toReversed subarray`.split(
		/\s+/,
	),
);
/** Methods of tensors and models that only read. */
const MODEL_READERS = new Set(
	"data dataSync array arraySync print predict evaluate summary countParams getWeights".split(
		" ",
	),
);
/**
 * Methods that change the object they are called on, and only read their
 * arguments.
 */
const MODEL_TRAINERS = new Set(["fit", "trainOnBatch"]);
/** Functions that call the functions they are given. */
const CALLERS = new Set(
	`map filter find findIndex findLast some every reduce reduceRight flatMap forEach from toSorted
	replace replaceAll tidy`.split(/\s+/),
);

/**
 * Does a function of this name call those of its arguments that are functions?
 */
export const callsArguments = (callee: Node): boolean =>
	callee.type === "MemberExpression" &&
	callee.property.type === "Identifier" &&
	CALLERS.has(callee.property.name);

/**
 * What a call may change: nothing, the object that it is called on, or anything
 * that it can reach.
 */
export type CallReach = "nothing" | "receiver" | "all";

interface Origin {
	readonly module: string;
	/** Undefined if the name stands for the whole module. */
	readonly member: string | undefined;
}

/** Tells calls that are known to change nothing from those that may. */
export class PureCalls {
	readonly #origins = new Map<string, Origin>();
	/** Is a module imported of which nothing is known? */
	readonly #foreign: boolean;
	readonly #methods: ReadonlySet<string>;
	readonly #declared: ReadonlySet<string>;

	/**
	 * @param methods names of methods that the cells define themselves
	 * @param declared names that the cells declare
	 */
	constructor(
		imports: readonly ImportText[],
		methods: ReadonlySet<string>,
		declared: ReadonlySet<string>,
	) {
		this.#origins.set("dd", { module: "deepdiva", member: undefined });
		for (const { node } of imports)
			for (const one of node.specifiers)
				this.#origins.set(one.local.name, {
					module: node.source.value,
					member: memberOf(one),
				});
		this.#foreign = [...this.#origins.values()].some(
			({ module }) => !KNOWN_MODULES.test(module),
		);
		this.#methods = methods;
		this.#declared = declared;
	}

	get imports(): Iterable<string> {
		return this.#origins.keys();
	}

	isImport(name: string): boolean {
		return this.#origins.has(name);
	}

	/** @param isLocal is what it is called on a variable of a block or function? */
	reach(callee: Node, isLocal: boolean): CallReach {
		const root = rootOf(callee);
		const method =
			callee.type === "MemberExpression" && !callee.computed
				? callee.property.name
				: undefined;
		const name = root.type === "Identifier" ? root.name : undefined;
		if (name !== undefined && !isLocal && !this.#declared.has(name)) {
			const origin = this.#origins.get(name);
			if (origin) return this.#isPureImport(origin, callee) ? "nothing" : "all";
			if (name === "Object" && method && OBJECT_READERS.test(method))
				return "nothing";
			if (GLOBALS.has(name) && !this.#methods.has(method ?? ""))
				return "nothing";
		}
		if (method === undefined || this.#methods.has(method)) return "all";
		if (READERS.has(method)) return "nothing";
		if (this.#foreign) return "all";
		if (MODEL_READERS.has(method)) return "nothing";
		return MODEL_TRAINERS.has(method) ? "receiver" : "all";
	}

	#isPureImport({ module, member }: Origin, callee: Node): boolean {
		const first = member ?? firstMember(callee) ?? "";
		if (module === "deepdiva") return LIBRARY.has(first);
		if (module.startsWith("@tensorflow/")) return !TENSORFLOW_STATE.test(first);
		return PURE_MODULES.test(module);
	}
}

/**
 * The name that an import takes from its module; undefined for the whole
 * module.
 */
function memberOf(one: ImportDeclarationSpecifier): string | undefined {
	const name = importedName(one);
	return name === "default" ? undefined : name;
}

/** `tf.layers.dense` → `layers`. */
function firstMember(callee: Node): string | undefined {
	if (callee.type !== "MemberExpression") return undefined;
	const { object, property } = callee;
	if (object.type === "MemberExpression") return firstMember(object);
	return property.type === "Identifier" ? property.name : undefined;
}
