import assert from "node:assert/strict";
import {
	existsSync,
	readdirSync,
	rmSync,
	statSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { isInterrupt } from "../../../base/errors.ts";
import { temporaryFolder } from "../../../base/test-folder.ts";
import { until } from "../../../test/until.ts";
import { listRuns } from "../store/store.ts";
import { thisProcess } from "../surroundings/liveness.ts";
import { Claim, type Claimed, claimMember } from "./claim.ts";

/** Renewals that a test does not wait for do not come in between. */
const LONG = "600";
process.env.DEEPDIVA_LEASE = LONG;

/** A claim that is renewed six times a second. */
function shortClaim(run: Claimed): Claim {
	process.env.DEEPDIVA_LEASE = "1";
	try {
		return claimed(run);
	} finally {
		process.env.DEEPDIVA_LEASE = LONG;
	}
}

const member = (): Claimed => ({
	identity: "sha256:1",
	rootSeed: "42",
	runsDirectory: join(temporaryFolder(), "runs"),
});

function claimed(run: Claimed): Claim {
	const claim = claimMember(run);
	assert.ok(claim instanceof Claim);
	return claim;
}

const filesIn = ({ runsDirectory }: Claimed) =>
	readdirSync(join(runsDirectory, ".claims")).sort();

const old = (run: Claimed, name: string) => {
	const time = Date.now() / 1000 - 3600;
	utimesSync(join(run.runsDirectory, ".claims", name), time, time);
};

test("of two that claim a run one has it, and the other is told who", () => {
	const run = member();
	const claim = claimed(run);
	const { pid, host, started, numbers } = thisProcess();
	assert.deepEqual(claimMember(run), {
		takenBy: { pid, host, started, numbers },
	});
	assert.ok(claimMember({ ...run, rootSeed: "43" }) instanceof Claim);
	claim.release();
	assert.ok(claimMember(run) instanceof Claim);
});

test("a claim that is given back leaves nothing, and no list of runs has it", () => {
	const run = member();
	const claim = claimed(run);
	assert.deepEqual(listRuns(run.runsDirectory), { runs: [], damaged: [] });
	claim.release();
	assert.ok(!existsSync(join(run.runsDirectory, ".claims")));
});

test("a claim is renewed as long as its process is there", async () => {
	const run = member();
	const claim = shortClaim(run);
	const [name = ""] = filesIn(run);
	const path = join(run.runsDirectory, ".claims", name);
	const long = Date.now() - 1_000_000;
	old(run, name);
	await until(() => statSync(path).mtimeMs > long, "the thread renews it");
	claim.release();
});

/** A claim of a process that is not there any more, or does not renew it. */
function left(run: Claimed, content: object, name: string): void {
	claimed(run).release();
	const other = claimed({ ...run, identity: "sha256:other" });
	writeFileSync(
		join(run.runsDirectory, ".claims", name),
		JSON.stringify(content),
	);
	other.release();
}

const nameOf = (run: Claimed): string => {
	const claim = claimed(run);
	const [name = ""] = filesIn(run);
	claim.release();
	return name;
};

test("a claim of a process of this host that has gone is taken over at once", () => {
	const run = member();
	const name = nameOf(run);
	const gone = { ...thisProcess(), pid: 2 ** 22 + 1 };
	left(run, { seconds: 3600, token: "a", process: gone }, name);
	claimed(run).release();
});

test("a claim of another host is taken over when its lease is over", () => {
	const run = member();
	const name = nameOf(run);
	const process = { pid: 1, host: "another" };
	left(run, { seconds: 600, token: "a", process }, name);
	assert.deepEqual(claimMember(run), { takenBy: process });
	old(run, name);
	const claim = claimed(run);
	assert.deepEqual(filesIn(run), [name.replace(/1$/, "2")]);
	claim.release();
});

test("a claim that is being written is respected, and one that never was written is taken over", () => {
	const run = member();
	const name = nameOf(run);
	left(run, {}, name);
	writeFileSync(join(run.runsDirectory, ".claims", name), "");
	assert.deepEqual(claimMember(run), { takenBy: undefined });
	old(run, name);
	claimed(run).release();
});

test("who finds its claim taken over has lost it, and leaves the other's alone", () => {
	const run = member();
	const first = claimed(run);
	assert.equal(first.renew(), true);
	const [name = ""] = filesIn(run);
	writeFileSync(
		join(run.runsDirectory, ".claims", name),
		JSON.stringify({ seconds: 1, process: { pid: 1, host: "another" } }),
	);
	old(run, name);
	const second = claimed(run);
	assert.equal(first.lost.aborted, false, "it has not looked");
	assert.equal(first.renew(), false);
	assert.ok(isInterrupt(first.lost.reason));
	first.release();
	assert.equal(second.renew(), true);
	second.release();
});

test("a claim that is taken over while nobody asks is known to be lost", async () => {
	const run = member();
	const claim = shortClaim(run);
	const [name = ""] = filesIn(run);
	rmSync(join(run.runsDirectory, ".claims", name));
	await until(() => claim.lost.aborted, "the thread finds it gone");
	claim.release();
});
