import type { Family } from "./family.ts";
import { colors } from "./images/colors.ts";
import { cropping } from "./images/crop.ts";
import { resizing } from "./images/resize.ts";
import { suppression } from "./images/suppression.ts";
import { warping } from "./images/warp.ts";

/** Operations of `tf.image`. */
export const images: Family = {
	name: "images",
	ops: [...resizing, ...cropping, ...warping, ...colors, ...suppression],
	recorded: "images",
};
