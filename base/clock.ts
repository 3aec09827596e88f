/**
 * The machine's clock, for times that no result depends on: when a record was
 * begun, when a picture is due. Reading it is not reported as a leak, and a
 * frozen clock of a run does not change it.
 */
const NativeDate = Date;
const { performance } = globalThis;
const nativeNow = performance.now;

/** Milliseconds since the process started. */
export const now = (): number => nativeNow.call(performance);

const nativeEpoch = Date.now;

/** Milliseconds since 1970. It jumps when somebody sets the clock. */
export const epochTime = (): number => nativeEpoch.call(NativeDate);

/** The present time. */
export const presentTime = (): Date => new NativeDate();

/** A time as ISO 8601 writes it. */
export const isoTime = (milliseconds: number): string =>
	new NativeDate(milliseconds).toISOString();
