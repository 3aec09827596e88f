/** The engine process: runs user code, and nothing of the kernel that must stay responsive. */
import { isInterrupt, UsageError } from "../../base/errors.ts";
import { ownModule } from "../../base/own-modules.ts";
import { textOf } from "../../base/value-text.ts";
import { watchDefinitions } from "../../experiment/definitions/registry.ts";
import { environments } from "../../experiment/leaks/environment-reads.ts";
import { installLeakWatch } from "../../experiment/leaks/install.ts";
import { setLocate } from "../../experiment/leaks/source-place.ts";
import { installRandom } from "../../experiment/random/install.ts";
import { registerDrawer } from "../../experiment/record/tensorboard/images.ts";
import { learnVariables } from "../../experiment/secrets/learn-variables.ts";
import {
	configureSession,
	type ExecutedSource,
	session,
} from "../../experiment/session.ts";
import type { TypePolicy } from "../../magics/type-policy.ts";
import { watchUserMagics } from "../../magics/user.ts";
import { createWork } from "../../magics/work.ts";
import { unusedOverrides } from "../../training/overrides.ts";
import { drawImage } from "../../widgets/kinds/drawer.ts";
import { observeLive, showDrawing } from "../../widgets/live/live.ts";
import { lineOf } from "../protocol/json-lines.ts";
import {
	BOOT_VARIABLE,
	type Boot,
	type FromEngine,
	type ToEngine,
} from "../protocol/messages.ts";
import {
	type PackedComm,
	packComm,
	unpackComm,
} from "../protocol/packed-comm.ts";
import type {
	ExecuteReply,
	ExecuteRequest,
	ExpressionReply,
	Output,
} from "../protocol/requests.ts";
import { CellRunner } from "./cell-runner.ts";
import { Comms } from "./comm/comms.ts";
import { createWidgetControl, WIDGET_CONTROL } from "./comm/widget-control.ts";
import { installConsole } from "./display/console.ts";
import { createDisplay, isDisplayHandle } from "./display/display.ts";
import { format } from "./display/format.ts";
import { lendDisplay } from "./display/tslab.ts";
import { describeError, type ErrorReport } from "./errors/describe-error.ts";
import { locateSource } from "./errors/sources.ts";
import { installStacks } from "./errors/stack.ts";
import {
	type CellScope,
	currentScope,
	endable,
	failRunning,
	guardedTurn,
	installTicks,
	installTimers,
	interrupt,
	isRunning,
	runInScope,
	runningScope,
} from "./interrupt/interrupt.ts";
import { watchOwner } from "./interrupt/interrupt-thread.ts";
import { watchUnsettled } from "./interrupt/unsettled.ts";
import { installModuleHooks, ownRoot } from "./modules/resolve.ts";
import { sendLine, waitForAnswer } from "./streams/channel.ts";
import { installStdin } from "./streams/empty-stdin.ts";
import { createInput } from "./streams/stdin.ts";
import { installStreams } from "./streams/streams.ts";

const boot = JSON.parse(process.env[BOOT_VARIABLE] ?? "{}") as Boot;
delete process.env[BOOT_VARIABLE];
/** Before any cell could change it. */
const environment = { ...process.env };
const send = (message: FromEngine) => sendLine(lineOf(message));
// Not on Node's own channel events: user code may listen to process messages, but not miss ours.
process.title = "deepdiva-engine";

installRandom();
installLeakWatch();
learnVariables();
setLocate(locateSource);
// A scheduler's signal to all processes of a job would end this one before its records are sealed, or open Node's debugger; what owns this engine acts on it.
if (process.platform !== "win32")
	for (const signal of ["SIGTERM", "SIGUSR1"] as const)
		process.on(signal, () => undefined);
configureSession(boot);
installTimers();
installTicks();
const streams = installStreams(boot.token);
installConsole();
installStdin();
installModuleHooks({ interruptible: true });
installStacks(ownRoot);

let sequence = 0;
const currentCell = () => (currentScope() ?? runningScope())?.index ?? 0;

/** Sends what has its place among the prints. */
function sendInPlace(
	message: Extract<FromEngine, { readonly sequence: number }>,
): void {
	const line = lineOf(message);
	streams.barrier(message.sequence);
	sendLine(line);
}

function sendOutput(output: Output, cell = currentCell()): void {
	sendInPlace({ type: "output", sequence: ++sequence, cell, output });
}

/** Shows again what a cell of another engine showed. */
function showOutput(output: Output): void {
	if (output.type === "stream") process[output.name].write(output.text);
	else sendOutput(output);
}

