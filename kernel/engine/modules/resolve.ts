import { statSync } from "node:fs";
import { createRequire, registerHooks } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import MagicString from "magic-string";
import { ownModule } from "../../../base/own-modules.ts";
import { guardAwaits } from "../../../cell/compile/awaits.ts";
import { moduleEmitOptions } from "../../../cell/compile/emit-options.ts";
import { extensionsIn } from "../../../cell/compile/extensions.ts";
import { generate } from "../../../cell/compile/generate.ts";
import { callPowers, mayHavePowers } from "../../../cell/compile/powers.ts";
import { CellSyntaxError, syntaxError } from "../../../cell/compile/syntax.ts";
import { pathsFor, tsconfigOf } from "../../../cell/compile/tsconfig.ts";
import { TOO_DEEP } from "../../../cell/depth.ts";
import { parseCode } from "../../../cell/parse.ts";
import { needsJsx } from "../../../cell/syntax.ts";
import { noteLocalModule } from "../../../experiment/code/local-modules.ts";
import { installPower } from "../../../experiment/strict-math/power.ts";
import { foreignImport } from "../../advice/missing-module.ts";
import { registerModule } from "../errors/sources.ts";
import { moduleAt } from "./cell-modules.ts";
import { notePackage } from "./loaded-packages.ts";
import { candidates, namesFile, sourceOf, withVersion } from "./versions.ts";

const ROOT = new URL("../../../", import.meta.url);
/** Run from its sources, this package is TypeScript. */
const OWN_FORMAT = import.meta.url.endsWith(".ts")
	? "module-typescript"
	: "module";
const LIBRARY = ownModule("index").href;
const TSLAB = ownModule("kernel/engine/display/tslab").href;
const TENSORFLOW = ownModule("training/backend/tf").href;

const HELPERS = "@oxc-project/runtime/helpers/";

/** Packages of which there must be one copy: tensors of two tfjs copies do not mix. */
const PARTS = ["core", "layers", "data", "backend-cpu", "backend-wasm"];
const SINGLETONS = new RegExp(`^@tensorflow/tfjs-(${PARTS.join("|")})(/|$)`);
/** None of the files inside. */
const WHOLE = new RegExp(`^@tensorflow/tfjs-(${PARTS.join("|")})$`);

const SEEDING = ownModule("training/backend/seeding");
/** Is it a module of this package, wherever that is installed? Not one of the packages below it. */
const isOurs = (url = "") =>
	url.startsWith(ROOT.href) &&
	!url.slice(ROOT.href.length).includes("node_modules/");

