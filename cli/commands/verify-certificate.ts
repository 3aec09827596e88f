import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { firstOf, shown, shownValue } from "../../base/shown-text.ts";
import { isExport } from "../../experiment/record/export/names.ts";
import type { Check } from "../../experiment/replay/certificate/checks/check.ts";
import type {
	CertificateReport,
	CertifiedReplay,
} from "../../experiment/replay/certificate/report.ts";
import { openRun } from "../../experiment/replay/reference.ts";
import { plural } from "../../widgets/text/text.ts";
import { defineCommand } from "../command.ts";
import { readDataPlaces } from "../data-places.ts";
import { print, printJson, printVerdict } from "../print.ts";

/** The result in one line, which is printed last, and the exit code. */
function verdict(
	{ checks, level, saysNothingOf }: CertificateReport,
	code: 0 | 1 | 2 | 3,
): string {
	const named = (status: Check["status"]) =>
		names([
			...new Set(
				checks.filter((one) => one.status === status).map(({ what }) => what),
			),
		]);
	const absent = named("not here");
	const buts = [
		...(level?.level === "recorded" ? ["nothing was computed again"] : []),
		...(saysNothingOf.length > 0
			? [`it says nothing of ${saysNothingOf.join(", of ")}`]
			: []),
		...(absent === "" ? [] : [`not checked, since not here: ${absent}`]),
	];
	switch (code) {
		case 0:
			return `valid${buts.length > 0 ? `, but ${buts.join("; ")}` : ""}`;
		case 1:
			return "NOT VALID";
		case 2:
			return `could not be checked whole: ${named("could not check")}${checks.some(({ what }) => what === "signer") ? " (nobody here knows who signed it)" : ""}`;
		case 3:
			return "NOT ACCEPTED: it is signed, but no signer known here has replayed the run; have it replayed (deepdiva replay RUN --certificate FILE), or accept the signature alone with --accept recorded";
	}
}

const VERDICT_KINDS = { 0: "good", 1: "bad", 2: "open", 3: "bad" } as const;

/** The certificate's level: was the run computed again, and by whom? */
function levelLine({
	level,
	signer,
	isSignerKnown,
}: CertificateReport): string {
	const stranger = isSignerKnown ? "" : ", not known here";
	if (level?.level !== "replayed")
		return shown`recorded: signed by ${signer ?? ""}${stranger}, and nothing was computed again`;
	const { by, finishedOn, interpreter, place } = level;
	return shown`replayed: by ${by}${by === signer ? `, who certified it${stranger}` : ""}, on ${finishedOn.slice(0, 10)}, ${interpreter}, ${place}`;
}

/**
 * Most lines of a list. A long certificate must not push the verdict off the
 * screen.
 */
const LISTED = 60;

const lines = <T>(all: readonly T[], toLine: (one: T) => string): string[] =>
	firstOf(
		all,
		LISTED,
		toLine,
		(count) => `… and ${count} more; --json has them all`,
	);

/** What was checked, one line each, then the replays. */
function describe(report: CertificateReport): string {
	const { checks, run, experiment, replays, remarks, ignored } = report;
	const width = Math.max(...checks.map(({ status }) => status.length));
	return [
		...(run === undefined
			? []
			: [
					levelLine(report),
					shown`certificate of run ${run} (${experiment ?? ""})`,
					"",
				]),
		...lines(
			checks,
			({ what, status, detail }) =>
				`${(status === "broken" ? "BROKEN" : status).padEnd(width)}  ${shown`${what}`}${detail === undefined ? "" : shown`: ${detail}`}`,
		),
		...lines(
			replays,
			(replay) => `replayed by ${whoReplayed(replay)}: ${outcome(replay)}`,
		),
		...lines(ignored, (line) => shown`passed over: ${line}`),
		...lines(remarks, (remark) => shown`note: ${remark}`),
		"",
	].join("\n");
}

const whoReplayed = ({ signer, ownReplay, trusted }: CertifiedReplay) =>
	shown`${signer}${ownReplay ? ", who certified it" : trusted ? "" : ", not known here"}`;

function outcome(replay: CertifiedReplay): string {
	const { level, tolerance, finishedOn, interpreter, passed, warned, failed } =
		replay;
	const when = shown`on ${finishedOn.slice(0, 10)}, ${interpreter}`;
	if (level === "different") return `DIFFERENT ${when}: ${names(failed)}`;
	if (level === "tolerance only")
		return `within the tolerance of ${tolerance} ${when}: ${names(warned)}; ${plural(passed.length, "part")} identical`;
	return `identical, ${level}, ${when} (${plural(passed.length, "part")})`;
}

