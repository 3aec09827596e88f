import { join } from "node:path";
import { installation } from "./installation.ts";

/** https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs */
export interface KernelSpec {
	readonly argv: readonly string[];
	readonly display_name: string;
	readonly language: string;
	readonly interrupt_mode: "message" | "signal";
	readonly metadata: Readonly<Record<string, unknown>>;
}

/** Beside kernel.json: starts the kernel, or says that its installation is gone. */
export const START_SCRIPT = "start.sh";

/**
 * Content of kernel.json: this very Node and this very kernel, by their
 * absolute paths. Windows has no shell to ask whether they are still there.
 *
 * @param folder of the kernelspec, absolute. VS Code does not know Jupyter's `{resource_dir}`.
 */
export function kernelSpec(
	displayName: string,
	folder: string,
	platform = process.platform,
): KernelSpec {
	const { node, server, root } = installation;
	return {
		argv:
			platform === "win32"
				? [node, server, "{connection_file}"]
				: ["/bin/sh", join(folder, START_SCRIPT), "{connection_file}"],
		display_name: displayName,
		language: "typescript",
		interrupt_mode: "message",
		metadata: {
			debugger: false,
			supported_encryption: "curve",
			deepdiva: { installation: root, node },
		},
	};
}

/** Does a kernel.json start a DeepDIVA kernel, of this or another installation, of this or an earlier version? */
export function isOurs({
	argv,
	language,
	metadata,
}: Partial<KernelSpec>): boolean {
	if (language !== "typescript" || !Array.isArray(argv)) return false;
	return (
		typeof metadata?.deepdiva === "object" ||
		argv.some((part) => /[\\/]kernel[\\/]server[\\/]main\.[jt]s$/.test(part))
	);
}
