import { UsageError } from "../../base/errors.ts";

/**
 * `5%` or `0.05` → 0.05.
 * @param option for the message
 * @param lowest the smallest that makes sense
 * @throws UsageError when it is no share
 */
export function readShare(
	option: string,
	text: string,
	lowest: number,
): number {
	const match = /^(\d+(?:\.\d+)?|\.\d+)(%?)$/.exec(text);
	const share = match ? Number(match[1]) / (match[2] ? 100 : 1) : Number.NaN;
	if (!(share >= lowest && share <= 1))
		throw new UsageError(
			`${option} takes a share between 0 and 100%, for example 5%, not "${text}"`,
		);
	return share;
}