const NAMED = 12;

const names = (parts: readonly string[]) =>
	firstOf(parts, NAMED, (part) => shownValue(part, 80)).join(", ");

export const verifyCertificateCommand = defineCommand({
	name: "verify-certificate",
	summary: "Checks a certificate: who signed it, and that all it says holds.",
	positionals: [
		{
			name: "file",
			placeholder: "FILE",
			required: true,
			description:
				"The certificate, an .intoto.jsonl file, or the export (OUT.zip, OUT, OUT#ID) that has it.",
			path: true,
		},
	],
	options: [
		{
			name: "key",
			type: "text",
			placeholder: "KEY",
			multiple: true,
			description:
				"A signer's public key (PEM) or its fingerprint, SHA256:…, as the signer told it. Default: your own.",
		},
		{
			name: "run",
			type: "text",
			placeholder: "RUN",
			description:
				"The run: its folder or id, or an export that has it. Default: where the certificate lies.",
		},
		{
			name: "data",
			type: "text",
			placeholder: "NAME=DIR",
			multiple: true,
			description: "Where a data folder lies here, by its recorded path.",
		},
		{
			name: "accept",
			type: "text",
			placeholder: "recorded",
			description:
				"Accept a certificate of the level recorded: nobody has replayed the run.",
		},
		{ name: "json", type: "flag", description: "Print the report as JSON." },
	],
	examples: [
		"deepdiva verify-certificate runs/toy/20260131T120000Z-3fa2c1d0/certificate.intoto.jsonl",
		"deepdiva verify-certificate run.intoto.jsonl --run 3fa2c1d0 --key SHA256:…",
	],
	/**
	 * 0: everything holds. 1: something is broken. 2: it could not be checked. 3:
	 * everything holds, but nothing was computed again.
	 */
	async run({ values }) {
		const { file, accept, key: named } = values;
		if (accept !== undefined && accept !== "recorded")
			throw new UsageError(
				`deepdiva verify-certificate: --accept takes only the level recorded, not "${accept}"`,
			);
		const [
			{ readBundle },
			keys,
			{ exitCode },
			{ verifyCertificate },
			{ certificatePath },
		] = await Promise.all([
			import("../../experiment/replay/certificate/bundle.ts"),
			import("../../experiment/replay/certificate/keys.ts"),
			import("../../experiment/replay/certificate/report.ts"),
			import("../../experiment/replay/certificate/verify.ts"),
			import("../../experiment/replay/certificate/certify.ts"),
		]);
		const own = keys.ownPublicKey();
		const certified = await openCertified(file, values.run, certificatePath);
		const report = await verifyCertificate(readBundle(certified.certificate), {
			trusted:
				named.length > 0 ? named.map(keys.readTrustedKey) : own ? [own] : [],
			named: named.length > 0,
			...(own ? { own: keys.trustedKeyId(own) } : {}),
			...(certified.run === undefined ? {} : { run: certified.run }),
			data: readDataPlaces(values.data),
		}).finally(certified.close);
		const code = exitCode(report, { accepted: accept === "recorded" });
		if (values.json) printJson({ valid: code === 0, ...report });
		else {
			print(describe(report));
			printVerdict(verdict(report, code), VERDICT_KINDS[code]);
		}
		return code;
	},
});

/** A certificate, and the folder of its run if that is here. */
interface Certified {
	readonly certificate: string;
	readonly run?: string;
	/** Removes the unpacked files. */
	close(): void;
}

/**
 * Finds the certificate and its run. The certificate may lie in an export, with
 * its run; the run may lie in an export of its own. A run's folder is taken as
 * it is, even if its record is damaged.
 * @throws UsageError
 */
async function openCertified(
	file: string,
	run: string | undefined,
	certificatePath: (directory: string) => string,
): Promise<Certified> {
	const none = () => undefined;
	const beside = dirname(resolve(file));
	if (run === undefined && isArchive(file)) {
		const { stored, close } = await openRun(file);
		return {
			certificate: certificatePath(stored.directory),
			run: stored.directory,
			close,
		};
	}
	if (run === undefined)
		return {
			certificate: file,
			...(existsSync(join(beside, "run.json")) ? { run: beside } : {}),
			close: none,
		};
	if (existsSync(join(run, "run.json")))
		return { certificate: file, run, close: none };
	const { stored, close } = await openRun(run);
	return { certificate: file, run: stored.directory, close };
}

const isArchive = (path: string) =>
	/\.zip(#|$)/.test(path) || isExport(path.replace(/#[^#/\\]*$/, ""));
