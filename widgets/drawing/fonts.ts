import { existsSync, readFile } from "../../host/files.ts";
import { requirePackage } from "../../host/modules.ts";
import { fileURLToPath } from "../../host/paths.ts";

/** The family every PNG is set in, so that the same picture has the same pixels everywhere. */
export const FONT_FAMILY = "Arimo";

const FACES = [
	{ folder: "400Regular", file: "Arimo_400Regular.ttf" },
	{ folder: "700Bold", file: "Arimo_700Bold.ttf" },
] as const;

export interface Fonts {
	readonly regular: Uint8Array;
	readonly bold: Uint8Array;
}

/** The bytes of the two TrueType faces. Throws when they are not where the build puts them. */
export async function readFonts(): Promise<Fonts> {
	const [regular, bold] = await Promise.all(
		FACES.map((face) => readFile(locate(face))),
	);
	return { regular: regular as Uint8Array, bold: bold as Uint8Array };
}

/** A built package carries its fonts in `fonts/`; a source tree has the package they come from. */
function locate({ folder, file }: (typeof FACES)[number]): string {
	const built = fileURLToPath(new URL(`./fonts/${file}`, import.meta.url));
	if (existsSync(built)) return built;
	const source = `@expo-google-fonts/arimo/${folder}/${file}`;
	try {
		return requirePackage.resolve(source);
	} catch {
		throw new Error(
			`the font ${file} is missing: looked for ${built} and the package file ${source}; run "npm run build", or install the package again`,
		);
	}
}
