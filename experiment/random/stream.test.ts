import assert from "node:assert/strict";
import { test } from "node:test";
import { followSeed, openStream, StreamSet } from "./stream.ts";

function draw(count: number, next: () => number): number[] {
	return Array.from({ length: count }, () => next());
}

test("a stream is a pure function of seed and name", () => {
	const first = draw(1000, openStream("42", "init").next);
	assert.deepEqual(draw(1000, openStream("42", "init").next), first);
	assert.notDeepEqual(draw(1000, openStream("43", "init").next), first);
	assert.notDeepEqual(draw(1000, openStream("42", "order").next), first);
	assert.ok(first.every((value) => value >= 0 && value < 1));
	const mean = first.reduce((a, b) => a + b, 0) / first.length;
	assert.ok(Math.abs(mean - 0.5) < 0.05, `mean ${mean}`);
});

test("a number has 53 random bits", () => {
	const { next } = openStream("42", "bits");
	const lowest = draw(64, next).map((value) => (value * 2 ** 53) % 2);
	assert.ok(lowest.every((bit) => bit === 0 || bit === 1));
	assert.equal(new Set(lowest).size, 2);
});

test("a stream counts its draws, also across batches", () => {
	const stream = openStream("42", "init");
	assert.equal(stream.draws, 0);
	for (const count of [1, 63, 1, 64, 200]) {
		const before: number = stream.draws;
		draw(count, stream.next);
		assert.equal(stream.draws, before + count);
	}
});

test("a draw in one stream moves no other", () => {
	const alone = new StreamSet("7");
	const expected = draw(5, () => alone.stream("order").next());
	const shared = new StreamSet("7");
	const got = draw(5, () => {
		shared.stream("init").next();
		return shared.stream("order").next();
	});
	assert.deepEqual(got, expected);
	assert.deepEqual(shared.draws(), { init: 5, order: 5 });
});

test("a stream that follows a seed starts anew when the seed changes", () => {
	let seed = "1";
	const stream = followSeed(() => seed, "a");
	const first = draw(3, stream.next);
	seed = "2";
	assert.deepEqual(draw(3, stream.next), draw(3, openStream("2", "a").next));
	seed = "1";
	assert.deepEqual(draw(3, stream.next), first);
});

test("a set names its streams and its workers, in the order in which they are created", () => {
	const run = new StreamSet("7");
	assert.deepEqual(
		[
			run.main.name,
			run.stream("init").name,
			run.nextWorker(),
			run.nextWorker(),
		],
		["main", "init", "worker:0", "worker:1"],
	);
	const cell = new StreamSet("7", { main: "cell:ab", prefix: "cell:ab/" });
	assert.deepEqual(
		[cell.main.name, cell.stream("init").name, cell.nextWorker()],
		["cell:ab", "cell:ab/init", "cell:ab/worker:0"],
	);
});

test("tasks have streams of their own, which their set lists", async () => {
	const run = new StreamSet("7");
	const drawn = await run.task("a", (own) => [
		own.main.next(),
		own.stream("init").next(),
	]);
	assert.deepEqual(drawn, [
		openStream("7", "task:a").next(),
		openStream("7", "task:a/init").next(),
	]);
	assert.deepEqual(run.draws(), { "task:a": 1, "task:a/init": 1 });
});

test("streams that vary follow another seed, in branches and by a generator too, and each stays where it was sought", async () => {
	const open = () =>
		new StreamSet("7", {
			varied: { names: ["fold", "dropout:1"], seed: "8" },
		});
	const first = async (run: StreamSet) => [
		run.stream("fold").next(),
		run.stream("folds").next(),
		run.stream("fold:2").next(),
		run.stream("fold", "alea").next(),
		run.stream("dropout").next(),
		run.stream("dropout:1").next(),
		run.main.next(),
		...(await run.task("fold", (own) => [
			own.main.next(),
			own.stream("fold").next(),
		])),
	];
	const run = open();
	assert.deepEqual(await first(run), [
		openStream("8", "fold").next(),
		openStream("7", "folds").next(),
		openStream("8", "fold:2").next(),
		openStream("8", "fold", "alea").next(),
		openStream("7", "dropout").next(),
		openStream("8", "dropout:1").next(),
		openStream("7", "main").next(),
		openStream("7", "task:fold").next(),
		openStream("8", "task:fold/fold").next(),
	]);
	const second = await first(run);
	const resumed = open();
	resumed.seek({ fold: 1, "fold (alea)": 1, main: 1 });
	const [fold, , , alea] = await first(resumed);
	assert.deepEqual([fold, alea], [second[0], second[3]]);
	assert.equal(open().constant("fold:a"), openStream("8", "fold:a").next());
});

