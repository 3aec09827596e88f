import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";
import { temporaryFolder } from "../../base/test-folder.ts";
import type { RunRecord } from "../../experiment/record/record.ts";
import { listRuns } from "../../experiment/record/store/store.ts";
import { NotebookSession } from "../../kernel/notebook-session.ts";

/** What was executed, and what came of it. */
export interface Executed {
	readonly session: NotebookSession;
	/** The project that it lies in. */
	readonly folder: string;
	/** Everything that was printed. */
	printed(): string;
	/** The texts of everything that was displayed. */
	displayed(): string;
	execute(source: string): ReturnType<NotebookSession["execute"]>;
	records(): RunRecord[];
}

const open = new Set<NotebookSession>();
after(() => Promise.all([...open].map((session) => session.close())));

/** A notebook in which every multirun has so many jobs. */
export function notebook(jobs: number): Executed {
	const folder = temporaryFolder();
	writeFileSync(join(folder, "package.json"), "{}");
	const session = new NotebookSession({
		cwd: folder,
		rootSeed: "7",
		jobs,
		charts: false,
	});
	open.add(session);
	let printed = "";
	let displayed = "";
	session.on("output", ({ output }) => {
		if (output.type === "stream") printed += output.text;
		if (output.type === "display_data")
			displayed += `${output.data["text/plain"]}\n`;
	});
	return {
		session,
		folder,
		printed: () => printed,
		displayed: () => displayed,
		execute: (source) => session.execute(source, { unattended: true }),
		records: () =>
			listRuns(join(folder, "runs")).runs.map(({ record }) => record),
	};
}

export const MULTIRUN = `%dd multirun sums -n 3 lr=0.1,0.2 --git ignore
const drawn = Math.random() * lr * scale;
console.log("member", lr, drawn);
dd.log({ drawn });
drawn`;
