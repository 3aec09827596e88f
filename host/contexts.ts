import { syncBuiltinESMExports } from "node:module";
import vm from "node:vm";
import * as system from "./system-random.ts";

/** Each context has a `Math` of its own; a function of its own calls ours. */
const script = new vm.Script(
	"(draw) => { Math.random = function random() { return draw(); }; }",
	{ filename: "node:deepdiva/random" },
);

/** A context that exists already is left as it is: it was seeded when it was made. */
function contextOf(
	object: vm.Context | number | undefined,
	options: vm.RunningScriptInNewContextOptions | string | undefined,
): vm.Context {
	const { contextName, contextOrigin, contextCodeGeneration, microtaskMode } =
		typeof options === "object" ? options : {};
	return vm.createContext(object, {
		...(contextName === undefined ? {} : { name: contextName }),
		...(contextOrigin === undefined ? {} : { origin: contextOrigin }),
		...(contextCodeGeneration === undefined
			? {}
			: { codeGeneration: contextCodeGeneration }),
		...(microtaskMode === undefined ? {} : { microtaskMode }),
	});
}

/** `Math.random` of every context that is made from now on is `draw`. */
export function installContexts(draw: () => number): void {
	const runScript = vm.Script.prototype.runInNewContext;
	const createContext: typeof vm.createContext = (
		object?: vm.Context | number,
		...rest: [vm.CreateContextOptions?]
	) => {
		const known = typeof object === "object" && vm.isContext(object);
		const context = system.createContext(object as vm.Context, ...rest);
		if (!known)
			(script.runInContext(context) as (own: typeof draw) => void)(draw);
		return context;
	};
	Object.assign(vm, {
		createContext,
		runInNewContext: ((code, object, options) =>
			system.runInNewContext(
				code,
				contextOf(object, options),
				options,
			)) satisfies typeof vm.runInNewContext,
	});
	const runInNewContext: typeof runScript = function (
		this: vm.Script,
		object,
		options,
	) {
		return runScript.call(this, contextOf(object, options), options);
	};
	// Defined, since Bun has it read-only.
	Object.defineProperty(vm.Script.prototype, "runInNewContext", {
		value: runInNewContext,
		writable: true,
		configurable: true,
		enumerable: true,
	});
	syncBuiltinESMExports();
}
