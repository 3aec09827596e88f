interface CellModule {
	readonly source: string;
	/** Another one for other source: what a file's time of change is for a file. */
	readonly time: number;
}

const modules = new Map<string, CellModule>();
let changes = 0;

/** Makes a cell's source what imports of the path mean; a file there counts for nothing then. */
export function defineModule(path: string, source: string): void {
	if (modules.get(path)?.source === source) return;
	modules.set(path, { source, time: ++changes });
}

/** The cell that is the module at this path. */
export const moduleAt = (path: string): CellModule | undefined =>
	modules.get(path);
