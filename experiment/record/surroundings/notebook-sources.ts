/**
 * What a notebook says: type and source of each cell, as one text to compare.
 * Outputs, execution counts and metadata are left out. Undefined for what is no notebook.
 */
export function notebookSources(text: string): string | undefined {
	let notebook: unknown;
	try {
		notebook = JSON.parse(text);
	} catch {
		return undefined;
	}
	const { cells } = (notebook ?? {}) as { cells?: unknown };
	if (!Array.isArray(cells)) return undefined;
	return JSON.stringify(
		cells.map((cell: { cell_type?: unknown; source?: unknown }) => [
			cell?.cell_type,
			Array.isArray(cell?.source) ? cell.source.join("") : cell?.source,
		]),
	);
}