test("a set names what was drawn from, without branches and generators", async () => {
	const run = new StreamSet("7", { varied: { names: ["a", "b"], seed: "8" } });
	assert.deepEqual(run.drawn(), []);
	run.stream("never");
	run.stream("fold", "alea").next();
	run.constant("init:7");
	await run.task("a/b", (own) => [own.main.next(), own.stream("c/d").next()]);
	assert.deepEqual(run.drawn(), ["fold", "main", "c/d", "init:7"]);
	run.nextWorker();
	assert.deepEqual(run.drawn().slice(-2), ["a", "b"]);
	const resumed = new StreamSet("7");
	resumed.seek({ order: 3 });
	assert.deepEqual(resumed.drawn(), ["order"]);
});

test("a task that comes again goes on; two of one name at the same time are refused", async () => {
	const run = new StreamSet("7");
	const expected = draw(2, openStream("7", "task:a").next);
	const next = () => run.task("a", async (own) => own.main.next());
	assert.deepEqual([await next(), await next()], expected);
	await assert.rejects(Promise.all([next(), next()]), {
		name: "UsageError",
		message: /a task "a" is running already; give tasks .* names of their own/,
	});
	await next();
});

test("a constant follows the seed and its name, in tasks too, and moves no stream", async () => {
	const streams = new StreamSet("1");
	const value = streams.constant("init:7");
	assert.equal(streams.constant("init:7"), value);
	assert.equal(await streams.task("a", (own) => own.constant("init:7")), value);
	assert.notEqual(streams.constant("init:8"), value);
	assert.notEqual(new StreamSet("2").constant("init:7"), value);
	assert.deepEqual(streams.draws(), {});
});

test("every stream can be sought on and back, of whatever generator, under whatever seed", () => {
	let seed = "1";
	for (const stream of [
		openStream("1", "a"),
		openStream("1", "a", "alea"),
		followSeed(() => seed, "a"),
	]) {
		const first = draw(70, stream.next);
		for (const count of [0, 1, 64, 5, 69]) {
			stream.seek(count);
			assert.equal(stream.draws, count);
			assert.equal(stream.next(), first[count]);
		}
	}
	const following = followSeed(() => seed, "a");
	following.next();
	seed = "2";
	following.seek(1);
	const under2 = openStream("2", "a");
	under2.seek(1);
	assert.equal(following.next(), under2.next());
});

test("a set goes to where its streams had stood: open ones, ones not opened yet, and those of tasks", async () => {
	const drawAll = async (set: StreamSet) => [
		set.main.next(),
		set.stream("init").next(),
		set.stream("init", "alea").next(),
		...(await set.task("a", (own) => [
			own.main.next(),
			own.stream("init").next(),
		])),
	];
	const whole = new StreamSet("7");
	await drawAll(whole);
	const draws = whole.draws();
	assert.deepEqual(draws, {
		main: 1,
		init: 1,
		"init (alea)": 1,
		"task:a": 1,
		"task:a/init": 1,
	});
	const second = await drawAll(whole);
	const later = new StreamSet("7");
	later.main.next();
	later.main.next();
	later.stream("else").next();
	later.seek(draws);
	assert.deepEqual(later.draws(), draws);
	assert.deepEqual(await drawAll(later), second);
	assert.equal(later.stream("else").next(), openStream("7", "else").next());
	// What was sought before is forgotten.
	const anew = new StreamSet("7");
	anew.seek(draws);
	anew.seek({});
	assert.deepEqual(anew.draws(), {});
	assert.deepEqual(await drawAll(anew), await drawAll(new StreamSet("7")));
});

test("tasks follow what was chosen for their set, and all streams are told when they open", async () => {
	const opened: string[] = [];
	const set = new StreamSet("7", {
		isChosen: () => false,
		format: () => 1,
		opened: (name, stream) => opened.push(`${name} ${stream.draws}`),
	});
	await set.task("a", async (own) => {
		assert.equal(own.isChosen, false);
		assert.equal(own.format, 1);
		assert.equal(own.isTask, true);
		assert.equal(set.isTask, false);
		assert.equal(own.seed, "7");
		own.stream("init");
		own.seeded("dropout", "3");
		await own.task("b", (inner) => inner.stream("init"));
	});
	assert.deepEqual(opened, [
		"main 0",
		"task:a 0",
		"task:a/init 0",
		"task:a/dropout 0",
		"task:a/task:b 0",
		"task:a/task:b/init 0",
	]);
	assert.equal(
		set.seeded("dropout", "3").next(),
		openStream("3", "dropout").next(),
	);
});
