import { version } from "../../../base/version.ts";
import {
	arch,
	cpus,
	platform,
	release,
	totalmem,
} from "../../../host/machine.ts";
import { isSecretVariable } from "../../secrets/named-secrets.ts";
import { session } from "../../session.ts";
import { machineId } from "./machine.ts";
import { describePackages, type ProjectPackages } from "./packages.ts";
import { zoneAtStart } from "./time-zone.ts";

const noted = new Map<string, unknown>();

/** Adds a fact to every later record, e.g. which tensor backend is in use. */
export function noteEnvironment(key: string, value: unknown): void {
	noted.set(key, value);
}

/**
 * Variables that change what a program computes, or how, each by its name: a
 * vendor's prefix alone (`TF_VAR_…`, `NVIDIA_API_KEY`) may stand before anything.
 */
const TELLING = new RegExp(
	`^(${[
		"NODE_(OPTIONS|ENV|ICU_DATA)|TZ|LANG|LANGUAGE|LC_[A-Z]+",
		"(OMP|GOMP|KMP|MKL|OPENBLAS|BLIS|VECLIB|NUMEXPR|DNNL|ONEDNN)_[A-Z\\d_]+",
		"TF_(CPP|CUDNN|CUBLAS|DETERMINISTIC|DISABLE|ENABLE|FORCE|GPU|INTER|INTRA|NUM|USE|XLA)_[A-Z\\d_]+",
		"XLA_(FLAGS|PYTHON_[A-Z\\d_]+)",
		"(CUDA|CUDNN|CUBLAS|NVIDIA)_(ALLOW|AUTO|CACHE|DEVICE|DISABLE|DRIVER|FORCE|HOME|LAUNCH|LOGINFO|MANAGED|MODULE|PATH|REQUIRE|TF32|VERSION|VISIBLE|WORKSPACE)[A-Z\\d_]*",
		"GLIBC_TUNABLES|UV_THREADPOOL_SIZE",
	].join("|")})$`,
);

function tellingVariables(): Record<string, string> {
	const { variable: TZ } = session().zone;
	const { TZ: _, ...others } = process.env;
	return Object.fromEntries(
		Object.entries(TZ === undefined ? others : { ...others, TZ })
			.filter(
				([name, value = ""]) =>
					TELLING.test(name) && !isSecretVariable(name, value),
			)
			.map(([name, value]) => [name, value ?? ""])
			.sort(([a = ""], [b = ""]) => (a < b ? -1 : 1)),
	);
}

function describeMachine(): Record<string, unknown> {
	const processors = cpus();
	const { locale } = Intl.DateTimeFormat().resolvedOptions();
	return {
		deepdiva: version,
		node: process.versions.node,
		v8: process.versions.v8,
		icu: process.versions.icu,
		unicode: process.versions.unicode,
		tz: process.versions.tz,
		openssl: process.versions.openssl,
		flags: process.execArgv.filter((flag) => !/[\\/]/.test(flag)),
		variables: tellingVariables(),
		platform: platform(),
		release: release(),
		arch: arch(),
		machine: machineId(),
		cpu: processors[0]?.model ?? "unknown",
		cores: processors.length,
		memory: totalmem(),
		locale,
		timeZone: zoneAtStart(session().zone),
	};
}

let machine: Record<string, unknown> | undefined;
const packages = new Map<string, ProjectPackages>();

/**
 * What a run ran on: versions, machine, locale, packages. Looked up when a
 * first run asks, once per process, and once per folder for the packages.
 */
export function describeEnvironment(): Record<string, unknown> {
	machine ??= describeMachine();
	const folder = process.cwd();
	let installed = packages.get(folder);
	if (!installed) {
		installed = describePackages(folder);
		packages.set(folder, installed);
	}
	return { ...machine, ...installed, ...Object.fromEntries(noted) };
}
