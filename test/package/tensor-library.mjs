// What the tensor library consists of, once it is loaded, as JSON: of each name, whether
// it is what TensorFlow.js exports, and the names of functions and kernels.
// Called with the module that is to be loaded, and a file of the package.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [module, from] = process.argv.slice(2);
const tf = await import(pathToFileURL(module).href);
const require = createRequire(from);
const parts = await Promise.all(
	["core", "layers", "data"].map(async (name) => {
		const path = require.resolve(`@tensorflow/tfjs-${name}`);
		return {
			name,
			required: require(path),
			imported: await import(pathToFileURL(path).href),
		};
	}),
);

const looks = (value) =>
	typeof value === "function" ? `${value.name}/${value.length}` : typeof value;

const table = {};
function note(owner, value, depth) {
	table[owner] = looks(value);
	const isHolder = typeof value === "object" && value !== null;
	if (depth === 0 || !(isHolder || typeof value === "function")) return;
	for (const name of Object.getOwnPropertyNames(value).sort()) {
		const { value: own, get } = Object.getOwnPropertyDescriptor(value, name);
		note(`${owner}.${name}`, own ?? get, depth - 1);
	}
}

note("tf", tf, 3);
for (const { name, required, imported } of parts) {
	note(name, required, 1);
	for (const key of Object.keys(required))
		table[`same ${name} ${key}`] = [
			tf[key] === required[key],
			tf[key] === imported[key],
			required[key] === imported[key],
		].join();
}
for (const backend of ["wasm", "cpu"])
	for (const { kernelName, kernelFunc } of tf.getKernelsForBackend(backend))
		table[`${backend} ${kernelName}`] = looks(kernelFunc);
console.log(JSON.stringify(table));
