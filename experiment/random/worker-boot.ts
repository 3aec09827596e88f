/** The first module of a worker, or forked process, that was created under a seed. */
import { inherited } from "./inherited.ts";
import { installRandom } from "./install.ts";
import { setAmbientStreams } from "./scope.ts";
import { StreamSet } from "./stream.ts";

if (inherited) {
	const { seed, name, isChosen, varied } = inherited;
	installRandom();
	setAmbientStreams(
		new StreamSet(seed, {
			main: name,
			prefix: `${name}/`,
			isChosen: () => isChosen,
			varied,
		}),
	);
}