/** A value whose own methods fail is shown as text, and the cell goes on. */
function tellProblem(problem: unknown): void {
	const { traceback } = describeError(problem, ownRoot);
	process.stderr.write(
		`A value's own display failed; it is shown as text.\n${traceback.join("\n")}\n`,
	);
}

const { display, clearOutput, settled } = createDisplay(
	sendOutput,
	tellProblem,
);
const widgets = createWidgetControl();
const comms = new Comms(
	(message) =>
		sendInPlace({
			type: "comm",
			sequence: ++sequence,
			cell: currentCell(),
			message: packComm(message),
		}),
	widgets.witness,
);
comms.jupyter.registerCommTarget(WIDGET_CONTROL, widgets.target);
const questions = createInput(
	(question) =>
		sendInPlace({
			type: "input",
			sequence: ++sequence,
			cell: currentCell(),
			question,
		}),
	waitForAnswer,
);
/** Of cells whose code is over and that wait for what is to be shown: ends the wait. */
const waiting = new Set<() => void>();
/** Those that run and that cells of another shell may help on. */
const concurrentCells = new Set<number>();
const liveness = watchUnsettled({
	isRunning: () => runningScope() !== undefined,
	isAnswerable: () =>
		questions.isAsking ||
		comms.isListening(WIDGET_CONTROL) ||
		concurrentCells.size > 0,
	fail(error) {
		if (waiting.size === 0) failRunning(error);
		for (const giveUp of waiting) giveUp();
	},
});
Object.assign(globalThis, {
	display,
	clearOutput,
	jupyter: comms.jupyter,
	...questions.functions,
});
lendDisplay(display);
if (boot.worker) {
	const [{ connectSource }, { markOutput }] = await Promise.all([
		import("../jobs/member-source.ts"),
		import("../jobs/output-mark.ts"),
	]);
	session().members = connectSource(boot.worker, (index) =>
		sendOutput(markOutput(index)),
	);
} else if (!boot.replay)
	// Nobody sees what a replay displays.
	session().observers.add(observeLive(display, boot));
session().workers = async () => {
	const { cellWorkers } = await import("../jobs/cell-worker.ts");
	return cellWorkers(environment, showOutput);
};
registerDrawer(drawImage);

watchUserMagics((definitions) => send({ type: "magics", definitions }));
watchDefinitions((notes) => send({ type: "definitions", notes }));
let typePolicy: TypePolicy | undefined;
const print = (text: string) => {
	process.stdout.write(`${text}\n`);
};
const runner = new CellRunner({
	libraryUrl: ownModule("index").href,
	print,
	show: (drawing) => showDrawing(drawing, display, boot),
	work: () => createWork(display, print),
	packagesChanged: () => send({ type: "changed", what: "packages" }),
	moved: (folder) => send({ type: "moved", folder }),
	namesForgotten: () => send({ type: "changed", what: "names" }),
	typePolicy: () => typePolicy,
});

/** Within the guard, where an interrupt ends what a value's own methods do. */
const drawn = (value: unknown) => guardedTurn(() => format(value, tellProblem));

/** Resolves to what is shown of a value, or to `otherwise` and a word about it where nothing is left that could settle it. */
async function orGivenUp<T>(shown: Promise<T>, otherwise: () => T): Promise<T> {
	let end = () => {};
	const givenUp = new Promise<typeof GIVEN_UP>((resolve) => {
		end = () => resolve(GIVEN_UP);
	});
	waiting.add(end);
	const first = await Promise.race([shown, givenUp]);
	waiting.delete(end);
	if (first !== GIVEN_UP) return first;
	liveness.changed();
	tellProblem(
		new UsageError(
			"its bundle is a promise that nothing is left to settle: no timer, connection or child process keeps the engine alive",
		),
	);
	return otherwise();
}

const GIVEN_UP = Symbol("given up");

/** @throws KeyboardInterrupt where the cell was interrupted, which is then its error */
const described = (error: unknown): Promise<ErrorReport> =>
	guardedTurn(() => describeError(error, ownRoot));

async function evaluateAll(
	expressions: Readonly<Record<string, string>>,
): Promise<Record<string, ExpressionReply>> {
	const replies: Record<string, ExpressionReply> = {};
	for (const [key, expression] of Object.entries(expressions))
		try {
			replies[key] = {
				status: "ok",
				...(await drawn((await runner.evaluate(expression)).value)),
			};
		} catch (error) {
			replies[key] = { status: "error", ...(await described(error)) };
		}
	return replies;
}

