import { dependencies, version } from "../../base/version.ts";
import { type KernelInfoReply, PROTOCOL_VERSION } from "../wire/messages.ts";

/** Answers `kernel_info_request`. */
export function kernelInfo(): KernelInfoReply {
	const typescript = dependencies.typescript ?? "";
	return {
		status: "ok",
		protocol_version: PROTOCOL_VERSION,
		implementation: "deepdiva",
		implementation_version: version,
		language_info: {
			name: "typescript",
			version: typescript,
			mimetype: "text/typescript",
			file_extension: ".ts",
			pygments_lexer: "typescript",
			codemirror_mode: "typescript",
			nbconvert_exporter: "script",
		},
		banner: `DeepDIVA ${version}, TypeScript ${typescript}, Node ${process.version}. Type %dd help for the magics.`,
		help_links: [
			{ text: "TypeScript", url: "https://www.typescriptlang.org/docs/" },
			{ text: "TensorFlow.js", url: "https://js.tensorflow.org/api/latest/" },
			{ text: "Node.js", url: "https://nodejs.org/docs/latest-v24.x/api/" },
		],
		supported_features: ["kernel subshells"],
	};
}
