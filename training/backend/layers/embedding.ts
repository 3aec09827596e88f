import { type AnyLayer, mend, prototypeOf } from "./classes.ts";

interface Embedding extends AnyLayer {
	dtype: string;
}

/** tfjs gives the vectors the type of the indices: whole numbers, which are 0 at first and cannot be trained. */
mend(
	prototypeOf<Embedding>("Embedding"),
	"build",
	(build) =>
		function (this: Embedding, shape) {
			const { dtype } = this;
			this.dtype = "float32";
			try {
				build.call(this, shape);
			} finally {
				this.dtype = dtype;
			}
		},
);
