import { now } from "../../../base/clock.ts";
import { oneLine } from "../../../base/shown-text.ts";
import { EventFile } from "../../../formats/tfevents/event-file.ts";
import { addImage } from "../../../formats/tfevents/summaries.ts";
import type { PictureEvent } from "../../events.ts";
import { unwatched } from "../../leaks/watch.ts";
import { withStreams } from "../../random/scope.ts";
import { StreamSet } from "../../random/stream.ts";
import { outsideOfRuns } from "../active-run.ts";
import { describeError } from "../error-place.ts";
import { parsePicture } from "../picture-data.ts";
import type { RunRecord } from "../record.ts";
import { readFileOf } from "../store/folder-files.ts";

/** A picture as TensorBoard shows it. */
export interface DrawnImage {
	/** TensorBoard's name for it; images of one tag are one that changes from step to step. */
	readonly tag: string;
	/** The file's bytes. */
	readonly png: Uint8Array;
}

/** Draws a picture of a run. */
export type Drawer = (picture: PictureEvent) => Promise<DrawnImage>;

let drawer: Drawer | undefined;

/** Says how pictures are drawn; nothing in this room knows. Without a drawer runs leave no images. */
export function registerDrawer(draw: Drawer): void {
	drawer = draw;
}

/** So many images of each kind and name are drawn: the first, the last, and others between at even distances. */
const MOST_IMAGES = 5;

/**
 * Of a run that was interrupted only the last of each is drawn, and no more are begun
 * after this time: the engine is ended with all variables when its cell does not end soon.
 */
const INTERRUPTED_MILLISECONDS = 2_000;

/** A picture on record. */
interface RecordedPicture {
	/** From 1, in the order they were shown. */
	readonly number: number;
	/** Its file, relative to the run's folder. */
	readonly path: string;
}

/** The pictures on record, by what tells series of them apart. */
function picturesOf({
	outputs,
}: Pick<RunRecord, "outputs">): Map<string, RecordedPicture[]> {
	const series = new Map<string, RecordedPicture[]>();
	for (const [name, { files }] of Object.entries(outputs)) {
		const [path = ""] = files;
		const [, key, number] = /^(.*)-(\d+)$/.exec(name) ?? [];
		if (!path.startsWith("pictures/") || key === undefined) continue;
		const pictures = series.get(key) ?? [];
		pictures.push({ number: Number(number), path });
		series.set(key, pictures);
	}
	return series;
}

/** The first, the last, and others between at even distances. */
function spread<T>(all: readonly T[], most: number): T[] {
	if (all.length <= most) return [...all];
	const distance = (all.length - 1) / (most - 1);
	return Array.from({ length: most }, (_, i) => Math.round(i * distance))
		.map((at) => all[at])
		.filter((one) => one !== undefined);
}

/**
 * Draws pictures of a closed run for TensorBoard. They are those on record, so
 * who watched the run, and when, makes no difference. One that cannot be drawn is
 * told in a warning, and its data stay on record.
 * @param directory the run's folder
 */
export async function writeImages(
	directory: string,
	record: Pick<RunRecord, "outputs" | "status">,
): Promise<void> {
	const draw = drawer;
	if (!draw) return;
	const isInterrupted = record.status === "interrupted";
	const end = isInterrupted ? now() + INTERRUPTED_MILLISECONDS : undefined;
	const file = new EventFile(directory);
	for (const [series, pictures] of picturesOf(record)) {
		if (end !== undefined && now() > end) break;
		const inOrder = pictures.toSorted((a, b) => a.number - b.number);
		const chosen = isInterrupted
			? inOrder.slice(-1)
			: spread(inOrder, MOST_IMAGES);
		try {
			for (const { path, number } of chosen) {
				const text = readFileOf(directory, path)?.toString();
				// A full disk did not take it.
				if (text === undefined) continue;
				const picture = parsePicture(text);
				const { tag, png } = await drawnApart(draw, picture);
				const { step = Number.NaN } = picture;
				addImage(file, Number.isFinite(step) ? step : number - 1, tag, png);
			}
		} catch (error) {
			const { name, message } = describeError(error);
			outsideOfRuns(() =>
				process.stderr.write(
					`warning: picture ${series} could not be drawn for TensorBoard: ${oneLine(`${name}: ${message}`)}; its data are on record\n`,
				),
			);
		}
	}
	file.close();
}

/** What drawing prints, reads or draws at random is not the run's doing, nor that of one around it. */
const drawnApart = (draw: Drawer, picture: PictureEvent) =>
	outsideOfRuns(() =>
		unwatched(() =>
			withStreams(new StreamSet("display"), async () => draw(picture)),
		),
	);
