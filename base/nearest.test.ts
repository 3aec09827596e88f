import assert from "node:assert/strict";
import { test } from "node:test";
import { suggestion } from "./nearest.ts";

const cases: [string, string[], string][] = [
	["lt", ["lr", "epochs"], '; did you mean "lr"?'],
	["epocs", ["lr", "epochs"], '; did you mean "epochs"?'],
	["x", ["lr", "epochs"], "; there is: lr, epochs"],
	["optimiser", ["lr", "epochs"], "; there is: lr, epochs"],
	["lr", [], ""],
];

for (const [name, known, expected] of cases)
	test(`for "${name}" among ${known.join(", ") || "nothing"} an error ends with "${expected}"`, () => {
		assert.equal(suggestion(name, known), expected);
	});
