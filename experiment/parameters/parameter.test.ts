import assert from "node:assert/strict";
import { test } from "node:test";
import { openTestSession } from "../record/test-record.ts";
import { parameter } from "./parameter.ts";

test("a script's parameter is its default, or what the command line says, as the default's type", () => {
	openTestSession({
		overrides: { epochs: "5", layers: "[8,16]", names: "[a,1]", lr: "[1]" },
	});
	const epochs: number = parameter("epochs", 20);
	const layers: number[] = parameter("layers", [32, 64]);
	const names: string[] = parameter("names", ["b"]);
	assert.deepEqual(
		[epochs, layers, names, parameter("units", [4])],
		[5, [8, 16], ["a", "1"], [4]],
	);
	assert.throws(() => parameter("lr", 0.1), {
		name: "UsageError",
		message:
			/^parameter lr is a number \(declared lr=0\.1\), and "\[1\]" is not one/,
	});
});
