import assert from "node:assert/strict";
import { userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, test } from "node:test";
import { homeFolder, userFolder } from "./home.ts";

const { HOME } = process.env;
afterEach(() => {
	if (HOME === undefined) delete process.env.HOME;
	else process.env.HOME = HOME;
});

test("a HOME that is empty, relative or missing is not the working folder", () => {
	const own = userInfo().homedir;
	for (const home of ["", "relative/folder"]) {
		process.env.HOME = home;
		assert.equal(homeFolder(), own);
	}
	delete process.env.HOME;
	assert.equal(homeFolder(), own);
	process.env.HOME = "/somewhere";
	assert.equal(homeFolder(), "/somewhere");
});

test("a relative XDG variable counts for nothing", () => {
	process.env.HOME = "/somewhere";
	for (const named of [undefined, "", "relative"])
		assert.equal(userFolder(named, ".cache"), join("/somewhere", ".cache"));
	assert.equal(userFolder("/elsewhere", ".cache"), "/elsewhere");
});
