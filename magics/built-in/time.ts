import { UsageError } from "../../base/errors.ts";
import { defineMagic } from "../definition.ts";
import { time } from "../timing.ts";

export const timeMagic = defineMagic({
	name: "time",
	mark: "%",
	summary:
		"Prints how long an expression takes, or as %%time the rest of the cell.",
	positionals: [
		{
			name: "expression",
			placeholder: "EXPRESSION",
			required: true,
			description:
				"An expression, awaited if need be, or a declaration of one name. Its value is shown as usual.",
		},
	],
	options: [],
	line: "code",
	wraps: true,
	examples: ["%time await train()", "%time const model = build()", "%%time"],
	async run(_args, { body }) {
		if (!body || body.empty)
			throw new UsageError(
				"%%time needs code below it; %time takes an expression",
			);
		return time(() => body.execute({}));
	},
	toCode: (_args, body = "() => {}") => `await dd.time(${body});`,
});
