export {
	arch,
	availableParallelism,
	cpus,
	devNull,
	endianness,
	homedir,
	hostname,
	platform,
	release,
	tmpdir,
	totalmem,
	userInfo,
} from "node:os";