async function execute(cell: number, request: ExecuteRequest): Promise<void> {
	enterCell(cell);
	const { code, silent, userExpressions = {}, concurrent } = request;
	if (concurrent) concurrentCells.add(cell);
	typePolicy = request.typePolicy;
	let reply: ExecuteReply;
	let last: Output | undefined;
	const current = session();
	const fails = (report: ErrorReport): ExecuteReply => {
		last = { type: "error", ...report };
		return { status: "error", ...report };
	};
	try {
		reply = await runInScope("cell", cell, async (scope) => {
			const { signal } = scope.abort;
			forgotten.register(scope, cell);
			sources.set(scope, { kind: "cell", text: code, signal });
			try {
				const { value: result } = await runner.run(code, request);
				await orGivenUp(settled(), () => undefined);
				// A promise that failed unheeded is reported before the cell ends.
				await guardedTurn(() => undefined);
				if (result !== undefined && !isDisplayHandle(result) && !silent)
					last = {
						type: "execute_result",
						...(await orGivenUp(drawn(result), () => ({
							data: { "text/plain": textOf(result) },
							metadata: {},
						}))),
						transient: {},
					};
				const nextInput = runner.nextInput();
				return {
					status: "ok",
					userExpressions: await evaluateAll(userExpressions),
					...(nextInput === undefined ? {} : { nextInput }),
				};
			} catch (error) {
				return fails(await described(error));
			}
		});
	} catch (error) {
		reply = fails(describeError(error, ownRoot));
	}
	concurrentCells.delete(cell);
	current.cells.push({ source: code, status: reply.status });
	sendInPlace({ type: "executed", sequence: ++sequence, cell, reply, last });
	// What cells change of the variables is learnt when they do, but not what they change of an object of theirs that stands in place of these. The reply does not wait for the look.
	const variables = environments();
	if (current.cells.length === 1 || variables.length > 1)
		current.redactor.learnEnvironment(...variables);
	liveness.changed();
	const still = runningScope();
	if (still) enterCell(still.index);
}

/** Ends the process once the records are sealed of runs that are over. */
async function shutdown(): Promise<void> {
	const { sealing } = session();
	if (sealing.size > 0) {
		send({ type: "sealing" });
		await Promise.all(sealing);
	}
	process.exit(0);
}

/** Cells of several shells run at once: each has a source of its own. */
const sources = new WeakMap<CellScope, ExecutedSource>();
Object.defineProperty(session(), "source", {
	get: () => {
		const scope = currentScope();
		return scope && isRunning(scope) ? sources.get(scope) : undefined;
	},
});

/** Cells and comm messages are many, and seldom leave anything behind: the owner forgets them then. */
const forgotten = new FinalizationRegistry(forget);

function forget(cell: number): void {
	// What native code prints, or a child, is still this one's.
	if (cell === entered) isLeft = true;
	else sendInPlace({ type: "forgotten", sequence: ++sequence, cell });
}

/** The cell that output of no known cell belongs to. */
let entered = 0;
/** Does nothing else belong to it? */
let isLeft = false;

function enterCell(cell: number): void {
	const before = entered;
	entered = cell;
	streams.enterCell(cell);
	if (isLeft && before !== cell) forget(before);
	isLeft = false;
}

async function receiveComm(cell: number, message: PackedComm): Promise<void> {
	try {
		await runInScope("message", cell, (scope) => {
			forgotten.register(scope, cell);
			return guardedTurn(() => comms.receive(unpackComm(message)));
		});
	} catch (error) {
		const { traceback } = endable(() => describeError(error, ownRoot));
		const text = `${traceback.join("\n")}\n`;
		sendOutput({ type: "stream", name: "stderr", text }, cell);
	}
	const reply: ExecuteReply = { status: "ok", userExpressions: {} };
	sendInPlace({ type: "executed", sequence: ++sequence, cell, reply });
}

function reportLate(error: unknown): void {
	try {
		const { traceback } = endable(() => describeError(error, ownRoot));
		process.stderr.write(`${traceback.join("\n")}\n`);
	} catch (interrupted) {
		if (!isInterrupt(interrupted)) throw interrupted;
	}
}

process.on("uncaughtException", reportLate);
process.on("unhandledRejection", reportLate);
watchOwner(interrupt, () => {
	try {
		send({ type: "disconnected" });
	} catch {
		// The owner is gone.
	}
});
process.on("message", (message: ToEngine) => {
	switch (message.type) {
		case "execute":
			void execute(message.cell, message.request);
			break;
		case "comm":
			void receiveComm(message.cell, message.message);
			break;
		case "answer":
			questions.receive(message.answer);
			break;
		case "unused-overrides":
			send({ type: "unused-overrides", message: unusedOverrides() });
			break;
		case "keys": {
			const { id, path } = message;
			send({ type: "keys", id, found: runner.keys(path) });
			break;
		}
		case "shutdown":
			void shutdown();
	}
	liveness.changed();
});
send({ type: "ready" });