const isPartOfTensorflow = (url = "") =>
	SINGLETONS.test(url.replace(/^.*\/node_modules\//, ""));

/** Marks the URL of a module that loads the seeding before the part of tfjs that it stands for. */
const SEEDED = "?deepdiva-seeded";

/**
 * A part of tfjs, with its randomness seeded. As an import, so that it waits its
 * turn: a `require` fails while another import is still loading the same module.
 */
const seededModule = (url: string) => `
import ${JSON.stringify(SEEDING.href)};
export * from ${JSON.stringify(url)};
export { default } from ${JSON.stringify(url)};
`;

let required = false;

/**
 * Whoever requires a part of tfjs before our own modules do gets it with its
 * randomness seeded. Node resolves what a CommonJS module requires twice: to learn
 * the names that it exports, when an import may be loading the seeding, and when
 * it runs.
 */
function requireSeeding(): void {
	if (required) return;
	required = true;
	try {
		createRequire(import.meta.url)(fileURLToPath(SEEDING));
	} catch (error) {
		required = false;
		const { code } = error as NodeJS.ErrnoException;
		if (code !== "ERR_REQUIRE_ESM_RACE_CONDITION") throw error;
	}
}

const isLocal = (url: string) =>
	url.startsWith("file:") &&
	!url.includes("/node_modules/") &&
	!url.startsWith(ROOT.href);

/**
 * A local module's JavaScript.
 * @throws CellSyntaxError that points into the file
 */
function compileModule(
	url: string,
	file: string,
	interruptible: boolean,
): string {
	const source = sourceOf(file);
	registerModule(url, source);
	const emit = moduleEmitOptions(tsconfigOf(dirname(file)));
	try {
		const text = new MagicString(source);
		// A script that was exported from a notebook has the JSX of its cells.
		const name = /\.ts$/.test(file) && needsJsx(source) ? `${file}x` : file;
		const { program, errors } = parseCode(name, source, {
			sourceType: "module",
		});
		const [failure] = errors;
		if (failure) throw syntaxError(source, failure);
		if (mayHavePowers(source)) callPowers(text, program);
		if (interruptible) guardAwaits(text, program);
		const { lowers, jsx } = extensionsIn(source, program, emit);
		if (jsx && emit.noJsx)
			throw syntaxError(source, { message: emit.noJsx, labels: [jsx] });
		const generated = generate(text, name, { emit, lowers });
		registerModule(url, source, generated);
		return generated.code;
	} catch (error) {
		if (error instanceof RangeError)
			throw new CellSyntaxError(TOO_DEEP, 1, 1, url);
		if (!(error instanceof CellSyntaxError)) throw error;
		throw new CellSyntaxError(error.message, error.line, error.column, url);
	}
}

/** The file that a cell or local module means by the `paths` of its tsconfig. */
function fileByPaths(specifier: string, parent = ""): string | undefined {
	if (!isLocal(parent)) return undefined;
	const tsconfig = tsconfigOf(dirname(fileURLToPath(parent)));
	for (const path of pathsFor(specifier, tsconfig))
		for (const candidate of candidates(path))
			if (statSync(candidate, { throwIfNoEntry: false })?.isFile())
				return pathToFileURL(candidate).href;
	return undefined;
}

/** The cell that an import means, as the URL of a file. */
function cellModule(specifier: string, parent = ""): string | undefined {
	if (!namesFile(specifier) || !isLocal(parent)) return undefined;
	for (const candidate of candidates(specifier)) {
		const { href } = new URL(candidate, parent);
		if (moduleAt(fileURLToPath(href))) return href;
	}
	return undefined;
}

export interface ModuleHookOptions {
	/** An interrupt reaches what follows an `await` in local modules; needs the engine's runtime. */
	readonly interruptible?: boolean;
}

/**
 * Module resolution for user code: `deepdiva` and TensorFlow.js are the
 * kernel's own (one state, one tensor library), local files may be TypeScript
 * in full and are read again after an edit.
 */
export function installModuleHooks({
	interruptible = false,
}: ModuleHookOptions = {}): void {
	installPower();
	const { resolve } = createRequire(import.meta.url);
	registerHooks({
		resolve(specifier, context, next) {
			const foreign = foreignImport(
				specifier,
				interruptible ? "%npm install" : "npm install",
			);
			if (foreign) throw foreign;
			if (specifier === "deepdiva")
				return { url: LIBRARY, format: OWN_FORMAT, shortCircuit: true };
			if (specifier === "tslab")
				return { url: TSLAB, format: OWN_FORMAT, shortCircuit: true };
			const isWhole = WHOLE.test(specifier);
			const isRequired = context.conditions.includes("require");
			if (isWhole && !isRequired && isOurs(context.parentURL))
				return {
					url: pathToFileURL(resolve(specifier)).href,
					// Told, since Node would parse it all to find out.
					format: "commonjs",
					shortCircuit: true,
				};
			if (SINGLETONS.test(specifier) && !isOurs(context.parentURL)) {
				const isSeeded = isPartOfTensorflow(context.parentURL);
				if (isWhole && !isSeeded && !isRequired)
					return {
						url: pathToFileURL(resolve(specifier)).href + SEEDED,
						format: "module",
						shortCircuit: true,
					};
				if (!isSeeded) requireSeeding();
				// Of a `require`, Node takes the parent from elsewhere than the context.
				return isWhole
					? {
							url: pathToFileURL(resolve(specifier)).href,
							format: "commonjs",
							shortCircuit: true,
						}
					: next(specifier, { ...context, parentURL: import.meta.url });
			}
			if (specifier === "@tensorflow/tfjs")
				try {
					return next(specifier, context);
				} catch {
					return { url: TENSORFLOW, format: OWN_FORMAT, shortCircuit: true };
				}
			// What the JavaScript of decorators imports.
			if (specifier.startsWith(HELPERS))
				return next(specifier, { ...context, parentURL: import.meta.url });
			const cell = cellModule(specifier, context.parentURL);
			if (cell)
				return {
					url: withVersion(cell),
					format: "module",
					shortCircuit: true,
				};
			const mapped = fileByPaths(specifier, context.parentURL) ?? specifier;
			const resolved = resolveLocal(
				mapped,
				() => next(mapped, context),
				(other) => next(other, context),
			);
			return isLocal(resolved.url) && !resolved.url.includes("?")
				? { ...resolved, url: withVersion(resolved.url) }
				: resolved;
		},
		load(url, context, next) {
			notePackage(url);
			if (url.endsWith(SEEDED))
				return {
					format: "module",
					source: seededModule(url.slice(0, -SEEDED.length)),
					shortCircuit: true,
				};
			if (!isLocal(url)) return next(url, context);
			const file = fileURLToPath(url);
			noteLocalModule(file);
			if (!/\.[mc]?tsx?$/.test(file)) return next(url, context);
			return {
				format: file.endsWith(".cts") ? "commonjs" : "module",
				source: compileModule(url, file, interruptible),
				shortCircuit: true,
			};
		},
	});
}

function resolveLocal<T>(
	specifier: string,
	asWritten: () => T,
	as: (specifier: string) => T,
): T {
	try {
		return asWritten();
	} catch (error) {
		if (!namesFile(specifier)) throw error;
		for (const candidate of candidates(specifier))
			try {
				return as(candidate);
			} catch {}
		throw error;
	}
}

/** Folder of this package, for telling its own frames from the user's. */
export const ownRoot = fileURLToPath(ROOT);
