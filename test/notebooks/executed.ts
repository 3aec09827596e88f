import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One MIME bundle of an executed notebook, with the cell it stands in. */
export interface Shown {
	readonly cell: string;
	readonly type: "display_data" | "execute_result";
	readonly data: Readonly<Record<string, unknown>>;
	readonly metadata: Readonly<Record<string, unknown>>;
}

interface NotebookFile {
	readonly metadata: Readonly<Record<string, unknown>>;
	readonly cells: readonly {
		readonly id: string;
		readonly cell_type: string;
		readonly outputs?: readonly (
			| ({ readonly output_type: Shown["type"] } & Pick<
					Shown,
					"data" | "metadata"
			  >)
			| { readonly output_type: "stream"; readonly text: string | string[] }
			| { readonly output_type: "error"; readonly evalue: string }
		)[];
	}[];
}

const PICTURE = [
	"application/vnd.vegalite.v5+json",
	"image/png",
	"text/plain",
] as const;

/** What a saved notebook holds, as JSON. */
export function readNotebook(path: string): NotebookFile {
	return JSON.parse(readFileSync(path, "utf8")) as NotebookFile;
}

/** Everything displayed, in order. Throws at the first error output. */
export function shownIn({ cells }: NotebookFile): Shown[] {
	return cells.flatMap(({ id, outputs = [] }) =>
		outputs.flatMap((output) => {
			if (output.output_type === "error")
				assert.fail(`cell ${id} failed: ${output.evalue}`);
			if (output.output_type === "stream") return [];
			const { output_type: type, data, metadata } = output;
			return [{ cell: id, type, data, metadata }];
		}),
	);
}

/** Those outputs that are pictures; each is checked to be what every front end can show. */
export function picturesIn(shown: readonly Shown[]): Shown[] {
	return shown.filter(({ cell, data, metadata }) => {
		const types = Object.keys(data).sort();
		const plain = textOf(data["text/plain"]);
		assert.ok(plain.trim().length > 0, `cell ${cell}: text/plain is empty`);
		assert.doesNotMatch(
			plain,
			/^<|\[object /,
			`cell ${cell}: a person can read text/plain`,
		);
		if (types.length === 1) return false;
		assert.deepEqual(types, PICTURE, `cell ${cell}`);
		const png = Buffer.from(textOf(data["image/png"]), "base64");
		assert.equal(png.subarray(1, 4).toString("latin1"), "PNG", `cell ${cell}`);
		const { width, height } = metadata["image/png"] as Record<string, number>;
		// Twice the size it is shown at: sharp on every screen. Bytes 16 to 24 hold it.
		assert.deepEqual(
			[png.readUInt32BE(16), png.readUInt32BE(20)].map((n) =>
				Math.round(n / 2),
			),
			[width, height],
		);
		return true;
	});
}

/** Jupyter may save a text as one string or as its lines. */
export function textOf(value: unknown): string {
	return Array.isArray(value) ? value.join("") : String(value ?? "");
}

/** The digest of every run below a runs folder, by `experiment, repeat n`. */
export function digestsIn(runs: string): Record<string, string> {
	const files = readdirSync(runs, { recursive: true, encoding: "utf8" }).filter(
		(name) => name.endsWith("run.json"),
	);
	const entries = files.map((name) => {
		const run = JSON.parse(readFileSync(join(runs, name), "utf8")) as {
			experiment: string;
			repeat: number;
			digest: string;
			status: string;
		};
		assert.equal(run.status, "finished", name);
		return [`${run.experiment}, repeat ${run.repeat}`, run.digest] as const;
	});
	const digests = Object.fromEntries(entries.toSorted());
	assert.equal(
		Object.keys(digests).length,
		entries.length,
		"no run is recorded twice",
	);
	return digests;
}
