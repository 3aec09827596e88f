import type { Family } from "../family.ts";
import { channelConvolutions } from "./channels.ts";
import { dilation2d } from "./dilation.ts";
import { fusedConvolutions } from "./fused.ts";
import { imageConvolutions } from "./images.ts";
import { volumeConvolutions } from "./volumes.ts";

/** Convolutions of lines, images and volumes, and what slides like them. */
export const convolutions: Family = {
	name: "convolutions",
	ops: [
		...imageConvolutions,
		...channelConvolutions,
		...volumeConvolutions,
		...fusedConvolutions,
		dilation2d,
	],
	recorded: "convolutions",
};
