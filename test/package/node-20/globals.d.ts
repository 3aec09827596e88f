/**
 * Globals of Node 20 that its types leave to the library of browsers. That one
 * has much that Node 20 has not (`navigator`, `localStorage`), so it is left out.
 */

declare var Performance: {
	readonly prototype: import("node:perf_hooks").Performance;
};
declare var SubtleCrypto: {
	readonly prototype: import("node:crypto").webcrypto.SubtleCrypto;
};
type PerformanceMeasureOptions = import("node:perf_hooks").MeasureOptions;

declare namespace WebAssembly {
	class Module {
		constructor(bytes: NodeJS.ArrayBufferView);
		static customSections(module: Module, name: string): ArrayBuffer[];
	}
	class Instance {
		readonly exports: Record<string, unknown>;
		constructor(
			module: Module,
			imports?: Record<string, Record<string, unknown>>,
		);
	}
	class Memory {
		readonly buffer: ArrayBuffer;
		constructor(limits: { initial: number; maximum?: number });
		grow(pages: number): number;
	}
}
