import type { Drawer } from "../../experiment/record/tensorboard/images.ts";
import { drawPicture, kindOf } from "./index.ts";

/** Draws pictures of closed runs for TensorBoard; a host hands it to `registerDrawer`. */
export const drawImage: Drawer = async (event) => {
	const { data } = await drawPicture(event);
	return {
		tag: kindOf(event.kind).tag(event.name),
		png: Buffer.from(data["image/png"], "base64"),
	};
};
