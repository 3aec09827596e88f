import { join } from "node:path";
import {
	API,
	DiagnosticCategory,
	type Snapshot,
} from "typescript/unstable/async";

/** Asks TypeScript whether a file of the project would have no errors with another text. */
export class TypeCheck {
	readonly #root: string;
	readonly #config: string;
	/** The file that has another text than on disk. */
	#changed: { readonly path: string; readonly text: string } | undefined;
	readonly #api: API;
	#snapshot: Snapshot | undefined;

	constructor(root: string) {
		this.#root = root;
		this.#config = join(root, "tsconfig.json");
		this.#api = new API({
			cwd: root,
			fs: {
				readFile: (path) =>
					path === this.#changed?.path ? this.#changed.text : undefined,
			},
		});
	}

	async passes(file: string, text: string): Promise<boolean> {
		const path = join(this.#root, file);
		const restored = this.#changed?.path ?? path;
		this.#changed = { path, text };
		const before = this.#snapshot;
		this.#snapshot = await this.#api.updateSnapshot(
			before
				? { fileChanges: { changed: [restored, path] } }
				: { openProjects: [this.#config] },
		);
		await before?.dispose();
		const project = this.#snapshot.getProject(this.#config);
		if (!project) throw new Error(`TypeScript did not open ${this.#config}`);
		const found = await Promise.all([
			project.program.getSyntacticDiagnostics(path),
			project.program.getSemanticDiagnostics(path),
		]);
		return !found
			.flat()
			.some(({ category }) => category === DiagnosticCategory.Error);
	}

	close(): Promise<void> {
		return this.#api.close();
	}
}
