export type Goal = "minimize" | "maximize";

const SHARES = /(^|_)(acc|accuracy|precision|recall|f1|iou|auc)($|_)/i;
const ERRORS =
	/(^|_)(loss|error|err|mse|rmse|mae|perplexity|nll|cross_?entropy|wer|fid)($|_)/i;
const SCORES = /(^|_)(score|reward|r2|bleu|map|dice|psnr|ssim)($|_)/i;

/** Does a metric of this name usually lie between 0 and 1? */
export const isShareName = (metric: string): boolean => SHARES.test(metric);

/** Which end of a metric is better, as its name says; undefined where it does not. */
export function goalOf(metric: string): Goal | undefined {
	if (ERRORS.test(metric)) return "minimize";
	return SHARES.test(metric) || SCORES.test(metric) ? "maximize" : undefined;
}
