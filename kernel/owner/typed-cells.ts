import { setTimeout as sleep } from "node:timers/promises";
import { KeyboardInterrupt, messageOf } from "../../base/errors.ts";
import { typePolicyIn } from "../../magics/magic-lines.ts";
import type { TypePolicy } from "../../magics/type-policy.ts";
import { RED, RESET } from "../advice/excerpt.ts";
import { Ending } from "../language/compiler/ending.ts";
import { isToldByRunning } from "../language/diagnostics.ts";
import {
	type CellDiagnostic,
	type TypeService,
	TypesUnavailable,
} from "../language/service.ts";
import type {
	ExecuteReply,
	ExecuteRequest,
	Output,
} from "../protocol/requests.ts";
import { typeCheckError, typeReport } from "./type-report.ts";

/**
 * So long the outputs of a cell wait, that its type errors may be shown above
 * them: what takes no longer seems to come at once.
 */
const OUTPUTS_WAIT_MILLISECONDS = 100;

/**
 * So long the reply waits: most clients close a cell's output with it. Only
 * where the compiler has a large package to read will it take more than a few.
 */
const REPLY_WAITS_MILLISECONDS = 1000;

/** So long the compiler's start waits after the first cell. */
const START_WAITS_MILLISECONDS = 50;

interface Surroundings {
	/** Types of the cells before the one that runs. */
	readonly types: () => TypeService;
	readonly emit: (parent: string, output: Output) => void;
	/** Takes what is wrong with a cell, where something is. */
	readonly found: (
		parent: string,
		diagnostics: readonly CellDiagnostic[],
	) => void;
	/**
	 * Wait for types as long as they take, from the first cell on: for batches,
	 * whose output shall be the same each time. An unattended request has it, too.
	 */
	readonly patient: boolean;
}

type Failure = Extract<ExecuteReply, { status: "error" }>;

/** Runs cells and checks their types meanwhile, or before. */
export class TypedCells {
	#policy: TypePolicy;
	readonly #around: Surroundings;
	/** What is to be emitted once the type errors of its cell are known, by the cell's parent. */
	readonly #held = new Map<string, (() => void)[]>();
	/** Cells whose type errors are not known yet, with what is to be done then. */
	readonly #reporting = new Map<string, (() => void)[]>();
	/** The compiler did not keep up: nobody waits for it until it has. */
	#late = false;
	#interrupted = new Ending();
	/** What was said of the tsconfig last. */
	#saidProblem = "";
	/** Was it said why types are not checked? */
	#saidWhyNot = false;

	constructor(policy: TypePolicy, around: Surroundings) {
		this.#policy = policy;
		this.#around = around;
	}

	/** Does something now or, where the outputs of the cell wait, after them. */
	inTurn(parent: string, emit: () => void): void {
		const held = this.#held.get(parent);
		if (held) held.push(emit);
		else emit();
	}

	/** Does something now or, where the cell's type errors are still to come, after them. */
	afterReport(parent: string, act: () => void): void {
		const waiting = this.#reporting.get(parent);
		// The report lets go of what is held only once it is shown.
		if (waiting) waiting.push(() => this.inTurn(parent, act));
		else this.inTurn(parent, act);
	}

	/** What waits is emitted: a cell asks a question, which may be in it. */
	release(parent: string): void {
		const held = this.#held.get(parent);
		this.#held.delete(parent);
		for (const emit of held ?? []) emit();
	}

	/** Nothing waits for types any more; what was not started is not. */
	interrupt(): void {
		this.#interrupted.end(new KeyboardInterrupt());
		this.#interrupted = new Ending();
	}

	/** Runs a cell by `execute`, unless its types stop it. */
	run(
		parent: string,
		request: ExecuteRequest,
		execute: (request: ExecuteRequest) => Promise<ExecuteReply>,
	): Promise<ExecuteReply> {
		const policy = typePolicyIn(request.code) ?? this.#policy;
		this.#policy = policy;
		const run = () => execute({ ...request, typePolicy: policy });
		if (request.silent || policy === "off") return run();
		return policy === "strict"
			? this.#strict(parent, request, run)
			: this.#report(parent, request, run);
	}

