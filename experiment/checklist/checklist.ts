import { UsageError } from "../../base/errors.ts";
import { isolated, oneLine, shown } from "../../base/shown-text.ts";
import { relative } from "../../host/paths.ts";
import type { StoredRun } from "../record/store/store.ts";
import { acl } from "./acl.ts";
import { type Answer, gatherEvidence } from "./evidence.ts";
import type { Form, Item } from "./form.ts";
import { mlrc } from "./mlrc.ts";

const forms: readonly Form[] = [mlrc, acl];

export const formNames = forms.map(({ name }) => name);

/** @throws UsageError for a form that is not known */
export function findForm(name: string): Form {
	const form = forms.find((one) => one.name === name);
	if (form) return form;
	throw new UsageError(
		`there is no form "${name}"; choose ${formNames.join(" or ")}`,
	);
}

interface AnsweredItem {
	readonly item: Item;
	readonly answer: Answer | undefined;
}

/** A form, answered as far as the record of a run answers it. */
export interface Checklist {
	readonly form: Form;
	readonly run: StoredRun;
	readonly sections: readonly {
		readonly title: string;
		readonly items: readonly AnsweredItem[];
	}[];
	readonly answered: number;
	/** Answered, and something left for a person. */
	readonly partly: number;
	readonly open: number;
}

export function fillIn(form: Form, run: StoredRun): Checklist {
	const evidence = gatherEvidence(run);
	const sections = form.sections.map(({ title, items }) => ({
		title,
		items: items.map((item) => ({ item, answer: item.answer?.(evidence) })),
	}));
	const all = sections.flatMap(({ items }) => items);
	const partly = all.filter(({ answer }) => answer?.open !== undefined).length;
	const open = all.filter(({ answer }) => answer === undefined).length;
	return {
		form,
		run,
		sections,
		answered: all.length - partly - open,
		partly,
		open,
	};
}

const OPEN = "open: the record says nothing about it";

const countsOf = ({ answered, partly, open, run }: Checklist) =>
	shown`From the record of run ${run.record.id} (${run.record.experiment}): ${answered} answered, ${partly} in part, ${open} open.`;

/** For a terminal. @param from the folder that paths are shown relative to */
export function checklistText(checklist: Checklist, from: string): string {
	return [
		checklist.form.title,
		countsOf(checklist),
		...checklist.sections.flatMap(({ title, items }) => [
			"",
			title,
			...items.flatMap(({ item, answer }) => [
				`  [${mark(answer)}] ${item.number.padEnd(3)} ${item.asks}`,
				...(answer
					? [
							`          ${inOneLine(answer.text)}`,
							...(answer.open
								? [`          open: ${inOneLine(answer.open)}`]
								: []),
							`          see ${answer.see.map((file) => shown`${relativePath(file, from)}`).join(", ")}`,
						]
					: [`          ${OPEN}`]),
			]),
		]),
	].join("\n");
}

const mark = (answer: Answer | undefined) =>
	answer === undefined ? " " : answer.open === undefined ? "x" : "~";

const inOneLine = (text: string) => isolated(oneLine(text));

const relativePath = (file: string, from: string) =>
	(relative(from, file) || ".").replaceAll("\\", "/");

/** As Markdown: a task list, whose boxes are ticked where nothing is left for a person. */
export function checklistMarkdown(checklist: Checklist, from: string): string {
	const link = (file: string) => {
		const path = relativePath(file, from).toWellFormed();
		return `[${escaped(path)}](${path.split("/").map(encodeURIComponent).join("/")})`;
	};
	return [
		`### [${checklist.form.title}](${checklist.form.url})`,
		"",
		escaped(countsOf(checklist)),
		...checklist.sections.flatMap(({ title, items }) => [
			"",
			`**${title}**`,
			"",
			...items.map(({ item, answer }) => {
				const box = answer && answer.open === undefined ? "x" : " ";
				const says = answer
					? `${escaped(answer.text)}${answer.open ? `; *open: ${escaped(answer.open)}*` : ""} (${answer.see.map(link).join(", ")})`
					: `*${OPEN}*`;
				return `- [${box}] **${item.number}** ${item.asks}: ${says}`;
			}),
		]),
		"",
	].join("\n");
}

/** What is recorded is text, and no Markdown. */
const escaped = (text: string) =>
	inOneLine(text.replace(/\s+/g, " ")).replace(/[\\`*_[\]<>|~#&]/g, "\\$&");
