import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../base/test-folder.ts";
import { installRandom } from "./random/install.ts";
import {
	codeStream,
	configureSession,
	projectRoot,
	runsDirectory,
	seed,
	session,
	useStream,
} from "./session.ts";

installRandom();

test("a session without a seed draws one and says so", () => {
	configureSession({});
	assert.match(session().rootSeed, /^\d+$/);
	assert.equal(session().seedOrigin, "drawn");
	seed(42);
	assert.equal(session().rootSeed, "42");
	assert.equal(session().seedOrigin, "given");
	assert.notEqual(session().bootSeed, "42");
});

for (const wrong of ["", "  ", "a\nb", "a\0b", Number.NaN, undefined, {}, null])
	test(`${JSON.stringify(wrong) ?? "nothing"} is refused as a seed`, () => {
		configureSession({ rootSeed: "1" });
		assert.throws(() => seed(wrong as string), {
			name: "UsageError",
			message: `"${wrong}" is not a seed; give an integer, for example 42`,
		});
		assert.equal(session().rootSeed, "1");
	});

test("Math.random follows the stream's name and the root seed", () => {
	const draw = (name: string) => {
		useStream(name);
		return [Math.random(), Math.random()];
	};
	configureSession({ rootSeed: "1" });
	const first = draw("a");
	assert.deepEqual(draw("a"), first);
	assert.notDeepEqual(draw("b"), first);
	seed(2);
	assert.notDeepEqual(draw("a"), first);
	seed(1);
	assert.deepEqual(draw("a"), first);
});

test("a new root seed takes hold of a stream that is already open", () => {
	configureSession({ rootSeed: "1" });
	const stream = codeStream("a");
	stream.next();
	seed(2);
	assert.equal(stream.next(), codeStream("a").next());
});

test("runs lie in the nearest project around the working directory", (t) => {
	const project = temporaryFolder();
	writeFiles(project, { "package.json": "{}" });
	const inner = join(project, "a", "b");
	mkdirSync(inner, { recursive: true });
	assert.equal(projectRoot(inner), project);
	delete process.env.DEEPDIVA_RUNS;
	assert.equal(runsDirectory(inner), join(project, "runs"));
	process.env.DEEPDIVA_RUNS = relative(process.cwd(), join(inner, "mine"));
	t.after(() => {
		delete process.env.DEEPDIVA_RUNS;
	});
	assert.equal(runsDirectory(project), join(inner, "mine"));
});