	async #strict(
		parent: string,
		request: ExecuteRequest,
		execute: () => Promise<ExecuteReply>,
	): Promise<ExecuteReply> {
		const stopped = await this.#interrupted
			.race(this.#reasonToStop(parent, request))
			.catch(described);
		if (!stopped) return execute();
		this.#around.emit(parent, { type: "error", ...stopped });
		return { status: "error", ...stopped };
	}

	async #reasonToStop(
		parent: string,
		request: ExecuteRequest,
	): Promise<Omit<Failure, "status"> | undefined> {
		try {
			const types = this.#around.types();
			const found = await types.diagnostics(request.code);
			if (types.configProblem) throw new TypesUnavailable(types.configProblem);
			if (found.length > 0) this.#around.found(parent, found);
			const errors = found.filter(({ severity }) => severity === "error");
			return errors.length > 0
				? typeCheckError(errors, cellOf(request))
				: undefined;
		} catch (error) {
			return described(
				new TypesUnavailable(
					`${messageOf(error)}; under %types strict only what was checked runs, and %types report runs it all the same`,
				),
			);
		}
	}

	async #report(
		parent: string,
		request: ExecuteRequest,
		execute: () => Promise<ExecuteReply>,
	): Promise<ExecuteReply> {
		const { types } = this.#around;
		const patient = this.#around.patient || request.unattended === true;
		const isHeld = patient || !this.#late;
		if (isHeld) this.#held.set(parent, []);
		this.#reporting.set(parent, []);
		const interrupted = this.#interrupted;
		// The engine works while the compiler is asked.
		const executed = execute();
		const service = types();
		if (!service.running && !patient) {
			this.release(parent);
			const reply = await executed;
			void this.#startLater(parent, request, service);
			return reply;
		}
		const shown = this.#show(parent, request, service);
		if (!isHeld) return executed;
		let isKnown = false;
		const known = shown.then(() => {
			isKnown = true;
			this.release(parent);
		});
		const outputs = patient
			? undefined
			: setTimeout(() => this.release(parent), OUTPUTS_WAIT_MILLISECONDS);
		try {
			const reply = await executed;
			const enough = interrupted.race(known).catch(() => undefined);
			if (!isKnown) await (patient ? enough : this.#soon(enough, known));
			return reply;
		} finally {
			clearTimeout(outputs);
			this.release(parent);
			// The program with this cell in it is made while nobody waits for it: once the reply has left.
			setImmediate(() => setImmediate(types));
		}
	}

	/** Waits for a promise, not for ever. */
	async #soon(enough: Promise<void>, known: Promise<void>): Promise<void> {
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<void>((resolve) => {
			timer = setTimeout(() => {
				this.#fallBehind(known);
				resolve();
			}, REPLY_WAITS_MILLISECONDS);
		});
		await Promise.race([enough, late]);
		clearTimeout(timer);
	}

	/** The first cell's reply is under way before the compiler's start takes the time. */
	async #startLater(
		parent: string,
		request: ExecuteRequest,
		service: TypeService,
	): Promise<void> {
		await sleep(START_WAITS_MILLISECONDS, undefined, { ref: false });
		await this.#show(parent, request, service);
	}

	#fallBehind(until: Promise<void>): void {
		this.#late = true;
		void until.then(() => {
			this.#late = false;
		});
	}

	/** Shows the type errors of a cell once they are known: before all that waits. */
	async #show(
		parent: string,
		request: ExecuteRequest,
		service: TypeService,
	): Promise<void> {
		const text = await this.#reportOn(parent, request, service);
		this.#print(parent, text);
		const waiting = this.#reporting.get(parent);
		this.#reporting.delete(parent);
		for (const act of waiting ?? []) act();
	}

	#print(parent: string, text: string): void {
		if (text !== "")
			this.#around.emit(parent, { type: "stream", name: "stderr", text });
	}

	async #reportOn(
		parent: string,
		request: ExecuteRequest,
		service: TypeService,
	): Promise<string> {
		try {
			const all = await service.diagnostics(request.code);
			const found = all.filter((diagnostic) => !isToldByRunning(diagnostic));
			if (found.length > 0) this.#around.found(parent, found);
			const { configProblem = "" } = service;
			const isNew = configProblem !== this.#saidProblem;
			this.#saidProblem = configProblem;
			return (
				(isNew && configProblem !== "" ? `${configProblem}\n` : "") +
				typeReport(found, cellOf(request))
			);
		} catch (error) {
			if (this.#saidWhyNot) return "";
			this.#saidWhyNot = true;
			return `Types are not checked: ${messageOf(error)}\n`;
		}
	}
}

const cellOf = ({ code, executionCount }: ExecuteRequest) => ({
	source: code,
	executionCount,
});

function described({ name, message }: Error): Omit<Failure, "status"> {
	return {
		ename: name,
		evalue: message,
		traceback: [`${RED}${name}${RESET}: ${message}`],
	};
}
