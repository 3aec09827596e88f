import assert from "node:assert/strict";
import { test } from "node:test";
import { emitOptions, plainEmit } from "./emit-options.ts";
import { TransformMemory } from "./transform-memory.ts";

/** Of a notebook in which these names are what they say. */
function memory() {
	const known = {
		hidden: new Set<string>(),
		declared: new Set<string>(),
		assigned: new Set<string>(),
	};
	const cells = new TransformMemory({
		hides: (name) => known.hidden.has(name),
		isDeclared: (name) => known.declared.has(name),
		isAssignedInFunctions: (name) => known.assigned.has(name),
	});
	return { known, cells };
}

const LOOP = "for (let i = 0; i < 9; i++) sum += i";

test("a cell that runs again is not transformed again", () => {
	const { cells } = memory();
	const first = cells.transform("a + 1", [], plainEmit);
	assert.equal(cells.transform("a + 1", [], plainEmit), first);
	assert.notEqual(cells.transform("a + 2", [], plainEmit), first);
});

test("what it becomes follows its parameters, the tsconfig and all that it asks about names", () => {
	const { cells, known } = memory();
	const code = (params: readonly string[] = [], emit = plainEmit) =>
		cells.transform(LOOP, params, emit).code;
	const plain = code();
	assert.match(code(["sum"]), /const \{ ?sum ?\} = __deepdiva__\.params/);
	assert.equal(code(), plain);

	known.declared.add("sum");
	const copied = code();
	assert.match(copied, /__deepdiva__sum = sum/);
	known.assigned.add("sum");
	assert.equal(code(), plain);
	known.assigned.clear();
	assert.equal(code(), copied);
	known.hidden.add("sum");
	assert.match(code(), /^with \(__deepdiva__\.hiding\)/);

	const fields = "class A { x; }";
	const assigning = emitOptions({
		options: { useDefineForClassFields: false },
	});
	assert.match(cells.transform(fields, [], plainEmit).code, /x;/);
	assert.doesNotMatch(cells.transform(fields, [], assigning).code, /x;/);
});

test("what does not parse is an error each time", () => {
	const { cells } = memory();
	for (let time = 0; time < 2; time++)
		assert.throws(() => cells.transform("const", [], plainEmit), SyntaxError);
});
