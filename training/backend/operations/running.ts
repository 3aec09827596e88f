import {
	cumprod as cumprodFromStart,
	cumsum as cumsumFromStart,
	op,
	type Tensor,
	type TensorLike,
	util,
} from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import { inspect } from "../../../host/inspect.ts";
import { tensorOf } from "./tensor-of.ts";

/** An axis that is counted from the end has no values for the kernels of tfjs. */
const fromStart =
	(of: typeof cumsumFromStart) =>
	<T extends Tensor>(
		given: Tensor | TensorLike,
		axis = 0,
		exclusive = false,
		reverse = false,
	): T => {
		const x = tensorOf(given);
		if (!Number.isInteger(axis))
			throw new UsageError(
				`values are added up, or multiplied, along one axis, and ${inspect(axis)} is none: give a whole number`,
			);
		const [at = 0] = util.parseAxisParam(axis, x.shape);
		return of<T>(x, at, exclusive, reverse);
	};

/** Sums of what came before along an axis. */
export const cumsum = op({ cumsum_: fromStart(cumsumFromStart) });

/** Products of what came before along an axis. */
export const cumprod = op({ cumprod_: fromStart(cumprodFromStart) });
