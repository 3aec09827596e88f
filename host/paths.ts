export {
	basename,
	delimiter,
	dirname,
	extname,
	isAbsolute,
	join,
	normalize,
	parse,
	posix,
	relative,
	resolve,
	sep,
} from "node:path";
export { fileURLToPath, pathToFileURL } from "node:url";
