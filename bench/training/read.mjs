// Our peer of reading: every image of a folder of digits, as the task reads them. Arguments: workload, folder of digits.
import {
	listImages,
	loadImages,
	splitNames,
} from "../../dist/training/data/images/folder.js";
import { servePeer, timed } from "./peer.mjs";
import { readWorkloads } from "./workloads.mjs";

const [name, folder] = process.argv.slice(2);

await servePeer(async () => {
	const { input, reading } = readWorkloads()[name];
	return {
		async round() {
			let images = 0;
			const figures = await timed(async () => {
				const list = await listImages(folder, 0);
				for (const split of splitNames)
					await loadImages(
						list,
						list.splits[split],
						input.shape,
						new AbortController().signal,
						() => images++,
					);
			});
			if (images !== reading.images)
				throw new Error(
					`${folder} has ${images} images, not ${reading.images}`,
				);
			return { ...figures, steps: images };
		},
	};
});
