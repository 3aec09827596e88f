import { UsageError } from "../../base/errors.ts";
import { kernelInfo } from "../../kernel/server/kernel-info.ts";
import { type Notebook, readNotebook } from "./format.ts";

/** Kernels of other languages, where a notebook names its kernel alone. */
const FOREIGN_KERNEL =
	/^(i?python|xpython|conda|ir|julia|sagemath|octave|bash|xcpp|rust|gophernotes)/i;

const textOf = (object: unknown, name: string): string | undefined => {
	const value =
		typeof object === "object" && object !== null
			? Object.entries(object).find(([key]) => key === name)?.[1]
			: undefined;
	return typeof value === "string" ? value : undefined;
};

/** The language that a notebook says it is in, if it does. */
function languageOf({ metadata }: Notebook): string | undefined {
	const { kernelspec, language_info: info } = metadata;
	const kernel = textOf(kernelspec, "name") ?? "";
	return (
		textOf(info, "name") ??
		textOf(kernelspec, "language") ??
		(FOREIGN_KERNEL.test(kernel) ? kernel : undefined)
	);
}

/**
 * Reads a notebook whose cells run here.
 * @throws UsageError for one in another language, or what is no notebook
 */
export function readOwnNotebook(path: string): Notebook {
	if (/\.[cm]?[jt]sx?$/.test(path))
		throw new UsageError(
			`${path} is a script, and no notebook; run it with: deepdiva run ${path}`,
		);
	const notebook = readNotebook(path);
	const language = languageOf(notebook);
	if (language !== undefined && !/^(typescript|javascript)$/i.test(language))
		throw new UsageError(
			`${path} is a notebook in ${language}; only TypeScript and JavaScript run here – if its cells are TypeScript, choose the kernel "TypeScript (DeepDIVA)" in Jupyter and save`,
		);
	return notebook;
}

/** How a notebook says which kernel it wants. */
export const kernelMetadata = () => ({
	kernelspec: {
		name: "deepdiva",
		display_name: "TypeScript (DeepDIVA)",
		language: "typescript",
	},
	language_info: { ...kernelInfo().language_info },
});
