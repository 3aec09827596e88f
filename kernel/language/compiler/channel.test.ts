import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { CompilerChannel } from "./channel.ts";

const CONFIG = "/nowhere/tsconfig.json";
const FILE = "/nowhere/a.ts";

describe("between this process and the compiler's", () => {
	const texts = new Map([
		[
			CONFIG,
			'{ "compilerOptions": { "noLib": true, "types": [] }, "files": ["a.ts"] }',
		],
		[FILE, "export const n: number = 's';"],
	]);
	const read: string[] = [];
	let channel: CompilerChannel;
	let writes = 0;
	let isUnreadable = false;

	const snapshot = async (params: object): Promise<number> => {
		const answer = await channel.apiRequest("updateSnapshot", params);
		return (answer as { snapshot: number }).snapshot;
	};
	const edit = (text: string) => {
		texts.set(FILE, text);
		return snapshot({ fileChanges: { changed: [FILE] } });
	};
	const problems = async (method: string, of: number): Promise<number[]> => {
		const params = { snapshot: of, project: CONFIG, file: FILE };
		const answer = await channel.apiRequest(method, params);
		return (answer as { code: number }[]).map(({ code }) => code);
	};
	const bothProblems = (of: number) =>
		Promise.all([
			problems("getSyntacticDiagnostics", of),
			problems("getSemanticDiagnostics", of),
		]);

	before(async () => {
		channel = await CompilerChannel.start({
			readFile(path) {
				read.push(path);
				if (isUnreadable) throw new Error(`EACCES: ${path}`);
				return texts.get(path);
			},
		});
		const stdin = channel.process.stdin ?? assert.fail();
		const write = stdin.write.bind(stdin);
		stdin.write = ((bytes: Buffer) => {
			writes++;
			return write(bytes);
		}) as typeof stdin.write;
		await channel.apiRequest("initialize", null);
		await snapshot({ openProjects: [CONFIG] });
	});
	after(() => {
		channel.process.kill("SIGKILL");
	});

	test("a check of an edited file is three writes: the edit, its text, and the questions with what is to be released", async () => {
		const old = await edit("export const n: number = 1;");
		writes = 0;
		const edited = await edit("export const n: string = 1;");
		const released = channel.apiRequest("release", { snapshot: old });
		assert.deepEqual(await bothProblems(edited), [[], [2322]]);
		assert.equal(writes, 3);
		await released;
		assert.equal(writes, 3);
	});

	test("what is asked while the compiler reads files waits for the answer", async () => {
		read.length = 0;
		const first = edit("export const n: string = 's';");
		const second = edit("export const n: string = 2;");
		assert.ok((await first) < (await second));
		assert.deepEqual(read, [FILE, FILE]);
		assert.deepEqual(await bothProblems(await second), [[], [2322]]);
	});

	test("what is released alone leaves a moment later", async () => {
		const old = await edit("export {};");
		const edited = await edit("export const n = 1 +;");
		await channel.apiRequest("release", { snapshot: old });
		const [[syntactic]] = await bothProblems(edited);
		assert.equal(syntactic, 1109);
		await assert.rejects(bothProblems(old), Error);
	});

	test("where a file cannot be read here the compiler looks for it, and answers what comes next", async () => {
		isUnreadable = true;
		await edit("export const n: string = 3;");
		isUnreadable = false;
		const edited = await edit("export const n: string = 4;");
		assert.deepEqual(await bothProblems(edited), [[], [2322]]);
	});

	test("a question that the compiler cannot answer is an error, and the next one is answered", async () => {
		await assert.rejects(channel.apiRequest("noSuchQuestion", {}), Error);
		const edited = await edit("export const n: boolean = 1;");
		assert.deepEqual(await bothProblems(edited), [[], [2322]]);
	});
});
