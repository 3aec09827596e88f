/** The variable as it was when the session began; absent where there was none. */
export interface StartZone {
	readonly variable: string | undefined;
}

/** To be asked before any code of the user runs. */
export const startZone = (): StartZone => ({ variable: process.env.TZ });

const presentZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The time zone that a session began in, by name: code may have set another one since. */
export function zoneAtStart({ variable }: StartZone): string {
	const now = process.env.TZ;
	if (now === variable) return presentZone();
	setVariable(variable);
	try {
		return presentZone();
	} finally {
		setVariable(now);
	}
}

function setVariable(value: string | undefined): void {
	if (value === undefined) delete process.env.TZ;
	else process.env.TZ = value;
}

/** What `TZ` must be for dates to read as they did in a recorded run; undefined where its record does not say. */
export function recordedZone(
	environment: Readonly<Record<string, unknown>>,
): string | undefined {
	const { variables, timeZone } = environment;
	const { TZ } = (variables ?? {}) as { TZ?: unknown };
	return [TZ, timeZone].find((one) => typeof one === "string");
}
